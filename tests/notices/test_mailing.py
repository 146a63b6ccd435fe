"""Letters of notices over a real mail server on this machine: when, to whom, what they say, and never twice."""

from __future__ import annotations

import dataclasses
import email
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import default

import pytest

from tests.conftest import AMUND, BJORN, KARI, MARIT, REGION, Clock
from tests.mail_server import MailServer
from workspace import jobs
from workspace.accounts.model import Person
from workspace.comments import service as comments
from workspace.comments.model import Thread
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.notices import follows, inbox, mailing, preferring, telling
from workspace.notices.delivery import Delivery
from workspace.notices.model import AT_ONCE, DROPPED, REFUSED, SENDING, SENT, WAITING, WANTED, WEEKLY, Notice
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.rounds import life

NEXT_MORNING = datetime.fromisoformat("2026-11-24T06:00:00+00:00")


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


@pytest.fixture
def region(parts: Workspace, server: MailServer) -> Workspace:
    """A region whose mail goes to the server; Bjørn reads nynorsk."""
    with parts.house.transaction() as tx:
        tx.put(tx.get(Person, "bjorn").changed(locale="nn"))
    config = dataclasses.replace(
        parts.config, smtp_url=server.url, base_url="https://rom.example.no", reply_address="svar@rom.example.no"
    )
    return dataclasses.replace(parts, config=config)


@pytest.fixture
def thread(region: Workspace, document: Document) -> Thread:
    """A thread that Kari has opened, told of and sent."""
    return comments.open_thread(region, KARI, document.id, 1, "Er det sant?")


def minute(region: Workspace) -> None:
    """What goes on each minute, and beside it."""
    telling.follow(region, REGION)
    jobs.send_notices(region)


def letters(server: MailServer) -> list[tuple[str, EmailMessage]]:
    """Who was written to, and the letter."""
    found = []
    for letter in server.letters:
        message = email.message_from_bytes(letter.content, policy=default)
        assert isinstance(message, EmailMessage)
        found.append((letter.to[0].partition("@")[0], message))
    return found


def receivers(server: MailServer) -> list[str]:
    return sorted(person for person, _message in letters(server))


def states(region: Workspace) -> list[str]:
    return [delivery.state for delivery in region.region(REGION).view().find(Delivery)]


def mails(region: Workspace, person: str) -> list[str]:
    found = region.region(REGION).view().find(Notice, {"person": person}, order="seq")
    return [notice.mail for notice in found]


# -- When --


@pytest.mark.both_stores
def test_an_answer_goes_at_once_and_the_rest_in_the_morning(
    region: Workspace, server: MailServer, thread: Thread, clock: Clock
) -> None:
    minute(region)
    assert receivers(server) == [], "what is merely followed waits"
    comments.reply(region, AMUND, thread.id, "Ja.")
    minute(region)
    assert receivers(server) == ["kari"]
    minute(region)
    clock.moment = NEXT_MORNING - timedelta(minutes=1)
    minute(region)
    assert receivers(server) == ["kari"]
    clock.moment = NEXT_MORNING
    minute(region)
    minute(region)
    assert receivers(server) == ["admin", "amund", "kari", "marit"]
    clock.forward(days=1)
    minute(region)
    assert len(server.letters) == 4, "there is only a letter where something is new"
    assert set(states(region)) == {SENT}


def test_several_at_once_are_one_letter(region: Workspace, server: MailServer, thread: Thread) -> None:
    for number in range(3):
        comments.reply(region, AMUND, thread.id, f"Svar {number}")
    comments.reply(region, AMUND, thread.id, "Hva mener @Kari?")
    minute(region)
    [(person, message)] = letters(server)
    assert person == "kari" and message["Subject"] == "To varsler fra Regionrom for Skarfjordregionen"
    text = message.get_content()
    assert text.index("Amund nevnte deg i") < text.index("Tre nye kommentarer i") or "nevnte deg" in text


def test_who_chose_at_once_gets_a_letter_and_never_is_never(
    region: Workspace, server: MailServer, thread: Thread, clock: Clock
) -> None:
    preferring.set_preference(region, MARIT, AT_ONCE, WANTED)
    preferring.set_preference(region, KARI, "never", WANTED)
    comments.reply(region, BJORN, thread.id, "Ja. @Kari")
    minute(region)
    assert receivers(server) == ["marit"]
    clock.moment = NEXT_MORNING + timedelta(days=7)
    minute(region)
    assert "kari" not in receivers(server)


