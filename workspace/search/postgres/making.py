"""How segments are made: from new entries, or from smaller segments, without reading their texts again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import Any, LiteralString

import psycopg

from workspace.access import Audience
from workspace.search import analysis, schema
from workspace.search.port import FACETS
from workspace.search.postgres.database import new_number
from workspace.search.postgres.packing import Damaged, Postings, pack, renumbered, seal
from workspace.search.postgres.reading import CARDS, LENGTHS, STEMS, THINGS, VALUES, Columns, Row, columns
from workspace.search.schema import Kept

FIELDS = [schema.text_field(audience) for audience in Audience]
_AT_A_TIME = 2_000  # words that are put together

_PUT_SEGMENT: LiteralString = "INSERT INTO index_segment VALUES (%(region)s, %(segment)s, %(size)s, %(deleted)b)"
_PUT_COLUMN: LiteralString = "INSERT INTO index_column VALUES (%(region)s, %(segment)s, %(name)s, %(content)b)"
# No COPY: it is refused where row-level security stands before a table.
_PUT_TERMS: LiteralString = """
INSERT INTO index_term SELECT %(region)s, %(segment)s, one.*
FROM unnest(%(fields)s::text[], %(stems)s::text[], %(postings)b::bytea[]) AS one
"""
_PUT_DOCUMENT: LiteralString = """
INSERT INTO index_document
VALUES (%(region)s, %(segment)s, %(number)s, %(uid)s, %(pages_of)s, %(entry)b, %(body)b)
"""
_WORDS: LiteralString = """
SELECT field, stem, segment, postings FROM index_term
WHERE region = %(region)s AND segment = ANY(%(segments)s) ORDER BY field, stem
"""
_MOVE: LiteralString = """
UPDATE index_document AS moved SET segment = %(segment)s, number = %(first)s + place.after
FROM (
    SELECT number, row_number() OVER (ORDER BY number) - 1 AS after FROM index_document
    WHERE region = %(region)s AND segment = %(old)s
) AS place
WHERE region = %(region)s AND segment = %(old)s AND moved.number = place.number
"""
_DROP: tuple[LiteralString, ...] = (
    "DELETE FROM index_segment WHERE region = %(region)s AND segment = ANY(%(segments)s)",
    "DELETE FROM index_column WHERE region = %(region)s AND segment = ANY(%(segments)s)",
    "DELETE FROM index_term WHERE region = %(region)s AND segment = ANY(%(segments)s)",
    "DELETE FROM index_document WHERE region = %(region)s AND segment = ANY(%(segments)s)",
)

Words = dict[str, dict[str, Postings]]  # field -> stem -> where it stands


class Whole:
    """The columns of a segment that is being made."""

    def __init__(self) -> None:
        self.cards: list[bytes] = []
        self.values: dict[str, dict[str, list[int]]] = {field: {} for field in ("audience", *FACETS)}
        self.things: dict[str, list[int]] = {}
        self.lengths: dict[str, list[int]] = {field: [] for field in FIELDS}
        self.vocabularies: dict[str, dict[str, int]] = {field: {} for field in FIELDS}

    def add(self, number: int, kept: Kept, field: str, length: int) -> None:
        """Take in one entry with so many words in this field of text."""
        self.cards.append(kept.card)
        for facet, values in (("audience", (kept.audience,)), *kept.facets.items()):
            for value in values:
                self.values[facet].setdefault(value, []).append(number)
        for id in kept.things:
            self.things.setdefault(id, []).append(number)
        for one, lengths in self.lengths.items():
            lengths.append(length if one == field else 0)

    def take(self, old: Columns, places: Sequence[int]) -> None:
        """Take in another segment's columns; `places` are the numbers of its documents here, -1 for what is deleted."""
        self.cards += _living(old.cards(), places)
        for field, values in self.values.items():
            _put_together(values, old.values(field), places)
        _put_together(self.things, old.things(), places)
        for field, lengths in self.lengths.items():
            lengths.extend(_living(old.lengths(field)[0], places))

    def packed(self, segment: int) -> dict[str, bytes]:
        """As they stand in their table."""
        found: dict[str, Any] = {VALUES: self.values, THINGS: self.things}
        found |= {LENGTHS + field: lengths for field, lengths in self.lengths.items()}
        found |= {STEMS + field: dict(sorted(held.items())) for field, held in self.vocabularies.items()}
        packed = {name: pack(value, segment, name) for name, value in found.items()}
        return {CARDS: seal(b"\n".join(self.cards), segment, CARDS)} | packed


def _living(row: list[Any], places: Sequence[int]) -> Iterator[Any]:
    if len(row) != len(places):
        raise Damaged("size")
    return (one for one, place in zip(row, places, strict=True) if place >= 0)


