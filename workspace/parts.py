"""The parts that services work with, put together once by `create_app` or the command line."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from workspace.config import Config
from workspace.store.port import Store, Stores

if TYPE_CHECKING:
    from workspace.search.port import Indexes

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u
PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """A new id: 26 characters, in order of time, and too random to be guessed (80 bits; the layout of ULID)."""
    number = (time.time_ns() // 1_000_000 << 80) | secrets.randbits(80)
    return "".join([PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)])


@dataclass(frozen=True)
class Workspace:
    """What every service receives first: settings, stores, search, the clock and the source of ids."""

    config: Config
    stores: Stores
    indexes: Indexes
    now: Callable[[], datetime] = now
    new_id: Callable[[], str] = new_id

    @property
    def house(self) -> Store:
        """The house's store: people, sessions, the list of regions."""
        return self.stores.house

    def region(self, slug: str | None) -> Store:
        """The store of a region. Raises NotFound when there is none."""
        return self.stores.region(slug or "")
