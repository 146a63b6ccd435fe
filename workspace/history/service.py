"""Reading the log backwards, a page at a time, as much of it as the reader may see.

A page looks at a bounded number of events, however long the log is: a narrow filter may give a short page, from which
one goes on to older lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from workspace import access
from workspace.access import Action, Actor
from workspace.history import names
from workspace.measures.model import Measure
from workspace.measures.opportunity import Opportunity
from workspace.notices import happening, things
from workspace.notices.things import Remembered
from workspace.parts import Workspace
from workspace.record import Record
from workspace.regions.model import Membership, Municipality, WorkingGroup
from workspace.rounds.ballot import Ballot
from workspace.rounds.model import Round
from workspace.store.port import Event, View
from workspace.text import OSLO
from workspace.translation import gettext, language, said

PAGE = 50  # lines
LOOKED_AT = 4_000  # events, for one page
CHUNK = 500  # events read at once
DOWNLOADED = 20_000  # events, for one file


class Wanted(NamedTuple):
    """What the list is narrowed to; "" and None for nothing."""

    word: str = ""
    who: str = ""  # a person's id, or a municipality's number
    kind: str = ""  # one of names.KINDS
    since: date | None = None
    until: date | None = None


class Line(NamedTuple):
    """An event in words: who did what, to what, and where that can be read."""

    event: Event
    who: str
    party: str  # the municipality or organisation of the one who did it
    what: str
    thing: str  # the name of what it was done to; "" for none, or where it is gone
    about: str  # "document:<id>", as `comments.addresses` reads it; "" for none
    thread: str = ""
    said: str = ""  # the standpoint, in a round that shows standpoints


class Page(NamedTuple):
    """Some lines, newest first, and where to go on."""

    lines: tuple[Line, ...]
    older: int  # the number to go on before; 0 when the log is read to its beginning
    last: int  # the newest number in the log


def read(workspace: Workspace, actor: Actor, wanted: Wanted, before: int = 0) -> Page:
    """The lines before a number (0: from the newest). Raises Forbidden."""
    access.require(actor, Action.READ_LOG)
    view = workspace.region(actor.region).view()
    last = view.last_event()
    reader, lines = _Reader(view, actor), list[Line]()
    looked = min(before or last + 1, last + 1)
    for event in _backwards(view, looked, LOOKED_AT):
        if len(lines) == PAGE:
            return Page(tuple(lines), looked, last)
        if wanted.since is not None and _day(event) < wanted.since:
            return Page(tuple(lines), 0, last)
        looked = event.seq
        line = _line(reader, event, wanted)
        if line is not None:
            lines.append(line)
    return Page(tuple(lines), looked if looked > 1 else 0, last)


def all_lines(workspace: Workspace, actor: Actor, wanted: Wanted) -> list[Line]:
    """All lines that are wanted, for a file, of the newest DOWNLOADED events. Raises Forbidden."""
    access.require(actor, Action.READ_LOG)
    view = workspace.region(actor.region).view()
    reader = _Reader(view, actor)
    found = (_line(reader, event, wanted) for event in _backwards(view, view.last_event() + 1, DOWNLOADED))
    return [line for line in found if line is not None]


def line_at(workspace: Workspace, actor: Actor, number: int, fingerprint: str) -> Line | None:
    """The line with this number when its fingerprint begins like this, for looking up a receipt. Raises Forbidden."""
    access.require(actor, Action.READ_LOG)
    view = workspace.region(actor.region).view()
    events = view.events(after=number - 1, limit=1) if number > 0 else []
    if not events or events[0].seq != number or not events[0].hash.startswith(_plain(fingerprint)):
        return None
    return _line(_Reader(view, actor), events[0], Wanted())


def people(workspace: Workspace, actor: Actor) -> tuple[list[Municipality], list[Membership]]:
    """Whose lines the list can be narrowed to. Raises Forbidden."""
    access.require(actor, Action.READ_LOG)
    view = workspace.region(actor.region).view()
    return view.find(Municipality, order="name"), view.find(Membership, order="name")


# -- One event --


class _Reader:
    """A view that is asked for each record once, and who reads it."""

    def __init__(self, view: View, actor: Actor) -> None:
        self.view = view
        self.seen = Remembered(view)
        self.actor = actor


def _line(reader: _Reader, event: Event, wanted: Wanted) -> Line | None:
    """The event in words; None for one that is not wanted, or not for this reader."""
    if event.table in names.NEVER_SHOWN or not _is_in_time(event, wanted):
        return None
    if wanted.kind and event.table not in names.KINDS[wanted.kind][1]:
        return None
    by = happening.by(event)
    member = reader.seen.get(Membership, by) if by else None
    if wanted.who and wanted.who not in (by, member.municipality if member else ""):
        return None
    found = _thing(reader, event)
    if found is None:
        return None
    thing, about, thread = found
    line = Line(
        event, _who(by, member), _party(reader, member), names.what(event), thing, about, thread,
        _said(reader, event),
    )  # fmt: skip
    text = f"{line.who} {line.party} {line.what} {line.thing} {line.said}".casefold()
    return line if wanted.word.casefold() in text else None


def _thing(reader: _Reader, event: Event) -> tuple[str, str, str] | None:
    """What it was done to: its name, address and thread; None where the reader may not know of it."""
    name, thread = happening.about(reader.view, event)
    if not name:
        return _other_thing(reader, event)
    thing = things.find(reader.seen, name, thread, happening.comment_of(event.action, event.record))
    if thing is None:
        return gettext("noe som ikke finnes lenger"), "", ""
    if not things.may_see(reader.actor, thing):
        return None
    if isinstance(thing.record, Round):
        return _round_name(thing.record), name, thread
    return thing.title, name, thread


def _other_thing(reader: _Reader, event: Event) -> tuple[str, str, str] | None:
    payload = event.payload or {}
    if event.table == Opportunity.table:
        opportunity = reader.seen.get(Opportunity, event.record)
        if opportunity is None or not access.may_see(reader.actor, opportunity):
            return None
        return f"{opportunity.code} {opportunity.title}", f"opportunity:{opportunity.id}", ""
    if event.table in _NAMED:
        named: Any = reader.seen.get(_NAMED[event.table], event.record)
        return (named.name if named else ""), "", ""
    measure = reader.seen.get(Measure, str(payload.get("measure", "") or event.record))
    round_ = reader.seen.get(Round, str(payload.get("round", "")))
    if measure is not None and access.may_see(reader.actor, measure):
        where = f", {_round_name(round_)}" if round_ is not None else ""
        return f"{measure.code} {measure.title}{where}", f"measure:{measure.id}", ""
    return (_round_name(round_), f"round:{round_.id}", "") if round_ is not None else ("", "", "")


_NAMED: dict[str, type[Record]] = {kind.table: kind for kind in (Membership, Municipality, WorkingGroup)}


def _round_name(round_: Round) -> str:
    return gettext("Runde %(number)s", number=round_.number)


def _said(reader: _Reader, event: Event) -> str:
    """The standpoint that was taken, where the round shows it to all."""
    if event.table != Ballot.table:
        return ""
    ballot, round_ = reader.seen.get(Ballot, event.record), None
    if ballot is not None:
        round_ = reader.seen.get(Round, ballot.round)
    if ballot is None or round_ is None or not round_.shows_standpoints() or round_.is_anonymous:
        return ""
    return next((said(language(), step.label) for step in round_.scale if step.value == ballot.value), "")


def _who(by: str, member: Membership | None) -> str:
    if member is not None:
        return member.name
    if by.startswith("guest:"):
        return gettext("En gjest")
    return gettext("Regionrom") if by in ("operator", "") else gettext("En som ikke er med lenger")


def _party(reader: _Reader, member: Membership | None) -> str:
    if member is None:
        return ""
    municipality: Any = reader.seen.get(Municipality, member.municipality) if member.municipality else None
    return municipality.name if municipality is not None else member.organisation


# -- Which events --


def _backwards(view: View, before: int, most: int) -> Iterator[Event]:
    """Events with a number below this, newest first, at most so many."""
    while before > 1 and most > 0:
        size = min(CHUNK, most, before - 1)
        events = view.events(after=before - 1 - size, limit=size)
        yield from reversed(events)
        before, most = before - size, most - size


def _day(event: Event) -> date:
    return event.at.astimezone(OSLO).date()


def _is_in_time(event: Event, wanted: Wanted) -> bool:
    day = _day(event)
    return (wanted.since is None or day >= wanted.since) and (wanted.until is None or day <= wanted.until)


def _plain(fingerprint: str) -> str:
    """A fingerprint as it is kept: capitals and spaces mean nothing."""
    return "".join(fingerprint.split()).casefold()
