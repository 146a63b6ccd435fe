"""The command `workspace bench store`: what is kept durably, how fast, and how that goes with the size of a region.

All in one run: each figure stands beside that of a bare append and sync on the same disk, or of plain TinyDB.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import msgspec

from workspace import assembly
from workspace.benchmarks import opening, plain_tinydb, writing
from workspace.benchmarks.writing import BareLog, SlowSystem, late, middle
from workspace.config import Config
from workspace.documents.model import Document
from workspace.store.port import Store, Stores
from workspace.store.system import System
from workspace.store.tinydb import TinyStores
from workspace.terminal import Terminal

SIZES = (1_000, 10_000, 100_000)
CLIENTS = (1, 8, 64)
SLOW = 0.005  # seconds that a slow disk takes to sync
ROUNDS = 200
PLAIN_WRITES = {1_000: 20, 10_000: 10}  # of plain TinyDB; of larger ones only PLAIN_FEW
PLAIN_FEW = 3


@click.command("store")
@click.option("--database-url", default="", help="Measure PostgreSQL too, in a database that nothing else is in.")
@click.option("--sizes", default=",".join(map(str, SIZES)), show_default=True, help="How many records a region has.")
@click.option("--seconds", default=2.0, show_default=True, help="How long each number of clients writes.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each figure.")
def store(database_url: str, sizes: str, seconds: float, as_json: bool) -> None:
    """Durable writes by one and by many; a write, a look-up and a page of a list by size; memory and start."""
    terminal = Terminal()
    numbers = [int(size) for size in sizes.split(",")]
    adapters = ["embedded", *(["postgresql"] if database_url else [])]
    for adapter in adapters:
        url = database_url if adapter == "postgresql" else ""
        for figures in (*_by_clients(url, seconds), *(_by_size(url, size) for size in numbers)):
            _say(terminal, {"adapter": adapter} | figures, as_json)
    for figures in _by_clients("", seconds, SlowSystem(SLOW)):
        _say(terminal, {"adapter": "embedded", "sync_takes_ms": SLOW * 1000} | figures, as_json)
    for size in numbers:
        _say(terminal, {"adapter": "TinyDB as shipped"} | _plain(size), as_json)


class Place:
    """Where a region is measured: opened, and closed for another process to open it."""

    def __init__(self, folder: str, database_url: str, system: System | None = None) -> None:
        self.config = replace(Config(instance=Path(folder)), database_url=database_url, threads=max(CLIENTS))
        self.region = f"bench-{secrets.token_hex(4)}"
        self._stores: Stores
        if database_url:
            self._stores = assembly.open_stores(self.config)
        else:
            self._stores = TinyStores(self.config.instance, readonly=False, system=system)

    def make(self, size: int) -> Store:
        """The region with so many documents."""
        made = self._stores.create(self.region)
        made.fill([(Document.table, _kept(number)) for number in range(size)], [])
        made.view().find(Document, order="changed_at", limit=1)
        return made

    def close(self) -> None:
        """Let go of it."""
        self._stores.close()


def _kept(number: int) -> dict[str, Any]:
    return dict(msgspec.to_builtins(writing.document(number).changed(version=1)))


def _by_clients(database_url: str, seconds: float, system: System | None = None) -> Iterator[dict[str, Any]]:
    """Durable writes a second by one and by many, beside the disk's own."""
    for clients in CLIENTS:
        with tempfile.TemporaryDirectory() as folder:
            place, bare = Place(folder, database_url, system), BareLog(Path(folder) / "bare", system)
            made = place.make(max(1_000, clients))
            a_second, bare_a_second, times = writing.by_many(made, bare, clients, seconds)
            bare.close()
            place.close()
        yield {
            "clients": clients,
            "writes_per_second": round(a_second, 1),
            "bare_syncs_per_second": round(bare_a_second, 1),
            "to_bare": round(a_second / bare_a_second, 2),
            "p50_ms": middle(times),
            "p95_ms": late(times),
        }


def _by_size(database_url: str, size: int) -> dict[str, Any]:
    """What a write, a look-up and a page of a list cost in a region of this size, and opening it."""
    with tempfile.TemporaryDirectory() as folder:
        place, bare = Place(folder, database_url), BareLog(Path(folder) / "bare")
        made, number = place.make(size), size // 2
        bare_times, times = writing.in_turns(bare.append, lambda: writing.write(made, number), ROUNDS)
        got, paged = writing.in_turns(
            lambda: made.view().get(Document, f"{number:07d}"),
            lambda: made.view().find(Document, {"kind": "note"}, order="changed_at", descending=True, limit=25),
            ROUNDS,
        )
        bare.close()
        place.close()
        return {
            "records": size,
            "write_p50_ms": middle(times),
            "write_p95_ms": late(times),
            "bare_p50_ms": middle(bare_times),
            "write_to_bare": round(middle(times) / middle(bare_times), 2),
            "lookup_p50_ms": middle(got),
            "page_of_25_p50_ms": middle(paged),
            **opening.measured(place.config, place.region),
        }


def _plain(size: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        times = plain_tinydb.write_times(
            Path(folder) / "plain.json", map(_kept, range(size)), PLAIN_WRITES.get(size, PLAIN_FEW)
        )
    return {"records": size, "write_p50_ms": middle(times), "synced": False}


def _say(terminal: Terminal, figures: dict[str, Any], as_json: bool) -> None:
    if as_json:
        terminal.json(figures)
    else:
        terminal.say("  ".join(f"{name} {value}" for name, value in figures.items()))
