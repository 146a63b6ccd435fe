"""How much those who take part trust each other, as a figure beside consensus; and when to talk before the next round.

A reading is what a pulse of statements came to on one day. It is about the region as a whole, never one municipality.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import ClassVar, NamedTuple

from workspace.errors import Invalid, Message, _
from workspace.record import By, Record
from workspace.rounds.suppression import LEAST

LOWEST, HIGHEST = 1, 5
LOW = 3.0  # below the middle of the scale, more disagree than agree


class TrustReading(Record, frozen=True, kw_only=True):
    """The average of one day's answers, from 1 to 5. The id is the day: a new figure takes the old one's place."""

    table: ClassVar[str] = "trust_readings"
    indexes: ClassVar[tuple[By, ...]] = (By(),)

    average: float
    answers: int
    withdrawn: bool = False  # it was entered by mistake
    by: str
    at: datetime

    @property
    def day(self) -> str:
        """The day it is from, as 2026-11-23."""
        return self.id


def check_reading(day: str, average: str, answers: str, today: date) -> tuple[str, float, int]:
    """Day, average and number of answers as they are kept. Raises Invalid naming each that can't be taken."""
    errors: dict[str, Message] = {}
    on, value, count = _day(day), _decimal(average), _count(answers)
    if on is None or on > today:
        errors["day"] = _("Velg en dag som har vært.")
    if value is None or not LOWEST <= value <= HIGHEST:
        errors["average"] = _("Skriv et tall fra 1 til 5, for eksempel 3,6.")
    if count is None:
        errors["answers"] = _("Skriv hvor mange som svarte, som et helt tall.")
    elif count < LEAST:
        errors["answers"] = _(
            "Tall fra færre enn %(fewest)s svar blir ikke lagret. De kan vise hva én har svart.", fewest=LEAST
        )
    if errors or on is None or value is None or count is None:
        raise Invalid(errors)
    return on.isoformat(), round(value, 2), count


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _decimal(text: str) -> float | None:
    whole, _point, rest = text.strip().replace(",", ".").partition(".")
    is_number = (
        whole.isascii() and whole.isdigit() and len(whole) <= 2 and (not rest or (rest.isascii() and rest.isdigit()))
    )
    return float(f"{whole}.{rest[:6] or 0}") if is_number else None


def _count(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None


class Hint(NamedTuple):
    """Why to talk before the next round: what trust does, and the measures that call for it."""

    is_low: bool
    is_falling: bool
    blocked: tuple[str, ...]
    divided: tuple[str, ...]


def is_low(readings: Sequence[TrustReading]) -> bool:
    """Whether the newest figure is below the middle of the scale. `readings` in the order of their days."""
    return bool(readings) and readings[-1].average < LOW


def is_falling(readings: Sequence[TrustReading]) -> bool:
    """Whether the newest figure is lower than the one before."""
    return len(readings) > 1 and readings[-1].average < readings[-2].average


def talk_first(readings: Sequence[TrustReading], blocked: Sequence[str], divided: Sequence[str]) -> Hint | None:
    """Whether to talk before the next round: trust is low or falling, and a measure is blocked or divides (R-030).

    None where there is no reason to.
    """
    low, falling = is_low(readings), is_falling(readings)
    if not (low or falling) or not (blocked or divided):
        return None
    return Hint(low, falling, tuple(blocked), tuple(divided))
