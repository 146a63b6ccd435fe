"""The piece of a text that shows best why it was found."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from typing import NamedTuple

from workspace.search import analysis
from workspace.search.analysis import Word

Piece = tuple[str, bool]

LENGTH = 280  # characters of text, about three lines
_LOOK_BACK = 90  # how far before the first match a sentence may begin
_MOST_CHARACTERS = 200_000  # of one text, so that a very long one can't hold up the page
_SPACES = re.compile(r"\s+")
_SENTENCE = re.compile(r"[.!?:]\s+|\n+")


class Passage(NamedTuple):
    """A stretch of a text in pieces (text, is it a match?), and where in the text its first match is."""

    pieces: tuple[Piece, ...]
    at: int


def best_passage(text: str, stems: Set[str]) -> Passage:
    """The stretch of the text with most different words asked for.

    Without a match it is the beginning of the text. The text is as it was: the page escapes it.
    """
    text = text[:_MOST_CHARACTERS]
    matches = _matches(text, stems)
    first = _best_start(matches)
    start = _sentence_start(text, matches[first].start) if matches else 0
    end = _word_end(text, start + LENGTH)
    pieces: list[Piece] = [("… ", False)] if start else []
    at = start
    for match in matches[first:]:
        if match.end > end:
            break
        pieces += [(text[at : match.start], False), (text[match.start : match.end], True)]
        at = match.end
    pieces.append((text[at:end], False))
    if end < len(text.rstrip()):
        pieces.append((" …", False))
    return Passage(_tidy(pieces), matches[first].start if matches else 0)


def _matches(text: str, stems: Set[str]) -> list[Word]:
    """The words asked for, none inside another: a joined word stands for its parts when it is asked for as a whole."""
    matches: list[Word] = []
    for word in analysis.words(text):
        if word.stem in stems and not (matches and word.start < matches[-1].end):
            matches.append(word)
    return matches


def _best_start(matches: Sequence[Word]) -> int:
    """Which match to begin with, so that most different words fit; the earliest of equals."""
    best, most = 0, 0
    after = 0
    for first, match in enumerate(matches):
        while after < len(matches) and matches[after].end <= match.start + LENGTH - _LOOK_BACK:
            after += 1
        different = len({word.stem for word in matches[first:after][:50]})
        if different > most:
            best, most = first, different
    return best


def _sentence_start(text: str, match: int) -> int:
    """Where the sentence with the match begins, or a word not too far before it."""
    reach = max(0, match - _LOOK_BACK)
    ends = list(_SENTENCE.finditer(text, reach, match))
    if ends:
        return ends[-1].end()
    if reach == 0:
        return 0
    space = text.find(" ", reach, match)
    return space + 1 if space >= 0 else match


def _word_end(text: str, end: int) -> int:
    if end >= len(text):
        return len(text)
    space = text.rfind(" ", end - 60, end)
    return space if space >= 0 else end


def _tidy(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Runs of spaces and line ends as one space, empty pieces away."""
    tidied = [(_SPACES.sub(" ", text), match) for text, match in pieces if text]
    if tidied:
        tidied[0] = (tidied[0][0].lstrip(" "), tidied[0][1])
        tidied[-1] = (tidied[-1][0].rstrip(" "), tidied[-1][1])
    return tuple(piece for piece in tidied if piece[0])
