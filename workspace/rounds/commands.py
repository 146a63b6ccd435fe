"""The commands `workspace rounds ...`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import partial
from pathlib import Path

import click

from workspace.access import Actor, operator
from workspace.errors import Invalid, Message, WorkspaceError
from workspace.measures import commands as measure_commands
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.rounds import exporting, importing, measure_sheet, receipts, tallying, verifying
from workspace.rounds.importing import Report
from workspace.rounds.verdict import Rule, parse_share
from workspace.rounds.verifying import Verified
from workspace.terminal import Terminal, reads, writes
from workspace.translation import said


@click.group("rounds")
def rounds() -> None:
    """Consensus rounds."""


def _share(context: click.Context, parameter: click.Parameter, text: str) -> Fraction:
    try:
        return parse_share(text)
    except (ValueError, ZeroDivisionError) as error:
        raise click.BadParameter(f"{text} is not a share such as 0.75, 75% or 3/4") from error


@rounds.command("tally")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--quorum", default="75%", callback=_share, help="Share of voices that must have answered.")
@click.option("--support", default="75%", callback=_share, help="Share of those that took a stand.")
@click.option("--max-reservations", type=click.IntRange(0), help="More than this is no consensus.")
@click.option("--no-block", is_flag=True, help="A block counts as a reservation.")
@click.option("--locale", type=click.Choice(["nb", "nn", "en"]), default="nb", help="The language of the sentence.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each measure.")
@click.pass_context
def tally(
    context: click.Context,
    file: Path,
    quorum: Fraction,
    support: Fraction,
    max_reservations: int | None,
    no_block: bool,
    locale: str,
    as_json: bool,
) -> None:
    """Apply the rule to FILE (CSV: measure,voice,value,group,reason,at) and print each verdict."""
    terminal = Terminal()
    rule = Rule(quorum, support, max_reservations, not no_block)
    try:
        answers = tallying.read(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        terminal.warn("the file is not UTF-8")
        context.exit(3)
    except tallying.Unreadable as unreadable:
        for number, fault in unreadable.faults:
            terminal.warn(f"line {number}: {fault}")
        context.exit(3)
    for result in tallying.results(answers, rule, translator(locale)):
        if as_json:
            terminal.json(result)
        else:
            terminal.say(f"{result['measure']}: {result['sentence']}")


@rounds.command("export")
@click.argument("region")
@click.argument("round_", metavar="ROUND")
@click.option("--format", "form", type=click.Choice(["csv", "json", "xlsx"]), default="csv", help="CSV unless told.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file, instead of what is printed.")
@reads
def export_ballots(
    terminal: Terminal, workspace: Workspace, region: str, round_: str, form: str, output: Path | None
) -> None:
    """Take out all ballots of ROUND (its number or id), oldest first, in the form that `rounds import` reads."""
    with english(terminal):
        actor = operator(regions.region_of(workspace, region).id)
        content = exporting.FORMS[form](
            exporting.export(workspace, actor, exporting.named(workspace, actor, round_).id)
        )
        if output is not None:
            terminal.keep(output, content)
        else:
            sys.stdout.buffer.write(content)


@rounds.command("import")
@click.argument("region")
@click.argument("round_", metavar="ROUND")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path, resolve_path=True))
@click.option("--new-voices", is_flag=True, help="Give a voice to who has none yet, in a round by person.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and keep nothing.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each line of the file.")
@writes
def import_ballots(
    terminal: Terminal,
    workspace: Workspace,
    region: str,
    round_: str,
    file: Path,
    new_voices: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take the ballots of FILE (CSV or XLSX: measure,voice,value,group,reason,at ...) into the open ROUND.

    Each line is taken, unchanged, or refused with its number and why. It can be run again.
    """
    with english(terminal):
        actor = operator(regions.region_of(workspace, region).id)
        found = exporting.named(workspace, actor, round_)
        lines = importing.read(file.read_bytes(), file.name)
        with terminal.progress(len(lines), "import") as advance:
            report = importing.take_in(
                workspace, actor, found.id, lines, file.name, new_voices=new_voices, dry=dry_run, advance=advance
            )
        _tell(terminal, report, as_json)


