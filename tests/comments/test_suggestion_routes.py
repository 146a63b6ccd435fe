"""Suggesting a change in the browser: the form, one click, a refusal that keeps what was typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.conftest import KARI, MARIT, REGION, csrf_of
from workspace.access import Actor
from workspace.comments import suggesting
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.parts import Workspace

TEXT = "# Plan\n\nVi bygger en felles kai i Skarsund.\n\nHavnøy betaler halvparten.\n"


As = Callable[[Actor], FlaskClient]


def post(client: FlaskClient, path: str, **fields: object):
    return client.post(path, data={"csrf_token": csrf_of(client), **fields})


@pytest.fixture
def document(workspace: Workspace, app: object) -> Document:
    return documents.create(workspace, MARIT, title="Plan", text=TEXT, kind="plan")


def suggested(workspace: Workspace, document: Document) -> str:
    source = suggesting.paragraph(document, 2)
    assert source is not None
    return suggesting.make(workspace, KARI, document.id, 2, source.text, "Vi bygger to kaier.", "Fordi.").id


def base(document: Document) -> str:
    return f"/r/{REGION}/documents/{document.id}"


def test_the_page_offers_it_under_each_paragraph(as_person: As, document: Document) -> None:
    page = as_person(KARI).get(base(document)).text
    assert page.count("suggestions/new?block=") == 4, "two paragraphs, with a link and what htmx asks for"
    form = as_person(KARI).get(base(document) + "/suggestions/new?block=2").text
    assert "Vi bygger en felles kai i Skarsund." in form and "<html" in form
    assert as_person(KARI).get(base(document) + "/suggestions/new?block=9").status_code == 404


def test_a_paragraph_without_a_source_of_its_own_is_commented_on(as_person: As, workspace: Workspace) -> None:
    text = "Først.\n\nSe [kilden][1].\n\nSå.\n\nRett over.\n> Et sitat.\n\nSist.\n\n[1]: https://eksempel.no"
    made = documents.create(workspace, MARIT, title="Notat", text=text, kind="note")
    client = as_person(KARI)
    page = client.get(base(made)).text
    offered = [number for number in range(1, 7) if f"suggestions/new?block={number}" in page]
    assert offered == [1, 2, 3, 6], "two stand in one piece of source"
    assert [page.count(f"?comment={number}#new") for number in range(1, 7)] == [1] * 6
    answer = client.get(base(made) + "/suggestions/new?block=2")
    assert (answer.status_code, answer.location) == (303, f"{base(made)}?comment=2#new")
    swapped = client.get(base(made) + "/suggestions/new?block=2", headers={"HX-Request": "true"}).text
    assert "Legg inn kommentaren" in swapped and 'name="block" value="2"' in swapped


def test_it_is_sent_and_stands_in_its_thread(as_person: As, document: Document, workspace: Workspace) -> None:
    fields = {"block": "2", "old": "Vi bygger en felles kai i Skarsund.", "new": "Vi bygger to kaier.", "why": ""}
    sent = post(as_person(KARI), base(document) + "/suggestions", **fields)
    assert sent.status_code == 303
    page = as_person(KARI).get(sent.headers["Location"]).text
    assert "Foreslått endring" in page and "<ins>" in page and "Trekk forslaget" in page
    assert "Ta inn i teksten" not in page


def test_what_was_typed_survives_a_refusal(as_person: As, document: Document) -> None:
    fields = {"block": "2", "old": "Noe annet sto her.", "new": "Mine nye ord", "why": "Min grunn"}
    refused = post(as_person(KARI), base(document) + "/suggestions", **fields)
    assert refused.status_code == 422
    assert "Mine nye ord" in refused.text and "Min grunn" in refused.text and "felles kai" in refused.text


def test_staff_take_it_in_from_the_list(as_person: As, document: Document, workspace: Workspace) -> None:
    thread = suggested(workspace, document)
    listed = as_person(MARIT).get(base(document) + "/suggestions").text
    assert "Ta inn i teksten" in listed and "Ett forslag venter." in listed
    taken = post(as_person(MARIT), f"/r/{REGION}/threads/{thread}/suggestion/incorporation", **{"from": "list"})
    assert taken.status_code == 303 and f"thread={thread}" in taken.headers["Location"], "no more wait"
    page = as_person(MARIT).get(taken.headers["Location"]).text
    assert "Vi bygger to kaier." in page and "Tatt inn i versjon 2" in page
    versions = as_person(MARIT).get(base(document) + "/versions").text
    assert "Tatt inn forslag fra Kari" in versions


def test_a_clash_gives_both_texts_and_a_form(as_person: As, document: Document, workspace: Workspace) -> None:
    thread = suggested(workspace, document)
    changed = TEXT.replace("en felles kai i Skarsund", "ingenting")
    documents.save(workspace, MARIT, document.id, document.version, text=changed)
    clash = post(as_person(MARIT), f"/r/{REGION}/threads/{thread}/suggestion/incorporation")
    assert clash.status_code == 409 and "ingenting" in clash.text and "to kaier" in clash.text
    seen = documents.get(workspace, MARIT, document.id).version
    by_hand = {"text": "Ny tekst.", "version": str(seen)}
    assert (
        post(as_person(MARIT), f"/r/{REGION}/threads/{thread}/suggestion/incorporation", **by_hand).status_code == 303
    )
    assert documents.get(workspace, MARIT, document.id).text == "Ny tekst."


def test_a_stale_text_written_by_hand_is_kept(as_person: As, document: Document, workspace: Workspace) -> None:
    thread = suggested(workspace, document)
    by_hand = {"text": "Det jeg skrev for hånd.", "version": str(document.version + 5)}
    stale = post(as_person(MARIT), f"/r/{REGION}/threads/{thread}/suggestion/incorporation", **by_hand)
    assert stale.status_code == 409 and "Det jeg skrev for hånd." in stale.text


def test_declining_without_a_reason_says_so(as_person: As, document: Document, workspace: Workspace) -> None:
    thread = suggested(workspace, document)
    refused = post(as_person(MARIT), f"/r/{REGION}/threads/{thread}/suggestion/refusal", reason=" ")
    assert refused.status_code == 422 and "Skriv hvorfor" in refused.text
    reason = {"reason": "Ikke penger til to."}
    assert post(as_person(MARIT), f"/r/{REGION}/threads/{thread}/suggestion/refusal", **reason).status_code == 303
    assert "Ikke penger til to." in as_person(MARIT).get(f"{base(document)}?thread={thread}").text


def test_a_file_offers_no_suggestions(as_person: As, workspace: Workspace) -> None:
    from workspace.access import operator
    from workspace.files import service as files

    files.take(workspace, operator(REGION), "notat.txt", b"Et notat om kaien.", kind="note")
    document = workspace.region(REGION).view().first(Document)
    assert document is not None
    assert "suggestions/new" not in as_person(KARI).get(base(document)).text
    assert as_person(KARI).get(base(document) + "/suggestions/new?block=1").status_code == 404
