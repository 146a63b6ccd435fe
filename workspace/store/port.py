"""The Store port: all that the rest of the workspace knows of how records are kept.

There is one store for the house (people, sign-in, sessions, the list of regions) and one for each region. A
transaction never spans two. `tests/contract/` runs one set of tests on every adapter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol, TypeVar

import msgspec

from workspace.record import Record


class StoreRefused(Exception):
    """A store can't be opened: damaged, owned by another process, or newer than this program. Says what to do."""


R = TypeVar("R", bound=Record)
Where = Mapping[str, str | int | bool | None]


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a store's append-only log: what happened to which record, when; chained by hash.

    `payload` holds who did it (`by`) and details. It can be erased (None) without breaking the chain, because the
    chain is made over `payload_hash`, the hash of the salted payload, and not over the payload.
    """

    seq: int  # 1, 2, 3 ... without gaps
    at: datetime  # UTC
    action: str  # "<table>.<what happened>", e.g. "threads.opened"
    table: str
    record: str  # the record's id
    payload: dict[str, Any] | None
    salt: str
    payload_hash: str
    previous: str  # the hash of the event before, "" for the first
    hash: str


class View(Protocol):
    """One moment of a store: what was acknowledged when it was taken. Later writes do not change it."""

    def get(self, kind: type[R], id: str) -> R | None:
        """The record with this id, or None."""
        ...

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
        """Records whose fields equal `where`, in the order of the field `order`, then of id.

        `where` and `order` must name an index that the class declares (`By`): a look-up never scans.
        Raises LookupError when no such index is declared.
        """
        ...

    def first(
        self, kind: type[R], where: Where | None = None, *, order: str = "id", descending: bool = False
    ) -> R | None:
        """The first that `find` would give, or None."""
        ...

    def count(self, kind: type[R], where: Where | None = None, *, order: str = "id") -> int:
        """How many `find` would give without a limit."""
        ...

    def events(self, after: int = 0, limit: int | None = None) -> list[Event]:
        """The log's events with a seq above `after`, oldest first."""
        ...

    def last_event(self) -> int:
        """The seq of the newest event, 0 for an empty log."""
        ...

    def tables(self) -> list[str]:
        """The names of the tables that hold anything, sorted. With `documents` for taking everything out."""
        ...

    def documents(self, table: str) -> Iterator[Mapping[str, Any]]:
        """All that a table holds as plain JSON, in the order of id. For taking everything out; pages `find`."""
        ...


class Transaction(View, Protocol):
    """A view that sees its own writes; all of them become durable together when its block ends, or none."""

    def put(self, record: R) -> R:
        """Keep the record and answer it with its new version.

        Raises Conflict (with the stored record as `current`) unless its version is the stored one, 0 for none.
        """
        ...

    def remove(self, record: Record) -> None:
        """Take the record away. Raises Conflict unless its version is the stored one."""
        ...

    def log(self, action: str, record: Record, *, at: datetime, by: str, **details: Any) -> None:
        """Append to the log that `by` (a person's id, or "operator") did `action` to `record`. Details are JSON."""
        ...


class Blobs(Protocol):
    """Files and long texts by the SHA-256 of their bytes."""

    def put(self, content: bytes) -> str:
        """Keep the bytes durably and answer their SHA-256 (64 hex digits). Do it before the record that names them."""
        ...

    def get(self, digest: str) -> bytes:
        """The bytes. Raises KeyError when there are none, ValueError when they no longer match their digest."""
        ...

    def digests(self, before: datetime | None = None) -> Iterator[str]:
        """The digests of all that is kept, sorted; only what was last put before a moment (UTC) where one is given."""
        ...

    def remove(self, digest: str, before: datetime | None = None) -> None:
        """Take the bytes away, if they are there; only if they were last put before a moment where one is given.

        For what no record names any more. With a moment, a put that races it is never undone.
        """
        ...


class Store(Protocol):
    """The house's store or one region's."""

    @property
    def blobs(self) -> Blobs:
        """The files of this store."""
        ...

    def view(self) -> View:
        """The newest acknowledged state. Takes no lock and waits for nobody."""
        ...

    def transaction(self) -> AbstractContextManager[Transaction]:
        """One writer at a time: reads, checks and writes in its block are one step.

        Leaving the block makes it durable before it returns; an exception inside drops everything. Raises Unavailable
        when the store can't take writes, RuntimeError inside another transaction of the same store.
        """
        ...

    def fill(self, documents: Iterable[tuple[str, Mapping[str, Any]]], events: Iterable[Event]) -> None:
        """Take in (table, document) pairs and events as they are, versions and hashes included: in one transaction.

        For moving and restoring. A document takes the place of what has its id; events go on from the last one.
        Raises ValueError when they do not, Unavailable when the store can't take writes.
        """
        ...

    def problems(self) -> list[str]:
        """What is wrong with what is kept, as sentences for an operator; [] when all is well. Reads everything."""
        ...

    def forget(self, table: str) -> None:
        """Have what was removed from a table in no file of ours any more, though a reader of the past may miss it.

        Takes a while, and may be repeated. Raises OSError or Unavailable when it can't be done now.
        """
        ...


class Keys(Protocol):
    """Secrets by name in a region, kept apart from the stores: no backup, export or move ever takes them.

    One that was destroyed is remembered until it is released, so that what must follow is done after a crash too.
    """

    def keep(self, region: str, name: str, secret: bytes) -> None:
        """Keep a secret durably, in place of the one that had this name."""
        ...

    def get(self, region: str, name: str) -> bytes | None:
        """The secret; None when there is none, or it was destroyed."""
        ...

    def destroy(self, region: str, name: str) -> None:
        """Destroy the secret, if there is one, and remember that there was."""
        ...

    def release(self, region: str, name: str) -> None:
        """Destroy the secret, and forget that there was one."""
        ...

    def names(self, region: str) -> list[str]:
        """The names of all that are kept or remembered, sorted."""
        ...


class Stores(Protocol):
    """All stores of an installation, and beside them the keys."""

    @property
    def keys(self) -> Keys:
        """The secrets that are in no store."""
        ...

    @property
    def house(self) -> Store:
        """The house's store."""
        ...

    def region(self, slug: str) -> Store:
        """The region's store. Raises NotFound when there is none."""
        ...

    def create(self, slug: str) -> Store:
        """Make an empty store for a new region. Raises Conflict when the slug is taken."""
        ...

    def slugs(self) -> list[str]:
        """The slugs of all regions that have a store, sorted."""
        ...

    def writable(self) -> bool:
        """Whether writes are taken now (False: opened for reading, disk full, or failed)."""
        ...

    def lease(self, job: str, seconds: float) -> bool:
        """Whether this process is the one that does a job now; if so, for so many seconds more.

        At most one process at a time holds a job. Its own holder may take it again before the time is over.
        """
        ...

    def sweep(self) -> int:
        """Take away what only readers of the past could still look at, and answer how much that was."""
        ...

    def close(self) -> None:
        """Stop cleanly. Nothing may be written afterwards; leases that are held are given back."""
        ...
