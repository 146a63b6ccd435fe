"""The protocol of a round: who stood where on each measure, why, what it came to, and who did not answer.

Made once, for the screen, for print and for the DOCX, so that they say the same. Advisory answers stand apart by group,
under the party's name and nobody's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from workspace import access, text
from workspace.access import Action, Actor
from workspace.clean import alphabetical
from workspace.errors import Conflict, _
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.rounds import amending, counting, names, parties, service, story, story_lines
from workspace.rounds.ballot import Ballot
from workspace.rounds.conditions import ConditionMet
from workspace.rounds.model import BY_DEADLINE, Round
from workspace.rounds.revealed import Revealed
from workspace.rounds.sentence import percent
from workspace.rounds.service import Standing
from workspace.rounds.suppression import LEAST
from workspace.store.port import View
from workspace.translation import gettext, ngettext

MOST_PERSONS = 60  # in a round by person, more are counted and not listed


class Stand(NamedTuple):
    """Where one voice stood, or an advisory one."""

    who: str
    answer: str
    look: int | str  # the scale's colour and icon for it
    reason: str = ""
    note: str = ""  # how it came, or what it hangs on


class Section(NamedTuple):
    """More about a measure: conditions, and what else there is to tell."""

    heading: str
    lines: tuple[str, ...]


class Part(NamedTuple):
    """One measure of the round."""

    code: str
    title: str
    text_version: int
    outcome: str
    sentence: str
    stands: tuple[Stand, ...]
    missing: tuple[str, ...]
    advice: tuple[tuple[str, tuple[Stand, ...]], ...]  # by group
    counts: tuple[tuple[str, int], ...]  # where nobody is named
    sections: tuple[Section, ...]


class Protocol(NamedTuple):
    """All of it, in the reader's language."""

    region: str
    heading: str
    facts: tuple[tuple[str, str], ...]
    rule: tuple[str, ...]
    parts: tuple[Part, ...]
    outcome: str
    follow_up: tuple[tuple[str, str], ...]
    is_final: bool  # closed: nothing is provisional any more


def protocol(workspace: Workspace, actor: Actor, round_id: str) -> Protocol:
    """The protocol of a round, as far as this actor may see the round. Raises Conflict for a draft, NotFound."""
    access.require(actor, Action.READ_ROUND)
    standing = service.standing(workspace, actor, round_id)
    round_ = standing.round
    if round_.state == "draft":
        raise Conflict(_("Runden er ikke åpnet ennå."), current=round_)
    region = regions.region_of(workspace, actor.region or "")
    is_final = round_.state in {"closed", "concluded"}
    return Protocol(
        region=region.name,
        heading=gettext("Runde %(number)s: %(title)s", number=round_.number, title=round_.title),
        facts=tuple(_facts(round_, standing)),
        rule=tuple(_rule(round_)),
        parts=tuple(_part(workspace, actor, standing, measure) for measure in standing.measures),
        outcome=round_.outcome if round_.state == "concluded" else "",
        follow_up=tuple(_follow_up(standing)) if round_.state == "concluded" else (),
        is_final=is_final,
    )


# -- The round --


def _facts(round_: Round, standing: Standing) -> Iterable[tuple[str, str]]:
    if round_.purpose:
        yield gettext("Hva runden er til for"), round_.purpose
    yield gettext("Tilstand"), names.state(round_)
    yield gettext("Måte å svare på"), names.method(round_.method)
    voices = len(standing.electorate)
    yield (
        gettext("Hvem svarer"),
        ngettext("Én person", "%(num)s personer", voices)
        if round_.by_person
        else ngettext("Én kommune", "%(num)s kommuner, én stemme hver", voices),
    )
    if round_.opened is not None:
        yield gettext("Åpnet"), _moment(round_.opened)
    if round_.closed is not None:
        by = gettext("fristen var ute") if round_.closed_by == BY_DEADLINE else gettext("av prosesslederen")
        yield gettext("Lukket"), f"{_moment(round_.closed)}, {by}"
    else:
        yield gettext("Frist"), _moment(round_.closes)


def _moment(moment: datetime) -> str:
    return f"{text.day(moment)} {text.clock(moment)}"


