"""Money and hours summed: what is agreed against what is spent, what municipalities can give, and what is needed.

Pure. All municipalities are treated alike, whatever their size: a figure of one is only ever held against what the same
municipality has said it can give.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from workspace.workplan.model import PLANNING, Budget, Capacity, Share, Stated

UNITS = ("kroner", "hours")
_FIELDS = {"kroner": ("agreed", "spent", "extra"), "hours": ("agreed_hours", "spent_hours", "extra_hours")}


class Cell(NamedTuple):
    """One municipality in one year, or summed over years: in kroner or in hours."""

    agreed: int = 0
    spent: int = 0
    extra: int = 0
    capacity: int | None = None  # None: not said

    @property
    def short(self) -> int:
        """How much of what is agreed is beyond what the municipality has said it can give."""
        return max(0, self.agreed - self.capacity) if self.capacity is not None else 0

    @property
    def left(self) -> int:
        """What is agreed and not spent yet; never below zero."""
        return max(0, self.agreed - self.spent)


class Sum(NamedTuple):
    """All municipalities in one year, against the need."""

    need: int
    agreed: int
    spent: int
    extra: int
    short: int

    @property
    def covered(self) -> int:
        """What can be counted on: what is agreed, without what goes beyond a capacity, with what is given extra."""
        return self.agreed - self.short + self.extra

    @property
    def missing(self) -> int:
        """What is needed beyond that. Below zero: there is more than is needed."""
        return self.need - self.covered


class Money(NamedTuple):
    """A table of municipalities and years, in one unit."""

    years: tuple[int, ...]
    rows: Mapping[str, Mapping[int, Cell]]  # by municipality, in the order that was given
    sums: Mapping[int, Sum]  # by year

    @property
    def total(self) -> Sum:
        """All years together."""
        return Sum(*(sum(column) for column in zip(*self.sums.values(), strict=True))) if self.sums else Sum(*[0] * 5)

    def over_years(self, municipality: str) -> Cell:
        """A municipality's figures of all years together, without capacity: that is of one year."""
        cells = self.rows[municipality].values()
        return Cell(sum(c.agreed for c in cells), sum(c.spent for c in cells), sum(c.extra for c in cells))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said at all."""
        said = any(cell != Cell() for row in self.rows.values() for cell in row.values())
        return not said and not any(one.need for one in self.sums.values())


def table(budgets: Iterable[Budget], capacities: Iterable[Capacity], municipalities: Iterable[str], unit: str) -> Money:
    """Budgets summed for each municipality and year, with capacities beside them. Pass none to leave those out."""
    found, stated, numbers = list(budgets), {one.year: one for one in capacities}, list(municipalities)
    years = tuple(sorted({budget.year for budget in found} | set(stated)))
    rows = {number: {year: _cell(found, stated.get(year), number, year, unit) for year in years} for number in numbers}
    need = "need" if unit == "kroner" else "need_hours"
    sums = {
        year: Sum(
            sum(getattr(budget, need) for budget in found if budget.year == year),
            *(sum(getattr(row[year], name) for row in rows.values()) for name in ("agreed", "spent", "extra", "short")),
        )
        for year in years
    }
    return Money(years, rows, sums)


def _cell(budgets: list[Budget], capacity: Capacity | None, number: str, year: int, unit: str) -> Cell:
    shares: list[Share] = [budget.share_of(number) for budget in budgets if budget.year == year]
    stated: Stated | None = capacity.of(number) if capacity is not None else None
    agreed, spent, extra = (sum(getattr(share, field) for share in shares) for field in _FIELDS[unit])
    return Cell(agreed, spent, extra, getattr(stated, unit) if stated is not None else None)


class Phase(NamedTuple):
    """Kroner of one of the two phases: until the plan is adopted, and after."""

    name: str
    need: int
    agreed: int
    spent: int


def phases(budgets: Iterable[Budget]) -> tuple[Phase, Phase]:
    """The planning and the carrying out, which both need something set aside for them."""
    found = list(budgets)
    planning = [budget for budget in found if budget.measure == PLANNING]
    carrying_out = [budget for budget in found if budget.measure != PLANNING]
    return _phase("planning", planning), _phase("carrying_out", carrying_out)


def _phase(name: str, budgets: list[Budget]) -> Phase:
    shares = [share for budget in budgets for share in budget.shares]
    agreed = sum(share.agreed + share.extra for share in shares)
    return Phase(name, sum(budget.need for budget in budgets), agreed, sum(share.spent for share in shares))
