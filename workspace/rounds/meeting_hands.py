"""Hands that the facilitator counts in the room: numbers beside the answers, with their source and who says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from workspace import access
from workspace.access import Action, Actor
from workspace.errors import Invalid, NotFound, _
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.rounds import meeting
from workspace.rounds.meeting import HandCount
from workspace.rounds.model import Round
from workspace.rounds.service import get
from workspace.store.port import Transaction


def count_hands(
    workspace: Workspace,
    actor: Actor,
    round_id: str,
    measure_id: str,
    group: str,
    hands: Mapping[str, str],
    source: str,
    *,
    once: Once | None = None,
) -> HandCount:
    """Enter how many hands there were for each step (typed, by value), of a group or ("") of the whole room.

    It takes the place of what was entered before for the same measure and group. Raises Conflict, Invalid, NotFound.
    """
    access.require(actor, Action.LEAD_MEETING)
    with workspace.region(actor.region).transaction() as tx:
        earlier = came_of(tx, actor, once, HandCount)
        if earlier is not None:
            return earlier
        round_ = get(workspace, actor, round_id, tx)
        round_.item(measure_id)
        if group and group not in meeting.COMES_FROM:
            raise Invalid({"group": _("Velg hvem som rakte opp hånden.")})
        counts = meeting.check_hands(round_, hands, source)
        entered = HandCount(
            id=workspace.new_id(), round=round_id, measure=measure_id, group=group, counts=counts,
            source=source.strip(), sequence=0, by=actor.by, name=actor.name, at=workspace.now(),
        )  # fmt: skip
        return _keep(workspace, tx, actor, round_, entered, "hand_counts.entered", once)


def take_back(
    workspace: Workspace, actor: Actor, round_id: str, count_id: str, *, once: Once | None = None
) -> HandCount:
    """Take a count back that should not have been entered. It is kept. Raises NotFound, Forbidden."""
    access.require(actor, Action.LEAD_MEETING)
    with workspace.region(actor.region).transaction() as tx:
        earlier = came_of(tx, actor, once, HandCount)
        if earlier is not None:
            return earlier
        round_ = get(workspace, actor, round_id, tx)
        wrong = tx.get(HandCount, count_id)
        if wrong is None or wrong.round != round_id:
            raise NotFound()
        meeting.require_hands(round_)
        taken_back = wrong.changed(
            id=workspace.new_id(), version=0, counts=(), withdrawn=True, by=actor.by, name=actor.name,
            at=workspace.now(),
        )  # fmt: skip
        return _keep(workspace, tx, actor, round_, taken_back, "hand_counts.withdrawn", once)


def _keep(
    workspace: Workspace,
    tx: Transaction,
    actor: Actor,
    round_: Round,
    entered: HandCount,
    what: str,
    once: Once | None,
) -> HandCount:
    """Put a count and tell those who look at the round that there is something new."""
    now = workspace.now()
    seen = tx.put(round_.changed(updates=round_.updates + 1))
    kept = tx.put(entered.changed(sequence=seen.updates))
    tx.log(
        what, kept, at=now, by=actor.by, round=round_.id, measure=kept.measure, group=kept.group,
        counts=[list(count) for count in kept.counts], source=kept.source,
    )  # fmt: skip
    remember(tx, actor, once, kept, now)
    return kept


class Hands(NamedTuple):
    """The hands of a round: what stands, by measure, and all that was entered before it."""

    standing: Mapping[str, tuple[HandCount, ...]]
    earlier: Mapping[str, tuple[HandCount, ...]]  # newest first


def hands_of(workspace: Workspace, actor: Actor, round_: Round) -> Hands:
    """The hands counted in a round that this actor may see; none while its answers are hidden."""
    access.require(actor, Action.READ_ROUND, round_)
    if not round_.shows_standpoints():
        return Hands({}, {})
    found = workspace.region(actor.region).view().find(HandCount, {"round": round_.id}, order="sequence")
    newest = {count.about: count for count in found}
    standing: dict[str, tuple[HandCount, ...]] = {}
    earlier: dict[str, tuple[HandCount, ...]] = {}
    for count in reversed(found):
        is_standing = newest[count.about] is count and not count.withdrawn
        kept = standing if is_standing else earlier
        kept[count.measure] = (*kept.get(count.measure, ()), count)
    order = ("", *meeting.COMES_FROM)
    ordered = {id: tuple(sorted(counts, key=lambda c: order.index(c.group))) for id, counts in standing.items()}
    return Hands(ordered, earlier)
