"""The commands `workspace measures ...`."""

from __future__ import annotations

from pathlib import Path

import click

from workspace import tables
from workspace.access import operator
from workspace.measures import importing, sheets
from workspace.measures.planning import OUTCOMES, REFUSED, Row
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.terminal import Terminal, reads, writes
from workspace.translation import said

more_sheets: list[sheets.MoreSheets] = []  # of rooms after this one


@click.group("measures")
def measures() -> None:
    """Measures out to a spreadsheet, and in again."""


@measures.command("export")
@click.argument("region")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@reads
def export(terminal: Terminal, workspace: Workspace, region: str, file: Path) -> None:
    """Write the measures of REGION to FILE: .xlsx with every sheet, or .csv with the main one."""
    if file.suffix.lower() not in (".xlsx", ".csv"):
        raise click.BadParameter("the file must end in .xlsx or .csv", param_hint="FILE")
    actor = operator(regions.region_of(workspace, region).id)
    found = sheets.export(workspace, actor, (table for more in more_sheets for table in more(workspace, actor)))
    content = tables.to_csv(found[0]) if file.suffix.lower() == ".csv" else tables.to_xlsx(found)
    if terminal.keep(file, content):
        terminal.say(f"{len(list(found[0].rows))} measures written to {file}")


@measures.command("import")
@click.argument("region")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path, resolve_path=True))
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each row.")
@writes
def import_measures(
    terminal: Terminal, workspace: Workspace, region: str, file: Path, dry_run: bool, as_json: bool
) -> None:
    """Bring the rows of FILE (.xlsx or .csv, as `export` writes them) into the measures of REGION."""
    actor = operator(regions.region_of(workspace, region).id)
    found = importing.read(file.name, file.read_bytes())
    rows = importing.plan(workspace, actor, found).rows if dry_run else importing.bring_in(workspace, actor, found)
    for row in rows:
        if as_json:
            terminal.json(_as_json(row))
        else:
            terminal.say(_line(row))
    counts = {outcome: sum(row.outcome == outcome for row in rows) for outcome in OUTCOMES}
    if not as_json:
        words = ", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count)
        terminal.say(f"{words}{'; nothing is written (--dry-run)' if dry_run else ''}")
    if counts[REFUSED]:
        terminal.exit_code = 3 if counts[REFUSED] == len(rows) else 1


def _line(row: Row) -> str:
    """«Tiltak 4 T-03: changed (kroner, fra)»."""
    about = row.code or row.title
    more = f" ({', '.join(row.columns)})" if row.columns else ""
    why = f": {said('en', importing.reason_of(row))}" if row.reason else ""
    both = "".join(f"; {one.column}: file «{one.file}», stored «{one.stored}»" for one in row.differences)
    return f"{row.sheet} {row.line} {about}: {row.outcome}{more}{why}{both}"


def _as_json(row: Row) -> dict[str, object]:
    return {
        "sheet": row.sheet,
        "line": row.line,
        "code": row.code,
        "title": row.title,
        "outcome": row.outcome,
        "columns": list(row.columns),
        "reason": said("en", importing.reason_of(row)) if row.reason else "",
        "differences": [[one.column, one.file, one.stored] for one in row.differences],
    }


COMMANDS = [measures]
