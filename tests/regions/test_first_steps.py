"""What an empty region says to do first, and when it no longer does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import ADMIN, AMUND, KARI, MARIT, REGION, ROLF, Clock, csrf_of, sign_in
from workspace import create_app
from workspace.access import Actor, Role, operator
from workspace.accounts import service as accounts
from workspace.documents import service as documents
from workspace.errors import Forbidden
from workspace.measures import service as measures
from workspace.parts import Workspace
from workspace.regions import home, invitations, service
from workspace.regions.model import Municipality
from workspace.rounds import life

As = Callable[[Actor], FlaskClient]


def overview(app: Flask, actor: Actor = MARIT) -> home.Overview:
    with app.test_request_context():
        return home.overview(app.extensions["workspace"], actor)


def done(app: Flask) -> list[str]:
    return [step.key for step in overview(app).steps if step.is_done]


@pytest.fixture
def room(workspace: Workspace, app: Flask) -> Workspace:
    """A second municipality, from which there is nobody; and nobody answers for the first."""
    with workspace.region(REGION).transaction() as tx:
        tx.put(Municipality(id="9002", name="Tverrdal"))
        tx.put(tx.get(Municipality, "9001").changed(voting_member=None))
    return workspace


def test_each_step_is_worked_out_of_the_records(room: Workspace, app: Flask, clock: Clock) -> None:
    assert done(app) == ["region"]
    invitations.invite(room, MARIT, "per@example.no", "participant", municipality="9002")
    assert done(app) == ["region", "people"]
    clock.forward(days=15)
    assert done(app) == ["region"]  # nobody can use that invitation any more
    for number, voting in (("9001", KARI.person), ("9002", "")):
        people = [accounts.add_person(room, f"{who} {number}", f"{who}{number}@example.no") for who in ("En", "To")]
        for person in people:
            service.add_member(room, MARIT, person, Role.PARTICIPANT, municipality=number)
        service.assign_voice(room, MARIT, number, voting or people[0].id)
        assert "voices" not in done(app)
        service.assign_voice(room, MARIT, number, voting or people[0].id, (people[1].id,))
    assert done(app) == ["region", "people", "voices"]
    documents.create(room, AMUND, title="Analyse", text="Kai.")
    assert done(app) == ["region", "people", "voices", "documents"]
    measure = measures.create(room, AMUND, title="Felles kai", text="Vi bygger.")
    assert done(app) == ["region", "people", "voices", "documents", "measures"]
    closes = clock() + timedelta(days=7)
    assert overview(app).next_step.address.endswith("/rounds/new")
    round_ = life.create(room, MARIT, (measure.id,), title="Første runde", closes=closes)
    assert done(app) == ["region", "people", "voices", "documents", "measures"]
    assert overview(app).next_step.address.endswith("/rounds/"), "where the draft is"
    life.open_round(room, MARIT, round_.id)
    assert overview(app).steps == ()  # all is done
    assert not overview(app).steps_are_hidden


def test_the_next_step_stands_out_and_has_its_action(room: Workspace, as_person: As) -> None:
    page = as_person(ADMIN).get(f"/r/{REGION}/").text
    assert "Inviter fra de andre kommunene" in page
    assert "1 av 2 kommuner har noen som er med eller invitert" in page
    assert f'href="/r/{REGION}/members#inviter"' in page and f'href="/r/{REGION}/members#hvem-svarer"' in page
    assert page.count('aria-current="step"') == 1
    assert f'href="/r/{REGION}/members"' in page
    assert "Ingen tiltak ennå" in page
    documents.create(room, AMUND, title="Analyse", text="Kai.")
    page = as_person(ADMIN).get(f"/r/{REGION}/").text
    assert "Skarfjordregionen er i gang" in page
    assert "Ingen tiltak ennå" not in page
    assert "Nytt i rommet" in page


def test_staff_get_what_they_may_do(room: Workspace, app: Flask, as_person: As) -> None:
    steps = {step.key: step.action for step in overview(app, AMUND).steps}
    assert [key for key, action in steps.items() if action] == ["documents", "measures"]
    page = as_person(AMUND).get(f"/r/{REGION}/").text
    assert "Inviter én fra hver kommune" in page
    assert "Skjul den nå" not in page


@pytest.mark.parametrize("who", [KARI, ROLF])
def test_those_who_take_part_are_told_what_to_expect(room: Workspace, as_person: As, who: Actor) -> None:
    page = as_person(who).get(f"/r/{REGION}/").text
    assert "Dette kan du vente deg" in page
    assert "Kom i gang" not in page
    assert "Velg hva du vil ha varsel om" in page
    assert ("Skriv om en mulighet" in page) == (who is KARI)
    documents.create(room, AMUND, title="Analyse", text="Kai.")
    assert "Dette kan du vente deg" not in as_person(who).get(f"/r/{REGION}/").text


def test_hiding_and_showing_again(room: Workspace, as_person: As) -> None:
    marit = as_person(MARIT)
    for hidden, shown in (("1", False), ("0", True)):
        answer = marit.post(f"/r/{REGION}/first-steps", data={"csrf_token": csrf_of(marit), "hidden": hidden})
        assert answer.headers["Location"] == f"/r/{REGION}/"
        for who in (MARIT, ADMIN, AMUND):
            assert ("Inviter én fra hver kommune" in as_person(who).get(f"/r/{REGION}/").text) == shown
        assert ("Vis «Kom i gang»" in marit.get(f"/r/{REGION}/").text) != shown
    said = [event.payload["hidden"] for event in room.house.view().events() if event.action == "regions.steps_hidden"]
    assert said == [True, False]
    for who in (AMUND, KARI, ROLF):
        with pytest.raises(Forbidden):
            service.hide_first_steps(room, who, True)


def test_an_invented_region_is_shown_where_one_may_step_into_it(room: Workspace, as_person: As) -> None:
    words = "Vil du se hvordan det blir?"
    service.create_region(room, operator(), "oppdiktet", "Oppdiktet", {"9001": "Havnsund"}, demo=True)
    assert words not in as_person(MARIT).get(f"/r/{REGION}/").text
    app = create_app(replace(room, config=replace(room.config, demo=True)))
    page = sign_in(app.test_client(), MARIT).get(f"/r/{REGION}/").text
    assert words in page
    assert 'href="/step-in"' in page
