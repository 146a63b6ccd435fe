"""Stepping into the demo region as any of its people, with one click and no password.

Only in demo mode, and only where the connection comes from this machine without a sign of a proxy; everywhere else
the page does not exist.
"""

from __future__ import annotations

from flask import Response, url_for

from workspace import web
from workspace.accounts import routes as accounts
from workspace.accounts import service as accounts_service
from workspace.errors import NotFound
from workspace.regions import home, service
from workspace.regions.blueprint import blueprint


@blueprint.get("/step-in")
@web.public("the demo's front door; does not exist outside demo mode")
def people() -> Response:
    """The people of the demo, to step in as one of them."""
    _require_demo()
    parts = web.workspace()
    regions = []
    for region, everybody in service.demo_people(parts):
        beginnings = home.to_begin_as(parts, region.id, everybody)
        first = {beginning.member.id for beginning in beginnings}
        others = [one for one in everybody if one[0].id not in first]
        regions.append((region, beginnings, others, home.answering(parts, region.id)))
    return web.answer("regions/step_in.html", regions=regions)


@blueprint.post("/step-in")
@web.public("the demo's front door; does not exist outside demo mode")
def step_in() -> Response:
    """Step in as the person chosen."""
    _require_demo()
    wanted = web.form("person")["person"]
    for region, everybody in service.demo_people(web.workspace()):
        if any(member.id == wanted for member, _place in everybody):
            accounts.enter(accounts_service.start_session(web.workspace(), wanted, device=accounts.device(), demo=True))
            return web.done(url_for("regions.home", region=region.id))
    raise NotFound()


def _require_demo() -> None:
    if not accounts.may_step_in():
        raise NotFound()
