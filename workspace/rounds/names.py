"""The words on screen for stances, outcomes and states, and the pieces that pages of rounds are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from workspace import text, web
from workspace.errors import _
from workspace.regions import names as region_names
from workspace.regions.model import GROUPS
from workspace.rounds import parties, sealing
from workspace.rounds import sentence as words
from workspace.rounds.ballot import Ballot
from workspace.rounds.figures import Change, Pair, Share
from workspace.rounds.methods import METHODS
from workspace.rounds.model import Round
from workspace.rounds.scale import ENDORSEMENT, STEPS
from workspace.rounds.verdict import Certainty, Outcome, Verdict
from workspace.translation import gettext, ngettext

MISSING_PASSAGE = _("Kopier inn ordene som skal endres.")


def stance(value: int | str) -> str:
    """A stance in the reader's language; «Ikke svart» for "x"."""
    return str(gettext("Ikke svart")) if value == "x" else web.translate(STEPS[int(value)].label)


def answer(round_: Round, value: int) -> str:
    """An answer in the reader's language, as the round's method has it: «Støtte», «Nei», «3 poeng»."""
    if round_.method == "priority":
        return str(ngettext("%(num)s poeng", "%(num)s poeng", value))
    if round_.method == "endorsement":
        return next(web.translate(step.label) for step in ENDORSEMENT if step.value == value)
    return stance(value)


def look(round_: Round, value: int | str) -> int | str:
    """Which of the scale's colours and icons an answer has: a yes that of support, a no that of a reservation."""
    if value == "x" or round_.method in {"consensus", "temperature"}:
        return value
    if round_.method == "endorsement":
        return {1: 4, -1: 2, 0: 0}[int(value)]
    return 4 if int(value) else 0


def method(name: str) -> str:
    """What a way to answer is called."""
    return web.translate(METHODS[name].LABEL)


def outcome(verdict: Verdict) -> str:
    """A verdict's outcome in the reader's language."""
    return words.label(verdict, web.translate)


def outcome_word(outcome: Outcome) -> str:
    """An outcome in the reader's language, without what it came from."""
    return web.translate(words.LABELS[outcome])


def outcome_look(verdict: Verdict) -> tuple[str, str]:
    """The icon and the colour of a verdict's outcome; its word always stands beside them."""
    return outcome_kind_look(verdict.outcome)


def outcome_kind_look(found: Outcome) -> tuple[str, str]:
    """The icon and the colour of an outcome."""
    return {
        Outcome.CONSENSUS: ("tick", "ok"),
        Outcome.WITH_RESERVATIONS: ("stance-2", "advar"),
        Outcome.NO_CONSENSUS: ("stance-0", "advar"),
        Outcome.BLOCKED: ("stance-1", "fare"),
        Outcome.WAITING: ("clock", "dempet"),
        Outcome.ENDORSED: ("tick", "ok"),
        Outcome.NOT_ENDORSED: ("stance-0", "advar"),
        Outcome.RANKED: ("tick", "ok"),
        Outcome.SENSED: ("info", "dempet"),
    }[found]


def sentence(round_: Round, verdict: Verdict, names: Mapping[str, str]) -> str:
    """The verdict in a sentence, with its numbers."""
    return words.sentence(verdict, names, web.translate, round_.way, round_.by_person)


def is_lost(round_: Round) -> bool:
    """Whether the answers of an open round without names can't be opened any more."""
    return sealing.is_lost(web.workspace(), web.me().region or "", round_)


def part(by: str, name: str, places: Mapping[str, str]) -> str:
    """A group of a breakdown: a municipality by its name in `places`, or a group of people."""
    if by == "municipality":
        return places.get(name, name) or str(gettext("Uten kommune"))
    if name == "municipality":
        return str(gettext("Kommunene"))
    return region_names.group(name) if name in GROUPS else name or str(gettext("Andre"))


def because(round_: Round, verdict: Verdict, names: Mapping[str, str]) -> str:
    """The same sentence without the outcome, where that stands beside it already."""
    return text.as_sentence(sentence(round_, verdict, names).removeprefix(f"{outcome(verdict)}: "))


def joined(names: Sequence[str]) -> str:
    """Names in a row, in the order of the alphabet: «Brattfjell, Myrland og Tverrdal»."""
    return words.joined(names, {}, web.translate)


def objecting(verdict: Verdict, names: Mapping[str, str]) -> str:
    """Who has a reservation, blocks or says no, in a row; "" for nobody."""
    return words.joined((*verdict.tally.opposing, *verdict.tally.against), names, web.translate)


def outcome_heading(found: Outcome) -> str:
    """What a group of measures with the same outcome is called."""
    return str(gettext("Rekkefølgen")) if found is Outcome.RANKED else web.translate(words.LABELS[found])


def outcome_count(found: Outcome, count: int) -> str:
    """How many measures came to an outcome, after the number: «3 konsensus med forbehold»."""
    if found is Outcome.RANKED:
        return str(ngettext("tiltak i rekkefølge", "tiltak i rekkefølge", count))
    return outcome_heading(found).lower()


def certainty(verdict: Verdict) -> str:
    """What the missing voices can no longer change, "" when they can."""
    if verdict.certainty is Certainty.OPEN:
        return ""
    return web.translate(words.CERTAINTIES[verdict.certainty])


