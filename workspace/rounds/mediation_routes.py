"""Addresses after a block, and of conditions: the story of it, writing in it, standing by it; marking a condition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, url_for

from workspace import web
from workspace.access import Action
from workspace.errors import Conflict, Invalid, NotFound
from workspace.measures import service as measures
from workspace.rounds import fulfilling, mediating, names, service, story
from workspace.rounds.answer_routes import chosen_voice
from workspace.rounds.ballot import is_block
from workspace.rounds.model import Round
from workspace.rounds.routes import blueprint, in_round, measure_page


@blueprint.get("/rounds/<id>/measures/<measure>/mediation")
@web.rule(Action.READ_ROUND)
def mediation(region: str, id: str, measure: str) -> Response:
    """A block from its beginning to its answer."""
    return _page(id, measure)


def _page(id: str, measure_id: str, code: int = 200, **context: Any) -> Response:
    parts, me = web.workspace(), web.me()
    round_ = service.get(parts, me, id)
    if measure_id not in round_.measures or round_.method != "consensus":
        raise NotFound()
    found = measures.get(parts, me, measure_id)
    blocking = _blocking(round_, measure_id)
    shown = in_round(round_, found, next(iter(blocking), ""))
    shown["choices"] = [choice for choice in shown["choices"] if choice[0] in blocking] if len(blocking) > 1 else []
    told = shown["read_story"]()
    if not told.steps and not shown["told"].block and shown["standing"].shown:
        raise NotFound()
    lifted = story.if_lifted(shown["standing"], told, measure_id)
    outcome = names.sentence(round_, lifted, shown["voice_names"]) if lifted is not None else ""
    amendments = shown["read_amendments"]()
    return web.answer(
        "rounds/mediation.html", code, **shown, story=told, amendments=amendments, lifted=outcome, **context
    )


def _blocking(round_: Round, measure_id: str) -> list[str]:
    """Those of the reader's municipalities that block a measure."""
    parts, me = web.workspace(), web.me()
    own = {voice: service.own_answer(parts, me, round_, measure_id, voice) for voice in service.voices_of(me, round_)}
    return [voice for voice, ballot in own.items() if ballot is not None and is_block(round_, ballot)]


@blueprint.post("/rounds/<id>/measures/<measure>/mediation")
@web.rule(Action.MEDIATE)
def write_note(region: str, id: str, measure: str) -> Response:
    """Answer those who block, note what was tried, or the next step."""
    typed = web.form("kind", "heading", "text", "key")
    parts, me = web.workspace(), web.me()
    return _act(
        id,
        measure,
        lambda: mediating.write(
            parts, me, id, measure, typed["kind"], typed["text"], typed["heading"], once=web.once()
        ),
        typed,
    )


@blueprint.post("/rounds/<id>/measures/<measure>/mediation/stand")
@web.rule(Action.ANSWER_ROUND)
def stand_by(region: str, id: str, measure: str) -> Response:
    """Say that one's own block stands."""
    typed = web.form("remark", "voice", "key")
    parts, me = web.workspace(), web.me()
    return _act(
        id,
        measure,
        lambda: mediating.stand_by(parts, me, id, measure, typed["remark"], typed["voice"], once=web.once()),
        typed,
    )


def _act(id: str, measure_id: str, act: Callable[[], object], typed: dict[str, Any]) -> Response:
    try:
        act()
    except Invalid as refused:
        return _page(id, measure_id, 422, errors=refused.errors, typed=typed)
    except Conflict as late:
        return _page(id, measure_id, 409, errors={"state": late.message}, typed=typed)
    to = url_for("rounds.mediation", region=web.me().region, id=id, measure=measure_id, voice=chosen_voice(id))
    return web.done(to)


# -- Conditions --


@blueprint.post("/rounds/<id>/measures/<measure>/conditions/<ballot>")
@web.rule(Action.MARK_CONDITION)
def mark_met(region: str, id: str, measure: str, ballot: str) -> Response:
    """Mark a condition as met."""
    typed = web.form("note", "key")
    parts, me = web.workspace(), web.me()
    return _marked(measure, lambda: fulfilling.mark_met(parts, me, id, ballot, typed["note"], once=web.once()), typed)


@blueprint.post("/rounds/<id>/measures/<measure>/conditions/<ballot>/undo")
@web.rule(Action.ANSWER_ROUND)
def undo_met(region: str, id: str, measure: str, ballot: str) -> Response:
    """Take the mark away again; the voter may always."""
    typed = web.form("note", "key")
    parts, me = web.workspace(), web.me()
    return _marked(measure, lambda: fulfilling.undo(parts, me, id, ballot, typed["note"], once=web.once()), typed)


def _marked(measure_id: str, act: Callable[[], object], typed: dict[str, Any]) -> Response:
    try:
        act()
    except Invalid as refused:
        return measure_page(measure_id, 422, errors=refused.errors, typed={"note": typed["note"], "key": typed["key"]})
    except Conflict as late:
        return measure_page(measure_id, 409, errors={"note": late.message})
    return web.done(url_for("rounds.measure", region=web.me().region, id=measure_id) + "#reasons")
