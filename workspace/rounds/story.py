"""The story of a block on a measure in a round, from the answer that set it to the one that lifts it, as it is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from workspace.access import Actor
from workspace.kept import Kept
from workspace.measures import service as measures
from workspace.measures.model import Measure, MeasureText
from workspace.parts import Workspace
from workspace.rounds import amending, counting
from workspace.rounds.amendment import Amendment
from workspace.rounds.ballot import Ballot, is_block
from workspace.rounds.mediation import MediationNote
from workspace.rounds.model import Round
from workspace.rounds.scale import CAN_LIVE_WITH
from workspace.rounds.service import Standing
from workspace.rounds.verdict import Verdict
from workspace.store.port import View


class Step(NamedTuple):
    """One thing that happened. `kind` says what: "block", "again" (another reason, or another text), "lifted",
    "answer", "tried", "next", "stands", "proposed", "taken_in", "not_taken_in", "reworded"."""

    kind: str
    at: datetime
    ballot: Ballot | None = None
    note: MediationNote | None = None
    amendment: Amendment | None = None
    text: MeasureText | None = None


class Block(NamedTuple):
    """A block that stands, or was given to an earlier text and awaits its voice's word."""

    voice: str
    ballot: Ballot
    since: datetime
    is_answered: bool  # by those who lead
    is_earlier: bool  # given to an earlier text


class Story(NamedTuple):
    """All of it: what happened, and the blocks there are now."""

    steps: tuple[Step, ...]
    blocks: tuple[Block, ...]

    @property
    def waiting(self) -> tuple[Block, ...]:
        """The blocks that nobody who leads has answered."""
        return tuple(block for block in self.blocks if not block.is_answered)


NOTHING = Story((), ())
_blocking: Kept[dict[str, dict[str, list[Ballot]]]] = Kept(100)


def of(workspace: Workspace, actor: Actor, found: Standing, measure: Measure) -> Story:
    """The story of the blocks on a measure; nothing where there was none, or standpoints may not be seen."""
    if not found.shown or found.round.method != "consensus":
        return NOTHING
    view = workspace.region(actor.region).view()
    ballots = _ballots(view, found.round, found.last).get(measure.id, {})
    if not ballots:
        return NOTHING
    notes = view.find(MediationNote, {"round": found.round.id, "measure": measure.id}, order="at")
    steps = [step for given in ballots.values() for step in _answers(found.round, given)]
    begun = min(step.at for step in steps)
    steps += [Step(note.kind, note.at, note=note) for note in notes]
    steps += _amendments(amending.listing(workspace, actor, measure.id), begun, found.round)
    changed = [text for text in measures.texts_of(view, measure) if text.round == found.round.id]
    steps += [Step("reworded", text.at, text=text) for text in changed if not text.amendment and text.at >= begun]
    blocks = _blocks(found, measure.id, ballots, notes)
    return Story(tuple(sorted(steps, key=lambda step: step.at)), tuple(blocks))


def waiting(workspace: Workspace, actor: Actor, found: Standing) -> list[tuple[Measure, Story]]:
    """The measures of a round with a block that waits for an answer of those who lead, or for its voice's word."""
    stories = [(measure, of(workspace, actor, found, measure)) for measure in found.measures]
    return [(measure, story) for measure, story in stories if story.blocks]


def if_lifted(found: Standing, story: Story, measure: str) -> Verdict | None:
    """The verdict if each that blocks now could live with the measure; None where nobody does."""
    if not story.blocks:
        return None
    given = found.ballots.get(measure, {})
    values = {voice: counting.value_of(ballot, found.met) for voice, ballot in given.items()}
    values |= {block.voice: CAN_LIVE_WITH for block in story.blocks}
    return found.round.way.judge(found.electorate, {measure: values}, found.round.settings)[measure]


def _ballots(view: View, round_: Round, last: str) -> dict[str, dict[str, list[Ballot]]]:
    """All answers of the voices that have ever blocked, by measure and voice."""
    kept = _blocking.get((round_, last))
    if kept is not None:
        return kept
    given: dict[str, dict[str, list[Ballot]]] = {}
    for ballot in view.find(Ballot, {"round": round_.id}, order="sequence"):
        if ballot.counts:
            given.setdefault(ballot.measure, {}).setdefault(ballot.voice, []).append(ballot)
    blocking = {
        id: {voice: own for voice, own in voices.items() if any(is_block(round_, ballot) for ballot in own)}
        for id, voices in given.items()
    }
    return _blocking.put((round_, last), blocking)


def _answers(round_: Round, given: Iterable[Ballot]) -> Iterator[Step]:
    """What a voice's answers say of its block: set, set again, lifted."""
    blocks = False
    for ballot in given:
        if is_block(round_, ballot):
            yield Step("again" if blocks else "block", ballot.at, ballot=ballot)
            blocks = True
        elif blocks:
            yield Step("lifted", ballot.at, ballot=ballot)
            blocks = False


def _amendments(found: Iterable[Amendment], begun: datetime, round_: Round) -> Iterator[Step]:
    """What was proposed since the first block, or was open then, and what came of it while the round lasted."""
    for amendment in amending.during(found, round_):
        if amendment.decided is not None and amendment.decided < begun:
            continue
        yield Step("proposed", max(amendment.at, begun), amendment=amendment)
        if amendment.decided is not None and amendment.state in {"taken_in", "not_taken_in"}:
            yield Step(amendment.state, amendment.decided, amendment=amendment)


def _blocks(
    found: Standing, measure: str, ballots: dict[str, list[Ballot]], notes: list[MediationNote]
) -> Iterator[Block]:
    """The blocks there are now, in the order in which they were set."""
    item = found.round.item(measure)
    answers = [note.at for note in notes if note.kind == "answer"]
    for voice, given in sorted(ballots.items(), key=lambda pair: pair[1][-1].sequence):
        if not is_block(found.round, given[-1]):
            continue
        since = next(step.at for step in reversed(list(_answers(found.round, given))) if step.kind == "block")
        is_answered = any(at >= since for at in answers)
        yield Block(voice, given[-1], since, is_answered, not item.takes(given[-1].text_version))
