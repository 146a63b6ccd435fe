"""A name that looks like somebody else's is allowed, and told to whoever lets people in (torture list 9)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.conftest import ADMIN, KARI, MARIT, REGION, ROLF, START, sign_in
from workspace.access import Action, Actor, Role, can
from workspace.parts import Workspace
from workspace.regions import lookalikes, service
from workspace.regions.model import Membership

As = Callable[[Actor], FlaskClient]
MARIT_IN_CYRILLIC_M = "Мarit"


def member(id: str, name: str) -> Membership:
    return Membership(id=id, name=name, email=f"{id}@example.no", role=Role.PARTICIPANT, since=START)


@pytest.mark.parametrize(
    "name",
    [MARIT_IN_CYRILLIC_M, "Kаri Nordmann", "Ole Ηansen", "Αdmin", "Jоn-Arve", "Åsе"],
)
def test_a_word_of_two_alphabets_is_seen(name: str) -> None:
    assert lookalikes.mixes_alphabets(name)


@pytest.mark.parametrize(
    "name",
    [
        "Marit Aune",
        "Åse Sjøvær",
        "Áile Sárá",
        "Jørn-Ærlig O’Hara",
        "Наталья Иванова",
        "Anna Иванова",
        "Ελένη",
        "李 Li",
        "T1 –",
    ],
)
def test_a_name_in_its_own_alphabet_is_no_wonder(name: str) -> None:
    assert not lookalikes.mixes_alphabets(name)


@pytest.mark.parametrize("other", [MARIT_IN_CYRILLIC_M, "marit", "Mar\u200bit", "Маrіt", "Μarıt", "Ｍarit"])
def test_names_that_look_the_same_are_found_both_ways(other: str) -> None:
    marit, false = member("a", "Marit"), member("b", other)
    found = lookalikes.among([marit, false, member("c", "Berit")])
    assert [(one.member.id, [who.id for who in one.others]) for one in found] == [("a", ["b"]), ("b", ["a"])]


def test_ordinary_names_are_passed_over() -> None:
    names = ("Anne", "Anna", "Åse", "Ase", "Jon", "Jøn", "Ole Hansen", "Ole Jansen", "André", "Andre")
    assert lookalikes.among([member(str(n), name) for n, name in enumerate(names)]) == ()


def test_the_name_of_the_administrator_is_allowed_and_gives_nothing(
    workspace: Workspace, as_person: As, client: FlaskClient
) -> None:
    from workspace.accounts import service as accounts

    false = accounts.add_person(workspace, "Аdmin (administrator)", "falsk@example.no")
    service.add_member(workspace, MARIT, false, Role.PARTICIPANT, municipality="9001")
    seen = sign_in(client, Actor(person=false.id)).get(f"/r/{REGION}/").text
    assert "Deltaker, Havnsund" in seen
    assert "Administrator, Havnsund" not in seen
    assert client.get(f"/r/{REGION}/members").status_code == 403
    actor = service.actor_in(workspace, false, REGION)
    assert not can(actor, Action.MANAGE_MEMBERS)


def test_whoever_lets_people_in_is_told_and_nobody_else(workspace: Workspace, as_person: As) -> None:
    from workspace.accounts import service as accounts

    heading = "Navn som kan forveksles"
    assert heading not in as_person(MARIT).get(f"/r/{REGION}/").text
    same = accounts.add_person(workspace, "Marit", "same@example.no")
    service.add_member(workspace, MARIT, same, Role.READER)
    assert heading not in as_person(MARIT).get(f"/r/{REGION}/").text  # two may have the same name
    false = accounts.add_person(workspace, MARIT_IN_CYRILLIC_M, "falsk@example.no")
    service.add_member(workspace, MARIT, false, Role.PARTICIPANT, municipality="9001")
    for who in (MARIT, ADMIN):
        page = as_person(who).get(f"/r/{REGION}/").text
        assert heading in page
        assert "falsk@example.no, deltaker): navnet blander bokstaver fra flere alfabeter." in page
    for who in (KARI, ROLF):
        assert heading not in as_person(who).get(f"/r/{REGION}/").text
