"""The words on screen for kinds of documents, languages and audiences."""

from __future__ import annotations

from flask_babel import gettext


def kind(value: str) -> str:
    """A kind of document in the reader's language."""
    return str(
        {
            "interview": gettext("Intervju"),
            "analysis": gettext("Analyse"),
            "survey": gettext("Spørreundersøkelse"),
            "swot": gettext("SWOT"),
            "plan": gettext("Planutkast"),
            "minutes": gettext("Referat"),
            "note": gettext("Notat"),
        }.get(value, value)
    )


def language(value: str) -> str:
    """A written language by its own name."""
    return {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}.get(value, value)


def audience(value: str) -> str:
    """Who a document is for, in the reader's language."""
    return str({"region": gettext("Alle i regionen"), "staff": gettext("Bare medarbeidere")}.get(value, value))
