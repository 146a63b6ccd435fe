"""A measure: what the region may do together, and what each municipality gets out of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import ClassVar

import msgspec

from workspace.access import Audience
from workspace.errors import Forbidden, _
from workspace.measures import sharing
from workspace.record import By, Record

KINDS_OF_BENEFIT = ("direct", "indirect", "none", "unknown")
SIZES = ("large", "medium", "small", "none", "unknown")
HORIZONS = ("short", "medium", "long")
STATUSES = ("idea", "proposed", "agreed", "adopted", "started", "done", "set_aside")
IN_PLAN = ("adopted", "started", "done")  # the statuses of a measure that is in the plan of work
WORTH = {"large": 3, "medium": 2, "small": 1}  # a size as a number; what is not among them is worth nothing yet
FOR_WHOM = ("residents", "business", "organisation")
INITIATORS = ("municipality", "business", "youth", "county", "research", "voluntary", "state", "other")
STEPS = (1, 2, 3, 4, 5)  # of effort and of effect; 0 for what nobody has judged
EXTERNAL = "external"  # an owner that is no municipality


class Benefit(msgspec.Struct, frozen=True, kw_only=True):
    """What one municipality gets: how (kind), how much (size), in words, and where that is known from."""

    municipality: str  # its number
    kind: str = "unknown"
    size: str = "unknown"
    how: str = ""
    source: str = ""
    for_whom: tuple[str, ...] = ()  # of FOR_WHOM: its residents, its business life, the municipality itself

    @property
    def worth(self) -> int:
        """How much it is, as a number: 3, 2, 1, and 0 for none and unknown."""
        return WORTH.get(self.size, 0) if self.kind in ("direct", "indirect") else 0


class OwnShare(msgspec.Struct, frozen=True, kw_only=True):
    """What one municipality carries where the municipalities have agreed on shares of their own."""

    municipality: str
    weight: int


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
        By(("audience", "started_before_adoption"), order="number"),
    )

    number: int  # shown as T-03
    title: str
    text: str  # Markdown: what we will do
    text_version: int = 1
    focus_area: str = ""
    goal: str = ""  # the sub-goal it serves
    initiator: str = ""  # one of INITIATORS: from whom it came
    regional_benefit: str = ""
    regional_size: str = "unknown"  # one of SIZES
    benefits: tuple[Benefit, ...] = ()  # one for every municipality of the region, never silently empty
    responsible: str = ""  # the one who answers for it, by name
    owner: str = ""  # the number of the municipality that is, or EXTERNAL; "" while nobody is
    owner_reason: str = ""  # why just they
    accepted: str = ""  # when an external owner said yes (ISO), and
    accepted_by: str = ""  # who said so for them
    partners: str = ""
    cost: str = ""  # in words and kroner, as the plan's table has it
    cost_amount: int | None = None  # in whole kroner
    cost_per_year: bool = False  # the amount is for each year
    funding: str = ""  # where the money comes from
    own_hours: int | None = None
    share_key: str = ""  # one of sharing.KEYS: how the municipalities share the cost; "" before it is chosen
    own_shares: tuple[OwnShare, ...] = ()  # for the key "own"
    opt_in: bool = False  # may be carried by some of the municipalities
    carriers: tuple[str, ...] = ()  # which of them do; all, when none is named
    start: str = ""  # ISO
    end: str = ""  # ISO
    horizon: str = "medium"
    quick_win: bool = False
    quick_win_date: str = ""  # ISO
    quick_win_meets: str = ""  # the expectation it meets
    effort: int = 0  # of STEPS
    effect: int = 0  # of STEPS
    indicator: str = ""
    remark: str = ""
    citations: tuple[Citation, ...] = ()
    status: str = "proposed"
    started_before_adoption: bool = False  # begun on a consensus, before the plan was adopted
    frozen_by: str = ""  # the open round its text is frozen by
    opportunities: tuple[str, ...] = ()  # those it came of
    differs_from: tuple[str, ...] = ()  # measures that look alike, and that somebody has said are others
    merged_into: str = ""  # the measure it is part of now
    merged: tuple[str, ...] = ()  # the measures that have become part of it
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

    def carried_by(self, municipalities: Iterable[str]) -> tuple[str, ...]:
        """Those of the municipalities that carry it, in their order."""
        return tuple(number for number in municipalities if not self.carriers or number in self.carriers)

    def shares(self, populations: Mapping[str, int | None]) -> dict[str, int]:
        """What each municipality that carries it pays, in whole kroner; the sum is the amount.

        `populations` has every municipality of the region, None where the number of people is not known. Empty while
        there is no amount or no key, or what the key needs is not known.
        """
        if self.cost_amount is None or not self.share_key:
            return {}
        own = {share.municipality: share.weight for share in self.own_shares}
        return sharing.shares(self.cost_amount, self.share_key, self.carried_by(populations), populations, own)

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
    reason: str = ""  # why it was changed, where somebody had to say so
    change: str = ""  # "editorial" or "material", of a text changed in an open round
    round: str = ""  # that round
    amendment: str = ""  # the amendment that was taken in


def complete(benefits: Iterable[Benefit], municipalities: Iterable[str]) -> tuple[Benefit, ...]:
    """One benefit for every municipality, in their order; unknown where nothing is said. Others are left out."""
    said = {benefit.municipality: benefit for benefit in benefits}
    return tuple(said.get(number, Benefit(municipality=number)) for number in municipalities)
