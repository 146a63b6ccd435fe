"""A region to measure with: of any size, the same each time it is made, and with what is heavy to show.

Most of it goes in as documents of plain JSON. What is measured goes in through the services, as people would do it: a
plan with a hundred comments, and an open round in which every municipality has answered on every measure.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any, NamedTuple

import msgspec

from workspace import access, markup
from workspace.access import Actor, Role
from workspace.accounts import service as accounts
from workspace.comments import service as comments
from workspace.comments.model import Comment, Thread
from workspace.demo import sources
from workspace.documents import service as documents
from workspace.documents import versions
from workspace.documents.model import KINDS, Document, Version, count_words, version_id
from workspace.measures import service as measures
from workspace.measures.model import Benefit, Measure
from workspace.notices.model import FollowedTo
from workspace.parts import Workspace
from workspace.record import Record
from workspace.regions import service as regions
from workspace.regions.model import Membership
from workspace.rounds import answering, life
from workspace.rounds.ballot import Ballot
from workspace.rounds.model import Item, Round
from workspace.store import log
from workspace.store.port import Event, View

REGION = "bench"
SEED = 2027
MUNICIPALITIES = 40
MEASURES = 18  # in the round
THREADS, COMMENTS_EACH = 25, 4  # on the plan
BATCH = 5_000  # records that go in together
BEGAN = datetime(2025, 1, 6, 8, 0, tzinfo=UTC)
PLAN = sources.document("plan").versions[-1].text  # the demo's

Rows = Iterator[tuple[Record, str]]


class Made(NamedTuple):
    """What there is to look at, and the person who looks."""

    reader: str  # the id of the facilitator, who sees the most
    document: str
    round: str
    measure: str
    records: int


def make(workspace: Workspace, records: int) -> Made:
    """Make the region in an installation that has none of the kind, with at least so many records."""
    regions.create_region(
        workspace,
        access.operator(),
        REGION,
        "Måleregionen",
        {str(9001 + at): f"{_NAMES[at % len(_NAMES)]}{_ENDINGS[at // len(_NAMES)]}" for at in range(MUNICIPALITIES)},
        plan="Felles næringsplan for Måleregionen",
        responsible="Målerådet",
        demo=True,
    )
    lead, voters = _people(workspace)
    _fill(workspace, records, [voter.person or "" for voter in voters])
    document = _plan(workspace, lead, voters)
    round_, measure = _round(workspace, lead, voters)
    # Neither search nor notices go through what was made while pages are measured: both have measurements of their own.
    with workspace.region(REGION).transaction() as tx:
        tx.put(FollowedTo(id="log", seq=tx.last_event()))
    seen = workspace.region(REGION).view()
    workspace.indexes.region(REGION).update([], [], seen.last_event())
    return Made(lead.person or "", document, round_, measure, _count(seen))


def _count(view: View) -> int:
    return sum(1 for table in view.tables() for _document in view.documents(table))


def _people(workspace: Workspace) -> tuple[Actor, list[Actor]]:
    """Who leads, and the one who answers for each municipality."""
    operator = access.operator(REGION)
    lead = accounts.add_person(workspace, "Marit Mo", "marit@maaling.example")
    regions.add_member(workspace, operator, lead, Role.FACILITATOR, title="Prosjektleder")
    voters = []
    for municipality in regions.municipalities(workspace, operator):
        person = accounts.add_person(workspace, f"Kari {municipality.name}", f"kari{municipality.id}@maaling.example")
        regions.add_member(workspace, operator, person, Role.PARTICIPANT, municipality=municipality.id)
        regions.assign_voice(workspace, operator, municipality.id, person.id)
        voters.append(regions.actor_in(workspace, person, REGION))
    return regions.actor_in(workspace, lead, REGION), voters


# -- What is looked at --


def _plan(workspace: Workspace, lead: Actor, voters: list[Actor]) -> str:
    """A plan in its second version, read by the one who looks, with threads down the page."""
    text = PLAN
    plan = documents.create(workspace, lead, title="Planutkast", text=text.partition("## 9")[0], kind="plan")
    plan = documents.save(workspace, lead, plan.id, plan.version, "Etter høringen", text=text)
    versions.mark_read(workspace, lead, plan.id, plan.number)
    paragraphs = [block for block in markup.render(text).blocks if block.kind == "paragraph"]
    for at in range(THREADS):
        block = paragraphs[at * len(paragraphs) // THREADS]
        quote = " ".join(block.text.split()[1:5]) if at % 2 else ""
        thread = comments.open_thread(
            workspace, voters[at % len(voters)], plan.id, block.number, _SENTENCES[at % len(_SENTENCES)], quote=quote
        )
        for reply in range(1, COMMENTS_EACH):
            by = voters[(at + reply) % len(voters)]
            comments.reply(workspace, by, thread.id, _SENTENCES[(at + reply) % len(_SENTENCES)])
    return plan.id


def _round(workspace: Workspace, lead: Actor, voters: list[Actor]) -> tuple[str, str]:
    """An open round in which everybody has answered everything; its id and that of a measure."""
    numbers = tuple(number for voter in voters for number in voter.voices)
    made = [
        measures.create(
            workspace,
            lead,
            title=f"Felles tiltak {at + 1} for kai, kraft og dekning",
            text="Vi gjør dette sammen.\n\n- Først utreder vi.\n- Så bygger vi.",
            responsible="Målerådet",
            quick_win=at % 3 == 0,
            benefits=tuple(Benefit(municipality=number, kind="direct", size="medium") for number in numbers),
        ).id
        for at in range(MEASURES)
    ]
    closes = workspace.now() + timedelta(days=7)
    draft = life.create(workspace, lead, tuple(made), title="Andre utkast", closes=closes)
    life.open_round(workspace, lead, draft.id)
    choice = random.Random(SEED)  # noqa: S311 - a mixture, not a secret
    for measure in made:
        for voter in voters:
            value = choice.choice("555444433320")
            answering.answer(workspace, voter, draft.id, measure, value, "Kaia må først." if value == "2" else "")
    return draft.id, made[0]


# -- All the rest --


def _fill(workspace: Workspace, records: int, people: list[str]) -> None:
    """Put in all that is not made by services, in batches, until there are so many records less what they make."""
    store = workspace.region(REGION)
    made_later = 2 * MEASURES + THREADS * (COMMENTS_EACH + 1) + MEASURES * MUNICIPALITIES + 5
    left = records - _count(store.view()) - made_later
    found = store.view().events()
    last = found[-1] if found else None
    rows = _Rest(workspace, people).rows()
    while left > 0:
        documents_: list[tuple[str, Mapping[str, Any]]] = []
        events: list[Event] = []
        for record, action in rows:
            documents_.append((record.table, msgspec.to_builtins(record.changed(version=1))))
            if action:
                last = log.chained(
                    last, at=BEGAN, action=action, table=record.table, record=record.id, payload={"by": people[0]}
                )
                events.append(last)
            if len(documents_) == min(left, BATCH):
                break
        store.fill(documents_, events)
        left -= len(documents_)


class _Rest:
    """Records of a region's years, without end: mostly documents with versions, and what was said about them."""

    def __init__(self, workspace: Workspace, people: list[str]) -> None:
        self._workspace = workspace
        self._people = people
        self._choice = random.Random(SEED)  # noqa: S311 - a mixture, not a secret
        self._at = BEGAN
        self._measures: list[str] = []

    def rows(self) -> Rows:
        """Records with the action the log has of each, "" for none."""
        for number in range(1, 100_000_000):
            self._at += timedelta(minutes=3)
            yield from self._document(number)
            if number % 50 == 0:
                yield from self._member(number)
            if number % 120 == 0:
                yield from self._measure(number)
            if number % 400 == 0:
                yield from self._past_round(number)

    def _document(self, number: int) -> Rows:
        text = "\n\n".join(self._choice.choices(_SENTENCES, k=self._choice.randint(4, 20)))
        by = self._choice.choice(self._people)
        document = Document(
            id=self._workspace.new_id(),
            title=f"{self._choice.choice(('Referat', 'Notat', 'Innspill', 'Intervju'))} {number}",
            kind=self._choice.choice(KINDS),
            text=text,
            words=count_words(text),
            municipalities=(str(self._choice.randint(9001, 9000 + MUNICIPALITIES)),),
            value_chain=self._choice.choice(("sjømat", "reiseliv", "kraft", "")),
            ref=f"innlest/{number}",
            created=self._at,
            created_by=by,
            changed_at=self._at,
            changed_by=by,
        )
        yield document, "documents.created"
        for version in (1, 2)[: self._choice.randint(1, 2)]:
            yield (
                Version(
                    id=version_id(document.id, version),
                    document=document.id,
                    number=version,
                    title=document.title,
                    digest=f"{number:064x}",
                    by=by,
                    at=self._at,
                ),
                "",
            )
        yield versions.ReadMark(id=f"{by}:{document.id}", number=1, at=self._at), ""
        if number % 3 == 0:
            yield from self._thread(document)

    def _thread(self, document: Document) -> Rows:
        by = self._choice.choice(self._people)
        thread = Thread(
            id=self._workspace.new_id(), document=document.id, number=1, block=1, by=by, opened=self._at,
            municipality=str(self._choice.randint(9001, 9000 + MUNICIPALITIES)),
        )  # fmt: skip
        yield thread, "threads.opened"
        for at in range(1, self._choice.randint(2, 5)):
            text = self._choice.choice(_SENTENCES)
            yield Comment(id=f"{thread.id}-{at}", thread=thread.id, text=text, by=by, name="Kari", at=self._at), ""

    def _member(self, number: int) -> Rows:
        yield (
            Membership(
                id=self._workspace.new_id(),
                name=f"Ola {number}",
                email=f"ola{number}@maaling.example",
                role=Role.READER,
                municipality=str(9001 + number % MUNICIPALITIES),
                since=self._at,
            ),
            "memberships.joined",
        )

    def _measure(self, number: int) -> Rows:
        self._measures.append(self._workspace.new_id())
        yield (
            Measure(
                id=self._measures[-1],
                number=number // 120,
                title=f"Tidligere tiltak {number}",
                text=self._choice.choice(_SENTENCES),
                changed_at=self._at,
                changed_by=self._people[0],
            ),
            "measures.proposed",
        )

    def _past_round(self, number: int) -> Rows:
        """A round that is over, about the newest measures, with the answers of all municipalities."""
        about = self._measures[-9:]
        numbers = [str(9001 + at) for at in range(MUNICIPALITIES)]
        past = Round(
            id=self._workspace.new_id(),
            number=number // 400,
            title=f"Tidligere runde {number}",
            state="concluded",
            items=tuple(Item(measure=measure, text_version=1) for measure in about),
            electorate=tuple(numbers),
            closes=self._at,
            concluded=self._at,
            created_by=self._people[0],
            outcome="Enighet.",
        )
        yield past, "rounds.concluded"
        for sequence, (measure, municipality) in enumerate(product(about, numbers), start=1):
            yield (
                Ballot(
                    id=self._workspace.new_id(), round=past.id, measure=measure, text_version=1, sequence=sequence,
                    voter=f"municipality:{municipality}", municipality=municipality, value=4, by=self._people[0],
                    name="Kari", at=self._at,
                ),
                "",
            )  # fmt: skip


_NAMES = ("Nord", "Sør", "Øst", "Vest", "Ytre", "Indre", "Øvre", "Nedre", "Store", "Lille")
_ENDINGS = ("fjord", "dal", "øy", "nes")
_SENTENCES = tuple(line for line in PLAN.splitlines() if line and line[0].isupper())
