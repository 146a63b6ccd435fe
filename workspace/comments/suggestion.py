"""A suggested change: other words for one paragraph of a document, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from workspace.access import Actor
from workspace.clean import is_blank
from workspace.errors import Conflict, Invalid, _
from workspace.record import By, Record

OPEN, TAKEN_IN, DECLINED, WITHDRAWN = "open", "taken_in", "declined", "withdrawn"
LONGEST = 20_000  # characters of the new words
LONGEST_REASON = 2_000


class Suggestion(Record, frozen=True, kw_only=True):
    """Other words for a paragraph. The id is that of its thread, in which it is talked about."""

    table: ClassVar[str] = "suggestions"
    indexes: ClassVar[tuple[By, ...]] = (By(("document",), order="made"), By(("document", "state"), order="made"))

    document: str
    number: int  # of the version it was written to
    old: str  # the source of the paragraph, Markdown, as it was
    new: str  # and as it is suggested; "" takes it away. Gone once it is withdrawn
    state: str = OPEN
    by: str
    name: str
    party: str = ""
    made: datetime
    decided: datetime | None = None
    decided_by: str = ""
    decided_name: str = ""
    reason: str = ""  # why it was declined
    led_to: int = 0  # the version that it was taken in with

    def take_in(self, by: Actor, at: datetime, led_to: int) -> Suggestion:
        """The suggestion as taken in with a version. Raises Conflict when it is not open."""
        return self._decided(TAKEN_IN, by, at).changed(led_to=led_to)

    def decline(self, by: Actor, at: datetime, reason: str) -> Suggestion:
        """The suggestion as not taken in, for a reason that all can see. Raises Invalid, Conflict."""
        if is_blank(reason):
            raise Invalid({"reason": _("Skriv hvorfor endringen ikke tas inn. Alle kan lese det.")})
        if len(reason) > LONGEST_REASON:
            raise Invalid({"reason": _("Skriv kortere. Grensen er %(limit)s tegn.", limit=LONGEST_REASON)})
        return self._decided(DECLINED, by, at).changed(reason=reason.strip())

    def withdraw(self, by: Actor, at: datetime) -> Suggestion:
        """The suggestion as withdrawn: its words are gone. Raises Conflict when it is not open."""
        return self._decided(WITHDRAWN, by, at).changed(new="")

    def _decided(self, state: str, by: Actor, at: datetime) -> Suggestion:
        if self.state != OPEN:
            raise Conflict(_("Endringsforslaget er alt behandlet."), current=self)
        return self.changed(state=state, decided=at, decided_by=by.by, decided_name=by.name)


def check_words(old: str, new: str) -> str:
    """The new words, if they may be suggested for the old. Raises Invalid."""
    new = new.replace("\r\n", "\n").strip("\n").rstrip()
    if "\f" in new or "\n\n\n" in new:
        raise Invalid({"new": _("Foreslå ord for dette avsnittet alene.")})
    if len(new) > LONGEST:
        raise Invalid({"new": _("Skriv kortere. Grensen er %(limit)s tegn.", limit=LONGEST)})
    if new.split() == old.split():
        raise Invalid({"new": _("Teksten er den samme som før. Endre det du vil ha annerledes.")})
    return new
