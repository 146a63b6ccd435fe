"""What was read of the words of one segment of an index: Whoosh never changes a segment, so it is kept while in use."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler
from whoosh.matching import FilterMatcher

_MOST_KEPT = 200_000  # places of words in documents, some 20 MB; then it begins anew
_MOST_CLOSE_KEPT = 5_000

SHORTEST_CLOSE = 4  # letters of a word that others may be close to
_MOST_CLOSE = 8
_CLOSE = 0.85


class Held(NamedTuple):
    """The documents of a segment that hold a word, how often, and where (as Whoosh keeps it)."""

    documents: list[int]
    counts: list[float]
    places: list[bytes]


_NOWHERE = Held([], [], [])


class Postings:
    """The words of one segment. Documents deleted since may still be in it."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], Held] = {}
        self._kept = 0
        self._frequencies: dict[tuple[str, str], int] = {}
        self._lengths: dict[str, list[int]] = {}
        self._close: dict[tuple[str, str], list[tuple[str, float]]] = {}

    def frequency(self, leaf: Any, field: str, stem: str) -> int:
        """How many documents hold a stem."""
        key = field, stem
        if key not in self._frequencies:
            if len(self._frequencies) > _MOST_KEPT:
                self._frequencies = {}
            self._frequencies[key] = leaf.doc_frequency(field, stem)
        return self._frequencies[key]

    def held(self, leaf: Any, field: str, stem: str) -> Held:
        """The documents that hold a stem."""
        key = field, stem
        if key not in self._held:
            held = _read(leaf, field, stem) if self.frequency(leaf, field, stem) else _NOWHERE
            if self._kept > _MOST_KEPT:
                self._held, self._kept = {}, 0
            self._held[key] = held
            self._kept += len(held.documents) + 1
            return held
        return self._held[key]

    def positions(self, leaf: Any, field: str, stem: str, number: int) -> list[int]:
        """Where in a document a stem stands: which in the row of words it is."""
        held = self.held(leaf, field, stem)
        at = bisect_left(held.documents, number)
        if at == len(held.documents) or held.documents[at] != number:
            return []
        found: list[int] = leaf.schema[field].format.decode_positions(held.places[at])
        return found

    def lengths(self, leaf: Any, field: str) -> list[int]:
        """How many words each document has in a field."""
        if field not in self._lengths:
            self._lengths[field] = [leaf.doc_field_length(number, field, 0) for number in range(leaf.doc_count_all())]
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


def _read(leaf: Any, field: str, stem: str) -> Held:
    held = Held([], [], [])
    matcher = leaf.postings(field, stem)
    if isinstance(matcher, FilterMatcher):  # passes over what is deleted, for which `scoring` looks at the end
        matcher = matcher.child
    while matcher.is_active():
        held.documents.append(matcher.id())
        held.counts.append(matcher.weight())
        held.places.append(matcher.value())
        matcher.next()
    return held
