"""A store in memory: what the contract means in the fewest lines. Used where a test needs no disk."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec

from workspace.errors import Conflict, NotFound
from workspace.record import By, Record
from workspace.store.log import broken_at, chained
from workspace.store.port import Event


def _values(record, field):
    value = getattr(record, field)
    return value if isinstance(value, tuple) else (value,)


def _record_of(table, document):
    """The record that fits: tests of several files have tables of one name."""
    for kind in Record.__subclasses__():
        if vars(kind).get("table") == table:
            with contextlib.suppress(msgspec.ValidationError):
                return msgspec.convert(document, kind)
    raise KeyError(table)


class MemoryView:
    def __init__(self, tables: dict[str, dict[str, Record]], log: list[Event]) -> None:
        self.rows, self.log_ = tables, log

    def get(self, kind, id):
        return self.rows.get(kind.table, {}).get(id)

    def find(self, kind, where=None, *, order="id", descending=False, offset=0, limit=None):
        where = dict(where or {})
        declared = {(frozenset(by.fields), by.order) for by in (*kind.indexes, By())}
        if (frozenset(where), order) not in declared:
            raise LookupError(f"{kind.__name__} declares no index on {sorted(where)} in the order of {order}")
        table = self.rows.get(kind.table, {}).values()
        rows = [record for record in table if all(value in _values(record, field) for field, value in where.items())]

        def key(r):
            value = getattr(r, order)
            return (value is not None, value if value is not None else 0, r.id)

        rows.sort(key=key, reverse=descending)
        return rows[offset : None if limit is None else offset + limit]

    def first(self, kind, where=None, *, order="id", descending=False):
        rows = self.find(kind, where, order=order, descending=descending, limit=1)
        return rows[0] if rows else None

    def count(self, kind, where=None, *, order="id"):
        return len(self.find(kind, where, order=order))

    def events(self, after=0, limit=None):
        return self.log_[after : None if limit is None else after + limit]

    def last_event(self):
        return len(self.log_)

    def tables(self):
        return sorted(name for name, rows in self.rows.items() if rows)

    def documents(self, table):
        return (msgspec.to_builtins(record) for _id, record in sorted(self.rows.get(table, {}).items()))


class MemoryTransaction(MemoryView):
    def put(self, record):
        table = self.rows.setdefault(record.table, {})
        stored = table.get(record.id)
        if record.version != (stored.version if stored else 0):
            raise Conflict(current=stored)
        new = msgspec.convert(msgspec.to_builtins(record.changed(version=record.version + 1)), type(record))
        table[record.id] = new
        return new

    def remove(self, record):
        stored = self.rows.get(record.table, {}).get(record.id)
        if stored is None or stored.version != record.version:
            raise Conflict(current=stored)
        del self.rows[record.table][record.id]

    def log(self, action: str, record: Record, *, at: datetime, by: str, **details: Any) -> None:
        last = self.log_[-1] if self.log_ else None
        payload = {"by": by, **details}
        self.log_.append(chained(last, at=at, action=action, table=record.table, record=record.id, payload=payload))


class MemoryBlobs:
    def __init__(self):
        self.files, self.put_at = {}, {}

    def put(self, content):
        digest = hashlib.sha256(content).hexdigest()
        self.files[digest], self.put_at[digest] = content, datetime.now(UTC)
        return digest

    def get(self, digest):
        return self.files[digest]

    def digests(self, before=None):
        return (digest for digest in sorted(self.files) if before is None or self.put_at[digest] < before)

    def remove(self, digest, before=None):
        if before is None or (digest in self.files and self.put_at[digest] < before):
            self.files.pop(digest, None)


class MemoryStore:
    def __init__(self):
        self.tables, self.log, self.lock, self.blobs = {}, [], threading.RLock(), MemoryBlobs()

    def _copy(self):
        return {name: dict(rows) for name, rows in self.tables.items()}, list(self.log)

    def view(self):
        with self.lock:
            return MemoryView(*self._copy())

    @contextmanager
    def transaction(self) -> Iterator[MemoryTransaction]:
        with self.lock:
            transaction = MemoryTransaction(*self._copy())
            yield transaction
            self.tables, self.log = transaction.rows, transaction.log_

    def fill(self, documents, events):
        with self.transaction() as tx:
            for table, document in documents:
                tx.rows.setdefault(table, {})[document["id"]] = _record_of(table, document)
            for event in events:
                last = tx.log_[-1] if tx.log_ else None
                if (event.seq, event.previous) != ((last.seq + 1, last.hash) if last else (1, "")):
                    raise ValueError(event.seq)
                tx.log_.append(event)

    def forget(self, table):
        pass

    def problems(self):
        broken = broken_at(self.log)
        return [f"event {broken}"] if broken else []


class MemoryKeys:
    def __init__(self):
        self.secrets = {}

    def keep(self, region, name, secret):
        self.secrets[region, name] = secret

    def get(self, region, name):
        return self.secrets.get((region, name))

    def destroy(self, region, name):
        if (region, name) in self.secrets:
            self.secrets[region, name] = None

    def release(self, region, name):
        self.secrets.pop((region, name), None)

    def names(self, region):
        return sorted(name for of, name in self.secrets if of == region)


class MemoryStores:
    def __init__(self):
        self.house, self.regions, self.keys = MemoryStore(), {}, MemoryKeys()

    def region(self, slug):
        if slug not in self.regions:
            raise NotFound()
        return self.regions[slug]

    def create(self, slug):
        if slug in self.regions:
            raise Conflict()
        self.regions[slug] = MemoryStore()
        return self.regions[slug]

    def slugs(self):
        return sorted(self.regions)

    def writable(self):
        return True

    def lease(self, job, seconds):
        return True

    def sweep(self):
        return 0

    def close(self):
        pass
