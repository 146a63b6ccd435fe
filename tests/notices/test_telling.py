"""Following the log: who is told, once each, whatever is cut off in the middle, and where it begins."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import ADMIN, AMUND, BJORN, KARI, MARIT, REGION, ROLF, Clock, seed
from tests.hearings import conftest as hearings
from workspace.access import Actor, Audience
from workspace.comments import service as comments
from workspace.comments import writing
from workspace.comments.model import Comment
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.measures import service as measures
from workspace.notices import follows, preferring, telling
from workspace.notices.model import (
    ANSWERED,
    DAILY,
    FOLLOWED,
    MENTIONED,
    NEVER,
    REST,
    ROUND,
    THEME,
    UNMAILED,
    WAITING,
    FollowedTo,
    Notice,
)  # fmt: skip
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.rounds import life

Told = Callable[[Actor], list[Notice]]
EVERYBODY = (KARI, BJORN, AMUND, MARIT, ADMIN, ROLF)


def whys(notices: list[Notice]) -> list[tuple[str, str]]:
    return [(notice.action, notice.why) for notice in notices]


@pytest.mark.both_stores
def test_a_comment_is_told_to_who_wrote_the_text_and_to_who_leads(
    parts: Workspace, document: Document, told: Told
) -> None:
    thread = comments.open_thread(parts, KARI, document.id, 1, "Er det sant?")
    assert whys(told(AMUND)) == whys(told(MARIT)) == whys(told(ADMIN)) == [("threads.opened", FOLLOWED)]
    assert told(KARI) == told(BJORN) == told(ROLF) == []
    [notice] = told(AMUND)
    assert (notice.about, notice.thread, notice.by) == (f"document:{document.id}", thread.id, "kari")
    assert (notice.mail, notice.is_read) == (WAITING, False)
    comments.reply(parts, BJORN, thread.id, "Ja.")
    assert whys(told(KARI)) == [("comments.posted", ANSWERED)]
    assert whys(told(AMUND))[1:] == [("comments.posted", FOLLOWED)]
    assert len(told(MARIT)) == 1  # who leads hears of what waits for an answer, not of every word


@pytest.mark.both_stores
def test_the_log_followed_twice_tells_once(parts: Workspace, document: Document, told: Told) -> None:
    comments.open_thread(parts, KARI, document.id, 1, "Er det sant? @Bjorn")
    before = {who.person: told(who) for who in EVERYBODY}
    store = parts.region(REGION)
    with store.transaction() as tx:
        came_to = tx.get(FollowedTo, "log")
        tx.put(came_to.changed(seq=0))
    telling.follow(parts, REGION)
    again = {who.person: told(who) for who in EVERYBODY}
    for who, notices in before.items():
        assert set(notices) <= set(again[who])
        assert len({notice.id for notice in again[who]}) == len(again[who])
    assert telling.follow(parts, REGION) == 0


def test_what_is_cut_off_in_the_middle_is_told_when_it_is_followed_again(
    parts: Workspace, document: Document, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        comments.open_thread(parts, KARI, document.id, 1, f"Kommentar {number}")
    monkeypatch.setattr(telling, "AT_ONCE", 4)
    kept, keep = [], telling._keep

    def cut_off(workspace: Workspace, slug: str, part: telling.Part) -> int | None:
        if len(kept) == 2:
            raise OSError("the power went")
        kept.append(part)
        return keep(workspace, slug, part)

    monkeypatch.setattr(telling, "_keep", cut_off)
    with pytest.raises(OSError, match="the power went"):
        telling.follow(parts, REGION)
    assert parts.region(REGION).view().get(FollowedTo, "log").seq == kept[-1].to
    monkeypatch.setattr(telling, "_keep", keep)
    assert [len(told(who)) for who in (AMUND, MARIT, ADMIN)] == [10, 10, 10]


def test_another_process_that_was_faster_is_not_overtaken(
    parts: Workspace, document: Document, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    comments.open_thread(parts, KARI, document.id, 1, "Er det sant?")
    keep, other = telling._keep, []

    def slow(workspace: Workspace, slug: str, part: telling.Part) -> int | None:
        if not other:
            other.append(keep(workspace, slug, part))
        return keep(workspace, slug, part)

    monkeypatch.setattr(telling, "_keep", slow)
    assert telling.follow(parts, REGION) == 0
    assert other == [3]
    assert len(told(AMUND)) == 1


@pytest.mark.both_stores
def test_a_region_that_was_there_before_begins_at_the_end_of_its_log(workspace: Workspace, clock: Clock) -> None:
    seed(workspace)
    old = documents.create(workspace, AMUND, title="Gammelt", kind="plan", text="Tekst.")
    clock.forward(days=2)
    assert telling.follow(workspace, REGION) == 0
    assert workspace.region(REGION).view().get(FollowedTo, "log").seq == workspace.region(REGION).view().last_event()
    comments.open_thread(workspace, KARI, old.id, 1, "Nytt.")
    assert telling.follow(workspace, REGION) == 3


def test_a_new_region_is_followed_from_its_beginning(workspace: Workspace) -> None:
    seed(workspace)
    documents.create(workspace, AMUND, title="Planen", kind="plan", text="Tekst.")
    assert telling.follow(workspace, REGION) == 5


def test_a_store_put_back_to_an_earlier_day_is_followed_on(parts: Workspace, document: Document, told: Told) -> None:
    with parts.region(REGION).transaction() as tx:
        tx.put(tx.get(FollowedTo, "log").changed(seq=tx.last_event() + 50))
    assert telling.follow(parts, REGION) == 0
    comments.open_thread(parts, KARI, document.id, 1, "Er det sant?")
    assert len(told(AMUND)) == 1


# -- Who is told, and why --


def test_whoever_is_named_is_told_of_that_and_not_once_more(parts: Workspace, document: Document, told: Told) -> None:
    follows.set_follow(parts, BJORN, f"document:{document.id}", True)
    comments.open_thread(parts, KARI, document.id, 1, "Hva sier @Bjorn, @næringsliv og @prosesslederen?")
    assert whys(told(BJORN)) == whys(told(MARIT)) == [("threads.opened", MENTIONED)]
    comments.open_thread(parts, MARIT, document.id, 1, "Og @Havnsund?")
    assert whys(told(KARI)) == [("threads.opened", MENTIONED)]


def test_whoever_is_named_by_an_edit_hears_of_that_once(
    parts: Workspace, document: Document, told: Told, clock: Clock
) -> None:
    thread = comments.open_thread(parts, KARI, document.id, 1, "Hva sier @Bjorn?")
    assert whys(told(BJORN)) == [("threads.opened", MENTIONED)]

    def edited(text: str) -> None:
        clock.forward(minutes=1)
        comment = parts.region(REGION).view().get(Comment, f"{thread.id}-1")
        writing.edit(parts, KARI, comment.id, comment.version, text)

    edited("Hva sier @Bjorn og @Rolf?")
    assert whys(told(ROLF)) == [("comments.edited", MENTIONED)]
    assert len(told(BJORN)) == 1 and len(told(AMUND)) == 1
    edited("Hva sier dere?")
    edited("Hva sier @Rolf?")  # he was named before
    assert len(told(ROLF)) == 1


def test_of_several_edits_that_are_followed_at_once_each_names_its_own(
    parts: Workspace, document: Document, told: Told, clock: Clock
) -> None:
    thread = comments.open_thread(parts, KARI, document.id, 1, "Hva sier @Bjorn og @Amund?")
    for text in ("Hva sier @Bjorn og @Rolf?", "Hva sier @Bjorn, @Rolf og @Admin?"):
        clock.forward(minutes=1)
        comment = parts.region(REGION).view().get(Comment, f"{thread.id}-1")
        writing.edit(parts, KARI, comment.id, comment.version, text)
    assert whys(told(BJORN)) == [("threads.opened", MENTIONED)]
    assert whys(told(AMUND)) == [("threads.opened", FOLLOWED)]  # he wrote the document, and is named no longer
    assert whys(told(ROLF)) == [("comments.edited", MENTIONED)]
    assert whys(told(ADMIN)) == [
        ("threads.opened", FOLLOWED),
        ("comments.edited", MENTIONED),
    ]  # who leads, and is named


def test_a_theme_is_followed_and_a_thing_in_it_refused(parts: Workspace, told: Told) -> None:
    follows.set_follow(parts, BJORN, "chain:Sjømat", True)
    made = documents.create(parts, AMUND, title="Laks", kind="analysis", text="Laks.", value_chain="Sjømat")
    documents.create(parts, AMUND, title="Tre", kind="analysis", text="Tre.", value_chain="Tre og bygg")
    assert whys(told(BJORN)) == [("documents.created", THEME)]
    follows.set_follow(parts, BJORN, f"document:{made.id}", False)
    comments.open_thread(parts, KARI, made.id, 1, "Hva med torsk?")
    assert len(told(BJORN)) == 1


def test_who_has_said_no_hears_no_more_but_when_named(parts: Workspace, document: Document, told: Told) -> None:
    follows.set_follow(parts, AMUND, f"document:{document.id}", False)
    follows.set_follow(parts, MARIT, f"document:{document.id}", False)
    thread = comments.open_thread(parts, KARI, document.id, 1, "Er det sant?")
    assert told(AMUND) == told(MARIT) == []
    comments.reply(parts, BJORN, thread.id, "@Amund vet det.")
    assert whys(told(AMUND)) == [("comments.posted", MENTIONED)]
    follows.set_follow(parts, KARI, f"thread:{thread.id}", False)
    comments.reply(parts, AMUND, thread.id, "Ja.")
    assert len(told(KARI)) == 1  # Bjørn's, before
    assert whys(told(BJORN)) == [("comments.posted", ANSWERED)]


def test_who_follows_a_thread_of_a_document_they_refuse_hears_of_the_thread(
    parts: Workspace, document: Document, told: Told
) -> None:
    follows.set_follow(parts, AMUND, f"document:{document.id}", False)
    thread = comments.open_thread(parts, KARI, document.id, 1, "Er det sant?")
    assert told(AMUND) == []
    follows.set_follow(parts, AMUND, f"thread:{thread.id}", True)
    comments.reply(parts, BJORN, thread.id, "Ja.")
    assert whys(told(AMUND)) == [("comments.posted", FOLLOWED)]


def test_a_save_without_new_words_is_no_news(parts: Workspace, document: Document, told: Told) -> None:
    follows.set_follow(parts, KARI, f"document:{document.id}", True)
    saved = documents.save(parts, AMUND, document.id, document.version, tags=("kai",))
    assert told(KARI) == []
    documents.save(parts, AMUND, document.id, saved.version, text="Kaien er stor nok.")
    assert whys(told(KARI)) == [("documents.changed", FOLLOWED)]
    measure = measures.create(parts, AMUND, title="Felles kai", text="Vi bygger.", responsible="Havnsund")
    measure = measures.save(parts, AMUND, measure.id, measure.version, remark="Se kartet.")
    parts.now.forward(minutes=1)
    measures.save(parts, AMUND, measure.id, measure.version, remark="Se det nye kartet.")
    assert [action for action, _why in whys(told(KARI))][1:] == ["measures.proposed", "measures.changed"]


def test_a_round_is_told_to_who_answers_in_it(parts: Workspace, told: Told) -> None:
    measure = measures.create(parts, AMUND, title="Felles kai", text="Vi bygger.")
    draft = life.create(parts, MARIT, (measure.id,), title="Runde", closes=parts.now().replace(day=30))
    assert [one for one in told(KARI) if one.action.startswith("rounds")] == []
    life.open_round(parts, MARIT, draft.id)
    assert whys(told(KARI)) == [("rounds.opened", ROUND)]
    assert told(BJORN) == []
    assert whys(told(ADMIN))[-1] == ("rounds.opened", ROUND)
    assert "rounds.opened" not in {one.action for one in told(MARIT)}


def test_a_new_text_of_the_plan_is_told_to_all(parts: Workspace, told: Told) -> None:
    plan = documents.create(parts, AMUND, title="Planen", kind="plan", text="Utkast.")
    documents.save(parts, AMUND, plan.id, plan.version, text="Nytt utkast.")
    for who in (KARI, BJORN, MARIT, ADMIN, ROLF):
        assert whys(told(who)) == [("documents.created", FOLLOWED), ("documents.changed", FOLLOWED)]
    assert told(AMUND) == []


def test_a_hearing_is_told_to_all_and_its_answers_to_who_leads(
    parts: Workspace, document: Document, told: Told
) -> None:
    follows.set_follow(parts, KARI, f"document:{document.id}", on=True)
    hearing = hearings.open_of(parts, document)
    assert all(whys(told(who)) == [("hearings.opened", ROUND)] for who in (KARI, BJORN, ADMIN, ROLF))
    hearings.answered(parts, hearing, {"": "Vi er enige"}, name="Anne Berg")
    assert whys(told(ADMIN))[1:] == [("hearing_answers.received", FOLLOWED)]
    assert len(told(KARI)) == 1, "an answer is not shown to members yet, whatever they follow"
    assert told(ADMIN)[-1].about == f"document:{document.id}"


def test_who_wants_all_hears_of_all_that_is_told_of(parts: Workspace, document: Document, told: Told) -> None:
    preferring.set_preference(parts, ROLF, DAILY, (MENTIONED, REST))
    preferring.set_preference(parts, MARIT, NEVER, (FOLLOWED,))
    comments.open_thread(parts, KARI, document.id, 1, "Er det sant?")
    [to_rolf], [to_marit], [to_admin] = told(ROLF), told(MARIT), told(ADMIN)
    assert (to_rolf.why, to_rolf.mail) == (REST, WAITING)
    assert (to_marit.why, to_marit.mail) == (FOLLOWED, UNMAILED)
    assert (to_admin.why, to_admin.mail) == (FOLLOWED, WAITING)


# -- What nobody is told --


@pytest.mark.both_stores
def test_what_is_for_staff_is_told_to_staff_only(parts: Workspace, told: Told) -> None:
    preferring.set_preference(parts, BJORN, DAILY, (REST,))
    secret = documents.create(
        parts, AMUND, title="Hemmelig", kind="plan", text="Intervju.", audience=Audience.STAFF, value_chain="Sjømat"
    )
    follows.set_follow(parts, ROLF, "chain:Sjømat", True)
    documents.save(parts, AMUND, secret.id, secret.version, text="Intervju med Per.")
    comments.open_thread(parts, AMUND, secret.id, 1, "@Kari, @Bjorn, @Rolf og @Marit: se her.")
    for who in (KARI, BJORN, ROLF):
        assert told(who) == []
    assert whys(told(MARIT))[-1] == ("threads.opened", MENTIONED)


def test_who_has_left_is_told_nothing(parts: Workspace, document: Document, told: Told) -> None:
    thread = comments.open_thread(parts, BJORN, document.id, 1, "Er det sant?")
    follows.set_follow(parts, BJORN, f"document:{document.id}", True)
    told(BJORN)
    regions.end_membership(parts, ADMIN, "bjorn")
    comments.reply(parts, KARI, thread.id, "@Bjorn @næringsliv")
    assert told(BJORN) == []


def test_an_event_that_cant_be_read_keeps_nobody_from_hearing_of_the_next(
    parts: Workspace, document: Document, told: Told, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first = comments.open_thread(parts, KARI, document.id, 1, "Den første.")
    comments.open_thread(parts, KARI, document.id, 1, "Den andre.")
    find = telling.recipients

    def broken(view: object, circle: object, event: telling.Event) -> dict[str, str]:
        if event.record == first.id:
            raise ValueError
        return find(view, circle, event)

    monkeypatch.setattr(telling, "recipients", broken)
    assert len(told(AMUND)) == 1
    assert "nobody was told of event" in caplog.text
