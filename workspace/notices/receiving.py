"""An answer by mail becomes a comment: from the person whom the letter was to, in the thread it was about, once.

Who sent a letter is known by the code in the address that it is answered to, and must be who it is from as well. What
comes back, what a machine sent, and what we can't take in is never a comment.
"""

from __future__ import annotations

import email
import hashlib
import logging
from email.errors import HeaderParseError
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses
from typing import NamedTuple

from workspace import mail
from workspace.accounts.model import Person
from workspace.comments import service as comments
from workspace.comments.model import LONGEST, Comment
from workspace.errors import Conflict, Forbidden, Invalid, Message, NotFound, _
from workspace.mail import Letter, MailUnavailable, hashed, is_on
from workspace.notices import mailing
from workspace.notices.delivery import Delivery, Received
from workspace.notices.incoming_text import attachments, new_text
from workspace.notices.model import REFUSED, SENDING, SENT
from workspace.notices.writing import language_of
from workspace.once import Once
from workspace.parts import Workspace
from workspace.rounds import posting
from workspace.translation import translated

logger = logging.getLogger(__name__)

LONGEST_MAIL = 25 * 1024 * 1024  # bytes
MOST_TOLD = 5  # answers to one letter that its receiver is told of, where they can't be taken in
TAKEN, IGNORED, CAME_BACK, NOT_TAKEN = "taken", "ignored", "came back", "not taken"
TOO_LONG = _("E-posten er for stor. Skriv en kortere e-post uten vedlegg, eller svar i Regionrom.")
EMPTY = _("Vi fant ingen ny tekst i e-posten. Skriv svaret øverst, over den siterte teksten.")
NOT_FROM_YOU = _("Svaret ble ikke sendt fra adressen du har i Regionrom. Svar derfra, eller logg inn og svar der.")
CLOSED = _("Du kan ikke svare i denne tråden lenger. Logg inn for å se hvorfor.")
LEFT_OUT = _("Vedlegg i e-posten ble ikke tatt med. Last dem opp i Regionrom.")


class Outcome(NamedTuple):
    """What came of a message: one of TAKEN, IGNORED, CAME_BACK and NOT_TAKEN, and why or what."""

    what: str
    why: str = ""


class _Meant(NamedTuple):
    """The letter that a message answers."""

    region: str
    delivery: Delivery
    person: Person


def receive(workspace: Workspace, content: bytes) -> Outcome:
    """Take a message in. What may be tried again raises (Unavailable); all else has an outcome."""
    try:
        return _received(workspace, content)
    except (RecursionError, ValueError, IndexError, KeyError, AttributeError, TypeError, HeaderParseError) as error:
        # What the parser of the standard library stumbles over in a message that is made to, or broken.
        logger.warning("mail in: a message that can't be read: %s", type(error).__name__)
        return Outcome(NOT_TAKEN, "it can't be read")


def _received(workspace: Workspace, content: bytes) -> Outcome:
    message = email.message_from_bytes(content[: LONGEST_MAIL + 1], policy=default)
    meant = _meant(workspace, message)
    if _has_come_back(message):
        return _came_back(workspace, meant, message)
    if _is_by_a_machine(message):
        return Outcome(IGNORED, "sent by a machine")
    if meant is None:
        return Outcome(NOT_TAKEN, "it answers no letter of ours")
    id = _id_of(message, content)
    known = workspace.region(meant.region).view().get(Received, id)
    if known is not None:
        return Outcome(known.what, known.why)
    outcome = _taken(workspace, meant, message, id, is_too_long=len(content) > LONGEST_MAIL)
    _keep(workspace, meant, id, outcome)
    logger.info("mail in: %s%s", outcome.what, f": {outcome.why}" if outcome.what != TAKEN else "")
    return outcome


def too_large(workspace: Workspace, head: bytes) -> Outcome:
    """The outcome of a message too large to be fetched, by its head."""
    message = email.message_from_bytes(head, policy=default)
    meant = _meant(workspace, message)
    if meant is None or _has_come_back(message) or _is_by_a_machine(message):
        return Outcome(IGNORED, "too large")
    return _told(workspace, meant, message, TOO_LONG, "too large")


