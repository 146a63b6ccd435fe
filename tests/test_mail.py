"""Letters over a real mail server on this machine: what goes out, what is refused, and what nobody knows."""

from __future__ import annotations

import email
import socket
from collections.abc import Iterator
from email.policy import default
from pathlib import Path

import pytest

from tests.mail_server import MailServer
from workspace import cli, mail
from workspace.config import Config, Source
from workspace.mail import Letter, MailUnavailable, Sent


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


def config_for(server: MailServer, tmp_path: Path, **more: object) -> Config:
    return Config(instance=tmp_path, smtp_url=server.url, base_url="https://rom.example.no", **more)


def test_a_letter_goes_out_as_plain_text_in_utf8(server: MailServer, tmp_path: Path) -> None:
    config = config_for(server, tmp_path)
    with mail.conversation(config) as post:
        letter = Letter("r1:deadline:kari-0", "kari@example.no", "Runde 2 lukkes", "Hei Åse!\n\n.\nÆØÅ\n")
        assert post(letter) is Sent.TAKEN
    [got] = server.letters
    message = email.message_from_bytes(got.content, policy=default)
    assert (got.sender, got.to) == ("regionrom@rom.example.no", ["kari@example.no"])
    assert message["Subject"] == "Runde 2 lukkes" and message.get_content_type() == "text/plain"
    assert message.get_content().split("\r\n") == ["Hei Åse!", "", ".", "ÆØÅ", ""]
    assert message["Message-ID"] == "<r1-deadline-kari-0@rom.example.no>"
    assert message["Auto-Submitted"] == "auto-generated" and message["Date"]


@pytest.mark.parametrize(
    "subject",
    [
        "Hei\nBcc: alle@example.no",
        "Hei\r\nX-Ond: ja",
        "Hei\r\n\r\nKropp",
        "Hei\x0bBcc: x@example.no",
        "Hei\u2028Bcc: x",
    ],
)
def test_no_header_can_be_put_in(server: MailServer, tmp_path: Path, subject: str) -> None:
    with mail.conversation(config_for(server, tmp_path)) as post:
        assert post(Letter("a", "kari@example.no", subject, "Tekst.\nBcc: alle@example.no\n")) is Sent.TAKEN
    message = email.message_from_bytes(server.letters[0].content, policy=default)
    assert set(message.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "Content-Transfer-Encoding",
        "MIME-Version",
    }  # fmt: skip
    assert server.letters[0].to == ["kari@example.no"]
    assert "Bcc: alle@example.no" in message.get_content()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "kari",
        "kari@example.no\nBcc: x@example.no",
        "a@b.no, c@d.no",
        "<kari@example.no>",
        "kåre@example.no",
        "a b@c.no",
        "kari@example..no",
        "kari@example.no.",
    ],
)
def test_what_is_no_address_is_refused_and_the_rest_goes_out(server: MailServer, tmp_path: Path, address: str) -> None:
    with mail.conversation(config_for(server, tmp_path)) as post:
        assert post(Letter("a", address, "Hei", "Tekst.\n")) is Sent.REFUSED
        assert post(Letter("b", "kari@example.no", "Hei", "Tekst.\n")) is Sent.TAKEN
    assert [letter.to for letter in server.letters] == [["kari@example.no"]]


def test_a_refused_recipient_does_not_stop_the_rest(server: MailServer, tmp_path: Path) -> None:
    server.refuses = {"borte@example.no": "550 No such user", "full@example.no": "452 Mailbox full"}
    with mail.conversation(config_for(server, tmp_path)) as post:
        came = [post(Letter(to, to, "Hei", "Tekst.\n")) for to in ("borte@example.no", "full@example.no", "a@b.no")]
    assert came == [Sent.REFUSED, Sent.NOT_TAKEN, Sent.TAKEN]


@pytest.mark.parametrize(
    ("reply", "came"), [("554 Spam", Sent.REFUSED), ("451 Later", Sent.NOT_TAKEN), (None, Sent.UNKNOWN)]
)
def test_what_the_server_says_of_the_text_decides(
    server: MailServer, tmp_path: Path, reply: str | None, came: Sent
) -> None:
    """Without an answer to the text nobody knows whether it was taken."""
    server.says_of_text = reply
    with mail.conversation(config_for(server, tmp_path)) as post:
        assert post(Letter("a", "kari@example.no", "Hei", "Tekst.\n")) is came


def test_a_server_that_takes_nothing_from_us_is_unavailable(server: MailServer, tmp_path: Path) -> None:
    server.refuses_sender = True
    with mail.conversation(config_for(server, tmp_path)) as post, pytest.raises(MailUnavailable):
        post(Letter("a", "kari@example.no", "Hei", "Tekst.\n"))


