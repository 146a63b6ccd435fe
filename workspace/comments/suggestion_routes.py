"""Addresses of suggested changes: the form, the list of those that wait, and what becomes of each."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from workspace import web
from workspace.access import Action
from workspace.comments import service, suggesting
from workspace.comments.model import Thread
from workspace.comments.routes import blueprint, new_form, posted
from workspace.comments.subject import text_of
from workspace.comments.suggesting import Clash
from workspace.comments.suggestion import Suggestion
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.errors import Invalid, NotFound

_LONG = 4 * 1024 * 1024  # bytes of a form with a whole text
_WITH_A_TEXT = "comments.take_suggestion_in"


@blueprint.url_value_preprocessor
def _allow_a_long_text(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """As for the form of a document: taking in by hand sends its whole text."""
    if request.method == "POST" and endpoint == _WITH_A_TEXT:
        request.max_content_length = _LONG
        request.max_form_memory_size = _LONG


def _suggestion_of(thread: Thread) -> Suggestion | None:
    return suggesting.get(web.workspace().region(web.me().region).view(), thread.id)


blueprint.add_app_template_global(_suggestion_of, "suggestion_of")
blueprint.add_app_template_global(suggesting.difference, "suggested_difference")
blueprint.add_app_template_global(lambda document: suggesting.suggestible(web.me(), document), "suggestible")


@blueprint.get("/documents/<id>/suggestions/new")
@web.rule(Action.COMMENT)
def suggest_new(region: str, id: str) -> Response:
    """The form to suggest other words for a paragraph; to comment on it, where it has no source of its own."""
    document = documents.get(web.workspace(), web.me(), id)
    block = web.number(request.args.get("block", ""))
    if not suggesting.may_suggest(web.me(), document) or not 1 <= block <= len(text_of(document).blocks):
        raise NotFound()
    source = suggesting.paragraph(document, block)
    if source is None:
        if web.is_htmx():
            return new_form(f"document:{id}")
        return web.done(url_for("comments.reading", region=region, id=id, comment=block, _anchor="new"))
    typed = {"block": block, "old": source.text, "new": source.text, "why": "", "key": ""}
    return _form(document, typed)


@blueprint.post("/documents/<id>/suggestions")
@web.rule(Action.COMMENT)
def suggest(region: str, id: str) -> Response:
    """Suggest other words for a paragraph."""
    typed: dict[str, Any] = web.form("block", "old", "new", "why", "key")
    block = web.number(typed["block"])
    try:
        thread = suggesting.make(
            web.workspace(), web.me(), id, block, typed["old"], typed["new"], typed["why"], once=web.once()
        )
    except Invalid as refused:
        document = documents.get(web.workspace(), web.me(), id)
        return _form(document, typed | {"block": block}, 422, refused.errors)
    return posted(thread.id)


def _form(document: Document, typed: dict[str, Any], code: int = 200, errors: Any = None) -> Response:
    name = "comments/_suggest.html" if web.is_htmx() else "comments/suggest.html"
    blocks = text_of(document).blocks
    now = blocks[typed["block"] - 1].text if 1 <= typed["block"] <= len(blocks) else ""
    return web.answer(name, code, document=document, typed=typed, now=now, errors=errors or {})


@blueprint.get("/documents/<id>/suggestions")
@web.rule(Action.READ_DOCUMENT)
def suggestions(region: str, id: str) -> Response:
    """The suggestions for a document that nobody has decided on."""
    parts, me = web.workspace(), web.me()
    document = documents.get(parts, me, id)
    return web.answer("comments/suggestions.html", document=document, waiting=suggesting.waiting(parts, me, document))


@blueprint.post("/threads/<id>/suggestion/incorporation")
@web.rule(Action.WRITE_DOCUMENT)
def take_suggestion_in(region: str, id: str) -> Response:
    """Take a suggestion in with one click, or with a text that somebody has written with it before them."""
    typed = web.form("text", "version", "key", "from")
    text, version = (typed["text"], web.number(typed["version"])) if typed["version"] else (None, None)
    try:
        taken = suggesting.take_in(web.workspace(), web.me(), id, text, version, once=web.once())
    except Clash as clash:
        return _by_hand(id, text, 409, {"text": clash.message})
    except Invalid as refused:
        return _by_hand(id, text, 422, refused.errors)
    return _decided(taken, typed["from"])


def _by_hand(id: str, text: str | None, code: int, errors: Any) -> Response:
    parts, me = web.workspace(), web.me()
    thread = service.get(parts, me, id)
    suggestion = _suggestion_of(thread)
    if suggestion is None:
        raise NotFound()
    document = documents.get(parts, me, suggestion.document)
    text = text if text is not None else suggesting.draft(parts, me, document, suggestion)
    return web.answer(
        "comments/by_hand.html", code, document=document, suggestion=suggestion, thread=thread, text=text, errors=errors
    )


@blueprint.post("/threads/<id>/suggestion/refusal")
@web.rule(Action.WRITE_DOCUMENT)
def decline_suggestion(region: str, id: str) -> Response:
    """Say that a suggestion is not taken in, and why."""
    typed = web.form("reason", "key", "from")
    try:
        declined = suggesting.decline(web.workspace(), web.me(), id, typed["reason"], once=web.once())
    except Invalid as refused:
        parts, me = web.workspace(), web.me()
        suggestion = _suggestion_of(service.get(parts, me, id))
        if suggestion is None:
            raise NotFound() from refused
        document = documents.get(parts, me, suggestion.document)
        return web.answer(
            "comments/suggestions.html",
            422,
            document=document,
            waiting=suggesting.waiting(parts, me, document),
            declining=id,
            typed=typed,
            errors=refused.errors,
        )
    return _decided(declined, typed["from"])


@blueprint.post("/threads/<id>/suggestion/withdrawal")
@web.rule(Action.COMMENT)
def withdraw_suggestion(region: str, id: str) -> Response:
    """Take one's own suggestion back."""
    return _decided(suggesting.withdraw(web.workspace(), web.me(), id, once=web.once()), "")


def _decided(suggestion: Suggestion, came_from: str) -> Response:
    """The list where the act was done there and more wait, else the document at the thread."""
    document = documents.get(web.workspace(), web.me(), suggestion.document)
    if came_from == "list" and suggesting.count(web.workspace(), web.me(), document):
        return web.done(url_for("comments.suggestions", region=web.me().region, id=document.id))
    return web.done(
        url_for(
            "comments.reading",
            region=web.me().region,
            id=document.id,
            thread=suggestion.id,
            _anchor=f"thread-{suggestion.id}",
        )
    )
