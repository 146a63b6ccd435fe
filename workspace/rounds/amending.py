"""What people do with amendments: propose, support, withdraw, decline; taking one in is `rewording.take_in`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from workspace import access
from workspace.access import Action, Actor
from workspace.clean import alphabetical
from workspace.comments import service as comments
from workspace.documents import comparing
from workspace.documents.merging import merge
from workspace.errors import Invalid, NotFound, _
from workspace.kept import Kept
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.rounds.amendment import Amendment, Supporter, check_amendment
from workspace.rounds.model import Round
from workspace.store.port import Transaction, View


def get(workspace: Workspace, actor: Actor, amendment_id: str, view: View | None = None) -> Amendment:
    """The amendment, for those who may see its measure. Raises NotFound."""
    access.require(actor, Action.READ_MEASURE)
    view = view or workspace.region(actor.region).view()
    found = view.get(Amendment, amendment_id)
    if found is None:
        raise NotFound()
    measures.get(workspace, actor, found.measure, view)
    return found


def listing(workspace: Workspace, actor: Actor, measure_id: str) -> list[Amendment]:
    """The amendments to a measure, oldest first. Raises NotFound."""
    view = workspace.region(actor.region).view()
    measures.get(workspace, actor, measure_id, view)
    return view.find(Amendment, {"measure": measure_id}, order="number")


def open_amendments(workspace: Workspace, actor: Actor, measure_ids: Iterable[str]) -> Mapping[str, int]:
    """How many amendments are open to each of these measures; measures without any are left out."""
    access.require(actor, Action.READ_MEASURE)
    view = workspace.region(actor.region).view()
    found = {id: view.count(Amendment, {"measure": id, "state": "open"}, order="number") for id in measure_ids}
    return {id: count for id, count in found.items() if count}


def during(found: Iterable[Amendment], round_: Round) -> list[Amendment]:
    """Those of these amendments that were open at some time from the opening of a round until it was concluded."""
    begun, over = round_.opened, round_.concluded
    if begun is None:
        return []
    return [
        amendment
        for amendment in found
        if (amendment.decided is None or amendment.decided >= begun) and (over is None or amendment.at <= over)
    ]


def require_decided(tx: Transaction, actor: Actor, gone: Measure, kept: Measure, at: datetime) -> None:
    """What is proposed is decided on before its measure becomes part of another, where nobody would. Raises Invalid."""
    if tx.count(Amendment, {"measure": gone.id, "state": "open"}, order="number"):
        raise Invalid({"other": _("%(code)s har forslag til endring. Avgjør dem først.", code=gone.code)})


# -- How one reads --


class Reading(NamedTuple):
    """An amendment as it is read: what it changes, and what it would come to in the text as it stands."""

    amendment: Amendment
    changes: list[comparing.Change]  # from the text it was made to
    proposed: str  # the text as it stands, with the amendment in it
    clashes: int  # places where both have changed; both variants stand in `proposed`
    since: list[comparing.Change]  # what has changed in the text since it was made; [] for nothing
    voices: tuple[str, ...]  # municipalities whose representatives support it, by name
    others: int  # other supporters

    @property
    def total(self) -> int:
        """How many blocks of the text it changes."""
        return comparing.total(self.changes)


_readings: Kept[Reading] = Kept(500)


def reading(workspace: Workspace, actor: Actor, amendment: Amendment, measure: Measure) -> Reading:
    """An amendment as those who may see the measure read it: compared once for each version of the two."""
    made_of = (amendment, measure)
    kept = _readings.get(made_of)
    return kept or _readings.put(made_of, _read(workspace.region(actor.region).view(), amendment, measure))


def _read(view: View, amendment: Amendment, measure: Measure) -> Reading:
    base = measures.text_of(view, measure, amendment.text_version).text
    proposed = amendment.applied(base)
    now = merge(base, proposed, measure.text) if base != measure.text else None
    voices = {supporter.party for supporter in amendment.supporters if supporter.voice}
    return Reading(
        amendment,
        comparing.compare(base, proposed),
        now.text if now else proposed,
        len(now.clashes) if now else 0,
        comparing.compare(base, measure.text) if now else [],
        tuple(sorted(voices, key=alphabetical)),
        sum(not supporter.voice for supporter in amendment.supporters),
    )


# -- Acts --


def propose(
    workspace: Workspace,
    actor: Actor,
    measure_id: str,
    text_version: int,
    text: str,
    passage: str = "",
    reason: str = "",
    *,
    once: Once | None = None,
) -> Amendment:
    """Propose a change to a version of a measure's text: new words for a passage of it, or for the whole.

    Raises Invalid, NotFound, Forbidden.
    """
    access.require(actor, Action.AMEND)
    party, group = comments.spoken_for(workspace, actor)
    now = workspace.now()
    with workspace.region(actor.region).transaction() as tx:
        earlier = came_of(tx, actor, once, Amendment)
        if earlier is not None:
            return earlier
        measure = measures.get(workspace, actor, measure_id, tx)
        base = measures.text_of(tx, measure, text_version).text
        last = tx.first(Amendment, {"measure": measure_id}, order="number", descending=True)
        new = Amendment(
            id=workspace.new_id(),
            measure=measure_id,
            number=last.number + 1 if last else 1,
            text_version=text_version,
            passage=passage.strip(),
            text=text.strip(),
            reason=reason.strip(),
            by=actor.by,
            name=actor.name,
            party=party,
            group=group,
            at=now,
        )
        kept = tx.put(check_amendment(new, base))
        tx.log("amendments.proposed", kept, at=now, by=actor.by, measure=measure_id, text_version=text_version)
        remember(tx, actor, once, kept, now)
        return kept


def support(workspace: Workspace, actor: Actor, amendment_id: str, *, once: Once | None = None) -> Amendment:
    """Support an amendment; a second time changes nothing. Raises Conflict, NotFound, Forbidden."""
    access.require(actor, Action.AMEND)
    party, group = comments.spoken_for(workspace, actor)
    voice = actor.municipality if actor.municipality in actor.voices else ""
    supporter = Supporter(person=actor.by, party=party or actor.name, group=group, voice=voice or "")
    with workspace.region(actor.region).transaction() as tx:
        stored = get(workspace, actor, amendment_id, tx)
        return came_of(tx, actor, once, Amendment) or _keep(
            workspace, tx, actor, stored, stored.support(supporter), "supported", once
        )


def unsupport(workspace: Workspace, actor: Actor, amendment_id: str, *, once: Once | None = None) -> Amendment:
    """Take one's support back. Raises Conflict, NotFound, Forbidden."""
    access.require(actor, Action.AMEND)
    with workspace.region(actor.region).transaction() as tx:
        stored = get(workspace, actor, amendment_id, tx)
        return came_of(tx, actor, once, Amendment) or _keep(
            workspace, tx, actor, stored, stored.unsupport(actor.by), "unsupported", once
        )


