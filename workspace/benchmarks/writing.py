"""Durable writes by one and by many, in turns with what the disk can do by itself."""

from __future__ import annotations

import os
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from workspace.documents.model import Document
from workspace.store.port import Store
from workspace.store.system import System

AT = datetime(2026, 11, 23, tzinfo=UTC)
BYTES = 900  # of a bare append: about what a write of ours appends
SLICE = 0.5  # seconds of each before the other has its turn


class SlowSystem(System):
    """A disk that takes its time to make anything durable."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def fdatasync(self, descriptor: int) -> None:
        """As before, and then wait."""
        super().fdatasync(descriptor)
        time.sleep(self._seconds)


class BareLog:
    """A file that is only appended to and synced: the least that a durable write can cost on this disk."""

    def __init__(self, path: Path, system: System | None = None) -> None:
        self._system = system or System()
        self._descriptor = self._system.create(path)

    def append(self) -> None:
        """Append as many bytes as a write of ours, and make them durable."""
        os.write(self._descriptor, b"x" * BYTES)
        self._system.fdatasync(self._descriptor)

    def close(self) -> None:
        """Close the file."""
        self._system.close(self._descriptor)


def document(number: int) -> Document:
    """A document of a few sentences."""
    return Document(
        id=f"{number:07d}", title=f"Notat {number}", text="Et avsnitt om kai, kraft og dekning. " * 8, created=AT,
        created_by="x", changed_at=AT, changed_by="x",
    )  # fmt: skip


def write(store: Store, number: int) -> None:
    """Change a document and log it, in a transaction: what a person waits for."""
    with store.transaction() as tx:
        stored = tx.get(Document, f"{number:07d}")
        if stored is not None:
            tx.log("documents.changed", tx.put(stored.changed(words=stored.words + 1)), at=AT, by="x")


def by_many(store: Store, bare: BareLog, clients: int, seconds: float) -> tuple[float, float, list[float]]:
    """Writes a second by so many at once, bare appends a second in between, and how long each write took (ms)."""
    written: list[float] = []
    ours = alone = 0.0
    appended = 0
    while ours < seconds:
        began = time.perf_counter()
        while time.perf_counter() - began < min(SLICE, seconds):
            bare.append()
            appended += 1
        alone += time.perf_counter() - began
        began = time.perf_counter()
        written += _slice(store, clients, min(SLICE, seconds))
        ours += time.perf_counter() - began
    return len(written) / ours, appended / alone, written


def _slice(store: Store, clients: int, seconds: float) -> list[float]:
    times: list[list[float]] = [[] for _client in range(clients)]
    end = time.perf_counter() + seconds

    def client(number: int) -> None:
        while not times[number] or time.perf_counter() < end:
            times[number].append(timed(lambda: write(store, number)))

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [took for each in times for took in each]


def in_turns(first: Callable[[], object], second: Callable[[], object], rounds: int) -> tuple[list[float], list[float]]:
    """How long each of two acts takes (ms), one after the other, so that a busy disk is busy for both."""
    pairs = [(timed(first), timed(second)) for _round in range(rounds)]
    return [one for one, _other in pairs], [other for _one, other in pairs]


def timed(act: Callable[[], object]) -> float:
    """How long an act takes, in milliseconds."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def middle(times: Sequence[float]) -> float:
    """The median."""
    return round(statistics.median(times), 4)


def late(times: Sequence[float]) -> float:
    """What 95 of 100 stay below."""
    return round(sorted(times)[int(len(times) * 0.95)], 4)
