"""Counting what was found by kind and by source: sets of documents as the bits of one number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from whoosh.query import Term


class Sets:
    """Which documents of an index hold which value. Kept until the next commit."""

    def __init__(self) -> None:
        self._kept: tuple[int, dict[tuple[str, str], int]] = (-1, {})

    def of(self, searcher: Any, query: Any) -> int:
        """The documents that fit a query."""
        return _bits(searcher.docs_for_query(query))

    def by_value(self, searcher: Any, documents: int, field: str) -> tuple[tuple[str, int], ...]:
        """How many of these documents have each value of a field, most first."""
        values = [value.decode() for value in searcher.reader().lexicon(field)]
        counts = [(value, (documents & self._holding(searcher, field, value)).bit_count()) for value in values if value]
        return tuple(sorted((pair for pair in counts if pair[1]), key=lambda pair: (-pair[1], pair[0])))

    def total(self, searcher: Any, documents: int, chosen: Iterable[tuple[str, str]]) -> int:
        """How many of these documents have all the chosen values of fields; "" is any value."""
        for field, value in chosen:
            if value:
                documents &= self._holding(searcher, field, value)
        return documents.bit_count()

    def _holding(self, searcher: Any, field: str, value: str) -> int:
        generation, kept = self._kept
        if generation != searcher.reader().generation():
            kept = {}
            self._kept = (searcher.reader().generation(), kept)
        if (field, value) not in kept:
            kept[field, value] = self.of(searcher, Term(field, value))
        return kept[field, value]


def _bits(documents: Iterable[int]) -> int:
    bits = bytearray()
    for document in documents:
        place = document >> 3
        if place >= len(bits):
            bits.extend(bytes(place + 1 - len(bits)))
        bits[place] |= 1 << (document & 7)
    return int.from_bytes(bits, "little")
