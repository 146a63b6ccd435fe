"""Who is told of an event, and why: one table, and what people have said themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from workspace.access import Action, can
from workspace.comments.model import Comment, CommentText
from workspace.measures.model import EXTERNAL, Measure, MeasureText
from workspace.notices import happening
from workspace.notices.circle import Circle
from workspace.notices.happening import Happening
from workspace.notices.model import ANSWERED, FOLLOWED, MENTIONED, REST, ROUND, THEME, Follow, follow_id
from workspace.notices.things import THREAD, may_see
from workspace.rounds.amendment import Amendment
from workspace.rounds.ballot import Voice
from workspace.rounds.model import Round
from workspace.rounds.reminder import Reminder
from workspace.store.port import Event, View

PERSON, IN_THREAD, OF_THING = "person", "thread", "thing"

Who = Callable[[View, Circle, Happening], Iterable[str]]


class Told(NamedTuple):
    """Some who are told of an event, why, and what they can refuse it by: the thread, the thing, or nothing (what is
    said to them in person)."""

    who: Who
    why: str
    refused_by: str = OF_THING


# -- Who is meant --


def mentioned(view: View, circle: Circle, seen: Happening) -> Iterable[str]:
    """Whom the comment names with this event and still does, and did not name before: who is named by an edit hears of
    it, and who was named already does not hear again."""
    comment = seen.thing.comment
    if comment is None:
        return ()
    earlier = view.find(CommentText, {"comment": comment.id}, order="number")
    texts = [*(text.text for text in earlier), comment.text]
    came = sum(text.at < seen.event.at for text in earlier) if seen.event.action == "comments.edited" else 0
    known = {person for text in texts[:came] for person in circle.named_in(text)}
    return circle.named_in(texts[came]) & circle.named_in(texts[-1]) - known


def taking_part(view: View, circle: Circle, seen: Happening) -> Iterable[str]:
    """Who opened the thread or has written in it before."""
    thread = seen.thing.thread
    if thread is None:
        return ()
    comments = view.find(Comment, {"thread": thread.id}, order="at")
    return (thread.by, *(comment.by for comment in comments if comment.at <= seen.event.at))


def writer(view: View, circle: Circle, seen: Happening) -> Iterable[str]:
    """Who wrote the document or the measure first, and who did last."""
    record = seen.thing.record
    if isinstance(record, Measure):
        first = view.get(MeasureText, f"{record.id}:1")
        return (first.by if first is not None else "", record.changed_by)
    return (getattr(record, "created_by", ""), getattr(record, "changed_by", ""))


def commenter(view: View, circle: Circle, seen: Happening) -> Iterable[str]:
    """Who wrote the comment."""
    return (seen.thing.comment.by,) if seen.thing.comment is not None else ()


def leaders(view: View, circle: Circle, seen: Happening) -> Iterable[str]:
    """Who leads the region's work."""
    return circle.leaders


def everybody(view: View, circle: Circle, seen: Happening) -> Iterable[str]:
    """All members, where it is the plan itself."""
    return circle.members if getattr(seen.thing.record, "kind", "") == "plan" else ()


def members(view: View, circle: Circle, seen: Happening) -> Iterable[str]:
    """All members."""
    return circle.members


def owner(view: View, circle: Circle, seen: Happening) -> Iterable[str]:
    """Who answers for the municipality that is responsible for the measure; of another owner, its members."""
    measure = seen.thing.record
    if measure.owner == EXTERNAL:
        named = measure.responsible.casefold()
        return [id for id, member in circle.members.items() if member.organisation.casefold() == named]
    return circle.answering_for(measure.owner) if measure.owner else ()


def answering(view: View, circle: Circle, seen: Happening) -> Iterable[str]:
    """Who answers in the round."""
    round_: Round = seen.thing.record
    if round_.by_person:
        return (voice.person for voice in view.find(Voice, {"round": round_.id}))
    return (person for number in round_.electorate for person in circle.answering_for(number))


def reminded(view: View, circle: Circle, seen: Happening) -> Iterable[str]:
    """Whom the round's own reminder is to."""
    reminder = view.get(Reminder, seen.event.record)
    return (reminder.person,) if reminder is not None else ()


def proposer(view: View, circle: Circle, seen: Happening) -> Iterable[str]:
    """Who proposed the amendment, and who supports it."""
    amendment = view.get(Amendment, happening.amendment_of(seen.event))
    return (amendment.by, *(one.person for one in amendment.supporters)) if amendment is not None else ()


def reporter(view: View, circle: Circle, seen: Happening) -> Iterable[str]:
    """Who can write a report on the measure, of those it is from."""
    return (person for person in owner(view, circle, seen) if can(circle.actors[person], Action.REPORT_WORK))


# -- The table --

