"""The benchmark of pages: its region, its two generators of load, and what it prints. Never how long anything takes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.benchmarks.conftest import Bench
from workspace import assembly
from workspace.access import operator
from workspace.benchmarks import load, made_region
from workspace.config import Config
from workspace.parts import Workspace
from workspace.rounds import service as rounds

FIELDS = {
    "page", "records", "per_second", "p50_ms", "p99_ms", "bytes", "bare_per_second", "bare_p50_ms", "p50_to_bare",
    "load",
}  # fmt: skip
SAID = """Running 1s test @ http://127.0.0.1:8000/
  Latency Distribution
     50%    2.31ms
     75%    3.10ms
     90%    4.00ms
     99%    1.20s
  3000 requests in 1.00s, 9.00MB read
Requests/sec:   2990.10
"""


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A region that is quickly made."""
    for name, value in (("MUNICIPALITIES", 3), ("MEASURES", 2), ("THREADS", 2)):
        monkeypatch.setattr(made_region, name, value)


def test_each_page_is_measured_beside_a_bare_one(bench: Bench, small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "generator", lambda: "own")
    monkeypatch.setattr(sys.modules["workspace.benchmarks.pages"], "TURNS", 1)
    lines, warned = bench("pages", "--records", "400", "--seconds", "0.1")
    assert "a slower generator of our own" in warned
    *pages, weight = lines
    assert [page["page"] for page in pages] == [
        "home", "document with 100 comments", "round of 18 x 40", "measure", "documents", "measures",
    ]  # fmt: skip
    assert all(set(page) == FIELDS and page["records"] >= 400 for page in pages)
    assert all(page["bytes"] > 5_000 and page["p50_to_bare"] > 0 for page in pages)
    assert 5 < weight["requests"] <= 9 and 10_000 < weight["bytes_over_the_wire"] <= 75_000
    assert weight["fonts"] == 1 and 10_000 < weight["bytes_of_fonts"] <= 50_000


def test_the_region_is_as_large_and_as_busy_as_it_says(tmp_path: Path) -> None:
    workspace = assembly.open_workspace(Config(instance=tmp_path, secret_key="x"))
    try:
        made = made_region.make(workspace, 3_000)
        _check(workspace, made)
    finally:
        workspace.indexes.close()
        workspace.stores.close()


def _check(workspace: Workspace, made: made_region.Made) -> None:
    assert 3_000 <= made.records <= 3_100
    who = operator(made_region.REGION)
    standing = rounds.standing(workspace, who, made.round)
    assert len(standing.measures) == 18
    assert all(len(given) == 40 for given in standing.ballots.values())
    view = workspace.region(made_region.REGION).view()
    threads = view.find(made_region.Thread, {"document": made.document}, order="opened")
    assert sum(view.count(made_region.Comment, {"thread": one.id}, order="at") for one in threads) == 100
    assert workspace.region(made_region.REGION).problems() == []


def test_what_wrk_says_is_read() -> None:
    assert load.read("/", SAID) == load.Load(2990.1, 2.31, 1200.0)


@pytest.mark.parametrize("trouble", ["Non-2xx or 3xx responses: 3", "Socket errors: connect 0, read 2, write 0"])
def test_a_page_that_was_not_answered_is_no_figure(trouble: str) -> None:
    with pytest.raises(load.Unanswered):
        load.read("/", SAID + trouble)
    with pytest.raises(load.Unanswered):
        load.read("/", "unable to connect")
