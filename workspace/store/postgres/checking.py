"""What may be wrong with a region's rows, and how it is found."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, LiteralString

from workspace.record import By
from workspace.store import log
from workspace.store.postgres import queries
from workspace.store.postgres.places import Place, of_name, places
from workspace.store.postgres.view import PostgresView

if TYPE_CHECKING:
    from workspace.store.port import Event
    from workspace.store.postgres.database import Row
    from workspace.store.postgres.store import PostgresStore

Sums = Counter[tuple[str, str]]  # of each table and index: the sum of its entries' hashes, whatever their order


def problems(store: PostgresStore) -> list[str]:
    """What is wrong, as sentences: the log's chain, documents that are there twice, indexes that don't fit them."""
    [(moment, last_event, last_hash)] = store.database.read(store.region, queries.STATE)
    view = PostgresView(store, moment, last_event)
    expected: Sums = Counter()
    found = [
        *_log_problems(view, last_event, last_hash),
        *_document_problems(store, moment, expected),
        *_index_problems(store, moment, expected),
    ]
    return [f"{store.region}: {problem}" for problem in found]


def _log_problems(view: PostgresView, last_event: int, last_hash: str) -> Iterator[str]:
    last: Event | None = None

    def all_events() -> Iterator[Event]:
        nonlocal last
        while page := view.events(after=last.seq if last else 0, limit=queries.MANY):
            for last in page:
                yield last

    broken = log.broken_at(all_events())
    if broken:
        yield f"the log's event {broken} does not fit its chain"
    elif (last.seq if last else 0, last.hash if last else "") != (last_event, last_hash):
        yield f"the log does not end with event {last_event} as it should"


def _document_problems(store: PostgresStore, moment: int, expected: Sums) -> Iterator[str]:
    indexes = _indexes(store)
    before: tuple[str, str] | None = None
    for table, id, _born, version, body in _pages(store, moment, queries.ALL_DOCUMENTS, ("tbl", "id", "born")):
        document: dict[str, Any] = json.loads(body)
        if (table, id) == before:
            yield f"{table} {id} has two living versions"
        if (document.get("id"), document.get("version", 0)) != (id, version):
            yield f"{table} {id} does not hold what its row says"
        before = (table, id)
        for by in indexes.get(table, ()):
            for place in places(by, document):
                expected[table, place.by] += _number(place, id)


def _index_problems(store: PostgresStore, moment: int, expected: Sums) -> Iterator[str]:
    actual: Sums = Counter()
    columns = ("tbl", "by", "key", "ordering", "id", "born")
    for table, by, key, ordering, id, _born, rest in _pages(store, moment, queries.ALL_PLACES, columns):
        actual[table, by] += _number(Place(by, key, ordering, rest), id)
    for table, by in sorted(expected.keys() | actual.keys()):
        if expected[table, by] != actual[table, by]:
            yield f"the index {by} of {table} does not fit its documents"


def _indexes(store: PostgresStore) -> dict[str, list[By]]:
    found: dict[str, list[By]] = {}
    for _shape, table, name in store.database.read(store.region, queries.INDEXES):
        if table is not None:
            found.setdefault(table, []).append(of_name(name))
    return found


def _pages(store: PostgresStore, moment: int, sql: LiteralString, columns: tuple[str, ...]) -> Iterator[Row]:
    """All rows of a query that goes on after the last of the page before; `columns` are its first, in its order."""
    after: dict[str, Any] = {**dict.fromkeys(columns, ""), "born": -1}
    while rows := store.database.read(store.region, sql, moment=moment, **after):
        yield from rows
        after = dict(zip(columns, rows[-1], strict=False))


def _number(place: Place, id: str) -> int:
    return int.from_bytes(hashlib.sha256(json.dumps([*place, id]).encode()).digest(), "big")
