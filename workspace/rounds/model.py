"""A round: measures put to an electorate, with a method, a rule and a deadline.

The life of a round: draft, open, closed, concluded; closed goes back to open only as reopened, with a reason.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

import msgspec

from workspace.access import Actor
from workspace.clean import is_blank
from workspace.errors import Conflict, Invalid, Message, _
from workspace.record import By, Record
from workspace.rounds.methods import METHODS, Method, Settings
from workspace.rounds.scale import Step
from workspace.rounds.verdict import Rule, parse_share

STATES = ("draft", "open", "closed", "concluded")
ELECTORATES = ("municipality", "person")
VISIBILITIES = ("named", "hidden", "anonymous")
LONGEST_OUTCOME = 20_000  # characters
LONGEST_WORDING = 300
MOST_POINTS = 1_000
BY_DEADLINE = "deadline"  # who closed a round that nobody closed before its deadline
LONGEST_TITLE = 200


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A measure in a round, and the version of its text that the round is about (0 until it opens).

    Ballots count that were given to a version from `counts_from` on: an editorial change keeps them, a material one
    asks everyone to confirm.
    """

    measure: str
    text_version: int = 0
    counts_from: int = 0

    def takes(self, text_version: int) -> bool:
        """Whether a ballot given to this version counts."""
        return (self.counts_from or self.text_version) <= text_version <= self.text_version


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """What a step means and what to write with it, in the facilitator's words; "" for ours."""

    value: int
    meaning: str = ""
    prompt: str = ""

    def applied(self, step: Step) -> Step:
        """The step in these words."""
        return step._replace(meaning=self.meaning or step.meaning, prompt=self.prompt or step.prompt)


