"""What is new in the threads of a text since somebody last looked: asked every few seconds by everybody who reads.

A region's log says what has happened. What it says of threads and texts is kept for all who ask, so that each event is
read once however many they are. This may be thrown away at any moment, and is then read again.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple
from weakref import WeakKeyDictionary

from workspace.access import Actor
from workspace.comments import service
from workspace.comments.model import Comment, Thread
from workspace.comments.service import Talk
from workspace.comments.subject import Subject
from workspace.parts import Workspace
from workspace.store.port import Event, Store, View

FURTHEST = 5_000  # events that a page may be behind; after that it is to be opened anew
MOST = 20  # threads that are told of at once; where more is new, the page is to be opened anew

_TEXTS = {"documents": "document", "measures": "measure"}  # whose own events may change a text, by table


class Touch(NamedTuple):
    """That something happened to a text or in one of its threads."""

    seq: int
    about: str
    thread: str  # the thread's id; "" for the text itself
    action: str
    record: str
    by: str


class News(NamedTuple):
    """What is new in a text's threads."""

    seen: int  # the newest event that it knows
    new: tuple[Talk, ...] = ()  # threads that were opened
    touched: tuple[Talk, ...] = ()  # threads in which something was said or done
    moved: frozenset[str] = frozenset()  # those of them in which more was done than saying something
    said: tuple[tuple[Talk, int], ...] = ()  # threads with how many comments others have posted
    is_too_much: bool = False  # the page is to be opened anew


def since(workspace: Workspace, actor: Actor, subject: Subject, view: View, seen: int) -> News | None:
    """What is new since an event, for somebody who reads this text. None for nothing."""
    last = view.last_event()
    touches = touches_of(workspace.region(actor.region), view, subject.about, seen)
    if touches is None:
        return News(last, is_too_much=True)
    ids = list(dict.fromkeys(touch.thread for touch in touches if touch.thread))
    if not touches:
        return None
    if len(ids) > MOST:
        return News(last, is_too_much=True)
    threads = (thread for id in ids if (thread := view.get(Thread, id)) is not None and thread.subject == subject.about)
    talks = [service.seated(workspace, actor, subject, view, thread) for thread in threads]
    opened = {touch.thread for touch in touches if touch.action == "threads.opened"}
    return News(
        last,
        tuple(talk for talk in talks if talk.thread.id in opened),
        tuple(talk for talk in talks if talk.thread.id not in opened),
        frozenset(touch.thread for touch in touches if touch.action != "comments.posted"),
        tuple((talk, said) for talk in talks if (said := _said(talk, touches, actor))),
    )


def _said(talk: Talk, touches: list[Touch], actor: Actor) -> int:
    """How many comments others have posted in a thread."""
    posted = {touch.record for touch in touches if touch.action == "comments.posted"}
    if any(touch.action == "threads.opened" and touch.thread == talk.thread.id for touch in touches):
        posted.add(talk.comments[0].id)
    return sum(comment.id in posted and actor.by not in (comment.by, comment.entered_by) for comment in talk.comments)


def touches_of(store: Store, view: View, about: str, seen: int) -> list[Touch] | None:
    """What happened to a text and in its threads after an event, oldest first; None when that is too long ago."""
    with _opening:
        recent = _recent.setdefault(store, _Recent(seen))
    return recent.since(view, about, seen)


class _Recent:
    """What a region's log has last said of texts and threads."""

    def __init__(self, begin: int) -> None:
        self._begin = self._end = begin  # what came after the one, up to the other, is known
        self._touches: list[Touch] = []
        self._lock = threading.Lock()

    def since(self, view: View, about: str, seen: int) -> list[Touch] | None:
        last = view.last_event()
        if seen > last or last - seen > FURTHEST:
            return None
        with self._lock:
            self._read(view, seen, last)
            begin = bisect_right(self._touches, seen, key=lambda touch: touch.seq)
            return [touch for touch in self._touches[begin:] if touch.about == about and touch.seq <= last]

    def _read(self, view: View, seen: int, last: int) -> None:
        """Read what is not known yet, on both sides of what is; let go of what is too old for anybody."""
        if self._end < seen or self._begin > last:
            self._begin = self._end = seen
            self._touches = []
        if seen < self._begin:
            self._touches = _touches(view.events(seen, self._begin - seen)) + self._touches
            self._begin = seen
        if self._end < last:
            self._touches += _touches(view.events(self._end, last - self._end))
            self._end = last
        if self._end - self._begin > 2 * FURTHEST:
            self._begin = self._end - FURTHEST
            del self._touches[: bisect_right(self._touches, self._begin, key=lambda touch: touch.seq)]


_recent: WeakKeyDictionary[Store, _Recent] = WeakKeyDictionary()
_opening = threading.Lock()


def _touches(events: Iterable[Event]) -> list[Touch]:
    return [touch for event in events if (touch := _touch(event)) is not None]


def _touch(event: Event) -> Touch | None:
    """What an event says of a text, if it does. An erased one says nothing."""
    told = event.payload or {}
    if event.table in _TEXTS:
        about, thread = f"{_TEXTS[event.table]}:{event.record}", ""
    else:
        about = told.get("about") or (f"document:{told['document']}" if told.get("document") else "")
        thread = event.record if event.table == Thread.table else str(told.get("thread", ""))
        if not about or (not thread and event.table == Comment.table):
            return None
    return Touch(event.seq, about, thread, event.action, event.record, str(told.get("by", "")))
