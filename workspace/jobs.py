"""The work that goes on beside requests: bringing the index up to date, reading files, keeping house.

Embedded, the server does it. Scaled, `workspace worker` does, and any number of workers may run: each job is held by
one process at a time, and another takes it over when its holder is gone. A job that is done twice does no harm: the
index takes in only what follows what it holds, and a file is known by its bytes.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from workspace.files.uploading import FileReader
from workspace.parts import Workspace
from workspace.search.following import IndexFollower

logger = logging.getLogger(__name__)

HELD = 12.0  # seconds that a job is held after its holder was last heard of
HOUSEKEEPING_EVERY = 600.0  # seconds


class Turn:
    """Whether a job is this process's to do. Asked often; the store is asked now and then."""

    def __init__(self, workspace: Workspace, job: str) -> None:
        self._workspace = workspace
        self._job = job
        self._held = False
        self._ask_again = 0.0

    def is_ours(self) -> bool:
        """Whether this process holds the job."""
        if time.monotonic() >= self._ask_again:
            try:
                self._held = self._workspace.stores.lease(self._job, HELD)
            except Exception as error:
                self._held = False
                logger.error("nobody could say who does %s: %s", self._job, type(error).__name__)
            self._ask_again = time.monotonic() + HELD / 4
        return self._held


class Housekeeper:
    """A thread that takes away what is no longer needed."""

    def __init__(
        self, workspace: Workspace, chores: tuple[Callable[[Workspace], None], ...], is_ours: Callable[[], bool]
    ) -> None:
        self._workspace = workspace
        self._chores = chores
        self._is_ours = is_ours
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeper", daemon=True)

    def start(self) -> None:
        """Begin, not at once: a start is busy enough."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the chore that is being done."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._stopping.wait(HOUSEKEEPING_EVERY):
            if self._is_ours():
                self.tidy()

    def tidy(self) -> None:
        """Do every chore once. One that fails does not keep the others from being done."""
        for chore in self._chores:
            try:
                chore(self._workspace)
            except Exception as error:
                logger.error("%s failed: %s", chore.__name__, type(error).__name__)


class Jobs:
    """All jobs of one process."""

    def __init__(self, workspace: Workspace) -> None:
        self._follower = IndexFollower(workspace, is_ours=Turn(workspace, "index").is_ours)
        self.reader = FileReader(workspace, is_ours=Turn(workspace, "files").is_ours)
        self._housekeeper = Housekeeper(workspace, (), Turn(workspace, "house").is_ours)

    def start(self) -> None:
        """Begin with what was left."""
        self._follower.start()
        self.reader.start()
        self._housekeeper.start()

    def stop(self) -> None:
        """Stop after what is being done."""
        self.reader.stop()
        self._follower.stop()
        self._housekeeper.stop()
