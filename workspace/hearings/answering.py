"""Answering a hearing: by the public form, with an account, and what staff enter that came another way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from workspace import access
from workspace.access import Action, Actor
from workspace.clean import is_blank
from workspace.errors import Conflict, Invalid, _
from workspace.hearings import door, life, service
from workspace.hearings.answer import ACCOUNT, BY_HAND, FORM, WHOLE, HearingAnswer, Part, check, code_hash
from workspace.hearings.door import Door
from workspace.hearings.model import Hearing
from workspace.hearings.service import Text
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.regions.model import Municipality
from workspace.store.port import Transaction

LATE = _("Høringen er lukket. Teksten din står her ennå. Ta kontakt med avsenderen hvis den likevel må med.")


def parts_of(hearing: Hearing, text: Text, said: Mapping[str, str]) -> tuple[Part, ...]:
    """What was typed, in parts, by what each is about: "" the whole, "q<number>" a question, "b<block>" a chapter.

    What is about nothing in this hearing is left out, and so is what is blank.
    """
    headings = {WHOLE: ""}
    headings |= {f"q{number}": question for number, question in enumerate(hearing.questions, 1)}
    headings |= {f"b{chapter.block}": chapter.label for chapter in text.chapters}
    return tuple(
        Part(about=about, heading=heading, text=said[about].strip())
        for about, heading in headings.items()
        if not is_blank(said.get(about, ""))
    )


# -- By the public form --


def receive(
    workspace: Workspace, found: Door, said: Mapping[str, str], *, once: Once | None = None, **about: str
) -> HearingAnswer:
    """Take in an answer from somebody without an account. Raises Conflict when it is closed, Invalid, NotFound.

    Sent again with the same key, the same answer is answered.
    """
    actor, store = found.actor, workspace.region(found.region)
    life.meet_deadline(workspace, actor, found.hearing)
    parts = parts_of(found.hearing, door.text(workspace, found), said)
    with store.transaction() as tx:
        now = workspace.now()
        earlier = came_of(tx, actor, once, HearingAnswer)
        if earlier is not None:
            return earlier
        hearing = _open(tx, found.hearing, now)
        made = _made(workspace, tx, hearing, parts, now, source=FORM, **about)
        kept = tx.put(made.changed(code=code_hash(door.code_of(workspace, made))))
        _log(tx, "received", kept, hearing, now, actor)
        remember(tx, actor, once, kept, now)
        return kept


def rewrite(
    workspace: Workspace, found: Door, code: str, said: Mapping[str, str], *, once: Once | None = None, **about: str
) -> HearingAnswer:
    """Change an answer by the code of its receipt, before the deadline. Raises Conflict, Invalid, NotFound."""
    actor, store = found.actor, workspace.region(found.region)
    life.meet_deadline(workspace, actor, found.hearing)
    parts = parts_of(found.hearing, door.text(workspace, found), said)
    with store.transaction() as tx:
        now = workspace.now()
        earlier = came_of(tx, actor, once, HearingAnswer)
        if earlier is not None:
            return earlier
        hearing = _open(tx, found.hearing, now)
        stored = door.receipt(workspace, found, code, tx)
        kept = tx.put(_checked(tx, stored.rewrite(parts, now, **about)))
        _log(tx, "edited", kept, hearing, now, actor)
        remember(tx, actor, once, kept, now)
        return kept


def withdraw(workspace: Workspace, found: Door, code: str, *, once: Once | None = None) -> HearingAnswer:
    """Take an answer back by the code of its receipt, before the deadline: its text is gone.

    Raises Conflict, NotFound.
    """
    actor = found.actor
    life.meet_deadline(workspace, actor, found.hearing)
    with workspace.region(found.region).transaction() as tx:
        now = workspace.now()
        earlier = came_of(tx, actor, once, HearingAnswer)
        if earlier is not None:
            return earlier
        hearing = _open(tx, found.hearing, now)
        kept = tx.put(door.receipt(workspace, found, code, tx).withdraw(now))
        _log(tx, "withdrawn", kept, hearing, now, actor)
        remember(tx, actor, once, kept, now)
        return kept


# -- With an account --


def answer_as_member(
    workspace: Workspace, actor: Actor, hearing_id: str, said: Mapping[str, str], *, once: Once | None = None
) -> HearingAnswer:
    """Answer as a member of the region, or change what one has answered. Raises Conflict, Invalid, NotFound."""
    access.require(actor, Action.ANSWER_HEARING)
    seen = service.get(workspace, actor, hearing_id)
    store = workspace.region(actor.region)
    life.meet_deadline(workspace, actor, seen)
    parts = parts_of(seen, service.text_of(store, seen), said)
    party, municipality = actor.organisation, actor.municipality or ""
    if municipality:
        party = next((m.name for m in regions.municipalities(workspace, actor) if m.id == municipality), "")
    with store.transaction() as tx:
        now = workspace.now()
        earlier = came_of(tx, actor, once, HearingAnswer)
        if earlier is not None:
            return earlier
        hearing = _open(tx, seen, now)
        own = service.own_answer(workspace, actor, hearing, tx)
        if own is not None:
            kept = tx.put(_checked(tx, own.rewrite(parts, now)))
        else:
            who = {"name": actor.name, "party": party, "role": actor.title, "municipality": municipality}
            more = {"group": actor.group or "", "person": actor.person or "", "source": ACCOUNT}
            kept = tx.put(_made(workspace, tx, hearing, parts, now, **who, **more))
        _log(tx, "received" if own is None else "edited", kept, hearing, now, actor)
        remember(tx, actor, once, kept, now)
        return kept


def withdraw_own(workspace: Workspace, actor: Actor, hearing_id: str, *, once: Once | None = None) -> HearingAnswer:
    """Take back what one has answered, before the deadline. Raises Conflict when there is nothing, NotFound."""
    access.require(actor, Action.ANSWER_HEARING)
    seen = service.get(workspace, actor, hearing_id)
    life.meet_deadline(workspace, actor, seen)
    with workspace.region(actor.region).transaction() as tx:
        now = workspace.now()
        earlier = came_of(tx, actor, once, HearingAnswer)
        if earlier is not None:
            return earlier
        hearing = _open(tx, seen, now)
        own = service.own_answer(workspace, actor, hearing, tx)
        if own is None:
            raise Conflict(_("Høringsuttalelsen er trukket."), current=hearing)
        kept = tx.put(own.withdraw(now))
        _log(tx, "withdrawn", kept, hearing, now, actor)
        remember(tx, actor, once, kept, now)
        return kept


# -- What came another way --


def enter(
    workspace: Workspace,
    actor: Actor,
    hearing_id: str,
    said: Mapping[str, str],
    received: datetime,
    *,
    once: Once | None = None,
    **about: str,
) -> HearingAnswer:
    """Enter an answer that came by e-mail, by letter or in a meeting, also after the deadline.

    Raises Conflict for a draft, Invalid, NotFound, Forbidden.
    """
    access.require(actor, Action.ASSESS_HEARING)
    seen = service.get(workspace, actor, hearing_id)
    store = workspace.region(actor.region)
    parts = parts_of(seen, service.text_of(store, seen), said)
    if about.get("source") not in BY_HAND:
        raise Invalid({"source": _("Velg hvordan høringsuttalelsen kom.")})
    with store.transaction() as tx:
        now = workspace.now()
        earlier = came_of(tx, actor, once, HearingAnswer)
        if earlier is not None:
            return earlier
        hearing = service.get(workspace, actor, hearing_id, tx)
        if not hearing.is_public:
            raise Conflict(_("Høringen er ikke åpnet ennå."), current=hearing)
        if received > now:
            raise Invalid({"received": _("Datoen kan ikke være fram i tid.")})
        made = _made(workspace, tx, hearing, parts, received, **about)
        kept = tx.put(made.changed(entered_by=actor.by, entered_name=actor.name))
        _log(tx, "received", kept, hearing, now, actor)
        remember(tx, actor, once, kept, now)
        return kept


# -- What they share --


def _open(tx: Transaction, seen: Hearing, now: datetime) -> Hearing:
    hearing = tx.get(Hearing, seen.id)
    if hearing is None or not hearing.is_open(now):
        raise Conflict(LATE, current=hearing)
    return hearing


def _made(
    workspace: Workspace, tx: Transaction, hearing: Hearing, parts: tuple[Part, ...], received: datetime, **about: Any
) -> HearingAnswer:
    last = tx.find(HearingAnswer, {"hearing": hearing.id}, order="received")
    number = max((one.number for one in last), default=0) + 1
    made = HearingAnswer(
        id=workspace.new_id(), hearing=hearing.id, number=number, parts=parts, received=received, **about
    )
    return _checked(tx, made)


def _checked(tx: Transaction, made: HearingAnswer) -> HearingAnswer:
    """The answer, if it may be kept; one that is from a municipality by name, and says no other, belongs to it."""
    own = tx.find(Municipality, order="name")
    number = made.municipality
    if number and number not in {municipality.id for municipality in own}:
        raise Invalid({"municipality": _("Velg en kommune i regionen, eller la det stå tomt.")})
    return check(made if number else made.changed(municipality=_named(own, made.party)))


def _named(own: Sequence[Municipality], party: str) -> str:
    words = party.casefold().split()
    return next((m.id for m in own if words[:1] == [m.name.casefold()] and set(words[1:]) <= {"kommune"}), "")


def _log(tx: Transaction, what: str, kept: HearingAnswer, hearing: Hearing, now: datetime, actor: Actor) -> None:
    tx.log(
        f"hearing_answers.{what}", kept, at=now, by=actor.by, document=hearing.document, hearing=hearing.id,
        source=kept.source,
    )  # fmt: skip
