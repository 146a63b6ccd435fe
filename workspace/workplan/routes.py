"""Addresses of the room workplan: the plan of work, a measure's follow-up, setting going, and milestones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, url_for
from flask.sansio.blueprints import BlueprintSetupState

from workspace import clean, web
from workspace.access import Action, can
from workspace.errors import Conflict, Invalid, PreconditionRequired, _
from workspace.measures.model import EXTERNAL
from workspace.workplan import milestones, names, rolling, service
from workspace.workplan.following import follow
from workspace.workplan.model import PLANNING, Milestone
from workspace.workplan.reporting import waiting

blueprint = web.room("workplan", __name__, "/plan-of-work")


@blueprint.record_once
def _follow_measures(state: BlueprintSetupState) -> None:
    """What is kept here of a measure follows it into the one that it becomes part of."""
    state.app.extensions.setdefault("measure_merges", []).append(follow)


MILESTONE_FIELDS = ("title", "due", "done", "percent", "weight", "parent")


def whole(typed: str, field: str) -> int:
    """A whole number as somebody types it, thousands apart or not; 0 for nothing. Raises Invalid."""
    digits = typed.replace(" ", "").replace("\u00a0", "").replace("\u202f", "")
    if digits and not (digits.isascii() and digits.isdigit() and len(digits) <= 13):
        raise Invalid({field: _("Skriv et helt tall, uten desimaler.")})
    return int(digits or 0)


# -- Reading --


@blueprint.get("/")
@web.rule(Action.READ_MEASURE)
def listing(region: str) -> Response:
    """The plan of work: every measure in it, and money and hours."""
    return _listing()


def _listing(code: int = 200, **context: Any) -> Response:
    parts, me = web.workspace(), web.me()
    asked = waiting(parts, me) if can(me, Action.ASK_FOR_REPORT) else []
    return web.answer(
        "workplan/listing.html",
        code,
        plan=service.plan(parts, me),
        plan_names=names,
        reminders=[one for one in asked if one.kind],
        planning=PLANNING,
        today=service.today(parts).isoformat(),
        **context,
    )


@blueprint.get("/<id>")
@web.rule(Action.READ_MEASURE)
def page(region: str, id: str) -> Response:
    """One measure's follow-up."""
    return show(id)


def show(id: str, code: int = 200, **context: Any) -> Response:
    """The page of a measure's follow-up, with what was typed and refused."""
    parts, me = web.workspace(), web.me()
    found = service.follow_up(parts, me, id)
    return web.answer(
        "workplan/page.html",
        code,
        found=found,
        line=found.line,
        plan_names=names,
        today=service.today(parts).isoformat(),
        may_plan=can(me, Action.PLAN_WORK),
        may_report=can(me, Action.REPORT_WORK, found.line.measure),
        EXTERNAL=EXTERNAL,
        all_milestones=_all(found.line.nodes),
        leaves={one.number for one in rolling.leaves(found.line.nodes)},
        **context,
    )


# -- Setting going --


def act(id: str, do: Callable[[], object], typed: dict[str, Any], form: str, anchor: str = "") -> Response:
    """Do something with a measure's follow-up and show it; a refusal shows the page with what was typed."""
    try:
        do()
    except Invalid as refused:
        return show(id, 422, errors=refused.errors, typed=typed, form=form)
    except Conflict as stale:
        return show(id, 409, errors={}, typed=typed | {"version": stale.current.version}, form=form, stale=True)
    return web.done(url_for("workplan.page", region=web.me().region, id=id) + anchor)


@blueprint.post("/<id>/start")
@web.rule(Action.PLAN_WORK)
def start(region: str, id: str) -> Response:
    """Set a measure going."""
    try:
        service.start(web.workspace(), web.me(), id, once=web.once())
    except Invalid as refused:
        return _listing(422, errors=refused.errors)
    return web.done(url_for("workplan.page", region=region, id=id))


@blueprint.post("/<id>/finish")
@web.rule(Action.PLAN_WORK)
def finish(region: str, id: str) -> Response:
    """Say that a measure is carried out."""
    parts, me, once = web.workspace(), web.me(), web.once()
    service.measure_in_plan(parts, me, id)
    return act(id, lambda: service.finish(parts, me, id, once=once), {}, "finish")


