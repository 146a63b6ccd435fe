"""Addresses of a document's versions: saving one, comparing two, taking one back, and a save made from an older one."""

from __future__ import annotations

import io
import re
from typing import Any

from flask import Response, request, send_file, url_for

from workspace import clean, markup, web
from workspace.access import Action
from workspace.documents import comparing, leaves, merging, service, versions
from workspace.documents.comparing import Change, Piece
from workspace.documents.model import Document, Version
from workspace.documents.routes import FIELDS, blueprint, fields_of, show_form
from workspace.errors import BadRequest, Conflict, Invalid, NotFound, PreconditionRequired
from workspace.translation import gettext

MOST_SHOWN = 1_500  # blocks of a comparison on a page; the download has them all
MOST_ROWS = 40  # places where two people's changes are shown beside each other
VIEWS = ("words", "beside")
ABOUT = ("title", "kind", "language", "audience", "tags", "value_chain", "date", "municipalities")


# -- Saving --


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
    if choice := request.form.get("choice"):
        return _chosen(typed, document, choice)
    try:
        version, note = web.number(typed["version"]), clean.clean_line(typed["note"])
        saved = service.save(web.workspace(), web.me(), id, version, note, **_fields(typed, document))
    except Invalid as refused:
        return show_form(typed, 422, document=document, errors=refused.errors)
    except Conflict as stale:
        return _stale(typed, stale.current)
    versions.mark_read(web.workspace(), web.me(), id, saved.number)
    return web.done(url_for("comments.reading", region=region, id=id))


def _fields(typed: dict[str, Any], document: Document) -> dict[str, Any]:
    """What the document is to be. The pages of a file are what stands in the file, and are not in the form."""
    return {name: value for name, value in fields_of(typed).items() if name != "text" or not document.unit}


def _stale(typed: dict[str, Any], current: Document) -> Response:
    """The form with both texts beside each other: nothing is overwritten, and the writer chooses.

    The hidden version is the current one, so that a writer who has seen this may save; the number is still that of the
    text the writing began from.
    """
    base, base_text = _base(typed, current)
    theirs = base_text if current.unit else current.text
    rows, others = comparing.beside(base_text, typed["text"], theirs)
    wanted = current.changed(**_fields(typed, current))
    return show_form(
        typed | {"version": current.version},
        409,
        document=current,
        current=current,
        is_own=current.changed_by == web.me().by,
        rows=rows[:MOST_ROWS],
        more_rows=len(rows[MOST_ROWS:]),
        both=sum(bool(row.mine) for row in rows),
        others=others,
        writers=versions.writers_since(web.workspace(), web.me(), current, base.number) if base else [],
        clashes=merging.merge(base_text, typed["text"], theirs).clashes,
        differing=[name for name in ABOUT if getattr(wanted, name) != getattr(current, name)],
    )


def _chosen(typed: dict[str, Any], document: Document, choice: str) -> Response:
    """The form with the text that was chosen after a stale save. Nothing is saved before the writer says so."""
    base, base_text = _base(typed, document)
    text = typed["text"]
    if choice not in {"merged", "mine", "theirs"} or (choice != "mine" and document.unit):
        raise BadRequest()
    merged = merging.merge(base_text, text, document.text) if choice == "merged" else None
    if merged is not None:
        text = merged.text
    elif choice == "theirs":
        text = document.text
    chosen = typed | {"text": text, "version": document.version, "number": document.number}
    if choice != "mine" and base is not None and typed["title"] == base.title:
        chosen["title"] = document.title  # theirs is newer, and this writer has not touched it
    put_aside = "" if choice == "mine" else typed["text"]
    clashes = merged.clashes if merged is not None else ()
    return show_form(
        chosen, document=document, chosen=choice, clashes=clashes, put_aside=put_aside, compared=comparing.words
    )


def _base(typed: dict[str, Any], document: Document) -> tuple[Version | None, str]:
    """The version that the writing began from. Without one, all of both texts is new."""
    number = typed["number"]
    known = number.isascii() and number.isdigit() and len(number) < 7 and not document.unit
    return versions.text_of(web.workspace(), web.me(), document, int(number)) if known else (None, "")


# -- Comparing --


@blueprint.get("/<id>/versions", endpoint="versions")
@web.rule(Action.READ_DOCUMENT)
def compare(region: str, id: str) -> Response:
    """All versions, and what differs between two of them."""
    return _comparison(id)


def _comparison(id: str, code: int = 200, **context: Any) -> Response:
    document, older, newer, changes, is_long = _asked(id)
    view = request.args.get("view", "")
    return web.answer(
        "documents/versions.html",
        code,
        document=document,
        versions=service.versions(web.workspace(), web.me(), document),
        older=older,
        newer=newer,
        changes=changes[:MOST_SHOWN],
        is_cut=len(changes) > MOST_SHOWN,
        is_long=is_long,
        total=comparing.total(changes),
        counted=comparing.counted(changes),
        title=comparing.words(older.title, newer.title),
        view=view if view in VIEWS else VIEWS[0],
        restorable=_restorable(document, older, newer),
        **context,
    )


