"""Figures beside the verdicts of a round: what bridges and what divides, how two sides differ, what has changed.

All of it is counted in whole numbers and compared as fractions. A group is weighed by what it answered and never by
its size: a share is drawn towards the middle by half a voice on each side, so that one voice alone says less than ten.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from workspace.rounds.scale import ABSTAIN, CAN_LIVE_WITH, RESERVATION, YES
from workspace.rounds.verdict import group_informed

MIDDLE = Fraction(1, 2)


def supports(method: str, value: int) -> bool | None:
    """Whether an answer supports, as the method has it; None where it takes no stand. Points are support, 0 is none."""
    if method == "priority":
        return value > 0
    if value == ABSTAIN:
        return None
    return value == YES if method == "endorsement" else value >= CAN_LIVE_WITH


class Share(NamedTuple):
    """How many support, of those that took a stand."""

    supporting: int = 0
    stands: int = 0

    @property
    def exact(self) -> Fraction | None:
        """The share itself, None where nobody took a stand."""
        return Fraction(self.supporting, self.stands) if self.stands else None

    @property
    def weighed(self) -> Fraction:
        """The share with half a voice added on each side, as group-informed consensus has it."""
        return Fraction(2 * self.supporting + 1, 2 * self.stands + 2)


Groups = Mapping[str, Share]


def share(method: str, values: Iterable[int]) -> Share:
    """The share of support among these answers."""
    stands = [found for found in (supports(method, value) for value in values) if found is not None]
    return Share(sum(stands), len(stands))


def agreement(groups: Groups) -> float:
    """Group-informed consensus of these groups. Groups that did not answer count too. 0.0 for no groups."""
    return group_informed(
        {
            name: (CAN_LIVE_WITH,) * one.supporting + (RESERVATION,) * (one.stands - one.supporting)
            for name, one in groups.items()
        }
    )


def lowest(groups: Groups) -> Fraction | None:
    """The weighed share of the group that supports least; None where no group took a stand."""
    return min((one.weighed for one in groups.values() if one.stands), default=None)


def distance(groups: Groups) -> Fraction:
    """How far the groups lie apart: the mean distance between the weighed shares of any two that took a stand."""
    shares = sorted(one.weighed for one in groups.values() if one.stands)
    many = len(shares)
    if many < 2:
        return Fraction(0)
    total = sum(((2 * at - many + 1) * one for at, one in enumerate(shares)), Fraction(0))
    return total / (many * (many - 1) // 2)


def bridges(groups: Groups) -> bool:
    """Whether most support in every group that took a stand, and there are at least two."""
    weighed = [one.weighed for one in groups.values() if one.stands]
    return len(weighed) > 1 and min(weighed) > MIDDLE


def divides(groups: Groups) -> bool:
    """Whether most support in one group, and most do not in another."""
    weighed = [one.weighed for one in groups.values() if one.stands]
    return bool(weighed) and min(weighed) < MIDDLE < max(weighed)


def most_bridging(measures: Mapping[str, Groups]) -> list[str]:
    """The measures that bridge, first the one that stands highest in the group that supports it least."""
    found = [id for id, groups in measures.items() if bridges(groups)]
    return sorted(found, key=lambda id: (lowest(measures[id]) or 0, agreement(measures[id])), reverse=True)


def most_dividing(measures: Mapping[str, Groups]) -> list[str]:
    """The measures that divide, first the one on which the groups lie farthest apart."""
    found = [id for id, groups in measures.items() if divides(groups)]
    return sorted(found, key=lambda id: distance(measures[id]), reverse=True)


# -- Two sides --


class Pair(NamedTuple):
    """How the municipalities and the businesses stand on a measure."""

    municipality: Share
    business: Share

    @property
    def difference(self) -> Fraction | None:
        """How much larger the share of the businesses is, below 0 for smaller; None where one side took no stand."""
        if self.municipality.exact is None or self.business.exact is None:
            return None
        return self.business.exact - self.municipality.exact


def pair(municipality: Share, business: Share, least: int = 1) -> Pair | None:
    """Both sides beside each other; None where one took no stand, or has fewer than `least` who did."""
    if min(municipality.stands, business.stands) < max(1, least):
        return None
    return Pair(municipality, business)


def apart(pairs: Mapping[str, Pair]) -> list[str]:
    """The measures on which the two sides differ, first where they differ most."""
    differing = {id: abs(one.difference) for id, one in pairs.items() if one.difference}
    return sorted(differing, key=differing.__getitem__, reverse=True)


# -- From one round to the next --


class Change(StrEnum):
    """What has become of a standpoint since the last round with the same measure."""

    UP = "up"
    DOWN = "down"
    SAME = "same"
    NEW = "new"  # answers now, and did not then
    GONE = "gone"  # answered then, and has not now
    OTHER = "other"  # took a stand and stands aside now, or the other way round


def change(method: str, before: int | None, now: int | None) -> Change | None:
    """What has become of a standpoint; None for a voice that has answered neither time."""
    if before is None or now is None:
        return None if before == now else Change.NEW if before is None else Change.GONE
    if before == now:
        return Change.SAME
    if supports(method, before) is None or supports(method, now) is None:
        return Change.OTHER
    return Change.UP if now > before else Change.DOWN
