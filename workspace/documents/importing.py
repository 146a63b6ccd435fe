"""Bringing documents in from files and folders: Markdown, plain text, and JSON lines.

Other kinds of files are refused with the reason; reading them is a matter of its own.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from workspace.access import Actor
from workspace.clean import clean_line, clean_text, is_blank
from workspace.documents import service
from workspace.documents.model import KINDS, LANGUAGES, LONGEST_TAG, LONGEST_TITLE, MOST_TAGS, is_date
from workspace.errors import BadRequest, Invalid
from workspace.parts import Workspace

TEXT_FILES = {".md", ".markdown", ".txt"}
LARGEST_FILE = 25 * 1024 * 1024  # bytes of a text file; JSON lines are read a line at a time
LONGEST_REF = 1000  # characters
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


class Item(NamedTuple):
    """One thing to bring in: its fields, or why it can't be. `remark` says what was done to be able to read it."""

    ref: str
    fields: dict[str, Any]
    refused: str = ""
    remark: str = ""


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
    try:
        ref = clean_line(ref)
    except BadRequest:
        yield Item(ref.encode(errors="replace").decode(), {}, "a file name that is not UTF-8")
        return
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
        text, remark = _decoded(path.read_bytes())
        text = clean_text(text)
    except UnicodeDecodeError:
        return Item(ref, {}, "not text in UTF-8 or Windows-1252")
    except OSError as error:
        return Item(ref, {}, error.strerror or "can't be read")
    title, text = _title_of(text, path.stem)
    return Item(ref, _fields(title, text, kind, language), remark=remark)


def _decoded(content: bytes) -> tuple[str, str]:
    """The text of a file, and a remark where its encoding is a guess. Raises UnicodeDecodeError for what is not text.

    Older Norwegian files are in Windows-1252. It takes nearly any bytes, so those with control characters are refused.
    """
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
        remark = ""
    except UnicodeDecodeError:
        text, remark = content.decode("cp1252"), "read as Windows-1252"
    if _CONTROLS.search(text):
        raise UnicodeDecodeError(encoding, content, 0, 1, "control characters")
    return text, remark


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


def _document(row: dict[str, Any], ref: str, kind: str, language: str) -> Item:
    text = clean_text(_text_of(row))
    if is_blank(text):
        return Item(ref, {}, "no text")
    named = row.get("language") or row.get("lang")
    fields = _fields(
        clean_line(str(row.get("title") or "")) or _first_words(row, text),
        text,
        row["kind"] if row.get("kind") in KINDS else kind,
        named if named in LANGUAGES else language,
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


def bring_in(workspace: Workspace, actor: Actor, item: Item) -> Report:
    """Import one item and say what became of it."""
    if item.refused:
        return Report(item.ref, "refused", item.refused)
    try:
        return Report(item.ref, service.bring_in(workspace, actor, item.ref, **item.fields), item.remark)
    except Invalid as refused:
        return Report(item.ref, "refused", str(refused))
