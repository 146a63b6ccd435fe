"""An index on each adapter, for the tests that hold for all."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests import postgres
from workspace.search.port import Index, Indexes
from workspace.search.postgres import PostgresIndexes
from workspace.search.whoosh import WhooshIndexes

ENGINES = ("whoosh", "postgres")


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    """One database for all tests of a process."""
    with postgres.database() as url:
        yield url


@pytest.fixture
def database_url(database: str) -> Iterator[str]:
    """The address of an empty schema in it."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
        yield make_conninfo(database, options=f"-c search_path={name}")
        connection.execute(f"DROP SCHEMA {name} CASCADE")


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def ask_database(database_url: str) -> Iterator[Callable[..., list[tuple[Any, ...]]]]:
    """Does one statement in the schema, past the index; its rows."""
    with psycopg.connect(database_url, autocommit=True) as connection:

        def do(statement: str, *values: object) -> list[tuple[Any, ...]]:
            done = connection.execute(statement, values)
            return done.fetchall() if done.description else []

        yield do


@pytest.fixture
def open_indexes(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Indexes]]:
    """Opens the same indexes again, as after a restart."""
    opened: list[Indexes] = []

    def open_again(readonly: bool = False) -> Indexes:
        if engine == "whoosh":
            opened.append(WhooshIndexes(tmp_path, readonly=readonly))
        else:
            url = request.getfixturevalue("database_url")  # so that Whoosh needs none
            opened.append(PostgresIndexes(url, threads=4, readonly=readonly))
        return opened[-1]

    yield open_again
    for indexes in opened:
        indexes.close()


@pytest.fixture
def open_index(open_indexes: Callable[..., Indexes]) -> Callable[..., Index]:
    """Opens the index of a region again, as after a restart; under the same name it is the same one."""
    return lambda name="skarfjord", readonly=False: open_indexes(readonly).region(name)


@pytest.fixture
def index(open_index: Callable[..., Index]) -> Index:
    return open_index()
