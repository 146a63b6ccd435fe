"""How often one person may ask what is new."""

from __future__ import annotations

from workspace.comments.pacing import A_SECOND, AT_ONCE, Pace


def test_two_hundred_tabs_are_slowed_down_and_others_are_not() -> None:
    pace = Pace()
    waits = [pace.wait("one", 100.0) for _tab in range(200)]
    assert waits.count(0) == AT_ONCE and all(wait >= 5 for wait in waits[AT_ONCE:])
    assert pace.wait("other", 100.0) == 0
    assert pace.wait("one", 100.0 + 1.1 / A_SECOND) == 0


def test_a_few_tabs_may_ask_for_ever() -> None:
    pace = Pace()
    tabs = int(A_SECOND * 5)
    assert not any(pace.wait("one", 5.0 * turn + tab / 10) for turn in range(200) for tab in range(tabs))
