"""Small numbers: nothing that is hidden can be worked out from what is shown, the total included."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workspace.rounds.suppression import LEAST, breakdown, hidden

# How many answered the trust pulse of November 2026, by municipality (method.md, 3.13).
PULSE = {
    "9001": 17, "9002": 12, "9003": 9, "9004": 8, "9005": 7, "9006": 5, "9007": 5, "9008": 5, "9009": 4,
}  # fmt: skip


def test_the_pulse_of_the_article_hides_a_second_municipality() -> None:
    assert hidden(PULSE) == {"9009", "9006"}, "of three with five answers the one with the lowest number"


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ({}, set()),
        ({"a": 5, "b": 9}, set()),
        ({"a": 4, "b": 9, "c": 12}, {"a", "b"}),
        ({"a": 4, "b": 3, "c": 12}, {"a", "b"}),
        ({"a": 1, "b": 1, "c": 6, "d": 9}, {"a", "b", "c"}),  # two of one each are still a small group
        ({"a": 4, "b": 9}, {"a", "b"}),
        ({"a": 4}, {"a"}),
        ({"a": 0, "b": 9, "c": 3, "d": 8}, {"c", "d"}),  # nobody in a: nothing to hide, and no cover
        ({"9010": 5, "9009": 5, "9001": 2, "9003": 30}, {"9001", "9009"}),
    ],
)
def test_which_are_hidden(sizes: dict[str, int], expected: set[str]) -> None:
    assert hidden(sizes) == expected


SIZES = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 12))


@given(SIZES)
def test_no_small_group_is_shown_and_none_stands_alone(sizes: dict[str, int]) -> None:
    out = hidden(sizes)
    answered = {group for group, size in sizes.items() if size}
    assert all(sizes[group] >= LEAST for group in answered - out)
    assert out <= answered
    if out and out != answered:
        assert len(out) >= 2 and sum(sizes[group] for group in out) >= LEAST
    if out and all(size == 0 or size >= LEAST for size in sizes.values()):
        pytest.fail("nothing was small, and something is hidden")


@given(SIZES)
def test_the_order_in_which_groups_come_says_nothing(sizes: dict[str, int]) -> None:
    assert hidden(dict(reversed(sizes.items()))) == hidden(sizes)


# -- Whether a hidden number can be worked out: by trying every table that fits what is shown --

GROUPS = st.dictionaries(st.sampled_from("abcd"), st.lists(st.sampled_from([5, 3, 1]), max_size=6), max_size=4)


def tables(sizes: list[int], rest: Counter[int]) -> list[tuple[Counter[int], ...]]:
    """Every way to share out what the total leaves over among the hidden groups, whose sizes everybody knows."""
    if not sizes:
        return [()] if not any(rest.values()) else []
    answers = sorted(rest)
    found = []
    for counts in itertools.product(*(range(min(sizes[0], rest[answer]) + 1) for answer in answers)):
        if sum(counts) == sizes[0]:
            mine = Counter(dict(zip(answers, counts, strict=True)))
            left = Counter({answer: rest[answer] - mine[answer] for answer in answers})
            found += [(mine, *others) for others in tables(sizes[1:], left)]
    return found


def known(groups: dict[str, list[int]], shown: dict[str, tuple[int, ...]]) -> set[tuple[str, int, int]]:
    """What can be worked out of the groups that are not shown, as (group, answer, how many)."""
    total = Counter(answer for answers in groups.values() for answer in answers)
    out = sorted(group for group, answers in groups.items() if answers and group not in shown)
    rest = Counter({answer: total[answer] for answer in total})
    for answers in shown.values():
        rest.subtract(answers)
    possible = tables([len(groups[group]) for group in out], rest)
    found = set()
    for at, group in enumerate(out):
        for answer in total:
            counts = {table[at][answer] for table in possible}
            if len(counts) == 1:
                found.add((group, answer, counts.pop()))
    return found


@settings(max_examples=300, deadline=None)
@given(GROUPS)
def test_no_hidden_number_can_be_worked_out(groups: dict[str, list[int]]) -> None:
    shown = breakdown(groups)
    assert all(len(answers) >= LEAST for answers in shown.values())
    assert all(sorted(answers) == sorted(groups[group]) for group, answers in shown.items())
    assert known(groups, shown) <= known(groups, {}), "more is known than the total alone tells"


def test_the_way_of_trying_finds_what_a_careless_breakdown_gives_away() -> None:
    groups = {"a": [5, 1, 3, 3], "b": [5, 5, 3, 1, 1], "c": [5, 5, 5, 3, 1]}
    only_the_small_one_hidden = {group: tuple(groups[group]) for group in "bc"}
    assert {("a", 5, 1), ("a", 1, 1), ("a", 3, 2)} == known(groups, only_the_small_one_hidden)
    assert breakdown(groups) == {"c": (5, 5, 5, 3, 1)} and known(groups, breakdown(groups)) == set()


def test_where_the_rest_would_tell_more_is_left_out() -> None:
    """Two hidden groups, and none in them blocks: that would be known of each, so a third one joins them."""
    groups = {"a": [5, 5, 3], "b": [5, 3, 3, 3], "c": [1, 5, 3, 3, 3, 3], "d": [1, 1, 5, 3, 3, 3, 3]}
    assert hidden({group: len(answers) for group, answers in groups.items()}) == {"a", "b"}
    assert set(breakdown(groups)) == {"d"}


@given(GROUPS)
def test_shown_answers_are_in_no_order_of_theirs(groups: dict[str, list[int]]) -> None:
    turned = {group: list(reversed(answers)) for group, answers in reversed(groups.items())}
    assert list(breakdown(turned).items()) == list(breakdown(groups).items())
