"""The command `workspace bench store`: how long the embedded store takes, beside a bare append to a file."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from workspace.documents.model import Document
from workspace.store.tinydb import TinyStore
from workspace.terminal import Terminal

AT = datetime(2026, 11, 23, tzinfo=UTC)
SIZES = (1_000, 10_000)
ROUNDS = 200


@click.command("store")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each size.")
def store(as_json: bool) -> None:
    """A durable write and a look-up at several sizes of a region, beside a bare append and fdatasync."""
    terminal = Terminal()
    with tempfile.TemporaryDirectory() as folder:
        bare = _median(_bare_append(Path(folder) / "bare"))
        for size in SIZES:
            made = TinyStore(Path(folder) / str(size))
            figures = _figures(made, size) | {"bare_append_ms": bare}
            made.close()
            figures["write_to_bare"] = figures["write_ms"] / bare
            if as_json:
                terminal.json({name: round(value, 4) for name, value in figures.items()})
            else:
                terminal.say("  ".join(f"{name} {value:.3f}" for name, value in figures.items()))


def _figures(made: TinyStore, size: int) -> dict[str, float]:
    with made.transaction() as tx:
        for number in range(size):
            tx.put(_document(number))
    view = made.view()
    view.find(Document, order="changed_at", limit=1)
    return {
        "records": float(size),
        "write_ms": _median(lambda: _write(made)),
        "get_ms": _median(lambda: made.view().get(Document, f"{size // 2:07d}")),
        "find_ms": _median(lambda: made.view().find(Document, {"kind": "note"}, order="changed_at", limit=20)),
    }


def _document(number: int) -> Document:
    return Document(
        id=f"{number:07d}", title=f"Notat {number}", text="Et avsnitt om kai, kraft og dekning. " * 8, created=AT,
        created_by="x", changed_at=AT, changed_by="x",
    )  # fmt: skip


def _write(made: TinyStore) -> None:
    with made.transaction() as tx:
        stored = tx.get(Document, "0000001")
        if stored is not None:
            tx.log("documents.changed", tx.put(stored.changed(words=stored.words + 1)), at=AT, by="x")


def _bare_append(path: Path) -> Callable[[], None]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def append() -> None:
        os.write(descriptor, b"x" * 900)
        os.fdatasync(descriptor)

    return append


def _median(act: Callable[[], object]) -> float:
    """The median time of an act, in milliseconds."""
    times = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)
