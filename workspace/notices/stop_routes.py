"""Stopping mail by the link in a letter. Reading the page stops nothing: mail scanners follow every link they see."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from workspace import web
from workspace.notices import names, unsubscribing
from workspace.notices.model import ANSWERED, FOLLOWED, MENTIONED, REST, ROUND, THEME
from workspace.notices.unsubscribing import ALL, Shown
from workspace.translation import gettext, language

blueprint = Blueprint("stops", __name__, url_prefix="/u")

_OPEN = "whoever has the signed link of a letter may stop what it names for the letter's receiver"


@blueprint.after_request
def _keep_out(response: Response) -> Response:
    """Search engines neither list nor follow these pages, and no other site is told their address."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.get("/<token>")
@web.public(_OPEN)
def page(token: str) -> Response:
    """What is stopped, and the button that does it; or that it is, and how to take it back."""
    parts = web.workspace()
    said = unsubscribing.read(parts, token)
    shown = unsubscribing.shown(parts, said)
    return web.answer(
        "notices/stop.html",
        token=token,
        what=_what(shown),
        region_name=shown.region,
        is_stopped=unsubscribing.is_stopped(parts, said),
    )


@blueprint.post("/<token>")
@web.public(_OPEN)
def stop(token: str) -> Response:
    """Stop it. Mail programs send this themselves (RFC 8058): the token says who asks, not a session."""
    parts = web.workspace()
    unsubscribing.stop(parts, unsubscribing.read(parts, token))
    return web.done(url_for("stops.page", token=token))


web.csrf.exempt(stop)


@blueprint.post("/<token>/undoing")
@web.public(_OPEN)
def undo(token: str) -> Response:
    """Take it back."""
    parts = web.workspace()
    unsubscribing.undo(parts, unsubscribing.read(parts, token))
    return web.done(url_for("stops.page", token=token))


def _what(shown: Shown) -> str:
    """What is stopped, in words: «varsler om T-03 Felles kai». Its title only while the receiver may see it."""
    what = shown.stop.what
    if what == ALL:
        return gettext("e-post om varsler")
    if what.startswith("why:"):
        words = {
            MENTIONED: gettext("e-post når noen nevner deg"),
            ANSWERED: gettext("e-post når noen svarer deg"),
            ROUND: gettext("e-post om runder og frister"),
            FOLLOWED: gettext("e-post om tiltak og dokumenter du følger"),
            THEME: gettext("e-post om nye dokumenter i verdikjeder du følger"),
            REST: gettext("e-post om alt annet som skjer i regionen"),
        }
        return words[what.removeprefix("why:")]
    if shown.followed is None:
        return gettext("varsler om dette")
    return gettext("varsler om %(title)s", title=names.plain(names.followed_title(shown.followed), language()))
