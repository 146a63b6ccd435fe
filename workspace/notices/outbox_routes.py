"""Addresses of what does not go out by itself, for those who lead."""

from __future__ import annotations

from flask import Response, url_for

from workspace import web
from workspace.access import Action
from workspace.notices import outbox
from workspace.notices.model import SENT, WAITING
from workspace.notices.routes import blueprint


@blueprint.get("/outbox")
@web.rule(Action.SEND_NOTICES)
def outbox_page(region: str) -> Response:
    """Letters to copy, and those that did not arrive."""
    return web.answer("notices/outbox.html", outbox=outbox.read(web.workspace(), web.me()))


@blueprint.post("/outbox")
@web.rule(Action.SEND_NOTICES)
def settle_letter(region: str) -> Response:
    """Say of a letter that it is sent by hand, or that it shall be tried again."""
    typed = web.form("id", "what", "then", "key")
    if typed["what"] == "person":
        outbox.sent_by_hand(web.workspace(), web.me(), typed["id"], once=web.once())
    else:
        to = WAITING if typed["then"] == "again" else SENT
        outbox.settle(web.workspace(), web.me(), typed["id"], to, once=web.once())
    return web.done(url_for("notices.outbox_page", region=region))
