"""The verdict of a consensus round on one measure: computed, and explained with its numbers.

The rule is that of the consensus specification, checked in its order: a standing block, quorum, support and
reservations, else no consensus. Shares are whole numbers compared as fractions: 6 of 8 is 75 %, and passes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from workspace.rounds.scale import ABSTAIN, CAN_LIVE_WITH

RESERVATION = 2
BLOCK = 1


class Outcome(StrEnum):
    """The five verdicts."""

    CONSENSUS = "consensus"
    WITH_RESERVATIONS = "consensus_with_reservations"
    NO_CONSENSUS = "no_consensus"
    BLOCKED = "blocked"
    WAITING = "waiting"


class Certainty(StrEnum):
    """What the voices still missing can change."""

    OPEN = "open"
    NO_LONGER_CONSENSUS = "no_longer_consensus"  # whatever they answer, there will be none
    SETTLED = "settled"  # the outcome is the same whatever they answer


class Rule(NamedTuple):
    """What it takes, fixed when the round opens."""

    quorum: Fraction = Fraction(3, 4)  # share of voices that must have answered, abstentions included
    support: Fraction = Fraction(3, 4)  # share of those that took a stand, at "can live with" or better
    max_reservations: int | None = None  # None: any number, each with its note
    blocks_stop: bool = True


class Tally(NamedTuple):
    """The answers of the voices to one measure, counted."""

    voices: int
    answered: int
    stands: int  # took a stand: answered and did not abstain
    supporting: int  # at "can live with" or better
    reservations: tuple[str, ...]  # voices, sorted
    blocks: tuple[str, ...]
    abstained: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def opposing(self) -> tuple[str, ...]:
        """Voices with a reservation or a block."""
        return tuple(sorted((*self.reservations, *self.blocks)))


class Verdict(NamedTuple):
    """The outcome, with what it was computed from."""

    outcome: Outcome
    tally: Tally
    rule: Rule
    certainty: Certainty = Certainty.OPEN


def tally(electorate: Sequence[str], answers: Mapping[str, int]) -> Tally:
    """Count the answers (value by voice, 5 to 1 or 0 to abstain) of an electorate. Others' answers do not count."""
    given = {voice: answers[voice] for voice in electorate if voice in answers}
    return Tally(
        voices=len(set(electorate)),
        answered=len(given),
        stands=sum(value != ABSTAIN for value in given.values()),
        supporting=sum(value >= CAN_LIVE_WITH for value in given.values()),
        reservations=_those(given, RESERVATION),
        blocks=_those(given, BLOCK),
        abstained=_those(given, ABSTAIN),
        missing=tuple(sorted(set(electorate) - set(given))),
    )


def _those(given: Mapping[str, int], value: int) -> tuple[str, ...]:
    return tuple(sorted(voice for voice, answer in given.items() if answer == value))


def judge(counted: Tally, rule: Rule) -> Verdict:
    """The verdict if the round closed now, and whether the missing voices can still change it."""
    return Verdict(_outcome(counted, rule), counted, rule, _certainty(counted, rule))


def _outcome(counted: Tally, rule: Rule) -> Outcome:
    reservations = len(counted.reservations) + (0 if rule.blocks_stop else len(counted.blocks))
    if rule.blocks_stop and counted.blocks:
        return Outcome.BLOCKED
    if counted.answered < rule.quorum * counted.voices or counted.voices == 0:
        return Outcome.WAITING
    if counted.stands == 0 or counted.supporting < rule.support * counted.stands:
        return Outcome.NO_CONSENSUS
    if reservations == 0:
        return Outcome.CONSENSUS
    if rule.max_reservations is not None and reservations > rule.max_reservations:
        return Outcome.NO_CONSENSUS
    return Outcome.WITH_RESERVATIONS


def _certainty(counted: Tally, rule: Rule) -> Certainty:
    """Early certainty, as long as the answers given stand: try every way in which the missing voices may answer.

    Only how many of them support, have a reservation, block, abstain or stay away matters. No way is better than that
    all of them support: when that is no consensus there can be none. One way that ends elsewhere is enough to know that
    nothing is settled.
    """
    left = len(counted.missing)
    if left == 0:
        return Certainty.OPEN
    if rule.blocks_stop and counted.blocks:
        return Certainty.SETTLED
    best = _outcome(next(_ends(counted, left)), rule)
    if all(_outcome(end, rule) is best for end in _ends(counted, left)):
        return Certainty.SETTLED
    if best in {Outcome.CONSENSUS, Outcome.WITH_RESERVATIONS}:
        return Certainty.OPEN
    return Certainty.NO_LONGER_CONSENSUS


def _ends(counted: Tally, left: int) -> Iterator[Tally]:
    """How the count may end, with most support first; the names of the missing do not matter."""
    for support in range(left, -1, -1):
        for reservations in range(left - support + 1):
            for abstain in range(left - support - reservations + 1):
                for block in {0, min(1, left - support - reservations - abstain)}:
                    answered = support + reservations + abstain + block
                    yield counted._replace(
                        answered=counted.answered + answered,
                        stands=counted.stands + answered - abstain,
                        supporting=counted.supporting + support,
                        reservations=counted.reservations + ("?",) * reservations,
                        blocks=counted.blocks + ("?",) * block,
                    )


def group_informed(groups: Mapping[str, Sequence[int]]) -> float:
    """Group-informed consensus: the geometric mean over groups of (A+1/2)/(S+1) * (1 - (D+1/2)/(S+1)).

    A: answers at 3 or better, D: at 2 or 1, S: all that took a stand. Groups that did not answer count with S = 0. The
    mean (not the product, which shrinks with the number of groups) can be compared across rounds. 0.0 for no groups.
    """
    if not groups:
        return 0.0
    logarithms = 0.0
    for values in groups.values():
        stands = sum(value != ABSTAIN for value in values)
        agree = sum(value >= CAN_LIVE_WITH for value in values)
        disagree = stands - agree
        share = (agree + 0.5) / (stands + 1) * (1 - (disagree + 0.5) / (stands + 1))
        logarithms += math.log(share)
    return math.exp(logarithms / len(groups))


def parse_share(text: str) -> Fraction:
    """A share written 0.75, 75% or 3/4, exactly. Raises ValueError when it is none or not between 0 and 1."""
    text = text.strip().replace(",", ".")
    share = Fraction(text[:-1].strip()) / 100 if text.endswith("%") else Fraction(text)
    if not 0 <= share <= 1:
        raise ValueError(f"not between 0 and 1: {text}")
    return share
