"""What the overview of measures shows of rounds: how the municipalities stand on each measure, and what came of it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
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
    """The measures that are or were in a round, by id."""

    made_of: Hashable  # what it was made of: the same when nothing was answered, opened or closed since
    measures: Mapping[str, InRound]
    names: ModuleType = names  # the words for it

    @property
    def is_open(self) -> bool:
        """Whether answers to any of them are still taken, so that what came of them is provisional."""
        return any(found.round.state == "open" for found in self.measures.values())


def column(workspace: Workspace, actor: Actor) -> Column | None:
    """How each measure stands in its round, as far as this actor may see it; None where no municipality is asked.

    Rounds that are not answered by municipalities with the steps of a scale are left out: they have pages of their own.
    """
    if not access.can(actor, Action.READ_ROUND):
        return None
    view = workspace.region(actor.region).view()
    asked = [round_ for round_ in reversed(service.listing(workspace, actor)) if _has_steps(round_)]
    found: dict[str, InRound] = {}
    for round_ in sorted(asked, key=lambda round_: round_.state == "open"):  # the later takes the place of the earlier
        found |= _in_round(view, round_)
    return Column(tuple(found.items()), found) if found else None


def _has_steps(round_: Round) -> bool:
    return round_.state != "draft" and not round_.by_person and round_.method != "priority"


def _in_round(view: View, round_: Round) -> dict[str, InRound]:
    """Each measure of a round."""
    if not service.may_show(round_):
        return {id: InRound(round_, (), None) for id in round_.measures}
    count = counting.of(view, round_)
    return {id: InRound(round_, _values(round_, count, id), count.verdicts[id]) for id in round_.measures}


def _values(round_: Round, count: counting.Count, measure: str) -> tuple[int | str, ...]:
    given = count.ballots[measure]
    return tuple(given[voice].value if voice in given else "x" for voice in round_.electorate)
