"""Things whose title has what somebody is typing: beginnings of the title first, then of its words, then the rest."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workspace.search.counting import Shelf

SHORTEST = 2  # characters before anything is proposed
_ALIKE = (("å", "a"), ("aa", "a"), ("ø", "o"), ("oe", "o"), ("æ", "a"), ("ae", "a"))
_BETWEEN = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """A title or what is typed, so that keyboards with and without æ, ø, å and accents meet."""
    text = unicodedata.normalize("NFC", text).casefold()
    for written, letter in _ALIKE:
        text = text.replace(written, letter)
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _BETWEEN.sub(" ", plain).strip()


def find(shelf: Shelf, typed: str, among: int, limit: int) -> list[int]:
    """The documents of the index that fit best, of these: their numbers."""
    wanted = fold(typed)
    if len(wanted) < SHORTEST:
        return []
    words = wanted.split()
    found: list[tuple[Any, ...]] = []
    for segment, offset, part in shelf.leaves:
        for number, title in part.titles(segment):
            if all(word in title for word in words) and among >> (offset + number) & 1:
                uid = part.cards(segment)[number].uid
                found.append((_rank(title, wanted, words), len(title), title, uid, offset + number))
    return [row[-1] for row in sorted(found)[:limit]]


def _rank(title: str, wanted: str, words: list[str]) -> int:
    """How well a title fits, 0 is best."""
    if title.startswith(wanted):
        return 0
    spaced = f" {title}"
    if f" {wanted}" in spaced:
        return 1
    return 2 if all(f" {word}" in spaced for word in words) else 3