def _put_together(into: dict[str, list[int]], values: dict[str, list[int]], places: Sequence[int]) -> None:
    for value, numbers in values.items():
        if living := renumbered(numbers, places):
            into.setdefault(value, []).extend(living)


class New:
    """A segment of new entries, made before any row is locked."""

    def __init__(self, entries: Sequence[Kept]) -> None:
        self._entries = entries
        self._whole = Whole()
        self._words: Words = {}
        for number, kept in enumerate(entries):
            field = schema.text_field(kept.audience)
            self._whole.add(number, kept, field, self._read(number, field, kept.searched))

    def __bool__(self) -> bool:
        return bool(self._entries)

    def _read(self, number: int, field: str, text: str) -> int:
        """Take in the words of a document, and answer how many there are."""
        places: defaultdict[str, list[int]] = defaultdict(list)
        for word in analysis.words(text):
            places[word.stem].append(word.position)
        held = self._words.setdefault(field, {})
        for stem, positions in places.items():
            if stem not in held:
                held[stem] = Postings.empty()
            held[stem].add(number, positions)
        return sum(map(len, places.values()))

    def put(self, connection: psycopg.Connection, region: str) -> Row:
        """Write it to the tables."""
        segment = new_number()
        words = ((field, stem, held) for field, stems in self._words.items() for stem, held in stems.items())
        _put_words(connection, region, segment, words, self._whole)
        documents = (
            {"number": number, "uid": kept.uid, "pages_of": kept.pages_of or None,
             "entry": seal(kept.entry), "body": seal(kept.body), "region": region, "segment": segment}
            for number, kept in enumerate(self._entries)
        )  # fmt: skip
        connection.cursor().executemany(_PUT_DOCUMENT, documents)
        return _put_whole(connection, region, segment, self._whole)


def merge(connection: psycopg.Connection, region: str, old: Sequence[Row]) -> Row | None:
    """Make one segment of these, without what is deleted; None when nothing is left. Raises Damaged."""
    segment = new_number()
    places: dict[int, list[int]] = {}
    first = 0
    whole = Whole()
    kept = columns(connection, region, [row.segment for row in old])
    for row in old:
        numbers = iter(range(first, first + row.size))
        places[row.segment] = [-1 if number in row.deleted else next(numbers) for number in range(row.size)]
        whole.take(kept[row.segment], places[row.segment])
        moved = connection.execute(_MOVE, {"region": region, "segment": segment, "first": first, "old": row.segment})
        if moved.rowcount != row.size - len(row.deleted):
            raise Damaged("documents")
        first += moved.rowcount
    with connection.cursor("words", binary=True) as words:
        words.itersize = _AT_A_TIME
        words.execute(_WORDS, {"region": region, "segments": list(places)})
        _put_words(connection, region, segment, _words_of(words, places), whole)
    drop(connection, region, list(places))
    return _put_whole(connection, region, segment, whole) if first else None


def drop(connection: psycopg.Connection, region: str, segments: Sequence[int]) -> None:
    """Take segments out of the tables."""
    for statement in _DROP:
        connection.execute(statement, {"region": region, "segments": segments})


def _words_of(rows: Iterable[Any], places: dict[int, list[int]]) -> Iterator[tuple[str, str, Postings]]:
    """Each word of several segments with its documents by their new numbers."""
    order = {segment: at for at, segment in enumerate(places)}
    for (field, stem), same in groupby(rows, key=lambda row: (row[0], row[1])):
        together = Postings.empty()
        for _field, _stem, segment, packed in sorted(same, key=lambda row: order[row[2]]):
            Postings.unpacked(packed, segment, field, stem).into(together, places[segment])
        if together.documents:
            yield field, stem, together


def _put_words(
    connection: psycopg.Connection,
    region: str,
    segment: int,
    words: Iterator[tuple[str, str, Postings]],
    whole: Whole,
) -> None:
    """Write words with their documents, and note in how many documents each is."""
    while some := list(islice(words, _AT_A_TIME)):
        for field, stem, held in some:
            whole.vocabularies[field][stem] = len(held.documents)
        given = {
            "region": region,
            "segment": segment,
            "fields": [field for field, _stem, _held in some],
            "stems": [stem for _field, stem, _held in some],
            "postings": [held.packed(segment, field, stem) for field, stem, held in some],
        }
        connection.execute(_PUT_TERMS, given)


def _put_whole(connection: psycopg.Connection, region: str, segment: int, whole: Whole) -> Row:
    row = Row(segment, len(whole.cards), frozenset())
    connection.execute(
        _PUT_SEGMENT, {"region": region, "segment": segment, "size": row.size, "deleted": pack([], segment)}
    )
    connection.cursor().executemany(
        _PUT_COLUMN,
        [
            {"region": region, "segment": segment, "name": name, "content": content}
            for name, content in whole.packed(segment).items()
        ],
    )
    return row
