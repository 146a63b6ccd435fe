"""What people do with milestones: add, change, tick and remove."""

from __future__ import annotations

from typing import Any

from workspace import access
from workspace.access import Action, Actor
from workspace.errors import Conflict, Invalid, NotFound, _
from workspace.measures.model import Measure
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.store.port import View
from workspace.workplan.checking import check_milestone
from workspace.workplan.model import Milestone
from workspace.workplan.service import measure_in_plan, milestones_of


def get(workspace: Workspace, actor: Actor, measure_id: str, number: str, view: View | None = None) -> Milestone:
    """One milestone of a measure in the plan. Raises NotFound."""
    view = view or workspace.region(actor.region).view()
    measure_in_plan(workspace, actor, measure_id, view)
    found = view.get(Milestone, f"{measure_id}:{number}")
    if found is None:
        raise NotFound()
    return found


def add(workspace: Workspace, actor: Actor, measure_id: str, *, once: Once | None = None, **fields: Any) -> Milestone:
    """Add a milestone: title, due, done, percent, weight, parent (a number). Raises Invalid, NotFound, Forbidden."""
    access.require(actor, Action.PLAN_WORK)
    now = workspace.now()
    with workspace.region(actor.region).transaction() as tx:
        measure_in_plan(workspace, actor, measure_id, tx)
        earlier = came_of(tx, actor, once, Milestone)
        if earlier is not None:
            return earlier
        others = milestones_of(tx, measure_id)
        number = others[-1].number + 1 if others else 1
        made = Milestone(
            id=f"{measure_id}:{number}",
            measure=measure_id,
            number=number,
            changed_at=now,
            changed_by=actor.by,
            changed_name=actor.name,
            **fields,
        )
        kept = tx.put(check_milestone(made, others))
        tx.log("milestones.added", kept, at=now, by=actor.by)
        remember(tx, actor, once, kept, now)
        return kept


def save(
    workspace: Workspace,
    actor: Actor,
    measure_id: str,
    number: str,
    version: int,
    *,
    once: Once | None = None,
    **fields: Any,
) -> Milestone:
    """Change a milestone. The same again changes nothing.

    Raises Conflict with the milestone as it stands when `version` is stale, Invalid, NotFound, Forbidden.
    """
    access.require(actor, Action.PLAN_WORK)
    now = workspace.now()
    with workspace.region(actor.region).transaction() as tx:
        stored = get(workspace, actor, measure_id, number, tx)
        earlier = came_of(tx, actor, once, Milestone)
        if earlier is not None:
            return earlier
        if stored.version != version:
            raise Conflict(current=stored)
        wanted = check_milestone(stored.changed(**fields), milestones_of(tx, measure_id))
        if wanted == stored:
            return stored
        kept = tx.put(wanted.changed(changed_at=now, changed_by=actor.by, changed_name=actor.name))
        tx.log("milestones.changed", kept, at=now, by=actor.by)
        remember(tx, actor, once, kept, now)
        return kept


def tick(
    workspace: Workspace,
    actor: Actor,
    measure_id: str,
    number: str,
    done: str,
    percent: int | None = None,
    *,
    once: Once | None = None,
) -> Milestone:
    """Say when a milestone was reached, or ("") that it is not, and how far it is. For those who do the work.

    Raises Invalid, NotFound, Forbidden.
    """
    now = workspace.now()
    with workspace.region(actor.region).transaction() as tx:
        stored = get(workspace, actor, measure_id, number, tx)
        access.require(actor, Action.REPORT_WORK, measure_in_plan(workspace, actor, measure_id, tx))
        earlier = came_of(tx, actor, once, Milestone)
        if earlier is not None:
            return earlier
        wanted = check_milestone(stored.changed(done=done, percent=percent), milestones_of(tx, measure_id))
        kept = stored
        if wanted != stored:
            kept = tx.put(wanted.changed(changed_at=now, changed_by=actor.by, changed_name=actor.name))
            tx.log("milestones.ticked", kept, at=now, by=actor.by, done=done, percent=percent)
        remember(tx, actor, once, kept, now)
        return kept


def remove(workspace: Workspace, actor: Actor, measure_id: str, number: str, *, once: Once | None = None) -> None:
    """Take a milestone away that nothing hangs under. Raises Invalid, NotFound, Forbidden."""
    access.require(actor, Action.PLAN_WORK)
    now = workspace.now()
    with workspace.region(actor.region).transaction() as tx:
        measure = measure_in_plan(workspace, actor, measure_id, tx)
        if came_of(tx, actor, once, Measure) is not None:
            return
        stored = get(workspace, actor, measure_id, number, tx)
        if any(other.parent == stored.number for other in milestones_of(tx, measure_id)):
            raise Invalid({"remove": _("Fjern først milepælene under denne.")})
        tx.remove(stored)
        tx.log("milestones.removed", stored, at=now, by=actor.by, title=stored.title)
        remember(tx, actor, once, measure, now)
