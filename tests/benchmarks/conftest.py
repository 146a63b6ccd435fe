"""Running a benchmark as somebody types it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

from workspace import cli

Bench = Callable[..., tuple[list[dict[str, Any]], str]]


@pytest.fixture
def bench() -> Bench:
    """`bench("store", "--sizes", "50")`: what it printed as JSON, and what it warned of."""

    def run(*words: str) -> tuple[list[dict[str, Any]], str]:
        cli.load_commands()
        result = CliRunner().invoke(cli.workspace, ["bench", *words, "--json"], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return [json.loads(line) for line in result.stdout.splitlines()], result.stderr

    return run
