"""Addresses for a text that changes while a round is open: changing it, seeing what is new, keeping one's answer."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for

from workspace import clean, web
from workspace.access import Action
from workspace.errors import Conflict, Invalid, NotFound
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.rounds import confirming, names, rewording, service
from workspace.rounds.answer_routes import chosen_voice
from workspace.rounds.rewording import Rewording
from workspace.rounds.routes import blueprint, in_round


@blueprint.get("/rounds/<id>/measures/<measure>/text")
@web.rule(Action.REWORD)
def wording(region: str, id: str, measure: str) -> Response:
    """The form to change a frozen text with."""
    found = measures.get(web.workspace(), web.me(), measure)
    return _wording(id, measure, {"title": found.title, "text": found.text, "text_version": found.text_version})


def _wording(id: str, measure_id: str, typed: dict[str, Any], code: int = 200, **context: Any) -> Response:
    parts, me = web.workspace(), web.me()
    found = service.standing(parts, me, id)
    if measure_id not in found.round.measures:
        raise NotFound()
    return web.answer(
        "rounds/wording.html",
        code,
        round=found.round,
        measure=measures.get(parts, me, measure_id),
        effect=rewording.effect(parts, me, id, measure_id),
        voice_names=found.names,
        round_names=names,
        typed=typed,
        now=parts.now(),
        **context,
    )


@blueprint.post("/rounds/<id>/measures/<measure>/text")
@web.rule(Action.REWORD)
def reword(region: str, id: str, measure: str) -> Response:
    """Change a frozen text."""
    typed = web.form("title", "text", "text_version", "change", "reason", "key")
    parts, me = web.workspace(), web.me()
    new = Rewording(clean.clean_line(typed["title"]), typed["text"], typed["change"], typed["reason"])
    try:
        rewording.reword(parts, me, id, measure, web.number(typed["text_version"]), new, once=web.once())
    except Invalid as refused:
        if "measure" in refused.errors:
            raise
        return _wording(id, measure, typed, 422, errors=refused.errors)
    except Conflict as late:
        return _wording(id, measure, **stale_text(typed, late))
    return web.done(url_for("rounds.confirmation", region=region, id=id, measure=measure))


def stale_text(typed: dict[str, Any], late: Conflict) -> dict[str, Any]:
    """What a form about a text is shown with after somebody was first: against the text as it stands, with all that
    was typed."""
    found: dict[str, Any] = {"typed": typed, "code": 409, "errors": {"text": late.message}}
    if isinstance(late.current, Measure):
        found |= {"typed": typed | {"text_version": late.current.text_version}, "current": late.current}
    return found


@blueprint.get("/rounds/<id>/measures/<measure>/confirm")
@web.rule(Action.READ_ROUND)
def confirmation(region: str, id: str, measure: str) -> Response:
    """What is new in a text since one answered, and whether the answer stands."""
    return confirmation_page(id, measure)


def confirmation_page(id: str, measure_id: str, code: int = 200, **context: Any) -> Response:
    """The page, with an HTTP status and what a refused form has to say."""
    parts, me = web.workspace(), web.me()
    standing = service.standing(parts, me, id)
    if measure_id not in standing.round.measures:
        raise NotFound()
    found = measures.get(parts, me, measure_id)
    shown = in_round(standing.round, found)
    return web.answer(
        "rounds/confirm.html",
        code,
        **shown,
        changed=confirming.changed(parts, me, standing.round, found, shown["voice"]),
        confirmations=confirming.confirmations(parts, me, standing, measure_id),
        **context,
    )


@blueprint.post("/rounds/<id>/measures/<measure>/confirm")
@web.rule(Action.ANSWER_ROUND)
def confirm(region: str, id: str, measure: str) -> Response:
    """Keep one's answer: «Behold stemmen min»."""
    typed = web.form("text_version", "voice", "from", "key")
    parts, me = web.workspace(), web.me()
    version = web.number(typed["text_version"])
    try:
        confirming.confirm(parts, me, id, measure, version, typed["voice"], once=web.once())
    except Invalid as refused:
        if "measure" in refused.errors:
            raise
        return confirmation_page(id, measure, 422, errors=refused.errors)
    except Conflict as late:
        return confirmation_page(id, measure, 409, errors={"value": late.message})
    if typed["from"] == "phone":
        return web.done(url_for("rounds.phone", region=region, id=id, saved=measure))
    to = url_for("rounds.measure", region=region, id=measure, saved=1, voice=chosen_voice(id))
    return web.done(f"{to}#panel")