def test_once_a_week_it_comes_on_monday(region: Workspace, server: MailServer, thread: Thread, clock: Clock) -> None:
    preferring.set_preference(region, AMUND, WEEKLY, WANTED)
    for day in range(6):
        clock.moment = NEXT_MORNING + timedelta(days=day)
        minute(region)
    assert "amund" not in receivers(server)
    clock.moment = NEXT_MORNING + timedelta(days=6)  # a Monday
    minute(region)
    assert receivers(server).count("amund") == 1


def test_what_was_read_in_the_room_does_not_come_by_mail(
    region: Workspace, server: MailServer, thread: Thread, clock: Clock
) -> None:
    telling.follow(region, REGION)
    inbox.mark_all_read(region, AMUND, region.region(REGION).view().last_event())
    clock.moment = NEXT_MORNING
    minute(region)
    assert receivers(server) == ["admin", "marit"]
    assert mails(region, "amund") == [DROPPED]


def test_who_left_or_may_no_longer_see_it_gets_nothing(
    region: Workspace, server: MailServer, thread: Thread, document: Document, clock: Clock
) -> None:
    comments.reply(region, AMUND, thread.id, "Ja.")
    telling.follow(region, REGION)
    regions.end_membership(region, MARIT, "kari")
    minute(region)
    assert receivers(server) == []
    assert mails(region, "kari") == [DROPPED]


def test_a_reminder_of_a_round_is_not_sent_twice(region: Workspace, server: MailServer, clock: Clock) -> None:
    """Rounds send these letters themselves, at once and before the deadline."""
    from workspace.measures import service as measures

    measure = measures.create(region, AMUND, title="Felles kjølelager", text="Vi bygger sammen.")
    closes = datetime.fromisoformat("2026-11-30T11:00:00+00:00")
    draft = life.create(region, MARIT, (measure.id,), title="Nytte", closes=closes)
    life.open_round(region, MARIT, draft.id)
    minute(region)
    clock.moment = NEXT_MORNING
    minute(region)
    server.letters.clear()
    clock.moment = closes - timedelta(days=2)
    jobs.send_reminders(region)
    minute(region)
    clock.forward(days=1)
    minute(region)
    about_the_round = [message for person, message in letters(server) if person == "kari"]
    assert len(about_the_round) == 1 and "har ett tiltak igjen" in about_the_round[0].get_content()


# -- What it says --


def test_a_letter_says_that_it_happened_and_where_and_not_what_was_said(
    region: Workspace, server: MailServer, thread: Thread
) -> None:
    comments.reply(region, BJORN, thread.id, "Kanarifugl @Kari")
    minute(region)
    [(_person, message)] = letters(server)
    assert message["Subject"] == "Bjorn nevnte deg i Kai og kraft"
    text = message.get_content()
    seq = region.region(REGION).view().find(Notice, {"person": "kari"}, order="seq")[-1].seq
    assert f"https://rom.example.no/r/{REGION}/notices/{seq}" in text
    assert "Kanarifugl" not in server.letters[0].content.decode()
    assert "Du kan svare på denne e-posten." in text and text.startswith("##- Skriv svaret over denne linja ##-")


def test_programs_are_told_what_it_is_of_and_how_to_stop_it(
    region: Workspace, server: MailServer, thread: Thread
) -> None:
    comments.reply(region, BJORN, thread.id, "Ja.")
    minute(region)
    comments.reply(region, BJORN, thread.id, "Nei.")
    minute(region)
    (_a, first), (_b, second) = letters(server)
    assert first["In-Reply-To"] == first["References"] == second["References"], "one talk in the receiver's program"
    assert first["Message-ID"] != second["Message-ID"] and first["Reply-To"] != second["Reply-To"]
    assert re.fullmatch(r"svar\+[a-z2-7]{20}@rom\.example\.no", first["Reply-To"])
    assert server.letters[0].sender == first["Reply-To"], "what can't be handed over comes back to where we look"
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = re.fullmatch(r"<(https://rom\.example\.no/u/[\w.-]+)>", first["List-Unsubscribe"])[1]
    assert f"Slutt å få varsel om Tråd i Kai og kraft: {address}" in first.get_content()
    assert first["Content-Language"] == "nb" and first["Auto-Submitted"] == "auto-generated"


