"""What is kept by the values it is made of, and what goes when there is no room."""

from __future__ import annotations

from workspace.kept import Kept


def test_a_thing_is_found_by_equal_values() -> None:
    kept: Kept[str] = Kept(10)
    assert kept.get(("a", (1, 2))) is None
    assert kept.put(("a", (1, 2)), "thing") == "thing"
    assert kept.get(("a", (1, 2))) == "thing"
    assert kept.get(("a", (1, 3))) is None


def test_what_nobody_asks_for_goes_first() -> None:
    kept: Kept[str] = Kept(10)
    for name in "abc":
        kept.put(name, name, 3)
    kept.get("a")
    kept.put("d", "d", 3)
    assert [name for name in "abcd" if kept.get(name)] == ["a", "c", "d"]


def test_a_thing_put_again_counts_once() -> None:
    kept: Kept[str] = Kept(10)
    for _time in range(5):
        kept.put("a", "a", 4)
    kept.put("b", "b", 6)
    assert kept.get("a") and kept.get("b")


def test_a_thing_larger_than_all_the_room_is_not_kept() -> None:
    kept: Kept[str] = Kept(10)
    kept.put("a", "a", 5)
    assert kept.put("b", "b", 11) == "b"
    assert kept.get("b") is None
