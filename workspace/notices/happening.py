"""What an event of the log is about, for those who are told of it: pure reading."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from workspace.comments.model import Comment, Thread
from workspace.measures.model import MeasureText
from workspace.notices import things
from workspace.notices.things import THREAD, Thing
from workspace.store.port import Event, View
from workspace.workplan.model import Report


class Happening(NamedTuple):
    """An event, with the thing it is about as it is now."""

    event: Event
    thing: Thing


def of(view: View, event: Event) -> Happening | None:
    """What an event is about; None when that is gone, is nothing that is told of, or has changed in nothing that is."""
    name, thread = about(view, event)
    thing = things.find(view, name, thread, comment_of(event.action, event.record)) if name else None
    if thing is None or _is_no_news(view, event, thing):
        return None
    return Happening(event, thing)


def standing(view: View, about: str) -> Happening | None:
    """A thing or a thread as it is, as if something had happened to it now."""
    thread = about.partition(":")[2] if about.startswith(f"{THREAD}:") else ""
    found = view.get(Thread, thread) if thread else None
    thing = things.find(view, found.subject if found is not None else about, thread)
    return Happening(_NOW, thing) if thing is not None else None


def by(event: Event) -> str:
    """Who did it, "" when the payload was erased."""
    return str((event.payload or {}).get("by", ""))


def comment_of(action: str, record: str) -> str:
    """The id of the comment an event is about, "" for none. A new thread brings its first."""
    if action == "threads.opened":
        return f"{record}-1"
    return record if action.startswith("comments.") else ""


def amendment_of(event: Event) -> str:
    """The id of the amendment an event is about, "" for none."""
    if event.table == "amendments":
        return event.record
    return str((event.payload or {}).get("amendment", ""))


def about(view: View, event: Event) -> tuple[str, str]:
    """The name of the thing an event is about, and the id of the thread it is in."""
    payload = event.payload or {}
    if event.table in _IN_A_THREAD:
        return _of_thread(view, _IN_A_THREAD[event.table](view, event))
    match event.table:
        case "documents" | "measures" | "rounds":
            return f"{event.table.removesuffix('s')}:{event.record}", ""
        case "amendments":
            return f"measure:{payload.get('measure', '')}", ""
        case "reminders":
            return f"round:{payload.get('round', '')}", ""
        case "hearings" | "hearing_answers":  # of the document that is sent out: who may read it may know of them
            return f"document:{payload.get('document', '')}", ""
    report = view.get(Report, event.record) if event.table == Report.table else None
    return (f"measure:{report.measure}" if report is not None else ""), ""


def _thread_of_comment(view: View, event: Event) -> str:
    comment = view.get(Comment, event.record)
    return comment.thread if comment is not None else ""


_IN_A_THREAD: dict[str, Callable[[View, Event], str]] = {
    "threads": lambda view, event: event.record,
    "comments": _thread_of_comment,
    "suggestions": lambda view, event: str((event.payload or {}).get("thread", "")),
}


def _of_thread(view: View, thread_id: str) -> tuple[str, str]:
    thread = view.get(Thread, thread_id)
    return (thread.subject, thread.id) if thread is not None else ("", "")


def _is_no_news(view: View, event: Event, thing: Thing) -> bool:
    """Whether a text was saved without new words, or what was attached to something was filed with it."""
    if event.action == "measures.changed":
        text = view.get(MeasureText, f"{event.record}:{(event.payload or {}).get('text_version', 0)}")
        return text is None or text.at != event.at
    if event.action == "documents.changed":
        return not (event.payload or {}).get("text", True)
    return event.action == "documents.created" and bool(thing.record.attached_to)


_NOW = Event(
    seq=0, at=datetime.max.replace(tzinfo=UTC), action="", table="", record="", payload=None, salt="", payload_hash="",
    previous="", hash="",
)  # fmt: skip
