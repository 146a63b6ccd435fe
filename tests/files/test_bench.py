"""`workspace bench import` prints figures for what is there."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from workspace.benchmarks.importing import import_


def test_figures_for_lines_and_files(tmp_path: Path) -> None:
    (tmp_path / "import").mkdir()
    (tmp_path / "import" / "a.md").write_text("Kaia.")
    (tmp_path / "norquad_dev.jsonl").write_text('{"type": "passage", "id": "a", "text": "Kaia."}\n')
    result = CliRunner().invoke(import_, ["--data", str(tmp_path), "--json"])
    assert result.exit_code == 0
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(row["input"], row["items"]) for row in rows] == [("JSON lines", 1), ("files", 1)]
    assert all(row["import_per_second"] > 0 and row["indexing_alone_per_second"] > 0 for row in rows)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    result = CliRunner().invoke(import_, ["--data", str(tmp_path)])
    assert result.exit_code == 0
    assert "left out: files" in result.stderr
