"""One's own notices: reading them, those that are alike together, and marking them as read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from workspace import access, markup
from workspace.access import Action, Actor
from workspace.errors import NotFound
from workspace.notices import happening, things
from workspace.notices.model import MENTIONED, ROUND, Notice
from workspace.notices.telling import notice_id
from workspace.notices.things import Gets, Remembered, Thing
from workspace.parts import Workspace
from workspace.regions.model import Membership
from workspace.rounds.reminder import Reminder
from workspace.store.port import View, Where
from workspace.text import local

PAGE = 40  # notices on a page of the inbox, before those that are alike are put together
AT_ONCE = 500  # marked as read in one transaction
TABS: Mapping[str, Where] = {
    "all": {},
    "unread": {"is_read": False},
    "mentioned": {"why": MENTIONED},
    "deadlines": {"why": ROUND},
}
TALK = frozenset({"threads.opened", "comments.posted"})
SAVING = frozenset({"documents.changed", "measures.changed"})


@dataclass(frozen=True)
class News:
    """One line of the inbox: notices that are told in one sentence, and what they are about as it is now."""

    notices: tuple[Notice, ...]  # the newest first
    thing: Thing
    who: str  # the name of who did it, "" for the one who runs the workspace
    reminder: Reminder | None = None

    @property
    def notice(self) -> Notice:
        """The newest."""
        return self.notices[0]

    @property
    def is_read(self) -> bool:
        """Whether all of it is read."""
        return all(notice.is_read for notice in self.notices)

    @property
    def is_open_thread(self) -> bool:
        """Whether it is of a thread that one can answer in."""
        return self.thing.thread is not None and self.thing.thread.resolved is None

    @property
    def excerpt(self) -> str:
        """What was written, where that is a comment that still stands."""
        comment = self.thing.comment
        if len(self.notices) > 1 or comment is None or comment.withdrawn or comment.removed:
            return ""
        return " ".join(markup.render_short(comment.text).text.split())


class Inbox(NamedTuple):
    """A page of somebody's notices."""

    news: tuple[News, ...]
    counts: Mapping[str, int]  # how many notices each tab has
    tab: str
    page: int
    pages: int