def _rule(round_: Round) -> Iterable[str]:
    """The rule in words, as far as the method has one."""
    rule = round_.rule
    if round_.is_anonymous:
        yield gettext("Svarene er uten navn, og gir ikke noe utfall.")
        return
    yield gettext("Minst %(share)s må ha svart.", share=percent(rule.quorum))
    if round_.method == "priority":
        yield ngettext("Hver har ett poeng å fordele.", "Hver har %(num)s poeng å fordele.", round_.points)
        yield ngettext("Høyst ett poeng på ett tiltak.", "Høyst %(num)s poeng på ett tiltak.", round_.most_points)
        return
    if round_.method == "endorsement":
        yield gettext("Minst %(share)s av dem som tok stilling, må ha sagt ja.", share=percent(rule.support))
        return
    yield gettext(
        "Minst %(share)s av dem som tok stilling, må støtte eller kunne leve med tiltaket.", share=percent(rule.support)
    )
    if rule.max_reservations is not None:
        yield ngettext("Høyst ett forbehold.", "Høyst %(num)s forbehold.", rule.max_reservations)
    yield (
        gettext("En blokkering stopper konsensus i runden, ikke vedtak i kommunestyrene.")
        if rule.blocks_stop
        else gettext("En blokkering regnes som et forbehold.")
    )


def _follow_up(standing: Standing) -> Iterable[tuple[str, str]]:
    round_ = standing.round
    if round_.review_date:
        yield gettext("Ses på igjen"), text.iso_day(round_.review_date)
    if round_.followed_up_by:
        yield gettext("Følges opp av"), round_.followed_up_by
    started = [f"{m.code} {m.title}" for m in standing.measures if m.id in round_.starts]
    if started:
        yield gettext("Setter i gang"), ", ".join(started)


# -- A measure --


def _part(workspace: Workspace, actor: Actor, standing: Standing, measure: Measure) -> Part:
    view = workspace.region(actor.region).view()
    round_, verdict = standing.round, standing.verdicts.get(measure.id)
    drawn = view.get(Revealed, f"{round_.id}:{measure.id}") if round_.is_anonymous and standing.shown else None
    is_shown = verdict is not None and (not round_.is_anonymous or _is_enough(drawn))
    return Part(
        code=measure.code,
        title=measure.title,
        text_version=round_.text_version(measure.id),
        outcome=names.outcome(verdict) if verdict is not None and is_shown else gettext("Vises ikke"),
        sentence=names.sentence(round_, verdict, standing.names)
        if verdict is not None and is_shown
        else _why_not_shown(round_),
        stands=tuple(_stands(standing, measure)),
        missing=_missing(standing, measure),
        advice=tuple(_advice(standing, measure)),
        counts=tuple(_counts(standing, measure, drawn)),
        sections=(
            *_sections(view, standing, measure, drawn),
            *_mediation(workspace, actor, standing, measure),
            *_amendments(workspace, actor, standing, measure),
        ),
    )


def _is_enough(drawn: Revealed | None) -> bool:
    return drawn is not None and len(drawn.values) >= LEAST


def _why_not_shown(round_: Round) -> str:
    if round_.is_anonymous and round_.state != "open":
        return gettext("Færre enn %(least)s har svart. Da vises ikke svarene.", least=LEAST)
    return gettext("Skjult til runden lukkes.")


def _stands(standing: Standing, measure: Measure) -> Iterable[Stand]:
    """Every voice by name, in the order of the alphabet; many persons are counted instead."""
    round_ = standing.round
    if not standing.shown or round_.is_anonymous or _are_many(standing):
        return
    given, counted = standing.ballots.get(measure.id, {}), parties.own(standing, measure.id)
    before = standing.before.get(measure.id, {})
    for voice in sorted(standing.electorate, key=lambda one: alphabetical(standing.names.get(one, one))):
        who = standing.names.get(voice, voice)
        if voice in given:
            yield _stand(standing, who, given[voice])
        elif voice in counted:  # gave points to other measures, and none to this
            yield Stand(who, names.answer(round_, counted[voice]), names.look(round_, counted[voice]))
        else:
            late = before.get(voice)
            note = (
                gettext("Svarte på versjon %(number)s av teksten, og har ikke bekreftet", number=late.text_version)
                if late is not None
                else ""
            )
            yield Stand(who, names.stance("x"), "x", note=note)


def _are_many(standing: Standing) -> bool:
    return standing.round.by_person and len(standing.electorate) > MOST_PERSONS


