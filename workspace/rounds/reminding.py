"""Having people told: the facilitator's reminder, what falls due by itself, and what became of it all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from workspace import access
from workspace.access import Action, Actor
from workspace.clean import is_blank
from workspace.errors import Conflict, Invalid, NotFound, _
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.rounds import counting
from workspace.rounds.model import Round
from workspace.rounds.recipients import Recipient, leaders, people_of, with_something_left
from workspace.rounds.reminder import (
    CONFIRM,
    DEADLINE,
    DROPPED,
    LONGEST_TEXT,
    ON_BEHALF,
    OUTCOME,
    REFUSED,
    SENDING,
    SENT,
    WAITING,
    WRITTEN,
    Reminder,
    id_of,
)  # fmt: skip
from workspace.rounds.service import get
from workspace.store.port import Transaction, View

BEFORE = timedelta(days=2)  # the deadline, on Norwegian clocks
UNSURE_AFTER = timedelta(minutes=10)  # that a reminder was handed to the mail server, and no answer came
OUTCOME_AFTER = timedelta(days=1)  # that the round closed; then once a week
OSLO = ZoneInfo("Europe/Oslo")


def remind(workspace: Workspace, actor: Actor, round_id: str, text: str, *, once: Once | None = None) -> Round:
    """Have those who have something left told, in the facilitator's own words. Raises Conflict, Invalid, NotFound."""
    access.require(actor, Action.WRITE_ROUND)
    now = workspace.now()
    with workspace.region(actor.region).transaction() as tx:
        stored = get(workspace, actor, round_id, tx)
        if came_of(tx, actor, once, Round) is not None:
            return stored
        if not stored.is_open(now):
            raise Conflict(_("Runden er ikke åpen."), current=stored)
        if is_blank(text) or len(text) > LONGEST_TEXT:
            raise Invalid({"reminder": _("Skriv påminningen med høyst %(limit)s tegn.", limit=LONGEST_TEXT)})
        recipients = with_something_left(tx, stored)
        if not recipients:
            raise Invalid({"reminder": _("Alle har svart på alt. Ingen trenger en påminning.")})
        earlier = tx.find(Reminder, {"round": stored.id})
        number = 1 + len({reminder.kind for reminder in earlier if reminder.what == WRITTEN})
        for recipient in recipients:
            made = Told(f"{WRITTEN}-{number}", recipient.person, recipient.left)
            _make(tx, actor, stored, made, now, text.strip())
        remember(tx, actor, once, stored, now)
        return stored


class Told(NamedTuple):
    """That somebody is to be told something."""

    kind: str
    person: str
    about: tuple[str, ...] = ()


def _make(tx: Transaction, actor: Actor, round_: Round, told: Told, now: datetime, text: str = "") -> bool:
    """Make the one reminder of its kind to a person, unless there is one."""
    id = id_of(round_.id, told.kind, told.person)
    if tx.get(Reminder, id) is not None:
        return False
    kept = tx.put(
        Reminder(
            id=id, round=round_.id, kind=told.kind, person=told.person, about=told.about, text=text, made=now,
            moved=now, by=actor.by,
        )
    )  # fmt: skip
    tx.log("reminders.made", kept, at=now, by=actor.by, round=round_.id, kind=told.kind)
    return True


# -- What falls due by itself --


def make_due(workspace: Workspace, actor: Actor) -> int:
    """Make every reminder that has fallen due and is not made yet, and answer how many. For a job of each minute."""
    access.require(actor, Action.WRITE_ROUND)
    now, made = workspace.now(), 0
    view = workspace.region(actor.region).view()
    for state in ("open", "closed"):
        for round_ in view.find(Round, {"state": state}, order="number"):
            if any(view.get(Reminder, id_of(round_.id, t.kind, t.person)) is None for t in _due(view, round_, now)):
                made += _make_due(workspace, actor, round_.id, now)
    return made


def _make_due(workspace: Workspace, actor: Actor, round_id: str, now: datetime) -> int:
    """The same for one round, in a transaction: what was due a moment ago may be so no more."""
    with workspace.region(actor.region).transaction() as tx:
        round_ = get(workspace, actor, round_id, tx)
        return sum(_make(tx, actor, round_, told, now) for told in list(_due(tx, round_, now)))


def _due(view: View, round_: Round, now: datetime) -> Iterator[Told]:
    if round_.state == "closed":
        yield from _outcome_missing(view, round_, now)
    if not round_.is_open(now):
        return
    if round_.reminds and _has_come(round_, now):
        yield from (Told(DEADLINE, one.person, one.left) for one in with_something_left(view, round_))
    yield from _entered_for_them(view, round_)
    yield from _to_confirm(view, round_)


