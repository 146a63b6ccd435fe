"""Addresses for entering a municipality's standpoint on its behalf, with how it came and from where."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from workspace import web
from workspace.access import Action
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.measures import service as measures
from workspace.rounds import answering, names, service
from workspace.rounds.answer_routes import joins, stepped
from workspace.rounds.routes import blueprint

FIELDS = ("municipality", "value", "reason", "channel", "source", "conditional", "joins", "step", "read", "key")


@blueprint.get("/rounds/<id>/measures/<measure>/on-behalf")
@web.rule(Action.ANSWER_ON_BEHALF)
def on_behalf(region: str, id: str, measure: str) -> Response:
    """The form; `?municipality=` chooses one from the start."""
    chosen = request.args.get("municipality", "")
    return _form(id, measure, dict.fromkeys(FIELDS, "") | {"municipality": chosen, "channel": "meeting"})


def _form(id: str, measure_id: str, typed: dict[str, Any], code: int = 200, **context: Any) -> Response:
    parts, me = web.workspace(), web.me()
    found = service.standing(parts, me, id)
    if measure_id not in found.round.measures or found.round.by_person:
        raise NotFound()
    return web.answer(
        "rounds/on_behalf.html",
        code,
        round=found.round,
        measure=measures.get(parts, me, measure_id),
        municipalities=[(number, found.names.get(number, number)) for number in found.round.electorate],
        answered={number for number, done in found.answered.items() if measure_id in done},
        scale=found.round.scale,
        channels=names.channels(),
        round_names=names,
        typed=typed,
        own=None,
        on_behalf_of="",
        voices=(),
        points_left=found.round.points,
        now=parts.now(),
        **context,
    )


@blueprint.post("/rounds/<id>/measures/<measure>/on-behalf")
@web.rule(Action.ANSWER_ON_BEHALF)
def answer_for(region: str, id: str, measure: str) -> Response:
    """Enter a municipality's standpoint."""
    typed = web.form(*FIELDS)
    parts, me = web.workspace(), web.me()
    if typed["step"]:
        most = service.get(parts, me, id).most_points
        return _form(id, measure, typed | {"value": stepped(typed["value"], typed["step"], most)})
    try:
        answering.answer_for(
            parts, me, id, measure, typed["municipality"], typed["value"], typed["reason"], typed["channel"],
            typed["source"], conditional=bool(typed["conditional"]), joins=joins(typed["joins"]),
            read=web.number(typed["read"] or "0"), once=web.once(),
        )  # fmt: skip
    except Invalid as refused:
        if "measure" in refused.errors:
            raise
        return _form(id, measure, typed, 422, errors=refused.errors)
    except Forbidden as blocked:
        return _form(id, measure, typed, 403, errors={"municipality": blocked.message})
    except Conflict as late:
        return _form(id, measure, typed | {"read": ""}, 409, errors={"value": late.message})
    return web.done(url_for("rounds.measure", region=region, id=measure) + "#standing")