def _asked(id: str) -> tuple[Document, Version, Version, list[Change], bool]:
    """The document, the two versions that the address names, what differs, and whether they are too long to be compared
    to the end. Raises NotFound."""
    parts, me = web.workspace(), web.me()
    document = service.get(parts, me, id)
    to = _version_asked("to", document.number)
    older, old = service.version_text(parts, me, document, _version_asked("from", max(1, to - 1)))
    newer, new = service.version_text(parts, me, document, to)
    return document, older, newer, comparing.compare(old, new), max(len(old), len(new)) > comparing.LONGEST


def _version_asked(name: str, default: int) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else default


def _restorable(document: Document, *found: Version) -> Version | None:
    """Which of these versions may be taken back: the first that is not the current one."""
    return next((version for version in found if version.number != document.number), None)


@blueprint.get("/<id>/versions/comparison")
@web.rule(Action.READ_DOCUMENT)
def comparison(region: str, id: str) -> Response:
    """What differs between two versions, as a text file."""
    _document, older, newer, changes, is_long = _asked(id)
    name = gettext(
        "%(title)s, versjon %(older)s til %(newer)s", title=newer.title, older=older.number, newer=newer.number
    )
    end = [gettext("Teksten er så lang at bare begynnelsen er sammenlignet.")] if is_long else []
    content = "\n\n".join([name, *map(_line, changes), *end]) + "\n"
    file_name = " ".join(re.sub(r'[\\/:*?"<>|\x00-\x1f]+', " ", name).split())
    answer = send_file(
        io.BytesIO(content.encode()), mimetype="text/plain", as_attachment=True, download_name=f"{file_name}.txt"
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _line(change: Change) -> str:
    """A block of the comparison as plain text, with what was done to it in words."""
    if change.how == "folded":
        return "\n\n".join(_line(inner) for inner in change.folded)
    text = " ".join(_words(piece) for piece in change.pieces)
    how = {"moved": gettext("[flyttet hit]"), "left": gettext("[flyttet herfra]"), "formed": gettext("[ny form]")}
    start = {"heading": "#" * change.level, "item": f"{change.level}." if change.level else "-", "quote": ">"}
    return " ".join(part for part in (start.get(change.kind, ""), how.get(change.how, ""), text) if part)


def _words(piece: Piece) -> str:
    text = piece.text.strip()
    if piece.kind == "ins":
        return str(gettext("[lagt til: %(text)s]", text=text))
    return str(gettext("[tatt bort: %(text)s]", text=text)) if piece.kind == "del" else text


# -- One version --


@blueprint.get("/<id>/versions/<number>")
@web.rule(Action.READ_DOCUMENT)
def version(region: str, id: str, number: str) -> Response:
    """One version of a document as it was."""
    document = service.get(web.workspace(), web.me(), id)
    found, text = service.version_text(web.workspace(), web.me(), document, _version_named(number))
    as_it_was = document.changed(text=text, file=found.file)
    pages = found.file.leaves if found.file is not None and as_it_was.unit else 0
    page = min(web.page_number(), pages)
    return web.answer(
        "documents/version.html",
        document=document,
        version=found,
        page=page,
        pages=pages,
        rendered=leaves.render(as_it_was, page) if pages else markup.render(text),
        restorable=_restorable(document, found),
    )


@blueprint.post("/<id>/versions/<number>/restoration")
@web.rule(Action.WRITE_DOCUMENT)
def restore(region: str, id: str, number: str) -> Response:
    """Take an older version back, as a new one."""
    typed = web.form("version")
    wanted = _version_named(number)
    if not typed["version"]:
        raise PreconditionRequired()
    note = gettext("Hentet tilbake versjon %(number)s", number=wanted)
    try:
        kept = versions.restore(web.workspace(), web.me(), id, wanted, web.number(typed["version"]), note)
    except Conflict as refused:
        return _comparison(id, 409, stale=refused.current)
    versions.mark_read(web.workspace(), web.me(), id, kept.number)
    return web.done(url_for("comments.reading", region=region, id=id))


def _version_named(number: str) -> int:
    if not (number.isascii() and number.isdigit() and len(number) < 7):
        raise NotFound()
    return int(number)


# -- Reading --


@blueprint.post("/<id>/reading")
@web.rule(Action.READ_DOCUMENT)
def mark_read(region: str, id: str) -> Response:
    """Remember that I have read a document up to the version that was shown."""
    versions.mark_read(web.workspace(), web.me(), id, web.number(web.form("number")["number"]))
    if web.is_htmx():
        return Response(status=204)  # the page stays as it is, with what was new
    return web.done(url_for("comments.reading", region=region, id=id))
