"""The hearing report: all that was said about a document, what was made of it, and the change it led to.

Gathered once, for the screen, PDF, DOCX and XLSX, so that they say the same. It holds no more than the one who asks may
see.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from workspace import access
from workspace.access import RULES, Action, Actor
from workspace.comments import placing, suggesting
from workspace.comments import service as comments
from workspace.comments import subject as subjects
from workspace.comments.anchoring import REMOVED, Difference, Spot, Text
from workspace.comments.model import Comment, Thread
from workspace.comments.suggestion import WITHDRAWN
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.hearings import rows, service
from workspace.hearings.answer import HearingAnswer
from workspace.hearings.changes import Changed, Changes
from workspace.hearings.chapters import Chapter, chapter_of, chapters
from workspace.hearings.model import Hearing
from workspace.hearings.rows import CHAPTER, WAYS, Group, Row
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.regions.model import Membership
from workspace.store.port import View
from workspace.translation import gettext


class Report(NamedTuple):
    """All of it, as it is at this moment."""

    region: str
    responsible: str
    title: str  # of the hearing, or of the document
    document: Document
    hearing: Hearing | None
    way: str  # of rows.WAYS
    groups: tuple[Group, ...]
    answered: tuple[str, ...]  # who have answered the hearing
    received: int  # answers to the hearing, with those that were taken back
    withdrawn: int  # of them
    asked: int
    asked_answered: int
    removed: int  # comments that those who lead have taken away, and that are left out
    is_without_answers: bool  # the hearing's answers are not shown to the one who asks
    at: datetime

    @property
    def rows(self) -> list[Row]:
        """All rows, in the order of the report."""
        return [row for group in self.groups for row in group.rows]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many are in each state."""
        return rows.counts(self.rows)

    def count(self, kind: str) -> int:
        """How many rows there are of a kind."""
        return sum(row.kind == kind for row in self.rows)


def of_hearing(workspace: Workspace, actor: Actor, hearing_id: str, way: str = CHAPTER) -> Report:
    """The report of a hearing: its answers, and the comments on its document. Raises NotFound, Forbidden."""
    hearing = service.get(workspace, actor, hearing_id)
    return _report(workspace, actor, hearing.document, hearing, way)


def of_document(workspace: Workspace, actor: Actor, document_id: str, way: str = CHAPTER) -> Report:
    """The report of the comments on a document. Raises NotFound, Forbidden."""
    return _report(workspace, actor, document_id, None, way)


def _report(workspace: Workspace, actor: Actor, document_id: str, hearing: Hearing | None, way: str) -> Report:
    document = documents.get(workspace, actor, document_id)
    way = way if way in WAYS else CHAPTER
    gathering = Gathering(workspace, actor, document)
    said, removed = gathering.comments()
    given: list[HearingAnswer] = []
    is_shown = hearing is not None and service.sees_answers(actor, hearing)
    if hearing is not None and is_shown:
        given = service.answers(workspace, actor, hearing)
        said += gathering.answers(hearing, given)
    region = regions.region_of(workspace, actor.region or "")
    standing = [one for one in given if one.withdrawn is None]
    return Report(
        region=region.name,
        responsible=region.responsible,
        title=hearing.title if hearing is not None else document.title,
        document=document,
        hearing=hearing,
        way=way,
        groups=tuple(rows.grouped(said, way, gathering.order(hearing))),
        answered=tuple(dict.fromkeys(one.party or one.name for one in standing)),
        received=len(given),
        withdrawn=len(given) - len(standing),
        asked=len(hearing.asked) if hearing is not None else 0,
        asked_answered=rows.has_answered(hearing.asked, given) if hearing is not None else 0,
        removed=removed,
        is_without_answers=hearing is not None and not is_shown,
        at=workspace.now(),
    )


