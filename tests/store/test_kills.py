"""R1: kill -9 at random moments under four writers. What was acknowledged is there, and at most one more of each.

The page cache outlives a killed process, so this proves the order of things and the recovery; that they are durable is
proven by R4 (`test_power_loss.py`), which fails when syncs are left out. This one would not.

By hand: `STORE_KILLS=1000 pytest -n0 -s tests/store/test_kills.py`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import ClassVar

import pytest

from tests.installations import INSTALLATIONS, Settings, close, open_workspace, surroundings
from tests.running import ROOT
from workspace.record import By, Record
from workspace.store.log import broken_at
from workspace.store.port import Store

KILLS = int(os.environ.get("STORE_KILLS", "10"))
FRESH_EVERY = 25  # kills, so that opening the store does not become the whole of it
WRITERS = 4
SLUG = "fjord"
AT = datetime(2026, 11, 23, 14, 44, tzinfo=UTC)


class Line(Record, frozen=True, kw_only=True):
    """What a writer writes: line after line, each once."""

    table: ClassVar[str] = "lines"
    indexes: ClassVar[tuple[By, ...]] = (By(("writer",), order="number"),)

    writer: int
    number: int
    text: str = ""


class Count(Record, frozen=True, kw_only=True):
    """How many lines a writer has written, changed in the transaction that writes the line."""

    table: ClassVar[str] = "counts"

    lines: int = 0


def write(store: Store, writer: int, random: Random) -> None:
    """Write for ever, and say each number on standard output once it is acknowledged."""
    while True:
        with store.transaction() as tx:
            count = tx.get(Count, str(writer)) or Count(id=str(writer))
            count = tx.put(count.changed(lines=count.lines + 1))
            size = 100_000 if random.random() < 0.03 else 20  # so that generations come and go too
            line = Line(id=f"{writer}-{count.lines:07d}", writer=writer, number=count.lines, text="x" * size)
            tx.log("lines.written", tx.put(line), at=AT, by=str(writer))
        os.write(1, b"%d %d\n" % (writer, count.lines))


def main() -> None:
    """Four writers on the store that the environment names, until killed."""
    import workspace.search.whoosh
    import workspace.store.tinydb  # noqa: F401  so that what is left to be killed in is opening and writing

    os.write(1, b"opening\n")
    store = open_workspace(os.environ).region(SLUG)
    for writer in range(WRITERS):
        threading.Thread(target=write, args=(store, writer, Random()), daemon=True).start()
    signal.pause()


def killed_after(settings: Settings, seconds: float) -> Counter[int]:
    """Let the writers write, kill them so long after they began to open the store; the last acknowledged of each."""
    words = [sys.executable, "-m", "tests.store.test_kills"]
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, env=surroundings(settings))
    assert process.stdout is not None
    assert process.stdout.readline() == b"opening\n"
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    said = process.stdout.read()
    assert process.wait() == -signal.SIGKILL
    process.stdout.close()
    timer.join()
    acknowledged: Counter[int] = Counter()
    for line in said.splitlines():
        writer, number = line.split()
        acknowledged[int(writer)] = int(number)
    return acknowledged


def look(settings: Settings, acknowledged: Counter[int]) -> int:
    """Open the store again, and look for all that must be there; how many lines there are."""
    workspace = open_workspace(settings)
    view = workspace.region(SLUG).view()
    total = 0
    for writer in range(WRITERS):
        lines = view.find(Line, {"writer": writer}, order="number")
        assert [line.number for line in lines] == list(range(1, len(lines) + 1))
        assert all(line.text in ("x" * 20, "x" * 100_000) for line in lines)
        count = view.get(Count, str(writer))
        assert len(lines) == (count.lines if count else 0), "a transaction is there by half"
        assert acknowledged[writer] <= len(lines) <= acknowledged[writer] + 1, f"writer {writer}"
        acknowledged[writer] = len(lines)
        total += len(lines)
    events = view.events()
    assert broken_at(events) is None
    assert [event.seq for event in events] == list(range(1, total + 1))
    assert len({event.record for event in events}) == total
    close(workspace)
    return total


@pytest.mark.parametrize("installation", INSTALLATIONS)
def test_kills_lose_nothing_that_was_acknowledged(
    installation: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    random = Random(KILLS)
    started, written, kills = time.monotonic(), 0, 0
    while kills < KILLS:
        folder = tmp_path / str(kills)
        folder.mkdir()
        with INSTALLATIONS[installation](folder) as settings:
            workspace = open_workspace(settings)
            workspace.stores.create(SLUG)
            close(workspace)
            acknowledged: Counter[int] = Counter()
            total = 0
            for _kill in range(min(FRESH_EVERY, KILLS - kills)):
                acknowledged |= killed_after(settings, random.uniform(0, 0.25))
                total = look(settings, acknowledged)
                kills += 1
            written += total
    with capsys.disabled():
        seconds = time.monotonic() - started
        print(f"\nR1 {installation}: {kills} kills, {written} transactions, 0 lost, {seconds:.0f} s")
    assert written > KILLS


if __name__ == "__main__":
    main()
