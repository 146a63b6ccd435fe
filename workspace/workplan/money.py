"""What people do with money and hours: say what is needed, agreed, spent and extra, and what there is room for."""

from __future__ import annotations

from workspace import access
from workspace.access import Action, Actor
from workspace.errors import Conflict
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.store.port import View
from workspace.workplan.checking import check_budget, check_capacity
from workspace.workplan.model import PLANNING, Budget, Capacity, Share, Stated
from workspace.workplan.service import measure_in_plan


def budget_of(workspace: Workspace, actor: Actor, measure_id: str, year: int, view: View | None = None) -> Budget:
    """A measure's budget of a year (or that of the planning), empty where nothing is said. Raises NotFound."""
    access.require(actor, Action.READ_MEASURE)
    view = view or workspace.region(actor.region).view()
    if measure_id != PLANNING:
        measure_in_plan(workspace, actor, measure_id, view)
    id = f"{measure_id}:{year}"
    return view.get(Budget, id) or Budget(id=id, measure=measure_id, year=year)


def capacity_of(workspace: Workspace, actor: Actor, year: int, view: View | None = None) -> Capacity:
    """What the municipalities have said they can give in a year."""
    access.require(actor, Action.READ_MEASURE)
    view = view or workspace.region(actor.region).view()
    return view.get(Capacity, str(year)) or Capacity(id=str(year), year=year)


def save_budget(
    workspace: Workspace,
    actor: Actor,
    measure_id: str,
    year: int,
    version: int,
    *,
    need: int,
    need_hours: int,
    shares: tuple[Share, ...],
    once: Once | None = None,
) -> Budget:
    """Keep what a measure needs in a year, and each municipality's share. The same again changes nothing.

    Raises Conflict with the budget as it stands when `version` is stale (0: none yet), Invalid, NotFound, Forbidden.
    """
    access.require(actor, Action.PLAN_WORK)
    numbers = [one.id for one in regions.municipalities(workspace, actor)]
    with workspace.region(actor.region).transaction() as tx:
        earlier = came_of(tx, actor, once, Budget)
        if earlier is not None:
            return earlier
        stored = budget_of(workspace, actor, measure_id, year, tx)
        if stored.version != version:
            raise Conflict(current=stored)
        wanted = check_budget(stored.changed(need=need, need_hours=need_hours, shares=shares), numbers)
        if wanted == stored:
            return stored
        kept = tx.put(wanted)
        tx.log("budgets.kept", kept, at=workspace.now(), by=actor.by, need=need, need_hours=need_hours)
        remember(tx, actor, once, kept, workspace.now())
        return kept


def save_capacity(
    workspace: Workspace, actor: Actor, year: int, version: int, stated: tuple[Stated, ...], *, once: Once | None = None
) -> Capacity:
    """Keep what the municipalities say they can give in a year. The same again changes nothing.

    Raises Conflict with the capacity as it stands when `version` is stale (0: none yet), Invalid, Forbidden.
    """
    access.require(actor, Action.PLAN_WORK)
    numbers = [one.id for one in regions.municipalities(workspace, actor)]
    with workspace.region(actor.region).transaction() as tx:
        earlier = came_of(tx, actor, once, Capacity)
        if earlier is not None:
            return earlier
        stored = capacity_of(workspace, actor, year, tx)
        if stored.version != version:
            raise Conflict(current=stored)
        wanted = check_capacity(stored.changed(stated=stated), numbers)
        if wanted == stored:
            return stored
        kept = tx.put(wanted)
        tx.log("capacities.kept", kept, at=workspace.now(), by=actor.by)
        remember(tx, actor, once, kept, workspace.now())
        return kept
