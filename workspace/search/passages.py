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
_WINDOW = 200_000  # characters that are read at a time, and
_MOST_WINDOWS = 8  # so many, that a very long text can't hold up the page
_SPACES = re.compile(r"\s+")
_SENTENCE = re.compile(r"[.!?:]\s+|\n+")


class Passage(NamedTuple):
    """A stretch of a text in pieces (text, is it a match?), and where in the text its first match is."""

    pieces: tuple[Piece, ...]
    at: int


def best_passage(text: str, stems: Set[str]) -> Passage:
    """The stretch of the text with most different words asked for.

    Without a match it is the beginning of the text. The text is as it was: the page escapes it. Of a very long text it
    is the best of the 200,000 characters in which most of the words stand.
    """
    offset, matches = _first_matches(text, stems)
    passage = _around(text[offset : offset + _WINDOW + LENGTH], matches, has_text_before=offset > 0)
    return passage._replace(at=passage.at + offset if matches else 0)


def _first_matches(text: str, stems: Set[str]) -> tuple[int, list[Word]]:
    """Where the window with the words asked for begins, and the matches in it."""
    for start in _windows(text, stems):
        begin = max(start, text.find(" ", start, start + LENGTH) + 1) if start else 0
        if matches := _matches(text[begin : start + _WINDOW + _LOOK_BACK], stems):
            return begin, matches
    return 0, []


def _windows(text: str, stems: Set[str]) -> list[int]:
    """The windows to read: those in which most of the stems are seen at once, and the first."""
    if len(text) <= _WINDOW or not stems:
        return [0] if stems else []
    lower = text.lower()
    starts = range(0, len(text), _WINDOW)[:_MOST_WINDOWS]
    seen = {start: sum(lower.find(stem, start, start + _WINDOW) >= 0 for stem in stems) for start in starts}
    return sorted((start for start in starts if seen[start] or start == 0), key=lambda start: -seen[start])


def _around(text: str, matches: Sequence[Word], *, has_text_before: bool) -> Passage:
    """The best stretch of a text with these matches."""
    first = _best_start(matches)
    start = _sentence_start(text, matches[first].start) if matches else 0
    end = _word_end(text, start + LENGTH)
    pieces: list[Piece] = [("… ", False)] if start or has_text_before else []
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
