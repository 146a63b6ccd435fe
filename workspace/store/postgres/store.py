"""The store of the house or of one region: rows of shared tables that begin with its key."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby, islice
from typing import LiteralString

from workspace.errors import Unavailable
from workspace.record import By, Record
from workspace.store.port import Event
from workspace.store.postgres import checking, queries
from workspace.store.postgres.blobs import PostgresBlobs
from workspace.store.postgres.database import Database
from workspace.store.postgres.transaction import Indexes, PostgresTransaction, indexes_of
from workspace.store.postgres.view import PAGE, PostgresView
from workspace.store.state import Document

KEEP_SECONDS = 600  # how long a view can be read, and nothing it may need is swept


class PostgresStore:
    """The store of the house or of one region."""

    def __init__(self, database: Database, region: str) -> None:
        self.database = database
        self.region = region
        self.blobs = PostgresBlobs(database, region)
        self.indexes: tuple[int, Indexes] = (-1, {})  # what was last seen: its number, and the indexes of each table
        self._here = threading.local()

    def view(self) -> PostgresView:
        """The newest acknowledged state: one question now, and no transaction that stays open."""
        rows = self.database.read(self.region, queries.STATE)
        if not rows:
            raise Unavailable()
        return PostgresView(self, *rows[0][:2])

    @contextmanager
    def transaction(self) -> Iterator[PostgresTransaction]:
        """One writer at a time, in all processes; durable when the block is left (see the port).

        Who waits longer than two seconds for another writer gets Unavailable.
        """
        with self._locked(queries.LOCKED) as transaction:
            yield transaction

    def fill(self, documents: Iterable[tuple[str, Document]], events: Iterable[Event]) -> None:
        """Take in documents and events as they are, in one transaction (see the port)."""
        with self.transaction() as transaction:
            for table, pairs in groupby(documents, key=lambda pair: pair[0]):
                while page := {document["id"]: document for _table, document in islice(pairs, PAGE)}:
                    transaction.take(table, list(page.values()))
            for number, event in enumerate(events):
                transaction.follow(event)
                if number % PAGE == 0:
                    transaction.flush()

    def problems(self) -> list[str]:
        """What is wrong with what is kept (see the port)."""
        return checking.problems(self)

    def sweep(self, seconds: float = KEEP_SECONDS) -> int:
        """Take away versions that no view of the last ten minutes needs, and answer how many rows those were.

        Each call marks which change the region has come to; what had died at the newest mark that is old enough goes.
        So it must be called now and then (every few minutes) by whoever does the work behind. A view that is older
        than that is not told, and may miss documents: no request or backup may read one view for so long.
        """
        self.database.write(self.region, queries.MARK)
        [(horizon,)] = self.database.read(self.region, queries.HORIZON, seconds=seconds)
        if horizon is None:
            return 0
        swept = 0
        for statement in queries.SWEEPS:
            while rows := self.database.write(self.region, statement, horizon=horizon):
                swept += len(rows)
        self.database.write(self.region, queries.SWEEP_MARKS, horizon=horizon)
        return swept

    def forget(self, table: str) -> None:
        """Take away the dead versions of a table's documents at once, with their places."""
        for statement in queries.FORGETS:
            while self.database.write(self.region, statement, table=table):
                pass

    def indexed(self, kind: type[Record], by: By) -> bool:
        """Whether an index of a class can be asked. If it was never used here, it is built, if that can be now."""
        if by in self.indexes[1].get(kind.table, ()):
            return True
        self.indexes = indexes_of(self.database.read(self.region, queries.INDEXES))
        if by in self.indexes[1].get(kind.table, ()):
            return True
        if self.database.readonly or self._inside():
            return False
        try:
            with self._locked(queries.LOCKED_IF_FREE) as transaction:  # a reader waits for nobody
                transaction.declare(kind)
        except Unavailable:
            return False
        return True

    @contextmanager
    def _locked(self, lock: LiteralString) -> Iterator[PostgresTransaction]:
        if self._inside():
            raise RuntimeError("a transaction of this store is already open in this thread")
        if self.database.readonly:
            raise Unavailable()
        with self.database.transaction(self.region, lock) as (connection, rows):
            if not rows:
                raise Unavailable()
            self._here.inside = True
            try:
                transaction = PostgresTransaction(self, connection, rows[0])
                yield transaction
                transaction.commit()
            finally:
                self._here.inside = False
        self.indexes = (transaction.shape, transaction.indexes)

    def _inside(self) -> bool:
        return getattr(self._here, "inside", False)
