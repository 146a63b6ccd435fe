"""A text in blocks of words: headings, paragraphs, list items, quotes and rows of tables, as they are read."""

from __future__ import annotations

import re
from typing import NamedTuple

_BLANK = re.compile(r"\n[ \t]*\n|\f")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|(\d{1,9})[.)])[ \t]+(?=\S)")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
# A word with its punctuation; a link and a number with its thousands apart are one word.
_WORDS = re.compile(r"(?:\[[^\[\]\n]{1,300}\]\([^()\s]{1,2000}\)|(?<!\d)\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\S)+\s*")
_LINK = re.compile(r"\[([^\[\]\n]{1,300})\]\([^()\s]{1,2000}\)")
_MARKS = re.compile(r"\\([!-/:-@\[-`{-~])|[*`]+|~~|(?<!\w)_+|_+(?!\w)")


class Block(NamedTuple):
    """One heading, paragraph, list item ... of a text."""

    kind: str  # "heading", "paragraph", "item", "quote", "row"
    level: int  # of a heading: 1 to 6 as typed; of a numbered item: its number; else 0
    words: tuple[str, ...]  # as typed, without the spaces between

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two blocks the same: a line broken elsewhere and a list's number or mark are no changes."""
        return self.kind, self.level if self.kind == "heading" else 0, self.words


def blocks(text: str) -> list[Block]:
    """The text in blocks. Blank lines part them, and so do the form feeds between the pages of a file."""
    found: list[Block] = []
    for chunk in _BLANK.split(text):
        kind, level = "paragraph", 0
        lines: list[str] = []
        for line in chunk.split("\n"):
            begun = _begun(line, kind, lines)
            if begun is None:
                lines.append(line.lstrip("> \t") if kind == "quote" else line)
                continue
            found += _block(kind, level, lines)
            kind, level, lines = begun
            if kind in {"heading", "row"}:
                found += _block(kind, level, lines)
                kind, level, lines = "paragraph", 0, []
        found += _block(kind, level, lines)
    return found


def _begun(line: str, kind: str, lines: list[str]) -> tuple[str, int, list[str]] | None:
    """The block that begins with this line, or None when the line goes on with the one before."""
    if heading := _HEADING.match(line):
        return "heading", len(heading[1]), [line[heading.end() :].rstrip().rstrip("#")]
    if len(lines) == 1 and kind == "paragraph" and lines[0].strip() and (underline := _UNDERLINE.match(line)):
        text = lines.pop()
        return "heading", 1 if underline[1][0] == "=" else 2, [text]
    if item := _ITEM.match(line):
        return "item", int(item[1] or 0), [line[item.end() :]]
    if line.lstrip().startswith("|") or ("\t" in line and not line[0].isspace()):  # of a table, or of a sheet
        return "row", 0, [] if set(line) <= set("|-: \t") else [line.strip().strip("|").replace("\t", " | ")]
    if line.lstrip().startswith(">") and kind != "quote":
        return "quote", 0, [line.lstrip("> \t")]
    return None


def _block(kind: str, level: int, lines: list[str]) -> list[Block]:
    words = tuple(split("\n".join(lines)))
    return [Block(kind, level, words)] if words else []


def split(text: str) -> list[str]:
    """The words of a text, as typed."""
    return [word.rstrip() for word in _WORDS.findall(text)]


def plain(word: str) -> str:
    """A word as it is read: without marks of Markdown and the address of a link."""
    if word.isalnum():
        return word
    return _MARKS.sub(r"\1", _LINK.sub(r"\1", word)) or word