class Gathering:
    """Makes the rows of one document for one reader."""

    def __init__(self, workspace: Workspace, actor: Actor, document: Document) -> None:
        self._workspace, self._actor, self._document = workspace, actor, document
        self._store = workspace.region(actor.region)
        self._view: View = self._store.view()
        self._subject = subjects.of_document(workspace, actor, document, self._view)
        self._pages: dict[int, list[Chapter]] = {}
        self._changes = Changes(self._store, document.id)
        self._names = {m.id: m.name for m in regions.municipalities(workspace, actor)}

    def comments(self) -> tuple[list[Row], int]:
        """A row for each thread, and how many comments are left out because they were taken away."""
        threads = [
            thread
            for thread in comments.threads_about(self._view, self._subject)
            if access.may_see(self._actor, thread)
        ]
        places = placing.places(self._workspace, self._actor, self._subject, threads)
        may_answer = RULES[Action.ASSESS_HEARING]
        staff = frozenset(member.id for member in self._view.find(Membership) if member.role in may_answer)
        found, removed = [], 0
        for thread in threads:
            said = self._view.find(Comment, {"thread": thread.id}, order="at")
            removed += rows.removed(said)
            place = places[thread.id]
            chapter = self._chapter(place.page, place.block)
            row = rows.of_thread(
                thread, said, staff, chapter=chapter, municipality=self._names.get(thread.municipality or "", ""),
                is_orphan=place.how == REMOVED, changed=self._change_of(thread, chapter),
                suggested=self._suggested(thread),
            ) if said else None  # fmt: skip
            found += [row] if row is not None else []
        return found, removed

    def _suggested(self, thread: Thread) -> str | None:
        """The words that a thread suggests in place of its paragraph; None where it suggests none, or no more."""
        suggestion = suggesting.get(self._view, thread.id) if thread.kind == "suggestion" else None
        return suggestion.new if suggestion is not None and suggestion.state != WITHDRAWN else None

    def _change_of(self, thread: Thread, chapter: str) -> Changed:
        if not thread.led_to:
            return Changed()
        return self._changes.near(thread.led_to, chapter.rpartition(": ")[2], *self._changes.passage_of(thread))

    def _chapter(self, page: int, block: int) -> str:
        """What the chapter is called that a block stands in now; of a file that has pages, the page."""
        if self._subject.unit:
            return gettext("Side %(number)s", number=page) if self._subject.unit == "page" else self._sheet(page)
        found = chapter_of(self._chapters(), block) if block else None
        return found.label if found is not None else ""

    def _sheet(self, page: int) -> str:
        labels = self._document.file.labels if self._document.file is not None else ()
        return labels[page - 1] if 1 <= page <= len(labels) else gettext("Ark %(number)s", number=page)

    def _chapters(self) -> list[Chapter]:
        if 0 not in self._pages:
            self._pages[0] = chapters(self._subject.read(0).blocks)
        return self._pages[0]

    def answers(self, hearing: Hearing, given: list[HearingAnswer]) -> list[Row]:
        """The rows of the answers to a hearing."""
        found: list[Row] = []
        now = self._chapters_now(hearing)
        for answer in given:
            changed = {
                at: self._changes.near(part.led_to, part.heading.rpartition(": ")[2] if part.about[:1] == "b" else "")
                for at, part in enumerate(answer.parts)
                if part.led_to
            }
            municipality = self._names.get(answer.municipality, "")
            found += [
                row._replace(chapter=now.get(row.chapter, row.chapter))
                for row in rows.of_answer(answer, municipality, hearing.closes, changed, hearing.number)
            ]
        return found

    def _chapters_now(self, hearing: Hearing) -> dict[str, str]:
        """What the chapters of the text that was sent out are called now, as far as they are known to be the same."""
        if hearing.number == self._document.number or self._subject.unit:
            return {}
        then = service.text_of(self._store, hearing)
        difference = Difference(Text([(0, then.blocks)]), self._subject.text())
        found = {}
        for chapter in then.chapters:
            placed = difference.place(Spot(0, chapter.block))
            now = chapter_of(self._chapters(), placed.spot.block) if placed.how != REMOVED else None
            if now is not None:
                found[chapter.label] = now.label
        return found

    def order(self, hearing: Hearing | None) -> list[str]:
        """What can be spoken of, in order: the hearing's questions, the chapters as they are now, and those that the
        text had when it was sent out."""
        if self._subject.unit:
            now = [self._chapter(page, 0) for page in range(1, self._subject.leaves + 1)]
        else:
            now = [chapter.label for chapter in self._chapters()]
        then = [c.label for c in service.text_of(self._store, hearing).chapters] if hearing is not None else []
        return list(dict.fromkeys((*(hearing.questions if hearing is not None else ()), *now, *then)))
