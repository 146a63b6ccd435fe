"""A consensus round and the ballots cast in it.

The life of a round: draft, open, closed, concluded; closed goes back to open only as reopened, with a reason. Ballots
are never changed: a new one takes the old one's place in the count, and all are kept.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import ClassVar

import msgspec

from workspace.access import Actor
from workspace.clean import is_blank
from workspace.errors import Conflict, Invalid, Message, _
from workspace.record import By, Record
from workspace.rounds.scale import STEPS
from workspace.rounds.verdict import Rule, parse_share

STATES = ("draft", "open", "closed", "concluded")
VISIBILITIES = ("named", "hidden")
LONGEST_REASON = 5_000  # characters
LONGEST_OUTCOME = 20_000
LONGEST_TITLE = 200


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A measure in a round, and the version of its text that the round is about (0 until it opens)."""

    measure: str
    text_version: int = 0


class Round(Record, frozen=True, kw_only=True):
    """A round by municipality with the method "consensus"."""

    table: ClassVar[str] = "rounds"
    indexes: ClassVar[tuple[By, ...]] = (By(order="number"), By(("state",), order="number"))

    number: int
    title: str
    purpose: str = ""
    items: tuple[Item, ...] = ()
    electorate: tuple[str, ...] = ()  # municipality numbers, fixed when the round opens
    quorum: str = "3/4"  # exact shares, as text
    support: str = "3/4"
    max_reservations: int | None = None
    blocks_stop: bool = True
    visibility: str = "named"  # or "hidden": nobody sees standpoints until it closes
    state: str = "draft"
    closes: datetime  # the deadline, to the minute
    opened: datetime | None = None
    closed: datetime | None = None
    closed_by: str = ""
    expired: datetime | None = None  # when the deadline was found to have passed; that is decided once
    concluded: datetime | None = None
    outcome: str = ""  # the written statement
    review_date: str = ""
    created_by: str
    updates: int = 0  # counts ballots and changes of state, for those who ask what is new

    @property
    def rule(self) -> Rule:
        """What it takes, with exact shares."""
        return Rule(parse_share(self.quorum), parse_share(self.support), self.max_reservations, self.blocks_stop)

    @property
    def measures(self) -> tuple[str, ...]:
        """The ids of the measures in the round."""
        return tuple(item.measure for item in self.items)

    def text_version(self, measure: str) -> int:
        """The version of a measure's text that the round is about. Raises Invalid for a measure that is not in it."""
        for item in self.items:
            if item.measure == measure:
                return item.text_version
        raise Invalid({"measure": _("Tiltaket er ikke med i runden.")})

    def is_open(self, now: datetime) -> bool:
        """Whether answers are taken at this moment."""
        return self.state == "open" and self.expired is None and now < self.closes

    def is_due(self, now: datetime) -> bool:
        """Whether the deadline has passed, and that is not decided yet."""
        return self.state == "open" and self.expired is None and now >= self.closes

    def shows_standpoints(self) -> bool:
        """Whether it may be seen who stands where."""
        return self.visibility == "named" or self.state in {"closed", "concluded"}

    # -- Its life --

    def open(self, versions: dict[str, int], electorate: tuple[str, ...], at: datetime) -> Round:
        """The round as opened, with texts and electorate fixed. Raises Conflict, Invalid."""
        if self.state != "draft":
            raise Conflict(_("Runden er alt åpnet."), current=self)
        errors: dict[str, Message] = {}
        if not self.items:
            errors["measures"] = _("Velg minst ett tiltak.")
        if self.closes <= at:
            errors["closes"] = _("Fristen må være fram i tid.")
        if not electorate:
            errors["electorate"] = _("Regionen har ingen kommuner.")
        if errors:
            raise Invalid(errors)
        items = tuple(Item(measure=item.measure, text_version=versions[item.measure]) for item in self.items)
        return self.changed(state="open", items=items, electorate=electorate, opened=at, updates=self.updates + 1)

    def take(self, at: datetime) -> Round:
        """The round after it has taken an answer. Raises Conflict, with its state, when it takes none."""
        if self.state == "open" and not self.is_open(at):
            raise Conflict(_("Fristen er ute. Svaret ble ikke lagret."), current=self)
        if self.state != "open":
            raise Conflict(
                _("Runden er ikke åpnet ennå.")
                if self.state == "draft"
                else _("Runden er lukket. Svaret ble ikke lagret."),
                current=self,
            )
        return self.changed(updates=self.updates + 1)

    def expire(self, at: datetime) -> Round:
        """The round with its deadline passed, whatever the clock says later. Raises Conflict when it is not due."""
        if not self.is_due(at):
            raise Conflict(current=self)
        return self.changed(expired=at, updates=self.updates + 1)

    def close(self, by: Actor, at: datetime) -> Round:
        """The round as closed: no answer is taken after. Raises Conflict."""
        if self.state != "open":
            raise Conflict(_("Runden er ikke åpen."), current=self)
        return self.changed(state="closed", closed=at, closed_by=by.by, updates=self.updates + 1)

    def extend(self, closes: datetime, reason: str, at: datetime) -> Round:
        """The round with a later deadline. Raises Conflict, Invalid."""
        if self.state != "open":
            raise Conflict(_("Runden er ikke åpen."), current=self)
        errors: dict[str, Message] = {}
        if closes <= max(self.closes, at):
            errors["closes"] = _("Den nye fristen må være senere enn den gamle.")
        if is_blank(reason):
            errors["reason"] = _("Skriv hvorfor fristen blir forlenget.")
        if errors:
            raise Invalid(errors)
        return self.changed(closes=closes, expired=None, updates=self.updates + 1)

    def reopen(self, closes: datetime, reason: str, at: datetime) -> Round:
        """The round as open again, with a new deadline and a reason. Raises Conflict, Invalid."""
        if self.state != "closed":
            raise Conflict(_("Bare en lukket runde kan åpnes igjen."), current=self)
        errors: dict[str, Message] = {}
        if closes <= at:
            errors["closes"] = _("Fristen må være fram i tid.")
        if is_blank(reason):
            errors["reason"] = _("Skriv hvorfor runden åpnes igjen.")
        if errors:
            raise Invalid(errors)
        return self.changed(
            state="open", closes=closes, expired=None, closed=None, closed_by="", updates=self.updates + 1
        )

    def conclude(self, outcome: str, review_date: str, at: datetime) -> Round:
        """The round with its written outcome. Raises Conflict, Invalid."""
        if self.state != "closed":
            raise Conflict(_("Lukk runden før du skriver oppsummeringen."), current=self)
        if is_blank(outcome):
            raise Invalid({"outcome": _("Skriv hva runden kom fram til, minst én setning.")})
        if len(outcome) > LONGEST_OUTCOME:
            raise Invalid(
                {"outcome": _("Oppsummeringen er for lang. Grensen er %(limit)s tegn.", limit=LONGEST_OUTCOME)}
            )
        return self.changed(
            state="concluded", outcome=outcome.strip(), review_date=review_date, concluded=at, updates=self.updates + 1
        )


