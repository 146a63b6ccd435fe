"""The words on screen for hearings, answers and what was made of them."""

from __future__ import annotations

from workspace.comments import names as comment_names
from workspace.hearings.answer import OUTCOMES
from workspace.hearings.model import Hearing
from workspace.translation import gettext


def hearing_state(hearing: Hearing) -> str:
    """A hearing's state, in a word."""
    return str(
        {"draft": gettext("Utkast"), "open": gettext("Åpen"), "closed": gettext("Lukket")}.get(
            hearing.state, hearing.state
        )
    )


def source(value: str) -> str:
    """How an answer came."""
    return str(
        {
            "form": gettext("Skjema"),
            "account": gettext("Medlem i rommet"),
            "email": gettext("E-post"),
            "letter": gettext("Brev"),
            "meeting": gettext("Møte"),
        }.get(value, value)
    )


def state(value: str) -> str:
    """What came of something that was said, in the reader's language."""
    return str(
        {
            "taken_in": gettext("Tatt inn"),
            "partly": gettext("Delvis tatt inn"),
            "not_taken_in": gettext("Ikke tatt inn"),
            "noted": gettext("Tatt til orientering"),
            "answered": gettext("Besvart"),
            "resolved": gettext("Løst"),
            "open": gettext("Ikke vurdert ennå"),
            "withdrawn": gettext("Trukket"),
        }.get(value, value)
    )


def state_colour(value: str) -> str:
    """The colour of its tag; the word always stands in it."""
    return {"taken_in": "success", "partly": "rav", "not_taken_in": "neutral", "open": "warning"}.get(value, "neutral")


def outcomes() -> list[tuple[str, str]]:
    """What staff choose between."""
    return [(value, state(value)) for value in OUTCOMES]


def kind(value: str) -> str:
    """What sort of comment it is."""
    return comment_names.kind(value) if value else str(gettext("Kommentar"))


def way(value: str) -> str:
    """What the rows of a report are gathered by."""
    return str(
        {
            "chapter": gettext("Etter kapittel"),
            "party": gettext("Etter avsender"),
            "municipality": gettext("Etter kommune"),
        }.get(value, value)
    )
