"""One server with the demo region for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.running import Running, command, serving


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server on the demo region."""
    instance = tmp_path_factory.mktemp("server") / "instance"
    assert command(instance, "demo").returncode == 0
    with serving(instance, "--demo") as running:
        yield running