def withdraw(workspace: Workspace, actor: Actor, amendment_id: str, *, once: Once | None = None) -> Amendment:
    """Withdraw one's own amendment. Raises Conflict, NotFound, Forbidden."""
    access.require(actor, Action.AMEND)
    with workspace.region(actor.region).transaction() as tx:
        stored = get(workspace, actor, amendment_id, tx)
        return came_of(tx, actor, once, Amendment) or _keep(
            workspace, tx, actor, stored, stored.withdraw(actor, workspace.now()), "withdrawn", once
        )


def decline(
    workspace: Workspace, actor: Actor, amendment_id: str, reason: str, *, once: Once | None = None
) -> Amendment:
    """Decide that an amendment is not taken in, and say why. Raises Conflict, Invalid, NotFound, Forbidden."""
    access.require(actor, Action.DECIDE_AMENDMENT)
    with workspace.region(actor.region).transaction() as tx:
        stored = get(workspace, actor, amendment_id, tx)
        return came_of(tx, actor, once, Amendment) or _keep(
            workspace, tx, actor, stored, stored.decline(actor, reason, workspace.now()), "declined", once
        )


def _keep(
    workspace: Workspace,
    tx: Transaction,
    actor: Actor,
    stored: Amendment,
    changed: Amendment,
    act: str,
    once: Once | None,
) -> Amendment:
    """Keep what an act has made of an amendment, with its event; nothing when it changed nothing."""
    now = workspace.now()
    kept = stored
    if changed != stored:
        kept = tx.put(changed)
        tx.log(f"amendments.{act}", kept, at=now, by=actor.by, measure=kept.measure)
    remember(tx, actor, once, kept, now)
    return kept
