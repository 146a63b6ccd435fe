"""Who has a voice in a round by person, and the ballots: one act of answering on one version of one measure.

Ballots are never changed: a new one takes the old one's place in the count, and all are kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from workspace.clean import is_blank
from workspace.errors import Invalid, Message, _
from workspace.record import By, Record
from workspace.rounds.model import Round
from workspace.rounds.scale import BLOCK

LONGEST_REASON = 5_000  # characters
LONGEST_SOURCE = 300
CHANNELS = ("web", "meeting", "phone", "paper", "letter", "email", "file")  # how an answer came


class Voice(Record, frozen=True, kw_only=True):
    """A person's voice in a round by person: a member, a guest of the meeting, or a row of an imported file."""

    table: ClassVar[str] = "voices"
    indexes: ClassVar[tuple[By, ...]] = (By(("round",)), By(("round", "person")), By(("round", "ref")))

    round: str
    person: str = ""  # the member's id, "" for others
    ref: str = ""  # what an imported file calls it
    name: str = ""
    municipality: str = ""  # a number
    group: str = ""  # "municipality", or the group of the organisation, or as the file has it
    joined: datetime

    @property
    def voter(self) -> str:
        """How its ballots name it."""
        return f"voice:{self.id}"


class Ballot(Record, frozen=True, kw_only=True):
    """One act of answering. Kept for ever; the newest of a voter counts."""

    table: ClassVar[str] = "ballots"
    indexes: ClassVar[tuple[By, ...]] = (
        By(("round",), order="sequence"),
        By(("round", "measure", "voter"), order="sequence"),
        By(("round", "voter"), order="sequence"),
    )

    round: str
    measure: str
    text_version: int
    sequence: int  # the order in which the round took them
    # "municipality:<number>" or "voice:<id>", which count; "person:<id>", "guest:<id>" or "paper:<name>", advisory
    voter: str
    municipality: str = ""  # the number, of a municipality's answer
    group: str = ""  # of an advisory answer: "municipality" or the group of the organisation
    value: int  # as the round's method has it
    reason: str = ""
    conditional: bool = False  # a reservation that says «ja, hvis»: its reason is the condition
    joins: bool | None = None  # whether the municipality carries the measure, where that is open to each
    withdrawn: bool = False  # the voter takes its answer back: as not answered
    channel: str = "web"
    source: str = ""  # where an answer given on behalf of somebody is from
    on_behalf: bool = False  # entered by somebody else than the voter
    by: str
    name: str
    party: str = ""
    at: datetime  # when the round took it
    file_time: str = ""  # when it was given, as the file that it came in has it
    salt: str = ""  # random, and in no log: without it the digest can be compared with that of each possible answer

    @property
    def given(self) -> str:
        """When it was given, as text: what a file said, else when the round took it."""
        return self.file_time or self.at.isoformat()

    @property
    def counts(self) -> bool:
        """Whether this is a voice's own answer, and not an advisory one."""
        return self.voter.startswith(("municipality:", "voice:"))

    @property
    def voice(self) -> str:
        """The voice that answered: a municipality's number, or the id of a Voice."""
        return self.voter.partition(":")[2]

    @property
    def digest(self) -> str:
        """What the log keeps of the answer: a hash, salted by what the log does not have, so that it shows nothing."""
        parts: tuple[str, ...] = (self.id, self.round, self.measure, self.voter, str(self.value), self.reason)
        more = (self.conditional, self.joins, self.withdrawn, self.channel, self.source, self.on_behalf)
        if self.file_time or more != (False, None, False, "web", "", False):
            parts = (*parts, repr(more))
        if self.file_time:
            parts = (*parts, self.file_time)
        if self.salt:
            parts = (*parts, f"salt {self.salt}")
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def is_block(round_: Round, ballot: Ballot) -> bool:
    """Whether a ballot blocks: in a consensus round alone, where it has not been taken back."""
    return round_.method == "consensus" and ballot.value == BLOCK and not ballot.withdrawn


ONLY_THEY = _("De har svart selv. Mens svarene er skjult, kan bare de endre svaret sitt.")


def hides_own(round_: Round, given: Mapping[str, Ballot], measure: str) -> bool:
    """Whether a voter's answers (by measure) hide what may be answered on its behalf, as long as they are hidden
    themselves: then a refusal (of a block that stands, of too many points) would tell what it has answered."""
    own = {id for id, ballot in given.items() if not ballot.on_behalf and not ballot.withdrawn}
    return not round_.shows_standpoints() and (measure in own or (round_.method == "priority" and bool(own)))


def check_reason(round_: Round, value: int, reason: str) -> str:
    """The reason as it is kept. Raises Invalid.

    A reservation and a block need one: «Hva skal til?» (consensus specification, scale).
    """
    is_needed = any(step.needs_reason for step in round_.way.SCALE if step.value == value)
    if is_needed and is_blank(reason):
        raise Invalid({"reason": _("Skriv en kort begrunnelse, minst én setning.")})
    if len(reason) > LONGEST_REASON:
        raise Invalid({"reason": too_long(len(reason))})
    return "" if is_blank(reason) else reason.strip()


def too_long(count: int) -> Message:
    """What is said of a reason that is too long."""
    return _("Begrunnelsen har %(count)s tegn. Grensen er %(limit)s.", count=count, limit=LONGEST_REASON)


def check_answer(round_: Round, value: str, reason: str, given: dict[str, int]) -> tuple[int, str]:
    """The value and the reason of an answer, as they are kept; `given` is what the voter has answered elsewhere.

    Raises Invalid naming each field that can't be taken.
    """
    errors: dict[str, Message] = {}
    try:
        parsed = round_.way.parse(value, round_.settings, given)
        return parsed, check_reason(round_, parsed, reason)
    except Invalid as invalid:
        errors |= invalid.errors
    if len(reason) > LONGEST_REASON:
        errors["reason"] = too_long(len(reason))
    raise Invalid(errors)
