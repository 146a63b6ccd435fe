"""Whether what is there can be explained by what was done. Knows nothing of the workspace, so that it can judge it.

For each round, measure and voter: the counted answer is one whose act may be the last in real time, that is, no
acknowledged answer of that voter was begun after it had ended; nobody is counted who never answered; the tally is the
count of those; once a closing is acknowledged, no answer that is begun later is acknowledged or counted; what was
refused left no trace. What is sent again with the same key is one act, done at most once. A comment that was
acknowledged is there exactly once, any other at most once.

What is there at the end is a reading like those made on the way, only later than everything. Answers of a voter to a
measure are a register of their own, so that a history of n acts takes O(n log n) (and not all orders, as in general).

The state of a round: {"closed": bool, "counted": [[measure, voter, value], ...]}, and what is shown of the count. That
is "tallies": {measure: {"answered": n, "supporting": n, "reservations": n, "blocks": n, "abstained": n}}, or, where a
page shows no more, "answered": how many answers there are in all. What is there at the end: {"rounds": {round: its
state}, "comments": [text, ...]}.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import msgspec

from tests.histories.record import OK, REFUSED, Operation

FOREVER = 1 << 62
SUPPORTING, RESERVATION, BLOCK, ABSTAIN = {5, 4, 3}, 2, 1, 0


class Fault(NamedTuple):
    """Something that can't be explained."""

    kind: str
    text: str


class Moment(NamedTuple):
    """When something was read: at some point between these."""

    invoked: int
    returned: int


END = Moment(FOREVER, FOREVER)


class Register:
    """The answers of one voter to one measure, and which of them may stand at a moment."""

    def __init__(self, answers: Sequence[Operation]) -> None:
        acknowledged = sorted((a.returned, a.invoked) for a in answers if a.outcome == OK and a.returned is not None)
        self._returned = [returned for returned, _invoked in acknowledged]
        self._latest = list(accumulate((invoked for _returned, invoked in acknowledged), max))
        by_value: dict[Any, list[tuple[int, int]]] = defaultdict(list)
        for answer in answers:
            by_value[answer.args["value"]].append((answer.invoked, answer.returned or FOREVER))
        self._given: dict[Any, tuple[list[int], list[int]]] = {}
        for value, times in by_value.items():
            times.sort()
            ends = accumulate((returned for _invoked, returned in times), max)
            self._given[value] = [invoked for invoked, _returned in times], list(ends)

    def answered_before(self, moment: Moment) -> bool:
        """Whether an answer was acknowledged before the moment."""
        return bool(self._returned) and self._returned[0] < moment.invoked

    def why_not(self, value: Any, moment: Moment) -> str:
        """Why this can't be the answer that stands, "" when it can."""
        begun, ends = self._given.get(value, ((), ()))
        found = bisect_right(begun, moment.returned)
        if not found:
            return "nobody gave it"
        over = bisect_left(self._returned, moment.invoked)  # acknowledged before the reading began
        if over and ends[found - 1] < self._latest[over - 1]:
            return "a later answer was acknowledged"
        return ""


def _acts(operations: Iterable[Operation]) -> list[Operation]:
    """What was done, with all attempts at one act (those with the same `key`) as one, from the first to its answer.

    Without a key each attempt is an act of its own: one that nobody waits for any more may still come late.
    """
    acts: list[Operation] = []
    attempts: dict[tuple[str, str], list[Operation]] = defaultdict(list)
    for one in operations:
        attempts[one.op, one.args["key"]].append(one) if "key" in one.args else acts.append(one)
    for same in attempts.values():
        known = [one for one in same if one.outcome == OK] or [one for one in same if one.returned is None] or same
        answered = min(known, key=lambda one: one.returned or FOREVER)
        acts.append(msgspec.structs.replace(answered, invoked=min(one.invoked for one in same)))
    return acts


