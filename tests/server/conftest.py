"""One server with the demo region for the tests of this folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import Running, serving


@pytest.fixture(scope="session")
def demo(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server on the demo region."""
    instance = tmp_path_factory.mktemp("server") / "instance"
    shutil.copytree(built, instance)
    with serving(instance, "--demo") as running:
        yield running
