"""What people do with comments: open a thread on a passage, reply, resolve and reopen."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import NamedTuple

from workspace import access, markup
from workspace.access import Action, Actor
from workspace.comments.model import LONGEST_QUOTE, Comment, Thread, check_text, passage
from workspace.documents import leaves
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.errors import Invalid, Message, NotFound, _
from workspace.markup import Block, Rendered
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.search.port import Entry
from workspace.store.port import View


class Talk(NamedTuple):
    """A thread with its comments and where it is seated on the page."""

    thread: Thread
    comments: tuple[Comment, ...]
    number: int  # 1, 2, 3 ... down the page
    block: int  # of the current text; 0 when there is no seat left in it
    fixed: bool  # whether its passage can be marked there: the paragraph is as it was


def open_thread(
    workspace: Workspace,
    actor: Actor,
    document_id: str,
    block: int,
    text: str,
    *,
    page: int = 0,
    quote: str = "",
    once: Once | None = None,
) -> Thread:
    """Open a thread on a paragraph of the current text (of one page, where it has them), with a first comment.

    `quote` is the words in the paragraph it is about, "" for all of it. Raises NotFound, Forbidden, Invalid.
    """
    document = documents.get(workspace, actor, document_id)
    access.require(actor, Action.COMMENT, document)
    store = workspace.region(actor.region)
    earlier = came_of(store.view(), actor, once, Thread)  # the text may have changed since: its paragraph is not asked
    if earlier is not None:
        return earlier
    text = check_text(text)
    page = page if document.unit else 0
    target = _block(text_of(document, page), block)
    start, end = passage(target.text, quote[:LONGEST_QUOTE])
    thread = Thread(
        id=workspace.new_id(),
        document=document.id,
        number=document.number,
        page=page,
        block=target.number,
        start=start,
        end=end,
        quote=target.text[start:end],
        block_text=target.text,
        audience=document.audience,
        by=actor.by,
        municipality=actor.municipality,
        opened=workspace.now(),
    )
    comment = _comment(workspace, actor, thread, text, f"{thread.id}-1")
    with store.transaction() as tx:
        earlier = came_of(tx, actor, once, Thread)
        if earlier is not None:
            return earlier
        kept = tx.put(thread)
        tx.put(comment)
        tx.log("threads.opened", kept, at=kept.opened, by=actor.by, document=document.id)
        remember(tx, actor, once, kept, kept.opened)
        return kept


def reply(workspace: Workspace, actor: Actor, thread_id: str, text: str, *, once: Once | None = None) -> Comment:
    """Reply in a thread. Raises NotFound, Invalid."""
    thread = get(workspace, actor, thread_id)
    access.require(actor, Action.COMMENT, thread)
    comment = _comment(workspace, actor, thread, check_text(text), workspace.new_id())
    with workspace.region(actor.region).transaction() as tx:
        earlier = came_of(tx, actor, once, Comment)
        if earlier is not None:
            return earlier
        last = tx.first(Comment, {"thread": thread.id}, order="at", descending=True)
        if last is not None and comment.at <= last.at:  # the clock was set back; a reply still comes after
            comment = comment.changed(at=last.at + timedelta(microseconds=1))
        kept = tx.put(comment)
        tx.log("comments.posted", kept, at=kept.at, by=actor.by, thread=thread.id, document=thread.document)
        remember(tx, actor, once, kept, workspace.now())
        return kept


def resolve(workspace: Workspace, actor: Actor, thread_id: str, *, once: Once | None = None) -> Thread:
    """Mark a thread as resolved. Raises NotFound, Forbidden, Conflict."""
    return _move(workspace, actor, thread_id, "threads.resolved", once)


def reopen(workspace: Workspace, actor: Actor, thread_id: str, *, once: Once | None = None) -> Thread:
    """Open a resolved thread again. Raises NotFound, Forbidden, Conflict."""
    return _move(workspace, actor, thread_id, "threads.reopened", once)


def _move(workspace: Workspace, actor: Actor, thread_id: str, what: str, once: Once | None) -> Thread:
    now = workspace.now()
    with workspace.region(actor.region).transaction() as tx:
        thread = get(workspace, actor, thread_id, tx)
        access.require(actor, Action.RESOLVE_THREAD, thread)
        earlier = came_of(tx, actor, once, Thread)
        if earlier is not None:
            return earlier
        kept = tx.put(thread.resolve(actor, now) if what == "threads.resolved" else thread.reopen())
        tx.log(what, kept, at=now, by=actor.by, document=thread.document)
        remember(tx, actor, once, kept, now)
        return kept


def get(workspace: Workspace, actor: Actor, thread_id: str, view: View | None = None) -> Thread:
    """A thread. Raises NotFound for none, and for one on a document that is not for this actor."""
    view = view or workspace.region(actor.region).view()
    thread = view.get(Thread, thread_id)
    if thread is None:
        raise NotFound()
    documents.get(workspace, actor, thread.document, view)
    return thread


def text_of(document: Document, page: int = 0) -> Rendered:
    """What a person reads: the whole text, or one page or sheet of it."""
    return leaves.render(document, page) if document.unit else markup.render(document.text)


def beside(workspace: Workspace, actor: Actor, document: Document, rendered: Rendered, page: int = 0) -> list[Talk]:
    """The threads of a document (on one page, where it has them), seated in its current text, from the top down."""
    view = workspace.region(actor.region).view()
    threads = [thread for thread in _threads(view, document.id) if not document.unit or thread.page == page]
    seated = [(*_seat(thread, document, rendered), thread) for thread in threads]
    seated.sort(key=lambda seat: (seat[0] or len(rendered.blocks) + 1, seat[2].start, seat[2].opened))
    return [
        Talk(thread, tuple(view.find(Comment, {"thread": thread.id}, order="at")), number, block, fixed)
        for number, (block, fixed, thread) in enumerate(seated, start=1)
    ]


def talk(workspace: Workspace, actor: Actor, thread_id: str) -> tuple[Document, Talk]:
    """One thread as it is seated in its document. Raises NotFound."""
    thread = get(workspace, actor, thread_id)
    document = documents.get(workspace, actor, thread.document)
    talks = beside(workspace, actor, document, text_of(document, thread.page), thread.page)
    return document, next(found for found in talks if found.thread.id == thread.id)


def pages(workspace: Workspace, actor: Actor, document: Document) -> list[tuple[int, int]]:
    """The pages of a file that have open threads, and how many each."""
    access.require(actor, Action.READ_DOCUMENT, document)
    threads = _threads(workspace.region(actor.region).view(), document.id)
    return sorted(Counter(thread.page for thread in threads if thread.resolved is None).items())


def counts(workspace: Workspace, actor: Actor) -> dict[str, int]:
    """How many comments each municipality's people have opened threads with, by its number."""
    view = workspace.region(actor.region).view()
    return {
        municipality.id: view.count(Thread, {"municipality": municipality.id}, order="opened")
        for municipality in regions.municipalities(workspace, actor)
    }


