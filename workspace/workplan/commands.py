"""The commands `workspace plan ...`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from workspace.access import operator
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.tables import to_csv, to_xlsx
from workspace.terminal import Terminal, reads, writes
from workspace.translation import said
from workspace.workplan import importing, sheets
from workspace.workplan.sheets import BY_KEY

_SHEET = click.option("--sheet", type=click.Choice(list(BY_KEY)), help="Which table: needed for a CSV file.")


@click.group("plan")
def plan() -> None:
    """The plan of work: milestones, money and reports."""


@plan.command("export")
@click.argument("region")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path, resolve_path=True))
@_SHEET
@reads
def export(terminal: Terminal, workspace: Workspace, region: str, file: Path, sheet: str | None) -> None:
    """Write REGION's plan of work to FILE: all tables as XLSX, or one of them as CSV."""
    _check(file, sheet)
    actor = operator(regions.region_of(workspace, region).id)
    keys = (sheet,) if sheet else tuple(BY_KEY)
    tables = sheets.tables(workspace, actor, keys)
    content = to_csv(tables[0]) if file.suffix.lower() == ".csv" else to_xlsx(tables)
    if terminal.keep(file, content):
        terminal.say(f"{file}: " + ", ".join(f"{len(list(table.rows))} rows of {table.name}" for table in tables))


@plan.command("import")
@click.argument("region")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path, resolve_path=True))
@_SHEET
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each row.")
@writes
def import_plan(
    terminal: Terminal, workspace: Workspace, region: str, file: Path, sheet: str | None, as_json: bool
) -> None:
    """Bring FILE into REGION's plan of work, and say what became of each row. The form is that of the export."""
    _check(file, sheet)
    actor = operator(regions.region_of(workspace, region).id)
    told = importing.bring_in(workspace, actor, importing.read(file.name, file.read_bytes(), sheet or ""))
    for row in told:
        reason = said("en", row.reason) if row.reason else ""
        if as_json:
            terminal.json({"sheet": row.sheet, "line": row.line, "outcome": row.outcome, "reason": reason})
        else:
            terminal.say(f"{row.sheet} {row.line}: {row.outcome}" + (f" ({reason})" if reason else ""))
    counts = Counter(row.outcome for row in told)
    if not as_json:
        terminal.say(", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())) or "no rows")
    if counts["refused"]:
        terminal.exit_code = 3 if len(counts) == 1 else 1


def _check(file: Path, sheet: str | None) -> None:
    kind = file.suffix.lower()
    if kind not in {".csv", ".xlsx"}:
        raise click.UsageError("FILE must end in .xlsx or .csv")
    if kind == ".csv" and not sheet:
        raise click.UsageError("a CSV file holds one table; say which with --sheet")


COMMANDS = [plan]
