"""A measure's way from idea to done: which step may follow which, and taking it."""

from __future__ import annotations

from datetime import datetime

from workspace import access
from workspace.access import Action, Actor
from workspace.clean import is_blank
from workspace.errors import Conflict, Invalid, Message, _
from workspace.measures import service
from workspace.measures.checking import is_date
from workspace.measures.model import EXTERNAL, Measure
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.store.port import Transaction

NEXT: dict[str, tuple[str, ...]] = {
    "idea": ("proposed", "set_aside"),
    "proposed": ("agreed", "idea", "set_aside"),
    "agreed": ("adopted", "started", "proposed", "set_aside"),
    "adopted": ("started", "set_aside"),
    "started": ("done", "set_aside"),
    "done": ("started",),
    "set_aside": ("idea", "proposed"),
}


def moved(measure: Measure, to: str) -> Measure:
    """The measure with another status. Raises Invalid (field `status`) where that step can't be taken.

    What starts from an agreement starts before the plan is adopted. What is adopted has exactly one responsible, with
    the reason for it; one that is no municipality has said yes.
    """
    if to not in NEXT[measure.status]:
        raise Invalid({"status": _("Tiltaket kan ikke gå dit fra statusen det har nå.")})
    if to == "adopted" and (lacking := _lacking(measure)) is not None:
        raise Invalid({"status": lacking})
    early = measure.started_before_adoption or (measure.status == "agreed" and to == "started")
    return measure.changed(status=to, started_before_adoption=early)


def _lacking(measure: Measure) -> Message | None:
    """What is not settled of who is responsible."""
    if is_blank(measure.responsible) or is_blank(measure.owner_reason):
        return _("Skriv hvem som har hovedansvaret, og hvorfor, før tiltaket blir vedtatt.")
    if measure.owner == EXTERNAL and not measure.accepted:
        return _("%(name)s må bekrefte ansvaret før tiltaket blir vedtatt.", name=measure.responsible)
    return None


def move(tx: Transaction, actor: Actor, measure: Measure, to: str, at: datetime) -> Measure:
    """Take a step in a transaction of another act, such as the outcome of a round. Raises Invalid."""
    kept = tx.put(moved(measure, to))
    tx.log("measures.status_changed", kept, at=at, by=actor.by, before=measure.status, after=to)
    return kept


def change_status(
    workspace: Workspace, actor: Actor, measure_id: str, version: int, to: str, *, once: Once | None = None
) -> Measure:
    """Take a measure to another status. Raises Conflict when `version` is stale, NotFound, Invalid, Forbidden."""
    access.require(actor, Action.WRITE_MEASURE)
    with workspace.region(actor.region).transaction() as tx:
        earlier = came_of(tx, actor, once, Measure)
        if earlier is not None:
            return earlier
        stored = service.get_standing(workspace, actor, measure_id, tx)
        if stored.version != version:
            raise Conflict(current=stored)
        kept = move(tx, actor, stored, to, workspace.now())
        remember(tx, actor, once, kept, workspace.now())
        return kept


def accept(
    workspace: Workspace, actor: Actor, measure_id: str, day: str, by: str, *, once: Once | None = None
) -> Measure:
    """Keep that an external owner has said yes to the responsibility: on which day (ISO), and who said so for them.

    Somebody of that organisation may, and who writes measures. Raises NotFound, Invalid, Forbidden.
    """
    access.require(actor, Action.ACCEPT_RESPONSIBILITY)
    with workspace.region(actor.region).transaction() as tx:
        earlier = came_of(tx, actor, once, Measure)
        if earlier is not None:
            return earlier
        stored = service.get_standing(workspace, actor, measure_id, tx)
        access.require(actor, Action.ACCEPT_RESPONSIBILITY, stored)
        errors: dict[str, Message] = {}
        if stored.owner != EXTERNAL:
            errors["accepted"] = _("Bare en ansvarlig utenfor kommunene bekrefter her.")
        elif not is_date(day):
            errors["accepted"] = _("Skriv datoen som dag, måned og år.")
        if is_blank(by):
            errors["accepted_by"] = _("Skriv hvem som bekreftet.")
        if errors:
            raise Invalid(errors)
        kept = tx.put(stored.changed(accepted=day, accepted_by=by))
        tx.log("measures.responsibility_accepted", kept, at=workspace.now(), by=actor.by, day=day)
        remember(tx, actor, once, kept, workspace.now())
        return kept
