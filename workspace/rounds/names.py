"""The words on screen for stances, outcomes and states, and the pieces that pages of rounds are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from workspace import text, web
from workspace.rounds import sentence as words
from workspace.rounds.model import Ballot, Round
from workspace.rounds.scale import SCALE, STEPS
from workspace.rounds.verdict import Certainty, Outcome, Verdict
from workspace.translation import gettext, ngettext


def stance(value: int | str) -> str:
    """A stance in the reader's language; «Ikke svart» for "x"."""
    return str(gettext("Ikke svart")) if value == "x" else web.translate(STEPS[int(value)].label)


def outcome(verdict: Verdict) -> str:
    """A verdict's outcome in the reader's language."""
    return web.translate(words.LABELS[verdict.outcome])


def outcome_look(verdict: Verdict) -> tuple[str, str]:
    """The icon and the colour of an outcome; its word always stands beside them."""
    return {
        Outcome.CONSENSUS: ("tick", "ok"),
        Outcome.WITH_RESERVATIONS: ("stance-2", "advar"),
        Outcome.NO_CONSENSUS: ("stance-0", "advar"),
        Outcome.BLOCKED: ("stance-1", "fare"),
        Outcome.WAITING: ("clock", "dempet"),
    }[verdict.outcome]


def sentence(verdict: Verdict, names: Mapping[str, str]) -> str:
    """The verdict in a sentence, with its numbers."""
    return words.sentence(verdict, names, web.translate)


def certainty(verdict: Verdict) -> str:
    """What the missing voices can no longer change, "" when they can."""
    if verdict.certainty is Certainty.OPEN:
        return ""
    return web.translate(words.CERTAINTIES[verdict.certainty])


def state(round_: Round) -> str:
    """A round's state in the reader's language."""
    return str(
        {
            "draft": gettext("Utkast"),
            "open": gettext("Åpen"),
            "closed": gettext("Lukket"),
            "concluded": gettext("Avsluttet"),
        }[round_.state]
    )


def time_left(round_: Round, now: datetime) -> str:
    """How long a round is open yet: «7 dager igjen», «3 timer igjen», «Fristen er ute»."""
    seconds = (round_.closes - now).total_seconds()
    if seconds <= 0 or round_.expired is not None:
        return str(gettext("Fristen er ute"))
    days = (text.local(round_.closes).date() - text.local(now).date()).days
    if days >= 1:
        return str(ngettext("Én dag igjen", "%(num)s dager igjen", days))
    hours = int(seconds // 3600)
    if hours >= 1:
        return str(ngettext("Én time igjen", "%(num)s timer igjen", hours))
    return str(gettext("Mindre enn en time igjen"))


def clock(moment: datetime) -> str:
    """The time of day of a deadline."""
    return text.clock(moment)


def measures_left(count: int) -> str:
    """«Fem tiltak igjen», in words up to twelve."""
    return str(ngettext("Ett tiltak igjen", "%(count)s tiltak igjen", count, count=number(count).capitalize()))


def number(count: int) -> str:
    """A small number in words, as running text has it; digits above twelve."""
    small = [
        gettext("null"), gettext("ett"), gettext("to"), gettext("tre"), gettext("fire"), gettext("fem"),
        gettext("seks"), gettext("sju"), gettext("åtte"), gettext("ni"), gettext("ti"),
        gettext("elleve"), gettext("tolv"),
    ]  # fmt: skip
    return str(small[count]) if count < len(small) else str(count)


class Segment(NamedTuple):
    """One part of a stacked bar, in percent of its width."""

    value: int
    votes: int
    start: float
    width: float


def segments(ballots: Iterable[Ballot]) -> list[Segment]:
    """A stacked bar of answers, strongest support to the left."""
    values = [ballot.value for ballot in ballots]
    made: list[Segment] = []
    start = 0.0
    for step in SCALE:
        votes = values.count(step.value)
        if votes:
            width = 100 * votes / len(values)
            made.append(Segment(step.value, votes, round(start, 2), round(width, 2)))
            start += width
    return made


def spoken(parts: list[Segment]) -> str:
    """A stacked bar in words, for those who can't see it: «8 full støtte, 4 støtte»."""
    return ", ".join(f"{part.votes} {stance(part.value).lower()}" for part in parts)
