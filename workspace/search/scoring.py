"""How a hit's score is made.

BM25 over the fields of all audiences that ask, as if they were one and nothing else were in the index, times the share
of the question that the text meets, where rare words count most. Of the best few, those come first that have the words
near each other. What each of these is worth was measured: docs/decisions/008-search-quality.md.

It reads each word's documents from beginning to end, once, and keeps what it read. Whoosh's own way, from document to
document through all words at a time, took three times as long; a product's own ranking is never used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import nlargest
from math import log
from typing import NamedTuple

from workspace.search.counting import Shelf
from workspace.search.postings import Postings
from workspace.search.segments import Segment

_B, _K1 = 0.5, 1.2
_STEP = 1.1
_BEST = 15  # hits that are looked at for words near each other; all that are equal to the last, up to
_MOST_BEST = 40
_WINDOW = 12  # words
_NEARNESS = 2.0  # what it is worth to have all words in one window


class Wanted(NamedTuple):
    """A stem to look for, and others that would do, each worth a part of it."""

    stem: str
    others: tuple[tuple[str, float], ...] = ()

    def all(self) -> tuple[tuple[str, float], ...]:
        """The stem itself and the others."""
        return ((self.stem, 1.0), *self.others)


class Ranking:
    """The scores of the documents for one question."""

    def __init__(
        self, shelf: Shelf, words: Sequence[Wanted], audiences: Sequence[str], text_fields: Sequence[str]
    ) -> None:
        self._shelf, self._words, self._fields = shelf, words, text_fields
        self._documents = self._audience(audiences)
        self._average_length = self._length()
        self._idf = [self._rarity(word) for word in words]

    def scores(self) -> dict[int, float]:
        """Every document that holds any of the words, by its number, with its score; no deleted ones."""
        found: dict[int, float] = {}
        for segment, offset, part in self._shelf.leaves:
            for field in self._fields:
                found.update((number + offset, score) for number, score in self._scored(segment, part.postings, field))
            for number in segment.deleted():
                found.pop(number + offset, None)
        return found

    def near_first(self, found: Mapping[int, float]) -> dict[int, float]:
        """Documents with their scores, where the best few score more for words that stand near each other."""
        scores = dict(found)
        if len(self._words) < 2:
            return scores
        best = nlargest(_BEST, scores.values())
        last = best[-1] if len(best) == _BEST else 0.0
        chosen = [number for number, score in scores.items() if score >= last]
        if len(chosen) <= _MOST_BEST:
            scores |= {number: scores[number] * (1 + _NEARNESS * self._nearness(number)) for number in chosen}
        return scores

    def stems(self) -> frozenset[str]:
        """The stems that are looked for."""
        return frozenset(stem for word in self._words for stem, _worth in word.all())

    def _audience(self, audiences: Iterable[str]) -> int:
        """How many documents there are for these audiences."""
        return sum(
            part.values(segment, "audience").get(audience, 0).bit_count()
            for segment, _offset, part in self._shelf.leaves
            for audience in audiences
        )

    def _held(self, stem: str) -> int:
        """How many documents hold a stem."""
        return sum(
            part.postings.frequency(segment, field, stem)
            for segment, _offset, part in self._shelf.leaves
            for field in self._fields
        )

    def _length(self) -> float:
        """The average, to the nearest step of ten per cent.

        Whoosh's sum of lengths drifts a little when it merges its files, and scores must not depend on that.
        """
        fields = self._fields
        length = sum(segment.total_length(field) for segment, _offset, _part in self._shelf.leaves for field in fields)
        return float(_STEP ** round(log(max(length / max(self._documents, 1), 1.0), _STEP)))

    def _rarity(self, word: Wanted) -> float:
        """How much a word tells: the rarer, the more. One that stands nowhere is as rare as those that would do."""
        held = self._held(word.stem)
        if not held:
            held = sum(self._held(stem) for stem, _worth in word.others)
        return log(max(self._documents, held, 1) / (held + 1)) + 1 if held else 0.0

    def _scored(self, segment: Segment, postings: Postings, field: str) -> Iterable[tuple[int, float]]:
        """BM25 times the share of the question (by the squares of its words' rarity) of a segment's documents."""
        lengths = postings.lengths(segment, field)
        fixed, by_length = _K1 * (1 - _B), _K1 * _B / self._average_length
        scores: defaultdict[int, float] = defaultdict(float)
        met: defaultdict[int, float] = defaultdict(float)
        for word, idf in zip(self._words, self._idf, strict=True):
            gain, tells = idf * (_K1 + 1), idf * idf
            for number, count, worth in _together(segment, postings, field, word):
                scores[number] += worth * gain * count / (count + fixed + by_length * lengths[number])
                met[number] += worth * tells
        whole = sum(idf * idf for idf in self._idf) or 1.0
        return ((number, score * met[number] / whole) for number, score in scores.items())

    def _nearness(self, number: int) -> float:
        """The share of the question (by its words' rarity) that stands in the best window of the document."""
        segment, there, part = self._shelf.place(number)
        places: list[tuple[int, int, float]] = []
        for at, word in enumerate(self._words):
            for stem, worth in word.all():
                for field in self._fields:
                    found = part.postings.positions(segment, field, stem, there)
                    places += [(position, at, worth * self._idf[at]) for position in found]
        return _best_window(sorted(places)) / (sum(self._idf) or 1.0)


def _together(segment: Segment, postings: Postings, field: str, word: Wanted) -> Iterable[tuple[int, float, float]]:
    """The documents with a word or one that would do: how often it stands there, and what the best of them is worth."""
    if not word.others:
        held = postings.held(segment, field, word.stem)
        return ((number, count, 1.0) for number, count in zip(held.documents, held.counts, strict=True))
    counts: defaultdict[int, float] = defaultdict(float)
    best: dict[int, float] = {}
    for stem, worth in sorted(word.all(), key=lambda pair: pair[1]):
        held = postings.held(segment, field, stem)
        for number, count in zip(held.documents, held.counts, strict=True):
            counts[number] += worth * count
            best[number] = worth
    return ((number, count, best[number]) for number, count in counts.items())


def _best_window(places: Sequence[tuple[int, int, float]]) -> float:
    """The most that different words weigh together in any window of places (position, which word, weight)."""
    best = weight = 0.0
    first = 0
    inside: dict[int, list[float]] = defaultdict(list)
    for position, word, worth in places:
        weight += worth if not inside[word] else 0.0
        inside[word].append(worth)
        while position - places[first][0] > _WINDOW:
            gone = inside[places[first][1]]
            left = gone.pop(0)
            weight += (gone[0] if gone else 0.0) - left
            first += 1
        best = max(best, weight)
    return best
