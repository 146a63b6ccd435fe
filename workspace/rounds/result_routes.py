"""Addresses of what a round came to: its results, and the figures of trust that stand beside them."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, url_for

from workspace import text, web
from workspace.access import Action
from workspace.errors import Invalid
from workspace.regions import service as regions
from workspace.rounds import names, parties, pictures, results, service, trusting
from workspace.rounds.figures import Share
from workspace.rounds.pictures import Point, Strip
from workspace.rounds.results import Results
from workspace.rounds.routes import blueprint
from workspace.rounds.suppression import LEAST
from workspace.rounds.trust import HIGHEST, LOWEST
from workspace.translation import gettext

TALL = 140  # pixels of the pictures of trust and consensus
MOST_PAIRS = 6  # shown at once


@blueprint.get("/rounds/<id>/results")
@web.rule(Action.READ_ROUND)
def show_results(region: str, id: str) -> Response:
    """What a round came to. While it is open there are no results, and its board is shown."""
    return _results(id)


def _results(id: str, code: int = 200, **context: Any) -> Response:
    parts, me = web.workspace(), web.me()
    found = service.standing(parts, me, id)
    if found.round.state not in {"closed", "concluded"}:
        return web.done(url_for("rounds.page", region=me.region, id=id))
    municipalities = regions.municipalities(parts, me)
    places = {municipality.id: municipality.name for municipality in municipalities}
    came_to = results.of(parts, me, found)
    return web.answer(
        "rounds/results.html",
        code,
        round=found.round,
        standing=found,
        results=came_to,
        strips=_strips(came_to, places),
        trust_line=_trust_line(came_to),
        consensus_line=_consensus_line(came_to),
        given_by={id: parties.own(found, id) for id in found.round.measures},
        values_of={id: parties.all_values(found, id) for id in found.round.measures},
        electorate=[number for number in places if number in found.round.electorate],
        most_pairs=MOST_PAIRS,
        municipalities=municipalities,
        place_names=places,
        scale=found.round.scale,
        voice_names=found.names,
        round_names=names,
        group_of=parties.group_of,
        most=max((v.score.points for v in found.verdicts.values() if v.score), default=0),
        tall=TALL,
        fewest=LEAST,
        now=parts.now(),
        **context,
    )


def _strips(came_to: Results, places: dict[str, str]) -> dict[str, Strip]:
    """The strip of each measure that bridges or divides; a group has the same letters in all of them."""
    keys = sorted(
        {key for shares in came_to.shares.values() for key in shares}, key=lambda k: (k != parties.TOGETHER, k)
    )
    called = [names.party(key, places) for key in keys]
    letters = pictures.letters(called)
    return {
        measure.id: pictures.strip(
            [
                (name, short, came_to.shares[measure.id].get(key, Share()))
                for key, name, short in zip(keys, called, letters, strict=True)
            ]
        )
        for measure in (*came_to.bridging, *came_to.dividing)
    }


def _trust_line(came_to: Results) -> list[Point]:
    span = HIGHEST - LOWEST
    values = [
        ((one.average - LOWEST) / span, text.day(date.fromisoformat(one.day), "MMM y"), text.decimal(one.average, 1))
        for one in came_to.trust
    ]
    return pictures.line(values, TALL)


def _consensus_line(came_to: Results) -> list[Point]:
    values = [
        (float(share.exact or 0), str(gettext("runde %(number)s", number=round_.number)), names.of(share))
        for round_, share in came_to.consensus
    ]
    return pictures.line(values, TALL)


# -- Trust --


@blueprint.post("/rounds/<id>/trust")
@web.rule(Action.ENTER_TRUST)
def enter_trust(region: str, id: str) -> Response:
    """Enter what a pulse of trust came to."""
    typed = web.form("day", "average", "answers", "key")
    parts, me = web.workspace(), web.me()
    try:
        trusting.enter(parts, me, typed["day"], typed["average"], typed["answers"], once=web.once())
    except Invalid as refused:
        return _results(id, 422, errors=refused.errors, typed=typed)
    return web.done(url_for("rounds.show_results", region=region, id=id) + "#trust")


@blueprint.post("/rounds/<id>/trust/<day>/withdrawal")
@web.rule(Action.ENTER_TRUST)
def withdraw_trust(region: str, id: str, day: str) -> Response:
    """Take a figure of trust away that was entered by mistake."""
    trusting.withdraw(web.workspace(), web.me(), day, once=web.once())
    return web.done(url_for("rounds.show_results", region=region, id=id) + "#trust")
