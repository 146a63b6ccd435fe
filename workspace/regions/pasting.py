"""A list of people as it is pasted: «Navn <adresse>» or the address, one a line or with semicolons or commas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from workspace.accounts.service import normal_email
from workspace.clean import clean_line
from workspace.errors import Invalid, Message, _

LONGEST_NAME = 100
_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<email>[^<>]*)>")
_LAST_WORD = re.compile(r"(?P<name>[^<>@]*\s)?(?P<email>\S+)")


class Pasted(NamedTuple):
    """One person of the list, or what could not be read as one."""

    line: int
    text: str  # as it was written
    name: str = ""
    email: str = ""  # in the form that is kept; "" where there is a problem
    problem: Message | None = None


def read(text: str) -> list[Pasted]:
    """Everybody on the list, in its order. Empty lines are passed over, and numbered all the same."""
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        found += [_read(number, part) for part in _parts(line)]
    return found


def _parts(line: str) -> Iterator[str]:
    """A line at its semicolons, and at each comma that comes after an address: names may have commas before it."""
    for piece in line.split(";"):
        part = ""
        for chunk in piece.split(","):
            part = f"{part},{chunk}" if part else chunk
            if "@" in chunk:
                yield from filter(None, [part.strip()])
                part = ""
        yield from filter(None, [part.strip()])


def _read(number: int, text: str) -> Pasted:
    found = _NAMED.fullmatch(text) or _LAST_WORD.fullmatch(text)
    if found is None:
        return Pasted(number, text, problem=_about(text))
    name, email = clean_line(found["name"] or "").strip("\"' ,"), found["email"].strip().removeprefix("mailto:")
    try:
        return Pasted(number, text, name[:LONGEST_NAME], normal_email(email))
    except Invalid:
        return Pasted(number, text, problem=_about(email))


def _about(email: str) -> Message:
    """What is wrong with what is no address."""
    before, at, after = email.partition("@")
    if not at:
        return _("Adressen mangler @.")
    if not after:
        return _("Adressen mangler det som står etter @.")
    if not before:
        return _("Adressen mangler det som står foran @.")
    if "@" in after:
        return _("Her er det to adresser. Sett semikolon mellom dem, eller skriv dem på hver sin linje.")
    if "." not in after.strip("."):
        return _("Adressen mangler endelsen, for eksempel .no.")
    return _("Dette er ikke en e-postadresse.")
