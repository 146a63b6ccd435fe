"""What the front page tells: which measures are under way before the plan is adopted, and the newest results."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from typing import NamedTuple

from workspace.access import Actor
from workspace.measures import service as measures
from workspace.measures.model import IN_PLAN, Measure
from workspace.parts import Workspace
from workspace.store.port import View
from workspace.workplan import rolling
from workspace.workplan.model import Report
from workspace.workplan.service import milestones_of

RESULTS = 3  # told on the front page
UNDER_WAY = 6
AT_ONCE = 20


class UnderWay(NamedTuple):
    """A measure that is carried out already, how far it is, and the newest it has given."""

    measure: Measure
    responsible: str
    percent: int
    result: Report | None


class Result(NamedTuple):
    """A result: of which measure, led by whom, and what there is to tell."""

    measure: Measure
    responsible: str
    report: Report


class Told(NamedTuple):
    """What has come of the work so far."""

    under_way: tuple[UnderWay, ...]
    results: tuple[Result, ...]


def told(workspace: Workspace, actor: Actor) -> Told:
    """What there is to tell this actor, as it is at this moment: a result is told when it is written.

    It is read off the indexes: the front page of a region with thousands of measures asks for it each time.
    """
    view = workspace.region(actor.region).view()
    begun = measures.begun_early(workspace, actor, UNDER_WAY)
    return Told(
        tuple(_under_way(view, measure) for measure in begun), tuple(islice(_results(workspace, actor, view), RESULTS))
    )


def _under_way(view: View, measure: Measure) -> UnderWay:
    percent = int(rolling.percent_done(milestones_of(view, measure.id)))
    told_of = [report for report in view.find(Report, {"measure": measure.id}, order="number") if report.tells]
    newest = max(told_of, key=lambda report: (report.written_at, report.number), default=None)
    return UnderWay(measure, measure.responsible, percent, newest)


def _results(workspace: Workspace, actor: Actor, view: View) -> Iterator[Result]:
    """Results of measures that this actor may see and that are in the plan, newest first."""
    for at in count(0, AT_ONCE):
        page = view.find(Report, {"tells": True}, order="written_at", descending=True, offset=at, limit=AT_ONCE)
        for report in page:
            measure = measures.find(workspace, actor, report.measure)
            if measure is not None and measure.status in IN_PLAN and not measure.merged_into:
                yield Result(measure, measure.responsible, report)
        if len(page) < AT_ONCE:
            return
