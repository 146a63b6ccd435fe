"""Confirming an answer that was given to an earlier text, and what has changed since: for the one who is asked."""

from __future__ import annotations

from typing import NamedTuple

from workspace import access
from workspace.access import Action, Actor
from workspace.comments import service as comments
from workspace.documents import comparing
from workspace.errors import Conflict, Invalid, NotFound, _
from workspace.measures import service as measures
from workspace.measures.model import Measure, MeasureText
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.rounds import answering, service
from workspace.rounds.amendment import Amendment
from workspace.rounds.answering import Answer
from workspace.rounds.ballot import Ballot
from workspace.rounds.life import meet_deadline
from workspace.rounds.model import Item, Round
from workspace.store.port import View


class Changed(NamedTuple):
    """How a text has changed in a round, seen from an answer to an earlier version."""

    ballot: Ballot | None  # the answer that waits to be confirmed; None when the reader has none
    old: MeasureText
    new: MeasureText
    title: tuple[comparing.Piece, ...]
    changes: list[comparing.Change]
    steps: tuple[tuple[MeasureText, Amendment | None], ...]  # the versions since, oldest first

    @property
    def total(self) -> int:
        """How many blocks of the text have changed."""
        return comparing.total(self.changes)

    @property
    def is_material(self) -> bool:
        """Whether answers to the old version have to be confirmed."""
        return any(text.change == "material" for text, _amendment in self.steps)


def waits(workspace: Workspace, actor: Actor, round_: Round, measure_id: str, voice: str = "") -> Ballot | None:
    """The reader's own answer (or their municipality's) that was given to an earlier text and waits to be confirmed."""
    last = service.own_answer(workspace, actor, round_, measure_id, voice)
    return None if last is None or round_.item(measure_id).takes(last.text_version) else last


def changed(workspace: Workspace, actor: Actor, round_: Round, measure: Measure, voice: str = "") -> Changed:
    """What has changed in a measure's text since the reader answered, else since the round opened, or was last changed
    materially. `voice` chooses between several municipalities of the reader's. Raises NotFound when nothing has."""
    view = workspace.region(actor.region).view()
    item = round_.item(measure.id)
    ballot = waits(workspace, actor, round_, measure.id, voice)
    since = ballot.text_version if ballot else _version_before(view, round_, measure, item)
    if since >= item.text_version:
        raise NotFound()
    old, new = (measures.text_of(view, measure, number) for number in (since, item.text_version))
    later = [text for text in measures.texts_of(view, measure) if since < text.number <= item.text_version]
    steps = tuple((text, view.get(Amendment, text.amendment) if text.amendment else None) for text in later)
    changes = comparing.compare(old.text, new.text)
    return Changed(ballot, old, new, comparing.words(old.title, new.title), changes, steps)


def rewordings(workspace: Workspace, actor: Actor, round_: Round, measure: Measure) -> list[MeasureText]:
    """The versions that a measure's text has got while this round was open, oldest first."""
    access.require(actor, Action.READ_ROUND)
    texts = measures.texts_of(workspace.region(actor.region).view(), measure)
    return [text for text in texts if text.round == round_.id]


def _version_before(view: View, round_: Round, measure: Measure, item: Item) -> int:
    """The version before the round's last material change, else the one it opened with."""
    mine = [text for text in measures.texts_of(view, measure) if text.round == round_.id]
    if any(text.change == "material" for text in mine):
        return item.counts_from - 1
    return min((text.number for text in mine), default=item.text_version + 1) - 1


class Confirmation(NamedTuple):
    """What a voice answered to the earlier text, and to the new one if it has."""

    voice: str
    earlier: Ballot
    now: Ballot | None


def confirmations(workspace: Workspace, actor: Actor, found: service.Standing, measure_id: str) -> list[Confirmation]:
    """Who had answered before the last material change, and what they answer now. Empty where that may not be seen, and
    in a round by person, which may have thousands."""
    if not found.shown or found.round.by_person:
        return []
    view = workspace.region(actor.region).view()
    item = found.round.item(measure_id)
    now = found.ballots.get(measure_id, {})
    listed = []
    for voice in found.electorate:
        where = {"round": found.round.id, "measure": measure_id, "voter": f"municipality:{voice}"}
        given = view.find(Ballot, where, order="sequence")
        before = [ballot for ballot in given if not item.takes(ballot.text_version)]
        if before and not before[-1].withdrawn:
            listed.append(Confirmation(voice, before[-1], now.get(voice)))
    return listed


def confirm(
    workspace: Workspace,
    actor: Actor,
    round_id: str,
    measure_id: str,
    text_version: int,
    voice: str = "",
    *,
    once: Once | None = None,
) -> Ballot:
    """Keep one's answer, now to this version of the text: a new ballot with the same value, reason and condition.

    One that is confirmed already stays as it is. Raises Conflict when the text has changed again or the round takes no
    answers, Invalid, NotFound, Forbidden.
    """
    access.require(actor, Action.ANSWER_ROUND)
    meet_deadline(workspace, actor, service.get(workspace, actor, round_id))
    party, group = comments.spoken_for(workspace, actor)
    now = workspace.now()
    with workspace.region(actor.region).transaction() as tx:
        stored = service.get(workspace, actor, round_id, tx)
        earlier = came_of(tx, actor, once, Ballot)
        if earlier is not None:
            return earlier
        for_whom = answering.voter(tx, actor, stored, voice, party, group)
        item = stored.item(measure_id)
        if item.text_version != text_version:
            raise Conflict(_("Teksten er endret igjen. Se hva som er nytt før du bekrefter."), current=stored)
        last = service.last_ballot(tx, stored.id, measure_id, for_whom.voter)
        if last is None or last.withdrawn:
            raise Invalid({"value": _("Det er ikke noe svar å bekrefte.")})
        ballot = last
        if not item.takes(last.text_version) or last.on_behalf:
            same = Answer(str(last.value), last.reason, last.conditional, last.joins)
            ballot = answering.keep(workspace, tx, actor, stored, measure_id, for_whom, same, last.value, last.reason)
        remember(tx, actor, once, ballot, now)
        return ballot
