"""A round without names on screen: counts while it is open, numbers and what is hidden once it has closed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.conftest import MARIT, REGION, START, csrf_of
from tests.rounds.sealed import VOTERS, answer, close, give, opened, people
from workspace.access import Actor
from workspace.accounts.model import Person
from workspace.parts import Workspace
from workspace.rounds.model import Round

As = Callable[[Actor], FlaskClient]


@pytest.fixture
def region(workspace: Workspace, app: object) -> Workspace:
    people(workspace)
    with workspace.house.transaction() as tx:
        for who in VOTERS:
            tx.put(Person(id=who.person, name=who.name, email=f"{who.person}@example.no", created=START))
    return workspace


def text(page: str) -> str:
    """What one reads, without the signs of HTML."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def board(client: FlaskClient, round_: Round) -> str:
    return client.get(f"/r/{REGION}/rounds/{round_.id}").text


def test_while_it_is_open_it_is_shown_how_many_have_answered(region: Workspace, as_person: As) -> None:
    round_, [measure] = opened(region)
    client = as_person(MARIT)
    page = board(client, round_)
    seen = re.search(r"seen=(\d+)", page)[1]
    path = f"/r/{REGION}/rounds/{round_.id}?seen={seen}"
    htmx = {"HX-Request": "true"}
    assert client.get(path, headers=htmx).status_code == 204
    answer(region, VOTERS[0], round_, measure, 1)
    fragment = client.get(path, headers=htmx).text
    assert fragment.lstrip().startswith("<section") and 'id="temperature"' in fragment
    assert "1 av" in text(fragment) and "har svart" in text(fragment)


def test_numbers_groups_and_reasons_once_it_has_closed(region: Workspace, as_person: As) -> None:
    round_, [measure, few] = opened(region, "Felles kai", "Felles lager", guests=True)
    give(region, round_, measure, {"business": [5, 4, 3, 2, 1, 0, 5], "youth": [5, 5, 4, 3, 1, 1, 0]})
    for who in VOTERS[:4]:
        answer(region, who, round_, few, 1, "Kanariord")
    close(region, round_)
    page = text(board(as_person(MARIT), round_))
    assert "14 svar" in page and "Skjult, færre enn fem svar" in page and "Kanariord" not in page
    assert "Full støtte 4" in page and "Blokkerer 3" in page and "Avstår 2" in page
    assert "Etter gruppe" in page and "Næringsliv 2 1 1 1 1 1 7 svar" in page
    assert "Åpne runden igjen" not in page and "Hvem har ikke svart?" not in page
    one = text(as_person(VOTERS[0]).get(f"/r/{REGION}/measures/{measure.id}").text)
    assert "14 svar" in one and "Felles lager" not in one


def test_a_hidden_group_is_named_as_hidden_and_why(region: Workspace, as_person: As) -> None:
    round_, [measure] = opened(region, guests=True)
    groups = {"business": [5, 4, 3, 2, 1, 0] * 2, "youth": [5, 4, 3], "research": [2, 1, 0, 5]}
    give(region, round_, measure, groups)
    close(region, round_)
    page = text(board(as_person(MARIT), round_))
    assert "FoU og skole skjult" in page and "Ungdom skjult" in page
    assert "Grupper med færre enn fem svar er skjult, og minst én til, så ingen kan regne ut tallene." in page


def test_who_has_answered_sees_that_it_is_sealed_and_no_form(region: Workspace, as_person: As) -> None:
    round_, [measure] = opened(region)
    client = as_person(VOTERS[0])
    path = f"/r/{REGION}/rounds/{round_.id}/measures/{measure.id}/answers"
    fields = {"csrf_token": csrf_of(client), "value": "2", "reason": "Kanariord"}
    assert client.post(path, data=fields).status_code == 303
    for page in (f"/measures/{measure.id}", f"/rounds/{round_.id}/answer?measure={measure.id}"):
        shown = client.get(f"/r/{REGION}{page}").text
        assert "Svaret er forseglet og kan ikke endres." in shown and 'name="value"' not in shown
        assert "Kanariord" not in shown
    refused = client.post(path, data={**fields, "value": "5", "reason": "Noe annet"}, headers={"HX-Request": "true"})
    assert refused.status_code == 409
    assert "Du har alt svart på dette tiltaket." in refused.text and "Noe annet" in refused.text, (
        "what was typed is kept"
    )
    assert "Du har svart på alt" in client.get(f"/r/{REGION}/rounds/{round_.id}/answer").text


def test_by_htmx_the_panel_says_so_at_once(region: Workspace, as_person: As) -> None:
    round_, [measure] = opened(region)
    client = as_person(VOTERS[0])
    path = f"/r/{REGION}/rounds/{round_.id}/measures/{measure.id}/answers"
    swap = client.post(path, data={"csrf_token": csrf_of(client), "value": "2"}, headers={"HX-Request": "true"})
    assert 'id="panel"' in swap.text and 'hx-target="#temperature"' in swap.text
    assert "#standing" not in swap.text and "#reasons" not in swap.text
