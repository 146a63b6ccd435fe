"""`workspace import` stopped by Ctrl-C and run again: complete, without doubles, with and without a server."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import ROOT, command, environment, serving

ROWS = 400


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    lines = [
        json.dumps({"id": f"r-{n}", "title": f"Sak {n}", "text": f"Kaia nummer {n} i Skarsund."}) for n in range(ROWS)
    ]
    path.write_text("\n".join(lines))
    return path


def stopped_after(instance: Path, rows: Path, lines: int) -> int:
    """Import, press Ctrl-C after so many lines, and answer with the exit code."""
    words = [sys.executable, "-m", "workspace.cli", "--instance", str(instance), "import", "skarfjord", str(rows)]
    process = subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    )
    assert process.stdout is not None and process.stderr is not None
    for _line in range(lines):
        process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _rest, said = process.communicate(timeout=60)
    assert "Traceback" not in said
    return process.returncode


def check_whole(instance: Path, rows: Path) -> None:
    again = command(instance, "import", "skarfjord", str(rows), "--json")
    outcomes = [json.loads(line)["outcome"] for line in again.stdout.splitlines()]
    assert len(outcomes) == ROWS and set(outcomes) == {"imported", "unchanged"}
    assert outcomes.count("unchanged") >= 20, "what was said to be imported is"
    third = command(instance, "import", "skarfjord", str(rows))
    assert f"{ROWS} unchanged" in third.stdout.splitlines()[-1]
    found = json.loads(command(instance, "search", "skarfjord", "Skarsund", "--limit", "1000", "--json").stdout)
    refs = [hit["ref"] for hit in found["hits"]]
    assert len(refs) == len(set(refs)) == ROWS


def test_stopped_and_run_again(tmp_path: Path, rows: Path) -> None:
    instance = tmp_path / "instance"
    assert command(instance, "region", "create", "skarfjord", "--name", "Skarfjordregionen").returncode == 0
    assert stopped_after(instance, rows, 20) == 1
    check_whole(instance, rows)


def test_stopped_and_run_again_beside_a_server(tmp_path: Path, rows: Path) -> None:
    instance = tmp_path / "instance"
    assert command(instance, "region", "create", "skarfjord", "--name", "Skarfjordregionen").returncode == 0
    with serving(instance):
        assert stopped_after(instance, rows, 20) == 1
        check_whole(instance, rows)
