"""The command `workspace bench`: figures of this machine, as ratios in one run. Nothing here is a promise."""

from __future__ import annotations

import click

from workspace.benchmarks.anchors import anchors
from workspace.benchmarks.comments import comments
from workspace.benchmarks.importing import import_
from workspace.benchmarks.pages import pages
from workspace.benchmarks.posting import posting
from workspace.benchmarks.retrieval import search
from workspace.benchmarks.rounds import rounds
from workspace.benchmarks.store import store


@click.group("bench")
def bench() -> None:
    """Measure, and print what was measured."""


bench.add_command(anchors)
bench.add_command(store)
bench.add_command(search)
bench.add_command(import_)
bench.add_command(pages)
bench.add_command(rounds)
bench.add_command(posting)
bench.add_command(comments)

COMMANDS = [bench]
