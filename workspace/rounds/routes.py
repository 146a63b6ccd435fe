"""Addresses of the room rounds: the board, a measure with its standpoints, answering, and the life of a round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from markupsafe import Markup

from workspace import access, keeping, markup, text, web
from workspace.access import Action
from workspace.comments import routes as comments
from workspace.comments.subject import Subject
from workspace.measures import board as opportunities
from workspace.measures import names as measure_names
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.regions import names as region_names
from workspace.regions import service as regions
from workspace.rounds import (
    amending,
    beside,
    board,
    column,
    draft_pages,
    lead_pages,
    measure_sheet,
    meeting_hands,
    names,
    overview,
    results,
    service,
    showing,
    story,
    subjects,
)
from workspace.rounds.model import Round
from workspace.rounds.sentence import percent

blueprint = web.room("rounds", __name__)


@blueprint.record_once
def _tell_the_menu(state: BlueprintSetupState) -> None:
    """What the menu shows beside «Runder». It is asked for when a page is made, whatever the page is an answer to."""
    state.app.extensions["unanswered"] = _unanswered


@blueprint.record_once
def _follow_measures(state: BlueprintSetupState) -> None:
    """What is settled here before a measure becomes part of another, the sheet of answers in their workbook, and how
    they stand in their overview."""
    state.app.extensions.setdefault("measure_merges", []).append(amending.require_decided)
    state.app.extensions.setdefault("measure_sheets", []).append(measure_sheet.sheets)
    state.app.extensions["measure_column"] = column.column


def _unanswered() -> int:
    return service.count_unanswered(web.workspace(), web.me())


# -- Reading --


@blueprint.get("/rounds/")
@web.rule(Action.READ_ROUND)
def listing(region: str) -> Response:
    """All rounds."""
    return web.answer(
        "rounds/listing.html",
        rounds=overview.rounds(web.workspace(), web.me()),
        has_measures=measures.is_any(web.workspace(), web.me()),
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
        shown = _board(id)
        if found.is_anonymous:
            return web.answer("rounds/_temperature.html", **shown)
        return web.answer("rounds/board.swap.html", **shown, **_missing(shown), kept=_kept(shown))
    return board_page(id)


@blueprint.get("/rounds/<id>/complete")
@web.rule(Action.READ_ROUND)
def complete(region: str, id: str) -> Response:
    """Which municipalities have answered everything that had not when it was asked last: 204 for none, or no news."""
    found = service.get(web.workspace(), web.me(), id)
    if str(found.updates) == request.args.get("seen"):
        return Response(status=204)
    shown = _board(id)
    done = _missing(shown)["complete"]
    known = request.args.get("known", "").split(",")
    return web.answer(
        "rounds/complete.swap.html",
        round=shown["round"],
        round_names=names,
        complete=done,
        new=[municipality for municipality in done if municipality.id not in known],
    )


def _board(id: str) -> dict[str, Any]:
    parts, me = web.workspace(), web.me()
    found = service.standing(parts, me, id)
    electorate = set(found.round.electorate)
    municipalities = [m for m in regions.municipalities(parts, me) if not electorate or m.id in electorate]
    orders = board.orders(found)
    wanted = request.args.get("order", "")
    return {
        "round": found.round,
        "standing": found,
        "municipalities": municipalities,
        "place_names": {municipality.id: municipality.name for municipality in municipalities},
        "voice_names": found.names,
        "round_names": names,
        "scale": found.round.scale,
        "orders": orders,
        "order": wanted if wanted in orders else orders[0],
        "now": parts.now(),
        "own": frozenset(service.voices_of(me, found.round)),
    }


def _missing(shown: dict[str, Any]) -> dict[str, Any]:
    """Who has not answered everything, as far as this reader may see it, and who has."""
    found, municipalities = shown["standing"], shown["municipalities"]
    leads = access.can(web.me(), Action.CLOSE_ROUND)
    return {
        "leads": leads,
        "missing": board.missing(found, municipalities, leads=leads),
        "most_named": board.MOST_NAMED,
        "without_voice": board.without_voice(found, municipalities) if leads else [],
        "complete": [] if found.round.by_person else board.complete(found, municipalities),
    }


def _kept(shown: dict[str, Any]) -> Markup:
    """The board itself, which is the same for all who see the round. Its rows are worked out when it is made."""
    round_, standing, order = shown["round"], shown["standing"], shown["order"]
    made_of = (
        round_,
        standing.last,
        standing.measures,
        tuple(shown["municipalities"]),
        text.clock(shown["now"]),
        order,
        shown["own"],
    )
    make = {
        "make_rows": lambda: board.rows(standing, order),
        "make_figures": lambda: board.figures(standing),
        "make_left": lambda: board.left(standing, shown["municipalities"]),
    }
    return keeping.part("rounds/_board.html", made_of, **shown, **make)


def board_page(id: str, code: int = 200, **context: Any) -> Response:
    """The page of a round, with an HTTP status and what a refused form has to say."""
    shown = _board(id)
    round_, standing = shown["round"], shown["standing"]
    done, expected = standing.progress
    missing = _missing(shown)
    more = {"done": done, "expected": expected, "hint": None, "blocks": []} | missing | _part_in(round_)
    if missing["leads"]:
        more["hint"] = results.hint(web.workspace(), web.me(), standing)
    if access.can(web.me(), Action.MEDIATE):
        more["blocks"] = story.waiting(web.workspace(), web.me(), standing)
    if round_.state == "draft":
        more |= draft_pages.about(round_)
    elif round_.state != "concluded" and access.can(web.me(), Action.WRITE_ROUND):
        more |= lead_pages.about_outcome(standing) | lead_pages.about_reminders(round_)
    elif round_.state == "concluded":
        more |= talked_about(subjects.of_outcome(round_))
    return web.answer("rounds/page.html", code, kept=_kept(shown), **shown | more | context)


def _part_in(round_: Round) -> dict[str, bool]:
    """Whether the reader may answer in a round, and whether anything in it waits for them."""
    parts, me = web.workspace(), web.me()
    return {
        "has_part": service.has_part(parts, me, round_),
        "waits": bool(service.unanswered(parts, me, round_)),
    }


@blueprint.get("/measures/<id>")
@web.rule(Action.READ_MEASURE)
def measure(region: str, id: str) -> Response:
    """A measure, with how the region stands on it and the form to take a standpoint with."""
    found = measures.get(web.workspace(), web.me(), id)
    if found.merged_into:
        return web.done(url_for("rounds.measure", region=region, id=found.merged_into))
    return measure_page(id)


def measure_page(id: str, code: int = 200, **context: Any) -> Response:
    """A measure's page, with an HTTP status and what a refused form has to say."""
    found = measures.get(web.workspace(), web.me(), id)
    subject = subjects.of_measure(web.workspace(), web.me(), found)
    return web.answer("measures/page.html", code, **about(found) | talked_about(subject) | context)


