"""What people do with files: bring them in as documents, attach them, replace them, and get them back."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from workspace import access
from workspace.access import Action, Actor
from workspace.clean import clean_line, clean_text
from workspace.documents import service as documents
from workspace.documents.language import language_of
from workspace.documents.model import LONGEST_TITLE, PAGE_BREAK, Document, File, Version, version_id
from workspace.errors import BadRequest, NotFound
from workspace.extraction import kinds, model, reading
from workspace.extraction.model import Extract
from workspace.files import drawing
from workspace.parts import Workspace
from workspace.search import analysis, asking
from workspace.store.port import View

LONGEST_NAME = 200  # characters of a file's name
MOST_MARKED = 40  # forms of the words searched for that are marked on a page
_HIDDEN = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069\u200b\ufeff]")  # signs that turn or hide others

Progress = Callable[[int, int], None]


class Taken(NamedTuple):
    """What became of a file: "imported", "changed", "unchanged", "known" or "stored" (its text can't be read)."""

    outcome: str
    document: Document


def clean_name(name: str) -> str:
    """The name of a file as it is shown and downloaded: no folders, no control signs, not too long.

    It never says where the file is kept: that is by the hash of its bytes (ASVS 5.3.2).
    """
    name = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    name = _HIDDEN.sub("", re.split(r"[/\\]", name)[-1])
    name = " ".join("".join(c if unicodedata.category(c) != "Cc" else " " for c in name).split())
    if len(name) > LONGEST_NAME:
        ending = PurePosixPath(name).suffix[:12]
        name = name[: LONGEST_NAME - len(ending)] + ending
    return name.strip() if name.strip(". ") else "fil"


def digest_of(content: bytes) -> str:
    """The SHA-256 of a file's bytes, by which it is known again."""
    return hashlib.sha256(content).hexdigest()


def take(
    workspace: Workspace,
    actor: Actor,
    name: str,
    content: bytes,
    *,
    ref: str = "",
    document: str = "",
    progress: Progress = lambda page, of: None,
    **fields: Any,
) -> Taken:
    """Bring in a file as a document of its own, or as a new edition of one (`document`, or the one imported as `ref`).

    The same bytes are not brought in twice: without a ref they are known wherever they stand alike (on their own, or
    attached to the same document). Raises extraction's Refused, and Invalid, NotFound, Forbidden, Conflict.
    """
    access.require(actor, Action.IMPORT)
    view = workspace.region(actor.region).view()
    digest = digest_of(content)
    old = documents.get(workspace, actor, document, view) if document else None
    old = old or (view.first(Document, {"ref": ref}) if ref else None)
    if old is not None and old.digest == digest:
        return Taken("unchanged", old)
    twin = _twin(actor, view, digest, fields.get("attached_to", "")) if not ref and old is None else None
    if twin is not None:
        return Taken("known", twin)
    extract = reading.read(name, content, progress)
    kept = workspace.region(actor.region).blobs.put(extract.content or content)
    made = fields | _about(clean_name(name), extract, kept, extract.content or content, digest)
    made["language"] = fields.get("language") or language_of(made["text"], old.language if old is not None else "")
    return _keep(workspace, actor, old, ref, made)


def _keep(workspace: Workspace, actor: Actor, old: Document | None, ref: str, made: dict[str, Any]) -> Taken:
    if old is None:
        new = documents.create(workspace, actor, ref=ref, **made)
        return Taken("imported" if new.readable else "stored", new)
    if old.file is None or old.title != (old.file.title or _short(PurePosixPath(old.file.name).stem)):
        made["title"] = old.title  # a person wrote it
    kept = documents.save(workspace, actor, old.id, old.version, **made)
    return Taken("changed" if kept.readable else "stored", kept)


def _twin(actor: Actor, view: View, digest: str, attached_to: str) -> Document | None:
    same = view.find(Document, {"digest": digest})
    return next((one for one in same if one.attached_to == attached_to and access.may_see(actor, one)), None)


def _about(name: str, extract: Extract, kept: str, content: bytes, digest: str) -> dict[str, Any]:
    """What a file says about the document it becomes."""
    text = PAGE_BREAK.join(leaf.text for leaf in extract.leaves) if extract.unit else clean_text(extract.text)
    stem = PurePosixPath(name).stem or name
    title, text = (stem, text) if extract.unit else _title_of(text, extract.title or stem)
    title = _short(title)
    file = File(
        name=name,
        digest=kept,
        size=len(content),
        kind=extract.kind,
        state=extract.state,
        unit=extract.unit,
        leaves=len(extract.leaves),
        of=extract.of,
        labels=tuple(leaf.label for leaf in extract.leaves) if extract.unit == "sheet" else (),
        bare=extract.bare,
        pictures=extract.pictures,
        title=title,
    )
    return {"title": title, "text": text, "file": file, "digest": digest}


def _title_of(text: str, otherwise: str) -> tuple[str, str]:
    """The title of a text is its first line when that is a heading of the first level; the rest follows it."""
    first, _newline, rest = text.lstrip().partition("\n")
    return (first[2:].strip(), rest.lstrip("\n")) if first.startswith("# ") and rest.strip() else (otherwise, text)


def _short(title: str) -> str:
    try:
        title = clean_line(re.sub(r"\\([^\w\s])", r"\1", title))
    except BadRequest:
        title = ""
    return (title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rstrip() + "…") or "fil"


# -- Getting it back --


def original(workspace: Workspace, actor: Actor, document_id: str, number: int = 0) -> tuple[File, bytes]:
    """A document's file as it came; `number` names an older version. Raises NotFound when there is none."""
    document = documents.get(workspace, actor, document_id)
    file = document.file
    if number:
        version = workspace.region(actor.region).view().get(Version, version_id(document.id, number))
        file = version.file if version is not None else None
    if file is None:
        raise NotFound()
    return file, workspace.region(actor.region).blobs.get(file.digest)


def picture(workspace: Workspace, actor: Actor, document_id: str) -> tuple[File, bytes]:
    """A document that is a picture. Raises NotFound when it is not."""
    file, content = original(workspace, actor, document_id)
    if file.state != model.PICTURE:
        raise NotFound()
    return file, content


def page_picture(workspace: Workspace, actor: Actor, document_id: str, number: int, words: str = "") -> bytes:
    """A page (from 1) of a PDF as a WebP, with the words somebody searched for marked in whatever form they stand.

    Raises NotFound for no such page, and for one that can't be drawn.
    """
    document = documents.get(workspace, actor, document_id)
    if document.file is None or document.file.kind != "pdf" or not 1 <= number <= document.file.of:
        raise NotFound()
    stems = asking.read(words).stems()
    text = document.leaf(number) if stems else ""
    forms = {text[word.start : word.end] for word in analysis.words(text) if word.stem in stems}
    return drawing.page(workspace, actor.region or "", document.file.digest, number, sorted(forms)[:MOST_MARKED])


def attachments(workspace: Workspace, actor: Actor, document: Document) -> list[Document]:
    """What is attached to a document, by title, of what this actor may see."""
    rows = workspace.region(actor.region).view().find(Document, {"attached_to": document.id}, order="title")
    return [row for row in rows if access.may_see(actor, row)]


def media_type(file: File) -> str:
    """The media type of a file."""
    return kinds.MEDIA.get(file.kind, "application/octet-stream")
