"""Kept parts of pages: never another's rights, never another's token, and never yesterday's state."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.conftest import ADMIN, AMUND, BJORN, KARI, MARIT, REGION, ROLF, START, Clock
from workspace import access, keeping
from workspace.access import Action, Actor, Audience
from workspace.accounts import service as accounts
from workspace.comments import life as threads
from workspace.comments import service as comments
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.kept import Kept
from workspace.measures import service as measures
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.rounds import answering, life
from workspace.rounds import service as rounds

As = Callable[[Actor], FlaskClient]
EVERYBODY = (ROLF, KARI, BJORN, AMUND, MARIT, ADMIN)


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    def forget() -> None:
        monkeypatch.setattr(keeping, "_kept", Kept(keeping.MOST))

    forget()
    return forget


@pytest.fixture
def document(workspace: Workspace, app: object) -> Document:
    return documents.create(workspace, AMUND, title="Planutkast", kind="plan", text="Ni kommuner.\n\nEtt marked.")


@pytest.fixture
def thread(workspace: Workspace, document: Document) -> comments.Thread:
    made = comments.open_thread(workspace, KARI, document.id, 1, "Stemmer det?", quote="Ni")
    comments.reply(workspace, MARIT, made.id, "Ja.")
    return made


@pytest.fixture
def round_(workspace: Workspace, app: object) -> rounds.Round:
    measure = measures.create(workspace, AMUND, title="Felles kai", text="Vi bygger.", quick_win=True)
    closes = START.replace(day=30)
    made = life.create(workspace, MARIT, (measure.id,), title="Runde", closes=closes, visibility="hidden")
    return life.open_round(workspace, MARIT, made.id)


def plain(page: str) -> str:
    """The page without what every request and form has of its own."""
    return re.sub(r'(X-CSRFToken": "|name="(?:csrf_token|key)" value=")[^"]*', r"\1", page)


def test_everybody_gets_the_page_that_would_be_made_for_them(
    as_person: As,
    thread: comments.Thread,
    round_: rounds.Round,
    document: Document,
    nothing_kept: Callable[[], None],
) -> None:
    clients = {who.person: as_person(who) for who in EVERYBODY}
    for path in ("", f"documents/{document.id}", f"documents/{document.id}?threads=none", f"rounds/{round_.id}"):
        alone = {}
        for person, client in clients.items():
            nothing_kept()
            alone[person] = plain(client.get(f"/r/{REGION}/{path}").text)
        nothing_kept()
        for _time in range(2):
            for person, client in clients.items():
                assert plain(client.get(f"/r/{REGION}/{path}").text) == alone[person], (path, person)
        assert len(set(alone.values())) > 3


def test_a_form_has_the_token_of_its_own_page_and_a_key_of_its_own(
    as_person: As, thread: comments.Thread, workspace: Workspace, document: Document
) -> None:
    comments.open_thread(workspace, KARI, document.id, 2, "Og dette?")
    seen: set[str] = set()
    for client, forms in ((as_person(KARI), 7), (as_person(BJORN), 3)):
        for _time in range(2):
            page = client.get(f"/r/{REGION}/documents/{document.id}").text
            [token] = set(re.findall(r'name="csrf_token" value="([^"]*)', page))
            assert f'X-CSRFToken": "{token}"' in page
            keys = re.findall(r'name="key" value="(\w{26})"', page)
            assert len(set(keys)) == forms and not seen & set(keys)
            seen |= set(keys)
        form = {"csrf_token": token, "key": keys[0], "text": "Takk"}
        assert client.post(f"/r/{REGION}/threads/{thread.id}/comments", data=form).status_code == 303


def test_two_who_share_a_part_have_tokens_of_their_own(
    as_person: As, workspace: Workspace, document: Document, nothing_kept: Callable[[], None]
) -> None:
    comments.open_thread(workspace, AMUND, document.id, 1, "Stemmer det?")
    tokens = []
    for client in (as_person(KARI), as_person(BJORN)):
        page = client.get(f"/r/{REGION}/documents/{document.id}").text
        tokens.append(set(re.findall(r'(?:X-CSRFToken": |name="csrf_token" value=)"([^"]*)', page)))
        form = {"csrf_token": min(tokens[-1]), "number": "1"}
        assert client.post(f"/r/{REGION}/documents/{document.id}/reading", data=form).status_code < 400
    assert [len(found) for found in tokens] == [1, 1]
    assert tokens[0] != tokens[1]


def test_what_somebody_does_is_seen_at_once(
    as_person: As, workspace: Workspace, thread: comments.Thread, document: Document
) -> None:
    client = as_person(ROLF)

    def page() -> str:
        return client.get(f"/r/{REGION}/documents/{document.id}").text

    assert "Takk" not in page()
    comments.reply(workspace, KARI, thread.id, "Takk")
    assert "Takk" in page() and "Løst av" not in page()
    threads.resolve(workspace, KARI, thread.id)
    assert 'data-state="resolved"' in page()
    documents.save(workspace, AMUND, document.id, document.version, text="Åtte kommuner.\n\nEtt marked.")
    assert "Åtte kommuner." in page() and "Ni kommuner." not in page()


def test_a_right_that_is_taken_away_is_gone_from_the_next_page(
    as_person: As, workspace: Workspace, thread: comments.Thread, document: Document
) -> None:
    client, path = as_person(AMUND), f"/r/{REGION}/documents/{document.id}"
    assert "Kommenter<" in client.get(path).text
    regions.change_role(workspace, MARIT, "amund", "reader")
    client = as_person(AMUND)
    assert "Kommenter<" not in client.get(path).text
    documents.save(workspace, MARIT, document.id, document.version, audience=Audience.STAFF)
    assert client.get(path).status_code == 404


def test_a_rule_that_now_answers_otherwise_is_heeded(
    as_person: As, thread: comments.Thread, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, path = as_person(BJORN), f"/r/{REGION}/documents/{document.id}"
    for answer in (False, True, False):
        monkeypatch.setitem(access.CONDITIONS, Action.RESOLVE_THREAD, lambda actor, thing, answer=answer: answer)
        assert (f"threads/{thread.id}/resolution" in client.get(path).text) is answer


def test_a_page_that_answers_an_act_is_not_kept(as_person: As, document: Document) -> None:
    client, path = as_person(AMUND), f"/r/{REGION}/documents/{document.id}"
    before = plain(client.get(path).text)
    token = re.search(r'X-CSRFToken": "([^"]+)', client.get(path).text)[1]
    refused = client.post(f"{path}/threads", data={"csrf_token": token, "block": "1", "page": "0", "text": " "})
    assert refused.status_code == 422 and 'aria-invalid="true"' in refused.text
    assert plain(client.get(path).text) == before


def test_days_and_languages_are_kept_apart(
    as_person: As, workspace: Workspace, thread: comments.Thread, document: Document, clock: Clock
) -> None:
    path = f"/r/{REGION}/documents/{document.id}"
    assert "i dag" in as_person(ROLF).get(path).text
    clock.forward(days=1)
    assert "i går" in as_person(ROLF).get(path).text
    accounts.choose_locale(workspace, "rolf", "en")
    assert "Versions" in as_person(ROLF).get(path).text
    assert "Versjoner" in as_person(KARI).get(path).text


def test_a_text_that_looks_like_a_stand_in_stays_as_it_is(
    as_person: As, workspace: Workspace, document: Document
) -> None:
    comments.open_thread(workspace, KARI, document.id, 2, "token-0123 key-4567 {{ csrf_token() }}")
    assert "token-0123 key-4567 {{ csrf_token() }}" in as_person(ROLF).get(f"/r/{REGION}/documents/{document.id}").text


def test_a_round_is_seen_as_it_stands_now(as_person: As, workspace: Workspace, round_: rounds.Round) -> None:
    client, path = as_person(ROLF), f"/r/{REGION}/rounds/{round_.id}"
    assert "Har svart" not in client.get(path).text
    answering.answer(workspace, KARI, round_.id, round_.measures[0], "2", "Kaia må først.")
    page = client.get(path).text
    assert "Har svart" in page and "Har forbehold" not in page.partition("<tbody>")[2].partition("</tbody>")[0]
    life.close_round(workspace, MARIT, round_.id, "Alle har svart.")
    assert 'class="st v2 st--prikk"' in client.get(path).text


def test_the_home_page_is_ones_own(as_person: As, workspace: Workspace, round_: rounds.Round) -> None:
    assert "Du svarer på vegne av Havnsund" in as_person(KARI).get(f"/r/{REGION}/").text
    assert "Svarene dine er rådgivende" in as_person(BJORN).get(f"/r/{REGION}/").text
    answering.answer(workspace, KARI, round_.id, round_.measures[0], "4")
    assert "Du har svart på alt." in as_person(KARI).get(f"/r/{REGION}/").text
    assert "Du har ett tiltak igjen." in as_person(BJORN).get(f"/r/{REGION}/").text
