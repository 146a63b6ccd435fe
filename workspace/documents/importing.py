"""Bringing documents in from files and folders: Markdown, plain text, and JSON lines.

Other kinds of files are refused with the reason; reading them is a matter of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from workspace.access import Actor
from workspace.clean import clean_line, clean_text
from workspace.documents import service
from workspace.documents.model import KINDS, LANGUAGES, LONGEST_TITLE, MOST_TAGS
from workspace.errors import BadRequest, Invalid
from workspace.parts import Workspace

TEXT_FILES = {".md", ".markdown", ".txt"}
LARGEST_FILE = 25 * 1024 * 1024  # bytes of a text file; JSON lines are read a line at a time


class Item(NamedTuple):
    """One thing to bring in: its fields, or why it can't be."""

    ref: str
    fields: dict[str, Any]
    refused: str = ""


class Report(NamedTuple):
    """What became of one item."""

    ref: str
    outcome: str  # "imported", "changed", "unchanged", or "refused"
    reason: str = ""

    @property
    def line(self) -> str:
        """As one line for the terminal."""
        return f"{self.outcome}: {self.ref}" + (f": {self.reason}" if self.reason else "")


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


def items_of(path: Path, ref: str, kind: str, language: str) -> Iterator[Item]:
    """What a file holds. A file that can't be read gives one item that says why."""
    suffix = path.suffix.lower()
    if suffix == ".jsonl":
        yield from _lines(path, kind, language)
    elif suffix in TEXT_FILES:
        yield _text_file(path, ref, kind, language)
    else:
        yield Item(ref, {}, f"files of type {suffix or 'unknown'} can't be read yet")


def _text_file(path: Path, ref: str, kind: str, language: str) -> Item:
    try:
        if path.stat().st_size > LARGEST_FILE:
            return Item(ref, {}, "larger than 25 MB")
        text = clean_text(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        return Item(ref, {}, "not UTF-8 text")
    except OSError as error:
        return Item(ref, {}, error.strerror or "can't be read")
    title, text = _title_of(text, path.stem)
    return Item(ref, _fields(title, text, kind, language))


def _title_of(text: str, otherwise: str) -> tuple[str, str]:
    """The title of a Markdown text is its first line when that is a heading of the first level; the rest follows it."""
    first, _newline, rest = text.lstrip().partition("\n")
    return (first[2:].strip(), rest.lstrip("\n")) if first.startswith("# ") and rest.strip() else (otherwise, text)


def _lines(path: Path, kind: str, language: str) -> Iterator[Item]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line.decode("utf-8-sig"))
            except (UnicodeDecodeError, ValueError, RecursionError):
                yield Item(f"{path.name}:{number}", {}, "not a line of JSON in UTF-8")
                continue
            item = _row(row, f"{path.name}:{number}", kind, language)
            if item is not None:
                yield item


def _row(row: Any, place: str, kind: str, language: str) -> Item | None:
    if not isinstance(row, dict):
        return Item(place, {}, "not a JSON object")
    if row.get("type", "document") not in {"document", "passage"}:
        return None
    ref = row.get("id")
    if not isinstance(ref, str) or not ref:
        return Item(place, {}, "no id")
    try:
        text = clean_text(_text_of(row))
        title = clean_line(str(row.get("title") or ref))
    except BadRequest:
        return Item(ref, {}, "holds characters that can't be kept")
    if not text.strip():
        return Item(ref, {}, "no text")
    kind = row["kind"] if row.get("kind") in KINDS else kind
    named = row.get("language") or row.get("lang")
    fields = _fields(title, text, kind, named if named in LANGUAGES else language)
    tags = row.get("tags")
    if isinstance(tags, list):
        fields["tags"] = tuple(dict.fromkeys(clean_line(str(tag))[:60] for tag in tags[:MOST_TAGS]))
    date = str(row.get("date") or row.get("published") or "")[:10]
    return Item(ref, fields | {"date": date if len(date) == 10 else ""})


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
    return {"title": clean_line(title)[:LONGEST_TITLE], "text": text, "kind": kind, "language": language}


def bring_in(workspace: Workspace, actor: Actor, item: Item) -> Report:
    """Import one item and say what became of it."""
    if item.refused:
        return Report(item.ref, "refused", item.refused)
    try:
        return Report(item.ref, service.bring_in(workspace, actor, item.ref, **item.fields))
    except Invalid as refused:
        return Report(item.ref, "refused", str(refused))
