"""Two regions with something of everything in them, all of it marked, and people of every kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from flask import Flask

from tests.conftest import OTHER_REGION, REGION, START, seed
from workspace import create_app
from workspace.access import Actor, Role, operator
from workspace.accounts import service as accounts
from workspace.accounts.model import Person
from workspace.comments import service as comments
from workspace.documents import service as documents
from workspace.measures import service as measures
from workspace.parts import Workspace
from workspace.regions import invitations
from workspace.regions import service as regions
from workspace.rounds import service as rounds

CANARIES = {REGION: "kanarifugl7f3a", OTHER_REGION: "kanarifugl9c1e"}
ROLES = (
    "anonymous", "guest", "reader", "participant", "staff", "facilitator", "administrator", "ended", "disabled",
    "stranger",
)  # fmt: skip


@dataclass
class Rooms:
    """The application, and what stands in each of its regions."""

    app: Flask
    workspace: Workspace
    ids: dict[str, dict[str, str]] = field(default_factory=dict)  # region -> name in an address -> a real value

    def members_of(self, role: str) -> str | None:
        """The region whose texts somebody of this role may see, if any."""
        return {"anonymous": None, "disabled": None, "stranger": OTHER_REGION}.get(role, REGION)

    def written(self) -> tuple[int, ...]:
        """How long the logs are: what is refused must not lengthen any."""
        stores = (self.workspace.house, self.workspace.region(REGION), self.workspace.region(OTHER_REGION))
        return tuple(store.view().last_event() for store in stores)


@pytest.fixture
def rooms(workspace: Workspace) -> Rooms:
    seed(workspace)
    app = create_app(workspace)
    app.testing = True
    made = Rooms(app, workspace)
    for slug in (REGION, OTHER_REGION):
        made.ids[slug] = _fill(workspace, slug, CANARIES[slug])
    for role in ROLES:
        if role not in ("anonymous", "stranger"):
            _add(workspace, role)
    _add(workspace, "stranger", OTHER_REGION, Role.FACILITATOR)
    accounts.disable(workspace, operator(), "disabled")
    return made


def _add(workspace: Workspace, person: str, slug: str = REGION, role: Role | None = None) -> None:
    with workspace.house.transaction() as tx:
        made = tx.put(Person(id=person, name=f"Prøve {person}", email=f"{person}@example.no", created=START))
    role = role or (Role(person) if person in set(Role) else Role.PARTICIPANT)
    regions.keep_member(workspace, slug, "operator", made, role, municipality="9001")
    if person == "ended":
        regions.end_membership(workspace, operator(slug), person)


def _fill(workspace: Workspace, slug: str, canary: str) -> dict[str, str]:
    lead = Actor(person="marit", name=f"Marit {canary}", region=slug, role=Role.ADMINISTRATOR)
    text = f"Første avsnitt {canary}.\n\nAndre avsnitt {canary}."
    document = documents.create(workspace, lead, title=f"Notat {canary}", text=text, kind="note", language="nb")
    thread = comments.open_thread(workspace, lead, document.id, 1, f"Kommentar {canary}")
    measure = measures.create(workspace, lead, title=f"Tiltak {canary}", text=text)
    closes = workspace.now() + timedelta(days=7)
    round_ = rounds.create(workspace, lead, (measure.id,), title=f"Runde {canary}", closes=closes)
    rounds.open_round(workspace, lead, round_.id)
    person = accounts.add_person(workspace, f"Medlem {canary}", f"{slug}@{canary}.no")
    regions.add_member(workspace, operator(slug), person, Role.PARTICIPANT, title=canary, municipality="9001")
    invitations.invite(workspace, operator(slug), f"invitert@{canary}.no", "reader")
    [link] = invitations.waiting(workspace, operator(slug))
    return {
        "documents": document.id,
        "threads": thread.id,
        "measures": measure.id,
        "measure": measure.id,
        "rounds": round_.id,
        "person": person.id,
        "number": "9001",
        "invitations": link.id,
    }
