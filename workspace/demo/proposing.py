"""The measures of the demo, and the opportunities that some of them came of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from workspace.demo import sources
from workspace.demo.sources import Source
from workspace.demo.story import Act, Story
from workspace.measures import board
from workspace.measures import service as measures
from workspace.measures.model import Benefit, Citation, OwnShare

_READ = timedelta(minutes=25)  # from when a document can be read until a measure points to it
_OURS = ("at", "by", "text", "benefits", "cites", "own_shares", "carriers")  # the rest are fields of the measure


def acts(story: Story) -> Iterator[Act]:
    """Every opportunity and measure is registered at its time; who joins an opportunity does so at theirs."""
    caught: dict[str, str] = {}  # ids of opportunities by title
    became: dict[str, str] = {}  # the measure's key -> the opportunity's title
    for one in sources.table("opportunities.toml")["opportunities"]:
        yield Act(sources.moment(one["at"]), partial(_catch, story, caught, one))
        if "shared_at" in one:
            yield Act(sources.moment(one["shared_at"]), partial(_share, story, caught, one))
        for who, at in one.get("joined", ()):
            yield Act(sources.moment(at), partial(_join, story, caught, one, who))
        if "measure" in one:
            became[one["measure"]] = one["title"]
    for one in sources.tables("measures"):
        yield Act(sources.moment(one["at"]), partial(_propose, story, caught, became, one))
        for at in sorted({_readable(key) for key, _quote in one["cites"]}):
            yield Act(max(at, sources.moment(one["at"])) + _READ, partial(_cite, story, one))


def _catch(story: Story, caught: dict[str, str], one: Source) -> None:
    chosen = tuple(one.get("municipalities", ()))
    made = board.create(
        story.workspace,
        story.people[one["by"]],
        title=one["title"],
        text=one["text"].strip(),
        confidential=one.get("confidential", False),
        municipalities=chosen,
    )
    caught[one["title"]] = made.id


def _share(story: Story, caught: dict[str, str], one: Source) -> None:
    board.share(story.workspace, story.people[one["by"]], caught[one["title"]])


def _join(story: Story, caught: dict[str, str], one: Source, who: str) -> None:
    board.join(story.workspace, story.people[who], caught[one["title"]])


def _readable(key: str) -> datetime:
    """When a document was laid in the room."""
    return sources.moment(sources.document(key).versions[0].about["at"])


def _cite(story: Story, one: Source) -> None:
    """Tie a measure to what it builds on, as far as that can be read by now."""
    by, id = story.people[one["by"]], story.measures[f"T{one['number']:02d}"]
    cites = tuple(
        Citation(document=story.documents[key], quote=quote) for key, quote in one["cites"] if key in story.documents
    )
    measure = measures.get(story.workspace, by, id)
    if measure.citations != cites:
        measures.save(story.workspace, by, id, measure.version, citations=cites)


def _propose(story: Story, caught: dict[str, str], became: dict[str, str], one: Source) -> None:
    fields: dict[str, Any] = {name: value for name, value in one.items() if name not in _OURS}
    benefits = tuple(
        Benefit(municipality=number, kind=kind, size=size, how=how, source=where, for_whom=tuple(whom))
        for number, kind, size, how, where, whom in one["benefits"]
    )
    key = f"T{one['number']:02d}"
    came_of = caught[became[key]] if key in became else ""
    measure = measures.create(
        story.workspace,
        story.people[one["by"]],
        text=one["text"].strip(),
        benefits=benefits,
        own_shares=tuple(OwnShare(municipality=number, weight=weight) for number, weight in one.get("own_shares", ())),
        carriers=tuple(one.get("carriers", ())),
        opportunity=came_of,
        **fields,
    )
    story.measures[key] = measure.id