def _stand(standing: Standing, who: str, ballot: Ballot) -> Stand:
    round_ = standing.round
    notes = []
    if ballot.conditional:
        met = ballot.id in standing.met
        notes.append(gettext("Ja, hvis: vilkåret er oppfylt") if met else gettext("Ja, hvis: vilkåret er ikke oppfylt"))
    if ballot.joins is not None:
        notes.append(gettext("Er med og bærer tiltaket") if ballot.joins else gettext("Er ikke med og bærer tiltaket"))
    if ballot.on_behalf:
        notes.append(gettext("Ført inn på vegne av: %(channel)s", channel=names.channel(ballot.channel).lower()))
    look = names.look(round_, ballot.value)
    return Stand(who, names.answer(round_, ballot.value), look, ballot.reason, ". ".join(notes))


def _missing(standing: Standing, measure: Measure) -> tuple[str, ...]:
    """Who did not answer; in an anonymous round nobody is named, and of many persons neither."""
    if standing.round.is_anonymous or _are_many(standing):
        return ()
    missing = [
        standing.names.get(voice, voice)
        for voice in standing.electorate
        if not counting.is_answered(standing.round, standing.answered.get(voice, ()), measure.id)
    ]
    return tuple(sorted(missing, key=alphabetical))


def _advice(standing: Standing, measure: Measure) -> Iterable[tuple[str, tuple[Stand, ...]]]:
    """Advisory answers by group, each under its party's name."""
    groups: dict[str, list[Stand]] = {}
    for ballot in standing.advice.get(measure.id, ()):
        group = names.party(f"group:{ballot.group or 'other'}", {})
        who = ballot.party or gettext("Uten organisasjon")
        groups.setdefault(group, []).append(_stand(standing, who, ballot))
    for group in sorted(groups, key=alphabetical):
        yield group, tuple(sorted(groups[group], key=lambda stand: alphabetical(stand.who)))


def _counts(standing: Standing, measure: Measure, drawn: Revealed | None) -> Iterable[tuple[str, int]]:
    """How many gave each answer, where nobody is named."""
    round_ = standing.round
    if round_.is_anonymous:
        values = list(drawn.values) if drawn is not None and _is_enough(drawn) else []
    elif _are_many(standing):
        values = parties.all_values(standing, measure.id)
    else:
        return
    for value in sorted(set(values), key=lambda one: (one == 0, -one)):
        yield names.answer(round_, value), values.count(value)


def _sections(view: View, standing: Standing, measure: Measure, drawn: Revealed | None) -> Iterable[Section]:
    """What else there is to tell of a measure, each under a heading of its own."""
    conditions = []
    for voice, ballot in standing.ballots.get(measure.id, {}).items():
        if not ballot.conditional:
            continue
        line = f"{standing.names.get(voice, voice)}: {ballot.reason}"
        mark = view.get(ConditionMet, ballot.id)
        is_met = mark is not None and mark.stands
        met = gettext("Oppfylt: %(note)s", note=mark.note) if mark and is_met else gettext("Ikke oppfylt.")
        conditions.append(f"{line}\n{met}")
    if conditions:
        yield Section(gettext("Vilkår"), tuple(sorted(conditions, key=alphabetical)))
    if drawn is not None and _is_enough(drawn) and drawn.reasons:
        yield Section(gettext("Begrunnelser uten navn"), drawn.reasons)


def _mediation(workspace: Workspace, actor: Actor, standing: Standing, measure: Measure) -> Iterable[Section]:
    """What was said and done about a block, and what became of it; where persons are only counted, none is named."""

    def who(voice: str) -> str:
        return gettext("Én som svarte") if _are_many(standing) else standing.names.get(voice, voice)

    lines = tuple(story_lines.lines(standing.round, story.of(workspace, actor, standing, measure), who))
    if lines:
        yield Section(gettext("Mekling"), lines)


def _amendments(workspace: Workspace, actor: Actor, standing: Standing, measure: Measure) -> Iterable[Section]:
    """The amendments that were decided while the round was open, and those that were left open, with why."""
    lines = []
    for amendment in amending.during(amending.listing(workspace, actor, measure.id), standing.round):
        about = {"number": amendment.number, "name": amendment.proposer}
        if amendment.taken_in:
            line = gettext(
                "Endringsforslag %(number)s fra %(name)s: tatt inn i versjon %(version)s",
                version=amendment.taken_in,
                **about,
            )
        else:
            state = names.amendment_state(amendment.state)
            line = gettext("Endringsforslag %(number)s fra %(name)s: %(state)s", state=state, **about)
        lines.append(f"{line}\n{amendment.decision}" if amendment.decision else line)
    if lines:
        yield Section(gettext("Endringsforslag"), tuple(lines))
