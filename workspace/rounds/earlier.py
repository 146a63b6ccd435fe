"""The last round with the same measure before this one, and what has changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from workspace import access
from workspace.access import Action, Actor
from workspace.parts import Workspace
from workspace.rounds import counting, figures, parties
from workspace.rounds.figures import Change, Share
from workspace.rounds.model import Round
from workspace.rounds.service import Standing
from workspace.store.port import View


class Earlier(NamedTuple):
    """An earlier round, and the answers that counted in it on one measure."""

    round: Round
    last: str  # its newest ballot
    values: Mapping[str, int]  # by voice
    share: Share


class Moved(NamedTuple):
    """One voice's standpoint then and now."""

    voice: str
    before: int | None
    now: int | None
    change: Change


def of(workspace: Workspace, actor: Actor, found: Standing, measure_ids: Sequence[str]) -> dict[str, Earlier]:
    """The last round before this one with each of these measures, asked the same way of the same kind of voices.

    Only rounds that are over; none while this one is hidden or where nobody may know who answered what.
    """
    access.require(actor, Action.READ_ROUND)
    if not found.shown or found.round.is_anonymous:
        return {}
    view = workspace.region(actor.region).view()
    made: dict[str, Earlier] = {}
    for one in _rounds(view, found.round):
        new = [id for id in measure_ids if id in one.measures and id not in made]
        if new:
            count = counting.of(view, one)
            made |= {id: _earlier(one, count, id) for id in new}
    return made


def _rounds(view: View, round_: Round) -> list[Round]:
    return [
        one
        for one in view.find(Round, order="number", descending=True)
        if one.number < round_.number
        and one.state in {"closed", "concluded"}
        and (one.method, one.counted_by) == (round_.method, round_.counted_by)
    ]


def _earlier(round_: Round, count: counting.Count, measure: str) -> Earlier:
    values = {voice: counting.value_of(ballot, count.met) for voice, ballot in count.ballots.get(measure, {}).items()}
    return Earlier(round_, count.last, values, figures.share(round_.method, values.values()))


def moved(found: Standing, measure: str, before: Earlier | None) -> list[Moved]:
    """What has become of each municipality's standpoint on a measure; nothing in a round by person, whose voices are
    new in each."""
    if before is None or found.round.by_person:
        return []
    now = parties.own(found, measure)
    made = []
    for voice in found.round.electorate:
        change = figures.change(found.round.method, before.values.get(voice), now.get(voice))
        if change is not None:
            made.append(Moved(voice, before.values.get(voice), now.get(voice), change))
    return made
