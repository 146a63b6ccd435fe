"""The forms of hearings: what is typed, as the services take it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from workspace import clean, text, web
from workspace.errors import Invalid, _
from workspace.hearings.model import Hearing, lines
from workspace.hearings.service import Text

USUALLY_OPEN = timedelta(days=45)  # six and a half weeks
HEARING = ("title", "letter", "questions", "asked", "closes")
SENDER = ("name", "party", "role", "municipality", "email")
TRAP = "website"  # a field that nobody sees: what is typed in it was typed by a machine


def usual(now: datetime, title: str, asked: tuple[str, ...]) -> dict[str, Any]:
    """A form that nobody has typed in yet."""
    closes = f"{text.local(now + USUALLY_OPEN):%Y-%m-%dT}23:59"
    return {"title": title, "letter": "", "questions": "", "asked": "\n".join(asked), "closes": closes, "key": ""}


def typed_of(hearing: Hearing) -> dict[str, Any]:
    """The form as it was when this draft was saved."""
    return {
        "title": hearing.title,
        "letter": hearing.letter,
        "questions": "\n".join(hearing.questions),
        "asked": "\n".join(hearing.asked),
        "closes": typed_moment(hearing.closes),
        "key": "",
    }


def fields_of(typed: dict[str, Any]) -> dict[str, Any]:
    """What a hearing is to be. Raises Invalid for a deadline that is none."""
    return {
        "title": clean.clean_line(typed["title"]),
        "letter": typed["letter"].strip(),
        "questions": lines(typed["questions"]),
        "asked": lines(typed["asked"]),
        "closes": moment(typed["closes"]),
    }


def typed_moment(moment: datetime) -> str:
    """A moment as the browser's own field has it, on a Norwegian clock."""
    return f"{text.local(moment):%Y-%m-%dT%H:%M}"


def moment(typed: str) -> datetime:
    """A day and a time typed on a Norwegian clock, in UTC. Raises Invalid."""
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=text.OSLO).astimezone(UTC)
    except ValueError as error:
        raise Invalid({"closes": _("Velg dag og klokkeslett for fristen.")}) from error


def day_received(typed: str, now: datetime) -> datetime:
    """When something came in, of a day typed; today is this moment. Raises Invalid."""
    if typed in {"", f"{text.local(now):%Y-%m-%d}"}:
        return now
    try:
        return datetime.fromisoformat(f"{typed}T12:00").replace(tzinfo=text.OSLO).astimezone(UTC)
    except ValueError as error:
        raise Invalid({"received": _("Skriv datoen som dag, måned og år.")}) from error


# -- Answers --


def abouts(hearing: Hearing, read: Text) -> list[str]:
    """What an answer can be about besides the whole: each question and each chapter."""
    return [f"q{number}" for number in range(1, len(hearing.questions) + 1)] + [f"b{c.block}" for c in read.chapters]


def typed_answer(hearing: Hearing, read: Text, *more: str) -> dict[str, Any]:
    """The posted form of an answer."""
    return web.form(*SENDER, "text", *(f"part-{about}" for about in abouts(hearing, read)), *more, "key")


def said(typed: dict[str, Any], hearing: Hearing, read: Text) -> dict[str, str]:
    """What is said, by what it is about."""
    return {"": typed["text"]} | {about: typed[f"part-{about}"] for about in abouts(hearing, read)}


def sender(typed: dict[str, Any]) -> dict[str, str]:
    """Whom it is from, as they say."""
    return {field: clean.clean_line(typed[field]) for field in SENDER}
