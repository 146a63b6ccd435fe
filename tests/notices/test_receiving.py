"""Answers by mail: from a letter that was really sent, over a real folder, to a comment in its thread, once."""

from __future__ import annotations

import dataclasses
import email
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default

import pytest

from tests.conftest import KARI, REGION, Clock
from tests.imap_server import ImapServer
from tests.mail_server import MailServer
from tests.notices.test_incoming_text import FORMS, OWN
from workspace import jobs
from workspace.comments import service as comments
from workspace.comments.model import Comment, Thread
from workspace.documents.model import Document
from workspace.notices import imap, receiving, telling
from workspace.notices.delivery import Delivery
from workspace.notices.model import REFUSED
from workspace.notices.receiving import CAME_BACK, IGNORED, NOT_TAKEN, TAKEN
from workspace.parts import Workspace
from workspace.regions.model import Membership


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


@pytest.fixture
def folder() -> Iterator[ImapServer]:
    with ImapServer() as running:
        yield running


@pytest.fixture
def region(parts: Workspace, server: MailServer, folder: ImapServer) -> Workspace:
    config = dataclasses.replace(
        parts.config, smtp_url=server.url, imap_url=folder.url, base_url="https://rom.example.no",
        reply_address="svar@rom.example.no",
    )  # fmt: skip
    return dataclasses.replace(parts, config=config)


@pytest.fixture
def thread(region: Workspace, document: Document) -> Thread:
    return comments.open_thread(region, KARI, document.id, 1, "Hva mener @Amund?")


