"""The commands `workspace hearings ...`."""

from __future__ import annotations

from pathlib import Path

import click

from workspace.access import operator
from workspace.errors import NotFound
from workspace.hearings import report, report_pdf, report_sheets, report_word
from workspace.hearings.paper import paper
from workspace.hearings.rows import WAYS
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.terminal import Terminal, reads

FORMS = {"pdf": report_pdf.to_pdf, "docx": report_word.to_docx, "xlsx": report_sheets.to_workbook}


@click.group("hearings")
def hearings() -> None:
    """Hearings, and the report of all that was said."""


@hearings.command("report")
@click.argument("region")
@click.argument("of", metavar="DOCUMENT|HEARING")
@click.option("--format", "form", type=click.Choice(list(FORMS)), default="pdf", help="PDF unless told.")
@click.option("--by", "way", type=click.Choice(WAYS), default="chapter", help="What it is gathered by.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file to write.")
@reads
def make_report(terminal: Terminal, workspace: Workspace, region: str, of: str, form: str, way: str, out: Path) -> None:
    """Write the report of a hearing, or of the comments on a document, to a file. It holds all that staff may see."""
    actor = operator(regions.region_of(workspace, region).id)
    try:
        made = report.of_hearing(workspace, actor, of, way)
    except NotFound:
        made = report.of_document(workspace, actor, of, way)
    if terminal.keep(out, FORMS[form](paper(made, "nb"))):
        terminal.say(f"{out}: {len(made.rows)} rows")


COMMANDS = [hearings]
