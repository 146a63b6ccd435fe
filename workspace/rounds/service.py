"""What people do with rounds: make, open, answer, close, conclude; and how the region stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from workspace import access
from workspace.access import Action, Actor
from workspace.comments import service as comments
from workspace.errors import Forbidden, NotFound, _
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.regions.model import Municipality
from workspace.rounds import counting
from workspace.rounds.model import Ballot, Item, Round, check_answer, check_draft
from workspace.rounds.verdict import Verdict, group_informed
from workspace.search.port import Entry
from workspace.store.port import View


def get(workspace: Workspace, actor: Actor, round_id: str, view: View | None = None) -> Round:
    """The round. A draft exists only for those who may make rounds. Raises NotFound."""
    access.require(actor, Action.READ_ROUND)
    found = (view or workspace.region(actor.region).view()).get(Round, round_id)
    if found is None or (found.state == "draft" and not access.can(actor, Action.WRITE_ROUND)):
        raise NotFound()
    return found


def listing(workspace: Workspace, actor: Actor) -> list[Round]:
    """The rounds that this actor may see, newest first."""
    access.require(actor, Action.READ_ROUND)
    found = workspace.region(actor.region).view().find(Round, order="number", descending=True)
    return [r for r in found if r.state != "draft" or access.can(actor, Action.WRITE_ROUND)]


# -- The life of a round --


def create(
    workspace: Workspace, actor: Actor, measure_ids: tuple[str, ...], *, once: Once | None = None, **fields: Any
) -> Round:
    """Make a draft of a round on these measures. Raises Invalid, NotFound, Forbidden."""
    access.require(actor, Action.WRITE_ROUND)
    with workspace.region(actor.region).transaction() as tx:
        earlier = came_of(tx, actor, once, Round)
        if earlier is not None:
            return earlier
        found = [measures.get(workspace, actor, id, tx) for id in dict.fromkeys(measure_ids)]
        items = tuple(Item(measure=measure.id) for measure in sorted(found, key=lambda m: m.number))
        last = tx.first(Round, order="number", descending=True)
        fields.setdefault("number", last.number + 1 if last else 1)
        draft = Round(id=workspace.new_id(), items=items, created_by=actor.by, **fields)
        kept = tx.put(check_draft(draft))
        tx.log("rounds.drafted", kept, at=workspace.now(), by=actor.by)
        remember(tx, actor, once, kept, workspace.now())
        return kept


def open_round(workspace: Workspace, actor: Actor, round_id: str, *, once: Once | None = None) -> Round:
    """Open a round: its rule, texts and electorate are fixed, and the measures' texts frozen.

    Raises Conflict, Invalid, NotFound, Forbidden.
    """
    access.require(actor, Action.WRITE_ROUND)
    now = workspace.now()
    with workspace.region(actor.region).transaction() as tx:
        earlier = came_of(tx, actor, once, Round)
        if earlier is not None:
            return earlier
        draft = get(workspace, actor, round_id, tx)
        versions = {id: measures.get(workspace, actor, id, tx).text_version for id in draft.measures}
        electorate = tuple(municipality.id for municipality in tx.find(Municipality, order="name"))
        kept = tx.put(draft.open(versions, electorate, now))
        for id in kept.measures:
            measures.freeze(tx, id, kept.id)
        tx.log(
            "rounds.opened", kept, at=now, by=actor.by, items=[[i.measure, i.text_version] for i in kept.items],
            electorate=list(electorate), quorum=kept.quorum, support=kept.support,
            max_reservations=kept.max_reservations, blocks_stop=kept.blocks_stop, closes=kept.closes.isoformat(),
        )  # fmt: skip
        remember(tx, actor, once, kept, now)
        return kept


def close_round(workspace: Workspace, actor: Actor, round_id: str, *, once: Once | None = None) -> Round:
    """Close a round. An answer that races it is counted or refused, never half. Raises Conflict, NotFound."""
    access.require(actor, Action.CLOSE_ROUND)
    now = workspace.now()
    with workspace.region(actor.region).transaction() as tx:
        earlier = came_of(tx, actor, once, Round)
        if earlier is not None:
            return earlier
        kept = tx.put(get(workspace, actor, round_id, tx).close(actor, now))
        for id in kept.measures:
            measures.thaw(tx, id, kept.id)
        verdicts = {id: verdict.outcome.value for id, verdict in counting.of(tx, kept).verdicts.items()}
        tx.log("rounds.closed", kept, at=now, by=actor.by, verdicts=verdicts)
        remember(tx, actor, once, kept, now)
        return kept


def extend(
    workspace: Workspace, actor: Actor, round_id: str, closes: datetime, reason: str, *, once: Once | None = None
) -> Round:
    """Give a round a later deadline, with a reason. Raises Conflict, Invalid, NotFound."""
    access.require(actor, Action.CLOSE_ROUND)
    now = workspace.now()
    with workspace.region(actor.region).transaction() as tx:
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
    now = workspace.now()
    with workspace.region(actor.region).transaction() as tx:
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


def conclude(
    workspace: Workspace,
    actor: Actor,
    round_id: str,
    outcome: str,
    review_date: str = "",
    *,
    once: Once | None = None,
) -> Round:
    """Write what a closed round came to. Raises Conflict, Invalid, NotFound."""
    access.require(actor, Action.CONCLUDE_ROUND)
    now = workspace.now()
    with workspace.region(actor.region).transaction() as tx:
        earlier = came_of(tx, actor, once, Round)
        if earlier is not None:
            return earlier
        kept = tx.put(get(workspace, actor, round_id, tx).conclude(outcome, review_date, now))
        tx.log("rounds.concluded", kept, at=now, by=actor.by, outcome=kept.outcome)
        remember(tx, actor, once, kept, now)
        return kept


def meet_deadlines(workspace: Workspace, actor: Actor) -> int:
    """Decide for every open round whose deadline has passed that it has, and answer how many. For a job that runs
    each minute. Raises Forbidden."""
    access.require(actor, Action.CLOSE_ROUND)
    found = workspace.region(actor.region).view().find(Round, {"state": "open"}, order="number")
    return sum(_meet_deadline(workspace, actor, round_) for round_ in found)


def _meet_deadline(workspace: Workspace, actor: Actor, seen: Round) -> bool:
    """Decide, durably and once, that the deadline has passed, if it has: a clock set back then opens nothing."""
    now = workspace.now()
    if not seen.is_due(now):
        return False
    with workspace.region(actor.region).transaction() as tx:
        round_ = get(workspace, actor, seen.id, tx)
        if not round_.is_due(now):
            return False
        kept = tx.put(round_.expire(now))
        tx.log("rounds.deadline_passed", kept, at=now, by=actor.by, closes=kept.closes.isoformat())
        return True


# -- Answering --


def voices_of(actor: Actor, round_: Round) -> tuple[str, ...]:
    """The municipalities of the round's electorate that this person answers for. None: the answer is advisory."""
    return tuple(number for number in round_.electorate if number in actor.voices)


