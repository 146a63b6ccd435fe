"""The work that goes on beside requests: bringing the index up to date, reading files, telling people, keeping house.

Embedded, the server does it. Scaled, `workspace worker` does, and any number of workers may run: each job is held by
one process at a time, and another takes it over when its holder is gone. A job that is done twice does no harm: the
index takes in only what follows what it holds, and a file is known by its bytes.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from workspace import access, once
from workspace.accounts import sending
from workspace.comments import erasing
from workspace.files.uploading import FileReader
from workspace.hearings import erasing as hearings_erasing
from workspace.hearings import life as hearings
from workspace.notices import forgetting, imap, mailing
from workspace.notices.telling import Teller
from workspace.parts import Workspace
from workspace.rounds import life, posting, reminding, sealing
from workspace.search.following import IndexFollower
from workspace.transfer import sweeping

logger = logging.getLogger(__name__)

HELD = 12.0  # seconds that a job is held after its holder was last heard of
MINUTE, HOUR = 60.0, 3600.0  # seconds


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


def everywhere(workspace: Workspace, what: str, act: Callable[[str], object]) -> None:
    """Do something in every region. One in which it fails does not keep it from being done in the others."""
    for slug in workspace.stores.slugs():
        try:
            act(slug)
        except Exception as error:
            logger.error("%s failed in %s: %s", what, slug, type(error).__name__)


def meet_deadlines(workspace: Workspace) -> None:
    """Decide of rounds whose deadline has passed that it has, so that a clock set back opens none again."""
    everywhere(workspace, "meet_deadlines", lambda slug: life.meet_deadlines(workspace, access.operator(slug)))


def close_hearings(workspace: Workspace) -> None:
    """The same for hearings."""
    everywhere(workspace, "close_hearings", lambda slug: hearings.meet_deadlines(workspace, access.operator(slug)))


def finish_sealed(workspace: Workspace) -> None:
    """Destroy the keys of anonymous rounds that have closed, where that could not be done at once."""
    everywhere(workspace, "finish_sealed", lambda slug: sealing.finish(workspace, slug))


def send_reminders(workspace: Workspace) -> None:
    """Tell people what they are to be told of rounds, once each. Without a mail server the facilitator does it."""
    everywhere(workspace, "make_reminders", lambda slug: reminding.make_due(workspace, access.operator(slug)))
    everywhere(workspace, "send_reminders", lambda slug: posting.send(workspace, slug))


def send_notices(workspace: Workspace) -> None:
    """Send people the letters of notices that are due, once each. Without a mail server the facilitator does it."""
    everywhere(workspace, "send_notices", lambda slug: mailing.send(workspace, slug))


def send_sign_in_links(workspace: Workspace) -> None:
    """Send the links that people have asked for on the sign-in page. Without a mail server those who lead make them."""
    sending.send_links(workspace)


def forget_versions(workspace: Workspace) -> None:
    """Take away what no reader can be looking at any more."""
    workspace.stores.sweep()


def forget_receipts(workspace: Workspace) -> None:
    """Take away receipts of requests that nobody will send again."""
    once.sweep(workspace.house, workspace.now())
    everywhere(workspace, "forget_receipts", lambda slug: once.sweep(workspace.region(slug), workspace.now()))


def forget_withdrawn(workspace: Workspace) -> None:
    """Have comments, and answers to hearings, that were withdrawn in no file of ours any more."""
    everywhere(workspace, "forget_withdrawn", lambda slug: erasing.finish(workspace, slug))
    everywhere(workspace, "forget_withdrawn_answers", lambda slug: hearings_erasing.finish(workspace, slug))


def forget_blobs(workspace: Workspace) -> None:
    """Take away files and texts that no record names."""
    everywhere(workspace, "forget_blobs", lambda slug: sweeping.sweep(workspace, slug))


def forget_notices(workspace: Workspace) -> None:
    """Take away what people were told so long ago that it is out of their inbox."""
    everywhere(workspace, "forget_notices", lambda slug: forgetting.sweep(workspace, slug))


def receive_mail(workspace: Workspace) -> None:
    """Take in the answers that have come by mail."""
    imap.look(workspace)


Chore = Callable[[Workspace], None]
CHORES: tuple[tuple[float, Chore], ...] = (
    (MINUTE, meet_deadlines),
    (MINUTE, close_hearings),
    (MINUTE, finish_sealed),
    (MINUTE, send_reminders),
    (MINUTE, send_notices),
    (MINUTE, send_sign_in_links),
    (MINUTE, receive_mail),
    (MINUTE, forget_versions),
    (HOUR, forget_receipts),
    (24 * HOUR, forget_withdrawn),
    (24 * HOUR, forget_blobs),
    (24 * HOUR, forget_notices),
)


class Housekeeper:
    """A thread that does what falls due with time. It begins a minute after the start, which is busy enough."""

    def __init__(
        self, workspace: Workspace, is_ours: Callable[[], bool], chores: tuple[tuple[float, Chore], ...] = CHORES
    ) -> None:
        self._workspace = workspace
        self._is_ours = is_ours
        self._due = {chore: 0.0 for _every, chore in chores}
        self._chores = chores
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeper", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the chore that is being done."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._stopping.wait(MINUTE):
            if self._is_ours():
                self.tidy(time.monotonic())

    def tidy(self, moment: float) -> None:
        """Do every chore that is due. One that fails does not keep the others from being done."""
        for every, chore in self._chores:
            if moment < self._due[chore] or self._stopping.is_set():
                continue
            self._due[chore] = moment + every
            try:
                chore(self._workspace)
            except Exception as error:
                logger.error("%s failed: %s", chore.__name__, type(error).__name__)


class Jobs:
    """All jobs of one process."""

    def __init__(self, workspace: Workspace) -> None:
        self._follower = IndexFollower(workspace, is_ours=Turn(workspace, "index").is_ours)
        self.reader = FileReader(workspace, is_ours=Turn(workspace, "files").is_ours)
        self._teller = Teller(workspace, Turn(workspace, "notices").is_ours)
        self._housekeeper = Housekeeper(workspace, Turn(workspace, "house").is_ours)

    def start(self) -> None:
        """Begin with what was left."""
        self._follower.start()
        self.reader.start()
        self._teller.start()
        self._housekeeper.start()

    def stop(self) -> None:
        """Stop after what is being done."""
        self.reader.stop()
        self._teller.stop()
        self._follower.stop()
        self._housekeeper.stop()
