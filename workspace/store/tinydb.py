"""The embedded adapter: TinyDB's documents on our journal, one store for the house and one for each region.

TinyDB as shipped writes the whole file at each change and is safe neither for threads nor for crashes. Here a write
costs what it changes: the state is immutable, a transaction's changes are one frame of the journal, and readers take
whatever state was acknowledged last. `store.tinydb` is a TinyDB over the same documents, for TinyDB's own queries.
"""

from __future__ import annotations

import fcntl
import os
import re
import socket
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from tinydb import TinyDB

from workspace.errors import Conflict, NotFound, Unavailable
from workspace.record import By, Record
from workspace.store import journal, log, snapshot
from workspace.store.blobs import FileBlobs
from workspace.store.commit import Committer, Ticket, Written
from workspace.store.journal import Contents, Journal
from workspace.store.keys import FileKeys
from workspace.store.ordered import EMPTY, Ordered
from workspace.store.overlay import JournaledTinyDB
from workspace.store.port import Event, StoreRefused, Where
from workspace.store.records import Records
from workspace.store.state import Document, State, declared
from workspace.store.system import System

R = TypeVar("R", bound=Record)
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class TinyView:
    """One state of a store, read as records."""

    def __init__(self, store: TinyStore, state: State) -> None:
        self._store = store
        self._state = state

    def get(self, kind: type[R], id: str) -> R | None:
        """The record with this id, or None."""
        document = self._state.table(kind.table).get(id)
        return None if document is None else self._store.records.of(document, kind, id)

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
        rows, found = self._bucket(kind, where, order)
        entries = found.page(offset, limit, descending=descending)
        return self._store.records.all(rows, kind, entries)

    def first(
        self, kind: type[R], where: Where | None = None, *, order: str = "id", descending: bool = False
    ) -> R | None:
        """The first that `find` would give, or None."""
        return next(iter(self.find(kind, where, order=order, descending=descending, limit=1)), None)

    def count(self, kind: type[Record], where: Where | None = None, *, order: str = "id") -> int:
        """How many `find` would give without a limit."""
        return len(self._bucket(kind, where, order)[1])

    def events(self, after: int = 0, limit: int | None = None) -> list[Event]:
        """The log's events with a seq above `after`, oldest first."""
        end = self._state.log_length if limit is None else min(self._state.log_length, after + limit)
        return self._state.log[after:end]

    def last_event(self) -> int:
        """The seq of the newest event, 0 for an empty log."""
        return self._state.log_length

    def tables(self) -> list[str]:
        """The names of the tables that hold anything, sorted."""
        return sorted(name for name, rows in self._state.tables.items() if rows)

    def documents(self, table: str) -> Iterator[Document]:
        """All that a table holds as plain JSON, in the order of id."""
        rows = self._state.table(table)
        return (rows[id] for id in sorted(rows))

    def _bucket(self, kind: type[Record], where: Where | None, order: str) -> tuple[Mapping[str, Document], Ordered]:
        """The documents of a table, and where those are that `where` asks for."""
        wanted = where or {}
        fields = tuple(wanted)
        while (index := self._state.index(kind, fields, order)) is None:
            self._state = self._state.indexed(kind.table, declared(kind), self._store.declare(kind))
        key = tuple([msgspec.to_builtins(wanted[name]) for name in index.fields])
        return index.rows, index.buckets.get(key, EMPTY)


