"""The commands `workspace rounds ...`."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import click
from babel.support import Translations

from workspace.config import PACKAGE
from workspace.errors import Message
from workspace.rounds import tallying
from workspace.rounds.verdict import Rule, parse_share
from workspace.terminal import Terminal


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


def translator(locale: str) -> Callable[[Message], str]:
    """What translates a message outside a request; bokmål needs no catalogue."""
    catalogue = Translations.load(str(PACKAGE / "translations"), [locale])

    def translate(message: Message) -> str:
        text = str(catalogue.gettext(message.text))
        return text % message.values if message.values else text

    return translate


COMMANDS = [rounds]
