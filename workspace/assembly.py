"""Which adapters an installation runs on. Only this and the command line choose products."""

from __future__ import annotations

from workspace.config import Config
from workspace.parts import Workspace
from workspace.store.port import StoreRefused, Stores


def open_workspace(config: Config, *, readonly: bool = False) -> Workspace:
    """Open the stores and indexes that the settings name.

    Readonly opens them beside a running server: files without the lock, a database without writing. Raises store
    errors as they are.
    """
    from workspace.search.whoosh import WhooshIndexes

    stores = _open_stores(config, readonly=readonly)
    indexes = WhooshIndexes(config.instance, readonly=readonly)
    return Workspace(config=config, stores=stores, indexes=indexes)


def _open_stores(config: Config, *, readonly: bool) -> Stores:
    if not config.database_url:
        from workspace.store.tinydb import TinyStores

        return TinyStores.open(config.instance, readonly=readonly)
    if not config.database_url.startswith(("postgresql://", "postgres://")):
        raise StoreRefused("WORKSPACE_DATABASE_URL must begin with postgresql://, or be empty for the instance folder")
    from workspace.store.postgres.stores import PostgresStores

    return PostgresStores.open(config.database_url, threads=config.threads, readonly=readonly)
