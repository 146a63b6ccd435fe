"""Money and hours: the example of the method, with its shortage and what is given extra."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workspace.workplan.funding import phases, table
from workspace.workplan.model import PLANNING, Budget, Capacity, Share, Stated

SHARES = {
    "9001": 555_000, "9002": 264_000, "9003": 204_000, "9004": 158_000, "9005": 143_000, "9006": 99_000,
    "9007": 123_000, "9008": 169_000, "9009": 85_000,
}  # fmt: skip
CAN = {"9006": 64_000, "9007": 103_000, "9009": 40_000}
ORDER = list(SHARES)


def budget(extra: int = 0, measure: str = "m", year: int = 2027) -> Budget:
    shares = tuple(
        Share(municipality=number, agreed=agreed, extra=extra if number == "9001" else 0)
        for number, agreed in SHARES.items()
    )
    return Budget(id=f"{measure}:{year}", measure=measure, year=year, need=1_800_000, shares=shares)


CAPACITY = Capacity(id="2027", year=2027, stated=tuple(Stated(municipality=n, kroner=k) for n, k in CAN.items()))


def test_the_example_of_the_method_lacks_a_hundred_thousand_until_one_gives_extra() -> None:
    lacking = table([budget()], [CAPACITY], ORDER, "kroner").sums[2027]
    assert (lacking.need, lacking.agreed, lacking.short, lacking.missing) == (1_800_000, 1_800_000, 100_000, 100_000)
    helped = table([budget(extra=100_000)], [CAPACITY], ORDER, "kroner").sums[2027]
    assert (helped.extra, helped.covered, helped.missing) == (100_000, 1_800_000, 0)


def test_a_municipality_that_has_said_nothing_is_not_short() -> None:
    found = table([budget()], [CAPACITY], ORDER, "kroner")
    assert found.rows["9001"][2027].capacity is None and found.rows["9001"][2027].short == 0
    assert found.rows["9006"][2027].short == 35_000
    none = Capacity(id="2027", year=2027, stated=(Stated(municipality="9006", kroner=0),))
    assert table([budget()], [none], ORDER, "kroner").rows["9006"][2027].short == 99_000


def test_measures_and_years_are_summed() -> None:
    found = table([budget(), budget(measure="n"), budget(year=2028)], [CAPACITY], ORDER, "kroner")
    assert found.years == (2027, 2028)
    assert found.rows["9009"][2027].agreed == 170_000
    assert found.over_years("9009").agreed == 255_000
    assert found.total.need == 5_400_000
    assert not found.is_empty and table([], [], ORDER, "kroner").is_empty


def test_hours_are_not_kroner() -> None:
    share = Share(municipality="9001", agreed=5, agreed_hours=80, spent_hours=30, extra_hours=10)
    one = Budget(id="m:2027", measure="m", year=2027, need_hours=100, shares=(share,))
    capacity = Capacity(id="2027", year=2027, stated=(Stated(municipality="9001", hours=70),))
    cell = table([one], [capacity], ["9001"], "hours").rows["9001"][2027]
    assert (cell.agreed, cell.spent, cell.extra, cell.short, cell.left) == (80, 30, 10, 10, 50)
    assert table([one], [capacity], ["9001"], "hours").sums[2027].missing == 20


@given(st.permutations(ORDER))
def test_rows_stand_in_the_order_given_and_sums_do_not_hang_on_it(order: list[str]) -> None:
    found = table([budget()], [CAPACITY], order, "kroner")
    assert list(found.rows) == order
    assert found.sums == table([budget()], [CAPACITY], ORDER, "kroner").sums


def test_planning_and_carrying_out_are_told_apart() -> None:
    planning, carrying_out = phases([budget(measure=PLANNING, extra=1_000)])
    assert (planning.need, planning.agreed) == (1_800_000, 1_801_000)
    assert (carrying_out.need, carrying_out.agreed, carrying_out.spent) == (0, 0, 0)
