"""What tests share: a workspace of its own for each test, and the people in it.

In every test: Kari answers for Havnsund, Amund is staff, Marit leads the process, Rolf may only read, Bjørn is in
the business group, and Vera belongs to another region.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from workspace.access import Actor, Role
from workspace.config import Config
from workspace.parts import Workspace, new_id
from workspace.store.tinydb import TinyStores

REGION = "skarfjord"
OTHER_REGION = "nabo"
START = datetime(2026, 11, 23, 14, 44, tzinfo=UTC)


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **duration: float) -> None:
        self.moment += timedelta(**duration)


def actor(person: str, role: Role, **more: object) -> Actor:
    return Actor(person=person, name=person.title(), region=REGION, role=role, **more)


KARI = actor("kari", Role.PARTICIPANT, municipality="9001", voices=frozenset({"9001"}))
BJORN = actor("bjorn", Role.PARTICIPANT, group="business", organisation="Skarfjord næringsforening")
AMUND = actor("amund", Role.STAFF)
MARIT = actor("marit", Role.FACILITATOR)
ADMIN = actor("admin", Role.ADMINISTRATOR)
ROLF = actor("rolf", Role.READER)
VERA = Actor(person="vera", name="Vera", region=OTHER_REGION, role=Role.FACILITATOR)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def workspace(tmp_path: Path, clock: Clock) -> Iterator[Workspace]:
    """An empty house with two empty regions, on a real embedded store."""
    stores = TinyStores.open(tmp_path / "instance")
    stores.create(REGION)
    stores.create(OTHER_REGION)
    config = Config(instance=tmp_path / "instance", secret_key="for tests only")
    yield Workspace(config=config, stores=stores, indexes=None, now=clock, new_id=new_id)  # type: ignore[arg-type]
    stores.close()
