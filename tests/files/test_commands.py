"""`workspace import` as it is typed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.conftest import REGION
from workspace.access import operator
from workspace.cli import load_commands
from workspace.cli import workspace as command
from workspace.config import load
from workspace.regions import service as regions


@pytest.fixture
def run(tmp_path: Path) -> Iterator[object]:
    """Type `workspace import` on an instance with an empty region."""
    from workspace import assembly, terminal

    load_commands()
    instance = tmp_path / "instance"
    parts = assembly.open_workspace(load({}, instance=instance))
    regions.create_region(parts, operator(), REGION, "Skarfjordregionen", {"1804": ""})
    terminal.close(parts)

    def typed(*words: str) -> Result:
        return CliRunner().invoke(command, ["--instance", str(instance), "import", *words])

    yield typed


def test_a_folder_is_brought_in_with_a_line_for_each_item(run, tmp_path: Path) -> None:
    folder = tmp_path / "kilder"
    folder.mkdir()
    (folder / "a.md").write_text("# Analyse\n\nFunn.")
    (folder / "b.jsonl").write_text('{"id": "b-1", "text": "Ein."}\n{"id": "b-2"}\n')
    first = run(REGION, str(folder), "--kind", "analysis")
    assert first.exit_code == 1
    assert first.stdout.splitlines()[:3] == ["imported: a.md", "imported: b-1", "refused: b-2: no text"]
    again = run(REGION, str(folder / "a.md"), "--json", "--kind", "analysis")
    assert again.exit_code == 0
    assert [json.loads(line) for line in again.stdout.splitlines()] == [
        {"ref": "a.md", "outcome": "unchanged", "reason": ""}
    ]


def test_exit_codes(run, tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"PK")
    assert run(REGION, str(tmp_path / "film.mp4")).exit_code == 3
    assert run(REGION, str(tmp_path / "nowhere")).exit_code == 2
    assert run(REGION).exit_code == 2
    assert run(REGION, str(tmp_path / "film.mp4"), "--kind", "x").exit_code == 2
    assert type(run("no-such-region", str(tmp_path / "film.mp4")).exception).__name__ == "NotFound"
