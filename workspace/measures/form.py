"""The form of a measure: what was typed, and the fields that it becomes."""

from __future__ import annotations

from typing import Any

from workspace import clean, web
from workspace.errors import Message, _
from workspace.measures import amounts
from workspace.measures.model import EXTERNAL, FOR_WHOM, STEPS, Benefit, Citation, Measure
from workspace.regions.model import Municipality

LINES = ("title", "focus_area", "goal", "responsible", "partners", "cost", "funding", "quick_win_meets")
NOTES = ("regional_benefit", "owner_reason", "indicator", "remark")
WORDS = ("horizon", "initiator", "regional_size", "start", "end", "quick_win_date")
CHECKS = ("cost_per_year", "quick_win", "opt_in")
NUMBERS = ("cost_amount", "own_hours")
JUDGED = ("effort", "effect")
FIELDS = ("text", "owner", "status", "version", *LINES, *NOTES, *WORDS, *CHECKS, *NUMBERS, *JUDGED)
CITATIONS = 6  # rows for documents


def read(municipalities: list[Municipality]) -> dict[str, Any]:
    """What was typed: plain fields, and a row for each municipality and each document."""
    typed = web.form(*FIELDS, "key", "opportunity", "different", many=("carriers",))
    typed["benefits"] = tuple(_benefit(one.id) for one in municipalities)
    cited = web.form(*(f"{part}-{n}" for n in range(CITATIONS) for part in ("document", "quote")))
    typed["citations"] = tuple(
        Citation(document=cited[f"document-{n}"], quote=cited[f"quote-{n}"][:500])
        for n in range(CITATIONS)
        if cited[f"document-{n}"]
    )
    return typed


def _benefit(number: str) -> Benefit:
    row = web.form(*(f"{part}-{number}" for part in ("kind", "size", "how", "source")), many=(f"for-{number}",))
    checked = row.pop(f"for-{number}")
    for_whom = tuple(who for who in FOR_WHOM if who in checked)
    said = {part.partition("-")[0]: value for part, value in row.items() if value}
    return Benefit(municipality=number, for_whom=for_whom, **said)


def as_typed(measure: Measure) -> dict[str, Any]:
    """What stands in the form of a measure before anything is typed."""
    typed = {name: getattr(measure, name) for name in (*FIELDS, "benefits", "citations", "carriers")}
    numbers = {name: "" if typed[name] is None else str(typed[name]) for name in NUMBERS}
    judged = {name: str(typed[name] or "") for name in JUDGED}
    is_named = measure.owner in (
        "",
        EXTERNAL,
    )  # also where it was kept before it was known who of them is a municipality
    return typed | numbers | judged | {"responsible": measure.responsible if is_named else ""}


def empty(document: str = "", quote: str = "") -> dict[str, Any]:
    """What stands in the form of a new measure, which may cite a document from the start."""
    cited = (Citation(document=document, quote=quote),) if document else ()
    usual = {"horizon": "medium", "regional_size": "unknown", "status": "proposed", "opportunity": "", "carriers": ()}
    return dict.fromkeys(FIELDS, "") | usual | {"benefits": (), "citations": cited}


def fields(typed: dict[str, Any], municipalities: list[Municipality]) -> tuple[dict[str, Any], dict[str, Message]]:
    """The fields of the measure that was typed, and what could not be read of it."""
    errors: dict[str, Message] = {}
    made: dict[str, Any] = {name: clean.clean_line(typed[name]) for name in LINES}
    made |= {name: typed[name] for name in NOTES}
    made |= {name: typed[name] for name in WORDS} | {name: bool(typed[name]) for name in CHECKS}
    made["regional_size"] = typed["regional_size"] or "unknown"
    names = {one.id: one.name for one in municipalities}
    made["responsible"] = names.get(typed["owner"], made["responsible"])
    if typed["owner"] == EXTERNAL and not made["responsible"]:
        errors["responsible"] = _("Skriv hvem som har ansvaret.")
    for name in NUMBERS:
        try:
            made[name] = amounts.parse(typed[name])
        except ValueError:
            errors[name] = _("Skriv et helt tall, for eksempel 450 000.")
    for name in JUDGED:
        made[name] = int(typed[name]) if typed[name] in map(str, STEPS) else 0
    same = ("text", "benefits", "citations", "carriers")
    return made | {name: typed[name] for name in same} | {"title": clean.clean_line(typed["title"])}, errors
