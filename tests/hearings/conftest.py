"""A plan draft that can be sent out, and what the tests of hearings do again and again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.conftest import AMUND, MARIT, REGION
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.hearings import answering, door, life
from workspace.hearings.answer import HearingAnswer
from workspace.hearings.door import Door
from workspace.hearings.model import Hearing
from workspace.parts import Workspace

TEXT = (
    "# Innledning\n\nNi kommuner, ett arbeidsmarked.\n\n"
    "# Mål\n\nVi vil ha 600 nye arbeidsplasser innen 2035.\n\n"
    "## Hav\n\nHavbruket skal vokse.\n\n- Kai\n- Skole\n"
)
NEW_TEXT = TEXT.replace("600 nye arbeidsplasser", "600 nye arbeidsplasser, fordelt på alle,")
MAAL, HAV = "b3", "b5"  # the blocks of the chapters' headings


@pytest.fixture
def region(workspace: Workspace) -> Workspace:
    from workspace.regions.model import Membership, Municipality, Region

    with workspace.house.transaction() as tx:
        tx.put(Region(id=REGION, name="Skarfjordregionen", responsible="Skarfjordrådet", created=workspace.now()))
    with workspace.region(REGION).transaction() as tx:
        tx.put(Municipality(id="9001", name="Havnsund"))
        for who in (AMUND, MARIT):
            tx.put(Membership(id=who.person, name=who.name, email="", role=who.role, since=workspace.now()))
    return workspace


@pytest.fixture
def plan(region: Workspace) -> Document:
    return documents.create(region, AMUND, title="Planutkast", kind="plan", text=TEXT)


Make = Callable[..., Hearing]


def draft_of(workspace: Workspace, document: Document, **fields: object) -> Hearing:
    usual = {"title": "Høring: planutkast", "closes": workspace.now() + timedelta(days=45)}
    return life.create(workspace, MARIT, document.id, document.number, **(usual | fields))


def open_of(workspace: Workspace, document: Document, **fields: object) -> Hearing:
    return life.open_hearing(workspace, MARIT, draft_of(workspace, document, **fields).id)


def door_of(workspace: Workspace, hearing: Hearing) -> Door:
    return door.door(workspace, door.link(REGION, hearing))


def answered(workspace: Workspace, hearing: Hearing, said: dict[str, str], **who: str) -> HearingAnswer:
    return answering.receive(workspace, door_of(workspace, hearing), said, **({"name": "Anne Berg"} | who))
