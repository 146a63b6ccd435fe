"""Who is told what of a round, and that nobody is told it twice: real stores, a real mail server on this machine."""

from __future__ import annotations

import dataclasses
import email
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.policy import default

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import AMUND, BJORN, KARI, MARIT, REGION, START, Clock, actor, csrf_of, seed
from tests.mail_server import MailServer
from workspace import jobs, mail
from workspace.access import Actor, Role, operator
from workspace.accounts.model import Person
from workspace.errors import Conflict, Invalid
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.notices import receiving
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.regions.model import Membership, Municipality
from workspace.rounds import answering, life, posting, reminding
from workspace.rounds.model import Round
from workspace.rounds.recipients import with_something_left
from workspace.rounds.reminder import REFUSED, SENDING, SENT, WAITING, Reminder

As = Callable[[Actor], FlaskClient]
CLOSES = datetime.fromisoformat("2026-11-30T11:00:00+00:00")  # a Monday at noon
TWO_DAYS_BEFORE = CLOSES - timedelta(days=2)
DEPUTY = actor("dag", Role.PARTICIPANT, municipality="9001", voices=frozenset({"9001"}))
HAVARD = actor("havard", Role.PARTICIPANT, municipality="9002", voices=frozenset({"9002"}))


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


@pytest.fixture
def region(workspace: Workspace, server: MailServer) -> Workspace:
    """Two municipalities: Havnsund with a deputy, Skarfjord where English is read; and a mail server."""
    seed(workspace)
    with workspace.house.transaction() as tx:
        for who, locale in ((DEPUTY, "nn"), (HAVARD, "en")):
            tx.put(Person(id=who.person, name=who.name, email=f"{who.person}@example.no", created=START, locale=locale))
    with workspace.region(REGION).transaction() as tx:
        for who in (DEPUTY, HAVARD):
            address = f"{who.person}@example.no"
            belongs = {"municipality": who.municipality, "since": START}
            tx.put(Membership(id=who.person, name=who.name, email=address, role=who.role, **belongs))
        tx.put(tx.get(Municipality, "9001").changed(deputies=("dag",)))
        tx.put(Municipality(id="9002", name="Skarfjord", voting_member="havard"))
    config = dataclasses.replace(workspace.config, smtp_url=server.url, base_url="https://rom.example.no")
    return dataclasses.replace(workspace, config=config)


@pytest.fixture
def measure(region: Workspace) -> Measure:
    return measures.create(region, AMUND, title="Felles kjølelager", text="Vi bygger sammen.")


def opened(region: Workspace, *found: Measure, **fields: object) -> Round:
    draft = life.create(region, MARIT, tuple(m.id for m in found), **{"title": "Nytte", "closes": CLOSES, **fields})
    return life.open_round(region, MARIT, draft.id)


def minute(region: Workspace) -> None:
    """What goes on each minute."""
    jobs.meet_deadlines(region)
    jobs.send_reminders(region)


def receivers(server: MailServer) -> list[str]:
    return sorted(to.partition("@")[0] for letter in server.letters for to in letter.to)


def texts(server: MailServer) -> dict[str, str]:
    found = {}
    for letter in server.letters:
        message = email.message_from_bytes(letter.content, policy=default)
        found[letter.to[0].partition("@")[0]] = f"{message['Subject']}\n{message.get_content()}"
    return found


def states(region: Workspace) -> dict[str, str]:
    found = region.region(REGION).view().find(Reminder)
    return {reminder.person: reminder.state for reminder in found}


# -- The one that goes by itself --


