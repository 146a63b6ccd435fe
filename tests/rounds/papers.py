"""What the tests of files and papers share: nine municipalities, eighteen measures, and the round of the example."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path

from tests.conftest import AMUND, MARIT, REGION, START
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.regions.model import Municipality
from workspace.rounds import life
from workspace.rounds.ballot import Ballot
from workspace.rounds.model import Round

FIXTURE = Path(__file__).parent.parent / "fixtures" / "skarfjord-round.csv"
LATER = START + timedelta(days=7)
NAMES = (
    "Havnsund", "Skarfjord", "Bjørkvåg", "Tverrdal", "Kvernvik", "Ytre Eidvær", "Brattfjell", "Myrland", "Sandværøy",
)  # fmt: skip


def municipalities(workspace: Workspace, names: tuple[str, ...] = NAMES) -> None:
    """The region's municipalities, from 9001 on; those that are there already stay."""
    with workspace.region(REGION).transaction() as tx:
        for number, name in enumerate(names, start=9001):
            if tx.get(Municipality, str(number)) is None:
                tx.put(Municipality(id=str(number), name=name))


def propose(workspace: Workspace, count: int) -> list[Measure]:
    return [
        measures.create(workspace, AMUND, title=f"Tiltak {number}", text="Vi gjør det sammen.")
        for number in range(1, count + 1)
    ]


def opened(workspace: Workspace, about: list[Measure], **fields: object) -> Round:
    made = life.create(
        workspace, MARIT, tuple(m.id for m in about), **{"title": "Andre utkast", "closes": LATER, **fields}
    )
    return life.open_round(workspace, MARIT, made.id)


def ballots(workspace: Workspace, round_: Round) -> list[Ballot]:
    return workspace.region(REGION).view().find(Ballot, {"round": round_.id}, order="sequence")


def rows_of(content: bytes) -> list[dict[str, str]]:
    """The rows of an exported CSV, as they stand in it."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
