"""Addresses of the room regions: the front door and a region's home; and who somebody is in a region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, Response, current_app, g, redirect, render_template, request, url_for
from markupsafe import Markup

from workspace import keeping, pieces, web
from workspace.access import Action, can
from workspace.accounts import routes as accounts
from workspace.regions import first_run_routes as first_run
from workspace.regions import home as home_page
from workspace.regions import membership as _membership  # noqa: F401  its addresses hang on the blueprint
from workspace.regions import names, own_routes, service
from workspace.regions import stepping as _stepping  # noqa: F401  its addresses hang on the blueprint
from workspace.regions.blueprint import blueprint
from workspace.translation import gettext, ngettext


@dataclass(frozen=True)
class MenuItem:
    """One entry of the main menu."""

    endpoint: str
    icon: str
    text: str
    address: str
    current: bool
    count: int = 0
    count_text: str = ""


def init_app(app: Flask) -> None:
    """Say before each request who asks in the region of the address, and give pages what their frame needs."""
    app.before_request(recognise)
    app.context_processor(frame)
    app.extensions["on_profile"] = own_routes.on_profile
    app.extensions["place_words"] = lambda person_id: service.place_words(web.workspace(), person_id)


def recognise() -> None:
    """Set who asks, as a member of the region in the address."""
    slug = (request.view_args or {}).get("region")
    person = g.get("person")
    if slug is not None and person is not None:
        g.actor = service.actor_in(web.workspace(), person, slug)


def frame() -> dict[str, Any]:
    """What the frame of every page shows: the region, the menu, who is signed in."""
    me = web.me()
    region = service.region_of(web.workspace(), me.region) if me.region else None
    demo = region.demo if region else web.workspace().config.demo
    return {"region": region, "top": top, "menu": menu, "me_line": me_line, "demo": demo, "names": names}


def top(words: str) -> Markup:
    """What stands above a page, with the words that were searched for."""
    me = web.me()
    unanswered, unread = (_counted(name) for name in ("unanswered", "unread"))
    if words or not me.region:
        made = render_template(
            "_top.html", words=words, unanswered=unanswered, unread=unread, shortcuts=accounts.has_shortcuts()
        )
        return Markup(made)  # noqa: S704  made by a template
    region = service.region_of(web.workspace(), me.region)
    shortcuts = accounts.has_shortcuts()
    made_of = (me.person, me.name, me_line(), region, request.endpoint, unanswered, unread, shortcuts)
    return keeping.part("_top.html", made_of, words="", unanswered=unanswered, unread=unread, shortcuts=shortcuts)


def _counted(what: str) -> int:
    """What a later room counts for the frame of a page, for the one who asks; 0 outside a region."""
    count = current_app.extensions.get(what)
    return count() if count is not None and web.me().region else 0


def me_line() -> str:
    """Who one is in the region, in a line: «Næringssjef, Havnsund»."""
    me = web.me()
    if not me.region:
        return ""
    place = me.organisation
    if me.municipality:
        place = service.municipality_name(web.workspace(), me, me.municipality)
    what = me.title or (names.role(me.role) if me.role else "")
    return ", ".join(part for part in (what, place) if part)


def menu(unanswered: int) -> list[MenuItem]:
    """The main menu of the region, with how many measures wait for an answer."""
    me = web.me()
    entries = [
        ("regions.home", "home", gettext("Hjem"), Action.READ_REGION),
        ("documents.listing", "document", gettext("Dokumenter"), Action.READ_DOCUMENT),
        ("measures.listing", "measure", gettext("Tiltak"), Action.READ_MEASURE),
        ("rounds.listing", "round", gettext("Runder"), Action.READ_ROUND),
        ("regions.members", "people", gettext("Medlemmer"), Action.MANAGE_MEMBERS),
    ]
    if not can(me, Action.MANAGE_MEMBERS):
        entries.append(("groups.listing", "people", gettext("Arbeidsgrupper"), Action.READ_REGION))
    count_text = ngettext("%(num)s tiltak du ikke har svart på", "%(num)s tiltak du ikke har svart på", unanswered)
    return [
        MenuItem(
            endpoint,
            icon,
            text,
            pieces.url_for(endpoint, region=me.region),
            _is_current(endpoint),
            unanswered if endpoint == "rounds.listing" else 0,
            count_text,
        )
        for endpoint, icon, text, action in entries
        if can(me, action) and endpoint in current_app.view_functions
    ]


# Pages that stand under another entry of the menu than that of the room they are in.
_STANDS_IN = {
    "comments.reading": "documents",
    "rounds.measure": "measures",
    "rounds.amendment": "measures",
    "rounds.new_amendment": "measures",
}


def _is_current(endpoint: str) -> bool:
    here = request.endpoint or ""
    room = _STANDS_IN.get(here, here.partition(".")[0])
    room = {"files": "documents", "search": "documents", "hearings": "documents"}.get(room, room)
    room = {"opportunities": "measures", "workplan": "measures"}.get(room, room)
    if endpoint == "regions.members":
        return here.startswith("groups.") or here == endpoint
    if endpoint.startswith("regions."):
        return here == endpoint
    return endpoint.startswith(f"{room}.")


# -- The front door --


@blueprint.get("/")
@web.public("the front door: sends each where they belong")
def front() -> Response:
    """To one's region; to a choice between several; to sign in; or, in demo mode, to step in as somebody.

    Where there is no region yet, to the making of one.
    """
    if first_run.is_offered():
        return cast(Response, redirect(url_for("regions.first_code"), 303))
    person = g.get("person")
    if person is None:
        endpoint = "regions.people" if accounts.may_step_in() else "accounts.sign_in"
        return cast(Response, redirect(url_for(endpoint), 303))
    found = service.regions_of(web.workspace(), person.id)
    if len(found) == 1:
        return cast(Response, redirect(url_for("regions.home", region=found[0].id), 303))
    return web.answer("regions/choose.html", regions=found)


@blueprint.get("/regions")
@web.signed_in("the way from one region to another")
def choose() -> Response:
    """The regions one is a member of, to go from one to another."""
    return web.answer("regions/choose.html", regions=service.regions_of(web.workspace(), g.person.id))


@blueprint.get("/r/<region>/")
@web.rule(Action.READ_REGION)
def home(region: str) -> Response:
    """The region's front page."""
    parts, me = web.workspace(), web.me()
    overview = home_page.overview(parts, me)
    has_demo = _has_demo()
    made_of = (overview, service.region_of(parts, region), has_demo)
    kept = keeping.part("regions/_front.html", made_of, overview=overview, has_demo=has_demo)
    return web.answer("regions/home.html", kept=kept)


def _has_demo() -> bool:
    """Whether there is an invented region to look at beside this one, for whoever asks."""
    parts = web.workspace()
    return accounts.may_step_in() and any(one.demo and one.id != web.me().region for one in service.all_regions(parts))


@blueprint.post("/r/<region>/first-steps")
@web.rule(Action.HIDE_FIRST_STEPS)
def hide_first_steps(region: str) -> Response:
    """Hide what to do first, or show it again."""
    service.hide_first_steps(web.workspace(), web.me(), web.form("hidden")["hidden"] == "1")
    return web.done(url_for("regions.home", region=region))
