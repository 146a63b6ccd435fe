"""A project that somebody sees a chance of: caught, shared, worked on together, and perhaps a measure in the end."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import msgspec

from workspace.clean import is_blank
from workspace.errors import Conflict, Invalid, Message, _
from workspace.record import By, Record

STAGES = ("caught", "shared", "together", "measure")
LONGEST_TITLE = 200
LONGEST_TEXT = 10_000


class Interest(msgspec.Struct, frozen=True, kw_only=True):
    """A municipality that wants to be with it, and who said so for it."""

    municipality: str
    by: str
    name: str
    at: datetime


class Opportunity(Record, frozen=True, kw_only=True):
    """One on the board. A confidential one is for its owner and the chosen; for others it is not there."""

    table: ClassVar[str] = "opportunities"
    indexes: ClassVar[tuple[By, ...]] = (By(order="number"),)

    number: int  # shown as M-03
    title: str
    text: str = ""
    by: str  # the owner: a person's id
    name: str = ""
    municipality: str = ""  # whose it is, or
    organisation: str = ""
    group: str = ""  # of that organisation
    confidential: bool = False
    people: tuple[str, ...] = ()  # chosen, by id
    municipalities: tuple[str, ...] = ()  # chosen, by number
    stage: str = "caught"
    interested: tuple[Interest, ...] = ()
    measure: str = ""  # what it has become
    at: datetime
    changed_at: datetime

    @property
    def code(self) -> str:
        """Its short name: M-03."""
        return f"M-{self.number:02d}"

    def shared(self) -> Opportunity:
        """Shared with those it is for. Raises Conflict when it has been."""
        if self.stage != "caught":
            raise Conflict(_("Muligheten er alt delt."), current=self)
        return self.changed(stage="shared")

    def joined(self, interest: Interest) -> Opportunity:
        """With one more that wants to be with it. Raises Conflict when it is not shared, or is a measure."""
        if self.stage not in ("shared", "together"):
            raise Conflict(_("Muligheten er ikke åpen for flere nå."), current=self)
        others = tuple(one for one in self.interested if one.municipality != interest.municipality)
        return self.changed(interested=(*others, interest), stage="together")

    def left_by(self, municipality: str) -> Opportunity:
        """Without one that wanted to be with it. Raises Conflict when it is a measure."""
        if self.stage == "measure":
            raise Conflict(_("Muligheten er ikke åpen for flere nå."), current=self)
        others = tuple(one for one in self.interested if one.municipality != municipality)
        alone = "caught" if self.stage == "caught" else "shared"
        return self.changed(interested=others, stage="together" if others else alone)

    def became(self, measure: str) -> Opportunity:
        """What has become a measure. Raises Conflict when it is one already."""
        if self.measure:
            raise Conflict(_("Muligheten er alt et tiltak."), current=self)
        return self.changed(measure=measure, stage="measure")


def check(opportunity: Opportunity) -> Opportunity:
    """The opportunity, if it may be kept as it is. Raises Invalid naming each field that may not."""
    errors: dict[str, Message] = {}
    if is_blank(opportunity.title):
        errors["title"] = _("Skriv en tittel.")
    elif len(opportunity.title) > LONGEST_TITLE:
        errors["title"] = _("Skriv kortere. Grensen er %(limit)s tegn.", limit=LONGEST_TITLE)
    if len(opportunity.text) > LONGEST_TEXT:
        errors["text"] = _("Skriv kortere. Grensen er %(limit)s tegn.", limit=LONGEST_TEXT)
    if errors:
        raise Invalid(errors)
    return opportunity
