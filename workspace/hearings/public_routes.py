"""Addresses of a hearing for everybody: reading what is sent out, and answering it. No account is needed.

Nothing else of the region is shown here, and search engines are told to keep out.
"""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, Response, redirect, request, url_for

from workspace import markup, web
from workspace.accounts import limits
from workspace.errors import Conflict, Invalid, NotFound, _
from workspace.hearings import answering, door, forms, service
from workspace.hearings.answer import HearingAnswer
from workspace.hearings.door import Door
from workspace.hearings.service import Text
from workspace.regions import service as regions

blueprint = Blueprint("public_hearings", __name__, url_prefix="/h")

_OPEN = "whoever has the link may read what is sent out, and answer it"
FORM_LIMIT = 1024 * 1024  # bytes: 180,000 grow when they are sent as a form


@blueprint.url_value_preprocessor
def _allow_long_answers(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Raise the limit for these addresses only. It must come before CSRF protection, which reads the form."""
    if request.method == "POST":
        request.max_content_length = FORM_LIMIT
        request.max_form_memory_size = FORM_LIMIT


@blueprint.after_request
def _keep_out(response: Response) -> Response:
    """Search engines neither list nor follow these pages."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _address() -> str:
    return request.remote_addr or ""


@blueprint.get("/<token>")
@web.public(_OPEN)
def reading(token: str) -> Response:
    """What is sent out, and the form to answer it with."""
    return _page(door.door(web.workspace(), token), token)


def _page(found: Door, token: str, code: int = 200, **context: Any) -> Response:
    parts = web.workspace()
    read = door.text(parts, found)
    region = regions.region_of(parts, found.region)
    context.setdefault("typed", {})
    return web.answer(
        "hearings/public.html",
        code,
        **_told(found, token, read),
        place=region.name,
        responsible=region.responsible,
        letter=markup.render(found.hearing.letter) if found.hearing.letter else None,
        blocks=read.blocks,
        language=service.language_of(web.workspace(), found.region, found.hearing),
        **context,
    )


def _told(found: Door, token: str, read: Text) -> dict[str, Any]:
    parts = web.workspace()
    return {
        "hearing": found.hearing,
        "token": token,
        "read": read,
        "chapters": read.chapters,
        "municipalities": door.municipalities(parts, found),
        "is_open": found.hearing.is_open(parts.now()),
        "version": read.version,
    }


@blueprint.post("/<token>/answers")
@web.public(_OPEN)
def answer(token: str) -> Response:
    """Send an answer."""
    parts = web.workspace()
    found = door.door(parts, token)
    read = door.text(parts, found)
    typed = forms.typed_answer(found.hearing, read, forms.TRAP)
    limits.check_hearing_answers(parts, _address())
    try:
        _check_trap(typed)
        kept = answering.receive(
            parts, found, forms.said(typed, found.hearing, read), once=web.once(), **forms.sender(typed)
        )
    except Invalid as refused:
        return _page(found, token, 422, typed=typed, errors=refused.errors)
    except Conflict as late:
        return _page(door.door(parts, token), token, 409, typed=typed, errors={"state": late.message})
    limits.count_hearing_answer(parts, _address())
    return web.done(url_for("public_hearings.receipt", token=token, code=door.code_of(parts, kept), sent=1))


def _check_trap(typed: dict[str, Any]) -> None:
    if typed[forms.TRAP]:
        raise Invalid({forms.TRAP: _("Feltet «La dette stå tomt» skal stå tomt. Tøm det, og send på nytt.")})


# -- The receipt --


@blueprint.get("/<token>/answers")
@web.public(_OPEN)
def find_receipt(token: str) -> Response:
    """From a code that was typed (`?code=`) to its receipt."""
    parts = web.workspace()
    found = door.door(parts, token)
    code = request.args.get("code", "").strip()[:100]
    if not code:
        return cast(Response, redirect(url_for("public_hearings.reading", token=token), 303))
    try:
        _answer_of(found, code)
    except NotFound as wrong:
        return _page(found, token, 404, errors={"code": wrong.message}, code_typed=code)
    return cast(Response, redirect(url_for("public_hearings.receipt", token=token, code=code), 303))


def _answer_of(found: Door, code: str) -> HearingAnswer:
    """The answer with this code. Raises NotFound, and TooManyAttempts for an address that has guessed too often."""
    parts = web.workspace()
    limits.check_receipts(parts, _address())
    try:
        return door.receipt(parts, found, code)
    except NotFound:
        limits.count_wrong_receipt(parts, _address())
        raise


@blueprint.get("/<token>/answers/<code>")
@web.public(_OPEN)
def receipt(token: str, code: str) -> Response:
    """What one has answered, by the code of its receipt."""
    return _receipt(token, code)


def _receipt(token: str, code: str, status: int = 200, **context: Any) -> Response:
    parts = web.workspace()
    found = door.door(parts, token)
    answer = _answer_of(found, code)
    told = _told(found, token, door.text(parts, found))
    is_sent = bool(request.args.get("sent"))
    return web.answer(
        "hearings/receipt.html", status, answer=answer, receipt_code=code, is_sent=is_sent, **told, **context
    )


@blueprint.get("/<token>/answers/<code>/edit")
@web.public(_OPEN)
def edit(token: str, code: str) -> Response:
    """The form with what one has answered."""
    parts = web.workspace()
    found = door.door(parts, token)
    answer = _answer_of(found, code)
    if answer.withdrawn is not None or not found.hearing.is_open(parts.now()):
        return cast(Response, redirect(url_for("public_hearings.receipt", token=token, code=code), 303))
    return _edit_page(found, token, code, typed_as(answer))


def typed_as(answer: HearingAnswer) -> dict[str, Any]:
    """The form as it was when this answer was sent."""
    typed = {field: getattr(answer, field) for field in forms.SENDER}
    return typed | {f"part-{part.about}" if part.about else "text": part.text for part in answer.parts}


def _edit_page(
    found: Door, token: str, code: str, typed: dict[str, Any], status: int = 200, **context: Any
) -> Response:
    told = _told(found, token, door.text(web.workspace(), found))
    return web.answer("hearings/receipt_edit.html", status, receipt_code=code, typed=typed, **told, **context)


@blueprint.post("/<token>/answers/<code>")
@web.public(_OPEN)
def rewrite(token: str, code: str) -> Response:
    """Change what one has answered."""
    parts = web.workspace()
    found = door.door(parts, token)
    read = door.text(parts, found)
    typed = forms.typed_answer(found.hearing, read, forms.TRAP)
    _answer_of(found, code)
    try:
        _check_trap(typed)
        answering.rewrite(
            parts, found, code, forms.said(typed, found.hearing, read), once=web.once(), **forms.sender(typed)
        )
    except Invalid as refused:
        return _edit_page(found, token, code, typed, 422, errors=refused.errors)
    except Conflict as late:
        return _receipt(token, code, 409, errors={"state": late.message}, typed=typed)
    return web.done(url_for("public_hearings.receipt", token=token, code=code, sent=1))


@blueprint.post("/<token>/answers/<code>/withdrawal")
@web.public(_OPEN)
def withdraw(token: str, code: str) -> Response:
    """Take back what one has answered."""
    parts = web.workspace()
    found = door.door(parts, token)
    _answer_of(found, code)
    try:
        answering.withdraw(parts, found, code, once=web.once())
    except Invalid as refused:
        return _receipt(token, code, 422, errors=refused.errors)
    except Conflict as late:
        return _receipt(token, code, 409, errors={"state": late.message})
    return web.done(url_for("public_hearings.receipt", token=token, code=code))
