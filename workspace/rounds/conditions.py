"""«Ja, hvis …»: a reservation with a condition, and the mark that the condition is met."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from workspace.record import By, Record


class ConditionMet(Record, frozen=True, kw_only=True):
    """A condition is met. The id is that of the ballot that set it; taking the answer back or anew outlives it.

    Taking the mark away leaves it here as a trace, with who did and why.
    """

    table: ClassVar[str] = "conditions_met"
    indexes: ClassVar[tuple[By, ...]] = (By(("round",)),)

    round: str
    measure: str
    note: str  # how it was met
    by: str
    name: str
    at: datetime
    undone: datetime | None = None
    undone_by: str = ""
    undone_name: str = ""
    undone_note: str = ""
    denied: bool = False  # it was the voter who said that it is not met

    @property
    def stands(self) -> bool:
        """Whether the condition counts as met."""
        return self.undone is None
