"""One moment of a region, read without an open transaction: a view is no more than the number of a change."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import TYPE_CHECKING, Any, LiteralString, TypeVar

import msgspec

from workspace.record import By, Record
from workspace.store.port import Event, Where
from workspace.store.postgres import queries
from workspace.store.postgres.database import Row
from workspace.store.postgres.places import is_id, key, named
from workspace.store.state import Document, State, bucket, declared

if TYPE_CHECKING:
    from workspace.store.postgres.store import PostgresStore

R = TypeVar("R", bound=Record)
PAGE = 500


class PostgresView:
    """What a region held after the change of this number. Good for as long as nothing of it is swept (ten minutes)."""

    def __init__(self, store: PostgresStore, moment: int, last_event: int) -> None:
        self._store = store
        self._moment = moment
        self._last_event = last_event

    def get(self, kind: type[R], id: str) -> R | None:
        """The record with this id, or None."""
        rows = self._ask(queries.GET, table=kind.table, id=id) if is_id(id) else []
        return msgspec.convert(json.loads(rows[0][0]), kind) if rows else None

    def find(
        self,
        kind: type[R],
        where: Where | None = None,
        *,
        order: str = "id",
        descending: bool = False,
        offset: int = 0,
        limit: int | None = None,
    ) -> list[R]:
        """Records by a declared index (see the port)."""
        by, values = _index(kind, where, order)
        if not self._indexed(kind, by):
            rows = self._gathered(kind.table)
            entries = bucket(State.of({kind.table: rows}, []).indexed(kind.table, [by]), kind.table, by, values)
            page = entries.page(offset, limit, descending=descending)
            return [msgspec.convert(rows[entry[2]], kind) for entry in page]
        found = self._ask(
            queries.FIND[order == "id", descending],
            table=kind.table,
            by=named(by),
            key=key(values),
            offset=offset,
            limit=limit,
        )
        return [msgspec.convert(json.loads(body), kind) for (body,) in found]

    def first(
        self, kind: type[R], where: Where | None = None, *, order: str = "id", descending: bool = False
    ) -> R | None:
        """The first that `find` would give, or None."""
        return next(iter(self.find(kind, where, order=order, descending=descending, limit=1)), None)

    def count(self, kind: type[Record], where: Where | None = None, *, order: str = "id") -> int:
        """How many `find` would give without a limit."""
        by, values = _index(kind, where, order)
        if not self._indexed(kind, by):
            return len(self.find(kind, where, order=order))
        return int(self._ask(queries.COUNT, table=kind.table, by=named(by), key=key(values))[0][0])

    def events(self, after: int = 0, limit: int | None = None) -> list[Event]:
        """The log's events with a seq above `after`, oldest first."""
        return [_event(row) for row in self._ask(queries.EVENTS, after=after, last=self._last_event, limit=limit)]

    def last_event(self) -> int:
        """The seq of the newest event, 0 for an empty log."""
        return self._last_event

    def tables(self) -> list[str]:
        """The names of the tables that hold anything, sorted."""
        return sorted(name for (name,) in self._ask(queries.TABLES))

    def documents(self, table: str) -> Iterator[Document]:
        """All that a table holds as plain JSON, in the order of id."""
        after = ""
        while rows := self._ask(queries.DOCUMENTS, table=table, after=after, limit=PAGE):
            yield from (json.loads(body) for _id, body in rows)
            after = rows[-1][0]

    def _ask(self, sql: LiteralString, **values: Any) -> list[Row]:
        """The rows of a query about this region at this moment."""
        return self._store.database.read(self._store.region, sql, moment=self._moment, **values)

    def _indexed(self, kind: type[Record], by: By) -> bool:
        """Whether the index is there to be asked. If not, the documents are gone through: slow, but never wrong."""
        return self._store.indexed(kind, by)

    def _gathered(self, table: str) -> Mapping[str, Document]:
        return {document["id"]: document for document in self.documents(table)}


def _index(kind: type[Record], where: Where | None, order: str) -> tuple[By, tuple[Any, ...]]:
    wanted = dict(where or {})
    for by in declared(kind):
        if by.order == order and set(by.fields) == set(wanted):
            return by, tuple(msgspec.to_builtins(wanted[name]) for name in by.fields)
    raise LookupError(f"{kind.__name__} declares no index on {sorted(wanted)} in the order of {order}")


def _event(row: Row) -> Event:
    seq, at, action, table, record, payload, salt, payload_hash, previous, hash = row
    return Event(
        seq=seq,
        at=at.astimezone(UTC),
        action=action,
        table=table,
        record=record,
        payload=None if payload is None else json.loads(payload),
        salt=salt,
        payload_hash=payload_hash,
        previous=previous,
        hash=hash,
    )
