"""How people of the demo keep up with what happens: they have read their inboxes before the weekend."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from workspace.demo import sources
from workspace.demo.story import Act, Story
from workspace.notices import inbox, telling

READ = "2026-11-20 16:00"


def acts(story: Story) -> Iterator[Act]:
    """Notices are made from the beginning, and on Friday everybody has read theirs."""
    first = sources.moment(sources.table("region.toml")["begins"])
    yield Act(first, partial(telling.follow, story.workspace, story.slug))
    yield Act(sources.moment(READ), partial(_read_all, story))


def _read_all(story: Story) -> None:
    telling.follow(story.workspace, story.slug)
    to = story.workspace.region(story.slug).view().last_event()
    for actor in story.people.values():
        inbox.mark_all_read(story.workspace, actor, to)
