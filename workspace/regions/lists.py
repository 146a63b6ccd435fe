"""Lists of members to take out: who is with the region, who answers for whom, and whose invitation waits."""

from __future__ import annotations

from workspace import access
from workspace.access import Action, Actor
from workspace.parts import Workspace
from workspace.regions import gaps, invitations, names, service
from workspace.tables import Table
from workspace.text import local
from workspace.translation import gettext


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
