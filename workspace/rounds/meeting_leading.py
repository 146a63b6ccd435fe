"""Leading a meeting: its code, the wall, the door, and guests who should not be there.

The code is kept twice (meeting.py). A new one is written to the house first and to the round after; one that is gone is
taken from the round first. Cut off in between, the house may hold a code that no round has: it opens nothing, and goes
the next time the round gets or loses a code.
"""

from __future__ import annotations

from collections.abc import Callable

from workspace import access
from workspace.access import Action, Actor
from workspace.errors import Conflict, NotFound
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.rounds import answering, meeting
from workspace.rounds.answering import Answer, Voter
from workspace.rounds.ballot import Voice
from workspace.rounds.meeting import Guest, MeetingCode
from workspace.rounds.model import Round
from workspace.rounds.service import get, last_ballot
from workspace.store.port import Transaction


def start(workspace: Workspace, actor: Actor, round_id: str, *, once: Once | None = None) -> Round:
    """Start a meeting about an open round: with a code, and nothing on the wall yet.

    Raises Conflict, NotFound, Forbidden.
    """
    return _with_code(workspace, actor, round_id, meeting.begin, "rounds.meeting_started", once)


def change_code(workspace: Workspace, actor: Actor, round_id: str, *, once: Once | None = None) -> Round:
    """Give the meeting another code: the old one lets nobody in any more. Raises Conflict, NotFound, Forbidden."""
    return _with_code(workspace, actor, round_id, meeting.change_code, "rounds.meeting_code_changed", once)


def _with_code(
    workspace: Workspace,
    actor: Actor,
    round_id: str,
    act: Callable[[Round, str], Round],
    what: str,
    once: Once | None,
) -> Round:
    access.require(actor, Action.LEAD_MEETING)
    view = workspace.region(actor.region).view()
    earlier = came_of(view, actor, once, Round)
    if earlier is not None:
        return earlier
    act(get(workspace, actor, round_id, view), "")  # refused here, no code is drawn
    code = _reserve(workspace, actor, round_id)

    def change(round_: Round) -> Round:
        return act(round_, code)

    kept = _change(workspace, actor, round_id, change, what, once)
    _settle_codes(workspace, actor, kept.id)
    return kept


def _reserve(workspace: Workspace, actor: Actor, round_id: str) -> str:
    """A code that no other round of any region has."""
    while True:
        code = meeting.draw_code()
        try:
            with workspace.house.transaction() as tx:
                tx.put(MeetingCode(id=code, region=actor.region or "", round=round_id, made=workspace.now()))
            return code
        except Conflict:
            continue


def _settle_codes(workspace: Workspace, actor: Actor, round_id: str) -> None:
    """Leave the house with the code that the round has now, and no other: also when two acts met on the way here.

    The round is read while the house is held, so that whoever comes last has seen the last code.
    """
    where = {"region": actor.region or "", "round": round_id}
    with workspace.house.transaction() as tx:
        code = get(workspace, actor, round_id).code
        for kept in tx.find(MeetingCode, where):
            if kept.id != code:
                tx.remove(kept)
        if code and tx.get(MeetingCode, code) is None:
            tx.put(MeetingCode(id=code, region=actor.region or "", round=round_id, made=workspace.now()))


def end(workspace: Workspace, actor: Actor, round_id: str, *, once: Once | None = None) -> Round:
    """End the meeting: its code lets nobody in, and guests answer no more. Raises Conflict, NotFound, Forbidden."""
    kept = _change(workspace, actor, round_id, meeting.end, "rounds.meeting_ended", once)
    _settle_codes(workspace, actor, round_id)
    return kept


def reveal(
    workspace: Workspace, actor: Actor, round_id: str, *, revealed: bool = True, once: Once | None = None
) -> Round:
    """Let the wall show how the round stands, or no longer. Raises Conflict, NotFound, Forbidden."""

    def change(round_: Round) -> Round:
        return meeting.reveal(round_, revealed=revealed)

    return _change(workspace, actor, round_id, change, "rounds.revealed" if revealed else "rounds.covered", once)