@pytest.fixture
def letter(region: Workspace, server: MailServer, thread: Thread) -> EmailMessage:
    """The letter that Amund got, over the real mail server."""
    telling.follow(region, REGION)
    jobs.send_notices(region)
    [got] = [one for one in server.letters if one.to == ["amund@example.no"]]
    server.letters.clear()
    message = email.message_from_bytes(got.content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def answer(letter: EmailMessage, form: str = "plain", **headers: str) -> bytes:
    """An answer to a letter, in one of the forms that mail has."""
    made = email.message_from_bytes(FORMS[form].as_bytes(), policy=default)
    usual = {
        "From": "Amund <amund@example.no>",
        "To": str(letter["Reply-To"]),
        "Subject": f"Re: {letter['Subject']}",
        "Message-ID": f"<{form}@example.no>",
        "In-Reply-To": str(letter["Message-ID"]),
    }
    for name, value in (usual | {name.replace("_", "-"): value for name, value in headers.items()}).items():
        del made[name]
        made[name] = value
    return made.as_bytes()


def said(region: Workspace, thread: Thread) -> list[tuple[str, str]]:
    found = region.region(REGION).view().find(Comment, {"thread": thread.id}, order="at")
    return [(comment.by, comment.text) for comment in found][1:]


# -- Over the folder --


@pytest.mark.parametrize("form", FORMS)
def test_an_answer_in_every_form_becomes_a_comment(
    region: Workspace, folder: ImapServer, letter: EmailMessage, thread: Thread, form: str
) -> None:
    folder.put(answer(letter, form))
    assert imap.look(region) == 1 and folder.unseen == 0
    assert said(region, thread) == [("amund", OWN)]
    jobs.receive_mail(region)
    assert said(region, thread) == [("amund", OWN)]


def test_a_crash_before_it_is_marked_makes_no_double(
    region: Workspace, folder: ImapServer, letter: EmailMessage, thread: Thread
) -> None:
    folder.put(answer(letter))
    folder.refuses_flags = True  # the line breaks after the comment is durable
    assert imap.look(region) == 0 and folder.unseen == 1
    assert len(said(region, thread)) == 1
    folder.refuses_flags = False
    assert imap.look(region) == 1 and folder.unseen == 0
    assert len(said(region, thread)) == 1


def test_one_that_can_not_be_read_keeps_no_other_out(
    region: Workspace, folder: ImapServer, letter: EmailMessage, thread: Thread, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = receiving.receive

    def stumbling(workspace: Workspace, content: bytes) -> receiving.Outcome:
        if b"Stumble" in content:
            raise RuntimeError("what is this")
        return taken(workspace, content)

    monkeypatch.setattr(receiving, "receive", stumbling)
    folder.put(b"Subject: Stumble\n\nx")
    folder.put(answer(letter))
    assert imap.look(region) == 1
    assert len(said(region, thread)) == 1


def test_what_is_too_large_is_told_of_and_not_fetched(
    region: Workspace, folder: ImapServer, letter: EmailMessage, thread: Thread, server: MailServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(receiving, "LONGEST_MAIL", 2_000)
    folder.put(answer(letter) + b"\n" + b"x" * 5_000)
    assert imap.look(region) == 1 and folder.fetched == []
    assert said(region, thread) == []
    [told] = server.letters
    assert told.to == ["amund@example.no"] and b"for stor" in told.content


@pytest.mark.parametrize(
    "broken",
    [
        b"From: =?utf-8?q?=\n\nx",
        b"From: a@[\n\nx",
        b"Message-ID: <\n\nx",
        b"To: <\n\nx",
        b"Content-Type: ;;;\n\nx",
        b"\0",
    ],
)
def test_a_broken_message_has_an_outcome_and_is_looked_at_once(
    region: Workspace, folder: ImapServer, broken: bytes
) -> None:
    assert receiving.receive(region, broken).what in {NOT_TAKEN, IGNORED}
    folder.put(broken)
    imap.look(region)
    assert folder.flags[0], "it is marked, so that it is not read each minute"
    assert imap.look(region) == 0


def test_parts_within_parts_without_end_have_an_outcome(region: Workspace) -> None:
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(3_000))
    assert receiving.receive(region, b"From: a@b.no\nTo: c@d.no\n" + nested).what in {NOT_TAKEN, IGNORED}


def test_a_folder_that_is_away_is_looked_into_next_time(region: Workspace) -> None:
    away = dataclasses.replace(region.config, imap_url="imap://a:b@127.0.0.1:9/INBOX")
    assert imap.look(dataclasses.replace(region, config=away)) == 0
    for url in ("imap://a:b@elsewhere.example.no/INBOX", "https://x", "imaps://"):
        assert imap.look(dataclasses.replace(region, config=dataclasses.replace(region.config, imap_url=url))) == 0


# -- What is taken --


@pytest.mark.both_stores
def test_piped_twice_it_is_one_comment(region: Workspace, letter: EmailMessage, thread: Thread) -> None:
    first, again = (receiving.receive(region, answer(letter)) for _time in range(2))
    assert first.what == TAKEN and first == again
    assert said(region, thread) == [("amund", OWN)]


def test_an_attachment_is_left_out_and_that_is_told(
    region: Workspace, letter: EmailMessage, thread: Thread, server: MailServer
) -> None:
    assert receiving.receive(region, answer(letter, "mixed")).what == TAKEN
    [told] = server.letters
    assert b"Vedlegg" in told.content and b"auto-generated" in told.content


def test_from_another_address_it_is_not_taken(
    region: Workspace, letter: EmailMessage, thread: Thread, server: MailServer
) -> None:
    outcome = receiving.receive(region, answer(letter, From="Kari <kari@example.no>"))
    assert outcome.what == NOT_TAKEN and said(region, thread) == []
    assert [one.to for one in server.letters] == [["amund@example.no"]], "only who was written to is told"


def test_a_code_that_nobody_was_given_says_nothing(region: Workspace, letter: EmailMessage, server: MailServer) -> None:
    outcome = receiving.receive(region, answer(letter, To=f"svar+{'a' * 20}@rom.example.no"))
    assert outcome.what == NOT_TAKEN and server.letters == []


def test_who_has_left_answers_no_more(region: Workspace, letter: EmailMessage, thread: Thread) -> None:
    with region.region(REGION).transaction() as tx:
        member = tx.get(Membership, "amund")
        assert member is not None
        tx.put(member.changed(ended=region.now()))
    assert receiving.receive(region, answer(letter)).what == NOT_TAKEN
    assert said(region, thread) == []


def test_nothing_but_a_quote_is_no_comment(region: Workspace, letter: EmailMessage, thread: Thread) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "amund@example.no", str(letter["Reply-To"])
    message.set_content("> Hei\n> igjen\n")
    assert receiving.receive(region, message.as_bytes()).what == NOT_TAKEN
    assert said(region, thread) == []


@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"X_Autoreply": "yes"}, {"Return_Path": "<>"}],
)
def test_what_a_machine_sent_is_passed_over(
    region: Workspace, letter: EmailMessage, thread: Thread, server: MailServer, headers: dict[str, str]
) -> None:
    assert receiving.receive(region, answer(letter, **headers)).what == IGNORED
    assert said(region, thread) == [] and server.letters == []


