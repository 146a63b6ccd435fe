"""What members do with their own memberships: say what they are called, and ask to be let out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from workspace import access
from workspace.access import Action, Actor
from workspace.accounts import links as account_links
from workspace.accounts import service as accounts
from workspace.accounts.model import Person
from workspace.errors import Invalid, NotFound, _
from workspace.parts import Workspace
from workspace.regions import service
from workspace.regions.model import Membership, Region

LONGEST_TITLE = 100


class Place(NamedTuple):
    """A region that a person is a member of, and as what."""

    region: Region
    membership: Membership


def places(workspace: Workspace, person_id: str) -> list[Place]:
    """The regions that a person is a member of."""
    found = []
    for region in service.regions_of(workspace, person_id):
        membership = workspace.region(region.id).view().get(Membership, person_id)
        if membership is not None:
            found.append(Place(region, membership))
    return found


def describe(workspace: Workspace, person_id: str, name: str, titles: Mapping[str, str]) -> Person:
    """Keep the person's name, and their title in each region (by its slug). What they wrote before stays as it was.

    The house is written first, each region after it: can be repeated when it was cut off. Raises Invalid, NotFound.
    """
    if any(len(title) > LONGEST_TITLE for title in titles.values()):
        raise Invalid({"title": _("Skriv tittelen med høyst %(most)s tegn.", most=LONGEST_TITLE)})
    person = accounts.rename(workspace, person_id, name)
    for place in places(workspace, person_id):
        _describe(workspace, place, person, titles.get(place.region.id, place.membership.title))
    return person


def _describe(workspace: Workspace, place: Place, person: Person, title: str) -> None:
    with workspace.region(place.region.id).transaction() as tx:
        stored = tx.get(Membership, person.id)
        if stored is None or stored.ended is not None or (stored.name, stored.title) == (person.name, title):
            return
        kept = tx.put(stored.changed(name=person.name, title=title))
        tx.log("memberships.described", kept, at=workspace.now(), by=person.id)


def use_email_link(workspace: Workspace, token: str) -> Person:
    """Take a new address: in the house, and in each region where the person is a member.

    The link is used up at the very end, so that what was cut off can be repeated. Raises NotFound, Conflict.
    """
    link = account_links.link_behind(workspace, token, "email")
    person = change_email(workspace, Actor(person=link.person), link.person, link.email)
    account_links.use_link(workspace, link)
    return person


def change_email(workspace: Workspace, actor: Actor, person_id: str, email: str) -> Person:
    """Give somebody another address everywhere. Who may is asked by the caller. Raises NotFound, Invalid, Conflict."""
    person = accounts.change_email(workspace, actor, person_id, email)
    for place in places(workspace, person_id):
        with workspace.region(place.region.id).transaction() as tx:
            stored = tx.get(Membership, person_id)
            if stored is not None and stored.email != person.email:
                kept = tx.put(stored.changed(email=person.email))
                tx.log("memberships.described", kept, at=workspace.now(), by=actor.by)
    return person


def ask_to_leave(workspace: Workspace, actor: Actor, wants: bool) -> Membership:
    """Ask those who lead to be let out of the region, or take that back. Nothing else changes before they have ended
    the membership: somebody else has to answer for the municipality first. Raises NotFound, Forbidden."""
    access.require(actor, Action.READ_REGION)
    with workspace.region(actor.region).transaction() as tx:
        stored = tx.get(Membership, actor.person or "")
        if stored is None or stored.ended is not None:
            raise NotFound()
        if (stored.leave_asked is not None) == wants:
            return stored
        now = workspace.now()
        kept = tx.put(stored.changed(leave_asked=now if wants else None))
        tx.log("memberships.leave_asked" if wants else "memberships.leave_taken_back", kept, at=now, by=actor.by)
        return kept
