"""The words on screen for how work goes, and the texts of reminders."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import NamedTuple

from workspace import text
from workspace.translation import gettext
from workspace.workplan.reporting import Waiting


class Sign(NamedTuple):
    """How something goes: a word, an icon and a colour, so that none of them has to say it alone."""

    word: str
    icon: str
    colour: str


def state(value: str) -> Sign:
    """How a measure goes, in the reader's language."""
    return {
        "done": Sign(gettext("Gjennomført"), "round", "ok"),
        "on_track": Sign(gettext("I rute"), "tick", "ok"),
        "help": Sign(gettext("Trenger hjelp"), "info", "advar"),
        "late": Sign(gettext("Forsinket"), "warning", "fare"),
        "not_started": Sign(gettext("Ikke startet"), "clock", "dempet"),
    }[value]


def report_states() -> list[tuple[str, str]]:
    """What a report may say of how it goes, as (value, word)."""
    return [(value, state(value).word) for value in ("on_track", "help", "late")]


def percent(share: Fraction | int) -> int:
    """A percentage in whole numbers, rounded down: nothing is shown as done before it is."""
    return int(share)


def sheet(key: str) -> str:
    """What a table of the plan is called."""
    return str(
        {
            "milestones": gettext("Milepæler"),
            "needs": gettext("Behov"),
            "money": gettext("Penger og timer"),
            "capacity": gettext("Kapasitet"),
            "reports": gettext("Statusrapporter"),
        }[key]
    )


def outcome(value: str) -> Sign:
    """What became of a row that was brought in."""
    return {
        "imported": Sign(gettext("Tatt inn"), "tick", "ok"),
        "unchanged": Sign(gettext("Uendret"), "dash", "dempet"),
        "refused": Sign(gettext("Avvist"), "cross", "fare"),
    }[value]


def reminder_subject(waiting: Waiting) -> str:
    """The subject of a reminder."""
    measure = waiting.measure
    if waiting.kind == "late":
        return str(
            gettext("Statusrapport for %(code)s %(title)s: fristen er passert", code=measure.code, title=measure.title)
        )
    return str(gettext("Statusrapport for %(code)s %(title)s", code=measure.code, title=measure.title))


def reminder_text(waiting: Waiting, address: str) -> str:
    """A reminder to send as it is."""
    due = text.day(date.fromisoformat(waiting.report.due))
    if waiting.kind == "late":
        first = gettext("Hei! Fristen for statusrapporten om %(code)s var %(day)s.", code=waiting.measure.code, day=due)
    else:
        first = gettext("Hei! Statusrapporten om %(code)s har frist %(day)s.", code=waiting.measure.code, day=due)
    rest = gettext(
        "Skriv kort hva som er gjort, hvordan det går, og hva som er neste steg. Si gjerne fra om dere trenger hjelp."
    )
    parts = [f"{first} {rest}", waiting.report.question, address]
    return "\n\n".join(str(part) for part in parts if part)