# Who is told of each kind of event without having asked for it. Few, each for a reason:
# who leads hears of what waits for an answer, because it is theirs to see that there comes one;
# who wrote a text hears of what is said about it and done with it; who takes part in a talk, of what is said there;
# who answers in rounds, of what has a deadline or tells how it went; who is responsible for a measure, of its changes;
# and everybody of a new text of the plan and of its hearing, because it is what all are here for. Answers to a hearing
# are for those who lead alone, until they are shown to members.
# Those who follow a thing or its theme, and those who want all, come in addition (see `recipients`).
_CHANGED_MEASURE = (Told(owner, FOLLOWED), Told(writer, FOLLOWED))
_ROUND = (Told(answering, ROUND), Told(leaders, ROUND))
TABLE: dict[str, tuple[Told, ...]] = {
    "threads.opened": (Told(mentioned, MENTIONED, PERSON), Told(writer, FOLLOWED), Told(leaders, FOLLOWED)),
    "threads.reopened": (Told(taking_part, ANSWERED, IN_THREAD), Told(leaders, FOLLOWED)),
    "threads.resolved": (Told(taking_part, ANSWERED, IN_THREAD),),
    "threads.settled": (Told(taking_part, ANSWERED, IN_THREAD),),
    "comments.posted": (
        Told(mentioned, MENTIONED, PERSON),
        Told(taking_part, ANSWERED, IN_THREAD),
        Told(writer, FOLLOWED),
    ),
    "comments.edited": (Told(mentioned, MENTIONED, PERSON),),
    "comments.removed": (Told(commenter, ANSWERED, PERSON),),
    "suggestions.made": (Told(writer, FOLLOWED), Told(leaders, FOLLOWED)),
    "suggestions.taken_in": (Told(taking_part, ANSWERED, IN_THREAD),),
    "suggestions.declined": (Told(taking_part, ANSWERED, IN_THREAD),),
    "documents.created": (Told(everybody, FOLLOWED),),
    "documents.changed": (Told(writer, FOLLOWED), Told(everybody, FOLLOWED)),
    "measures.proposed": (Told(owner, FOLLOWED), Told(leaders, FOLLOWED)),
    "measures.changed": _CHANGED_MEASURE,
    "measures.reworded": (Told(proposer, ANSWERED), *_CHANGED_MEASURE),
    "measures.merged": _CHANGED_MEASURE,
    "measures.status_changed": _CHANGED_MEASURE,
    "measures.responsibility_accepted": (*_CHANGED_MEASURE, Told(leaders, FOLLOWED)),
    "amendments.proposed": (*_CHANGED_MEASURE, Told(leaders, FOLLOWED)),
    "amendments.declined": (Told(proposer, ANSWERED),),
    "rounds.opened": _ROUND,
    "rounds.extended": _ROUND,
    "rounds.closed": _ROUND,
    "rounds.reopened": _ROUND,
    "rounds.concluded": _ROUND,
    "rounds.not_opened": (Told(leaders, ROUND),),
    "reminders.made": (Told(reminded, ROUND, PERSON),),
    "hearings.opened": (Told(members, ROUND),),
    "hearings.extended": (Told(members, ROUND),),
    "hearings.closed": (Told(writer, ROUND), Told(leaders, ROUND)),
    "hearing_answers.received": (Told(leaders, FOLLOWED),),
    "status_reports.asked": (Told(reporter, ROUND),),
    "status_reports.written": (Told(owner, FOLLOWED), Told(leaders, FOLLOWED)),
}
# Nobody hears of these by following.
ONLY_THEY = frozenset(
    {"comments.edited", "comments.removed", "rounds.not_opened", "reminders.made", "hearing_answers.received"}
)


def recipients(view: View, circle: Circle, event: Event) -> dict[str, str]:
    """Who is told of an event, and why; the first reason that fits is the one. Nobody hears of their own act, and
    nobody of what they may not see."""
    seen = happening.of(view, event) if event.action in TABLE else None
    if seen is None:
        return {}
    found: dict[str, str] = {}
    sayings = _Sayings(view, seen)
    for told in TABLE[event.action]:
        for person in told.who(view, circle, seen):
            if person not in found and not sayings.refuses(person, told.refused_by):
                found[person] = told.why
    if event.action not in ONLY_THEY:
        for person in sayings.following:
            found.setdefault(person, FOLLOWED)
        for person in sayings.following_theme:
            found.setdefault(person, THEME)
        for person in circle.want_all:
            if not sayings.refuses(person, OF_THING):
                found.setdefault(person, REST)
    by = happening.by(event)
    return {
        person: why
        for person, why in found.items()
        if person != by and person in circle.actors and may_see(circle.actors[person], seen.thing)
    }


class _Sayings:
    """What people have said about following the things that an event is about. The nearest one counts: of a thread
    before its document, of a document before its theme."""

    def __init__(self, view: View, seen: Happening) -> None:
        thread = f"{THREAD}:{seen.thing.thread.id}" if seen.thing.thread is not None else ""
        self._thread = _said(view, thread)
        self._thing = _said(view, seen.thing.followed)
        self._theme = _said(view, seen.thing.theme)

    def refuses(self, person: str, by: str) -> bool:
        """Whether somebody has said no to this."""
        if by == PERSON:
            return False
        said = self._thread.get(person)
        if said is None and by == OF_THING:
            said = self._thing.get(person)
        return said is False

    @property
    def following(self) -> Iterable[str]:
        """Who follows the thread, or the thing and has not said no to the thread."""
        both = self._thing | self._thread
        return (person for person, on in both.items() if on)

    @property
    def following_theme(self) -> Iterable[str]:
        """Who follows the theme, and has not said no to the thing or the thread."""
        return (person for person, on in self._theme.items() if on and not self.refuses(person, OF_THING))


def _said(view: View, about: str) -> dict[str, bool]:
    return {one.person: one.on for one in view.find(Follow, {"about": about})} if about else {}


def follows_by_role(view: View, circle: Circle, person: str, about: str) -> bool:
    """Whether somebody hears of a thing without having said so: they wrote it, answer in it, or take part in it."""
    seen = happening.standing(view, about)
    if seen is None:
        return False
    by_kind: dict[str, tuple[Who, ...]] = {
        "document": (writer, everybody),
        "measure": (writer, owner),
        "round": (answering, leaders),
        THREAD: (taking_part,),
    }
    kind = about.partition(":")[0]
    return any(person in set(who(view, circle, seen)) for who in by_kind.get(kind, ()))


def is_followed(view: View, circle: Circle, person: str, about: str) -> bool:
    """Whether somebody follows a thing: as they have said, else as their role has it."""
    said = view.get(Follow, follow_id(person, about))
    return said.on if said is not None else follows_by_role(view, circle, person, about)
