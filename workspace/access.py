"""Who may do what. One table, asked by services, templates, search and the URL map's test alike.

Roles are held in one region each. Being an equal partner shows here: no rule looks at the size of a municipality, and
only an assignment as voting member or deputy (`Actor.voices`) says for whom a person may answer.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import msgspec

from workspace.errors import Forbidden


class Role(StrEnum):
    """What a member is in a region. Project leader is a title, and voting member an assignment, beside the role."""

    READER = "reader"
    PARTICIPANT = "participant"
    STAFF = "staff"
    FACILITATOR = "facilitator"
    ADMINISTRATOR = "administrator"
    GUEST = "guest"


class Action(StrEnum):
    """What can be done, by name. Alphabetical."""

    ACCEPT_RESPONSIBILITY = "accept the responsibility for a measure"
    AMEND = "propose amendments"
    ANSWER_HEARING = "answer a hearing"
    ANSWER_ON_BEHALF = "enter an answer on a municipality's behalf"
    ANSWER_ROUND = "answer a round"
    ASK_FOR_REPORT = "ask for status reports"
    ASSESS_HEARING = "enter and assess answers to a hearing"
    CLASSIFY_THREAD = "say what kind a thread is"
    CLOSE_ROUND = "close a round"
    COMMENT = "comment"
    CONCLUDE_ROUND = "write the outcome of a round"
    DECIDE_AMENDMENT = "decide on amendments"
    DESCRIBE_MUNICIPALITIES = "describe the municipalities"
    EDIT_COMMENT = "change or withdraw a comment"
    ENTER_COMMENT = "enter a comment on somebody's behalf"
    ENTER_TRUST = "enter the figures of trust"
    EXPORT_ROUND = "take the answers of a round out"
    HIDE_FIRST_STEPS = "hide what to do first"
    IMPORT = "import documents"
    INVITE = "invite"
    JOIN_OPPORTUNITY = "join an opportunity"
    LEAD_MEETING = "lead a meeting"
    MANAGE_MEMBERS = "manage members"
    MARK_CONDITION = "mark a condition as met"
    MEDIATE = "mediate after a block"
    MODERATE = "take a comment away or put it back"
    PLACE_THREAD = "say where a thread belongs"
    PLAN_WORK = "plan the work"
    READ_DOCUMENT = "read a document"
    READ_LOG = "read the region's log"
    READ_HEARING = "read a hearing"
    READ_MEASURE = "read a measure"
    READ_OPPORTUNITY = "read an opportunity"
    READ_REGION = "read the region"
    READ_ROUND = "read a round"
    READ_SILENCE = "see who has not been heard from"
    REPORT_WORK = "report on the work"
    RESOLVE_THREAD = "resolve or reopen a thread"
    REWORD = "change a text that a round has frozen"
    SEARCH = "search"
    SEND_NOTICES = "send notices by hand"
    SETTLE_THREAD = "answer and settle a thread"
    WRITE_DOCUMENT = "write documents"
    WRITE_HEARING = "make and open hearings"
    WRITE_MEASURE = "write measures"
    WRITE_OPPORTUNITY = "write opportunities"
    WRITE_ROUND = "make and open rounds"


class Audience(StrEnum):
    """Who a thing is for. `STAFF` is for working material, such as an interview without consent to quote."""

    REGION = "region"
    STAFF = "staff"


_READ = frozenset({Role.READER, Role.PARTICIPANT, Role.STAFF, Role.FACILITATOR, Role.ADMINISTRATOR})
_TAKE_PART = _READ - {Role.READER}
_PREPARE = frozenset({Role.STAFF, Role.FACILITATOR, Role.ADMINISTRATOR})
_LEAD = frozenset({Role.FACILITATOR, Role.ADMINISTRATOR})

RULES: dict[Action, frozenset[Role]] = {
    Action.ACCEPT_RESPONSIBILITY: _TAKE_PART,
    Action.AMEND: _TAKE_PART,
    Action.ANSWER_HEARING: _TAKE_PART,
    Action.ANSWER_ON_BEHALF: _LEAD,
    Action.ANSWER_ROUND: _TAKE_PART,
    Action.ASK_FOR_REPORT: _LEAD,
    Action.ASSESS_HEARING: _PREPARE,
    Action.CLASSIFY_THREAD: _TAKE_PART,
    Action.CLOSE_ROUND: _LEAD,
    Action.COMMENT: _TAKE_PART,
    Action.CONCLUDE_ROUND: _LEAD,
    Action.DECIDE_AMENDMENT: _PREPARE,
    Action.DESCRIBE_MUNICIPALITIES: _LEAD,
    Action.EDIT_COMMENT: _TAKE_PART,
    Action.ENTER_COMMENT: _PREPARE,
    Action.ENTER_TRUST: _LEAD,
    Action.EXPORT_ROUND: _TAKE_PART,
    Action.HIDE_FIRST_STEPS: _LEAD,
    Action.IMPORT: _PREPARE,
    Action.INVITE: _LEAD,
    Action.JOIN_OPPORTUNITY: _TAKE_PART,
    Action.LEAD_MEETING: _LEAD,
    Action.MANAGE_MEMBERS: _LEAD,
    Action.MARK_CONDITION: _LEAD,
    Action.MEDIATE: _LEAD,
    Action.MODERATE: _LEAD,
    Action.PLACE_THREAD: _TAKE_PART,
    Action.PLAN_WORK: _PREPARE,
    Action.READ_DOCUMENT: _READ,
    Action.READ_HEARING: _READ,
    Action.READ_LOG: _LEAD,
    Action.READ_MEASURE: _READ,
    Action.READ_OPPORTUNITY: _READ,
    Action.READ_REGION: _READ,
    Action.READ_ROUND: _READ,
    Action.READ_SILENCE: _LEAD,
    Action.REPORT_WORK: _TAKE_PART,
    Action.RESOLVE_THREAD: _TAKE_PART,
    Action.REWORD: _LEAD,
    Action.SEARCH: _READ,
    Action.SEND_NOTICES: _LEAD,
    Action.SETTLE_THREAD: _PREPARE,
    Action.WRITE_DOCUMENT: _PREPARE,
    Action.WRITE_HEARING: _LEAD,
    Action.WRITE_MEASURE: _PREPARE,
    Action.WRITE_OPPORTUNITY: _TAKE_PART,
    Action.WRITE_ROUND: _LEAD,
}

# What somebody without an account may do: to the round whose meeting they came to, and to nothing else.
AS_GUEST = frozenset({Action.ANSWER_ROUND, Action.READ_ROUND})


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """The one who acts: a person as they stand in one region (or outside any), or the operator at the terminal."""

    person: str | None = None  # the person's id; None for somebody not signed in
    name: str = ""
    region: str | None = None  # the region's slug
    role: Role | None = None
    municipality: str | None = None  # the number of the municipality the member belongs to
    group: str | None = None  # or the group of the member's organisation: "business", "youth" ...
    organisation: str = ""
    title: str = ""
    voices: frozenset[str] = frozenset()  # municipalities that the person answers for, as voting member or deputy
    ended: bool = False  # the membership has ended: nothing may be done, but what was typed is given back
    fresh: bool = False  # signed in within the last minutes, not long ago
    operator: bool = False
    guest: str = ""  # the id of the voice of somebody who takes part in a meeting without an account
    round: str = ""  # and of the round whose meeting that is
    locale: str = "nb"

    @property
    def by(self) -> str:
        """The name under which the log keeps this actor's acts."""
        if self.guest:
            return f"guest:{self.guest}"
        return "operator" if self.operator else self.person or "anonymous"


