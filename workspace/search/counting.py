"""What an index holds of its documents beside the text: to narrow a search, to count, to sort and to gather.

A set of documents is a whole number with a bit for each, so that many sets are met and counted quickly. What is read
of a part of the index (a segment, which never changes) is kept for as long as the part is in use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, chain
from typing import NamedTuple

import msgspec

from workspace.search import titles
from workspace.search.port import FACETS, Entry
from workspace.search.postings import Postings
from workspace.search.schema import Body, Card
from workspace.search.segments import Segment, Snapshot

_cards = msgspec.json.Decoder(Card)
_entries = msgspec.json.Decoder(Entry)
_bodies = msgspec.json.Decoder(Body)


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

    def values(self, segment: Segment, field: str) -> dict[str, int]:
        """The documents that hold each value of a field."""
        if field not in self._values:
            self._values[field] = {
                value: bits(documents, segment.size) for value, documents in segment.values(field).items()
            }
        return self._values[field]

    def cards(self, segment: Segment) -> list[Card]:
        """The card of each document, by its number in the segment."""
        if self._cards is None:
            self._cards = [_cards.decode(card) if card else Card() for card in segment.cards()]
        return self._cards

    def words(self, segment: Segment, field: str) -> list[str]:
        """The stems in a field of text."""
        if field not in self._words:
            self._words[field] = segment.stems(field)
        return self._words[field]

    def titles(self, segment: Segment) -> list[tuple[int, str]]:
        """The documents that can be found by their title, with the title as it is compared."""
        if self._titles is None:
            cards = enumerate(self.cards(segment))
            self._titles = [(number, titles.fold(card.title)) for number, card in cards if card.title]
        return self._titles


class Parts:
    """The parts of an index, kept from one query to the next."""

    def __init__(self) -> None:
        self._kept: dict[str, Part] = {}

    def of(self, snapshot: Snapshot) -> Shelf:
        """What is known of the documents of this snapshot."""
        self._kept = {one.name: self._kept.get(one.name) or Part() for one in snapshot.segments}
        return Shelf(snapshot, [self._kept[one.name] for one in snapshot.segments])


class Stored(NamedTuple):
    """What is shown of a document; the body is empty where only the entry was asked for."""

    entry: Entry
    body: Body


class Shelf:
    """The documents of an index at one moment, by their numbers in it: those of its segments, one after the other."""

    def __init__(self, snapshot: Snapshot, parts: Sequence[Part]) -> None:
        self._snapshot = snapshot
        offsets = accumulate((segment.size for segment in snapshot.segments), initial=0)
        self.leaves = list(zip(snapshot.segments, offsets, parts, strict=False))
        self._cards: list[Card] = []
        self.size = sum(segment.size for segment in snapshot.segments)

    def fetch(self, fields: Iterable[str], stems: Iterable[str]) -> None:
        """Read what will be asked of these stems, all at once."""
        stems = set(stems)
        lacking = [
            (part, segment, field, stem)
            for segment, _offset, part in self.leaves
            for field in fields
            for stem in part.postings.lacking(segment, field, stems)
        ]
        if lacking:
            read = self._snapshot.held([one[1:] for one in lacking])
            for (part, _segment, field, stem), held in zip(lacking, read, strict=True):
                part.postings.keep(field, stem, held)

    def stored(self, numbers: Iterable[int], *, texts: bool) -> dict[int, Stored]:
        """What is shown of these documents, with their texts or without, all read at once."""
        wanted = list(dict.fromkeys(numbers))
        if not wanted:
            return {}
        read = self._snapshot.stored([self.place(number)[:2] for number in wanted], texts=texts)
        return {
            number: Stored(_entries.decode(entry), _bodies.decode(body) if texts else Body())
            for number, (entry, body) in zip(wanted, read, strict=True)
        }

    def place(self, number: int) -> tuple[Segment, int, Part]:
        """The segment of a document, and its number there."""
        segment, offset, part = next(leaf for leaf in reversed(self.leaves) if number >= leaf[1])
        return segment, number - offset, part

    def cards(self) -> list[Card]:
        """The card of each document, by its number."""
        if not self._cards:
            for segment, _offset, part in self.leaves:
                self._cards += part.cards(segment)
        return self._cards

    def living(self) -> int:
        """All documents but those that are deleted."""
        deleted = 0
        for segment, offset, _part in self.leaves:
            deleted |= bits(segment.deleted(), segment.size) << offset
        return ((1 << self.size) - 1) & ~deleted

    def holding(self, field: str, values: Iterable[str]) -> int:
        """The documents that hold any of these values; some of them may be deleted."""
        found = 0
        for segment, offset, part in self.leaves:
            held = part.values(segment, field)
            for value in values:
                found |= held.get(value, 0) << offset
        return found

    def of_things(self, ids: Sequence[str]) -> int:
        """The documents that are these things or belong to them; some of them may be deleted."""
        found = 0
        for segment, offset, _part in self.leaves if ids else ():
            found |= bits(chain.from_iterable(segment.things(id) for id in ids), segment.size) << offset
        return found

    def with_words(self, fields: Iterable[str], stems: Sequence[str]) -> int:
        """The documents that have any of these stems in one of the fields; some of them may be deleted."""
        found = 0
        for segment, offset, part in self.leaves:
            for field in fields:
                held = chain.from_iterable(part.postings.held(segment, field, stem).documents for stem in stems)
                found |= bits(held, segment.size) << offset
        return found

    def with_row(self, fields: Iterable[str], row: Sequence[str]) -> int:
        """The documents in which these stems stand next to each other; some of them may be deleted."""
        if len(row) == 1:
            return self.with_words(fields, row)
        found = 0
        for segment, offset, part in self.leaves:
            for field in fields:
                found |= bits(part.postings.rows(segment, field, row), segment.size) << offset
        return found

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
        for segment, offset, part in self.leaves:
            here = documents >> offset & ((1 << segment.size) - 1)
            for value, mask in part.values(segment, field).items():
                if count := (here & mask).bit_count():
                    counts[value] = counts.get(value, 0) + count
        return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
