"""Who has not been heard from yet, for those who lead: municipalities and groups, and parts of documents.

It is never a ranking: parties come in the region's own order. What somebody has read is their own matter, so that of
reading only a number is told, where it tells of nobody (decision 019). Nothing of this is exported or searched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from workspace import access
from workspace.access import Action, Actor, Audience
from workspace.clean import alphabetical
from workspace.comments import placing
from workspace.comments import service as comments
from workspace.comments import subject as subjects
from workspace.comments.anchoring import REMOVED
from workspace.comments.model import Comment, Thread
from workspace.comments.subject import Subject
from workspace.documents import service as documents
from workspace.documents import versions
from workspace.documents.model import Document
from workspace.errors import NotFound
from workspace.markup import Block
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.regions.model import GROUPS, Membership
from workspace.rounds import counting, recipients, service
from workspace.rounds.model import Round
from workspace.rounds.suppression import HowMany, how_many
from workspace.store.port import View


class Party(NamedTuple):
    """What has been heard from a municipality or a group. Of an invited group `name` is "": its id says which."""

    id: str
    name: str
    members: int
    opened: HowMany | None  # how many of them have opened a document; None where there are too few to tell
    comments: int
    writers: int  # how many have written those
    answered: int  # of a municipality: rounds it has answered in; of a group: members who have given an answer
    rounds: int  # of a municipality: rounds that have asked it
    contacts: tuple[str, ...]  # e-mail addresses: of those who answer for it, or else of all its members

    @property
    def is_heard(self) -> bool:
        """Whether anything has been heard from it."""
        return bool(self.comments or self.answered)


def parties(workspace: Workspace, actor: Actor) -> list[Party]:
    """The municipalities in the order of the alphabet, then the groups. Raises Forbidden."""
    access.require(actor, Action.READ_SILENCE)
    view = workspace.region(actor.region).view()
    members = regions.members(workspace, actor)
    said = [one for one in view.find(Comment) if one.withdrawn is None and one.removed is None]
    readers = versions.readers(workspace, actor)
    held = [one for one in service.listing(workspace, actor) if one.state != "draft"]
    advisers = _advisers(view, held)
    found = []
    for municipality in regions.municipalities(workspace, actor):
        own = [member for member in members if member.municipality == municipality.id]
        answered, asked = _rounds(view, held, municipality.id)
        voices = set(recipients.people_of(view, municipality.id))
        contacts = [member for member in own if member.id in voices] or own
        spoke = _of(said, own, "municipality", municipality.name)
        found.append(_party(municipality.id, municipality.name, own, readers, spoke, answered, asked, contacts))
    for group in GROUPS:
        own = [member for member in members if member.group == group]
        answered = sum(member.id in advisers for member in own)
        found.append(_party(group, "", own, readers, _of(said, own, group), answered, 0, own))
    return found


def _party(
    id: str,
    name: str,
    members: list[Membership],
    readers: Collection[str],
    said: list[Comment],
    answered: int,
    rounds: int,
    contacts: list[Membership],
) -> Party:
    opened = how_many(sum(member.id in readers for member in members), len(members))
    writers = len({one.by or one.name for one in said})
    addresses = tuple(member.email for member in contacts)
    return Party(id, name, len(members), opened, len(said), writers, answered, rounds, addresses)


def _of(said: list[Comment], members: list[Membership], group: str, name: str = "") -> list[Comment]:
    """The comments of a party: of its members, and of whoever spoke for it, by group and name, at the time."""
    people = {member.id for member in members}
    return [one for one in said if one.by in people or (one.group == group and name in ("", one.party))]


def _rounds(view: View, held: Iterable[Round], number: str) -> tuple[int, int]:
    """In how many rounds a municipality has answered anything, and how many have asked it. Never what it answered."""
    asking = [round_ for round_ in held if not round_.by_person and number in round_.electorate]
    return sum(bool(counting.of(view, round_).answered.get(number)) for round_ in asking), len(asking)


def _advisers(view: View, held: Iterable[Round]) -> set[str]:
    """The members who have answered for themselves, in rounds that show what was answered."""
    found: set[str] = set()
    for round_ in held:
        if round_.is_anonymous or not service.may_show(round_):
            continue
        count = counting.of(view, round_)
        found |= {ballot.voter.removeprefix("person:") for ballots in count.advice.values() for ballot in ballots}
        found |= {count.voices[id].person for id, done in count.answered.items() if done and id in count.voices}
    return found - {""}


# -- Documents --


class Talked(NamedTuple):
    """A document that people are asked to read, and how many threads it has."""

    document: Document
    threads: int


def talked(workspace: Workspace, actor: Actor) -> list[Talked]:
    """The plans, and whatever else has been commented on, of the documents that all may read; by title."""
    access.require(actor, Action.READ_SILENCE)
    view = workspace.region(actor.region).view()
    counts: dict[str, int] = {}
    for thread in view.find(Thread):
        counts[thread.document] = counts.get(thread.document, 0) + 1
    ids = dict.fromkeys((*_plans(workspace, actor), *filter(None, counts)))
    found = (view.get(Document, id) for id in ids)
    shown = [one for one in found if one is not None and one.audience == Audience.REGION]
    shown.sort(key=lambda document: (alphabetical(document.title), document.id))
    return [Talked(document, counts.get(document.id, 0)) for document in shown]


def _plans(workspace: Workspace, actor: Actor) -> Iterator[str]:
    page = pages = 1
    while page <= pages:
        found = documents.listing(workspace, actor, {"kind": ("plan",)}, page=page)
        yield from (plan.id for plan in found.documents)
        page, pages = page + 1, found.pages


class Part(NamedTuple):
    """What stands under a heading of a document, and whether anybody has commented on it."""

    title: str  # "" for what stands before the first heading
    page: int
    anchor: str
    level: int
    is_talked_about: bool


def parts(workspace: Workspace, actor: Actor, document_id: str) -> tuple[Subject, list[Part]]:
    """A document by its headings. Raises NotFound, Forbidden."""
    access.require(actor, Action.READ_SILENCE)
    subject = subjects.find(workspace, actor, f"document:{document_id}")
    if subject.audience != Audience.REGION:
        raise NotFound()
    threads = comments.threads_about(workspace.region(actor.region).view(), subject)
    places = placing.places(workspace, actor, subject, threads).values()
    seats = {(place.page, place.block) for place in places if place.how != REMOVED}
    pages = range(1, subject.leaves + 1) if subject.unit else (0,)
    return subject, parted([(page, block) for page in pages for block in subject.read(page).blocks], seats)


def parted(blocks: Iterable[tuple[int, Block]], seats: Collection[tuple[int, int]]) -> list[Part]:
    """A text by its headings, each with what stands under it before the next. A heading with nothing of its own under
    it is left out. `seats` is the (page, block) of the passages that are commented on."""
    found: list[Part] = []
    heading, has_text = Part("", 0, "", 0, is_talked_about=False), False
    for page, block in blocks:
        if block.kind == "heading":
            found += [heading] if has_text else []
            heading, has_text = Part(block.text, page, block.anchor, block.level, is_talked_about=False), False
        else:
            has_text = True
        if (page, block.number) in seats:
            heading = heading._replace(is_talked_about=True)
    return [*found, heading] if has_text else found
