"""Indexes in a schema of their own, which is taken away again: to measure, beside whatever else the database holds."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import psycopg
from psycopg import conninfo, sql

from workspace.search.postgres.index import PostgresIndexes
from workspace.store.port import StoreRefused

_SIZE = """
SELECT sum(pg_total_relation_size(pg_class.oid)) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE nspname = %s AND relkind = 'r'
"""


@contextmanager
def scratch(url: str) -> Iterator[tuple[PostgresIndexes, Callable[[], int]]]:
    """New indexes, and what tells how many bytes their tables take. Raises StoreRefused."""
    name = f"scratch_{secrets.token_hex(6)}"
    schema = sql.Identifier(name)
    with ExitStack() as opened:
        try:
            connection = opened.enter_context(psycopg.connect(url, autocommit=True, connect_timeout=5))
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
        except psycopg.Error as error:  # what it says may hold the address, and with it a password
            raise StoreRefused(f"can't make a schema in that database ({type(error).__name__})") from error
        options = f"{conninfo.conninfo_to_dict(url).get('options') or ''} -c search_path={name}".strip()
        indexes = PostgresIndexes(conninfo.make_conninfo(url, options=options), threads=2)

        def size() -> int:
            row = connection.execute(_SIZE, (name,)).fetchone()
            return int(row[0]) if row else 0

        try:
            yield indexes, size
        finally:
            indexes.close()
            connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(schema))
