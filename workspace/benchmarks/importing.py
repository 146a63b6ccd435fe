"""The command `workspace bench import`: how fast things come in, beside their extraction and indexing alone."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from workspace import assembly
from workspace.access import operator
from workspace.benchmarks import query_sets
from workspace.config import Config
from workspace.extraction import kinds, reading
from workspace.extraction.model import Refused
from workspace.files import importing
from workspace.parts import Workspace
from workspace.search import following
from workspace.terminal import Terminal, close

REGION = "bench"


@click.command("import")
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="A folder with JSON lines files, and files of other kinds in folders below it.",
)
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each kind of input.")
def import_(data: Path, as_json: bool) -> None:
    """Items a second: brought in as a whole, and their extraction and indexing alone, in one run."""
    terminal = Terminal()
    lines = [
        (path, path.name)
        for path in sorted(data.glob("*.jsonl"))
        if path.name in {query_sets.NORQUAD, *query_sets.PADDING}
    ]
    files = [(path, ref) for path, ref in importing.found_in([data]) if kinds.known(ref)]
    for name, found in (("JSON lines", lines), ("files", files)):
        if not found:
            terminal.warn(f"none of these there, so left out: {name}")
            continue
        figures = measure(name, found)
        if as_json:
            terminal.json(figures)
        else:
            terminal.say("  ".join(f"{label} {value}" for label, value in figures.items()))


def measure(name: str, found: list[tuple[Path, str]]) -> dict[str, Any]:
    """Bring these in, in a new instance; then do what that is made of once more, each by itself."""
    with _instance() as workspace:
        began = time.perf_counter()
        items = sum(1 for path, ref in found for _report in _brought_in(workspace, path, ref))
        whole = time.perf_counter() - began
        began = time.perf_counter()
        following.follow(workspace, REGION)
        indexing = time.perf_counter() - began
    began = time.perf_counter()
    for path, _ref in found:
        _extracted(path)
    extraction = time.perf_counter() - began
    return {
        "input": name,
        "items": items,
        "import_per_second": round(items / whole, 1),
        "extraction_alone_per_second": round(items / extraction, 1),
        "indexing_alone_per_second": round(items / indexing, 1),
        "import_of_extraction": round(whole / extraction, 2),
    }


def _brought_in(workspace: Workspace, path: Path, ref: str) -> Iterator[importing.Report]:
    return importing.bring_in(workspace, operator(REGION), path, ref, "note", None)


def _extracted(path: Path) -> None:
    """What there is to read in a file, read and dropped."""
    if path.suffix == ".jsonl":
        for _row in importing.rows_of(path, "note", None):
            pass
        return
    try:
        reading.read(path.name, path.read_bytes())
    except Refused:
        return


@contextmanager
def _instance() -> Iterator[Workspace]:
    with tempfile.TemporaryDirectory() as folder:
        workspace = assembly.open_workspace(Config(instance=Path(folder)))
        workspace.stores.create(REGION)
        try:
            yield workspace
        finally:
            close(workspace)