def set_door(workspace: Workspace, actor: Actor, round_id: str, *, closed: bool, once: Once | None = None) -> Round:
    """Let no more guests in, or let them in again. Raises Conflict, NotFound, Forbidden."""

    def change(round_: Round) -> Round:
        return meeting.set_door(round_, closed=closed)

    return _change(workspace, actor, round_id, change, "rounds.door_closed" if closed else "rounds.door_opened", once)


def _change(
    workspace: Workspace,
    actor: Actor,
    round_id: str,
    change: Callable[[Round], Round],
    what: str,
    once: Once | None,
) -> Round:
    access.require(actor, Action.LEAD_MEETING)
    with workspace.region(actor.region).transaction() as tx:
        now = workspace.now()
        earlier = came_of(tx, actor, once, Round)
        if earlier is not None:
            return earlier
        kept = tx.put(change(get(workspace, actor, round_id, tx)))
        tx.log(what, kept, at=now, by=actor.by)
        remember(tx, actor, once, kept, now)
        return kept


# -- Guests --


def guests(workspace: Workspace, actor: Actor, round_: Round) -> list[tuple[Guest, Voice | None]]:
    """The guests of a round as they came, each with the voice that says what group they are of. Raises Forbidden."""
    access.require(actor, Action.LEAD_MEETING)
    view = workspace.region(actor.region).view()
    found = view.find(Guest, {"round": round_.id}, order="number")
    return [(guest, view.get(Voice, guest.id)) for guest in found]


def remove_guest(
    workspace: Workspace, actor: Actor, round_id: str, guest_id: str, why: str, *, once: Once | None = None
) -> Guest:
    """Take a guest out of the meeting, with a reason. Their answers are withdrawn, and all is kept.

    What they answered without a name stays: nobody can tell which it was. Raises Conflict when the round is not open,
    Invalid, NotFound, Forbidden.
    """
    access.require(actor, Action.LEAD_MEETING)
    with workspace.region(actor.region).transaction() as tx:
        now = workspace.now()
        round_ = get(workspace, actor, round_id, tx)
        earlier = came_of(tx, actor, once, Guest)
        if earlier is not None:
            return earlier
        guest = tx.get(Guest, guest_id)
        if guest is None or guest.round != round_.id:
            raise NotFound()
        kept = tx.put(guest.remove(actor.by, why, now))
        round_.take(now)
        withdrawn = _withdraw_all(workspace, tx, actor, round_id, kept)
        voice = tx.get(Voice, guest_id)
        if voice is not None and round_.by_person and not round_.is_anonymous:
            round_ = get(workspace, actor, round_id, tx)
            tx.put(round_.changed(voices=round_.voices - 1, updates=round_.updates + 1))
            tx.remove(voice)
            tx.log("voices.left", voice, at=now, by=actor.by, round=round_id)
        tx.log("guests.removed", kept, at=now, by=actor.by, round=round_id, why=kept.why, withdrawn=withdrawn)
        remember(tx, actor, once, kept, now)
        return kept


def _withdraw_all(workspace: Workspace, tx: Transaction, actor: Actor, round_id: str, guest: Guest) -> int:
    """Take back all that a guest has answered, and say how many that were. Not on their behalf: nobody speaks for
    them, and the ballot says who took it back and why."""
    round_ = get(workspace, actor, round_id, tx)
    voter = meeting.voter_of(round_, guest.id)
    given = [last_ballot(tx, round_.id, id, voter) for id in round_.measures]
    standing = [ballot for ballot in given if ballot is not None and not ballot.withdrawn]
    for ballot in standing:
        for_whom = Voter(voter, ballot.municipality, ballot.group, ballot.party)
        taken_back = Answer("", channel="meeting", source=guest.why, withdrawn=True)
        round_ = get(workspace, actor, round_id, tx)
        answering.keep(workspace, tx, actor, round_, ballot.measure, for_whom, taken_back, 0, "")
    return len(standing)
