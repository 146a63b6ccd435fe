"""Addresses of the room rounds: the board, a measure with its standpoints, answering, and the life of a round."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Response, make_response, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from markupsafe import Markup

from workspace import clean, keeping, markup, text, web
from workspace.access import Action, can
from workspace.errors import Conflict, Invalid, _
from workspace.measures import names as measure_names
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.regions import names as region_names
from workspace.regions import service as regions
from workspace.rounds import names, service
from workspace.rounds.model import Round
from workspace.rounds.scale import SCALE
from workspace.rounds.sentence import percent

blueprint = web.room("rounds", __name__)


@blueprint.record_once
def _tell_the_menu(state: BlueprintSetupState) -> None:
    """What the menu shows beside «Runder». It is asked for when a page is made, whatever the page is an answer to."""
    state.app.extensions["unanswered"] = _unanswered


def _unanswered() -> int:
    return service.count_unanswered(web.workspace(), web.me())


# -- Reading --


@blueprint.get("/rounds/")
@web.rule(Action.READ_ROUND)
def listing(region: str) -> Response:
    """All rounds."""
    return web.answer(
        "rounds/listing.html",
        rounds=service.listing(web.workspace(), web.me()),
        round_names=names,
        now=web.workspace().now(),
    )


@blueprint.get("/rounds/<id>")
@web.rule(Action.READ_ROUND)
def page(region: str, id: str) -> Response:
    """The round's board. With `?seen=` of the newest state: 204, so that asking costs next to nothing."""
    if web.is_htmx() and request.args.get("seen"):
        found = service.get(web.workspace(), web.me(), id)
        if str(found.updates) == request.args["seen"]:
            return Response(status=204)
        return make_response(_kept(_board(id)))
    return _page(id)


def _board(id: str) -> dict[str, Any]:
    parts, me = web.workspace(), web.me()
    found = service.standing(parts, me, id)
    electorate = set(found.round.electorate)
    municipalities = [m for m in regions.municipalities(parts, me) if not electorate or m.id in electorate]
    return {
        "round": found.round,
        "standing": found,
        "municipalities": municipalities,
        "voice_names": {m.id: m.name for m in municipalities},
        "round_names": names,
        "scale": SCALE,
        "now": parts.now(),
    }


def _kept(board: dict[str, Any]) -> Markup:
    """The board itself, which is the same for all who see the round."""
    round_, standing = board["round"], board["standing"]
    made_of = (round_, standing.last, standing.measures, tuple(board["municipalities"]), text.clock(board["now"]))
    return keeping.part("rounds/_board.html", made_of, **board)


def _page(id: str, code: int = 200, **context: Any) -> Response:
    board = _board(id)
    suggestion = _suggested_outcome(board) if board["round"].state == "closed" else ""
    return web.answer("rounds/page.html", code, **board, kept=_kept(board), suggestion=suggestion, **context)


def _suggested_outcome(board: dict[str, Any]) -> str:
    """A first text of the outcome: each verdict in its sentence, for the facilitator to go on from."""
    found = board["standing"]
    return "\n\n".join(
        f"{measure.code} {measure.title}. {names.sentence(found.verdicts[measure.id], board['voice_names'])}"
        for measure in found.measures
    )


@blueprint.get("/measures/<id>")
@web.rule(Action.READ_MEASURE)
def measure(region: str, id: str) -> Response:
    """A measure, with how the region stands on it and the form to take a standpoint with."""
    return _measure(id)


def _measure(id: str, code: int = 200, **context: Any) -> Response:
    found = measures.get(web.workspace(), web.me(), id)
    return web.answer("measures/page.html", code, **_about(found), **context)


def _about(found: Measure) -> dict[str, Any]:
    """All that a measure's page shows."""
    parts, me = web.workspace(), web.me()
    round_ = service.round_of(parts, me, found.id)
    about: dict[str, Any] = {
        "measure": found,
        "rendered": markup.render(found.text),
        "cited": measures.cited_documents(parts, me, found),
        "municipalities": regions.municipalities(parts, me),
        "measure_names": measure_names,
        "round": round_,
        "round_names": names,
        "names": region_names,
        "scale": SCALE,
        "percent": percent,
        "now": parts.now(),
    }
    if round_ is not None:
        about |= _stand(round_, found)
    return about


