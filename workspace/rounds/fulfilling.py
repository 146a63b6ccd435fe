"""«Ja, hvis …»: marking that a condition is met, so that the reservation counts as the yes it said; and undoing it."""

from __future__ import annotations

from workspace import access
from workspace.access import Action, Actor
from workspace.clean import is_blank
from workspace.errors import Conflict, Forbidden, Invalid, NotFound, _
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.rounds import service
from workspace.rounds.ballot import LONGEST_REASON, Ballot
from workspace.rounds.conditions import ConditionMet
from workspace.rounds.life import meet_deadline
from workspace.rounds.model import Round
from workspace.store.port import Transaction, View


def marks(workspace: Workspace, actor: Actor, round_: Round) -> dict[str, ConditionMet]:
    """The marks of a round by the id of the ballot, those taken away too."""
    access.require(actor, Action.READ_ROUND)
    found = workspace.region(actor.region).view().find(ConditionMet, {"round": round_.id})
    return {mark.id: mark for mark in found}


def mark_met(
    workspace: Workspace, actor: Actor, round_id: str, ballot_id: str, note: str, *, once: Once | None = None
) -> ConditionMet:
    """Mark the condition of a standing «ja, hvis» as met, and say how.

    Not again after the voter has said that it is not: then only a new answer changes what it counts as. Raises Conflict
    when the answer no longer stands or the round is over, Invalid, NotFound, Forbidden.
    """
    access.require(actor, Action.MARK_CONDITION)
    meet_deadline(workspace, actor, service.get(workspace, actor, round_id))
    with workspace.region(actor.region).transaction() as tx:
        now = workspace.now()
        round_ = service.get(workspace, actor, round_id, tx)
        earlier = came_of(tx, actor, once, ConditionMet)
        if earlier is not None:
            return earlier
        ballot = _standing(tx, round_, ballot_id)
        if not round_.shows_standpoints():
            raise NotFound()
        if is_blank(note) or len(note) > LONGEST_REASON:
            raise Invalid({"note": _("Skriv hvordan vilkåret er oppfylt, minst én setning.")})
        old = tx.get(ConditionMet, ballot_id)
        if old is not None and old.denied:
            raise Forbidden(
                _("%(party)s har sagt at vilkåret ikke er oppfylt. Be dem svare på nytt.", party=ballot.party)
            )
        tx.put(round_.recount(now))
        mark = ConditionMet(
            id=ballot.id, version=old.version if old else 0, round=round_.id, measure=ballot.measure,
            note=note.strip(), by=actor.by, name=actor.name, at=now,
        )  # fmt: skip
        kept = tx.put(mark)
        tx.log("conditions_met.marked", kept, at=now, by=actor.by, round=round_.id, measure=ballot.measure)
        remember(tx, actor, once, kept, now)
        return kept


def undo(
    workspace: Workspace, actor: Actor, round_id: str, ballot_id: str, note: str = "", *, once: Once | None = None
) -> ConditionMet:
    """Take a mark away, as one who may set it, or as the voter whose condition it is. The mark stays as a trace.

    Raises Conflict when it is taken away already or the round is over, NotFound, Forbidden.
    """
    access.require(actor, Action.ANSWER_ROUND)
    meet_deadline(workspace, actor, service.get(workspace, actor, round_id))
    with workspace.region(actor.region).transaction() as tx:
        now = workspace.now()
        round_ = service.get(workspace, actor, round_id, tx)
        earlier = came_of(tx, actor, once, ConditionMet)
        if earlier is not None:
            return earlier
        ballot, mark = tx.get(Ballot, ballot_id), tx.get(ConditionMet, ballot_id)
        if ballot is None or mark is None or ballot.round != round_.id:
            raise NotFound()
        is_own = service.is_own(tx, actor, round_, ballot)
        if not is_own:
            access.require(actor, Action.MARK_CONDITION)
        if not mark.stands:
            raise Conflict(_("Merket er alt tatt bort."), current=mark)
        tx.put(round_.recount(now))
        kept = tx.put(
            mark.changed(
                undone=now, undone_by=actor.by, undone_name=actor.name, undone_note=note.strip()[:LONGEST_REASON],
                denied=is_own,
            )
        )  # fmt: skip
        tx.log("conditions_met.undone", kept, at=now, by=actor.by, round=round_.id, measure=ballot.measure)
        remember(tx, actor, once, kept, now)
        return kept


def _standing(view: View | Transaction, round_: Round, ballot_id: str) -> Ballot:
    """The ballot with the condition, if it still counts. Raises NotFound, Conflict."""
    ballot = view.get(Ballot, ballot_id)
    if ballot is None or ballot.round != round_.id or not ballot.conditional:
        raise NotFound()
    last = service.last_ballot(view, round_.id, ballot.measure, ballot.voter)
    if last != ballot or not round_.item(ballot.measure).takes(ballot.text_version):
        raise Conflict(_("Svaret gjelder ikke lenger. Det er gitt et nytt, eller teksten er endret."), current=last)
    return ballot
