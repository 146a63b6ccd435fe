"""The inbox over HTTP: the bell, the tabs, the way from a notice to its thread, and following without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.conftest import AMUND, BJORN, KARI, MARIT, REGION, ROLF, VERA, csrf_of
from workspace.access import Actor, Audience
from workspace.comments import service as comments
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.measures import service as measures
from workspace.notices import inbox, telling
from workspace.notices.model import Follow, Preference
from workspace.parts import Workspace

As = Callable[[Actor], FlaskClient]
HOME = f"/r/{REGION}"


@pytest.fixture
def document(workspace: Workspace, as_person: As) -> Document:
    made = documents.create(
        workspace, AMUND, title="Kai og kraft", kind="analysis", text="Kaien.", value_chain="Sjømat"
    )
    telling.follow(workspace, REGION)
    return made


def post(client: FlaskClient, path: str, htmx: bool = False, **fields: object) -> object:
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(f"{HOME}/notices/{path}", data={"csrf_token": csrf_of(client), **fields}, headers=headers)


def test_the_bell_leads_to_the_inbox_and_the_inbox_to_the_thread(
    workspace: Workspace, as_person: As, document: Document
) -> None:
    thread = comments.open_thread(workspace, KARI, document.id, 1, "Hva sier @Bjorn?")
    telling.follow(workspace, REGION)
    client = as_person(BJORN)
    assert '<span class="ds-sr-only">, ett ulest</span>' in client.get(f"{HOME}/documents/").text
    page = client.get(f"{HOME}/notices/").text
    assert "Ett er ulest." in page and "Hva sier @Bjorn?" in page
    [address] = set(re.findall(rf'Kari nevnte deg i <a href="({HOME}/notices/\d+)"', page))
    answer = client.get(address)
    assert (answer.status_code, answer.location) == (303, f"{HOME}/threads/{thread.id}")
    assert inbox.unread(workspace, BJORN) == 0
    assert "ulest</span>" not in client.get(f"{HOME}/documents/").text
    assert as_person(KARI).get(address).status_code == 404
    assert as_person(VERA).get(address).status_code == 404
    assert client.get(f"{HOME}/notices/x1").status_code == client.get(f"{HOME}/notices/²").status_code == 404


def test_whoever_is_mentioned_stands_in_bold(workspace: Workspace, as_person: As, document: Document) -> None:
    said = "Hva sier @Bjorn, `@Kari` og [@Amund](https://eksempel.no)? <b>@Marit</b> & @ingen"
    comments.open_thread(workspace, KARI, document.id, 1, said)
    page = as_person(BJORN).get(f"{HOME}/documents/{document.id}").text
    assert re.findall(r"<b>(@[^<]*)</b>", page) == ["@Bjorn", "@Marit"]
    assert "<code>@Kari</code>" in page and "&amp; @ingen" in page


def test_the_tabs(workspace: Workspace, as_person: As, document: Document) -> None:
    comments.open_thread(workspace, KARI, document.id, 1, "Hva sier @Amund?")
    comments.open_thread(workspace, KARI, document.id, 1, "Enig.")
    telling.follow(workspace, REGION)
    client = as_person(AMUND)
    mentioned = client.get(f"{HOME}/notices/?show=mentioned").text
    assert "nevnte deg" in mentioned and "kommenterte" not in mentioned
    assert "Ingenting her" in client.get(f"{HOME}/notices/?show=deadlines").text
    for odd in ("?show=x", "?page=0", "?page=99", "?show=&page=a"):
        assert "kommenterte" in client.get(f"{HOME}/notices/{odd}").text
    assert "Ingen varsler ennå" in as_person(ROLF).get(f"{HOME}/notices/").text


def test_marking_as_read(workspace: Workspace, as_person: As, document: Document) -> None:
    for number in range(3):
        comments.open_thread(workspace, KARI, document.id, 1, f"Nr. {number}")
    telling.follow(workspace, REGION)
    client = as_person(AMUND)
    page = client.get(f"{HOME}/notices/?show=unread").text
    seqs = re.findall(r'name="notice" value="(\d+)"', page)
    [to] = re.findall(r'name="to" value="(\d+)"', page)
    answer = post(client, "read?show=unread", notice=seqs[:1])
    assert answer.location == f"{HOME}/notices/?show=unread"
    assert inbox.unread(workspace, AMUND) == 2
    assert post(client, "read", notice=["x"]).status_code == 400
    comments.open_thread(workspace, KARI, document.id, 1, "Kom etterpå.")
    telling.follow(workspace, REGION)
    assert post(client, "all-read", to=to).status_code == 303
    assert inbox.unread(workspace, AMUND) == 1
    assert "Kom etterpå." in client.get(f"{HOME}/notices/?show=unread").text


def test_how_one_wants_mail(workspace: Workspace, as_person: As, document: Document) -> None:
    client = as_person(KARI)
    answer = post(client, "preference", often="weekly", wanted=["mentioned", "rest"])
    assert answer.status_code == 303
    kept = workspace.region(REGION).view().get(Preference, "kari")
    assert (kept.often, kept.wanted) == ("weekly", ("mentioned", "rest"))
    assert "Lagret." in client.get(answer.location).text
    refused = post(client, "preference", often="hourly", wanted=["mentioned"])
    assert refused.status_code == 422
    assert "Velg hvor ofte" in refused.text
    assert workspace.region(REGION).view().get(Preference, "kari") == kept


def test_following_a_document_a_measure_and_a_theme(workspace: Workspace, as_person: As, document: Document) -> None:
    client, about = as_person(BJORN), f"document:{document.id}"
    measure = measures.create(workspace, AMUND, title="Felles kai", text="Vi bygger.")
    for path, name in ((f"documents/{document.id}", about), (f"measures/{measure.id}", f"measure:{measure.id}")):
        assert (
            f'name="about" value="{name}"><input type="hidden" name="on" value="1">'
            in client.get(f"{HOME}/{path}").text
        )
        answer = post(client, "follow", about=name, on="1")
        assert (answer.status_code, answer.location) == (303, f"{HOME}/{path}")
        assert (
            f'name="about" value="{name}"><input type="hidden" name="on" value="0">'
            in client.get(f"{HOME}/{path}").text
        )
    swapped = post(client, "follow", htmx=True, about=about, on="0").text
    assert swapped.lstrip().startswith("<form") and "Du følger ikke lenger." in swapped
    assert post(client, "follow", about="Sjømat", on="1", then="theme").status_code == 303
    page = client.get(f"{HOME}/notices/").text
    assert "Verdikjeden Sjømat" in page and "T-01 Felles kai" in page and 'id="theme"' not in page
    assert post(client, "follow", about="chain:Sjømat", on="0", then="inbox").location == f"{HOME}/notices/#followed"
    assert 'id="theme"' in client.get(f"{HOME}/notices/").text
    assert (
        client.get(f"{HOME}/documents/{document.id}").text
        != as_person(KARI).get(f"{HOME}/documents/{document.id}").text
    )


def test_following_a_thread_without_javascript(workspace: Workspace, as_person: As, document: Document) -> None:
    thread = comments.open_thread(workspace, KARI, document.id, 1, "Er det sant?")
    client, about = as_person(BJORN), f"thread:{thread.id}"
    assert f"notices/follow?about=thread:{thread.id}" in client.get(f"{HOME}/documents/{document.id}").text
    page = client.get(f"{HOME}/notices/follow?about={about}").text
    assert "Tråd i Kai og kraft" in page and "<html" in page
    fragment = client.get(f"{HOME}/notices/follow?about={about}", headers={"HX-Request": "true"}).text
    assert "<html" not in fragment and "Følg" in fragment
    answer = post(client, "follow", about=about, on="1")
    assert answer.location == f"{HOME}/threads/{thread.id}"
    assert workspace.region(REGION).view().get(Follow, f"bjorn:{about}").on


def test_what_is_for_staff_can_neither_be_followed_nor_found(workspace: Workspace, as_person: As) -> None:
    secret = documents.create(workspace, AMUND, title="Hemmelig", text="Intervju.", audience=Audience.STAFF)
    thread = comments.open_thread(workspace, AMUND, secret.id, 1, "@Kari")
    client = as_person(KARI)
    answers = set()
    for about in (f"document:{secret.id}", f"thread:{thread.id}", "document:none", "thread:none"):
        answers.add(
            (
                client.get(f"{HOME}/notices/follow?about={about}").status_code,
                post(client, "follow", about=about, on="1").status_code,
            )
        )
    assert answers == {(404, 404)}
    telling.follow(workspace, REGION)
    assert "Hemmelig" not in client.get(f"{HOME}/notices/").text
    assert as_person(MARIT).get(f"{HOME}/notices/follow?about=document:{secret.id}").status_code == 200


def test_the_same_form_sent_twice_follows_once(workspace: Workspace, as_person: As, document: Document) -> None:
    client, key = as_person(BJORN), workspace.new_id()
    for _time in range(2):
        assert post(client, "follow", about=f"document:{document.id}", on="1", key=key).status_code == 303
    assert workspace.region(REGION).view().get(Follow, f"bjorn:document:{document.id}").version == 1
