"""Keeping an index up to date with its region: it follows the region's log, at once from where it is.

What was saved does not wait for the index. Beside a server a thread follows (`IndexFollower`); without one, the one
who searches does (`service.search`).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from workspace.comments import service as comments
from workspace.documents import service as documents
from workspace.errors import Unavailable
from workspace.hearings import service as hearings
from workspace.measures import board as opportunities
from workspace.measures import service as measures
from workspace.parts import Workspace
from workspace.rounds import service as rounds
from workspace.search.port import Entry, Note
from workspace.store.port import Event, View

logger = logging.getLogger(__name__)

# Each answers for the tables it knows with what search keeps of a record and the uids that are gone, else with nothing.
EntriesOf = Callable[[View, str, str], tuple[list[Entry], list[str]]]
ROOMS: tuple[EntriesOf, ...] = (
    documents.entries_of,
    comments.entries_of,
    measures.entries_of,
    opportunities.entries_of,
    rounds.entries_of,
    hearings.entries_of,
)

BATCH = 200  # events taken in with one commit
PAUSE = 0.3  # seconds between two looks at the logs
LONGEST_REST = 30.0  # seconds before an index that could not be written is tried again

# Two who follow the same log could put older text over newer. Between processes the index itself sees to that: it takes
# in nothing from one who gathered before another brought it on.
_one_at_a_time = threading.RLock()


def is_behind(workspace: Workspace, slug: str) -> bool:
    """Whether the region's index has not taken in all of its log, or was made from another one."""
    note = workspace.indexes.region(slug).note()
    view = workspace.region(slug).view()  # after the note: another process may be taking in what is new
    return note.seen != view.last_event() or not is_of(note, view)


def is_of(note: Note, view: View) -> bool:
    """Whether an index was made from this log, as far as it has come: the event it came to has the same hash."""
    if note.seen < 1 or not note.mark:
        return True
    return any(event.hash == note.mark for event in view.events(after=note.seen - 1, limit=1))


def follow(
    workspace: Workspace,
    slug: str,
    *,
    should_stop: Callable[[], bool] = lambda: False,
    advance: Callable[[float], None] = lambda events: None,
) -> int:
    """Take in what has happened since the index was last written, and answer how many records were looked at.

    An index that must be made from nothing takes in the whole log, each record once. `advance` is told how many
    events each commit took in. Raises what the index raises when it can't be written; what was committed stands.
    """
    with _one_at_a_time:
        index = workspace.indexes.region(slug)
        note = index.note()
        view = workspace.region(slug).view()  # after the note, as above
        last = view.last_event()
        if note.seen > last or not is_of(note, view):
            index.clear()  # the store was put back to an earlier day
        done: set[tuple[str, str]] = set()
        came_to = -1
        while ((seen := index.seen()) < last or seen < 0) and not should_stop():
            if seen != came_to:
                done.clear()  # made empty while we were at it, or brought on by another process that saw other texts
            events = view.events(after=max(seen, 0), limit=BATCH)
            entries, gone = _entries_of(view, events, done)
            came_to = events[-1].seq if events else last
            if not index.update(entries, gone, came_to, since=seen, mark=events[-1].hash if events else ""):
                done.clear()  # another process was faster
            advance(len(events))
        return len(done)


def rebuild(workspace: Workspace, slug: str, advance: Callable[[float], None] = lambda events: None) -> int:
    """Make the region's index from nothing, and answer how many records were looked at."""
    with _one_at_a_time:
        workspace.indexes.region(slug).clear()
        return follow(workspace, slug, advance=advance)


def _entries_of(view: View, events: list[Event], done: set[tuple[str, str]]) -> tuple[list[Entry], list[str]]:
    """What these events mean for the index. A record is looked at once, as it is now, however often it changed."""
    entries: list[Entry] = []
    gone: list[str] = []
    for event in events:
        if (event.table, event.record) in done:
            continue
        done.add((event.table, event.record))
        for room in ROOMS:
            try:
                found, lost = room(view, event.table, event.record)
            except Exception:
                # One record that can't be read must not keep all others out of the index.
                logger.exception("not indexed: %s %s", event.table, event.record)
                continue
            entries += found
            gone += lost
    return entries, gone


class IndexFollower:
    """A thread that keeps the indexes of all regions up to date."""

    def __init__(
        self, workspace: Workspace, pause: float = PAUSE, *, is_ours: Callable[[], bool] = lambda: True
    ) -> None:
        self._workspace = workspace
        self._is_ours = is_ours  # whether this process is the one that does it now
        self._pause = pause
        self._stopping = threading.Event()
        self._awake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="index-follower", daemon=True)
        self._resting: dict[str, tuple[float, float]] = {}  # a region's next try (monotonic) and its rest after that

    def start(self) -> None:
        """Begin to follow. From now on those who search don't bring the index up to date themselves."""
        self._workspace.indexes.followed = True
        self._thread.start()

    def wake(self) -> None:
        """Look at the logs now."""
        self._awake.set()

    def stop(self) -> None:
        """Stop after the commit that is going on."""
        self._stopping.set()
        self._awake.set()
        if self._thread.is_alive():
            self._thread.join()
        self._workspace.indexes.followed = False

    def _run(self) -> None:
        while not self._stopping.is_set():
            for slug in self._slugs():
                if not self._stopping.is_set():
                    self._look(slug)
            self._awake.wait(self._pause)
            self._awake.clear()

    def _slugs(self) -> list[str]:
        try:
            return self._workspace.stores.slugs() if self._is_ours() else []
        except Unavailable:
            return []  # the database does not answer; it is asked again

    def _look(self, slug: str) -> None:
        next_try, rest = self._resting.get(slug, (0.0, self._pause))
        if time.monotonic() < next_try:
            return
        try:
            if is_behind(self._workspace, slug):
                follow(self._workspace, slug, should_stop=self._stopping.is_set)
            self._resting.pop(slug, None)
        except Exception as error:
            rest = min(rest * 2, LONGEST_REST)
            self._resting[slug] = (time.monotonic() + rest, rest)
            logger.error("index of %s not brought up to date: %s", slug, type(error).__name__)
