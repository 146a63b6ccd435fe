"""Whether a measure may be kept as it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from workspace.clean import is_blank
from workspace.errors import Invalid, Message, _
from workspace.measures.model import (
    FOR_WHOM,
    HORIZONS,
    INITIATORS,
    KINDS_OF_BENEFIT,
    SIZES,
    STATUSES,
    STEPS,
    Benefit,
    Measure,
)
from workspace.measures.sharing import KEYS

LONGEST_TITLE = 200
LONGEST_TEXT = 64 * 1024  # bytes
LONGEST_LINE = 300
LONGEST_NOTE = 2000
LONGEST_REMARK = 20_000  # what two measures said differently comes here when they become one
MOST = 1_000_000_000_000  # kroner, and hours

LINES = ("focus_area", "goal", "responsible", "partners", "cost", "funding", "quick_win_meets")
NOTES = ("regional_benefit", "owner_reason", "indicator")
DATES = ("quick_win_date", "start", "end", "accepted")


def check(measure: Measure) -> Measure:
    """The measure, if it may be kept as it is. Raises Invalid naming each field that may not."""
    errors = _text_errors(measure) | _number_errors(measure) | _date_errors(measure)
    if measure.horizon not in HORIZONS:
        errors["horizon"] = _("Velg kort, mellomlang eller lang sikt.")
    if measure.initiator not in ("", *INITIATORS):
        errors["initiator"] = _("Velg hvem som tok initiativet.")
    if measure.regional_size not in SIZES:
        errors["regional_size"] = _("Velg hvor stor nytten er for regionen.")
    if measure.share_key not in ("", *KEYS):
        errors["share_key"] = _("Velg en fordelingsnøkkel.")
    if measure.status not in STATUSES:
        errors["status"] = _("Velg en status.")
    errors |= _benefit_errors(measure.benefits)
    if errors:
        raise Invalid(errors)
    return measure


def _text_errors(measure: Measure) -> dict[str, Message]:
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
    for names, limit in ((LINES, LONGEST_LINE), (NOTES, LONGEST_NOTE), (("remark",), LONGEST_REMARK)):
        for name in names:
            if len(getattr(measure, name)) > limit:
                errors[name] = _("Skriv kortere. Grensen er %(limit)s tegn.", limit=limit)
    return errors


def _number_errors(measure: Measure) -> dict[str, Message]:
    errors: dict[str, Message] = {}
    for name in ("cost_amount", "own_hours"):
        number = getattr(measure, name)
        if number is not None and not 0 <= number <= MOST:
            errors[name] = _("Skriv et helt tall, for eksempel 450 000.")
    for name in ("effort", "effect"):
        if getattr(measure, name) not in (0, *STEPS):
            errors[name] = _("Velg et tall fra 1 til 5.")
    if any(share.weight < 0 for share in measure.own_shares):
        errors["own_shares"] = _("En andel kan ikke være under null.")
    return errors


def _date_errors(measure: Measure) -> dict[str, Message]:
    wrong = [name for name in DATES if getattr(measure, name) and not is_date(getattr(measure, name))]
    errors = {name: _("Skriv datoen som dag, måned og år.") for name in wrong}
    if not errors and measure.start and measure.end and measure.end < measure.start:
        errors["end"] = _("Slutten må være etter starten.")
    return errors


def is_date(text: str) -> bool:
    """Whether a text is a day of the calendar as 2027-03-01."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _benefit_errors(benefits: Iterable[Benefit]) -> dict[str, Message]:
    errors: dict[str, Message] = {}
    for benefit in benefits:
        field = f"benefit-{benefit.municipality}"
        if benefit.kind not in KINDS_OF_BENEFIT or benefit.size not in SIZES:
            errors[field] = _("Velg type og størrelse for nytten.")
        elif benefit.kind == "indirect" and is_blank(benefit.how):
            errors[field] = _("Skriv hvordan nytten kommer, når den er indirekte.")
        elif max(len(benefit.how), len(benefit.source)) > LONGEST_NOTE:
            errors[field] = _("Skriv kortere. Grensen er %(limit)s tegn.", limit=LONGEST_NOTE)
        elif not set(benefit.for_whom) <= set(FOR_WHOM):
            errors[field] = _("Velg hvem i kommunen nytten er for.")
    return errors
