"""A demo region in which every page of the product has something to show: what the demo has, and what it lacks.

Made through the services before the server starts. `Stage.places` are the words that stand for it in addresses.
"""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple, TypeVar

from workspace import access, assembly, config
from workspace.accounts import links as account_links
from workspace.accounts.model import Person
from workspace.comments import service as comments
from workspace.comments import suggesting, writing
from workspace.demo import clock
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.files import uploading
from workspace.files.uploading import Sent
from workspace.hearings import answering as hearing_answers
from workspace.hearings import door
from workspace.hearings import life as hearings
from workspace.measures import board, importing
from workspace.measures import service as measures
from workspace.measures.model import IN_PLAN, Measure
from workspace.notices import unsubscribing
from workspace.parts import Workspace
from workspace.record import Record
from workspace.regions import groups, invitations
from workspace.regions import service as regions
from workspace.rounds import amending, answering, life, meeting_leading, rewording
from workspace.rounds.model import Round
from workspace.rounds.rewording import Rewording
from workspace.terminal import close

R = TypeVar("R", bound=Record)

REGION = "skarfjord"
LEADER, VOTER, BLOCKER, ADMINISTRATOR = (
    "Marit Elvheim-Strand",
    "Anniken Skogfjær",
    "Sjur Vetlemyr",
    "Ingvill Tindeskar",
)


class Stage(NamedTuple):
    """What stands where, by the words that addresses have for it."""

    places: dict[str, str]


def furnish(instance: Path) -> Stage:
    """Put what the demo region lacks into it, and say where everything is."""
    workspace = assembly.open_workspace(config.load(instance=instance))
    workspace = dataclasses.replace(workspace, now=clock.running(workspace.stores))  # as the server's
    try:
        return Stage(_Furnishing(workspace).places())
    finally:
        close(workspace)


