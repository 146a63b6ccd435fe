"""Addresses for one's own memberships. The page is that of the room accounts, which is given what it shows of them."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for

from workspace import mail, web
from workspace.access import Action
from workspace.accounts import links as account_links
from workspace.accounts import routes as accounts
from workspace.accounts import sending
from workspace.accounts import service as accounts_service
from workspace.clean import clean_line
from workspace.errors import Conflict, Invalid, NotFound, _
from workspace.regions import own
from workspace.regions.blueprint import blueprint


def on_profile() -> dict[str, Any]:
    """What the page about oneself shows of the regions."""
    return {"places": own.places(web.workspace(), g.person.id)}


@blueprint.post("/profile/about")
@web.signed_in("one's own name and titles")
def describe_oneself() -> Response:
    """Keep one's name, and one's title in each region."""
    slugs = [place.region.id for place in own.places(web.workspace(), g.person.id)]
    typed = {name: clean_line(value) for name, value in web.form("name", *(f"title-{slug}" for slug in slugs)).items()}
    titles = {slug: typed[f"title-{slug}"] for slug in slugs if f"title-{slug}" in request.form}
    try:
        own.describe(web.workspace(), g.person.id, typed["name"], titles)
    except Invalid as refused:
        return accounts.profile_page(422, errors=refused.errors, typed=typed)
    return web.done(url_for("accounts.profile", saved="about"))


@blueprint.post("/profile/email")
@web.signed_in("one's own address")
def ask_for_email() -> Response:
    """Have a link sent to a new address of one's own. The answer is the same where somebody else has the address."""
    parts, typed = web.workspace(), web.form("email", "email_password")
    if not mail.is_on(parts.config):
        raise NotFound()
    try:
        made = account_links.make_email_link(
            parts, web.me(), typed["email"], typed["email_password"], request.remote_addr or ""
        )
    except Invalid as refused:
        return accounts.profile_page(422, errors=refused.errors, typed=typed)
    if made is not None and not sending.send_email_link(parts, g.person, made):
        raise Conflict(_("E-posten kom ikke fram til e-posttjeneren. Prøv igjen om litt."))
    return accounts.profile_page(email_asked=typed["email"])


@blueprint.get("/email/<token>")
@web.public("a one-time link is its own key")
def email_link(token: str) -> Response:
    """Ask before the link is used up: mail programs open links by themselves."""
    try:
        link = account_links.link_behind(web.workspace(), token, "email")
    except NotFound as spent:
        return web.answer("accounts/spent_link.html", 404, text=spent.message)
    return web.answer("accounts/email_link.html", link=link, token=token)


@blueprint.post("/email/<token>")
@web.public("a one-time link is its own key")
def use_email_link(token: str) -> Response:
    """Use the new address from now on."""
    parts = web.workspace()
    try:
        link = account_links.link_behind(parts, token, "email")
        old = accounts_service.person(parts, link.person).email
        person = own.use_email_link(parts, token)
    except (NotFound, Conflict) as spent:
        return web.answer("accounts/spent_link.html", spent.status, text=spent.message)
    if old != person.email:
        sending.tell_old_address(parts, person, old)
    return web.done(url_for("accounts.profile", saved="email"))


@blueprint.post("/r/<region>/leaving")
@web.rule(Action.READ_REGION)
def ask_to_leave(region: str) -> Response:
    """Ask to be let out of the region, or take that back."""
    own.ask_to_leave(web.workspace(), web.me(), wants=not web.form("take_back")["take_back"])
    return web.done(url_for("accounts.profile", saved="leaving") + "#dine-data")
