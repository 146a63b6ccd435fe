"""One's inbox: what is told, what is told together, what is read, and what is not told any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.conftest import AMUND, BJORN, KARI, MARIT, REGION, ROLF, Clock
from workspace.access import Actor, Audience
from workspace.comments import service as comments
from workspace.comments.model import Comment
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.errors import Invalid, NotFound
from workspace.measures import service as measures
from workspace.notices import follows, forgetting, inbox, names, preferring, telling
from workspace.notices.inbox import News
from workspace.notices.model import AT_ONCE, DAILY, MENTIONED, Notice
from workspace.parts import Workspace
from workspace.rounds import life, reminding
from workspace.text import local

Told = Callable[[Actor], list[Notice]]


def said(news: News) -> str:
    return names.plain(names.sentence(news), "nb")


def sentences(parts: Workspace, actor: Actor, tab: str = "all") -> list[str]:
    telling.follow(parts, REGION)
    return [said(news) for news in inbox.read(parts, actor, tab).news]


@pytest.mark.both_stores
def test_what_is_told_is_read_one_by_one_and_all_at_once(parts: Workspace, document: Document, told: Told) -> None:
    first = comments.open_thread(parts, KARI, document.id, 1, "Er **det** sant?")
    comments.open_thread(parts, KARI, document.id, 1, "Og dette? @Amund")
    told(AMUND)
    found = inbox.read(parts, AMUND)
    assert [said(news) for news in found.news] == ["Kari nevnte deg i Kai og kraft", "Kari kommenterte Kai og kraft"]
    assert [news.excerpt for news in found.news] == ["Og dette? @Amund", "Er det sant?"]
    assert found.counts == {"all": 2, "unread": 2, "mentioned": 1, "deadlines": 0}
    assert inbox.unread(parts, AMUND) == 2
    seq = found.news[1].notice.seq
    inbox.mark_read(parts, AMUND, [seq, 9999])
    assert inbox.unread(parts, AMUND) == 1
    assert [news.notice.thread == first.id for news in inbox.read(parts, AMUND).news if news.is_read] == [True]
    inbox.mark_read(parts, AMUND, [seq])
    assert inbox.unread(parts, MARIT) == 2  # nobody reads for another
    inbox.mark_all_read(parts, AMUND, seq)
    assert inbox.unread(parts, AMUND) == 1  # it came after the page was made
    inbox.mark_all_read(parts, AMUND, 9999)
    assert inbox.unread(parts, AMUND) == 0
    assert parts.region(REGION).view().get(Notice, f"{seq:012d}:amund").read == parts.now()


def test_many_comments_in_a_thread_are_one_line(parts: Workspace, document: Document, clock: Clock) -> None:
    thread = comments.open_thread(parts, KARI, document.id, 1, "Er det sant?")
    for number in range(4):
        clock.forward(minutes=1)
        comments.reply(parts, BJORN, thread.id, f"Svar {number}")
    assert sentences(parts, AMUND) == ["Fem nye kommentarer i Kai og kraft"]
    assert sentences(parts, KARI) == ["Fire nye kommentarer i Kai og kraft"]
    [news] = inbox.read(parts, AMUND).news
    assert (len(news.notices), news.excerpt) == (5, "")
    clock.forward(days=1)
    comments.reply(parts, BJORN, thread.id, "Dagen etter")
    assert sentences(parts, KARI) == [
        "Bjorn svarte på tråden din i Kai og kraft",
        "Fire nye kommentarer i Kai og kraft",
    ]
    opened = inbox.opened(parts, KARI, inbox.read(parts, KARI).news[0].notice.seq)
    assert opened.thing.thread == comments.get(parts, KARI, thread.id)
    assert inbox.unread(parts, KARI) == 0  # who opens a thread has opened all that was said in it


def test_many_saves_by_one_person_are_one_line(parts: Workspace, document: Document, clock: Clock) -> None:
    follows.set_follow(parts, KARI, f"document:{document.id}", True)
    for who, number in ((AMUND, 1), (AMUND, 2), (MARIT, 3)):
        clock.forward(minutes=1)
        documents.save(parts, who, document.id, document.version + number - 1, text=f"Tekst {number}.")
    assert sentences(parts, KARI) == [
        "Marit lagret en ny versjon av Kai og kraft",
        "Amund lagret to nye versjoner av Kai og kraft",
    ]


def test_lines_stand_under_their_day(parts: Workspace, document: Document, clock: Clock) -> None:
    for days in (0, 6, 1):
        clock.forward(days=days)
        comments.open_thread(parts, KARI, document.id, 1, f"Etter {days} dager")
    telling.follow(parts, REGION)
    today = local(parts.now()).date()
    days = inbox.by_day(inbox.read(parts, AMUND).news, today)
    assert [(day, len(news)) for day, news in days] == [(today, 1), (today - timedelta(days=1), 1), (None, 1)]


@pytest.mark.both_stores
def test_what_is_no_longer_for_somebody_is_not_told_them(parts: Workspace, document: Document, told: Told) -> None:
    comments.open_thread(parts, AMUND, document.id, 1, "Hva sier @Kari?")
    [notice] = told(KARI)
    assert inbox.unread(parts, KARI) == 1
    stored = documents.get(parts, AMUND, document.id)
    documents.save(parts, AMUND, stored.id, stored.version, audience=Audience.STAFF)
    assert inbox.read(parts, KARI).news == ()
    assert inbox.unread(parts, KARI) == 0
    with pytest.raises(NotFound):
        inbox.opened(parts, KARI, notice.seq)
    with pytest.raises(NotFound):
        follows.set_follow(parts, KARI, f"document:{document.id}", True)


@pytest.mark.parametrize("taken", [{"withdrawn": True}, {"removed": True}])
def test_words_that_are_taken_back_are_not_shown(
    parts: Workspace, document: Document, told: Told, taken: dict[str, bool]
) -> None:
    thread = comments.open_thread(parts, KARI, document.id, 1, "Dette angrer jeg på.")
    told(AMUND)
    with parts.region(REGION).transaction() as tx:
        tx.put(tx.get(Comment, f"{thread.id}-1").changed(**dict.fromkeys(taken, parts.now())))
    [news] = inbox.read(parts, AMUND).news
    assert news.excerpt == ""


def test_pages_of_an_inbox(parts: Workspace, document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "PAGE", 2)
    for number in range(5):
        comments.open_thread(parts, KARI, document.id, 1, f"Nr. {number}")
    telling.follow(parts, REGION)
    pages = [[news.excerpt for news in inbox.read(parts, AMUND, page=page).news] for page in (1, 2, 3, 9)]
    assert pages == [["Nr. 4", "Nr. 3"], ["Nr. 2", "Nr. 1"], ["Nr. 0"], ["Nr. 0"]]


def test_a_round_tells_of_its_deadline_and_nothing_of_what_was_answered(parts: Workspace, clock: Clock) -> None:
    made = [measures.create(parts, AMUND, title=f"Tiltak {n}", text="Vi bygger.") for n in range(2)]
    draft = life.create(parts, MARIT, tuple(m.id for m in made), title="Høst", closes=clock() + timedelta(days=4))
    life.open_round(parts, MARIT, draft.id)
    clock.forward(days=3)
    reminding.make_due(parts, Actor(name="operator", region=REGION, operator=True))
    assert sentences(parts, KARI, "deadlines") == ["Du har to tiltak igjen i runde 1", "Runde 1 er åpnet"]
    [reminder, opened] = inbox.read(parts, KARI, "deadlines").news
    assert (reminder.notice.mail, opened.notice.mail) == ("unmailed", "waiting")  # rounds send their own letters
    assert names.plain(names.note(opened), "nb") == "Runden lukkes fredag 27. november kl.\u00a015.44."
    assert sentences(parts, BJORN, "deadlines") == []


def test_a_title_is_never_taken_for_a_text_of_ours_nor_for_html(parts: Workspace) -> None:
    made = documents.create(parts, AMUND, title="<b>100 % %(who)s</b>", kind="plan", text="Tekst.")
    telling.follow(parts, REGION)
    [news] = inbox.read(parts, KARI).news
    sentence = names.sentence(news)
    assert names.plain(sentence, "nb") == f"Amund la inn {made.title}"
    assert str(names.linked(sentence, "nb", "/a?b=1&c=2")) == (
        'Amund la inn <a href="/a?b=1&amp;c=2">&lt;b&gt;100 % %(who)s&lt;/b&gt;</a>'
    )


def test_every_event_that_is_told_of_has_its_words(parts: Workspace) -> None:
    from workspace.notices.recipients import TABLE

    made = {"comments.posted", "threads.settled", "reminders.made"}
    assert set(names._SAID) | made == set(TABLE)
    assert {action.partition(".")[0] for action in TABLE} == set(names.ICONS)


# -- Following, and mail --


@pytest.mark.both_stores
def test_following_and_stopping(parts: Workspace, document: Document, clock: Clock) -> None:
    about = f"document:{document.id}"
    assert (follows.is_followed(parts, AMUND, about), follows.is_followed(parts, KARI, about)) == (True, False)
    follows.set_follow(parts, KARI, about, True)
    clock.forward(minutes=1)
    follows.set_follow(parts, KARI, "chain:Sjømat", True)
    assert [one.about for one in follows.followed(parts, KARI)] == ["chain:Sjømat", about]
    assert follows.set_follow(parts, KARI, about, True).version == 1
    follows.set_follow(parts, KARI, about, False)
    follows.set_follow(parts, AMUND, about, False)
    assert [one.theme for one in follows.followed(parts, KARI)] == ["Sjømat"]
    assert not follows.is_followed(parts, AMUND, about)


@pytest.mark.parametrize("about", ["document:none", "chain:", f"chain:{'x' * 61}", "person:kari", "", "outcome:1"])
def test_what_can_not_be_followed(parts: Workspace, about: str) -> None:
    with pytest.raises(NotFound):
        follows.set_follow(parts, KARI, about, True)


def test_how_one_wants_mail(parts: Workspace) -> None:
    view = parts.region(REGION).view
    assert preferring.of(view(), "rolf").often == DAILY
    preferring.set_preference(parts, ROLF, AT_ONCE, (MENTIONED,))
    kept = preferring.set_preference(parts, ROLF, AT_ONCE, (MENTIONED,))
    assert (kept.version, preferring.of(view(), "rolf")) == (1, kept)
    with pytest.raises(Invalid) as refused:
        preferring.set_preference(parts, ROLF, "hourly", ("gossip",))
    assert set(refused.value.errors) == {"often", "wanted"}


def test_the_oldest_are_taken_away(
    parts: Workspace, document: Document, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        comments.open_thread(parts, KARI, document.id, 1, f"Nr. {number}")
    before = told(AMUND)
    monkeypatch.setattr(forgetting, "MOST", 3)
    monkeypatch.setattr(forgetting, "AT_ONCE", 1)
    assert forgetting.sweep(parts, REGION) == 6  # Amund's, Marit's and the administrator's
    assert told(AMUND) == before[2:]
    assert forgetting.sweep(parts, REGION) == 0
