"""What the overview of measures shows of rounds: how the municipalities stand on each measure, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import partial
from types import ModuleType
from typing import NamedTuple

from workspace import access
from workspace.access import Action, Actor
from workspace.parts import Workspace
from workspace.rounds import counting, names, service
from workspace.rounds.model import Round
from workspace.rounds.verdict import Verdict
from workspace.store.port import View


class InRound(NamedTuple):
    """How the municipalities stand on one measure, in the round it is in or was in last."""

    round: Round
    values: tuple[int | str, ...]  # one for each of them, "x" for one that has not answered; none while they are hidden
    verdict: Verdict | None  # None while it is hidden


class Column(NamedTuple):
    """The measures that are or were in a round."""

    made_of: Hashable  # what it is made of: the same when nothing was answered, opened or closed since
    is_open: bool  # whether answers are still taken in any of the rounds, so that what came of it is provisional
    make: Callable[[], Mapping[str, InRound]]  # works out how each measure stands, by its id
    names: ModuleType = names  # the words for it


def column(workspace: Workspace, actor: Actor) -> Column | None:
    """How each measure stands in its round, as far as this actor may see it; None where no municipality is asked.

    Rounds that are not answered by municipalities with the steps of a scale are left out: they have pages of their own.
    """
    if not access.can(actor, Action.READ_ROUND):
        return None
    view = workspace.region(actor.region).view()
    found = [round_ for round_ in reversed(service.listing(workspace, actor)) if _has_steps(round_)]
    found.sort(key=lambda round_: round_.state == "open")  # of a measure in several, the last is told of
    if not found:
        return None
    made_of = tuple((round_, counting.last(view, round_)) for round_ in found)
    return Column(made_of, any(round_.state == "open" for round_ in found), partial(_by_measure, view, found))


def _has_steps(round_: Round) -> bool:
    return round_.state != "draft" and not round_.by_person and round_.method != "priority"


def _by_measure(view: View, rounds: list[Round]) -> dict[str, InRound]:
    return {id: found for round_ in rounds for id, found in _in_round(view, round_).items()}


def _in_round(view: View, round_: Round) -> dict[str, InRound]:
    """Each measure of a round."""
    if not service.may_show(round_):
        return {id: InRound(round_, (), None) for id in round_.measures}
    count = counting.of(view, round_)
    return {id: InRound(round_, _values(round_, count, id), count.verdicts[id]) for id in round_.measures}


def _values(round_: Round, count: counting.Count, measure: str) -> tuple[int | str, ...]:
    given = count.ballots[measure]
    return tuple(given[voice].value if voice in given else "x" for voice in round_.electorate)
