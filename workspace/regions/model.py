"""A region, its municipalities and its members."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from workspace.access import Role
from workspace.record import By, Record

GROUPS = ("business", "youth", "county", "research", "voluntary", "state", "other")


class Region(Record, frozen=True, kw_only=True):
    """A region as the house knows it. The id is its slug."""

    table: ClassVar[str] = "regions"

    name: str  # "Skarfjordregionen"
    plan: str = ""  # what the room is for: "Felles næringsplan for Skarfjordregionen 2027–2035"
    responsible: str = ""  # the body named in the footer: "Ansvarlig: Skarfjordrådet"
    demo: bool = False  # invented: its people may be stepped into in demo mode, its municipalities need not exist
    created: datetime


class Municipality(Record, frozen=True, kw_only=True):
    """One equal partner. The id is its number: names are not unique."""

    table: ClassVar[str] = "municipalities"
    indexes: ClassVar[tuple[By, ...]] = (By(order="name"), By(("voting_member",)), By(("deputies",)))

    name: str
    language: str = "nb"  # the written standard its administration uses
    voting_member: str | None = None  # a person's id
    deputies: tuple[str, ...] = ()


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
    since: datetime
    ended: datetime | None = None
