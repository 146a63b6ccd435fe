"""The benchmark of a document with many threads: what it prints. Never how long anything takes."""

from __future__ import annotations

import importlib

import pytest

from tests.benchmarks.conftest import Bench


def test_pages_and_those_who_ask_are_measured(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    made = importlib.import_module("workspace.benchmarks.comments")
    monkeypatch.setattr(made, "TURNS", 3)
    monkeypatch.setattr(made, "PAUSE", 1.0)
    lines, _warned = bench("comments", "--threads", "30", "--readers", "8", "--seconds", "4")
    *pages, quiet, busy = lines
    assert len(pages) == 3 and all(page["p50_ms"] > 0 and page["bare_p50_ms"] > 0 for page in pages)
    assert set(quiet["answers"]) == {"204"} and quiet["readers"] == quiet["asked"] == 8
    assert set(busy["answers"]) == {"200", "204"} or set(busy["answers"]) == {"200"}
    assert all(asked["of_one_core"].endswith(" %") for asked in (quiet, busy))