def answer(
    workspace: Workspace,
    actor: Actor,
    round_id: str,
    measure_id: str,
    value: str,
    reason: str = "",
    voice: str = "",
    *,
    once: Once | None = None,
) -> Ballot:
    """Take a standpoint: for a municipality by its voting member or deputy, else as advice.

    `voice` chooses between several municipalities. The same answer again changes nothing, and one that comes late for
    the second time (by `once`) takes no newer one's place. Raises Conflict with the round's state when it takes no
    answers, Invalid, NotFound, Forbidden.
    """
    access.require(actor, Action.ANSWER_ROUND)
    kept_value, kept_reason = check_answer(value, reason)
    now = workspace.now()
    party, group = comments.spoken_for(workspace, actor)
    _meet_deadline(workspace, actor, get(workspace, actor, round_id))
    with workspace.region(actor.region).transaction() as tx:
        stored = get(workspace, actor, round_id, tx)
        earlier = came_of(tx, actor, once, Ballot)
        if earlier is not None:
            return earlier
        text_version = stored.text_version(measure_id)
        municipality = _voice(actor, stored, voice)
        voter = f"municipality:{municipality}" if municipality else f"person:{actor.by}"
        last = _last(tx, stored.id, measure_id, voter)
        if last is not None and (last.value, last.reason, last.by) == (kept_value, kept_reason, actor.by):
            stored.take(now)
            remember(tx, actor, once, last, now)
            return last
        taken = tx.put(stored.take(now))
        ballot = tx.put(
            Ballot(
                id=workspace.new_id(),
                round=stored.id,
                measure=measure_id,
                text_version=text_version,
                sequence=taken.updates,
                voter=voter,
                municipality=municipality,
                group="" if municipality else group,
                value=kept_value,
                reason=kept_reason,
                by=actor.by,
                name=actor.name,
                party=party,
                at=now,
            )
        )
        tx.log(
            "ballots.cast", ballot, at=now, by=actor.by, round=stored.id, measure=measure_id, voter=voter,
            text_version=text_version, digest=ballot.digest, sequence=ballot.sequence,
        )  # fmt: skip
        remember(tx, actor, once, ballot, now)
        return ballot


def _voice(actor: Actor, round_: Round, asked: str) -> str:
    """The municipality the answer is for, "" for advice."""
    own = voices_of(actor, round_)
    if asked and asked not in own:
        raise Forbidden(_("Du svarer ikke for denne kommunen."))
    return asked or (own[0] if own else "")


def _last(view: View, round_id: str, measure_id: str, voter: str) -> Ballot | None:
    where = {"round": round_id, "measure": measure_id, "voter": voter}
    return view.first(Ballot, where, order="sequence", descending=True)


# -- How the region stands --