class TinyTransaction(TinyView):
    """A view that collects changes. The store makes them durable when the block ends."""

    def __init__(self, store: TinyStore, state: State, epoch: int) -> None:
        super().__init__(store, state)
        self.epoch = epoch
        self.operations: list[list[Any]] = []
        self.new_events: list[Event] = []

    def put(self, record: R) -> R:
        """Keep the record and answer it with its new version. Raises Conflict when it is stale."""
        stored = self.get(type(record), record.id)
        if record.version != (stored.version if stored else 0):
            raise Conflict(current=stored)
        kept = record.changed(version=record.version + 1)
        self.change(record.table, record.id, msgspec.to_builtins(kept))
        return kept

    def remove(self, record: Record) -> None:
        """Take the record away. Raises Conflict when it is stale or not there."""
        stored = self.get(type(record), record.id)
        if stored is None or stored.version != record.version:
            raise Conflict(current=stored)
        self.change(record.table, record.id, None)

    def log(self, action: str, record: Record, *, at: datetime, by: str, **details: Any) -> None:
        """Append to the log that `by` did `action` to `record`."""
        last = self.new_events[-1] if self.new_events else self._last()
        payload = {"by": by, **details}
        self.new_events.append(
            log.chained(last, at=at, action=action, table=record.table, record=record.id, payload=payload)
        )

    def follow(self, event: Event) -> None:
        """Append an event as it is. Raises ValueError when it does not follow the last one."""
        last = self.new_events[-1] if self.new_events else self._last()
        if (event.seq, event.previous) != ((last.seq + 1, last.hash) if last else (1, "")):
            raise ValueError(f"event {event.seq} does not follow the log")
        self.new_events.append(event)

    def events(self, after: int = 0, limit: int | None = None) -> list[Event]:
        """The log with this transaction's own events."""
        found = [*self._state.log[after : self._state.log_length], *self.new_events]
        return found if limit is None else found[:limit]

    def last_event(self) -> int:
        """The seq of the newest event, this transaction's own included."""
        return self._state.log_length + len(self.new_events)

    def change(self, table: str, id: str, document: Document | None) -> None:
        """Put a document of plain JSON in place, or take it away (None)."""
        self._state = self._state.put(table, id, document)
        self.operations.append([table, id, document])

    @property
    def state(self) -> State:
        """The state with this transaction's documents; `decided` adds its events."""
        return self._state

    def written(self) -> Written:
        """What it writes. Raises ValueError or TypeError for what is not JSON: that harms only itself."""
        events = [msgspec.to_builtins(event) for event in self.new_events]
        return Written(journal.encode(self.operations)[1:-1], journal.encode(events)[1:-1])

    def decided(self) -> State:
        """The state with this transaction's changes, for the transactions that follow."""
        state = self._state
        state.log.extend(self.new_events)
        return State(state.tables, state.indexes, state.log, state.log_length + len(self.new_events))

    def _last(self) -> Event | None:
        return self._state.log[self._state.log_length - 1] if self._state.log_length else None


