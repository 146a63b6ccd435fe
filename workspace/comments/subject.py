"""What comments are about: a text with versions, whatever room it belongs to.

A room that has texts to comment on registers how they are found (`register`), so that comments need not know the
rooms that come after them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from workspace import markup
from workspace.access import Actor, Audience
from workspace.comments.passages import Text
from workspace.documents import leaves
from workspace.documents import service as documents
from workspace.documents.model import Document, File, version_id
from workspace.documents.model import Version as DocumentVersion
from workspace.errors import NotFound
from workspace.markup import Rendered
from workspace.parts import Workspace
from workspace.store.port import View


class Subject(NamedTuple):
    """A text that can be commented on, as it stands now."""

    kind: str  # "document", "measure", "outcome"
    id: str
    title: str
    number: int  # of the current version of its text
    thing: Any  # the record, for access
    unit: str  # "page" or "sheet" where it comes in leaves, else ""
    leaves: int
    language: str
    read: Callable[[int], Rendered]  # the current text, or one page of it
    earlier: Callable[[int], Text | None]  # a version's whole text, None when it is not kept
    digest: Callable[[int], str]  # of a version's text: two versions with the same one have the same text
    also: tuple[str, ...] = ()  # the names of texts that have become part of it: their threads are read here too

    @property
    def about(self) -> str:
        """The name its threads know it by."""
        return f"{self.kind}:{self.id}"

    @property
    def audience(self) -> Audience:
        """Who it is for."""
        return Audience(getattr(self.thing, "audience", Audience.REGION))

    def text(self) -> Text:
        """The whole current text, for placing."""
        pages = range(1, self.leaves + 1) if self.unit else (0,)
        return Text([(page, self.read(page).blocks) for page in pages])


class Finds(Protocol):
    """How a room finds one of its texts. Raises NotFound for none, and for one that is not for this actor."""

    def __call__(self, workspace: Workspace, actor: Actor, id: str, view: View | None = None) -> Subject:
        """The text."""
        ...


class Brief(NamedTuple):
    """What search keeps of a text beside each comment on it."""

    about: str  # the name of the text it is read at: of one that has become part of another, the other's
    title: str
    audience: Audience
    also: tuple[str, ...] = ()  # as in Subject


class Kind(NamedTuple):
    """What a room says of its texts."""

    finds: Finds
    table: str  # of their records
    brief: Callable[[View, str], Brief | None]  # of a record's id; None for none


_kinds: dict[str, Kind] = {}


def register(name: str, kind: Kind) -> None:
    """Say how texts of a kind are found, and what search keeps of them."""
    _kinds[name] = kind


def kinds() -> tuple[str, ...]:
    """The kinds of text that can be commented on."""
    return tuple(_kinds)


def find(workspace: Workspace, actor: Actor, about: str, view: View | None = None) -> Subject:
    """The text with this name ("document:<id>"). Raises NotFound for none, and for one that is not for this actor.

    Of a text that has become part of another it is the other.
    """
    kind, _colon, id = about.partition(":")
    if kind not in _kinds:
        raise NotFound()
    return _kinds[kind].finds(workspace, actor, id, view)


def brief(view: View, about: str) -> Brief | None:
    """What search keeps of the text with this name; None for none."""
    kind, _colon, id = about.partition(":")
    return _kinds[kind].brief(view, id) if kind in _kinds else None


def names_in(view: View, table: str, record_id: str) -> list[str]:
    """The names of the texts that a record holds, and of those that have become part of it."""
    found: list[str] = []
    for name, kind in _kinds.items():
        told = kind.brief(view, record_id) if kind.table == table else None
        if told is not None:
            found += [f"{name}:{record_id}", *told.also]
    return found


# -- Documents --


def of_document(workspace: Workspace, actor: Actor, document: Document, view: View | None = None) -> Subject:
    """A document as what comments are about."""
    store = workspace.region(actor.region)
    seen = view or store.view()

    def version(number: int) -> DocumentVersion | None:
        return seen.get(DocumentVersion, version_id(document.id, number))

    def earlier(number: int) -> Text | None:
        found = version(number)
        if found is None:
            return None
        return _whole(found.file, store.blobs.get(found.digest).decode())

    def digest(number: int) -> str:
        found = version(number)
        return found.digest if found is not None else ""

    return Subject(
        kind="document",
        id=document.id,
        title=document.title,
        number=document.number,
        thing=document,
        unit=document.unit,
        leaves=document.file.leaves if document.file is not None and document.unit else 0,
        language=document.language,
        read=lambda page: text_of(document, page),
        earlier=earlier,
        digest=digest,
    )


def text_of(document: Document, page: int = 0) -> Rendered:
    """What a person reads: the whole text, or one page or sheet of it."""
    return leaves.render(document, page) if document.unit else markup.render(document.text)


def _whole(file: File | None, text: str) -> Text:
    unit = file.unit if file is not None else ""
    if not unit or file is None:
        return Text([(0, markup.render(text).blocks)])
    return Text([(page, leaves.render_leaf(text, unit, page).blocks) for page in range(1, file.leaves + 1)])


def _document(workspace: Workspace, actor: Actor, id: str, view: View | None = None) -> Subject:
    return of_document(workspace, actor, documents.get(workspace, actor, id, view), view)


def _brief(view: View, id: str) -> Brief | None:
    document = view.get(Document, id)
    return Brief(f"document:{id}", document.title, document.audience) if document is not None else None


register("document", Kind(_document, Document.table, _brief))
