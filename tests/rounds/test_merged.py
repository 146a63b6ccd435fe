"""A measure that has become part of another: its rounds are still found, and nothing that was open is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import AMUND, KARI, MARIT, REGION, ROLF, csrf_of
from tests.rounds.region import open_round, propose, settle
from workspace.access import Actor
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.rounds import amending, life

As = Callable[[Actor], FlaskClient]


@pytest.fixture
def region(workspace: Workspace, app: Flask) -> Workspace:
    return settle(workspace)


def merge(as_person: As, one: Measure, other: Measure) -> tuple[int, str]:
    client = as_person(AMUND)
    typed = {"other": other.id, "version": one.version, "other_version": other.version, "title": one.title}
    answer_ = client.post(
        f"/r/{REGION}/measures/{one.id}/merging", data={"csrf_token": csrf_of(client), "text": "Tekst.", **typed}
    )
    return answer_.status_code, answer_.text


def test_what_is_proposed_is_decided_on_first(region: Workspace, as_person: As) -> None:
    one, other = propose(region), propose(region, title="Kai")
    amending.propose(region, KARI, other.id, 1, "En annen tekst.")
    code, text = merge(as_person, one, other)
    assert code == 422 and "T-02 har forslag til endring." in text
    assert not measures.get(region, AMUND, other.id).merged_into


def test_the_rounds_of_what_was_merged_are_found_from_what_stays(region: Workspace, as_person: As) -> None:
    one, other = propose(region), propose(region, title="Kai")
    round_ = open_round(region, other)
    life.close_round(region, MARIT, round_.id, "Ferdig.")
    assert merge(as_person, measures.get(region, AMUND, one.id), measures.get(region, AMUND, other.id))[0] == 303
    page = as_person(ROLF).get(f"/r/{REGION}/measures/{one.id}").text
    assert "Slått sammen med dette" in page and f"/rounds/{round_.id}" in page
    assert as_person(ROLF).get(f"/r/{REGION}/rounds/{round_.id}").status_code == 200
