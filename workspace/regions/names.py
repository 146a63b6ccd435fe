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


def missing(value: str) -> str:
    """What a municipality lacks, in a word or two: under the heading «Mangler kontakt»."""
    return str(
        {
            "voting_member": gettext("Den som svarer"),
            "deputy": gettext("Vara"),
            "politics": gettext("Politisk ledelse"),
            "business": gettext("Næringsliv"),
            "youth": gettext("Ungdom"),
        }[value]
    )


def missing_in(value: str, places: str) -> str:
    """The same of several municipalities, as a sentence."""
    return str(
        {
            "voting_member": gettext("Ingen svarer for %(places)s.", places=places),
            "deputy": gettext("Vara er ikke valgt i %(places)s.", places=places),
            "politics": gettext("Ingen fra politisk ledelse i %(places)s.", places=places),
            "business": gettext("Ingen fra næringslivet i %(places)s.", places=places),
            "youth": gettext("Ingen ungdom fra %(places)s.", places=places),
        }[value]
    )


def may_do(value: str) -> str:
    """What somebody invited with the role will be able to do, as a verb."""
    return str(
        {
            "reader": gettext("Lese"),
            "participant": gettext("Delta"),
            "staff": gettext("Arbeide med planen"),
            "facilitator": gettext("Lede prosessen"),
            "administrator": gettext("Sette opp regionen"),
        }[value]
    )


def what_they_may_do(value: str) -> str:
    """The same in some more words."""
    return str(
        {
            "reader": gettext("Følge med uten å skrive. For eksempel kommunestyremedlemmer."),
            "participant": gettext("Kommentere, foreslå og svare i runder."),
            "staff": gettext("Skrive dokumenter og tiltak."),
            "facilitator": gettext("Lage runder, invitere og oppsummere."),
            "administrator": gettext("Alt en prosessleder kan, og gi andre de samme rettighetene."),
        }[value]
    )


def group_kind(value: str) -> str:
    """What kind of working group it is."""
    return str(
        {
            "work": gettext("Arbeidsgruppe"),
            "project": gettext("Prosjektgruppe"),
            "steering": gettext("Styringsgruppe"),
            "reference": gettext("Referansegruppe"),
            "focus": gettext("Fokusgruppe"),
            "other": gettext("Annet"),
        }[value]
    )


def all_group_kinds() -> list[tuple[str, str]]:
    """Every kind of working group as (value, word)."""
    return [(value, group_kind(value)) for value in ("work", "project", "steering", "reference", "focus", "other")]
