"""Addresses of measures as files: out, and in again in two steps."""

from __future__ import annotations

import io
from contextlib import closing
from typing import Any, cast

from flask import Response, current_app, request, send_file, url_for
from werkzeug.exceptions import HTTPException

from workspace import access, tables, web
from workspace.access import Action
from workspace.clean import clean_line
from workspace.errors import Invalid, WorkspaceError, _
from workspace.measures import importing, names, planning, sheets
from workspace.measures.routes import blueprint

MOST_SHOWN = 500  # rows of a report on a page
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.url_value_preprocessor
def _allow_a_file(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Raise the limit for what sends a file. It must come before CSRF protection, which reads the form."""
    if request.method == "POST" and endpoint == "measures.receive":
        request.max_content_length = importing.LARGEST + 64 * 1024


@blueprint.errorhandler(413)
def _too_much(error: HTTPException) -> Response:
    """A file that is too large is told of beside its field."""
    told = _("Filen er for stor. Grensen er 8 MB.")
    try:
        access.require(web.me(), Action.WRITE_MEASURE)
    except WorkspaceError:
        return web.problem(413, web.translate(told))
    if request.endpoint != "measures.receive":
        return web.problem(413, web.translate(_("Det du sendte, er for stort.")))
    return web.answer("measures/import_new.html", 413, errors={"file": told})


@blueprint.get("/export.xlsx")
@web.rule(Action.READ_MEASURE)
def export(region: str) -> Response:
    """The measures as a workbook, with every sheet."""
    parts, me = web.workspace(), web.me()
    others = cast(list[sheets.MoreSheets], current_app.extensions.get("measure_sheets", []))
    found = sheets.export(parts, me, (table for more in others for table in more(parts, me)))
    return _file(region, tables.to_xlsx(found), "xlsx", XLSX)


@blueprint.get("/export.csv")
@web.rule(Action.READ_MEASURE)
def export_csv(region: str) -> Response:
    """The main sheet as CSV."""
    found = sheets.export(web.workspace(), web.me())
    return _file(region, tables.to_csv(found[0]), "csv", "text/csv")


def _file(region: str, content: bytes, ending: str, mimetype: str) -> Response:
    name = f"tiltak-{region}-{web.workspace().now():%Y-%m-%d}.{ending}"
    answer = send_file(io.BytesIO(content), mimetype=mimetype, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/imports/new")
@web.rule(Action.WRITE_MEASURE)
def new_import(region: str) -> Response:
    """The form to send a file."""
    return web.answer("measures/import_new.html")


@blueprint.post("/imports")
@web.rule(Action.WRITE_MEASURE)
def receive(region: str) -> Response:
    """Take a file, and show what each row would do before anything is done."""
    typed, once = web.form("key"), web.once()
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Invalid({"file": _("Velg en fil av typen XLSX eller CSV.")})
        with closing(sent):
            content = sent.stream.read(importing.LARGEST + 1)
        made = importing.receive(web.workspace(), web.me(), clean_line(sent.filename)[:200], content, once=once)
    except Invalid as refused:
        return web.answer("measures/import_new.html", 422, typed=typed, errors=refused.errors)
    return web.done(url_for("measures.show_import", region=region, sent=made.id))


@blueprint.get("/imports/<sent>")
@web.rule(Action.WRITE_MEASURE)
def show_import(region: str, sent: str) -> Response:
    """What came of each row of a file, or would come of it now."""
    parts, me = web.workspace(), web.me()
    found = importing.get(parts, me, sent)
    rows = importing.rows_of(parts, me, found)
    told = [row for row in rows if row.outcome != planning.UNCHANGED]
    counts = {outcome: sum(row.outcome == outcome for row in rows) for outcome in planning.OUTCOMES}
    return web.answer(
        "measures/import.html",
        sent=found,
        rows=[(row, importing.reason_of(row) if row.reason else None) for row in told[:MOST_SHOWN]],
        left=len(told) - MOST_SHOWN,
        counts=counts,
        measure_names=names,
    )


@blueprint.post("/imports/<sent>/confirmation")
@web.rule(Action.WRITE_MEASURE)
def confirm_import(region: str, sent: str) -> Response:
    """Bring a file in that was looked at."""
    importing.confirm(web.workspace(), web.me(), sent)
    return web.done(url_for("measures.show_import", region=region, sent=sent))
