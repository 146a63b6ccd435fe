"""How a cost is shared between municipalities by a key: to the krone, so that the shares are the whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

KEYS = ("equal", "population", "combined", "own")
EQUAL_PART = Fraction(3, 10)  # of the key "combined": 30 % equally, the rest by population


def missing(key: str, among: Iterable[str], populations: Mapping[str, int | None]) -> tuple[str, ...]:
    """The municipalities whose number of people a key needs, and that nobody has given."""
    if key not in ("population", "combined"):
        return ()
    return tuple(number for number in among if not populations.get(number))


def weights(
    key: str, among: Iterable[str], populations: Mapping[str, int | None], own: Mapping[str, int] | None = None
) -> dict[str, Fraction]:
    """Which part of the whole each municipality carries; together they are 1. Empty where that can't be said."""
    numbers = tuple(among)
    if not numbers or missing(key, numbers, populations):
        return {}
    equal = {number: Fraction(1, len(numbers)) for number in numbers}
    if key == "equal":
        return equal
    if key == "own":
        return _parts({number: (own or {}).get(number, 0) for number in numbers})
    by_people = _parts({number: populations.get(number) or 0 for number in numbers})
    if key == "population":
        return by_people
    return {number: EQUAL_PART * equal[number] + (1 - EQUAL_PART) * by_people[number] for number in numbers}


def _parts(counts: Mapping[str, int]) -> dict[str, Fraction]:
    whole = sum(counts.values())
    return {number: Fraction(count, whole) for number, count in counts.items()} if whole else {}


def shares(
    total: int,
    key: str,
    among: Iterable[str],
    populations: Mapping[str, int | None],
    own: Mapping[str, int] | None = None,
) -> dict[str, int]:
    """What each pays of a total in whole kroner. The sum is the total; empty where a share can't be said.

    Each pays its part rounded down, and the kroner that are left go to those whose part was cut the most; of equals, to
    the lowest number first.
    """
    exact = {number: total * part for number, part in weights(key, among, populations, own).items()}
    paid = {number: int(amount) for number, amount in exact.items()}
    left = total - sum(paid.values())
    by_remainder = sorted(exact, key=lambda number: (paid[number] - exact[number], number))
    return paid | {number: paid[number] + 1 for number in by_remainder[:left]} if paid else {}
