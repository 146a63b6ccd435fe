"""Addresses for answering: taking a standpoint on a measure's page, and one measure at a time on a phone."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Response, request, url_for

from workspace import web
from workspace.access import Action
from workspace.errors import Conflict, Invalid
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.rounds import answering, names, service
from workspace.rounds.ballot import Ballot
from workspace.rounds.model import Round
from workspace.rounds.routes import about, blueprint, in_round, measure_page


@blueprint.get("/rounds/<id>/answer")
@web.rule(Action.ANSWER_ROUND)
def phone(region: str, id: str) -> Response:
    """One measure at a time, for a phone: `?measure=`, else the first that is not answered."""
    return _phone(id, request.args.get("measure", ""))


def _phone(id: str, measure_id: str, code: int = 200, **context: Any) -> Response:
    parts, me = web.workspace(), web.me()
    round_ = service.get(parts, me, id)
    unanswered = service.unanswered(parts, me, round_)
    chosen = measure_id if measure_id in round_.measures else (unanswered or ("",))[0]
    answers = _answers(round_)
    context |= {"answers": answers, "kept": _kept(answers)}
    if not chosen:
        return web.answer("rounds/finished.html", code, round=round_, round_names=names, **context)
    found = measures.get(parts, me, chosen)
    at = round_.measures.index(chosen)
    return web.answer(
        "rounds/phone.html",
        code,
        **in_round(round_, found),
        at=at + 1,
        following=round_.measures[at + 1] if at + 1 < len(round_.measures) else "",
        before=round_.measures[at - 1] if at else "",
        answered=len(round_.measures) - len(unanswered),
        **context,
    )


class Own(NamedTuple):
    """What was answered for one municipality of the reader's, or for themselves (no name and number)."""

    name: str
    number: str
    answers: list[tuple[Measure, Ballot | None]]  # all measures of the round


def _answers(round_: Round) -> list[Own]:
    """All that the reader has answered and may change: none in a round without names."""
    if round_.is_anonymous:
        return []
    parts, me = web.workspace(), web.me()
    found = [measures.get(parts, me, id) for id in round_.measures]
    places = service.municipality_names(parts, me)
    numbers = () if round_.by_person else service.voices_of(me, round_)
    given = {number: service.own_answers(parts, me, round_, number) for number in numbers or ("",)}
    return [
        Own(places.get(number, ""), number, [(measure, own.get(measure.id)) for measure in found])
        for number, own in given.items()
    ]


def _kept(answers: list[Own]) -> tuple[Measure, Ballot] | None:
    """The answer that was kept just now (`?saved=`), where it is not one of several municipalities."""
    saved = request.args.get("saved", "")
    own = answers[0].answers if len(answers) == 1 else []
    return next(((measure, ballot) for measure, ballot in own if ballot and measure.id == saved), None)


@blueprint.post("/rounds/<id>/measures/<measure>/answers")
@web.rule(Action.ANSWER_ROUND)
def answer(region: str, id: str, measure: str) -> Response:
    """Take a standpoint, or take it back. From the phone view, on to the next measure."""
    typed = web.form("value", "reason", "voice", "from", "step", "withdraw", "conditional", "joins", "read", "key")
    if typed["step"]:
        return _stepped(id, measure, typed)
    refused: dict[str, Any] = {}
    parts, me = web.workspace(), web.me()
    try:
        if typed["withdraw"]:
            answering.withdraw(parts, me, id, measure, typed["voice"], once=web.once())
        else:
            answering.answer(
                parts, me, id, measure, typed["value"], typed["reason"], typed["voice"],
                conditional=bool(typed["conditional"]), joins=joins(typed["joins"]),
                read=web.number(typed["read"] or "0"), once=web.once(),
            )  # fmt: skip
    except Invalid as invalid:
        if "measure" in invalid.errors:
            raise
        refused = {"code": 422, "errors": invalid.errors}
    except Conflict as late:
        refused = {"code": 409, "errors": {"value": late.message}, "is_reworded": late.message == answering.REWORDED}
        typed["read"] = ""  # the form that comes back is about the text there is now
    if typed["from"] == "phone":
        return _answered_on_phone(id, measure, typed, refused)
    if refused:
        return _refused_answer(measure, typed, **refused)
    return _answered(id, measure, withdrawn=bool(typed["withdraw"]))


def chosen_voice(id: str) -> str | None:
    """The municipality that was answered for, to go on with; None for who has not several to choose between."""
    own = service.voices_of(web.me(), service.get(web.workspace(), web.me(), id))
    return request.form.get("voice") if len(own) > 1 else None


def joins(typed: str) -> bool | None:
    """Whether the municipality carries the measure, as typed; None where nothing is said."""
    return {"yes": True, "no": False}.get(typed)


def _stepped(id: str, measure_id: str, typed: dict[str, Any]) -> Response:
    """The form with a point more or less in it. Nothing is stored before it is sent."""
    round_ = service.get(web.workspace(), web.me(), id)
    round_.item(measure_id)
    typed = typed | {"value": stepped(typed["value"], typed["step"], round_.most_points)}
    if typed["from"] == "phone":
        return _phone(id, measure_id, typed=typed)
    return _refused_answer(measure_id, typed, 200, {})


def stepped(typed: str, step: str, most: int) -> str:
    """The number that was typed, a step up or down, between 0 and the most there may be."""
    now = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 4 else 0
    return str(min(most, max(0, now + (1 if step == "1" else -1))))


def _answered(id: str, measure_id: str, withdrawn: bool = False) -> Response:
    to = url_for(
        "rounds.measure", region=web.me().region, id=measure_id, saved=None if withdrawn else 1, voice=chosen_voice(id)
    )
    if not web.is_htmx():
        return web.done(f"{to}#panel")
    return web.answer(
        "rounds/answered.swap.html",
        **about(measures.get(web.workspace(), web.me(), measure_id)),
        saved=not withdrawn,
        withdrawn=withdrawn,
    )


def _refused_answer(
    measure_id: str, typed: dict[str, Any], code: int, errors: dict[str, Any], **context: Any
) -> Response:
    context |= {"errors": errors, "typed": typed}
    if not web.is_htmx():
        return measure_page(measure_id, code, **context)
    shown = about(measures.get(web.workspace(), web.me(), measure_id))
    return web.answer("rounds/_panel.html", code, **shown, **context)


def _answered_on_phone(id: str, measure_id: str, typed: dict[str, Any], refused: dict[str, Any]) -> Response:
    if refused:
        return _phone(id, measure_id, **refused, typed=typed)
    if typed["withdraw"]:
        to = url_for("rounds.phone", region=web.me().region, id=id, measure=measure_id, voice=chosen_voice(id))
        return web.done(to)
    return web.done(url_for("rounds.phone", region=web.me().region, id=id, saved=measure_id))
