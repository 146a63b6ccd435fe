"""Opt-in: a measure that some of the municipalities carry, and how these share its cost by the measure's key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from workspace.measures.model import Measure
from workspace.rounds.service import Standing


class Carried(NamedTuple):
    """Who carries a measure, who does not, and what each of the carriers pays in whole kroner ({} when not known)."""

    carriers: tuple[str, ...]  # municipalities' numbers
    others: tuple[str, ...]
    unknown: tuple[str, ...]
    shares: Mapping[str, int]


def of(found: Standing, measure: Measure, populations: Mapping[str, int | None]) -> Carried:
    """Who carries a measure, as the answers of the municipalities say. Nobody, where these may not be seen."""
    given = found.ballots.get(measure.id, {})
    joins = {voice: given[voice].joins if voice in given else None for voice in found.round.electorate}
    carriers = tuple(voice for voice, does in joins.items() if does)
    return Carried(
        carriers,
        tuple(voice for voice, does in joins.items() if does is False),
        tuple(voice for voice, does in joins.items() if does is None),
        measure.changed(carriers=carriers).shares(populations) if carriers else {},
    )
