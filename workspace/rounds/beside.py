"""What pages show beside a measure's standpoints: amendments, what one is told, a block's story, who carries it.

What only some of the pages show is read when the page asks for it.
"""

from __future__ import annotations

from typing import Any

from workspace import web
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.regions import service as regions
from workspace.rounds import amending, carrying, confirming, fulfilling, story, told
from workspace.rounds import service as rounds_service
from workspace.rounds.amending import Reading
from workspace.rounds.model import Round
from workspace.rounds.service import Standing


def of_measure(measure: Measure) -> dict[str, Any]:
    """For every page about a measure."""
    return {"read_amendments": lambda: _amendments(measure), "read_parts": lambda: _parts(measure)}


def _parts(measure: Measure) -> list[tuple[Measure, list[Round]]]:
    """The measures that have become part of it, each with the rounds it was in."""
    parts, me = web.workspace(), web.me()
    found = (measures.find(parts, me, id) for id in measure.merged)
    rounds = rounds_service.listing(parts, me) if measure.merged else []
    return [(part, [one for one in rounds if part.id in one.measures]) for part in found if part is not None]


def _amendments(measure: Measure) -> list[Reading]:
    """The amendments to a measure, the open ones first, then the newest."""
    parts, me = web.workspace(), web.me()
    found = [amending.reading(parts, me, amendment, measure) for amendment in amending.listing(parts, me, measure.id)]
    return sorted(found, key=lambda one: (one.amendment.state != "open", -one.amendment.number))


def in_round(round_: Round, standing: Standing, measure: Measure, voice: str) -> dict[str, Any]:
    """For a page about a measure in a round, as the one who asks may see it; `voice` is for whom they answer."""
    parts, me = web.workspace(), web.me()
    own = told.about(parts, me, round_, measure.id, voice)
    return {
        "told": own,
        "news": confirming.changed(parts, me, round_, measure, voice) if own.earlier else None,
        "read_rewordings": lambda: confirming.rewordings(parts, me, round_, measure),
        "read_story": lambda: story.of(parts, me, standing, measure),
        "marks": fulfilling.marks(parts, me, round_) if standing.shown else {},
        "carried": carrying.of(standing, measure, regions.populations(parts, me)) if measure.opt_in else None,
    }
