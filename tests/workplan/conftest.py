"""A region with two municipalities and three measures: adopted, agreed, and only proposed."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from flask import Flask

from tests.conftest import AMUND, REGION, actor
from workspace.access import Role
from workspace.accounts.model import Person
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.regions.model import Membership, Municipality

TUVA = actor("tuva", Role.PARTICIPANT, municipality="9004")


class Measures(NamedTuple):
    adopted: Measure  # Havnsund answers for it
    agreed: Measure
    proposed: Measure


@pytest.fixture
def plan(workspace: Workspace, app: Flask) -> Measures:
    with workspace.house.transaction() as tx:
        tx.put(Person(id="tuva", name="Tuva", email="tuva@example.no", created=workspace.now()))
    with workspace.region(REGION).transaction() as tx:
        tx.put(Municipality(id="9004", name="Bjørkvåg"))
        since = workspace.now()
        tx.put(
            Membership(
                id="tuva", name="Tuva", email="tuva@example.no", role=Role.PARTICIPANT, municipality="9004", since=since
            )
        )
    owned = {"owner": "9001", "responsible": "Havnsund", "owner_reason": "Har førstelinje i dag."}
    made = [
        measures.create(workspace, AMUND, title=title, text="Vi gjør det sammen.", status=status, **owner)
        for title, status, owner in (
            ("Én dør inn", "adopted", owned), ("Leverandørdag", "agreed", {}), ("Båtrute", "proposed", {}),
        )
    ]  # fmt: skip
    return Measures(*made)


def give(workspace: Workspace, measure: Measure, owner: str, responsible: str) -> Measure:
    """Make somebody responsible for a measure."""
    stored = measures.get(workspace, AMUND, measure.id)
    fields = {"owner": owner, "responsible": responsible, "owner_reason": "Vil det."}
    return measures.save(workspace, AMUND, measure.id, stored.version, **fields)
