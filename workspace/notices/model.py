"""What somebody is told: notices, what they follow, and how they want to hear of it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from workspace.errors import Conflict
from workspace.record import By, Record

# Why somebody is told. The first that fits is kept: whoever is named is not told once more as a follower.
MENTIONED, ANSWERED, ROUND, FOLLOWED, THEME, REST = "mentioned", "answered", "round", "followed", "theme", "rest"
WHY = (MENTIONED, ANSWERED, ROUND, FOLLOWED, THEME, REST)
WANTED = (MENTIONED, ANSWERED, ROUND, FOLLOWED, THEME)  # what is wanted until somebody says otherwise
AT_ONCE, DAILY, WEEKLY, NEVER = "at_once", "daily", "weekly", "never"
OFTEN = (AT_ONCE, DAILY, WEEKLY, NEVER)
STRAIGHT_AWAY = frozenset({MENTIONED, ANSWERED})  # comes by mail at once, however often the rest does

UNMAILED, WAITING, SENDING, SENT, REFUSED, DROPPED = "unmailed", "waiting", "sending", "sent", "refused", "dropped"


class Notice(Record, frozen=True, kw_only=True):
    """That one person is told of one event of the region's log.

    The id is `<event's seq, 12 digits>:<person>`, so that there is one however often the log is followed. What it says
    is made when it is shown, of what the person may see then: here are only ids.
    """

    table: ClassVar[str] = "notices"
    indexes: ClassVar[tuple[By, ...]] = (
        By(("person",), order="seq"),
        By(("person", "is_read"), order="seq"),
        By(("person", "why"), order="seq"),
        By(("person", "mail"), order="seq"),
        By(("mail",), order="seq"),
    )

    person: str
    seq: int  # of the event
    at: datetime  # of the event
    action: str  # of the event: "comments.posted", "rounds.opened" ...
    about: str  # what it is about: "document:<id>", "measure:<id>", "round:<id>" ...
    record: str  # the id of the event's record
    thread: str = ""  # the thread it is in, where it is in one
    why: str = FOLLOWED
    by: str = ""  # who did it, as the log has them
    is_read: bool = False
    read: datetime | None = None
    mail: str = WAITING  # UNMAILED where the person does not want it by mail; SENDING while it is in a letter
    tried: int = 0
    moved: datetime | None = None  # when `mail` came into this state

    def seen(self, at: datetime) -> Notice:
        """The notice as read."""
        return self if self.is_read else self.changed(is_read=True, read=at)

    def mailed(self, to: str, at: datetime) -> Notice:
        """The notice with its letter in another state. Raises Conflict where that can't follow: it is sent once."""
        if to not in _MAY_FOLLOW[self.mail]:
            raise Conflict(current=self)
        return self.changed(mail=to, moved=at, tried=self.tried + (to == SENDING))


_MAY_FOLLOW: dict[str, frozenset[str]] = {
    UNMAILED: frozenset(),
    WAITING: frozenset({SENDING, SENT, DROPPED}),
    SENDING: frozenset({SENT, REFUSED, DROPPED}),
    SENT: frozenset({REFUSED}),  # it came back
    REFUSED: frozenset({SENDING, SENT, DROPPED}),
    DROPPED: frozenset(),
}


class Follow(Record, frozen=True, kw_only=True):
    """That somebody follows a thing, or has said that they do not. The id is `<person>:<about>`.

    `about` is "document:<id>", "measure:<id>", "thread:<id>", "round:<id>", or a theme: "chain:<value chain>".
    """

    table: ClassVar[str] = "follows"
    indexes: ClassVar[tuple[By, ...]] = (By(("person",), order="since"), By(("about",)))

    person: str
    about: str
    on: bool = True  # False: said no, also to what their role follows by itself
    since: datetime


def follow_id(person: str, about: str) -> str:
    """The id of what somebody has said about following a thing."""
    return f"{person}:{about}"


class Preference(Record, frozen=True, kw_only=True):
    """How somebody wants to hear of things. The id is the person's."""

    table: ClassVar[str] = "preferences"

    often: str = DAILY  # of OFTEN
    wanted: tuple[str, ...] = WANTED  # of WHY


class FollowedTo(Record, frozen=True, kw_only=True):
    """How far the region's log has been made into notices. There is one, with the id "log"."""

    table: ClassVar[str] = "notices_followed_to"

    seq: int
