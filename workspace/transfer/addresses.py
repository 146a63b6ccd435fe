"""Where an installation keeps its data, as an address: `tinydb://FOLDER` or `postgresql://...`."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from workspace.config import Config

_EMBEDDED = "tinydb://"
_DATABASES = ("postgresql://", "postgres://")


def at(config: Config, address: str) -> Config:
    """The settings with the data at this address. Raises ValueError for what is no such address."""
    if address.startswith(_EMBEDDED) and len(address) > len(_EMBEDDED):
        folder = Path(address.removeprefix(_EMBEDDED)).absolute()
        return dataclasses.replace(config, instance=folder, database_url="")
    if address.startswith(_DATABASES):
        return dataclasses.replace(config, database_url=address)
    raise ValueError(f"{address!r} is not tinydb://FOLDER or postgresql://...")


def is_same_place(one: Config, other: Config) -> bool:
    """Whether both keep their data in the same place."""
    if one.database_url or other.database_url:
        return one.database_url == other.database_url
    return one.instance.resolve() == other.instance.resolve()


def shown(config: Config) -> str:
    """The address for people to read: without a password."""
    if not config.database_url:
        return f"{_EMBEDDED}{config.instance}"
    parts = urlsplit(config.database_url)
    if parts.password is None:
        return config.database_url
    return urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", ":***@", 1)))
