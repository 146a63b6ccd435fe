"""Small numbers: which groups of a breakdown may be shown, so that no hidden one can be worked out from the rest.

Pure. For anonymous answers of any kind: the temperature of a round, the trust pulse; and for what people have read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

LEAST = 5  # answers that a group must have to be shown


class HowMany(NamedTuple):
    """How many of a group, told no closer than between these two, both included."""

    least: int
    most: int


def how_many(count: int, size: int, least: int = LEAST) -> HowMany | None:
    """How many of a group have done something, told so that it follows of none that they have, or have not.

    None for a group with fewer than `least`. Nobody and one are told as the same, and so are everybody and all but one.
    """
    if size < least:
        return None
    if count <= 1:
        return HowMany(0, 1)
    if count >= size - 1:
        return HowMany(size - 1, size)
    return HowMany(count, count)


def hidden(sizes: Mapping[str, int], least: int = LEAST) -> frozenset[str]:
    """The groups that may not be shown, by how many answered in each.

    Those with fewer than `least`, and with them the smallest others until at least two are hidden, with `least` answers
    together: one alone would be what the total leaves over. Of equally small ones the lowest goes first, by the number
    of a municipality or the name of a group. A group in which nobody answered hides nothing, and helps to hide nothing.
    """
    chosen = {group for group, size in sizes.items() if 0 < size < least}
    for group in _smallest_first(sizes, chosen):
        if not chosen or (len(chosen) >= 2 and sum(sizes[one] for one in chosen) >= least):
            break
        chosen.add(group)
    return frozenset(chosen)


def breakdown(groups: Mapping[str, Sequence[int]], least: int = LEAST) -> dict[str, tuple[int, ...]]:
    """The answers of each group that may be shown, sorted; the others are left out. {} when none may be.

    Beside `hidden`, more groups are left out as long as what is shown would, with the total, tell for certain how many
    in a hidden group gave some answer, though the total alone does not.
    """
    sizes = {group: len(answers) for group, answers in groups.items()}
    left_out = set(hidden(sizes, least))
    total = _counted(groups, groups)
    for group in _smallest_first(sizes, left_out):
        if not left_out or not _tells(_counted(groups, left_out), total):
            break
        left_out.add(group)
    return {
        group: tuple(sorted(answers, reverse=True))
        for group, answers in sorted(groups.items())
        if answers and group not in left_out
    }


def _smallest_first(sizes: Mapping[str, int], but: Iterable[str]) -> list[str]:
    left = (group for group, size in sizes.items() if size and group not in but)
    return sorted(left, key=lambda group: (sizes[group], group))


def _counted(groups: Mapping[str, Sequence[int]], of: Iterable[str]) -> Counter[int]:
    return Counter(answer for group in of for answer in groups[group])


def _tells(rest: Counter[int], total: Counter[int]) -> bool:
    """Whether what the total leaves over for the hidden groups tells something of each: that none, or that all, gave an
    answer. Of an answer that some gave and some did not, it can't be told in which of two groups they are."""
    none = any(not rest[answer] for answer in total)
    every = len(+rest) == 1 and len(total) > 1
    return none or every
