"""One change of an index: old documents are marked as deleted, new ones make a segment, and small segments one.

Segments of about the same size are put together when there are eight of them, so that there are few, and a document is
moved only as often as the index grows eightfold. A segment of which most is deleted is made anew without that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import LiteralString

import psycopg

from workspace.search import schema
from workspace.search.port import Note
from workspace.search.postgres import making
from workspace.search.postgres.database import new_number
from workspace.search.postgres.packing import pack
from workspace.search.postgres.reading import Row, rows

MOST_ALIKE = 8
_SMALLEST = 64  # documents; segments of fewer are all alike

_DELETE: LiteralString = """
DELETE FROM index_document
WHERE region = %(region)s AND (uid = ANY(%(uids)s) OR pages_of = ANY(%(wholes)s)) RETURNING segment, number
"""
_MARK_DELETED: LiteralString = """
UPDATE index_segment SET deleted = %(deleted)s WHERE region = %(region)s AND segment = %(segment)s
"""
_NOTE: LiteralString = """
UPDATE index_head
SET format = %(format)s, seen = %(seen)s, mark = %(mark)s, stamp = %(stamp)s, segments = %(segments)s
WHERE region = %(region)s
"""
_EMPTY: tuple[LiteralString, ...] = (
    "DELETE FROM index_segment WHERE region = %(region)s",
    "DELETE FROM index_column WHERE region = %(region)s",
    "DELETE FROM index_term WHERE region = %(region)s",
    "DELETE FROM index_document WHERE region = %(region)s",
)


def change(connection: psycopg.Connection, region: str, new: making.New, gone: Iterable[str], note: Note) -> None:
    """Drop the uids in `gone`, put in what is new, and note how far that goes. Raises Damaged."""
    segments = _without(connection, region, rows(connection, region), gone)
    if new:
        segments.append(new.put(connection, region))
    while due := _due(segments):
        segments = [row for row in segments if row not in due]
        if made := making.merge(connection, region, due):
            segments.append(made)
    _note(connection, region, note, len(segments))


def empty(connection: psycopg.Connection, region: str) -> None:
    """Take everything out."""
    for statement in _EMPTY:
        connection.execute(statement, {"region": region})
    _note(connection, region, Note(-1), 0)


def _without(connection: psycopg.Connection, region: str, segments: list[Row], gone: Iterable[str]) -> list[Row]:
    """The segments without these documents. What is shown of them is deleted at once, their words when they merge."""
    gone = sorted(set(gone))
    asked = {
        "region": region,
        "uids": [uid for uid in gone if not uid.endswith("#*")],
        "wholes": [uid[:-2] for uid in gone if uid.endswith("#*")],
    }
    deleted: dict[int, set[int]] = {}
    for segment, number in connection.execute(_DELETE, asked) if gone else ():
        deleted.setdefault(segment, set()).add(number)
    after = [row._replace(deleted=row.deleted | deleted.get(row.segment, set())) for row in segments]
    for row in after:
        if row.segment in deleted:
            given = {"region": region, "segment": row.segment, "deleted": pack(sorted(row.deleted), row.segment)}
            connection.execute(_MARK_DELETED, given)
    return after


def _due(segments: Sequence[Row]) -> list[Row]:
    """Segments that are to become one."""
    alike: dict[int, list[Row]] = {}
    for row in segments:
        living = row.size - len(row.deleted)
        if living * 2 < row.size:
            return [row]
        alike.setdefault(_level(living), []).append(row)
    return next((some for some in alike.values() if len(some) >= MOST_ALIKE), [])


def _level(documents: int) -> int:
    level = 0
    while documents >= _SMALLEST:
        documents //= MOST_ALIKE
        level += 1
    return level


def _note(connection: psycopg.Connection, region: str, note: Note, segments: int) -> None:
    given = {"format": schema.FORMAT, "stamp": new_number(), "segments": segments, **note._asdict()}
    connection.execute(_NOTE, {"region": region, **given})
