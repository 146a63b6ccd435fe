"""Choosing how the municipalities share the cost of a measure, with what it means for each before it is kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from workspace.access import Actor
from workspace.measures import service
from workspace.measures.model import Measure, OwnShare
from workspace.parts import Workspace
from workspace.regions.model import Municipality


class Effect(NamedTuple):
    """What a municipality pays now, and would pay; None where that can't be said, or where it carries nothing."""

    municipality: Municipality
    now: int | None
    then: int | None

    @property
    def change(self) -> int | None:
        """How much more it would pay."""
        return None if self.now is None or self.then is None else self.then - self.now


def effects(measure: Measure, wanted: Measure, municipalities: Iterable[Municipality]) -> list[Effect]:
    """What another key means for each municipality."""
    among = list(municipalities)
    populations = {one.id: one.population for one in among}
    now, then = measure.shares(populations), wanted.shares(populations)
    return [Effect(one, now.get(one.id), then.get(one.id)) for one in among]


def choose(
    workspace: Workspace, actor: Actor, measure_id: str, version: int, key: str, own: tuple[OwnShare, ...]
) -> Measure:
    """Keep by which key the cost is shared ("" for none). `own` are the shares of the key "own".

    Raises Invalid when the key needs populations that nobody has given, and as `service.save`.
    """
    return service.save(workspace, actor, measure_id, version, share_key=key, own_shares=own)
