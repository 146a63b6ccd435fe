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

    ANSWER_ROUND = "answer a round"
    CLOSE_ROUND = "close a round"
    COMMENT = "comment"
    CONCLUDE_ROUND = "write the outcome of a round"
    IMPORT = "import documents"
    INVITE = "invite"
    MANAGE_MEMBERS = "manage members"
    READ_DOCUMENT = "read a document"
    READ_MEASURE = "read a measure"
    READ_REGION = "read the region"
    READ_ROUND = "read a round"
    RESOLVE_THREAD = "resolve or reopen a thread"
    SEARCH = "search"
    WRITE_DOCUMENT = "write documents"
    WRITE_MEASURE = "write measures"
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
    Action.ANSWER_ROUND: _TAKE_PART,
    Action.CLOSE_ROUND: _LEAD,
    Action.COMMENT: _TAKE_PART,
    Action.CONCLUDE_ROUND: _LEAD,
    Action.IMPORT: _PREPARE,
    Action.INVITE: _LEAD,
    Action.MANAGE_MEMBERS: _LEAD,
    Action.READ_DOCUMENT: _READ,
    Action.READ_MEASURE: _READ,
    Action.READ_REGION: _READ,
    Action.READ_ROUND: _READ,
    Action.RESOLVE_THREAD: _TAKE_PART,
    Action.SEARCH: _READ,
    Action.WRITE_DOCUMENT: _PREPARE,
    Action.WRITE_MEASURE: _PREPARE,
    Action.WRITE_ROUND: _LEAD,
}


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
    locale: str = "nb"

    @property
    def by(self) -> str:
        """The name under which the log keeps this actor's acts."""
        return "operator" if self.operator else self.person or "anonymous"


NOBODY = Actor()


def operator(region: str | None = None) -> Actor:
    """Who acts through the command line: may do everything in the region."""
    return Actor(name="operator", region=region, operator=True)


def _own_thread_or_staff(actor: Actor, thread: Any) -> bool:
    return actor.role in _PREPARE or thread.by == actor.person


CONDITIONS: dict[Action, Callable[[Actor, Any], bool]] = {
    Action.RESOLVE_THREAD: _own_thread_or_staff,
}


def audiences(actor: Actor) -> tuple[str, ...]:
    """The audiences whose things this actor may read: what search and lists filter by, inside the query."""
    if actor.operator or actor.role in _PREPARE:
        return (Audience.REGION, Audience.STAFF)
    return (Audience.REGION,) if actor.role in _READ else ()


def may_see(actor: Actor, thing: Any) -> bool:
    """Whether the thing exists at all for this actor. Where it does not, the answer is 404, never 403."""
    return getattr(thing, "audience", Audience.REGION) in audiences(actor)


def can(actor: Actor, action: Action, thing: Any = None) -> bool:
    """Whether the actor may do this, to this thing where one is given. Whatever goes wrong here is a no."""
    if actor.operator:
        return True
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
