"""Addresses of the answers to a hearing, for members: one's own, what staff enter, and what they make of each."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from workspace import clean, web
from workspace.access import Action
from workspace.comments import service as comments
from workspace.comments import subject as subjects
from workspace.documents import service as documents
from workspace.errors import Conflict, Invalid
from workspace.hearings import answering, assessing, forms, names, pasting, service
from workspace.hearings.answer import BY_HAND, HearingAnswer
from workspace.hearings.public_routes import FORM_LIMIT, typed_as
from workspace.hearings.routes import blueprint, hearing_page
from workspace.regions import service as regions

MOST_THREADS = 200
ASSESSMENT = ("assessment", "outcome", "reason", "led_to", "thread", "version", "part")


@blueprint.url_value_preprocessor
def _allow_long_answers(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Raise the limit for these addresses only. It must come before CSRF protection, which reads the form."""
    if request.method == "POST" and endpoint in {"hearings.answer_as_member", "hearings.enter"}:
        request.max_content_length = FORM_LIMIT
        request.max_form_memory_size = FORM_LIMIT


# -- One's own --


@blueprint.get("/hearings/<id>/own")
@web.rule(Action.ANSWER_HEARING)
def own(region: str, id: str) -> Response:
    """The form to answer with, as a member."""
    parts, me = web.workspace(), web.me()
    found = service.own_answer(parts, me, service.get(parts, me, id))
    return _own_form(id, typed_as(found) if found is not None else {})


def _own_form(id: str, typed: dict[str, Any], code: int = 200, **context: Any) -> Response:
    parts, me = web.workspace(), web.me()
    hearing = service.get(parts, me, id)
    read = service.text_of(parts.region(me.region), hearing)
    return web.answer(
        "hearings/own.html", code, hearing=hearing, read=read, chapters=read.chapters, typed=typed,
        is_open=hearing.is_open(parts.now()), **context,
    )  # fmt: skip


@blueprint.post("/hearings/<id>/own")
@web.rule(Action.ANSWER_HEARING)
def answer_as_member(region: str, id: str) -> Response:
    """Answer as a member, or change what one has answered."""
    parts, me = web.workspace(), web.me()
    hearing = service.get(parts, me, id)
    read = service.text_of(parts.region(me.region), hearing)
    typed = forms.typed_answer(hearing, read)
    try:
        answering.answer_as_member(parts, me, id, forms.said(typed, hearing, read), once=web.once())
    except Invalid as refused:
        return _own_form(id, typed, 422, errors=refused.errors)
    except Conflict as late:
        return _own_form(id, typed, 409, errors={"state": late.message})
    return web.done(url_for("hearings.page", region=region, id=id))


@blueprint.post("/hearings/<id>/own/withdrawal")
@web.rule(Action.ANSWER_HEARING)
def withdraw_own(region: str, id: str) -> Response:
    """Take back what one has answered."""
    try:
        answering.withdraw_own(web.workspace(), web.me(), id, once=web.once())
    except Conflict as late:
        return hearing_page(id, 409, errors={"state": late.message})
    return web.done(url_for("hearings.page", region=region, id=id))


# -- What came another way --


@blueprint.get("/hearings/<id>/answers/new")
@web.rule(Action.ASSESS_HEARING)
def enter_form(region: str, id: str) -> Response:
    """The form to enter what came by e-mail or letter; `?entered=` says which one was entered last."""
    number = request.args.get("entered", "")
    return _enter_form(id, {"source": "email"}, entered=number if number.isdigit() else "")


def _enter_form(id: str, typed: dict[str, Any], code: int = 200, **context: Any) -> Response:
    parts, me = web.workspace(), web.me()
    hearing = service.get(parts, me, id)
    read = service.text_of(parts.region(me.region), hearing)
    return web.answer(
        "hearings/enter.html", code, hearing=hearing, read=read, chapters=read.chapters, typed=typed,
        municipalities=regions.municipalities(parts, me), sources=[(value, names.source(value)) for value in BY_HAND],
        **context,
    )  # fmt: skip


