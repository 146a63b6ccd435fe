"""A draft before it opens: who would have a voice in it, how its measures stand, and what should be looked at first."""

from __future__ import annotations

from typing import Any, NamedTuple

from workspace import access
from workspace.access import Action, Actor
from workspace.errors import Invalid, Message, _
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.regions.model import Membership, Municipality
from workspace.rounds import amending, counting, service, story
from workspace.rounds.model import Item, Round
from workspace.rounds.verdict import Outcome, Verdict
from workspace.store.port import View

MINUTES = 2  # that a measure takes to read and answer
NOBODY_ANSWERS = _(
    "Ingen av kommunene har noen som svarer. Velg hvem, eller kryss av for «Prosesslederen fører svarene»."
)


def invited_members(view: View, draft: Round) -> list[Membership]:
    """Who gets a voice in a round by person: members who may answer, of the groups that are invited."""
    return [
        member
        for member in view.find(Membership, order="name")
        if may_answer(member) and (not draft.invited or group_of(member) in draft.invited)
    ]


def may_answer(member: Membership) -> bool:
    """Whether a member's answer is taken at all."""
    actor = Actor(person=member.id, role=member.role)
    return member.ended is None and access.can(actor, Action.ANSWER_ROUND)


def group_of(member: Membership) -> str:
    """The group that a member's answer is shown under."""
    return "municipality" if member.municipality else member.group or "other"


def imagined(
    workspace: Workspace, actor: Actor, draft: Round | None, measure_ids: tuple[str, ...], **fields: Any
) -> Round:
    """A round as it would be with these fields, stored nowhere: the draft, or else a new one. Raises Forbidden."""
    access.require(actor, Action.WRITE_ROUND)
    among = {measure.id: measure.number for measure in measures.listing(workspace, actor)}
    ids = sorted({id for id in measure_ids if id in among}, key=lambda id: among[id])
    items = tuple(Item(measure=id) for id in ids)
    if draft is not None:
        return draft.changed(items=items, **fields)
    last = workspace.region(actor.region).view().first(Round, order="number", descending=True)
    return Round(id="", number=last.number + 1 if last else 1, items=items, created_by=actor.by, **fields)


# -- The measures one chooses from --


class Candidate(NamedTuple):
    """A measure that can be put in a round: how it came out last, and whether its text is free."""

    measure: Measure
    last: Round | None  # the newest round it was in, drafts left out
    verdict: Verdict | None  # there, as far as it may be seen
    amendments: int = 0  # that are open: the text may change

    @property
    def is_free(self) -> bool:
        """Whether its text can be frozen by another round."""
        return not self.measure.frozen_by


def candidates(workspace: Workspace, actor: Actor) -> list[Candidate]:
    """All measures, each with how it came out last. Raises Forbidden."""
    access.require(actor, Action.WRITE_ROUND)
    view = workspace.region(actor.region).view()
    last: dict[str, Round] = {}
    for round_ in view.find(Round, order="number"):
        if round_.state != "draft":
            last |= dict.fromkeys(round_.measures, round_)
    found = measures.listing(workspace, actor)
    proposed = amending.open_amendments(workspace, actor, (measure.id for measure in found))
    return [_candidate(view, one, last.get(one.id), proposed.get(one.id, 0)) for one in found]


def _candidate(view: View, measure: Measure, last: Round | None, amendments: int = 0) -> Candidate:
    shown = last is not None and last.shows_standpoints()
    verdict = counting.of(view, last).verdicts.get(measure.id) if last is not None and shown else None
    return Candidate(measure, last, verdict, amendments)


# -- Who answers, and what to look at before opening --


class Concern(NamedTuple):
    """Something to look at before a round opens, with where it is mended: what kind of place, and its id."""

    text: Message
    place: str = ""  # "measure", "round", "members", or "field" of the form
    id: str = ""
    stops: bool = False  # the round can't open before it is mended


