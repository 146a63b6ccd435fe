"""Histories of a system that is right by construction, and the same with a fault planted.

Each act takes effect at one moment between its begin and its end; one with an unknown outcome at any later moment, or
never. Applying the effects in their order gives what is there at the end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, NamedTuple

import msgspec

from tests.histories.checker import ABSTAIN, BLOCK, RESERVATION, SUPPORTING
from tests.histories.record import OK, REFUSED, UNKNOWN, Operation

Key = tuple[str, str, str]  # round, measure, voter


class Size(NamedTuple):
    """How much happens."""

    operations: int = 500
    clients: int = 12
    voters: int = 12
    measures: int = 3
    rounds: int = 2
    unknown: float = 0.03


USUAL = Size()


class Simulated:
    """What was done, and what is there at the end."""

    def __init__(self, random: Random, size: Size = USUAL) -> None:
        self.random, self.size = random, size
        self.operations: list[Operation] = []
        self.counted: dict[Key, int] = {}
        self.order: dict[Key, list[Operation]] = defaultdict(list)  # the answers that took effect, in that order
        self.closed: dict[str, Operation] = {}
        self.comments: list[str] = []
        effects = sorted(self._acts(), key=lambda effect: effect[0])
        for _moment, operation in effects:
            self.operations.append(self._apply(operation))

    def final(self) -> dict[str, Any]:
        """What is there at the end."""
        rounds = {f"r{n}": self.state(f"r{n}") for n in range(self.size.rounds)}
        return {"rounds": rounds, "comments": list(self.comments)}

    def state(self, round: str) -> dict[str, Any]:
        """A round as it stands."""
        counted = [[measure, voter, value] for (of, measure, voter), value in self.counted.items() if of == round]
        return {"closed": round in self.closed, "counted": counted, "tallies": tallies(counted)}

    def _acts(self) -> Iterator[tuple[float, Operation]]:
        """Each act with the moment it takes effect (never: no act at all for the model, but it is recorded)."""
        clocks = [self.random.randrange(1000) for _ in range(self.size.clients)]
        closings = {self.random.randrange(self.size.operations // 4, self.size.operations + 1) for _ in range(3)}
        for number in range(self.size.operations):
            client = self.random.randrange(self.size.clients)
            invoked = clocks[client] + self.random.randrange(1, 200)
            returned = invoked + self.random.randrange(1, 1500)
            op, args = self._act(number, number in closings)
            known = op == "read" or self.random.random() >= self.size.unknown
            operation = Operation(
                id=str(number), client=str(client), op=op, args=args, invoked=invoked,
                returned=returned if known else None, outcome=OK if known else UNKNOWN,
            )  # fmt: skip
            clocks[client] = returned
            latest = returned if known else returned + self.random.choice((0, 5_000, 100_000))
            if not known and self.random.random() < 0.3:
                self.operations.append(operation)  # it never took effect
            else:
                yield self.random.uniform(invoked, latest), operation

    def _act(self, number: int, closing: bool) -> tuple[str, dict[str, Any]]:
        round = f"r{self.random.randrange(self.size.rounds)}"
        if closing:
            return "close", {"round": round}
        chance = self.random.random()
        if chance < 0.1:
            return "comment", {"text": f"comment {number}"}
        if chance < 0.2:
            return "read", {"round": round}
        measure, voter = f"m{self.random.randrange(self.size.measures)}", f"v{self.random.randrange(self.size.voters)}"
        return "answer", {"round": round, "measure": measure, "voter": voter, "value": self.random.randrange(6)}

    def _apply(self, operation: Operation) -> Operation:
        args = operation.args
        if operation.op == "comment":
            self.comments.append(args["text"])
            return operation
        if operation.op == "read":
            return msgspec.structs.replace(operation, result=self.state(args["round"]))
        if args["round"] in self.closed:
            refused = REFUSED if operation.outcome == OK else UNKNOWN
            return msgspec.structs.replace(operation, outcome=refused)
        if operation.op == "close":
            self.closed[args["round"]] = operation
        else:
            key = args["round"], args["measure"], args["voter"]
            self.counted[key] = args["value"]
            self.order[key].append(operation)
        return operation


def tallies(counted: list[list[Any]]) -> dict[str, dict[str, int]]:
    """The tally of each measure that anybody is counted on."""
    answers: dict[str, list[int]] = defaultdict(list)
    for measure, _voter, value in counted:
        answers[measure].append(value)
    return {
        measure: {
            "answered": len(given),
            "supporting": sum(value in SUPPORTING for value in given),
            "reservations": given.count(RESERVATION),
            "blocks": given.count(BLOCK),
            "abstained": given.count(ABSTAIN),
        }
        for measure, given in answers.items()
    }


# -- Planted faults: each changes a right history in one place, where the change can be seen, and answers whether --


def settled(world: Simulated) -> list[tuple[Key, Operation, Operation]]:
    """Registers with an acknowledged last answer begun after all others had ended, and an earlier, different one."""
    found = []
    for key, order in world.order.items():
        of_key = [o for o in world.operations if o.op == "answer" and o.outcome != REFUSED and _key(o) == key]
        last = order[-1]
        others = [o for o in of_key if o.id != last.id]
        if last.outcome == OK and all((o.returned or 1 << 62) < last.invoked for o in others):
            older = [o for o in others if o.args["value"] != last.args["value"] and o.outcome == OK]
            if older:
                found.append((key, last, older[-1]))
    return found


def _key(operation: Operation) -> Key:
    return operation.args["round"], operation.args["measure"], operation.args["voter"]


def lost_last_vote(world: Simulated) -> bool:
    """The last acknowledged answer of a voter is gone; the one before stands."""
    spots = [(key, world.order[key][-2]) for key, last, _old in settled(world) if len(world.order[key]) > 1]
    spots = [(key, before) for key, before in spots if before.args["value"] != world.counted[key]]
    if spots:
        key, before = world.random.choice(spots)
        world.counted[key] = before.args["value"]
    return bool(spots)


def lost_only_vote(world: Simulated) -> bool:
    """An acknowledged voter is not counted at all."""
    spots = [key for key, order in world.order.items() if any(o.outcome == OK for o in order)]
    if spots:
        del world.counted[world.random.choice(spots)]
    return bool(spots)


def stale_overwrite(world: Simulated) -> bool:
    """An older answer of a voter came over a later one, as a retry that lands late would."""
    spots = settled(world)
    if spots:
        key, _last, older = world.random.choice(spots)
        world.counted[key] = older.args["value"]
    return bool(spots)


def vote_after_close(world: Simulated) -> bool:
    """An answer begun after the closing was acknowledged is acknowledged, and counted."""
    return _after_close(world, OK)


def unknown_vote_after_close(world: Simulated) -> bool:
    """An answer begun after the closing was acknowledged, and then cut off, is counted."""
    return _after_close(world, UNKNOWN)


def _after_close(world: Simulated, outcome: str) -> bool:
    spots = [close for close in world.closed.values() if close.returned is not None]
    if not spots:
        return False
    close = world.random.choice(spots)
    key = close.args["round"], "m0", f"late{world.random.randrange(9)}"
    begun = close.returned + world.random.randrange(1, 10_000)
    args = {"round": key[0], "measure": key[1], "voter": key[2], "value": 4}
    returned = begun + 10 if outcome == OK else None
    world.operations.append(
        Operation(id="late", client="late", op="answer", args=args, invoked=begun, returned=returned, outcome=outcome)
    )
    world.counted[key] = 4
    return True


def phantom_voter(world: Simulated) -> bool:
    """Somebody who never answered is counted."""
    world.counted[f"r{world.random.randrange(world.size.rounds)}", "m0", "nobody"] = world.random.randrange(6)
    return True


def refused_vote_counted(world: Simulated) -> bool:
    """An answer that was refused is counted."""
    given = defaultdict(set)
    for one in world.operations:
        if one.op == "answer" and one.outcome != REFUSED:
            given[_key(one)].add(one.args["value"])
    spots = [o for o in world.operations if o.op == "answer" and o.outcome == REFUSED]
    spots = [o for o in spots if o.args["value"] not in given[_key(o)]]
    if spots:
        refused = world.random.choice(spots)
        world.counted[_key(refused)] = refused.args["value"]
    return bool(spots)


def lost_close(world: Simulated) -> bool:
    """A round whose closing was acknowledged is open."""
    spots = [round for round, close in world.closed.items() if close.returned is not None]
    if spots:
        del world.closed[world.random.choice(spots)]
    return bool(spots)


def lost_comment(world: Simulated) -> bool:
    """An acknowledged comment is gone."""
    spots = [o.args["text"] for o in world.operations if o.op == "comment" and o.outcome == OK]
    if spots:
        world.comments.remove(world.random.choice(spots))
    return bool(spots)


def doubled_comment(world: Simulated) -> bool:
    """A comment is there twice, as a retry without a key would leave it."""
    if world.comments:
        world.comments.append(world.random.choice(world.comments))
    return bool(world.comments)


def phantom_comment(world: Simulated) -> bool:
    """A comment that nobody posted."""
    world.comments.append("nobody said this")
    return True


FAULTS: dict[Callable[[Simulated], bool], str] = {  # what is planted -> what the checker calls it
    lost_last_vote: "stale vote",
    lost_only_vote: "lost vote",
    stale_overwrite: "stale vote",
    vote_after_close: "vote after close",
    unknown_vote_after_close: "vote after close",
    phantom_voter: "phantom vote",
    refused_vote_counted: "phantom vote",
    lost_close: "lost close",
    lost_comment: "lost comment",
    doubled_comment: "doubled comment",
    phantom_comment: "phantom comment",
}
