"""What commands write to, and how they get at the workspace.

A command that reads opens the files without the lock, beside a server. A command that writes hands its work to the
server when there is one (owner.py), else takes the lock itself. Either way it is the same function, and it prints only
through its terminal. A command that carries everything elsewhere or puts it back is done with no server.
"""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import Progress

from workspace import config as configuration
from workspace.parts import Workspace

Command = TypeVar("Command", bound=Callable[..., Any])
Advance = Callable[[float], None]

WRITERS: dict[str, Callable[..., None]] = {}  # commands that write, by name, so that the owner can find them


class Terminal:
    """The person's own terminal."""

    def __init__(self) -> None:
        self.exit_code = 0  # 0 done, 1 partly, 3 data refused (2, wrong usage, is click's own)

    def say(self, text: str) -> None:
        """A line of what was asked for."""
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def warn(self, text: str) -> None:
        """A line about something that went wrong."""
        sys.stderr.write(text + "\n")

    def json(self, value: Any) -> None:
        """One JSON document on a line."""
        self.say(json.dumps(value, ensure_ascii=False))

    def keep(self, file: Path, content: bytes) -> bool:
        """Write what was asked for to a file; whether that could be done. Where not, a line says so: data refused."""
        try:
            file.write_bytes(content)
        except OSError as error:
            self.warn(f"workspace: {file} can't be written: {error.strerror}")
            self.exit_code = 3
            return False
        return True

    @contextmanager
    def progress(self, total: float | None, label: str) -> Iterator[Advance]:
        """A bar for long work: call what it gives with how far the work came. Shown only to a person.

        The total is None where it can't be known before the work is done.
        """
        if not sys.stderr.isatty():
            yield lambda step: None
            return
        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(label, total=total)
            yield lambda step: bar.advance(task, step)


def settings(context: click.Context) -> configuration.Config:
    """The settings in force, with the options of the command line."""
    return configuration.load(instance=context.find_root().params.get("instance"))


def reads(function: Command) -> Command:
    """A command that only reads: called as function(terminal, workspace, ...)."""

    @click.pass_context
    @functools.wraps(function)
    def run(context: click.Context, /, **options: Any) -> None:
        from workspace import assembly

        terminal = Terminal()
        workspace = assembly.open_workspace(settings(context), readonly=True)
        try:
            function(terminal, workspace, **options)
        finally:
            workspace.stores.close()
            workspace.indexes.close()
        context.exit(terminal.exit_code)

    return run  # type: ignore[return-value]


def writes(function: Command) -> Command:
    """A command that writes: called as function(terminal, workspace, ...), here or by the server that owns the data."""
    name = f"{function.__module__}.{function.__qualname__}"
    WRITERS[name] = function

    @click.pass_context
    @functools.wraps(function)
    def run(context: click.Context, /, **options: Any) -> None:
        from workspace import assembly, owner

        terminal, config = Terminal(), settings(context)
        if not owner.hand_over(config.instance, name, options, terminal):
            workspace = assembly.open_workspace(config)
            try:
                function(terminal, workspace, **options)
            finally:
                close(workspace)
        context.exit(terminal.exit_code)

    return run  # type: ignore[return-value]


def alone(function: Command) -> Command:
    """A command that needs the data to itself: called as function(terminal, config, ...).

    It opens the stores with their lock itself, which a running server refuses.
    """

    @click.pass_context
    @functools.wraps(function)
    def run(context: click.Context, /, **options: Any) -> None:
        terminal = Terminal()
        function(terminal, settings(context), **options)
        context.exit(terminal.exit_code)

    return run  # type: ignore[return-value]


def close(workspace: Workspace) -> None:
    """Stop cleanly."""
    workspace.indexes.close()
    workspace.stores.close()
