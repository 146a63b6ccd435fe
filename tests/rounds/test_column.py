"""The table of all measures has how the municipalities stand on each, never more than may be seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.conftest import AMUND, KARI, MARIT, REGION, ROLF, START
from workspace.access import Actor
from workspace.measures import service as measures
from workspace.parts import Workspace
from workspace.rounds import answering, life
from workspace.rounds.column import column
from workspace.rounds.verdict import Outcome

As = Callable[[Actor], FlaskClient]


def opened(workspace: Workspace, *ids: str, **settings: str) -> str:
    closes = START + timedelta(days=7)
    draft = life.create(workspace, MARIT, ids, title="Runde", closes=closes, **settings)
    life.open_round(workspace, MARIT, draft.id)
    return draft.id


@pytest.fixture
def measure(workspace: Workspace) -> str:
    return measures.create(workspace, AMUND, title="Kai", text="Vi bygger.").id


@pytest.mark.usefixtures("app")
def test_the_answers_and_what_came_of_them_stand_in_the_table(
    workspace: Workspace, measure: str, as_person: As
) -> None:
    other = measures.create(workspace, AMUND, title="Bru", text="Vi bygger.").id
    round_ = opened(workspace, measure)
    assert "1 ikke svart" in as_person(ROLF).get(f"/r/{REGION}/measures/").text
    answering.answer(workspace, KARI, round_, measure, "2", "Først tallene.")
    found = column(workspace, ROLF)
    assert found is not None and found.is_open and other not in found.make()
    assert found.make()[measure].values == (2,)
    page = as_person(ROLF).get(f"/r/{REGION}/measures/").text
    assert "Foreløpig utfall" in page and "1 forbehold" in page and "ikke svart" not in page
    life.close_round(workspace, MARIT, round_, "Tiden er ute.")
    page = as_person(ROLF).get(f"/r/{REGION}/measures/").text
    assert "Foreløpig utfall" not in page and "Utfall" in page and "Ikke konsensus" in page


@pytest.mark.usefixtures("app")
def test_where_answers_are_hidden_it_says_so(workspace: Workspace, measure: str, as_person: As) -> None:
    round_ = opened(workspace, measure, visibility="hidden")
    answering.answer(workspace, KARI, round_, measure, "2", "Først tallene.")
    for who in (KARI, MARIT, ROLF):
        found = column(workspace, who)
        assert found is not None and found.make()[measure][1:] == ((), None)
        page = as_person(who).get(f"/r/{REGION}/measures/").text
        assert "Skjult til runden lukkes" in page and "forbehold" not in page.lower()


@pytest.mark.usefixtures("app")
def test_an_open_round_goes_before_a_later_one_that_has_closed(workspace: Workspace, measure: str) -> None:
    other = measures.create(workspace, AMUND, title="Bru", text="Vi bygger.").id
    first = opened(workspace, measure)
    answering.answer(workspace, KARI, first, measure, "5", "")
    life.close_round(workspace, MARIT, first, "Tiden er ute.")
    second = opened(workspace, measure, other)
    found = column(workspace, ROLF)
    assert found is not None and found.make()[measure].round.id == second
    verdict = found.make()[measure].verdict
    assert verdict is not None and verdict.outcome is Outcome.WAITING


@pytest.mark.usefixtures("app")
def test_rounds_without_steps_of_municipalities_are_left_out(workspace: Workspace, measure: str) -> None:
    assert column(workspace, ROLF) is None
    opened(workspace, measure, method="priority")
    assert column(workspace, ROLF) is None
