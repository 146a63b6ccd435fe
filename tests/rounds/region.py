"""What tests of the life of a text and a standpoint share: three municipalities, a measure, and a round on it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.conftest import AMUND, MARIT, REGION, START, actor
from workspace.access import Actor, Role
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.regions.model import Municipality
from workspace.rounds import answering, life, rewording, service
from workspace.rounds.ballot import Ballot
from workspace.rounds.model import Round
from workspace.rounds.rewording import Rewording

PEOPLE = {"9001": 6000, "9002": 3000, "9003": 2000}
LATER = START + timedelta(days=7)
TEXT = "Vi bygger et kjølelager sammen. Eierkommunen dekker egenandelen. Første anlegg er i drift i 2028."
NEW = "Vi bygger et kjølelager sammen. Egenandelen deles likt. Første anlegg er i drift i 2029."
DEPUTY = actor("dag", Role.PARTICIPANT, municipality="9001", voices=frozenset({"9001"}))
HAVARD = actor("havard", Role.PARTICIPANT, municipality="9002", voices=frozenset({"9002"}))
SOLVEIG = actor("solveig", Role.PARTICIPANT, municipality="9003", voices=frozenset({"9003"}))


def settle(workspace: Workspace) -> Workspace:
    """Put the three municipalities in the region."""
    named = (("9001", "Havnsund", "kari"), ("9002", "Skarfjord", "havard"), ("9003", "Solåsen", "solveig"))
    with workspace.region(REGION).transaction() as tx:
        for number, name, voting in named:
            old = tx.get(Municipality, number)
            version = old.version if old else 0
            tx.put(Municipality(id=number, version=version, name=name, voting_member=voting, population=PEOPLE[number]))
    return workspace


def propose(workspace: Workspace, **fields: Any) -> Measure:
    return measures.create(workspace, AMUND, **{"title": "Felles kjølelager", "text": TEXT, **fields})


def open_round(workspace: Workspace, *found: Measure, **fields: Any) -> Round:
    ids = tuple(measure.id for measure in found)
    made = life.create(workspace, MARIT, ids, **{"title": "Runde", "closes": LATER, **fields})
    return life.open_round(workspace, MARIT, made.id)


def answer(
    workspace: Workspace, who: Actor, round_: Round, measure: Measure, value: str, reason: str = "", **more: Any
) -> Ballot:
    return answering.answer(workspace, who, round_.id, measure.id, value, reason, **more)


def reword(
    workspace: Workspace, round_: Round, measure: Measure, change: str = "material", text: str = NEW, who: Actor = MARIT
) -> Measure:
    seen = measures.get(workspace, who, measure.id).text_version
    return rewording.reword(
        workspace, who, round_.id, measure.id, seen, Rewording(measure.title, text, change, "Etter møtet.")
    )


def verdict(workspace: Workspace, round_: Round, measure: Measure) -> str:
    return service.standing(workspace, MARIT, round_.id).verdicts[measure.id].outcome.value


def events(workspace: Workspace) -> list[str]:
    return [event.action for event in workspace.region(REGION).view().events()]
