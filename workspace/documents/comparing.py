"""What differs between two versions of a text, word by word within paragraphs."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

_WORDS = re.compile(r"\S+\s*")
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n")

# Comparing costs up to the product of the two lengths. What is beyond these is shown as taken away and put in whole.
_MOST_PARAGRAPHS = 3_000  # between the first and the last difference
_MOST_WORDS = 2_000  # in a paragraph
_MOST_WORK = 20_000_000  # word pairs of all paragraphs together


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
    number, work = 0, 0
    for kind, a1, a2, b1, b2 in _steps(before, after):
        if kind == "equal":
            changes.append(Change(0, (), tuple(after[b1:b2])))
            continue
        for left, right in _pairs(before[a1:a2], after[b1:b2]):
            number += 1
            work += len(left.split()) * len(right.split())
            changes.append(Change(number, tuple(_words(left, right) if work < _MOST_WORK else _whole(left, right))))
    return changes


def counted(changes: list[Change]) -> tuple[int, int]:
    """How many words were added and taken away."""
    pieces = [piece for change in changes for piece in change.pieces]
    added = sum(len(piece.text.split()) for piece in pieces if piece.kind == "ins")
    gone = sum(len(piece.text.split()) for piece in pieces if piece.kind == "del")
    return added, gone


def _paragraphs(text: str) -> list[str]:
    return [paragraph.strip() for paragraph in _PARAGRAPH_END.split(text) if paragraph.strip()]


def _steps(before: list[str], after: list[str]) -> list[tuple[str, int, int, int, int]]:
    """Like the opcodes of SequenceMatcher, which only sees what lies between the first and the last difference."""
    shortest = min(len(before), len(after))
    start = next((i for i in range(shortest) if before[i] != after[i]), shortest)
    end = next((i for i in range(shortest - start) if before[-1 - i] != after[-1 - i]), shortest - start)
    a2, b2 = len(before) - end, len(after) - end
    if max(a2, b2) - start > _MOST_PARAGRAPHS:
        between = [("replace", 0, a2 - start, 0, b2 - start)]
    else:
        between = list(SequenceMatcher(None, before[start:a2], after[start:b2]).get_opcodes())
    steps: list[tuple[str, int, int, int, int]] = [("equal", 0, start, 0, start)] if start else []
    steps += [(kind, a + start, b + start, c + start, d + start) for kind, a, b, c, d in between]
    return [*steps, ("equal", a2, len(before), b2, len(after))] if end else steps


def _pairs(before: list[str], after: list[str]) -> list[tuple[str, str]]:
    longest = max(len(before), len(after))
    return list(zip(before + [""] * (longest - len(before)), after + [""] * (longest - len(after)), strict=True))


def _words(old: str, new: str) -> list[Piece]:
    """The two texts in pieces. A line that is broken elsewhere is no change."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if max(len(before), len(after)) > _MOST_WORDS:
        return _whole(old, new)
    pieces: list[Piece] = []
    bare_before, bare_after = [word.strip() for word in before], [word.strip() for word in after]
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, bare_before, bare_after).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(after[b1:b2])))
            continue
        pieces += [Piece("del", "".join(before[a1:a2]))] if a1 < a2 else []
        pieces += [Piece("ins", "".join(after[b1:b2]))] if b1 < b2 else []
    return pieces


def _whole(old: str, new: str) -> list[Piece]:
    return [piece for piece in (Piece("del", old), Piece("ins", new)) if piece.text]
