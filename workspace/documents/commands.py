"""The command `workspace import`."""

from __future__ import annotations

from pathlib import Path

import click

from workspace.access import operator
from workspace.documents import importing
from workspace.documents.model import KINDS, LANGUAGES
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.terminal import Terminal, writes


@click.command("import")
@click.argument("region")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path, resolve_path=True))
@click.option("--kind", type=click.Choice(KINDS), default="note", help="What the documents are, where they don't say.")
@click.option("--language", type=click.Choice(LANGUAGES), default="nb", help="Their language, where they don't say.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each item.")
@writes
def import_documents(
    terminal: Terminal,
    workspace: Workspace,
    region: str,
    paths: tuple[Path, ...],
    kind: str,
    language: str,
    as_json: bool,
) -> None:
    """Bring documents into REGION from files and folders (md, txt, jsonl). What is there unchanged is passed over."""
    actor = operator(regions.region_of(workspace, region).id)
    files = importing.found_in(list(paths))
    counts: dict[str, int] = {}
    total = sum(path.stat().st_size for path, _ref in files)
    with terminal.progress(total, "import") as advance:
        for path, ref in files:
            items = list(importing.items_of(path, ref, kind, language))
            share = path.stat().st_size / max(len(items), 1)
            for item in items:
                report = importing.bring_in(workspace, actor, item)
                counts[report.outcome] = counts.get(report.outcome, 0) + 1
                if as_json:
                    terminal.json(report._asdict())
                else:
                    terminal.say(report.line)
                advance(share)
    if not as_json:
        terminal.say(", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())) or "nothing found")
    if counts.get("refused"):
        terminal.exit_code = 3 if len(counts) == 1 else 1


COMMANDS = [import_documents]
