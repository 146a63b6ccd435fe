"""The follow-up of a measure: who is responsible, its milestones, its money and hours, and how it goes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import ClassVar

import msgspec

from workspace.errors import Invalid, _
from workspace.record import By, Record

PLANNING = "planning"  # stands for the work on the plan itself where money and hours are kept
REPORT_STATES = ("on_track", "help", "late")
REMINDERS = ("soon", "late")  # what a reminder is about: the date is near, the date has passed
REMIND_BEFORE = timedelta(days=7)
MOST_WEIGHT = 1_000
MOST_MILESTONES = 200  # of one measure
DEEPEST = 3  # milestones under milestones
MOST_KRONER = 10**12
MOST_HOURS = 10**7
YEARS = (2000, 2100)
LONGEST_LINE = 200
LONGEST_TEXT = 4_000
MOST_FIGURES = 4
_FIGURE = re.compile(r"(\d[\d\u00a0 .,]*(?: av \d[\d\u00a0 ]*)?(?: ?%| mill\.| mrd\.)?)[\u00a0 ]+(\S.*)")


class Milestone(Record, frozen=True, kw_only=True):
    """A step on the way. The id is `<measure>:<number>`; one with others under it is as far as they are."""

    table: ClassVar[str] = "milestones"
    indexes: ClassVar[tuple[By, ...]] = (By(("measure",), order="number"), By(order="due"))

    measure: str
    number: int
    title: str
    due: str = ""  # ISO
    done: str = ""  # ISO
    percent: int | None = None  # how far it is before it is done, where somebody has said so
    weight: int = 1  # against its siblings
    parent: int = 0  # the number of the milestone it is a part of
    changed_at: datetime
    changed_by: str
    changed_name: str = ""


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """What one municipality has agreed to, has spent, and gives beyond its share: kroner and hours of one year."""

    municipality: str
    agreed: int = 0
    spent: int = 0
    extra: int = 0
    agreed_hours: int = 0
    spent_hours: int = 0
    extra_hours: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said."""
        return self == Share(municipality=self.municipality)


class Budget(Record, frozen=True, kw_only=True):
    """Money and hours of a measure, or of the planning, in one year. The id is `<measure>:<year>`."""

    table: ClassVar[str] = "budgets"
    indexes: ClassVar[tuple[By, ...]] = (By(("measure",), order="year"), By(order="year"))

    measure: str
    year: int
    need: int = 0  # kroner
    need_hours: int = 0
    shares: tuple[Share, ...] = ()  # of municipalities that something is said of

    def share_of(self, municipality: str) -> Share:
        """What a municipality gives; nothing for one that nothing is said of."""
        return next((s for s in self.shares if s.municipality == municipality), Share(municipality=municipality))


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """What a municipality can realistically give in a year; None where it has not said."""

    municipality: str
    kroner: int | None = None
    hours: int | None = None


class Capacity(Record, frozen=True, kw_only=True):
    """What the municipalities can give in one year, over all measures. The id is the year."""

    table: ClassVar[str] = "capacities"
    indexes: ClassVar[tuple[By, ...]] = (By(order="year"),)

    year: int
    stated: tuple[Stated, ...] = ()

    def of(self, municipality: str) -> Stated:
        """What a municipality has said it can give."""
        return next((s for s in self.stated if s.municipality == municipality), Stated(municipality=municipality))


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A number to show, and what it counts: 48, «unge»."""

    number: str
    what: str


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """That a reminder was sent: which, when and by whom."""

    kind: str
    at: datetime
    by: str


class Report(Record, frozen=True, kw_only=True):
    """How a measure goes: asked for by a date, or written unasked. The id is `<measure>:report:<number>`."""

    table: ClassVar[str] = "status_reports"
    indexes: ClassVar[tuple[By, ...]] = (
        By(("measure",), order="number"),
        By(("written_at",), order="due"),
        By(("tells",), order="written_at"),
    )

    measure: str
    number: int
    due: str = ""  # ISO, for one that was asked for
    question: str = ""
    asked_at: datetime | None = None
    asked_by: str = ""
    asked_name: str = ""
    marks: tuple[Mark, ...] = ()
    written_at: datetime | None = None
    by: str = ""
    name: str = ""
    party: str = ""
    happened: str = ""
    state: str = ""
    next_step: str = ""
    percent: int | None = None  # as the writer sees it
    result: str = ""  # told on the front page
    figures: tuple[Figure, ...] = ()
    tells: bool = False  # whether there is a result in it

    @property
    def is_written(self) -> bool:
        """Whether it is there, or only asked for."""
        return self.written_at is not None

    def reminder(self, today: date) -> str:
        """Which reminder is due for what was asked and not written: one of REMINDERS, "" for none.

        It hangs on what was sent, never on when: a reminder that was sent is not due again, and one that nobody was
        there to send stays due.
        """
        if self.is_written or not self.due:
            return ""
        due = date.fromisoformat(self.due)
        kind = "late" if today > due else "soon" if today >= due - REMIND_BEFORE else ""
        return kind if kind and all(mark.kind != kind for mark in self.marks) else ""

    def marked(self, kind: str, at: datetime, by: str) -> Report:
        """The report with a reminder marked as sent; the same as it was when that is marked already."""
        if kind not in REMINDERS:
            raise Invalid({"kind": _("Det finnes ingen slik påminning.")})
        if any(mark.kind == kind for mark in self.marks):
            return self
        return self.changed(marks=(*self.marks, Mark(kind=kind, at=at, by=by)))


def figures_of(text: str) -> tuple[Figure, ...]:
    """Figures as they are written on a line: «48 unge, 31 bedrifter, 6 kommuner». Raises Invalid."""
    found = []
    for part in (part.strip() for part in re.split(r",(?!\d)|;|\n", text)):
        if not part:
            continue
        read = _FIGURE.fullmatch(part)
        if read is None:
            raise Invalid({"figures": _("Skriv et tall og hva det teller, som «48 unge, 31 bedrifter».")})
        found.append(Figure(number=read[1].strip(), what=read[2].strip()))
    if len(found) > MOST_FIGURES:
        raise Invalid({"figures": _("Velg høyst %(most)s tall.", most=MOST_FIGURES)})
    return tuple(found)


def figures_text(figures: Iterable[Figure]) -> str:
    """Figures on a line, as `figures_of` reads them."""
    return ", ".join(f"{figure.number} {figure.what}" for figure in figures)
