"""The address at which people say where a thread belongs."""

from __future__ import annotations

from typing import Any

from flask import Response

from workspace import web
from workspace.access import Action
from workspace.comments import addresses, confirming, service
from workspace.comments.routes import blueprint, posted
from workspace.errors import BadRequest, Invalid


@blueprint.post("/threads/<id>/place")
@web.rule(Action.PLACE_THREAD)
def place(region: str, id: str) -> Response:
    """Say whether what is suggested is the passage of a thread, or tie the thread to other words."""
    typed = web.form("answer", "number", "quote", "key")
    parts, me, number = web.workspace(), web.me(), web.number(typed["number"])
    try:
        if typed["answer"] == "yes":
            confirming.confirm(parts, me, id, number, once=web.once())
        elif typed["answer"] == "no":
            confirming.decline(parts, me, id, number, once=web.once())
        elif typed["answer"] == "here":
            confirming.tie(parts, me, id, number, typed["quote"], once=web.once())
        else:
            raise BadRequest()
    except Invalid as refused:
        return _refused(id, typed, refused)
    return posted(id)


def _refused(id: str, typed: dict[str, Any], refused: Invalid) -> Response:
    subject, talk = service.talk(web.workspace(), web.me(), id)
    context: dict[str, Any] = {"placing": id, "placed": typed, "place_errors": refused.errors}
    if web.is_htmx():
        return web.answer("comments/_thread.html", 422, subject=subject, talk=talk, **context)
    return addresses.again(subject.about, 422, talk.place.page, **context)
