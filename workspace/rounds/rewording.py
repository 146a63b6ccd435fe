"""Changing a text that a round has frozen: editorial, so that the answers stand, or material, so that they are asked
for again; and taking an amendment in, which is such a change while a round is open."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from workspace import access
from workspace.access import Action, Actor
from workspace.clean import is_blank
from workspace.errors import Conflict, Invalid, Message, _
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.rounds import amending, service
from workspace.rounds.amendment import LONGEST_REASON, Amendment
from workspace.rounds.life import meet_deadline
from workspace.rounds.model import Round
from workspace.store.port import Transaction

CHANGES = ("editorial", "material")


class Rewording(NamedTuple):
    """A new text, what kind of change it is ("" where no round is open), and why."""

    title: str
    text: str
    change: str = ""
    reason: str = ""


class Effect(NamedTuple):
    """What a material change asks for: who has answered, and will have to confirm."""

    voices: tuple[str, ...]  # municipalities' numbers, or ids of persons' voices
    advice: int

    @property
    def total(self) -> int:
        """How many answers there are."""
        return len(self.voices) + self.advice


def effect(workspace: Workspace, actor: Actor, round_id: str, measure_id: str) -> Effect:
    """How many answers would have to be confirmed if the text changed now. Raises NotFound."""
    found = service.standing(workspace, actor, round_id)
    voices = tuple(voice for voice, done in found.answered.items() if measure_id in done)
    return Effect(voices, len(found.advice.get(measure_id, ())))


def reword(
    workspace: Workspace,
    actor: Actor,
    round_id: str,
    measure_id: str,
    text_version: int,
    new: Rewording,
    *,
    once: Once | None = None,
) -> Measure:
    """Change title or text of a measure in an open round, from the version that was seen.

    Raises Conflict (with the measure as it stands, or the round when it is over), Invalid, NotFound, Forbidden.
    """
    access.require(actor, Action.REWORD)
    meet_deadline(workspace, actor, service.get(workspace, actor, round_id))
    with workspace.region(actor.region).transaction() as tx:
        now = workspace.now()
        earlier = came_of(tx, actor, once, Measure)
        if earlier is not None:
            return earlier
        round_ = service.get(workspace, actor, round_id, tx)
        round_.item(measure_id)
        measure = measures.get(workspace, actor, measure_id, tx)
        kept = _reworded(tx, actor, round_, measure, text_version, new, now)
        remember(tx, actor, once, kept, now)
        return kept


def take_in(
    workspace: Workspace,
    actor: Actor,
    amendment_id: str,
    text_version: int,
    new: Rewording,
    *,
    once: Once | None = None,
) -> Amendment:
    """Take an amendment into its measure's text, from the version that was seen.

    While a round has frozen the text, it takes one who may change it there, and says what kind of change it is. Raises
    Conflict (with what stands now), Invalid, NotFound, Forbidden.
    """
    access.require(actor, Action.DECIDE_AMENDMENT)
    seen = amending.get(workspace, actor, amendment_id)
    frozen_by = measures.get(workspace, actor, seen.measure).frozen_by
    if frozen_by:
        meet_deadline(workspace, actor, service.get(workspace, actor, frozen_by))
    with workspace.region(actor.region).transaction() as tx:
        now = workspace.now()
        earlier = came_of(tx, actor, once, Amendment)
        if earlier is not None:
            return earlier
        amendment = amending.get(workspace, actor, amendment_id, tx)
        measure = measures.get(workspace, actor, amendment.measure, tx)
        taken = amendment.take_in(actor, measure.text_version + 1, new.reason, now)
        round_ = tx.get(Round, measure.frozen_by) if measure.frozen_by else None
        if round_ is not None:
            access.require(actor, Action.REWORD)
        _reworded(tx, actor, round_, measure, text_version, new, now, amendment.id)
        kept = tx.put(taken)
        remember(tx, actor, once, kept, now)
        return kept


def _reworded(
    tx: Transaction,
    actor: Actor,
    round_: Round | None,
    measure: Measure,
    text_version: int,
    new: Rewording,
    now: datetime,
    amendment: str = "",
) -> Measure:
    """Keep the new text, and tell the round that has frozen the old one. One event, on the measure, tells of both."""
    if measure.text_version != text_version:
        raise Conflict(_("Teksten er endret i mellomtiden. Se over, og lagre en gang til."), current=measure)
    counts_from = 0
    if round_ is None:
        new = new._replace(change="")
    else:
        changed = _told(round_, measure, new, now)
        counts_from = changed.item(measure.id).counts_from
        tx.put(changed)
    story = {"reason": new.reason.strip(), "change": new.change, "amendment": amendment}
    round_id = round_.id if round_ is not None else ""
    kept = measures.reword(tx, measure, actor, now, new.title, new.text, round=round_id, **story)
    tx.log(
        "measures.reworded", kept, at=now, by=actor.by, text_version=kept.text_version, round=round_id,
        counts_from=counts_from, **story,
    )  # fmt: skip
    return kept


def _told(round_: Round, measure: Measure, new: Rewording, now: datetime) -> Round:
    """The round about the new text. Raises Conflict when it is over, Invalid."""
    round_.recount(now)
    errors: dict[str, Message] = {}
    if new.change not in CHANGES:
        errors["change"] = _("Si om endringen er redaksjonell eller vesentlig.")
    elif new.change == "material" and round_.is_anonymous:
        errors["change"] = _("Svar uten navn kan ingen bekrefte. Lukk runden, og lag en ny med den nye teksten.")
    if is_blank(new.reason) or len(new.reason) > LONGEST_REASON:
        errors["reason"] = _("Skriv hvorfor teksten blir endret, minst én setning.")
    if errors:
        raise Invalid(errors)
    return round_.confirm_again(measure.id, measure.text_version + 1, editorial=new.change == "editorial")
