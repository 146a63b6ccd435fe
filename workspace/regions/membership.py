"""Addresses for becoming a member and for managing members."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for

from workspace import web
from workspace.access import Action
from workspace.accounts import routes as accounts
from workspace.clean import clean_line
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.regions import invitations, service
from workspace.regions.blueprint import blueprint

# -- Becoming a member --


@blueprint.get("/invitation/<token>")
@web.public("an invitation is its own key")
def invitation(token: str) -> Response:
    """What one is invited to, and the form to accept with."""
    return _invitation(token)


def _invitation(token: str, code: int = 200, **context: Any) -> Response:
    try:
        invited = invitations.invitation(web.workspace(), token)
    except NotFound as spent:
        return web.answer("accounts/spent_link.html", 404, text=spent.message)
    return web.answer("regions/invitation.html", code, invitation=invited, token=token, **context)


@blueprint.post("/invitation/<token>")
@web.public("an invitation is its own key")
def accept(token: str) -> Response:
    """Accept an invitation."""
    typed = web.form("name", "new_password")
    name, password = clean_line(typed["name"]), typed["new_password"]
    try:
        region = invitations.invitation(web.workspace(), token).region
        started = invitations.accept(
            web.workspace(), token, name, password, me=web.me().person, device=accounts.device()
        )
    except Invalid as refused:
        return _invitation(token, 422, errors=refused.errors, name=name)
    except Forbidden:
        return _invitation(token, 403)
    except (NotFound, Conflict) as spent:
        return web.answer("accounts/spent_link.html", spent.status, text=spent.message)
    if started is not None:
        accounts.enter(started)
    return web.done(url_for("regions.home", region=region.id))


# -- Managing members --


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
        roles=service.roles_given_by(me),
        waiting=invitations.waiting(parts, me),
        asking={member.id for member in invitations.asking(parts, me)},
        **context,
    )


@blueprint.post("/r/<region>/invitations")
@web.rule(Action.INVITE)
def invite(region: str) -> Response:
    """Invite somebody; the link is shown to be copied."""
    typed = web.form("email", "role", "municipality", "group", "organisation", "title", "key")
    about = {name: typed[name] for name in ("email", "role", "municipality", "group")}
    about |= {name: clean_line(typed[name])[:100] for name in ("organisation", "title")}
    try:
        token = invitations.invite(web.workspace(), web.me(), once=web.once(), **about)
    except Invalid as refused:
        return _members(422, errors=refused.errors, typed=typed)
    return _members(made=_address("regions.invitation", token), made_for=typed["email"])


@blueprint.post("/r/<region>/invitations/<id>/withdrawal")
@web.rule(Action.INVITE)
def withdraw(region: str, id: str) -> Response:
    """Take back an invitation that nobody has answered."""
    invitations.withdraw(web.workspace(), web.me(), id)
    return _back()


@blueprint.post("/r/<region>/members/<person>/link")
@web.rule(Action.MANAGE_MEMBERS)
def make_link(region: str, person: str) -> Response:
    """A one-time sign-in link for a member who can't get in; shown to be copied."""
    try:
        token = invitations.sign_in_link_for(web.workspace(), web.me(), person, once=web.once())
    except Invalid as refused:
        return _members(422, errors=refused.errors)
    member = service.membership(web.workspace(), web.me(), person)
    return _members(made=_address("accounts.link", token), made_for=member.email)


def _address(endpoint: str, token: str) -> str:
    return web.workspace().config.base_url.rstrip("/") + url_for(endpoint, token=token)


def _back() -> Response:
    return web.done(url_for("regions.members", region=web.me().region))


@blueprint.post("/r/<region>/members/<person>/role")
@web.rule(Action.MANAGE_MEMBERS)
def change_role(region: str, person: str) -> Response:
    """Give a member another role."""
    try:
        service.change_role(web.workspace(), web.me(), person, web.form("role")["role"], once=web.once())
    except Invalid as refused:
        return _members(422, errors=refused.errors)
    return _back()


@blueprint.post("/r/<region>/members/<person>/end")
@web.rule(Action.MANAGE_MEMBERS)
def end_membership(region: str, person: str) -> Response:
    """End a membership."""
    try:
        service.end_membership(web.workspace(), web.me(), person, once=web.once())
    except Invalid as refused:
        return _members(422, errors=refused.errors)
    return _back()


@blueprint.post("/r/<region>/municipalities/<number>/voice")
@web.rule(Action.MANAGE_MEMBERS)
def assign_voice(region: str, number: str) -> Response:
    """Say who answers for a municipality."""
    typed = web.form("voting_member", many=("deputies",))
    deputies = tuple(person for person in typed["deputies"] if person)
    try:
        service.assign_voice(
            web.workspace(), web.me(), number, typed["voting_member"] or None, deputies, once=web.once()
        )
    except Invalid as refused:
        return _members(422, errors=refused.errors)
    return _back()