class History:
    """What was done, sorted so that readings can be explained by it."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self.operations = _acts(operations)
        self.closed: dict[str, int] = {}  # by round: when its closing was first known
        self.closing: dict[str, int] = {}  # when it may have been closed at the earliest
        for one in self.operations:
            if one.op == "close" and one.outcome != REFUSED:
                id = one.args["round"]
                self.closing[id] = min(one.invoked, self.closing.get(id, FOREVER))
                if one.returned is not None:
                    self.closed[id] = min(one.returned, self.closed.get(id, FOREVER))
        answers: dict[tuple[str, str, str], list[Operation]] = defaultdict(list)
        self.late: list[Operation] = []
        for one in self.operations:
            if one.op == "answer" and one.outcome != REFUSED:
                if one.invoked > self.closed.get(one.args["round"], FOREVER):
                    self.late.append(one)
                else:
                    answers[one.args["round"], one.args["measure"], one.args["voter"]].append(one)
        self.registers = {key: Register(given) for key, given in answers.items()}
        self.of_round: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for key in self.registers:
            self.of_round[key[0]].append(key)

    def late_answers(self) -> list[Fault]:
        """Acknowledged answers that were begun after the round was known to be closed."""
        return [Fault("vote after close", f"{one.args} acknowledged") for one in self.late if one.outcome == OK]

    def explain(self, round: str, state: dict[str, Any], moment: Moment) -> list[Fault]:
        """What of a round's state, as it was read at a moment, can't be explained."""
        counted = [(measure, voter, value) for measure, voter, value in state["counted"]]
        faults = self._closed(round, state["closed"], moment)
        for (measure, voter), times in Counter((measure, voter) for measure, voter, _value in counted).items():
            if times > 1:
                faults.append(Fault("double count", f"{voter} is counted {times} times on {measure} in {round}"))
        for measure, voter, value in counted:
            faults += self._stands((round, measure, voter), value, moment)
        there = {(round, measure, voter) for measure, voter, _value in counted}
        faults += [
            Fault("lost vote", f"{key} was acknowledged and is not counted")
            for key in self.of_round[round]
            if key not in there and self.registers[key].answered_before(moment)
        ]
        return faults + _tallies(round, counted, state)

    def _closed(self, round: str, closed: bool, moment: Moment) -> list[Fault]:
        if closed and self.closing.get(round, FOREVER) > moment.returned:
            return [Fault("phantom close", f"{round} is closed, and nobody closed it")]
        if not closed and self.closed.get(round, FOREVER) < moment.invoked:
            return [Fault("lost close", f"{round} was closed, and is not")]
        return []

    def _stands(self, key: tuple[str, str, str], value: Any, moment: Moment) -> list[Fault]:
        register = self.registers.get(key)
        why_not = register.why_not(value, moment) if register else "nobody gave it"
        if not why_not:
            return []
        text = f"{key} counts as {value}: {why_not}"
        if why_not == "nobody gave it":
            after = {(o.args["round"], o.args["measure"], o.args["voter"], o.args["value"]) for o in self.late}
            return [Fault("vote after close" if (*key, value) in after else "phantom vote", text)]
        return [Fault("stale vote", text)]


def _tallies(round: str, counted: list[tuple[str, str, Any]], state: dict[str, Any]) -> list[Fault]:
    """Where the tally is another than the count of the answers that are counted."""
    if "answered" in state:
        if state["answered"] == len(counted):
            return []
        return [Fault("tally", f"{state['answered']} answers in {round}, counted {len(counted)}")]
    shown = state["tallies"]
    answers: dict[str, list[int]] = defaultdict(list)
    for measure, _voter, value in counted:
        answers[measure].append(value)
    faults = []
    for measure in sorted({*answers, *shown}):
        given = answers[measure]
        expected = {
            "answered": len(given),
            "supporting": sum(value in SUPPORTING for value in given),
            "reservations": given.count(RESERVATION),
            "blocks": given.count(BLOCK),
            "abstained": given.count(ABSTAIN),
        }
        if shown.get(measure) != expected:
            faults.append(Fault("tally", f"{measure} in {round}: {shown.get(measure)}, counted {expected}"))
    return faults


def check_comments(operations: Iterable[Operation], there: Iterable[str]) -> list[Fault]:
    """Whether each acknowledged comment is there exactly once, and no other more than once or from nowhere.

    Several attempts at one comment have the same text; it was acknowledged if one of them was.
    """
    attempts: dict[str, set[str]] = defaultdict(set)
    for one in operations:
        if one.op == "comment":
            attempts[one.args["text"]].add(one.outcome)
    times = Counter(there)
    lost = [text for text, outcomes in attempts.items() if OK in outcomes and not times[text]]
    doubled = [text for text, count in times.items() if count > 1]
    phantom = [text for text in times if not attempts[text] - {REFUSED}]
    return [
        *(Fault("lost comment", f"{text!r} was acknowledged and is not there") for text in lost),
        *(Fault("doubled comment", f"{text!r} is there {times[text]} times") for text in doubled),
        *(Fault("phantom comment", f"{text!r} is there, and nobody posted it") for text in phantom),
    ]


def check(operations: Iterable[Operation], final: dict[str, Any]) -> list[Fault]:
    """Everything in the readings and in what is there at the end that the acts can't explain; [] when all is well."""
    history = History(operations)
    faults = history.late_answers()
    for one in history.operations:
        if one.op == "read" and one.outcome == OK and one.returned is not None:
            faults += history.explain(one.args["round"], one.result, Moment(one.invoked, one.returned))
    for round, state in final["rounds"].items():
        faults += history.explain(round, state, END)
    missing = sorted({key[0] for key in history.registers} - set(final["rounds"]))
    faults += [Fault("lost round", f"{round} is not there") for round in missing]
    return faults + check_comments(history.operations, final["comments"])
