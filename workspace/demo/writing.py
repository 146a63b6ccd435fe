"""The documents of the demo, their versions, and the files that lie beside them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from workspace.demo import sources
from workspace.demo.attachments import ATTACHMENTS, Attachment
from workspace.demo.sources import DocumentSource, Written
from workspace.demo.story import Act, Story
from workspace.documents import service as documents
from workspace.files import service as files


def acts(story: Story) -> Iterator[Act]:
    """Every version is written at its time, and every file attached."""
    for source in sources.documents():
        first, *later = source.versions
        yield Act(sources.moment(first.about["at"]), partial(_create, story, source, first))
        for version in later:
            yield Act(sources.moment(version.about["at"]), partial(_save, story, source, version))
    for attachment in ATTACHMENTS:
        yield Act(sources.moment(attachment.at), partial(_attach, story, attachment))


def _create(story: Story, source: DocumentSource, written: Written) -> None:
    about = written.about
    named = ("title", "kind", "language", "date", "audience", "value_chain")
    document = documents.create(
        story.workspace,
        story.people[about["by"]],
        text=written.text,
        tags=tuple(about.get("tags", ())),
        municipalities=tuple(about.get("municipalities", ())),
        **{name: about[name] for name in named if name in about},
    )
    story.documents[source.key] = document.id


def _save(story: Story, source: DocumentSource, written: Written) -> None:
    by, id = story.people[written.about["by"]], story.documents[source.key]
    seen = documents.get(story.workspace, by, id)
    named = {name: written.about[name] for name in ("title", "date") if name in written.about}
    documents.save(story.workspace, by, id, seen.version, written.about["note"], text=written.text, **named)


def _attach(story: Story, attachment: Attachment) -> None:
    by, id = story.people[attachment.by], story.documents[attachment.document]
    content = attachment.make(sources.SOURCES)
    files.take(story.workspace, by, attachment.name, content, attached_to=id, title=attachment.title)
