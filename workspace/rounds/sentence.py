"""The verdict in words, with its numbers, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from workspace.clean import alphabetical
from workspace.errors import Message, _
from workspace.rounds.verdict import Certainty, Outcome, Verdict

if TYPE_CHECKING:
    from workspace.rounds.methods.method import Method

Translate = Callable[[Message], str]

LABELS = {
    Outcome.CONSENSUS: _("Konsensus"),
    Outcome.WITH_RESERVATIONS: _("Konsensus med forbehold"),
    Outcome.NO_CONSENSUS: _("Ikke konsensus"),
    Outcome.BLOCKED: _("Blokkert"),
    Outcome.WAITING: _("Venter på svar"),
    Outcome.ENDORSED: _("Tilslutning"),
    Outcome.NOT_ENDORSED: _("Ikke tilslutning"),
    Outcome.SENSED: _("Temperatur"),
}
CERTAINTIES = {
    Certainty.NO_LONGER_CONSENSUS: _("Konsensus kan ikke lenger oppnås."),
    Certainty.SETTLED: _("Utfallet blir det samme uansett hva de siste svarer."),
}
MOST_NAMED = 12  # persons, and none of those who have not answered; municipalities are always named


def label(verdict: Verdict, translate: Translate) -> str:
    """The outcome in a word or two: «Konsensus med forbehold», «Nr. 2 av 18»."""
    if verdict.outcome is Outcome.RANKED and verdict.score is not None:
        return translate(_("Nr. %(rank)s av %(measures)s", rank=verdict.score.rank, measures=verdict.score.measures))
    return translate(LABELS[verdict.outcome])


def sentence(
    verdict: Verdict, names: Mapping[str, str], translate: Translate, method: Method, by_person: bool = False
) -> str:
    """The verdict as people read it, for example:

    «Konsensus med forbehold: 7 av de 8 kommunene som tok stilling, støtter eller kan leve med tiltaket (kravet er
    75 %). Forbehold fra Solåsen. Tindlia avsto.» `names` gives each voice's name; without one the voice is shown.
    """
    counted = verdict.tally
    if verdict.outcome is Outcome.WAITING:
        because = _waiting(verdict, by_person, translate)
    else:
        because = method.because(verdict, names, by_person, translate)
    parts = [f"{label(verdict, translate)}: {because}"]
    lists = (
        (counted.blocks if verdict.outcome is not Outcome.BLOCKED else (), _("%(names)s blokkerer.")),
        (counted.reservations, _("Forbehold fra %(names)s.")),
        (counted.against, _("%(names)s sa nei.")),
        (counted.abstained, _("%(names)s avsto.")),
        (counted.missing, _("%(names)s har ikke svart.")),
    )
    for voices, text in lists:
        if voices:
            is_counted = by_person and (len(voices) > MOST_NAMED or voices is counted.missing)
            named = str(len(voices)) if is_counted else joined(voices, names, translate)
            parts.append(translate(Message(text.text, {"names": named})))
    return " ".join(parts)


def _waiting(verdict: Verdict, by_person: bool, translate: Translate) -> str:
    values = {
        "answered": verdict.tally.answered,
        "voices": verdict.tally.voices,
        "quorum": percent(verdict.rule.quorum),
    }
    if verdict.tally.voices and verdict.tally.answered >= verdict.rule.quorum * verdict.tally.voices:
        return translate(_blocked_before(values, by_person))
    if by_person:
        return translate(_("%(answered)s av %(voices)s har svart (kravet er %(quorum)s).", **values))
    return translate(_("%(answered)s av %(voices)s kommuner har svart (kravet er %(quorum)s).", **values))


def _blocked_before(values: Mapping[str, object], by_person: bool) -> Message:
    """Enough have answered, and still it waits: for the one who blocked an earlier text."""
    if by_person:
        return _(
            "%(answered)s av %(voices)s har svart, men en blokkering av en tidligere tekst må bekreftes eller løftes.",
            **values,
        )
    return _(
        "%(answered)s av %(voices)s kommuner har svart, men en blokkering av en tidligere tekst må bekreftes "
        "eller løftes.",
        **values,
    )


def joined(voices: Sequence[str], names: Mapping[str, str], translate: Translate) -> str:
    """Names in a row, in the order of the alphabet: «Brattfjell, Myrland og Tverrdal»."""
    shown = sorted((names.get(voice, voice) for voice in voices), key=alphabetical)
    if len(shown) < 2:
        return "".join(shown)
    last = translate(_("og"))
    return f"{', '.join(shown[:-1])} {last} {shown[-1]}"


def percent(share: Fraction) -> str:
    """A share as people write it: 75 %, 66,7 %; as a fraction where a decimal would round it (2/3)."""
    hundredths = share * 100
    if hundredths.denominator == 1:
        return f"{hundredths.numerator}\u00a0%"
    if (hundredths * 10).denominator == 1:
        return f"{float(hundredths):.1f}\u00a0%".replace(".", ",")
    return f"{share.numerator}/{share.denominator}"
