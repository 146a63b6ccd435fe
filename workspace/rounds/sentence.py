"""The verdict in words, with its numbers, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from workspace.clean import alphabetical
from workspace.errors import Message, _
from workspace.rounds.verdict import Certainty, Outcome, Tally, Verdict

Translate = Callable[[Message], str]

LABELS = {
    Outcome.CONSENSUS: _("Konsensus"),
    Outcome.WITH_RESERVATIONS: _("Konsensus med forbehold"),
    Outcome.NO_CONSENSUS: _("Ikke konsensus"),
    Outcome.BLOCKED: _("Blokkert"),
    Outcome.WAITING: _("Venter på svar"),
}
CERTAINTIES = {
    Certainty.NO_LONGER_CONSENSUS: _("Konsensus kan ikke lenger oppnås."),
    Certainty.SETTLED: _("Utfallet blir det samme uansett hva de siste svarer."),
}


def sentence(verdict: Verdict, names: Mapping[str, str], translate: Translate) -> str:
    """The verdict as people read it, for example:

    «Konsensus med forbehold: 7 av de 8 kommunene som tok stilling, støtter eller kan leve med tiltaket (kravet er
    75 %). Forbehold fra Solåsen. Tindlia avsto.» `names` gives each voice's name; without one the voice is shown.
    """
    counted = verdict.tally
    parts = [f"{translate(LABELS[verdict.outcome])}: {_because(verdict, names, translate)}"]
    if verdict.outcome is not Outcome.BLOCKED and counted.blocks:
        parts.append(translate(_("%(names)s blokkerer.", names=joined(counted.blocks, names, translate))))
    if counted.reservations:
        parts.append(translate(_("Forbehold fra %(names)s.", names=joined(counted.reservations, names, translate))))
    if counted.abstained:
        parts.append(translate(_("%(names)s avsto.", names=joined(counted.abstained, names, translate))))
    if counted.missing:
        parts.append(translate(_("%(names)s har ikke svart.", names=joined(counted.missing, names, translate))))
    return " ".join(parts)


def _because(verdict: Verdict, names: Mapping[str, str], translate: Translate) -> str:
    counted, rule = verdict.tally, verdict.rule
    if verdict.outcome is Outcome.BLOCKED:
        return translate(_("%(names)s blokkerer tiltaket.", names=joined(counted.blocks, names, translate)))
    if verdict.outcome is Outcome.WAITING:
        return translate(
            _(
                "%(answered)s av %(voices)s kommuner har svart (kravet er %(quorum)s).",
                answered=counted.answered,
                voices=counted.voices,
                quorum=percent(rule.quorum),
            )
        )
    if counted.stands == 0:
        return translate(_("ingen av kommunene tok stilling."))
    support = _supporting(counted, rule.support, translate)
    too_many = rule.max_reservations
    if verdict.outcome is Outcome.NO_CONSENSUS and counted.supporting >= rule.support * counted.stands:
        limit = translate(_("Det er flere forbehold enn de %(most)s regelen tillater.", most=too_many))
        return f"{support} {limit}"
    return support


def _supporting(counted: Tally, required: Fraction, translate: Translate) -> str:
    values = {"supporting": counted.supporting, "stands": counted.stands, "support": percent(required)}
    if counted.stands == 1:
        text = _(
            "%(supporting)s av 1 kommune som tok stilling, støtter eller kan leve med tiltaket "
            "(kravet er %(support)s).",
            **values,
        )
    else:
        text = _(
            "%(supporting)s av de %(stands)s kommunene som tok stilling, støtter eller kan leve med tiltaket "
            "(kravet er %(support)s).",
            **values,
        )
    return translate(text)


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