def test_it_is_in_the_language_of_who_gets_it(region: Workspace, server: MailServer, document: Document) -> None:
    comments.open_thread(region, KARI, document.id, 1, "Hva mener @Bjorn?")
    minute(region)
    [(person, message)] = letters(server)
    assert person == "bjorn" and message["Content-Language"] == "nn"
    assert message["Subject"] == "Kari nemnde deg i Kai og kraft"
    assert "Du kan svare på denne e-posten. Svaret blir ein kommentar" in message.get_content()


def test_a_long_digest_is_cut_with_a_count(region: Workspace, server: MailServer, clock: Clock) -> None:
    for number in range(32):
        made = documents.create(region, AMUND, title=f"Notat {number}", kind="analysis", text="Kaien er for liten.")
        comments.open_thread(region, KARI, made.id, 1, "Er det sant?")
    telling.follow(region, REGION)
    clock.moment = NEXT_MORNING
    minute(region)
    [text] = [message.get_content() for person, message in letters(server) if person == "marit"]
    assert text.count("Kari kommenterte") == 20
    assert f"Og tolv til:\r\nhttps://rom.example.no/r/{REGION}/notices/" in text
    assert "Du kan svare på denne e-posten" not in text, "it is not about one thread"
    assert "Slutt å få varsel om" not in text and "Slutt å få e-post om varsler: https://" in text


@pytest.mark.parametrize("title", ["Kai\u2028Bcc: alle@example.no", "=?utf-8?q?Bcc?= <a@b.no>", "👨‍👩‍👧‍👦 og kai"])
def test_a_title_can_put_nothing_in(region: Workspace, server: MailServer, title: str) -> None:
    made = documents.create(region, AMUND, title=title, kind="analysis", text="Kaien er for liten.")
    comments.open_thread(region, KARI, made.id, 1, "Hva mener @Amund?")
    minute(region)
    [got] = server.letters
    assert got.to == ["amund@example.no"]
    [(_person, message)] = letters(server)
    assert message["Bcc"] is None
    assert message["Subject"] == f"Kari nevnte deg i {' '.join(title.split())}"


# -- The mark and the letter --


class Crash(BaseException):
    """The process is gone."""


@pytest.fixture
def waiting(region: Workspace, thread: Thread) -> Workspace:
    """A region in which one letter is due, to Kari."""
    comments.reply(region, AMUND, thread.id, "Ja.")
    telling.follow(region, REGION)
    return region


@pytest.mark.both_stores
@pytest.mark.parametrize(
    ("where", "after", "sent", "state"),
    [
        ("_marked", False, 1, SENT),  # before the mark is kept: nothing has happened, and it is done anew
        ("_send", False, 0, SENDING),  # the mark is kept, no letter
        ("_ended", False, 1, SENDING),  # the letter is gone, and nothing says so
        ("_ended", True, 1, SENT),
    ],
)
def test_no_double_after_a_crash_at_any_step(
    waiting: Workspace, server: MailServer, clock: Clock, monkeypatch: pytest.MonkeyPatch,
    where: str, after: bool, sent: int, state: str,
) -> None:  # fmt: skip
    real = getattr(mailing, where)

    def crash(*given: object) -> object:
        if after:
            real(*given)
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(mailing, where, crash)
        with pytest.raises(Crash):
            mailing.send(waiting, REGION)
    for _time in range(3):
        clock.forward(minutes=30)
        minute(waiting)
    assert receivers(server) == ["kari"] * sent
    assert states(waiting) == [state] and mails(waiting, "kari") == [state]


def test_two_processes_send_one_letter(waiting: Workspace, server: MailServer) -> None:
    begun = mailing._begun(waiting, REGION, "kari")
    assert begun is not None and mailing._begun(waiting, REGION, "kari") is None
    minute(waiting)
    assert server.letters == []


