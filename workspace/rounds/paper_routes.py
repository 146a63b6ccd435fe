"""Addresses of a round on paper and file: exports, import, protocol, receipts, and the check against the log."""

from __future__ import annotations

import io
import re
from contextlib import closing
from typing import Any

from flask import Response, request, send_file

from workspace import clean, web
from workspace.access import Action
from workspace.errors import BadRequest, Conflict, Forbidden, Invalid, NotFound, _
from workspace.rounds import exporting, importing, names, protocol_file, receipts, service, verifying
from workspace.rounds import protocol as protocols
from workspace.rounds.importing import REFUSED, TAKEN, UNCHANGED, Report
from workspace.rounds.routes import blueprint

LARGEST = 8 * 1024 * 1024  # bytes of a file of ballots
MOST_SHOWN = 300  # lines of a report; those refused first
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MIMETYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@blueprint.url_value_preprocessor
def _allow_a_file(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Raise the limit for what sends a file only. It must come before CSRF protection, which reads the form."""
    if request.method == "POST" and endpoint == "rounds.check_file":
        request.max_content_length = LARGEST + 256 * 1024


def _download(content: bytes, mimetype: str, name: str) -> Response:
    answer = send_file(io.BytesIO(content), mimetype=mimetype, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


# -- Out --


@blueprint.get("/rounds/<id>/export.<form>")
@web.rule(Action.EXPORT_ROUND)
def export(region: str, id: str, form: str) -> Response:
    """All ballots that may be seen, as CSV, JSON or XLSX. The round by its number or its id."""
    if form not in _MIMETYPES:
        raise NotFound()
    found = exporting.named(web.workspace(), web.me(), id)
    content = exporting.FORMS[form](exporting.export(web.workspace(), web.me(), found.id))
    return _download(content, _MIMETYPES[form], f"runde-{found.number}.{form}")


@blueprint.get("/rounds/<id>/results.csv")
@web.rule(Action.EXPORT_ROUND)
def results(region: str, id: str) -> Response:
    """How each measure stands, as CSV."""
    found = exporting.named(web.workspace(), web.me(), id)
    content = exporting.results_to_csv(exporting.export(web.workspace(), web.me(), found.id))
    return _download(content, "text/csv", f"runde-{found.number}-resultat.csv")


@blueprint.get("/rounds/<id>/protocol")
@web.rule(Action.READ_ROUND)
def protocol(region: str, id: str) -> Response:
    """The protocol on screen, and for the printer."""
    made = protocols.protocol(web.workspace(), web.me(), id)
    return web.answer(
        "rounds/protocol.html",
        round=service.get(web.workspace(), web.me(), id),
        protocol=made,
        is_no_resolution=protocol_file.is_no_resolution(),
    )


@blueprint.get("/rounds/<id>/protocol.docx")
@web.rule(Action.READ_ROUND)
def protocol_docx(region: str, id: str) -> Response:
    """The protocol as a file."""
    round_ = service.get(web.workspace(), web.me(), id)
    content = protocol_file.to_docx(protocols.protocol(web.workspace(), web.me(), id))
    return _download(content, protocol_file.MIMETYPE, f"runde-{round_.number}-protokoll.docx")


# -- Checking --


@blueprint.get("/rounds/<id>/verification")
@web.rule(Action.READ_ROUND)
def verification(region: str, id: str) -> Response:
    """The round counted again from the log."""
    parts, me = web.workspace(), web.me()
    found = verifying.verify_quickly(parts, me, id)
    if found.round.state == "draft":
        raise Conflict(_("Runden er ikke åpnet ennå."))
    return web.answer("rounds/verification.html", round=found.round, found=found, round_names=names)


@blueprint.get("/rounds/<id>/receipt")
@web.rule(Action.ANSWER_ROUND)
def receipt(region: str, id: str) -> Response:
    """One's own answers, as text."""
    made = receipts.receipt(web.workspace(), web.me(), id)
    return _download(receipts.to_text(made), "text/plain; charset=utf-8", f"runde-{made.round.number}-kvittering.txt")


@blueprint.get("/rounds/<id>/receipt.json")
@web.rule(Action.ANSWER_ROUND)
def receipt_json(region: str, id: str) -> Response:
    """One's own answers, for programs."""
    made = receipts.receipt(web.workspace(), web.me(), id)
    return _download(receipts.to_json(made), "application/json", f"runde-{made.round.number}-kvittering.json")


# -- In --


@blueprint.get("/rounds/<id>/import")
@web.rule(Action.ANSWER_ON_BEHALF)
def import_form(region: str, id: str) -> Response:
    """The form to send a file of answers with."""
    return _form(id)


def _form(id: str, code: int = 200, **context: Any) -> Response:
    round_ = service.get(web.workspace(), web.me(), id)
    return web.answer("rounds/import.html", code, round=round_, round_names=names, **context)


@blueprint.post("/rounds/<id>/import")
@web.rule(Action.ANSWER_ON_BEHALF)
def check_file(region: str, id: str) -> Response:
    """Read a file, and say of each line what would become of it. Nothing is kept but the file, for a short while."""
    typed = web.form("new_voices", "key")
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _form(id, 422, typed=typed, errors={"file": _("Velg en fil.")})
    with closing(sent):
        name, content = clean.clean_line(sent.filename)[-120:], sent.stream.read(LARGEST + 1)
    return _report(id, content, name, bool(typed["new_voices"]))


def _report(id: str, content: bytes, name: str, new_voices: bool) -> Response:
    parts, me = web.workspace(), web.me()
    typed = {"new_voices": "1" if new_voices else ""}
    try:
        lines = importing.read(content, name)
        report = importing.take_in(parts, me, id, lines, name, new_voices=new_voices, dry=True)
    except Invalid as refused:
        return _form(id, 422, typed=typed, errors=refused.errors)
    except (Conflict, Forbidden) as late:
        return _form(id, late.status, typed=typed, errors={"file": late.message})
    digest = parts.region(me.region).blobs.put(content)
    return _form(id, typed=typed | {"digest": digest, "name": name}, **_told(report))


@blueprint.post("/rounds/<id>/import/confirmation")
@web.rule(Action.ANSWER_ON_BEHALF)
def take_file(region: str, id: str) -> Response:
    """Take the lines of a file in that was looked at before."""
    typed = web.form("digest", "name", "new_voices", "key")
    if not _DIGEST.fullmatch(typed["digest"]):
        raise BadRequest()
    parts, me = web.workspace(), web.me()
    try:
        lines = importing.read(parts.region(me.region).blobs.get(typed["digest"]), typed["name"])
        report = importing.take_in(
            parts, me, id, lines, typed["name"], new_voices=bool(typed["new_voices"]), once=web.once()
        )
    except (KeyError, ValueError):
        return _form(id, 422, typed=typed, errors={"file": _("Filen er ikke her lenger. Velg den en gang til.")})
    except Invalid as refused:
        return _form(id, 422, typed=typed, errors=refused.errors)
    except (Conflict, Forbidden) as late:
        return _form(id, late.status, typed=typed, errors={"file": late.message})
    return _form(id, done=True, **_told(report))


def _told(report: Report) -> dict[str, Any]:
    """The report as the page shows it: what was refused first, and not more lines than can be read."""
    ordered = sorted(report.fates, key=lambda fate: ((REFUSED, TAKEN, UNCHANGED).index(fate.fate), fate.number))
    return {
        "report": report,
        "fates": ordered[:MOST_SHOWN],
        "left": max(0, len(ordered) - MOST_SHOWN),
        "counts": {fate: report.count(fate) for fate in (TAKEN, UNCHANGED, REFUSED)},
    }
