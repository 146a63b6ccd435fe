"""Reading hearings: which there are, the text that is sent out, and the answers that somebody may see."""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

from workspace import access, markup
from workspace.access import Action, Actor, Audience
from workspace.documents import leaves
from workspace.documents import service as documents
from workspace.documents.model import Document, Version, version_id
from workspace.errors import NotFound
from workspace.hearings.answer import HearingAnswer
from workspace.hearings.chapters import Chapter, chapters
from workspace.hearings.model import DRAFT, OPEN, Hearing
from workspace.markup import Block
from workspace.parts import Workspace
from workspace.search.port import Entry
from workspace.store.port import Store, View


class Text(NamedTuple):
    """The text of a hearing, as it is read: the very version that is sent out."""

    version: Version
    blocks: tuple[Block, ...]
    chapters: list[Chapter]

    def heading(self, about: str) -> str:
        """The words of the chapter that a part of an answer is about, "" for none."""
        return next((chapter.label for chapter in self.chapters if f"b{chapter.block}" == about), "")


class Standing(NamedTuple):
    """A hearing in a list: its document, and how many have answered."""

    hearing: Hearing
    document: Document
    answers: int
    unassessed: int  # for staff


def get(workspace: Workspace, actor: Actor, hearing_id: str, view: View | None = None) -> Hearing:
    """A hearing. Raises NotFound for none, for one on a document that is not for this actor, and for a draft to
    anybody but those who prepare or lead."""
    access.require(actor, Action.READ_HEARING)
    view = view or workspace.region(actor.region).view()
    hearing = view.get(Hearing, hearing_id)
    if hearing is None or (hearing.state == DRAFT and not access.can(actor, Action.ASSESS_HEARING)):
        raise NotFound()
    documents.get(workspace, actor, hearing.document, view)
    return hearing


def listing(workspace: Workspace, actor: Actor, document: str = "") -> list[Standing]:
    """The hearings that this actor may see, newest first; those on one document, where it is named."""
    access.require(actor, Action.READ_HEARING)
    view = workspace.region(actor.region).view()
    where = {"document": document} if document else None
    found = []
    for hearing in view.find(Hearing, where, order="created", descending=True):
        try:
            get(workspace, actor, hearing.id, view)
        except NotFound:
            continue
        answers = [one for one in _answers(view, hearing) if one.withdrawn is None]
        about = documents.get(workspace, actor, hearing.document, view)
        found.append(Standing(hearing, about, len(answers), sum(not one.is_assessed for one in answers)))
    return found


def open_ones(workspace: Workspace, actor: Actor, document: str = "") -> list[Hearing]:
    """The hearings (on one document, where it is named) that this actor may see and that take answers now; none for one
    who may not read hearings."""
    if not access.can(actor, Action.READ_HEARING):
        return []
    view = workspace.region(actor.region).view()
    found = []
    for hearing in view.find(Hearing, {"document": document} if document else {"state": OPEN}, order="created"):
        with suppress(NotFound):
            found.append(get(workspace, actor, hearing.id, view))
    return [hearing for hearing in found if hearing.is_open(workspace.now())]


def text_of(store: Store, hearing: Hearing) -> Text:
    """The text that is sent out. Raises NotFound."""
    return version_text(store, hearing.document, hearing.number)


def language_of(workspace: Workspace, region: str, hearing: Hearing) -> str:
    """The language that the text of a hearing is in, "" where nobody has said."""
    document = workspace.region(region).view().get(Document, hearing.document)
    return document.language if document is not None else ""


def version_text(store: Store, document: str, number: int) -> Text:
    """A version of a document as it is read; pages and sheets of a file one after the other. Raises NotFound."""
    version = store.view().get(Version, version_id(document, number))
    if version is None:
        raise NotFound()
    source = store.blobs.get(version.digest).decode()
    blocks = _blocks(version, source)
    return Text(version, blocks, chapters(blocks))


def _blocks(version: Version, source: str) -> tuple[Block, ...]:
    file = version.file
    if file is None or not file.unit:
        return markup.render(source).blocks
    pages = [leaves.render_leaf(source, file.unit, page).blocks for page in range(1, file.leaves + 1)]
    flat = [block for page in pages for block in page]
    return tuple(
        Block(number, block.kind, block.html, block.text, block.level, f"b-{number}")
        for number, block in enumerate(flat, start=1)
    )


