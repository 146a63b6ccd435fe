"""The rounds of the demo: where each municipality stood, and how disagreement was handled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from workspace import access
from workspace.demo import sources
from workspace.demo.clock import MOMENT
from workspace.demo.sources import Source
from workspace.demo.story import Act, Story
from workspace.measures import service as measures
from workspace.rounds import amending, answering, life, mediating, rewording

ORDER = ("9001", "9002", "9003", "9004", "9005", "9006", "9007", "9008", "9009")
ADVICE = ("solveig", "amalie", "henrik")
_SITTING = timedelta(minutes=3)  # between two answers of the same voice
_SUPPORTED = timedelta(minutes=37)  # between those who support an amendment
_BEFORE = timedelta(minutes=20)  # the last answers are given some time before the end


def acts(story: Story) -> Iterator[Act]:
    """Every round from its draft to its outcome, and the amendments and the mediation on the way."""
    for one in sources.tables("rounds"):
        yield from _round(story, one)
    told = sources.table("stories.toml")
    for one in told.get("amendments", ()):
        yield from _amendment(story, one)
    for one in told.get("mediation", ()):
        yield Act(sources.moment(one["at"]), partial(_mediate, story, one))


def _round(story: Story, one: Source) -> Iterator[Act]:
    opens, closes = sources.moment(one["opens"]), sources.moment(one["closes"])
    yield Act(sources.moment(one["at"]), partial(_draft, story, one, closes))
    yield Act(opens, partial(_open, story, one))
    yield from _answers(story, one, opens, min(closes, MOMENT) - _BEFORE)
    if closes < MOMENT:
        yield Act(closes, partial(life.meet_deadlines, story.workspace, access.operator(story.slug)))
    if "concluded_at" in one:
        yield Act(sources.moment(one["concluded_at"]), partial(_conclude, story, one))


def _draft(story: Story, one: Source, closes: datetime) -> None:
    chosen = tuple(story.measures[about["key"]] for about in one["measures"])
    rules = {name: one[name] for name in ("method", "quorum", "support", "visibility") if name in one}
    named = {name: one[name] for name in ("number", "title", "purpose")}
    made = life.create(story.workspace, story.people[one["by"]], chosen, closes=closes, **named, **rules)
    story.rounds[made.number] = made.id


def _open(story: Story, one: Source) -> None:
    life.open_round(story.workspace, story.people[one["by"]], story.rounds[one["number"]])


def _answers(story: Story, one: Source, opens: datetime, until: datetime) -> Iterator[Act]:
    """When it is not told when a voice answered: in one sitting, and the sittings spread over the time there is."""
    voices = [*ORDER, *ADVICE]
    for place, voice in enumerate(voices):
        begins = opens + (until - opens - _SITTING * len(one["measures"])) * ((place * 5) % len(voices) + 1) / (
            len(voices) + 1
        )
        for number, about in enumerate(one["measures"]):
            said = _said_by(voice, about)
            if said is not None:
                at = _told(voice, about) or begins + _SITTING * number
                yield Act(at, partial(_answer, story, one["number"], voice, about["key"], said))


def _told(voice: str, about: Source) -> datetime | None:
    """When a municipality answered, where the source says it."""
    if voice in ORDER and "at" in about:
        return sources.moment(about["at"][ORDER.index(voice)])
    return None


class Said(NamedTuple):
    """What a voice answers on a measure, why, and whether it is a «ja, hvis»."""

    value: str
    reason: str
    conditional: bool = False


def _said_by(voice: str, about: Source) -> Said | None:
    """What a voice answers on a measure; None when it does not."""
    if voice in ORDER:
        value = about["votes"].split()[ORDER.index(voice)]
        reason, conditional = about.get("reasons", {}).get(voice, ""), voice in about.get("conditional", ())
        return None if value == "-" else Said("abstain" if value == "a" else value, reason, conditional)
    return next((Said(str(value), reason) for who, value, reason in about.get("advice", ()) if who == voice), None)


def _answer(story: Story, number: int, voice: str, key: str, said: Said) -> None:
    actor = story.voting(voice) if voice in ORDER else story.people[voice]
    round_, measure = story.rounds[number], story.measures[key]
    answering.answer(story.workspace, actor, round_, measure, said.value, said.reason, conditional=said.conditional)


def _conclude(story: Story, one: Source) -> None:
    life.conclude(
        story.workspace,
        story.people[one["by"]],
        story.rounds[one["number"]],
        one["outcome"].strip(),
        one.get("review_date", ""),
        one.get("followed_up_by", ""),
        tuple(story.measures[key] for key in one.get("starts", ())),
    )


def _amendment(story: Story, one: Source) -> Iterator[Act]:
    made: list[str] = []
    at = sources.moment(one["at"])
    yield Act(at, partial(_amend, story, made, one))
    for place, who in enumerate(one.get("supporters", ()), 1):
        yield Act(at + _SUPPORTED * place, partial(_support, story, made, who))
    if "end" in one:
        yield Act(sources.moment(one["end_at"]), partial(_decide, story, made, one))


def _amend(story: Story, made: list[str], one: Source) -> None:
    by = story.people[one["by"]]
    measure = measures.get(story.workspace, by, story.measures[one["on"]])
    new = amending.propose(story.workspace, by, measure.id, measure.text_version, one["new"], one["old"], one["why"])
    made.append(new.id)


def _support(story: Story, made: list[str], who: str) -> None:
    amending.support(story.workspace, story.people[who], made[0])


def _decide(story: Story, made: list[str], one: Source) -> None:
    by, reason = story.people[one["end_by"]], one["end_reason"]
    if one["end"] == "not_taken_in":
        amending.decline(story.workspace, by, made[0], reason)
        return
    measure = measures.get(story.workspace, by, story.measures[one["on"]])
    text = measure.text.replace(one["old"], one["new"])
    rewording.take_in(
        story.workspace, by, made[0], measure.text_version, rewording.Rewording(measure.title, text, reason=reason)
    )


def _mediate(story: Story, one: Source) -> None:
    round_, measure = story.rounds[one["round"]], story.measures[one["on"]]
    by, heading = story.people[one["by"]], one.get("heading", "")
    if one["kind"] == "stands":
        mediating.stand_by(story.workspace, by, round_, measure, one["text"])
    else:
        mediating.write(story.workspace, by, round_, measure, one["kind"], one["text"], heading)
