"""What people do with versions: take an old one back, and see what is new since they last read."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import ClassVar, NamedTuple

from workspace import access
from workspace.access import Action, Actor
from workspace.documents import comparing, service
from workspace.documents.model import Document, Version
from workspace.errors import NotFound
from workspace.parts import Workspace
from workspace.record import Record


class ReadMark(Record, frozen=True, kw_only=True):
    """Which version of a document a person has read last. The id is `<person>:<document>`.

    It is theirs alone: of what people read, nobody else is told more than a number (`readers`).
    """

    table: ClassVar[str] = "read_marks"

    number: int
    at: datetime


class News(NamedTuple):
    """What is new to somebody in a document."""

    read: int  # the number of the version they read last, 0 for none
    number: int  # of the current one
    paragraphs: int = 0  # changed since then
    added: int = 0  # words
    gone: int = 0
    titled: bool = False  # whether the title is another one


# -- Old versions --


def restore(
    workspace: Workspace, actor: Actor, document_id: str, number: int, version: int, note: str = ""
) -> Document:
    """Make a new version with the title, text and file of an older one; none is taken away.

    `version` is the record's version that the actor saw. Taking back what already stands changes nothing. Raises
    NotFound, Forbidden, Invalid; Conflict when it is stale.
    """
    document = service.get(workspace, actor, document_id)
    access.require(actor, Action.WRITE_DOCUMENT, document)
    older, text = service.version_text(workspace, actor, document, number)
    if (older.title, text, older.file) == (document.title, document.text, document.file):
        return document
    fields = {"title": older.title, "text": text, "file": older.file}
    if older.file != document.file:
        fields["digest"] = older.file.digest if older.file is not None else ""
    return service.save(workspace, actor, document_id, version, note, **fields)


def text_of(workspace: Workspace, actor: Actor, document: Document, number: int) -> tuple[Version | None, str]:
    """A version and its text, or (None, "") when there is none with this number."""
    try:
        return service.version_text(workspace, actor, document, number)
    except NotFound:
        return None, ""


def writers_since(workspace: Workspace, actor: Actor, document: Document, number: int) -> list[str]:
    """The names of those who have made versions after this one, once each, newest first; "" for an import."""
    found = service.versions(workspace, actor, document)
    return list(dict.fromkeys(version.name for version in found if version.number > number))


# -- What is new --


def news(workspace: Workspace, actor: Actor, document: Document) -> News | None:
    """What has changed in the document since this person last read it. None for those who are no person."""
    access.require(actor, Action.READ_DOCUMENT, document)
    if actor.person is None:
        return None
    mark = workspace.region(actor.region).view().get(ReadMark, _mark_id(actor.person, document.id))
    read = mark.number if mark else 0
    if not 0 < read < document.number:
        return News(read, document.number)
    older, text = text_of(workspace, actor, document, read)
    if older is None:
        return News(0, document.number)
    return News(read, document.number, *_difference(text, document.text), older.title != document.title)


def mark_read(workspace: Workspace, actor: Actor, document_id: str, number: int) -> None:
    """Remember that this person has read the document up to a version; a lower number than before changes nothing.

    Raises NotFound, for the document and for a version that is not there. What somebody reads is their own matter: it
    is not in the log, and nobody else is shown it. Those who lead are told how many of a municipality or group have
    opened anything, where that tells of nobody (decision 019).
    """
    document = service.get(workspace, actor, document_id)
    if not 1 <= number <= document.number:
        raise NotFound()
    if actor.person is None:
        return
    store = workspace.region(actor.region)
    mark_id = _mark_id(actor.person, document.id)
    known = store.view().get(ReadMark, mark_id)
    if known is not None and known.number >= number:
        return
    with store.transaction() as tx:
        mark = tx.get(ReadMark, mark_id) or ReadMark(id=mark_id, number=0, at=workspace.now())
        if mark.number < number:
            tx.put(mark.changed(number=number, at=workspace.now()))


def readers(workspace: Workspace, actor: Actor) -> frozenset[str]:
    """The people who have opened any document. For counting alone: who they are is to be shown to nobody."""
    access.require(actor, Action.READ_SILENCE)
    return frozenset(mark.id.partition(":")[0] for mark in workspace.region(actor.region).view().find(ReadMark))


def _mark_id(person: str, document: str) -> str:
    return f"{person}:{document}"


@lru_cache(maxsize=16)  # of a document that many are about to read, the same two texts are compared again and again
def _difference(old: str, new: str) -> tuple[int, int, int]:
    changes = comparing.compare(old, new)
    return comparing.total(changes), *comparing.counted(changes)