@pytest.mark.both_stores
def test_two_days_before_those_who_have_something_left_are_reminded_once(
    region: Workspace, measure: Measure, server: MailServer, clock: Clock
) -> None:
    """consensus.md: one reminder to those who have not answered; a sent-mark, and never a time window."""
    round_ = opened(region, measure)
    clock.moment = TWO_DAYS_BEFORE - timedelta(minutes=1)
    minute(region)
    assert receivers(server) == []
    clock.moment = TWO_DAYS_BEFORE
    minute(region)
    assert receivers(server) == ["dag", "havard", "kari"]
    for step in (timedelta(minutes=1), timedelta(hours=5), timedelta(days=-1), timedelta(days=1, hours=20)):
        clock.moment = TWO_DAYS_BEFORE + step
        minute(region)
    life.extend(region, MARIT, round_.id, CLOSES + timedelta(days=7), "Flere trenger tid.")
    clock.moment = CLOSES + timedelta(days=5, minutes=1)
    minute(region)
    assert receivers(server) == ["dag", "havard", "kari"], "a later deadline is no reason to write again"


def test_a_late_job_reminds_all_the_same(region: Workspace, measure: Measure, server: MailServer, clock: Clock) -> None:
    """A trap: by a time window, a server that was down in it would never remind."""
    opened(region, measure)
    clock.moment = CLOSES - timedelta(minutes=5)
    minute(region)
    assert receivers(server) == ["dag", "havard", "kari"]


def test_who_has_answered_all_is_left_alone(
    region: Workspace, measure: Measure, server: MailServer, clock: Clock
) -> None:
    round_ = opened(region, measure)
    answering.answer(region, KARI, round_.id, measure.id, "4")
    answering.answer(region, BJORN, round_.id, measure.id, "4")
    clock.moment = TWO_DAYS_BEFORE
    minute(region)
    assert receivers(server) == ["havard"], "nor those whose answers are advisory"
    answering.withdraw(region, KARI, round_.id, measure.id)
    minute(region)
    assert receivers(server) == ["dag", "havard", "kari"]


def test_no_reminder_where_none_is_wanted_or_the_round_is_short(
    region: Workspace, measure: Measure, server: MailServer, clock: Clock
) -> None:
    other = measures.create(region, AMUND, title="Felles kai", text="Vi bygger.")
    opened(region, measure, reminds=False)
    clock.moment = TWO_DAYS_BEFORE + timedelta(hours=1)
    opened(region, other)
    minute(region)
    assert receivers(server) == []


def test_two_days_are_those_of_norwegian_clocks(region: Workspace, measure: Measure, clock: Clock) -> None:
    """The night of 28 March 2027 has an hour less: noon is noon two days before."""
    clock.moment = datetime.fromisoformat("2027-03-20T12:00:00+00:00")
    round_ = opened(region, measure, closes=datetime.fromisoformat("2027-03-29T10:00:00+00:00"))  # noon
    at = datetime.fromisoformat("2027-03-27T11:00:00+00:00")  # noon, two days before
    assert not reminding._has_come(round_, at - timedelta(minutes=1)) and reminding._has_come(round_, at)


def test_by_person_those_with_a_voice_are_reminded(
    region: Workspace, measure: Measure, server: MailServer, clock: Clock
) -> None:
    round_ = opened(region, measure, counted_by="person", invited=("business",))
    clock.moment = TWO_DAYS_BEFORE
    minute(region)
    assert receivers(server) == ["bjorn"]
    assert "Du har ett tiltak igjen." in texts(server)["bjorn"]
    assert with_something_left(region.region(REGION).view(), round_)[0].municipalities == ()


def test_points_given_to_one_measure_are_an_answer(region: Workspace, measure: Measure) -> None:
    other = measures.create(region, AMUND, title="Felles kai", text="Vi bygger.")
    round_ = opened(region, measure, other, method="priority")
    answering.answer(region, KARI, round_.id, measure.id, "4")
    left = with_something_left(region.region(REGION).view(), life.get(region, MARIT, round_.id))
    assert [one.person for one in left] == ["havard"]


