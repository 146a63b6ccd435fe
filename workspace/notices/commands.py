"""The command `workspace mail receive`, for a mail server that pipes what comes."""

from __future__ import annotations

import base64
import sys

import click

from workspace.errors import Unavailable
from workspace.notices import receiving
from workspace.parts import Workspace
from workspace.store.port import StoreRefused
from workspace.terminal import Terminal, writes

TRY_AGAIN, REFUSED = 75, 65  # of sysexits.h, as mail servers know them


@click.group("mail")
def mail() -> None:
    """Mail coming in."""


def _all_of_input(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """The message, read where the command is typed: a server that does the work has no standard input of ours."""
    content = sys.stdin.buffer.read(receiving.LONGEST_MAIL + 1)
    if not content.strip():
        raise click.UsageError("no message on standard input")
    return base64.b64encode(content).decode()


@mail.command("receive")
@click.option("--message", default="-", hidden=True, callback=_all_of_input)
@writes
def receive(terminal: Terminal, workspace: Workspace, message: str) -> None:
    """Take in one message from standard input: an answer to a letter becomes a comment.

    Exits with 0 when it is taken, or rightly passed over; 65 when it is refused, 75 when it may be tried again.
    """
    try:
        outcome = receiving.receive(workspace, base64.b64decode(message))
    except (Unavailable, StoreRefused, OSError):
        terminal.say("not now: try again")
        terminal.exit_code = TRY_AGAIN
        return
    terminal.say(f"{outcome.what}: {outcome.why}" if outcome.why else outcome.what)
    if outcome.what == receiving.NOT_TAKEN:
        terminal.exit_code = REFUSED


COMMANDS = [mail]