NOBODY = Actor()


def operator(region: str | None = None) -> Actor:
    """Who acts through the command line: may do everything in the region."""
    return Actor(name="operator", region=region, operator=True)


def _own_or_staff(actor: Actor, thing: Any) -> bool:
    return actor.role in _PREPARE or thing.by == actor.person


def _own(actor: Actor, comment: Any) -> bool:
    """Whether it is this person's comment, or one that they entered for somebody."""
    return actor.person is not None and actor.person in (comment.by, comment.entered_by)


def _owner_or_staff(actor: Actor, measure: Any) -> bool:
    """For an external owner: somebody of that organisation, or who writes measures."""
    is_theirs = bool(actor.organisation) and actor.organisation.casefold() == measure.responsible.casefold()
    return actor.role in _PREPARE or is_theirs


def _responsible_or_staff(actor: Actor, measure: Any) -> bool:
    """Those of the municipality that answers for a measure, or of the external owner that does, and staff."""
    if measure.owner and measure.owner == actor.municipality:
        return True
    return _owner_or_staff(actor, measure)


def _prepares_or_is_shown(actor: Actor, round_: Any) -> bool:
    return actor.role in _PREPARE or round_.shows_standpoints()


CONDITIONS: dict[Action, Callable[[Actor, Any], bool]] = {
    Action.ACCEPT_RESPONSIBILITY: _owner_or_staff,
    Action.CLASSIFY_THREAD: _own_or_staff,
    Action.EDIT_COMMENT: _own,
    Action.EXPORT_ROUND: _prepares_or_is_shown,
    Action.PLACE_THREAD: _own_or_staff,
    Action.REPORT_WORK: _responsible_or_staff,
    Action.RESOLVE_THREAD: _own_or_staff,
    Action.WRITE_OPPORTUNITY: _own_or_staff,
}


def audiences(actor: Actor) -> tuple[str, ...]:
    """The audiences whose things this actor may read: what search and lists filter by, inside the query."""
    if actor.operator or actor.role in _PREPARE:
        return (Audience.REGION, Audience.STAFF)
    return (Audience.REGION,) if actor.role in _READ else ()


def may_see(actor: Actor, thing: Any) -> bool:
    """Whether the thing exists at all for this actor. Where it does not, the answer is 404, never 403."""
    is_for_me = getattr(thing, "audience", Audience.REGION) in audiences(actor)
    return is_for_me and (not getattr(thing, "confidential", False) or _is_chosen(actor, thing))


def _is_chosen(actor: Actor, thing: Any) -> bool:
    """Whether a confidential thing is this actor's, or shared with them or their municipality. No role opens it."""
    theirs = actor.person in (thing.by, *thing.people) or actor.municipality in thing.municipalities
    return actor.operator or (actor.person is not None and theirs)


def can(actor: Actor, action: Action, thing: Any = None) -> bool:
    """Whether the actor may do this, to this thing where one is given. Whatever goes wrong here is a no."""
    if actor.operator:
        return True
    if actor.guest:
        return action in AS_GUEST and bool(actor.round) and getattr(thing, "id", None) == actor.round
    if actor.ended or actor.role not in RULES[action]:
        return False
    if thing is None:
        return True
    condition = CONDITIONS.get(action)
    return may_see(actor, thing) and (condition is None or condition(actor, thing))


def rights(actor: Actor) -> tuple[Action, ...]:
    """All that the actor may do, as far as it does not hang on the thing."""
    return tuple(action for action in Action if can(actor, action))


def require(actor: Actor, action: Action, thing: Any = None) -> None:
    """Raise Forbidden unless the actor may do this."""
    if not can(actor, action, thing):
        raise Forbidden()
