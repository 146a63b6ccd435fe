"""Stores on PostgreSQL for the tests of that adapter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests import postgres
from workspace.store.postgres.store import PostgresStore
from workspace.store.postgres.stores import PostgresStores


@pytest.fixture
def url() -> Iterator[str]:
    """The address of an empty database."""
    with postgres.database() as address:
        yield address


@pytest.fixture
def stores(url: str) -> Iterator[PostgresStores]:
    """Stores in it."""
    with closing(PostgresStores.open(url)) as opened:
        yield opened


@pytest.fixture
def store(stores: PostgresStores) -> PostgresStore:
    """One region's store."""
    return stores.create("fjord")
