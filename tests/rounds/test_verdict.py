"""The verdict: every rule and boundary of the specification, and the eighteen measures of the worked example."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.rounds import verdict
from workspace.rounds.methods import consensus
from workspace.rounds.sentence import percent, sentence
from workspace.rounds.verdict import Certainty, Outcome, Rule, group_informed, judge_one, parse_share, tally

NINE = ["HAV", "SKA", "BJØ", "TVE", "KVE", "YTR", "BRA", "MYR", "SAN"]
NAMES = {
    "HAV": "Havnsund", "SKA": "Skarfjord", "BJØ": "Bjørkvåg", "TVE": "Tverrdal", "KVE": "Kvernvik",
    "YTR": "Ytre Eidvær", "BRA": "Brattfjell", "MYR": "Myrland", "SAN": "Sandværøy",
}  # fmt: skip

# The eighteen measures (method, part 3.11): votes in the order of NINE, and the verdict stated there.
EIGHTEEN = [
    ("T01", "5 5 4 5 5 4 4 5 5", Outcome.CONSENSUS),
    ("T02", "5 4 5 4 5 3 4 4 3", Outcome.CONSENSUS),
    ("T03", "5 5 5 4 5 3 4 4 3", Outcome.CONSENSUS),
    ("T04", "4 5 4 5 4 5 5 5 5", Outcome.CONSENSUS),
    ("T05", "5 5 4 4 5 - 5 - -", Outcome.WAITING),
    ("T06", "4 5 3 3 4 5 3 4 5", Outcome.CONSENSUS),
    ("T07", "4 4 4 5 4 5 5 5 5", Outcome.CONSENSUS),
    ("T08", "2 4 4 5 3 5 4 5 5", Outcome.WITH_RESERVATIONS),
    ("T09", "3 4 3 5 3 5 5 4 5", Outcome.CONSENSUS),
    ("T10", "3 3 4 5 3 4 4 5 3", Outcome.CONSENSUS),
    ("T11", "5 4 5 4 4 4 4 4 4", Outcome.CONSENSUS),
    ("T12", "4 5 3 2 4 5 2 2 5", Outcome.NO_CONSENSUS),
    ("T13", "3 4 4 5 3 5 5 5 5", Outcome.CONSENSUS),
    ("T14", "4 3 3 4 4 3 4 3 2", Outcome.WITH_RESERVATIONS),
    ("T15", "4 4 4 5 4 5 5 5 4", Outcome.CONSENSUS),
    ("T16", "4 3 2 3 4 5 4 2 5", Outcome.WITH_RESERVATIONS),
    ("T17", "3 5 1 2 4 3 2 2 3", Outcome.BLOCKED),
    ("T18", "4 5 4 3 4 4 3 4 4", Outcome.CONSENSUS),
]


USUAL = Rule()


def answers(text: str) -> dict[str, int]:
    return {voice: int(value) for voice, value in zip(NINE, text.split(), strict=True) if value != "-"}


def verdict_of(values: list[int | None], rule: Rule = USUAL):
    voices = [f"v{n}" for n in range(len(values))]
    given = {voice: value for voice, value in zip(voices, values, strict=True) if value is not None}
    return judge_one(tally(voices, given), rule)


@pytest.mark.parametrize(("measure", "votes", "stated"), EIGHTEEN)
def test_the_eighteen_measures_give_the_verdicts_stated(measure: str, votes: str, stated: Outcome) -> None:
    assert judge_one(tally(NINE, answers(votes)), Rule()).outcome is stated


def test_those_who_are_named_are_the_ones_stated() -> None:
    missing = tally(NINE, answers("5 5 4 4 5 - 5 - -")).missing
    assert {NAMES[voice] for voice in missing} == {"Ytre Eidvær", "Myrland", "Sandværøy"}
    blocked = tally(NINE, answers("3 5 1 2 4 3 2 2 3"))
    assert [NAMES[voice] for voice in blocked.blocks] == ["Bjørkvåg"]
    assert {NAMES[voice] for voice in blocked.reservations} == {"Tverrdal", "Brattfjell", "Myrland"}


@pytest.mark.parametrize(
    ("supporting", "stands", "passes"),
    [(6, 8, True), (3, 4, True), (5, 7, False), (7, 9, True), (6, 9, False), (1, 1, True)],
)
def test_support_is_compared_exactly(supporting: int, stands: int, passes: bool) -> None:
    values: list[int | None] = [3] * supporting + [2] * (stands - supporting)
    outcome = verdict_of(values).outcome
    assert (outcome in {Outcome.CONSENSUS, Outcome.WITH_RESERVATIONS}) is passes


@pytest.mark.parametrize(
    ("answered", "voices", "met"), [(6, 8, True), (3, 4, True), (5, 7, False), (7, 9, True), (6, 9, False)]
)
def test_quorum_is_compared_exactly(answered: int, voices: int, met: bool) -> None:
    values: list[int | None] = [5] * answered + [None] * (voices - answered)
    assert (verdict_of(values).outcome is not Outcome.WAITING) is met


def test_abstaining_counts_as_answered_and_in_no_share() -> None:
    assert verdict_of([5, 5, 0, 0]).outcome is Outcome.CONSENSUS
    assert verdict_of([5, 2, 0, 0]).outcome is Outcome.NO_CONSENSUS


def test_all_abstain_is_no_consensus() -> None:
    assert verdict_of([0, 0, 0]).outcome is Outcome.NO_CONSENSUS


def test_nobody_has_answered_is_waiting_and_so_is_an_empty_electorate() -> None:
    assert verdict_of([None, None]).outcome is Outcome.WAITING
    assert verdict_of([]).outcome is Outcome.WAITING


def test_a_block_goes_before_everything() -> None:
    assert verdict_of([1, None, None, None]).outcome is Outcome.BLOCKED
    assert verdict_of([1, 5, 5, 5, 5, 5, 5, 5, 5]).outcome is Outcome.BLOCKED


def test_where_blocks_do_not_stop_a_block_is_a_reservation() -> None:
    rule = Rule(blocks_stop=False)
    assert verdict_of([1, 5, 5, 5], rule).outcome is Outcome.WITH_RESERVATIONS
    assert verdict_of([1, 1, 5, 5], rule).outcome is Outcome.NO_CONSENSUS
    assert verdict_of([1, 5, 5, 5], rule._replace(max_reservations=0)).outcome is Outcome.NO_CONSENSUS


@pytest.mark.parametrize(
    ("most", "outcome"),
    [
        (None, Outcome.WITH_RESERVATIONS),
        (2, Outcome.WITH_RESERVATIONS),
        (1, Outcome.NO_CONSENSUS),
        (0, Outcome.NO_CONSENSUS),
    ],
)
def test_too_many_reservations_is_no_consensus(most: int | None, outcome: Outcome) -> None:
    assert verdict_of([2, 2, 4, 4, 4, 4, 4, 4], Rule(max_reservations=most)).outcome is outcome


def test_a_voice_outside_the_electorate_does_not_count() -> None:
    counted = tally(["a", "b"], {"a": 5, "c": 1})
    assert (counted.voices, counted.answered, counted.blocks, counted.missing) == (2, 1, (), ("b",))


# -- Early certainty --


def test_consensus_is_out_of_reach_when_too_many_oppose() -> None:
    """Four of nine have reservations: at most 5 of 9 can support. A block may still come, so not settled."""
    assert verdict_of([2, 2, 2, 2, 5, 5, 5, None, None]).certainty is Certainty.NO_LONGER_CONSENSUS


def test_a_block_settles_it() -> None:
    assert verdict_of([1, 5, 5, None]).certainty is Certainty.SETTLED


def test_a_consensus_is_certain_only_when_all_have_answered() -> None:
    assert verdict_of([5] * 8 + [None]).certainty is Certainty.OPEN
    assert verdict_of([5] * 9).certainty is Certainty.OPEN


def test_many_voices_are_judged_without_trying_every_way(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []
    judged = verdict._outcome
    monkeypatch.setattr(verdict, "_outcome", lambda counted, rule: tried.append(counted) or judged(counted, rule))
    for values in ([None] * 60, [1] + [None] * 59, [2] * 20 + [None] * 40):
        verdict_of(values)
    assert len(tried) < 100


def test_where_blocks_do_not_stop_it_can_be_settled_early() -> None:
    settled = verdict_of([2, 2, 2, 5, 5, 5, 5, None], Rule(blocks_stop=False))
    assert settled.outcome is Outcome.NO_CONSENSUS
    assert settled.certainty is Certainty.SETTLED


VALUES = st.lists(st.one_of(st.none(), st.integers(0, 5)), max_size=9)
RULES = st.builds(
    Rule,
    quorum=st.fractions(0, 1, max_denominator=12),
    support=st.fractions(0, 1, max_denominator=12),
    max_reservations=st.one_of(st.none(), st.integers(0, 4)),
    blocks_stop=st.booleans(),
)


@given(VALUES, RULES)
def test_certainty_keeps_its_word(values: list[int | None], rule: Rule) -> None:
    """Whatever one missing voice answers, what was said to be certain stays so."""
    now = verdict_of(values, rule)
    for at, value in enumerate(values):
        if value is not None:
            continue
        for answer in range(6):
            then = verdict_of([*values[:at], answer, *values[at + 1 :]], rule)
            if now.certainty is Certainty.SETTLED:
                assert then.outcome is now.outcome
            if now.certainty is not Certainty.OPEN and now.outcome is not Outcome.CONSENSUS:
                reached = {Outcome.CONSENSUS, Outcome.WITH_RESERVATIONS}
                assert now.certainty is Certainty.SETTLED or then.outcome not in reached


@given(VALUES, RULES)
def test_more_support_never_makes_it_worse(values: list[int | None], rule: Rule) -> None:
    good = {Outcome.CONSENSUS, Outcome.WITH_RESERVATIONS}
    if verdict_of(values, rule).outcome not in good:
        return
    for at, value in enumerate(values):
        if value is not None and value != 0:
            assert verdict_of([*values[:at], 5, *values[at + 1 :]], rule).outcome in good


@given(VALUES)
def test_the_counts_add_up(values: list[int | None]) -> None:
    counted = verdict_of(values).tally
    assert counted.answered + len(counted.missing) == counted.voices == len(values)
    assert counted.stands + len(counted.abstained) == counted.answered
    assert counted.supporting + len(counted.opposing) == counted.stands


# -- Group-informed consensus --


def test_six_in_full_support_give_0_5625() -> None:
    assert group_informed({str(n): [5] for n in range(6)}) == pytest.approx(0.5625)


def test_it_can_be_compared_across_numbers_of_groups() -> None:
    assert group_informed({"a": [5]}) == pytest.approx(group_informed({str(n): [5] for n in range(9)}))


def test_those_who_abstain_or_have_not_answered_count_with_none() -> None:
    assert group_informed({"a": []}) == group_informed({"a": [0]}) == pytest.approx(0.25)
    assert group_informed({}) == 0.0


# -- Words --


def plain(message) -> str:
    return str(message)


def test_the_sentence_of_the_specification() -> None:
    voices = {"1": 5, "2": 5, "3": 4, "4": 4, "5": 3, "6": 3, "7": 3, "s": 2, "t": 0}
    verdict = judge_one(tally(list(voices), voices), Rule())
    assert sentence(verdict, {"s": "Solåsen", "t": "Tindlia"}, plain, consensus) == (
        "Konsensus med forbehold: 7 av de 8 kommunene som tok stilling, støtter eller kan leve med tiltaket "
        "(kravet er 75\u00a0%). Forbehold fra Solåsen. Tindlia avsto."
    )


def test_names_are_joined_as_people_do() -> None:
    verdict = judge_one(tally(NINE, answers("4 5 3 2 4 5 2 2 5")), Rule())
    assert "Forbehold fra Brattfjell, Myrland og Tverrdal." in sentence(verdict, NAMES, plain, consensus)
    waiting = judge_one(tally(NINE, answers("5 5 4 4 5 - 5 - -")), Rule())
    assert sentence(waiting, NAMES, plain, consensus) == (
        "Venter på svar: 6 av 9 kommuner har svart (kravet er 75\u00a0%). "
        "Myrland, Sandværøy og Ytre Eidvær har ikke svart."
    )


@pytest.mark.parametrize("values", [[0, 0], [5], [1], [2, 2, 2], [None], [5, 5, 5, 2], [2, 4, 4, 4]])
def test_every_sentence_begins_with_its_verdict_and_has_no_gaps(values: list[int | None]) -> None:
    said = sentence(verdict_of(values, Rule(max_reservations=0)), {}, plain, consensus)
    assert "%(" not in said and "  " not in said and "None" not in said


@pytest.mark.parametrize(
    ("share", "shown"),
    [("3/4", "75\u00a0%"), ("0.625", "62,5\u00a0%"), ("2/3", "2/3"), ("1", "100\u00a0%"), ("0", "0\u00a0%")],
)
def test_a_share_is_never_rounded(share: str, shown: str) -> None:
    assert percent(Fraction(share)) == shown


@pytest.mark.parametrize("text", ["0.75", "75%", "75 %", "3/4", "0,75", " 3/4 "])
def test_shares_may_be_written_as_people_do(text: str) -> None:
    assert parse_share(text) == Fraction(3, 4)


@pytest.mark.parametrize("text", ["", "x", "-1", "1.01", "101%", "1/0"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises((ValueError, ZeroDivisionError)):
        parse_share(text)
