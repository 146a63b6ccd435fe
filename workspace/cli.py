"""The command `workspace`. Each room brings its own commands; here they are put together."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

import click

from workspace import __version__
from workspace import config as configuration
from workspace.errors import WorkspaceError
from workspace.store.port import StoreRefused
from workspace.terminal import Terminal

ROOMS = (
    "regions.commands",
    "files.commands",
    "search.commands",
    "measures.commands",
    "rounds.commands",
    "workplan.commands",
    "notices.commands",
    "hearings.commands",
    "transfer.commands",
    "demo.commands",
    "benchmarks",
)


@click.group()
@click.option("--instance", type=click.Path(path_type=Path), help="The folder of all data.")
@click.version_option(__version__, prog_name="regionrom")
def workspace(instance: Path | None) -> None:
    """Regionrom: a workspace in which municipalities make a joint business-development plan."""


@workspace.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, help="The port to listen on.")
@click.option("--threads", type=int, help="How many threads answer requests.")
@click.option("--demo", is_flag=True, help="Let anybody on this machine step in as any person of the demo region.")
@click.pass_context
def serve(context: click.Context, host: str, port: int, threads: int | None, demo: bool) -> None:
    """Serve the workspace until stopped."""
    from workspace import server

    load_commands()  # so that commands can be handed to us
    instance = context.find_root().params.get("instance")
    base_url = None if _is_set("base_url", instance) else f"http://{host}:{port}"
    config = configuration.load(instance=instance, threads=threads, demo=demo or None, base_url=base_url)
    server.serve(config, host, port)


@workspace.command()
@click.pass_context
def worker(context: click.Context) -> None:
    """Do the jobs of an installation on PostgreSQL until stopped: indexing, reading files, keeping house."""
    from workspace import worker as jobs

    jobs.work(configuration.load(instance=context.find_root().params.get("instance")))


def _is_set(name: str, instance: str | None) -> bool:
    """Whether a setting is not the default, in the environment or in the file of this instance."""
    return (
        next(source for source in configuration.explain(instance=instance) if source.name == name).origin != "default"
    )


@workspace.command("config")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each setting.")
@click.pass_context
def show_config(context: click.Context, as_json: bool) -> None:
    """Print each setting, its value, where it came from, and what it is."""
    terminal = Terminal()
    for source in configuration.explain(instance=context.find_root().params.get("instance")):
        value = _shown(source)
        if as_json:
            terminal.json({**vars(source), "value": value})
        else:
            terminal.say(f"WORKSPACE_{source.name.upper()}={value}\n    {source.sentence} ({source.origin})")


def _shown(source: configuration.Source) -> str:
    """A setting's value as it may stand on a screen: no key, and no password in an address."""
    value = str(source.value)
    if source.name == "secret_key" and value:
        return "(hidden)"
    return (
        re.sub(r"(?<=://)([^:@/]*):[^@/]*@", r"\1:(hidden)@", value)
        if source.name in {"database_url", "imap_url", "smtp_url"}
        else value
    )


def load_commands() -> None:
    """Bring in the commands of every room."""
    for room in ROOMS:
        module = importlib.import_module(f"workspace.{room}")
        for command in module.COMMANDS:
            workspace.add_command(command)


def main() -> None:
    """Run the command that was typed. Errors are one line, with the exit code that scripts can trust."""
    load_commands()
    try:
        code = workspace(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except WorkspaceError as error:
        from workspace.translation import in_english

        sys.stderr.write(f"workspace: {in_english(error)}\n")
        code = 3
    except StoreRefused as error:
        sys.stderr.write(f"workspace: {error}\n")
        code = 3
    except (KeyboardInterrupt, click.Abort):
        sys.stderr.write("workspace: stopped; what was done stands\n")
        code = 1
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
