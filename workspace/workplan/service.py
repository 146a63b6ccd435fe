"""The plan of work as it stands, and setting a measure going."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import NamedTuple
from zoneinfo import ZoneInfo

from workspace import access
from workspace.access import Action, Actor
from workspace.clean import alphabetical, is_blank
from workspace.errors import Invalid, NotFound, _
from workspace.measures import life
from workspace.measures import service as measures
from workspace.measures.model import EXTERNAL, IN_PLAN, Measure
from workspace.once import Once
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.regions.model import Municipality
from workspace.store.port import View
from workspace.workplan import funding, rolling
from workspace.workplan.funding import Money, Phase
from workspace.workplan.model import (
    PLANNING,
    Budget,
    Capacity,
    Milestone,
    Report,
)
from workspace.workplan.rolling import Node

OSLO = ZoneInfo("Europe/Oslo")


def measure_in_plan(workspace: Workspace, actor: Actor, measure_id: str, view: View | None = None) -> Measure:
    """A measure that is in the plan of work. Raises NotFound for any other."""
    measure = measures.get(workspace, actor, measure_id, view)
    if measure.status not in IN_PLAN or measure.merged_into:
        raise NotFound()
    return measure


def is_assigned(measure: Measure) -> bool:
    """Whether exactly one answers for carrying a measure out: a municipality, or somebody else by name."""
    return bool(measure.owner) and not is_blank(measure.responsible)


def milestones_of(view: View, measure_id: str) -> list[Milestone]:
    """A measure's milestones, by number."""
    return view.find(Milestone, {"measure": measure_id}, order="number")


def today(workspace: Workspace) -> date:
    """The day it is on a Norwegian clock."""
    return workspace.now().astimezone(OSLO).date()


# -- How it stands --


class Line(NamedTuple):
    """A measure in the plan of work: how far it is, what comes next, and how it goes."""

    measure: Measure
    nodes: tuple[Node, ...]
    report: Report | None  # the newest that is written
    state: str  # "done", "late", "help", "not_started" or "on_track"

    @property
    def percent(self) -> Fraction:
        """How far it is, 0 to 100."""
        return 100 * rolling.rolled_up(self.nodes)

    @property
    def next(self) -> Milestone | None:
        """The milestone that comes next."""
        return rolling.next_due(self.nodes)


class Plan(NamedTuple):
    """The whole plan of work."""

    lines: tuple[Line, ...]
    ready: tuple[Measure, ...]  # agreed, so that they may start before the plan is adopted
    municipalities: tuple[Municipality, ...]
    kroner: Money
    hours: Money
    phases: tuple[Phase, Phase]

    @property
    def carried(self) -> tuple[tuple[str, tuple[Measure, ...]], ...]:
        """Who answers for which measures: every municipality in the order of the alphabet, then everybody else."""
        found = [line.measure for line in self.lines]
        theirs = [(one.name, tuple(m for m in found if m.owner == one.id)) for one in self.municipalities]
        others = sorted({m.responsible for m in found if m.owner == EXTERNAL}, key=alphabetical)
        external = [(name, tuple(m for m in found if m.owner == EXTERNAL and m.responsible == name)) for name in others]
        return (*theirs, *external)


def plan(workspace: Workspace, actor: Actor) -> Plan:
    """The plan of work, as far as this actor may see its measures."""
    view = workspace.region(actor.region).view()
    everything = measures.listing(workspace, actor)
    found = [measure for measure in everything if measure.status in IN_PLAN]
    municipalities = tuple(regions.municipalities(workspace, actor))
    budgets = _counted(view, found)
    capacities = view.find(Capacity, order="year")
    numbers = [municipality.id for municipality in municipalities]
    return Plan(
        tuple(_line(view, measure, today(workspace)) for measure in found),
        tuple(measure for measure in everything if measure.status == "agreed"),
        municipalities,
        funding.table(budgets, capacities, numbers, "kroner"),
        funding.table(budgets, capacities, numbers, "hours"),
        funding.phases(budgets),
    )