def read(workspace: Workspace, actor: Actor, tab: str = "all", page: int = 1) -> Inbox:
    """A page of one's notices, the newest first. What may no longer be seen is left out, and counts as read."""
    access.require(actor, Action.READ_REGION)
    tab = tab if tab in TABS else "all"
    view = workspace.region(actor.region).view()
    total = count(view, actor, tab)
    pages = max(1, -(-total // PAGE))
    page = min(page, pages)
    where = {"person": actor.by, **TABS[tab]}
    notices = view.find(Notice, where, order="seq", descending=True, offset=(page - 1) * PAGE, limit=PAGE)
    seen = Remembered(view)
    shown = {notice.id: news for notice in notices if (news := news_of(seen, actor, notice)) is not None}
    lost = [notice for notice in notices if notice.id not in shown and not notice.is_read]
    if lost:
        _mark(workspace, actor, lost)
        view = workspace.region(actor.region).view()
    return Inbox(together(shown.values()), {name: count(view, actor, name) for name in TABS}, tab, page, pages)


def unread(workspace: Workspace, actor: Actor) -> int:
    """How many of one's notices are not read."""
    return count(workspace.region(actor.region).view(), actor, "unread")


def count(view: View, actor: Actor, tab: str) -> int:
    """How many notices somebody has in a tab."""
    return view.count(Notice, {"person": actor.by, **TABS[tab]}, order="seq")


def news_of(view: Gets, actor: Actor, notice: Notice) -> News | None:
    """What a notice has to say to this actor now; None when what it is about is gone, or is not for them any more."""
    comment = happening.comment_of(notice.action, notice.record)
    thing = things.find(view, notice.about, notice.thread, comment)
    if thing is None or not things.may_see(actor, thing):
        return None
    reminder = view.get(Reminder, notice.record) if notice.action == "reminders.made" else None
    return News((notice,), thing, _name(view, notice, thing), reminder)


def _name(view: Gets, notice: Notice, thing: Thing) -> str:
    if thing.comment is not None and thing.comment.by in (notice.by, ""):
        return thing.comment.name  # as it was then; of a comment entered for somebody, theirs
    member = view.get(Membership, notice.by)
    return member.name if member is not None else ""


def together(news: Iterable[News]) -> tuple[News, ...]:
    """The lines, with those that are alike and of the same day as one: comments in a thread, saves of a text by one
    person. Who was mentioned is told of each."""
    lines: dict[object, News] = {}
    for one in news:
        key = _alike(one.notice)
        known = lines.get(key)
        lines[key] = one if known is None else News((*known.notices, one.notice), known.thing, known.who)
    return tuple(lines.values())


def _alike(notice: Notice) -> object:
    """What notices that are told as one have in common."""
    on = local(notice.at).date()
    if notice.action in TALK and notice.why != MENTIONED:
        return notice.thread, notice.is_read, on
    if notice.action in SAVING:
        return notice.action, notice.about, notice.by, notice.is_read, on
    return notice.id


def by_day(news: Iterable[News], today: date) -> list[tuple[date | None, list[News]]]:
    """The lines by their day, the newest first; None for all that is more than a week ago."""
    days: dict[date | None, list[News]] = {}
    for one in news:
        on = local(one.notice.at).date()
        days.setdefault(on if (today - on).days < 7 else None, []).append(one)
    return list(days.items())


# -- Marking as read --


def opened(workspace: Workspace, actor: Actor, seq: int) -> News:
    """What one's notice of an event has to say, marked as read; with it those of the same thread, or of the same thing
    and act. Raises NotFound for none, and for what may no longer be seen."""
    access.require(actor, Action.READ_REGION)
    view = workspace.region(actor.region).view()
    notice = view.get(Notice, notice_id(seq, actor.by))
    if notice is None:
        raise NotFound()
    waiting = view.find(Notice, {"person": actor.by, "is_read": False}, order="seq", descending=True, limit=AT_ONCE)
    same = [one for one in waiting if one.id == notice.id or _goes_with(one, notice)]
    _mark(workspace, actor, same)
    news = news_of(view, actor, notice)
    if news is None:
        raise NotFound()
    return news


def _goes_with(one: Notice, other: Notice) -> bool:
    if other.thread:
        return one.thread == other.thread
    return (one.about, one.action) == (other.about, other.action)


def mark_read(workspace: Workspace, actor: Actor, seqs: Iterable[int]) -> None:
    """Mark one's notices of these events as read. Those that are not there are passed over."""
    access.require(actor, Action.READ_REGION)
    view = workspace.region(actor.region).view()
    found = (view.get(Notice, notice_id(seq, actor.by)) for seq in seqs)
    _mark(workspace, actor, [notice for notice in found if notice is not None])


def mark_all_read(workspace: Workspace, actor: Actor, to: int) -> None:
    """Mark all one's notices as read that were there when the page was made: of events up to this number."""
    access.require(actor, Action.READ_REGION)
    view = workspace.region(actor.region).view()
    waiting = view.find(Notice, {"person": actor.by, "is_read": False}, order="seq")
    _mark(workspace, actor, [notice for notice in waiting if notice.seq <= to])


def _mark(workspace: Workspace, actor: Actor, notices: Iterable[Notice]) -> None:
    """Not in the log, as what was read of a document is not. Done again it changes nothing."""
    now = workspace.now()
    waiting = [notice.id for notice in notices if not notice.is_read]
    for start in range(0, len(waiting), AT_ONCE):
        with workspace.region(actor.region).transaction() as tx:
            for id in waiting[start : start + AT_ONCE]:
                stored = tx.get(Notice, id)
                if stored is not None and not stored.is_read:
                    tx.put(stored.seen(now))
