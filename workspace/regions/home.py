"""What the region's home page shows: what is expected of the one who asks, by when, and how the region stands.

The home page looks into every room through its service; it is the one place in this room that does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import NamedTuple

from workspace.access import Action, Actor, Role, can
from workspace.accounts.model import Person
from workspace.comments import service as comments
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.hearings import service as hearings
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.pieces import url_for
from workspace.regions import first_steps, home_news, invitations, lookalikes, service
from workspace.regions.first_steps import Standing, Step
from workspace.regions.home_news import Item
from workspace.regions.lookalikes import Lookalike
from workspace.regions.model import Membership, Municipality
from workspace.rounds import amending
from workspace.rounds import names as round_names
from workspace.rounds import service as rounds
from workspace.rounds.model import Round
from workspace.rounds.sentence import joined
from workspace.rounds.told import notices
from workspace.text import local, when
from workspace.translation import gettext, ngettext
from workspace.web import translate
from workspace.workplan import telling
from workspace.workplan.telling import Told

RECENT = 4  # documents shown
WAITING = 6  # measures shown of those that wait
MOST_NAMED = 4  # municipalities that are named among those that wait


class Deadline(NamedTuple):
    """Something that is due."""

    at: datetime
    text: str
    address: str
    note: str


class Notice(NamedTuple):
    """Something that was done about this person's answer to a measure, and where to see to it."""

    measure: Measure
    text: str
    address: str


class Waiting(NamedTuple):
    """A measure this person has not answered, and what is most worth knowing before."""

    measure: Measure
    note: str
    comments: int


class Row(NamedTuple):
    """One municipality, equal to the others."""

    name: str
    answered: int
    expected: int
    members: int
    comments: int
    has_voice: bool
    remaining: str


@dataclass(frozen=True)
class Overview:
    """All the home page needs, already asked for this person."""

    today: date
    is_empty: bool
    round: Round | None
    headline: str
    waiting: tuple[Waiting, ...]  # the first of those that wait
    left: int  # how many wait
    follows_up: bool  # whether others are waited for, and this person follows them up
    behind: str  # who is waited for then, where they are few
    answered: int
    answers: bool  # whether this person may answer in the round
    on_behalf_of: str
    days_left: str
    region_answered: int
    region_expected: int
    news: tuple[Item, ...]
    deadlines: tuple[Deadline, ...]
    documents: tuple[Document, ...]
    quick_wins: tuple[Measure, ...]
    municipalities: tuple[Row, ...]
    notices: tuple[Notice, ...]
    told: Told
    steps: tuple[Step, ...]  # what the region needs first, for those who prepare; empty when done or hidden
    steps_are_hidden: bool  # though not all is done
    lookalikes: tuple[Lookalike, ...]  # names that were made to look like others, for those who let people in

    @property
    def next_step(self) -> Step | None:
        """The first step that is not done."""
        return next((step for step in self.steps if not step.is_done), None)

    @property
    def steps_done(self) -> int:
        """How many are."""
        return sum(step.is_done for step in self.steps)

    @property
    def steps_headline(self) -> tuple[str, str]:
        """What stands above the steps: the next one, and why."""
        return first_steps.headline(self.next_step or self.steps[-1])

    @property
    def municipality_count(self) -> str:
        """How many municipalities there are, in words."""
        return round_names.number(len(self.municipalities))


