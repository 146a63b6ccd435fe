"""Which adapters an installation runs on. Only this and the command line choose products.

Whoever opens a workspace does it here, so here the rooms that have texts to comment on make them known, too.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

from workspace.config import Config
from workspace.parts import Workspace
from workspace.search.port import Indexes
from workspace.store.port import StoreRefused, Stores


def open_workspace(config: Config, *, readonly: bool = False) -> Workspace:
    """Open the stores and indexes that the settings name.

    Readonly opens them beside a running server: files without the lock, a database without writing. In demo mode it is
    the demo's day for all of it, web and worker alike. Raises store errors as they are.
    """
    from workspace.demo import clock
    from workspace.rounds import subjects  # noqa: F401  makes measures and outcomes known to comments

    stores = open_stores(config, readonly=readonly)
    opened = Workspace(config=config, stores=stores, indexes=_open_indexes(config, readonly=readonly))
    return dataclasses.replace(opened, now=clock.running(stores)) if config.demo else opened


def open_stores(config: Config, *, readonly: bool = False) -> Stores:
    """Open the stores that the settings name, without an index. Raises store errors as they are."""
    if not config.database_url:
        from workspace.store.tinydb import TinyStores

        return TinyStores.open(config.instance, readonly=readonly)
    if not config.database_url.startswith(("postgresql://", "postgres://")):
        raise StoreRefused("WORKSPACE_DATABASE_URL must begin with postgresql://, or be empty for the instance folder")
    from workspace.store.postgres.stores import PostgresStores

    return PostgresStores.open(config.database_url, threads=config.threads, readonly=readonly)


def _open_indexes(config: Config, *, readonly: bool) -> Indexes:
    if not config.database_url:
        from workspace.search.whoosh import WhooshIndexes

        return WhooshIndexes(config.instance, readonly=readonly)
    from workspace.search.postgres.index import PostgresIndexes

    return PostgresIndexes(config.database_url, threads=config.threads, readonly=readonly)


def put_aside(config: Config, name: str) -> Path | None:
    """Move all that the embedded stores hold to a folder of this name inside the instance, and answer which.

    None when there is nothing. Nothing is read, so that it can be done with damaged files. Raises StoreRefused when
    another process owns them, and for a database, whose tables are not ours to move.
    """
    if config.database_url:
        raise StoreRefused("what is in a database can't be moved aside; make an empty one and name it in the settings")
    from workspace.store import tinydb

    return tinydb.put_aside(config.instance, name)