@blueprint.post("/hearings/<id>/answers/")
@web.rule(Action.ASSESS_HEARING)
def enter(region: str, id: str) -> Response:
    """Read a pasted e-mail into the form, or enter the answer."""
    parts, me = web.workspace(), web.me()
    hearing = service.get(parts, me, id)
    read = service.text_of(parts.region(me.region), hearing)
    typed = forms.typed_answer(hearing, read, "source", "received", "read")
    found = pasting.read(typed["text"])
    if found.name or found.email:
        taken = {"name": found.name or found.email, "email": found.email, "received": found.sent}
        typed |= {field: typed[field] or value for field, value in taken.items()} | {"text": found.text}
    if typed["read"]:
        return _enter_form(id, typed, has_read=bool(found.name or found.email))
    try:
        kept = answering.enter(
            parts, me, id, forms.said(typed, hearing, read), forms.day_received(typed["received"], parts.now()),
            once=web.once(), source=typed["source"], **forms.sender(typed),
        )  # fmt: skip
    except Invalid as refused:
        return _enter_form(id, typed, 422, errors=refused.errors)
    except Conflict as late:
        return _enter_form(id, typed, 409, errors={"text": late.message})
    return web.done(url_for("hearings.enter_form", region=region, id=id, entered=kept.number))


# -- What is made of it --


@blueprint.get("/hearings/answers/<answer>")
@web.rule(Action.READ_HEARING)
def answer(region: str, answer: str) -> Response:
    """One answer, with what was made of each part; for staff the form to say so."""
    return _answer(answer)


def _answer(id: str, code: int = 200, **context: Any) -> Response:
    parts, me = web.workspace(), web.me()
    hearing, found = service.answer(parts, me, id)
    document = documents.get(parts, me, hearing.document)
    shown = [one for one in service.answers(parts, me, hearing) if one.withdrawn is None]
    at = next((n for n, one in enumerate(shown) if one.id == found.id), -1)
    threads = comments.threads_about(parts.region(me.region).view(), subjects.of_document(parts, me, document))
    return web.answer(
        "hearings/answer.html",
        code,
        hearing=hearing,
        document=document,
        answer=found,
        next_one=_next_unassessed(shown, at),
        place=regions.municipality_name(parts, me, found.municipality) if found.municipality else "",
        threads=[(thread.id, " ".join((thread.quote or thread.block_text).split())) for thread in threads][
            :MOST_THREADS
        ],
        hearing_names=names,
        **context,
    )


def _next_unassessed(shown: list[HearingAnswer], at: int) -> HearingAnswer | None:
    """The next answer that waits for staff, after this one or from the top."""
    rest = shown[at + 1 :] + shown[: max(at, 0)]
    return next((one for one in rest if not one.is_assessed), None)


@blueprint.post("/hearings/answers/<answer>/assessment")
@web.rule(Action.ASSESS_HEARING)
def assess(region: str, answer: str) -> Response:
    """Say what came of a part of an answer."""
    parts, me = web.workspace(), web.me()
    typed = web.form(*ASSESSMENT, "key")
    part = web.number(typed["part"] or "0")
    said = {field: clean.clean_text(typed[field]) for field in ("assessment", "outcome", "reason", "thread")}
    try:
        version, led_to = web.number(typed["version"] or "0"), web.number(typed["led_to"] or "0")
        assessing.assess(parts, me, answer, part, version, led_to=led_to, once=web.once(), **said)
    except Invalid as refused:
        return _answer(answer, 422, typed=typed | {"part": part}, errors=refused.errors)
    except Conflict as stale:
        return _answer(answer, 409, typed=typed | {"part": part}, errors={"assessment": stale.message})
    return web.done(url_for("hearings.answer", region=region, answer=answer, _anchor=f"part-{part}"))
