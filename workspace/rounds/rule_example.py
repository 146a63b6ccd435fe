"""What a rule means with so many voices: exact numbers, for the one who makes a round."""

from __future__ import annotations

import math
from typing import NamedTuple

from workspace.rounds.methods import METHODS
from workspace.rounds.methods.method import Settings
from workspace.rounds.scale import ABSTAIN
from workspace.rounds.verdict import Outcome, Rule


class Needed(NamedTuple):
    """How many it takes."""

    voices: int
    answers: int  # that must have come
    stands: int  # who take a stand when all answer and one abstains; all, where there is only one
    support: int  # of those
    with_one_against: Outcome  # when all the others support: one reservation, or one no


def needed(method: str, voices: int, rule: Rule) -> Needed:
    """What the rule takes of so many voices.

    The numbers are those the verdict itself is made with: whole numbers and fractions, rounded up.
    """
    stands = max(1, voices - 1) if voices else 0
    return Needed(
        voices=voices,
        answers=math.ceil(rule.quorum * voices),
        stands=stands,
        support=math.ceil(rule.support * stands),
        with_one_against=_with_one_against(method, voices, rule),
    )


def _with_one_against(method: str, voices: int, rule: Rule) -> Outcome:
    """All answer: one abstains (where there are three or more), one is against, the rest support."""
    if method not in {"consensus", "endorsement"}:
        return Outcome.RANKED if method == "priority" else Outcome.SENSED
    support, against = (4, 2) if method == "consensus" else (1, -1)
    answers = {str(number): support for number in range(voices)} | {"0": against}
    if voices > 2:
        answers["1"] = ABSTAIN
    electorate = tuple(str(number) for number in range(voices))
    verdict = METHODS[method].judge(electorate, {"measure": answers if voices else {}}, Settings(rule))
    return verdict["measure"].outcome
