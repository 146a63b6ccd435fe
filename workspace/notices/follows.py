"""Following a thing: saying so, saying no, and what one follows."""

from __future__ import annotations

from typing import NamedTuple

from workspace import access
from workspace.access import Action, Actor
from workspace.comments.model import Thread
from workspace.documents.model import LONGEST_TAG
from workspace.errors import NotFound
from workspace.notices import recipients, things
from workspace.notices.circle import Circle
from workspace.notices.model import Follow, follow_id
from workspace.notices.things import THEME, THREAD, Thing
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.store.port import View

KINDS = frozenset({"document", "measure", "round", THREAD})  # what can be followed, beside a theme


class Followed(NamedTuple):
    """Something that is followed: a thing (with the thread, where that is it), or a theme."""

    about: str
    thing: Thing | None  # None for a theme

    @property
    def theme(self) -> str:
        """The theme's name, "" for a thing."""
        return "" if self.thing is not None else self.about.partition(":")[2]


def set_follow(workspace: Workspace, actor: Actor, about: str, on: bool, *, once: Once | None = None) -> Follow:
    """Follow a thing, or say no to it. Raises NotFound for what this actor may not see, Forbidden."""
    access.require(actor, Action.READ_REGION)
    person = actor.by
    with workspace.region(actor.region).transaction() as tx:
        earlier = came_of(tx, actor, once, Follow)
        if earlier is not None:
            return earlier
        require_seen(tx, actor, about)
        id, now = follow_id(person, about), workspace.now()
        kept = tx.get(Follow, id) or Follow(id=id, person=person, about=about, on=not on, since=now)
        if kept.on != on:
            kept = tx.put(kept.changed(on=on, since=now))
        remember(tx, actor, once, kept, now)
        return kept


def is_followed(workspace: Workspace, actor: Actor, about: str) -> bool:
    """Whether somebody follows a thing: as they have said, else as their role has it. Raises NotFound."""
    view = workspace.region(actor.region).view()
    require_seen(view, actor, about)
    said = view.get(Follow, follow_id(actor.by, about))
    return said.on if said is not None else recipients.follows_by_role(view, Circle(view), actor.by, about)


def followed(workspace: Workspace, actor: Actor) -> list[Followed]:
    """All that somebody has said they follow, the newest first, as far as they may see it."""
    view = workspace.region(actor.region).view()
    found = []
    for follow in view.find(Follow, {"person": actor.by}, order="since", descending=True):
        try:
            if follow.on:
                found.append(Followed(follow.about, require_seen(view, actor, follow.about)))
        except NotFound:
            continue
    return found


def require_seen(view: View, actor: Actor, about: str) -> Thing | None:
    """The thing with this name that can be followed; None for a theme, which is only a word. Raises NotFound for none,
    and for one that is not for this actor."""
    kind, _colon, name = about.partition(":")
    if kind == THEME and 0 < len(name) <= LONGEST_TAG:
        return None
    thread = view.get(Thread, name) if kind == THREAD else None
    known_by = thread.subject if thread is not None else about
    thing = things.find(view, known_by, thread.id if thread is not None else "") if kind in KINDS else None
    if thing is None or not things.may_see(actor, thing):
        raise NotFound()
    return thing