def _has_come(round_: Round, now: datetime) -> bool:
    """Whether it is two days to the deadline. Was it so when the round opened, then the opening was reminder enough."""
    moment = round_.closes.astimezone(OSLO) - BEFORE
    return now >= moment and (round_.opened is None or round_.opened < moment)


def _outcome_missing(view: View, round_: Round, now: datetime) -> Iterator[Told]:
    if round_.closed is None or now < round_.closed + OUTCOME_AFTER:
        return
    week = (now - round_.closed) // timedelta(days=7)
    for person in leaders(view, round_):
        yield Told(f"{OUTCOME}-{round_.closed:%Y%m%d%H%M}-{week}", person)


def _entered_for_them(view: View, round_: Round) -> Iterator[Told]:
    """Answers entered on a municipality's behalf that it was not told of; several at once are told of together."""
    count = counting.of(view, round_)
    given = (*count.ballots.values(), *count.before.values()) if not round_.by_person else ()
    ballots = sorted((b for one in given for b in one.values() if b.on_behalf), key=lambda ballot: ballot.sequence)
    if not ballots:
        return
    made = [reminder for reminder in view.find(Reminder, {"round": round_.id}) if reminder.what == ON_BEHALF]
    known = {(reminder.person, id) for reminder in made for id in reminder.about}
    for municipality in dict.fromkeys(ballot.municipality for ballot in ballots):
        for person in people_of(view, municipality):
            new = [
                b.id
                for b in ballots
                if b.municipality == municipality and b.by != person and (person, b.id) not in known
            ]
            if new:
                yield Told(f"{ON_BEHALF}-{new[-1]}", person, tuple(new))


def _to_confirm(view: View, round_: Round) -> Iterator[Told]:
    """Whose answer was given to an earlier text, and waits to be confirmed."""
    count = counting.of(view, round_)
    for measure, given in count.before.items():
        for voice in given:
            people = (count.voices[voice].person,) if round_.by_person else people_of(view, voice)
            for person in filter(None, people):
                yield Told(f"{CONFIRM}-{measure}-{round_.text_version(measure)}", person, (measure,))


# -- What became of it --


class Post(NamedTuple):
    """How it stands with what is told of a round, for the one who leads it."""

    left: tuple[Recipient, ...]  # who has something left now
    last_written: datetime | None  # when the facilitator last reminded
    waiting: tuple[Reminder, ...]  # to be sent, or to be copied where there is no mail server
    unsure: tuple[Reminder, ...]  # handed over, and nobody knows whether they came
    refused: tuple[Reminder, ...]


def post(workspace: Workspace, actor: Actor, round_: Round) -> Post:
    """How it stands with what is told of a round. Raises Forbidden."""
    access.require(actor, Action.WRITE_ROUND)
    view = workspace.region(actor.region).view()
    found = view.find(Reminder, {"round": round_.id})
    before = workspace.now() - UNSURE_AFTER
    written = [reminder.made for reminder in found if reminder.what == WRITTEN]
    return Post(
        left=tuple(with_something_left(view, round_)),
        last_written=max(written, default=None),
        waiting=tuple(r for r in found if r.state == WAITING),
        unsure=tuple(r for r in found if r.state == SENDING and r.moved <= before),
        refused=tuple(r for r in found if r.state == REFUSED),
    )


def settle(
    workspace: Workspace, actor: Actor, round_id: str, ids: Iterable[str], to: str, *, once: Once | None = None
) -> Round:
    """The facilitator says of reminders that they are sent, or shall be tried again; what is sent stays so.

    Raises NotFound, Conflict.
    """
    access.require(actor, Action.WRITE_ROUND)
    now = workspace.now()
    with workspace.region(actor.region).transaction() as tx:
        stored = get(workspace, actor, round_id, tx)
        if came_of(tx, actor, once, Round) is not None:
            return stored
        for id in ids:
            reminder = tx.get(Reminder, id)
            if reminder is None or reminder.round != stored.id:
                raise NotFound()
            if reminder.state not in {SENT, DROPPED, to}:
                kept = tx.put(reminder.move(to, now))
                tx.log(f"reminders.{to}", kept, at=now, by=actor.by, round=stored.id, kind=kept.kind)
        remember(tx, actor, once, stored, now)
        return stored
