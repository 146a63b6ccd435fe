"""What is new in the threads that somebody reads: in its place, for those who may see it, and cheap when nothing is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

from tests.conftest import AMUND, BJORN, KARI, REGION, ROLF, VERA, Clock, csrf_of
from workspace.access import Actor, Audience
from workspace.comments import life, live_routes, news, pacing, service
from workspace.comments import subject as subjects
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.parts import Workspace
from workspace.regions.model import Membership

As = Callable[[Actor], FlaskClient]
TEXT = "Ni kommuner, ett arbeidsmarked.\n\nHver fjerde krysser en grense på vei til jobb."
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(live_routes, "_pace", pacing.Pace())
    yield


@pytest.fixture
def document(workspace: Workspace, app: object) -> Document:
    return documents.create(workspace, AMUND, title="Planutkast", kind="plan", text=TEXT)


def last(workspace: Workspace) -> int:
    return workspace.region(REGION).view().last_event()


def ask(client: FlaskClient, document: Document, seen: int, **query: object):
    query = {"seen": seen, "known": document.number, "open": 1} | query
    return client.get(f"/r/{REGION}/documents/{document.id}/threads/news", query_string=query, headers=HTMX)


def test_the_page_says_what_it_has_seen(workspace: Workspace, as_person: As, document: Document) -> None:
    page = as_person(KARI).get(f"/r/{REGION}/documents/{document.id}").text
    assert f'id="seen" name="seen" value="{last(workspace)}"' in page
    assert f"/documents/{document.id}/threads/news" in page


@pytest.mark.both_stores
def test_nothing_new_is_204_without_a_body(
    workspace: Workspace, as_person: As, document: Document, product: str
) -> None:
    client, seen = as_person(KARI), last(workspace)
    other = documents.create(workspace, AMUND, title="Noe annet", text="Annet.")
    service.open_thread(workspace, BJORN, other.id, 1, "Et annet sted")
    for since in (seen, last(workspace)):
        answer = ask(client, document, since)
        assert (answer.status_code, answer.data) == (204, b"")


@pytest.mark.both_stores
def test_what_others_say_and_do_comes_in_its_place(
    workspace: Workspace, as_person: As, document: Document, product: str
) -> None:
    old = service.open_thread(workspace, KARI, document.id, 1, "Fra før")
    client, seen = as_person(KARI), last(workspace)
    service.reply(workspace, BJORN, old.id, "Svaret på det")
    new = service.open_thread(workspace, BJORN, document.id, 2, "Helt nytt", quote="Hver fjerde")
    answer = ask(client, document, seen)
    assert answer.status_code == 200
    partials = dict(re.findall(r'<hx-partial hx-target="#([^"]+)" hx-swap="(\w+)"', answer.text))
    assert partials == {
        "seen": "outerHTML", "threads-2": "beforeend", "b-2": "innerHTML", f"count-{old.id}": "innerHTML",
        f"comments-{old.id}": "innerMorph", "thread-counts": "outerMorph", "melding": "innerHTML",
    }  # fmt: skip
    assert "Svaret på det" in answer.text and f'id="thread-{new.id}"' in answer.text
    assert "Hver fjerde<sup>" in answer.text
    assert "Én ny kommentar i tråd 1." in answer.text and "Én ny kommentar i tråd 2." in answer.text
    assert f'name="seen" value="{last(workspace)}"' in answer.text
    assert ask(client, document, last(workspace)).status_code == 204


def test_a_new_state_brings_what_can_be_done_now(workspace: Workspace, as_person: As, document: Document) -> None:
    thread = service.open_thread(workspace, KARI, document.id, 1, "Et spørsmål")
    client, seen = as_person(KARI), last(workspace)
    life.resolve(workspace, AMUND, thread.id)
    answer = ask(client, document, seen).text
    assert f'hx-target="#state-{thread.id}"' in answer and 'data-state="resolved"' in answer
    assert f'hx-target="#acts-{thread.id}"' in answer and "/reopening" in answer
    assert "ny kommentar" not in answer
    assert "/reopening" not in ask(as_person(BJORN), document, seen).text  # he may not


def test_ones_own_comments_are_not_told_of(workspace: Workspace, as_person: As, document: Document) -> None:
    seen = last(workspace)
    service.open_thread(workspace, KARI, document.id, 1, "Mitt eget")
    assert "ny kommentar" not in ask(as_person(KARI), document, seen).text
    assert "Én ny kommentar" in ask(as_person(BJORN), document, seen).text


def test_among_many_a_new_thread_is_a_line(workspace: Workspace, as_person: As, document: Document) -> None:
    seen = last(workspace)
    service.open_thread(workspace, BJORN, document.id, 1, "Teksten i den")
    answer = ask(as_person(KARI), document, seen, open=0).text
    assert "trad--linje" in answer and "Teksten i den" not in answer
    assert 'hx-target="#threads-1"' not in ask(as_person(KARI), document, seen, threads="resolved").text


def test_a_new_version_is_told_of_and_paragraphs_are_left_alone(
    workspace: Workspace, as_person: As, document: Document
) -> None:
    seen = last(workspace)
    changed = documents.save(workspace, AMUND, document.id, document.version, text=f"Nytt først.\n\n{TEXT}")
    service.open_thread(workspace, BJORN, document.id, 2, "Til den nye teksten")
    answer = ask(as_person(KARI), document, seen).text
    assert "Det er kommet en ny versjon av teksten." in answer
    assert "Til den nye teksten" not in answer and 'hx-target="#b-2"' not in answer
    assert "Det er kommet" not in ask(as_person(KARI), changed, seen).text


def test_who_has_been_away_for_long_is_asked_to_open_the_page(
    workspace: Workspace, as_person: As, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = last(workspace)
    for number in range(news.MOST + 1):
        service.open_thread(workspace, BJORN, document.id, 1, f"Innspill {number}")
    assert "Det har skjedd mye" in ask(as_person(KARI), document, seen).text
    assert "Det har skjedd mye" in ask(as_person(KARI), document, last(workspace) + 100).text  # of another store
    monkeypatch.setattr(news, "FURTHEST", 3)
    assert "Det har skjedd mye" in ask(as_person(KARI), document, last(workspace) - 4).text
    assert ask(as_person(KARI), document, last(workspace) - 3).status_code == 200


def test_each_event_is_read_once_however_many_ask(
    workspace: Workspace, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = service.open_thread(workspace, BJORN, document.id, 1, "Hei")
    store, about = workspace.region(REGION), f"document:{document.id}"
    reads: list[tuple[int, int | None]] = []
    view = store.view()
    events = view.events
    monkeypatch.setattr(
        type(view), "events", lambda self, after=0, limit=None: reads.append((after, limit)) or events(after, limit)
    )
    for seen in (2, 2, 1, 0, 2):
        touches = news.touches_of(store, view, about, seen)
        assert touches is not None
        assert [touch.seq for touch in touches] == [
            event.seq for event in events() if event.seq > seen and _is(event, document)
        ]
    assert reads == [(2, view.last_event() - 2)] * (view.last_event() > 2) + [(1, 1), (0, 1)]
    assert thread.document == document.id


def _is(event, document: Document) -> bool:
    return event.record == document.id or event.payload.get("document") == document.id


def test_working_material_and_other_regions_are_not_there(
    workspace: Workspace, as_person: As, document: Document
) -> None:
    secret = documents.create(workspace, AMUND, title="Intervju", text="Bare for oss.", audience=Audience.STAFF)
    thread = service.open_thread(workspace, AMUND, secret.id, 1, "Internt")
    assert ask(as_person(AMUND), secret, 0).status_code == 200
    client = as_person(KARI)
    for path in ("/threads/news?seen=0", f"/threads/news?seen={last(workspace)}", "/threads?at=1"):
        assert client.get(f"/r/{REGION}/documents/{secret.id}{path}", headers=HTMX).status_code == 404
    assert client.get(f"/r/{REGION}/threads/{thread.id}").status_code == 404
    assert client.get(f"/r/{REGION}/threads/{thread.id}", headers=HTMX).status_code == 404
    assert "Internt" not in ask(client, document, 0).text
    stranger = as_person(VERA)
    assert ask(stranger, document, 0).status_code == 404
    assert stranger.get(f"/r/nabo/documents/{document.id}/threads/news?seen=0", headers=HTMX).status_code == 404
    assert stranger.get(f"/r/nabo/threads/{thread.id}").status_code == 404


def test_who_is_no_longer_a_member_gets_no_news(
    workspace: Workspace, as_person: As, document: Document, clock: Clock
) -> None:
    client, seen = as_person(KARI), last(workspace)
    service.open_thread(workspace, BJORN, document.id, 1, "Hei")
    assert ask(client, document, seen).status_code == 200
    with workspace.region(REGION).transaction() as tx:
        membership = tx.get(Membership, KARI.person or "")
        assert membership is not None
        tx.put(membership.changed(ended=workspace.now()))
    answer = ask(client, document, seen)
    assert answer.status_code in {403, 404} and "Hei" not in answer.text


def test_two_hundred_tabs_of_one_are_told_to_wait_and_others_are_served(
    workspace: Workspace, as_person: As, document: Document
) -> None:
    client, seen = as_person(KARI), last(workspace)
    before = last(workspace)
    answers = [ask(client, document, seen) for _tab in range(200)]
    codes = [answer.status_code for answer in answers]
    assert set(codes) == {204, 429} and codes.count(204) < 60
    assert all(int(answer.headers["Retry-After"]) >= 1 for answer in answers if answer.status_code == 429)
    assert ask(as_person(BJORN), document, seen).status_code == 204
    assert last(workspace) == before  # asking writes nothing


@pytest.mark.parametrize("query", ["", "?seen=", "?seen=x", "?seen=-1"])
def test_what_is_no_number_is_a_bad_request(as_person: As, document: Document, query: str) -> None:
    path = f"/r/{REGION}/documents/{document.id}/threads/news{query}"
    assert as_person(KARI).get(path, headers=HTMX).status_code == 400


def test_a_link_to_a_thread_leads_to_it_open(workspace: Workspace, as_person: As, document: Document) -> None:
    thread = service.open_thread(workspace, KARI, document.id, 2, "Om pendling", quote="Hver fjerde")
    life.resolve(workspace, KARI, thread.id)
    documents.save(workspace, AMUND, document.id, document.version, text="Ni kommuner, ett arbeidsmarked.")
    client = as_person(ROLF)
    answer = client.get(f"/r/{REGION}/threads/{thread.id}")
    assert answer.status_code == 303
    assert answer.location.endswith(f"/documents/{document.id}?thread={thread.id}#thread-{thread.id}")
    page = client.get(answer.location).text
    assert re.search(rf'id="thread-{thread.id}"[^>]*>\s*<details class="trad trad--aktiv" open>', page)
    part = client.get(f"/r/{REGION}/threads/{thread.id}", headers=HTMX).text
    assert "Om pendling" in part and "<html" not in part
    assert client.get(f"/r/{REGION}/threads/nothing").status_code == 404


def test_more_threads_of_a_paragraph(workspace: Workspace, as_person: As, document: Document) -> None:
    for number in range(30):
        service.open_thread(workspace, BJORN, document.id, 1, f"Innspill {number}")
    client = as_person(KARI)
    page = client.get(f"/r/{REGION}/documents/{document.id}").text
    assert page.count('class="trad trad--linje') == 4 and 'id="more-1"' in page
    [address] = re.findall(r'hx-get="([^"]+skip=4)"', page)
    more = client.get(address.replace("&amp;", "&"), headers=HTMX).text
    assert more.count('class="trad trad--linje') == 26 and "more-1" not in more
    without = client.get(f"/r/{REGION}/documents/{document.id}?at=1&skip=4").text
    assert without.count('class="trad trad--linje') == 26
    assert csrf_of(client)


def test_news_of_a_text_of_another_room(workspace: Workspace, document: Document) -> None:
    """What the log says of threads that are not on documents is found by the name of their text."""
    thread = service.open_thread(workspace, KARI, document.id, 1, "Hei")
    store = workspace.region(REGION)
    seen = last(workspace)
    with store.transaction() as tx:
        tx.log("threads.settled", thread, at=workspace.now(), by="kari", about="measure:1")
    touches = news.touches_of(store, store.view(), "measure:1", seen)
    assert touches is not None and [touch.thread for touch in touches] == [thread.id]
    subject = subjects.of_document(workspace, KARI, document)
    assert news.since(workspace, KARI, subject, store.view(), seen) is None
