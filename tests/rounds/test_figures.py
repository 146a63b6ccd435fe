"""Figures beside the verdicts: exact, fair to small groups, and the same whatever the order."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workspace.rounds import figures
from workspace.rounds.figures import Change, Share, change, pair, share
from workspace.rounds.verdict import group_informed

stances = st.lists(st.sampled_from([0, 1, 2, 3, 4, 5]), max_size=12)
groups_of_stances = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), stances, min_size=1, max_size=6)
shares_of_groups = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=3),
    st.integers(0, 30).flatmap(lambda n: st.integers(0, n).map(lambda a: Share(a, n))),
    max_size=6,
)


def of(**groups: tuple[int, int]) -> dict[str, Share]:
    return {name: Share(*one) for name, one in groups.items()}


def test_six_municipalities_in_full_support_give_five_hundred_and_sixty_two_and_a_half_thousandths() -> None:
    six = {str(number): share("consensus", [5]) for number in range(6)}
    assert figures.agreement(six) == pytest.approx(0.5625, abs=1e-15)


@settings(deadline=None)
@given(groups_of_stances)
def test_the_figure_is_the_formula_of_the_specification(groups: dict[str, list[int]]) -> None:
    logs = 0.0
    for values in groups.values():
        s = sum(v != 0 for v in values)
        a = sum(v >= 3 for v in values)
        logs += math.log((a + 0.5) / (s + 1) * (1 - (s - a + 0.5) / (s + 1)))
    found = figures.agreement({name: share("consensus", values) for name, values in groups.items()})
    assert found == pytest.approx(math.exp(logs / len(groups)), rel=1e-12)
    assert found == pytest.approx(group_informed(groups), rel=1e-12)


def test_each_method_says_what_supports() -> None:
    assert share("consensus", [5, 4, 3, 2, 1, 0]) == Share(3, 5)
    assert share("temperature", [3, 2]) == Share(1, 2)
    assert share("endorsement", [1, 1, -1, 0]) == Share(2, 3), "1 is yes here, and no block"
    assert share("priority", [4, 0, 1]) == Share(2, 3), "no points are a stand too"


@settings(deadline=None)
@given(stances, st.randoms())
def test_the_order_of_answers_never_matters(values: list[int], random: object) -> None:
    mixed = list(values)
    random.shuffle(mixed)
    assert share("consensus", mixed) == share("consensus", values)


@settings(deadline=None)
@given(shares_of_groups)
def test_how_far_groups_lie_apart_is_the_mean_over_all_pairs(groups: dict[str, Share]) -> None:
    weighed = [one.weighed for one in groups.values() if one.stands]
    pairs = [abs(a - b) for a, b in itertools.combinations(weighed, 2)]
    assert figures.distance(groups) == (sum(pairs, Fraction(0)) / len(pairs) if pairs else 0)
    assert figures.distance(dict(reversed(groups.items()))) == figures.distance(groups)


@settings(deadline=None)
@given(st.dictionaries(st.text("xyz", min_size=1, max_size=3), shares_of_groups, max_size=6))
def test_nothing_bridges_and_divides_at_once(measures: dict[str, dict[str, Share]]) -> None:
    bridging, dividing = figures.most_bridging(measures), figures.most_dividing(measures)
    assert not set(bridging) & set(dividing)
    lows = [figures.lowest(measures[id]) for id in bridging]
    assert lows == sorted(lows, reverse=True) and all(low > Fraction(1, 2) for low in lows)
    spans = [figures.distance(measures[id]) for id in dividing]
    assert spans == sorted(spans, reverse=True) and all(span > 0 for span in spans)


def test_a_large_group_can_not_hide_a_small_one_that_is_against() -> None:
    measures = {"one against": of(big=(100, 100), small=(0, 1)), "all for": of(big=(60, 100), small=(1, 1))}
    assert figures.most_bridging(measures) == ["all for"]
    assert figures.most_dividing(measures) == ["one against"]


def test_a_group_that_took_no_stand_neither_bridges_nor_divides() -> None:
    assert not figures.bridges(of(a=(5, 5), b=(0, 0))), "one group alone has nothing to bridge"
    assert figures.bridges(of(a=(5, 5), b=(1, 1), c=(0, 0)))
    assert not figures.divides(of(a=(5, 5), b=(0, 0)))
    assert figures.lowest(of(a=(0, 0))) is None


def test_two_sides_are_compared_exactly_and_hidden_where_one_is_too_small() -> None:
    found = pair(Share(2, 3), Share(1, 7))
    assert found is not None and found.difference == Fraction(1, 7) - Fraction(2, 3)
    assert pair(Share(2, 3), Share(0, 0)) is None
    assert pair(Share(5, 5), Share(1, 4), least=5) is None and pair(Share(5, 5), Share(1, 5), least=5) is not None
    pairs = {"same": pair(Share(1, 2), Share(2, 4)), "near": pair(Share(1, 2), Share(1, 3)), "far": found}
    assert figures.apart(pairs) == ["far", "near"]


@pytest.mark.parametrize(
    ("method", "before", "now", "expected"),
    [
        ("consensus", 2, 4, Change.UP), ("consensus", 5, 3, Change.DOWN), ("consensus", 3, 3, Change.SAME),
        ("consensus", None, 3, Change.NEW), ("consensus", 3, None, Change.GONE), ("consensus", None, None, None),
        ("consensus", 0, 3, Change.OTHER), ("consensus", 3, 0, Change.OTHER), ("consensus", 0, 0, Change.SAME),
        ("endorsement", -1, 1, Change.UP), ("endorsement", 1, 0, Change.OTHER), ("priority", 4, 0, Change.DOWN),
    ],
)  # fmt: skip
def test_what_has_become_of_a_standpoint(
    method: str, before: int | None, now: int | None, expected: Change | None
) -> None:
    assert change(method, before, now) == expected
