"""The life of a thread and of what is said in it: what each act does, who may, and what is left for all to see."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conftest import ADMIN, AMUND, BJORN, KARI, MARIT, REGION, ROLF, Clock
from workspace.access import Actor
from workspace.comments import life, service, writing
from workspace.comments.model import KINDS, NOT_TAKEN_IN, TAKEN_IN, Behalf, Comment, CommentText, Thread
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.once import Once
from workspace.parts import Workspace
from workspace.record import Record
from workspace.regions.model import Municipality
from workspace.search import following
from workspace.search.port import Query
from workspace.store.port import View

ONCE = Once("k" * 26, "d" * 64)


@pytest.fixture
def document(workspace: Workspace) -> Document:
    with workspace.region(REGION).transaction() as tx:
        tx.put(Municipality(id="9001", name="Havnsund"))
    return documents.create(workspace, AMUND, title="Utkast", text="Ni kommuner.\n\nEtt arbeidsmarked.")


@pytest.fixture
def thread(workspace: Workspace, document: Document) -> Thread:
    return service.open_thread(workspace, KARI, document.id, 2, "Stemmer dette?", kind="question")


def view(workspace: Workspace) -> View:
    return workspace.region(REGION).view()


def now(workspace: Workspace, record: Record) -> Record:
    found = view(workspace).get(type(record), record.id)
    assert found is not None
    return found


def first(workspace: Workspace, thread: Thread) -> Comment:
    found = view(workspace).get(Comment, f"{thread.id}-1")
    assert found is not None
    return found


def actions(workspace: Workspace) -> list[str]:
    return [event.action for event in view(workspace).events() if event.table in {"threads", "comments"}]


# -- Threads --


@pytest.mark.both_stores
def test_from_open_to_answered_to_taken_in_and_open_again(
    workspace: Workspace, document: Document, thread: Thread, clock: Clock
) -> None:
    assert (thread.state, thread.kind) == ("open", "question")
    service.reply(workspace, BJORN, thread.id, "Det lurer jeg også på.")
    assert now(workspace, thread).state == "open", "a participant's reply answers nothing"
    clock.forward(minutes=1)
    service.reply(workspace, AMUND, thread.id, "Tallet er fra 2025.")
    answered = now(workspace, thread)
    assert (answered.state, answered.answered_by, answered.comments) == ("answered", "amund", 3)
    clock.forward(minutes=1)
    documents.save(workspace, AMUND, document.id, document.version, text="Ni kommuner.\n\nEtt felles arbeidsmarked.")
    settled = life.settle(workspace, AMUND, thread.id, TAKEN_IN, "Rettet.", once=ONCE)
    assert (settled.state, settled.reason, settled.led_to, settled.resolved_name) == (TAKEN_IN, "Rettet.", 2, "Amund")
    assert life.settle(workspace, AMUND, thread.id, TAKEN_IN, "Rettet.", once=ONCE) == settled
    clock.forward(minutes=1)
    opened = life.reopen(workspace, KARI, thread.id)
    assert (opened.state, opened.outcome, opened.reason, opened.led_to) == ("open", "", "", 0)
    steps = [(step.what, step.name, step.reason, step.led_to) for step in opened.steps]
    assert steps == [
        ("answered", "Amund", "", 0), (TAKEN_IN, "Amund", "Rettet.", 2), ("reopened", "Kari", "", 0),
    ]  # fmt: skip
    assert actions(workspace) == [
        "threads.opened", "comments.posted", "comments.posted", "threads.answered", "threads.settled",
        "threads.reopened",
    ]  # fmt: skip
    [event] = [event for event in view(workspace).events() if event.action == "threads.settled"]
    assert event.payload is not None
    assert event.payload["outcome"] == TAKEN_IN and event.payload["document"] == document.id
    assert "Rettet." not in str(event.payload)


def test_staff_do_not_answer_what_they_asked_themselves(workspace: Workspace, document: Document) -> None:
    asked = service.open_thread(workspace, AMUND, document.id, 1, "Hva mener dere?")
    service.reply(workspace, AMUND, asked.id, "Vi trenger svar før jul.")
    assert now(workspace, asked).state == "open"
    service.reply(workspace, MARIT, asked.id, "Svaret er ja.")
    assert now(workspace, asked).state == "answered"


@pytest.mark.parametrize("who", [KARI, BJORN, ROLF])
def test_only_staff_answer_and_settle(workspace: Workspace, thread: Thread, who: Actor) -> None:
    with pytest.raises(Forbidden):
        life.answer(workspace, who, thread.id)
    with pytest.raises(Forbidden):
        life.settle(workspace, who, thread.id, TAKEN_IN)
    assert now(workspace, thread) == thread


def test_a_thread_is_marked_as_answered_once(workspace: Workspace, thread: Thread) -> None:
    assert life.answer(workspace, AMUND, thread.id).state == "answered"
    with pytest.raises(Conflict):
        life.answer(workspace, AMUND, thread.id)
    service.reply(workspace, MARIT, thread.id, "Som avtalt på telefon.")
    assert actions(workspace).count("threads.answered") == 1


@pytest.mark.parametrize(
    ("outcome", "reason", "field"),
    [
        (NOT_TAKEN_IN, "", "reason"),
        (NOT_TAKEN_IN, " \n\u200d", "reason"),
        ("", "x", "outcome"),
        ("maybe", "x", "outcome"),
        (TAKEN_IN, "x" * 4_001, "reason"),
    ],
)
def test_not_taken_in_needs_a_reason(
    workspace: Workspace, thread: Thread, outcome: str, reason: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        life.settle(workspace, AMUND, thread.id, outcome, reason)
    assert field in refused.value.errors
    assert now(workspace, thread) == thread


def test_not_taken_in_leads_to_no_version(workspace: Workspace, thread: Thread) -> None:
    settled = life.settle(workspace, AMUND, thread.id, NOT_TAKEN_IN, "Tallet er riktig.", led_to=1)
    assert (settled.state, settled.led_to, settled.answered_by) == (NOT_TAKEN_IN, 0, "amund")
    with pytest.raises(Conflict):
        life.settle(workspace, AMUND, thread.id, TAKEN_IN)
    with pytest.raises(Conflict):
        life.resolve(workspace, AMUND, thread.id)


@pytest.mark.parametrize("number", [-1, 2, 99])
def test_a_version_that_is_not_there_is_refused(workspace: Workspace, thread: Thread, number: int) -> None:
    with pytest.raises(Invalid) as refused:
        life.settle(workspace, AMUND, thread.id, TAKEN_IN, led_to=number)
    assert "led_to" in refused.value.errors


def test_what_was_plainly_resolved_can_still_be_settled(workspace: Workspace, thread: Thread) -> None:
    assert life.resolve(workspace, KARI, thread.id).state == "resolved"
    assert life.settle(workspace, AMUND, thread.id, TAKEN_IN).state == TAKEN_IN


def test_reopened_by_its_author_or_staff_and_nobody_else(workspace: Workspace, thread: Thread) -> None:
    life.settle(workspace, AMUND, thread.id, NOT_TAKEN_IN, "Nei.")
    with pytest.raises(Forbidden):
        life.reopen(workspace, BJORN, thread.id)
    with pytest.raises(Forbidden):
        service.reply(workspace, BJORN, thread.id, "Jo!", reopen=True)
    service.reply(workspace, BJORN, thread.id, "Jo!")
    assert now(workspace, thread).state == NOT_TAKEN_IN, "a reply alone changes nothing"
    service.reply(workspace, KARI, thread.id, "Jeg er ikke enig.", reopen=True)
    assert now(workspace, thread).state == "open"
    service.reply(workspace, KARI, thread.id, "Og en ting til.", reopen=True)
    assert actions(workspace).count("threads.reopened") == 1


def test_staff_who_reply_and_reopen_answer_with_that(workspace: Workspace, thread: Thread) -> None:
    life.resolve(workspace, KARI, thread.id)
    service.reply(workspace, AMUND, thread.id, "Vi ser på det igjen.", reopen=True)
    assert now(workspace, thread).state == "answered"
    assert actions(workspace)[-3:] == ["comments.posted", "threads.reopened", "threads.answered"]


@pytest.mark.parametrize("kind", ["", *KINDS])
def test_the_kind_is_changed_by_its_author_and_by_staff(workspace: Workspace, thread: Thread, kind: str) -> None:
    assert life.classify(workspace, KARI, thread.id, kind).kind == kind
    assert life.classify(workspace, AMUND, thread.id, "support").kind == "support"
    with pytest.raises(Forbidden):
        life.classify(workspace, BJORN, thread.id, kind)


def test_a_kind_that_is_none_is_refused(workspace: Workspace, document: Document, thread: Thread) -> None:
    with pytest.raises(Invalid):
        life.classify(workspace, KARI, thread.id, "innsigelse")
    with pytest.raises(Invalid):
        service.open_thread(workspace, KARI, document.id, 1, "Hei", kind="innsigelse")


# -- Comments --


@pytest.mark.both_stores
def test_an_edited_comment_keeps_what_it_said(workspace: Workspace, thread: Thread, clock: Clock) -> None:
    comment, began = first(workspace, thread), clock()
    clock.forward(minutes=5)
    edited = writing.edit(workspace, KARI, comment.id, comment.version, "Stemmer dette tallet?", once=ONCE)
    assert (edited.text, edited.edited, edited.at) == ("Stemmer dette tallet?", clock(), began)
    assert writing.edit(workspace, KARI, comment.id, comment.version, "Stemmer dette tallet?", once=ONCE) == edited
    clock.forward(minutes=5)
    writing.edit(workspace, KARI, comment.id, edited.version, "Er tallet riktig?")
    _comment, _thread, earlier = writing.earlier_texts(workspace, BJORN, comment.id)
    assert [(text.text, text.at) for text in earlier] == [
        ("Stemmer dette tallet?", began + timedelta(minutes=5)), ("Stemmer dette?", began),
    ]  # fmt: skip
    logged = [event.payload for event in view(workspace).events() if event.action == "comments.edited"]
    assert len(logged) == 2 and "tall" not in str(logged)


def test_an_edit_that_comes_too_late_is_refused_with_the_text_as_it_stands(
    workspace: Workspace, thread: Thread
) -> None:
    comment = first(workspace, thread)
    writing.edit(workspace, KARI, comment.id, comment.version, "Fra telefonen")
    with pytest.raises(Conflict) as stale:
        writing.edit(workspace, KARI, comment.id, comment.version, "Fra datamaskinen")
    assert stale.value.current.text == "Fra telefonen"
    saved = writing.edit(workspace, KARI, comment.id, comment.version, "Fra telefonen")
    assert saved == stale.value.current, "what is saved already changes nothing"


@pytest.mark.parametrize("who", [BJORN, AMUND, MARIT, ADMIN, ROLF])
def test_nobody_changes_what_another_said(workspace: Workspace, thread: Thread, who: Actor) -> None:
    comment = first(workspace, thread)
    with pytest.raises(Forbidden):
        writing.edit(workspace, who, comment.id, comment.version, "Noe annet")
    with pytest.raises(Forbidden):
        writing.withdraw(workspace, who, comment.id)
    assert now(workspace, comment) == comment


@pytest.mark.both_stores
def test_a_withdrawn_comment_leaves_its_place_and_no_word(workspace: Workspace, thread: Thread) -> None:
    comment = first(workspace, thread)
    writing.edit(workspace, KARI, comment.id, comment.version, "Stemmer kanarifuglen?")
    service.reply(workspace, BJORN, thread.id, "God merknad.")
    following.follow(workspace, REGION)
    query = Query(words="kanarifuglen", audiences=("region",))
    assert workspace.indexes.region(REGION).search(query).total == 1
    withdrawn = writing.withdraw(workspace, KARI, comment.id, once=ONCE)
    assert (withdrawn.text, withdrawn.said, withdrawn.gone, withdrawn.name) == ("", "", True, "Kari")
    assert writing.withdraw(workspace, KARI, comment.id, once=ONCE) == withdrawn
    seen = view(workspace)
    assert seen.find(CommentText) == []
    assert "kanarifugl" not in str([list(seen.documents(table)) for table in seen.tables()])
    assert "kanarifugl" not in str(list(seen.events()))
    following.follow(workspace, REGION)
    assert workspace.indexes.region(REGION).search(query).total == 0
    assert now(workspace, thread).state == "open", "its replies stay, and so does what they ask"
    with pytest.raises(NotFound):
        writing.earlier_texts(workspace, KARI, comment.id)
    for again in (
        lambda: writing.withdraw(workspace, KARI, comment.id),
        lambda: writing.own(workspace, KARI, comment.id),
    ):
        with pytest.raises(Conflict):
            again()
    with pytest.raises(Conflict):
        writing.edit(workspace, KARI, comment.id, withdrawn.version, "Likevel")


def test_a_thread_in_which_nothing_is_left_to_answer_is_resolved(workspace: Workspace, thread: Thread) -> None:
    writing.withdraw(workspace, KARI, first(workspace, thread).id)
    assert now(workspace, thread).state == "resolved"
    assert actions(workspace)[-2:] == ["threads.resolved", "comments.withdrawn"]


@pytest.mark.both_stores
def test_what_is_taken_away_is_neither_shown_nor_found_and_can_be_put_back(
    workspace: Workspace, document: Document, thread: Thread
) -> None:
    comment = first(workspace, thread)
    removed = writing.remove(workspace, MARIT, comment.id, "Personopplysninger.", once=ONCE)
    assert (removed.said, removed.removed_reason, removed.removed_name) == ("", "Personopplysninger.", "Marit")
    assert writing.remove(workspace, MARIT, comment.id, "Personopplysninger.", once=ONCE) == removed
    assert service.entries_of(view(workspace), "comments", comment.id) == ([], [f"comment:{comment.id}"])
    assert service.entries_of(view(workspace), "threads", thread.id) == ([], [f"comment:{comment.id}"])
    assert service.entries_of(view(workspace), "documents", document.id) == ([], [f"comment:{comment.id}"])
    with pytest.raises(Conflict):
        writing.edit(workspace, KARI, comment.id, removed.version, "På nytt")
    restored = writing.restore(workspace, ADMIN, comment.id)
    assert (restored.said, restored.removed, restored.removed_reason) == ("Stemmer dette?", None, "")
    assert [entry.text for entry in service.entries_of(view(workspace), "comments", comment.id)[0]] == [
        "Stemmer dette?"
    ]
    with pytest.raises(Conflict):
        writing.restore(workspace, MARIT, comment.id)
    assert actions(workspace)[-2:] == ["comments.removed", "comments.restored"]


def test_an_author_may_erase_what_was_taken_away_and_then_it_can_not_come_back(
    workspace: Workspace, thread: Thread
) -> None:
    comment = first(workspace, thread)
    writing.remove(workspace, MARIT, comment.id, "Feil sted.")
    assert writing.withdraw(workspace, KARI, comment.id).text == ""
    with pytest.raises(Conflict):
        writing.restore(workspace, MARIT, comment.id)


@pytest.mark.parametrize("who", [KARI, BJORN, AMUND, ROLF])
def test_only_those_who_lead_take_comments_away(workspace: Workspace, thread: Thread, who: Actor) -> None:
    comment = first(workspace, thread)
    with pytest.raises(Forbidden):
        writing.remove(workspace, who, comment.id, "Nei")
    with pytest.raises(Invalid):
        writing.remove(workspace, MARIT, comment.id, "  ")
    assert now(workspace, comment) == comment


# -- For somebody else --


@pytest.mark.both_stores
def test_a_comment_from_a_meeting_is_its_municipality_s(workspace: Workspace, document: Document) -> None:
    said = Behalf(party="havnsund", name="Ordføreren", source="Fra folkemøtet i Brattfjell 3. nov.")
    thread = service.open_thread(workspace, AMUND, document.id, 1, "Vi vil ha kai.", behalf=said, kind="suggestion")
    comment = first(workspace, thread)
    assert (comment.by, comment.name, comment.party, comment.group) == ("", "Ordføreren", "Havnsund", "municipality")
    assert (comment.entered_by, comment.entered_name) == ("amund", "Amund")
    assert comment.source == "Fra folkemøtet i Brattfjell 3. nov."
    assert (thread.by, thread.municipality) == ("", "9001")
    assert service.counts(workspace, KARI) == {"9001": 1}
    service.reply(workspace, AMUND, thread.id, "Vi ser på det.")
    assert now(workspace, thread).state == "answered", "the one who entered it answers it"


def test_a_reply_from_a_letter_is_no_answer_of_staff_s(workspace: Workspace, thread: Thread) -> None:
    reply = service.reply(
        workspace, AMUND, thread.id, "Vi er imot.", behalf=Behalf("Bondelaget", source="Brev 4. nov.")
    )
    assert (reply.name, reply.party, reply.group, reply.entered_by) == ("Bondelaget", "", "", "amund")
    assert now(workspace, thread).state == "open"
    edited = writing.edit(workspace, AMUND, reply.id, reply.version, "Vi er imot dette.")
    assert edited.source == "Brev 4. nov."


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        (Behalf(party="Havnsund"), {"source"}),
        (Behalf(source="Møtet"), {"party"}),
        (Behalf(" ", " ", " "), {"party", "source"}),
    ],
)
def test_whose_it_is_and_where_it_was_said_must_be_known(
    workspace: Workspace, document: Document, thread: Thread, said: Behalf, fields: set[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        service.reply(workspace, AMUND, thread.id, "Hei", behalf=said)
    assert set(refused.value.errors) == fields
    with pytest.raises(Invalid):
        service.open_thread(workspace, AMUND, document.id, 1, "Hei", behalf=said)


def test_participants_speak_for_themselves(workspace: Workspace, document: Document, thread: Thread) -> None:
    said = Behalf(party="Ordføreren", source="Kantina")
    with pytest.raises(Forbidden):
        service.reply(workspace, KARI, thread.id, "Hei", behalf=said)
    with pytest.raises(Forbidden):
        service.open_thread(workspace, KARI, document.id, 1, "Hei", behalf=said)
