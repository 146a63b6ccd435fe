"""R5: a disk that is really full. What is acknowledged stays, reading goes on, and writing does when there is room."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from tests.contract.test_store import Note
from tests.small_disk import Ballast, small_disk
from workspace.errors import Unavailable
from workspace.store.port import Store, Stores
from workspace.store.tinydb import TinyStores

SLUG = "fjord"


def note(id: str, size: int) -> Note:
    return Note(id=id, text=id * (size // len(id)))


def keep(store: Store, kept: Note) -> None:
    with store.transaction() as tx:
        tx.put(kept)


def fill_up(store: Store, writer: int, acknowledged: set[str]) -> None:
    """Write large notes and then small ones, each kind until the disk takes no more."""
    number = 0
    for size in (100_000, 1_000):
        while True:
            number += 1
            id = f"{writer}-{number:04d}"
            try:
                keep(store, note(id, size))
            except Unavailable:
                break
            acknowledged.add(id)


def read_all(store: Store) -> set[str]:
    found = store.view().find(Note)
    assert all(one.text == one.id * (len(one.text) // len(one.id)) for one in found)
    return {one.id for one in found}


@pytest.mark.parametrize("writers", [1, 4])
def test_writing_goes_on_when_there_is_room_again(tmp_path: Path, writers: int) -> None:
    """The disk takes a few generations, so that it is also full when the next one is due."""
    with small_disk(tmp_path / "disk", "16m") as disk:
        ballast = Ballast(disk)
        ballast.path.write_bytes(b"\0" * 3_000_000)
        stores = TinyStores.open(disk / "instance")
        store = stores.create(SLUG)
        acknowledged: set[str] = set()
        threads = [threading.Thread(target=fill_up, args=(store, n, acknowledged)) for n in range(writers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive(), "a writer waits for ever"
        assert len(acknowledged) > 40
        assert read_all(store) == acknowledged
        ballast.give_back()
        keep(store, note("after", 1_000))
        keep(store, note("after-2", 100_000))
        assert stores.writable()
        stores.close()
        stores = TinyStores.open(disk / "instance")
        assert read_all(stores.region(SLUG)) == acknowledged | {"after", "after-2"}
        stores.close()


def wait_until_writable(stores: Stores) -> None:
    """Wait for the store to find by itself that there is room; it looks now and then."""
    until = time.monotonic() + 30
    while not stores.writable():
        assert time.monotonic() < until, "it never found that there is room"
        time.sleep(0.1)


@pytest.mark.parametrize("leaving", [0, 100_000, 500_000])
def test_started_without_room_for_a_generation_it_is_for_reading(tmp_path: Path, leaving: int) -> None:
    with small_disk(tmp_path / "disk", "4m") as disk:
        stores = TinyStores.open(disk / "instance")
        store = stores.create(SLUG)
        for number in range(10):
            keep(store, note(f"{number:04d}", 100_000))
        stores.close()
        ballast = Ballast(disk)
        ballast.fill(leaving)
        stores = TinyStores.open(disk / "instance")
        store = stores.region(SLUG)
        expected = {f"{number:04d}" for number in range(10)}
        assert read_all(store) == expected
        assert not stores.writable()
        with pytest.raises(Unavailable):
            keep(store, note("refused", 1_000))
        assert read_all(store) == expected
        ballast.give_back()
        wait_until_writable(stores)
        keep(store, note("after", 1_000))
        stores.close()
        stores = TinyStores.open(disk / "instance")
        assert read_all(stores.region(SLUG)) == expected | {"after"}
        stores.close()
