"""The words on screen for the kinds of things that can be found."""

from __future__ import annotations

from flask_babel import gettext


def kind(value: str) -> str:
    """A kind of hit, in the reader's language."""
    return str(
        {
            "document": gettext("Dokument"),
            "comment": gettext("Kommentar"),
            "measure": gettext("Tiltak"),
            "outcome": gettext("Oppsummering av runde"),
        }.get(value, value)
    )


def kinds(value: str) -> str:
    """Several hits of a kind, in the reader's language."""
    return str(
        {
            "document": gettext("Dokumenter"),
            "comment": gettext("Kommentarer"),
            "measure": gettext("Tiltak"),
            "outcome": gettext("Oppsummeringer av runder"),
        }.get(value, value)
    )


def icon(value: str) -> str:
    """The icon of a kind of hit."""
    return {"comment": "comment", "measure": "measure", "outcome": "round"}.get(value, "document")
