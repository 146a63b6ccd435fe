"""Every way to answer: which answers it takes, what they come to, and what must hold for all of them."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.errors import Invalid
from workspace.rounds.methods import METHODS, Method, Settings
from workspace.rounds.sentence import sentence
from workspace.rounds.verdict import Certainty, Outcome, Rule, Verdict

VALUES = {
    "consensus": (1, 2, 3, 4, 5, 0),
    "temperature": (1, 2, 3, 4, 5, 0),
    "endorsement": (-1, 1, 0),
    "priority": (0, 1, 2, 3, 4),
}
# From worst to best. What waits is neither.
ORDER = {
    Outcome.BLOCKED: 0,
    Outcome.NO_CONSENSUS: 1,
    Outcome.WITH_RESERVATIONS: 2,
    Outcome.CONSENSUS: 3,
    Outcome.NOT_ENDORSED: 1,
    Outcome.ENDORSED: 2,
}
SHARES = st.sampled_from([Fraction(n, 4) for n in range(5)] + [Fraction(2, 3)])
RULES = st.builds(Rule, SHARES, SHARES, st.none() | st.integers(0, 3), st.booleans())


def plain(message: object) -> str:
    return str(message)


@st.composite
def answers(draw: st.DrawFn, method: str) -> tuple[list[str], dict[str, dict[str, int]]]:
    """An electorate, and what some of it answered to one or more measures."""
    voices = [f"v{n}" for n in range(draw(st.integers(1, 7)))]
    measures = [f"m{n}" for n in range(draw(st.integers(1, 3)))]
    value = st.sampled_from(VALUES[method])
    given = {m: draw(st.dictionaries(st.sampled_from(voices), value)) for m in measures}
    return voices, given


CASES = st.sampled_from(sorted(METHODS)).flatmap(lambda name: st.tuples(st.just(name), answers(name), RULES))


def judged(name: str, voices: list[str], given: dict[str, dict[str, int]], rule: Rule) -> dict[str, Verdict]:
    return METHODS[name].judge(voices, given, Settings(rule))


@given(CASES, st.randoms(use_true_random=False))
def test_permuting_voices_never_changes_a_verdict(case: tuple, chance: random.Random) -> None:
    name, (voices, given), rule = case
    others = voices[:]
    chance.shuffle(others)
    renamed = dict(zip(voices, others, strict=True))
    permuted = {m: {renamed[voice]: value for voice, value in values.items()} for m, values in given.items()}
    before, after = judged(name, voices, given, rule), judged(name, voices, permuted, rule)
    for measure in given:
        assert before[measure].outcome is after[measure].outcome
        assert before[measure].certainty is after[measure].certainty
        assert before[measure].score == after[measure].score


@given(CASES, st.randoms(use_true_random=False))
def test_the_order_in_which_voices_answer_never_changes_a_verdict(case: tuple, chance: random.Random) -> None:
    name, (voices, given), rule = case
    shuffled = {}
    for measure, values in given.items():
        arrived = list(values.items())
        chance.shuffle(arrived)
        shuffled[measure] = dict(arrived)
    assert judged(name, voices, given, rule) == judged(name, chance.sample(voices, len(voices)), shuffled, rule)


@given(CASES)
def test_an_abstention_never_blocks_and_is_in_no_share(case: tuple) -> None:
    name, (voices, given), rule = case
    if name == "priority":
        return
    everybody_else = {m: {v: x for v, x in values.items() if x != 0} for m, values in given.items()}
    for measure, verdict in judged(name, voices, given, rule).items():
        without = judged(name, voices, everybody_else, rule)[measure]
        assert verdict.tally.stands == without.tally.stands
        assert verdict.tally.supporting == without.tally.supporting
        if Outcome.WAITING not in {verdict.outcome, without.outcome}:
            assert verdict.outcome is without.outcome


@given(CASES, st.data())
def test_raising_one_answer_never_makes_it_worse(case: tuple, data: st.DataObject) -> None:
    name, (voices, given), rule = case
    measure = data.draw(st.sampled_from(sorted(given)))
    if not given[measure]:
        return
    voice = data.draw(st.sampled_from(sorted(given[measure])))
    value = given[measure][voice]
    higher = [x for x in VALUES[name] if x > value] if value != 0 or name == "priority" else []
    if not higher:
        return
    raised = given | {measure: given[measure] | {voice: data.draw(st.sampled_from(higher))}}
    if name == "endorsement" and raised[measure][voice] == 0:
        return  # abstaining is beside the order, not in it
    before, after = judged(name, voices, given, rule)[measure], judged(name, voices, raised, rule)[measure]
    if Outcome.WAITING in {before.outcome, after.outcome}:
        return
    if name in {"consensus", "endorsement"}:
        assert ORDER[after.outcome] >= ORDER[before.outcome]
    if name == "priority":
        assert before.score and after.score
        assert after.score.rank <= before.score.rank
    assert after.tally.supporting >= before.tally.supporting


@given(CASES)
def test_every_verdict_can_be_said_and_counts_to_its_electorate(case: tuple) -> None:
    name, (voices, given), rule = case
    for verdict in judged(name, voices, given, rule).values():
        counted = verdict.tally
        assert 0 <= counted.supporting <= counted.stands <= counted.answered <= counted.voices
        if name != "temperature":
            assert len(counted.missing) == counted.voices - counted.answered
        for by_person in (False, True):
            said = sentence(verdict, {}, plain, METHODS[name], by_person)
            assert said.endswith(".") and "None" not in said and "  " not in said


@pytest.mark.parametrize("name", METHODS)
def test_an_empty_electorate_and_no_answers_are_no_division_by_zero(name: str) -> None:
    for voices in ([], ["a", "b"]):
        verdict = judged(name, voices, {"m": {}}, Rule())["m"]
        assert verdict.outcome in {Outcome.WAITING, Outcome.SENSED}
        assert sentence(verdict, {}, plain, METHODS[name])


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("consensus", ["5", "0", "1"], ["", "6", "-1", "abstain", "٥", "5.0", "05"]),
        ("temperature", ["5", "0", "1"], ["", "6", "-1"]),
        ("endorsement", ["1", "-1", "0"], ["", "2", "yes", "−1", "5"]),
        ("priority", ["0", "4", "1"], ["", "5", "-1", "1.5", "٣", "99999"]),
    ],
)
def test_only_answers_of_the_method_are_taken(name: str, good: list[str], bad: list[str]) -> None:
    for value in good:
        assert METHODS[name].parse(value, Settings(), {}) == int(value)
    for value in bad:
        with pytest.raises(Invalid) as refused:
            METHODS[name].parse(value, Settings(), {})
        assert "value" in refused.value.errors


# -- Tilslutning --


def endorsed(values: list[int | None], rule: Rule | None = None) -> Verdict:
    voices = [f"v{n}" for n in range(len(values))]
    given = {voice: value for voice, value in zip(voices, values, strict=True) if value is not None}
    return METHODS["endorsement"].judge(voices, {"m": given}, Settings(rule or Rule()))["m"]


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ([1, 1, 1, -1], Outcome.ENDORSED),  # 3 of 4 is 75 %
        ([1, 1, 1, 1, 1, -1, -1], Outcome.NOT_ENDORSED),  # 5 of 7 is not
        ([1, 1, 1, -1, 0, 0], Outcome.ENDORSED),
        ([0, 0, 0], Outcome.NOT_ENDORSED),
        ([1, 1, None, None], Outcome.WAITING),
    ],
)
def test_endorsement_by_the_rule(values: list[int | None], outcome: Outcome) -> None:
    assert endorsed(values).outcome is outcome


def test_those_who_said_no_are_named() -> None:
    verdict = endorsed([1, 1, 1, -1])
    said = sentence(verdict, {"v3": "Solåsen"}, plain, METHODS["endorsement"])
    assert said == "Tilslutning: 3 av de 4 kommunene som tok stilling, sa ja (kravet er 75\u00a0%). Solåsen sa nei."


@given(st.lists(st.sampled_from([1, -1, 0, None]), min_size=1, max_size=6), RULES)
def test_early_certainty_of_endorsement_keeps_its_word(values: list[int | None], rule: Rule) -> None:
    now = endorsed(values, rule)
    holes = [at for at, value in enumerate(values) if value is None]
    ends = set()
    for filled in product([1, -1, 0, None], repeat=len(holes)):
        then = values[:]
        for at, value in zip(holes, filled, strict=True):
            then[at] = value
        ends.add(endorsed(then, rule).outcome)
    if holes:
        assert (now.certainty is Certainty.SETTLED) == (len(ends) == 1)
        assert (now.certainty is Certainty.NO_LONGER_CONSENSUS) == (len(ends) > 1 and Outcome.ENDORSED not in ends)


# -- Prioritering --


def ranked(given: dict[str, dict[str, int]], voices: int = 3, rule: Rule | None = None) -> dict[str, Verdict]:
    return METHODS["priority"].judge([f"v{n}" for n in range(voices)], given, Settings(rule or Rule()))


def test_priority_orders_by_points_and_equal_points_share_a_rank() -> None:
    found = ranked({"a": {"v0": 4, "v1": 0, "v2": 2}, "b": {"v0": 3, "v1": 3}, "c": {"v2": 1}})
    assert [found[m].score.rank for m in "abc"] == [1, 1, 3]
    assert (found["a"].score.points, found["a"].score.given_by) == (6, 2)
    assert (found["a"].score.highest, found["a"].score.lowest, found["a"].score.possible) == (4, 0, 30)
    assert sentence(found["c"], {}, plain, METHODS["priority"]).startswith("Nr. 3 av 3: 1 av 30 poeng, fra 1 av de 3")


def test_points_need_not_all_be_used_but_never_more() -> None:
    parse = METHODS["priority"].parse
    settings = Settings(points=10, most_points=4)
    assert parse("2", settings, {"a": 4, "b": 4}) == 2
    with pytest.raises(Invalid, match="2 poeng igjen"):
        parse("3", settings, {"a": 4, "b": 4})
    with pytest.raises(Invalid, match="Høyst 4"):
        parse("5", settings, {})


def test_priority_waits_for_its_quorum_of_voices_not_of_answers() -> None:
    given = {"a": {"v0": 1, "v1": 1}, "b": {"v0": 1, "v1": 1}}
    assert ranked(given, voices=3)["a"].outcome is Outcome.WAITING
    assert ranked(given, voices=2)["a"].outcome is Outcome.RANKED


# -- Temperatur --


def test_a_temperature_names_nobody() -> None:
    verdict = METHODS["temperature"].judge(["a", "b", "c"], {"m": {"0": 1, "1": 2}}, Settings())["m"]
    counted = verdict.tally
    assert verdict.outcome is Outcome.SENSED
    assert (counted.reservations, counted.blocks, counted.abstained, counted.missing) == ((), (), (), ())
    assert dict(counted.counts) == {5: 0, 4: 0, 3: 0, 2: 1, 1: 1, 0: 0}


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_every_method_says_what_it_is(method: Method) -> None:
    assert str(method.LABEL) and str(method.EXPLAINED).endswith(".")
    assert len({step.value for step in method.SCALE}) == len(method.SCALE)
