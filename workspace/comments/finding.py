"""Words that somebody searched for, in the pages of one document."""

from __future__ import annotations

from collections.abc import Set
from typing import NamedTuple

from workspace.documents.model import PAGE_BREAK, Document
from workspace.search import analysis
from workspace.search.analysis import Word
from workspace.search.passages import Piece, best_passage

_MOST_SHOWN = 40  # pages listed beside the one that is read
_LONG = 300  # pages: of a longer file only those are looked into that hold the words as they are written


class Place(NamedTuple):
    """A page with some of the words: how many times, and in what words (none when it is not among those shown)."""

    page: int
    times: int
    pieces: tuple[Piece, ...]


def matches(text: str, stems: Set[str]) -> list[Word]:
    """Where in a text the words stand, in whatever form; none inside another."""
    found: list[Word] = []
    if not stems:
        return found
    for word in analysis.words(text):
        if word.stem in stems and not (found and word.start < found[-1].end):
            found.append(word)
    return found


def places(document: Document, stems: Set[str]) -> list[Place]:
    """The pages or sheets of a document with any of these words, in their order."""
    texts = document.text.split(PAGE_BREAK)
    found: list[Place] = []
    for number, text in enumerate(texts, start=1):
        if len(texts) > _LONG and not any(stem in text.lower() for stem in stems):
            continue
        times = len(matches(text, stems))
        if times:
            pieces = best_passage(text, stems).pieces if len(found) < _MOST_SHOWN else ()
            found.append(Place(number, times, pieces))
    return found
