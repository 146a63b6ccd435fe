"""Addresses at which measures and outcomes are commented on. What is done in a thread has its own, in comments."""

from __future__ import annotations

from typing import Any

from flask import Response

from workspace import web
from workspace.access import Action
from workspace.comments import addresses
from workspace.comments import routes as comments
from workspace.comments.addresses import Addresses
from workspace.comments.live_routes import news_about
from workspace.rounds.routes import blueprint, board_page, measure_page
from workspace.rounds.subjects import MEASURE, OUTCOME


@blueprint.get("/measures/<id>/threads/new")
@web.rule(Action.COMMENT)
def new_on_measure(region: str, id: str) -> Response:
    """The form for a new thread on a measure, to be put under its paragraph."""
    return comments.new_form(f"{MEASURE}:{id}")


@blueprint.post("/measures/<id>/threads")
@web.rule(Action.COMMENT)
def comment_on_measure(region: str, id: str) -> Response:
    """Open a thread on a passage of a measure's text."""
    return comments.open_about(f"{MEASURE}:{id}")


@blueprint.get("/measures/<id>/threads/news")
@web.rule(Action.READ_MEASURE)
def measure_news(region: str, id: str) -> Response:
    """What is new in the threads of a measure."""
    return news_about(f"{MEASURE}:{id}")


@blueprint.get("/rounds/<id>/outcome/threads/new")
@web.rule(Action.COMMENT)
def new_on_outcome(region: str, id: str) -> Response:
    """The form for a new thread on what a round came to, to be put under its paragraph."""
    return comments.new_form(f"{OUTCOME}:{id}")


@blueprint.post("/rounds/<id>/outcome/threads")
@web.rule(Action.COMMENT)
def comment_on_outcome(region: str, id: str) -> Response:
    """Open a thread on a passage of what a round came to."""
    return comments.open_about(f"{OUTCOME}:{id}")


@blueprint.get("/rounds/<id>/outcome/threads/news")
@web.rule(Action.READ_ROUND)
def outcome_news(region: str, id: str) -> Response:
    """What is new in the threads of what a round came to."""
    return news_about(f"{OUTCOME}:{id}")


def _measure_again(id: str, code: int, page: int, **context: Any) -> Response:
    return measure_page(id, code, **_apart(context))


def _outcome_again(id: str, code: int, page: int, **context: Any) -> Response:
    return board_page(id, code, **_apart(context))


def _apart(context: dict[str, Any]) -> dict[str, Any]:
    """What a refused comment has to say, by names of its own: these pages have other forms, too."""
    apart = {"typed": "commenting", "errors": "comment_errors"}
    return {apart.get(name, name): value for name, value in context.items()}


addresses.register(
    MEASURE,
    Addresses(
        "rounds.measure", "rounds.new_on_measure", "rounds.comment_on_measure", "rounds.measure_news", _measure_again
    ),
)
addresses.register(
    OUTCOME,
    Addresses(
        "rounds.page", "rounds.new_on_outcome", "rounds.comment_on_outcome", "rounds.outcome_news", _outcome_again
    ),
)