def _counted(view: View, found: list[Measure]) -> list[Budget]:
    """The budgets of these measures, and of the planning."""
    counted = {measure.id for measure in found} | {PLANNING}
    return [budget for budget in view.find(Budget, order="year") if budget.measure in counted]


def _line(view: View, measure: Measure, on: date) -> Line:
    nodes = rolling.tree(milestones_of(view, measure.id))
    report = newest_report(view, measure.id)
    return Line(measure, nodes, report, state_of(measure, nodes, report, on))


def newest_report(view: View, measure_id: str) -> Report | None:
    """The report on a measure that was written last, None when there is none."""
    written = [r for r in view.find(Report, {"measure": measure_id}, order="number") if r.written_at is not None]
    return max(written, key=lambda report: (report.written_at, report.number), default=None)


def state_of(measure: Measure, nodes: tuple[Node, ...], report: Report | None, on: date) -> str:
    """How a measure goes, in one word: what its milestones say, and what its newest report says."""
    if measure.status == "done":
        return "done"
    overdue = any(one.due and not one.done and one.due < on.isoformat() for one in rolling.leaves(nodes))
    if overdue or (report is not None and report.state == "late"):
        return "late"
    if report is not None and report.state == "help":
        return "help"
    return "not_started" if measure.status == "adopted" else "on_track"


class FollowUp(NamedTuple):
    """All that is followed up of one measure."""

    line: Line
    municipalities: tuple[Municipality, ...]
    budgets: tuple[Budget, ...]
    kroner: Money
    hours: Money
    over: Money  # kroner over all measures: where a municipality has agreed to more than it can give
    over_hours: Money
    reports: tuple[Report, ...]  # newest first


def follow_up(workspace: Workspace, actor: Actor, measure_id: str) -> FollowUp:
    """How one measure of the plan of work stands. Raises NotFound."""
    view = workspace.region(actor.region).view()
    measure = measure_in_plan(workspace, actor, measure_id, view)
    budgets = tuple(view.find(Budget, {"measure": measure_id}, order="year"))
    municipalities = tuple(regions.municipalities(workspace, actor))
    numbers = [municipality.id for municipality in municipalities]
    everything = _counted(view, [one for one in measures.listing(workspace, actor) if one.status in IN_PLAN])
    capacities = view.find(Capacity, order="year")
    return FollowUp(
        _line(view, measure, today(workspace)),
        municipalities,
        budgets,
        funding.table(budgets, (), numbers, "kroner"),
        funding.table(budgets, (), numbers, "hours"),
        funding.table(everything, capacities, numbers, "kroner"),
        funding.table(everything, capacities, numbers, "hours"),
        tuple(view.find(Report, {"measure": measure_id}, order="number", descending=True)),
    )


# -- Setting going, and finishing --


def start(workspace: Workspace, actor: Actor, measure_id: str, *, once: Once | None = None) -> Measure:
    """Set a measure going: one that is adopted, or that there is consensus on before the plan is adopted.

    Raises Invalid (field `status`) for any other, Conflict, NotFound, Forbidden.
    """
    access.require(actor, Action.PLAN_WORK)
    measure = measures.get(workspace, actor, measure_id)
    if measure.status not in {"agreed", *IN_PLAN}:
        raise Invalid({"status": _("Bare tiltak det er konsensus om, eller som er vedtatt, kan settes i gang.")})
    return life.change_status(workspace, actor, measure_id, measure.version, "started", once=once)


def finish(workspace: Workspace, actor: Actor, measure_id: str, *, once: Once | None = None) -> Measure:
    """Say that a measure is carried out. Raises Invalid (field `status`), Conflict, NotFound, Forbidden."""
    access.require(actor, Action.PLAN_WORK)
    measure = measure_in_plan(workspace, actor, measure_id)
    return life.change_status(workspace, actor, measure_id, measure.version, "done", once=once)
