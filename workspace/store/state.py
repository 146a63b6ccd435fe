"""The state of one store at one moment: immutable, and shared by reference between all who read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

import immutables

from workspace.record import By, Record
from workspace.store.ordered import EMPTY, Entry, Ordered
from workspace.store.port import Event

Document = Mapping[str, Any]  # plain JSON, never changed in place
Buckets = immutables.Map[tuple[Any, ...], Ordered]
_EMPTY_TABLE: immutables.Map[str, Document] = immutables.Map()
_NO_BUCKETS: Buckets = immutables.Map()
_WHOLE_TABLE: set[tuple[Any, ...]] = {()}
_MANY = (list, tuple)


class Index(NamedTuple):
    """The documents of a table, and where they are by the values of some fields."""

    rows: immutables.Map[str, Document]
    buckets: Buckets
    fields: tuple[str, ...]


class State:
    """Tables of documents, the declared indexes over them, and the log."""

    __slots__ = ("_looked", "indexes", "log", "log_length", "tables")

    def __init__(
        self,
        tables: immutables.Map[str, immutables.Map[str, Document]],
        indexes: immutables.Map[tuple[str, By], Buckets],
        log: list[Event],
        log_length: int,
    ) -> None:
        self.tables = tables
        self.indexes = indexes
        self.log = log  # shared by all states of a store and only appended to: a state sees its own length of it
        self.log_length = log_length
        self._looked: dict[tuple[type[Record], tuple[str, ...], str], Index] = {}

    @classmethod
    def of(cls, tables: Mapping[str, Mapping[str, Document]], log: list[Event]) -> State:
        """The state with these documents. Indexes are made when they are first asked for."""
        made = immutables.Map({name: immutables.Map(rows) for name, rows in tables.items()})
        return cls(made, immutables.Map(), log, len(log))

    def table(self, name: str) -> immutables.Map[str, Document]:
        """The documents of a table by id."""
        return self.tables.get(name, _EMPTY_TABLE)

    def index(self, kind: type[Record], fields: tuple[str, ...], order: str) -> Index | None:
        """The index of a class on these fields, None when it has not been made yet. Raises LookupError."""
        asked = (kind, fields, order)
        found = self._looked.get(asked)
        if found is None:
            by = index_of(kind, fields, order)
            buckets = self.indexes.get((kind.table, by))
            if buckets is not None:
                found = self._looked[asked] = Index(self.table(kind.table), buckets, by.fields)
        return found

    def put(self, table: str, id: str, document: Document | None) -> State:
        """The state with this document in place of what was there; None takes it away."""
        rows = self.table(table)
        old = rows.get(id)
        changed = rows.set(id, document) if document is not None else rows.delete(id)
        indexes = self.indexes
        for name, by in self.indexes:
            if name == table:
                indexes = indexes.set((name, by), _moved(self.indexes[name, by], by, id, old, document))
        return State(self.tables.set(table, changed), indexes, self.log, self.log_length)

    def indexed(self, table: str, declared: Iterable[By], like: State | None = None) -> State:
        """The state with these indexes too; those of a state that has the very same table are taken over."""
        rows, indexes = self.table(table), self.indexes
        known = like.indexes if like is not None and like.table(table) is rows else indexes
        for by in declared:
            if (table, by) not in indexes:
                made = known.get((table, by))
                indexes = indexes.set((table, by), made if made is not None else _built(rows, by))
        return State(self.tables, indexes, self.log, self.log_length)


def declared(kind: type[Record]) -> tuple[By, ...]:
    """All indexes of a class of records: those it names, and the table in order of id."""
    return (*kind.indexes, By())


@lru_cache(maxsize=1024)
def index_of(kind: type[Record], fields: tuple[str, ...], order: str) -> By:
    """The index of a class on these fields, in whatever order they stand. Raises LookupError when there is none."""
    for by in declared(kind):
        if by.order == order and set(by.fields) == set(fields):
            return by
    raise LookupError(f"{kind.__name__} declares no index on {sorted(fields)} in the order of {order}")


def _built(rows: Mapping[str, Document], by: By) -> Buckets:
    buckets: dict[tuple[Any, ...], list[Entry]] = {}
    for id, document in rows.items():
        entry = bucket_entry(by, id, document)
        for key in bucket_keys(by, document):
            if key in buckets:
                buckets[key].append(entry)
            else:
                buckets[key] = [entry]
    return immutables.Map({key: Ordered(entries) for key, entries in buckets.items()})


def _moved(buckets: Buckets, by: By, id: str, old: Document | None, new: Document | None) -> Buckets:
    if old is None and new is not None:  # most writes are of something new
        entry = bucket_entry(by, id, new)
        for key in bucket_keys(by, new):
            buckets = buckets.set(key, buckets.get(key, EMPTY).inserted(entry))
        return buckets
    before = {(key, bucket_entry(by, id, old)) for key in bucket_keys(by, old)} if old is not None else set()
    after = {(key, bucket_entry(by, id, new)) for key in bucket_keys(by, new)} if new is not None else set()
    for key, entry in before - after:
        shrunk = buckets[key].without(entry)
        buckets = buckets.set(key, shrunk) if len(shrunk) else buckets.delete(key)
    for key, entry in after - before:
        buckets = buckets.set(key, buckets.get(key, EMPTY).inserted(entry))
    return buckets


def bucket_keys(by: By, document: Document) -> set[tuple[Any, ...]]:
    """The buckets a document is in: a field that is a list puts it in one for each of its values."""
    if not by.fields:
        return _WHOLE_TABLE
    if len(by.fields) == 1:  # most have one, and opening a big region makes many
        value = document.get(by.fields[0])
        return {(one,) for one in value} if isinstance(value, _MANY) else {(value,)}
    values = (document.get(name) for name in by.fields)
    return set(product(*(value if isinstance(value, _MANY) else (value,) for value in values)))


def bucket_entry(by: By, id: str, document: Document) -> Entry:
    if by.order == "id":
        return (True, id, id)
    value = document.get(by.order)
    return (value is not None, sort_key(value) if value is not None else 0, id)


def sort_key(value: Any) -> Any:
    """The value by which documents are ordered. Times get six decimals, so that text sorts as time does."""
    if isinstance(value, str) and len(value) >= 20 and value[10] == "T" and value[-1] == "Z":
        seconds, _, fraction = value[:-1].partition(".")
        return f"{seconds}.{fraction:0<6}"
    return value


def bucket(state: State, table: str, by: By, key: tuple[Any, ...]) -> Ordered:
    """The entries of one bucket of an index, empty when there are none."""
    return state.indexes.get((table, by), _NO_BUCKETS).get(key, EMPTY)
