"""What a round that is over came to: the verdicts, what bridges and divides, how sides differ, and how trust goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from workspace import access
from workspace.access import Action, Actor
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.rounds import counting, earlier, figures, parties, trusting
from workspace.rounds.ballot import Ballot
from workspace.rounds.earlier import Earlier, Moved
from workspace.rounds.figures import Pair, Share
from workspace.rounds.model import Round
from workspace.rounds.service import Standing
from workspace.rounds.trust import Hint, TrustReading, is_falling, is_low, talk_first
from workspace.rounds.verdict import REACHED, Outcome, Verdict

MOST = 5  # measures that bridge, and that divide, which are shown in the picture
ORDER = (
    Outcome.CONSENSUS, Outcome.WITH_RESERVATIONS, Outcome.ENDORSED, Outcome.RANKED, Outcome.NO_CONSENSUS,
    Outcome.NOT_ENDORSED, Outcome.BLOCKED, Outcome.WAITING, Outcome.SENSED,
)  # fmt: skip
_AGAINST = frozenset({Outcome.NO_CONSENSUS, Outcome.NOT_ENDORSED})


class Judged(NamedTuple):
    """A measure with its verdict, and the reasons of those who reserved or blocked, word for word."""

    measure: Measure
    verdict: Verdict
    reasons: list[Ballot]


class Since(NamedTuple):
    """A measure, the last round with it, and what has become of each standpoint."""

    measure: Measure
    earlier: Earlier
    share: Share
    moved: list[Moved]


class Results(NamedTuple):
    """All that the page of results shows."""

    groups: list[tuple[Outcome, list[Judged]]]
    bridging: list[Measure]
    dividing: list[Measure]
    shares: Mapping[str, Mapping[str, Share]]  # by measure: the groups that pictures show
    pairs: list[tuple[Measure, Pair]]  # kommune and næringsliv where they differ, most first
    since: list[Since]
    trust: list[TrustReading]
    consensus: list[tuple[Round, Share]]  # of each round that is over: the measures with consensus
    hint: Hint | None


def of(workspace: Workspace, actor: Actor, found: Standing) -> Results:
    """What a round came to, as far as this actor may see it."""
    access.require(actor, Action.READ_ROUND)
    measures = {measure.id: measure for measure in found.measures}
    by_group = has_groups(found) and found.round.method != "priority"
    everybody = {id: parties.everybody(found, id) for id in measures} if by_group else {}
    pairs = {id: pair for id in everybody if (pair := parties.pair(found, id)) is not None}
    apart = figures.apart(pairs)
    before = earlier.of(workspace, actor, found, found.round.measures)
    return Results(
        groups=_by_outcome(found),
        bridging=[measures[id] for id in figures.most_bridging(everybody)[:MOST]],
        dividing=[measures[id] for id in figures.most_dividing(everybody)[:MOST]],
        shares={id: parties.shares(found, parties.pooled(found, id)) for id in everybody},
        pairs=[(measures[id], pairs[id]) for id in apart],
        since=[_since(found, measures[id], before[id]) for id in measures if id in before],
        trust=trusting.readings(workspace, actor),
        consensus=consensus_by_round(workspace, actor, found.round.number),
        hint=hint(workspace, actor, found),
    )


def has_groups(found: Standing) -> bool:
    """Whether answers may be shown by group at all."""
    return found.shown and not found.round.is_anonymous


def _by_outcome(found: Standing) -> list[tuple[Outcome, list[Judged]]]:
    groups: dict[Outcome, list[Judged]] = {outcome: [] for outcome in ORDER}
    for measure in found.measures:
        if measure.id in found.verdicts:
            verdict = found.verdicts[measure.id]
            groups[verdict.outcome].append(Judged(measure, verdict, _reasons(found, measure.id)))
    for judged in groups.values():
        judged.sort(key=lambda one: one.verdict.score.rank if one.verdict.score else 0)
    return [(outcome, judged) for outcome, judged in groups.items() if judged]


def _reasons(found: Standing, id: str) -> list[Ballot]:
    """Why voices reserve, block or say no, the gravest first."""
    given = [ballot for ballot in found.ballots.get(id, {}).values() if ballot.reason]
    against = [b for b in given if figures.supports(found.round.method, b.value) is False]
    return sorted(against, key=lambda ballot: (ballot.value, ballot.sequence))


def _since(found: Standing, measure: Measure, before: Earlier) -> Since:
    share = figures.share(found.round.method, parties.own(found, measure.id).values())
    return Since(measure, before, share, earlier.moved(found, measure.id, before))


def consensus_by_round(workspace: Workspace, actor: Actor, up_to: int) -> list[tuple[Round, Share]]:
    """The share of measures with consensus in each round of that method that is over, up to a number."""
    access.require(actor, Action.READ_ROUND)
    view = workspace.region(actor.region).view()
    made = []
    for round_ in view.find(Round, order="number"):
        is_over = round_.state in {"closed", "concluded"} and round_.number <= up_to
        if is_over and round_.way.NAME == "consensus":
            verdicts = counting.of(view, round_).verdicts.values()
            made.append((round_, Share(sum(verdict.outcome in REACHED for verdict in verdicts), len(verdicts))))
    return made


def hint(workspace: Workspace, actor: Actor, found: Standing) -> Hint | None:
    """Why to talk before the next round, if there is a reason to; never of a round that another has come after."""
    view = workspace.region(actor.region).view()
    newest = max((r.number for r in view.find(Round) if r.state != "draft"), default=0)
    trust = trusting.readings(workspace, actor)
    is_calm = not (is_low(trust) or is_falling(trust))
    if is_calm or not has_groups(found) or found.round.number < newest:
        return None
    blocked = [m.code for m in found.measures if found.verdicts[m.id].outcome is Outcome.BLOCKED]
    divided = [m.code for m in found.measures if m.code not in blocked and _is_divided(found, m.id)]
    return talk_first(trust, blocked, divided)


def _is_divided(found: Standing, id: str) -> bool:
    """Whether a measure came to no consensus, or has a group with a majority for and one with a majority against."""
    shares = parties.shares(found, parties.pooled(found, id))
    return found.verdicts[id].outcome in _AGAINST or figures.divides(shares)