def test_the_text_is_in_the_language_of_who_gets_it(
    region: Workspace, measure: Measure, server: MailServer, clock: Clock
) -> None:
    round_ = opened(region, measure)
    clock.moment = TWO_DAYS_BEFORE
    minute(region)
    found = texts(server)
    assert found["kari"].startswith("Runde 1 lukkes mandag 30. november kl. 12\n")
    assert "Havnsund har ett tiltak igjen." in found["kari"]
    assert "Runde 1 blir lukka måndag 30. november" in found["dag"] and "eitt tiltak att" in found["dag"]
    assert "Round 1 closes on Monday 30 November 12:00" in found["havard"]
    assert all(f"https://rom.example.no/r/{REGION}/rounds/{round_.id}" in text for text in found.values())


# -- The one that the facilitator writes --


def test_the_facilitators_words_go_to_those_who_have_something_left(
    region: Workspace, measure: Measure, server: MailServer
) -> None:
    round_ = opened(region, measure)
    answering.answer(region, HAVARD, round_.id, measure.id, "4")
    reminding.remind(region, MARIT, round_.id, "Husk oss!")
    assert reminding.post(region, MARIT, round_).last_written == START
    minute(region)
    assert receivers(server) == ["dag", "kari"]
    assert "Husk oss!" in texts(server)["kari"]
    minute(region)
    assert len(server.letters) == 2
    with pytest.raises(Invalid):
        reminding.remind(region, MARIT, round_.id, "  ")


def test_who_answers_before_it_is_sent_gets_none(region: Workspace, measure: Measure, server: MailServer) -> None:
    round_ = opened(region, measure)
    reminding.remind(region, MARIT, round_.id, "Husk oss!")
    answering.answer(region, KARI, round_.id, measure.id, "4")
    regions.end_membership(region, MARIT, "havard")
    minute(region)
    assert receivers(server) == []
    assert set(states(region).values()) == {"dropped"}


def test_nobody_is_reminded_of_a_round_that_is_not_open(region: Workspace, measure: Measure, clock: Clock) -> None:
    round_ = opened(region, measure)
    clock.moment = CLOSES
    with pytest.raises(Conflict):
        reminding.remind(region, MARIT, round_.id, "Husk oss!")


# -- What else is told --


@pytest.mark.both_stores
def test_a_municipality_is_told_of_an_answer_entered_on_its_behalf_once(
    region: Workspace, measure: Measure, server: MailServer
) -> None:
    """consensus.md: the municipality is told and can correct it."""
    other = measures.create(region, AMUND, title="Felles kai", text="Vi bygger.")
    round_ = opened(region, measure, other)
    for one, reason in ((measure, "Kanarifugl"), (other, "")):
        answering.answer_for(
            region, MARIT, round_.id, one.id, "9001", "2" if reason else "5", reason, "meeting", "Ordfører"
        )
    minute(region)
    minute(region)
    assert receivers(server) == ["dag", "kari"], "told of both at once"
    assert "Marit har lagt inn svaret til Havnsund på T-01 og T-02 i runde 1." in texts(server)["kari"]
    answering.answer_for(region, MARIT, round_.id, other.id, "9001", "3", "", "phone", "Ordfører")
    minute(region)
    assert receivers(server) == ["dag", "dag", "kari", "kari"]
    assert "på T-02 i runde 1" in texts(server)["kari"]


def test_who_must_confirm_a_changed_text_is_told_once(region: Workspace, measure: Measure, server: MailServer) -> None:
    round_ = opened(region, measure)
    answering.answer(region, KARI, round_.id, measure.id, "4")
    with region.region(REGION).transaction() as tx:
        tx.put(tx.get(Round, round_.id).confirm_again(measure.id, 2, editorial=False))
    minute(region)
    minute(region)
    assert receivers(server) == ["dag", "kari"]
    assert "Teksten i T-01 er endret" in texts(server)["kari"]
    assert f"/r/{REGION}/measures/{measure.id}" in texts(server)["kari"]


