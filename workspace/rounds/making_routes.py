"""Addresses for making a round: the form, what it would give, a look as a participant, and changing a draft."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for

from workspace import web
from workspace.access import Action
from workspace.errors import Conflict, Forbidden, Invalid, Message
from workspace.measures import service as measures
from workspace.regions import names as region_names
from workspace.rounds import draft_form, draft_pages, drafting, life, names, service
from workspace.rounds.methods import METHODS
from workspace.rounds.model import Round
from workspace.rounds.routes import blueprint
from workspace.rounds.sentence import percent

ACTS = {"open", "plan"}  # what a saved draft may go on to; else it stays a draft


@blueprint.get("/rounds/new")
@web.rule(Action.WRITE_ROUND)
def new(region: str) -> Response:
    """The form to make a round with."""
    return _form(draft_form.usual(web.workspace().now()))


@blueprint.get("/rounds/<id>/edit")
@web.rule(Action.WRITE_ROUND)
def edit(region: str, id: str) -> Response:
    """The form to change a draft with."""
    draft = _draft(id)
    return _form(draft_form.typed_of(draft), draft=draft)


def _draft(id: str) -> Round:
    found = service.get(web.workspace(), web.me(), id)
    if found.state != "draft":
        raise Conflict(life.OPENED, current=found)
    return found


def _typed() -> dict[str, Any]:
    return web.form(*draft_form.FIELDS, "key", "version", "then", "led", many=draft_form.MANY)


def _sketched(typed: dict[str, Any], draft: Round | None = None) -> Round:
    """The round that the form as it is describes, stored nowhere."""
    parts = web.workspace()
    fields = draft_form.sketch(typed, parts.now())
    return drafting.imagined(parts, web.me(), draft, typed["measures"], **fields)


def _form(typed: dict[str, Any], code: int = 200, draft: Round | None = None, **context: Any) -> Response:
    parts, me = web.workspace(), web.me()
    sketched = _sketched(typed, draft)
    found = drafting.candidates(parts, me)
    return web.answer(
        "rounds/form.html",
        code,
        typed=typed,
        draft=draft,
        candidates=found,
        number=sketched.number,
        minutes=drafting.MINUTES,
        methods=METHODS,
        reworded=draft_form.REWORDED,
        groups=[("municipality", None), *region_names.all_groups()],
        **draft_pages.about(sketched),
        **context,
    )


@blueprint.post("/rounds/sketch")
@web.rule(Action.WRITE_ROUND)
def sketch(region: str) -> Response:
    """What the form as it is now would make: the example of the rule, and the round in short. Nothing is stored."""
    typed = _typed()
    about = draft_pages.about(_sketched(typed))
    return web.answer("rounds/sketch.swap.html", **about, typed=typed, minutes=drafting.MINUTES)


@blueprint.post("/rounds/")
@web.rule(Action.WRITE_ROUND)
def create(region: str) -> Response:
    """Make a draft of a round; with `then`, open it or set it up to open."""
    typed = _typed()
    parts, me = web.workspace(), web.me()
    try:
        fields = draft_form.fields_of(typed, parts.now()) | {"is_planned": typed["then"] == "plan"}
        made = life.create(parts, me, typed["measures"], once=web.once(), **fields)
    except Invalid as refused:
        return _form(typed, 422, errors=refused.errors)
    return _went_on(made, typed)


@blueprint.post("/rounds/<id>/draft")
@web.rule(Action.WRITE_ROUND)
def change(region: str, id: str) -> Response:
    """Change a draft; with `then`, open it or set it up to open. A stale one comes back with both."""
    typed = _typed()
    parts, me = web.workspace(), web.me()
    draft = service.get(parts, me, id)
    try:
        fields = draft_form.fields_of(typed, parts.now()) | {"is_planned": typed["then"] == "plan"}
        version = web.number(typed["version"])
        made = life.change(parts, me, id, version, typed["measures"], once=web.once(), **fields)
    except Invalid as refused:
        return _form(typed, 422, draft=draft, errors=refused.errors)
    except Conflict as stale:
        if not isinstance(stale.current, Round) or stale.current.state != "draft":
            raise
        return _form(
            typed,
            409,
            draft=stale.current,
            stale=stale.current,
            **_stored(stale.current),
            errors={"version": stale.message},
        )
    return _went_on(made, typed)


def _stored(draft: Round) -> dict[str, Any]:
    """What is said of the draft that somebody else has saved."""
    return {"stale_prospect": drafting.prospect(web.workspace(), web.me(), draft)}


def _went_on(made: Round, typed: dict[str, Any]) -> Response:
    """Open the saved draft where that was asked for, and show it. One that can't open says why, as a draft."""
    page = url_for("rounds.page", region=web.me().region, id=made.id)
    if typed["then"] != "open" or made.state != "draft":
        return web.done(page)
    errors: dict[str, Message] = {}
    try:
        drafting.require_answerer(web.workspace(), web.me(), made, is_led=bool(typed["led"]))
        life.open_round(web.workspace(), web.me(), made.id)
    except Invalid as refused:
        errors = refused.errors
    except (Conflict, Forbidden) as refused:
        errors = {"measures": refused.message}
    if not errors:
        return web.done(page)
    kept = service.get(web.workspace(), web.me(), made.id)
    if kept.state != "draft":
        return web.done(page)
    typed = typed | {"key": ""}
    return _form(typed, 422, draft=kept, errors=errors)


@blueprint.post("/rounds/<id>/discarding")
@web.rule(Action.WRITE_ROUND)
def discard(region: str, id: str) -> Response:
    """Throw a draft away."""
    life.discard(web.workspace(), web.me(), id)
    return web.done(url_for("rounds.listing", region=region))


# -- As a participant sees it --


@blueprint.post("/rounds/preview")
@web.rule(Action.WRITE_ROUND)
def preview_typed(region: str) -> Response:
    """How the form as it is now would look to a participant. Nothing is stored."""
    return _preview(_sketched(_typed()))


@blueprint.get("/rounds/<id>/preview")
@web.rule(Action.WRITE_ROUND)
def preview(region: str, id: str) -> Response:
    """How a draft would look to a participant."""
    return _preview(_draft(id))


def _preview(draft: Round) -> Response:
    parts, me = web.workspace(), web.me()
    shown = measures.get(parts, me, draft.measures[0]) if draft.measures else None
    prospect = drafting.prospect(parts, me, draft)
    return web.answer(
        "rounds/preview.html",
        round=draft,
        measure=shown,
        scale=draft.scale,
        round_names=names,
        prospect=prospect,
        percent=percent,
        on_behalf_of="" if draft.by_person else next(iter(prospect.names), ""),
        left=draft.points,
        own=None,
        voices=(),
    )
