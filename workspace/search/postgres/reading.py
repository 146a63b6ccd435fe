"""How the segments of an index are read from the tables.

What is kept whole of a segment (its columns: cards, facets, vocabulary, lengths) is read once by each process, when the
segment is first seen, and kept while it is in use. The documents of words, and what is shown of hits, are read when a
question needs them, all in one query.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, LiteralString, NamedTuple, TypeVar

import msgspec
import psycopg

from workspace.search.postgres.database import Head
from workspace.search.postgres.packing import Damaged, Postings, unpack, unseal
from workspace.search.segments import Held, Segment

T = TypeVar("T")

CARDS, VALUES, THINGS, LENGTHS, STEMS = "cards", "values", "things", "lengths:", "stems:"

_SEGMENTS: LiteralString = "SELECT segment, size, deleted FROM index_segment WHERE region = %(region)s ORDER BY segment"
_COLUMNS: LiteralString = """
SELECT segment, name, content FROM index_column WHERE region = %(region)s AND segment = ANY(%(segments)s)
"""
# OFFSET 0 keeps each look-up one by its key, whatever the planner believes of the tables.
_TERMS: LiteralString = """
SELECT wanted.at, found.postings
FROM unnest(%(segments)s::bigint[], %(fields)s::text[], %(stems)s::text[])
    WITH ORDINALITY AS wanted(segment, field, stem, at)
