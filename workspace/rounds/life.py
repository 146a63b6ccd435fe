"""The life of a round: made, changed, opened, extended, closed, reopened, concluded; and what falls due with time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from workspace import access
from workspace.access import Action, Actor
from workspace.errors import Conflict, Forbidden, WorkspaceError, _
from workspace.measures import service as measures
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.regions.model import Municipality
from workspace.rounds import counting, drafting, sealing
from workspace.rounds.ballot import Voice
from workspace.rounds.model import Item, Round, check_draft
from workspace.rounds.service import get
from workspace.rounds.starting import agree_and_start
from workspace.store.port import Transaction, View

OPENED = _("Runden er alt åpnet.")


def create(
    workspace: Workspace, actor: Actor, measure_ids: tuple[str, ...], *, once: Once | None = None, **fields: Any
) -> Round:
    """Make a draft of a round on these measures. Raises Invalid, NotFound, Forbidden."""
    access.require(actor, Action.WRITE_ROUND)
    with workspace.region(actor.region).transaction() as tx:
        earlier = came_of(tx, actor, once, Round)
        if earlier is not None:
            return earlier
        items = _items(workspace, actor, measure_ids, tx)
        last = tx.first(Round, order="number", descending=True)
        fields.setdefault("number", last.number + 1 if last else 1)
        draft = Round(id=workspace.new_id(), items=items, created_by=actor.by, **fields)
        kept = tx.put(check_draft(draft))
        tx.log("rounds.drafted", kept, at=workspace.now(), by=actor.by)
        remember(tx, actor, once, kept, workspace.now())
        return kept


def change(
    workspace: Workspace,
    actor: Actor,
    round_id: str,
    version: int,
    measure_ids: tuple[str, ...],
    *,
    once: Once | None = None,
    **fields: Any,
) -> Round:
    """Change a draft. Raises Conflict when `version` is stale or the round has opened, Invalid, NotFound, Forbidden."""
    access.require(actor, Action.WRITE_ROUND)
    with workspace.region(actor.region).transaction() as tx:
        now = workspace.now()
        earlier = came_of(tx, actor, once, Round)
        if earlier is not None:
            return earlier
        draft = get(workspace, actor, round_id, tx)
        if draft.state != "draft":
            raise Conflict(OPENED, current=draft)
        if draft.version != version:
            raise Conflict(current=draft)
        items = _items(workspace, actor, measure_ids, tx)
        kept = tx.put(check_draft(draft.changed(items=items, not_opened="", **fields)))
        tx.log("rounds.redrafted", kept, at=now, by=actor.by)
        remember(tx, actor, once, kept, now)
        return kept


def _items(workspace: Workspace, actor: Actor, measure_ids: tuple[str, ...], view: View) -> tuple[Item, ...]:
    found = [measures.get(workspace, actor, id, view) for id in dict.fromkeys(measure_ids)]
    return tuple(Item(measure=measure.id) for measure in sorted(found, key=lambda m: m.number))


def discard(workspace: Workspace, actor: Actor, round_id: str) -> None:
    """Throw a draft away. Raises Conflict for a round that has opened, NotFound, Forbidden."""
    access.require(actor, Action.WRITE_ROUND)
    with workspace.region(actor.region).transaction() as tx:
        draft = get(workspace, actor, round_id, tx)
        if draft.state != "draft":
            raise Conflict(OPENED, current=draft)
        tx.log("rounds.discarded", draft, at=workspace.now(), by=actor.by)
        tx.remove(draft)


def open_round(workspace: Workspace, actor: Actor, round_id: str, *, once: Once | None = None) -> Round:
    """Open a round: its rule, texts and electorate are fixed, and the measures' texts frozen.

    Raises Conflict, Invalid, NotFound, Forbidden.
    """
    access.require(actor, Action.WRITE_ROUND)
    with workspace.region(actor.region).transaction() as tx:
        now = workspace.now()
        earlier = came_of(tx, actor, once, Round)
        if earlier is not None:
            return earlier
        draft = get(workspace, actor, round_id, tx)
        versions = {id: measures.get(workspace, actor, id, tx).text_version for id in draft.measures}
        electorate = tuple(municipality.id for municipality in tx.find(Municipality, order="name"))
        voices = _keep_voices(workspace, tx, draft, now) if draft.by_person else []
        kept = tx.put(draft.open(versions, electorate, now, voices=len(voices)))
        if kept.is_anonymous:
            sealing.begin(workspace, actor.region or "", kept.id)
        for id in kept.measures:
            measures.freeze(tx, id, kept.id)
        tx.log(
            "rounds.opened", kept, at=now, by=actor.by, items=[[i.measure, i.text_version] for i in kept.items],
            method=kept.method, counted_by=kept.counted_by, electorate=list(kept.electorate), voices=voices,
            quorum=kept.quorum, support=kept.support, max_reservations=kept.max_reservations,
            blocks_stop=kept.blocks_stop, points=kept.points, most_points=kept.most_points,
            visibility=kept.visibility, closes=kept.closes.isoformat(),
        )  # fmt: skip
        remember(tx, actor, once, kept, now)
        return kept


def _keep_voices(workspace: Workspace, tx: Transaction, draft: Round, now: datetime) -> list[str]:
    """Give each invited member a voice: those who may answer, of the groups that are invited. Their ids."""
    kept = []
    for member in drafting.invited_members(tx, draft):
        voice = Voice(
            id=workspace.new_id(),
            round=draft.id,
            person=member.id,
            name=member.name,
            municipality=member.municipality or "",
            group=drafting.group_of(member),
            joined=now,
        )
        kept.append(tx.put(voice).id)
    return kept


def close_round(
    workspace: Workspace, actor: Actor, round_id: str, reason: str = "", *, once: Once | None = None
) -> Round:
    """Close a round; before its deadline with a reason. An answer that races it is counted or refused, never half.

    Raises Conflict, Invalid, NotFound.
    """
    access.require(actor, Action.CLOSE_ROUND)
    with workspace.region(actor.region).transaction() as tx:
        now = workspace.now()
        earlier = came_of(tx, actor, once, Round)
        if earlier is not None:
            return earlier
        closed = get(workspace, actor, round_id, tx).close(actor, reason, now)
        kept = _closed(workspace, tx, closed, actor, now, reason=reason)
        remember(tx, actor, once, kept, now)
    _finish(workspace, actor, kept)
    return kept


def _finish(workspace: Workspace, actor: Actor, round_: Round) -> None:
    """Once the close is durable: destroy the key of an anonymous round."""
    if round_.is_anonymous:
        sealing.finish(workspace, actor.region or "")


def _closed(workspace: Workspace, tx: Transaction, round_: Round, actor: Actor, now: datetime, **details: Any) -> Round:
    """Keep a round as closed, with its verdicts in the log and its measures free again. Sealed answers are revealed,
    and the log keeps a hash of what everybody may see of them."""
    if round_.is_anonymous:
        round_, revealed = sealing.reveal(workspace, actor.region or "", tx, round_)
        details |= {"revealed": {one.measure: one.digest for one in revealed}, "unopened": round_.unopened}
    kept = tx.put(round_)
    for id in kept.measures:
        measures.thaw(tx, id, kept.id)
    verdicts = {id: verdict.outcome.value for id, verdict in counting.of(tx, kept).verdicts.items()}
    tx.log("rounds.closed", kept, at=now, by=actor.by, verdicts=verdicts, **details)
    return kept


def extend(
    workspace: Workspace, actor: Actor, round_id: str, closes: datetime, reason: str, *, once: Once | None = None
) -> Round:
    """Give a round a later deadline, with a reason: not after the one it has. Raises Conflict, Invalid, NotFound."""
    access.require(actor, Action.CLOSE_ROUND)
    meet_deadline(workspace, actor, get(workspace, actor, round_id))
    with workspace.region(actor.region).transaction() as tx:
        now = workspace.now()
        earlier = came_of(tx, actor, once, Round)
        if earlier is not None:
            return earlier
        kept = tx.put(get(workspace, actor, round_id, tx).extend(closes, reason, now))
        tx.log("rounds.extended", kept, at=now, by=actor.by, closes=closes.isoformat(), reason=reason)
        remember(tx, actor, once, kept, now)
        return kept


def reopen(
    workspace: Workspace, actor: Actor, round_id: str, closes: datetime, reason: str, *, once: Once | None = None
) -> Round:
    """Open a closed round again, with a reason. Raises Conflict, Invalid, NotFound, Forbidden."""
    access.require(actor, Action.WRITE_ROUND)
    with workspace.region(actor.region).transaction() as tx:
        now = workspace.now()
        earlier = came_of(tx, actor, once, Round)
        if earlier is not None:
            return earlier
        closed = get(workspace, actor, round_id, tx)
        kept = tx.put(closed.reopen(closes, reason, now))
        for item in kept.items:
            measure = measures.freeze(tx, item.measure, kept.id)
            if measure.text_version != item.text_version:
                raise Forbidden(_("%(code)s er endret etter at runden ble lukket. Lag en ny runde.", code=measure.code))
        tx.log("rounds.reopened", kept, at=now, by=actor.by, closes=closes.isoformat(), reason=reason)
        remember(tx, actor, once, kept, now)
        return kept


def write_outcome(
    workspace: Workspace,
    actor: Actor,
    round_id: str,
    outcome: str,
    review_date: str = "",
    followed_up_by: str = "",
    starts: tuple[str, ...] = (),
    *,
    once: Once | None = None,
) -> Round:
    """Keep a draft of what a round comes to; only those who lead see it. Raises Conflict, Invalid, NotFound."""
    access.require(actor, Action.CONCLUDE_ROUND)
    with workspace.region(actor.region).transaction() as tx:
        now = workspace.now()
        earlier = came_of(tx, actor, once, Round)
        if earlier is not None:
            return earlier
        round_ = get(workspace, actor, round_id, tx)
        kept = tx.put(round_.write_outcome(outcome, review_date, followed_up_by, starts))
        tx.log("rounds.outcome_drafted", kept, at=now, by=actor.by)
        remember(tx, actor, once, kept, now)
        return kept


def conclude(
    workspace: Workspace,
    actor: Actor,
    round_id: str,
    outcome: str,
    review_date: str = "",
    followed_up_by: str = "",
    starts: tuple[str, ...] = (),
    *,
    once: Once | None = None,
) -> Round:
    """Write what a closed round came to, when it is looked at again, who follows up, and what it starts.

    Raises Conflict, Invalid, NotFound.
    """
    access.require(actor, Action.CONCLUDE_ROUND)
    with workspace.region(actor.region).transaction() as tx:
        now = workspace.now()
        earlier = came_of(tx, actor, once, Round)
        if earlier is not None:
            return earlier
        round_ = get(workspace, actor, round_id, tx)
        kept = tx.put(round_.conclude(outcome, review_date, now, followed_up_by, starts))
        agree_and_start(tx, actor, kept, counting.of(tx, kept).verdicts, now)
        tx.log(
            "rounds.concluded", kept, at=now, by=actor.by, outcome=kept.outcome, review_date=review_date,
            followed_up_by=followed_up_by, starts=list(starts),
        )  # fmt: skip
        remember(tx, actor, once, kept, now)
        return kept


# -- What falls due --


def meet_deadlines(workspace: Workspace, actor: Actor) -> int:
    """Open every draft whose planned opening has come, close every open round whose deadline has passed, and answer
    how many. For a job that runs each minute. Raises Forbidden."""
    access.require(actor, Action.CLOSE_ROUND)
    found = workspace.region(actor.region).view().find(Round, {"state": "draft"}, order="number")
    opened = sum(_open_as_planned(workspace, actor, draft) for draft in found)
    found = workspace.region(actor.region).view().find(Round, {"state": "open"}, order="number")
    return opened + sum(meet_deadline(workspace, actor, round_) for round_ in found)


def _open_as_planned(workspace: Workspace, actor: Actor, draft: Round) -> bool:
    """Open a draft at its time. One that can't be opened then is a plain draft again, and the log says why."""
    now = workspace.now()
    if not (draft.is_planned and draft.opens is not None and draft.opens <= now):
        return False
    try:
        open_round(workspace, actor, draft.id)
    except WorkspaceError as refused:
        with workspace.region(actor.region).transaction() as tx:
            stored = get(workspace, actor, draft.id, tx)
            if stored.version == draft.version:
                kept = tx.put(stored.changed(is_planned=False, not_opened=str(refused)))
                tx.log("rounds.not_opened", kept, at=now, by=actor.by, why=str(refused))
        return False
    return True


def meet_deadline(workspace: Workspace, actor: Actor, seen: Round) -> bool:
    """Close a round, durably and once, if its deadline has passed: a clock set back then opens nothing."""
    now = workspace.now()
    if not seen.is_due(now):
        return False
    with workspace.region(actor.region).transaction() as tx:
        round_ = get(workspace, actor, seen.id, tx)
        if not round_.is_due(now):
            return False
        kept = _closed(workspace, tx, round_.expire(now), actor, now, deadline=round_.closes.isoformat())
    _finish(workspace, actor, kept)
    return True
