"""The words on screen for what a measure says in one word."""

from __future__ import annotations

from workspace.regions import names as region_names
from workspace.translation import gettext


def kind(value: str) -> str:
    """How a benefit comes, in the reader's language."""
    return str(
        {
            "direct": gettext("direkte"),
            "indirect": gettext("indirekte"),
            "none": gettext("ingen"),
            "unknown": gettext("ukjent"),
        }[value]
    )


def size(value: str) -> str:
    """How large a benefit is, in the reader's language."""
    return str(
        {
            "large": gettext("stor"),
            "medium": gettext("middels"),
            "small": gettext("liten"),
            "none": gettext("ingen"),
            "unknown": gettext("ukjent"),
        }[value]
    )


def digit(benefit_size: str) -> str:
    """The digit printed for a size: 3, 2, 1, – for none, ? for unknown."""
    return {"large": "3", "medium": "2", "small": "1", "none": "–"}.get(benefit_size, "?")


def horizon(value: str) -> str:
    """How far ahead, in the reader's language."""
    return str(
        {"short": gettext("Kort sikt"), "medium": gettext("Mellomlang sikt"), "long": gettext("Lang sikt")}[value]
    )


def status(value: str) -> str:
    """How far a measure has come, in the reader's language."""
    return str(
        {
            "idea": gettext("Idé"),
            "proposed": gettext("Foreslått"),
            "agreed": gettext("Enighet"),
            "adopted": gettext("Vedtatt"),
            "started": gettext("I gang"),
            "done": gettext("Gjennomført"),
            "set_aside": gettext("Lagt til side"),
        }[value]
    )


def step(value: str) -> str:
    """What the button says that takes a measure to a status."""
    return str(
        {
            "idea": gettext("Gjør til idé"),
            "proposed": gettext("Foreslå"),
            "agreed": gettext("Det er enighet"),
            "adopted": gettext("Tiltaket er vedtatt"),
            "started": gettext("Sett i gang"),
            "done": gettext("Tiltaket er gjennomført"),
            "set_aside": gettext("Legg til side"),
        }[value]
    )


def colour(value: str) -> str:
    """The colour of a status: beside its word, never alone."""
    return {"agreed": "success", "adopted": "success", "done": "success", "started": "accent"}.get(value, "neutral")


def initiator(value: str) -> str:
    """From whom a measure came, in the reader's language."""
    if not value:
        return str(gettext("Ikke oppgitt"))
    return str(gettext("Kommunene")) if value == "municipality" else region_names.group(value)


def for_whom(value: str) -> str:
    """Whom in a municipality a benefit is for, in the reader's language."""
    return str(
        {
            "residents": gettext("innbyggere"),
            "business": gettext("næringsliv"),
            "organisation": gettext("kommunen selv"),
        }[value]
    )


def share_key(value: str) -> str:
    """How a cost is shared, in the reader's language."""
    return str(
        {
            "": gettext("Ikke valgt"),
            "equal": gettext("Likt"),
            "population": gettext("Etter folketall"),
            "combined": gettext("30 prosent likt og 70 prosent etter folketall"),
            "own": gettext("Egne andeler"),
        }[value]
    )


def stage(value: str) -> str:
    """A column of the board of opportunities, in the reader's language."""
    return str(
        {
            "caught": gettext("Fanget opp"),
            "shared": gettext("Delt"),
            "together": gettext("Samarbeid"),
            "measure": gettext("Tiltak"),
        }[value]
    )


def view(value: str) -> str:
    """A way to look at all measures, in the reader's language."""
    return str(
        {
            "": gettext("Tabell og nytte"),
            "effect": gettext("Innsats og effekt"),
            "horizon": gettext("Etter tid"),
            "quick": gettext("Raske tiltak"),
            "initiator": gettext("Hvem tok initiativet"),
        }[value]
    )


def outcome(value: str) -> str:
    """What came of a row of a file, in the reader's language."""
    return str(
        {
            "created": gettext("Nytt"),
            "changed": gettext("Endret"),
            "unchanged": gettext("Uendret"),
            "refused": gettext("Ikke tatt inn"),
        }[value]
    )
