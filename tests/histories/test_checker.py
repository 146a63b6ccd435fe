"""The checker itself: no false alarm on right histories, every planted fault found, and what it says is what is so."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.histories.checker import END, Moment, Register, check
from tests.histories.record import OK, UNKNOWN, Operation, load
from tests.histories.simulated import FAULTS, USUAL, Simulated, Size
from tests.running import ROOT

SMALL = Size(operations=60, clients=4, voters=2, measures=2, rounds=2, unknown=0.2)


@given(st.integers(0, 1 << 32), st.sampled_from([SMALL, USUAL, Size(operations=200, voters=3, unknown=0.5)]))
@settings(max_examples=200, deadline=None)
def test_a_right_history_raises_no_alarm(seed: int, size: Size) -> None:
    world = Simulated(Random(seed), size)
    assert check(world.operations, world.final()) == []


@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__)
def test_a_planted_fault_is_found_each_time(plant: Callable[[Simulated], bool]) -> None:
    planted = 0
    for seed in range(60):
        world = Simulated(Random(seed))
        if plant(world):
            planted += 1
            assert FAULTS[plant] in {fault.kind for fault in check(world.operations, world.final())}, seed
    assert planted >= 20


def test_somebody_counted_twice_and_a_tally_that_is_off_are_found() -> None:
    for seed in range(60):
        world = Simulated(Random(seed))
        final = world.final()
        state = world.random.choice([state for state in final["rounds"].values() if state["counted"]])
        state["counted"].append(list(state["counted"][0]))
        assert {fault.kind for fault in check(world.operations, final)} == {"double count", "tally"}
        del state["counted"][-1]
        assert check(world.operations, final) == []
        state["tallies"][state["counted"][0][0]]["answered"] += 1
        assert [fault.kind for fault in check(world.operations, final)] == ["tally"]
        del state["tallies"]
        for answered, faults in ((len(state["counted"]), []), (len(state["counted"]) - 1, ["tally"])):
            state["answered"] = answered
            assert [fault.kind for fault in check(world.operations, final)] == faults


def test_a_reading_on_the_way_that_is_behind_is_found() -> None:
    found = 0
    for seed in range(60):
        world = Simulated(Random(seed))
        reads = [one for one in world.operations if one.op == "read" and one.result["counted"]]
        behind = reads[0]
        last = max(world.operations, key=lambda one: one.invoked)
        late = msgspec.structs.replace(
            behind, id="behind", invoked=(last.returned or last.invoked) + 1, returned=1 << 40, outcome=OK
        )
        if sorted(late.result["counted"]) != sorted(world.state(late.args["round"])["counted"]):
            found += 1
            assert check([*world.operations, late], world.final())
    assert found > 20


def _answers(*times: tuple[int, int, int, bool]) -> list[Operation]:
    """Answers from (value, begun, how long, known)."""
    return [
        Operation(
            id=str(n), client="c", op="answer", args={"value": value}, invoked=begun,
            returned=begun + long if known else None, outcome=OK if known else UNKNOWN,
        )
        for n, (value, begun, long, known) in enumerate(times)
    ]  # fmt: skip


def _possible(answers: list[Operation]) -> set[int]:
    """The values that may stand last, by going through every order and every choice of unknown ones."""
    found = set()
    for size in range(1, len(answers) + 1):
        for order in permutations(answers, size):
            whole = {a.id for a in order} >= {a.id for a in answers if a.outcome == OK}
            in_time = all(
                not (later.returned is not None and later.returned < earlier.invoked)
                for n, earlier in enumerate(order)
                for later in order[n + 1 :]
            )
            if whole and in_time:
                found.add(order[-1].args["value"])
    return found


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 12), st.integers(1, 6), st.booleans()), min_size=1, max_size=5)
)
@settings(max_examples=500, deadline=None)
def test_what_may_stand_is_what_some_order_of_the_acts_gives(times: list[tuple[int, int, int, bool]]) -> None:
    answers = _answers(*times)
    register = Register(answers)
    assert {value for value in range(6) if not register.why_not(value, END)} == _possible(answers)


def test_what_is_sent_again_with_the_same_key_is_one_act() -> None:
    """A first attempt that lands late, over a newer answer: with a key that must not be, without one it may."""

    def attempt(id: str, value: int, begun: int, returned: int | None, key: str) -> Operation:
        args = {"round": "r", "measure": "m", "voter": "v", "value": value} | ({"key": key} if key else {})
        outcome = UNKNOWN if returned is None else OK
        return Operation(id=id, client="c", op="answer", args=args, invoked=begun, returned=returned, outcome=outcome)

    final = {"rounds": {"r": {"closed": False, "counted": [["m", "v", 5]], "answered": 1}}, "comments": []}
    for key, faults in (("k", ["stale vote"]), ("", [])):
        sent = [attempt("1", 5, 0, None, key), attempt("2", 5, 10, 20, key), attempt("3", 3, 30, 40, "")]
        assert [fault.kind for fault in check(sent, final)] == faults
    lost = [attempt("1", 5, 0, None, "k"), attempt("2", 3, 30, 40, "")]
    assert check(lost, final) == [], "one that was never answered may still come"


def test_a_reading_sees_what_is_under_way_and_not_what_is_over() -> None:
    register = Register(_answers((1, 0, 10, True), (2, 20, 10, True), (3, 40, 10, True)))
    assert [value for value in range(6) if not register.why_not(value, Moment(22, 24))] == [1, 2]
    assert [value for value in range(6) if not register.why_not(value, Moment(31, 39))] == [2]
    assert register.answered_before(Moment(11, 12)) and not register.answered_before(Moment(10, 12))


def test_it_takes_little_more_than_in_proportion() -> None:
    """O(n log n): ten times as many acts of the same voters take far less than a hundred times as long."""

    def seconds(operations: int) -> float:
        world = Simulated(Random(1), Size(operations=operations))
        final = world.final()
        started = time.process_time()
        assert check([one for one in world.operations if one.op != "read"], final) == []
        return time.process_time() - started

    seconds(2_000)
    assert seconds(30_000) < 30 * max(seconds(3_000), 0.005)


def test_a_record_on_disk_is_checked_by_the_command(tmp_path: Path) -> None:
    world = Simulated(Random(7))
    record, final = tmp_path / "record.jsonl", tmp_path / "final.json"
    begun = [msgspec.structs.replace(one, returned=None, outcome=UNKNOWN, result=None) for one in world.operations]
    lines = [msgspec.json.encode(one) for pair in zip(begun, world.operations, strict=True) for one in pair]
    record.write_bytes(b"\n".join(lines) + b'\n{"id":"cut o')
    assert load(record) == sorted(world.operations, key=lambda one: one.invoked)
    final.write_text(json.dumps(world.final()))
    words = [sys.executable, "-m", "tests.histories.check", str(record), str(final)]
    right = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)  # noqa: PLW1510  the exit code is looked at
    assert (right.returncode, right.stdout.split(", ")[-1]) == (0, "0 faults\n")
    world.comments.append("nobody said this")
    final.write_text(json.dumps(world.final()))
    wrong = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)  # noqa: PLW1510  the exit code is looked at
    assert wrong.returncode == 1 and "phantom comment" in wrong.stdout