# -- Milestones --


@blueprint.post("/<id>/milestones")
@web.rule(Action.PLAN_WORK)
def add_milestone(region: str, id: str) -> Response:
    """Add a milestone."""
    typed = web.form(*MILESTONE_FIELDS, "key")
    parts, me, once = web.workspace(), web.me(), web.once()
    service.measure_in_plan(parts, me, id)
    return act(
        id, lambda: milestones.add(parts, me, id, once=once, **_fields(typed)), typed, "milestone", "#milestones"
    )


def _fields(typed: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": clean.clean_line(typed["title"]),
        "due": typed["due"],
        "done": typed["done"],
        "percent": whole(typed["percent"], "percent") if typed["percent"] else None,
        "weight": whole(typed["weight"], "weight") if typed["weight"] else 1,
        "parent": whole(typed["parent"], "parent"),
    }


@blueprint.get("/<id>/milestones/<milestone>")
@web.rule(Action.PLAN_WORK)
def edit_milestone(region: str, id: str, milestone: str) -> Response:
    """The form to change a milestone."""
    stored = milestones.get(web.workspace(), web.me(), id, milestone)
    typed = {name: getattr(stored, name) for name in (*MILESTONE_FIELDS, "version")}
    return _milestone_form(stored, typed)


def _milestone_form(stored: Milestone, typed: dict[str, Any], code: int = 200, **context: Any) -> Response:
    parts, me = web.workspace(), web.me()
    found = service.follow_up(parts, me, stored.measure)
    return web.answer(
        "workplan/milestone.html",
        code,
        milestone=stored,
        typed=typed,
        measure=found.line.measure,
        others=[one for one in _all(found.line.nodes) if one.number != stored.number],
        **context,
    )


def _all(nodes: tuple[rolling.Node, ...]) -> list[Milestone]:
    return [one for node in nodes for one in (node.milestone, *_all(node.children))]


@blueprint.post("/<id>/milestones/<milestone>")
@web.rule(Action.PLAN_WORK)
def save_milestone(region: str, id: str, milestone: str) -> Response:
    """Change a milestone."""
    typed = web.form(*MILESTONE_FIELDS, "version", "key")
    parts, me = web.workspace(), web.me()
    stored = milestones.get(parts, me, id, milestone)
    if not typed["version"]:
        raise PreconditionRequired()
    version = web.number(typed["version"])
    try:
        milestones.save(parts, me, id, milestone, version, once=web.once(), **_fields(typed))
    except Invalid as refused:
        return _milestone_form(stored, typed, 422, errors=refused.errors)
    except Conflict as stale:
        again = typed | {"version": stale.current.version}
        return _milestone_form(stale.current, again, 409, current=stale.current)
    return web.done(url_for("workplan.page", region=region, id=id) + f"#milestone-{milestone}")


@blueprint.post("/<id>/milestones/<milestone>/progress")
@web.rule(Action.REPORT_WORK)
def tick(region: str, id: str, milestone: str) -> Response:
    """Say that a milestone is reached (`done`, today without a date), or how far it is."""
    typed = web.form("reached", "done", "percent", "key")
    parts, me, once = web.workspace(), web.me(), web.once()
    milestones.get(parts, me, id, milestone)

    def do() -> None:
        done = (typed["done"] or service.today(parts).isoformat()) if typed["reached"] else ""
        percent = whole(typed["percent"], "percent") if typed["percent"] and not done else None
        milestones.tick(parts, me, id, milestone, done, percent, once=once)

    return act(id, do, typed, f"tick-{milestone}", f"#milestone-{milestone}")


@blueprint.post("/<id>/milestones/<milestone>/removal")
@web.rule(Action.PLAN_WORK)
def remove_milestone(region: str, id: str, milestone: str) -> Response:
    """Take a milestone away."""
    parts, me, once = web.workspace(), web.me(), web.once()
    service.measure_in_plan(parts, me, id)
    return act(id, lambda: milestones.remove(parts, me, id, milestone, once=once), {}, "removal", "#milestones")
