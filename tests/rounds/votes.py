"""Rounds with answers, for tests of how the region stands: by three municipalities and groups, or by persons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from tests.conftest import AMUND, MARIT, REGION, START
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.regions.model import Municipality
from workspace.rounds import life
from workspace.rounds.ballot import Ballot, Voice
from workspace.rounds.model import Round

LATER = START + timedelta(days=7)
PLACES = {"9001": "Havnsund", "9002": "Skarfjord", "9003": "Bjørkvåg"}


def make_places(workspace: Workspace) -> None:
    with workspace.region(REGION).transaction() as tx:
        for number, name in PLACES.items():
            if tx.get(Municipality, number) is None:
                tx.put(Municipality(id=number, name=name, voting_member="kari" if number == "9001" else None))


def make_measures(workspace: Workspace, count: int) -> list[Measure]:
    return [measures.create(workspace, AMUND, title=f"Tiltak {n}", text="Vi gjør det.") for n in range(1, count + 1)]


def open_round(workspace: Workspace, chosen: Sequence[Measure], **fields: object) -> Round:
    made = life.create(workspace, MARIT, tuple(m.id for m in chosen), **{"title": "Runde", "closes": LATER, **fields})
    return life.open_round(workspace, MARIT, made.id)


def cast(
    workspace: Workspace,
    round_: Round,
    measure: Measure,
    own: Mapping[str, int],
    advice: Mapping[str, Sequence[int]] | None = None,
    *,
    reason: str = "",
    text_version: int = 1,
) -> None:
    """Keep the answers of voices ("9001", or the id of a Voice) and advisory ones by group."""
    with workspace.region(REGION).transaction() as tx:
        stored = tx.get(Round, round_.id)
        kind = "voice" if stored.by_person else "municipality"
        given = [(f"{kind}:{voice}", "" if stored.by_person else voice, "", value) for voice, value in own.items()]
        given += [
            (f"person:{group}{at}", "", group, value)
            for group, values in (advice or {}).items()
            for at, value in enumerate(values)
        ]
        for voter, municipality, group, value in given:
            stored = tx.put(stored.changed(updates=stored.updates + 1))
            tx.put(
                Ballot(
                    id=workspace.new_id(), round=stored.id, measure=measure.id, text_version=text_version,
                    sequence=stored.updates, voter=voter, municipality=municipality, group=group, value=value,
                    reason=reason if value in {1, 2} else "", by="x", name="X", at=workspace.now(),
                )
            )  # fmt: skip


def add_voices(workspace: Workspace, round_: Round, voices: Mapping[str, tuple[str, str]]) -> None:
    """Give persons a voice: id -> (municipality, group)."""
    with workspace.region(REGION).transaction() as tx:
        stored = tx.get(Round, round_.id)
        for id, (municipality, group) in voices.items():
            tx.put(
                Voice(
                    id=id, round=stored.id, name=f"Navn {id}", municipality=municipality, group=group, joined=START
                )
            )  # fmt: skip
            stored = tx.put(stored.join())
