"""Addresses of the room regions: the front door, invitations, members; and who somebody is in a region."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

from flask import Blueprint, Flask, Response, current_app, g, redirect, request, url_for
from flask_babel import gettext, ngettext

from workspace import web
from workspace.access import Action, Role, can
from workspace.accounts import routes as accounts
from workspace.accounts import service as accounts_service
from workspace.errors import Invalid
from workspace.regions import names, service

blueprint = Blueprint("regions", __name__)


class MenuItem(NamedTuple):
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


def recognise() -> None:
    """Set who asks, as a member of the region in the address."""
    slug = (request.view_args or {}).get("region")
    person = g.get("person")
    if slug and person is not None:
        g.actor = service.actor_in(web.workspace(), person, slug)


def frame() -> dict[str, Any]:
    """What the frame of every page shows: the region, the menu, who is signed in."""
    me = web.me()
    region = service.region_of(web.workspace(), me.region) if me.region else None
    demo = web.workspace().config.demo
    return {"region": region, "menu": menu, "me_line": me_line, "demo": demo, "names": names}


def me_line() -> str:
    """Who one is in the region, in a line: «Næringssjef, Havnsund»."""
    me = web.me()
    if not me.region:
        return ""
    place = me.organisation
    if me.municipality:
        place = next((m.name for m in service.municipalities(web.workspace(), me) if m.id == me.municipality), "")
    what = me.title or (names.role(me.role) if me.role else "")
    return ", ".join(part for part in (what, place) if part)


def menu() -> list[MenuItem]:
    """The main menu of the region."""
    me = web.me()
    unanswered = g.get("unanswered", 0)
    entries = [
        ("regions.home", "home", gettext("Hjem"), Action.READ_REGION),
        ("documents.listing", "document", gettext("Dokumenter"), Action.READ_DOCUMENT),
        ("measures.listing", "measure", gettext("Tiltak"), Action.READ_MEASURE),
        ("rounds.listing", "round", gettext("Runder"), Action.READ_ROUND),
        ("regions.members", "people", gettext("Medlemmer"), Action.MANAGE_MEMBERS),
    ]
    count_text = ngettext("%(num)s tiltak du ikke har svart på", "%(num)s tiltak du ikke har svart på", unanswered)
    return [
        MenuItem(
            endpoint,
            icon,
            text,
            url_for(endpoint, region=me.region),
            _is_current(endpoint),
            unanswered if endpoint == "rounds.listing" else 0,
            count_text,
        )
        for endpoint, icon, text, action in entries
        if can(me, action) and endpoint in current_app.view_functions
    ]


def _is_current(endpoint: str) -> bool:
    here = request.endpoint or ""
    room = {"comments.reading": "documents", "rounds.measure": "measures"}.get(here, here.partition(".")[0])
    if endpoint.startswith("regions."):
        return here == endpoint
    return endpoint.startswith(f"{room}.")


# -- The front door --


@blueprint.get("/")
@web.public("the front door: sends each where they belong")
def front() -> Response:
    """To one's region; to a choice between several; to sign in; or, in demo mode, to step in as somebody."""
    person = g.get("person")
    if person is None:
        endpoint = "demo.choose" if "demo.choose" in current_app.view_functions else "accounts.sign_in"
        return cast(Response, redirect(url_for(endpoint), 303))
    found = service.regions_of(web.workspace(), person.id)
    if len(found) == 1:
        return cast(Response, redirect(url_for("regions.home", region=found[0].id), 303))
    return web.answer("regions/choose.html", regions=found)


@blueprint.get("/invitation/<token>")
@web.public("an invitation is its own key")
def invitation(token: str) -> Response:
    """What one is invited to, and the form to accept with."""
    return _invitation(token)


def _invitation(token: str, code: int = 200, **context: Any) -> Response:
    link = accounts_service.link_behind(web.workspace(), token, "invitation")
    known = accounts_service.person_by_email(web.workspace(), link.email)
    room = service.region_of(web.workspace(), link.region)
    return web.answer(
        "regions/invitation.html", code, link=link, known=known, invited_to=room, token=token, **context
    )


@blueprint.post("/invitation/<token>")
@web.public("an invitation is its own key")
def accept(token: str) -> Response:
    """Accept an invitation."""
    name = web.clean_line(web.form("name")["name"])[:100]
    link = accounts_service.link_behind(web.workspace(), token, "invitation")
    try:
        session = service.accept(web.workspace(), token, name, request.form.get("new_password", ""))
    except Invalid as refused:
        return _invitation(token, 422, errors=refused.errors, name=name)
    accounts.enter(session)
    return web.done(url_for("regions.home", region=link.region))


# -- Members --


@blueprint.get("/r/<region>/members")
@web.rule(Action.MANAGE_MEMBERS)
def members(region: str) -> Response:
    """Who takes part, who answers for whom, and the form to invite with."""
    return _members()


def _members(code: int = 200, **context: Any) -> Response:
    parts, me = web.workspace(), web.me()
    return web.answer(
        "regions/members.html",
        code,
        members=service.members(parts, me),
        municipalities=service.municipalities(parts, me),
        roles=[role for role in Role if role is not Role.GUEST],
        **context,
    )


@blueprint.post("/r/<region>/invitations")
@web.rule(Action.INVITE)
def invite(region: str) -> Response:
    """Invite somebody; the link is shown to be copied."""
    typed = web.form("email", "role", "municipality", "group")
    try:
        token = service.invite(web.workspace(), web.me(), **typed)
    except Invalid as refused:
        return _members(422, errors=refused.errors, typed=typed)
    return _members(made=_address("regions.invitation", token), made_for=typed["email"])


@blueprint.post("/r/<region>/members/<person>/link")
@web.rule(Action.MANAGE_MEMBERS)
def make_link(region: str, person: str) -> Response:
    """A one-time sign-in link for a member who can't get in; shown to be copied."""
    token = service.sign_in_link_for(web.workspace(), web.me(), person)
    member = service.membership(web.workspace(), web.me(), person)
    return _members(made=_address("accounts.link", token), made_for=member.email)


def _address(endpoint: str, token: str) -> str:
    return web.workspace().config.base_url.rstrip("/") + url_for(endpoint, token=token)


@blueprint.post("/r/<region>/members/<person>/role")
@web.rule(Action.MANAGE_MEMBERS)
def change_role(region: str, person: str) -> Response:
    """Give a member another role."""
    try:
        service.change_role(web.workspace(), web.me(), person, web.form("role")["role"])
    except Invalid as refused:
        return _members(422, errors=refused.errors)
    return web.done(url_for("regions.members", region=region))


@blueprint.post("/r/<region>/members/<person>/end")
@web.rule(Action.MANAGE_MEMBERS)
def end_membership(region: str, person: str) -> Response:
    """End a membership."""
    try:
        service.end_membership(web.workspace(), web.me(), person)
    except Invalid as refused:
        return _members(422, errors=refused.errors)
    return web.done(url_for("regions.members", region=region))


@blueprint.post("/r/<region>/municipalities/<number>/voice")
@web.rule(Action.MANAGE_MEMBERS)
def assign_voice(region: str, number: str) -> Response:
    """Say who answers for a municipality."""
    typed = web.form("voting_member", many=("deputies",))
    deputies = tuple(person for person in typed["deputies"] if person)
    try:
        service.assign_voice(web.workspace(), web.me(), number, typed["voting_member"] or None, deputies)
    except Invalid as refused:
        return _members(422, errors=refused.errors)
    return web.done(url_for("regions.members", region=region))