class _Furnishing:
    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.operator = access.operator(REGION)
        people = {person.name: person for person in workspace.house.view().find(Person)}
        self.actors = {
            name: regions.actor_in(workspace, people[name], REGION) for name in (LEADER, VOTER, BLOCKER, ADMINISTRATOR)
        }

    def all(self, kind: type[R]) -> list[R]:
        return self.workspace.region(REGION).view().find(kind)

    def places(self) -> dict[str, str]:
        return (
            self._people() | self._documents() | self._measures() | self._rounds() | self._hearing() | self._letters()
        )

    def _people(self) -> dict[str, str]:
        leader = self.actors[LEADER]
        people = tuple(self.actors[name].person or "" for name in (VOTER, BLOCKER))
        about = {"mandate": "Foreslår hvor kaiene skal ligge.", "rhythm": "Annenhver tirsdag", "leader": people[0]}
        made = groups.make(self.workspace, leader, name="Havn og logistikk", members=people, **about)
        link = account_links.make_email_link(self.workspace, leader, "ny@skarfjord.example", "", "127.0.0.1")
        return {"group": made.id, "email": link.token if link is not None else ""}

    def _documents(self) -> dict[str, str]:
        workspace, leader, voter = self.workspace, self.actors[LEADER], self.actors[VOTER]
        plan = next(one for one in self.all(Document) if one.kind == "plan")
        said = comments.open_thread(workspace, voter, plan.id, 5, "Hva koster dette oss, @Marit Elvheim-Strand?")
        first = f"{said.id}-1"
        edited, _thread = writing.get(workspace, voter, first)
        writing.edit(workspace, voter, first, edited.version, "Hva koster dette kommunene, @Marit Elvheim-Strand?")
        source = suggesting.paragraph(plan, 6)
        if source is not None:
            suggesting.make(workspace, voter, plan.id, 6, source.text, f"{source.text} Vi begynner i 2027.", "Fordi.")
        sheet = b"bedrift;ansatte\nYsteriet;3\nSmia;2\n"
        sent = uploading.receive(
            workspace, leader, [Sent("bedrifter.csv", sheet), Sent("bilde.exe", b"MZ")], kind="analysis", checked=True
        )
        uploading.work_off(workspace, REGION)
        table = next(one for one in self.all(Document) if one.file is not None and one.file.unit == "sheet")
        versions = documents.versions(workspace, leader, plan)
        return {
            "plan": plan.id, "thread": said.id, "comment": first, "upload": sent.id, "sheet": table.id,
            "number": str(versions[-1].number),
        }  # fmt: skip

    def _measures(self) -> dict[str, str]:
        workspace, leader = self.workspace, self.actors[LEADER]
        sent = importing.receive(
            workspace, leader, "tiltak.csv", b"nr;tiltak;beskrivelse\n;Bruktbutikk;Vi deler den.\n;;x\n"
        )
        idea = board.create(workspace, leader, title="Felles datalager", text="Vi kan dele ett.")
        return {"import": sent.id, "opportunity": idea.id}

    def _rounds(self) -> dict[str, str]:
        workspace, leader, voter = self.workspace, self.actors[LEADER], self.actors[VOTER]
        now = workspace.now()
        open_round = next(one for one in self.all(Round) if one.state == "open" and one.method == "consensus")
        with workspace.region(REGION).transaction() as tx:
            tx.put(open_round.changed(guests=True))
        measure, other = open_round.measures[0], open_round.measures[1]
        answering.answer(workspace, voter, open_round.id, measure, "4")
        answering.answer(workspace, self.actors[BLOCKER], open_round.id, other, "1", "At bussen går hele året.")
        text = measures.get(workspace, leader, measure)
        rewording.reword(
            workspace, leader, open_round.id, measure, text.text_version,
            Rewording(text.title, f"{text.text}\n\nOgså Granmo er med.", "material", "Granmo manglet."),
        )  # fmt: skip
        text = measures.get(workspace, leader, measure)
        amendment = amending.propose(
            workspace, voter, measure, text.text_version, f"{text.text}\n\nVi begynner i 2028.", reason="Det haster."
        )
        code = meeting_leading.start(workspace, leader, open_round.id).code
        titles = ("Gang- og sykkelvei langs fjorden", "Låneordning for verktøy")
        made = tuple(
            measures.create(workspace, leader, title=title, text="Kommunene gjør dette sammen.").id for title in titles
        )
        closes = now + timedelta(days=20)
        draft = life.create(workspace, leader, made, title="Utkast", closes=closes)
        done = life.create(workspace, leader, made, title="Avsluttet", closes=closes)
        life.open_round(workspace, leader, done.id)
        answering.answer(workspace, voter, done.id, made[0], "2", "Vi trenger et overslag.")
        life.close_round(workspace, leader, done.id, "Møtet er over.")
        life.conclude(workspace, leader, done.id, "Vi tar dem opp igjen i januar.")
        points = life.create(workspace, leader, made, title="Poeng", closes=closes, method="priority")
        life.open_round(workspace, leader, points.id)
        followed = next(one for one in self.all(Measure) if one.status in IN_PLAN)
        return {
            "round": open_round.id, "measure": measure, "other": other, "amendment": amendment.id, "code": code,
            "draft": draft.id, "points": points.id, "done": done.id, "followed": followed.id,
        }  # fmt: skip

    def _hearing(self) -> dict[str, str]:
        workspace, leader = self.workspace, self.actors[LEADER]
        plan = next(one for one in self.all(Document) if one.kind == "plan")
        closes = workspace.now() + timedelta(days=45)
        questions = ("Er målene riktige?",)
        made = [
            hearings.create(workspace, leader, plan.id, plan.number, title=title, closes=closes, questions=questions)
            for title in ("Høring av planutkastet", "Høring som ikke er åpnet")
        ]
        opened = hearings.open_hearing(workspace, leader, made[0].id)
        link = door.link(REGION, opened)
        found = door.door(workspace, link)
        answer = hearing_answers.receive(workspace, found, {"": "Planen er god."}, name="Anne Berg")
        return {
            "hearing": opened.id, "unopened": made[1].id, "link": link, "answer": answer.id,
            "receipt": door.code_of(workspace, answer),
        }  # fmt: skip

    def _letters(self) -> dict[str, str]:
        workspace, administrator = self.workspace, self.actors[ADMINISTRATOR]
        invited = invitations.invite(workspace, administrator, "ny@kommune.example", "participant", municipality="9002")
        people = {person.name: person for person in workspace.house.view().find(Person)}
        sign_in = account_links.make_link(workspace, access.operator(), "sign-in", people[VOTER].email)
        stop = unsubscribing.token(workspace.config, REGION, people[VOTER].id, unsubscribing.ALL)
        return {"invitation": invited, "sign_in": sign_in, "stop": stop, "voter": people[VOTER].id}
