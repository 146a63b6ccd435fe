"""Which adapters an installation runs on. Only this and the command line choose products."""

from __future__ import annotations

from pathlib import Path

from workspace.config import Config
from workspace.parts import Workspace
from workspace.store.port import StoreRefused, Stores


def open_stores(config: Config, *, readonly: bool = False) -> Stores:
    """Open the stores that the settings name.

    Readonly opens the files without the lock, beside a running server. Raises store errors as they are.
    """
    if config.database_url:
        raise StoreRefused("WORKSPACE_DATABASE_URL is set, but this version keeps its data in the instance folder only")
    from workspace.store.tinydb import TinyStores

    return TinyStores.open(config.instance, readonly=readonly)


def open_workspace(config: Config, *, readonly: bool = False) -> Workspace:
    """Open the stores and indexes that the settings name (see `open_stores`)."""
    from workspace.search.whoosh import WhooshIndexes

    stores = open_stores(config, readonly=readonly)
    indexes = WhooshIndexes(config.instance, readonly=readonly)
    return Workspace(config=config, stores=stores, indexes=indexes)


def put_aside(config: Config, name: str) -> Path | None:
    """Move all that the embedded stores hold to a folder of this name inside the instance, and answer which.

    None when there is nothing. Nothing is read, so that it can be done with damaged files. Raises StoreRefused when
    another process owns them, and for a database, whose tables are not ours to move.
    """
    if config.database_url:
        raise StoreRefused("what is in a database can't be moved aside; make an empty one and name it in the settings")
    from workspace.store import tinydb

    return tinydb.put_aside(config.instance, name)
