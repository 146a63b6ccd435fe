"""Addresses of amendments: proposing, reading, supporting, withdrawing, and deciding on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request, url_for

from workspace import clean, web
from workspace.access import Action
from workspace.errors import Conflict, Invalid
from workspace.measures import service as measures
from workspace.rounds import amending, names, rewording, service
from workspace.rounds.amendment import Amendment
from workspace.rounds.model import Round
from workspace.rounds.rewording import Rewording
from workspace.rounds.routes import blueprint
from workspace.rounds.text_routes import stale_text


@blueprint.get("/measures/<id>/amendments/new")
@web.rule(Action.AMEND)
def new_amendment(region: str, id: str) -> Response:
    """The form to propose a change with; `?whole=1` to write the whole text anew."""
    found = measures.get(web.workspace(), web.me(), id)
    whole = bool(request.args.get("whole"))
    typed = {"text": found.text if whole else "", "passage": "", "reason": "", "text_version": found.text_version}
    return _form(id, typed | {"whole": "1" if whole else ""})


def _form(measure_id: str, typed: dict[str, Any], code: int = 200, **context: Any) -> Response:
    found = measures.get(web.workspace(), web.me(), measure_id)
    return web.answer("rounds/amendment_form.html", code, measure=found, typed=typed, **context)


@blueprint.post("/measures/<id>/amendments")
@web.rule(Action.AMEND)
def propose_amendment(region: str, id: str) -> Response:
    """Propose a change."""
    typed = web.form("passage", "text", "reason", "text_version", "whole", "key")
    parts, me = web.workspace(), web.me()
    version = web.number(typed["text_version"])
    passage = "" if typed["whole"] else typed["passage"]
    try:
        if not typed["whole"] and clean.is_blank(passage):
            raise Invalid({"passage": names.MISSING_PASSAGE})
        made = amending.propose(parts, me, id, version, typed["text"], passage, typed["reason"], once=web.once())
    except Invalid as refused:
        return _form(id, typed, 422, errors=refused.errors)
    return web.done(url_for("rounds.amendment", region=region, id=made.id))


@blueprint.get("/amendments/<id>")
@web.rule(Action.READ_MEASURE)
def amendment(region: str, id: str) -> Response:
    """An amendment: what it changes, who supports it, what came of it, and the forms to decide with."""
    return _page(id)


def _page(id: str, code: int = 200, **context: Any) -> Response:
    parts, me = web.workspace(), web.me()
    found = amending.get(parts, me, id)
    measure = measures.get(parts, me, found.measure)
    round_: Round | None = service.get(parts, me, measure.frozen_by) if measure.frozen_by else None
    return web.answer(
        "rounds/amendment.html",
        code,
        reading=amending.reading(parts, me, found, measure),
        measure=measure,
        round=round_,
        round_names=names,
        effect=rewording.effect(parts, me, round_.id, measure.id) if round_ else None,
        voice_names=service.standing(parts, me, round_.id).names if round_ else {},
        **context,
    )


@blueprint.post("/amendments/<id>/support")
@web.rule(Action.AMEND)
def support(region: str, id: str) -> Response:
    """Support an amendment."""
    return _act(id, lambda: amending.support(web.workspace(), web.me(), id, once=web.once()))


@blueprint.post("/amendments/<id>/support/withdrawal")
@web.rule(Action.AMEND)
def unsupport(region: str, id: str) -> Response:
    """Take one's support back."""
    return _act(id, lambda: amending.unsupport(web.workspace(), web.me(), id, once=web.once()))


@blueprint.post("/amendments/<id>/withdrawal")
@web.rule(Action.AMEND)
def withdraw_amendment(region: str, id: str) -> Response:
    """Withdraw one's own amendment."""
    return _act(id, lambda: amending.withdraw(web.workspace(), web.me(), id, once=web.once()))


@blueprint.post("/amendments/<id>/refusal")
@web.rule(Action.DECIDE_AMENDMENT)
def decline_amendment(region: str, id: str) -> Response:
    """Decide that an amendment is not taken in."""
    typed = web.form("decision", "key")
    return _act(id, lambda: amending.decline(web.workspace(), web.me(), id, typed["decision"], once=web.once()), typed)


@blueprint.post("/amendments/<id>/incorporation")
@web.rule(Action.DECIDE_AMENDMENT)
def take_in(region: str, id: str) -> Response:
    """Take an amendment into the text."""
    typed = web.form("text", "text_version", "change", "reason", "key")
    parts, me = web.workspace(), web.me()
    measure = measures.get(parts, me, amending.get(parts, me, id).measure)
    new = Rewording(measure.title, typed["text"], typed["change"], typed["reason"])
    version = web.number(typed["text_version"])
    return _act(id, lambda: rewording.take_in(parts, me, id, version, new, once=web.once()), typed)


def _act(id: str, act: Callable[[], Amendment], typed: dict[str, Any] | None = None) -> Response:
    """Do something with an amendment and show it; a refusal shows it as it is, with what was typed."""
    try:
        act()
    except Invalid as refused:
        return _page(id, 422, errors=refused.errors, typed=typed or {})
    except Conflict as late:
        if isinstance(late.current, Amendment):
            return _page(id, 409, errors={"state": late.message}, typed=typed or {})
        return _page(id, **stale_text(typed or {}, late))
    return web.done(url_for("rounds.amendment", region=web.me().region, id=id))
