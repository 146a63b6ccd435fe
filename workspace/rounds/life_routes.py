"""Addresses for those who lead a round: opening, extending, closing, reopening and concluding it."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Response, url_for

from workspace import web
from workspace.access import Action
from workspace.clean import clean_line
from workspace.errors import Conflict, Forbidden, Invalid
from workspace.rounds import drafting, life, service
from workspace.rounds.draft_form import moment
from workspace.rounds.routes import blueprint, board_page

OUTCOME_FIELDS = ("outcome", "review_date", "followed_up_by")


@blueprint.post("/rounds/<id>/opening")
@web.rule(Action.WRITE_ROUND)
def open_round(region: str, id: str) -> Response:
    """Open a round. One that nobody can answer is asked about first."""
    typed = web.form("led", "key")
    parts, me = web.workspace(), web.me()

    def opened() -> None:
        drafting.require_answerer(parts, me, service.get(parts, me, id), is_led=bool(typed["led"]))
        life.open_round(parts, me, id, once=web.once())

    return _act(id, opened, typed)


@blueprint.post("/rounds/<id>/closure")
@web.rule(Action.CLOSE_ROUND)
def close(region: str, id: str) -> Response:
    """Close a round."""
    typed = web.form("closing_reason", "key")
    parts, me = web.workspace(), web.me()
    return _act(id, lambda: life.close_round(parts, me, id, typed["closing_reason"], once=web.once()), typed)


@blueprint.post("/rounds/<id>/extension")
@web.rule(Action.CLOSE_ROUND)
def extend(region: str, id: str) -> Response:
    """Give a round a later deadline."""
    typed = web.form("closes", "reason", "key")
    parts, me = web.workspace(), web.me()
    return _act(
        id,
        lambda: life.extend(parts, me, id, moment(typed["closes"]), typed["reason"], once=web.once()),
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
        lambda: life.reopen(parts, me, id, moment(typed["closes"]), typed["reason"], once=web.once()),
        typed,
    )


@blueprint.post("/rounds/<id>/outcome")
@web.rule(Action.CONCLUDE_ROUND)
def conclude(region: str, id: str) -> Response:
    """Write what a closed round came to."""
    typed = web.form(*OUTCOME_FIELDS, "key", many=("starts",))
    said = (typed["outcome"], typed["review_date"], clean_line(typed["followed_up_by"]), typed["starts"])
    return _act(id, lambda: life.conclude(web.workspace(), web.me(), id, *said, once=web.once()), typed)


@blueprint.post("/rounds/<id>/outcome/draft")
@web.rule(Action.CONCLUDE_ROUND)
def draft_outcome(region: str, id: str) -> Response:
    """Keep a draft of what a round comes to."""
    typed = web.form(*OUTCOME_FIELDS, "key", many=("starts",))
    said = (typed["outcome"], typed["review_date"], clean_line(typed["followed_up_by"]), typed["starts"])
    act = partial(life.write_outcome, web.workspace(), web.me(), id, *said, once=web.once())
    return _act(id, act, typed, drafted=1)


def _act(id: str, act: Any, typed: dict[str, Any] | None = None, drafted: int | None = None) -> Response:
    """Do something with a round and show it; a refusal shows the round as it is, with what was typed."""
    try:
        act()
    except Invalid as refused:
        return board_page(id, 422, errors=refused.errors, typed=typed or {})
    except Conflict as late:
        return board_page(id, 409, errors={"state": late.message}, typed=typed or {})
    except Forbidden as refused:  # a measure is in another round, or was changed after this one closed
        return board_page(id, 403, errors={"state": refused.message}, typed=typed or {})
    return web.done(url_for("rounds.page", region=web.me().region, id=id, drafted=drafted))