def overview(workspace: Workspace, actor: Actor) -> Overview:
    """The home page for this person."""
    waiting = rounds.waiting_for(workspace, actor)
    round_ = waiting.round if waiting else None
    recent = documents.recent(workspace, actor, RECENT)
    found = service.municipalities(workspace, actor)
    rows = _municipalities(workspace, actor, round_, found)
    voices = {one.id: one.name for one in found}
    has_measures = measures.is_any(workspace, actor)
    steps = _steps(workspace, actor, found, bool(recent), has_measures)
    hidden = service.region_of(workspace, actor.region or "").steps_hidden
    follows_up = waiting is not None and rounds.follows_up(actor, waiting.round)
    unanswered = waiting.unanswered if waiting and not follows_up else ()
    behind = [row.name for row in rows if row.answered < row.expected]
    return Overview(
        today=local(workspace.now()).date(),
        is_empty=not recent and not has_measures and round_ is None,
        round=round_,
        headline=_headline(round_, len(unanswered), actor, behind if follows_up else None) if round_ else "",
        waiting=tuple(_waiting(workspace, actor, round_, unanswered[:WAITING])),
        left=len(unanswered),
        follows_up=follows_up,
        behind=round_names.joined(behind) if follows_up and len(behind) <= MOST_NAMED else "",
        answered=waiting.answered if waiting else 0,
        answers=can(actor, Action.ANSWER_ROUND) and not follows_up,
        on_behalf_of=joined(waiting.voices, voices, translate) if waiting and waiting.voices else "",
        days_left=round_names.time_left(round_, workspace.now()) if round_ else "",
        region_answered=sum(row.answered for row in rows),
        region_expected=sum(row.expected for row in rows),
        news=tuple(home_news.news(workspace, actor)),
        deadlines=(*_to_follow_up(workspace, actor), *_open_until(workspace, actor, round_, len(unanswered))),
        documents=tuple(recent),
        quick_wins=tuple(measures.quick_wins(workspace, actor, RECENT)),
        municipalities=tuple(rows),
        notices=tuple(_notices(workspace, actor, round_)),
        told=telling.told(workspace, actor),
        steps=() if hidden else steps,
        steps_are_hidden=bool(steps) and hidden,
        lookalikes=tuple(_lookalikes(workspace, actor)),
    )


def _lookalikes(workspace: Workspace, actor: Actor) -> Iterator[Lookalike]:
    """Names that look like others without being the same: chance does not write those."""
    if can(actor, Action.MANAGE_MEMBERS):
        for found in lookalikes.among(service.members(workspace, actor)):
            if found.mixes or any(other.name != found.member.name for other in found.others):
                yield found


def _steps(
    workspace: Workspace, actor: Actor, found: list[Municipality], has_documents: bool, has_measures: bool
) -> tuple[Step, ...]:
    """What the region needs first; nothing when all is done, or for those who prepare nothing."""
    if not can(actor, Action.IMPORT):
        return ()
    made = rounds.listing(workspace, actor)
    standing = Standing(
        municipalities=len(found),
        in_words=round_names.number(len(found)),
        invited=sum(_has_somebody(workspace, actor, found)),
        answering=sum(one.voting_member is not None for one in found),
        ready=sum(one.voting_member is not None and bool(one.deputies) for one in found),
        has_documents=has_documents,
        has_measures=has_measures,
        has_round=any(round_.state != "draft" for round_ in made),
        has_draft=any(round_.state == "draft" for round_ in made),
    )
    steps = first_steps.steps(standing, actor)
    return () if all(step.is_done for step in steps) else steps


def _has_somebody(workspace: Workspace, actor: Actor, found: list[Municipality]) -> Iterator[bool]:
    """For each municipality, whether somebody from it is a member or has an invitation that can be used."""
    invited = invitations.municipalities_invited(workspace, actor)
    for one in found:
        yield one.id in invited or service.members_of(workspace, actor, one.id) > 0


def _waiting(
    workspace: Workspace, actor: Actor, round_: Round | None, unanswered: Sequence[Measure]
) -> Iterator[Waiting]:
    """The measures that wait, each with who blocks or has reservations, where that may be seen; else with the
    amendments that are open, or who is responsible."""
    if round_ is None or not unanswered:
        return
    standing = rounds.standing(workspace, actor, round_.id)
    amendments = amending.open_amendments(workspace, actor, [measure.id for measure in unanswered])
    said = comments.counts_about(workspace, actor, [f"measure:{measure.id}" for measure in unanswered])
    for measure in unanswered:
        note = _doubts(standing, measure.id)
        if not note and (count := amendments.get(measure.id)):
            note = str(ngettext("Ett endringsforslag er åpent", "%(num)s endringsforslag er åpne", count))
        if not note and measure.responsible:
            note = str(gettext("Ansvarlig: %(name)s", name=measure.responsible))
        yield Waiting(measure, note, said[f"measure:{measure.id}"])


