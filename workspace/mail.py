"""Mail going out, through the server that the settings name. Without one, people copy the texts and send them.

A letter is plain text to one address. What comes of sending it is one of four things, and the caller must know which:
it was taken, its recipient was refused, it was certainly not taken (so that it can be tried again), or nobody knows.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, make_msgid
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from workspace.config import Config
from workspace.parts import now

logger = logging.getLogger(__name__)

TIMEOUT = 10.0  # seconds for each word of the conversation with the server
OTHER_HEADERS = frozenset({"Content-Language", "List-Unsubscribe", "List-Unsubscribe-Post"})
_ON_ONE_LINE = OTHER_HEADERS | {"Message-ID", "In-Reply-To", "References", "Reply-To"}
LONGEST_SUBJECT = 200  # characters
_LOOKS_ENCODED = "=?"
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")


class _Policy(EmailPolicy):
    """SMTP's form of a message, with headers that programs read on one line each: the library's own would break a long
    word in parts, encoded, and no program puts those together again."""

    def fold(self, name: str, value: str) -> str:
        if name in _ON_ONE_LINE:
            return f"{name}: {value}\r\n"
        if name == "Subject" and _LOOKS_ENCODED in value:
            return f"{name}: {_encoded(str(value))}\r\n"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        is_ours = name in _ON_ONE_LINE or (name == "Subject" and _LOOKS_ENCODED in value)
        return self.fold(name, value).encode("ascii") if is_ours else super().fold_binary(name, value)


def _encoded(line: str) -> str:
    """A line whose own words look as if they were encoded, encoded: so that its reader sees those very words."""
    return str(Header(line, "utf-8", header_name="Subject").encode(linesep="\r\n"))


_SMTP = _Policy(linesep="\r\n")
_CODE = 20  # characters of five bits


def is_on(config: Config) -> bool:
    """Whether mail goes out at all. Nothing is sent to the invented people of a demo."""
    return bool(config.smtp_url) and not config.demo


class Letter(NamedTuple):
    """A letter to one person. `id` makes its Message-ID, so that a receiver knows one that comes twice."""

    id: str
    to: str
    subject: str
    text: str
    belongs_to: str = ""  # what makes the Message-ID of the talk it is a part of: mail programs put those together
    reply_to: str = ""  # where an answer goes, where that is not to the sender
    returns_to: str = ""  # where mail servers send it back to, where that is not to the sender
    headers: tuple[tuple[str, str], ...] = ()  # others: of those in OTHER_HEADERS


class Sent(StrEnum):
    """What came of a letter."""

    TAKEN = "taken"
    REFUSED = "refused"  # this recipient, for good: it is not tried again
    NOT_TAKEN = "not taken"  # certainly not: it can be tried again
    UNKNOWN = "unknown"  # the line broke after the text was sent


class MailUnavailable(Exception):
    """The mail server can't be reached, or lets nobody in. Nothing was sent."""


Post = Callable[[Letter], Sent]


def message_of(config: Config, letter: Letter) -> EmailMessage:
    """The letter as it goes out. Raises ValueError for an address that is none; a header takes one line and no more."""
    message = EmailMessage(policy=_SMTP)
    message["From"] = sender(config)
    message["To"] = _address(letter.to)
    if letter.reply_to:
        message["Reply-To"] = _address(letter.reply_to)
    subject = shortened(" ".join(letter.subject.split()), LONGEST_SUBJECT)
    message["Subject"] = _encoded(subject) if _LOOKS_ENCODED in subject else subject
    message["Date"] = format_datetime(now())
    message["Message-ID"] = _message_id(config, letter.id)
    if letter.belongs_to:
        message["In-Reply-To"] = message["References"] = _message_id(config, letter.belongs_to)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    for name, value in letter.headers:
        if name not in OTHER_HEADERS or not (value.isascii() and value.isprintable() and len(value) < 900):
            raise ValueError(f"no header of a letter: {name!r}")
        message[name] = value
    return message


def _address(written: str) -> Address:
    """An address to write to. Raises ValueError for what is none."""
    if not (written.isascii() and _ADDRESS.fullmatch(written)):
        raise ValueError(f"no address that mail can be sent to: {written!r}")
    try:
        return Address(addr_spec=written)
    except HeaderParseError as error:
        raise ValueError(f"no address that mail can be sent to: {written!r}") from error


def shortened(line: str, longest: int) -> str:
    """A line with at most so many characters, the last of them an ellipsis where there were more."""
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _message_id(config: Config, id: str) -> str:
    domain = _host(config)
    made = re.sub(r"[^0-9A-Za-z.-]", "-", id)
    return f"<{made}@{domain}>" if made else make_msgid(domain=domain)


