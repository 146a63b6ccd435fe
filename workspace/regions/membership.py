"""Addresses for becoming a member and for managing members."""

from __future__ import annotations

import io
from typing import Any

from flask import Response, request, send_file, url_for

from workspace import mail, tables, web
from workspace.access import Action
from workspace.accounts import routes as accounts
from workspace.clean import clean_line
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.regions import gaps, invitations, inviting, lists, service
from workspace.regions.blueprint import blueprint

LONGEST_FIND = 100

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
    rows = gaps.overview(parts, me)
    found, find = service.members(parts, me), clean_line(request.args.get("find", ""))[:LONGEST_FIND]
    places = {row.municipality.id: row.municipality.name for row in rows}
    return web.answer(
        "regions/members.html",
        code,
        members=found,
        listed=lists.page_of(found, places, find, web.page_number()),
        find=find,
        page_address=lambda page: f"{url_for('regions.members', region=me.region, find=find or None, page=page)}#all",
        rows=rows,
        missing=_missing(rows),
        chosen=_chosen(rows),
        municipalities=[row.municipality for row in rows],
        roles=service.roles_given_by(me),
        waiting=invitations.waiting(parts, me),
        asking={member.id for member in invitations.asking(parts, me)},
        mail_is_on=mail.is_on(parts.config),
        now=parts.now(),
        **context,
    )


def _missing(rows: list[gaps.Row]) -> list[tuple[str, list[str]]]:
    """What is missing, with the names of the municipalities where it is."""
    where = ((what, [row.municipality.name for row in rows if what in row.missing]) for what in gaps.MISSING)
    return [(what, places) for what, places in where if places]


def _chosen(rows: list[gaps.Row]) -> gaps.Row | None:
    """The municipality whose voice is to be chosen: the one asked for, else the first that lacks something."""
    asked = request.args.get("municipality", "") or (request.view_args or {}).get("number", "")
    first = next((row for row in rows if row.missing), rows[0] if rows else None)
    return next((row for row in rows if row.municipality.id == asked), first)


@blueprint.get("/r/<region>/members.xlsx")
@web.rule(Action.MANAGE_MEMBERS)
def members_file(region: str) -> Response:
    """Members, municipalities and invitations that wait, as a workbook."""
    content = tables.to_xlsx(lists.sheets(web.workspace(), web.me()))
    return _file(region, content, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


@blueprint.get("/r/<region>/members.csv")
@web.rule(Action.MANAGE_MEMBERS)
def members_csv(region: str) -> Response:
    """The members as CSV."""
    return _file(region, tables.to_csv(lists.sheets(web.workspace(), web.me())[0]), "csv", "text/csv")


def _file(region: str, content: bytes, ending: str, mimetype: str) -> Response:
    name = f"medlemmer-{region}-{web.workspace().now():%Y-%m-%d}.{ending}"
    answer = send_file(io.BytesIO(content), mimetype=mimetype, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


# -- Inviting --


@blueprint.post("/r/<region>/invitations")
@web.rule(Action.INVITE)
def invite(region: str) -> Response:
    """Look over a list of addresses, or invite everybody on it; links to copy are shown now and never again."""
    typed = web.form("addresses", "role", "municipality", "group", "organisation", "greeting", "send", "key")
    about = {name: typed[name] for name in ("addresses", "role", "municipality", "group", "greeting")}
    about["organisation"] = clean_line(typed["organisation"])[:100]
    parts, me = web.workspace(), web.me()
    try:
        if not typed["send"]:
            return _members(typed=typed, looked_over=inviting.look_over(parts, me, **about))
        return _made(inviting.invite_all(parts, me, once=web.once(), **about))
    except Invalid as refused:
        return _members(422, errors=refused.errors, typed=typed)


def _made(made: list[inviting.Made]) -> Response:
    """What was made, with the links that are to be sent by hand."""
    return _members(made=made)


@blueprint.post("/r/<region>/invitations/<id>/renewal")
@web.rule(Action.INVITE)
def send_again(region: str, id: str) -> Response:
    """A new link for an invitation that waits; the old one ends."""
    try:
        return _made(inviting.send_again(web.workspace(), web.me(), id, once=web.once()))
    except Invalid as refused:
        return _members(422, errors=refused.errors)


@blueprint.post("/r/<region>/invitations/renewal")
@web.rule(Action.INVITE)
def send_all_again(region: str) -> Response:
    """New links for all invitations that wait."""
    try:
        return _made(inviting.send_all_again(web.workspace(), web.me(), once=web.once()))
    except Invalid as refused:
        return _members(422, errors=refused.errors)


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
    address = web.workspace().config.base_url.rstrip("/") + url_for("accounts.link", token=token)
    return _members(made_link=address, made_for=member.email)


def _back(**chosen: Any) -> Response:
    return web.done(url_for("regions.members", region=web.me().region, **chosen))


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
    return web.done(url_for("regions.members", region=region, municipality=number, saved=1) + "#hvem-svarer")