def _threads(view: View, document_id: str) -> list[Thread]:
    return view.find(Thread, {"document": document_id}, order="opened")


def _seat(thread: Thread, document: Document, rendered: Rendered) -> tuple[int, bool]:
    """The paragraph a thread is shown at, and whether that paragraph is as it was.

    Never a guess: a thread on another version is seated at the one paragraph with the very same text, else at the
    bottom of the page.
    """
    if thread.number == document.number:
        return thread.block, True
    same = [block.number for block in rendered.blocks if block.text == thread.block_text]
    return (same[0], True) if len(same) == 1 else (0, False)


def _block(rendered: Rendered, number: int) -> Block:
    if not 1 <= number <= len(rendered.blocks):
        raise Invalid({"text": _("Avsnittet finnes ikke lenger. Åpne dokumentet på nytt.")})
    return rendered.blocks[number - 1]


def _comment(workspace: Workspace, actor: Actor, thread: Thread, text: str, id: str) -> Comment:
    party, group = spoken_for(workspace, actor)
    return Comment(
        id=id,
        thread=thread.id,
        text=text,
        by=actor.by,
        name=actor.name,
        party=party,
        group=group,
        audience=thread.audience,
        at=workspace.now(),
    )


def spoken_for(workspace: Workspace, actor: Actor) -> tuple[str, str]:
    """The party somebody speaks for, and its group: a municipality's name, or an organisation's."""
    if actor.municipality:
        names = {m.id: m.name for m in regions.municipalities(workspace, actor)}
        return names.get(actor.municipality, ""), "municipality"
    return actor.organisation, actor.group or ""


def reading_label(talk: Talk) -> Message:
    """What the link from a marked passage to its thread is called for those who can't see it."""
    if talk.thread.resolved is not None:
        return _("Gå til tråd %(number)s, løst", number=talk.number)
    return _("Gå til tråd %(number)s, %(count)s kommentarer", number=talk.number, count=len(talk.comments))


# -- For search --


def entries_of(view: View, table: str, record_id: str) -> tuple[list[Entry], list[str]]:
    """What search keeps of comments: (entries, uids that are gone).

    A new thread brings its first comment. A changed document brings all its comments anew, because who may find them
    is who may read it.
    """
    if table == Document.table:
        comments = [
            comment
            for thread in _threads(view, record_id)
            for comment in view.find(Comment, {"thread": thread.id}, order="at")
        ]
    elif table in {Thread.table, Comment.table}:
        found = view.get(Comment, f"{record_id}-1" if table == Thread.table else record_id)
        comments = [found] if found is not None else []
    else:
        comments = []
    return [entry for comment in comments if (entry := _entry(view, comment)) is not None], []


def _entry(view: View, comment: Comment) -> Entry | None:
    thread = view.get(Thread, comment.thread)
    document = view.get(Document, thread.document) if thread is not None else None
    if thread is None or document is None:
        return None
    return Entry(
        uid=f"comment:{comment.id}",
        kind="comment",
        id=thread.id,
        ref=comment.id,
        title=document.title,
        text=markup.render_short(comment.text).text,
        audience=document.audience,
        date=comment.at.date().isoformat(),
        parent=thread.document,
        page=thread.page,
        section=f"thread-{thread.id}",
    )
