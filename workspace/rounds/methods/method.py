"""What every way to answer a round offers, and what it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from workspace.errors import Message
from workspace.rounds.scale import Step
from workspace.rounds.verdict import Rule, Verdict

Translate = Callable[[Message], str]
Answers = Mapping[str, Mapping[str, int]]  # by measure, then by voice


class Settings(NamedTuple):
    """What was fixed when the round opened."""

    rule: Rule = Rule()
    points: int = 10  # each voice's, to spread over the round's measures (method "priority")
    most_points: int = 4  # on one measure


class Method(Protocol):
    """A way to answer: whether an answer is valid, the verdict on what is answered, and how that is told."""

    NAME: str
    LABEL: Message
    EXPLAINED: Message  # in a sentence, for the one who chooses
    SCALE: tuple[Step, ...]  # the steps to choose from; () where points are given

    def parse(self, value: str, settings: Settings, given: Mapping[str, int]) -> int:
        """The answer as it is kept; `given` is what the same voice has answered to the other measures.

        Raises Invalid, which says under "value" what is wrong.
        """
        ...

    def judge(self, electorate: Sequence[str], answers: Answers, settings: Settings) -> dict[str, Verdict]:
        """The verdict on every measure of the round, if it closed now."""
        ...

    def because(self, verdict: Verdict, names: Mapping[str, str], by_person: bool, translate: Translate) -> str:
        """The numbers that the verdict came from, in words."""
        ...
