"""How far a measure has come: percent done, rolled up from its milestones. Exact, and the same in any order.

A milestone that is done counts whole. One that is not counts as far as somebody has said it is, and nothing said is
nothing done: an empty one never lifts the rest. One with others under it is as far as they are together, each with its
share of the siblings' weights, so that only the proportions between weights matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from workspace.workplan.model import Milestone

Children = Mapping[int, list[Milestone]]


class Node(NamedTuple):
    """A milestone with how far it is, and those under it."""

    milestone: Milestone
    done: Fraction  # 0 to 1
    children: tuple[Node, ...]

    @property
    def is_done(self) -> bool:
        """Whether it is reached: ticked, or all under it are."""
        return self.done == 1


def tree(milestones: Iterable[Milestone]) -> tuple[Node, ...]:
    """The milestones of one measure as a tree; siblings by due date (those without last), then by number."""
    under: dict[int, list[Milestone]] = defaultdict(list)
    for milestone in milestones:
        under[milestone.parent].append(milestone)
    return _nodes(under, 0)


def _nodes(under: Children, parent: int) -> tuple[Node, ...]:
    found = sorted(under.get(parent, ()), key=lambda one: (not one.due, one.due, one.number))
    nodes = []
    for milestone in found:
        children = _nodes(under, milestone.number)
        nodes.append(Node(milestone, rolled_up(children) if children else _own(milestone), children))
    return tuple(nodes)


def rolled_up(nodes: Iterable[Node]) -> Fraction:
    """How far siblings are together, 0 to 1; 0 when there are none."""
    found = list(nodes)
    whole = sum(node.milestone.weight for node in found)
    return sum((node.done * Fraction(node.milestone.weight, whole) for node in found), Fraction(0))


def percent_done(milestones: Iterable[Milestone]) -> Fraction:
    """How far a measure has come, in percent from 0 to 100."""
    return 100 * rolled_up(tree(milestones))


def _own(milestone: Milestone) -> Fraction:
    return Fraction(1) if milestone.done else Fraction(milestone.percent or 0, 100)


def leaves(nodes: Iterable[Node]) -> list[Milestone]:
    """The milestones that nothing hangs under, in the order they are shown."""
    found = []
    for node in nodes:
        found += leaves(node.children) if node.children else [node.milestone]
    return found


def next_due(nodes: Iterable[Node]) -> Milestone | None:
    """The milestone that comes next: not reached, with the earliest date; None when there is none with a date."""
    waiting = [one for one in leaves(nodes) if one.due and not one.done]
    return min(waiting, key=lambda one: (one.due, one.number), default=None)
