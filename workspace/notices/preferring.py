"""How somebody wants to hear of things by mail: how often, and of what."""

from __future__ import annotations

from workspace import access
from workspace.access import Action, Actor
from workspace.errors import Invalid, Message, _
from workspace.notices.model import OFTEN, WHY, Preference
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.store.port import View


def of(view: View, person: str) -> Preference:
    """What somebody has said, or what is so until they do."""
    return view.get(Preference, person) or Preference(id=person)


def set_preference(
    workspace: Workspace, actor: Actor, often: str, wanted: tuple[str, ...], *, once: Once | None = None
) -> Preference:
    """Keep how often somebody wants mail, and of what. Raises Invalid, Forbidden."""
    access.require(actor, Action.READ_REGION)
    errors: dict[str, Message] = {}
    if often not in OFTEN:
        errors["often"] = _("Velg hvor ofte du vil ha e-post.")
    if any(why not in WHY for why in wanted):
        errors["wanted"] = _("Velg blant det som står på lista.")
    if errors:
        raise Invalid(errors)
    with workspace.region(actor.region).transaction() as tx:
        earlier = came_of(tx, actor, once, Preference)
        if earlier is not None:
            return earlier
        stored = of(tx, actor.by)
        said = stored.changed(often=often, wanted=tuple(why for why in WHY if why in wanted))
        kept = tx.put(said) if said != stored or not stored.version else stored
        remember(tx, actor, once, kept, workspace.now())
        return kept
