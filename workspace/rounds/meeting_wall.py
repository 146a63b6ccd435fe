"""What the wall of a meeting shows: one measure at a time, and how it stands only when the facilitator has said so.

Nobody's name is on it: municipalities and groups are. It is asked every other second whether there is something new;
as long as the round has the same version, there is not.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from workspace.access import Actor
from workspace.errors import NotFound
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.rounds import counting, meeting_hands, parties, service
from workspace.rounds.meeting import COMES_FROM, HandCount
from workspace.rounds.model import Round
from workspace.rounds.service import Standing
from workspace.rounds.suppression import LEAST
from workspace.rounds.verdict import Verdict

MOST_REASONS = 2

Counts = tuple[tuple[int, int], ...]  # (value, answers), in the order of the scale


class Tile(NamedTuple):
    """A municipality, with its answer or None."""

    name: str
    value: int | None
    answered: bool


class Bar(NamedTuple):
    """The answers of a group, as `parties` has it; "" for all."""

    group: str
    counts: Counts
    answers: int


class Reason(NamedTuple):
    """What a municipality wrote."""

    value: int
    name: str
    text: str


class Wall(NamedTuple):
    """The wall on one measure."""

    round: Round
    measures: tuple[Measure, ...]
    measure: Measure
    at: int  # from 1
    before: str  # ids of the measures beside it, "" for none
    following: str
    answered: int  # voices that answered this measure
    voices: int
    advisory: int | None  # answers of persons in a round by municipality; None where that may not be told
    shown: bool
    tiles: tuple[Tile, ...]
    bars: tuple[Bar, ...]  # of all, then of each group
    reasons: tuple[Reason, ...]
    verdict: Verdict | None
    hands: tuple[HandCount, ...]


def wall(workspace: Workspace, actor: Actor, round_id: str, measure_id: str = "") -> Wall:
    """The wall on a measure of the round, the first when none of them is asked for. Raises NotFound, Forbidden."""
    standing = service.standing(workspace, actor, round_id)
    round_ = standing.round
    if round_.state == "draft":
        raise NotFound()
    index = round_.measures.index(measure_id) if measure_id in round_.measures else 0
    measure = standing.measures[index]
    shown = standing.shown and round_.revealed
    return Wall(
        round=round_,
        measures=standing.measures,
        measure=measure,
        at=index + 1,
        before=round_.measures[index - 1] if index else "",
        following=round_.measures[index + 1] if index + 1 < len(round_.measures) else "",
        answered=_answered(standing, measure.id),
        voices=len(standing.electorate),
        advisory=len(standing.advice.get(measure.id, ())) if standing.shown and not round_.by_person else None,
        shown=shown,
        tiles=_tiles(workspace, actor, standing, measure.id, shown=shown),
        bars=_bars(standing, measure.id) if shown else (),
        reasons=_reasons(standing, measure.id) if shown else (),
        verdict=standing.verdicts.get(measure.id) if shown else None,
        hands=meeting_hands.hands_of(workspace, actor, round_).standing.get(measure.id, ()) if shown else (),
    )


def _answered(standing: Standing, measure_id: str) -> int:
    """How many voices have answered a measure. Of answers without names only their number is left in the end."""
    if standing.round.is_anonymous and measure_id in standing.verdicts:
        return standing.verdicts[measure_id].tally.answered
    return sum(counting.is_answered(standing.round, done, measure_id) for done in standing.answered.values())


def _tiles(workspace: Workspace, actor: Actor, standing: Standing, measure_id: str, *, shown: bool) -> tuple[Tile, ...]:
    """The municipalities with a voice. Unless answers are shown, a tile says no more than whether there is one."""
    if standing.round.by_person:
        return ()
    given = parties.own(standing, measure_id) if shown else {}
    return tuple(
        Tile(
            municipality.name,
            given.get(municipality.id),
            counting.is_answered(standing.round, standing.answered.get(municipality.id, ()), measure_id),
        )
        for municipality in regions.municipalities(workspace, actor)
        if municipality.id in standing.round.electorate
    )


def _bars(standing: Standing, measure_id: str) -> tuple[Bar, ...]:
    """All answers of persons, then those of each group: in a round by municipality they are advisory."""
    round_ = standing.round
    if round_.is_anonymous:
        verdict = standing.verdicts.get(measure_id)
        counts = verdict.tally.counts if verdict is not None else ()
        answers = sum(votes for _value, votes in counts)
        return (Bar("", counts, answers),) if answers >= LEAST else ()
    by_group = parties.by_organisation if round_.by_person else parties.advising
    groups = {group: values for group, values in by_group(standing, measure_id).items() if values}
    if not groups:
        return ()
    whole = _bar(round_, "", [value for values in groups.values() for value in values])
    return (whole, *(_bar(round_, group, groups[group]) for group in sorted(groups, key=_order)))


def _bar(round_: Round, group: str, values: list[int]) -> Bar:
    return Bar(group, counts_of(round_, values), len(values))


def counts_of(round_: Round, values: Iterable[int]) -> Counts:
    """How many gave each answer: in the order of the scale, points from the most."""
    given = list(values)
    order = [step.value for step in round_.scale] or sorted(set(given), reverse=True)
    return tuple((value, given.count(value)) for value in order if value in given)


def _order(group: str) -> tuple[int, str]:
    """Municipalities first, then the groups in the order they have everywhere, then what a file called them."""
    name = "municipality" if group == parties.TOGETHER else group.removeprefix("group:")
    return (COMES_FROM.index(name) if name in COMES_FROM else len(COMES_FROM), name)


def _reasons(standing: Standing, measure_id: str) -> tuple[Reason, ...]:
    """What municipalities with a reservation or a block wrote, blocks first. What persons wrote is not on the wall."""
    if standing.round.by_person:
        return ()
    needs = {step.value for step in standing.round.scale if step.needs_reason}
    given = [b for b in standing.ballots.get(measure_id, {}).values() if b.reason and b.value in needs]
    told = sorted(given, key=lambda ballot: (ballot.value, standing.names.get(ballot.municipality, "")))
    return tuple(Reason(b.value, standing.names.get(b.municipality, ""), b.reason) for b in told[:MOST_REASONS])


class Line(NamedTuple):
    """A measure in the overview of the wall."""

    measure: Measure
    answered: int
    verdict: Verdict | None


def overview(workspace: Workspace, actor: Actor, round_id: str) -> tuple[Line, ...]:
    """All measures of the round, each with how many have answered it and, when that is shown, its outcome."""
    standing = service.standing(workspace, actor, round_id)
    shown = standing.shown and standing.round.revealed
    return tuple(
        Line(measure, _answered(standing, measure.id), standing.verdicts.get(measure.id) if shown else None)
        for measure in standing.measures
    )
