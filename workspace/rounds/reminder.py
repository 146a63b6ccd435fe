"""Something that one person is told about a round, once: by mail, or by the facilitator who copies the text."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from workspace.errors import Conflict
from workspace.record import By, Record

DEADLINE = "deadline"  # two days before, to those who have something left; once in the life of a round
WRITTEN = "written"  # what the facilitator writes; "written-2" is the second
ON_BEHALF = "on-behalf"  # an answer was entered for the municipality
CONFIRM = "confirm"  # the text was changed, and the answer does not count before it is confirmed
OUTCOME = "outcome"  # the outcome is not written yet
LONGEST_TEXT = 2_000  # characters

WAITING, SENDING, SENT, REFUSED, DROPPED = "waiting", "sending", "sent", "refused", "dropped"


class Reminder(Record, frozen=True, kw_only=True):
    """The mark that somebody is told something: never twice, whatever the clock says.

    The id is `<round>:<kind>:<person>`, so that there is one. It is "sending", durably, before the mail server hears of
    it; what is found so after a crash may have gone out, and is never sent again by itself.
    """

    table: ClassVar[str] = "reminders"
    indexes: ClassVar[tuple[By, ...]] = (By(("round",)), By(("state",)), By(("code",)))

    round: str
    kind: str  # what is told, with what tells it apart from another of its kind
    person: str  # a person's id
    about: tuple[str, ...] = ()  # ids of what it is about: measures, ballots
    text: str = ""  # the facilitator's own words
    code: str = ""  # the SHA-256 of what its letter is known by when it comes back
    state: str = WAITING
    tried: int = 0  # how often it was handed to the mail server
    made: datetime
    moved: datetime  # when it came into this state
    by: str  # who had it made

    @property
    def what(self) -> str:
        """What kind it is, without what tells it apart."""
        return next(kind for kind in (DEADLINE, WRITTEN, ON_BEHALF, CONFIRM, OUTCOME) if self.kind.startswith(kind))

    def move(self, to: str, at: datetime) -> Reminder:
        """The reminder in another state. Raises Conflict where that can't follow."""
        if to not in _MAY_FOLLOW[self.state]:
            raise Conflict(current=self)
        return self.changed(state=to, moved=at, tried=self.tried + (to == SENDING))


_MAY_FOLLOW: dict[str, frozenset[str]] = {
    WAITING: frozenset({SENDING, SENT, DROPPED}),
    SENDING: frozenset({WAITING, SENT, REFUSED}),
    REFUSED: frozenset({WAITING, SENT}),
    SENT: frozenset({REFUSED}),  # it came back
    DROPPED: frozenset(),
}


def id_of(round_id: str, kind: str, person: str) -> str:
    """The id of the one reminder of a kind to a person."""
    return f"{round_id}:{kind}:{person}"
