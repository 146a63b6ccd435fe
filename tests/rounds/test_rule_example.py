"""What a rule means with so many voices: the numbers said are those the verdict is made with."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.rounds.methods import METHODS
from workspace.rounds.methods.method import Settings
from workspace.rounds.rule_example import needed
from workspace.rounds.verdict import Outcome, Rule, judge_one, tally

SHARES = st.fractions(min_value=0, max_value=1, max_denominator=20)


def rule(quorum: str = "3/4", support: str = "3/4", most: int | None = None) -> Rule:
    return Rule(Fraction(quorum), Fraction(support), most)


def test_nine_municipalities_and_the_usual_rule() -> None:
    found = needed("consensus", 9, rule())
    assert (found.answers, found.support, found.stands) == (7, 6, 8), "minst 7 av 9, 6 av de 8"
    assert found.with_one_against is Outcome.WITH_RESERVATIONS


@pytest.mark.parametrize(
    ("voices", "quorum", "support", "answers", "enough"),
    [
        (9, "2/3", "2/3", 6, 6),
        (9, "1", "1", 9, 8),
        (9, "1/2", "9/10", 5, 8),
        (8, "3/4", "3/4", 6, 6),  # 75 % of 8 is 6 exactly, and 75 % of 7 is 5.25
        (4, "3/4", "3/4", 3, 3),
        (1, "3/4", "3/4", 1, 1),
        (0, "3/4", "3/4", 0, 0),
        (9, "0", "0", 0, 0),
    ],
)
def test_shares_are_rounded_up_and_never_lost(
    voices: int, quorum: str, support: str, answers: int, enough: int
) -> None:
    found = needed("consensus", voices, rule(quorum, support))
    assert (found.answers, found.support) == (answers, enough)


def test_one_reservation_is_said_to_come_out_as_it_does() -> None:
    assert needed("consensus", 9, rule(most=0)).with_one_against is Outcome.NO_CONSENSUS
    assert needed("consensus", 9, rule(support="1")).with_one_against is Outcome.NO_CONSENSUS
    assert needed("endorsement", 9, rule()).with_one_against is Outcome.ENDORSED
    assert needed("endorsement", 9, rule(support="1")).with_one_against is Outcome.NOT_ENDORSED


@given(voices=st.integers(3, 60), quorum=SHARES, support=SHARES)
def test_the_example_agrees_with_the_verdict(voices: int, quorum: Fraction, support: Fraction) -> None:
    """One fewer than what is said to be enough is not enough."""
    made = Rule(quorum, support)
    found = needed("consensus", voices, made)
    electorate = tuple(map(str, range(voices)))

    def outcome(answered: int, supporting: int, abstained: int) -> Outcome:
        values = [4] * supporting + [2] * (answered - supporting - abstained) + [0] * abstained
        return judge_one(tally(electorate, dict(zip(electorate, values, strict=False))), made).outcome

    if found.answers:
        assert outcome(found.answers - 1, found.answers - 1, 0) is Outcome.WAITING
    assert outcome(found.answers, found.answers, 0) is not Outcome.WAITING
    everybody = voices
    assert outcome(everybody, found.support, 1) in {Outcome.CONSENSUS, Outcome.WITH_RESERVATIONS}
    if found.support:
        assert outcome(everybody, found.support - 1, 1) is Outcome.NO_CONSENSUS


@given(quorum=SHARES, voices=st.integers(1, 40))
def test_quorum_is_of_voices_and_can_fail(quorum: Fraction, voices: int) -> None:
    """Traps of other platforms: a quorum that is always true, and one per head while the result is per organisation."""
    electorate = tuple(f"90{number:02}" for number in range(voices))
    answers = {"m": {electorate[0]: 4} | {f"person-{number}": 4 for number in range(500)}}
    verdict = METHODS["consensus"].judge(electorate, answers, Settings(Rule(quorum)))["m"]
    assert (verdict.outcome is Outcome.WAITING) is (quorum * voices > 1)
    assert verdict.tally.answered == 1 and len(verdict.tally.missing) == voices - 1
