"""What the demo region has begun with before its plan is adopted: two measures, their money, and what came of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from workspace.demo import sources
from workspace.demo.sources import Source
from workspace.demo.story import Act, Story
from workspace.measures import service as measures
from workspace.workplan import milestones, money, reporting, service
from workspace.workplan.model import PLANNING, Share, Stated

LEAD = "ingvill"


def acts(story: Story) -> Iterator[Act]:
    """The measures are set going and followed up, each act by the one who would do it."""
    source = sources.table("carrying_out.toml")
    for one in source["measures"]:
        yield Act(sources.moment(one["at"]), partial(_begin, story, one))
        for report in one["reports"]:
            yield Act(sources.moment(report["at"]), partial(_report, story, one, report))
    planning, capacity = source["planning"], source["capacity"]
    yield Act(sources.moment(planning["at"]), partial(_budget, story, PLANNING, planning))
    yield Act(sources.moment(capacity["at"]), partial(_capacity, story, capacity))


def _begin(story: Story, one: Source) -> None:
    workspace, lead, id = story.workspace, story.people[LEAD], _measure(story, one)
    measure = measures.get(workspace, lead, id)
    owned = measures.save(
        workspace, lead, id, measure.version, owner=one["owner"], responsible=one["responsible"],
        owner_reason=one["owner_reason"],
    )  # fmt: skip
    if not owned.started_before_adoption:
        service.start(workspace, lead, id)
    for step in one["milestones"]:
        milestones.add(workspace, lead, id, **step)
    for budget in one["budgets"]:
        _budget(story, id, budget)


def _report(story: Story, one: Source, report: Source) -> None:
    said = {name: value for name, value in report.items() if name != "at"}
    reporting.write(story.workspace, story.people[one["by"]], _measure(story, one), "", 0, **said)


def _capacity(story: Story, one: Source) -> None:
    stated = tuple(Stated(**said) for said in one["stated"])
    money.save_capacity(story.workspace, story.people[LEAD], one["year"], 0, stated)


def _budget(story: Story, id: str, one: Source) -> None:
    shares = tuple(Share(**share) for share in one["shares"])
    hours = one.get("need_hours", 0)
    money.save_budget(
        story.workspace, story.people[LEAD], id, one["year"], 0, need=one["need"], need_hours=hours, shares=shares
    )


def _measure(story: Story, one: Source) -> str:
    return story.measures[f"T{one['number']:02d}"]
