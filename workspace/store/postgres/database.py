"""The connections to PostgreSQL: a pool, what is said over it in one round trip, and errors in our own words."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
from psycopg import conninfo
from psycopg_pool import ConnectionPool

from workspace.errors import Unavailable
from workspace.store.port import StoreRefused
from workspace.store.postgres.schema import migrate

Row = tuple[Any, ...]
Statement = tuple[LiteralString, Mapping[str, Any]]
REGION: LiteralString = "SELECT set_config('app.region', %(region)s, true)"  # for row-level security; until the commit
COMMIT: Statement = ("COMMIT", {})
LIMITS = {
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
    "jit": "off",  # no query here is long enough to be worth a compiler
    "timezone": "UTC",
}
logger = logging.getLogger(__name__)


def execute(connection: psycopg.Connection, statement: Statement) -> psycopg.Cursor[Row]:
    """Send one statement. All statements of the adapter pass here."""
    sql, values = statement
    return connection.execute(sql, values)


def run(connection: psycopg.Connection, statements: Sequence[Statement]) -> list[Row]:
    """Send statements in one round trip, and answer the rows of the last. When one fails, those after it are not done.

    Outside a transaction they are one.
    """
    with connection.pipeline():
        for statement in statements[:-1]:
            execute(connection, statement)
        last = execute(connection, statements[-1])
    return last.fetchall() if last.description else []


@contextmanager
def in_our_words() -> Iterator[None]:
    """Turn what psycopg raises into Unavailable, or ValueError for text that PostgreSQL can't hold."""
    try:
        yield
    except psycopg.DataError as error:
        raise ValueError(f"can't be kept: {error}") from error
    except psycopg.Error as error:
        logger.warning("PostgreSQL: %s: %s", type(error).__name__, str(error).strip())
        raise Unavailable() from error


class Database:
    """One process's connections to the database of an installation."""

    def __init__(self, url: str, *, threads: int = 8, readonly: bool = False) -> None:
        """Connect, take the steps of the schema that are missing, and fill the pool.

        A request may read a view while it is in a transaction, so each thread may need two connections; four more are
        for the work behind. Raises StoreRefused when the database can't be reached, or is newer than this program.
        """
        self.readonly = readonly
        limits = {**LIMITS, **({"default_transaction_read_only": "on"} if readonly else {})}
        try:
            given = {"application_name": "regionrom", "connect_timeout": "5", **_parts(url)}
            options = [given.get("options", ""), *(f"-c {name}={value}" for name, value in limits.items())]
            address = conninfo.make_conninfo("", **{**given, "options": " ".join(options).strip()})
            with psycopg.connect(conninfo.make_conninfo("", **given), autocommit=True) as connection:
                migrate(connection, readonly=readonly)
        except psycopg.Error as error:
            raise StoreRefused(f"can't use the database {_named(url)}: {_first_line(error)}") from error
        self._pool = ConnectionPool(
            address,
            kwargs={"autocommit": True},
            min_size=1,
            max_size=2 * threads + 4,
            timeout=2,  # seconds that a request waits for a connection before it is told to try again
            reconnect_timeout=3,  # then the next request tries anew, without the longer and longer pauses
            max_lifetime=1800,
            open=True,
            name="regionrom",
        )

    def read(self, region: str, sql: LiteralString, /, **values: Any) -> list[Row]:
        """The rows of one query. On a connection that turns out to be dead it is asked once more on another."""
        statements: list[Statement] = [(REGION, {"region": region}), (sql, {"region": region, **values})]
        with in_our_words():
            for last_try in (False, True):
                connection = self._pool.getconn()
                try:
                    return run(connection, statements)
                except psycopg.OperationalError:
                    if last_try or not connection.broken:
                        raise
                finally:
                    self._give_back(connection)
                self._pool.check()
        raise AssertionError  # the second try answers or raises

    def write(self, region: str, sql: LiteralString, /, **values: Any) -> list[Row]:
        """Do one statement and make it durable; its rows. A lost answer is Unavailable, and may have been done."""
        if self.readonly:
            raise Unavailable()
        with self.transaction(region, sql, **values) as (connection, rows), in_our_words():
            run(connection, [COMMIT])
        return rows

    @contextmanager
    def transaction(
        self, region: str, sql: LiteralString, /, **values: Any
    ) -> Iterator[tuple[psycopg.Connection, list[Row]]]:
        """A connection in a transaction, with the rows of its first statement. The caller says COMMIT, or it is undone.

        When the connection turns out to be dead before that first answer, nothing was done, and another is taken.
        """
        with in_our_words():
            connection, rows = self._begun(region, (sql, {"region": region, **values}))
        try:
            yield connection, rows
        finally:
            self._give_back(connection)

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    def _begun(self, region: str, first: Statement) -> tuple[psycopg.Connection, list[Row]]:
        begin: Statement = ("BEGIN ISOLATION LEVEL READ COMMITTED", {})
        for last_try in (False, True):
            connection = self._pool.getconn()
            try:
                return connection, run(connection, [begin, (REGION, {"region": region}), first])
            except BaseException as error:
                self._give_back(connection)
                if last_try or not (isinstance(error, psycopg.OperationalError) and connection.broken):
                    raise
            self._pool.check()
        raise AssertionError  # the second try answers or raises

    def _give_back(self, connection: psycopg.Connection) -> None:
        try:
            connection.rollback()  # says nothing to the server when no transaction is open
        except psycopg.Error:
            connection.close()
        self._pool.putconn(connection)


def _parts(url: str) -> dict[str, str]:
    return {name: str(value) for name, value in conninfo.conninfo_to_dict(url).items() if value is not None}


def _named(url: str) -> str:
    """The database in words, without what is secret in its address."""
    try:
        parts = _parts(url)
    except psycopg.Error:
        return "(its address can't be read)"
    return f"{parts.get('dbname', '')} at {parts.get('host', 'this machine')}:{parts.get('port', 5432)}"


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0]
