"""Addresses for making the first region: a code, the region and its municipalities, and oneself as administrator.

They exist only while there is no region.
"""

from __future__ import annotations

from typing import Any, cast

from flask import Response, redirect, request, session, url_for

from workspace import web
from workspace.accounts import routes as accounts
from workspace.clean import alphabetical, clean_line, clean_text
from workspace.errors import Invalid, NotFound
from workspace.regions import first_run, norway
from workspace.regions.blueprint import blueprint
from workspace.regions.model import FirstRun

_WHY = "whoever installs Regionrom has no account yet; the code of the terminal is the key"
_FIELDS = ("name", "responsible", "plan", "slug")
MOST_CHOSEN = 357


def is_offered() -> bool:
    """Whether the front door leads here. In demo mode people step in as somebody of the demo instead."""
    parts = web.workspace()
    return not parts.config.demo and first_run.is_open(parts)


def _first() -> FirstRun | None:
    """What has been described, for a browser that has shown the code; None when it has to show it. Raises NotFound."""
    if not is_offered():
        raise NotFound()
    return first_run.begun(web.workspace(), str(session.get("first_run", "")))


def _to(endpoint: str, **values: Any) -> Response:
    return cast(Response, redirect(url_for(endpoint, **values), 303))


@blueprint.get("/first-run")
@web.public(_WHY)
def first_code() -> Response:
    """The first step: the code."""
    if _first() is not None:
        return _to("regions.first_region")
    return web.answer("regions/first_run/code.html", step=1)


@blueprint.post("/first-run")
@web.public(_WHY)
def show_code() -> Response:
    """Take the code."""
    _first()
    try:
        code = web.form("code")["code"]
        session["first_run"] = first_run.enter(web.workspace(), code, request.remote_addr or "")
    except Invalid as refused:
        return web.answer("regions/first_run/code.html", 422, step=1, errors=refused.errors)
    return web.done(url_for("regions.first_region"))


@blueprint.get("/first-run/region")
@web.public(_WHY)
def first_region() -> Response:
    """The second step: what the region is called, and who is in it. `?q=` searches among the municipalities."""
    first = _first()
    if first is None:
        return _to("regions.first_code")
    return _region(first, clean_line(request.args.get("q", ""))[:60])


def _region(first: FirstRun, q: str, code: int = 200, **context: Any) -> Response:
    about = municipalities_of(q, first.municipalities)
    return web.answer("regions/first_run/region.html", code, step=2, first=first, q=q, **about, **context)


def municipalities_of(q: str, chosen: tuple[str, ...]) -> dict[str, Any]:
    """Those that were chosen, and those that were searched for beside them."""
    known = [norway.municipalities()[number] for number in chosen if number in norway.municipalities()]
    hits = [one for one in norway.matching(q) if one.number not in chosen]
    return {"chosen": sorted(known, key=lambda one: (alphabetical(one.name), one.number)), "hits": hits}


@blueprint.post("/first-run/region")
@web.public(_WHY)
def describe_region() -> Response:
    """Keep what was typed, and go on; or search, and stay."""
    if _first() is None:
        return _to("regions.first_code")
    typed = web.form(*_FIELDS, "q", "find", many=("municipality",))
    about = {name: clean_line(typed[name]) for name in _FIELDS}
    key = str(session["first_run"])
    first = first_run.describe(web.workspace(), key, municipalities=typed["municipality"], **about)
    if typed["find"] and typed["q"].strip():  # Enter in another field presses the first button, too
        return _to("regions.first_region", q=clean_line(typed["q"])[:60], _anchor="municipalities")
    try:
        first_run.check(first)
    except Invalid as refused:
        return _region(first, clean_line(typed["q"])[:60], 422, errors=refused.errors)
    return web.done(url_for("regions.first_person"))


@blueprint.get("/first-run/municipalities")
@web.public(_WHY)
def find_municipalities() -> Response:
    """The municipalities that fit what is being typed, with those chosen so far."""
    if _first() is None:
        return Response(status=401, headers={"HX-Redirect": url_for("regions.first_code")})
    chosen = tuple(dict.fromkeys(request.args.getlist("municipality")))[:MOST_CHOSEN]
    q = clean_line(request.args.get("q", ""))[:60]
    return web.answer("regions/first_run/_municipalities.html", q=q, **municipalities_of(q, chosen))


@blueprint.get("/first-run/address")
@web.public(_WHY)
def suggest_address() -> Response:
    """The field for the address, with one made of the name where nobody has typed any."""
    if _first() is None:
        return Response(status=401, headers={"HX-Redirect": url_for("regions.first_code")})
    name, slug = (clean_text(request.args.get(field, ""))[:100] for field in ("name", "slug"))
    return web.answer("regions/first_run/_address.html", slug=slug or first_run.suggested_slug(name))


@blueprint.get("/first-run/you")
@web.public(_WHY)
def first_person() -> Response:
    """The third step: oneself."""
    first = _first()
    if first is None:
        return _to("regions.first_code")
    try:
        first_run.check(first)
    except Invalid:
        return _to("regions.first_region")
    return _person(first)


def _person(first: FirstRun, code: int = 200, **context: Any) -> Response:
    slug = first.slug or first_run.suggested_slug(first.name)
    chosen = municipalities_of("", first.municipalities)["chosen"]
    return web.answer("regions/first_run/you.html", code, step=3, first=first, slug=slug, chosen=chosen, **context)


@blueprint.post("/first-run/you")
@web.public(_WHY)
def finish() -> Response:
    """Make the region and its administrator, and let them in."""
    first = _first()
    if first is None:
        return _to("regions.first_code")
    typed = web.form("name", "email", "new_password")
    name = clean_line(typed["name"])
    try:
        region, started = first_run.finish(
            web.workspace(),
            str(session["first_run"]),
            name,
            typed["email"],
            typed["new_password"],
            device=accounts.device(),
        )
    except Invalid as refused:
        return _person(first, 422, errors=refused.errors, name=name, email=typed["email"])
    accounts.enter(started)
    return web.done(url_for("regions.home", region=region.id))