class Standing(NamedTuple):
    """How a round stands: the newest ballot of each voter on each measure, and the verdicts."""

    round: Round
    measures: tuple[Measure, ...]
    ballots: Mapping[str, Mapping[str, Ballot]]  # by measure, then by municipality
    advice: Mapping[str, tuple[Ballot, ...]]  # by measure
    verdicts: Mapping[str, Verdict]
    answered: Mapping[str, frozenset[str]]  # by municipality: the measures it has answered
    last: str  # the id of the ballot that was cast last, "" for none
    shown: bool  # whether standpoints may be seen; if not, ballots, advice and verdicts are empty


def standing(workspace: Workspace, actor: Actor, round_id: str) -> Standing:
    """How a round stands, as far as this actor may see it. Raises NotFound."""
    view = workspace.region(actor.region).view()
    round_ = get(workspace, actor, round_id, view)
    found = [measures.get(workspace, actor, id, view) for id in round_.measures]
    count = counting.of(view, round_)
    shown = round_.shows_standpoints()
    if not shown:
        count = count._replace(ballots={}, advice={}, verdicts={})
    return Standing(round_, tuple(found), **count._asdict(), shown=shown)


def answered(workspace: Workspace, actor: Actor, round_: Round) -> Mapping[str, frozenset[str]]:
    """Which measures of a round each municipality has answered, by its number."""
    access.require(actor, Action.READ_ROUND)
    return counting.of(workspace.region(actor.region).view(), round_).answered


def agreement(found: Standing, measure_id: str) -> float:
    """Group-informed consensus on a measure, with each municipality as a group of one voice."""
    given = found.ballots.get(measure_id, {})
    groups = {number: [given[number].value] if number in given else [] for number in found.round.electorate}
    return group_informed(groups)


def own_answer(workspace: Workspace, actor: Actor, round_: Round, measure_id: str) -> Ballot | None:
    """What this person's municipality, or else the person, has answered on a measure; own answers are always seen."""
    return _last(workspace.region(actor.region).view(), round_.id, measure_id, _voter(actor, round_))


def unanswered(workspace: Workspace, actor: Actor, round_: Round) -> tuple[str, ...]:
    """The measures of a round on which neither this person's municipality nor, without one, the person has answered."""
    view = workspace.region(actor.region).view()
    given = view.find(Ballot, {"round": round_.id, "voter": _voter(actor, round_)}, order="sequence")
    done = {ballot.measure for ballot in given}
    return tuple(id for id in round_.measures if id not in done)


def _voter(actor: Actor, round_: Round) -> str:
    own = voices_of(actor, round_)
    return f"municipality:{own[0]}" if own else f"person:{actor.by}"


class Waiting(NamedTuple):
    """The open round, and what is left in it for one person."""

    round: Round
    unanswered: tuple[Measure, ...]
    answered: int
    voices: tuple[str, ...]


def waiting_for(workspace: Workspace, actor: Actor) -> Waiting | None:
    """The newest open round and the measures this person has not answered in it; None when no round is open."""
    round_ = _open_round(workspace, actor)
    if round_ is None:
        return None
    view = workspace.region(actor.region).view()
    ids = unanswered(workspace, actor, round_) if access.can(actor, Action.ANSWER_ROUND) else ()
    left = tuple(measures.get(workspace, actor, id, view) for id in ids)
    return Waiting(round_, left, len(round_.measures) - len(left), voices_of(actor, round_))


def count_unanswered(workspace: Workspace, actor: Actor) -> int:
    """How many measures of the open round wait for this person's answer."""
    round_ = _open_round(workspace, actor) if access.can(actor, Action.ANSWER_ROUND) else None
    return len(unanswered(workspace, actor, round_)) if round_ is not None else 0


def _open_round(workspace: Workspace, actor: Actor) -> Round | None:
    """The newest round that takes answers now, for those who may read rounds."""
    if not access.can(actor, Action.READ_ROUND):
        return None
    found = workspace.region(actor.region).view().find(Round, {"state": "open"}, order="number", descending=True)
    return next((round_ for round_ in found if round_.is_open(workspace.now())), None)


def round_of(workspace: Workspace, actor: Actor, measure_id: str) -> Round | None:
    """The newest round that a measure is or was in, drafts left out."""
    for round_ in listing(workspace, actor):
        if measure_id in round_.measures and round_.state != "draft":
            return round_
    return None


# -- For search --


def entries_of(view: View, table: str, record_id: str) -> tuple[list[Entry], list[str]]:
    """What search keeps of a concluded round: its outcome. (entries, uids that are gone)."""
    round_ = view.get(Round, record_id) if table == Round.table else None
    if round_ is None or round_.state != "concluded":
        return [], [f"outcome:{record_id}"] if table == Round.table else []
    return [
        Entry(
            uid=f"outcome:{round_.id}",
            kind="outcome",
            id=round_.id,
            ref=round_.id,
            title=round_.title,
            text=round_.outcome,
            audience="region",
            date=(round_.concluded or round_.closes).date().isoformat(),
        )
    ], []