def _tell(terminal: Terminal, report: Report, as_json: bool) -> None:
    translate = translator("en")
    for fate in report.fates:
        why = translate(fate.why) if fate.why is not None else ""
        if as_json:
            terminal.json({"line": fate.number, "outcome": fate.fate, "reason": why})
        else:
            terminal.say(f"line {fate.number}: {fate.fate}{': ' if why else ''}{why}")
    counts = {fate: report.count(fate) for fate in ("taken", "unchanged", "refused")}
    if not as_json:
        new = f", {report.joined} new voices" if report.joined else ""
        terminal.say(", ".join(f"{count} {fate}" for fate, count in counts.items()) + new)
    if counts["refused"]:
        terminal.exit_code = 1 if counts["taken"] or counts["unchanged"] else 3


@rounds.command("verify")
@click.argument("region")
@click.argument("round_", metavar="[ROUND]", required=False)
@click.option("--receipt", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Check this as well.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each round.")
@reads
def verify(
    terminal: Terminal,
    workspace: Workspace,
    region: str,
    round_: str | None,
    receipt: Path | None,
    as_json: bool,
) -> None:
    """Count ROUND, or every round, again from the region's log, and compare with what is kept. 3 when it differs."""
    with english(terminal):
        actor = operator(regions.region_of(workspace, region).id)
        if round_ is None:
            found, gone = verifying.verify_all(workspace, actor)
        else:
            found, gone = [verifying.verify(workspace, actor, exporting.named(workspace, actor, round_).id)], []
        if receipt is not None and round_ is None:
            raise click.UsageError("say which round the receipt is of")
        for one in found:
            proofs = _receipt_faults(workspace, actor, one, receipt)
            _tell_verified(terminal, one, [*one.faults, *proofs], receipt is not None, as_json)
        for id in gone:
            terminal.warn(f"round {id}: DIFFERS: the log has it, and it is not kept")
            terminal.exit_code = 3


def _receipt_faults(workspace: Workspace, actor: Actor, found: Verified, file: Path | None) -> list[Message]:
    if file is None:
        return []
    return receipts.check(workspace.region(actor.region).view(), found.round, receipts.read(file.read_bytes()))


def _tell_verified(
    terminal: Terminal, found: Verified, faults: list[Message], with_receipt: bool, as_json: bool
) -> None:
    said = [translator("en")(fault) for fault in faults]
    if faults:
        terminal.exit_code = 3
    if as_json:
        terminal.json(
            {
                "round": found.round.number, "id": found.round.id, "agrees": not faults, "faults": said,
                "ballots": found.ballots, "closings": found.closings, "events": found.events, "hash": found.hash,
            }
        )  # fmt: skip
        return
    about = f"round {found.round.number} ({found.round.title})"
    receipt = ", the receipt too" if with_receipt else ""
    if faults:
        terminal.say(f"{about}: DIFFERS: {' '.join(said)}")
    else:
        counts = f"{found.ballots} ballots, closed {found.closings} times, {found.events} events"
        terminal.say(f"{about}: agrees with the log{receipt}: {counts}, the last {found.hash}")


@contextmanager
def english(terminal: Terminal) -> Iterator[None]:
    """Say in English, and on one line, why something is refused."""
    try:
        yield
    except Invalid as refused:
        terminal.warn(" ".join(translator("en")(message) for message in refused.errors.values()))
        terminal.exit_code = 3
    except WorkspaceError as refused:
        terminal.warn(translator("en")(refused.message))
        terminal.exit_code = 3


def translator(locale: str) -> Callable[[Message], str]:
    """What translates a message outside a request; bokmål needs no catalogue."""
    return partial(said, locale)


COMMANDS = [rounds]
measure_commands.more_sheets.append(measure_sheet.sheets)