def code_of(secret: str, *what: str) -> str:
    """What a letter or a thread is known by in addresses and headers of mail: nobody without the secret can make it.

    Letters and digits without a difference between large and small, since mail servers make none.
    """
    signed = hmac.new(f"mail:{secret}".encode(), "\0".join(what).encode(), hashlib.sha256).digest()
    return base64.b32encode(signed).decode().lower()[:_CODE]


def hashed(code: str) -> str:
    """A code as it is kept, so that the store can't be used to answer for somebody."""
    return hashlib.sha256(code.encode()).hexdigest()


def reply_address(config: Config, code: str) -> str:
    """Where an answer to the letter with this code goes, and the letter itself where it can't be delivered; "" where no
    mail is taken in."""
    name, at, host = config.reply_address.partition("@")
    return f"{name}+{code}@{host}" if at else ""


def sender(config: Config) -> str:
    """The address that letters come from: as set, else one at the installation's own host."""
    return config.mail_from or f"regionrom@{_host(config)}"


def _host(config: Config) -> str:
    return urlsplit(config.base_url).hostname or "localhost"


@contextmanager
def conversation(config: Config) -> Iterator[Post]:
    """One conversation with the mail server, in which any number of letters can be sent.

    smtp:// speaks TLS as soon as the server offers it, and hands a password over nothing else (but to this machine
    itself); smtps:// from the first word. Raises MailUnavailable.
    """
    try:
        server = _connected(config.smtp_url)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise MailUnavailable(f"the mail server can't be used: {type(error).__name__}") from error
    try:
        yield lambda letter: _post(server, config, letter)
    finally:
        try:
            server.quit()
        except (OSError, smtplib.SMTPException):
            server.close()


def _connected(url: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("smtp_url must be smtp://host:port or smtps://host:port")
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(parts.hostname, parts.port or 465, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(parts.hostname, parts.port or 25, timeout=TIMEOUT)
    try:
        _signed_in(server, parts.scheme == "smtps", parts.hostname, parts.username, parts.password, context)
    except BaseException:
        server.close()
        raise
    return server


def _signed_in(
    server: smtplib.SMTP, is_safe: bool, host: str, user: str | None, password: str | None, context: ssl.SSLContext
) -> None:
    server.ehlo_or_helo_if_needed()
    if not is_safe and server.has_extn("starttls"):
        server.starttls(context=context)
        server.ehlo()
        is_safe = True
    if user is None:
        return
    if not is_safe and host not in {"localhost", "127.0.0.1", "::1"}:
        raise ValueError("the mail server offers no TLS, so that the password would go out in the open")
    server.login(unquote(user), unquote(password or ""))


def _post(server: smtplib.SMTP, config: Config, letter: Letter) -> Sent:
    """Send one letter. Raises MailUnavailable when the line is gone and the letter certainly was not taken."""
    try:
        message = message_of(config, letter)
        content = message.as_bytes()
        _address(letter.returns_to or letter.to)
    except ValueError:
        return Sent.REFUSED
    try:
        returns_to = letter.returns_to or message["From"].addresses[0].addr_spec
        _announce(server, returns_to, letter.to)
    except smtplib.SMTPSenderRefused as refused:
        raise MailUnavailable(f"the mail server takes nothing from us: {refused.smtp_code}") from refused
    except smtplib.SMTPResponseException as refused:
        _start_over(server)
        return Sent.REFUSED if refused.smtp_code >= 500 else Sent.NOT_TAKEN
    except (OSError, smtplib.SMTPException) as error:
        raise MailUnavailable(f"the mail server was lost: {type(error).__name__}") from error
    return _handed_over(server, content)


def _announce(server: smtplib.SMTP, sender_: str, to: str) -> None:
    """Say who the letter is from, and to. Raises SMTPResponseException when the recipient is refused."""
    code, reply = server.mail(sender_)
    if code != 250:
        raise smtplib.SMTPSenderRefused(code, reply, sender_)
    code, reply = server.rcpt(to)
    if code not in {250, 251}:
        raise smtplib.SMTPResponseException(code, reply)


def _handed_over(server: smtplib.SMTP, content: bytes) -> Sent:
    """The text itself. Once it is sent, only the server's answer tells whether it took it."""
    try:
        code, _reply = server.data(content)
    except smtplib.SMTPDataError as refused:  # it would not even hear the text
        _start_over(server)
        return Sent.REFUSED if refused.smtp_code >= 500 else Sent.NOT_TAKEN
    except (OSError, smtplib.SMTPException):
        return Sent.UNKNOWN
    if code == 250:
        return Sent.TAKEN
    return Sent.REFUSED if code >= 500 else Sent.NOT_TAKEN


def _start_over(server: smtplib.SMTP) -> None:
    try:
        server.rset()
    except (OSError, smtplib.SMTPException):
        server.close()
