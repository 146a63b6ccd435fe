"""A round in the meeting: its code, the guests who answer without an account, and hands that were counted.

A meeting belongs to one round. Its code stands in the round and, so that `/m/<CODE>` finds the region, in the house.
The two are written one after the other; only a code that both agree on opens a door.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from workspace.clean import is_blank
from workspace.errors import Conflict, Invalid, Message, _
from workspace.record import By, Record
from workspace.regions.model import GROUPS
from workspace.rounds.ballot import LONGEST_SOURCE
from workspace.rounds.model import Round

LETTERS = "BCDFGHJKMNPRSTVWXZ"  # read across a room: no I, L, O or Q; and no vowels, so that they never make a word
LENGTH = 6
LONGEST_NAME = 100  # characters
LONGEST_WHY = 300
MOST_HANDS = 10_000
COMES_FROM = ("municipality", *GROUPS)  # what a guest may be


class MeetingCode(Record, frozen=True, kw_only=True):
    """Which round a code leads to, kept in the house. The id is the code.

    It is worth nothing unless the round has the same code: a record that a crash left behind misleads nobody.
    """

    table: ClassVar[str] = "meeting_codes"
    indexes: ClassVar[tuple[By, ...]] = (By(("region", "round")),)

    region: str
    round: str
    made: datetime


class Guest(Record, frozen=True, kw_only=True):
    """Somebody who takes part in a meeting without an account. The id is that of their Voice, which has the group."""

    table: ClassVar[str] = "guests"
    indexes: ClassVar[tuple[By, ...]] = (By(("round",), order="number"),)

    round: str
    number: int  # 1, 2, 3 ... as they came
    name: str = ""  # for the facilitator alone
    joined: datetime
    removed: datetime | None = None
    removed_by: str = ""
    why: str = ""  # they were removed

    @property
    def label(self) -> str:
        """What a guest is called where others can see it."""
        return f"Gjest {self.number}"

    def remove(self, by: str, why: str, at: datetime) -> Guest:
        """The guest as taken out of the meeting. Raises Conflict, Invalid."""
        if self.removed is not None:
            raise Conflict(_("Gjesten er alt tatt ut av møtet."), current=self)
        if is_blank(why) or len(why) > LONGEST_WHY:
            raise Invalid({"why": _("Skriv hvorfor gjesten tas ut, med høyst %(limit)s tegn.", limit=LONGEST_WHY)})
        return self.changed(removed=at, removed_by=by, why=why.strip())


class HandCount(Record, frozen=True, kw_only=True):
    """Hands that somebody counted in the room, of one group on one measure. Never mixed with the voices.

    It is not changed: a new one takes its place, and all are kept.
    """

    table: ClassVar[str] = "hand_counts"
    indexes: ClassVar[tuple[By, ...]] = (By(("round",), order="sequence"),)

    round: str
    measure: str
    group: str = ""  # one of COMES_FROM, "" for everybody in the room
    counts: tuple[tuple[int, int], ...] = ()  # (value, hands), in the order of the scale
    source: str  # where it was counted
    withdrawn: bool = False  # it should not have been entered: as not counted
    sequence: int
    by: str
    name: str
    at: datetime

    @property
    def hands(self) -> int:
        """How many hands there were."""
        return sum(hands for _value, hands in self.counts)

    @property
    def about(self) -> tuple[str, str]:
        """What it is a count of: a measure and a group."""
        return self.measure, self.group


def voter_of(round_: Round, guest_id: str) -> str:
    """How the ballots of a guest name them: with a voice in a round by person, else as advice."""
    return f"voice:{guest_id}" if round_.by_person else f"guest:{guest_id}"


# -- Codes --


def draw_code() -> str:
    """Six letters that nobody can guess."""
    return "".join(secrets.choice(LETTERS) for _letter in range(LENGTH))


def clean_code(typed: str) -> str:
    """A code as typed or read out: in capitals, without spaces, full stops and hyphens."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())[: LENGTH + 1]


