"""The benchmark of posting: what it counts was posted, and what it says without wrk. Never how long anything takes."""

from __future__ import annotations

import shutil
import sys

import pytest
from click.testing import CliRunner

from tests.benchmarks.conftest import Bench
from workspace import cli
from workspace.benchmarks import load

FIELDS = {
    "where", "clients", "posted", "per_second", "p50_ms", "p99_ms", "disk_sync_p50_ms", "disk_sync_p95_ms",
    "machine_load",
}  # fmt: skip


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed")
def test_all_that_was_acknowledged_is_kept(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    posting = sys.modules["workspace.benchmarks.posting"]
    for name, value in (("DOCUMENTS", 2), ("THREADS_EACH", 2), ("SYNCS", 5)):
        monkeypatch.setattr(posting, name, value)
    lines, _warned = bench("posting", "--threads", "6", "--seconds", "1")
    *loads, kept = lines
    assert [(one["where"], one["clients"]) for one in loads] == [
        ("2 documents", 1), ("2 documents", 8), ("one document with 6 threads", 1), ("one document with 6 threads", 8),
    ]  # fmt: skip
    assert all(set(one) == FIELDS and one["posted"] > 0 and one["disk_sync_p50_ms"] > 0 for one in loads)
    assert kept["acknowledged"] == sum(one["posted"] for one in loads) < kept["kept"]


def test_without_wrk_it_says_so_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["workspace.benchmarks.posting"].shutil, "which", lambda name: None)
    cli.load_commands()
    result = CliRunner().invoke(cli.workspace, ["bench", "posting"])
    assert result.exit_code == 3 and result.stdout == ""
    assert result.stderr == "workspace: wrk is not installed, and posting is measured with nothing else\n"


def test_an_answer_that_is_not_a_thread_is_no_figure() -> None:
    with pytest.raises(load.Unanswered):
        load.read("posting", "50% 1.00ms\n99% 2.00ms\nRequests/sec: 10\nNon-2xx or 3xx responses: 1\n")
