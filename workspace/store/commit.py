"""Group commit: what many threads have to write becomes one frame, and one sync, without anybody waiting on purpose.

The first thread that comes leads: it writes what is in line by then. Those that come meanwhile wait, and one of them
leads next, with all of them in its frame. So one writer alone pays no more than its own sync, and many share theirs.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

from workspace.errors import Unavailable, Unconfirmed
from workspace.store.state import State

MOST_TOGETHER = 512  # transactions in one frame
LARGEST_TOGETHER = 4 * 1024 * 1024  # bytes of them
PATIENCE = 30.0  # seconds before a thread gives up waiting for a disk that does not answer


class Written(NamedTuple):
    """What transactions write: the insides of two JSON arrays."""

    operations: bytes = b""
    events: bytes = b""


def together(parts: Sequence[Written]) -> Written:
    """What several transactions write, each in their order."""
    if len(parts) == 1:
        return parts[0]
    return Written(*(b",".join(filter(None, column)) for column in zip(*parts, strict=True)))


class Ticket:
    """One transaction on its way to the disk: what it writes, and the state once that is durable."""

    __slots__ = ("done", "error", "is_abandoned", "state", "turn", "written")

    def __init__(self, written: Written, state: State) -> None:
        self.written = written  # nothing, for one that only waits for those before it
        self.state = state
        self.done = False
        self.error: Exception | None = None
        self.is_abandoned = False
        self.turn: threading.Event | None = None  # for one that waits: set when it is done, or when it is to lead


class Committer:
    """The line of one store. All its callbacks are given by the store."""

    def __init__(
        self,
        write: Callable[[Written], None],
        publish: Callable[[State], None],
        take_back: Callable[[], None],
    ) -> None:
        self._write = write  # makes it durable, as one frame
        self._publish = publish  # shows the newest durable state to readers
        self._take_back = take_back  # forgets what was decided and did not become durable
        self._lock = threading.Lock()
        self._line: deque[Ticket] = deque()
        self._is_led = False
        self.epoch = 0  # counts failures: what was decided before one, on what it took back, is void

    @property
    def is_idle(self) -> bool:
        """Whether nothing is on its way."""
        return not self._is_led

    def join(self, ticket: Ticket, epoch: int, decide: Callable[[], None]) -> None:
        """Put a transaction in line, and `decide` in the same step. Who comes first is to lead, and has no turn.

        `epoch` is that of the transaction's beginning. Raises Unavailable when what it rests on was taken back since.
        """
        with self._lock:
            if epoch != self.epoch:
                raise Unavailable()
            decide()
            self._line.append(ticket)
            ticket.turn = threading.Event() if self._is_led else None
            self._is_led = True

    def wait(self, ticket: Ticket) -> None:
        """Return when the transaction is durable. Raises Unavailable when it is not, Unconfirmed when nobody knows."""
        if ticket.turn is not None and not ticket.turn.wait(PATIENCE) and self._abandoned(ticket, ticket.turn):
            raise Unconfirmed()
        if not ticket.done:
            self._lead()
        if ticket.error is not None:
            raise ticket.error

    def _abandoned(self, ticket: Ticket, turn: threading.Event) -> bool:
        with self._lock:
            ticket.is_abandoned = not turn.is_set()
            return ticket.is_abandoned

    def _lead(self) -> None:
        """Write what is in line, and hand the lead to somebody who waits."""
        following = None
        while self._is_led and following is None:
            with self._lock:
                batch = self._taken()
            error: BaseException | None = None
            try:
                self._make_durable(batch)
            except BaseException as failure:
                error = failure
            with self._lock:
                self._settle(batch, error)
                following = next((one for one in self._line if not one.is_abandoned), None)
                self._is_led = bool(self._line)
            if following is not None and following.turn is not None:
                following.turn.set()
            if error is not None and not isinstance(error, Exception):
                raise error  # Ctrl-C, or the end of the process: it is not for those who wait

    def _make_durable(self, batch: list[Ticket]) -> None:
        parts = [ticket.written for ticket in batch if any(ticket.written)]
        if parts:
            self._write(together(parts))
        self._publish(batch[-1].state)

    def _taken(self) -> list[Ticket]:
        batch: list[Ticket] = []
        size = 0
        while self._line and len(batch) < MOST_TOGETHER and size < LARGEST_TOGETHER:
            batch.append(self._line.popleft())
            size += sum(map(len, batch[-1].written))
        return batch

    def _settle(self, batch: list[Ticket], error: BaseException | None) -> None:
        """Tell those whose frame it was. After a failure everybody in line rests on what never came to be."""
        if error is not None:
            self.epoch += 1
            self._take_back()
            batch = [*batch, *self._line]
            self._line.clear()
        for ticket in batch:
            ticket.error = error if error is None or isinstance(error, Exception) else Unavailable()
            ticket.done = True
            if ticket.turn is not None:
                ticket.turn.set()
