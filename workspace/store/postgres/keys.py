"""Keys as rows of a table of their own, which belongs to no store: what takes a store out does not know of it."""

from __future__ import annotations

from workspace.store.postgres import queries
from workspace.store.postgres.database import Database


class PostgresKeys:
    """The keys of an installation (see the port). One without a secret was destroyed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, region: str, name: str, secret: bytes) -> None:
        """Keep a secret durably."""
        self._database.write(region, queries.KEEP_KEY, name=name, secret=secret)

    def get(self, region: str, name: str) -> bytes | None:
        """The secret, or None."""
        rows = self._database.read(region, queries.GET_KEY, name=name)
        return bytes(rows[0][0]) if rows and rows[0][0] is not None else None

    def destroy(self, region: str, name: str) -> None:
        """Destroy the secret, and leave its name."""
        self._database.write(region, queries.DESTROY_KEY, name=name)

    def release(self, region: str, name: str) -> None:
        """Take it away, name and all."""
        self._database.write(region, queries.RELEASE_KEY, name=name)

    def names(self, region: str) -> list[str]:
        """The names of all that are kept or remembered, sorted."""
        return [name for (name,) in self._database.read(region, queries.KEYS)]