class Round(Record, frozen=True, kw_only=True):
    """One round. What is fixed when it opens is never changed after: electorate, method, rule, who sees what."""

    table: ClassVar[str] = "rounds"
    indexes: ClassVar[tuple[By, ...]] = (By(order="number"), By(("state",), order="number"))

    number: int
    title: str
    purpose: str = ""
    items: tuple[Item, ...] = ()
    method: str = "consensus"
    counted_by: str = "municipality"  # or "person": who has a voice
    electorate: tuple[str, ...] = ()  # by municipality: their numbers, fixed when the round opens
    invited: tuple[str, ...] = ()  # by person: the groups whose members have a voice; () for all who may answer
    voices: int = 0  # by person: how many there are (records of `ballot.Voice`)
    guests: bool = False  # whether people without an account take part, by the meeting's code
    code: str = ""  # the meeting's six letters, while there is one
    revealed: bool = True  # whether the wall shows how it stands; the facilitator says when
    door_closed: bool = False  # whether no more guests are let in
    points: int = 10  # method "priority": each voice's
    most_points: int = 4  # on one measure
    wordings: tuple[Wording, ...] = ()
    quorum: str = "3/4"  # exact shares, as text
    support: str = "3/4"
    max_reservations: int | None = None
    blocks_stop: bool = True
    visibility: str = "named"  # "hidden": nobody sees standpoints until it closes; "anonymous": nobody ever
    state: str = "draft"
    opens: datetime | None = None  # the opening, set ahead
    is_planned: bool = False  # whether it opens by itself then
    not_opened: str = ""  # why the planned opening came to nothing, until the draft is changed
    reminds: bool = True  # whether those who have not answered are reminded two days before the deadline
    closes: datetime  # the deadline, to the minute
    opened: datetime | None = None
    closed: datetime | None = None
    closed_by: str = ""
    unopened: int = 0  # answers of an anonymous round that could not be opened at its close, for want of the key
    expired: datetime | None = None  # when the deadline was found to have passed; that is decided once
    concluded: datetime | None = None
    outcome: str = ""  # the written statement; a draft of it until the round is concluded
    review_date: str = ""
    followed_up_by: str = ""
    starts: tuple[str, ...] = ()  # measures that the outcome starts
    created_by: str
    updates: int = 0  # counts ballots and changes of state, for those who ask what is new

    @property
    def rule(self) -> Rule:
        """What it takes, with exact shares."""
        return Rule(parse_share(self.quorum), parse_share(self.support), self.max_reservations, self.blocks_stop)

    @property
    def settings(self) -> Settings:
        """What the method is applied with."""
        return Settings(self.rule, self.points, self.most_points)

    @property
    def way(self) -> Method:
        """The way to answer."""
        return METHODS[self.method]

    @property
    def by_person(self) -> bool:
        """Whether persons have the voices, and not municipalities."""
        return self.counted_by == "person"

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody may ever know who answered what."""
        return self.visibility == "anonymous"

    @property
    def scale(self) -> tuple[Step, ...]:
        """The steps to choose from, in the facilitator's words where there are any."""
        said = {wording.value: wording for wording in self.wordings}
        return tuple(said[step.value].applied(step) if step.value in said else step for step in self.way.SCALE)

    @property
    def measures(self) -> tuple[str, ...]:
        """The ids of the measures in the round."""
        return tuple(item.measure for item in self.items)

    def item(self, measure: str) -> Item:
        """The round's item on a measure. Raises Invalid for a measure that is not in it."""
        for item in self.items:
            if item.measure == measure:
                return item
        raise Invalid({"measure": _("Tiltaket er ikke med i runden.")})

    def text_version(self, measure: str) -> int:
        """The version of a measure's text that the round is about. Raises Invalid for a measure that is not in it."""
        return self.item(measure).text_version

    def is_open(self, now: datetime) -> bool:
        """Whether answers are taken at this moment."""
        return self.state == "open" and self.expired is None and now < self.closes

    def is_due(self, now: datetime) -> bool:
        """Whether the deadline has passed, and that is not decided yet."""
        return self.state == "open" and self.expired is None and now >= self.closes

    def shows_standpoints(self) -> bool:
        """Whether it may be seen how voices stand; in an anonymous round never whose they are."""
        return self.visibility == "named" or self.state in {"closed", "concluded"}

    # -- Its life --

    def open(self, versions: dict[str, int], electorate: tuple[str, ...], at: datetime, *, voices: int = 0) -> Round:
        """The round as opened, with texts and electorate fixed: municipalities, or a number of persons.

        Raises Conflict, Invalid.
        """
        if self.state != "draft":
            raise Conflict(_("Runden er alt åpnet."), current=self)
        errors: dict[str, Message] = {}
        if not self.items:
            errors["measures"] = _("Velg minst ett tiltak.")
        if self.closes <= at:
            errors["closes"] = _("Fristen må være fram i tid.")
        if self.by_person and not voices and not self.guests:
            errors["electorate"] = _("Ingen er invitert til å svare.")
        if not self.by_person and not electorate:
            errors["electorate"] = _("Regionen har ingen kommuner.")
        if errors:
            raise Invalid(errors)
        items = tuple(
            Item(measure=item.measure, text_version=versions[item.measure], counts_from=versions[item.measure])
            for item in self.items
        )
        return self.changed(
            state="open", items=items, electorate=() if self.by_person else electorate, voices=voices, opened=at,
            is_planned=False, not_opened="", updates=self.updates + 1,
        )  # fmt: skip

    def join(self, count: int = 1) -> Round:
        """The round with so many more persons' voices. Raises Conflict when it is not open."""
        if self.state != "open":
            raise Conflict(_("Runden er ikke åpen."), current=self)
        return self.changed(voices=self.voices + count, updates=self.updates + 1)

    def confirm_again(self, measure: str, text_version: int, *, editorial: bool) -> Round:
        """The round about a new version of a measure's text. Raises Conflict, Invalid.

        An editorial change keeps the answers; after a material one they do not count until they are confirmed.
        """
        if self.state != "open":
            raise Conflict(_("Runden er ikke åpen."), current=self)
        if self.is_anonymous and not editorial:
            raise Conflict(
                _("Svarene er forseglet og kan ikke bekreftes på nytt. Lukk runden og lag en ny."), current=self
            )
        old = self.item(measure)
        counts_from = (old.counts_from or old.text_version) if editorial else text_version
        new = Item(measure=measure, text_version=text_version, counts_from=counts_from)
        return self.changed(items=tuple(new if item is old else item for item in self.items), updates=self.updates + 1)

    def take(self, at: datetime, count: int = 1) -> Round:
        """The round after it has taken so many answers. Raises Conflict, with its state, when it takes none."""
        if self.state == "open" and not self.is_open(at):
            raise Conflict(_("Fristen er ute. Svaret ble ikke lagret."), current=self)
        if self.state != "open":
            raise Conflict(self._why_not(), current=self)
        return self.changed(updates=self.updates + count)

    def recount(self, at: datetime) -> Round:
        """The round after something else than an answer has changed what counts. Raises Conflict when it is over."""
        if not self.is_open(at):
            raise Conflict(_("Runden er ikke åpen."), current=self)
        return self.changed(updates=self.updates + 1)

    def _why_not(self) -> Message:
        if self.state == "draft":
            return _("Runden er ikke åpnet ennå.")
        if self.closed_by == BY_DEADLINE:
            return _("Fristen er ute. Svaret ble ikke lagret.")
        return _("Runden er lukket. Svaret ble ikke lagret.")

    def expire(self, at: datetime) -> Round:
        """The round closed by its deadline, whatever the clock says later. Raises Conflict when it is not due."""
        if not self.is_due(at):
            raise Conflict(current=self)
        return self.changed(state="closed", expired=at, closed=at, closed_by=BY_DEADLINE, updates=self.updates + 1)

    def close(self, by: Actor, reason: str, at: datetime) -> Round:
        """The round as closed: no answer is taken after. Before the deadline it needs a reason.

        Raises Conflict, Invalid.
        """
        if self.state != "open":
            raise Conflict(_("Runden er ikke åpen."), current=self)
        if at < self.closes and is_blank(reason):
            raise Invalid({"closing_reason": _("Skriv hvorfor runden lukkes før fristen.")})
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
        if self.is_anonymous:
            raise Conflict(
                _("En runde uten navn kan ikke åpnes igjen: svarene er blandet, og nøkkelen er slettet. Lag en ny."),
                current=self,
            )
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

    def write_outcome(self, outcome: str, review_date: str, followed_up_by: str, starts: tuple[str, ...]) -> Round:
        """The round with a draft of its outcome, as open or closed as before. Raises Conflict, Invalid."""
        if self.state not in {"open", "closed"}:
            raise Conflict(_("Runden er ikke åpen."), current=self)
        return self._with_outcome(outcome, review_date, followed_up_by, starts)

    def conclude(
        self, outcome: str, review_date: str, at: datetime, followed_up_by: str = "", starts: tuple[str, ...] = ()
    ) -> Round:
        """The round with its written outcome: when it is looked at again, who follows up, and what it starts.

        Raises Conflict, Invalid.
        """
        if self.state != "closed":
            raise Conflict(_("Lukk runden før du skriver oppsummeringen."), current=self)
        if is_blank(outcome):
            raise Invalid({"outcome": _("Skriv hva runden kom fram til, minst én setning.")})
        return self._with_outcome(outcome, review_date, followed_up_by, starts).changed(state="concluded", concluded=at)

    def _with_outcome(self, outcome: str, review_date: str, followed_up_by: str, starts: tuple[str, ...]) -> Round:
        errors: dict[str, Message] = {}
        if len(outcome) > LONGEST_OUTCOME:
            errors["outcome"] = _("Oppsummeringen er for lang. Grensen er %(limit)s tegn.", limit=LONGEST_OUTCOME)
        if review_date and not _is_day(review_date):
            errors["review_date"] = _("Skriv datoen som dag, måned og år.")
        if len(followed_up_by) > LONGEST_TITLE:
            errors["followed_up_by"] = _("Skriv hvem som følger opp, med høyst %(limit)s tegn.", limit=LONGEST_TITLE)
        if errors:
            raise Invalid(errors)
        for id in starts:
            self.item(id)
        return self.changed(
            outcome=outcome.strip(), review_date=review_date, followed_up_by=followed_up_by, starts=starts,
            updates=self.updates + 1,
        )  # fmt: skip


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and date.fromisoformat(text) is not None
    except ValueError:
        return False


