"""The command `workspace import`."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import click

from workspace.access import operator
from workspace.documents.model import KINDS, LANGUAGES
from workspace.files import importing
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.terminal import Terminal, writes


@click.command("import")
@click.argument("region")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path, resolve_path=True))
@click.option("--kind", type=click.Choice(KINDS), default="note", help="What the documents are, where they don't say.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Their language. Without it, each text's words tell.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each item.")
@writes
def import_documents(
    terminal: Terminal,
    workspace: Workspace,
    region: str,
    paths: tuple[Path, ...],
    kind: str,
    language: str | None,
    as_json: bool,
) -> None:
    """Bring files and folders into REGION: md txt html docx odt pdf xlsx ods rtf csv png jpeg, and jsonl.

    What is there unchanged is passed over.
    """
    actor = operator(regions.region_of(workspace, region).id)
    files = importing.found_in(list(paths))
    counts: Counter[str] = Counter()
    started = time.monotonic()
    with terminal.progress(sum(path.stat().st_size for path, _ref in files), "import") as advance:
        for path, ref in files:
            size, told = path.stat().st_size, 0.0
            for report in importing.bring_in(workspace, actor, path, ref, kind, language):
                counts[report.outcome] += 1
                if as_json:
                    terminal.json({"ref": report.ref, "outcome": report.outcome, "reason": report.reason})
                else:
                    terminal.say(report.line)
                told += report.share * size
                advance(report.share * size)
            advance(size - told)
    if not as_json:
        terminal.say(_summary(counts, time.monotonic() - started))
    if counts["refused"]:
        terminal.exit_code = 3 if len(counts) == 1 else 1


def _summary(counts: Counter[str], seconds: float) -> str:
    """How many of each, and how quickly: "591 imported; 6.1 s, 97 a second"."""
    if not counts:
        return "nothing found"
    words = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
    return f"{words}; {seconds:.1f} s, {counts.total() / max(seconds, 0.001):.0f} a second"


COMMANDS = [import_documents]
