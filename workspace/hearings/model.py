"""A hearing: a version of a document that is sent out for everybody to answer, until a deadline."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from workspace.access import Actor
from workspace.clean import is_blank
from workspace.errors import Conflict, Invalid, Message, _
from workspace.record import By, Record

LONGEST_TITLE = 200  # characters
LONGEST_LETTER = 5_000
LONGEST_QUESTION = 300
MOST_QUESTIONS = 20
LONGEST_NAME = 120  # of one who is asked
MOST_ASKED = 400

DRAFT, OPEN, CLOSED = "draft", "open", "closed"
BY_DEADLINE = "deadline"  # who closed it, when it was its deadline


class Hearing(Record, frozen=True, kw_only=True):
    """One hearing. The text is a version of the document, and stays that one whatever the document becomes."""

    table: ClassVar[str] = "hearings"
    indexes: ClassVar[tuple[By, ...]] = (
        By(order="created"),
        By(("document",), order="created"),
        By(("state",), order="created"),
        By(("token",)),
    )

    document: str
    number: int  # of the version that is sent out
    title: str
    letter: str = ""  # Markdown: what it is about, and what an answer should say
    questions: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()  # who was asked for an answer, by name
    closes: datetime
    state: str = DRAFT
    token: str  # what the public link is known by: nobody can guess it
    created: datetime
    created_by: str
    opened: datetime | None = None
    closed: datetime | None = None
    closed_by: str = ""
    shown: datetime | None = None  # since when members of the region see the answers, and not staff alone

    def is_open(self, now: datetime) -> bool:
        """Whether answers are taken in by the form."""
        return self.state == OPEN and now < self.closes

    def is_due(self, now: datetime) -> bool:
        """Whether the deadline has passed and nobody has said so yet."""
        return self.state == OPEN and now >= self.closes

    @property
    def is_public(self) -> bool:
        """Whether it has been opened: its text can then be read by its link, also after the deadline."""
        return self.state in {OPEN, CLOSED}

    def open(self, at: datetime) -> Hearing:
        """The hearing as open. Raises Conflict when it is already, Invalid for a deadline that has passed."""
        if self.state != DRAFT:
            raise Conflict(_("Høringen er alt åpnet."), current=self)
        if self.closes <= at:
            raise Invalid({"closes": _("Fristen må være fram i tid.")})
        return self.changed(state=OPEN, opened=at)

    def extend(self, closes: datetime, reason: str, at: datetime) -> Hearing:
        """The hearing with a later deadline, open again where the old one had passed. Raises Conflict, Invalid."""
        if not self.is_public:
            raise Conflict(_("Høringen er ikke åpnet ennå."), current=self)
        errors: dict[str, Message] = {}
        if closes <= max(self.closes, at):
            errors["closes"] = _("Den nye fristen må være senere enn den gamle.")
        if is_blank(reason):
            errors["reason"] = _("Skriv hvorfor fristen blir forlenget.")
        if errors:
            raise Invalid(errors)
        return self.changed(state=OPEN, closes=closes, closed=None, closed_by="")

    def close(self, by: Actor, reason: str, at: datetime) -> Hearing:
        """The hearing as closed before its deadline, with a reason. Raises Conflict, Invalid."""
        if self.state != OPEN:
            raise Conflict(_("Høringen er ikke åpen."), current=self)
        if is_blank(reason):
            raise Invalid({"closing_reason": _("Skriv hvorfor høringen lukkes før fristen.")})
        return self.changed(state=CLOSED, closed=at, closed_by=by.by)

    def expire(self, at: datetime) -> Hearing:
        """The hearing as closed by its deadline."""
        return self.changed(state=CLOSED, closed=at, closed_by=BY_DEADLINE)

    def show(self, at: datetime) -> Hearing:
        """The hearing with its answers shown to all members. Raises Conflict for a draft."""
        if not self.is_public:
            raise Conflict(_("Høringen er ikke åpnet ennå."), current=self)
        return self if self.shown is not None else self.changed(shown=at)

    def hide(self) -> Hearing:
        """The hearing with its answers shown to staff alone."""
        return self.changed(shown=None)


def check(hearing: Hearing) -> Hearing:
    """The hearing, if it may be kept as a draft. Raises Invalid."""
    errors: dict[str, Message] = {}
    if is_blank(hearing.title) or len(hearing.title) > LONGEST_TITLE:
        errors["title"] = _("Gi høringen et navn på høyst %(limit)s tegn.", limit=LONGEST_TITLE)
    if len(hearing.letter) > LONGEST_LETTER:
        errors["letter"] = _("Teksten er for lang. Grensen er %(limit)s tegn.", limit=LONGEST_LETTER)
    if len(hearing.questions) > MOST_QUESTIONS or any(len(one) > LONGEST_QUESTION for one in hearing.questions):
        errors["questions"] = _(
            "Still høyst %(most)s spørsmål, hvert på høyst %(limit)s tegn.", most=MOST_QUESTIONS, limit=LONGEST_QUESTION
        )
    if len(hearing.asked) > MOST_ASKED or any(len(one) > LONGEST_NAME for one in hearing.asked):
        errors["asked"] = _(
            "Skriv høyst %(most)s navn, hvert på høyst %(limit)s tegn.", most=MOST_ASKED, limit=LONGEST_NAME
        )
    if errors:
        raise Invalid(errors)
    return hearing


def lines(text: str) -> tuple[str, ...]:
    """What stands on each line, without blank ones and doubles."""
    return tuple(dict.fromkeys(" ".join(line.split()) for line in text.split("\n") if not is_blank(line)))
