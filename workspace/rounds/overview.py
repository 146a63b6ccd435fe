"""All rounds at a glance: how many measures came to what, and how far those that are open have come."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from workspace.access import Actor
from workspace.parts import Workspace
from workspace.rounds import counting, service
from workspace.rounds.model import Round
from workspace.rounds.results import ORDER
from workspace.rounds.verdict import Outcome
from workspace.store.port import View

URGENT = 2 * 24 * 3600  # seconds before the deadline


class Glance(NamedTuple):
    """One round at a glance."""

    round: Round
    outcomes: list[tuple[Outcome, int]]  # none while they are hidden
    done: int
    expected: int
    urgent: bool


def rounds(workspace: Workspace, actor: Actor) -> list[Glance]:
    """The rounds that this actor may see, newest first."""
    view = workspace.region(actor.region).view()
    now = workspace.now().timestamp()
    return [_glance(view, round_, now) for round_ in service.listing(workspace, actor)]


def _glance(view: View, round_: Round, now: float) -> Glance:
    if round_.state == "draft":
        return Glance(round_, [], 0, 0, urgent=False)
    count = counting.of(view, round_)
    outcomes: Counter[Outcome] = Counter()
    if round_.shows_standpoints():
        outcomes.update(verdict.outcome for verdict in count.verdicts.values())
    done, expected = counting.progress(round_, count)
    is_urgent = round_.state == "open" and round_.closes.timestamp() - now < URGENT
    return Glance(round_, [(one, outcomes[one]) for one in ORDER if outcomes[one]], done, expected, is_urgent)