def _doubts(standing: rounds.Standing, measure: str) -> str:
    """Which municipalities block a measure or have reservations; "" where there are none, or none may be seen."""
    verdict = standing.verdicts.get(measure)
    if verdict is None or standing.round.by_person:
        return ""
    lists = ((verdict.tally.blocks, "%(names)s blokkerer."), (verdict.tally.reservations, "Forbehold fra %(names)s."))
    return " ".join(
        str(gettext(text, names=joined(voices, standing.names, translate))) for voices, text in lists if voices
    )


def _headline(round_: Round, left: int, actor: Actor, behind: Sequence[str] | None) -> str:
    """What is expected: of the reader, or for one who follows them up of the municipalities that are `behind`."""
    is_open = gettext("Runde %(number)s er åpen.", number=round_.number)
    if behind is not None:
        return f"{is_open} {_waited_for(len(behind))}"
    if not can(actor, Action.ANSWER_ROUND):
        return str(is_open)
    if not left:
        return " ".join((is_open, gettext("Du har svart på alt.")))
    rest = gettext("Du har ett tiltak igjen.")
    if left > 1:
        rest = gettext("Du har %(count)s tiltak igjen.", count=round_names.number(left))
    return f"{is_open} {rest}"


def _waited_for(behind: int) -> str:
    """How many municipalities have something left to answer."""
    if not behind:
        return gettext("Alle kommunene har svart på alt.")
    if behind == 1:
        return gettext("Én kommune har noe igjen.")
    return gettext("%(count)s kommuner har noe igjen.", count=round_names.number(behind).capitalize())


def _open_until(workspace: Workspace, actor: Actor, round_: Round | None, left: int) -> list[Deadline]:
    """Until when the round and the hearings take answers, soonest first."""
    found = _deadlines(round_, left, actor)
    for hearing in hearings.open_ones(workspace, actor):
        address = url_for("hearings.page", region=actor.region, id=hearing.id)
        found.append(Deadline(hearing.closes, hearing.title, address, str(gettext("Høringsfrist"))))
    return sorted(found, key=lambda deadline: deadline.at)


def _deadlines(round_: Round | None, left: int, actor: Actor) -> list[Deadline]:
    if round_ is None:
        return []
    note = ""
    if left and can(actor, Action.ANSWER_ROUND):
        note = round_names.measures_left(left)
    text = gettext("Runde %(number)s lukkes %(clock)s", number=round_.number, clock=round_names.clock(round_.closes))
    return [Deadline(round_.closes, str(text), url_for("rounds.page", region=actor.region, id=round_.id), note)]


def _notices(workspace: Workspace, actor: Actor, round_: Round | None) -> Iterator[Notice]:
    for found in notices(workspace, actor, round_):
        voice = found.voice or None
        where = {"region": actor.region, "id": found.round.id, "measure": found.measure.id, "voice": voice}
        if found.earlier is not None:
            text = gettext("Teksten er endret etter at du svarte. Bekreft eller endre svaret.")
            yield Notice(found.measure, str(text), url_for("rounds.confirmation", **where))
        elif found.entered is not None:
            text = gettext(
                "Registrert av %(name)s %(when)s. %(channel)s: %(source)s. Stemmer det ikke, svar selv.",
                name=found.entered.name,
                when=when(found.entered.at),
                channel=round_names.channel(found.entered.channel),
                source=found.entered.source.rstrip("."),
            )
            to = url_for("rounds.measure", region=actor.region, id=found.measure.id, voice=voice)
            yield Notice(found.measure, str(text), to)


