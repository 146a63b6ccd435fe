"""How often one person may ask what is new.

Counted in this process and nowhere else: it protects this process from two hundred forgotten tabs, and asking must not
write to a store. Where several processes serve an installation, each has a count of its own.
"""

from __future__ import annotations

import math
import threading
from typing import NamedTuple

from workspace.kept import Kept

AT_ONCE = 30  # questions: as many tabs as somebody may open together
A_SECOND = 3.0  # after that; a page asks about every sixth second
_PEOPLE = 10_000  # whose counts are kept


class _Left(NamedTuple):
    """How much somebody may ask, at a moment."""

    questions: float
    at: float


class Pace:
    """The counts of everybody who asks."""

    def __init__(self) -> None:
        self._left: Kept[_Left] = Kept(_PEOPLE)
        self._lock = threading.Lock()

    def wait(self, who: str, now: float) -> int:
        """Count a question at a moment (seconds of a clock that is never set back).

        Answers how many seconds to wait where it is one too many, else 0. One that is refused does not count.
        """
        with self._lock:
            left = self._left.get(who) or _Left(AT_ONCE, now)
            questions = min(AT_ONCE, left.questions + (now - left.at) * A_SECOND)
            if questions < 1:
                return max(1, math.ceil((AT_ONCE / 2) / A_SECOND))
            self._left.put(who, _Left(questions - 1, now))
            return 0
