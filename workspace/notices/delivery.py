"""A letter of notices to one person, and the mark that it is sent once."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from workspace.errors import Conflict
from workspace.notices.model import AT_ONCE, DAILY, DROPPED, REFUSED, SENDING, SENT, WAITING, WEEKLY
from workspace.record import By, Record

BY_HAND = "by_hand"  # the facilitator copied it
KINDS = (AT_ONCE, DAILY, WEEKLY, BY_HAND)


class Delivery(Record, frozen=True, kw_only=True):
    """The mark that some of a person's notices go out as one letter.

    The id is `<person>:at_once:<seq of the first notice>` or `<person>:daily:<date>`, so that there is one. It is
    "sending", durably and with its notices, before the mail server hears of it; what is found so after a crash may have
    gone out, and is never sent again by itself. "waiting": the server would not take it now.
    """

    table: ClassVar[str] = "deliveries"
    indexes: ClassVar[tuple[By, ...]] = (By(("state",), order="moved"), By(("code",)))

    person: str
    kind: str  # of KINDS
    notices: tuple[str, ...]  # ids, the oldest first
    thread: str = ""  # that all of them are about: what is answered by mail goes there
    code: str = ""  # the SHA-256 of what an answer, or a letter that comes back, is known by
    state: str = SENDING
    tried: int = 0  # how often it was handed to the mail server
    made: datetime
    moved: datetime  # when it came into this state
    by: str = ""  # who sent it by hand, or said last how it went

    def move(self, to: str, at: datetime, by: str = "") -> Delivery:
        """The letter in another state. Raises Conflict where that can't follow."""
        if to not in _MAY_FOLLOW[self.state]:
            raise Conflict(current=self)
        return self.changed(state=to, moved=at, tried=self.tried + (to == SENDING), by=by or self.by)


_MAY_FOLLOW: dict[str, frozenset[str]] = {
    WAITING: frozenset({SENDING, SENT, REFUSED, DROPPED}),
    SENDING: frozenset({WAITING, SENT, REFUSED}),
    REFUSED: frozenset({WAITING, SENT}),
    SENT: frozenset({REFUSED}),  # it came back
    DROPPED: frozenset(),
}


class Received(Record, frozen=True, kw_only=True):
    """That an answer to a letter was dealt with, and what came of it. The id is a hash of the message's own.

    Kept for good: a mailbox that is moved gives old messages anew, long after any receipt is gone.
    """

    table: ClassVar[str] = "received_mail"
    indexes: ClassVar[tuple[By, ...]] = (By(("delivery", "what")),)

    delivery: str
    what: str  # one of receiving's outcomes
    why: str  # or the id of the comment it became
    at: datetime
