"""Addresses for the plan of work as tables: out, and in again."""

from __future__ import annotations

import io
from typing import Any

from flask import Response, request, send_file

from workspace import web
from workspace.access import Action
from workspace.errors import Invalid, NotFound, _
from workspace.tables import Line, to_csv, to_xlsx
from workspace.workplan import importing, names, sheets
from workspace.workplan.routes import blueprint
from workspace.workplan.sheets import BY_KEY

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST = 2 * 1024 * 1024  # bytes: a plan of hundreds of measures is far smaller


@blueprint.url_value_preprocessor
def _allow_a_file(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Raise the limit for what sends a file. It must come before CSRF protection, which reads the form."""
    if request.method == "POST" and endpoint == "workplan.bring_in":
        request.max_content_length = LARGEST


@blueprint.get("/export")
@web.rule(Action.READ_MEASURE)
def export(region: str) -> Response:
    """The plan of work as a workbook, or one of its tables as CSV (`?sheet=`)."""
    key = request.args.get("sheet", "")
    if key and key not in BY_KEY:
        raise NotFound()
    tables = sheets.tables(web.workspace(), web.me(), (key,) if key else tuple(BY_KEY))
    if key:
        return _file(to_csv(tables[0]), "text/csv; charset=utf-8", f"{region}-{BY_KEY[key].name}.csv")
    return _file(to_xlsx(tables), XLSX, f"{region}-arbeidsplan.xlsx")


def _file(content: bytes, kind: str, name: str) -> Response:
    return send_file(io.BytesIO(content), mimetype=kind, as_attachment=True, download_name=name)


@blueprint.get("/import")
@web.rule(Action.PLAN_WORK)
def import_form(region: str) -> Response:
    """The form to bring the plan of work in with."""
    return _form()


def _form(code: int = 200, **context: Any) -> Response:
    return web.answer("workplan/import.html", code, keys=list(BY_KEY), plan_names=names, **context)


@blueprint.post("/import")
@web.rule(Action.PLAN_WORK)
def bring_in(region: str) -> Response:
    """Bring a file in, and show what became of each row. Sent again, it finds all as it is."""
    typed = web.form("sheet", "key")
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Invalid({"file": _("Velg en fil.")})
        told = importing.bring_in(web.workspace(), web.me(), _read(sent.filename, sent.read(), typed["sheet"]))
    except Invalid as refused:
        return _form(422, typed=typed, errors=refused.errors)
    return _form(200, told=told)


def _read(name: str, content: bytes, key: str) -> dict[str, list[Line]]:
    if name.lower().endswith(".csv"):
        if key not in BY_KEY:
            raise Invalid({"sheet": _("Velg hvilken tabell CSV-filen er.")})
        return importing.read(name, content, key)
    return importing.read(name, content, "")
