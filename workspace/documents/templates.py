"""Texts to begin a new document from, one for each kind that has a usual shape."""

from __future__ import annotations

from workspace.translation import gettext


def all_templates() -> list[tuple[str, str, str]]:
    """Every template as (kind, name, what it is for)."""
    return [
        ("plan", gettext("Plankapittel"), gettext("Felles oppbygning")),
        ("interview", gettext("Intervjunotat"), gettext("Med samtykke og sitater")),
        ("analysis", gettext("Analyse med funn"), gettext("Funn kan brukes i tiltak")),
        ("minutes", gettext("Referat"), gettext("Deltakere, avklart, videre")),
        ("note", gettext("Tomt dokument"), ""),
    ]


def text_of(kind: str) -> str:
    """The text to begin with, "" for a kind without a template."""
    return str(
        {
            "plan": gettext("## Hva vi vil oppnå\n\n## Hva vi vet\n\n## Hva vi gjør\n\n## Nytte for hver kommune\n"),
            "interview": gettext(
                "## Hvem vi snakket med\n\nRolle og kommune, ikke navn. Samtykke: \n\n"
                "## Det viktigste\n\n## Sitater\n\n> \n"
            ),
            "analysis": gettext("## Kort sagt\n\n## Spørsmål og metode\n\n## Funn\n\n1. \n\n## Hva funnene betyr\n"),
            "minutes": gettext("## Deltakere\n\n## Avklart\n\n## Videre arbeid\n\nHvem, hva og når.\n"),
        }.get(kind, "")
    )
