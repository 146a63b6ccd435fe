"""R10: the files of a store copied at any moment while it is written to are a store: a prefix of what was acknowledged.

As a backup by `cp` or rsync takes them, without asking the program. What such a copy must hold is all that was
acknowledged when it was begun. When a file vanishes under the copying (a new generation took its place), the copy is
made again, as one does when rsync ends with code 24.
"""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from pathlib import Path
from random import Random

import pytest

from tests.store.test_kills import AT, SLUG, Count, Line
from workspace.store.log import broken_at
from workspace.store.port import Event, Store
from workspace.store.tinydb import TinyStores

COPIES = 100
WRITERS = 3


class Writer(threading.Thread):
    """Writes lines until told to stop."""

    def __init__(self, store: Store, number: int) -> None:
        super().__init__()
        self.store, self.number, self.random = store, number, Random(number)
        self.stopping = threading.Event()

    def run(self) -> None:
        while not self.stopping.wait(0.002):
            with self.store.transaction() as tx:
                count = tx.get(Count, str(self.number)) or Count(id=str(self.number))
                count = tx.put(count.changed(lines=count.lines + 1))
                size = 150_000 if self.random.random() < 0.1 else 20  # so that a generation comes and goes
                line = Line(id=f"{self.number}-{count.lines}", writer=self.number, number=count.lines, text="x" * size)
                tx.log("lines.written", tx.put(line), at=AT, by=str(self.number))


def copy(instance: Path, to: Path) -> None:
    """Copy the folder, and do it again when a file vanished meanwhile."""
    for _attempt in range(20):
        shutil.rmtree(to, ignore_errors=True)
        if subprocess.run(["cp", "-a", instance, to], capture_output=True).returncode == 0:  # noqa: PLW1510
            return
    raise AssertionError("a file vanished each time")


def events_of_whole_prefix(copied: Path) -> list[Event]:
    """Open a copy, and look whether it is just what its events say."""
    stores = TinyStores.open(copied)
    view = stores.region(SLUG).view()
    events = view.events()
    assert broken_at(events) is None
    lines = {line.id for writer in range(WRITERS) for line in view.find(Line, {"writer": writer}, order="number")}
    assert lines == {event.record for event in events}
    for writer in range(WRITERS):
        count = view.get(Count, str(writer))
        assert (count.lines if count else 0) == view.count(Line, {"writer": writer}, order="number")
    stores.close()
    return events


def test_a_copy_at_any_moment_is_a_prefix(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    instance, copied, random = tmp_path / "instance", tmp_path / "copy", Random(10)
    taken = 0
    while taken < COPIES:
        shutil.rmtree(instance, ignore_errors=True)
        stores = TinyStores.open(instance)
        store = stores.create(SLUG)
        generations = {path.name for path in instance.rglob("store-*.rj")}
        ends: list[Event] = []  # the last event of each copy
        writers = [Writer(store, number) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        try:
            for _copy in range(20):
                time.sleep(random.uniform(0, 0.03))
                acknowledged = store.view().last_event()
                copy(instance, copied)
                events = events_of_whole_prefix(copied)
                assert len(events) >= acknowledged
                ends += events[-1:]
                taken += 1
        finally:
            for writer in writers:
                writer.stopping.set()
                writer.join()
        generations ^= {path.name for path in instance.rglob("store-*.rj")}
        log = store.view().events()
        assert all(log[last.seq - 1] == last for last in ends)
        stores.close()
    with capsys.disabled():
        print(f"\nR10: {taken} copies while writing, each a prefix; {len(log)} events in the last round of 20")
    assert len(log) > 100
    assert generations, "no new generation came while copies were made"
