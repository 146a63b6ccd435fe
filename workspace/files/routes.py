"""Addresses of the room files: sending files in, following how they are read, and getting them back."""

from __future__ import annotations

import io
from contextlib import closing
from typing import Any, cast

from flask import Response, current_app, g, request, send_file, url_for
from werkzeug.exceptions import HTTPException

from workspace import access, clean, web
from workspace.access import Action
from workspace.documents import names as document_names
from workspace.documents import service as documents
from workspace.documents import versions
from workspace.documents.model import KINDS, Document
from workspace.errors import BadRequest, Conflict, Invalid, NotFound, PreconditionRequired, WorkspaceError
from workspace.extraction import model
from workspace.extraction.model import Refused
from workspace.files import names, service, uploading
from workspace.files.model import LARGEST_TOGETHER, Item, Upload
from workspace.files.uploading import Sent
from workspace.regions import service as regions
from workspace.translation import gettext

blueprint = web.room("files", __name__, "/documents")

# What a refusal at first sight is in HTTP: the type is not taken (415), too large (413), or it can't be read (422).
_STATUS = {
    **dict.fromkeys((model.NOT_TAKEN, model.LEGACY, model.MACROS, model.PROGRAM, model.DRAWING, model.MISMATCH), 415),
    model.TOO_LARGE: 413,
}
_SENDING = {"files.receive", "files.replace"}
_BLANK: dict[str, Any] = {"kind": "analysis", "audience": "region", "municipalities": (), "value_chain": "", "tags": ""}
# A file of a user is never a page of ours: no script, no form, nothing loaded (ASVS 3.2.1).
_SANDBOX = "sandbox; default-src 'none'"


