"""Addresses of the region's working groups."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for

from workspace import web
from workspace.access import Action
from workspace.clean import clean_line
from workspace.errors import Conflict, Invalid, PreconditionRequired
from workspace.regions import groups, service
from workspace.regions.model import WorkingGroup

blueprint = web.room("groups", __name__, "/groups")


@blueprint.get("/")
@web.rule(Action.READ_REGION)
def listing(region: str) -> Response:
    """The groups that are at work."""
    return web.answer("groups/listing.html", groups=groups.all_groups(web.workspace(), web.me()))


@blueprint.get("/<id>")
@web.rule(Action.READ_REGION)
def page(region: str, id: str) -> Response:
    """One group: what it is to do, how it meets and who is in it."""
    return web.answer("groups/page.html", shown=groups.read(web.workspace(), web.me(), id), places=_places())


def _places() -> dict[str, str]:
    found = service.municipalities(web.workspace(), web.me())
    return {municipality.id: municipality.name for municipality in found}


@blueprint.get("/new")
@web.rule(Action.MANAGE_MEMBERS)
def new(region: str) -> Response:
    """The form to make a group."""
    return _form(typed={"kind": "work", "members": ()})


@blueprint.post("/")
@web.rule(Action.MANAGE_MEMBERS)
def create(region: str) -> Response:
    """Make a group."""
    typed = _typed()
    try:
        made = groups.make(web.workspace(), web.me(), once=web.once(), **_said(typed))
    except Invalid as refused:
        return _form(422, typed=typed, errors=refused.errors)
    return web.done(url_for("groups.page", region=region, id=made.id))


@blueprint.get("/<id>/edit")
@web.rule(Action.MANAGE_MEMBERS)
def edit(region: str, id: str) -> Response:
    """The form with what the group is now."""
    group = groups.read(web.workspace(), web.me(), id).group
    typed = {name: getattr(group, name) for name in ("name", "kind", "mandate", "rhythm", "leader", "members")}
    return _form(group=group, typed=typed | {"version": group.version})


@blueprint.post("/<id>")
@web.rule(Action.MANAGE_MEMBERS)
def save(region: str, id: str) -> Response:
    """Keep the group as it is now said to be. What others changed meanwhile is shown beside, and nothing is lost."""
    typed = _typed()
    group = groups.read(web.workspace(), web.me(), id).group
    if not typed["version"]:
        raise PreconditionRequired()
    try:
        groups.change(web.workspace(), web.me(), id, web.number(typed["version"]), **_said(typed))
    except Invalid as refused:
        return _form(422, group=group, typed=typed, errors=refused.errors)
    except Conflict as stale:
        current: WorkingGroup = stale.current
        if current.ended is not None:
            raise
        return _form(409, group=group, typed=typed | {"version": current.version}, current=current)
    return web.done(url_for("groups.page", region=region, id=id))


@blueprint.post("/<id>/end")
@web.rule(Action.MANAGE_MEMBERS)
def end(region: str, id: str) -> Response:
    """End a group."""
    groups.end(web.workspace(), web.me(), id)
    return web.done(url_for("groups.page", region=region, id=id))


def _form(code: int = 200, **context: Any) -> Response:
    people = groups.candidates(web.workspace(), web.me())
    return web.answer("groups/form.html", code, people=people, places=_places(), **context)


def _typed() -> dict[str, Any]:
    return web.form("name", "kind", "mandate", "rhythm", "leader", "version", "key", many=("members",))


def _said(typed: dict[str, Any]) -> dict[str, Any]:
    """What the form says of the group. The one who leads it is in it, also where that box was not ticked."""
    members = tuple(member for member in typed["members"] if member)
    leader = typed["leader"]
    return {
        "name": clean_line(typed["name"]),
        "kind": typed["kind"],
        "mandate": typed["mandate"],
        "rhythm": clean_line(typed["rhythm"]),
        "leader": leader,
        "members": (*members, leader) if leader and leader not in members else members,
    }