def check_draft(draft: Round) -> Round:
    """The round, if it may be kept as a draft. Raises Invalid."""
    errors: dict[str, Message] = {}
    if is_blank(draft.title) or len(draft.title) > LONGEST_TITLE:
        errors["title"] = _("Gi runden et navn på høyst %(limit)s tegn.", limit=LONGEST_TITLE)
    if draft.method not in METHODS:
        errors["method"] = _("Velg hvordan man svarer.")
    if draft.counted_by not in ELECTORATES:
        errors["counted_by"] = _("Velg hvem som svarer.")
    errors |= _visibility_errors(draft) | _rule_errors(draft)
    if draft.is_planned and draft.opens is None:
        errors["opens"] = _("Velg dag og klokkeslett for åpningen.")
    if draft.opens is not None and draft.opens >= draft.closes:
        errors["opens"] = _("Runden må åpne før den lukkes.")
    if any(max(len(w.meaning), len(w.prompt)) > LONGEST_WORDING for w in draft.wordings):
        errors["wordings"] = _("Ordene til hvert valg kan ha høyst %(limit)s tegn.", limit=LONGEST_WORDING)
    if errors:
        raise Invalid(errors)
    return draft


def _visibility_errors(draft: Round) -> dict[str, Message]:
    """A temperature is anonymous and by person, and nothing else is anonymous."""
    if draft.visibility not in VISIBILITIES:
        return {"visibility": _("Velg hvem som ser svarene.")}
    if draft.is_anonymous != (draft.method == "temperature"):
        return {"visibility": _("Svar uten navn hører til metoden temperatur, og bare den.")}
    if draft.is_anonymous and not draft.by_person:
        return {"counted_by": _("I en temperatur svarer hver person for seg.")}
    return {}


def _rule_errors(draft: Round) -> dict[str, Message]:
    errors: dict[str, Message] = {}
    if draft.max_reservations is not None and draft.max_reservations < 0:
        errors["max_reservations"] = _("Velg hvor mange forbehold regelen tåler.")
    for name in ("quorum", "support"):
        try:
            parse_share(getattr(draft, name))
        except (ValueError, ZeroDivisionError):
            errors[name] = _("Velg en andel mellom 0 og 100 prosent.")
    if not 1 <= draft.points <= MOST_POINTS:
        errors["points"] = _("Velg mellom 1 og %(most)s poeng.", most=MOST_POINTS)
    if not 1 <= draft.most_points <= draft.points:
        errors["most_points"] = _("Velg hvor mange poeng ett tiltak kan få av én.")
    return errors
