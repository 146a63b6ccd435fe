"""The command `workspace demo`."""

from __future__ import annotations

import click

from workspace.demo import building
from workspace.parts import Workspace
from workspace.terminal import Terminal, writes


@click.command("demo")
@writes
def demo(terminal: Terminal, workspace: Workspace) -> None:
    """Make the invented region Skarfjordregionen, where it is not there yet."""
    slug = building.build(workspace)
    terminal.say(f"The demo region is ready: /r/{slug}/")


COMMANDS = [demo]
