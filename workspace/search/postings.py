"""What was read of the words of one segment of an index: a segment never changes, so it is kept while in use."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from workspace.search.segments import NOWHERE, Held, Segment

_MOST_KEPT = 200_000  # places of words in documents, some 20 MB; then it begins anew
_MOST_CLOSE_KEPT = 5_000

SHORTEST_CLOSE = 4  # letters of a word that others may be close to
_MOST_CLOSE = 8
_CLOSE = 0.85


class Postings:
    """The words of one segment. Documents deleted since may still be in it."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], Held] = {}
        self._kept = 0
        self._frequencies: dict[tuple[str, str], int] = {}
        self._lengths: dict[str, Sequence[int]] = {}
        self._close: dict[tuple[str, str], list[tuple[str, float]]] = {}

    def frequency(self, segment: Segment, field: str, stem: str) -> int:
        """How many documents hold a stem."""
        key = field, stem
        if key not in self._frequencies:
            if len(self._frequencies) > _MOST_KEPT:
                self._frequencies = {}
            self._frequencies[key] = segment.frequency(field, stem)
        return self._frequencies[key]

    def lacking(self, segment: Segment, field: str, stems: Iterable[str]) -> list[str]:
        """Those of these stems that the segment holds, and that were not read yet."""
        return [stem for stem in stems if (field, stem) not in self._held and self.frequency(segment, field, stem)]

    def keep(self, field: str, stem: str, held: Held) -> Held:
        """Keep what was read of a stem."""
        if self._kept > _MOST_KEPT:
            self._held, self._kept = {}, 0
        self._held[field, stem] = held
        self._kept += len(held.documents) + 1
        return held

    def held(self, segment: Segment, field: str, stem: str) -> Held:
        """The documents that hold a stem."""
        known = self._held.get((field, stem))
        if known is not None:
            return known
        found = segment.held(field, stem) if self.frequency(segment, field, stem) else NOWHERE
        return self.keep(field, stem, found)

    def positions(self, segment: Segment, field: str, stem: str, number: int) -> Sequence[int]:
        """Where in a document a stem stands: which in the row of words it is."""
        held = self.held(segment, field, stem)
        at = bisect_left(held.documents, number)
        if at == len(held.documents) or held.documents[at] != number:
            return ()
        return held.places(at)

    def rows(self, segment: Segment, field: str, row: Sequence[str]) -> Iterator[int]:
        """The documents in which these stems stand next to each other, in this order."""
        with_all = set(self.held(segment, field, row[0]).documents)
        for stem in row[1:]:
            with_all.intersection_update(self.held(segment, field, stem).documents)
        for number in with_all:
            starts = set(self.positions(segment, field, row[0], number))
            for after, stem in enumerate(row[1:], start=1):
                starts.intersection_update(at - after for at in self.positions(segment, field, stem, number))
            if starts:
                yield number

    def lengths(self, segment: Segment, field: str) -> Sequence[int]:
        """How many words each document has in a field."""
        if field not in self._lengths:
            self._lengths[field] = segment.lengths(field)
        return self._lengths[field]

    def close(self, field: str, words: Sequence[str], stem: str) -> list[tuple[str, float]]:
        """The stems of a field written much like this one, with how much (1 is the same); `words` are all, in order.

        The first two letters are the same: so only a small part of the words is looked at.
        """
        key = field, stem
        if key not in self._close:
            first, last = bisect_left(words, stem[:2]), bisect_left(words, stem[0] + chr(ord(stem[1]) + 1))
            near = process.extract(
                stem,
                words[first:last],
                scorer=JaroWinkler.normalized_similarity,
                score_cutoff=_CLOSE,
                limit=_MOST_CLOSE + 1,
            )
            if len(self._close) > _MOST_CLOSE_KEPT:
                self._close = {}
            self._close[key] = [(word, likeness) for word, likeness, _at in near if word != stem]
        return self._close[key]