def test_a_server_that_is_down_is_waited_for(waiting: Workspace, server: MailServer, clock: Clock) -> None:
    down = dataclasses.replace(waiting, config=dataclasses.replace(waiting.config, smtp_url="smtp://127.0.0.1:1"))
    for _time in range(3):
        minute(down)
    assert states(waiting) == [] and mails(waiting, "kari") == [WAITING]
    minute(waiting)
    assert receivers(server) == ["kari"]


def test_what_is_not_taken_now_is_tried_less_and_less_often(
    waiting: Workspace, server: MailServer, clock: Clock, thread: Thread
) -> None:
    server.refuses = {"kari@example.no": "452 Mailbox full"}
    tries = []
    for _minute in range(12):
        minute(waiting)
        [delivery] = waiting.region(REGION).view().find(Delivery)
        tries.append(delivery.tried)
        clock.forward(minutes=1)
    assert tries == [1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5]
    assert (delivery.state, mails(waiting, "kari")) == (WAITING, [SENDING])
    comments.reply(waiting, AMUND, thread.id, "Og nei.")
    minute(waiting)
    assert len(states(waiting)) == 1, "what comes meanwhile waits for that letter"
    server.refuses = {}
    clock.forward(minutes=10)
    minute(waiting)
    minute(waiting)
    assert receivers(server) == ["kari", "kari"] and set(states(waiting)) == {SENT}


def test_a_recipient_that_is_refused_is_not_tried_again(waiting: Workspace, server: MailServer, clock: Clock) -> None:
    server.refuses = {"kari@example.no": "550 No such user"}
    minute(waiting)
    assert states(waiting) == [REFUSED] and mails(waiting, "kari") == [REFUSED]
    clock.forward(hours=1)
    minute(waiting)
    assert server.letters == [] and states(waiting) == [REFUSED]


def test_it_is_tried_a_hundred_times_and_no_more(waiting: Workspace, server: MailServer, clock: Clock) -> None:
    server.refuses = {"kari@example.no": "452 Mailbox full"}
    minute(waiting)
    with waiting.region(REGION).transaction() as tx:
        [delivery] = tx.find(Delivery)
        tx.put(delivery.changed(tried=99))
    clock.forward(hours=2)
    minute(waiting)
    assert states(waiting) == [REFUSED]


def test_what_nobody_knows_of_stays_as_it_is(waiting: Workspace, server: MailServer, clock: Clock) -> None:
    server.says_of_text = None
    minute(waiting)
    clock.forward(hours=1)
    server.says_of_text = "250 OK"
    minute(waiting)
    assert len(server.letters) == 1 and states(waiting) == [SENDING]


def test_nothing_to_tell_any_more_when_it_is_tried_again(waiting: Workspace, server: MailServer, clock: Clock) -> None:
    server.refuses = {"kari@example.no": "452 Mailbox full"}
    minute(waiting)
    regions.end_membership(waiting, MARIT, "kari")
    clock.forward(minutes=5)
    server.refuses = {}
    minute(waiting)
    assert server.letters == [] and states(waiting) == [DROPPED] and mails(waiting, "kari") == [DROPPED]


def test_nothing_goes_out_without_a_server_or_in_a_demo(waiting: Workspace, server: MailServer) -> None:
    for more in ({"smtp_url": ""}, {"demo": True}):
        config = dataclasses.replace(waiting.config, **more)
        assert mailing.send(dataclasses.replace(waiting, config=config), REGION) == 0
    assert states(waiting) == [] and server.letters == []


def test_the_time_of_a_turn_is_bounded(
    waiting: Workspace, server: MailServer, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    comments.open_thread(waiting, KARI, document.id, 1, "Hva mener @Bjorn?")
    telling.follow(waiting, REGION)
    monkeypatch.setattr(mailing, "A_WHILE", -1.0)
    assert mailing.send(waiting, REGION) == 0
    monkeypatch.undo()
    assert mailing.send(waiting, REGION) == 2


def test_saying_no_after_being_told_stops_the_letter(waiting: Workspace, server: MailServer, thread: Thread) -> None:
    follows.set_follow(waiting, KARI, f"thread:{thread.id}", False)
    minute(waiting)
    assert server.letters == [] and mails(waiting, "kari") == [DROPPED]
