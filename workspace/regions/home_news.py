"""What is new in a region, on its home page: the newest lines of its log that the one who looks may read.

Like the home page itself, it looks into every room through its service.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from workspace.access import Actor
from workspace.comments import addresses
from workspace.comments import service as comments
from workspace.comments import subject as subjects
from workspace.comments.model import Comment, Thread
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.errors import NotFound
from workspace.measures import service as measures
from workspace.parts import Workspace
from workspace.pieces import url_for
from workspace.regions.model import Membership
from workspace.rounds import service as rounds
from workspace.store.port import Event, View
from workspace.translation import gettext

NEWS = 6  # items shown
LOOK_BACK = 2_000  # events looked through for them
TOLD = frozenset(
    {
        "documents.created",
        "documents.changed",
        "threads.opened",
        "comments.posted",
        "measures.proposed",
        "measures.changed",
        "measures.reworded",
        "rounds.opened",
        "rounds.closed",
        "rounds.concluded",
    }
)  # fmt: skip - what is news
COMMENTED = frozenset({"threads.opened", "comments.posted"})


class Item(NamedTuple):
    """One line of news: who, what, where it is read, and when."""

    name: str
    group: str
    text: str
    title: str
    address: str
    quote: str
    at: datetime
    more: int  # comments on the same text that came before this one


class About(NamedTuple):
    """What an event is about, in words for the one who may read it."""

    text: str
    title: str
    address: str
    quote: str = ""


def news(workspace: Workspace, actor: Actor) -> list[Item]:
    """The newest in the region that this person may read, newest first.

    What is said of one text is one line, with what was said last, so that a lively text leaves room for the others.
    """
    view = workspace.region(actor.region).view()
    events = view.events(after=max(0, view.last_event() - LOOK_BACK))
    items: list[Item] = []
    texts: dict[str, int] = {}  # where the line of a text that was commented on is
    last = ("", "")
    for event in reversed(events):
        if event.action not in TOLD:
            continue
        same = (event.action, str((event.payload or {}).get("by")))
        if same == last and event.table == Document.table:
            continue  # an import of hundreds is one piece of news
        text = _commented(view, event)
        if text in texts:
            items[texts[text]] = items[texts[text]]._replace(more=items[texts[text]].more + 1)
            continue
        item = _item(workspace, actor, view, event)
        if item is None:
            continue
        if text:
            texts[text] = len(items)
        items.append(item)
        last = same
        if len(items) == NEWS:
            break
    return items


def _commented(view: View, event: Event) -> str:
    """Which text a comment is about, that is still there; "" for other events."""
    if event.action not in COMMENTED:
        return ""
    comment = _comment(view, event)
    thread = view.get(Thread, comment.thread) if comment is not None else None
    return thread.subject if thread is not None else ""


def _comment(view: View, event: Event) -> Comment | None:
    comment = view.get(Comment, f"{event.record}-1" if event.table == Thread.table else event.record)
    return None if comment is None or comment.gone else comment


def _item(workspace: Workspace, actor: Actor, view: View, event: Event) -> Item | None:
    """An event as news, for those who may read what it is about; None for what is no news."""
    about = _about(workspace, actor, view, event)
    if about is None or event.payload is None:
        return None
    member = view.get(Membership, str(event.payload["by"]))
    group = (member.group or "municipality") if member else ""
    name = member.name if member else str(gettext("Driftsansvarlig"))
    return Item(name, group, about.text, about.title, about.address, about.quote[:120], event.at, 0)


def _about(workspace: Workspace, actor: Actor, view: View, event: Event) -> About | None:
    region = actor.region
    try:
        match event.action:
            case "documents.created" | "documents.changed":
                document = documents.get(workspace, actor, event.record, view)
                new = event.action == "documents.created"
                text = gettext("la inn") if new else gettext("lagret en ny versjon av")
                return About(str(text), document.title, url_for("comments.reading", region=region, id=document.id))
            case "threads.opened" | "comments.posted":
                return _about_comment(workspace, actor, view, event)
            case "measures.proposed" | "measures.changed" | "measures.reworded":
                measure = measures.get(workspace, actor, event.record, view)
                text = gettext("foreslo") if event.action == "measures.proposed" else gettext("endret")
                address = url_for("rounds.measure", region=region, id=measure.id)
                return About(str(text), f"{measure.code} {measure.title}", address)
            case "rounds.opened" | "rounds.closed" | "rounds.concluded":
                round_ = rounds.get(workspace, actor, event.record, view)
                text = {
                    "rounds.opened": gettext("åpnet"),
                    "rounds.closed": gettext("lukket"),
                    "rounds.concluded": gettext("skrev oppsummeringen av"),
                }[event.action]
                title = gettext("runde %(number)s", number=round_.number)
                return About(str(text), str(title), url_for("rounds.page", region=region, id=round_.id))
    except NotFound:
        return None
    return None


def _about_comment(workspace: Workspace, actor: Actor, view: View, event: Event) -> About | None:
    comment = _comment(view, event)
    if comment is None:
        return None
    thread = comments.get(workspace, actor, comment.thread, view)
    subject = subjects.find(workspace, actor, thread.subject, view)
    address = addresses.reading(subject.about, thread_id=thread.id)
    return About(str(gettext("kommenterte")), subject.title, address, " ".join(comment.said.split()))
