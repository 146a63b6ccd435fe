"""Hearings through their services, on both stores: made, opened, answered, closed, assessed; and who sees what."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from tests.conftest import AMUND, BJORN, KARI, MARIT, REGION, ROLF, VERA, Clock
from tests.hearings.conftest import HAV, MAAL, NEW_TEXT, answered, door_of, draft_of, open_of
from workspace import jobs
from workspace.access import Audience
from workspace.comments import service as comments
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.hearings import answering, assessing, door, erasing, life, service
from workspace.hearings.answer import HearingAnswer, code_hash
from workspace.hearings.model import Hearing
from workspace.once import Once
from workspace.parts import Workspace
from workspace.search import service as search

both = pytest.mark.both_stores


def actions(workspace: Workspace) -> list[str]:
    return [event.action for event in workspace.region(REGION).view().events() if event.action.startswith("hearing")]


def reload(workspace: Workspace, kept: HearingAnswer) -> HearingAnswer:
    return workspace.region(REGION).view().get(HearingAnswer, kept.id)


# -- Its life --


@both
def test_the_whole_life_of_a_hearing(region: Workspace, plan: Document, clock: Clock) -> None:
    hearing = open_of(region, plan, questions=("Er målene riktige?",))
    kept = answered(region, hearing, {"": "Fint", "q1": "Ja", HAV: "Mer fisk", "b99": "finnes ikke"}, party="Havnsund")
    assert [(part.about, part.heading) for part in kept.parts] == [
        ("", ""),
        ("q1", "Er målene riktige?"),
        (HAV, "Hav"),
    ]
    assert (kept.municipality, kept.source, kept.number) == ("9001", "form", 1)
    extended = life.extend(region, MARIT, hearing.id, hearing.closes + timedelta(days=7), "Flere ba om det")
    clock.forward(days=52, seconds=1)
    assert life.meet_deadlines(region, MARIT) == 1
    closed = service.get(region, KARI, hearing.id)
    assert (closed.state, closed.closed_by) == ("closed", "deadline")
    assert extended.is_due(region.now()) and not closed.is_due(region.now())
    assert actions(region) == [
        "hearings.drafted", "hearings.opened", "hearing_answers.received", "hearings.extended", "hearings.closed",
    ]  # fmt: skip
    event = region.region(REGION).view().events()[-3]
    assert event.payload["document"] == plan.id and "Fint" not in str(event.payload)


def test_the_text_stays_the_version_that_was_sent_out(region: Workspace, plan: Document) -> None:
    hearing = open_of(region, plan)
    documents.save(region, AMUND, plan.id, plan.version, text="# Noe helt annet")
    read = door.text(region, door_of(region, hearing))
    assert [chapter.label for chapter in read.chapters] == ["Innledning", "Mål", "Hav"]


def test_only_those_who_lead_send_out_and_nothing_for_staff_alone(region: Workspace, plan: Document) -> None:
    with pytest.raises(Forbidden):
        life.create(region, AMUND, plan.id, 1, title="x", closes=region.now() + timedelta(days=1))
    secret = documents.create(region, AMUND, title="Internt", text="x", audience=Audience.STAFF)
    with pytest.raises(Invalid):
        draft_of(region, secret)
    draft = draft_of(region, plan)
    documents.save(region, AMUND, plan.id, plan.version, audience=Audience.STAFF)
    with pytest.raises(Invalid):
        life.open_hearing(region, MARIT, draft.id)
    with pytest.raises(NotFound):
        life.create(region, MARIT, plan.id, 9, title="x", closes=region.now() + timedelta(days=1))


@pytest.mark.parametrize(
    "fields",
    [{"title": " "}, {"title": "x" * 201}, {"letter": "x" * 5001}, {"questions": ("x",) * 21}, {"asked": ("x" * 121,)}],
)
def test_a_draft_says_what_is_wrong_with_it(region: Workspace, plan: Document, fields: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refused:
        draft_of(region, plan, **fields)
    assert list(refused.value.errors) == list(fields)


def test_a_draft_is_changed_thrown_away_or_opened_and_then_neither(region: Workspace, plan: Document) -> None:
    draft = draft_of(region, plan)
    changed = life.change(region, MARIT, draft.id, draft.version, title="Nytt navn")
    with pytest.raises(Conflict):
        life.change(region, MARIT, draft.id, draft.version, title="Gammelt")
    life.open_hearing(region, MARIT, changed.id)
    for act in (
        lambda: life.change(region, MARIT, draft.id, 3, title="x"),
        lambda: life.discard(region, MARIT, draft.id),
        lambda: life.open_hearing(region, MARIT, draft.id),
    ):
        with pytest.raises(Conflict):
            act()
    other = draft_of(region, plan)
    life.discard(region, MARIT, other.id)
    assert region.region(REGION).view().get(Hearing, other.id) is None


def test_closing_early_and_extending_need_a_reason_and_a_later_deadline(region: Workspace, plan: Document) -> None:
    hearing = open_of(region, plan)
    with pytest.raises(Invalid):
        life.close(region, MARIT, hearing.id, " ")
    with pytest.raises(Invalid) as refused:
        life.extend(region, MARIT, hearing.id, hearing.closes, "")
    assert set(refused.value.errors) == {"closes", "reason"}
    life.close(region, MARIT, hearing.id, "Alle har svart")
    with pytest.raises(Conflict):
        answered(region, hearing, {"": "for sent"})
    life.extend(region, MARIT, hearing.id, hearing.closes + timedelta(days=1), "Likevel ikke")
    assert answered(region, hearing, {"": "i tide"}).number == 1


# -- The public door --


def test_a_draft_a_wrong_token_and_another_region_s_are_the_same_nothing(region: Workspace, plan: Document) -> None:
    draft = draft_of(region, plan)
    opened = open_of(region, plan)
    wrong = (door.link(REGION, draft), f"{REGION}.x", f"nabo.{opened.token}", f"finnesikke.{opened.token}", "", "x")
    messages = set()
    for token in (*wrong, opened.token, f"{REGION}."):
        with pytest.raises(NotFound) as refused:
            door.door(region, token)
        messages.add(str(refused.value))
    assert len(messages) == 1
    assert len(opened.token) == 16 and opened.token != draft.token


def test_a_document_that_is_closed_to_the_region_is_closed_to_the_public(region: Workspace, plan: Document) -> None:
    hearing = open_of(region, plan)
    documents.save(region, AMUND, plan.id, plan.version, audience=Audience.STAFF)
    with pytest.raises(NotFound):
        door_of(region, hearing)
    with pytest.raises(NotFound):
        service.get(region, KARI, hearing.id)


@both
def test_an_answer_is_read_changed_and_withdrawn_by_its_code(region: Workspace, plan: Document, clock: Clock) -> None:
    hearing = open_of(region, plan)
    found = door_of(region, hearing)
    kept = answered(region, hearing, {"": "Første"}, email="anne@example.no", role="Lege")
    code = door.code_of(region, kept)
    assert code not in str(kept) and kept.code == code_hash(code.upper().replace("-", " "))
    assert door.receipt(region, found, code).id == kept.id
    changed = answering.rewrite(region, found, code, {"": "Andre"}, name="Anne B.")
    assert (changed.parts[0].text, changed.name, changed.number) == ("Andre", "Anne B.", 1)
    gone = answering.withdraw(region, found, code)
    assert (gone.parts, gone.email, gone.role) == ((), "", "") and gone.withdrawn is not None
    with pytest.raises(Conflict):
        answering.rewrite(region, found, code, {"": "Tredje"}, name="x")
    other = answered(region, hearing, {"": "Blir"})
    clock.forward(days=46)
    with pytest.raises(Conflict):
        answering.withdraw(region, found, door.code_of(region, other))
    assert service.get(region, MARIT, hearing.id).state == "closed"
    assert actions(region)[-5:] == [
        "hearing_answers.received", "hearing_answers.edited", "hearing_answers.withdrawn", "hearing_answers.received",
        "hearings.closed",
    ]  # fmt: skip


def test_a_code_belongs_to_one_hearing(region: Workspace, plan: Document) -> None:
    first, second = open_of(region, plan), open_of(region, plan)
    code = door.code_of(region, answered(region, first, {"": "x"}))
    for wrong in ("", "-", "aaaa-bbbb-cccc-dddd"):
        with pytest.raises(NotFound):
            door.receipt(region, door_of(region, first), wrong)
    with pytest.raises(NotFound):
        door.receipt(region, door_of(region, second), code)


@both
def test_the_same_answer_sent_twice_is_one_with_the_same_code(region: Workspace, plan: Document) -> None:
    hearing = open_of(region, plan)
    once = Once("k" * 26, "digest")
    found = door_of(region, hearing)
    kept = [answering.receive(region, found, {"": "Hei"}, once=once, name="Anne") for _ in range(2)]
    assert kept[0].id == kept[1].id
    assert door.code_of(region, kept[0]) == door.code_of(region, kept[1])


@pytest.mark.parametrize(
    ("said", "who", "fields"),
    [
        ({}, {"name": "Anne"}, {"text"}),
        ({"": "\u200d \n"}, {"name": "Anne"}, {"text"}),
        ({"": "Hei"}, {"name": " "}, {"name"}),
        ({"": "x" * 60_001}, {"name": "A"}, {"text"}),
        ({MAAL: "x" * 60_001}, {"name": "A"}, {f"part-{MAAL}"}),
        ({"": "å" * 60_000, MAAL: "å" * 60_000}, {"name": "A"}, {"text"}),
        ({"": "Hei"}, {"name": "x" * 121, "email": "ikke e-post"}, {"name", "email"}),
        ({"": "Hei"}, {"name": "A", "municipality": "0301"}, {"municipality"}),
    ],
)
def test_what_can_not_be_taken_is_said_by_field(
    region: Workspace, plan: Document, said: dict[str, str], who: dict[str, str], fields: set[str]
) -> None:
    hearing = open_of(region, plan)
    with pytest.raises(Invalid) as refused:
        answering.receive(region, door_of(region, hearing), said, **who)
    assert set(refused.value.errors) == fields
    assert service.answers(region, AMUND, hearing) == []


@both
def test_answers_that_race_the_deadline_are_kept_before_it_or_refused(
    region: Workspace, plan: Document, clock: Clock
) -> None:
    hearing = open_of(region, plan)
    found = door_of(region, hearing)
    outcomes: list[str] = []

    def send(number: int) -> None:
        try:
            answering.receive(region, found, {"": f"Svar {number}"}, name="Anne")
            outcomes.append("kept")
        except Conflict:
            outcomes.append("late")

    threads = [threading.Thread(target=send, args=(number,)) for number in range(8)]
    for number, one in enumerate(threads):
        if number == 4:
            life.close(region, MARIT, hearing.id, "Nå")
        one.start()
    for one in threads:
        one.join()
    kept = service.answers(region, AMUND, service.get(region, AMUND, hearing.id))
    assert len(kept) == outcomes.count("kept") and len(outcomes) == 8 and outcomes.count("late") >= 4
    assert sorted(one.number for one in kept) == list(range(1, len(kept) + 1))
    log = actions(region)
    assert "hearing_answers.received" not in log[log.index("hearings.closed") :]


def test_a_clock_set_back_opens_nothing(region: Workspace, plan: Document, clock: Clock) -> None:
    hearing = open_of(region, plan)
    clock.forward(days=46)
    with pytest.raises(Conflict):
        answered(region, hearing, {"": "for sent"})
    clock.forward(days=-2)
    with pytest.raises(Conflict):
        answered(region, hearing, {"": "fortsatt for sent"})


# -- Members and staff --


def test_a_member_answers_once_and_changes_that(region: Workspace, plan: Document) -> None:
    hearing = open_of(region, plan)
    answering.answer_as_member(region, KARI, hearing.id, {"": "Vi er enige"})
    second = answering.answer_as_member(region, KARI, hearing.id, {"": "Vi er nokså enige"})
    assert (second.party, second.municipality, second.source, second.number) == ("Havnsund", "9001", "account", 1)
    with pytest.raises(Forbidden):
        answering.answer_as_member(region, ROLF, hearing.id, {"": "x"})
    answering.withdraw_own(region, KARI, hearing.id)
    assert service.own_answer(region, KARI, hearing) is None
    with pytest.raises(Conflict):
        answering.withdraw_own(region, KARI, hearing.id)
    assert answering.answer_as_member(region, KARI, hearing.id, {"": "Likevel"}).number == 2


def test_staff_enter_what_came_by_mail_also_after_the_deadline(region: Workspace, plan: Document, clock: Clock) -> None:
    hearing = open_of(region, plan)
    day = region.now()
    clock.forward(days=60)
    kept = answering.enter(region, AMUND, hearing.id, {"": "Brev"}, region.now(), source="letter", party="Fylket")
    assert (kept.entered_name, kept.who, kept.received > hearing.closes) == ("Amund", "Fylket", True)
    assert answering.enter(region, AMUND, hearing.id, {"": "x"}, day, source="email", name="x").received == day
    with pytest.raises(Invalid):
        answering.enter(region, AMUND, hearing.id, {"": "x"}, region.now(), source="form", name="x")
    with pytest.raises(Invalid):
        answering.enter(
            region, AMUND, hearing.id, {"": "x"}, region.now() + timedelta(days=1), source="email", name="x"
        )
    with pytest.raises(Forbidden):
        answering.enter(region, KARI, hearing.id, {"": "x"}, day, source="email", name="x")
    with pytest.raises(Conflict):
        answering.enter(region, AMUND, draft_of(region, plan).id, {"": "x"}, day, source="email", name="x")


@both
def test_staff_assess_each_part_and_nobody_writes_over_another(region: Workspace, plan: Document) -> None:
    hearing = open_of(region, plan)
    thread = comments.open_thread(region, KARI, plan.id, 4, "Om målet")
    documents.save(region, AMUND, plan.id, plan.version, text=NEW_TEXT)
    kept = answered(region, hearing, {"": "Alt", MAAL: "Fordel dem"})
    said = {"assessment": "Enig", "outcome": "taken_in", "reason": ""}
    first = assessing.assess(region, AMUND, kept.id, 1, kept.version, led_to=2, thread=thread.id, **said)
    assert (first.parts[1].outcome, first.parts[1].led_to, first.is_assessed) == ("taken_in", 2, False)
    with pytest.raises(Conflict):
        assessing.assess(region, MARIT, kept.id, 1, kept.version, **said)
    for wrong in (
        {"outcome": ""}, {"outcome": "not_taken_in"}, {"outcome": "partly", "reason": " "}, {"assessment": "x" * 5001},
        {"led_to": 1}, {"led_to": 3}, {"thread": "finnes ikke"},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            assessing.assess(region, AMUND, kept.id, 0, first.version, **(said | wrong))
    with pytest.raises(Forbidden):
        assessing.assess(region, KARI, kept.id, 0, first.version, **said)
    answering.rewrite(
        region, door_of(region, hearing), door.code_of(region, kept), {"": "Nytt", MAAL: "Fordel dem"}, name="A"
    )
    assert [part.outcome for part in reload(region, kept).parts] == ["", "taken_in"]


def test_answers_are_for_staff_until_those_who_lead_show_them(region: Workspace, plan: Document) -> None:
    hearing = open_of(region, plan)
    kept = answered(region, hearing, {"": "Tareskog og kelp"})
    own = answering.answer_as_member(region, KARI, hearing.id, {"": "Eget svar om tareskog"})
    assert service.answers(region, KARI, hearing) == [own] and service.answers(region, BJORN, hearing) == []
    with pytest.raises(NotFound):
        service.answer(region, BJORN, kept.id)
    assert search.search(region, AMUND, "tareskog").total == 2
    assert search.search(region, BJORN, "tareskog").total == 0
    shown = life.show_answers(region, MARIT, hearing.id, True)
    assert len(service.answers(region, BJORN, shown)) == 2
    assert search.search(region, BJORN, "tareskog").total == 2
    life.show_answers(region, MARIT, hearing.id, False)
    assert search.search(region, BJORN, "tareskog").total == 0
    answering.withdraw(region, door_of(region, hearing), door.code_of(region, kept))
    assert search.search(region, AMUND, "kelp").total == 0
    with pytest.raises(Forbidden):
        life.show_answers(region, AMUND, hearing.id, True)


def test_drafts_are_for_those_who_prepare_and_another_region_sees_nothing(region: Workspace, plan: Document) -> None:
    draft = draft_of(region, plan)
    assert service.get(region, AMUND, draft.id) == draft
    with pytest.raises(NotFound):
        service.get(region, KARI, draft.id)
    assert [one.hearing.id for one in service.listing(region, AMUND)] == [draft.id]
    assert service.listing(region, KARI) == []
    with pytest.raises(NotFound):
        service.get(region, VERA, draft.id)


@both
def test_what_was_withdrawn_is_in_no_file_after_the_night(region: Workspace, plan: Document) -> None:
    hearing = open_of(region, plan)
    gone, kept = answered(region, hearing, {"": "kanarifugl"}), answered(region, hearing, {"": "spurvehauk"})
    assert erasing.finish(region, REGION) is False
    answering.withdraw(region, door_of(region, hearing), door.code_of(region, gone))
    jobs.forget_withdrawn(region)
    files = [path.read_bytes() for path in region.config.instance.rglob("*") if path.is_file()]
    assert not any(b"kanarifugl" in content for content in files)
    assert reload(region, kept).parts[0].text == "spurvehauk" and region.region(REGION).problems() == []
