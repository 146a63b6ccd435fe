"""The hearing of the demo: what was sent out, who answered, and what was made of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from workspace import access
from workspace.demo import sources
from workspace.demo.sources import Source
from workspace.demo.story import Act, Story
from workspace.hearings import answering, assessing, door, life, service
from workspace.hearings.answer import ACCOUNT, FORM, WHOLE, HearingAnswer
from workspace.hearings.model import Hearing

ABOUT = ("name", "party", "role", "municipality", "group", "email")
BY_DAY = "12:00"  # when an answer came of which only the day is told
ASSESSED = timedelta(minutes=4)  # from one part of an answer to the next


def acts(story: Story) -> Iterator[Act]:
    """It is drafted, opened, answered, closed at its deadline, assessed, and its answers shown."""
    one, made = sources.table("hearing.toml"), _Made(story)
    closes, lead = sources.moment(one["closes"]), one["by"]
    yield Act(sources.moment(one["at"]), partial(made.draft, one))
    yield Act(sources.moment(one["opens"]), partial(made.open, lead))
    yield Act(closes, partial(life.meet_deadlines, story.workspace, access.operator(story.slug)))
    for number, answer in enumerate(one["answers"]):
        yield Act(_received(answer), partial(made.answer, number, answer))
        begins = sources.moment(one["assessed_at"]) + ASSESSED * 5 * number
        for part, said in enumerate(answer["parts"]):
            yield Act(begins + ASSESSED * part, partial(made.assess, one, number, part, said))
    yield Act(sources.moment(one["shown_at"]), partial(made.show, one["shown_by"]))


def _received(answer: Source) -> datetime:
    received = answer["received"]
    return sources.moment(received if ":" in received else f"{received} {BY_DAY}")


class _Made:
    """The hearing and its answers, as they are made."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.hearing: Hearing
        self.answers: dict[int, HearingAnswer] = {}

    def draft(self, one: Source) -> None:
        """Make it on the version that is sent out."""
        self.hearing = life.create(
            self.story.workspace,
            self.story.people[one["by"]],
            self.story.documents[one["on"]],
            sources.version_number(one["on"], one["version"]),
            title=one["title"],
            letter=one["letter"].strip(),
            questions=tuple(one["questions"]),
            asked=tuple(one["asked"]),
            closes=sources.moment(one["closes"]),
        )

    def open(self, who: str) -> None:
        """Send it out."""
        self.hearing = life.open_hearing(self.story.workspace, self.story.people[who], self.hearing.id)

    def answer(self, number: int, answer: Source) -> None:
        """Take in an answer the way it came."""
        workspace, hearing = self.story.workspace, self.hearing
        said = self._said(answer)
        about = {name: answer[name] for name in ABOUT if name in answer}
        if answer["source"] == ACCOUNT:
            by = self.story.people[answer["by"]]
            kept = answering.answer_as_member(workspace, by, hearing.id, said)
        elif answer["source"] == FORM:
            kept = answering.receive(
                workspace, door.door(workspace, door.link(self.story.slug, hearing)), said, **about
            )
        else:
            by, received = self.story.people[answer["entered_by"]], _received(answer)
            kept = answering.enter(workspace, by, hearing.id, said, received, source=answer["source"], **about)
        self.answers[number] = kept

    def _said(self, answer: Source) -> dict[str, str]:
        """What is said of each thing, by what the form calls it."""
        chapters = service.text_of(self.story.workspace.region(self.story.slug), self.hearing).chapters
        names = {chapter.label.lstrip("0123456789. "): f"b{chapter.block}" for chapter in chapters}
        return {names.get(part["about"], part["about"] or WHOLE): part["text"] for part in answer["parts"]}

    def assess(self, one: Source, number: int, part: int, said: Source) -> None:
        """Say what came of a part; parts are kept in the order of the form."""
        answer = self.answers[number]
        index = next(i for i, kept in enumerate(answer.parts) if kept.text == said["text"].strip())
        led_to = sources.version_number(one["on"], said["led_to"]) if said.get("led_to") else 0
        self.answers[number] = assessing.assess(
            self.story.workspace,
            self.story.people[one["assessed_by"]],
            answer.id,
            index,
            answer.version,
            assessment=said["assessment"],
            outcome=said["outcome"],
            reason=said["reason"],
            led_to=led_to,
        )

    def show(self, who: str) -> None:
        """Let all members read the answers."""
        life.show_answers(self.story.workspace, self.story.people[who], self.hearing.id, is_shown=True)
