"""Having what was withdrawn in no file of ours any more.

Withdrawing takes the text out of the record at once. A store keeps what it was for a while, for those who read a
moment of the past; this has that gone too. It takes its time, so a job does it at night and not the one who withdraws.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from workspace.comments.model import Comment, CommentText
from workspace.comments.suggestion import Suggestion
from workspace.parts import Workspace
from workspace.record import Record
from workspace.store.port import View

LOOKS_BACK = timedelta(days=3)  # so that a night without the job, or two, leaves nothing
WITHDRAWN: dict[str, tuple[type[Record], ...]] = {
    "comments.withdrawn": (Comment, CommentText),
    "suggestions.withdrawn": (Suggestion,),
}
_AT_ONCE = 1_000  # events


def finish(workspace: Workspace, region: str) -> bool:
    """Erase what was withdrawn of late, and answer whether anything was. May be repeated. Raises Unavailable."""
    store = workspace.region(region)
    since, done = workspace.now() - LOOKS_BACK, False
    for action, kinds in WITHDRAWN.items():
        if has_happened(store.view(), action, since):
            done = True
            for kind in kinds:
                store.forget(kind.table)
    return done


def has_happened(view: View, action: str, since: datetime) -> bool:
    """Whether the log has such an event since a moment."""
    last = view.last_event()
    while last > 0:
        after = max(0, last - _AT_ONCE)
        events = view.events(after, last - after)
        if any(event.action == action and event.at >= since for event in events):
            return True
        if events and events[0].at < since:
            return False
        last = after
    return False
