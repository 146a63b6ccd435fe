"""The words on screen for roles and groups."""

from __future__ import annotations

from workspace.translation import gettext


def role(value: str) -> str:
    """A role in the reader's language."""
    return str(
        {
            "reader": gettext("Leser"),
            "participant": gettext("Deltaker"),
            "staff": gettext("Medarbeider"),
            "facilitator": gettext("Prosessleder"),
            "administrator": gettext("Administrator"),
            "guest": gettext("Gjest"),
        }[value]
    )


def what_a_role_does(value: str) -> str:
    """What somebody with the role does here, in a sentence."""
    return str(
        {
            "reader": gettext("Leser og følger med, men skriver ikke."),
            "participant": gettext("Leser, kommenterer og tar standpunkt til tiltak."),
            "staff": gettext("Skriver dokumenter og tiltak."),
            "facilitator": gettext("Lager runder, følger opp og skriver oppsummeringen."),
            "administrator": gettext("Inviterer, setter opp regionen og ser loggen."),
            "guest": gettext("Ser det invitasjonen gjelder."),
        }[value]
    )


def group(value: str) -> str:
    """A group of organisations in the reader's language."""
    return str(
        {
            "business": gettext("Næringsliv"),
            "youth": gettext("Ungdom"),
            "county": gettext("Fylkeskommune"),
            "research": gettext("FoU og skole"),
            "voluntary": gettext("Frivillighet"),
            "state": gettext("Staten"),
            "other": gettext("Andre"),
        }[value]
    )


def all_groups() -> list[tuple[str, str]]:
    """Every group as (value, word), in the order they are shown."""
    return [
        (value, group(value)) for value in ("business", "youth", "county", "research", "voluntary", "state", "other")
    ]
