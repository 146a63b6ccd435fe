"""Lists of members: to look somebody up in, and to take out (who answers for whom, whose invitation waits)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from workspace import access
from workspace.access import Action, Actor
from workspace.parts import Workspace
from workspace.regions import gaps, invitations, names, service
from workspace.regions.model import Membership
from workspace.tables import Table
from workspace.text import local
from workspace.translation import gettext

PAGE = 50  # members on a page


class Page(NamedTuple):
    """Some of the members that were looked for."""

    members: Sequence[Membership]
    total: int
    page: int
    pages: int


def page_of(members: Sequence[Membership], places: Mapping[str, str], wanted: str, page: int) -> Page:
    """The members of whom every word that is looked for says something: their name, address, organisation, title or
    municipality (`places` by number). A page past the last is the last."""
    words = wanted.casefold().split()
    found = [member for member in members if all(word in _said_of(member, places) for word in words)]
    pages = max(1, -(-len(found) // PAGE))
    page = min(page, pages)
    return Page(found[(page - 1) * PAGE : page * PAGE], len(found), page, pages)


def _said_of(member: Membership, places: Mapping[str, str]) -> str:
    place = places.get(member.municipality or "", "")
    return "\n".join((member.name, member.email, member.organisation, member.title, place)).casefold()


def sheets(workspace: Workspace, actor: Actor) -> list[Table]:
    """Members, municipalities and invitations that wait, in the reader's language. Raises Forbidden."""
    access.require(actor, Action.MANAGE_MEMBERS)
    rows = gaps.overview(workspace, actor)
    places = {row.municipality.id: row.municipality.name for row in rows}
    answers = {row.municipality.voting_member: row.municipality.name for row in rows}
    stands_in = {deputy.id: row.municipality.name for row in rows for deputy in row.deputies}
    members = [
        (
            member.name,
            member.email,
            names.role(member.role),
            places.get(member.municipality or member.home or "", ""),
            names.group(member.group) if member.group else "",
            member.organisation,
            member.title,
            answers.get(member.id, ""),
            stands_in.get(member.id, ""),
            f"{local(member.since):%Y-%m-%d}",
        )
        for member in service.members(workspace, actor)
    ]
    person = (gettext("Navn"), gettext("E-post"), gettext("Rolle"), gettext("Kommune"), gettext("Gruppe"))
    belonging = (gettext("Organisasjon"), gettext("Stilling eller verv"))
    columns = (*person, *belonging, gettext("Svarer for"), gettext("Vara for"), gettext("Med siden"))
    return [
        Table(gettext("Medlemmer"), columns, members),
        Table(gettext("Kommuner"), _municipality_columns(), [_municipality(row) for row in rows]),
        Table(
            gettext("Venter på svar"),
            (*person, gettext("Invitert"), gettext("Utløper")),
            [
                (
                    link.name,
                    link.email,
                    names.role(link.role),
                    places.get(link.municipality or link.home, ""),
                    names.group(link.group) if link.group else "",
                    f"{local(link.created):%Y-%m-%d}",
                    f"{local(link.expires):%Y-%m-%d}",
                )
                for link in invitations.waiting(workspace, actor)
            ],
        ),
    ]


def _municipality_columns() -> tuple[str, ...]:
    asked = (gettext("Deltakere"), gettext("Ikke svart på invitasjonen"), gettext("Mangler kontakt"))
    return (gettext("Kommune"), gettext("Svarer for kommunen"), gettext("Vara"), *asked)


def _municipality(row: gaps.Row) -> tuple[str | int, ...]:
    return (
        row.municipality.name,
        row.voting_member.name if row.voting_member else "",
        ", ".join(deputy.name for deputy in row.deputies),
        row.members,
        row.waiting,
        ", ".join(names.missing(what) for what in row.missing),
    )
