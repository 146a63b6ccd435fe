"""The talk of the demo: threads on passages of documents and measures, and what came of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from workspace import markup
from workspace.comments import life
from workspace.comments import service as comments
from workspace.comments import subject as subjects
from workspace.demo import sources
from workspace.demo.sources import Source
from workspace.demo.story import Act, Story
from workspace.rounds import subjects as _measures  # noqa: F401  makes measures known as texts to comment on


def acts(story: Story) -> Iterator[Act]:
    """Every thread is opened, answered and settled at its times."""
    for one in sources.table("comments.toml")["threads"]:
        yield from _thread(story, one)


def _thread(story: Story, one: Source) -> Iterator[Act]:
    made: list[str] = []
    yield Act(sources.moment(one["at"]), partial(_open, story, made, one))
    for reply in one.get("replies", ()):
        yield Act(sources.moment(reply["at"]), partial(_reply, story, made, reply))
    if "end" in one:
        yield Act(sources.moment(one["end_at"]), partial(_end, story, made, one))


def _open(story: Story, made: list[str], one: Source) -> None:
    by, kind = story.people[one["by"]], one.get("kind", "")
    about = f"measure:{story.measures[one['on']]}" if one["on"] in story.measures else _document(story, one["on"])
    subject = subjects.find(story.workspace, by, about)
    block = block_with(subject.read(0), one["quote"])
    thread = comments.open_about(story.workspace, by, about, block, one["text"], quote=one["quote"], kind=kind)
    made.append(thread.id)


def _document(story: Story, key: str) -> str:
    return f"document:{story.documents[key]}"


def block_with(rendered: markup.Rendered, quote: str) -> int:
    """The number of the paragraph that a quote stands in; a heading only where nothing else has it."""
    found = [block for block in rendered.blocks if quote in block.text]
    if not found:
        raise LookupError(f"no paragraph has the words: {quote}")
    return min(found, key=lambda block: (block.kind == "heading", block.number)).number


def _reply(story: Story, made: list[str], reply: Source) -> None:
    comments.reply(story.workspace, story.people[reply["by"]], made[0], reply["text"])


def _end(story: Story, made: list[str], one: Source) -> None:
    by, thread = story.people[one["end_by"]], made[0]
    if one["end"] == "answered":
        life.answer(story.workspace, by, thread)
    else:
        life.settle(story.workspace, by, thread, one["end"], one.get("end_reason", ""))
