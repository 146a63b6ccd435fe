"""Percent done: between 0 and 100, monotone, the same in any order, and only proportions of weights matter."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from workspace.workplan.model import DEEPEST, Milestone
from workspace.workplan.rolling import next_due, percent_done, tree

AT = datetime(2026, 11, 23, tzinfo=UTC)


def milestone(number: int, parent: int = 0, **more: object) -> Milestone:
    fields = {"title": f"M{number}", "changed_at": AT, "changed_by": "kari", **more}
    return Milestone(id=f"m:{number}", measure="m", number=number, parent=parent, **fields)


@st.composite
def plans(draw: st.DrawFn) -> list[Milestone]:
    """Milestones of a measure, some under others, each with a weight and how far it is."""
    made: list[Milestone] = []
    depth = {0: 0}
    for number in range(1, draw(st.integers(0, 12)) + 1):
        parent = draw(st.sampled_from([one for one, deep in depth.items() if deep < DEEPEST]))
        depth[number] = depth[parent] + 1
        made.append(
            milestone(
                number,
                parent,
                weight=draw(st.integers(1, 1_000)),
                percent=draw(st.none() | st.integers(0, 100)),
                done=draw(st.sampled_from(["", "", "2026-11-01"])),
            )
        )
    return made


@given(plans())
def test_it_is_between_nothing_and_everything(plan: list[Milestone]) -> None:
    assert 0 <= percent_done(plan) <= 100


@given(plans(), st.randoms())
def test_the_order_they_come_in_does_not_matter(plan: list[Milestone], random) -> None:
    mixed = list(plan)
    random.shuffle(mixed)
    assert percent_done(mixed) == percent_done(plan)


@given(plans(), st.data())
def test_more_done_is_never_less(plan: list[Milestone], data: st.DataObject) -> None:
    if not plan:
        return
    at = data.draw(st.integers(0, len(plan) - 1))
    more = data.draw(st.integers(plan[at].percent or 0, 100))
    farther = plan[at].changed(percent=more, done=data.draw(st.sampled_from([plan[at].done, "2026-12-01"])))
    assert percent_done([*plan[:at], farther, *plan[at + 1 :]]) >= percent_done(plan)


@given(plans())
def test_all_done_is_exactly_a_hundred(plan: list[Milestone]) -> None:
    assert percent_done([one.changed(done="2026-12-01") for one in plan]) == (100 if plan else 0)


@given(plans())
def test_one_left_is_below_a_hundred(plan: list[Milestone]) -> None:
    parents = {one.parent for one in plan}
    open_ = [one.changed(done="", percent=99) if one.number not in parents else one for one in plan]
    assert percent_done(open_) < 100 or not plan


@given(plans(), st.integers(2, 1_000))
def test_the_scale_of_weights_does_not_matter(plan: list[Milestone], times: int) -> None:
    assert percent_done([one.changed(weight=one.weight * times) for one in plan]) == percent_done(plan)


def test_an_empty_one_counts_as_nothing_done_and_not_as_left_out() -> None:
    assert percent_done([milestone(1, done="2026-11-01"), milestone(2)]) == 50
    assert percent_done([milestone(1), milestone(2)]) == 0
    assert percent_done([]) == 0


def test_children_are_rolled_up_with_their_weights_exactly() -> None:
    plan = [
        milestone(1, weight=1),
        milestone(2, weight=2, percent=50),
        milestone(3, 1, weight=2, done="2026-11-01"),
        milestone(4, 1, weight=1),
    ]
    assert percent_done(plan) == 100 * (Fraction(1, 3) * Fraction(2, 3) + Fraction(2, 3) * Fraction(1, 2))


def test_the_next_is_the_first_by_date_among_those_not_reached() -> None:
    plan = [
        milestone(1, due="2027-03-01"), milestone(2, due="2027-01-01", done="2026-12-20"), milestone(3),
        milestone(4, due="2027-02-01", parent=3),
    ]  # fmt: skip
    assert next_due(tree(plan)).number == 4
    assert next_due(tree([milestone(1)])) is None
