"""Entering the figures of trust, and reading them. Figures from few answers are neither taken nor shown."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from workspace import access
from workspace.access import Action, Actor
from workspace.errors import NotFound
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.rounds.suppression import LEAST
from workspace.rounds.trust import TrustReading, check_reading

_OSLO = ZoneInfo("Europe/Oslo")


def readings(workspace: Workspace, actor: Actor) -> list[TrustReading]:
    """The figures that may be shown, in the order of their days."""
    access.require(actor, Action.READ_ROUND)
    found = workspace.region(actor.region).view().find(TrustReading)
    return [reading for reading in found if reading.answers >= LEAST and not reading.withdrawn]


def enter(
    workspace: Workspace, actor: Actor, day: str, average: str, answers: str, *, once: Once | None = None
) -> TrustReading:
    """Keep what a pulse came to; a figure of the same day is replaced. Raises Invalid, Forbidden."""
    access.require(actor, Action.ENTER_TRUST)
    now = workspace.now()
    with workspace.region(actor.region).transaction() as tx:
        earlier = came_of(tx, actor, once, TrustReading)
        if earlier is not None:
            return earlier
        on, value, count = check_reading(day, average, answers, now.astimezone(_OSLO).date())
        old = tx.get(TrustReading, on)
        new = TrustReading(id=on, average=value, answers=count, by=actor.by, at=now)
        kept = tx.put(new.changed(version=old.version) if old is not None else new)
        tx.log("trust.entered", kept, at=now, by=actor.by, average=value, answers=count)
        remember(tx, actor, once, kept, now)
        return kept


def withdraw(workspace: Workspace, actor: Actor, day: str, *, once: Once | None = None) -> TrustReading:
    """Take a figure away that was entered by mistake; it is kept, and not shown. Raises NotFound, Forbidden."""
    access.require(actor, Action.ENTER_TRUST)
    now = workspace.now()
    with workspace.region(actor.region).transaction() as tx:
        earlier = came_of(tx, actor, once, TrustReading)
        if earlier is not None:
            return earlier
        found = tx.get(TrustReading, day)
        if found is None or found.withdrawn:
            raise NotFound()
        kept = tx.put(found.changed(withdrawn=True))
        tx.log("trust.withdrawn", kept, at=now, by=actor.by)
        remember(tx, actor, once, kept, now)
        return kept
