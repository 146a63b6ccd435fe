"""The commands `workspace move`, `backup`, `restore`, `export`, `import-region` and `doctor`."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import click
import msgspec

from workspace import assembly
from workspace.config import Config
from workspace.parts import Workspace, now
from workspace.store.port import StoreRefused
from workspace.terminal import Terminal, alone, reads, writes
from workspace.transfer import (
    addresses,
    backing_up,
    carrying,
    doctor,
    exporting,
    filing,
    importing,
    restoring,
    unpacking,
)
from workspace.transfer.carrying import Carried
from workspace.transfer.findings import BAD

FOLDER = click.Path(file_okay=False, path_type=Path, resolve_path=True)
NEW_FILE = click.Path(dir_okay=False, path_type=Path, resolve_path=True)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path, resolve_path=True)


# -- Moving --


@click.command()
@click.option("--to", "address", required=True, metavar="ADDRESS", help="tinydb://FOLDER or postgresql://...")
@alone
def move(terminal: Terminal, config: Config, address: str) -> None:
    """Copy everything to another place, and compare. Stop the server first; what is here stays as it is.

    Run it again if it was cut off: it goes on where it was.
    """
    try:
        elsewhere = addresses.at(config, address)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if addresses.is_same_place(config, elsewhere):
        raise StoreRefused("that is where the data is already")
    with filing.refusing(elsewhere.instance):
        carried, changed = _carry(terminal, config, elsewhere)
    _compare(terminal, carried)
    for name in changed:
        terminal.warn(f"workspace: {name} was written to meanwhile; stop all servers and run it again")
        terminal.exit_code = 1
    if terminal.exit_code == 0:
        _say_what_remains(terminal, config, elsewhere)


def _carry(terminal: Terminal, config: Config, elsewhere: Config) -> tuple[list[Carried], list[str]]:
    """What was carried, and the names of the stores that were written to meanwhile."""
    with closing(assembly.open_stores(config)) as source, closing(assembly.open_stores(elsewhere)) as target:
        carrying.require_no_keys(source)
        with terminal.progress(None, "look") as advance:
            parts = list(carrying.parts_of(source, advance))
        with terminal.progress(sum(part.summary.total for part in parts), "move") as advance:
            carried = carrying.carry(parts, target, advance)
        return carried, [part.name for part in parts if carrying.has_changed(part, source)]


def _say_what_remains(terminal: Terminal, config: Config, elsewhere: Config) -> None:
    """The settings that make the other place the one in use; the secret itself is never printed."""
    if elsewhere.database_url:
        terminal.say(f"Moved. Set WORKSPACE_DATABASE_URL to {addresses.shown(elsewhere)}")
    else:
        terminal.say(f"Moved. Set WORKSPACE_INSTANCE to {elsewhere.instance}, and WORKSPACE_DATABASE_URL to nothing")
    key = config.instance / "secret_key"
    where = f"to what is in {key}" if key.exists() else "to what it is here"
    terminal.say(f"and WORKSPACE_SECRET_KEY {where}: without it everybody must sign in anew.")


def _compare(terminal: Terminal, carried: list[Carried]) -> None:
    """A line for each store: how much there is, its hash, and whether both sides are the same."""
    width = max(len(one.name) for one in carried)
    terminal.say(f"{'':{width}}  {'records':>9}  {'events':>9}  {'blobs':>9}  {'sha256':<16}")
    for one in carried:
        there = one.there
        counts = f"{there.documents:>9}  {there.events:>9}  {there.blobs:>9}  {there.sha256[:16]}"
        terminal.say(f"{one.name:{width}}  {counts}  {'same' if one.same else 'DIFFERENT'}")
        for digest in one.unreadable:
            terminal.warn(f"workspace: {one.name}: the blob {digest} could not be read, and was left out")
        if not one.same:
            terminal.exit_code = 1


# -- Backup --


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--keep", type=click.IntRange(1), metavar="N", help="Then remove the oldest whole backups but N.")
@reads
def backup(terminal: Terminal, workspace: Workspace, folder: Path, keep: int | None) -> None:
    """Make a backup in a new folder under FOLDER, while people go on writing."""
    with terminal.progress(None, "backup") as advance:
        made, manifest = backing_up.back_up(workspace, folder, advance)
    events = sum(held.events for held in (manifest.house, *manifest.regions.values()))
    size = f"{manifest.size / 1024**2:.1f} MB"
    terminal.say(f"{made}: {len(manifest.regions)} regions, {events} events, {len(manifest.files)} files, {size}")
    _warn_of_missing(terminal, manifest.missing)
    if keep is not None and manifest.missing:
        terminal.warn("workspace: older backups were not removed: they may hold what this one has not")
    elif keep is not None:
        for name in backing_up.remove_older(folder, keep):
            terminal.say(f"removed {name}")


def _warn_of_missing(terminal: Terminal, digests: Iterable[str]) -> None:
    for digest in digests:
        terminal.warn(f"workspace: the blob {digest} is gone or damaged, and is not in it; run `workspace doctor`")
        terminal.exit_code = 1


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--replace", is_flag=True, help="Move the data that is here aside first. It is not deleted.")
@click.option("--with-sessions", is_flag=True, help="Put back who was signed in, and one-time links.")
@alone
def restore(terminal: Terminal, config: Config, folder: Path, replace: bool, with_sessions: bool) -> None:
    """Put back the backup in FOLDER, or the newest one in it, after all of it has been checked.

    People sign in anew. The search index is made anew by itself.
    """
    found = restoring.find(folder)
    with terminal.progress(restoring.size_of(found), "check") as advance:
        manifest = restoring.check(found, advance)
    with filing.refusing(config.instance):
        aside = assembly.put_aside(config, f"replaced-{now():%Y-%m-%dT%H%M%S.%fZ}") if replace else None
        if aside is not None:
            terminal.say(f"what was here is now in {aside}")
        with closing(assembly.open_stores(config)) as target:
            restoring.require_empty(target)
            parts = restoring.parts(found, manifest, with_sessions=with_sessions)
            with terminal.progress(sum(part.summary.total for part in parts), "restore") as advance:
                carried = carrying.carry(parts, target, advance)
    _compare(terminal, carried)
    for problem in restoring.broken_logs(found, manifest):
        terminal.warn(f"workspace: {problem}; it was so when the backup was made")
        terminal.exit_code = 1
    _warn_of_missing(terminal, manifest.missing)
    terminal.say(f"restored from {found}, made {manifest.made:%Y-%m-%d %H:%M} UTC")


# -- One region --


@click.command()
@click.argument("region")
@click.argument("path", metavar="FILE.zip", type=NEW_FILE)
@reads
def export(terminal: Terminal, workspace: Workspace, region: str, path: Path) -> None:
    """Write all of REGION to FILE.zip, for reading and for import-region."""
    with terminal.progress(None, "export") as advance:
        about = exporting.export(workspace, region, path, advance)
    counts = f"{about.documents} records, {about.events} events, {about.blobs} files and texts"
    terminal.say(f"{path}: {counts}, sha256 {about.sha256[:16]}")
    _warn_of_missing(terminal, about.missing)


@click.command("import-region")
@click.argument("path", metavar="FILE.zip", type=FILE)
@click.option("--as", "slug", metavar="SLUG", default="", help="Give the region another short name.")
@writes
def import_region(terminal: Terminal, workspace: Workspace, path: Path, slug: str) -> None:
    """Make the region that was exported to FILE.zip, with all that is in it, after all of it has been checked."""
    with unpacking.opened(path) as package, terminal.progress(package.about.summary.total, "import") as advance:
        imported = importing.bring_in(workspace, package, slug or package.about.region.id, advance)
    people = imported.people
    terminal.say(f"{workspace.config.base_url.rstrip('/')}/r/{imported.region.id}/")
    found = imported.summary
    terminal.say(f"{found.documents} records, {found.events} events, {found.blobs} files and texts")
    terminal.say(f"people: {len(people.known)} known, {len(people.new)} made, {len(people.remapped)} remapped")
    for one in people.new:
        terminal.say(f"made: {one.name} <{one.email}>, who has no password and asks for a link")
    for old, new in sorted(people.remapped.items()):
        terminal.say(f"remapped: {old} is {new} here, by the address")
    _warn_of_missing(terminal, package.about.missing)
    if not imported.same:
        terminal.warn("workspace: what is here now is not what is in the file; run `workspace doctor`")
        terminal.exit_code = 1


# -- Doctor --


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each finding.")
@reads
def examine(terminal: Terminal, workspace: Workspace, as_json: bool) -> None:
    """Look at everything that is kept, and say what to do. Changes nothing."""
    for finding in doctor.examine(workspace):
        if as_json:
            terminal.json(msgspec.to_builtins(finding))
        else:
            terminal.say(finding.line)
        if finding.level == BAD:
            terminal.exit_code = 3


COMMANDS = [move, backup, restore, export, import_region, examine]