class TinyStore:
    """The store of the house or of one region.

    A transaction's block runs alone, on what was decided so far; then the next may run, while this one is made durable
    together with others (commit.py). Readers see what is durable.
    """

    def __init__(self, folder: Path, *, system: System | None = None, readonly: bool = False) -> None:
        self.folder = folder
        self.readonly = readonly
        self.blobs = FileBlobs(folder / "blobs", readonly=readonly)
        self.records = Records()
        self._order = threading.Lock()  # one transaction at a time decides
        self._writer: int | None = None  # the thread that does
        self._states = threading.Lock()  # held while the two below and what is declared are changed
        self._durable = State.of({}, [])
        self._decided = self._durable
        self._declared: dict[str, tuple[By, ...]] = {}
        self._journal = Journal(folder, system or System(), self._snapshot)
        self._committer = Committer(self._write, self._publish, self._take_back)
        self._open()

    def view(self) -> TinyView:
        """The newest acknowledged state."""
        return TinyView(self, self._durable)

    @contextmanager
    def transaction(self) -> Iterator[TinyTransaction]:
        """One writer at a time; durable when the block is left (see the port)."""
        if self.readonly:
            raise Unavailable()
        if self._writer == threading.get_ident():
            raise RuntimeError("a transaction inside another of the same store")
        with self._order:
            self._writer = threading.get_ident()
            try:
                transaction = TinyTransaction(self, self._decided, self._committer.epoch)
                yield transaction
                ticket = self._decide(transaction)
            finally:
                self._writer = None
        if ticket is not None:
            self._committer.wait(ticket)

    def _decide(self, transaction: TinyTransaction) -> Ticket | None:
        """Put the transaction in line. One that writes nothing still waits for what it has read to be durable."""
        written = transaction.written()
        if not any(written) and self._committer.is_idle:
            return None
        ticket = Ticket(written, transaction.state)

        def decide() -> None:
            with self._states:
                ticket.state = self._decided = self._with_declared(transaction.decided())

        self._committer.join(ticket, transaction.epoch, decide)
        return ticket

    def _write(self, written: Written) -> None:
        self._journal.append(b'{"ops":[%s],"log":[%s]}' % written)

    def _publish(self, state: State) -> None:
        with self._states:
            self._durable = self._with_declared(state)
        self._journal.rotate_when_due()

    def _take_back(self) -> None:
        """Go on from what is durable. The log is copied, since what was decided stands at its end."""
        with self._states:
            state = self._durable
            log = state.log[: state.log_length]
            self._durable = self._decided = State(state.tables, state.indexes, log, len(log))

    def declare(self, kind: type[Record]) -> State:
        """Keep the indexes of this class from now on, and answer the newest acknowledged state with them.

        Called when one is asked for that a view has not. They are made once, however many ask at the same time.
        """
        with self._states:
            self._declared[kind.table] = declared(kind)
            self._durable = self._with_declared(self._durable, self._decided)
            self._decided = self._with_declared(self._decided, self._durable)
            return self._durable

    def _with_declared(self, state: State, like: State | None = None) -> State:
        """The state with the indexes that were declared while it was on its way."""
        if len(state.indexes) < sum(map(len, self._declared.values())):
            for table, indexes in self._declared.items():
                state = state.indexed(table, indexes, like)
        return state

    def close(self) -> None:
        """Stop cleanly."""
        if not self.readonly:
            with self._order:
                self._journal.close()

    @property
    def tinydb(self) -> TinyDB:
        """A TinyDB over this store's documents, for TinyDB's own queries. Writes through it are transactions too."""
        return JournaledTinyDB(self)

    @property
    def tables(self) -> Mapping[str, Mapping[str, Document]]:
        """The acknowledged documents by table and id, as plain JSON. Not to be changed."""
        return self._durable.tables

    def fill(self, documents: Iterable[tuple[str, Document]], events: Iterable[Event]) -> None:
        """Take in documents and events as they are, in one transaction (see the port)."""
        with self.transaction() as transaction:
            for table, document in documents:
                transaction.change(table, document["id"], dict(document))
            for event in events:
                transaction.follow(event)

    def problems(self) -> list[str]:
        """What is wrong with what is kept (see the port)."""
        broken = log.broken_at(self.view().events())
        return [f"{self.folder}: the log's event {broken} does not fit its chain"] if broken else []

    def forget(self, table: str) -> None:
        """Have what was removed in no generation any more: two new ones, since the one before is always kept."""
        if self.readonly:
            raise Unavailable()
        for _generation in range(2):
            with self._order:  # nobody decides, and once those in line are written nobody appends
                ticket = Ticket(Written(), self._decided)
                self._committer.join(ticket, self._committer.epoch, lambda: None)
                self._committer.wait(ticket)
                complete = self._journal.turn()
            complete()

    def writable(self) -> bool:
        """Whether writes are taken now."""
        return not self.readonly and self._journal.takes_writes()

    def _snapshot(self) -> Iterable[bytes]:
        return snapshot.pieces(self._durable)

    def _open(self) -> None:
        if not self.readonly:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        contents = self._read()
        if contents is not None:
            self._durable = self._decided = _replayed(contents)
        if not self.readonly:
            self._journal.start(contents)

    def _read(self) -> Contents | None:
        for _attempt in range(20):  # the owner may take the file away for a newer one while we open it
            path = journal.newest(self.folder)
            if path is None:
                return None
            try:
                return journal.read(path)
            except FileNotFoundError:
                continue
        raise StoreRefused(f"{self.folder}: the store's files change too quickly to be read")


def _replayed(contents: Contents) -> State:
    tables: dict[str, dict[str, Document]] = contents.snapshot["tables"]
    events: list[Any] = contents.snapshot["log"]
    for payload in contents.frames:
        for table, id, document in payload["ops"]:
            rows = tables.setdefault(table, {})
            if document is None:
                rows.pop(id, None)
            else:
                rows[id] = document
        events.extend(payload.get("log", ()))
    return State.of(tables, msgspec.convert(events, list[Event]))


