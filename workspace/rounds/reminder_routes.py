"""Addresses for having people told: the facilitator's reminder, and what to do with those that are not on their way."""

from __future__ import annotations

from flask import Response, url_for

from workspace import web
from workspace.access import Action
from workspace.errors import Conflict, Invalid
from workspace.rounds import reminding
from workspace.rounds.reminder import SENT, WAITING
from workspace.rounds.routes import blueprint, board_page


@blueprint.post("/rounds/<id>/reminders")
@web.rule(Action.WRITE_ROUND)
def remind(region: str, id: str) -> Response:
    """Remind those who have something left."""
    typed = web.form("reminder", "key")
    try:
        reminding.remind(web.workspace(), web.me(), id, typed["reminder"], once=web.once())
    except Invalid as refused:
        return board_page(id, 422, errors=refused.errors, typed=typed)
    except Conflict as late:
        return board_page(id, 409, errors={"reminder": late.message}, typed=typed)
    return web.done(url_for("rounds.page", region=region, id=id, reminded=1) + "#reminder-card")


@blueprint.post("/rounds/<id>/reminders/marks")
@web.rule(Action.WRITE_ROUND)
def mark(region: str, id: str) -> Response:
    """Say of reminders that they are sent, or that they shall be tried again."""
    typed = web.form("then", "key", many=("reminders",))
    to = WAITING if typed["then"] == "again" else SENT
    reminding.settle(web.workspace(), web.me(), id, typed["reminders"], to, once=web.once())
    return web.done(url_for("rounds.page", region=region, id=id) + "#reminder-card")