class _NotTakenError(Exception):
    """Why a message from somebody we know can't be taken in: in words for them, and for the log."""

    def __init__(self, text: Message, why: str) -> None:
        super().__init__(why)
        self.text, self.why = text, why


def _id_of(message: EmailMessage, content: bytes) -> str:
    """What a message is known by when it comes again: its own id, else all of it."""
    own = str(message.get("message-id", "")).strip().encode()
    return hashlib.sha256(b"mail\0" + (own or content)).hexdigest()


def _keep(workspace: Workspace, meant: _Meant, id: str, outcome: Outcome) -> None:
    """Remember what came of a message, for good."""
    with workspace.region(meant.region).transaction() as tx:
        if tx.get(Received, id) is None:
            now = workspace.now()
            kept = tx.put(Received(id=id, delivery=meant.delivery.id, what=outcome.what, why=outcome.why, at=now))
            tx.log("received_mail.kept", kept, at=now, by=meant.person.id, what=outcome.what)


def _taken(workspace: Workspace, meant: _Meant, message: EmailMessage, id: str, *, is_too_long: bool) -> Outcome:
    try:
        comment = _reply(workspace, meant, id, _words(meant, message, is_too_long=is_too_long))
    except _NotTakenError as refused:
        return _told(workspace, meant, message, refused.text, refused.why)
    if comment is None:
        return Outcome(IGNORED, "known already")
    if attachments(message):
        _write(workspace, meant, message, LEFT_OUT)
    return Outcome(TAKEN, comment.id)


def _words(meant: _Meant, message: EmailMessage, *, is_too_long: bool) -> str:
    """What was written anew, by the one whom the letter was to."""
    if _addresses(message, "from") != [meant.person.email]:  # one sender; the code is what nobody else can know
        raise _NotTakenError(NOT_FROM_YOU, "not from the receiver of the letter")
    text = "" if is_too_long else new_text(message)
    if is_too_long or len(text) > LONGEST:
        raise _NotTakenError(TOO_LONG, "too large")
    if not text:
        raise _NotTakenError(EMPTY, "no words of its own")
    return text


def _reply(workspace: Workspace, meant: _Meant, id: str, text: str) -> Comment | None:
    """The comment it becomes; None where the same message came before with other words."""
    actor = mailing.member(workspace, meant.region, meant.person.id)
    if actor is None or not meant.delivery.thread:
        raise _NotTakenError(CLOSED, "not a member, or not about one thread")
    once = Once(id, hashlib.sha256(f"mail\0{text}".encode()).hexdigest())
    try:
        return comments.reply(workspace, actor, meant.delivery.thread, text, once=once)
    except (NotFound, Forbidden, Conflict) as refused:
        raise _NotTakenError(CLOSED, "may not answer there") from refused
    except Invalid as refused:
        if "key" in refused.errors:
            return None
        raise _NotTakenError(next(iter(refused.errors.values())), "refused") from refused


# -- Which letter it is about --


def _meant(workspace: Workspace, message: EmailMessage) -> _Meant | None:
    """The letter with the code in one of the addresses that a message is to; None where it is no letter of ours."""
    for code in _codes(workspace, message):
        for slug in workspace.stores.slugs():
            delivery = workspace.region(slug).view().first(Delivery, {"code": hashed(code)})
            person = workspace.house.view().get(Person, delivery.person) if delivery is not None else None
            if delivery is not None and person is not None:
                return _Meant(slug, delivery, person)
    return None


def _codes(workspace: Workspace, message: EmailMessage) -> list[str]:
    name, _at, host = workspace.config.reply_address.lower().partition("@")
    found = []
    headers = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")
    for address in _addresses(message, *headers):
        local, _at, domain = address.partition("@")
        before, plus, code = local.partition("+")
        if name and plus and before == name and domain == host and code.isascii() and code.isalnum():
            found.append(code)
    return found[:20]


