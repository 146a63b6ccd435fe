"""The benchmark of stores prints what it says, for each adapter. Never how long anything takes."""

from __future__ import annotations

import time

import pytest

from tests import postgres
from tests.benchmarks.conftest import Bench
from workspace.benchmarks import writing
from workspace.benchmarks.writing import BareLog, SlowSystem

BY_CLIENTS = {"clients", "writes_per_second", "bare_syncs_per_second", "to_bare", "p50_ms", "p95_ms"}
BY_SIZE = {
    "records", "write_p50_ms", "write_p95_ms", "bare_p50_ms", "write_to_bare", "lookup_p50_ms", "page_of_25_p50_ms",
    "start_s", "memory_mb",
}  # fmt: skip


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workspace.benchmarks.writing.SLICE", 0.02)
    command = __import__("sys").modules["workspace.benchmarks.store"]
    monkeypatch.setattr(command, "CLIENTS", (1, 3))
    monkeypatch.setattr(command, "ROUNDS", 3)
    monkeypatch.setattr(command, "PLAIN_FEW", 2)


def test_both_adapters_a_slow_disk_and_plain_tinydb_are_measured(bench: Bench) -> None:
    with postgres.database() as url:
        lines, warned = bench("store", "--database-url", url, "--sizes", "20,40", "--seconds", "0.3")
    assert warned == ""
    for adapter in ("embedded", "postgresql"):
        mine = [line for line in lines if line["adapter"] == adapter and "sync_takes_ms" not in line]
        assert [line["clients"] for line in mine if "clients" in line] == [1, 3]
        assert [line["records"] for line in mine if "records" in line] == [20, 40]
        assert all(set(line) - {"adapter"} in (BY_CLIENTS, BY_SIZE) for line in mine)
        assert all(value > 0 for line in mine for name, value in line.items() if name not in ("adapter", "start_s"))
    slow = [line for line in lines if "sync_takes_ms" in line]
    assert [line["clients"] for line in slow] == [1, 3]
    plain = [line for line in lines if line["adapter"] == "TinyDB as shipped"]
    assert [(line["records"], line["synced"]) for line in plain] == [(20, False), (40, False)]


def test_a_slow_disk_is_slow_for_both(tmp_path: object) -> None:
    bare = BareLog(tmp_path / "bare", SlowSystem(0.05))
    began = time.perf_counter()
    bare.append()
    assert time.perf_counter() - began >= 0.05
    bare.close()
    assert (tmp_path / "bare").stat().st_size == writing.BYTES
