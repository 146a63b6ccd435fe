"""A measure: what the region may do together, and what each municipality gets out of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

import msgspec

from workspace.access import Audience
from workspace.clean import is_blank
from workspace.errors import Forbidden, Invalid, Message, _
from workspace.record import By, Record

KINDS_OF_BENEFIT = ("direct", "indirect", "none", "unknown")
SIZES = ("large", "medium", "small", "none", "unknown")
HORIZONS = ("short", "medium", "long")
LONGEST_TITLE = 200
LONGEST_TEXT = 64 * 1024  # bytes
_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


class Benefit(msgspec.Struct, frozen=True, kw_only=True):
    """What one municipality gets: how (kind), how much (size), in words, and where that is known from."""

    municipality: str  # its number
    kind: str = "unknown"
    size: str = "unknown"
    how: str = ""
    source: str = ""


class Citation(msgspec.Struct, frozen=True, kw_only=True):
    """A document the measure builds on, and the words in it that matter."""

    document: str
    quote: str = ""


class Measure(Record, frozen=True, kw_only=True):
    """A proposed measure. Its text has versions of its own, because a round is about one of them."""

    table: ClassVar[str] = "measures"
    indexes: ClassVar[tuple[By, ...]] = (
        By(order="number"),
        By(("audience",), order="number"),
        By(("audience", "quick_win"), order="number"),
    )

    number: int  # shown as T-03
    title: str
    text: str  # Markdown: what we will do
    text_version: int = 1
    goal: str = ""  # the sub-goal it serves
    regional_benefit: str = ""
    benefits: tuple[Benefit, ...] = ()  # one for every municipality of the region, never silently empty
    responsible: str = ""
    partners: str = ""
    cost: str = ""  # in words and kroner, as the plan's table has it
    horizon: str = "medium"
    quick_win: bool = False
    quick_win_date: str = ""  # ISO
    citations: tuple[Citation, ...] = ()
    frozen_by: str = ""  # the open round its text is frozen by
    audience: Audience = Audience.REGION
    changed_at: datetime
    changed_by: str
    changed_name: str = ""

    @property
    def code(self) -> str:
        """The measure's short name: T-03."""
        return f"T-{self.number:02d}"

    def benefit_of(self, municipality: str) -> Benefit:
        """What a municipality gets; unknown for one that nothing is said about."""
        for benefit in self.benefits:
            if benefit.municipality == municipality:
                return benefit
        return Benefit(municipality=municipality)

    def freeze(self, round_id: str) -> Measure:
        """The measure with its text frozen for a round. Raises Forbidden when another round has it."""
        if self.frozen_by and self.frozen_by != round_id:
            raise Forbidden(_("%(code)s er alt med i en åpen runde.", code=self.code))
        return self.changed(frozen_by=round_id)

    def thaw(self, round_id: str) -> Measure:
        """The measure with its text free again, if this round had frozen it."""
        return self.changed(frozen_by="") if self.frozen_by == round_id else self


class MeasureText(Record, frozen=True, kw_only=True):
    """One version of a measure's title and text. The id is `<measure>:<number>`."""

    table: ClassVar[str] = "measure_texts"
    indexes: ClassVar[tuple[By, ...]] = (By(("measure",), order="number"),)

    measure: str
    number: int
    title: str
    text: str
    by: str
    name: str = ""
    at: datetime


def complete(benefits: Iterable[Benefit], municipalities: Iterable[str]) -> tuple[Benefit, ...]:
    """One benefit for every municipality, in their order; unknown where nothing is said. Others are left out."""
    said = {benefit.municipality: benefit for benefit in benefits}
    return tuple(said.get(number, Benefit(municipality=number)) for number in municipalities)


def check(measure: Measure) -> Measure:
    """The measure, if it may be kept as it is. Raises Invalid naming each field that may not."""
    errors: dict[str, Message] = {}
    if is_blank(measure.title):
        errors["title"] = _("Skriv en tittel.")
    elif len(measure.title) > LONGEST_TITLE:
        errors["title"] = _(
            "Tittelen har %(count)s tegn. Grensen er %(limit)s.", count=len(measure.title), limit=LONGEST_TITLE
        )
    if is_blank(measure.text):
        errors["text"] = _("Skriv hva dere vil gjøre.")
    elif len(measure.text.encode()) > LONGEST_TEXT:
        errors["text"] = _("Teksten er for lang. Grensen er 64 kB.")
    if measure.horizon not in HORIZONS:
        errors["horizon"] = _("Velg kort, mellomlang eller lang sikt.")
    if measure.quick_win_date and not _DATE.fullmatch(measure.quick_win_date):
        errors["quick_win_date"] = _("Skriv datoen som dag, måned og år.")
    errors |= _benefit_errors(measure.benefits)
    if errors:
        raise Invalid(errors)
    return measure


def _benefit_errors(benefits: Iterable[Benefit]) -> dict[str, Message]:
    errors: dict[str, Message] = {}
    for benefit in benefits:
        field = f"benefit-{benefit.municipality}"
        if benefit.kind not in KINDS_OF_BENEFIT or benefit.size not in SIZES:
            errors[field] = _("Velg type og størrelse for nytten.")
        elif benefit.kind == "indirect" and is_blank(benefit.how):
            errors[field] = _("Skriv hvordan nytten kommer, når den er indirekte.")
    return errors
