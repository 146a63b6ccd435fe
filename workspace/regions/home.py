"""What the region's home page shows: what is expected of the one who asks, by when, and how the region stands.

The home page looks into every room through its service; it is the one place in this room that does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from workspace.access import Action, Actor, can
from workspace.comments import service as comments
from workspace.comments.model import Comment, Thread
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.errors import NotFound
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.pieces import url_for
from workspace.regions import service
from workspace.regions.model import Membership
from workspace.rounds import names as round_names
from workspace.rounds import service as rounds
from workspace.rounds.model import Round
from workspace.rounds.sentence import joined
from workspace.store.port import Event, View
from workspace.text import local
from workspace.translation import gettext
from workspace.web import translate

NEWS = 6  # items shown
LOOK_BACK = 2_000  # events looked through for them
RECENT = 4  # documents shown
TOLD = frozenset(
    {
        "documents.created",
        "documents.changed",
        "threads.opened",
        "comments.posted",
        "measures.proposed",
        "measures.changed",
        "rounds.opened",
        "rounds.closed",
        "rounds.concluded",
    }
)  # fmt: skip - what is news


class Item(NamedTuple):
    """One line of news: who, what, where it is read, and when."""

    name: str
    group: str
    text: str
    title: str
    address: str
    quote: str
    at: datetime


class Deadline(NamedTuple):
    """Something that is due."""

    at: datetime
    text: str
    address: str
    note: str


class Row(NamedTuple):
    """One municipality, equal to the others."""

    name: str
    answered: int
    expected: int
    members: int
    comments: int
    has_voice: bool
    remaining: str


@dataclass(frozen=True)
class Overview:
    """All the home page needs, already asked for this person."""

    today: date
    is_empty: bool
    round: Round | None
    headline: str
    waiting: tuple[Measure, ...]
    answered: int
    answers: bool  # whether this person may answer in the round
    on_behalf_of: str
    days_left: str
    region_answered: int
    region_expected: int
    news: tuple[Item, ...]
    deadlines: tuple[Deadline, ...]
    documents: tuple[Document, ...]
    quick_wins: tuple[Measure, ...]
    municipalities: tuple[Row, ...]

    @property
    def municipality_count(self) -> str:
        """How many municipalities there are, in words."""
        return round_names.number(len(self.municipalities))


def overview(workspace: Workspace, actor: Actor) -> Overview:
    """The home page for this person."""
    waiting = rounds.waiting_for(workspace, actor)
    round_ = waiting.round if waiting else None
    recent = documents.recent(workspace, actor, RECENT)
    rows = _municipalities(workspace, actor, round_)
    voices = {m.id: m.name for m in service.municipalities(workspace, actor)}
    unanswered = waiting.unanswered if waiting else ()
    return Overview(
        today=local(workspace.now()).date(),
        is_empty=not recent and not measures.is_any(workspace, actor),
        round=round_,
        headline=_headline(round_, len(unanswered), actor) if round_ else "",
        waiting=unanswered,
        answered=waiting.answered if waiting else 0,
        answers=can(actor, Action.ANSWER_ROUND),
        on_behalf_of=joined(waiting.voices, voices, translate) if waiting and waiting.voices else "",
        days_left=round_names.time_left(round_, workspace.now()) if round_ else "",
        region_answered=sum(row.answered for row in rows),
        region_expected=sum(row.expected for row in rows),
        news=tuple(_news(workspace, actor)),
        deadlines=tuple(_deadlines(round_, len(unanswered), actor)),
        documents=tuple(recent),
        quick_wins=tuple(measures.quick_wins(workspace, actor, RECENT)),
        municipalities=tuple(rows),
    )


def _headline(round_: Round, left: int, actor: Actor) -> str:
    is_open = gettext("Runde %(number)s er åpen.", number=round_.number)
    if not can(actor, Action.ANSWER_ROUND):
        return str(is_open)
    if not left:
        return " ".join((is_open, gettext("Du har svart på alt.")))
    rest = gettext("Du har ett tiltak igjen.")
    if left > 1:
        rest = gettext("Du har %(count)s tiltak igjen.", count=round_names.number(left))
    return f"{is_open} {rest}"


def _deadlines(round_: Round | None, left: int, actor: Actor) -> list[Deadline]:
    if round_ is None:
        return []
    note = ""
    if left and can(actor, Action.ANSWER_ROUND):
        note = round_names.measures_left(left)
    text = gettext("Runde %(number)s lukkes %(clock)s", number=round_.number, clock=round_names.clock(round_.closes))
    return [Deadline(round_.closes, str(text), url_for("rounds.page", region=actor.region, id=round_.id), note)]


def _municipalities(workspace: Workspace, actor: Actor, round_: Round | None) -> list[Row]:
    done = rounds.answered(workspace, actor, round_) if round_ else {}
    threads = comments.counts(workspace, actor)
    rows = []
    for municipality in service.municipalities(workspace, actor):
        expected = len(round_.items) if round_ and municipality.id in done else 0
        answered = len(done.get(municipality.id, ()))
        rows.append(
            Row(
                municipality.name,
                answered,
                expected,
                service.members_of(workspace, actor, municipality.id),
                threads.get(municipality.id, 0),
                municipality.voting_member is not None,
                round_names.measures_left(expected - answered) if expected > answered else "",
            )
        )
    return rows


# -- News, from the region's log --


def _news(workspace: Workspace, actor: Actor) -> list[Item]:
    view = workspace.region(actor.region).view()
    events = view.events(after=max(0, view.last_event() - LOOK_BACK))
    items: list[Item] = []
    last = ("", "")
    for event in reversed(events):
        if event.action not in TOLD:
            continue
        same = (event.action, str((event.payload or {}).get("by")))
        if same == last and event.table == Document.table:
            continue  # an import of hundreds is one piece of news
        item = _item(workspace, actor, view, event)
        if item is not None:
            items.append(item)
            last = same
        if len(items) == NEWS:
            break
    return items


def _item(workspace: Workspace, actor: Actor, view: View, event: Event) -> Item | None:
    """An event as news, for those who may read what it is about; None for what is no news."""
    told = _about(workspace, actor, view, event)
    if told is None or event.payload is None:
        return None
    text, title, address, quote = told
    member = view.get(Membership, str(event.payload["by"]))
    group = (member.group or "municipality") if member else ""
    name = member.name if member else str(gettext("Driftsansvarlig"))
    return Item(name, group, text, title, address, quote[:120], event.at)


def _about(workspace: Workspace, actor: Actor, view: View, event: Event) -> tuple[str, str, str, str] | None:
    region = actor.region
    try:
        match event.action:
            case "documents.created" | "documents.changed":
                document = documents.get(workspace, actor, event.record, view)
                new = event.action == "documents.created"
                text = gettext("la inn") if new else gettext("lagret en ny versjon av")
                return str(text), document.title, url_for("comments.reading", region=region, id=document.id), ""
            case "threads.opened" | "comments.posted":
                return _comment(workspace, actor, view, event)
            case "measures.proposed" | "measures.changed":
                measure = measures.get(workspace, actor, event.record, view)
                text = gettext("foreslo") if event.action == "measures.proposed" else gettext("endret")
                address = url_for("rounds.measure", region=region, id=measure.id)
                return str(text), f"{measure.code} {measure.title}", address, ""
            case "rounds.opened" | "rounds.closed" | "rounds.concluded":
                round_ = rounds.get(workspace, actor, event.record, view)
                text = {
                    "rounds.opened": gettext("åpnet"),
                    "rounds.closed": gettext("lukket"),
                    "rounds.concluded": gettext("skrev oppsummeringen av"),
                }[event.action]
                title = gettext("runde %(number)s", number=round_.number)
                return str(text), str(title), url_for("rounds.page", region=region, id=round_.id), ""
    except NotFound:
        return None
    return None


def _comment(workspace: Workspace, actor: Actor, view: View, event: Event) -> tuple[str, str, str, str] | None:
    comment = view.get(Comment, f"{event.record}-1" if event.table == Thread.table else event.record)
    if comment is None:
        return None
    thread = comments.get(workspace, actor, comment.thread, view)
    document = documents.get(workspace, actor, thread.document, view)
    address = url_for("comments.reading", region=actor.region, id=document.id) + f"#thread-{thread.id}"
    return str(gettext("kommenterte")), document.title, address, " ".join(comment.text.split())
