"""The words on screen for the kinds of things that can be found."""

from __future__ import annotations

from workspace.documents import names as document_names
from workspace.search.port import Entry
from workspace.translation import gettext, ngettext

SHEETS = ("xlsx", "ods", "csv")  # files that are read sheet by sheet


def kind(value: str) -> str:
    """A kind of hit, in the reader's language."""
    return str(
        {
            "document": gettext("Dokument"),
            "comment": gettext("Kommentar"),
            "measure": gettext("Tiltak"),
            "opportunity": gettext("Mulighet"),
            "outcome": gettext("Oppsummering av runde"),
            "answer": gettext("Høringsuttalelse"),
        }.get(value, value)
    )


def kinds(value: str) -> str:
    """Several hits of a kind, in the reader's language."""
    return str(
        {
            "document": gettext("Dokumenter"),
            "comment": gettext("Kommentarer"),
            "measure": gettext("Tiltak"),
            "opportunity": gettext("Muligheter"),
            "outcome": gettext("Oppsummeringer av runder"),
            "answer": gettext("Høringsuttalelser"),
        }.get(value, value)
    )


def several(value: str, count: int) -> str:
    """So many things of a kind, in the reader's language."""
    match value:
        case "comment":
            return str(ngettext("én kommentar", "%(num)s kommentarer", count))
        case "measure":
            return str(ngettext("ett tiltak", "%(num)s tiltak", count))
        case "opportunity":
            return str(ngettext("én mulighet", "%(num)s muligheter", count))
        case "outcome":
            return str(ngettext("én oppsummering", "%(num)s oppsummeringer", count))
        case "answer":
            return str(ngettext("én høringsuttalelse", "%(num)s høringsuttalelser", count))
    return str(ngettext("ett dokument", "%(num)s dokumenter", count))


def facet(value: str) -> str:
    """What hits can be narrowed by, in the reader's language."""
    return str(
        {
            "kind": gettext("Type"),
            "source": gettext("Slags dokument"),
            "municipality": gettext("Kommune"),
            "value_chain": gettext("Verdikjede"),
            "tag": gettext("Emneord"),
            "year": gettext("År"),
            "language": gettext("Språk"),
            "unreadable": gettext("Filer"),
        }[value]
    )


def unreadable() -> str:
    """The choice of files of which only the title can be searched."""
    return str(gettext("Teksten kan ikke leses"))


def place(entry: Entry) -> str:
    """Where in a file: its page, or the name of its sheet."""
    if entry.label:
        return str(gettext("ark «%(name)s»", name=entry.label))
    if entry.file in SHEETS and entry.page:
        return str(gettext("ark %(number)s", number=entry.page))
    return str(gettext("side %(number)s", number=entry.page)) if entry.page else ""


def short_place(entry: Entry) -> str:
    """The same, as short as it stands before a passage."""
    if entry.label or entry.file in SHEETS:
        return entry.label or place(entry)
    return str(gettext("s. %(number)s", number=entry.page)) if entry.page else ""


def tag(entry: Entry) -> str:
    """What a hit is, with its place in a file: «PDF, side 17»."""
    if entry.file:
        parts = (document_names.type_of(entry.file), place(entry) if entry.readable else "")
        return ", ".join(part for part in parts if part)
    return document_names.kind(entry.source) if entry.source else kind(entry.kind)


def icon(entry: Entry) -> str:
    """The icon of what was found."""
    if entry.file:
        return "attachment"
    if entry.source == "interview":
        return "comment"
    return {
        "comment": "comment",
        "measure": "measure",
        "opportunity": "star",
        "outcome": "round",
        "answer": "mail",
    }.get(entry.kind, "document")


def colour(entry: Entry) -> str:
    """The colour of what was found."""
    if entry.file:
        return "rav"
    if entry.source == "interview":
        return "mose"
    return {"comment": "mose", "measure": "rav", "opportunity": "rav", "outcome": "lyng"}.get(entry.kind, "accent")
