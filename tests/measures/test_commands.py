"""`workspace measures export` and `import` as they are typed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from tests.conftest import REGION
from workspace.access import operator
from workspace.cli import load_commands
from workspace.cli import workspace as command
from workspace.config import load
from workspace.measures import service
from workspace.regions import service as regions

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Type `workspace measures` on an instance with one measure."""
    from workspace import assembly, terminal

    load_commands()
    instance = tmp_path / "instance"
    parts = assembly.open_workspace(load({}, instance=instance))
    regions.create_region(parts, operator(), REGION, "Skarfjordregionen", {"1804": "", "1806": ""})
    service.create(parts, operator(REGION), title="Kai", text="Vi bygger.")
    terminal.close(parts)
    yield lambda *words: CliRunner().invoke(command, ["--instance", str(instance), "measures", *map(str, words)])


def test_out_changed_and_in_again(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "tiltak.xlsx"
    out = run("export", REGION, file)
    assert (out.exit_code, out.stdout) == (0, f"1 measures written to {file}\n")
    again = run("import", REGION, file)
    assert again.exit_code == 0 and again.stdout.splitlines()[-1] == "5 unchanged"
    book = openpyxl.load_workbook(file)
    columns = {cell.value: cell.column for cell in book["Tiltak"][1]}
    book["Tiltak"].cell(2, columns["kroner"], 450_000)
    book["Tiltak"].cell(3, columns["nr"], "T-09")
    book.save(file)
    dry = run("import", REGION, file, "--dry-run")
    assert dry.exit_code == 1
    assert dry.stdout.splitlines()[:2] == [
        "Tiltak 2 T-01: changed (kroner)",
        "Tiltak 3 T-09: refused: There is no measure with the number T-09.",
    ]
    assert dry.stdout.splitlines()[-1].endswith("; nothing is written (--dry-run)")
    done = run("import", REGION, file, "--json")
    first = json.loads(done.stdout.splitlines()[0])
    assert (first["outcome"], first["columns"]) == ("changed", ["kroner"])  # the dry run had written nothing
    run("export", REGION, file)
    assert openpyxl.load_workbook(file)["Tiltak"].cell(2, columns["kroner"]).value == 450_000


def test_a_stale_row_shows_both(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "tiltak.csv"
    run("export", REGION, file)
    old = file.read_text(encoding="utf-8-sig")
    file.write_text(old.replace("Vi bygger.", "Vi bygger nå."))
    assert run("import", REGION, file).exit_code == 0
    file.write_text(old.replace("Vi bygger.", "Vi bygger aldri."))
    stale = run("import", REGION, file)
    assert stale.exit_code == 3
    assert "beskrivelse: file «Vi bygger aldri.», stored «Vi bygger nå.»" in stale.stdout


def test_exit_codes(run: Run, tmp_path: Path) -> None:
    assert run("export", REGION, tmp_path / "a.pdf").exit_code == 2
    assert run("import", REGION, tmp_path / "nowhere.csv").exit_code == 2
    unwritable = run("export", REGION, tmp_path / "no" / "folder.csv")
    assert unwritable.exit_code == 3 and "can't be written" in unwritable.stderr
    (tmp_path / "a.csv").write_text("tiltak\nKai\n")
    assert type(run("import", REGION, tmp_path / "a.csv").exception).__name__ == "Invalid"
    assert type(run("export", "no-such-region", tmp_path / "a.csv").exception).__name__ == "NotFound"
