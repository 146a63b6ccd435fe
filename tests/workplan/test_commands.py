"""`workspace plan export` and `import`, as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from workspace import cli
from workspace.access import operator
from workspace.config import Config
from workspace.measures import service as measures
from workspace.regions import service as regions
from workspace.store.tinydb import TinyStores
from workspace.workplan import milestones
from workspace.workplan.model import Milestone

SLUG = "ytre"


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """An installation with a region, and one measure with a milestone in its plan of work."""
    from workspace.assembly import open_workspace

    folder = tmp_path / "typed"
    workspace = open_workspace(Config(instance=folder, secret_key="for tests only"))
    try:
        regions.create_region(workspace, operator(), SLUG, "Ytre", {"1818": ""})
        actor = operator(SLUG)
        id = measures.create(workspace, actor, title="=Kai", text="Vi bygger.", status="adopted").id
        milestones.add(workspace, actor, id, title="=Pæler", weight=2)
    finally:
        workspace.indexes.close()
        workspace.stores.close()
    return folder


def typed(instance: Path, *words: str) -> Result:
    cli.load_commands()
    return CliRunner().invoke(cli.workspace, ["--instance", str(instance), "plan", *words])


def titles(instance: Path) -> list[str]:
    stores = TinyStores.open(instance, readonly=True)
    try:
        return [one.title for one in stores.region(SLUG).view().find(Milestone)]
    finally:
        stores.close()


def test_a_workbook_goes_out_and_comes_in_unchanged(instance: Path, tmp_path: Path) -> None:
    book = tmp_path / "plan.xlsx"
    out = typed(instance, "export", SLUG, str(book))
    assert out.exit_code == 0 and "1 rows of milepæler" in out.stdout
    told = typed(instance, "import", SLUG, str(book))
    assert (told.exit_code, told.stdout.splitlines()[-1]) == (0, "1 unchanged")


def test_a_table_is_changed_and_comes_in_with_a_line_a_row(instance: Path, tmp_path: Path) -> None:
    table = tmp_path / "milepæler.csv"
    assert typed(instance, "export", SLUG, str(table), "--sheet", "milestones").exit_code == 0
    text = table.read_text(encoding="utf-8-sig")
    assert "'=Pæler" in text, "torture case 21"
    table.write_text(text.replace("Pæler", "Peler") + "T-09;;Nei;;;;;1\r\n", encoding="utf-8")
    told = typed(instance, "import", SLUG, str(table), "--sheet", "milestones", "--json")
    assert told.exit_code == 1, "done in part"
    assert [(row["line"], row["outcome"]) for row in map(json.loads, told.stdout.splitlines())] == [
        (2, "imported"), (3, "refused"),
    ]  # fmt: skip
    assert titles(instance) == ["=Peler"]


def test_what_can_not_be_taken_is_one_line_and_the_right_exit_code(instance: Path, tmp_path: Path) -> None:
    bad = tmp_path / "plan.csv"
    bad.write_text("tiltak\nT-01\n", encoding="utf-8")
    assert typed(instance, "import", SLUG, str(bad)).exit_code == 2
    assert typed(instance, "export", SLUG, str(tmp_path / "plan.pdf")).exit_code == 2
    nowhere = typed(instance, "export", SLUG, str(tmp_path / "no" / "plan.xlsx"))
    assert nowhere.exit_code == 3 and "can't be written" in nowhere.stderr
    told = typed(instance, "import", SLUG, str(bad), "--sheet", "money")
    assert (told.exit_code, told.stdout.splitlines()[0]) == (3, "penger 1: refused (The column “år” is missing.)")
    bad.write_text("tiltak;år;kroner;timer\nT-77;2027;1;\n", encoding="utf-8")
    refused = typed(instance, "import", SLUG, str(bad), "--sheet", "needs")
    assert refused.exit_code == 3 and "“T-77” is not a measure in the plan of work" in refused.stdout
    assert titles(instance) == ["=Pæler"]