def channel(value: str) -> str:
    """How an answer came, in the reader's language."""
    return str(
        {
            "web": gettext("På nettsiden"),
            "meeting": gettext("I møtet"),
            "phone": gettext("På telefon"),
            "paper": gettext("På papir"),
            "letter": gettext("I brev"),
            "email": gettext("På e-post"),
            "file": gettext("Fra en fil"),
        }[value]
    )


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


def listed(voices: Iterable[str], names: Mapping[str, str]) -> str:
    """The names of voices in a row: «Brattfjell, Myrland og Tverrdal»."""
    return words.joined(tuple(voices), names, web.translate)


def channels() -> list[tuple[str, str]]:
    """How an answer entered on behalf of a municipality may have come, to choose from."""
    return [(name, channel(name)) for name in ("meeting", "phone", "paper", "letter", "email")]


def amendment_state(state: str) -> str:
    """What has become of an amendment, in the reader's language."""
    return str(
        {
            "open": gettext("åpent"),
            "taken_in": gettext("tatt inn"),
            "not_taken_in": gettext("ikke tatt inn"),
            "withdrawn": gettext("trukket"),
        }[state]
    )


def steps(round_: Round) -> list[tuple[int, int | str, str]]:
    """Each answer that can be chosen: its value, its colour and icon, and its word."""
    return [(step.value, look(round_, step.value), web.translate(step.label)) for step in round_.way.SCALE]


def party(name: str, municipalities: Mapping[str, str]) -> str:
    """What a group of answers is called: a municipality, a group of persons, or what an imported file calls it."""
    if name == parties.TOGETHER:
        return str(gettext("Kommunene"))
    if name == parties.STAFF:
        return str(gettext("Andre i kommunene"))
    known, is_group, group = name.partition("group:")
    if not is_group:
        return municipalities.get(known, known)
    return dict(region_names.all_groups()).get(group, group)


class Segment(NamedTuple):
    """One part of a stacked bar, in percent of its width."""

    value: int | str  # its colour and icon
    votes: int
    start: float
    width: float
    word: str


def segments(round_: Round, values: Iterable[int | str]) -> list[Segment]:
    """A stacked bar of answers, strongest support to the left, and of those that are missing ("x"). Where points are
    given: who gave any, and who none."""
    given = list(values)
    kinds: list[tuple[int | str, int | str, str]]
    if round_.method == "priority":
        given = [int(int(value) > 0) for value in given]
        kinds = [(1, 4, gettext("ga poeng")), (0, 0, gettext("ga ingen poeng"))]
    else:
        kinds = [*steps(round_), ("x", "x", stance("x"))]
    made: list[Segment] = []
    before = 0
    for value, shown, word in kinds:
        votes = given.count(value)
        if votes:
            start, end = (round(100 * count / len(given), 2) for count in (before, before + votes))
            made.append(Segment(shown, votes, start, round(end - start, 2), str(word)))
            before += votes
    return made


def spoken(parts: list[Segment]) -> str:
    """A stacked bar in words, for those who can't see it: «8 full støtte, 4 støtte»."""
    return ", ".join(f"{part.votes} {part.word.lower()}" for part in parts)


def of(share: Share) -> str:
    """A share in whole numbers, which can't mislead: «2 av 3»."""
    return str(gettext("%(part)s av %(whole)s", part=share.supporting, whole=share.stands))


def figure(agreement: float) -> str:
    """Group-informed consensus as it is printed: «0,56»."""
    return text.decimal(agreement, 2)


def change(found: Change) -> tuple[str, str]:
    """The icon and the word of what has become of a standpoint."""
    return {
        Change.UP: ("rise", str(gettext("Mer støtte"))),
        Change.DOWN: ("fall", str(gettext("Mindre støtte"))),
        Change.SAME: ("same", str(gettext("Uendret"))),
        Change.NEW: ("plus", str(gettext("Ny"))),
        Change.GONE: ("stance-x", str(gettext("Har ikke svart nå"))),
        Change.OTHER: ("same", str(gettext("Endret"))),
    }[found]


def change_of(before: Share, now: Share) -> tuple[str, str]:
    """The icon and the words of what has become of a share."""
    if before.exact == now.exact:
        return change(Change.SAME)
    if before.exact is None or now.exact is None:
        return change(Change.OTHER)
    return change(Change.UP if now.exact > before.exact else Change.DOWN)


def pair(found: Pair) -> str:
    """How the municipalities and the businesses stand on a measure, in a sentence with both numbers."""
    both = {"municipality": of(found.municipality), "business": of(found.business)}
    if not found.difference:
        return str(
            gettext("Like stor andel støtter: %(municipality)s i kommunene og %(business)s i næringslivet.", **both)
        )
    if found.difference > 0:
        return str(
            gettext("En større andel støtter i næringslivet (%(business)s) enn i kommunene (%(municipality)s).", **both)
        )
    return str(
        gettext("En større andel støtter i kommunene (%(municipality)s) enn i næringslivet (%(business)s).", **both)
    )


def given_before(round_: Round, ballot: Ballot) -> str:
    """An answer that waits to be confirmed: «Støtte, til versjon 2»."""
    shown = {"answer": answer(round_, ballot.value), "version": ballot.text_version}
    return str(gettext("%(answer)s, til versjon %(version)s", **shown))
