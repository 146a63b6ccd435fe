"""Consensus: five steps from full support to a block, and standing aside. A block stops it, a reservation does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workspace.errors import Invalid, _
from workspace.rounds.methods.method import Answers, Settings, Translate
from workspace.rounds.scale import SCALE as STEPS_OF_CONSENSUS
from workspace.rounds.scale import Step
from workspace.rounds.sentence import joined, percent
from workspace.rounds.verdict import Outcome, Verdict, judge_one, tally

NAME = "consensus"
LABEL = _("Konsensus")
EXPLAINED = _("Seks valg fra Full støtte til Blokkerer. Forbehold må begrunnes.")
SCALE: tuple[Step, ...] = STEPS_OF_CONSENSUS
_VALUES = {str(step.value): step.value for step in SCALE}


def parse(value: str, settings: Settings, given: Mapping[str, int]) -> int:
    """One of the six steps. Raises Invalid."""
    if value not in _VALUES:
        raise Invalid({"value": _("Velg et standpunkt.")})
    return _VALUES[value]


def judge(electorate: Sequence[str], answers: Answers, settings: Settings) -> dict[str, Verdict]:
    """The verdict on every measure, by the rule (consensus specification, verdict)."""
    return {measure: judge_one(tally(electorate, given), settings.rule) for measure, given in answers.items()}


def because(verdict: Verdict, names: Mapping[str, str], by_person: bool, translate: Translate) -> str:
    """«7 av de 8 kommunene som tok stilling, støtter eller kan leve med tiltaket (kravet er 75 %).»"""
    counted, rule = verdict.tally, verdict.rule
    if verdict.outcome is Outcome.BLOCKED:
        return translate(_("%(names)s blokkerer tiltaket.", names=joined(counted.blocks, names, translate)))
    if counted.stands == 0:
        return translate(_("ingen tok stilling.") if by_person else _("ingen av kommunene tok stilling."))
    support = _supporting(verdict, by_person, translate)
    if verdict.outcome is Outcome.NO_CONSENSUS and counted.supporting >= rule.support * counted.stands:
        limit = translate(_("Det er flere forbehold enn de %(most)s regelen tillater.", most=rule.max_reservations))
        return f"{support} {limit}"
    return support


def _supporting(verdict: Verdict, by_person: bool, translate: Translate) -> str:
    counted = verdict.tally
    values = {
        "supporting": counted.supporting,
        "stands": counted.stands,
        "support": percent(verdict.rule.support),
    }
    if by_person:
        text = _(
            "%(supporting)s av de %(stands)s som tok stilling, støtter eller kan leve med tiltaket "
            "(kravet er %(support)s).",
            **values,
        )
    elif counted.stands == 1:
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
