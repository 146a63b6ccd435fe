"""What an index holds of its documents beside the text: to narrow a search, to count, to sort and to gather.

A set of documents is a whole number with a bit for each, so that many sets are met and counted quickly. What is read
of a part of the index (a segment, which Whoosh never changes) is kept for as long as the part is in use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

import msgspec

from workspace.search import titles
from workspace.search.port import FACETS
from workspace.search.postings import Postings
from workspace.search.schema import Card

_cards = msgspec.json.Decoder(Card)


def bits(numbers: Iterable[int], size: int) -> int:
    """A set of numbers below `size`, a bit for each."""
    row = bytearray(size // 8 + 1)
    for number in numbers:
        row[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(row, "little")


def numbers(mask: int) -> list[int]:
    """The numbers of a set, in order."""
    return [number for number, bit in enumerate(reversed(f"{mask:b}")) if bit == "1"]


class Part:
    """What was read of one segment. Documents deleted since may still be in its sets."""

    def __init__(self) -> None:
        self.postings = Postings()
        self._words: dict[str, list[str]] = {}
        self._titles: list[tuple[int, str]] | None = None
        self._values: dict[str, dict[str, int]] = {}
        self._cards: list[Card] | None = None

    def values(self, leaf: Any, field: str) -> dict[str, int]:
        """The documents that hold each value of a field."""
        if field not in self._values:
            size = leaf.doc_count_all()
            self._values[field] = {
                value.decode(): bits(leaf.postings(field, value).all_ids(), size) for value in leaf.lexicon(field)
            }
        return self._values[field]

    def cards(self, leaf: Any) -> list[Card]:
        """The card of each document, by its number in the segment."""
        if self._cards is None:
            column = leaf.column_reader("card")
            cards = (column[number] for number in range(leaf.doc_count_all()))
            self._cards = [_cards.decode(card) if card else Card() for card in cards]
        return self._cards

    def words(self, leaf: Any, field: str) -> list[str]:
        """The stems in a field of text."""
        if field not in self._words:
            self._words[field] = [word.decode() for word in leaf.lexicon(field)]
        return self._words[field]

    def titles(self, leaf: Any) -> list[tuple[int, str]]:
        """The documents that can be found by their title, with the title as it is compared."""
        if self._titles is None:
            cards = enumerate(self.cards(leaf))
            self._titles = [(number, titles.fold(card.title)) for number, card in cards if card.title]
        return self._titles


class Parts:
    """The parts of an index, kept from one query to the next."""

    def __init__(self) -> None:
        self._kept: dict[str, Part] = {}

    def of(self, reader: Any) -> Shelf:
        """What is known of the documents this reader reads."""
        kept: dict[str, Part] = {}
        leaves: list[tuple[Any, int, Part]] = []
        for leaf, offset in reader.leaf_readers():
            segment = leaf.segment()
            if segment is None:  # an index that was never written to
                continue
            name = segment.segment_id()
            kept[name] = self._kept.get(name) or Part()
            leaves.append((leaf, offset, kept[name]))
        self._kept = kept
        return Shelf(leaves)


class Shelf:
    """The documents of an index as one reader sees them, by their numbers in it."""

    def __init__(self, leaves: list[tuple[Any, int, Part]]) -> None:
        self.leaves = leaves
        self._cards: list[Card] = []
        self.size: int = sum(leaf.doc_count_all() for leaf, _offset, _part in leaves)

    def cards(self) -> list[Card]:
        """The card of each document, by its number."""
        if not self._cards:
            for leaf, _offset, part in self.leaves:
                self._cards += part.cards(leaf)
        return self._cards

    def living(self) -> int:
        """All documents but those that are deleted."""
        deleted = 0
        for leaf, offset, _part in self.leaves:
            if leaf.has_deletions():
                deleted |= bits(leaf.segment().deleted_docs(), leaf.doc_count_all()) << offset
        return ((1 << self.size) - 1) & ~deleted

    def holding(self, field: str, values: Iterable[str]) -> int:
        """The documents that hold any of these values; some of them may be deleted."""
        found = 0
        for leaf, offset, part in self.leaves:
            held = part.values(leaf, field)
            for value in values:
                found |= held.get(value, 0) << offset
        return found

    def with_words(self, fields: Iterable[str], stems: Iterable[str]) -> int:
        """The documents that have any of these stems in one of the fields; some of them may be deleted."""
        stems = list(stems)
        found = 0
        for leaf, offset, part in self.leaves:
            for field in fields:
                held = chain.from_iterable(part.postings.held(leaf, field, stem).documents for stem in stems)
                found |= bits(held, leaf.doc_count_all()) << offset
        return found

    def matching(self, searcher: Any, query: Any) -> int:
        """The documents that fit a query."""
        return bits(searcher.docs_for_query(query), self.size)

    def counted(self, among: int, filters: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[tuple[str, int], ...]]:
        """How many of these documents have each value of each facet, most first.

        A facet is counted with the filters of the others, not with its own.
        """
        chosen = {facet: self.holding(facet, values) for facet, values in filters.items() if values}
        counts = {}
        for facet in FACETS:
            documents = among
            for other, mask in chosen.items():
                documents &= mask if other != facet else -1
            counts[facet] = self._by_value(documents, facet)
        return counts

    def _by_value(self, documents: int, field: str) -> tuple[tuple[str, int], ...]:
        counts: dict[str, int] = {}
        for leaf, offset, part in self.leaves:
            here = documents >> offset & ((1 << leaf.doc_count_all()) - 1)
            for value, mask in part.values(leaf, field).items():
                if count := (here & mask).bit_count():
                    counts[value] = counts.get(value, 0) + count
        return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
