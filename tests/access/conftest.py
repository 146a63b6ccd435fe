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
from workspace.hearings import answering, door
from workspace.hearings import life as hearings
from workspace.measures import board, importing
from workspace.measures import service as measures
from workspace.parts import Workspace
from workspace.regions import groups, invitations
from workspace.regions import service as regions
from workspace.rounds import amending, life, meeting_guests, meeting_hands, meeting_leading
from workspace.workplan import milestones, money, reporting
from workspace.workplan.model import Share

CANARIES = {REGION: "kanarifugl7f3a", OTHER_REGION: "kanarifugl9c1e"}
ROLES = (
    "anonymous", "guest", "reader", "participant", "staff", "facilitator", "administrator", "ended", "disabled",
    "stranger", "phone",
)  # fmt: skip


@dataclass
class Rooms:
    """The application, and what stands in each of its regions."""

    app: Flask
    workspace: Workspace
    ids: dict[str, dict[str, str]] = field(default_factory=dict)  # region -> name in an address -> a real value

    def members_of(self, role: str) -> str | None:
        """The region whose texts somebody of this role may see, if any."""
        return {"anonymous": None, "disabled": None, "phone": None, "stranger": OTHER_REGION}.get(role, REGION)

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
        if role not in ("anonymous", "stranger", "phone"):
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
    opportunity = board.create(workspace, lead, title=f"Mulighet {canary}", text=text)
    sent = importing.receive(workspace, lead, f"{canary}.csv", f"nr;tiltak;beskrivelse\n;{canary};Ny".encode())
    round_ = life.create(workspace, lead, (measure.id,), title=f"Runde {canary}", closes=closes, guests=True)
    life.open_round(workspace, lead, round_.id)
    amendment = amending.propose(workspace, lead, measure.id, 1, f"Ny tekst {canary}.")
    room_code = meeting_leading.start(workspace, lead, round_.id).code
    guest = meeting_guests.join(workspace, room_code, "business:", name=f"Gjest {canary}")
    hands = meeting_hands.count_hands(workspace, lead, round_.id, measure.id, "", {"4": "3"}, f"Salen {canary}")
    fields = {"title": f"Høring {canary}", "letter": f"Brev {canary}", "questions": (f"Spørsmål {canary}?",)}
    hearing = hearings.create(workspace, lead, document.id, 1, closes=closes, **fields)
    hearing = hearings.open_hearing(workspace, lead, hearing.id)
    found = door.door(workspace, door.link(slug, hearing))
    answer = answering.receive(workspace, found, {"": f"Uttalelse {canary}"}, name=f"Avsender {canary}")
    person = accounts.add_person(workspace, f"Medlem {canary}", f"{slug}@{canary}.no")
    regions.add_member(workspace, operator(slug), person, Role.PARTICIPANT, title=canary, municipality="9001")
    group = groups.make(workspace, lead, name=f"Gruppe {canary}", mandate=f"Mandat {canary}", members=(person.id,))
    adopted = _fill_plan(workspace, lead, canary)
    invitations.invite(workspace, operator(slug), f"invitert@{canary}.no", "reader")
    [link] = invitations.waiting(workspace, operator(slug))
    return {
        "documents": document.id,
        "threads": thread.id,
        "comments": f"{thread.id}-1",
        "measures": measure.id,
        "measure": measure.id,
        "plan-of-work": adopted,
        "milestone": "1",
        "report": "1",
        "opportunities": opportunity.id,
        "sent": sent.id,
        "rounds": round_.id,
        "amendments": amendment.id,
        "person": person.id,
        "number": "9001",
        "groups": group.id,
        "guest": guest.id,
        "count": hands.id,
        "room_code": room_code,
        "hearings": hearing.id,
        "answer": answer.id,
        "hearing_link": door.link(slug, hearing),
        "receipt_code": door.code_of(workspace, answer),
        "invitations": link.id,
    }


def _fill_plan(workspace: Workspace, lead: Actor, canary: str) -> str:
    """A measure in the plan of work, with something of everything that is followed up."""
    owner = {"owner": "9001", "responsible": "Havnsund", "owner_reason": f"Grunn {canary}"}
    fields = {"title": f"Vedtatt {canary}", "text": canary, "status": "started", "started_before_adoption": True}
    id = measures.create(workspace, lead, **fields, **owner).id
    milestones.add(workspace, lead, id, title=f"Milepæl {canary}", due="2026-12-01")
    shares = (Share(municipality="9001", agreed=5),)
    money.save_budget(workspace, lead, id, 2026, 0, need=9, need_hours=0, shares=shares)
    reporting.ask(workspace, lead, (id,), "2026-11-25", f"Spørsmål {canary}")
    told = {"happened": f"Gjort {canary}", "state": "help", "result": f"Resultat {canary}"}
    reporting.write(workspace, lead, id, "", 0, figures=f"48 {canary}", **told)
    return id