# -- Answers --


def sees_answers(actor: Actor, hearing: Hearing) -> bool:
    """Whether this actor sees what others have answered: staff, and all members once staff have chosen so."""
    return access.can(actor, Action.ASSESS_HEARING) or (
        hearing.shown is not None and access.can(actor, Action.READ_HEARING)
    )


def answers(workspace: Workspace, actor: Actor, hearing: Hearing) -> list[HearingAnswer]:
    """The answers that this actor may see, as they came; their own alone, where the others are not shown."""
    found = _answers(workspace.region(actor.region).view(), hearing)
    if sees_answers(actor, hearing):
        return found
    return [answer for answer in found if actor.person and answer.person == actor.person]


def answer(
    workspace: Workspace, actor: Actor, answer_id: str, view: View | None = None
) -> tuple[Hearing, HearingAnswer]:
    """An answer and its hearing. Raises NotFound for none, and for one that is not shown to this actor."""
    view = view or workspace.region(actor.region).view()
    found = view.get(HearingAnswer, answer_id)
    if found is None:
        raise NotFound()
    hearing = get(workspace, actor, found.hearing, view)
    if not sees_answers(actor, hearing) and not (actor.person and found.person == actor.person):
        raise NotFound()
    return hearing, found


def shown(workspace: Workspace, actor: Actor, hearing_id: str, view: View | None = None) -> Hearing:
    """A hearing whose answers this actor sees. Raises NotFound for any other."""
    hearing = get(workspace, actor, hearing_id, view)
    if not sees_answers(actor, hearing):
        raise NotFound()
    return hearing


def own_answer(workspace: Workspace, actor: Actor, hearing: Hearing, view: View | None = None) -> HearingAnswer | None:
    """What this member has answered, and not taken back."""
    view = view or workspace.region(actor.region).view()
    found = view.find(HearingAnswer, {"hearing": hearing.id, "person": actor.person or "nobody"}, order="received")
    return next((one for one in reversed(found) if one.withdrawn is None), None)


def _answers(view: View, hearing: Hearing) -> list[HearingAnswer]:
    return view.find(HearingAnswer, {"hearing": hearing.id}, order="received")


# -- For search --


def entries_of(view: View, table: str, record_id: str) -> tuple[list[Entry], list[str]]:
    """What search keeps of answers: (entries, uids that are gone).

    A hearing and a document bring all their answers anew: who finds them hangs on whether they are shown, and on who
    may read the document.
    """
    hearings: list[Hearing | None] = []
    found: list[HearingAnswer] = []
    if table == HearingAnswer.table:
        one = view.get(HearingAnswer, record_id)
        found = [one] if one is not None else []
        if one is None:
            return [], [f"answer:{record_id}"]
    elif table == Hearing.table:
        hearings = [view.get(Hearing, record_id)]
    elif table == Document.table:
        hearings = list(view.find(Hearing, {"document": record_id}, order="created"))
    for hearing in hearings:
        found += _answers(view, hearing) if hearing is not None else []
    entries = [entry for one in found if (entry := _entry(view, one)) is not None]
    kept = {entry.ref for entry in entries}
    return entries, [f"answer:{one.id}" for one in found if one.id not in kept]


def _entry(view: View, found: HearingAnswer) -> Entry | None:
    hearing = view.get(Hearing, found.hearing)
    document = view.get(Document, hearing.document) if hearing is not None else None
    if hearing is None or document is None or found.withdrawn is not None:
        return None
    is_shown = hearing.shown is not None and document.audience == Audience.REGION
    return Entry(
        uid=f"answer:{found.id}",
        kind="answer",
        id=found.id,
        ref=found.id,
        title=hearing.title,
        text="\n".join(markup.render_short(part.text).text for part in found.parts),
        audience=Audience.REGION if is_shown else Audience.STAFF,
        date=found.received.date().isoformat(),
        parent=hearing.id,
        municipalities=(found.municipality,) if found.municipality else (),
    )