def test_the_facilitator_is_reminded_while_the_outcome_is_missing(
    region: Workspace, measure: Measure, server: MailServer, clock: Clock
) -> None:
    """consensus.md: mandatory before the round is concluded; the facilitator is reminded while it is missing."""
    round_ = opened(region, measure, reminds=False)
    life.close_round(region, MARIT, round_.id, "Alle er her.")
    for days, times in ((0, 0), (1, 1), (2, 1), (6, 1), (8, 2), (8, 2), (15, 3)):
        clock.moment = START + timedelta(days=days, minutes=1)
        minute(region)
        assert receivers(server) == ["marit"] * times
    assert "Oppsummeringen av runde 1 mangler" in texts(server)["marit"]
    life.conclude(region, MARIT, round_.id, "Vi er enige.")
    clock.forward(days=30)
    minute(region)
    assert len(server.letters) == 3


@pytest.mark.parametrize("visibility", ["named", "hidden"])
def test_no_letter_tells_how_anybody_stands(
    region: Workspace, measure: Measure, server: MailServer, clock: Clock, visibility: str
) -> None:
    other = measures.create(region, AMUND, title="Felles kai", text="Vi bygger.")
    round_ = opened(region, measure, other, visibility=visibility)
    answering.answer(region, KARI, round_.id, measure.id, "1", "Kanarifugl ett")
    answering.answer_for(
        region, MARIT, round_.id, measure.id, "9002", "2", "Kanarifugl to", "meeting", "Kanarifugl tre"
    )
    with region.region(REGION).transaction() as tx:
        tx.put(tx.get(Round, round_.id).confirm_again(measure.id, 2, editorial=False))
    reminding.remind(region, MARIT, round_.id, "Husk oss!")
    clock.moment = TWO_DAYS_BEFORE
    minute(region)
    kinds = {reminder.what for reminder in region.region(REGION).view().find(Reminder)}
    assert kinds == {"deadline", "written", "on-behalf", "confirm"}
    sent = b"\n".join(letter.content for letter in server.letters).decode()
    for word in ("Kanarifugl", "Blokk", "Forbehold", "Atterhald", "Reservation", "tøtte", "Avst"):
        assert word not in sent


# -- The mark and the letter --


class Crash(BaseException):
    """The process is gone."""


@pytest.fixture
def waiting(region: Workspace, measure: Measure) -> Round:
    """A round with a reminder to one person."""
    round_ = opened(region, measure)
    answering.answer(region, KARI, round_.id, measure.id, "4")
    reminding.remind(region, MARIT, round_.id, "Husk oss!")
    return round_


@pytest.mark.both_stores
@pytest.mark.parametrize(("after_the_letter", "letters"), [(False, 0), (True, 1)])
def test_a_crash_between_the_letter_and_its_mark_does_not_double(
    region: Workspace, server: MailServer, waiting: Round, clock: Clock, monkeypatch: pytest.MonkeyPatch,
    after_the_letter: bool, letters: int,
) -> None:  # fmt: skip
    handed_over = mail._handed_over

    def crash(*given: object) -> object:
        if after_the_letter:
            handed_over(*given)  # type: ignore[arg-type]
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(mail, "_handed_over", crash)
        with pytest.raises(Crash):
            posting.send(region, REGION)
    assert states(region) == {"havard": SENDING}
    clock.forward(days=1)
    for _minute in range(5):
        posting.send(region, REGION)
    assert len(server.letters) == letters and states(region) == {"havard": SENDING}
    [unsure] = reminding.post(region, MARIT, waiting).unsure
    reminding.settle(region, MARIT, waiting.id, [unsure.id], WAITING)  # the facilitator has it sent again
    clock.forward(minutes=2)
    posting.send(region, REGION)
    assert len(server.letters) == letters + 1 and states(region) == {"havard": SENT}