class Ballot(Record, frozen=True, kw_only=True):
    """One act of answering on one version of one measure. Kept for ever; the newest of a voice counts."""

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
    voter: str  # "municipality:<number>" for a voice that counts, "person:<id>" for an advisory one
    municipality: str = ""  # the number, of a voice that counts
    group: str = ""  # of an advisory voice: "municipality" or the group of the organisation
    value: int  # 5 to 1, 0 to abstain
    reason: str = ""
    by: str
    name: str
    party: str = ""
    at: datetime

    @property
    def counts(self) -> bool:
        """Whether this is a municipality's own answer, and not an advisory one."""
        return bool(self.municipality)

    @property
    def digest(self) -> str:
        """What the log keeps of the answer: a hash, salted by the ballot's random id, so that it shows nothing."""
        parts = (self.id, self.round, self.measure, self.voter, str(self.value), self.reason)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def check_answer(value: str, reason: str) -> tuple[int, str]:
    """The value and the reason of an answer, as they are kept. Raises Invalid.

    A reservation and a block need a reason: «Hva skal til?» (consensus specification, scale).
    """
    errors: dict[str, Message] = {}
    step = STEPS.get(int(value)) if value in {"0", "1", "2", "3", "4", "5"} else None
    if step is None:
        errors["value"] = _("Velg et standpunkt.")
    elif step.needs_reason and is_blank(reason):
        errors["reason"] = _("Skriv en kort begrunnelse, minst én setning.")
    if len(reason) > LONGEST_REASON:
        errors["reason"] = _(
            "Begrunnelsen har %(count)s tegn. Grensen er %(limit)s.", count=len(reason), limit=LONGEST_REASON
        )
    if errors or step is None:
        raise Invalid(errors)
    return step.value, "" if is_blank(reason) else reason.strip()


def check_draft(draft: Round) -> Round:
    """The round, if it may be kept as a draft. Raises Invalid."""
    errors: dict[str, Message] = {}
    if is_blank(draft.title) or len(draft.title) > LONGEST_TITLE:
        errors["title"] = _("Gi runden et navn på høyst %(limit)s tegn.", limit=LONGEST_TITLE)
    if draft.visibility not in VISIBILITIES:
        errors["visibility"] = _("Velg hvem som ser svarene.")
    if draft.max_reservations is not None and draft.max_reservations < 0:
        errors["max_reservations"] = _("Velg hvor mange forbehold regelen tåler.")
    for name in ("quorum", "support"):
        try:
            parse_share(getattr(draft, name))
        except (ValueError, ZeroDivisionError):
            errors[name] = _("Velg en andel mellom 0 og 100 prosent.")
    if errors:
        raise Invalid(errors)
    return draft