class TinyStores:
    """All stores under one `instance/`, which one process owns."""

    def __init__(self, instance: Path, *, readonly: bool, system: System | None = None) -> None:
        self.instance = instance
        self.readonly = readonly
        self._system = system
        self.keys = FileKeys(instance / "keys", readonly=readonly)
        self._lock: int | None = None if readonly else _own(instance)
        self._opening = threading.Lock()
        self._regions: dict[str, TinyStore] = {}
        self._house: TinyStore | None = None
        try:
            if not readonly:
                self._house = self._open(instance / "house")
        except BaseException:
            self._release()
            raise

    @classmethod
    def open(cls, instance: Path, *, readonly: bool = False) -> TinyStores:
        """Open the instance folder: as its one owner, or for reading beside the owner.

        Raises StoreRefused when another process owns it, or a file is damaged.
        """
        return cls(instance, readonly=readonly)

    @property
    def house(self) -> TinyStore:
        """The house's store. For reading it is opened when first asked for: who asks after a region sees it as new."""
        with self._opening:
            if self._house is None:
                self._house = self._open(self.instance / "house")
            return self._house

    def region(self, slug: str) -> TinyStore:
        """The region's store. Raises NotFound when there is none."""
        store = self._regions.get(slug)
        if store is not None:
            return store
        folder = self.instance / "regions" / slug
        if not SLUG.fullmatch(slug) or not folder.is_dir():
            raise NotFound()
        with self._opening:
            if slug not in self._regions:
                self._regions[slug] = self._open(folder)
            return self._regions[slug]

    def create(self, slug: str) -> TinyStore:
        """Make an empty store for a new region. Raises Conflict when there is one, ValueError for a bad slug."""
        if not SLUG.fullmatch(slug):
            raise ValueError(f"not a slug: {slug!r}")
        folder = self.instance / "regions" / slug
        if folder.exists():
            raise Conflict()
        if self.readonly:
            raise Unavailable()
        folder.mkdir(parents=True, mode=0o700)
        return self.region(slug)

    def slugs(self) -> list[str]:
        """The slugs of all regions that have a store, sorted."""
        return sorted(path.name for path in (self.instance / "regions").glob("*") if path.is_dir())

    def writable(self) -> bool:
        """Whether all open stores take writes now."""
        return not self.readonly and all(store.writable() for store in self._opened())

    def lease(self, job: str, seconds: float) -> bool:
        """Always: one process owns the instance, and does all of its jobs."""
        return not self.readonly

    def sweep(self) -> int:
        """Nothing: a state that nobody looks at any more is gone by itself."""
        return 0

    def close(self) -> None:
        """Stop cleanly and let go of the instance."""
        for store in self._opened():
            store.close()
        self._release()

    def _opened(self) -> list[TinyStore]:
        return [*([self._house] if self._house is not None else []), *self._regions.values()]

    def _open(self, folder: Path) -> TinyStore:
        return TinyStore(folder, system=self._system, readonly=self.readonly)

    def _release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _own(instance: Path) -> int:
    """Take the lock of the instance. The file is never renamed or removed, so that the lock means one thing."""
    instance.mkdir(parents=True, exist_ok=True)
    if journal.on_network_disk(instance):
        raise StoreRefused(f"{instance} lies on a network disk, where locks can't be trusted; use a local disk")
    descriptor = os.open(instance / "LOCK", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        owner = os.read(descriptor, 200).decode(errors="replace").strip()
        os.close(descriptor)
        raise StoreRefused(f"{instance} is in use by {owner or 'another process'}; stop it first") from error
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"process {os.getpid()} on {socket.gethostname()}\n".encode(), 0)
    return descriptor


def put_aside(instance: Path, name: str) -> Path | None:
    """Move the stores of an instance to a folder in it, as they are and without reading them. None for no stores.

    Raises StoreRefused when another process owns the instance.
    """
    lock = _own(instance)
    try:
        present = [instance / part for part in ("house", "regions") if (instance / part).exists()]
        if not present:
            return None
        aside = instance / name
        aside.mkdir(mode=0o700)
        for folder in present:
            folder.rename(aside / folder.name)
        System().sync_folder(aside)
        System().sync_folder(instance)
        return aside
    finally:
        os.close(lock)
