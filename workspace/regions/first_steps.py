"""What an empty region needs first, step by step: what is done, and what the next thing is.

Nothing is ticked off by hand: whether a step is done is worked out of the records.
"""

from __future__ import annotations

from typing import NamedTuple

from workspace.access import Action, Actor, can
from workspace.pieces import url_for
from workspace.translation import gettext


class Standing(NamedTuple):
    """How far a region has come."""

    municipalities: int
    in_words: str  # that number, as running text has it
    invited: int  # of them, with somebody who is in or is invited
    answering: int  # of them, with one who answers
    ready: int  # of them, with a deputy too
    has_documents: bool
    has_measures: bool
    has_round: bool  # one that has been opened
    has_draft: bool  # of one that has not


class Step(NamedTuple):
    """One line of the list."""

    key: str
    title: str
    text: str
    is_done: bool
    action: str = ""  # what its button says, "" for one who may not
    address: str = ""
    is_begun: bool = False  # for the municipalities: whether somebody is invited from one of them


def steps(standing: Standing, actor: Actor) -> tuple[Step, ...]:
    """All six, in the order in which they are best done. Empty for those who don't prepare anything."""
    if not can(actor, Action.IMPORT):
        return ()
    return (
        Step("region", gettext("Lag regionen"), _joined(standing), standing.municipalities > 0),
        _step(
            actor,
            "people",
            gettext("Inviter én fra hver kommune"),
            _invited(standing),
            standing.invited == standing.municipalities,
            Action.INVITE,
            gettext("Inviter"),
            "regions.members",
            "inviter",
        )._replace(is_begun=standing.invited > 0),
        _step(
            actor,
            "voices",
            gettext("Velg hvem som svarer, og vara"),
            _voices(standing),
            standing.ready == standing.municipalities,
            Action.MANAGE_MEMBERS,
            gettext("Velg"),
            "regions.members",
            "hvem-svarer",
        ),
        _step(
            actor,
            "documents",
            gettext("Legg inn det dere har"),
            gettext("Planer, analyser, intervjuer og referater. Alt blir søkbart"),
            standing.has_documents,
            Action.IMPORT,
            gettext("Last opp filer"),
            "files.new",
        ),
        _step(
            actor,
            "measures",
            gettext("Skriv det første tiltaket"),
            gettext("Hva som skal gjøres, og hva hver kommune får ut av det"),
            standing.has_measures,
            Action.WRITE_MEASURE,
            gettext("Skriv tiltak"),
            "measures.new",
        ),
        _step(
            actor,
            "round",
            gettext("Åpne den første runden"),
            gettext("Kommunene tar standpunkt til tiltakene, med én stemme hver"),
            standing.has_round,
            Action.WRITE_ROUND,
            gettext("Se utkastet") if standing.has_draft else gettext("Lag runden"),
            "rounds.listing" if standing.has_draft else "rounds.new",
        ),
    )


def _step(
    actor: Actor,
    key: str,
    title: str,
    text: str,
    is_done: bool,
    action: Action,
    button: str,
    endpoint: str,
    anchor: str | None = None,
) -> Step:
    if is_done or not can(actor, action):
        return Step(key, title, text, is_done)
    return Step(key, title, text, is_done, button, url_for(endpoint, region=actor.region, _anchor=anchor))


def _joined(standing: Standing) -> str:
    if not standing.municipalities:
        return gettext("Ingen kommune er lagt inn ennå")
    if standing.municipalities == 1:
        return gettext("Én kommune er lagt inn")
    return gettext("%(count)s kommuner er lagt inn", count=standing.in_words.capitalize())


def _invited(standing: Standing) -> str:
    if not standing.invited:
        return gettext("Én som kan svare for kommunen, og én til som vara")
    return gettext(
        "%(part)s av %(whole)s kommuner har noen som er med eller invitert",
        part=standing.invited,
        whole=standing.municipalities,
    )


def _voices(standing: Standing) -> str:
    if standing.answering == standing.ready:
        return gettext("%(part)s av %(whole)s kommuner er klare", part=standing.ready, whole=standing.municipalities)
    return gettext(
        "%(part)s av %(whole)s kommuner har en som svarer, %(ready)s har også vara",
        part=standing.answering,
        whole=standing.municipalities,
        ready=standing.ready,
    )


def headline(next_step: Step) -> tuple[str, str]:
    """What stands above the list: the next step, and why."""
    rest = gettext("Når to kommuner har noen som svarer, kan dere holde den første runden. Resten kan komme siden.")
    said = {
        "region": (gettext("Regionen har ingen kommuner"), gettext("Den som driver Regionrom, kan legge dem inn.")),
        "people": (
            gettext("Inviter fra de andre kommunene")
            if next_step.is_begun
            else gettext("Begynn med å invitere kommunene"),
            rest,
        ),
        "voices": (gettext("Velg hvem som svarer for kommunene"), rest),
        "documents": (
            gettext("Legg inn det dere har"),
            gettext("Det som er skrevet før, sparer dere for arbeid. Alt blir søkbart, også PDF-er."),
        ),
        "measures": (
            gettext("Skriv det første tiltaket"),
            gettext("Begynn med ett dere tror mange kan leve med. Det kan endres helt til runden åpner."),
        ),
        "round": (
            gettext("Gjør klar den første runden"),
            gettext("Velg tiltak og frist, og åpne runden når kommunene er klare."),
        ),
    }
    return said[next_step.key]
