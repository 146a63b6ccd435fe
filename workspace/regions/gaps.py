"""Who is missing: the municipalities with those who answer, and what no record shows anybody for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from workspace import access
from workspace.access import Action, Actor
from workspace.accounts.model import Link
from workspace.parts import Workspace
from workspace.regions import invitations, service
from workspace.regions.model import Membership, Municipality

MISSING = ("voting_member", "deputy", "politics", "business", "youth")  # in the order of how much it matters
_GROUPS = ("business", "youth")
_POLITICAL = re.compile(
    r"ordfører|ordførar|borgermester|kommunestyre|bystyre|byråd|formannskap|gruppeleder|gruppeleiar|politiker|politikar|"
    r"mayor|councillor",
    re.IGNORECASE,
)


class Row(NamedTuple):
    """One municipality: who answers, how many are with it, and what is missing (of MISSING)."""

    municipality: Municipality
    voting_member: Membership | None
    deputies: tuple[Membership, ...]
    members: int  # who belong to it or come from it
    waiting: int  # invitations that nobody has answered
    missing: tuple[str, ...]


def overview(workspace: Workspace, actor: Actor) -> list[Row]:
    """All municipalities, in the order of the alphabet. Raises Forbidden."""
    access.require(actor, Action.MANAGE_MEMBERS)
    members = service.members(workspace, actor)
    waiting = invitations.waiting(workspace, actor)
    return [_row(one, members, waiting) for one in service.municipalities(workspace, actor)]


def _row(municipality: Municipality, members: Sequence[Membership], waiting: Sequence[Link]) -> Row:
    own = [member for member in members if member.municipality == municipality.id]
    near = [member for member in members if member.home == municipality.id]
    by_id = {member.id: member for member in own}
    deputies = tuple(by_id[id] for id in municipality.deputies if id in by_id)
    return Row(
        municipality,
        by_id.get(municipality.voting_member or ""),
        deputies,
        len(own) + len(near),
        sum(municipality.id in (link.municipality, link.home) for link in waiting),
        tuple(_missing(municipality, own, near, members)),
    )


def _missing(
    municipality: Municipality, own: Sequence[Membership], near: Sequence[Membership], members: Sequence[Membership]
) -> Iterable[str]:
    """What is missing as far as the records tell. Where no title is written, nobody can say who is a politician; where
    nobody has said where the people of a group come from, nobody can say where there are none."""
    if municipality.voting_member is None:
        yield "voting_member"
    if not municipality.deputies:
        yield "deputy"
    titles = [member.title for member in own if member.title]
    if titles and not any(_POLITICAL.search(title) for title in titles):
        yield "politics"
    for group in _GROUPS:
        is_told = any(member.group == group and member.home for member in members)
        if is_told and not any(member.group == group for member in near):
            yield group
