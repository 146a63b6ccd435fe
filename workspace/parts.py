"""The parts that services work with, put together once by `create_app` or the command line."""

from __future__ import annotations

import os
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


_random: list[bytes] = []  # each is handed out once: taking one away is one step, also among threads
os.register_at_fork(after_in_child=_random.clear)


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def random_bytes() -> bytes:
    """Ten bytes that nobody can guess. They are asked of the system for many at once: each time takes a while."""
    try:
        return _random.pop()
    except IndexError:
        drawn = secrets.token_bytes(10 * 400)
        _random.extend(drawn[at : at + 10] for at in range(10, len(drawn), 10))
        return drawn[:10]


def new_id() -> str:
    """A new id: 26 characters, in order of time, and too random to be guessed (80 bits; the layout of ULID)."""
    number = (time.time_ns() // 1_000_000 << 80) | int.from_bytes(random_bytes())
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
