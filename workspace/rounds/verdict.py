"""The verdict of a consensus round on one measure: computed, and explained with its numbers.

The rule is that of the consensus specification, checked in its order: a standing block, quorum, support and
reservations, else no consensus. Shares are whole numbers compared as fractions: 6 of 8 is 75 %, and passes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from workspace.rounds.scale import ABSTAIN, BLOCK, CAN_LIVE_WITH, RESERVATION


class Outcome(StrEnum):
    """What a measure came to: the five verdicts of the method "consensus", then those of the other methods."""

    CONSENSUS = "consensus"
    WITH_RESERVATIONS = "consensus_with_reservations"
    NO_CONSENSUS = "no_consensus"
    BLOCKED = "blocked"
    WAITING = "waiting"
    ENDORSED = "endorsed"  # tilslutning
    NOT_ENDORSED = "not_endorsed"
    RANKED = "ranked"  # prioritering: `score` says where
    SENSED = "sensed"  # temperatur: the numbers alone


REACHED = frozenset({Outcome.CONSENSUS, Outcome.WITH_RESERVATIONS, Outcome.ENDORSED})  # the region stands behind it


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


class Score(NamedTuple):
    """How a measure came out when points were given (method "priority")."""

    points: int
    rank: int  # 1 is first; equal points share a rank
    measures: int  # how many there were
    given_by: int  # voices that gave it any point
    highest: int  # by one voice
    lowest: int  # by one voice that answered
    possible: int  # all points that could be given to all measures


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
    against: tuple[str, ...] = ()  # said no (method "endorsement")
    counts: tuple[tuple[int, int], ...] = ()  # (value, how many voices), where a method has more than shares to show

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
    score: Score | None = None


def tally(electorate: Sequence[str], answers: Mapping[str, int]) -> Tally:
    """Count the answers (value by voice, 5 to 1 or 0 to abstain) of an electorate. Others' answers do not count."""
    given = {voice: answers[voice] for voice in electorate if voice in answers}
    return Tally(
        voices=len(set(electorate)),
        answered=len(given),
        stands=sum(value != ABSTAIN for value in given.values()),
        supporting=sum(value >= CAN_LIVE_WITH for value in given.values()),
        reservations=those(given, RESERVATION),
        blocks=those(given, BLOCK),
        abstained=those(given, ABSTAIN),
        missing=tuple(sorted(set(electorate) - set(given))),
    )


def those(given: Mapping[str, int], value: int) -> tuple[str, ...]:
    """The voices that gave this answer, sorted."""
    return tuple(sorted(voice for voice, answer in given.items() if answer == value))


def judge_one(counted: Tally, rule: Rule) -> Verdict:
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
    """Early certainty, as long as the answers given stand.

    More support, or fewer reservations, never makes an outcome worse, so what lies between the ends is settled by the
    ends: all the missing support, reserve, abstain, stay away, or one of them blocks.
    """
    left = len(counted.missing)
    all_support = counted._replace(
        answered=counted.answered + left, stands=counted.stands + left, supporting=counted.supporting + left
    )
    all_reserve = all_support._replace(supporting=counted.supporting, reservations=counted.reservations + ("?",) * left)
    all_abstain = counted._replace(answered=counted.answered + left)
    one_blocks = all_support._replace(supporting=all_support.supporting - 1, blocks=(*counted.blocks, "?"))
    ends = (all_support, all_reserve, all_abstain, counted, one_blocks)
    return certainty([_outcome(end, rule) for end in ends], left, Outcome.CONSENSUS, Outcome.WITH_RESERVATIONS)


def certainty(ends: Sequence[Outcome], left: int, *wanted: Outcome) -> Certainty:
    """What the `left` missing voices can change, from the outcomes at the ends of what they may answer, best first."""
    if left == 0:
        return Certainty.OPEN
    if len(set(ends)) == 1:
        return Certainty.SETTLED
    return Certainty.OPEN if ends[0] in wanted else Certainty.NO_LONGER_CONSENSUS


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


def plain_product(groups: Mapping[str, Sequence[int]]) -> Fraction:
    """What Polis sorts by: the product over groups of (A+1)/(S+2), exactly. 0 for no groups.

    A: answers at 3 or better, S: all answers, abstentions included. It shrinks with the number of groups, so that it
    can't be compared across rounds; it is here for those who know it from there.
    """
    product = Fraction(1 if groups else 0)
    for values in groups.values():
        product *= Fraction(sum(value >= CAN_LIVE_WITH for value in values) + 1, len(values) + 2)
    return product


def parse_share(text: str) -> Fraction:
    """A share written 0.75, 75% or 3/4, exactly. Raises ValueError when it is none or not between 0 and 1."""
    text = text.strip().replace(",", ".")
    share = Fraction(text[:-1].strip()) / 100 if text.endswith("%") else Fraction(text)
    if not 0 <= share <= 1:
        raise ValueError(f"not between 0 and 1: {text}")
    return share