def _addresses(message: EmailMessage, *headers: str) -> list[str]:
    values = [str(value) for header in headers for value in message.get_all(header, [])]
    return [address.strip().lower() for _name, address in getaddresses(values) if "@" in address]


# -- What is no answer --


def _has_come_back(message: EmailMessage) -> bool:
    """Whether a mail server says what became of a letter."""
    if _is_report(message):
        return True
    sender = next(iter(_addresses(message, "from")), "")
    return sender.partition("@")[0] in {"mailer-daemon", "postmaster"}


def _is_report(message: EmailMessage) -> bool:
    is_status = str(message.get_param("report-type", "")).lower() == "delivery-status"
    return message.get_content_type() == "multipart/report" and is_status


def _has_failed(message: EmailMessage) -> bool:
    """Whether it did not arrive, for good: one that is late, or has arrived, is none of our business."""
    if not _is_report(message):
        return True  # from the postmaster, in words of their own
    parts = [part for part in message.walk() if part.get_content_type() == "message/delivery-status"]
    told = [str(group.get("action", "")).strip().lower() for part in parts for group in part.walk()]
    return "failed" in told


def _came_back(workspace: Workspace, meant: _Meant | None, message: EmailMessage) -> Outcome:
    if not _has_failed(message):
        return Outcome(IGNORED, "not failed")
    if meant is None:
        return _reminder_came_back(workspace, message)
    with workspace.region(meant.region).transaction() as tx:
        stored = tx.get(Delivery, meant.delivery.id)
        if stored is None or stored.state not in {SENT, SENDING}:
            return Outcome(IGNORED, "known already")
        mailing.settle(tx, stored, REFUSED, workspace, meant.region)
    return Outcome(CAME_BACK, meant.delivery.id)


def _reminder_came_back(workspace: Workspace, message: EmailMessage) -> Outcome:
    """A reminder about a round is marked where it is kept; nobody answers it by mail."""
    for code in _codes(workspace, message):
        for slug in workspace.stores.slugs():
            reminder = posting.came_back(workspace, slug, code)
            if reminder is not None:
                return Outcome(CAME_BACK, reminder.id)
    return Outcome(IGNORED, "came back, but of no letter of ours, or known already")


def _is_by_a_machine(message: EmailMessage) -> bool:
    """Whether nobody wrote this: an out-of-office answer, a list, a loop (RFC 3834)."""
    submitted = str(message.get("auto-submitted", "no")).strip().lower()
    precedence = str(message.get("precedence", "")).strip().lower()
    return (
        not submitted.startswith("no")
        or precedence in {"bulk", "junk", "list", "auto_reply"}
        or "x-autoreply" in message
        or "x-autorespond" in message
        or str(message.get("return-path", "x")).strip() == "<>"
        or not _addresses(message, "from")
    )


# -- Saying so --


def _told(workspace: Workspace, meant: _Meant, message: EmailMessage, text: Message, why: str) -> Outcome:
    _write(workspace, meant, message, text)
    return Outcome(NOT_TAKEN, why)


def _write(workspace: Workspace, meant: _Meant, message: EmailMessage, text: Message) -> None:
    """Tell the one whom the letter was to; never anybody else, whoever the message says it is from, nor without end."""
    told_of = {"delivery": meant.delivery.id, "what": NOT_TAKEN}
    if not is_on(workspace.config) or workspace.region(meant.region).view().count(Received, told_of) >= MOST_TOLD:
        return
    language = language_of(workspace, meant.person)
    said = translated(language, text.text)
    said = said % text.values if text.values else said
    id = hashlib.sha256(f"{meant.delivery.id}\0{message.get('message-id', '')}\0{text.text}".encode()).hexdigest()[:24]
    subject = translated(language, _("Svaret ditt på e-post til Regionrom").text)
    letter = Letter(id=id, to=meant.person.email, subject=subject, text=f"{said}\n")
    try:
        with mail.conversation(workspace.config) as post:
            post(letter)
    except MailUnavailable as error:
        logger.warning("nobody could be told: %s", error)
