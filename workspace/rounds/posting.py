"""Sending what is to be told by mail: the mark first, durably, then the letter, then what came of it.

A crash between any two of these leaves a reminder as "sending". It may have gone out, so it is shown to the facilitator
and not sent again by itself.
"""

from __future__ import annotations

import logging
import time

from workspace import access, mail
from workspace.access import Actor
from workspace.accounts.model import Person
from workspace.mail import Letter, MailUnavailable, Sent, hashed, is_on
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.regions.model import Membership, Municipality, Region
from workspace.rounds import counting, letters
from workspace.rounds.ballot import Ballot
from workspace.rounds.model import Round
from workspace.rounds.recipients import people_of, with_something_left
from workspace.rounds.reminder import (
    CONFIRM,
    DEADLINE,
    DROPPED,
    ON_BEHALF,
    OUTCOME,
    REFUSED,
    SENDING,
    SENT,
    WAITING,
    WRITTEN,
    Reminder,
)  # fmt: skip
from workspace.store.port import View
from workspace.text import LOCALES

logger = logging.getLogger(__name__)

A_WHILE = 30.0  # seconds that one turn may take: other chores wait meanwhile
MOST_TRIES = 100  # of one letter that the server will not take now


def send(workspace: Workspace, slug: str) -> int:
    """Send a region's reminders that wait, and answer how many were taken. A server that is down is tried next time."""
    store = workspace.region(slug)
    if not is_on(workspace.config) or store.view().count(Reminder, {"state": WAITING}) == 0:
        return 0
    until = time.monotonic() + A_WHILE
    taken = 0
    try:
        with mail.conversation(workspace.config) as post:
            for waiting in store.view().find(Reminder, {"state": WAITING}):
                if time.monotonic() > until:
                    break
                taken += _send(workspace, access.operator(slug), waiting, post)
    except MailUnavailable as error:
        logger.warning("mail waits: %s", error)
    return taken


def _send(workspace: Workspace, actor: Actor, waiting: Reminder, post: mail.Post) -> bool:
    if waiting.tried and (workspace.now() - waiting.moved).total_seconds() < 60 * waiting.tried:
        return False  # it was put off: less and less often
    letter = _begun(workspace, actor, waiting.id)
    if letter is None:
        return False
    try:
        came = post(letter)
    except MailUnavailable:
        _ended(workspace, actor, waiting.id, Sent.NOT_TAKEN)
        raise
    _ended(workspace, actor, waiting.id, came)
    return came is Sent.TAKEN


def _begun(workspace: Workspace, actor: Actor, id: str) -> Letter | None:
    """Mark a reminder as being sent, durably, and write its letter. None where another process has it, or where there
    is nothing to tell any more; then it is dropped."""
    now = workspace.now()
    with workspace.region(actor.region).transaction() as tx:
        stored = tx.get(Reminder, id)
        if stored is None or stored.state != WAITING:
            return None
        letter = letter_to(workspace, actor, tx, stored)
        code = hashed(_code(workspace, actor, id))
        kept = tx.put(stored.move(DROPPED if letter is None else SENDING, now).changed(code=code))
        tx.log(f"reminders.{kept.state}", kept, at=now, by=actor.by, round=kept.round, kind=kept.kind)
        return letter


def _ended(workspace: Workspace, actor: Actor, id: str, came: Sent) -> None:
    """Keep what came of a letter. Where nobody knows, the mark stays as it is."""
    if came is Sent.UNKNOWN:
        return
    now = workspace.now()
    with workspace.region(actor.region).transaction() as tx:
        stored = tx.get(Reminder, id)
        if stored is None or stored.state != SENDING:
            return
        to = {Sent.TAKEN: SENT, Sent.REFUSED: REFUSED, Sent.NOT_TAKEN: WAITING}[came]
        if to == WAITING and stored.tried >= MOST_TRIES:
            to = REFUSED
        kept = tx.put(stored.move(to, now))
        tx.log(f"reminders.{to}", kept, at=now, by=actor.by, round=kept.round, kind=kept.kind)


def came_back(workspace: Workspace, slug: str, code: str) -> Reminder | None:
    """Mark the reminder whose letter had this code as one that did not arrive. None where there is none, or where that
    is known already."""
    store, where = workspace.region(slug), {"code": hashed(code)}
    if store.view().first(Reminder, where) is None:
        return None
    now = workspace.now()
    with store.transaction() as tx:
        stored = tx.first(Reminder, where)
        if stored is None or stored.state not in {SENT, SENDING}:
            return None
        kept = tx.put(stored.move(REFUSED, now))
        tx.log(f"reminders.{REFUSED}", kept, at=now, by=access.operator(slug).by, round=kept.round, kind=kept.kind)
        return kept


