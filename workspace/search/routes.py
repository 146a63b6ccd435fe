"""Addresses of the room search."""

from __future__ import annotations

from flask import Response

from workspace import web
from workspace.access import Action

blueprint = web.room("search", __name__, "/search")


@blueprint.get("")
@web.rule(Action.SEARCH)
def page(region: str) -> Response:
    """What was found for `?q=`."""
    return web.answer("search/page.html")
