"""The working groups of the demo: who does which part of the work together."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from workspace.access import Actor
from workspace.demo import sources
from workspace.demo.sources import Source
from workspace.demo.story import Act, Story
from workspace.regions import groups


def acts(story: Story) -> Iterator[Act]:
    """All groups are made when the work begins; the one named first leads."""
    source = sources.table("groups.toml")
    for one in source["groups"]:
        yield Act(sources.moment(source["at"]), partial(_make, story, story.people[source["by"]], one))


def _make(story: Story, by: Actor, one: Source) -> None:
    members = tuple(str(story.people[key].person) for key in one["members"])
    groups.make(
        story.workspace,
        by,
        name=one["name"],
        kind=one["kind"],
        mandate=one["mandate"],
        rhythm=one.get("rhythm", ""),
        leader=members[0],
        members=members,
    )
