"""Addresses of the hearing report: on screen, and as PDF, DOCX and XLSX."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable

from flask import Response, request, send_file, url_for

from workspace import web
from workspace.access import Action
from workspace.errors import NotFound
from workspace.hearings import names, report, report_pdf, report_sheets, report_word
from workspace.hearings.paper import Paper, paper
from workspace.hearings.report import Report
from workspace.hearings.routes import blueprint
from workspace.hearings.rows import CHAPTER, WAYS
from workspace.translation import language

FORMS: dict[str, tuple[Callable[[Paper], bytes], str]] = {
    "pdf": (report_pdf.to_pdf, report_pdf.MIMETYPE),
    "docx": (report_word.to_docx, report_word.MIMETYPE),
    "xlsx": (report_sheets.to_workbook, report_sheets.MIMETYPE),
}


@blueprint.get("/hearings/<id>/report")
@web.rule(Action.READ_HEARING)
def hearing_report(region: str, id: str) -> Response:
    """The report of a hearing (`?by=chapter`, `party` or `municipality`)."""
    return _page(report.of_hearing(web.workspace(), web.me(), id, _way()))


@blueprint.get("/hearings/<id>/report.<form>")
@web.rule(Action.READ_HEARING)
def hearing_report_file(region: str, id: str, form: str) -> Response:
    """The same as a file."""
    return _file(report.of_hearing(web.workspace(), web.me(), id, _way()), form)


@blueprint.get("/documents/<id>/report")
@web.rule(Action.READ_DOCUMENT)
def document_report(region: str, id: str) -> Response:
    """The report of the comments on a document."""
    return _page(report.of_document(web.workspace(), web.me(), id, _way()))


@blueprint.get("/documents/<id>/report.<form>")
@web.rule(Action.READ_DOCUMENT)
def document_report_file(region: str, id: str, form: str) -> Response:
    """The same as a file."""
    return _file(report.of_document(web.workspace(), web.me(), id, _way()), form)


def _way() -> str:
    asked = request.args.get("by", CHAPTER)
    return asked if asked in WAYS else CHAPTER


def _page(made: Report) -> Response:
    def address(form: str = "", by: str = made.way) -> str:
        hearing = made.hearing
        endpoint = f"hearings.{'hearing' if hearing else 'document'}_report{'_file' if form else ''}"
        id = hearing.id if hearing is not None else made.document.id
        return url_for(endpoint, region=web.me().region, id=id, form=form or None, by=by)

    return web.answer(
        "hearings/report.html",
        report=made,
        paper=paper(made, language()),
        ways=[(way, names.way(way)) for way in WAYS],
        forms=list(FORMS),
        address=address,
        hearing_names=names,
    )


def _file(made: Report, form: str) -> Response:
    if form not in FORMS:
        raise NotFound()
    make, mimetype = FORMS[form]
    content = make(paper(made, language()))
    answer = send_file(io.BytesIO(content), mimetype=mimetype, as_attachment=True, download_name=filename(made, form))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def filename(made: Report, form: str) -> str:
    """What the file is called: plain letters, whatever is in the title."""
    letters = made.title.casefold().replace("æ", "ae").replace("ø", "o").replace("å", "a")
    plain = unicodedata.normalize("NFKD", letters).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
    return f"sammenstilling-{name or 'dokument'}.{form}"
