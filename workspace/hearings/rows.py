"""The rows of a hearing report: one thing that somebody said, and what was made of it. How rows are put in groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from workspace.clean import alphabetical
from workspace.comments.model import Comment, Thread
from workspace.hearings import answer as answers
from workspace.hearings.answer import HearingAnswer
from workspace.hearings.changes import Changed

CHAPTER, PARTY, MUNICIPALITY = "chapter", "party", "municipality"
WAYS = (CHAPTER, PARTY, MUNICIPALITY)
COMMENT, ANSWER = "comment", "answer"
OPEN, ANSWERED, RESOLVED, WITHDRAWN = "open", "answered", "resolved", "withdrawn"
STATES = (
    answers.TAKEN_IN, answers.PARTLY, answers.NOT_TAKEN_IN, answers.NOTED, ANSWERED, RESOLVED, OPEN, WITHDRAWN,
)  # fmt: skip


class Said(NamedTuple):
    """What somebody said in a thread after its first comment."""

    who: str
    text: str
    at: datetime
    by_staff: bool


class Row(NamedTuple):
    """One comment with its thread, or one part of an answer to the hearing."""

    kind: str  # COMMENT or ANSWER
    chapter: str  # "" for the whole text
    party: str  # "" for nobody but oneself
    name: str
    role: str
    municipality: str  # its name, "" for none
    at: datetime
    text: str
    state: str  # of STATES
    sort: str = ""  # of a comment, of comments.KINDS; of an answer how it came
    quote: str = ""  # the words it is about
    version: int = 0  # in which they stand
    is_orphan: bool = False  # they are no longer in the text
    suggested: str | None = (
        None  # what it wants the paragraph to be, "" to take it away; None where it suggests nothing
    )
    replies: tuple[Said, ...] = ()
    assessment: str = ""
    reason: str = ""
    led_to: int = 0
    changed: Changed = Changed()
    entered: str = ""  # where a comment entered on somebody's behalf comes from
    is_late: bool = False  # came after the deadline
    number: int = 0  # in the report


class Group(NamedTuple):
    """Rows under one heading; "" stands for what has no chapter, party or municipality."""

    key: str
    rows: tuple[Row, ...]


def of_thread(
    thread: Thread,
    said: Sequence[Comment],
    staff: frozenset[str],
    *,
    chapter: str,
    municipality: str,
    is_orphan: bool = False,
    changed: Changed = Changed(),  # noqa: B008  an immutable value
    suggested: str | None = None,
) -> Row | None:
    """The row of a thread; None where its first comment was taken away by those who lead."""
    first, rest = said[0], said[1:]
    if first.removed is not None:
        return None
    return Row(
        kind=COMMENT,
        chapter=chapter,
        party=first.party,
        name=first.name,
        role="",
        municipality=municipality,
        at=first.at,
        text="" if first.withdrawn else first.text,
        state=WITHDRAWN if first.withdrawn else thread.state,
        sort=thread.kind,
        quote=" ".join((thread.quote or thread.block_text).split()),
        version=thread.number,
        is_orphan=is_orphan,
        suggested=suggested,
        replies=tuple(_said(one, staff) for one in rest if one.removed is None and one.withdrawn is None),
        reason=thread.reason,
        led_to=thread.led_to,
        changed=changed,
        entered=first.source,
    )


def _said(one: Comment, staff: frozenset[str]) -> Said:
    who = f"{one.name}, {one.party}" if one.party else one.name
    return Said(who, one.text, one.at, one.by in staff)


def of_answer(
    answer: HearingAnswer, municipality: str, closes: datetime, changed: Mapping[int, Changed], number: int
) -> list[Row]:
    """A row for each part of an answer; one for an answer that was taken back. `changed` by the part's place."""
    about = {
        "kind": ANSWER, "party": answer.party, "name": answer.name, "role": answer.role, "municipality": municipality,
        "at": answer.received, "sort": answer.source, "is_late": answer.received > closes,
    }  # fmt: skip
    if answer.withdrawn is not None:
        return [Row(chapter="", text="", state=WITHDRAWN, **about)]  # type: ignore[arg-type]
    return [
        Row(
            chapter=part.heading,
            text=part.text,
            state=part.outcome or OPEN,
            assessment=part.assessment,
            reason=part.reason,
            led_to=part.led_to,
            changed=changed.get(at, Changed()),
            version=number if part.about else 0,
            **about,  # type: ignore[arg-type]
        )
        for at, part in enumerate(answer.parts)
    ]


def removed(said: Iterable[Comment]) -> int:
    """How many comments those who lead have taken away."""
    return sum(comment.removed is not None for comment in said)


# -- Groups --


def grouped(rows: Sequence[Row], way: str, chapters: Sequence[str]) -> list[Group]:
    """The rows in groups: chapters in the order of the text, the whole of it first; parties and municipalities by the
    alphabet, those of none last. Answers to the hearing stand before comments, and all as they came."""
    groups: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: (row.kind != ANSWER, row.at)):
        groups.setdefault(getattr(row, way), []).append(row)
    places = {chapter: at for at, chapter in enumerate(("", *chapters))}

    def order(key: str) -> tuple[int, str]:
        if way == CHAPTER:
            return places.get(key, len(places)), alphabetical(key)
        return int(not key), alphabetical(key)

    made: list[Group] = []
    number = 0
    for key in sorted(groups, key=order):
        numbered = []
        for row in groups[key]:
            number += 1
            numbered.append(row._replace(number=number))
        made.append(Group(key, tuple(numbered)))
    return made


def counts(rows: Iterable[Row]) -> list[tuple[str, int]]:
    """How many rows are in each state, in the order of STATES; those that none is in are left out."""
    found = Counter(row.state for row in rows)
    return [(state, found[state]) for state in STATES if found[state]]


def has_answered(asked: Sequence[str], given: Iterable[HearingAnswer]) -> int:
    """How many of those who were asked have answered: by the name of a party, or of a person."""
    known = {_plain(name) for one in given if one.withdrawn is None for name in (one.party, one.name) if name}
    return sum(_plain(name) in known for name in asked)


def _plain(name: str) -> str:
    return " ".join(name.casefold().removesuffix(" kommune").split())
