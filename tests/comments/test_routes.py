"""Reading and commenting over HTTP: by plain form and by htmx, and what goes wrong."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.conftest import AMUND, BJORN, KARI, REGION, ROLF, VERA, csrf_of
from workspace.access import Actor, Audience
from workspace.comments.model import Comment, Thread
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.parts import Workspace

As = Callable[[Actor], FlaskClient]
TEXT = (
    "# Innledning\n\nNi kommuner, ett arbeidsmarked.\n\n"
    "Hver fjerde sysselsatt krysser en *kommunegrense* på vei til jobb."
)


@pytest.fixture
def document(workspace: Workspace) -> Document:
    return documents.create(workspace, AMUND, title="Planutkast", kind="plan", text=TEXT)


def post(client: FlaskClient, path: str, htmx: bool = False, **fields: object):
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(f"/r/{REGION}{path}", data={"csrf_token": csrf_of(client), **fields}, headers=headers)


def comments(workspace: Workspace) -> list[str]:
    return [comment.text for comment in workspace.region(REGION).view().find(Comment)]


def test_a_document_is_read_with_its_paragraphs(as_person: As, document: Document) -> None:
    page = as_person(ROLF).get(f"/r/{REGION}/documents/{document.id}").text
    assert "<h1" in page and "Ni kommuner, ett arbeidsmarked." in page
    assert "<em>kommunegrense</em>" in page
    assert "Kommenter" not in re.sub(r"(?s)<title>.*?</title>", "", page).replace("Kommentarer", "")


def test_a_comment_by_plain_form_leads_to_its_thread(workspace: Workspace, as_person: As, document: Document) -> None:
    client = as_person(KARI)
    answer = post(client, f"/documents/{document.id}/threads", block=3, text="Stemmer dette?", quote="Hver fjerde")
    [thread] = workspace.region(REGION).view().find(Thread)
    assert answer.status_code == 303
    assert answer.location.endswith(f"/documents/{document.id}?thread={thread.id}#thread-{thread.id}")
    page = client.get(f"/r/{REGION}/documents/{document.id}").text
    assert 'id="p-1">Hver fjerde<sup>' in page
    assert "Stemmer dette?" in page


def test_a_comment_by_htmx_gives_the_thread_alone(as_person: As, document: Document) -> None:
    answer = post(as_person(KARI), f"/documents/{document.id}/threads", htmx=True, block=2, text="Fint")
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "Fint" in answer.text and 'hx-target="#melding"' in answer.text


def test_without_script_the_form_stands_under_its_paragraph(as_person: As, document: Document) -> None:
    page = as_person(KARI).get(f"/r/{REGION}/documents/{document.id}?comment=2").text
    assert page.index("Ni kommuner") < page.index('id="new"') < page.index("Hver fjerde")


@pytest.mark.parametrize("text", ["", "  \n ", "\u200d", "\u3164", "x" * 20_001])
def test_what_can_not_be_posted_comes_back_with_its_text(
    workspace: Workspace, as_person: As, document: Document, text: str
) -> None:
    answer = post(as_person(KARI), f"/documents/{document.id}/threads", block=2, text=text)
    assert answer.status_code == 422
    assert text.strip() in answer.text
    assert comments(workspace) == []


def test_words_that_are_not_in_the_paragraph_are_refused(as_person: As, document: Document) -> None:
    answer = post(as_person(KARI), f"/documents/{document.id}/threads", block=2, text="Hei", quote="noe annet")
    assert answer.status_code == 422
    assert "Ordene finnes ikke i avsnittet" in answer.text
    assert "Hei" in answer.text


def test_the_same_post_twice_gives_one_comment(workspace: Workspace, as_person: As, document: Document) -> None:
    client, key = as_person(KARI), workspace.new_id()
    for _ in range(2):
        assert post(client, f"/documents/{document.id}/threads", block=2, text="En gang", key=key).status_code == 303
    [thread] = workspace.region(REGION).view().find(Thread)
    key = workspace.new_id()
    for _ in range(2):
        assert post(client, f"/threads/{thread.id}/comments", text="Svar", key=key).status_code == 303
    assert sorted(comments(workspace)) == ["En gang", "Svar"]
    assert post(client, f"/threads/{thread.id}/comments", text="Noe annet", key=key).status_code == 422


def test_replying_resolving_and_reopening(workspace: Workspace, as_person: As, document: Document) -> None:
    client = as_person(KARI)
    post(client, f"/documents/{document.id}/threads", block=2, text="Spørsmål")
    [thread] = workspace.region(REGION).view().find(Thread)
    assert "Svaret mitt" in post(as_person(BJORN), f"/threads/{thread.id}/comments", htmx=True, text="Svaret mitt").text
    assert post(as_person(BJORN), f"/threads/{thread.id}/resolution").status_code == 403
    assert post(client, f"/threads/{thread.id}/resolution").status_code == 303
    assert post(client, f"/threads/{thread.id}/resolution").status_code == 409
    assert "<details" in client.get(f"/r/{REGION}/documents/{document.id}").text
    assert post(as_person(AMUND), f"/threads/{thread.id}/reopening").status_code == 303
    actions = [event.action for event in workspace.region(REGION).view().events()]
    assert actions[-4:] == ["threads.opened", "comments.posted", "threads.resolved", "threads.reopened"]


def test_readers_may_not_comment_and_strangers_see_nothing(as_person: As, document: Document) -> None:
    assert post(as_person(ROLF), f"/documents/{document.id}/threads", block=2, text="Hei").status_code == 403
    assert post(as_person(VERA), f"/documents/{document.id}/threads", block=2, text="Hei").status_code == 404


def test_threads_on_working_material_are_not_for_participants(workspace: Workspace, as_person: As) -> None:
    secret = documents.create(workspace, AMUND, title="Intervju", text="Bare for oss.", audience=Audience.STAFF)
    assert post(as_person(AMUND), f"/documents/{secret.id}/threads", block=1, text="Internt").status_code == 303
    [thread] = workspace.region(REGION).view().find(Thread)
    client = as_person(KARI)
    assert client.get(f"/r/{REGION}/documents/{secret.id}").status_code == 404
    for path in (f"/threads/{thread.id}/comments", f"/threads/{thread.id}/resolution"):
        assert post(client, path, text="Hei").status_code == 404


def test_a_thread_of_another_region_does_not_exist_here(
    workspace: Workspace, as_person: As, document: Document
) -> None:
    post(as_person(KARI), f"/documents/{document.id}/threads", block=2, text="Hei")
    [thread] = workspace.region(REGION).view().find(Thread)
    client = as_person(VERA)
    token = csrf_of(client)
    answer = client.post(f"/r/nabo/threads/{thread.id}/comments", data={"csrf_token": token, "text": "x"})
    nowhere = client.post(
        "/r/nabo/threads/01arz3ndektsv4rrffq69g5fav/comments", data={"csrf_token": token, "text": "x"}
    )
    assert answer.status_code == nowhere.status_code == 404


def test_after_a_change_a_thread_keeps_its_paragraph_or_says_it_has_none(
    workspace: Workspace, as_person: As, document: Document
) -> None:
    client = as_person(KARI)
    post(client, f"/documents/{document.id}/threads", block=2, text="Om arbeidsmarkedet", quote="ett arbeidsmarked")
    post(client, f"/documents/{document.id}/threads", block=3, text="Om pendling")
    new = "Nytt avsnitt først.\n\nNi kommuner, ett arbeidsmarked.\n\nHver femte sysselsatt pendler."
    documents.save(workspace, AMUND, document.id, document.version, text=new)
    page = client.get(f"/r/{REGION}/documents/{document.id}").text
    assert 'id="p-1">ett arbeidsmarked<sup>' in page
    assert page.index("Kommentarer uten feste i teksten") < page.index("Om pendling")


def test_a_thread_whose_text_is_gone_is_seated_under_its_heading(
    workspace: Workspace, as_person: As, document: Document
) -> None:
    client = as_person(KARI)
    post(client, f"/documents/{document.id}/threads", block=3, text="Om pendling", quote="Hver fjerde")
    documents.save(
        workspace, AMUND, document.id, document.version, text="# Innledning\n\nNi kommuner, ett arbeidsmarked."
    )
    page = client.get(f"/r/{REGION}/documents/{document.id}").text
    assert "Kommentarer uten feste i teksten" not in page
    order = [
        page.index(text)
        for text in ('data-block="1"', "Kommentarer til fjernet tekst", "Om pendling", 'data-block="2"')
    ]
    assert order == sorted(order)


def test_by_htmx_the_words_are_marked_at_once_beside_those_of_others(as_person: As, document: Document) -> None:
    post(as_person(BJORN), f"/documents/{document.id}/threads", block=3, text="Hvor?", quote="krysser")
    answer = post(as_person(KARI), f"/documents/{document.id}/threads", True, block=3, text="Fint", quote="Hver fjerde")
    paragraph = answer.text.partition("""hx-target="[data-block='3']" """)[2].partition("</hx-partial>")[0]
    assert '<mark class="p p--aktiv"' in paragraph and 'id="p-2">Hver fjerde' in paragraph
    assert 'id="p-1">krysser' in paragraph
    whole = post(as_person(KARI), f"/documents/{document.id}/threads", True, block=2, text="Alt dette")
    assert "data-block" not in whole.text, "a comment on a whole paragraph marks no words"


def test_the_list_of_documents_says_how_many_threads_each_has(as_person: As, document: Document) -> None:
    row = re.compile(rf"(?s)documents/{document.id}.*?</tr>")
    page = as_person(KARI).get(f"/r/{REGION}/documents/").text
    assert row.search(page).group(0).endswith('bred-skjerm">–</td></tr>')
    for _time in range(2):
        post(as_person(KARI), f"/documents/{document.id}/threads", block=2, text="Fint")
    page = as_person(KARI).get(f"/r/{REGION}/documents/").text
    assert row.search(page).group(0).endswith('bred-skjerm">2</td></tr>')