CROSS JOIN LATERAL (
    SELECT postings FROM index_term
    WHERE region = %(region)s AND segment = wanted.segment AND field = wanted.field AND stem = wanted.stem
    OFFSET 0
) AS found
"""
_DOCUMENTS: LiteralString = """
SELECT wanted.at, found.entry, CASE WHEN %(texts)s THEN found.body ELSE '' END
FROM unnest(%(segments)s::bigint[], %(numbers)s::integer[]) WITH ORDINALITY AS wanted(segment, number, at)
CROSS JOIN LATERAL (
    SELECT entry, body FROM index_document
    WHERE region = %(region)s AND segment = wanted.segment AND number = wanted.number
    OFFSET 0
) AS found
"""


class Columns:
    """What is kept whole of one segment, unpacked when it is first asked for."""

    def __init__(self, segment: int, packed: Mapping[str, bytes]) -> None:
        self._segment, self._packed = segment, packed
        self._vocabularies: dict[str, dict[str, int]] = {}
        self._lengths: dict[str, tuple[list[int], int]] = {}
        self._things: dict[str, list[int]] | None = None

    def cards(self) -> list[bytes]:
        """The encoded card of each document."""
        return unseal(self._one(CARDS), self._segment, CARDS).split(b"\n")

    def values(self, field: str) -> dict[str, list[int]]:
        """The documents with each value of a facet, or for each audience."""
        fields = self._unpacked(VALUES, dict[str, msgspec.Raw])
        if field not in fields:
            raise Damaged(field)
        return msgspec.json.decode(fields[field], type=dict[str, list[int]])

    def things(self) -> dict[str, list[int]]:
        """The documents of each thing."""
        if self._things is None:
            self._things = self._unpacked(THINGS, dict[str, list[int]])
        return self._things

    def lengths(self, field: str) -> tuple[list[int], int]:
        """How many words each document has in a field, and all of them."""
        if field not in self._lengths:
            lengths = self._unpacked(LENGTHS + field, list[int])
            self._lengths[field] = lengths, sum(lengths)
        return self._lengths[field]

    def vocabulary(self, field: str) -> dict[str, int]:
        """All stems in a field, in order, and how many documents hold each."""
        if field not in self._vocabularies:
            self._vocabularies[field] = self._unpacked(STEMS + field, dict[str, int])
        return self._vocabularies[field]

    def _unpacked(self, name: str, kind: type[T]) -> T:
        return unpack(self._one(name), kind, self._segment, name)

    def _one(self, name: str) -> bytes:
        try:
            return self._packed[name]
        except KeyError as error:
            raise Damaged(name) from error


class Row(NamedTuple):
    """A segment as it stands in its table: all that ever changes of it is which of its documents are deleted."""

    segment: int
    size: int
    deleted: frozenset[int]


class Known(NamedTuple):
    """All segments with their columns, as they were at one stamp."""

    stamp: int
    rows: list[Row]
    columns: dict[int, Columns]


NOTHING_KNOWN = Known(-1, [], {})


def rows(connection: psycopg.Connection, region: str) -> list[Row]:
    """The segments of a region. Raises Damaged."""
    found = connection.execute(_SEGMENTS, {"region": region}, binary=True)
    return [Row(segment, size, frozenset(unpack(deleted, list[int], segment))) for segment, size, deleted in found]


def columns(connection: psycopg.Connection, region: str, segments: Sequence[int]) -> dict[int, Columns]:
    """The columns of these segments."""
    packed: dict[int, dict[str, bytes]] = {segment: {} for segment in segments}
    if segments:
        for segment, name, content in connection.execute(
            _COLUMNS, {"region": region, "segments": list(segments)}, binary=True
        ):
            packed[segment][name] = content
    return {segment: Columns(segment, found) for segment, found in packed.items()}


def known(connection: psycopg.Connection, region: str, head: Head, before: Known) -> Known:
    """The segments as they are now, with what was known of them before. Raises Damaged."""
    if head.stamp == before.stamp:
        return before
    now = rows(connection, region)
    if len(now) != head.segments:
        raise Damaged("segments")
    kept = {row.segment: before.columns[row.segment] for row in now if row.segment in before.columns}
    new = columns(connection, region, [row.segment for row in now if row.segment not in kept])
    return Known(head.stamp, now, kept | new)


class PostgresSegment:
    """One segment, read over one connection."""

    def __init__(self, snapshot: PostgresSnapshot, row: Row, kept: Columns) -> None:
        self._snapshot, self._row, self._columns = snapshot, row, kept
        self.name = str(row.segment)
        self.size = row.size

    @property
    def number(self) -> int:
        """What it is called in the tables."""
        return self._row.segment

    def deleted(self) -> Iterable[int]:
        """The documents that are deleted."""
        return self._row.deleted

    def stems(self, field: str) -> list[str]:
        """All stems in a field of text, in order."""
        return list(self._columns.vocabulary(field))

    def frequency(self, field: str, stem: str) -> int:
        """How many documents hold a stem."""
        return self._columns.vocabulary(field).get(stem, 0)

    def held(self, field: str, stem: str) -> Held:
        """The documents that hold a stem."""
        return next(iter(self._snapshot.held([(self, field, stem)])))

    def lengths(self, field: str) -> list[int]:
        """How many words each document has in a field of text."""
        return self._whole(self._columns.lengths(field)[0])

    def total_length(self, field: str) -> int:
        """How many words all of them have."""
        return self._columns.lengths(field)[1]

    def values(self, field: str) -> Mapping[str, Iterable[int]]:
        """The documents with each value of a facet, or for each audience."""
        return self._columns.values(field)

    def things(self, id: str) -> Iterable[int]:
        """The documents that are this thing, belong to it or are gathered under it."""
        return self._columns.things().get(id, ())

    def cards(self) -> Sequence[bytes]:
        """The encoded card of each document."""
        return self._whole(self._columns.cards())

    def _whole(self, found: list[Any]) -> list[Any]:
        if len(found) != self.size:
            raise Damaged("size")
        return found


class PostgresSnapshot:
    """A region's index at the moment at which the transaction of a connection began."""

    def __init__(self, connection: psycopg.Connection, region: str, known: Known) -> None:
        self._connection, self._region = connection, region
        self.segments = [PostgresSegment(self, row, known.columns[row.segment]) for row in known.rows]
        self._numbers = {segment.name: segment.number for segment in self.segments}

    def held(self, wanted: Sequence[tuple[Segment, str, str]]) -> Iterable[Held]:
        """The documents of a segment that hold a stem of a field, for each of these, in one query. Raises Damaged."""
        asked = {
            "region": self._region,
            "segments": [self._numbers[segment.name] for segment, _field, _stem in wanted],
            "fields": [field for _segment, field, _stem in wanted],
            "stems": [stem for _segment, _field, stem in wanted],
        }
        found = dict(self._ask(_TERMS, asked))
        for at, (segment, field, stem) in enumerate(wanted, start=1):
            postings = Postings.unpacked(found.get(at, b""), self._numbers[segment.name], field, stem)
            if len(postings.documents) != segment.frequency(field, stem):
                raise Damaged("postings")
            yield postings.held()

    def stored(self, wanted: Sequence[tuple[Segment, int]], *, texts: bool) -> Iterable[tuple[bytes, bytes]]:
        """The encoded entry and body of documents, in one query. Raises Damaged."""
        asked = {
            "region": self._region,
            "segments": [self._numbers[segment.name] for segment, _number in wanted],
            "numbers": [number for _segment, number in wanted],
            "texts": texts,
        }
        found = {at: (entry, body) for at, entry, body in self._ask(_DOCUMENTS, asked)}
        for at in range(1, len(wanted) + 1):
            entry, body = found.get(at, (b"", b""))
            yield unseal(entry), unseal(body) if texts else b""

    def _ask(self, query: LiteralString, asked: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        return iter(self._connection.execute(query, asked, binary=True))
