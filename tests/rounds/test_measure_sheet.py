"""The measures' workbook has a sheet with how each municipality stood, never more than may be seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import AMUND, KARI, MARIT, REGION, ROLF, START
from workspace import tables
from workspace.access import Actor
from workspace.cli import load_commands
from workspace.cli import workspace as command
from workspace.measures import service as measures
from workspace.parts import Workspace
from workspace.rounds import answering, life

As = Callable[[Actor], FlaskClient]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("visibility", ["named", "hidden"])
def test_answers_stand_in_a_sheet_of_their_own_where_they_may_be_seen(
    app: Flask, workspace: Workspace, as_person: As, visibility: str
) -> None:
    measure = measures.create(workspace, AMUND, title="=1+1 kai", text="Vi bygger.")
    closes = START + timedelta(days=7)
    draft = life.create(workspace, MARIT, (measure.id,), title="Runde", closes=closes, visibility=visibility)
    life.open_round(workspace, MARIT, draft.id)
    answering.answer(workspace, KARI, draft.id, measure.id, "2", "=cmd|' /C calc'!A0")

    def sheet(who: Actor) -> list[dict[str, str]]:
        content = as_person(who).get(f"/r/{REGION}/measures/export.xlsx").data
        return [line.cells for line in tables.read_xlsx(content).get("Svar", [])]

    told = [
        {
            "nr": "T-01", "tiltak": "=1+1 kai", "runde": "1", "kommune": "Havnsund", "svar": "Forbehold",
            "begrunnelse": "=cmd|' /C calc'!A0", "utfall": "Ikke konsensus",
        }
    ]  # fmt: skip
    assert sheet(AMUND) == (told if visibility == "named" else [])
    assert sheet(ROLF) == []  # a reader takes no answers out
    life.close_round(workspace, MARIT, draft.id, "Alle har svart.")
    assert sheet(AMUND) == told


@pytest.mark.usefixtures("app")
def test_the_command_writes_the_same_files_as_the_web(workspace: Workspace, as_person: As, tmp_path: Path) -> None:
    load_commands()
    closes = START + timedelta(days=7)
    for visibility in ("named", "hidden"):
        measure = measures.create(workspace, AMUND, title="Kai", text="Vi bygger.")
        draft = life.create(workspace, MARIT, (measure.id,), title="Runde", closes=closes, visibility=visibility)
        life.open_round(workspace, MARIT, draft.id)
        answering.answer(workspace, KARI, draft.id, measure.id, "2", f"Om {visibility}.")
    client, file = as_person(AMUND), tmp_path / "ut.xlsx"

    def written(*words: object) -> dict[str, list[dict[str, str]]]:
        typed = ["--instance", str(workspace.config.instance), *map(str, words)]
        done = CliRunner().invoke(command, typed)
        assert done.exit_code == 0, done.output
        return cells(file.read_bytes())

    def cells(content: bytes) -> dict[str, list[dict[str, str]]]:
        return {name: [line.cells for line in lines] for name, lines in tables.read_xlsx(content).items()}

    on_the_web = cells(client.get(f"/r/{REGION}/measures/export.xlsx").data)
    assert written("measures", "export", REGION, file) == on_the_web
    assert [line["begrunnelse"] for line in on_the_web["Svar"]] == ["Om named."]
    for number in (1, 2):
        on_the_web = cells(client.get(f"/r/{REGION}/rounds/{number}/export.xlsx").data)
        assert "Svar" in on_the_web and ("Om hidden." not in str(on_the_web))
        assert written("rounds", "export", REGION, number, "--format", "xlsx", "--output", file) == on_the_web