class Prospect(NamedTuple):
    """What a draft would be if it opened now."""

    voices: int
    advisory: int  # others who may answer, for advice
    without_voice: tuple[str, ...]  # names of municipalities for which nobody answers
    without_deputy: tuple[str, ...]
    names: tuple[str, ...]  # of the municipalities
    concerns: tuple[Concern, ...]

    @property
    def nobody_answers(self) -> bool:
        """Whether there is no municipality for which anybody answers."""
        return bool(self.names) and len(self.without_voice) == len(self.names)

    @property
    def obstacles(self) -> tuple[Concern, ...]:
        """What keeps it from opening."""
        return tuple(concern for concern in self.concerns if concern.stops)


def prospect(workspace: Workspace, actor: Actor, draft: Round) -> Prospect:
    """What this draft, stored or not, would be. Raises Forbidden."""
    access.require(actor, Action.WRITE_ROUND)
    view = workspace.region(actor.region).view()
    municipalities = regions.municipalities(workspace, actor)
    members = [member for member in view.find(Membership, order="name") if may_answer(member)]
    answering = {id for one in municipalities for id in (one.voting_member, *one.deputies) if id}
    voices = len(invited_members(view, draft)) if draft.by_person else len(municipalities)
    return Prospect(
        voices=voices,
        advisory=0 if draft.by_person else sum(member.id not in answering for member in members),
        without_voice=tuple(one.name for one in municipalities if not one.is_answered_for),
        without_deputy=tuple(one.name for one in municipalities if one.voting_member and not one.deputies),
        names=tuple(one.name for one in municipalities),
        concerns=tuple(_concerns(workspace, actor, view, draft, voices, municipalities)),
    )


def require_answerer(workspace: Workspace, actor: Actor, draft: Round, *, is_led: bool) -> None:
    """Ask before a round opens that nobody can answer: `is_led` says that the one who leads it enters the answers.

    Raises Invalid (field `led`).
    """
    if not draft.by_person and not is_led and prospect(workspace, actor, draft).nobody_answers:
        raise Invalid({"led": NOBODY_ANSWERS})


def _concerns(
    workspace: Workspace, actor: Actor, view: View, draft: Round, voices: int, municipalities: list[Municipality]
) -> list[Concern]:
    found = []
    if not draft.items:
        found.append(Concern(_("Velg minst ett tiltak."), "field", "measures", stops=True))
    if draft.closes <= workspace.now():
        found.append(Concern(_("Fristen må være fram i tid."), "field", "closes", stops=True))
    if draft.by_person and not voices and not draft.guests:
        found.append(Concern(_("Ingen er invitert til å svare."), "field", "counted_by", stops=True))
    if not draft.by_person and not municipalities:
        found.append(Concern(_("Regionen har ingen kommuner."), "field", "counted_by", stops=True))
    proposed = amending.open_amendments(workspace, actor, draft.measures)
    for id in draft.measures:
        measure = measures.get(workspace, actor, id, view)
        found += _concerns_of_measure(workspace, actor, view, draft, measure)
        if id in proposed:
            text = _("%(code)s har endringsforslag som ikke er avgjort.", code=measure.code)
            found.append(Concern(text, "measure", id))
    if not draft.by_person:
        found += [
            Concern(_("%(name)s har ingen som svarer.", name=one.name), "members")
            for one in municipalities
            if not one.is_answered_for
        ]
    return found


def _concerns_of_measure(
    workspace: Workspace, actor: Actor, view: View, draft: Round, measure: Measure
) -> list[Concern]:
    if measure.frozen_by and measure.frozen_by != draft.id:
        text = _("%(code)s er alt med i en åpen runde.", code=measure.code)
        return [Concern(text, "round", measure.frozen_by, stops=True)]
    rounds = [r for r in view.find(Round, order="number", descending=True) if measure.id in r.measures]
    last = next((round_ for round_ in rounds if round_.state in {"closed", "concluded"}), None)
    verdict = _candidate(view, measure, last).verdict
    if last is None or verdict is None:
        return []
    if verdict.outcome is Outcome.BLOCKED:
        found = [_("%(code)s ble blokkert i runde %(number)s.", code=measure.code, number=last.number)]
        if story.of(workspace, actor, service.standing(workspace, actor, last.id), measure).waiting:
            found.append(_("Prosesslederen har ikke svart på blokkeringen av %(code)s.", code=measure.code))
        return [Concern(text, "measure", measure.id) for text in found]
    return []