@pytest.mark.both_stores
def test_the_mark_is_durable_before_the_server_hears_of_it(
    region: Workspace, waiting: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    handed_over = mail._handed_over

    def look(*given: object) -> object:
        seen.append(states(region))
        return handed_over(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(mail, "_handed_over", look)
    posting.send(region, REGION)
    assert seen == [{"havard": SENDING}] and states(region) == {"havard": SENT}


@pytest.mark.both_stores
def test_what_another_process_has_taken_is_not_sent(region: Workspace, server: MailServer, waiting: Round) -> None:
    [reminder] = reminding.post(region, MARIT, waiting).waiting
    assert posting._begun(region, operator(REGION), reminder.id) is not None
    with mail.conversation(region.config) as post:
        assert posting._send(region, operator(REGION), reminder, post) is False
    assert server.letters == []


def test_a_server_that_is_down_is_tried_until_it_is_up(region: Workspace, waiting: Round, clock: Clock) -> None:
    down = dataclasses.replace(region, config=dataclasses.replace(region.config, smtp_url="smtp://127.0.0.1:1"))
    for _minute in range(3):
        clock.forward(minutes=1)
        minute(down)
    assert states(region) == {"havard": WAITING}
    with MailServer() as up:
        back = dataclasses.replace(region, config=dataclasses.replace(region.config, smtp_url=up.url))
        minute(back)
        minute(back)
        assert receivers(up) == ["havard"]
    assert states(region) == {"havard": SENT}


@pytest.mark.both_stores
def test_a_letter_that_comes_back_is_shown_where_reminders_are(
    region: Workspace, measure: Measure, server: MailServer, clock: Clock
) -> None:
    """docs/decisions/020: a report that says `failed` marks it, whoever it was to; and only who has the code can."""
    region = dataclasses.replace(region, config=dataclasses.replace(region.config, reply_address="svar@rom.example.no"))
    round_ = opened(region, measure)
    reminding.remind(region, MARIT, round_.id, "Husk å svare.")
    minute(region)
    [returns_to] = [letter.sender for letter in server.letters if letter.to == ["kari@example.no"]]
    assert returns_to.startswith("svar+") and len({letter.sender for letter in server.letters}) == 3

    def report(to: str, action: str = "failed") -> bytes:
        return (
            f"From: MAILER-DAEMON@mx.example.no\nTo: {to}\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
            f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nAction: {action}\n\n--b--\n"
        ).encode()

    for passed_over in (report(returns_to, "delayed"), report(f"svar+{'a' * 20}@rom.example.no")):
        assert receiving.receive(region, passed_over).what == receiving.IGNORED
    assert set(states(region).values()) == {SENT}
    assert receiving.receive(region, report(returns_to)).what == receiving.CAME_BACK
    assert states(region) == {"kari": REFUSED, "dag": SENT, "havard": SENT}
    assert [reminder.person for reminder in reminding.post(region, MARIT, round_).refused] == ["kari"]
    assert receiving.receive(region, report(returns_to)).what == receiving.IGNORED, "known already"
    [kept] = [one for one in region.region(REGION).view().find(Reminder) if one.person == "kari"]
    assert kept.code and kept.code not in returns_to, "the store can't be used to make the address"
    reminding.settle(region, MARIT, round_.id, [kept.id], WAITING)
    clock.forward(minutes=2)
    minute(region)
    assert states(region)["kari"] == SENT, "sent again, where the address is mended"


def test_a_refused_recipient_is_shown_and_the_rest_is_sent(
    region: Workspace, measure: Measure, server: MailServer
) -> None:
    server.refuses = {"kari@example.no": "550 No such user"}
    round_ = opened(region, measure)
    reminding.remind(region, MARIT, round_.id, "Husk oss!")
    minute(region)
    assert receivers(server) == ["dag", "havard"]
    assert [reminder.person for reminder in reminding.post(region, MARIT, round_).refused] == ["kari"]
    assert states(region)["kari"] == REFUSED


def test_a_letter_that_is_put_off_is_tried_less_and_less_often(
    region: Workspace, server: MailServer, waiting: Round, clock: Clock
) -> None:
    server.refuses = {"havard@example.no": "451 Try later"}
    tries = []
    for _minute in range(12):
        minute(region)
        [reminder] = region.region(REGION).view().find(Reminder)
        tries.append(reminder.tried)
        clock.forward(minutes=1)
    assert tries == [1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5]
    server.refuses = {}
    clock.forward(minutes=10)
    minute(region)
    assert states(region) == {"havard": SENT}


def test_a_demo_sends_nothing(region: Workspace, server: MailServer, waiting: Round) -> None:
    demo = dataclasses.replace(region, config=dataclasses.replace(region.config, demo=True))
    minute(demo)
    assert server.letters == [] and states(region) == {"havard": WAITING}


# -- On the page --


@pytest.fixture
def page(region: Workspace) -> Callable[[bool], FlaskClient]:
    """The facilitator's browser, on an installation with or without a mail server."""
    from tests.conftest import sign_in
    from workspace import create_app

    def browser(with_mail: bool) -> FlaskClient:
        url = region.config.smtp_url if with_mail else ""
        app: Flask = create_app(
            dataclasses.replace(
                region, config=dataclasses.replace(region.config, smtp_url=url, base_url="http://localhost")
            )
        )
        app.testing = True
        return sign_in(app.test_client(), MARIT)

    return browser


def test_without_a_mail_server_the_text_is_copied_and_marked_as_sent(
    region: Workspace, measure: Measure, page: Callable[[bool], FlaskClient], server: MailServer
) -> None:
    round_ = opened(region, measure)
    leader = page(False)
    path = f"/r/{REGION}/rounds/{round_.id}"
    assert "P\u00e5minning til de tre som ikke har svart p\u00e5 alt" in leader.get(path).text
    fields = {"csrf_token": csrf_of(leader), "reminder": "Husk oss, alle sammen!", "key": "k" * 26}
    for _time in range(2):  # sent twice, done once
        assert leader.post(f"{path}/reminders", data=fields).status_code == 303
    found = region.region(REGION).view().find(Reminder)
    assert [reminder.kind for reminder in found] == ["written-1"] * 3
    shown = leader.get(path).text
    assert "kari@example.no" in shown and "Husk oss, alle sammen!" in shown and "Merk som sendt" in shown
    marks = {"csrf_token": csrf_of(leader), "reminders": [reminder.id for reminder in found], "then": "sent"}
    assert leader.post(f"{path}/reminders/marks", data=marks).status_code == 303
    shown = leader.get(path).text
    assert "kari@example.no" not in shown and "Sist sendt i dag" in shown
    minute(region)
    assert server.letters == [], "what was sent by hand is not sent again when there is a server"


def test_a_refused_reminder_comes_back_as_it_was_typed(
    region: Workspace, measure: Measure, page: Callable[[bool], FlaskClient], clock: Clock
) -> None:
    round_ = opened(region, measure)
    leader = page(True)
    path = f"/r/{REGION}/rounds/{round_.id}"
    long = "Husk! " * 400
    refused = leader.post(f"{path}/reminders", data={"csrf_token": csrf_of(leader), "reminder": long})
    assert refused.status_code == 422 and long.strip() in refused.text
    clock.moment = CLOSES
    leader = page(True)
    late = leader.post(f"{path}/reminders", data={"csrf_token": csrf_of(leader), "reminder": "Skrevet for seint"})
    assert late.status_code == 409 and "Skrevet for seint" in late.text


def test_what_is_unsure_is_shown_to_the_facilitator(
    region: Workspace, waiting: Round, page: Callable[[bool], FlaskClient], clock: Clock
) -> None:
    [reminder] = reminding.post(region, MARIT, waiting).waiting
    posting._begun(region, operator(REGION), reminder.id)
    leader, path = page(True), f"/r/{REGION}/rounds/{waiting.id}"
    assert "Vi vet ikke om disse kom fram" not in leader.get(path).text, "it is on its way"
    clock.forward(minutes=11)
    shown = leader.get(path).text
    assert "Vi vet ikke om disse kom fram" in shown and "havard@example.no" in shown
