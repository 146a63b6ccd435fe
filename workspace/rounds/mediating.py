"""Mediation: those who lead answer a block and note what was tried; the one who set it stands by it, or answers anew.

Nothing here lifts a block. That is done by an answer of the voter, and by nothing else.
"""

from __future__ import annotations

from typing import Any

from workspace import access
from workspace.access import Action, Actor
from workspace.comments import service as comments
from workspace.errors import Conflict, Forbidden, NotFound, _
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.rounds import answering, service
from workspace.rounds.ballot import is_block
from workspace.rounds.mediation import BY_LEADER, MediationNote, check_note
from workspace.rounds.model import Round
from workspace.store.port import Transaction


def write(
    workspace: Workspace,
    actor: Actor,
    round_id: str,
    measure_id: str,
    kind: str,
    text: str,
    heading: str = "",
    *,
    once: Once | None = None,
) -> MediationNote:
    """Answer those who block, note what was tried, or the next step. Raises Conflict, Invalid, NotFound, Forbidden."""
    access.require(actor, Action.MEDIATE)
    with workspace.region(actor.region).transaction() as tx:
        earlier = came_of(tx, actor, once, MediationNote)
        if earlier is not None:
            return earlier
        round_ = _mediated(workspace, actor, round_id, measure_id, tx)
        if not round_.shows_standpoints():
            raise Conflict(_("Standpunktene er skjult til runden lukkes. Meklingen begynner da."), current=round_)
        kind = kind if kind in BY_LEADER else ""
        return _keep(workspace, tx, actor, round_, measure_id, once, kind=kind, text=text.strip(), heading=heading)


def stand_by(
    workspace: Workspace,
    actor: Actor,
    round_id: str,
    measure_id: str,
    text: str = "",
    voice: str = "",
    *,
    once: Once | None = None,
) -> MediationNote:
    """Say that one's own block stands, after what was tried. Raises Conflict, Invalid, NotFound, Forbidden."""
    access.require(actor, Action.ANSWER_ROUND)
    party, group = comments.spoken_for(workspace, actor)
    with workspace.region(actor.region).transaction() as tx:
        earlier = came_of(tx, actor, once, MediationNote)
        if earlier is not None:
            return earlier
        round_ = _mediated(workspace, actor, round_id, measure_id, tx)
        for_whom = answering.voter(tx, actor, round_, voice, party, group)
        last = service.last_ballot(tx, round_.id, measure_id, for_whom.voter)
        if last is None or not last.counts or not is_block(round_, last):
            raise Forbidden(_("Bare den som blokkerer, kan si at blokkeringen står."))
        if last.on_behalf or not round_.item(measure_id).takes(last.text_version):
            raise Conflict(_("Bekreft blokkeringen først."), current=last)
        if not round_.shows_standpoints():
            raise Conflict(_("Standpunktene er skjult til runden lukkes. Meklingen begynner da."), current=round_)
        return _keep(
            workspace, tx, actor, round_, measure_id, once,
            kind="stands", text=text.strip(), voter=for_whom.voter, party=party,
        )  # fmt: skip


def _mediated(workspace: Workspace, actor: Actor, round_id: str, measure_id: str, tx: Transaction) -> Round:
    """The round, if blocks are spoken of in it. Raises NotFound, Conflict."""
    round_ = service.get(workspace, actor, round_id, tx)
    if measure_id not in round_.measures or round_.method != "consensus":
        raise NotFound()
    if round_.state not in {"open", "closed"}:
        raise Conflict(_("Runden er avsluttet."), current=round_)
    return round_


def _keep(
    workspace: Workspace,
    tx: Transaction,
    actor: Actor,
    round_: Round,
    measure_id: str,
    once: Once | None,
    **fields: Any,
) -> MediationNote:
    now = workspace.now()
    note = MediationNote(
        id=workspace.new_id(), round=round_.id, measure=measure_id, by=actor.by, name=actor.name, at=now, **fields
    )
    kept = tx.put(check_note(note))
    tx.log("mediation_notes.written", kept, at=now, by=actor.by, round=round_.id, measure=measure_id, kind=kept.kind)
    remember(tx, actor, once, kept, now)
    return kept
