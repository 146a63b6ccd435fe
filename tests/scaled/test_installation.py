"""A scaled installation in small: processes behind nginx, one killed, PostgreSQL restarted, and all is explained."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.scaled.installation import disturbed, proxy


def test_a_kill_and_a_crash_of_the_database(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    if proxy() is None:
        assert not os.environ.get("REQUIRE_PROXY"), "nginx is not installed"
        pytest.skip("nginx is not installed")
    assert disturbed(tmp_path, clients=8, seconds=9, processes=2, pause=0.3) == 0
    said = capfd.readouterr().out
    assert "2 process(es) show the same; 0 faults" in said
    assert "a web process was killed" in said and "PostgreSQL was stopped at once" in said
