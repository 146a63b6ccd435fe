"""What is written in a reminder, in its receiver's language. It never tells how anybody stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from workspace import text
from workspace.errors import Message, _
from workspace.rounds.model import Round
from workspace.rounds.reminder import CONFIRM, DEADLINE, ON_BEHALF, OUTCOME, Reminder
from workspace.rounds.sentence import joined
from workspace.translation import translated


class About(NamedTuple):
    """What a letter tells of, already looked up."""

    round: Round
    region: str  # its name
    address: str  # where to go: an absolute address
    municipalities: tuple[str, ...]  # names of those its receiver answers for
    left: int  # measures; 0 in a text for many
    codes: tuple[str, ...]  # of the measures it is about
    entered_by: str = ""


def subject(reminder: Reminder, about: About, language: str) -> str:
    """The line that a letter is known by in a list."""
    when = {"number": about.round.number, "day": _day(about, language), "clock": _clock(about, language)}
    match reminder.what:
        case what if what == ON_BEHALF:
            said = _("Et svar er lagt inn for %(names)s i runde %(number)s", names=_names(about, language), **when)
        case what if what == CONFIRM:
            said = _("Teksten i %(codes)s er endret", codes=_codes(about, language))
        case what if what == OUTCOME:
            said = _("Oppsummeringen av runde %(number)s mangler", **when)
        case _other:
            said = _("Runde %(number)s lukkes %(day)s %(clock)s", **when)
    return _said(said, language)


def body(reminder: Reminder, about: About, language: str) -> str:
    """The letter itself."""
    parts = [*_middle(reminder, about, language), about.address, _why(about, language)]
    return "\n\n".join(part for part in parts if part) + "\n"


def first_words(round_: Round, language: str) -> str:
    """What the facilitator's own reminder begins as."""
    values = {
        "number": round_.number,
        "day": text.day(round_.closes, "d. MMMM", language),
        "clock": text.clock(round_.closes, language),
    }
    said = _(
        "Hei! Runde %(number)s lukkes %(day)s %(clock)s. Dere har noen tiltak igjen. "
        "Det tar omtrent ett minutt per tiltak.",
        **values,
    )
    if round_.by_person:
        said = _(
            "Hei! Runde %(number)s lukkes %(day)s %(clock)s. Du har noen tiltak igjen. "
            "Det tar omtrent ett minutt per tiltak.",
            **values,
        )
    return _said(said, language)


def _middle(reminder: Reminder, about: About, language: str) -> list[str]:
    when: dict[str, Any] = {
        "number": about.round.number, "title": about.round.title, "day": _day(about, language),
        "clock": _clock(about, language), "names": _names(about, language), "codes": _codes(about, language),
    }  # fmt: skip
    hello = _said(_("Hei!"), language)
    match reminder.what:
        case what if what == DEADLINE:
            said = _("Runde %(number)s, «%(title)s», lukkes %(day)s %(clock)s.", **when)
            return [hello, f"{_said(said, language)} {_left(about, language)}".rstrip()]
        case what if what == ON_BEHALF:
            said = _(
                "%(by)s har lagt inn svaret til %(names)s på %(codes)s i runde %(number)s. Se om det er riktig. "
                "Dere kan rette det ved å svare selv, til %(day)s %(clock)s.",
                by=about.entered_by,
                **when,
            )
        case what if what == CONFIRM:
            said = _(
                "Teksten i %(codes)s er endret mens runde %(number)s er åpen. Svaret dere ga før endringen, teller "
                "ikke før dere bekrefter det eller svarer på nytt, innen %(day)s %(clock)s.",
                **when,
            )
            if about.round.by_person:
                said = _(
                    "Teksten i %(codes)s er endret mens runde %(number)s er åpen. Svaret du ga før endringen, teller "
                    "ikke før du bekrefter det eller svarer på nytt, innen %(day)s %(clock)s.",
                    **when,
                )
        case what if what == OUTCOME:
            said = _(
                "Runde %(number)s, «%(title)s», er lukket, men oppsummeringen er ikke skrevet. "
                "Runden er ikke avsluttet før den står der.",
                **when,
            )
        case _other:
            return [reminder.text, _left(about, language)]
    return [hello, _said(said, language)]


def _left(about: About, language: str) -> str:
    """How much is left; "" in a text for many."""
    if not about.left:
        return ""
    values = {"names": _names(about, language), "count": about.left}
    if about.municipalities:
        one, many = _("%(names)s har ett tiltak igjen.", **values), _("%(names)s har %(count)s tiltak igjen.", **values)
    else:
        one, many = _("Du har ett tiltak igjen."), _("Du har %(count)s tiltak igjen.", **values)
    return _said(one if about.left == 1 else many, language)


def _why(about: About, language: str) -> str:
    """Why one gets this."""
    values = {"region": about.region, "names": _names(about, language)}
    if about.municipalities:
        return _said(_("Du får dette fordi du svarer for %(names)s i Regionrom for %(region)s.", **values), language)
    return _said(_("Du får dette fordi du er med i Regionrom for %(region)s.", **values), language)


def _said(message: Message, language: str) -> str:
    return translated(language, message.text) % message.values if message.values else translated(language, message.text)


def _day(about: About, language: str) -> str:
    return text.day(about.round.closes, "EEEE d. MMMM", language)


def _clock(about: About, language: str) -> str:
    return text.clock(about.round.closes, language)


def _names(about: About, language: str) -> str:
    return _row(about.municipalities, language)


def _codes(about: About, language: str) -> str:
    return _row(about.codes, language)


def _row(names: Iterable[str], language: str) -> str:
    return joined(tuple(names), {}, lambda message: _said(message, language))
