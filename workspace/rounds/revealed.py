"""The answers of an anonymous round, as they are kept once it has closed: without voices, time or order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import ClassVar

from workspace.record import By, Record


class Revealed(Record, frozen=True, kw_only=True):
    """All answers to one measure, shuffled. The id is `<round>:<measure>`. What may not be shown is not kept either."""

    table: ClassVar[str] = "revealed"
    indexes: ClassVar[tuple[By, ...]] = (By(("round",)),)

    round: str
    measure: str
    answers: int = 0  # how many were given
    values: tuple[int, ...]  # none where fewer than five answered
    reasons: tuple[str, ...] = ()  # shuffled on their own; none where fewer than five answered
    by: str = ""  # what `parts` are: "group" or "municipality"; "" where there is no breakdown
    parts: Mapping[str, tuple[int, ...]] = {}  # the answers of each group that may be shown
    hidden: tuple[str, ...] = ()  # the groups that may not

    @property
    def is_hidden(self) -> bool:
        """Whether so few answered that nothing is shown."""
        return self.answers > 0 and not self.values

    @property
    def digest(self) -> str:
        """What the log keeps, to tell a change afterwards: a hash of what everybody may see."""
        shown = [self.round, self.measure, self.answers, sorted(self.values), sorted(self.reasons), self.by]
        more = [sorted((name, list(values)) for name, values in self.parts.items()), list(self.hidden)]
        return hashlib.sha256(json.dumps([*shown, *more]).encode()).hexdigest()
