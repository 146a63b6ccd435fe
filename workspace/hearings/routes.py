"""Addresses of the room hearings, for members: which there are, one of them, and what those who lead do with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request, url_for
from flask.sansio.blueprints import BlueprintSetupState

from workspace import clean, markup, web
from workspace.access import Action, can
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.errors import Conflict, Invalid
from workspace.hearings import door, forms, life, names, service
from workspace.hearings.model import Hearing
from workspace.regions import service as regions
from workspace.translation import gettext

blueprint = web.room("hearings", __name__)


@blueprint.record_once
def _tell_the_pages(state: BlueprintSetupState) -> None:
    """What the page of a document says of the hearings that are open on it."""
    state.app.extensions["open_hearings"] = lambda id: service.open_ones(web.workspace(), web.me(), id)


@blueprint.get("/hearings/")
@web.rule(Action.READ_HEARING)
def listing(region: str) -> Response:
    """The hearings of the region."""
    found = service.listing(web.workspace(), web.me())
    return web.answer("hearings/listing.html", hearings=found, hearing_names=names, now=web.workspace().now())


@blueprint.get("/hearings/new")
@web.rule(Action.WRITE_HEARING)
def new(region: str) -> Response:
    """The form for a hearing on a document (`?document=`), or the choice of one."""
    parts, me = web.workspace(), web.me()
    id = request.args.get("document", "")
    if not id:
        return web.answer("hearings/choose.html", titles=documents.titles(parts, me))
    document = documents.get(parts, me, id)
    asked = tuple(gettext("%(name)s kommune", name=each.name) for each in regions.municipalities(parts, me))
    title = gettext("Høring: %(title)s", title=document.title)[:200]
    return _form(forms.usual(parts.now(), title, asked), document)


def _form(
    typed: dict[str, Any], document: Document, code: int = 200, hearing: Hearing | None = None, **context: Any
) -> Response:
    return web.answer("hearings/form.html", code, typed=typed, document=document, hearing=hearing, **context)


@blueprint.post("/hearings/")
@web.rule(Action.WRITE_HEARING)
def create(region: str) -> Response:
    """Make a draft of a hearing on the current version of a document."""
    parts, me = web.workspace(), web.me()
    typed = web.form(*forms.HEARING, "document", "number", "key")
    document = documents.get(parts, me, typed["document"])
    try:
        number = web.number(typed["number"])
        made = life.create(parts, me, document.id, number, once=web.once(), **forms.fields_of(typed))
    except Invalid as refused:
        return _form(typed, document, 422, errors=refused.errors)
    return web.done(url_for("hearings.page", region=region, id=made.id))


@blueprint.get("/hearings/<id>")
@web.rule(Action.READ_HEARING)
def page(region: str, id: str) -> Response:
    """One hearing: how it stands, its link, and what was answered."""
    return hearing_page(id)


def hearing_page(id: str, code: int = 200, **context: Any) -> Response:
    """The page of a hearing, with what was typed where something was refused."""
    parts, me = web.workspace(), web.me()
    hearing = service.get(parts, me, id)
    context.setdefault("typed", {})
    context.setdefault("errors", {})
    return web.answer(
        "hearings/page.html",
        code,
        hearing=hearing,
        document=documents.get(parts, me, hearing.document),
        letter=markup.render(hearing.letter) if hearing.letter else None,
        answers=service.answers(parts, me, hearing) if service.sees_answers(me, hearing) else [],
        sees_answers=service.sees_answers(me, hearing),
        own=service.own_answer(parts, me, hearing),
        link=url_for("public_hearings.reading", token=door.link(me.region or "", hearing), _external=True),
        places={m.id: m.name for m in regions.municipalities(parts, me)},
        may_prepare=can(me, Action.ASSESS_HEARING),
        hearing_names=names,
        closes_typed=forms.typed_moment(hearing.closes),
        now=parts.now(),
        **context,
    )


@blueprint.get("/hearings/<id>/edit")
@web.rule(Action.WRITE_HEARING)
def edit(region: str, id: str) -> Response:
    """The form to change a draft."""
    hearing = service.get(web.workspace(), web.me(), id)
    document = documents.get(web.workspace(), web.me(), hearing.document)
    return _form(forms.typed_of(hearing), document, hearing=hearing)


@blueprint.post("/hearings/<id>")
@web.rule(Action.WRITE_HEARING)
def change(region: str, id: str) -> Response:
    """Change a draft."""
    parts, me = web.workspace(), web.me()
    typed = web.form(*forms.HEARING, "version", "key")
    hearing = service.get(parts, me, id)
    document = documents.get(parts, me, hearing.document)
    try:
        version = web.number(typed["version"] or "0")
        life.change(parts, me, id, version, once=web.once(), **forms.fields_of(typed))
    except Invalid as refused:
        return _form(typed, document, 422, hearing, errors=refused.errors)
    except Conflict as stale:
        return _form(typed, document, 409, service.get(parts, me, id), errors={"title": stale.message})
    return web.done(url_for("hearings.page", region=region, id=id))


# -- Acts --


@blueprint.post("/hearings/<id>/opening")
@web.rule(Action.WRITE_HEARING)
def open_hearing(region: str, id: str) -> Response:
    """Open a hearing."""
    return _act(id, lambda: life.open_hearing(web.workspace(), web.me(), id, once=web.once()))


@blueprint.post("/hearings/<id>/extension")
@web.rule(Action.WRITE_HEARING)
def extend(region: str, id: str) -> Response:
    """Give a hearing a later deadline."""
    typed = web.form("closes", "reason", "key")
    parts, me = web.workspace(), web.me()
    return _act(
        id, lambda: life.extend(parts, me, id, forms.moment(typed["closes"]), typed["reason"], once=web.once()), typed
    )


@blueprint.post("/hearings/<id>/closure")
@web.rule(Action.WRITE_HEARING)
def close(region: str, id: str) -> Response:
    """Close a hearing before its deadline."""
    typed = web.form("closing_reason", "key")
    parts, me = web.workspace(), web.me()
    return _act(
        id, lambda: life.close(parts, me, id, clean.clean_text(typed["closing_reason"]), once=web.once()), typed
    )


@blueprint.post("/hearings/<id>/showing")
@web.rule(Action.WRITE_HEARING)
def show_answers(region: str, id: str) -> Response:
    """Show the answers to all members, or to staff alone again."""
    typed = web.form("show", "key")
    return _act(
        id, lambda: life.show_answers(web.workspace(), web.me(), id, bool(typed["show"]), once=web.once()), typed
    )


@blueprint.post("/hearings/<id>/discarding")
@web.rule(Action.WRITE_HEARING)
def discard(region: str, id: str) -> Response:
    """Throw a draft away."""
    try:
        life.discard(web.workspace(), web.me(), id)
    except Conflict as late:
        return hearing_page(id, 409, errors={"state": late.message})
    return web.done(url_for("hearings.listing", region=region))


def _act(id: str, act: Callable[[], object], typed: dict[str, Any] | None = None) -> Response:
    """Do something with a hearing and show it; a refusal shows it as it is, with what was typed."""
    try:
        act()
    except Invalid as refused:
        return hearing_page(id, 422, errors=refused.errors, typed=typed or {})
    except Conflict as late:
        return hearing_page(id, 409, errors={"state": late.message}, typed=typed or {})
    return web.done(url_for("hearings.page", region=web.me().region, id=id))
