"""Addresses of status reports: what is waited for, asking, reminding, and writing."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for

from workspace import access, web
from workspace.access import Action
from workspace.errors import Conflict, Invalid, PreconditionRequired
from workspace.store.port import View
from workspace.workplan import names, reporting, service
from workspace.workplan.model import Report, figures_text
from workspace.workplan.routes import blueprint, whole

FIELDS = ("happened", "state", "next_step", "percent", "result", "figures")


# -- Asking and reminding --


@blueprint.get("/reports")
@web.rule(Action.ASK_FOR_REPORT)
def reports(region: str) -> Response:
    """What is asked for and not written, the reminders that are due, and the form to ask with."""
    return _reports()


def _reports(code: int = 200, **context: Any) -> Response:
    parts, me = web.workspace(), web.me()
    waiting = reporting.waiting(parts, me)
    plan = service.plan(parts, me)
    base = parts.config.base_url.rstrip("/")
    texts = {}
    for one in waiting:
        to = url_for("workplan.edit_report", region=me.region, id=one.measure.id, report=one.report.number)
        texts[one.report.id] = names.reminder_text(one, base + to)
    return web.answer(
        "workplan/reports.html",
        code,
        waiting=waiting,
        plan=plan,
        plan_names=names,
        texts=texts,
        asked={one.report.measure for one in waiting},
        **{"typed": {"measures": (), "due": "", "question": ""}} | context,
    )


@blueprint.post("/reports")
@web.rule(Action.ASK_FOR_REPORT)
def ask(region: str) -> Response:
    """Ask for reports on some measures."""
    typed = web.form("due", "question", "key", many=("measures",))
    parts, me = web.workspace(), web.me()
    try:
        reporting.ask(parts, me, typed["measures"], typed["due"], typed["question"], once=web.once())
    except Invalid as refused:
        return _reports(422, typed=typed, errors=refused.errors)
    return web.done(url_for("workplan.reports", region=region))


@blueprint.post("/<id>/reports/<report>/reminders")
@web.rule(Action.ASK_FOR_REPORT)
def mark_sent(region: str, id: str, report: str) -> Response:
    """Keep that a reminder was sent."""
    typed = web.form("kind", "key")
    try:
        reporting.mark_sent(web.workspace(), web.me(), id, report, typed["kind"], once=web.once())
    except Invalid as refused:
        return _reports(422, errors=refused.errors)
    return web.done(url_for("workplan.reports", region=region))


# -- Writing --


@blueprint.get("/<id>/reports/new")
@web.rule(Action.REPORT_WORK)
def new_report(region: str, id: str) -> Response:
    """The form for a report that nobody asked for."""
    parts, me = web.workspace(), web.me()
    service.measure_in_plan(parts, me, id)
    return _form(reporting.next_report(_view(), id), "", _blank(0))


def _blank(version: int) -> dict[str, Any]:
    return dict.fromkeys(FIELDS, "") | {"version": version}


@blueprint.get("/<id>/reports/<report>")
@web.rule(Action.REPORT_WORK)
def edit_report(region: str, id: str, report: str) -> Response:
    """The form for a report that was asked for, or to correct one."""
    stored = reporting.get(web.workspace(), web.me(), id, report)
    return _form(stored, report, _typed_as(stored))


def _typed_as(stored: Report) -> dict[str, Any]:
    typed = {name: getattr(stored, name) for name in (*FIELDS, "version")}
    percent = "" if stored.percent is None else stored.percent
    return typed | {"figures": figures_text(stored.figures), "percent": percent}


def _form(stored: Report, number: str, typed: dict[str, Any], code: int = 200, **context: Any) -> Response:
    parts, me = web.workspace(), web.me()
    line = service.follow_up(parts, me, stored.measure).line
    access.require(me, Action.REPORT_WORK, line.measure)
    return web.answer(
        "workplan/report.html",
        code,
        report=stored,
        number=number,
        typed=typed,
        line=line,
        plan_names=names,
        percent=names.percent(line.percent),
        **context,
    )


@blueprint.post("/<id>/reports")
@web.rule(Action.REPORT_WORK)
def create_report(region: str, id: str) -> Response:
    """Write a report that nobody asked for."""
    return _write(id, "")


@blueprint.post("/<id>/reports/<report>")
@web.rule(Action.REPORT_WORK)
def save_report(region: str, id: str, report: str) -> Response:
    """Write a report that was asked for, or correct one."""
    return _write(id, report)


def _write(id: str, number: str) -> Response:
    typed = web.form(*FIELDS, "version", "key")
    parts, me, once = web.workspace(), web.me(), web.once()
    service.measure_in_plan(parts, me, id)
    stored = _stored(id, number)
    if not typed["version"]:
        raise PreconditionRequired()
    version = web.number(typed["version"])
    try:
        fields = {name: typed[name] for name in ("happened", "state", "next_step", "result", "figures")}
        percent = whole(typed["percent"], "percent") if typed["percent"] else None
        reporting.write(parts, me, id, number, version, percent=percent, once=once, **fields)
    except Invalid as refused:
        return _form(stored, number, typed, 422, errors=refused.errors)
    except Conflict as stale:
        again = typed | {"version": stale.current.version}
        return _form(stale.current, number, again, 409, current=_typed_as(stale.current))
    return web.done(url_for("workplan.page", region=web.me().region, id=id) + "#reports")


def _stored(id: str, number: str) -> Report:
    parts, me = web.workspace(), web.me()
    return reporting.get(parts, me, id, number) if number else reporting.next_report(_view(), id)


def _view() -> View:
    return web.workspace().region(web.me().region).view()
