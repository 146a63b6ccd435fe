"""Å as one sign or as A with a ring: two spellings of the same, in names, tags, places and groups (torture list 8)."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.conftest import AMUND, MARIT, REGION, csrf_of
from workspace.access import Actor, operator
from workspace.accounts import service as accounts
from workspace.accounts.model import Person
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.files import importing, uploading
from workspace.files.uploading import Sent
from workspace.parts import Workspace
from workspace.regions import invitations, norway, service
from workspace.regions.model import Municipality
from workspace.search import service as search

As = Callable[[Actor], FlaskClient]

COMPOSED = unicodedata.normalize("NFC", "Ålesund")
DECOMPOSED = unicodedata.normalize("NFD", "Ålesund")
PASSWORD = "hest batteri stift kvern"


def post(client: FlaskClient, path: str, **fields: object) -> object:
    return client.post(path, data={"csrf_token": csrf_of(client), **fields})


def accepted(client: FlaskClient, marit: FlaskClient, email: str, name: str, **about: str) -> None:
    answer = post(marit, f"/r/{REGION}/invitations", addresses=email, role="participant", send="1", **about)
    address = re.search(r"/invitation/[\w-]+", answer.text).group(0)
    assert post(client, address, name=name, new_password=PASSWORD).status_code == 303


def test_the_two_are_not_the_same_bytes() -> None:
    assert COMPOSED != DECOMPOSED


def test_two_invitations_make_one_account(workspace: Workspace, app: object, as_person: As) -> None:
    marit = as_person(MARIT)
    accepted(app.test_client(), marit, f"{DECOMPOSED}@example.no", DECOMPOSED, organisation=DECOMPOSED, group="youth")
    again = post(marit, f"/r/{REGION}/invitations", addresses=f"{COMPOSED}@example.no", role="reader")
    assert "Med fra før" in again.text and invitations.waiting(workspace, MARIT) == []
    [kept] = workspace.house.view().find(Person, {"email": f"{COMPOSED.casefold()}@example.no"})
    assert kept.name == COMPOSED
    assert accounts.person_by_email(workspace, f"{DECOMPOSED}@EXAMPLE.no") == kept
    member = service.membership(workspace, MARIT, kept.id)
    assert (member.name, member.organisation) == (COMPOSED, COMPOSED)


@pytest.mark.parametrize("typed", [COMPOSED, DECOMPOSED])
def test_signing_in_with_either(workspace: Workspace, app: object, as_person: As, typed: str) -> None:
    accepted(app.test_client(), as_person(MARIT), f"{COMPOSED}@example.no", "Anne")
    client = app.test_client()
    assert post(client, "/sign-in", email=f"{typed}@example.no", password=PASSWORD).status_code == 303


@pytest.mark.parametrize(("chosen", "typed"), [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED)])
def test_a_password_with_such_a_letter(workspace: Workspace, chosen: str, typed: str) -> None:
    person = accounts.add_person(workspace, "Kari", "kari@example.no")
    accounts.choose_password(workspace, person.id, f"{chosen} batteri stift")
    assert accounts.sign_in(workspace, "kari@example.no", f"{typed} batteri stift", "192.0.2.1")


def test_two_invitations_to_one_address_are_one(workspace: Workspace, as_person: As) -> None:
    for spelled in (COMPOSED, DECOMPOSED):
        fields = {"addresses": f"{spelled}@example.no", "role": "participant", "send": "1"}
        post(as_person(MARIT), f"/r/{REGION}/invitations", **fields)
    assert [link.email for link in invitations.waiting(workspace, MARIT)] == [f"{COMPOSED.casefold()}@example.no"]


def test_tags_and_value_chains_are_one(workspace: Workspace, as_person: As) -> None:
    amund = as_person(AMUND)
    typed = {"title": "Notat", "text": "Kai.", "kind": "note", "tags": f"{DECOMPOSED}, {COMPOSED}"}
    assert post(amund, f"/r/{REGION}/documents/", **typed, value_chain=DECOMPOSED).status_code == 303
    [kept] = workspace.region(REGION).view().find(Document)
    assert (kept.tags, kept.value_chain) == ((COMPOSED,), COMPOSED)
    for spelled in (COMPOSED, DECOMPOSED):
        listed = amund.get(f"/r/{REGION}/documents/", query_string={"value_chain": spelled}).text
        assert "Ett dokument" in listed, spelled


def test_tags_of_an_import_are_one(workspace: Workspace, app: object, tmp_path: Path) -> None:
    row = {"id": "n1", "text": "Kai.", "tags": [DECOMPOSED, COMPOSED]}
    (tmp_path / "rader.jsonl").write_text(json.dumps(row), encoding="utf-8")
    [report] = importing.bring_in(workspace, AMUND, tmp_path / "rader.jsonl", "rader.jsonl", "note", "nb")
    assert report.outcome == "imported"
    [kept] = workspace.region(REGION).view().find(Document)
    assert kept.tags == (COMPOSED,)


def test_tags_typed_for_files_are_one(workspace: Workspace, app: object) -> None:
    typed = {"tags": f"{DECOMPOSED}, {COMPOSED}", "value_chain": DECOMPOSED}
    sent = [Sent("notat.txt", b"Kai.")]
    kept = uploading.receive(workspace, AMUND, sent, kind="note", checked=True, **typed)
    assert (kept.tags, kept.value_chain) == ((COMPOSED,), COMPOSED)


def test_what_is_written_one_way_is_found_the_other(workspace: Workspace, app: object) -> None:
    for number, spelled in enumerate((COMPOSED, DECOMPOSED)):
        documents.create(workspace, AMUND, title=f"Notat {number}", text=f"Havna i {spelled} er full.")
    for spelled in (COMPOSED, DECOMPOSED):
        assert search.search(workspace, AMUND, spelled).total == 2


def test_a_municipality_is_known_by_its_name_in_either(workspace: Workspace, app: object) -> None:
    assert norway.matching(DECOMPOSED) == norway.matching(COMPOSED) != []
    service.create_region(workspace, operator(), "more", "Møre", {"1508": ""})
    assert workspace.region("more").view().get(Municipality, "1508").name == COMPOSED
