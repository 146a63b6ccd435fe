"""Endorsement (tilslutning): yes, no or abstain, for texts that have been discussed to the end.

The same quorum as for consensus; then the share of yes among those that took a stand. Nobody can block.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workspace.errors import Invalid, _
from workspace.rounds.methods.method import Answers, Settings, Translate
from workspace.rounds.scale import ABSTAIN, ENDORSEMENT, NO, YES, Step
from workspace.rounds.sentence import percent
from workspace.rounds.verdict import Certainty, Outcome, Rule, Tally, Verdict, certainty, tally, those

NAME = "endorsement"
LABEL = _("Tilslutning")
EXPLAINED = _("Ja, nei eller avstår. Til tekster som er ferdig drøftet.")
SCALE: tuple[Step, ...] = ENDORSEMENT
_VALUES = {"1": YES, "-1": NO, "0": ABSTAIN}


def parse(value: str, settings: Settings, given: Mapping[str, int]) -> int:
    """1 for yes, -1 for no, 0 to abstain. Raises Invalid."""
    if value not in _VALUES:
        raise Invalid({"value": _("Velg ja, nei eller avstår.")})
    return _VALUES[value]


def judge(electorate: Sequence[str], answers: Answers, settings: Settings) -> dict[str, Verdict]:
    """Endorsed when enough have answered, and enough of those that took a stand said yes."""
    return {measure: _judged(_counted(electorate, given), settings.rule) for measure, given in answers.items()}


def _counted(electorate: Sequence[str], answers: Mapping[str, int]) -> Tally:
    given = {voice: answers[voice] for voice in electorate if voice in answers}
    return tally(electorate, given)._replace(
        supporting=len(those(given, YES)), reservations=(), blocks=(), against=those(given, NO)
    )


def _judged(counted: Tally, rule: Rule) -> Verdict:
    return Verdict(_outcome(counted, rule), counted, rule, _certainty(counted, rule))


def _outcome(counted: Tally, rule: Rule) -> Outcome:
    if counted.voices == 0 or counted.answered < rule.quorum * counted.voices:
        return Outcome.WAITING
    is_enough = counted.stands > 0 and counted.supporting >= rule.support * counted.stands
    return Outcome.ENDORSED if is_enough else Outcome.NOT_ENDORSED


def _certainty(counted: Tally, rule: Rule) -> Certainty:
    """What the missing voices can change: if all say yes, all no, all abstain, or none answers."""
    left = len(counted.missing)
    ends = [
        counted._replace(
            answered=counted.answered + answered, stands=counted.stands + stands, supporting=counted.supporting + yes
        )
        for answered, stands, yes in ((left, left, left), (left, left, 0), (left, 0, 0), (0, 0, 0))
    ]
    return certainty([_outcome(end, rule) for end in ends], left, Outcome.ENDORSED)


def because(verdict: Verdict, names: Mapping[str, str], by_person: bool, translate: Translate) -> str:
    """«42 av de 60 som tok stilling, sa ja (kravet er 75 %).»"""
    counted = verdict.tally
    values = {"yes": counted.supporting, "stands": counted.stands, "support": percent(verdict.rule.support)}
    if counted.stands == 0:
        return translate(_("ingen tok stilling.") if by_person else _("ingen av kommunene tok stilling."))
    if by_person:
        return translate(_("%(yes)s av de %(stands)s som tok stilling, sa ja (kravet er %(support)s).", **values))
    if counted.stands == 1:
        return translate(_("%(yes)s av 1 kommune som tok stilling, sa ja (kravet er %(support)s).", **values))
    return translate(_("%(yes)s av de %(stands)s kommunene som tok stilling, sa ja (kravet er %(support)s).", **values))
