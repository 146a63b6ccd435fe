"""The measures' workbook has a sheet with how each municipality stood, never more than may be seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import AMUND, KARI, MARIT, REGION, ROLF, START
from workspace import tables
from workspace.access import Actor
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