def _stand(round_: Round, found: Measure) -> dict[str, Any]:
    parts, me = web.workspace(), web.me()
    standing = service.standing(parts, me, round_.id)
    voice_names = {m.id: m.name for m in regions.municipalities(parts, me)}
    own = service.voices_of(me, round_)
    groups: dict[str, list[Any]] = {}
    for ballot in standing.advice.get(found.id, ()):
        groups.setdefault(ballot.group or "other", []).append(ballot)
    return {
        "standing": standing,
        "voice_names": voice_names,
        "voices": own,
        "on_behalf_of": voice_names.get(own[0], "") if own else "",
        "own": service.own_answer(parts, me, round_, found.id),
        "groups": groups,
        "agreement": service.agreement(standing, found.id) if standing.shown else None,
        "may_answer": can(me, Action.ANSWER_ROUND) and round_.is_open(parts.now()),
    }


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
    if not chosen:
        return web.answer("rounds/finished.html", code, round=round_, round_names=names)
    found = measures.get(parts, me, chosen)
    at = round_.measures.index(chosen)
    return web.answer(
        "rounds/phone.html",
        code,
        **_about(found) | {"round": round_} | _stand(round_, found),
        at=at + 1,
        following=round_.measures[at + 1] if at + 1 < len(round_.measures) else "",
        before=round_.measures[at - 1] if at else "",
        answered=len(round_.measures) - len(unanswered),
        **context,
    )


# -- Answering --


@blueprint.post("/rounds/<id>/measures/<measure>/answers")
@web.rule(Action.ANSWER_ROUND)
def answer(region: str, id: str, measure: str) -> Response:
    """Take a standpoint. From the phone view, on to the next measure."""
    typed = web.form("value", "reason", "voice", "from", "key")
    refused: dict[str, Any] = {}
    parts, me = web.workspace(), web.me()
    try:
        service.answer(parts, me, id, measure, typed["value"], typed["reason"], typed["voice"], once=web.once())
    except Invalid as invalid:
        if "measure" in invalid.errors:
            raise
        refused = {"code": 422, "errors": invalid.errors}
    except Conflict as late:
        refused = {"code": 409, "errors": {"value": late.message}}
    if typed["from"] == "phone":
        return _answered_on_phone(id, measure, typed, refused)
    if refused:
        return _refused_answer(measure, typed, **refused)
    return _answered(measure)


def _answered(measure_id: str) -> Response:
    to = url_for("rounds.measure", region=web.me().region, id=measure_id, saved=1)
    if not web.is_htmx():
        return web.done(f"{to}#panel")
    return web.answer(
        "rounds/answered.swap.html", **_about(measures.get(web.workspace(), web.me(), measure_id)), saved=True
    )


def _refused_answer(measure_id: str, typed: dict[str, Any], code: int, errors: dict[str, Any]) -> Response:
    if not web.is_htmx():
        return _measure(measure_id, code, errors=errors, typed=typed)
    about = _about(measures.get(web.workspace(), web.me(), measure_id))
    return web.answer("rounds/_panel.html", code, **about, errors=errors, typed=typed)


def _answered_on_phone(id: str, measure_id: str, typed: dict[str, Any], refused: dict[str, Any]) -> Response:
    if refused:
        return _phone(id, measure_id, refused["code"], errors=refused["errors"], typed=typed)
    return web.done(url_for("rounds.phone", region=web.me().region, id=id, saved=1))


# -- The life of a round --

DRAFT_FIELDS = ("title", "purpose", "closes", "quorum", "support", "max_reservations", "blocks_stop", "visibility")


@blueprint.get("/rounds/new")
@web.rule(Action.WRITE_ROUND)
def new(region: str) -> Response:
    """The form to make a round with."""
    usual = {"quorum": "3/4", "support": "3/4", "blocks_stop": "1", "visibility": "named", "measures": ()}
    return _form(dict.fromkeys(DRAFT_FIELDS, "") | usual)


