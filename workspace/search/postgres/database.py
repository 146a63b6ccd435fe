"""The connections of the index to PostgreSQL: reading at one moment, and writing one process at a time."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString, NamedTuple

import psycopg
from psycopg import conninfo, errors
from psycopg_pool import ConnectionPool

from workspace.search import schema
from workspace.search.postgres import tables
from workspace.store.port import StoreRefused

Row = tuple[Any, ...]
Statement = tuple[LiteralString, Mapping[str, Any]]
LIMITS = {
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
    "jit": "off",  # no query here is long enough to be worth a compiler
}
_REGION: LiteralString = "SELECT set_config('app.region', %(region)s, true)"  # for row-level security; until the commit
_HEAD: LiteralString = "SELECT format, seen, mark, stamp, segments FROM index_head WHERE region = %(region)s"
_NEW_HEAD: LiteralString = """
INSERT INTO index_head VALUES (%(region)s, %(format)s, -1, '', %(stamp)s, 0)
ON CONFLICT (region) DO NOTHING RETURNING stamp
"""
_LONG: LiteralString = "SET LOCAL statement_timeout = '15min'"  # putting segments together may take long
_MOST_IDLE: LiteralString = "SET LOCAL idle_in_transaction_session_timeout = '5min'"


class Head(NamedTuple):
    """What is known of a region's index at one moment. The stamp is another after each change."""

    format: str
    seen: int
    mark: str
    stamp: int
    segments: int


def new_number() -> int:
    """A number that was never given before: for a segment, or a stamp."""
    return secrets.randbits(62)


class Database:
    """One process's connections to the tables of the index. They are made when first used."""

    def __init__(self, url: str, *, threads: int, readonly: bool) -> None:
        """Only read the address. Raises StoreRefused when it is none, without repeating it: it may hold a password."""
        self.readonly = readonly
        try:
            given = conninfo.conninfo_to_dict(url)
        except psycopg.ProgrammingError as error:
            raise StoreRefused("the address of the database can't be read; write postgresql://...") from error
        limits = LIMITS | ({"default_transaction_read_only": "on"} if readonly else {})
        options = " ".join(f"-c {name}={value}" for name, value in limits.items())
        self._pool = ConnectionPool(
            kwargs={
                "application_name": "regionrom",
                "connect_timeout": 5,
                **given,
                "autocommit": True,
                "options": f"{given.get('options') or ''} {options}".strip(),
            },
            min_size=1,
            max_size=threads + 2,
            timeout=3,
            max_lifetime=1800,
            open=False,
            name="regionrom-index",
        )
        self._is_ready = False  # whether the tables were there when they were last looked for

    def head(self, region: str) -> Head | None:
        """What is known of a region's index now; None for nothing. Raises psycopg.Error."""
        with self._connection([(_REGION, {"region": region}), (_HEAD, {"region": region})]) as (_connection, rows):
            return Head(*rows[0]) if rows else None

    @contextmanager
    def reading(self, region: str) -> Iterator[tuple[psycopg.Connection, Head | None]]:
        """A connection on which everything is as it was when it was taken, and the head. Raises psycopg.Error."""
        begin: Statement = ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", {})
        with self._connection([begin, (_REGION, {"region": region}), (_HEAD, {"region": region})]) as taken:
            connection, rows = taken
            yield connection, Head(*rows[0]) if rows else None

    @contextmanager
    def writing(self, region: str) -> Iterator[tuple[psycopg.Connection, Head, bool]]:
        """A connection in a transaction that has the head for itself, and whether there was one.

        It is committed at the end, and undone when anything is raised. Raises psycopg.Error.
        """
        given = {"region": region, "format": schema.FORMAT, "stamp": new_number()}
        begin: Sequence[Statement] = [("BEGIN", {}), (_REGION, given), (_LONG, {}), (_MOST_IDLE, {})]
        with self._connection([*begin, (_NEW_HEAD, given)]) as (connection, made):
            row = connection.execute(f"{_HEAD} FOR UPDATE", given).fetchone()
            if row is None:
                raise errors.SerializationFailure("the head was taken away at this moment")
            yield connection, Head(*row), not made
            connection.execute("COMMIT")

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    @contextmanager
    def _connection(self, statements: Sequence[Statement]) -> Iterator[tuple[psycopg.Connection, list[Row]]]:
        """A connection on which these were done in one round trip, with the rows of the last.

        When the connection turns out to be dead, nothing was done, and it is tried once more on another.
        """
        connection, rows = self._taken(statements)
        try:
            yield connection, rows
        except errors.UndefinedTable:
            self._is_ready = False
            raise
        finally:
            self._give_back(connection)

    def _taken(self, statements: Sequence[Statement]) -> tuple[psycopg.Connection, list[Row]]:
        self._open()
        for last_try in (False, True):
            connection = self._pool.getconn()
            try:
                return connection, _run(connection, statements)
            except BaseException as error:
                self._give_back(connection)
                self._is_ready = self._is_ready and not isinstance(error, errors.UndefinedTable)
                if last_try or not (isinstance(error, psycopg.OperationalError) and connection.broken):
                    raise
            self._pool.check()
        raise AssertionError  # the second try answers or raises

    def _open(self) -> None:
        """Connect, and make the tables that are missing."""
        if self._is_ready:
            return
        self._pool.open()
        if not self.readonly:
            with self._pool.connection() as connection:
                tables.make(connection)
        self._is_ready = True

    def _give_back(self, connection: psycopg.Connection) -> None:
        try:
            connection.rollback()  # says nothing to the server when no transaction is open
        except psycopg.Error:
            connection.close()
        self._pool.putconn(connection)


def _run(connection: psycopg.Connection, statements: Sequence[Statement]) -> list[Row]:
    with connection.pipeline():
        for sql, values in statements[:-1]:
            connection.execute(sql, values)
        last = connection.execute(*statements[-1])
    return last.fetchall() if last.description else []
