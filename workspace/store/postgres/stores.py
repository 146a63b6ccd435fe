"""All stores of an installation in one PostgreSQL database."""

from __future__ import annotations

import contextlib
import re
import secrets
import threading

from workspace.errors import Conflict, NotFound, Unavailable
from workspace.store.postgres import queries
from workspace.store.postgres.database import Database
from workspace.store.postgres.keys import PostgresKeys
from workspace.store.postgres.schema import HOUSE
from workspace.store.postgres.store import KEEP_SECONDS, PostgresStore

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class PostgresStores:
    """All stores of an installation, which any number of processes may have open."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.house = PostgresStore(database, HOUSE)
        self.keys = PostgresKeys(database)
        self._holder = secrets.token_hex(16)
        self._held = False
        self._opening = threading.Lock()
        self._regions: dict[str, PostgresStore] = {}

    @classmethod
    def open(cls, url: str, *, threads: int = 8, readonly: bool = False) -> PostgresStores:
        """Open the database at this address (postgresql://...), and bring its tables to what this program knows.

        Raises StoreRefused when it can't be reached, is newer than the program, or must be set up but may not be.
        """
        return cls(Database(url, threads=threads, readonly=readonly))

    def region(self, slug: str) -> PostgresStore:
        """The region's store. Raises NotFound when there is none."""
        store = self._regions.get(slug)
        if store is not None:
            return store
        if not SLUG.fullmatch(slug) or not self.database.read(slug, queries.IS_THERE):
            raise NotFound()
        with self._opening:
            return self._regions.setdefault(slug, PostgresStore(self.database, slug))

    def create(self, slug: str) -> PostgresStore:
        """Make an empty store for a new region. Raises Conflict when there is one, ValueError for a bad slug."""
        if not SLUG.fullmatch(slug):
            raise ValueError(f"not a slug: {slug!r}")
        if not self.database.write(slug, queries.CREATE):
            raise Conflict()
        return self.region(slug)

    def slugs(self) -> list[str]:
        """The slugs of all regions that have a store, sorted."""
        return [slug for (slug,) in self.database.read(HOUSE, queries.OTHERS)]

    def writable(self) -> bool:
        """Whether the database answers and takes writes now."""
        try:
            return not self.database.readonly and bool(self.database.read(HOUSE, queries.WRITABLE)[0][0])
        except Unavailable:
            return False

    def lease(self, job: str, seconds: float) -> bool:
        """Whether this process does a job now (see the port), by the database's clock. False when it is silent."""
        try:
            held = bool(self.database.write(HOUSE, queries.LEASE, job=job, holder=self._holder, seconds=seconds))
        except Unavailable:
            return False
        self._held = self._held or held
        return held

    def sweep(self, seconds: float = KEEP_SECONDS) -> int:
        """Take away, in all stores, old versions that nobody can be reading any more. See PostgresStore.sweep."""
        return sum(store.sweep(seconds) for store in (self.house, *(self.region(slug) for slug in self.slugs())))

    def close(self) -> None:
        """Give back the leases that are held, and close all connections."""
        if self._held:
            with contextlib.suppress(Unavailable):  # then they run out by themselves
                self.database.write(HOUSE, queries.GIVE_BACK, holder=self._holder)
        self.database.close()
