"""What the region's log says of its rounds, read from its beginning: for counting them again, and for receipts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from workspace.rounds.ballot import Ballot, Voice
from workspace.rounds.conditions import ConditionMet
from workspace.rounds.model import Item, Round
from workspace.store import log
from workspace.store.port import Event, View

CHUNK = 2_000  # events read at a time


class Cast(NamedTuple):
    """A ballot as the log has it."""

    seq: int  # of the event
    hash: str
    ballot: str
    at: datetime
    details: dict[str, Any]
    in_time: bool  # whether the round was open by the log


class Closing(NamedTuple):
    """How a round stood when it closed, as the log has it."""

    seq: int
    at: datetime
    casts: int  # how many ballots there were
    verdicts: dict[str, str]
    items: tuple[Item, ...]
    voices: frozenset[str]  # in a round by person
    met: frozenset[str]  # conditions
    revealed: dict[str, str]  # in an anonymous round: the digest of what is shown of each measure


@dataclass
class Trail:
    """All that the log says of one round."""

    opened: dict[str, Any] | None = None  # what was fixed then
    state: str = "draft"
    closes: str = ""
    concluded: dict[str, Any] | None = None
    items: dict[str, Item] = field(default_factory=dict)
    voices: set[str] = field(default_factory=set)
    casts: list[Cast] = field(default_factory=list)
    closings: list[Closing] = field(default_factory=list)
    met: set[str] = field(default_factory=set)  # ids of ballots whose condition is marked as met
    discarded: bool = False
    erased: int = 0  # events of the round whose details are erased


class Trails(NamedTuple):
    """The log, read: the trail of each round by its id."""

    rounds: dict[str, Trail]
    broken_at: int | None  # the first event that does not fit its chain
    events: int
    last_hash: str


def read(view: View) -> Trails:
    """Read the whole log, with its chain."""
    trails: dict[str, Trail] = {}
    last = Link()

    def passing() -> Iterator[Event]:
        for event in _events(view):
            _take(trails, event)
            last.seq, last.hash = event.seq, event.hash
            yield event

    passed = passing()
    broken = log.broken_at(passed)
    for _event in passed:  # the chain is broken: the rest is read all the same
        pass
    return Trails(trails, broken, last.seq, last.hash)


@dataclass
class Link:
    """The last event that was read."""

    seq: int = 0
    hash: str = ""


def _events(view: View) -> Iterator[Event]:
    after = 0
    while found := view.events(after, CHUNK):
        yield from found
        after = found[-1].seq


def _take(trails: dict[str, Trail], event: Event) -> None:
    details = event.payload or {}
    if event.table == Round.table:
        _take_round(trails.setdefault(event.record, Trail()), event, details)
    elif event.action == "measures.reworded" and details.get("round"):
        trail = trails.setdefault(str(details["round"]), Trail())
        _reword(trail, event.record, int(details["text_version"]), editorial=details.get("change") == "editorial")
    elif event.table in {Ballot.table, Voice.table, ConditionMet.table} and "round" in details:
        trail = trails.setdefault(str(details["round"]), Trail())
        if event.action == "voices.left":  # a guest who should not have been in the meeting
            trail.voices.discard(event.record)
        elif event.table == Voice.table:
            trail.voices.add(event.record)
        elif event.table == ConditionMet.table:
            (trail.met.discard if event.action == "conditions_met.undone" else trail.met.add)(event.record)
        else:
            in_time = trail.state == "open"
            trail.casts.append(Cast(event.seq, event.hash, event.record, event.at, details, in_time))


def _take_round(trail: Trail, event: Event, details: dict[str, Any]) -> None:
    trail.erased += event.payload is None
    if event.action == "rounds.opened":
        trail.opened, trail.state, trail.closes = details, "open", str(details.get("closes", ""))
        trail.voices |= set(details.get("voices", ()))
        trail.items = {
            measure: Item(measure=measure, text_version=number, counts_from=number)
            for measure, number in details.get("items", ())
        }
    elif event.action == "rounds.closed":
        trail.state = "closed"
        verdicts, items = dict(details.get("verdicts", {})), tuple(trail.items.values())
        revealed = dict(details.get("revealed", {}))
        voices, met = frozenset(trail.voices), frozenset(trail.met)
        trail.closings.append(Closing(event.seq, event.at, len(trail.casts), verdicts, items, voices, met, revealed))
    elif event.action in {"rounds.extended", "rounds.reopened"}:
        trail.state, trail.closes = "open", str(details.get("closes", ""))
    elif event.action == "rounds.concluded":
        trail.state, trail.concluded = "concluded", details
    elif event.action == "rounds.discarded":
        trail.discarded = True


def _reword(trail: Trail, measure: str, text_version: int, *, editorial: bool) -> None:
    """The round is about a new version of a text: an editorial change keeps the answers."""
    old = trail.items.get(measure, Item(measure=measure))
    counts_from = old.counts_from if editorial else text_version
    trail.items[measure] = Item(measure=measure, text_version=text_version, counts_from=counts_from)
