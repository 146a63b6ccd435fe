"""Temperature (temperatur): an anonymous sense check on the same five steps. It gives numbers, never a verdict.

The answers come without voices once the round has closed; while it is open there are none to judge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workspace.errors import _
from workspace.rounds.methods import consensus
from workspace.rounds.methods.method import Answers, Settings, Translate
from workspace.rounds.scale import ABSTAIN, CAN_LIVE_WITH
from workspace.rounds.scale import SCALE as STEPS_OF_CONSENSUS
from workspace.rounds.verdict import Outcome, Tally, Verdict

NAME = "temperature"
LABEL = _("Temperatur")
EXPLAINED = _("Uten navn, på samme skala. Bare for å lodde stemningen.")
SCALE = tuple(step._replace(needs_reason=False) for step in STEPS_OF_CONSENSUS)

parse = consensus.parse


def judge(electorate: Sequence[str], answers: Answers, settings: Settings) -> dict[str, Verdict]:
    """How many chose each step. Nobody is named: not who reserved, not who blocked, not who is missing."""
    voices = len(set(electorate))
    return {
        measure: Verdict(Outcome.SENSED, _counted(voices, list(given.values())), settings.rule)
        for measure, given in answers.items()
    }


def _counted(voices: int, values: list[int]) -> Tally:
    return Tally(
        voices=max(voices, len(values)),
        answered=len(values),
        stands=sum(value != ABSTAIN for value in values),
        supporting=sum(value >= CAN_LIVE_WITH for value in values),
        reservations=(),
        blocks=(),
        abstained=(),
        missing=(),
        counts=tuple((step.value, values.count(step.value)) for step in SCALE),
    )


def because(verdict: Verdict, names: Mapping[str, str], by_person: bool, translate: Translate) -> str:
    """«14 av de 20 som tok stilling, støtter eller kan leve med tiltaket.»"""
    counted = verdict.tally
    if not counted.counts:  # not to be shown, or not to be had
        few = _("skjult, færre enn fem svar.")
        return translate(few if counted.answered else _("ingen svar som kan åpnes."))
    if counted.stands == 0:
        return translate(_("ingen tok stilling."))
    return translate(
        _(
            "%(supporting)s av de %(stands)s som tok stilling, støtter eller kan leve med tiltaket.",
            supporting=counted.supporting,
            stands=counted.stands,
        )
    )