def test_a_letter_that_comes_back_is_marked(region: Workspace, letter: EmailMessage, thread: Thread) -> None:
    report = (
        "From: MAILER-DAEMON@mx.example.no\n"
        f"To: {letter['Reply-To']}\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nNo such user\n"
        "--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; amund@example.no\nAction: failed\n"
        "--b--\n"
    )
    assert receiving.receive(region, report.encode()).what == CAME_BACK
    [delivery] = region.region(REGION).view().find(Delivery)
    assert delivery.state == REFUSED
    assert receiving.receive(region, report.encode()).what == IGNORED
    assert said(region, thread) == []


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_a_letter_that_is_late_or_has_arrived_has_not_come_back(
    region: Workspace, letter: EmailMessage, action: str
) -> None:
    report = (
        "From: MAILER-DAEMON@mx.example.no\n"
        f"To: {letter['Reply-To']}\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nAction: {action}\n\n--b--\n"
    )
    assert receiving.receive(region, report.encode()).what == IGNORED
    [delivery] = region.region(REGION).view().find(Delivery)
    assert delivery.state != REFUSED


def test_without_an_id_the_same_words_in_two_messages_are_two(
    region: Workspace, letter: EmailMessage, thread: Thread
) -> None:
    for day in ("1", "2"):
        message = email.message_from_bytes(answer(letter, Date=f"Tue, {day} Dec 2026 12:00:00 +0100"), policy=default)
        del message["Message-ID"]
        for _time in range(2):
            assert receiving.receive(region, message.as_bytes()).what == TAKEN
    assert said(region, thread) == [("amund", OWN), ("amund", OWN)]


def test_the_same_message_months_later_is_known(
    region: Workspace, letter: EmailMessage, thread: Thread, clock: Clock
) -> None:
    first = receiving.receive(region, answer(letter))
    clock.forward(days=90)
    jobs.forget_receipts(region)
    assert receiving.receive(region, answer(letter)) == first
    assert len(said(region, thread)) == 1


def test_two_senders_are_none(region: Workspace, letter: EmailMessage, thread: Thread, server: MailServer) -> None:
    for number in range(8):
        sent = answer(letter, From="ond@example.com, amund@example.no", Message_ID=f"<{number}@x.no>")
        assert receiving.receive(region, sent).what == NOT_TAKEN
    assert said(region, thread) == []
    assert len(server.letters) == receiving.MOST_TOLD, "and nobody is written to without end"


# -- Piped --


def test_the_command_says_what_mail_servers_understand(region: Workspace) -> None:
    run = [sys.executable, "-m", "workspace.cli", "--instance", str(region.config.instance.parent / "piped"), "mail"]
    done = subprocess.run(
        [*run, "receive"], input=b"From: a@b.no\nTo: c@d.no\n\nHei\n", capture_output=True, check=False
    )
    assert (done.returncode, done.stdout.decode().strip()) == (65, "not taken: it answers no letter of ours")
    passed = subprocess.run(
        [*run, "receive"], input=b"From: a@b.no\nPrecedence: bulk\n\nHei\n", capture_output=True, check=False
    )
    assert passed.returncode == 0
    empty = subprocess.run([*run, "receive"], input=b"", capture_output=True, check=False)
    assert empty.returncode == 2 and b"Traceback" not in empty.stderr
