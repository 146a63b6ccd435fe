"""Addresses for giving points: all measures of a round on one page."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from workspace import web
from workspace.access import Action
from workspace.errors import Conflict, Forbidden, Invalid, NotFound, _
from workspace.measures import service as measures
from workspace.rounds import service, spreading
from workspace.rounds.answer_routes import chosen_voice, stepped
from workspace.rounds.model import Round
from workspace.rounds.routes import answering_for, blueprint


@blueprint.get("/rounds/<id>/points")
@web.rule(Action.ANSWER_ROUND)
def points(region: str, id: str) -> Response:
    """The form to give points to all measures of a round with."""
    round_ = _round(id)
    voice = answering_for(round_, round_.measures)["voice"]
    given = service.own_answers(web.workspace(), web.me(), round_, voice)
    typed = {f"points-{m}": str(given[m].value) if m in given else "0" for m in round_.measures}
    return _form(round_, typed)


def _round(id: str) -> Round:
    """The round, if points are given in it. Raises NotFound, Conflict, Forbidden."""
    parts, me = web.workspace(), web.me()
    round_ = service.get(parts, me, id)
    if round_.method != "priority":
        raise NotFound()
    if not service.has_part(parts, me, round_):
        raise Forbidden(_("Du er ikke invitert til å svare i denne runden."))
    return round_


def _form(round_: Round, typed: dict[str, Any], code: int = 200, **context: Any) -> Response:
    parts, me = web.workspace(), web.me()
    numbers = [typed[f"points-{m}"] for m in round_.measures]
    given = sum(int(number) for number in numbers if number.isascii() and number.isdigit() and len(number) <= 4)
    return web.answer(
        "rounds/points.html",
        code,
        round=round_,
        typed=typed,
        found=[measures.get(parts, me, id) for id in round_.measures],
        left=round_.points - given,
        **answering_for(round_, round_.measures),
        **context,
    )


@blueprint.post("/rounds/<id>/points")
@web.rule(Action.ANSWER_ROUND)
def spread(region: str, id: str) -> Response:
    """Give the points: all, or none with what is wrong."""
    round_ = _round(id)
    names = tuple(f"{part}-{measure}" for part in ("points", "read") for measure in round_.measures)
    typed = web.form(*names, "voice", "step", "key")
    measure, _colon, step = typed["step"].partition(":")
    if measure in round_.measures:
        name = f"points-{measure}"
        return _form(round_, typed | {name: stepped(typed[name], step, round_.most_points)})
    given = {measure: typed[f"points-{measure}"] for measure in round_.measures if f"points-{measure}" in request.form}
    read = {measure: web.number(typed[f"read-{measure}"] or "0") for measure in round_.measures}
    try:
        spreading.spread(web.workspace(), web.me(), id, given, typed["voice"], read=read, once=web.once())
    except Invalid as refused:
        return _form(round_, typed, 422, errors=refused.errors)
    except Conflict as late:
        now = typed | dict.fromkeys((f"read-{measure}" for measure in round_.measures), "")
        return _form(round_, now, 409, errors={"points": late.message})
    return web.done(url_for("rounds.points", region=region, id=id, saved=1, voice=chosen_voice(id)))
