"""Bringing documents in from files and folders of all kinds, and from JSON lines."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from workspace.access import Actor
from workspace.clean import clean_line, clean_text, is_blank
from workspace.documents import service as documents
from workspace.documents.language import language_of
from workspace.documents.model import KINDS, LANGUAGES, LONGEST_TAG, LONGEST_TITLE, MOST_TAGS, is_date
from workspace.errors import BadRequest, Invalid
from workspace.extraction import model
from workspace.extraction.model import LARGEST, TOO_LARGE, Refused
from workspace.files import service
from workspace.parts import Workspace

LONGEST_REF = 1000  # characters
REASONS = {
    model.PARTIAL: "only part of its text",
    model.SCANNED: "its pages are pictures",
    model.ENCRYPTED: "it is protected by a password",
    model.DAMAGED: "it is damaged",
    model.EMPTY: "there is no text in it",
    model.LIMITS: "reading it takes more time or memory than a file may",
    model.NOT_TAKEN: "files of this type are not taken",
    model.LEGACY: "an older Office format; save it as docx, xlsx or pdf",
    model.MACROS: "it holds macros; save it without them",
    model.PROGRAM: "it is a program",
    model.DRAWING: "SVG drawings can hold scripts; save it as png or pdf",
    model.MISMATCH: "its content is of another type than its name says",
    model.PACKING: "it is packed in a way that is not safe to unpack",
    model.DEFINITIONS: "its XML has a document type definition, which can be used to do harm",
    model.NOTHING: "it is empty",
    model.TOO_LARGE: "larger than 25 MB",
    model.TOO_MANY_DOTS: "the picture is larger than 50 million dots",
    model.NOT_TEXT: "not text in UTF-8, UTF-16 or Windows-1252",
}


class Item(NamedTuple):
    """One line to bring in: its fields, or why it can't be."""

    ref: str
    fields: dict[str, Any]
    refused: str = ""
    size: int = 0  # bytes of the line


class Report(NamedTuple):
    """What became of one item."""

    ref: str
    outcome: str  # "imported", "changed", "unchanged", "stored" (its text can't be read) or "refused"
    reason: str = ""
    share: float = 1.0  # of its file that it is

    @property
    def line(self) -> str:
        """As one line for the terminal."""
        outcome = "stored, text not readable" if self.outcome == "stored" else self.outcome
        return f"{outcome}: {self.ref}" + (f": {self.reason}" if self.reason else "")


def found_in(paths: list[Path]) -> list[tuple[Path, str]]:
    """The files to read, in order, each with its ref: its path relative to the folder given."""
    files: list[tuple[Path, str]] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(file for file in path.rglob("*") if file.is_file() and not _is_hidden(file, path))
            files += [(file, file.relative_to(path).as_posix()) for file in inside]
        else:
            files.append((path, path.name))
    return files


def _is_hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)


def bring_in(
    workspace: Workspace, actor: Actor, path: Path, ref: str, kind: str, language: str | None
) -> Iterator[Report]:
    """Import a file, or each line of a JSON lines file, and say what became of each. Nothing is brought in twice."""
    try:
        ref = clean_line(ref)
    except BadRequest:
        yield Report(ref.encode(errors="replace").decode(), "refused", "a file name that is not UTF-8")
        return
    if path.suffix.lower() == ".jsonl":
        whole = max(path.stat().st_size, 1)
        for item in rows_of(path, kind, language):
            yield _bring_in_row(workspace, actor, item)._replace(share=item.size / whole)
    else:
        yield _bring_in_file(workspace, actor, path, ref, kind, language)


def _bring_in_file(workspace: Workspace, actor: Actor, path: Path, ref: str, kind: str, language: str | None) -> Report:
    try:
        if path.stat().st_size > LARGEST:
            return Report(ref, "refused", REASONS[TOO_LARGE])
        content = path.read_bytes()
        taken = service.take(workspace, actor, path.name, content, ref=ref, kind=kind, language=language or "")
    except Refused as refused:
        return Report(ref, "refused", REASONS[refused.reason])
    except Invalid as refused:
        return Report(ref, "refused", str(refused))
    except OSError as error:
        return Report(ref, "refused", error.strerror or "can't be read")
    file = taken.document.file
    return Report(ref, taken.outcome, REASONS.get(file.state, "") if file is not None else "")


