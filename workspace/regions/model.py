"""A region, its municipalities and its members."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from workspace.access import Role
from workspace.errors import Conflict, Invalid, Message, _
from workspace.record import By, Record

GROUPS = ("business", "youth", "county", "research", "voluntary", "state", "other")

GROUP_KINDS = ("work", "project", "steering", "reference", "focus", "other")

EXPECTING = ("residents", "business")  # for whom every municipality expects something of the region


class Region(Record, frozen=True, kw_only=True):
    """A region as the house knows it. The id is its slug."""

    table: ClassVar[str] = "regions"

    name: str  # "Skarfjordregionen"
    plan: str = ""  # what the room is for: "Felles næringsplan for Skarfjordregionen 2027–2035"
    responsible: str = ""  # the body named in the footer: "Ansvarlig: Skarfjordrådet"
    demo: bool = False  # invented: its people may be stepped into in demo mode, its municipalities need not exist
    steps_hidden: bool = False  # whether those who lead want to be told no more what to do first
    created: datetime


class FirstRun(Record, frozen=True, kw_only=True):
    """The way into a house without regions: a one-time code, and the first region as it is being described.

    There is one at most. It is kept until the region has its first administrator, so that a making that was cut off
    can be gone on with.
    """

    table: ClassVar[str] = "first_runs"

    code: str  # the digest of the code: the code itself stands in the operator's terminal only
    expires: datetime
    name: str = ""
    plan: str = ""
    responsible: str = ""
    slug: str = ""
    municipalities: tuple[str, ...] = ()  # their numbers
    person: str = ""  # whose account was made: from here on only this region may be there


class Municipality(Record, frozen=True, kw_only=True):
    """One equal partner. The id is its number: names are not unique."""

    table: ClassVar[str] = "municipalities"
    indexes: ClassVar[tuple[By, ...]] = (By(order="name"), By(("voting_member",)), By(("deputies",)))

    name: str
    language: str = "nb"  # the written standard its administration uses
    voting_member: str | None = None  # a person's id
    deputies: tuple[str, ...] = ()
    population: int | None = None  # how many live there; for sharing costs
    not_relevant: tuple[str, ...] = ()  # of EXPECTING: whom no measure has to give anything there, as somebody has said

    @property
    def is_answered_for(self) -> bool:
        """Whether anybody may answer on its behalf."""
        return bool(self.voting_member or self.deputies)


class Membership(Record, frozen=True, kw_only=True):
    """What a person is in this region. The id is the person's id."""

    table: ClassVar[str] = "memberships"
    indexes: ClassVar[tuple[By, ...]] = (
        By(order="name"),
        By(("municipality",), order="name"),
        By(("municipality", "ended"), order="name"),
        By(("group",), order="name"),
    )

    name: str  # the person's name, kept here so that a region stands on its own
    email: str
    role: Role
    title: str = ""  # "Næringssjef", "Prosjektleder"
    municipality: str | None = None  # a municipality's number, or
    group: str | None = None  # one of GROUPS, with
    organisation: str = ""  # "Skarfjord næringsforening"
    home: str | None = None  # the municipality that somebody of a group comes from: says who is missing, gives no voice
    since: datetime
    leave_asked: datetime | None = None  # when the member asked to be let out
    ended: datetime | None = None


class WorkingGroup(Record, frozen=True, kw_only=True):
    """Some of the region's people who do a part of the work together. Not `Membership.group`, which says of what kind
    of organisation somebody is."""

    table: ClassVar[str] = "working_groups"
    indexes: ClassVar[tuple[By, ...]] = (By(order="name"), By(("members",), order="name"))

    name: str  # "Arbeidsgruppe havn og logistikk"
    kind: str = "work"  # of GROUP_KINDS
    mandate: str = ""  # what it is to do, and by when
    rhythm: str = ""  # how often it meets: "Annenhver tirsdag kl. 9, på Teams"
    leader: str | None = None  # a person's id, one of the members
    members: tuple[str, ...] = ()  # the ids of persons
    by: str  # who made it
    made: datetime
    ended: datetime | None = None

    def described(
        self, *, name: str, kind: str, mandate: str, rhythm: str, leader: str | None, members: tuple[str, ...]
    ) -> WorkingGroup:
        """The group as it is now said to be. Raises Invalid, and Conflict for one that has ended."""
        if self.ended is not None:
            raise Conflict(_("Gruppen er avsluttet."), current=self)
        errors: dict[str, Message] = {}
        if not name or len(name) > LONGEST_NAME:
            errors["name"] = _("Skriv et navn på gruppen, høyst %(most)s tegn.", most=LONGEST_NAME)
        if kind not in GROUP_KINDS:
            errors["kind"] = _("Velg hva slags gruppe det er.")
        if len(mandate) > LONGEST_MANDATE:
            errors["mandate"] = _("Mandatet kan ha høyst %(most)s tegn.", most=LONGEST_MANDATE)
        if len(rhythm) > LONGEST_RHYTHM:
            errors["rhythm"] = _("Skriv kortere om møtene, høyst %(most)s tegn.", most=LONGEST_RHYTHM)
        if leader is not None and leader not in members:
            errors["leader"] = _("Den som leder gruppen, må være med i den.")
        if errors:
            raise Invalid(errors)
        said = {"name": name, "kind": kind, "mandate": mandate, "rhythm": rhythm}
        return self.changed(**said, leader=leader, members=members)


LONGEST_NAME, LONGEST_MANDATE, LONGEST_RHYTHM = 120, 5000, 300
