"""The words on screen for kinds of comments, and for what has become of a thread."""

from __future__ import annotations

from workspace.comments.model import KINDS
from workspace.translation import gettext


def kind(value: str) -> str:
    """A kind of comment in the reader's language."""
    return dict(kinds()).get(value, value)


def kinds() -> list[tuple[str, str]]:
    """All kinds, for a form to choose one from."""
    words = (
        gettext("Spørsmål"),
        gettext("Forslag"),
        gettext("Uenig"),
        gettext("Støtte"),
        gettext("Kunnskap"),
    )
    return list(zip(KINDS, words, strict=True))


def state(value: str) -> str:
    """What has become of a thread: its state, or one of its steps."""
    return str(
        {
            "open": gettext("Åpen"),
            "answered": gettext("Besvart"),
            "taken_in": gettext("Tatt inn"),
            "not_taken_in": gettext("Ikke tatt inn"),
            "resolved": gettext("Løst"),
            "reopened": gettext("Åpnet igjen"),
        }.get(value, value)
    )
