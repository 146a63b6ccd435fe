"""What a person is told of their own answer to a measure: a text that has changed, an answer that somebody entered for
them, a condition that is marked as met, a block of theirs that stands."""

from __future__ import annotations

from typing import NamedTuple

from workspace.access import Actor
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.rounds import service
from workspace.rounds.ballot import Ballot, is_block
from workspace.rounds.conditions import ConditionMet
from workspace.rounds.model import Round
from workspace.store.port import View


class Told(NamedTuple):
    """What there is to tell; None for what there is not."""

    earlier: Ballot | None  # given to an earlier text, and waits to be confirmed
    entered: Ballot | None  # entered on one's behalf
    met: ConditionMet | None  # one's condition, marked as met
    block: Ballot | None  # one's own, that stands

    @property
    def is_any(self) -> bool:
        """Whether there is anything to tell."""
        return any(self)


def about(workspace: Workspace, actor: Actor, round_: Round, measure_id: str, voice: str = "") -> Told:
    """What there is to tell this person of their answer, or that of their municipality: of several the `voice`."""
    own = service.own_answer(workspace, actor, round_, measure_id, voice)
    return _told(workspace.region(actor.region).view(), round_, own)


def _told(view: View, round_: Round, own: Ballot | None) -> Told:
    if own is None or round_.is_anonymous:
        return Told(None, None, None, None)
    mark = view.get(ConditionMet, own.id) if own.conditional else None
    return Told(
        own if not round_.item(own.measure).takes(own.text_version) else None,
        own if own.on_behalf else None,
        mark if mark is not None and mark.stands else None,
        own if own.counts and is_block(round_, own) else None,
    )


class Notice(NamedTuple):
    """A line for the home page: something was done about this person's answer to a measure."""

    round: Round
    measure: Measure
    earlier: Ballot | None
    entered: Ballot | None
    voice: str  # of a person with several municipalities: the one that it is about


def notices(workspace: Workspace, actor: Actor, round_: Round | None) -> tuple[Notice, ...]:
    """In the open round: answers that wait to be confirmed, and answers that were entered on this person's behalf."""
    if round_ is None:
        return ()
    view = workspace.region(actor.region).view()
    voices = service.voices_of(actor, round_) or ("",)
    own = {voice: service.own_answers(workspace, actor, round_, voice) for voice in voices}
    found = [(id, voice, _told(view, round_, own[voice].get(id))) for id in round_.measures for voice in voices]
    return tuple(
        Notice(
            round_, measures.get(workspace, actor, id, view), told.earlier, told.entered, voice if voices[1:] else ""
        )
        for id, voice, told in found
        if told.earlier or told.entered
    )