@blueprint.url_value_preprocessor
def _allow_files(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Raise the limit for what sends files only. It must come before CSRF protection, which reads the form."""
    if request.method == "POST" and endpoint in _SENDING:
        request.max_content_length = LARGEST_TOGETHER + 1024 * 1024


@blueprint.errorhandler(413)
def _too_much(error: HTTPException) -> Response:
    """Files that are too large are told of beside their field. They were not read, and nothing else of the form was."""
    is_edition = request.endpoint == "files.replace"
    told = names.too_large() if is_edition else names.too_much()
    try:
        access.require(web.me(), Action.IMPORT)
        if is_edition:
            return _not_taken((request.view_args or {})["id"], 413, told)
        return _form(_BLANK, 413, errors={"files": told})
    except WorkspaceError:
        return web.problem(413, told)


@blueprint.get("/uploads/new")
@web.rule(Action.IMPORT)
def new(region: str) -> Response:
    """The form to send files."""
    return _form(_BLANK)


@blueprint.post("/uploads")
@web.rule(Action.IMPORT)
def receive(region: str) -> Response:
    """Take files in. They are read afterwards; what is refused at first sight is said now."""
    typed = web.form(
        "kind", "audience", "value_chain", "tags", "checked", "attached_to", "key", many=("municipalities",)
    )
    once = web.once()  # before the files are read and closed
    try:
        upload = uploading.receive(
            web.workspace(),
            web.me(),
            _sent(),
            kind=typed["kind"],
            audience=documents.audience(typed["audience"]),
            municipalities=typed["municipalities"],
            value_chain=clean.clean_line(typed["value_chain"]),
            tags=clean.clean_line(typed["tags"]),
            checked=bool(typed["checked"]),
            attached_to=typed["attached_to"],
            once=once,
        )
    except Invalid as refused:
        return _form(typed, 422, errors=refused.errors)
    if not upload.id:
        return _form(typed, _STATUS.get(upload.items[0].reason, 422), upload=upload)
    _read_soon(region)
    return web.done(url_for("files.upload", region=region, upload=upload.id))


def _sent() -> list[Sent]:
    """The files of the form. Of one that is too large, so much that it is seen to be."""
    sent: list[Sent] = []
    for file in request.files.getlist("files"):
        with closing(file):
            if file.filename:
                sent.append(Sent(file.filename, file.stream.read(model.LARGEST + 1)))
    return sent


def _read_soon(region: str) -> None:
    """Wake the thread that reads files. Where none runs (another server, a test), they are read now."""
    reader = current_app.extensions.get("file_reader")
    if reader is not None:
        reader.wake()
        return
    while uploading.work_off(web.workspace(), region):
        pass


@blueprint.get("/uploads/<upload>")
@web.rule(Action.IMPORT)
def upload(region: str, upload: str) -> Response:
    """How far the files of an upload have come. Asked again with `seen`, it answers 204 when nothing is new."""
    found = uploading.get(web.workspace(), web.me(), upload)
    reader = current_app.extensions.get("file_reader")
    at = reader.progress if reader is not None else ("", 0, 0)
    at = at if at[0] == found.id else ("", 0, 0)  # another upload, or read by another process: its pages are not told
    seen = f"{found.version}-{at[1]}"
    if web.is_htmx() and request.args.get("seen") == seen:
        return Response(status=204)
    context = _about(found) | {"upload": found, "seen": seen, "page_read": at[1], "pages": at[2]}
    context["recent"] = uploading.recent(web.workspace(), web.me())
    if web.is_htmx():
        return web.answer("files/uploaded.swap.html", **context)
    return web.answer("files/upload.html", **context)


def _about(found: Upload) -> dict[str, Any]:
    """What a list of files is shown with: the documents they became."""
    view = web.workspace().region(web.me().region).view()
    became = {item.document: view.get(Document, item.document) for item in found.items if item.document}
    target = view.get(Document, found.attached_to) if found.attached_to else None
    return {"became": became, "target": target, "file_names": names, "document_names": document_names}


@blueprint.post("/uploads/<upload>/stop")
@web.rule(Action.IMPORT)
def stop(region: str, upload: str) -> Response:
    """Read no more of these files."""
    uploading.stop(web.workspace(), web.me(), upload)
    return web.done(url_for("files.upload", region=region, upload=upload))


@blueprint.post("/<id>/file")
@web.rule(Action.WRITE_DOCUMENT)
def replace(region: str, id: str) -> Response:
    """Put a new edition of a document's file in place of the old one, which stays as an older version."""
    typed = web.form("version")
    if not typed["version"]:
        raise PreconditionRequired()
    document = documents.get(web.workspace(), web.me(), id)
    if document.file is None:
        raise BadRequest()
    files = _sent()
    if len(files) != 1:
        return _not_taken(id, 422, gettext("Velg én fil."))
    try:
        if document.version != web.number(typed["version"]):
            raise Conflict(current=document)
        kept = service.take(web.workspace(), web.me(), files[0].name, files[0].content, document=id).document
    except Conflict:
        told = gettext("Dokumentet er endret siden du åpnet siden. Se gjennom det, og velg filen på nytt.")
        return _not_taken(id, 409, told)
    except Refused as refused:
        item = Item(name=service.clean_name(files[0].name), reason=refused.reason)
        told = f"{names.refused(item)} {gettext('Filen er ikke lagret.')}"
        return _not_taken(id, _STATUS.get(refused.reason, 422), told)
    versions.mark_read(web.workspace(), web.me(), id, kept.number)
    return web.done(url_for("comments.reading", region=region, id=id))


def _not_taken(id: str, code: int, why: str) -> Response:
    """The document's page again, with why its new file was not taken beside the field.

    The page belongs to a later room, so it is known by the name of its address, as in links.
    """
    g.edition_refused = why
    page = cast(Response, current_app.view_functions["comments.reading"](region=web.me().region, id=id))
    page.status_code = code
    return page


@blueprint.get("/<id>/file")
@web.rule(Action.READ_DOCUMENT)
def original(region: str, id: str) -> Response:
    """A document's file, under its own name, to be kept and not opened here. `version` asks for an older edition."""
    asked = request.args.get("version", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 0
    file, content = service.original(web.workspace(), web.me(), id, number)
    answer = send_file(
        io.BytesIO(content),
        mimetype=service.media_type(file),
        as_attachment=True,
        download_name=file.name,
        etag=file.digest,
    )
    return _locked(answer)


@blueprint.get("/<id>/picture")
@web.rule(Action.READ_DOCUMENT)
def picture(region: str, id: str) -> Response:
    """A document that is a picture, as it is shown on its page."""
    file, content = service.picture(web.workspace(), web.me(), id)
    return _locked(send_file(io.BytesIO(content), mimetype=service.media_type(file), etag=file.digest))


@blueprint.get("/<id>/pages/<number>/picture")
@web.rule(Action.READ_DOCUMENT)
def page_picture(region: str, id: str, number: str) -> Response:
    """A page of a PDF, drawn as a picture."""
    if not (number.isascii() and number.isdigit() and len(number) < 7):
        raise NotFound()
    words = clean.clean_line(request.args.get("q", "")[:200])
    drawn = service.page_picture(web.workspace(), web.me(), id, int(number), words)
    return _locked(send_file(io.BytesIO(drawn), mimetype="image/webp", etag=service.digest_of(drawn)))


def _locked(answer: Response) -> Response:
    answer.headers["Content-Security-Policy"] = _SANDBOX
    answer.headers["Cache-Control"] = "private, no-cache"  # asked for again each time: access may have ended
    return answer


def _form(typed: dict[str, Any], code: int = 200, **context: Any) -> Response:
    """The form to send files, with the newest uploads beside it."""
    parts, me = web.workspace(), web.me()
    attached_to = typed.get("attached_to") or request.args.get("attached_to", "")
    target = documents.get(parts, me, attached_to) if attached_to else None
    refused: Upload | None = context.pop("upload", None)
    return web.answer(
        "files/new.html",
        code,
        typed=typed,
        target=target,
        kinds=KINDS,
        document_names=document_names,
        file_names=names,
        municipalities=regions.municipalities(parts, me),
        chains=sorted(documents.listing(parts, me).counts["value_chain"]),
        recent=uploading.recent(parts, me),
        refused=refused,
        **{"errors": {}} | context,
    )
