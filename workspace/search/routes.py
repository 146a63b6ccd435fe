"""Addresses of the room search."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, request, url_for

from workspace import clean, web
from workspace.access import Action
from workspace.documents import names as document_names
from workspace.documents.model import KINDS as DOCUMENT_KINDS
from workspace.regions import service as regions
from workspace.search import asking, names, service
from workspace.search.port import Hit

blueprint = web.room("search", __name__, "/search")

PAGE = 10  # hits on a page
MOST_PAGES = 50
LONGEST = 200  # characters of a question


@blueprint.get("")
@web.rule(Action.SEARCH)
def page(region: str) -> Response:
    """The search page: the field, and what was found."""
    asked = _asked()
    number = min(web.page_number(), MOST_PAGES)
    found = service.search(web.workspace(), web.me(), **asked, offset=(number - 1) * PAGE, limit=PAGE, counts=True)
    return web.answer(
        "search/page.html",
        **asked,
        found=found,
        page=number,
        pages=min(-(-found.total // PAGE), MOST_PAGES),
        searchable=asking.read(asked["words"]).stems(),
        municipalities={one.id: one.name for one in regions.municipalities(web.workspace(), web.me())},
        names=names,
        document_names=document_names,
        thing=_thing,
        dated=_dated,
        address=lambda **changes: _address(asked | changes),
    )


def _asked() -> dict[str, Any]:
    """What is asked for, from the address. What makes no sense there is passed over."""
    kind, source = request.args.get("kind", ""), request.args.get("source", "")
    return {
        "words": clean.clean_line(request.args.get("q", "")[:LONGEST]),
        "kind": kind if kind in service.KINDS else "",
        "source": source if source in DOCUMENT_KINDS else "",
    }


def _address(query: dict[str, Any]) -> str:
    """This page's address with some of its query changed; an empty part goes away."""
    kept = {"q" if name == "words" else name: value for name, value in query.items() if value}
    return url_for("search.page", region=web.me().region, **kept)


def _thing(hit: Hit) -> str:
    """The address of what was found, at the place in it."""
    entry, region = hit.entry, web.me().region
    match entry.kind:
        case "comment":
            return url_for("comments.reading", region=region, id=entry.parent, _anchor=entry.section)
        case "measure":
            return url_for("rounds.measure", region=region, id=entry.id)
        case "outcome":
            return url_for("rounds.page", region=region, id=entry.id)
    return url_for("comments.reading", region=region, id=entry.id, _anchor=hit.anchor or None)


def _dated(text: str) -> date | None:
    """A date from an entry, None for one that is not whole."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
