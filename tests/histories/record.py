"""The record of what clients did: a line of JSON when each act is begun, and one when its outcome is known.

Written outside the store, and to the file at once, so that it outlives a client that is killed: an act of which only
the beginning is there has an unknown outcome.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

OK = "ok"  # acknowledged
REFUSED = "refused"  # said not to have happened
UNKNOWN = "unknown"  # timed out, cut off or killed: it may have happened, may happen later, or never


class Operation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One act of one client. Times are of one monotonic clock, in nanoseconds, the same for all processes.

    What `op` may be, with its `args`: answer (round, measure, voter, value), close (round), comment (text) and
    read (round), whose `result` is the state of the round as it was shown (see `checker.py`).
    """

    id: str  # once for each attempt: a retry is an act of its own
    client: str
    op: str
    args: dict[str, Any]
    invoked: int
    returned: int | None = None  # None: unknown
    outcome: str = UNKNOWN
    result: Any = None


class Recorder:
    """Writes the record of one process; several may write to one file."""

    def __init__(self, path: Path, name: str) -> None:
        self._file = path.open("ab", buffering=0)
        self.name = name
        self._numbers = count(1)
        self._lock = threading.Lock()

    def begin(self, client: str, op: str, **args: Any) -> Operation:
        """Say that an act begins now."""
        with self._lock:
            id = f"{self.name}-{next(self._numbers)}"
        operation = Operation(id=id, client=client, op=op, args=args, invoked=time.monotonic_ns())
        self._write(operation)
        return operation

    def end(self, operation: Operation, outcome: str, result: Any = None) -> None:
        """Say what came of it, as soon as it is known."""
        returned = None if outcome == UNKNOWN else time.monotonic_ns()
        self._write(msgspec.structs.replace(operation, returned=returned, outcome=outcome, result=result))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _write(self, operation: Operation) -> None:
        self._file.write(msgspec.json.encode(operation) + b"\n")


def read(lines: Iterable[bytes]) -> list[Operation]:
    """The acts of a record in the order they were begun. A last line that was cut off is passed over."""
    found: dict[str, Operation] = {}
    for line in lines:
        if line.endswith(b"\n"):
            operation = msgspec.json.decode(line, type=Operation)
            found[operation.id] = operation
    return sorted(found.values(), key=lambda operation: operation.invoked)


def load(path: Path) -> list[Operation]:
    """The acts recorded in a file."""
    with path.open("rb") as file:
        return read(file)