def _bring_in_row(workspace: Workspace, actor: Actor, item: Item) -> Report:
    if item.refused:
        return Report(item.ref, "refused", item.refused)
    try:
        return Report(item.ref, documents.bring_in(workspace, actor, item.ref, **item.fields))
    except Invalid as refused:
        return Report(item.ref, "refused", str(refused))


def rows_of(path: Path, kind: str, language: str | None) -> Iterator[Item]:
    """What each line of a JSON lines file holds. One that can't be read says why."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line.decode("utf-8-sig"))
            except (UnicodeDecodeError, ValueError, RecursionError):
                yield Item(f"{path.name}:{number}", {}, "not a line of JSON in UTF-8", len(line))
                continue
            item = _row(row, f"{path.name}:{number}", kind, language)
            if item is not None:
                yield item._replace(size=len(line))


def _row(row: Any, place: str, kind: str, language: str | None) -> Item | None:
    """What a line says, or None for a line that is no document."""
    if not isinstance(row, dict):
        return Item(place, {}, "not a JSON object")
    if row.get("type", "document") not in ("document", "passage"):
        return None
    ref = row.get("id")
    if not isinstance(ref, str) or not ref or len(ref) > LONGEST_REF:
        return Item(place, {}, "no id" if not ref else "not a usable id")
    try:
        if clean_line(ref) != ref:
            return Item(place, {}, "not a usable id")
        return _document(row, ref, kind, language)
    except BadRequest:
        return Item(place, {}, "holds characters that can't be kept")


def _document(row: dict[str, Any], ref: str, kind: str, language: str | None) -> Item:
    text = clean_text(_text_of(row))
    if is_blank(text):
        return Item(ref, {}, "no text")
    named = row.get("language") or row.get("lang")
    fields = _fields(
        clean_line(str(row.get("title") or "")) or _first_words(row, text),
        text,
        row["kind"] if row.get("kind") in KINDS else kind,
        named if named in LANGUAGES else language or language_of(text),
    )
    tags = row.get("tags")
    if isinstance(tags, list):
        kept = (clean_line(str(tag))[:LONGEST_TAG].strip() for tag in tags)
        fields["tags"] = tuple(dict.fromkeys(tag for tag in kept if tag))[:MOST_TAGS]
    date = str(row.get("date") or row.get("published") or "")[:10]
    return Item(ref, fields | {"date": date if is_date(date) else ""})


def _first_words(row: dict[str, Any], text: str) -> str:
    """What to call a document without a title: its first heading, else how its text begins."""
    sections = row.get("sections")
    for section in sections if isinstance(sections, list) else []:
        if isinstance(section, dict) and section.get("heading"):
            return clean_line(str(section["heading"]))
    return textwrap.shorten(clean_line(text), 90, placeholder=" …")


def _text_of(row: dict[str, Any]) -> str:
    """The text of a line: its `text`, or its sections with their headings."""
    if isinstance(row.get("text"), str):
        return str(row["text"])
    sections = row.get("sections")
    parts: list[str] = []
    for section in sections if isinstance(sections, list) else []:
        if isinstance(section, dict):
            heading, body = str(section.get("heading") or ""), str(section.get("text") or "")
            parts += [f"## {' '.join(heading.split())}"] if heading else []
            parts += [body]
    return "\n\n".join(parts)


def _fields(title: str, text: str, kind: str, language: str) -> dict[str, Any]:
    title = clean_line(title)
    if len(title) > LONGEST_TITLE:
        title = title[: LONGEST_TITLE - 1].rstrip() + "…"
    return {"title": title, "text": text, "kind": kind, "language": language}
