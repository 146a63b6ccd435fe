"""How the region stands on one measure, worked out for its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from workspace.access import Actor
from workspace.clean import alphabetical
from workspace.parts import Workspace
from workspace.rounds import earlier, figures, names, parties
from workspace.rounds.earlier import Earlier, Moved
from workspace.rounds.figures import Pair, Share
from workspace.rounds.service import Standing


class Shown(NamedTuple):
    """What the page of a measure shows of a round."""

    given: Mapping[str, int]  # by voice, as it counts
    before: Mapping[str, str]  # by voice: the words for an answer to an earlier text
    met: frozenset[str]  # voices whose condition is met
    values: list[int]  # all that counts
    groups: list[tuple[str, list[int]]]  # names of groups, and their answers
    agreement: float | None
    bridges: bool
    divides: bool
    pair: Pair | None
    earlier: Earlier | None
    moved: list[Moved]
    share: Share


def measure(workspace: Workspace, actor: Actor, found: Standing, id: str, places: Mapping[str, str]) -> Shown:
    """How a round stands on a measure, as far as it may be seen. `places` has the names of the municipalities."""
    before = earlier.of(workspace, actor, found, (id,)).get(id)
    everybody = parties.everybody(found, id)
    values = parties.all_values(found, id)
    ballots = found.ballots.get(id, {})
    return Shown(
        given=parties.own(found, id),
        before={voice: names.given_before(found.round, ballot) for voice, ballot in found.before.get(id, {}).items()},
        met=frozenset(voice for voice, ballot in ballots.items() if ballot.id in found.met),
        values=values,
        groups=_groups(found, id, places),
        agreement=parties.agreement(found, id),
        bridges=found.shown and figures.bridges(everybody),
        divides=found.shown and figures.divides(everybody),
        pair=parties.pair(found, id),
        earlier=before,
        moved=earlier.moved(found, id, before),
        share=figures.share(found.round.method, values),
    )


def _groups(found: Standing, id: str, places: Mapping[str, str]) -> list[tuple[str, list[int]]]:
    """The bars under the tiles: advisory groups, or in a round by person all groups, those who answered."""
    if not found.shown or found.round.is_anonymous:
        return []
    groups = parties.voting(found, id) if found.round.by_person else parties.advising(found, id)
    in_order = sorted(groups, key=lambda key: (key.startswith("group:"), alphabetical(names.party(key, places))))
    return [(names.party(key, places), groups[key]) for key in in_order if groups[key]]
