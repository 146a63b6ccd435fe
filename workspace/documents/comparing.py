"""What differs between two versions of a text, word by word within paragraphs."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

_WORDS = re.compile(r"\S+\s*")
_MOST_WORDS = 4_000  # in a paragraph; a longer one is compared as a whole


class Piece(NamedTuple):
    """A run of words: kept ("same"), taken away ("del") or new ("ins")."""

    kind: str
    text: str


class Change(NamedTuple):
    """A changed paragraph, or a run of paragraphs without changes (`number` is 0)."""

    number: int  # 1, 2, 3 ... among the changes
    pieces: tuple[Piece, ...]
    paragraphs: tuple[str, ...] = ()


def compare(old: str, new: str) -> list[Change]:
    """The new text as a list of changed paragraphs and unchanged runs, in order."""
    before, after = _paragraphs(old), _paragraphs(new)
    changes: list[Change] = []
    number = 0
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            changes.append(Change(0, (), tuple(after[b1:b2])))
            continue
        for left, right in _pairs(before[a1:a2], after[b1:b2]):
            number += 1
            changes.append(Change(number, tuple(_words(left, right))))
    return changes


def counted(changes: list[Change]) -> tuple[int, int]:
    """How many words were added and taken away."""
    pieces = [piece for change in changes for piece in change.pieces]
    added = sum(len(piece.text.split()) for piece in pieces if piece.kind == "ins")
    gone = sum(len(piece.text.split()) for piece in pieces if piece.kind == "del")
    return added, gone


def _paragraphs(text: str) -> list[str]:
    return [paragraph.strip() for paragraph in re.split(r"\n[ \t]*\n", text) if paragraph.strip()]


def _pairs(before: list[str], after: list[str]) -> list[tuple[str, str]]:
    longest = max(len(before), len(after))
    return list(zip(before + [""] * (longest - len(before)), after + [""] * (longest - len(after)), strict=True))


def _words(old: str, new: str) -> list[Piece]:
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if max(len(before), len(after)) > _MOST_WORDS:
        return [piece for piece in (Piece("del", old), Piece("ins", new)) if piece.text]
    pieces: list[Piece] = []
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(after[b1:b2])))
            continue
        pieces += [Piece("del", "".join(before[a1:a2]))] if a1 < a2 else []
        pieces += [Piece("ins", "".join(after[b1:b2]))] if b1 < b2 else []
    return pieces
