"""A request sent twice: done once, and answered as it was the first time (torture cases 43 and 44)."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import AMUND, BJORN, KARI, MARIT, REGION, START, Clock, csrf_of
from workspace import once
from workspace.access import Actor
from workspace.accounts.model import Link
from workspace.comments import service as comments
from workspace.comments.model import Comment, Thread
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.errors import Invalid, NotFound
from workspace.files.model import Upload
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.once import Once, Receipt
from workspace.parts import Workspace
from workspace.record import Record
from workspace.regions import invitations
from workspace.regions.model import Membership, Municipality
from workspace.rounds import life
from workspace.rounds import service as rounds
from workspace.rounds.ballot import Ballot
from workspace.rounds.model import Round

pytestmark = pytest.mark.both_stores

As = Callable[[Actor], FlaskClient]
KEY = "0123456789abcdefghjkmnpqrs"
LATER = START + timedelta(days=7)


@dataclass
class Room:
    """A region with something in it to act on."""

    workspace: Workspace
    document: Document
    thread: Thread
    measure: Measure
    round: Round

    def kept(self, kind: type[Record]) -> list[Record]:
        """Everything of a kind that is in the region."""
        return list(self.workspace.region(REGION).view().find(kind))


@pytest.fixture
def room(workspace: Workspace, app: object) -> Room:
    document = documents.create(workspace, AMUND, title="Notat", text="Et avsnitt.")
    measure = measures.create(workspace, AMUND, title="Felles kjølelager", text="Vi bygger sammen.")
    draft = life.create(workspace, MARIT, (measure.id,), title="Nytte", closes=LATER)
    round_ = life.open_round(workspace, MARIT, draft.id)
    thread = comments.open_thread(workspace, AMUND, document.id, 1, "Hva mener dere?")
    return Room(workspace, document, thread, measure, round_)


@dataclass(frozen=True)
class Act:
    """A form: who sends it where, with what, which of its fields tells the text, and what it makes."""

    who: Actor
    path: str
    fields: dict[str, str]
    text: str
    makes: type[Record]
    status: int = 303


ACTS = {
    "open a thread": Act(KARI, "/documents/{document}/threads", {"block": "1"}, "text", Thread),
    "reply": Act(KARI, "/threads/{thread}/comments", {}, "text", Comment),
    "answer a round": Act(
        KARI, "/rounds/{round}/measures/{measure}/answers", {"value": "2", "voice": "9001"}, "reason", Ballot
    ),
    "answer on a phone": Act(
        KARI, "/rounds/{round}/measures/{measure}/answers", {"value": "2", "from": "phone"}, "reason", Ballot
    ),
    "make a document": Act(AMUND, "/documents/", {"title": "Referat", "kind": "note"}, "text", Document),
    "propose a measure": Act(
        AMUND, "/measures/", {"title": "Båtrute", "horizon": "short", "different": "1"}, "text", Measure
    ),
    "draft a round": Act(
        MARIT,
        "/rounds/",
        {
            "title": "Ny",
            "closes": "2026-12-01T12:00",
            "quorum": "3/4",
            "support": "3/4",
            "visibility": "named",
            "method": "consensus",
            "counted_by": "municipality",
            "points": "10",
            "most_points": "4",
        },
        "purpose",
        Round,
    ),
}


def post(client: FlaskClient, room: Room, act: Act, text: str, key: str = KEY, htmx: bool = False) -> TestResponse:
    path = act.path.format(
        document=room.document.id, thread=room.thread.id, round=room.round.id, measure=room.measure.id
    )
    fields = {"csrf_token": csrf_of(client), **act.fields, act.text: text} | ({"key": key} if key else {})
    return client.post(f"/r/{REGION}{path}", data=fields, headers={"HX-Request": "true"} if htmx else {})


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
@pytest.mark.parametrize("name", ACTS)
def test_sent_twice_is_done_once_with_the_same_answer(room: Room, as_person: As, name: str, htmx: bool) -> None:
    act = ACTS[name]
    client = as_person(act.who)
    before = room.kept(act.makes)
    first = post(client, room, act, "Det første.", htmx=htmx)
    event = room.workspace.region(REGION).view().last_event()
    again = post(client, room, act, "Det første.", htmx=htmx)
    assert (first.status_code, first.headers.get("Location")) == (again.status_code, again.headers.get("Location"))
    assert first.status_code < 400
    assert len(room.kept(act.makes)) == len(before) + 1
    assert room.workspace.region(REGION).view().last_event() == event
    assert post(client, room, act, "Noe nytt.", key=room.workspace.new_id()).status_code == 303
    assert len(room.kept(act.makes)) == len(before) + 2


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
@pytest.mark.parametrize("name", ACTS)
def test_the_same_key_with_something_else_is_told_and_keeps_the_text(
    room: Room, as_person: As, name: str, htmx: bool
) -> None:
    """Torture case 44. The form comes back with a new key, so that it can be sent when that is what is wanted."""
    act = ACTS[name]
    client = as_person(act.who)
    post(client, room, act, "Det første.")
    before = room.kept(act.makes)
    answer = post(client, room, act, "Det andre, som ikke skal gå tapt.", htmx=htmx)
    assert answer.status_code == 422
    assert "Skjemaet er alt sendt med et annet innhold." in answer.text
    assert "Det andre, som ikke skal gå tapt." in answer.text
    assert room.kept(act.makes) == before
    form = answer.text[: answer.text.index("Det andre, som ikke skal gå tapt.")]
    new = re.findall(r'name="key" value="(\w{26})"', form)[-1]
    assert KEY not in answer.text
    assert post(client, room, act, "Det andre, som ikke skal gå tapt.", key=new).status_code == 303
    assert len(room.kept(act.makes)) == len(before) + 1


@pytest.mark.parametrize("name", ACTS)
def test_a_form_that_comes_back_keeps_its_key(room: Room, as_person: As, name: str) -> None:
    act = ACTS[name]
    if act.text == "purpose":
        act = Act(act.who, act.path, act.fields | {"title": ""}, act.text, act.makes)
    text = "Et formål" if act.text == "purpose" else " "
    answer = post(as_person(act.who), room, act, text)
    assert answer.status_code == 422
    assert f'name="key" value="{KEY}"' in answer.text
    assert room.kept(Receipt) == []


@pytest.mark.parametrize("name", ACTS)
def test_without_a_key_it_works_as_before(room: Room, as_person: As, name: str) -> None:
    act = ACTS[name]
    before = len(room.kept(act.makes))
    assert post(as_person(act.who), room, act, "Uten nøkkel.", key="").status_code == 303
    assert len(room.kept(act.makes)) == before + 1
    assert room.kept(Receipt) == []


def test_two_clicks_at_once_are_one(room: Room, as_person: As) -> None:
    """Torture case 43."""
    clients = [as_person(KARI) for _ in range(6)]
    tokens = [csrf_of(client) for client in clients]
    answers: list[int] = []

    def click(client: FlaskClient, token: str) -> None:
        fields = {"csrf_token": token, "key": KEY, "block": "1", "text": "Ett klikk"}
        answers.append(client.post(f"/r/{REGION}/documents/{room.document.id}/threads", data=fields).status_code)

    threads = [threading.Thread(target=click, args=pair) for pair in zip(clients, tokens, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303] * 6
    assert len(room.kept(Thread)) == 2


def test_a_late_retry_takes_no_newer_answers_place(room: Room, as_person: As) -> None:
    """A, then B from another tab, then A once more: B still counts."""
    first, second = as_person(KARI), as_person(KARI)
    act = Act(KARI, ACTS["answer a round"].path, {"value": "5"}, "reason", Ballot)
    other = Act(KARI, act.path, {"value": "3"}, "reason", Ballot)
    assert post(first, room, act, "Ja.").status_code == 303
    assert post(second, room, other, "Nja.", key=room.workspace.new_id()).status_code == 303
    assert post(first, room, act, "Ja.").status_code == 303
    values = [
        ballot.value
        for ballot in room.workspace.region(REGION).view().find(Ballot, {"round": room.round.id}, order="sequence")
    ]
    assert values == [5, 3]
    assert room.kept(Round)[0].updates == room.round.updates + 2
    assert rounds.own_answer(room.workspace, KARI, room.round, room.measure.id).value == 3


def test_a_retry_is_answered_as_before_though_the_world_has_moved_on(room: Room, as_person: As) -> None:
    client = as_person(KARI)
    threads, answers = ACTS["open a thread"], ACTS["answer a round"]
    posted = post(client, room, threads, "Om avsnittet.")
    assert post(client, room, answers, "Fordi.", key="a" * 26).status_code == 303
    life.close_round(room.workspace, MARIT, room.round.id, "Alle har svart.")
    documents.save(room.workspace, AMUND, room.document.id, room.document.version, text="Noe helt annet.\n\nTo.")
    again = post(client, room, threads, "Om avsnittet.")
    assert (again.status_code, again.location) == (303, posted.location)
    assert post(client, room, answers, "Fordi.", key="a" * 26).status_code == 303
    assert post(client, room, answers, "Fordi.", key="b" * 26).status_code == 409


def test_a_key_is_of_one_person_and_one_address(room: Room, as_person: As) -> None:
    act = ACTS["reply"]
    for who in (KARI, BJORN):
        assert post(as_person(who), room, act, "Likt svar").status_code == 303
    assert len(room.kept(Comment)) == 3
    elsewhere = Act(KARI, "/documents/{document}/threads", {"block": "1"}, "text", Thread)
    assert post(as_person(KARI), room, elsewhere, "Likt svar").status_code == 422
    assert KEY not in str(room.kept(Receipt)), "the key itself is kept nowhere"


def test_scripts_send_the_key_as_a_header(room: Room, as_person: As) -> None:
    client = as_person(AMUND)
    fields = {"csrf_token": csrf_of(client), "title": "Fra et skript", "text": "Tekst.", "kind": "note"}
    for key in ('"8e03978e-40d5-43dd-bc93-6894a57f9324"', "8e03978e-40d5-43dd-bc93-6894a57f9324"):
        answer = client.post(f"/r/{REGION}/documents/", data=fields, headers={"Idempotency-Key": key})
        assert answer.status_code == 303
    assert len(room.kept(Document)) == 2
    again = client.post(f"/r/{REGION}/documents/", data=fields | {"text": "Ny."}, headers={"Idempotency-Key": key})
    assert again.status_code == 422


@pytest.mark.parametrize("key", ["x", "x" * 65, "../../../../etc/passwd", "å" * 26, "0123456789abcdefghjkmnpq'--"])
def test_a_key_that_is_none_is_refused_with_the_text(room: Room, as_person: As, key: str) -> None:
    answer = post(as_person(KARI), room, ACTS["reply"], "Skrevet med omhu.", key=key)
    assert answer.status_code == 400
    assert "Skrevet med omhu." in answer.text
    assert len(room.kept(Comment)) == 1


def test_every_form_that_makes_something_has_a_key(room: Room, as_person: As) -> None:
    document, round_, measure = room.document.id, room.round.id, room.measure.id
    for who, path in (
        (KARI, f"/documents/{document}?comment=1"),
        (KARI, f"/documents/{document}/threads/new?block=1"),
        (KARI, f"/measures/{measure}"),
        (KARI, f"/rounds/{round_}/answer"),
        (MARIT, f"/rounds/{round_}"),
        (MARIT, "/rounds/new"),
        (AMUND, "/documents/new"),
        (AMUND, "/documents/uploads/new"),
        (AMUND, "/measures/new"),
        (MARIT, "/members"),
    ):
        page = as_person(who).get(f"/r/{REGION}{path}").text
        keys = re.findall(r'name="key" value="(\w{26})"', page)
        assert keys and len(keys) == len(set(keys)), path


# -- Files --


def send(client: FlaskClient, content: bytes, name: str = "notat.txt", key: str = KEY) -> TestResponse:
    fields = {
        "csrf_token": csrf_of(client), "key": key, "kind": "note", "audience": "region", "checked": "1",
        "files": (io.BytesIO(content), name),
    }  # fmt: skip
    return client.post(f"/r/{REGION}/documents/uploads", data=fields, content_type="multipart/form-data")


def test_files_sent_twice_are_one_upload(room: Room, as_person: As) -> None:
    client = as_person(AMUND)
    first, again = (send(client, b"Kaia i Skarsund.") for _ in range(2))
    assert (first.status_code, first.location) == (303, again.location)
    assert len(room.kept(Upload)) == 1
    for content, name in ((b"Kaia i Havnsund.", "notat.txt"), (b"Kaia i Skarsund.", "annet.txt")):
        assert send(client, content, name).status_code == 422
    assert len(room.kept(Upload)) == 1
    assert len(room.kept(Document)) == 2


# -- Members and the life of a round --


def act_on(client: FlaskClient, path: str, key: str = KEY, **fields: str) -> TestResponse:
    return client.post(f"/r/{REGION}{path}", data={"csrf_token": csrf_of(client), "key": key, **fields})


def made_link(answer: TestResponse) -> str:
    return re.search(r"/invitation/([\w-]+)", answer.text)[1]


def test_an_invitation_sent_twice_is_one_and_the_last_link_works(room: Room, as_person: As) -> None:
    client = as_person(MARIT)
    fields = {"addresses": "ny@example.no", "role": "reader", "send": "1"}
    first, again = (act_on(client, "/invitations", **fields) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    [link] = room.workspace.house.view().find(Link)
    with pytest.raises(NotFound):
        invitations.invitation(room.workspace, made_link(first))
    assert invitations.invitation(room.workspace, made_link(again)).link.id == link.id
    assert act_on(client, "/invitations", **fields | {"role": "staff"}).status_code == 422
    invitations.withdraw(room.workspace, MARIT, link.id)
    assert "Ingen invitasjoner ble laget" in act_on(client, "/invitations", **fields).text, "it stays taken back"
    assert room.workspace.house.view().find(Link) == []


def test_a_late_retry_undoes_nothing_about_members(room: Room, as_person: As) -> None:
    client = as_person(MARIT)
    path = "/members/bjorn/role"
    assert act_on(client, path, role="facilitator").status_code == 303
    assert act_on(client, path, key="b" * 26, role="reader").status_code == 303
    assert act_on(client, path, role="facilitator").status_code == 303
    stored = room.workspace.region(REGION).view()
    assert stored.get(Membership, "bjorn").role == "reader"
    voice = "/municipalities/9001/voice"
    assert act_on(client, voice, key="c" * 26, voting_member="").status_code == 303
    assert act_on(client, voice, key="d" * 26, voting_member="kari").status_code == 303
    assert act_on(client, voice, key="c" * 26, voting_member="").status_code == 303
    assert room.workspace.region(REGION).view().get(Municipality, "9001").voting_member == "kari"
    assert [act_on(client, "/members/rolf/end", key="e" * 26).status_code for _ in range(2)] == [303, 303]


def test_a_late_retry_neither_closes_nor_reopens_a_round(room: Room, as_person: As) -> None:
    client = as_person(MARIT)
    path = f"/rounds/{room.round.id}"
    reopening = {"closes": "2026-12-09T12:00", "reason": "Skarfjord hadde ikke svart"}

    def state() -> str:
        return rounds.get(room.workspace, MARIT, room.round.id).state

    assert act_on(client, f"{path}/closure", closing_reason="Alle har svart.", key="a" * 26).status_code == 303
    assert act_on(client, f"{path}/reopening", key="b" * 26, **reopening).status_code == 303
    assert act_on(client, f"{path}/closure", closing_reason="Alle har svart.", key="a" * 26).status_code == 303
    assert state() == "open"
    assert act_on(client, f"{path}/closure", closing_reason="Alle har svart.", key="c" * 26).status_code == 303
    assert act_on(client, f"{path}/reopening", key="b" * 26, **reopening).status_code == 303
    assert state() == "closed"
    assert act_on(client, f"{path}/reopening", key="b" * 26, **reopening | {"reason": "En annen"}).status_code == 422


def test_a_late_retry_leaves_a_thread_as_it_is(room: Room, as_person: As) -> None:
    client, path = as_person(AMUND), f"/threads/{room.thread.id}"
    assert act_on(client, f"{path}/resolution", key="a" * 26).status_code == 303
    assert act_on(client, f"{path}/reopening", key="b" * 26).status_code == 303
    assert act_on(client, f"{path}/resolution", key="a" * 26).status_code == 303
    assert comments.get(room.workspace, AMUND, room.thread.id).resolved is None


# -- Receipts --


def test_a_receipt_is_written_with_the_act_or_not_at_all(room: Room) -> None:
    sent = Once(KEY, "digest")
    with pytest.raises(Invalid):
        comments.reply(room.workspace, KARI, room.thread.id, " ", once=sent)
    assert room.kept(Receipt) == []
    made = comments.reply(room.workspace, KARI, room.thread.id, "Et svar", once=sent)
    [receipt] = room.kept(Receipt)
    assert (receipt.kind, receipt.record, receipt.at) == ("comments", made.id, START)

    store = room.workspace.region(REGION)
    with pytest.raises(RuntimeError), store.transaction() as tx:
        once.remember(tx, KARI, Once("b" * 26, "digest"), made, START)
        raise RuntimeError
    assert room.kept(Receipt) == [receipt]


def test_old_receipts_are_swept_and_no_others(room: Room, clock: Clock) -> None:
    store = room.workspace.region(REGION)
    with store.transaction() as tx:
        for number in range(once.AT_ONCE + 20):
            once.remember(tx, KARI, Once(f"{number:026}", "digest"), room.thread, START)
    clock.forward(days=2)
    comments.reply(room.workspace, KARI, room.thread.id, "Et svar", once=Once(KEY, "digest"))
    assert once.sweep(store, clock()) == 0
    clock.forward(days=1)
    assert once.sweep(store, clock()) == once.AT_ONCE + 20
    assert once.sweep(store, clock()) == 0
    [left] = room.kept(Receipt)
    assert left.at == START + timedelta(days=2)


def test_the_order_of_fields_makes_no_difference_but_their_content_does() -> None:
    one = once.digest_of(KEY, "/p", [("a", "1"), ("b", "2")])
    assert one == once.digest_of(KEY, "/p", [("b", "2"), ("a", "1")])
    others = {
        once.digest_of(KEY, "/q", [("a", "1"), ("b", "2")]),
        once.digest_of("k" * 26, "/p", [("a", "1"), ("b", "2")]),
        once.digest_of(KEY, "/p", [("a", "2"), ("b", "1")]),
        once.digest_of(KEY, "/p", [("a", "1"), ("b", "2"), ("b", "2")]),
        once.digest_of(KEY, "/p", [("a", "1"), ("b", "2")], [("files", "x", io.BytesIO(b"y"))]),
        once.digest_of(KEY, "/p", [("a", "1"), ("b", "2")], [("files", "x", io.BytesIO(b"z"))]),
    }
    assert len(others | {one}) == 7
