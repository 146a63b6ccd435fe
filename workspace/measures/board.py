"""What people do on the board of opportunities: register one, share it, want to be with it, and make it a measure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workspace import access, markup
from workspace.access import Action, Actor
from workspace.errors import Conflict, Forbidden, Invalid, NotFound, _
from workspace.measures.opportunity import Interest, Opportunity, check
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.regions.model import Membership, Municipality
from workspace.search.port import Entry
from workspace.store.port import Transaction, View


def get(workspace: Workspace, actor: Actor, opportunity_id: str, view: View | None = None) -> Opportunity:
    """The opportunity. Raises NotFound; a confidential one is not there for those it is not shared with."""
    access.require(actor, Action.READ_OPPORTUNITY)
    found = (view or workspace.region(actor.region).view()).get(Opportunity, opportunity_id)
    if found is None or not access.may_see(actor, found):
        raise NotFound()
    return found


def listing(workspace: Workspace, actor: Actor) -> list[Opportunity]:
    """All that there are for this actor, by number."""
    access.require(actor, Action.READ_OPPORTUNITY)
    found = workspace.region(actor.region).view().find(Opportunity, order="number")
    return [opportunity for opportunity in found if access.may_see(actor, opportunity)]


def behind(workspace: Workspace, actor: Actor, ids: tuple[str, ...]) -> list[Opportunity]:
    """Those of some opportunities that there are for this actor."""
    found = (workspace.region(actor.region).view().get(Opportunity, id) for id in ids)
    return [opportunity for opportunity in found if opportunity is not None and access.may_see(actor, opportunity)]


def create(workspace: Workspace, actor: Actor, *, once: Once | None = None, **fields: Any) -> Opportunity:
    """Register an opportunity. It belongs to who registers it, with their municipality or organisation.

    Raises Invalid, Forbidden.
    """
    access.require(actor, Action.WRITE_OPPORTUNITY)
    now = workspace.now()
    with workspace.region(actor.region).transaction() as tx:
        earlier = came_of(tx, actor, once, Opportunity)
        if earlier is not None:
            return earlier
        last = tx.first(Opportunity, order="number", descending=True)
        new = Opportunity(
            id=workspace.new_id(),
            number=last.number + 1 if last else 1,
            by=actor.by,
            name=actor.name,
            municipality=actor.municipality or "",
            organisation=actor.organisation,
            group=actor.group or "",
            at=now,
            changed_at=now,
            **fields,
        )
        kept = tx.put(_checked(tx, new))
        tx.log("opportunities.registered", kept, at=now, by=actor.by)
        remember(tx, actor, once, kept, now)
        return kept


def save(workspace: Workspace, actor: Actor, opportunity_id: str, version: int, **fields: Any) -> Opportunity:
    """Change an opportunity; only its owner says whom it is for. Raises Conflict, NotFound, Invalid, Forbidden."""
    access.require(actor, Action.WRITE_OPPORTUNITY)
    with workspace.region(actor.region).transaction() as tx:
        stored = get(workspace, actor, opportunity_id, tx)
        access.require(actor, Action.WRITE_OPPORTUNITY, stored)
        if stored.version != version:
            raise Conflict(current=stored)
        wanted = _checked(tx, stored.changed(**fields))
        if _for_whom(wanted) != _for_whom(stored) and not (actor.operator or actor.person == stored.by):
            raise Forbidden(_("Bare den som eier muligheten, velger hvem den er for."))
        if wanted == stored:
            return stored
        kept = tx.put(wanted.changed(changed_at=workspace.now()))
        tx.log("opportunities.changed", kept, at=kept.changed_at, by=actor.by)
        return kept


def _for_whom(opportunity: Opportunity) -> tuple[object, ...]:
    return opportunity.confidential, set(opportunity.people), set(opportunity.municipalities)


def _checked(view: View, opportunity: Opportunity) -> Opportunity:
    people = [view.get(Membership, id) for id in opportunity.people]
    if any(member is None or member.ended is not None for member in people):
        raise Invalid({"people": _("Velg blant medlemmene i regionen.")})
    if any(view.get(Municipality, number) is None for number in opportunity.municipalities):
        raise Invalid({"municipalities": _("Velg blant kommunene i regionen.")})
    return check(opportunity)


def share(workspace: Workspace, actor: Actor, opportunity_id: str, *, once: Once | None = None) -> Opportunity:
    """Ask others in. Raises Conflict when it has been shared, NotFound, Forbidden."""
    access.require(actor, Action.WRITE_OPPORTUNITY)

    def shared(stored: Opportunity) -> Opportunity:
        access.require(actor, Action.WRITE_OPPORTUNITY, stored)
        return stored.shared()

    return _act(workspace, actor, opportunity_id, "opportunities.shared", shared, once)


def join(workspace: Workspace, actor: Actor, opportunity_id: str, *, once: Once | None = None) -> Opportunity:
    """«Vi vil være med»: for the actor's municipality. Raises Forbidden without one, Conflict, NotFound."""
    access.require(actor, Action.JOIN_OPPORTUNITY)

    def joined(stored: Opportunity) -> Opportunity:
        number = _municipality_of(actor)
        return stored.joined(Interest(municipality=number, by=actor.by, name=actor.name, at=workspace.now()))

    return _act(workspace, actor, opportunity_id, "opportunities.joined", joined, once)