# -- What the meeting does with its round --


def begin(round_: Round, code: str) -> Round:
    """The round with a meeting: nothing shows on the wall until the facilitator says so. Raises Conflict."""
    if round_.state != "open":
        raise Conflict(_("Et møte trenger en åpen runde."), current=round_)
    if round_.code:
        raise Conflict(_("Møtet er alt i gang."), current=round_)
    return round_.changed(code=code, revealed=False, door_closed=False, updates=round_.updates + 1)


def change_code(round_: Round, code: str) -> Round:
    """The round's meeting with another code. Raises Conflict."""
    return require_meeting(round_).changed(code=code, updates=round_.updates + 1)


def end(round_: Round) -> Round:
    """The round without a meeting. Raises Conflict."""
    return require_meeting(round_).changed(code="", updates=round_.updates + 1)


def require_meeting(round_: Round) -> Round:
    """The round, which must have a meeting. Raises Conflict."""
    if not round_.code:
        raise Conflict(_("Runden har ikke noe møte nå."), current=round_)
    return round_


def reveal(round_: Round, *, revealed: bool) -> Round:
    """The round as the wall is to show it: with how it stands, or without. Raises Conflict for a draft."""
    if round_.state == "draft":
        raise Conflict(_("Runden er ikke åpnet ennå."), current=round_)
    return round_.changed(revealed=revealed, updates=round_.updates + 1)


def set_door(round_: Round, *, closed: bool) -> Round:
    """The round with its door closed to new guests, or open. Raises Conflict."""
    return require_meeting(round_).changed(door_closed=closed, updates=round_.updates + 1)


def why_not_join(round_: Round, now: datetime) -> Message | None:
    """Why nobody new can take part as a guest now; None when they can."""
    if not round_.guests:
        return _("I denne runden svarer bare de som er invitert.")
    if not round_.is_open(now):
        return _("Runden er ikke åpen.")
    return _("Prosesslederen slipper ikke inn flere nå.") if round_.door_closed else None


def choices(round_: Round) -> tuple[str, ...]:
    """What a guest of the round may say they are: the groups that are invited, or all."""
    invited = round_.invited if round_.by_person else ()
    return tuple(group for group in COMES_FROM if not invited or group in invited)


# -- Hands --


def check_hands(round_: Round, hands: Mapping[str, str], source: str) -> tuple[tuple[int, int], ...]:
    """Hands by step as they are kept, from what was typed by value. Raises Conflict, Invalid."""
    require_hands(round_)
    errors: dict[str, Message] = {}
    counts = []
    for step in round_.scale:
        typed = hands.get(str(step.value), "").strip() or "0"
        if not (typed.isascii() and typed.isdigit() and int(typed[:9]) <= MOST_HANDS):
            errors[f"hands-{step.value}"] = _("Skriv antall hender som et helt tall, høyst %(most)s.", most=MOST_HANDS)
        else:
            counts.append((step.value, int(typed)))
    if not errors and not any(count for _value, count in counts):
        errors[f"hands-{round_.scale[0].value}"] = _("Skriv hvor mange hender dere telte.")
    if is_blank(source) or len(source) > LONGEST_SOURCE:
        errors["source"] = _("Skriv hvor hendene ble telt, med høyst %(limit)s tegn.", limit=LONGEST_SOURCE)
    if errors:
        raise Invalid(errors)
    return tuple(counts)


def require_hands(round_: Round) -> None:
    """Raise Conflict when no hands can be counted now: where points are given, and before the answers may be seen,
    as they would show what the round hides."""
    if round_.state not in {"open", "closed"}:
        raise Conflict(_("Runden er ikke åpen."), current=round_)
    if not round_.shows_standpoints():
        raise Conflict(_("Svarene i runden er skjult til den lukkes. Tell hender etterpå."), current=round_)
    if not round_.scale:
        raise Conflict(_("Poeng kan ikke telles med hender."), current=round_)
