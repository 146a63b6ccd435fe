"""Addresses of the board of opportunities."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, url_for

from workspace import clean, markup, web
from workspace.access import Action
from workspace.errors import Conflict, Forbidden, Invalid, PreconditionRequired
from workspace.measures import board, names
from workspace.measures import service as measures
from workspace.measures.opportunity import STAGES, Opportunity
from workspace.once import Once
from workspace.regions import service as regions

blueprint = web.room("opportunities", __name__, "/opportunities")

FIELDS = ("title", "text", "confidential", "version")


@blueprint.get("/")
@web.rule(Action.READ_OPPORTUNITY)
def listing(region: str) -> Response:
    """The board: a column for each stage."""
    found = board.listing(web.workspace(), web.me())
    columns = [(stage, [one for one in found if one.stage == stage]) for stage in STAGES]
    return web.answer("measures/board.html", columns=columns, found=found, **_words())


def _words() -> dict[str, Any]:
    municipalities = regions.municipalities(web.workspace(), web.me())
    return {
        "measure_names": names,
        "municipalities": municipalities,
        "municipality_names": {one.id: one.name for one in municipalities},
    }


@blueprint.get("/new")
@web.rule(Action.WRITE_OPPORTUNITY)
def new(region: str) -> Response:
    """The form for a new opportunity."""
    return _form(dict.fromkeys(FIELDS, "") | {"people": (), "municipalities": ()})


def _form(typed: dict[str, Any], code: int = 200, **context: Any) -> Response:
    members = [one for one in regions.members(web.workspace(), web.me()) if one.id != web.me().person]
    return web.answer("measures/opportunity_form.html", code, typed=typed, members=members, **_words(), **context)


@blueprint.post("/")
@web.rule(Action.WRITE_OPPORTUNITY)
def create(region: str) -> Response:
    """Register an opportunity."""
    typed = _typed()
    try:
        made = board.create(web.workspace(), web.me(), once=web.once(), **_fields(typed))
    except Invalid as refused:
        return _form(typed, 422, errors=refused.errors)
    return web.done(url_for("opportunities.page", region=region, id=made.id))


def _typed() -> dict[str, Any]:
    return web.form(*FIELDS, "key", many=("people", "municipalities"))


def _fields(typed: dict[str, Any]) -> dict[str, Any]:
    confidential = bool(typed["confidential"])
    return {
        "title": clean.clean_line(typed["title"]),
        "text": typed["text"],
        "confidential": confidential,
        "people": tuple(dict.fromkeys(typed["people"])) if confidential else (),
        "municipalities": tuple(dict.fromkeys(typed["municipalities"])) if confidential else (),
    }


@blueprint.get("/<id>")
@web.rule(Action.READ_OPPORTUNITY)
def page(region: str, id: str) -> Response:
    """An opportunity, who wants to be with it, and what it has become."""
    return _page(board.get(web.workspace(), web.me(), id))


def _page(found: Opportunity, code: int = 200, **context: Any) -> Response:
    parts, me = web.workspace(), web.me()
    measure = measures.find(parts, me, found.measure)
    people = {one.id: one.name for one in regions.members(parts, me)} if found.confidential else {}
    return web.answer(
        "measures/opportunity.html",
        code,
        opportunity=found,
        rendered=markup.render(found.text),
        measure=measure,
        people=people,
        **_words(),
        **context,
    )


@blueprint.get("/<id>/edit")
@web.rule(Action.WRITE_OPPORTUNITY)
def edit(region: str, id: str) -> Response:
    """The form to change an opportunity."""
    found = board.get(web.workspace(), web.me(), id)
    typed = {name: getattr(found, name) for name in (*FIELDS, "people", "municipalities")}
    return _form(typed, opportunity=found)


@blueprint.post("/<id>/versions")
@web.rule(Action.WRITE_OPPORTUNITY)
def save(region: str, id: str) -> Response:
    """Change an opportunity."""
    typed = _typed()
    found = board.get(web.workspace(), web.me(), id)
    if not typed["version"]:
        raise PreconditionRequired()
    try:
        board.save(web.workspace(), web.me(), id, web.number(typed["version"]), **_fields(typed))
    except Invalid as refused:
        return _form(typed, 422, opportunity=found, errors=refused.errors)
    except Conflict as stale:
        fresh = typed | {"version": stale.current.version}
        return _form(fresh, 409, opportunity=stale.current, current=stale.current)
    except Forbidden as refused:
        return _form(typed, 403, opportunity=found, errors={"confidential": refused.message})
    return web.done(url_for("opportunities.page", region=region, id=id))


@blueprint.post("/<id>/sharing")
@web.rule(Action.WRITE_OPPORTUNITY)
def share(region: str, id: str) -> Response:
    """Ask others in."""
    return _act(id, lambda once: board.share(web.workspace(), web.me(), id, once=once))


@blueprint.post("/<id>/interest")
@web.rule(Action.JOIN_OPPORTUNITY)
def join(region: str, id: str) -> Response:
    """«Vi vil være med»."""
    return _act(id, lambda once: board.join(web.workspace(), web.me(), id, once=once))


@blueprint.post("/<id>/interest/end")
@web.rule(Action.JOIN_OPPORTUNITY)
def leave(region: str, id: str) -> Response:
    """Take that back."""
    return _act(id, lambda once: board.leave(web.workspace(), web.me(), id, once=once))


def _act(id: str, act: Callable[[Once | None], object]) -> Response:
    try:
        act(web.once())
    except Conflict as late:
        return _page(board.get(web.workspace(), web.me(), id), 409, errors={"stage": late.message})
    return web.done(url_for("opportunities.page", region=web.me().region, id=id))
