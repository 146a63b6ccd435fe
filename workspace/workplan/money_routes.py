"""Addresses for money and hours: what a measure needs and who gives it in a year, and what there is room for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request, url_for

from workspace import web
from workspace.access import Action
from workspace.errors import Conflict, Invalid, Message, PreconditionRequired
from workspace.regions import service as regions
from workspace.regions.model import Municipality
from workspace.workplan import money, service
from workspace.workplan.model import PLANNING, YEARS, Budget, Capacity, Share, Stated
from workspace.workplan.routes import blueprint, whole

AMOUNTS = ("agreed", "spent", "extra", "agreed_hours", "spent_hours", "extra_hours")


def _year() -> int:
    """The year that is asked for, else this one."""
    typed, (first, last) = request.args.get("year", ""), YEARS
    year = int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else 0
    return year if first <= year <= last else service.today(web.workspace()).year


def _numbers(typed: Mapping[str, Any], fields: list[str]) -> dict[str, int]:
    """Whole numbers of these fields. Raises Invalid naming each that is none."""
    read: dict[str, int] = {}
    errors: dict[str, Message] = {}
    for field in fields:
        try:
            read[field] = whole(typed[field], field)
        except Invalid as invalid:
            errors |= invalid.errors
    if errors:
        raise Invalid(errors)
    return read


# -- A measure's money --


@blueprint.get("/<id>/money")
@web.rule(Action.PLAN_WORK)
def edit_money(region: str, id: str) -> Response:
    """The form for a measure's money and hours in a year (`?year=`); `planning` is the work on the plan itself."""
    budget = money.budget_of(web.workspace(), web.me(), id, _year())
    return _money_form(budget, _typed_as(budget))


def _typed_as(budget: Budget) -> dict[str, Any]:
    typed: dict[str, Any] = {"need": budget.need, "need_hours": budget.need_hours, "version": budget.version}
    for share in budget.shares:
        typed |= {f"{name}-{share.municipality}": getattr(share, name) for name in AMOUNTS}
    return typed


def _money_form(budget: Budget, typed: dict[str, Any], code: int = 200, **context: Any) -> Response:
    parts, me = web.workspace(), web.me()
    is_planning = budget.measure == PLANNING
    return web.answer(
        "workplan/money.html",
        code,
        budget=budget,
        typed=typed,
        measure=None if is_planning else service.measure_in_plan(parts, me, budget.measure),
        municipalities=_municipalities(),
        amounts=AMOUNTS,
        planning=PLANNING,
        **context,
    )


def _municipalities() -> list[Municipality]:
    return regions.municipalities(web.workspace(), web.me())


@blueprint.post("/<id>/money")
@web.rule(Action.PLAN_WORK)
def save_money(region: str, id: str) -> Response:
    """Keep a measure's money and hours of a year."""
    parts, me = web.workspace(), web.me()
    budget = money.budget_of(parts, me, id, _year())
    amounts = [f"{name}-{one.id}" for one in _municipalities() for name in AMOUNTS]
    typed = web.form("need", "need_hours", "version", "key", *amounts)
    if not typed["version"]:
        raise PreconditionRequired()
    version, once = web.number(typed["version"]), web.once()
    try:
        read = _numbers(typed, ["need", "need_hours", *amounts])
        shares = tuple(
            Share(municipality=one.id, **{name: read[f"{name}-{one.id}"] for name in AMOUNTS})
            for one in _municipalities()
        )
        money.save_budget(
            parts,
            me,
            id,
            budget.year,
            version,
            need=read["need"],
            need_hours=read["need_hours"],
            shares=shares,
            once=once,
        )
    except Invalid as refused:
        return _money_form(budget, typed, 422, errors=refused.errors)
    except Conflict as stale:
        again = typed | {"version": stale.current.version}
        return _money_form(stale.current, again, 409, current=_typed_as(stale.current))
    if id == PLANNING:
        return web.done(url_for("workplan.listing", region=region) + "#money")
    return web.done(url_for("workplan.page", region=region, id=id) + "#money")


# -- What there is room for --


@blueprint.get("/capacity")
@web.rule(Action.PLAN_WORK)
def edit_capacity(region: str) -> Response:
    """The form for what the municipalities can give in a year (`?year=`)."""
    capacity = money.capacity_of(web.workspace(), web.me(), _year())
    return _capacity_form(capacity, _stated_as_typed(capacity))


def _stated_as_typed(capacity: Capacity) -> dict[str, Any]:
    typed: dict[str, Any] = {"version": capacity.version}
    for one in capacity.stated:
        for name in ("kroner", "hours"):
            said = getattr(one, name)
            typed[f"{name}-{one.municipality}"] = "" if said is None else said
    return typed


def _capacity_form(capacity: Capacity, typed: dict[str, Any], code: int = 200, **context: Any) -> Response:
    return web.answer(
        "workplan/capacity.html",
        code,
        capacity=capacity,
        typed=typed,
        plan=service.plan(web.workspace(), web.me()),
        **context,
    )


@blueprint.post("/capacity")
@web.rule(Action.PLAN_WORK)
def save_capacity(region: str) -> Response:
    """Keep what the municipalities can give in a year. An empty field says nothing; 0 says none."""
    parts, me = web.workspace(), web.me()
    capacity = money.capacity_of(parts, me, _year())
    fields = [f"{name}-{one.id}" for one in _municipalities() for name in ("kroner", "hours")]
    typed = web.form("version", "key", *fields)
    if not typed["version"]:
        raise PreconditionRequired()
    version, once = web.number(typed["version"]), web.once()
    try:
        read = _numbers(typed, [field for field in fields if typed[field]])
        stated = tuple(
            Stated(municipality=one.id, kroner=read.get(f"kroner-{one.id}"), hours=read.get(f"hours-{one.id}"))
            for one in _municipalities()
        )
        money.save_capacity(parts, me, capacity.year, version, stated, once=once)
    except Invalid as refused:
        return _capacity_form(capacity, typed, 422, errors=refused.errors)
    except Conflict as stale:
        again = typed | {"version": stale.current.version}
        return _capacity_form(stale.current, again, 409, current=_stated_as_typed(stale.current))
    return web.done(url_for("workplan.listing", region=region) + "#money")
