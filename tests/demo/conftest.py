"""The demo region as it has been made, opened by the tests that look at it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import open_parts
from workspace.config import Config
from workspace.demo.clock import MOMENT
from workspace.parts import Workspace


@pytest.fixture
def demo(built: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy of the demo for this test, at its present."""
    instance = tmp_path / "instance"
    shutil.copytree(built, instance)
    with open_parts(instance, "embedded") as (stores, indexes):
        config = Config(instance=instance, secret_key="for tests only")
        yield Workspace(config=config, stores=stores, indexes=indexes, now=lambda: MOMENT)
