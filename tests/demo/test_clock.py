"""The demo's day: it is always 23 November 2026 there, from 15.44, and its minutes go by."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import pytest

from workspace import access
from workspace.assembly import open_workspace
from workspace.comments import service as comments
from workspace.config import Config
from workspace.demo.building import in_order
from workspace.demo.clock import LAST, MOMENT, HistoryClock, running
from workspace.demo.story import Act
from workspace.documents.model import Document
from workspace.parts import Workspace
from workspace.terminal import close
from workspace.text import OSLO

SLUG = "skarfjord"


def test_it_begins_in_the_afternoon_and_goes_on(demo: Workspace) -> None:
    seconds = iter([100.0, 100.0, 160.0])
    now = running(demo.stores, lambda: next(seconds))
    assert now() == MOMENT == datetime(2026, 11, 23, 14, 44, tzinfo=UTC)
    assert (now() - MOMENT).total_seconds() == 60


def test_it_goes_on_from_the_newest_thing_that_was_said(demo: Workspace) -> None:
    later = MOMENT.replace(hour=16)
    document = demo.region(SLUG).view().find(Document, order="id", limit=1)[0]
    at_four = dataclasses.replace(demo, now=lambda: later)
    comments.open_thread(at_four, access.operator(SLUG), document.id, 1, "Sagt litt senere.")
    assert running(demo.stores, lambda: 0.0)() == later


@pytest.mark.parametrize("demo_mode", [True, False])
def test_whoever_opens_the_workspace_in_demo_mode_has_its_day(tmp_path: Path, demo_mode: bool) -> None:
    """A worker beside the server too: else its reminders and letters would be of another day."""
    workspace = open_workspace(Config(instance=tmp_path / "instance", secret_key="for tests only", demo=demo_mode))
    is_the_day = workspace.now().astimezone(OSLO).date() == MOMENT.astimezone(OSLO).date()
    close(workspace)
    assert is_the_day == demo_mode


def test_the_day_never_ends(demo: Workspace) -> None:
    passed = iter([0.0, 30 * 3600.0, 400 * 86_400.0])
    now = running(demo.stores, lambda: next(passed))
    assert now() == now() == LAST
    assert LAST.astimezone(OSLO).date() == MOMENT.astimezone(OSLO).date()


def test_history_is_told_forwards() -> None:
    clock = HistoryClock(MOMENT)
    clock.set(MOMENT.replace(hour=1))
    assert clock() == MOMENT
    late, early = Act(MOMENT, list), Act(MOMENT.replace(day=1), list)
    assert in_order([late, early]) == [early, late]
    with pytest.raises(ValueError, match="after its present"):
        in_order([Act(LAST, list)])
