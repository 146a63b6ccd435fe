"""The words on screen for benefits and horizons."""

from __future__ import annotations

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
