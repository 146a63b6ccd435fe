"""Making the region's log into notices: who is told of what, once each, however often the log is followed.

Notices are not in the log themselves, as what a person has read is not: they say nothing that the log does not.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from workspace.errors import Unavailable
from workspace.notices import happening
from workspace.notices.circle import Circle
from workspace.notices.model import MENTIONED, NEVER, UNMAILED, WAITING, FollowedTo, Notice, Preference
from workspace.notices.recipients import recipients
from workspace.parts import Workspace
from workspace.store.port import Event, Transaction, View

logger = logging.getLogger(__name__)

BATCH = 200  # events read at a time
AT_ONCE = 100  # notices put in one transaction, or as many as one event makes: other writers wait for it
PAUSE = 1.0  # seconds between two looks at the logs
NEW = timedelta(days=1)  # a region whose log is younger is followed from its beginning
MAILED_ELSEWHERE = frozenset({"reminders.made"})  # rounds send these letters themselves
_ID = "log"


def follow(workspace: Workspace, slug: str, *, should_stop: Callable[[], bool] = lambda: False) -> int:
    """Tell of all that has happened since the log was last followed, and answer how many notices that made.

    A region that was there before anybody was told begins at the end of its log: nobody is told of years at once.
    """
    store, made = workspace.region(slug), 0
    while not should_stop():
        view = store.view()
        came_to = view.get(FollowedTo, _ID)
        if came_to is None or came_to.seq > view.last_event():
            with store.transaction() as tx:
                _begin(tx, workspace.now())
            continue
        events = view.events(after=came_to.seq, limit=BATCH)
        if not events:
            break
        for part in _parts(_notices(view, events), came_to.seq, events[-1].seq):
            kept = _keep(workspace, slug, part)
            if kept is None:
                break  # another process was faster
            made += kept
    return made


def _begin(tx: Transaction, now: datetime) -> None:
    """Say where the following begins: where the log ends now, or its beginning in a region that is new."""
    stored, last = tx.get(FollowedTo, _ID), tx.last_event()
    if stored is not None:
        if stored.seq > last:  # the store was put back to an earlier day
            tx.put(stored.changed(seq=last))
        return
    first = next(iter(tx.events(limit=1)), None)
    is_new = first is None or first.at > now - NEW
    tx.put(FollowedTo(id=_ID, seq=0 if is_new else last))


class Part(NamedTuple):
    """Notices that are put together, of the events after one and to another."""

    after: int
    to: int
    notices: tuple[Notice, ...]


def _parts(notices: list[Notice], after: int, to: int) -> list[Part]:
    """The notices in parts that are small enough, none of which ends in the middle of an event."""
    parts: list[Part] = []
    some: list[Notice] = []
    for notice in notices:
        if len(some) >= AT_ONCE and notice.seq != some[-1].seq:
            parts.append(Part(after, some[-1].seq, tuple(some)))
            after, some = some[-1].seq, []
        some.append(notice)
    return [*parts, Part(after, to, tuple(some))]


def _keep(workspace: Workspace, slug: str, part: Part) -> int | None:
    """Put notices with how far the log has been followed, in one step; None when that is not where we thought."""
    with workspace.region(slug).transaction() as tx:
        came_to = tx.get(FollowedTo, _ID)
        if came_to is None or came_to.seq != part.after:
            return None
        new = [notice for notice in part.notices if tx.get(Notice, notice.id) is None]
        for notice in new:
            tx.put(notice)
        tx.put(came_to.changed(seq=part.to))
        return len(new)


def _notices(view: View, events: list[Event]) -> list[Notice]:
    """The notices that these events make, in order. Of one act in a thread that is two events, somebody hears once."""
    circle = Circle(view)
    made: list[Notice] = []
    told: dict[tuple[str, str, str, datetime], Notice] = {}
    for event in events:
        try:
            found = recipients(view, circle, event)
        except Exception:
            # One event that can't be read must not keep people from hearing of all others.
            logger.exception("nobody was told of event %d, %s", event.seq, event.action)
            continue
        seen = happening.of(view, event) if found else None
        if seen is None:
            continue
        thread = seen.thing.thread.id if seen.thing.thread is not None else ""
        for person, why in found.items():
            same = (person, thread, happening.by(event), event.at)
            earlier = told.get(same) if thread else None
            if earlier is not None and (event.table != "suggestions" or earlier.why == MENTIONED):
                continue
            if earlier is not None:
                made.remove(earlier)  # that a change is suggested says more than that a thread was opened with it
            mail = _mail(circle.preferences.get(person), why, event.action)
            told[same] = Notice(
                id=notice_id(event.seq, person), person=person, seq=event.seq, at=event.at, action=event.action,
                about=seen.thing.about, record=event.record, thread=thread, why=why, by=happening.by(event), mail=mail,
            )  # fmt: skip
            made.append(told[same])
    return made


def notice_id(seq: int, person: str) -> str:
    """The id of the one notice of an event to a person."""
    return f"{seq:012d}:{person}"


def _mail(said: Preference | None, why: str, action: str) -> str:
    """Whether it waits to be sent by mail too."""
    wants = said or Preference(id="")
    is_wanted = why in wants.wanted and wants.often != NEVER and action not in MAILED_ELSEWHERE
    return WAITING if is_wanted else UNMAILED


class Teller:
    """A thread that tells people of what happens in all regions."""

    def __init__(self, workspace: Workspace, is_ours: Callable[[], bool], pause: float = PAUSE) -> None:
        self._workspace = workspace
        self._is_ours = is_ours  # whether this process is the one that does it now
        self._pause = pause
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="teller", daemon=True)

    def start(self) -> None:
        """Begin where the log was last followed to."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the transaction that is going on."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(self._pause):
            try:
                slugs = self._workspace.stores.slugs() if self._is_ours() else []
            except Unavailable:
                continue  # the database does not answer; it is asked again
            for slug in slugs:
                self._tell(slug)

    def _tell(self, slug: str) -> None:
        try:
            follow(self._workspace, slug, should_stop=self._stopping.is_set)
        except Exception as error:
            logger.error("nobody was told of what is new in %s: %s", slug, type(error).__name__)
