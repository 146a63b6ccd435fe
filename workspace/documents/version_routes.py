"""Addresses of a document's versions: saving one, comparing two, and a save made from an older one."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from workspace import clean, markup, web
from workspace.access import Action
from workspace.documents import comparing, service
from workspace.documents.model import Document
from workspace.documents.routes import FIELDS, blueprint, fields_of, show_form
from workspace.errors import Conflict, Invalid, NotFound, PreconditionRequired


@blueprint.post("/<id>/versions")
@web.rule(Action.WRITE_DOCUMENT)
def save(region: str, id: str) -> Response:
    """Save a document as a new version."""
    typed = web.form(*FIELDS, many=("municipalities",))
    document = service.get(web.workspace(), web.me(), id)
    if not typed["version"]:
        raise PreconditionRequired()
    if request.form.get("preview"):
        return show_form(typed, document=document)
    try:
        version = web.number(typed["version"])
        service.save(web.workspace(), web.me(), id, version, clean.clean_line(typed["note"]), **fields_of(typed))
    except Invalid as refused:
        return show_form(typed, 422, document=document, errors=refused.errors)
    except Conflict as stale:
        return _stale(typed, stale.current)
    return web.done(url_for("comments.reading", region=region, id=id))


@blueprint.get("/<id>/versions")
@web.rule(Action.READ_DOCUMENT)
def versions(region: str, id: str) -> Response:
    """All versions, and what differs between two of them."""
    parts, me = web.workspace(), web.me()
    document = service.get(parts, me, id)
    found = service.versions(parts, me, document)
    to = _version_asked("to", document.number)
    start = _version_asked("from", max(1, to - 1))
    _older, old = service.version_text(parts, me, document, start)
    _newer, new_text = service.version_text(parts, me, document, to)
    changes = comparing.compare(old, new_text)
    return web.answer(
        "documents/versions.html",
        document=document,
        versions=found,
        start=start,
        to=to,
        changes=changes,
        counted=comparing.counted(changes),
    )


def _version_asked(name: str, default: int) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else default


@blueprint.get("/<id>/versions/<number>")
@web.rule(Action.READ_DOCUMENT)
def version(region: str, id: str, number: str) -> Response:
    """One version of a document as it was."""
    if not (number.isascii() and number.isdigit() and len(number) < 7):
        raise NotFound()
    document = service.get(web.workspace(), web.me(), id)
    found, text = service.version_text(web.workspace(), web.me(), document, int(number))
    return web.answer("documents/version.html", document=document, version=found, rendered=markup.render(text))


def _stale(typed: dict[str, Any], current: Document) -> Response:
    """The form with both texts: nothing is overwritten, and the writer chooses."""
    changes = comparing.compare(current.text, typed["text"])
    typed = typed | {"version": current.version}
    return show_form(typed, 409, document=current, current=current, changes=changes)