def _to_follow_up(workspace: Workspace, actor: Actor) -> list[Deadline]:
    """What waits for the one who leads: an outcome that is not written, a round that did not open."""
    found = []
    for round_ in rounds.to_follow_up(workspace, actor):
        address = url_for("rounds.page", region=actor.region, id=round_.id)
        if round_.state == "draft":
            text = gettext("Runde %(number)s ble ikke åpnet", number=round_.number)
            found.append(Deadline(round_.opens or round_.closes, str(text), address, round_.not_opened))
        else:
            text = gettext("Skriv oppsummeringen av runde %(number)s", number=round_.number)
            found.append(
                Deadline(round_.closed or round_.closes, str(text), address, str(gettext("Runden er lukket.")))
            )
    return found


def _municipalities(workspace: Workspace, actor: Actor, round_: Round | None, found: list[Municipality]) -> list[Row]:
    done = rounds.answered(workspace, actor, round_) if round_ else {}
    threads = comments.counts(workspace, actor)
    rows = []
    for municipality in found:
        expected = len(round_.items) if round_ and municipality.id in done else 0
        answered = len(done.get(municipality.id, ()))
        rows.append(
            Row(
                municipality.name,
                answered,
                expected,
                service.members_of(workspace, actor, municipality.id),
                threads.get(municipality.id, 0),
                municipality.voting_member is not None,
                round_names.measures_left(expected - answered) if expected > answered else "",
            )
        )
    return rows


# -- The demo's front door --


class Beginning(NamedTuple):
    """Somebody to begin as in the demo, and what there is to do."""

    member: Membership
    place: str
    what: str


def to_begin_as(workspace: Workspace, slug: str, people: Sequence[tuple[Membership, str]]) -> list[Beginning]:
    """One of each kind among the demo's people, each with something to do: first one whose answer is waited for."""
    firsts = [
        (
            next(filter(partial(_is_waited_for, workspace, slug), people), None),
            gettext("Har noe igjen å svare på i runden."),
        ),
        (_first(people, role=Role.FACILITATOR), gettext("Lager runder, følger opp og skriver oppsummeringen.")),
        (_first(people, role=Role.STAFF), gettext("Skriver dokumenter, og svarer på kommentarer.")),
        (_first(people, group="business"), gettext("Gir råd for næringslivet, og kommenterer planen.")),
        (_first(people, group="youth"), gettext("Gir råd for ungdommen, og foreslår endringer.")),
        (_first(people, role=Role.ADMINISTRATOR), gettext("Inviterer, setter opp regionen og ser loggen.")),
    ]
    return [Beginning(*found, what) for found, what in firsts if found is not None]


def answering(workspace: Workspace, slug: str) -> dict[str, str]:
    """For each who may answer on behalf of a municipality, by id, a sentence that says so."""
    found = {}
    for one in workspace.region(slug).view().find(Municipality, order="name"):
        for deputy in one.deputies:
            found[deputy] = gettext("Vara. Kan svare på vegne av %(name)s kommune.", name=one.name)
        if one.voting_member is not None:
            found[one.voting_member] = gettext("Svarer på vegne av %(name)s kommune.", name=one.name)
    return found


def _is_waited_for(workspace: Workspace, slug: str, one: tuple[Membership, str]) -> bool:
    person = workspace.house.view().get(Person, one[0].id)
    actor = service.actor_in(workspace, person, slug) if person is not None and one[0].municipality else None
    return actor is not None and bool(actor.voices) and rounds.count_unanswered(workspace, actor) > 0


def _first(
    people: Iterable[tuple[Membership, str]], role: Role | None = None, group: str = ""
) -> tuple[Membership, str] | None:
    return next((one for one in people if (one[0].role == role if role else one[0].group == group)), None)
