"""Opportunities: from caught to measure, who wants to join, and confidential ones that are not there for others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.conftest import ADMIN, AMUND, BJORN, KARI, MARIT, REGION, ROLF, VERA
from tests.measures.conftest import FIELDS, Make, post
from workspace.access import Actor, operator
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.measures import board, service
from workspace.measures.opportunity import Opportunity
from workspace.parts import Workspace
from workspace.search import service as search

As = Callable[[Actor], FlaskClient]
CANARY = "kanarifugl"


@pytest.fixture
def caught(nine: Workspace) -> Opportunity:
    return board.create(nine, BJORN, title="Datalagringssenter", text="En bedrift ser etter tomt.")


@pytest.fixture
def secret(nine: Workspace) -> Opportunity:
    chosen = {"confidential": True, "people": ("amund",), "municipalities": ("9001",)}
    return board.create(nine, BJORN, title=f"Kjøper {CANARY}", text=f"Navnet er {CANARY}.", **chosen)


def test_the_way_from_caught_to_measure(nine: Workspace, caught: Opportunity) -> None:
    assert (caught.code, caught.stage, caught.organisation) == ("M-01", "caught", "Skarfjord næringsforening")
    with pytest.raises(Conflict):
        board.join(nine, KARI, caught.id)
    shared = board.share(nine, BJORN, caught.id)
    with pytest.raises(Conflict):
        board.share(nine, BJORN, caught.id)
    joined = board.join(nine, KARI, caught.id)
    assert (shared.stage, joined.stage, joined.interested[0].municipality) == ("shared", "together", "9001")
    assert len(board.join(nine, KARI, caught.id).interested) == 1  # a municipality is there once
    measure = service.create(nine, AMUND, opportunity=caught.id, **FIELDS)
    found = board.get(nine, ROLF, caught.id)
    assert (found.stage, found.measure, measure.opportunities) == ("measure", measure.id, (caught.id,))
    for act in (board.join, board.leave):
        with pytest.raises(Conflict):
            act(nine, KARI, caught.id)
    with pytest.raises(Conflict):
        service.create(nine, AMUND, opportunity=caught.id, **FIELDS)
    assert len(service.listing(nine, ROLF)) == 1  # the second was not kept either


def test_one_who_leaves_takes_it_back(nine: Workspace, caught: Opportunity) -> None:
    board.share(nine, BJORN, caught.id)
    board.join(nine, KARI, caught.id)
    left = board.leave(nine, KARI, caught.id)
    assert (left.stage, left.interested) == ("shared", ())


def test_who_may_do_what(nine: Workspace, caught: Opportunity) -> None:
    with pytest.raises(Forbidden):
        board.create(nine, ROLF, title="x")
    with pytest.raises(Forbidden):
        board.share(nine, KARI, caught.id)  # neither hers nor staff
    with pytest.raises(Forbidden):
        board.save(nine, KARI, caught.id, caught.version, title="Mitt")
    board.share(nine, AMUND, caught.id)
    with pytest.raises(Forbidden):
        board.join(nine, BJORN, caught.id)  # he belongs to no municipality
    with pytest.raises(Forbidden):
        board.join(nine, ROLF, caught.id)
    assert board.save(nine, AMUND, caught.id, 2, title="Tittel").title == "Tittel"
    with pytest.raises(Conflict):
        board.save(nine, AMUND, caught.id, 2, title="En annen")
    with pytest.raises(Forbidden):  # whom it is for is the owner's to say
        board.save(nine, AMUND, caught.id, 3, confidential=True)


def test_what_can_not_be_kept(nine: Workspace) -> None:
    wrong = [{"title": " "}, {"title": "x" * 201}, {"title": "x", "text": "x" * 10_001}]
    wrong += [{"title": "x", "people": ("nobody",)}, {"title": "x", "municipalities": ("0000",)}]
    for fields in wrong:
        with pytest.raises(Invalid):
            board.create(nine, BJORN, **fields)
    assert board.listing(nine, ROLF) == []


def test_a_confidential_one_is_for_the_chosen(nine: Workspace, secret: Opportunity) -> None:
    for who in (BJORN, AMUND, KARI, operator(REGION)):  # owner, chosen person, chosen municipality
        assert board.get(nine, who, secret.id) == secret
        assert board.listing(nine, who) == [secret]
    for who in (MARIT, ADMIN, ROLF):  # no role opens it
        assert board.listing(nine, who) == []
        assert board.behind(nine, who, (secret.id,)) == []
        for act in (board.get, board.share, board.join, board.leave):
            with pytest.raises((NotFound, Forbidden)):
                act(nine, who, secret.id)
        with pytest.raises(NotFound):
            board.get(nine, who, secret.id)
    with pytest.raises(NotFound):
        service.create(nine, MARIT, opportunity=secret.id, **FIELDS)
    assert service.listing(nine, ROLF) == []


def test_a_confidential_one_shows_nowhere_for_others(nine: Workspace, as_person: As, secret: Opportunity) -> None:
    measure = service.create(nine, AMUND, opportunity=secret.id, **FIELDS)
    for who in (MARIT, ADMIN, ROLF):
        client = as_person(who)
        nowhere = client.get(f"/r/{REGION}/opportunities/{'0' * 26}")
        hidden = client.get(f"/r/{REGION}/opportunities/{secret.id}")
        assert hidden.status_code == nowhere.status_code == 404
        pages = [
            "", "opportunities/", "measures/", f"measures/{measure.id}", "measures/export.csv", f"search?q={CANARY}",
            f"measures/{measure.id}/texts", "documents/",
        ]  # fmt: skip
        for page in pages:
            answer = client.get(f"/r/{REGION}/{page}")
            assert answer.status_code == 200, page
            assert f"Kjøper {CANARY}" not in answer.text and f"Navnet er {CANARY}" not in answer.text, page
            assert secret.id not in answer.text, page
    assert f"Kjøper {CANARY}" in as_person(KARI).get(f"/r/{REGION}/measures/{measure.id}").text
    assert as_person(VERA).get(f"/r/{REGION}/opportunities/{secret.id}").status_code == 404


def test_the_log_holds_no_words_of_it(nine: Workspace, secret: Opportunity) -> None:
    events = [event for event in nine.region(REGION).view().events() if event.record == secret.id]
    assert events and not any(CANARY in str(event.payload) for event in events)


def test_search_finds_an_open_one_and_forgets_one_that_is_closed(nine: Workspace, caught: Opportunity) -> None:
    def hits(who: Actor) -> int:
        return search.search(nine, who, "datalagringssenter").total

    assert hits(ROLF) == 1
    closed = board.save(nine, BJORN, caught.id, caught.version, confidential=True)
    assert hits(ROLF) == hits(MARIT) == 0
    assert board.entries_of(nine.region(REGION).view(), "opportunities", caught.id) == (
        [],
        [f"opportunity:{caught.id}"],
    )
    opened = board.save(nine, BJORN, caught.id, closed.version, confidential=False)
    assert hits(ROLF) == 1
    nine.indexes.followed = True  # the index now waits for its thread, which does not run here
    board.save(nine, BJORN, caught.id, opened.version, confidential=True)
    assert hits(ROLF) == 0 and hits(KARI) == 0
    counts = search.search(nine, ROLF, "datalagringssenter", gather=True)
    assert not any(counts.facets.values()) and not counts.gathered


def test_by_plain_form(nine: Workspace, as_person: As) -> None:
    typed = {"title": "Smartskog", "text": "Skog og data.", "confidential": "1", "municipalities": ["9001", "9002"]}
    made = post(as_person(BJORN), "/opportunities/", **typed, people=["amund"])
    assert made.status_code == 303
    [found] = board.listing(nine, BJORN)
    assert (found.municipalities, found.people, found.group) == (("9001", "9002"), ("amund",), "business")
    path = f"/opportunities/{found.id}"
    assert post(as_person(BJORN), f"{path}/sharing").status_code == 303
    assert post(as_person(BJORN), f"{path}/sharing").status_code == 409
    assert post(as_person(KARI), f"{path}/interest").status_code == 303
    page = as_person(KARI).get(f"/r/{REGION}{path}").text
    assert "Vi trekker oss" in page and "For noen få" in page
    assert post(as_person(KARI), f"{path}/interest/end").status_code == 303
    refused = post(as_person(BJORN), "/opportunities/", title="", text="Behold meg.")
    assert refused.status_code == 422 and "Behold meg." in refused.text
    stale = post(as_person(AMUND), f"{path}/versions", **typed, version=1)
    assert stale.status_code == 409 and "Ingenting er overskrevet" in stale.text
    theirs = post(as_person(AMUND), f"{path}/versions", title="Smartskog", text="", version=found.version + 3)
    assert theirs.status_code == 403 and "Bare den som eier muligheten" in theirs.text
    assert post(as_person(BJORN), f"{path}/versions", title="x", version="").status_code == 428


def test_becoming_a_measure_without_retyping(nine: Workspace, as_person: As, caught: Opportunity) -> None:
    client = as_person(AMUND)
    form = client.get(f"/r/{REGION}/measures/new?opportunity={caught.id}").text
    assert 'value="Datalagringssenter"' in form and "En bedrift ser etter tomt." in form
    assert f'name="opportunity" value="{caught.id}"' in form
    assert '<option value="business" selected>' in form
    sent = {"title": caught.title, "text": caught.text, "horizon": "short", "opportunity": caught.id}
    made = post(client, "/measures/", **sent)
    assert made.status_code == 303
    assert f"/opportunities/{caught.id}" in client.get(made.location).text
    assert made.location.partition("?")[0] in client.get(f"/r/{REGION}/opportunities/{caught.id}").text


def test_a_form_sent_twice_registers_one(nine: Workspace, as_person: As) -> None:
    client = as_person(BJORN)
    for _time in range(2):
        post(client, "/opportunities/", title="Én", key="0123456789abcdefghjkmnpqrs")
    assert len(board.listing(nine, BJORN)) == 1


@pytest.mark.parametrize(("locale", "word"), [("nn", "Moglegheiter"), ("en", "Opportunities")])
def test_in_other_languages(nine: Workspace, as_person: As, make: Make, locale: str, word: str) -> None:
    from workspace.accounts import service as accounts

    make(focus_area="Kai", quick_win=True)
    client = as_person(AMUND)
    person = nine.house.view().get(accounts.Person, "amund")
    with nine.house.transaction() as tx:
        tx.put(person.changed(locale=locale))
    assert word in client.get(f"/r/{REGION}/opportunities/").text
    for view in ("", "effect", "horizon", "quick", "initiator"):
        assert word in client.get(f"/r/{REGION}/measures/?view={view}").text