def _code(workspace: Workspace, actor: Actor, id: str) -> str:
    """What the letter of a reminder is known by when it comes back."""
    return mail.code_of(workspace.config.secret_key, actor.region or "", Reminder.table, id)


# -- The letter --


def letter_to(
    workspace: Workspace, actor: Actor, view: View, reminder: Reminder, *, alike: bool = False
) -> Letter | None:
    """The letter of a reminder as it would be now. None where it has nothing to tell any more, or nobody to tell.

    `alike`: without what differs between receivers, so that one text can be sent to many by hand.
    """
    round_ = view.get(Round, reminder.round)
    member = view.get(Membership, reminder.person)
    person = workspace.house.view().get(Person, reminder.person)
    if round_ is None or member is None or member.ended is not None or person is None or person.disabled:
        return None
    if not _is_to_be_told(view, round_, reminder, workspace):
        return None
    language = person.locale if person.locale in LOCALES else workspace.config.default_locale
    about = _about(workspace, actor, view, round_, reminder)
    if alike and reminder.what in {DEADLINE, WRITTEN}:
        about = about._replace(municipalities=(), left=0)
    return Letter(
        id=f"{reminder.id}-{reminder.tried}",
        to=person.email,
        subject=letters.subject(reminder, about, language),
        text=letters.body(reminder, about, language),
        returns_to=mail.reply_address(workspace.config, _code(workspace, actor, reminder.id)),
    )


def _is_to_be_told(view: View, round_: Round, reminder: Reminder, workspace: Workspace) -> bool:
    if reminder.what == OUTCOME:
        return round_.state == "closed"
    if not round_.is_open(workspace.now()):
        return False
    if reminder.what in {DEADLINE, WRITTEN}:
        return any(one.person == reminder.person for one in with_something_left(view, round_))
    if reminder.what == CONFIRM:
        count = counting.of(view, round_)
        voices = [voice for measure in reminder.about for voice in count.before.get(measure, {})]
        return any(reminder.person in _people(view, round_, voice) for voice in voices)
    return True


def _people(view: View, round_: Round, voice: str) -> tuple[str, ...]:
    return (counting.of(view, round_).voices[voice].person,) if round_.by_person else people_of(view, voice)


def _about(workspace: Workspace, actor: Actor, view: View, round_: Round, reminder: Reminder) -> letters.About:
    region = workspace.house.view().get(Region, actor.region or "")
    left = next((one for one in with_something_left(view, round_) if one.person == reminder.person), None)
    ballots = [view.get(Ballot, id) for id in reminder.about] if reminder.what == ON_BEHALF else []
    measures = [b.measure for b in ballots if b is not None] if ballots else list(reminder.about)
    found = [view.get(Measure, id) for id in dict.fromkeys(measures)]
    base = f"{workspace.config.base_url.rstrip('/')}/r/{actor.region}"
    is_one = reminder.what == CONFIRM or (reminder.what == ON_BEHALF and len(found) == 1)
    page = f"measures/{measures[0]}" if is_one and measures else f"rounds/{round_.id}"
    return letters.About(
        round=round_,
        region=region.name if region is not None else actor.region or "",
        address=f"{base}/{page}",
        municipalities=_municipalities(view, round_, reminder, ballots),
        left=len(left.left) if left is not None else 0,
        codes=tuple(measure.code for measure in found if measure is not None),
        entered_by=next((ballot.name for ballot in ballots if ballot is not None), ""),
    )


def _municipalities(view: View, round_: Round, reminder: Reminder, ballots: list[Ballot | None]) -> tuple[str, ...]:
    """The names of the municipalities that a reminder is to somebody as one who answers for."""
    if round_.by_person or reminder.what == OUTCOME:
        return ()
    if reminder.what in {DEADLINE, WRITTEN}:
        left = with_something_left(view, round_)
        return next((one.municipalities for one in left if one.person == reminder.person), ())
    numbers = [ballot.municipality for ballot in ballots if ballot is not None] or list(round_.electorate)
    own = [number for number in dict.fromkeys(numbers) if reminder.person in people_of(view, number)]
    found = [view.get(Municipality, number) for number in own]
    return tuple(municipality.name for municipality in found if municipality is not None)
