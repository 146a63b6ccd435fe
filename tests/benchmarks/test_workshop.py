"""A small workshop over HTTP: everything that is acknowledged is kept, once, and the wall keeps up."""

from __future__ import annotations

from pathlib import Path

from workspace import config as configuration
from workspace.benchmarks import workshop


def test_all_phones_are_counted_once_and_the_wall_shows_them(tmp_path: Path) -> None:
    found = workshop.figures(configuration.load({}, instance=tmp_path), 12, 3.0)
    assert (found["acknowledged"], found["ballots"]) == (12 * workshop.MEASURES, 12 * workshop.MEASURES)
    assert found["sent"] > found["acknowledged"]  # some send everything twice
    assert (found["doubles"], found["tally_right"]) == (0, True)
    assert found["wall_behind_s"] != float("inf")
