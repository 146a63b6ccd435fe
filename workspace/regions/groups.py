"""What is done with working groups: made, changed and ended by those who lead, seen by all of the region."""

from __future__ import annotations

from typing import NamedTuple

from workspace import access
from workspace.access import Action, Actor
from workspace.clean import alphabetical
from workspace.errors import Conflict, Invalid, NotFound, _
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.regions import service
from workspace.regions.model import Membership, WorkingGroup
from workspace.store.port import View


class Shown(NamedTuple):
    """A group with the people in it now: whoever has left the region is not shown."""

    group: WorkingGroup
    leader: Membership | None
    members: tuple[Membership, ...]


def all_groups(workspace: Workspace, actor: Actor) -> list[Shown]:
    """The groups that are at work, in the order of the alphabet."""
    access.require(actor, Action.READ_REGION)
    view = workspace.region(actor.region).view()
    groups = [group for group in view.find(WorkingGroup, order="name") if group.ended is None]
    return [_shown(view, group) for group in sorted(groups, key=lambda group: alphabetical(group.name))]


def read(workspace: Workspace, actor: Actor, id: str) -> Shown:
    """One group, also one that has ended. Raises NotFound."""
    access.require(actor, Action.READ_REGION)
    view = workspace.region(actor.region).view()
    group = view.get(WorkingGroup, id)
    if group is None:
        raise NotFound()
    return _shown(view, group)


def _shown(view: View, group: WorkingGroup) -> Shown:
    stored = (view.get(Membership, id) for id in group.members)
    members = [member for member in stored if member is not None and member.ended is None]
    members.sort(key=lambda member: (member.id != group.leader, alphabetical(member.name)))
    leader = next((member for member in members if member.id == group.leader), None)
    return Shown(group, leader, tuple(members))


def make(
    workspace: Workspace,
    actor: Actor,
    *,
    name: str,
    kind: str = "work",
    mandate: str = "",
    rhythm: str = "",
    leader: str = "",
    members: tuple[str, ...] = (),
    once: Once | None = None,
) -> WorkingGroup:
    """Make a group of some of the region's people. Raises Invalid, Forbidden."""
    access.require(actor, Action.MANAGE_MEMBERS)
    with workspace.region(actor.region).transaction() as tx:
        earlier = came_of(tx, actor, once, WorkingGroup)
        if earlier is not None:
            return earlier
        now = workspace.now()
        new = WorkingGroup(id=workspace.new_id(), name=name, by=actor.by, made=now)
        people = _people(tx, members)
        kept = tx.put(
            new.described(
                name=name, kind=kind, mandate=mandate, rhythm=rhythm, leader=leader or None, members=people
            )
        )  # fmt: skip
        tx.log("working_groups.made", kept, at=now, by=actor.by, name=name)
        remember(tx, actor, once, kept, now)
        return kept


def change(
    workspace: Workspace,
    actor: Actor,
    id: str,
    version: int,
    *,
    name: str,
    kind: str,
    mandate: str = "",
    rhythm: str = "",
    leader: str = "",
    members: tuple[str, ...] = (),
) -> WorkingGroup:
    """Say anew what a group is and who is in it. Raises NotFound, Forbidden, Invalid, and Conflict when it has been
    changed since this version."""
    access.require(actor, Action.MANAGE_MEMBERS)
    with workspace.region(actor.region).transaction() as tx:
        stored = _standing(tx, id)
        people = _people(tx, members, stored)
        wanted = stored.described(
            name=name, kind=kind, mandate=mandate, rhythm=rhythm, leader=leader or None, members=people
        )
        if wanted == stored:
            return stored
        if stored.version != version:
            raise Conflict(current=stored)
        kept = tx.put(wanted)
        tx.log("working_groups.changed", kept, at=workspace.now(), by=actor.by, name=kept.name)
        return kept


def end(workspace: Workspace, actor: Actor, id: str) -> WorkingGroup:
    """End a group; it can still be read. Raises NotFound, Forbidden."""
    access.require(actor, Action.MANAGE_MEMBERS)
    with workspace.region(actor.region).transaction() as tx:
        stored = _standing(tx, id)
        if stored.ended is not None:
            return stored
        kept = tx.put(stored.changed(ended=workspace.now()))
        tx.log("working_groups.ended", kept, at=workspace.now(), by=actor.by, name=kept.name)
        return kept


def _standing(tx: View, id: str) -> WorkingGroup:
    stored = tx.get(WorkingGroup, id)
    if stored is None:
        raise NotFound()
    return stored


def _people(tx: View, members: tuple[str, ...], stored: WorkingGroup | None = None) -> tuple[str, ...]:
    """The people chosen, each once. Raises Invalid for somebody who is not with the region, unless they were in the
    group before."""
    chosen = tuple(dict.fromkeys(members))
    for id in chosen:
        member = tx.get(Membership, id)
        is_in = stored is not None and id in stored.members
        if not is_in and (member is None or member.ended is not None):
            raise Invalid({"members": _("Alle i gruppen må være medlemmer av regionen.")})
    return chosen


def candidates(workspace: Workspace, actor: Actor) -> list[Membership]:
    """Those who can be in a group: all members of the region."""
    access.require(actor, Action.MANAGE_MEMBERS)
    return service.members(workspace, actor)
