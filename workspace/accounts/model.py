"""A person, their sessions, and the one-time links that let them in. Kept in the house's store."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from workspace.record import By, Record


class Person(Record, frozen=True, kw_only=True):
    """Somebody with an account. The same in all regions; what they may do is in each region's membership."""

    table: ClassVar[str] = "people"
    indexes: ClassVar[tuple[By, ...]] = (By(("email",)),)

    name: str
    email: str  # in lower case, NFC; unique
    password: str = ""  # argon2id, "" until one is chosen
    operator: bool = False
    disabled: bool = False
    locale: str = ""
    shortcuts: bool = True  # keys of one letter do something (WCAG 2.1.4: they can be turned off)
    created: datetime


class Session(Record, frozen=True, kw_only=True):
    """A signed-in browser. The id is the SHA-256 of its cookie's token, so that the store can't be used to sign in."""

    table: ClassVar[str] = "sessions"
    indexes: ClassVar[tuple[By, ...]] = (By(("person",)),)

    person: str
    created: datetime
    seen: datetime  # written at most every ten minutes
    device: str = ""  # "Firefox, Windows": so that people know which of their sessions is which
    demo: bool = False  # stepped into on the demo's page; worth nothing outside demo mode


class Link(Record, frozen=True, kw_only=True):
    """A one-time link: an invitation to a region, or a way to sign in. The id is the SHA-256 of its token."""

    table: ClassVar[str] = "links"
    indexes: ClassVar[tuple[By, ...]] = (By(("email",)), By(("region",), order="created"))

    purpose: str  # "invitation" or "sign-in"
    email: str
    by: str = ""  # the person who made it, or "operator"
    region: str = ""
    role: str = ""
    municipality: str = ""
    group: str = ""
    organisation: str = ""
    title: str = ""
    home: str = ""  # the municipality that somebody of a group comes from, its number
    name: str = ""  # of the one invited, where the inviter wrote it
    greeting: str = ""  # the inviter's own words
    mailed: datetime | None = None  # when the mail server took the letter with it
    person: str = ""  # whose account it was used for
    created: datetime
    expires: datetime
    used: datetime | None = None


class Attempts(Record, frozen=True, kw_only=True):
    """How often something was tried of late. The id is a keyed hash of what was tried and from where (limits.py)."""

    table: ClassVar[str] = "attempts"
    indexes: ClassVar[tuple[By, ...]] = (By(order="last"),)

    made: tuple[datetime, ...]  # the newest, oldest first
    last: datetime


class LinkRequest(Record, frozen=True, kw_only=True):
    """Somebody asked for a sign-in link. The id is the hash of the address: also unknown addresses come here, so that
    the answer takes as long for them, and theirs must not be kept."""

    table: ClassVar[str] = "link_requests"
    indexes: ClassVar[tuple[By, ...]] = (By(order="asked"),)

    asked: datetime
    looked: bool = False  # for somebody to send the link to by mail: there is nobody, or the mail server would not
