"""The command `workspace bench`: figures of this machine, as ratios in one run. Nothing here is a promise."""

from __future__ import annotations

import click

from workspace.benchmarks.importing import import_
from workspace.benchmarks.pages import pages
from workspace.benchmarks.retrieval import search
from workspace.benchmarks.store import store


@click.group("bench")
def bench() -> None:
    """Measure, and print what was measured."""


bench.add_command(store)
bench.add_command(search)
bench.add_command(import_)
bench.add_command(pages)

COMMANDS = [bench]