def talked_about(subject: Subject) -> dict[str, Any]:
    """The threads of a measure or an outcome, for its page; with the form for a new one where the address asks so."""
    asked: Mapping[str, str] = request.args or {}
    block = web.number(asked["comment"]) if asked.get("comment") else 0
    return comments.woven(subject, block, asked.get("quote", ""))


def about(found: Measure) -> dict[str, Any]:
    """All that a measure's page shows."""
    parts, me = web.workspace(), web.me()
    round_ = service.round_of(parts, me, found.id)
    shown: dict[str, Any] = {
        "measure": found,
        "rendered": markup.render(found.text),
        "cited": measures.cited_documents(parts, me, found),
        "opportunities": opportunities.behind(parts, me, found.opportunities),
        "municipalities": regions.municipalities(parts, me),
        "measure_names": measure_names,
        "round": round_,
        "round_names": names,
        "names": region_names,
        "scale": round_.scale if round_ else (),
        "percent": percent,
        "now": parts.now(),
    } | beside.of_measure(found)
    if round_ is not None:
        shown |= _stand(round_, found)
    return shown


def answering_for(round_: Round, measure_ids: Iterable[str], prefer: str = "") -> dict[str, Any]:
    """For whom the reader answers: as the address or the form says, else `prefer`, else where something is left; and
    what they choose between, if there are several."""
    parts, me = web.workspace(), web.me()
    names, own = service.municipality_names(parts, me), service.voices_of(me, round_)
    voice = service.voice_for(parts, me, round_, measure_ids, request.values.get("voice", "") or prefer)
    return {
        "voices": own,
        "voice": voice,
        "choices": [(number, names.get(number, number)) for number in own] if len(own) > 1 else [],
        "on_behalf_of": names.get(voice, ""),
    }


def _stand(round_: Round, found: Measure, prefer: str = "") -> dict[str, Any]:
    """How a round stands on a measure, and what the reader has to do with it."""
    parts, me = web.workspace(), web.me()
    standing = service.standing(parts, me, round_.id)
    voice_names = standing.names
    chosen = answering_for(round_, (found.id,), prefer)
    voice = chosen["voice"]
    places = {municipality.id: municipality.name for municipality in regions.municipalities(parts, me)}
    return {
        "standing": standing,
        "voice_names": voice_names,
        "own": service.own_answer(parts, me, round_, found.id, voice),
        "sealed": service.has_sealed(parts, me, round_, found.id),
        "hands": meeting_hands.hands_of(parts, me, round_).standing.get(found.id, ()),
        "shown": showing.measure(parts, me, standing, found.id, places),
        "points_left": _points_left(round_, voice),
        "may_answer": service.has_part(parts, me, round_) and round_.is_open(parts.now()),
        **chosen,
    } | beside.in_round(round_, standing, found, voice)


def in_round(round_: Round, found: Measure, prefer: str = "") -> dict[str, Any]:
    """All that a page about a measure in this round shows, be there a newer round or not. `prefer` is for whom
    the reader answers where the address does not say."""
    return about(found) | {"round": round_, "scale": round_.scale} | _stand(round_, found, prefer)


def _points_left(round_: Round, voice: str) -> int:
    """How many points are left for a measure and the others, with those it has."""
    if round_.method != "priority":
        return 0
    given = service.own_answers(web.workspace(), web.me(), round_, voice)
    return round_.points - sum(ballot.value for id, ballot in given.items() if id in round_.measures)
