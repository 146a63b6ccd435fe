"""Aligning two sequences: what of one is in the other, in the same order. Bounded in time, whatever they hold.

Items that are there once on each side tie the sequences together ("patience"); what lies between two such ties and
has none is compared item by item (Myers' shortest edit), as long as the budget lasts. What is beyond the budget counts
as replaced.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Sequence
from itertools import pairwise
from typing import NamedTuple

_DEEPEST = 20  # ties found between ties: each level costs the length of what is left
_MOST_EDITS = 400  # in a stretch without ties; the cost is the square


class Budget:
    """How many more steps may be taken item by item. Share one among many calls to bound them together."""

    def __init__(self, steps: int = 3_000_000) -> None:
        self.left = steps


class Step(NamedTuple):
    """A stretch of both sequences: kept, or replaced (then one of the two may be empty)."""

    kept: bool
    a1: int
    a2: int
    b1: int
    b2: int


def steps(before: Sequence[Hashable], after: Sequence[Hashable], budget: Budget | None = None) -> list[Step]:
    """The two sequences as stretches that are kept and replaced by turns, in order."""
    found: list[Step] = []
    a, b = 0, 0
    for i, j in [*_matches(before, after, budget or Budget()), (len(before), len(after))]:
        if (i, j) != (a, b):
            found.append(Step(False, a, i, b, j))
        if i == len(before):
            break
        if found and found[-1].kept:
            found[-1] = found[-1]._replace(a2=i + 1, b2=j + 1)
        else:
            found.append(Step(True, i, i + 1, j, j + 1))
        a, b = i + 1, j + 1
    return found


def settled(found: list[Step], before: Sequence[str], after: Sequence[str]) -> list[Step]:
    """The steps without crumbs: a few words kept between longer replacements are read more easily as replaced too."""
    stack: list[tuple[Step, int, int]] = []  # with the characters on each side
    for step in found:
        sizes = sum(map(len, before[step.a1 : step.a2])), sum(map(len, after[step.b1 : step.b2]))
        stack.append((step, *sizes))
        while len(stack) >= 3 and not stack[-1][0].kept and _is_crumb(stack[-2], stack[-3], stack[-1]):
            last, crumb, first = stack.pop(), stack.pop(), stack.pop()
            whole = Step(False, first[0].a1, last[0].a2, first[0].b1, last[0].b2)
            stack.append((whole, first[1] + crumb[1] + last[1], first[2] + crumb[2] + last[2]))
    return [step for step, _old, _new in stack]


def _is_crumb(kept: tuple[Step, int, int], *around: tuple[Step, int, int]) -> bool:
    return kept[0].kept and all(kept[2] <= max(old, new) for _step, old, new in around)


def heaviest_chain(pairs: list[tuple[int, int, float]]) -> list[tuple[int, int]]:
    """Of pairs (i, j, weight): those that go forward in both i and j and weigh most together, in order."""
    size = max((j for _i, j, _weight in pairs), default=-1) + 2
    best: list[tuple[float, int]] = [(0.0, -1)] * (size + 1)  # a Fenwick tree: the heaviest chain that ends below j
    previous: list[int] = []
    ordered = sorted(pairs, key=lambda pair: (pair[0], -pair[1]))
    for number, (_i, j, weight) in enumerate(ordered):
        place, before = j, (0.0, -1)
        while place > 0:
            before = max(before, best[place])
            place -= place & -place
        previous.append(before[1])
        place = j + 1
        while place <= size:
            best[place] = max(best[place], (before[0] + weight, number))
            place += place & -place
    number = max(best)[1]
    chain: list[tuple[int, int]] = []
    while number >= 0:
        chain.append(ordered[number][:2])
        number = previous[number]
    return chain[::-1]


# -- Which items are the same --


def _matches(before: Sequence[Hashable], after: Sequence[Hashable], budget: Budget) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    gaps = [(0, len(before), 0, len(after), 0)]
    while gaps:
        a1, a2, b1, b2, depth = gaps.pop()
        while a1 < a2 and b1 < b2 and before[a1] == after[b1]:
            found.append((a1, b1))
            a1, b1 = a1 + 1, b1 + 1
        while a1 < a2 and b1 < b2 and before[a2 - 1] == after[b2 - 1]:
            a2, b2 = a2 - 1, b2 - 1
            found.append((a2, b2))
        if a1 == a2 or b1 == b2:
            continue
        ties = _ties(before, a1, a2, after, b1, b2) if depth < _DEEPEST else []
        if ties:
            found += ties
            edges = [(a1 - 1, b1 - 1), *ties, (a2, b2)]
            gaps += [(i + 1, k, j + 1, m, depth + 1) for (i, j), (k, m) in pairwise(edges)]
        else:
            found += [(a1 + i, b1 + j) for i, j in _shortest_edit(before[a1:a2], after[b1:b2], budget)]
    return sorted(found)


def _ties(
    before: Sequence[Hashable], a1: int, a2: int, after: Sequence[Hashable], b1: int, b2: int
) -> list[tuple[int, int]]:
    """The longest run, forward in both, of items that are there once on each side."""
    left, right = _once(before, a1, a2), _once(after, b1, b2)
    both = [(i, right[item]) for item, i in left.items() if item in right]
    ends: list[int] = []  # the smallest j that ends a run of each length, and which pair that is
    holders: list[int] = []
    previous: list[int] = []
    for number, (_i, j) in enumerate(both):
        length = bisect_left(ends, j)
        previous.append(holders[length - 1] if length else -1)
        if length == len(ends):
            ends.append(j)
            holders.append(number)
        else:
            ends[length], holders[length] = j, number
    run: list[tuple[int, int]] = []
    number = holders[-1] if holders else -1
    while number >= 0:
        run.append(both[number])
        number = previous[number]
    return run[::-1]


def _once(items: Sequence[Hashable], start: int, end: int) -> dict[Hashable, int]:
    """Where each item is that is there once, in order."""
    places: dict[Hashable, int] = {}
    for place in range(start, end):
        places[items[place]] = -1 if items[place] in places else place
    return {item: place for item, place in places.items() if place >= 0}


def _shortest_edit(before: Sequence[Hashable], after: Sequence[Hashable], budget: Budget) -> list[tuple[int, int]]:
    """The items that stay in a shortest edit. None when that is longer than we look, or the budget is used up."""
    furthest = {1: 0}  # on each diagonal (i - j): how far in `before` one comes with the edits so far
    trace: list[dict[int, int]] = []
    for edits in range(min(len(before) + len(after), _MOST_EDITS) + 1):
        trace.append(furthest)
        reached: dict[int, int] = {}
        for diagonal in range(-edits, edits + 1, 2):
            i = _entered(furthest, diagonal, edits)
            budget.left -= 1
            while i < len(before) and i - diagonal < len(after) and before[i] == after[i - diagonal]:
                i += 1
                budget.left -= 1
            if i >= len(before) and i - diagonal >= len(after):
                return _walked_back(trace, len(before), len(after))
            reached[diagonal] = i
        furthest = reached
        if budget.left < 0:
            break
    return []


def _entered(furthest: dict[int, int], diagonal: int, edits: int) -> int:
    """Where a diagonal is entered: by putting in (from the one above) or by taking away (from the one below)."""
    return furthest[diagonal + 1] if _puts_in(furthest, diagonal, edits) else furthest[diagonal - 1] + 1


def _puts_in(furthest: dict[int, int], diagonal: int, edits: int) -> bool:
    return diagonal == -edits or (diagonal != edits and furthest[diagonal - 1] < furthest[diagonal + 1])


def _walked_back(trace: list[dict[int, int]], i: int, j: int) -> list[tuple[int, int]]:
    same: list[tuple[int, int]] = []
    for edits in range(len(trace) - 1, -1, -1):
        start = _entered(trace[edits], i - j, edits)
        while i > start:
            i, j = i - 1, j - 1
            same.append((i, j))
        if edits == 0:
            break
        if _puts_in(trace[edits], i - j, edits):
            j -= 1
        else:
            i -= 1
    return same[::-1]