@pytest.mark.parametrize(
    "url", ["smtp://127.0.0.1:{free}", "http://127.0.0.1:25", "smtp://", "smtps://127.0.0.1:{free}"]
)
def test_no_server_is_unavailable(tmp_path: Path, url: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        free = taken.getsockname()[1]
    with pytest.raises(MailUnavailable), mail.conversation(Config(instance=tmp_path, smtp_url=url.format(free=free))):
        pass


def test_a_password_goes_to_no_server_without_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    class Plain:
        def ehlo_or_helo_if_needed(self) -> None: ...
        def has_extn(self, name: str) -> bool:
            return False

        def login(self, user: str, password: str) -> None:
            raise AssertionError("handed over in the open")

    with pytest.raises(ValueError, match="TLS"):
        mail._signed_in(Plain(), False, "mail.example.no", "user", "secret", None)  # type: ignore[arg-type]


def test_a_letter_can_say_what_it_belongs_to_and_where_answers_go(server: MailServer, tmp_path: Path) -> None:
    address = f"<https://rom.example.no/u/{'abc' * 80}>"
    stop = (("List-Unsubscribe", address), ("Content-Language", "nn"))
    long = "n" * 90
    letter = Letter(
        long, "kari@example.no", "Hei", "Tekst.\n", belongs_to=f"thread:{long}", reply_to="svar+abc@rom.example.no",
        returns_to="svar+abc@rom.example.no", headers=stop,
    )  # fmt: skip
    with mail.conversation(config_for(server, tmp_path)) as post:
        assert post(letter) is Sent.TAKEN
    message = email.message_from_bytes(server.letters[0].content, policy=default)
    assert server.letters[0].sender == "svar+abc@rom.example.no" == message["Reply-To"]
    assert message["From"] == "regionrom@rom.example.no"
    assert message["In-Reply-To"] == message["References"] == f"<thread-{long}@rom.example.no>"
    assert message["List-Unsubscribe"] == address and message["Content-Language"] == "nn"
    assert f"Message-ID: <{long}@rom.example.no>\r\n".encode() in server.letters[0].content
    assert address.encode() in server.letters[0].content, "programs read it as it stands: never encoded or broken up"


@pytest.mark.parametrize(
    "more",
    [
        {"headers": (("List-Unsubscribe", "<https://a.no>\r\nBcc: alle@example.no"),)},
        {"headers": (("List-Unsubscribe", "<https://a.no>\nBcc: alle@example.no"),)},
        {"headers": (("Bcc", "alle@example.no"),)},
        {"reply_to": "svar@example.no\nBcc: alle@example.no"},
        {"returns_to": "svar@example.no> SIZE=1"},
    ],
)
def test_nothing_can_be_put_in_by_the_other_headers(
    server: MailServer, tmp_path: Path, more: dict[str, object]
) -> None:
    """Torture 22."""
    with mail.conversation(config_for(server, tmp_path)) as post:
        assert post(Letter("a", "kari@example.no", "Hei", "Tekst.\n", **more)) is Sent.REFUSED
    assert server.letters == []


@pytest.mark.parametrize(
    "title",
    ["a" + "\u0301" * 5_000, "👨‍👩‍👧‍👦" * 30, "\U0001f600" * 199, "Å" * 200, "ord " * 2_000, "x" * 1_000],
)
def test_any_title_can_be_a_subject(server: MailServer, tmp_path: Path, title: str) -> None:
    """Torture 7 and 10: many marks on a letter, families of emoji. What is cut ends with an ellipsis."""
    with mail.conversation(config_for(server, tmp_path)) as post:
        assert post(Letter("a", "kari@example.no", title, f"{title}\n")) is Sent.TAKEN
    [got] = server.letters
    message = email.message_from_bytes(got.content, policy=default)
    clean = " ".join(title.split())
    assert message["Subject"] == (clean if len(clean) <= 200 else clean[:199].rstrip() + "…")
    assert message.get_content().strip() == title.strip()
    assert max(map(len, got.content.split(b"\r\n"))) <= 998


def test_the_sender_can_be_set_and_the_password_is_not_shown(tmp_path: Path) -> None:
    assert mail.sender(Config(instance=tmp_path, mail_from="rom@region.example.no")) == "rom@region.example.no"
    shown = cli._shown(Source("smtp_url", "smtp://bruker:hemmelig@mail.example.no:587", "option", ""))
    assert "hemmelig" not in shown and "mail.example.no:587" in shown
