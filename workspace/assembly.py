"""Which adapters an installation runs on. Only this and the command line choose products."""

from __future__ import annotations

from workspace.config import Config
from workspace.parts import Workspace
from workspace.store.port import StoreRefused


def open_workspace(config: Config, *, readonly: bool = False) -> Workspace:
    """Open the stores and indexes that the settings name.

    Readonly opens the files without the lock, beside a running server. Raises store errors as they are.
    """
    if config.database_url:
        raise StoreRefused("WORKSPACE_DATABASE_URL is set, but this version keeps its data in the instance folder only")
    from workspace.search.whoosh import WhooshIndexes
    from workspace.store.tinydb import TinyStores

    stores = TinyStores.open(config.instance, readonly=readonly)
    indexes = WhooshIndexes(config.instance, readonly=readonly)
    return Workspace(config=config, stores=stores, indexes=indexes)
