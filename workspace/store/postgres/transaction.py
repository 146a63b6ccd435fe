"""The one writer of a region: it reads what it wrote, and all of it is committed together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, LiteralString, NamedTuple, TypeVar

import msgspec
import psycopg

from workspace.errors import Conflict, Unavailable
from workspace.record import By, Record
from workspace.store import log
from workspace.store.port import Event
from workspace.store.postgres import queries
from workspace.store.postgres.database import COMMIT, Row, Statement, in_our_words, run
from workspace.store.postgres.places import Place, encoded, is_id, named, of_name, places
from workspace.store.postgres.view import PAGE, PostgresView
from workspace.store.state import Document, declared

if TYPE_CHECKING:
    from workspace.store.postgres.store import PostgresStore

R = TypeVar("R", bound=Record)
Indexes = dict[str, tuple[By, ...]]


class Tip(NamedTuple):
    """The end of the log, on which the next event is hung."""

    seq: int
    hash: str


class Stored(NamedTuple):
    """A living document, and the change at which this version of it was born."""

    born: int
    document: Document


class New(NamedTuple):
    """What is to be born under an id: its document as it is and as text (None: nothing), and its new places."""

    id: str
    document: Document | None
    body: str | None
    places: set[Place]


class PostgresTransaction(PostgresView):
    """A view one change ahead of the region. Writes wait until something is asked, and go in the same round trip."""

    def __init__(self, store: PostgresStore, connection: psycopg.Connection, locked: Row) -> None:
        seq, last_event, last_hash, shape = locked
        super().__init__(store, seq + 1, last_event)
        self._connection = connection
        self._tip = Tip(last_event, last_hash)
        self._later: list[Statement] = []
        self._known: dict[tuple[str, str], Stored | None] = {}  # nobody else can change them while we hold the region
        self._failed = self._wrote = False
        known = store.indexes
        self.shape: int = shape
        self.indexes: Indexes = dict(known[1]) if known[0] == shape else indexes_of(self._ask(queries.INDEXES))[1]

    def get(self, kind: type[R], id: str) -> R | None:
        """The record with this id, or None."""
        stored = self._stored(kind.table, id)
        return None if stored is None else msgspec.convert(stored.document, kind)

    def put(self, record: R) -> R:
        """Keep the record and answer it with its new version. Raises Conflict when it is stale."""
        stored = self._stored(record.table, record.id)
        if record.version != (stored.document.get("version", 0) if stored else 0):
            raise Conflict(current=self.get(type(record), record.id))
        self.declare(type(record))
        kept = record.changed(version=record.version + 1)
        self.change(record.table, record.id, msgspec.to_builtins(kept))
        return kept

    def remove(self, record: Record) -> None:
        """Take the record away. Raises Conflict when it is stale or not there."""
        stored = self._stored(record.table, record.id)
        if stored is None or stored.document.get("version", 0) != record.version:
            raise Conflict(current=self.get(type(record), record.id))
        self.declare(type(record))
        self.change(record.table, record.id, None)

    def log(self, action: str, record: Record, *, at: datetime, by: str, **details: Any) -> None:
        """Append to the log that `by` did `action` to `record`."""
        last = self._tip if self._tip.seq else None
        payload = {"by": by, **details}
        self._append(
            log.chained(
                last, at=at.astimezone(UTC), action=action, table=record.table, record=record.id, payload=payload
            )
        )

    def follow(self, event: Event) -> None:
        """Append an event as it is. Raises ValueError when it does not follow the last one."""
        if (event.seq, event.previous) != (self._tip.seq + 1, self._tip.hash):
            raise ValueError(f"event {event.seq} does not follow the log")
        self._append(event)

    def take(self, table: str, documents: Sequence[Document]) -> None:
        """Put documents of plain JSON, each with an id of its own, in place of what has their ids."""
        if not all(is_id(document["id"]) for document in documents):
            raise ValueError(f"a document of {table} has an id that can't be kept")
        ids = [document["id"] for document in documents]
        self._known = {(table, id): None for id in ids}
        for id, born, body in self._ask(queries.LIVING, table=table, ids=ids):
            self._known[table, id] = Stored(born, json.loads(body))
        self._keep(table, [self._replace(table, document["id"], document) for document in documents])

    def change(self, table: str, id: str, document: Document | None) -> None:
        """Put a document of plain JSON in place, or take it away (None). Raises ValueError before anything is done."""
        if not is_id(id):
            raise ValueError(f"not an id that can be kept: {id!r}")
        self._keep(table, [self._replace(table, id, document)])

    def declare(self, kind: type[Record]) -> None:
        """Have all indexes of this class from now on. One that was never used here is built from what is kept."""
        known = self.indexes.get(kind.table, ())
        missing = [by for by in dict.fromkeys(declared(kind)) if by not in known]
        if missing:
            self._build(kind.table, missing)

    def commit(self) -> None:
        """Make it all durable. Raises Unavailable when it was not, or when that can't be known."""
        if self._failed:  # PostgreSQL would answer COMMIT with a quiet rollback
            raise Unavailable()
        if self._wrote:
            self._write(queries.ADVANCE, event=self._tip.seq, hash=self._tip.hash, shape=self.shape)
            self._send(COMMIT)

    def flush(self) -> None:
        """Send what waits."""
        if self._later:
            self._send(self._later.pop())

    def _ask(self, sql: LiteralString, **values: Any) -> list[Row]:
        return self._send((sql, {"region": self._store.region, "moment": self._moment, **values}))

    def _write(self, sql: LiteralString, **values: Any) -> None:
        self._wrote = True
        self._later.append((sql, {"region": self._store.region, "moment": self._moment, **values}))

    def _send(self, statement: Statement) -> list[Row]:
        statements, self._later = [*self._later, statement], []
        if self._failed:
            raise Unavailable()
        self._failed = True
        with in_our_words():
            rows = run(self._connection, statements)
        self._failed = False
        return rows

    def _stored(self, table: str, id: str) -> Stored | None:
        if (table, id) not in self._known:
            rows = self._ask(queries.LIVING, table=table, ids=[id]) if is_id(id) else []
            self._known[table, id] = Stored(rows[0][1], json.loads(rows[0][2])) if rows else None
        return self._known[table, id]

    def _append(self, event: Event) -> None:
        values = msgspec.structs.asdict(event)
        payload = None if event.payload is None else encoded(event.payload)
        self._write(queries.APPEND, **{**values, "payload": payload})
        self._tip = Tip(event.seq, event.hash)
        self._last_event = event.seq

    def _indexed(self, kind: type[Record], by: By) -> bool:
        self.declare(kind)
        return True

    def _places(self, table: str, document: Document | None) -> set[Place]:
        if document is None:
            return set()
        return {place for by in self.indexes.get(table, ()) for place in places(by, document)}

    def _replace(self, table: str, id: str, document: Document | None) -> New:
        """Let what has this id die with its places, and answer what is to be born in its stead."""
        old = self._stored(table, id)
        body = None if document is None else encoded(document)
        before, after = self._places(table, old and old.document), self._places(table, document)
        mine = old is not None and old.born == self._moment
        it = {"table": table, "id": id, "born": old.born if old else 0}
        if old is not None:
            self._write(queries.FORGET if mine else queries.END, **it)
        for place in before - after:
            if mine:
                self._write(queries.UNDO_PLACE, **it, **place._asdict())
            self._write(queries.LEAVE, **it, **place._asdict())
        self._known[table, id] = None if document is None else Stored(self._moment, document)
        return New(id, document, body, after - before)

    def _keep(self, table: str, new: Sequence[New]) -> None:
        kept = [one for one in new if one.document is not None]
        if kept:
            self._write(
                queries.KEEP,
                table=table,
                id=[one.id for one in kept],
                version=[one.document.get("version", 0) for one in kept if one.document],
                body=[one.body for one in kept],
            )
        self._enter(table, [(place, one.id, self._moment, queries.FOREVER) for one in new for place in one.places])

    def _enter(self, table: str, entries: Iterable[tuple[Place, str, int, int]]) -> None:
        rows = [(*place, id, born, died) for place, id, born, died in entries]
        if rows:
            names = ("by", "key", "ordering", "rest", "id", "born", "died")
            columns = zip(names, zip(*rows, strict=True), strict=True)
            self._write(queries.ENTER, table=table, **{name: list(column) for name, column in columns})

    def _build(self, table: str, missing: list[By]) -> None:
        """Make places for all versions that are kept, so that an older view finds its own."""
        names = [named(by) for by in missing]
        self._write(queries.EMPTY_INDEXES, table=table, by=names)
        id, born = "", 0
        while rows := self._ask(queries.VERSIONS, table=table, id=id, born=born, limit=PAGE):
            for id, born, died, body in rows:  # the last of them is where the next page begins
                found = {place for by in missing for place in places(by, json.loads(body))}
                self._enter(table, [(place, id, born, died) for place in found])
        self._write(queries.DECLARE, table=table, by=names)
        self.indexes[table] = (*self.indexes.get(table, ()), *missing)
        self.shape += 1


def indexes_of(rows: list[Row]) -> tuple[int, Indexes]:
    """What INDEXES tells: the number that counts up when an index joins, and the indexes of each table."""
    indexes: Indexes = {}
    for _shape, table, name in rows:
        if table is not None:
            indexes[table] = (*indexes.get(table, ()), of_name(name))
    return (rows[0][0] if rows else -1), indexes
