"""An amendment (endringsforslag): a change to a measure's text that somebody proposes, and others support.

It is kept here and not among the measures, because taking it in may be an act of an open round, and because it is shown
on a measure's page, which is of this room. It needs no round: it may come before one, and outlive it.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import msgspec

from workspace.access import Actor
from workspace.clean import is_blank
from workspace.errors import Conflict, Forbidden, Invalid, Message, _
from workspace.record import By, Record

STATES = ("open", "taken_in", "not_taken_in", "withdrawn")
LONGEST_TEXT = 64 * 1024  # bytes, as a measure's own
LONGEST_REASON = 5_000  # characters


class Supporter(msgspec.Struct, frozen=True, kw_only=True):
    """A person who supports an amendment, and for whom they speak."""

    person: str
    party: str = ""  # a municipality's name, or an organisation's
    group: str = ""
    voice: str = ""  # the number of the municipality that the person answers for


class Amendment(Record, frozen=True, kw_only=True):
    """A proposed change, made to one version of a measure's text: new words for a passage, or for the whole."""

    table: ClassVar[str] = "amendments"
    indexes: ClassVar[tuple[By, ...]] = (By(("measure",), order="number"), By(("measure", "state"), order="number"))

    measure: str
    number: int  # among the measure's: «Endringsforslag 2»
    text_version: int
    passage: str = ""  # the words it is about, as they stand in that version; "" for the whole text
    text: str  # the words to put there; of a passage "" to take it away
    reason: str = ""
    state: str = "open"
    supporters: tuple[Supporter, ...] = ()
    taken_in: int = 0  # the version of the text that has it
    decision: str = ""  # why it was taken in, or not
    decided: datetime | None = None
    decided_by: str = ""
    decided_name: str = ""
    by: str
    name: str
    party: str = ""
    group: str = ""
    at: datetime

    @property
    def proposer(self) -> str:
        """From whom it is: the party, else the person."""
        return self.party or self.name

    def applied(self, base: str) -> str:
        """The text as proposed, from the version it was made to."""
        return base.replace(self.passage, self.text, 1).strip() if self.passage else self.text

    def is_supported_by(self, person: str) -> bool:
        """Whether this person supports it."""
        return any(supporter.person == person for supporter in self.supporters)

    def support(self, supporter: Supporter) -> Amendment:
        """The amendment with this person's support, counted once. Raises Conflict when it is no longer open."""
        if self._open().is_supported_by(supporter.person):
            return self
        return self.changed(supporters=(*self.supporters, supporter))

    def unsupport(self, person: str) -> Amendment:
        """The amendment without this person's support. Raises Conflict when it is no longer open."""
        kept = tuple(supporter for supporter in self._open().supporters if supporter.person != person)
        return self.changed(supporters=kept)

    def withdraw(self, by: Actor, at: datetime) -> Amendment:
        """The amendment as withdrawn, by the one who proposed it. Raises Conflict, Forbidden."""
        if self._open().by != by.by:
            raise Forbidden(_("Bare den som har laget forslaget, kan trekke det."))
        return self._decided("withdrawn", by, at, "")

    def decline(self, by: Actor, reason: str, at: datetime) -> Amendment:
        """The amendment as not taken in, with a reason. Raises Conflict, Invalid."""
        self._open()
        if is_blank(reason):
            raise Invalid({"decision": _("Skriv hvorfor forslaget ikke tas inn.")})
        return self._decided("not_taken_in", by, at, reason)

    def take_in(self, by: Actor, text_version: int, reason: str, at: datetime) -> Amendment:
        """The amendment as taken in, in this version of the text. Raises Conflict."""
        return self._open()._decided("taken_in", by, at, reason).changed(taken_in=text_version)

    def _decided(self, state: str, by: Actor, at: datetime, reason: str) -> Amendment:
        if len(reason) > LONGEST_REASON:
            raise Invalid({"decision": _("Begrunnelsen er for lang. Grensen er %(limit)s tegn.", limit=LONGEST_REASON)})
        return self.changed(state=state, decision=reason.strip(), decided=at, decided_by=by.by, decided_name=by.name)

    def _open(self) -> Amendment:
        if self.state != "open":
            raise Conflict(_("Endringsforslaget er ikke lenger åpent."), current=self)
        return self


def check_amendment(amendment: Amendment, base: str) -> Amendment:
    """The amendment, if it may be kept, against the text it is made to. Raises Invalid."""
    errors: dict[str, Message] = {}
    if amendment.passage and base.count(amendment.passage) != 1:
        errors["passage"] = _("Ordene må stå nøyaktig ett sted i teksten. Kopier dem derfra, og ta med nok ord.")
    elif is_blank(amendment.applied(base)):
        errors["text"] = _("Skriv teksten slik dere vil ha den.")
    elif amendment.applied(base) == base:
        errors["text"] = _("Teksten er den samme som før.")
    if len(amendment.applied(base).encode()) > LONGEST_TEXT:
        errors["text"] = _("Teksten er for lang. Grensen er 64 kB.")
    if len(amendment.reason) > LONGEST_REASON:
        errors["reason"] = _("Begrunnelsen er for lang. Grensen er %(limit)s tegn.", limit=LONGEST_REASON)
    if errors:
        raise Invalid(errors)
    return amendment