def _form(typed: dict[str, Any], code: int = 200, **context: Any) -> Response:
    parts, me = web.workspace(), web.me()
    return web.answer(
        "rounds/form.html",
        code,
        typed=typed,
        measures=measures.listing(parts, me),
        municipalities=regions.municipalities(parts, me),
        number=max((r.number for r in service.listing(parts, me)), default=0) + 1,
        **context,
    )


@blueprint.post("/rounds/")
@web.rule(Action.WRITE_ROUND)
def create(region: str) -> Response:
    """Make a draft of a round."""
    typed = web.form(*DRAFT_FIELDS, "key", many=("measures",))
    try:
        fields = _draft_fields(typed)
        made = service.create(web.workspace(), web.me(), typed["measures"], once=web.once(), **fields)
    except Invalid as refused:
        return _form(typed, 422, errors=refused.errors)
    return web.done(url_for("rounds.page", region=region, id=made.id))


def _draft_fields(typed: dict[str, Any]) -> dict[str, Any]:
    most = typed["max_reservations"]
    return {
        "title": clean.clean_line(typed["title"]),
        "purpose": typed["purpose"][:2000],
        "closes": moment(typed["closes"]),
        "quorum": typed["quorum"],
        "support": typed["support"],
        "max_reservations": web.number(most) if most else None,
        "blocks_stop": bool(typed["blocks_stop"]),
        "visibility": typed["visibility"],
    }


def moment(typed: str) -> datetime:
    """A date and time typed on a Norwegian clock, in UTC. Raises Invalid."""
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=text.OSLO, second=0, microsecond=0).astimezone(UTC)
    except ValueError as error:
        raise Invalid({"closes": _("Velg dag og klokkeslett for fristen.")}) from error


@blueprint.post("/rounds/<id>/opening")
@web.rule(Action.WRITE_ROUND)
def open_round(region: str, id: str) -> Response:
    """Open a round."""
    return _act(id, lambda: service.open_round(web.workspace(), web.me(), id, once=web.once()))


@blueprint.post("/rounds/<id>/closure")
@web.rule(Action.CLOSE_ROUND)
def close(region: str, id: str) -> Response:
    """Close a round."""
    return _act(id, lambda: service.close_round(web.workspace(), web.me(), id, once=web.once()))


@blueprint.post("/rounds/<id>/extension")
@web.rule(Action.CLOSE_ROUND)
def extend(region: str, id: str) -> Response:
    """Give a round a later deadline."""
    typed = web.form("closes", "reason", "key")
    parts, me = web.workspace(), web.me()
    return _act(
        id,
        lambda: service.extend(parts, me, id, moment(typed["closes"]), typed["reason"], once=web.once()),
        typed,
    )


@blueprint.post("/rounds/<id>/reopening")
@web.rule(Action.WRITE_ROUND)
def reopen(region: str, id: str) -> Response:
    """Open a closed round again."""
    typed = web.form("closes", "reason", "key")
    parts, me = web.workspace(), web.me()
    return _act(
        id,
        lambda: service.reopen(parts, me, id, moment(typed["closes"]), typed["reason"], once=web.once()),
        typed,
    )


@blueprint.post("/rounds/<id>/outcome")
@web.rule(Action.CONCLUDE_ROUND)
def conclude(region: str, id: str) -> Response:
    """Write what a closed round came to."""
    typed = web.form("outcome", "review_date", "key")
    parts, me = web.workspace(), web.me()
    return _act(
        id,
        lambda: service.conclude(parts, me, id, typed["outcome"], typed["review_date"], once=web.once()),
        typed,
    )


def _act(id: str, act: Any, typed: dict[str, Any] | None = None) -> Response:
    """Do something with a round and show it; a refusal shows the round as it is, with what was typed."""
    try:
        act()
    except Invalid as refused:
        return _page(id, 422, errors=refused.errors, typed=typed or {})
    except Conflict as late:
        return _page(id, 409, errors={"state": late.message}, typed=typed or {})
    return web.done(url_for("rounds.page", region=web.me().region, id=id))
