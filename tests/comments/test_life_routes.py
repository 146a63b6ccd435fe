"""The life of a comment over HTTP: by plain form and by htmx, what is shown to whom, and what goes wrong."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.conftest import ADMIN, AMUND, BJORN, KARI, MARIT, REGION, ROLF, Clock, csrf_of
from workspace.access import Actor, Audience
from workspace.comments import life, service, writing
from workspace.comments.model import NOT_TAKEN_IN, TAKEN_IN, Behalf, Comment, Thread
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.errors import Invalid
from workspace.measures import service as measures
from workspace.parts import Workspace
from workspace.transfer import readable

As = Callable[[Actor], FlaskClient]
TEXT = "Stemmer kanarifuglen?"


@pytest.fixture
def document(workspace: Workspace, app: object) -> Document:
    return documents.create(workspace, AMUND, title="Utkast", text="Ni kommuner.\n\nEtt arbeidsmarked.")


@pytest.fixture
def thread(workspace: Workspace, document: Document) -> Thread:
    return service.open_thread(workspace, KARI, document.id, 2, TEXT)


def post(client: FlaskClient, path: str, htmx: bool = False, **fields: object):
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(f"/r/{REGION}{path}", data={"csrf_token": csrf_of(client), **fields}, headers=headers)


def read(client: FlaskClient, document: Document) -> str:
    return client.get(f"/r/{REGION}/documents/{document.id}").text


def stored(workspace: Workspace, thread: Thread) -> Thread:
    found = workspace.region(REGION).view().get(Thread, thread.id)
    assert found is not None
    return found


def first(workspace: Workspace, thread: Thread) -> Comment:
    found = workspace.region(REGION).view().get(Comment, f"{thread.id}-1")
    assert found is not None
    return found


# -- Threads --


def test_a_kind_is_chosen_in_the_form_and_shown_as_a_mark(
    workspace: Workspace, as_person: As, document: Document
) -> None:
    client = as_person(KARI)
    form = client.get(f"/r/{REGION}/documents/{document.id}?comment=2").text
    assert re.findall(r'name="kind" value="(\w*)"', form) == [
        "", "question", "suggestion", "objection", "support", "knowledge",
    ]  # fmt: skip
    post(client, f"/documents/{document.id}/threads", block=2, text="Hvem betaler?", kind="question")
    assert re.search(r'<span class="ds-tag"[^>]*>Spørsmål</span>', read(as_person(ROLF), document))
    [thread] = workspace.region(REGION).view().find(Thread)
    assert "Kunnskap</span>" in post(client, f"/threads/{thread.id}/kind", htmx=True, kind="knowledge").text
    refused = post(client, f"/threads/{thread.id}/kind", kind="innsigelse")
    assert refused.status_code == 422 and "Velg en av typene" in refused.text
    assert post(as_person(BJORN), f"/threads/{thread.id}/kind", kind="support").status_code == 403


@pytest.mark.parametrize("htmx", [False, True])
def test_what_is_not_taken_in_needs_its_reason_and_all_see_it(
    workspace: Workspace, as_person: As, document: Document, thread: Thread, htmx: bool
) -> None:
    client, path = as_person(AMUND), f"/threads/{thread.id}/settlement"
    refused = post(client, path, htmx=htmx, outcome=NOT_TAKEN_IN, reason=" ", led_to="1")
    assert refused.status_code == 422 and ("<html" in refused.text) is not htmx
    assert "Skriv hvorfor innspillet ikke er tatt inn." in refused.text
    assert re.search(r'value="not_taken_in" required checked', refused.text)
    assert re.search(r'<details id="settle-\w+" open><summary>Tatt inn eller ikke\?', refused.text)
    answer = post(client, path, htmx=htmx, outcome=NOT_TAKEN_IN, reason="Tallet er **riktig**.", led_to="1")
    assert answer.status_code == (200 if htmx else 303)
    page = read(as_person(ROLF), document)
    assert "Tallet er <strong>riktig</strong>." in page and "<b>Ikke tatt inn</b>" in page
    assert stored(workspace, thread).led_to == 0
    assert post(client, path, outcome=TAKEN_IN).status_code == 409


def test_what_is_taken_in_leads_to_the_change(
    workspace: Workspace, as_person: As, document: Document, thread: Thread
) -> None:
    documents.save(workspace, AMUND, document.id, document.version, text="Ni kommuner.\n\nEtt felles arbeidsmarked.")
    assert post(as_person(AMUND), f"/threads/{thread.id}/settlement", outcome=TAKEN_IN).status_code == 303
    page = read(as_person(KARI), document)
    assert f'/documents/{document.id}/versions?from=1&amp;to=2">Se endringen i versjon 2' in page
    assert post(as_person(KARI), f"/threads/{thread.id}/reopening").status_code == 303
    page = read(as_person(KARI), document)
    assert "<b>Tatt inn</b>" not in page
    assert "Satt til tatt inn av Amund i dag" in page, "what it came to before is still told"
    assert "Åpnet igjen av Kari" in page


def test_a_reply_to_what_is_settled_may_open_it_again(
    workspace: Workspace, as_person: As, document: Document, thread: Thread
) -> None:
    life.settle(workspace, AMUND, thread.id, NOT_TAKEN_IN, "Nei.")
    assert "Svar og åpne igjen" in read(as_person(KARI), document)
    other = read(as_person(BJORN), document)
    assert "Svar og åpne igjen" not in other and f"/threads/{thread.id}/comments" in other
    assert post(as_person(BJORN), f"/threads/{thread.id}/comments", text="Jo", reopen="1").status_code == 403
    assert post(as_person(KARI), f"/threads/{thread.id}/comments", text="Jo", reopen="1").status_code == 303
    assert stored(workspace, thread).state == "open"


def test_marked_as_answered_by_staff_alone(
    workspace: Workspace, as_person: As, document: Document, thread: Thread
) -> None:
    assert "Marker som besvart" not in read(as_person(KARI), document)
    assert post(as_person(KARI), f"/threads/{thread.id}/answer").status_code == 403
    client, key = as_person(AMUND), workspace.new_id()
    assert "Marker som besvart" in read(client, document)
    assert [post(client, f"/threads/{thread.id}/answer", key=key).status_code for _time in range(2)] == [303, 303]
    page = read(as_person(ROLF), document)
    assert re.search(r'<span class="ds-tag" data-color="info">.*Besvart</span>', page)
    assert "Besvart av Amund" in page


# -- Editing (torture case 51) --


def test_a_save_carries_its_version(workspace: Workspace, as_person: As, document: Document, thread: Thread) -> None:
    client, comment = as_person(KARI), first(workspace, thread)
    form = client.get(f"/r/{REGION}/comments/{comment.id}/edit").text
    assert f'name="version" value="{comment.version}"' in form and TEXT in form
    path = f"/comments/{comment.id}/text"
    assert post(client, path, text="Uten versjon").status_code == 428
    assert post(client, path, text="Rart", version="x").status_code == 400
    assert first(workspace, thread) == comment
    assert post(client, path, text="Stemmer tallet?", version=comment.version).status_code == 303
    page = read(as_person(ROLF), document)
    assert "Redigert i dag" in page and "Stemmer tallet?" in page and TEXT not in page
    earlier = as_person(ROLF).get(f"/r/{REGION}/comments/{comment.id}/texts").text
    assert TEXT in earlier and "Stemmer tallet?" in earlier


@pytest.mark.parametrize("htmx", [False, True])
def test_a_stale_save_shows_both_texts(workspace: Workspace, as_person: As, thread: Thread, htmx: bool) -> None:
    client, comment = as_person(KARI), first(workspace, thread)
    kept = writing.edit(workspace, KARI, comment.id, comment.version, "Fra telefonen")
    path = f"/comments/{comment.id}/text"
    stale = post(client, path, htmx=htmx, text="Fra datamaskinen", version=comment.version)
    assert stale.status_code == 409 and ("<html" in stale.text) is not htmx
    assert "Fra telefonen" in stale.text and "Fra datamaskinen" in stale.text
    assert f'name="version" value="{kept.version}"' in stale.text
    assert stale.headers["HX-Retarget"] == f"#comment-{comment.id}"
    again = post(client, path, htmx=htmx, text="Fra datamaskinen", version=kept.version)
    assert again.status_code == (200 if htmx else 303)
    assert first(workspace, thread).text == "Fra datamaskinen"


@pytest.mark.parametrize("text", ["", " \u200d\n", "x" * 20_001])
def test_what_can_not_be_saved_comes_back(workspace: Workspace, as_person: As, thread: Thread, text: str) -> None:
    comment, key = first(workspace, thread), workspace.new_id()
    refused = post(
        as_person(KARI), f"/comments/{comment.id}/text", text=text, version=comment.version, key=key, htmx=True
    )
    assert refused.status_code == 422 and text.strip() in refused.text and key in refused.text
    assert first(workspace, thread) == comment


def test_only_one_s_own_is_offered_to_be_changed(
    workspace: Workspace, as_person: As, document: Document, thread: Thread
) -> None:
    comment = first(workspace, thread)
    address = f"/comments/{comment.id}/edit"
    assert address in read(as_person(KARI), document)
    for who in (BJORN, AMUND, MARIT, ROLF):
        assert address not in read(as_person(who), document)
        assert as_person(who).get(f"/r/{REGION}{address}").status_code == 403
        assert post(as_person(who), f"/comments/{comment.id}/text", text="x", version=1).status_code == 403
        assert post(as_person(who), f"/comments/{comment.id}/withdrawal").status_code == 403


def test_a_comment_on_working_material_is_not_there_for_participants(workspace: Workspace, as_person: As) -> None:
    secret = documents.create(workspace, AMUND, title="Intervju", text="Internt.", audience=Audience.STAFF)
    thread = service.open_thread(workspace, AMUND, secret.id, 1, "Bare for oss")
    client = as_person(KARI)
    for path in ("", "/texts", "/edit"):
        assert client.get(f"/r/{REGION}/comments/{thread.id}-1{path}").status_code == 404
    assert post(client, f"/comments/{thread.id}-1/withdrawal").status_code == 404


def test_a_comment_has_an_address_of_its_own(as_person: As, document: Document, thread: Thread) -> None:
    client = as_person(BJORN)
    answer = client.get(f"/r/{REGION}/comments/{thread.id}-1")
    assert answer.status_code == 303 and answer.location.endswith(
        f"/documents/{document.id}?thread={thread.id}#thread-{thread.id}"
    )
    alone = client.get(f"/r/{REGION}/comments/{thread.id}-1", headers={"HX-Request": "true"}).text
    assert TEXT in alone and "<html" not in alone


# -- Withdrawing and taking away --


def test_a_withdrawn_comment_leaves_a_trace_for_all(
    workspace: Workspace, as_person: As, document: Document, thread: Thread
) -> None:
    comment = first(workspace, thread)
    service.reply(workspace, BJORN, thread.id, "Godt spørsmål.")
    answer = post(as_person(KARI), f"/comments/{comment.id}/withdrawal", htmx=True)
    assert "Kommentaren er trukket." in answer.text and TEXT not in answer.text
    for who in (KARI, BJORN, ROLF, MARIT, ADMIN):
        page = read(as_person(who), document)
        assert "Kommentaren er trukket." in page and TEXT not in page and "Godt spørsmål." in page
    assert as_person(KARI).get(f"/r/{REGION}/comments/{comment.id}/texts").status_code == 404
    assert as_person(KARI).get(f"/r/{REGION}/comments/{comment.id}/edit").status_code == 409
    assert TEXT not in as_person(ROLF).get(f"/r/{REGION}/").text


def test_what_is_taken_away_is_read_by_those_who_lead_alone(
    workspace: Workspace, as_person: As, document: Document, thread: Thread
) -> None:
    comment, path = first(workspace, thread), f"/comments/{thread.id}-1/removal"
    assert path in read(as_person(MARIT), document) and path not in read(as_person(AMUND), document)
    assert TEXT in as_person(MARIT).get(f"/r/{REGION}{path}").text
    refused = post(as_person(MARIT), path, reason=" ", htmx=True)
    assert refused.status_code == 422 and "Skriv hvorfor kommentaren fjernes." in refused.text
    assert post(as_person(AMUND), path, reason="Nei").status_code == 403
    assert post(as_person(MARIT), path, reason="Navn på en informant.").status_code == 303
    for who, reads in ((KARI, False), (BJORN, False), (ROLF, False), (AMUND, False), (MARIT, True), (ADMIN, True)):
        client = as_person(who)
        page = read(client, document)
        assert "Fjernet av prosesslederen: Navn på en informant." in page
        assert (TEXT in page) is reads, who.name
        assert (f"/comments/{comment.id}/restoration" in page) is reads
        assert client.get(f"/r/{REGION}/comments/{comment.id}/texts").status_code == 404
        alone = client.get(f"/r/{REGION}/comments/{comment.id}", headers={"HX-Request": "true"}).text
        assert (TEXT in alone) is reads
        assert TEXT not in client.get(f"/r/{REGION}/").text
        assert TEXT not in client.get(f"/r/{REGION}/search?q=kanarifuglen").text
    assert post(as_person(KARI), f"/comments/{comment.id}/restoration").status_code == 403
    assert post(as_person(MARIT), f"/comments/{comment.id}/restoration").status_code == 303
    assert TEXT in read(as_person(BJORN), document)


def test_what_is_gone_is_not_in_the_text_of_an_export(workspace: Workspace, document: Document, thread: Thread) -> None:
    def exported() -> str:
        view = workspace.region(REGION).view()
        talks = [(stored(workspace, thread), view.find(Comment, {"thread": thread.id}, order="at"))]
        return readable.document(document, talks, {}, "").decode()

    assert TEXT in exported()
    writing.remove(workspace, MARIT, f"{thread.id}-1", "Feil sted.")
    assert TEXT not in exported() and "fjernet av prosesslederen: Feil sted." in exported()
    writing.restore(workspace, MARIT, f"{thread.id}-1")
    writing.withdraw(workspace, KARI, f"{thread.id}-1")
    assert TEXT not in exported() and "kommentaren er trukket" in exported()


# -- For somebody else --


@pytest.mark.parametrize("htmx", [False, True])
def test_a_comment_from_a_meeting_says_who_entered_it_and_where_it_was_said(
    workspace: Workspace, as_person: As, document: Document, thread: Thread, htmx: bool
) -> None:
    said = {"party": "Havnsund", "speaker": "Ordføreren", "source": "Fra folkemøtet i Brattfjell 3. nov."}
    client = as_person(AMUND)
    assert "Fra et møte eller et brev" in read(client, document)
    assert "Fra et møte eller et brev" not in read(as_person(KARI), document)
    for path, fields in ((f"/documents/{document.id}/threads", {"block": 1}), (f"/threads/{thread.id}/comments", {})):
        refused = post(client, path, htmx=htmx, text="Vi vil ha kai.", **fields, **said | {"source": ""})
        assert refused.status_code == 422 and "Skriv hvor kommentaren kommer fra" in refused.text
        assert "Vi vil ha kai." in refused.text and 'value="Ordføreren"' in refused.text
        answer = post(client, path, htmx=htmx, text="Vi vil ha kai.", **fields, **said)
        assert answer.status_code == (200 if htmx else 303)
        assert post(as_person(KARI), path, text="Vi vil ha kai.", **fields, **said).status_code == 403
    page = read(as_person(ROLF), document)
    assert page.count("Ført inn av Amund. Kilde: Fra folkemøtet i Brattfjell 3. nov.") == 2
    assert page.count("<bdi>Ordføreren</bdi>") == 2 and page.count("<bdi>Havnsund</bdi>") >= 2


def test_names_and_reasons_are_text_and_nothing_else(
    workspace: Workspace, as_person: As, document: Document, thread: Thread
) -> None:
    evil = "<script>alert(1)</script>"
    service.reply(workspace, AMUND, thread.id, "Hei", behalf=Behalf(evil, evil, evil))
    life.settle(workspace, AMUND, thread.id, NOT_TAKEN_IN, evil)
    writing.remove(workspace, MARIT, f"{thread.id}-1", evil)
    for who in (ROLF, AMUND, MARIT):
        page = read(as_person(who), document)
        assert evil not in page and "&lt;script&gt;" in page


def test_a_line_break_in_a_source_is_a_space(workspace: Workspace, thread: Thread) -> None:
    reply = service.reply(workspace, AMUND, thread.id, "Hei", behalf=Behalf("A\r\nB", "", "C\nBcc: x@example.no"))
    assert (reply.name, reply.source) == ("A B", "C Bcc: x@example.no")
    with pytest.raises(Invalid):
        service.reply(workspace, AMUND, thread.id, "Hei", behalf=Behalf("\r\n", "", "\u202e"))


def test_a_page_made_for_one_is_not_shown_to_another_after_an_act(
    workspace: Workspace, as_person: As, document: Document, thread: Thread, clock: Clock
) -> None:
    """Comments are kept by what they are made of: whose they are, who may change them, and the day."""
    kari, bjorn, marit = as_person(KARI), as_person(BJORN), as_person(MARIT)
    for _time in range(2):
        assert "<b>Du</b>" in read(kari, document) and "<b>Du</b>" not in read(bjorn, document)
        assert "Fjern<" in read(marit, document) and "Fjern<" not in read(bjorn, document)
    clock.forward(days=1)
    assert "i går" in read(as_person(BJORN), document)


@pytest.mark.parametrize("htmx", [False, True])
def test_what_is_said_of_a_measure_has_the_same_life(
    workspace: Workspace, as_person: As, app: object, htmx: bool
) -> None:
    measure = measures.create(workspace, MARIT, title="Kai", text="Vi bygger kai.\n\nVi bygger vei.")
    thread = service.open_about(workspace, KARI, f"measure:{measure.id}", 1, TEXT, kind="question")
    client, path = as_person(AMUND), f"/threads/{thread.id}/settlement"
    refused = post(client, path, htmx=htmx, outcome=NOT_TAKEN_IN, reason="")
    assert refused.status_code == 422 and "Skriv hvorfor innspillet ikke er tatt inn." in refused.text
    assert post(client, path, htmx=htmx, outcome=TAKEN_IN).status_code == (200 if htmx else 303)
    settled = stored(workspace, thread)
    assert (settled.state, settled.led_to) == (TAKEN_IN, 1)
    [event] = [event for event in workspace.region(REGION).view().events() if event.action == "threads.settled"]
    assert event.payload is not None and event.payload["about"] == f"measure:{measure.id}"
    page = as_person(ROLF).get(f"/r/{REGION}/measures/{measure.id}").text
    assert "<b>Tatt inn</b>" in page and "versjon 1" in page
    assert post(as_person(KARI), f"/comments/{thread.id}-1/withdrawal", htmx=htmx).status_code == (200 if htmx else 303)
    assert TEXT not in as_person(MARIT).get(f"/r/{REGION}/measures/{measure.id}").text


def test_an_answered_thread_on_a_measure_is_a_line_until_it_is_asked_for(workspace: Workspace, as_person: As) -> None:
    measure = measures.create(workspace, MARIT, title="Kai", text="Vi bygger kai.")
    thread = service.open_about(workspace, KARI, f"measure:{measure.id}", 1, TEXT, kind="question")
    page = f"/r/{REGION}/measures/{measure.id}"

    def is_open(address: str) -> bool:
        part = as_person(KARI).get(address).text.split(f'id="thread-{thread.id}"')[1]
        return " open>" in part[: part.index("<summary")]

    assert is_open(page)
    service.reply(workspace, AMUND, thread.id, "Det står i analysen.")
    assert not is_open(page) and is_open(f"{page}?thread={thread.id}")