def leave(workspace: Workspace, actor: Actor, opportunity_id: str, *, once: Once | None = None) -> Opportunity:
    """Take that back. Raises Forbidden without a municipality, Conflict, NotFound."""
    access.require(actor, Action.JOIN_OPPORTUNITY)

    def left(stored: Opportunity) -> Opportunity:
        return stored.left_by(_municipality_of(actor))

    return _act(workspace, actor, opportunity_id, "opportunities.left", left, once)


def _municipality_of(actor: Actor) -> str:
    if not actor.municipality:
        raise Forbidden(_("Du hører ikke til en kommune her, og kan ikke svare for noen."))
    return actor.municipality


def _act(
    workspace: Workspace,
    actor: Actor,
    opportunity_id: str,
    action: str,
    change: Callable[[Opportunity], Opportunity],
    once: Once | None,
) -> Opportunity:
    with workspace.region(actor.region).transaction() as tx:
        earlier = came_of(tx, actor, once, Opportunity)
        if earlier is not None:
            return earlier
        kept = tx.put(change(get(workspace, actor, opportunity_id, tx)).changed(changed_at=workspace.now()))
        tx.log(action, kept, at=kept.changed_at, by=actor.by)
        remember(tx, actor, once, kept, kept.changed_at)
        return kept


def became(workspace: Workspace, actor: Actor, tx: Transaction, opportunity_id: str, measure_id: str) -> None:
    """Keep that an opportunity is a measure now, in the measure's own transaction. Raises NotFound, Conflict."""
    kept = tx.put(get(workspace, actor, opportunity_id, tx).became(measure_id).changed(changed_at=workspace.now()))
    tx.log("opportunities.became_measure", kept, at=kept.changed_at, by=actor.by)


def follow(workspace: Workspace, actor: Actor, tx: Transaction, ids: tuple[str, ...], measure_id: str) -> None:
    """Let opportunities point to the measure that theirs has become part of, in the transaction of that."""
    for id in ids:
        stored = tx.get(Opportunity, id)
        if stored is not None:
            kept = tx.put(stored.changed(measure=measure_id))
            tx.log("opportunities.followed", kept, at=workspace.now(), by=actor.by, measure=measure_id)


# -- For search --


def entries_of(view: View, table: str, record_id: str) -> tuple[list[Entry], list[str]]:
    """What search keeps of an opportunity: nothing of a confidential one. (entries, uids that are gone)."""
    if table != Opportunity.table:
        return [], []
    found = view.get(Opportunity, record_id)
    if found is None or found.confidential:
        return [], [f"opportunity:{record_id}"]
    return [
        Entry(
            uid=f"opportunity:{found.id}",
            kind="opportunity",
            id=found.id,
            ref=found.code,
            title=f"{found.code} {found.title}",
            text=markup.render(found.text).text,
            audience=access.Audience.REGION,
            date=found.changed_at.date().isoformat(),
        )
    ], []
