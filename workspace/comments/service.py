"""What people do with comments: open a thread on a passage, and reply. What becomes of a thread is in life.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, NamedTuple

from workspace import access, markup
from workspace.access import Action, Actor
from workspace.comments import placing
from workspace.comments import subject as subjects
from workspace.comments.anchoring import REMOVED
from workspace.comments.model import (
    LONGEST_QUOTE,
    Behalf,
    Comment,
    Thread,
    check_behalf,
    check_kind,
    check_text,
    passage,
)
from workspace.comments.placement import Place
from workspace.comments.subject import Subject
from workspace.documents.comparing import Piece, words
from workspace.documents.model import Document
from workspace.errors import Invalid, Message, NotFound, _
from workspace.markup import Block, Rendered
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.search.port import Entry
from workspace.store.port import Transaction, View


class Talk(NamedTuple):
    """A thread, where it is seated on the page, and its comments where somebody looks at them."""

    thread: Thread
    comments: tuple[Comment, ...]  # () where they are not loaded: every thread has one
    number: int  # 1, 2, 3 ... in the order they were opened: what it is called does not change
    place: Place  # in the current text
    said: int  # how many comments are in it
    suggestion: str = ""  # of one that is removed: the words that look like it, if any do

    @property
    def changes(self) -> tuple[Piece, ...]:
        """What differs between the passage as it was when the thread was begun, and as it is now."""
        return words(self.thread.quote or self.thread.block_text, self.place.text) if self.place.text else ()

    @property
    def block(self) -> int:
        """The block it is shown at: its passage's, or the heading it is seated under; 0 when there is no seat left."""
        return self.place.block

    @property
    def is_a_line(self) -> bool:
        """Whether it is one line until somebody opens it: when it is settled, and when it is answered where more than a
        text is to be read (a measure's cost and responsible stand under its text, and were not seen)."""
        return bool(self.thread.resolved) or (self.thread.state == "answered" and not self.thread.document)

    @property
    def fixed(self) -> bool:
        """Whether its passage is still in the text, and can be marked there."""
        return self.place.how != REMOVED


def open_thread(
    workspace: Workspace,
    actor: Actor,
    document_id: str,
    block: int,
    text: str,
    *,
    page: int = 0,
    quote: str = "",
    number: int = 0,
    kind: str = "",
    behalf: Behalf | None = None,
    once: Once | None = None,
) -> Thread:
    """Open a thread on a document, as `open_about` does."""
    about = f"document:{document_id}"
    at: dict[str, Any] = {"page": page, "quote": quote, "number": number}
    return open_about(workspace, actor, about, block, text, **at, kind=kind, behalf=behalf, once=once)


def open_about(
    workspace: Workspace,
    actor: Actor,
    about: str,
    block: int,
    text: str,
    *,
    page: int = 0,
    quote: str = "",
    number: int = 0,
    kind: str = "",
    behalf: Behalf | None = None,
    also: Callable[[Transaction, Thread], object] = lambda _tx, _thread: None,
    once: Once | None = None,
) -> Thread:
    """Open a thread on a paragraph of a text (of one page, where it has them), with a first comment.

    `about` is the name of the text: "document:<id>", "measure:<id>". `quote` is the words in the paragraph it is about,
    "" for all of it. `number` is the version that was read, 0 for the current one: the thread is tied to that, and
    follows its passage from there. `kind` is of model.KINDS, "" for none; `behalf` says whose comment it is, when it is
    not the actor's own; `also` is done in the same transaction. Raises NotFound, Forbidden, Invalid.
    """
    subject = subjects.find(workspace, actor, about)
    _may_say(actor, subject.thing, behalf)
    store = workspace.region(actor.region)
    earlier = came_of(store.view(), actor, once, Thread)  # the text may have changed since: its paragraph is not asked
    if earlier is not None:
        return earlier
    text = check_text(text)
    page = page if subject.unit else 0
    number = number or subject.number
    target = _block(subject, number, page, block)
    start, end = passage(target.text, quote[:LONGEST_QUOTE])
    thread = Thread(
        id=workspace.new_id(),
        document=subject.id if subject.kind == "document" else "",
        about=subject.about if subject.kind != "document" else "",
        number=number,
        page=page,
        block=target.number,
        start=start,
        end=end,
        quote=target.text[start:end],
        block_text=target.text,
        audience=subject.audience,
        by=actor.by,
        municipality=actor.municipality,
        opened=workspace.now(),
        kind=check_kind(kind),
        comments=1,
        last=workspace.now(),
    )
    comment = _comment(workspace, actor, thread, text, f"{thread.id}-1")
    if behalf is not None:
        comment, municipality = _on_behalf(workspace, actor, comment, behalf)
        thread = thread.changed(by="", municipality=municipality)
    with store.transaction() as tx:
        earlier = came_of(tx, actor, once, Thread)
        if earlier is not None:
            return earlier
        kept = tx.put(thread.changed(serial=tx.count(Thread, _same_text(thread), order="opened") + 1))
        tx.put(comment)
        tx.log("threads.opened", kept, at=kept.opened, by=actor.by, **named(kept))
        also(tx, kept)
        remember(tx, actor, once, kept, kept.opened)
        return kept


def reply(
    workspace: Workspace,
    actor: Actor,
    thread_id: str,
    text: str,
    *,
    behalf: Behalf | None = None,
    reopen: bool = False,
    once: Once | None = None,
) -> Comment:
    """Reply in a thread; `reopen` opens a settled one again with that. The first reply of staff to others answers it.

    `behalf` is as of open_thread. Raises NotFound, Forbidden, Invalid.
    """
    thread = get(workspace, actor, thread_id)
    _may_say(actor, thread, behalf)
    if reopen:
        access.require(actor, Action.RESOLVE_THREAD, thread)
    comment = _comment(workspace, actor, thread, check_text(text), workspace.new_id())
    if behalf is not None:
        comment, _municipality = _on_behalf(workspace, actor, comment, behalf)
    with workspace.region(actor.region).transaction() as tx:
        earlier = came_of(tx, actor, once, Comment)
        if earlier is not None:
            return earlier
        last = tx.first(Comment, {"thread": thread.id}, order="at", descending=True)
        if last is not None and comment.at <= last.at:  # the clock was set back; a reply still comes after
            comment = comment.changed(at=last.at + timedelta(microseconds=1))
        kept = tx.put(comment)
        tx.log("comments.posted", kept, at=kept.at, by=actor.by, thread=thread.id, **named(thread))
        _follow_up(workspace, actor, tx, kept, reopen)
        remember(tx, actor, once, kept, workspace.now())
        return kept


def _follow_up(workspace: Workspace, actor: Actor, tx: Transaction, comment: Comment, reopen: bool) -> None:
    """What a reply does to its thread: counts, opens it again where that was asked for, and may answer it."""
    stored = get(workspace, actor, comment.thread, tx)
    thread = stored.posted(comment.at, tx.count(Comment, {"thread": stored.id}, order="at"))
    done = []
    if reopen and thread.resolved is not None:
        thread = thread.reopen(actor, comment.at)
        done.append("threads.reopened")
    if thread.state == "open" and _is_an_answer(actor, tx, comment):
        thread = thread.answer(actor, comment.at)
        done.append("threads.answered")
    kept = tx.put(thread)
    for what in done:
        tx.log(what, kept, at=comment.at, by=actor.by, **named(kept))


def _is_an_answer(actor: Actor, tx: Transaction, comment: Comment) -> bool:
    """Whether a reply is what the thread waits for: by staff for themselves, to what somebody else began."""
    first = tx.get(Comment, f"{comment.thread}-1")
    begun_by = first.by if first is not None else ""
    return not comment.entered_by and begun_by != actor.by and access.can(actor, Action.SETTLE_THREAD, comment)


def _may_say(actor: Actor, thing: Any, behalf: Behalf | None) -> None:
    access.require(actor, Action.COMMENT, thing)
    if behalf is not None:
        access.require(actor, Action.ENTER_COMMENT, thing)


def _on_behalf(workspace: Workspace, actor: Actor, comment: Comment, behalf: Behalf) -> tuple[Comment, str | None]:
    """The comment as somebody else's, and the municipality it comes from, if it does. Raises Invalid."""
    said = check_behalf(behalf)
    municipality = next(
        (one for one in regions.municipalities(workspace, actor) if one.name.casefold() == said.party.casefold()), None
    )
    entered = comment.changed(
        by="",
        name=said.name or said.party,
        party=(municipality.name if municipality else said.party) if said.name else "",
        group="municipality" if municipality else "",
        source=said.source,
        entered_by=actor.by,
        entered_name=actor.name,
    )
    return entered, municipality.id if municipality else None


def named(thread: Thread) -> dict[str, str]:
    """How the log's details name what a thread is about: by `document`, or else by `about`."""
    return {"document": thread.document} if thread.document else {"about": thread.about}


def get(workspace: Workspace, actor: Actor, thread_id: str, view: View | None = None) -> Thread:
    """A thread. Raises NotFound for none, and for one about what is not for this actor."""
    view = view or workspace.region(actor.region).view()
    thread = view.get(Thread, thread_id)
    if thread is None:
        raise NotFound()
    subjects.find(workspace, actor, thread.subject, view)
    return thread


def beside(workspace: Workspace, actor: Actor, document: Document, rendered: Rendered, page: int = 0) -> list[Talk]:
    """The threads of a document (on one page, where it has them), seated in its current text, from the top down."""
    return about(workspace, actor, subjects.of_document(workspace, actor, document), page)


def about(workspace: Workspace, actor: Actor, subject: Subject, page: int = 0) -> list[Talk]:
    """The threads about a text (on one page, where it has them), seated in it as it stands now, from the top down.

    All their comments are loaded: for what takes everything out. A page shows what is looked at (see showing).
    """
    view = workspace.region(actor.region).view()
    return [opened(view, seat) for seat in seats(workspace, actor, subject, view, page)]


def seats(workspace: Workspace, actor: Actor, subject: Subject, view: View, page: int = 0) -> list[Talk]:
    """The same without their comments: what is read of the store does not grow with the threads."""
    threads = threads_about(view, subject)
    places = placing.places(workspace, actor, subject, threads)
    seated = [
        Talk(
            thread, (), thread.serial or at, places[thread.id], thread.comments, _suggestion(subject, places[thread.id])
        )
        for at, thread in enumerate(threads, start=1)
        if not subject.unit or places[thread.id].page == page
    ]
    return sorted(seated, key=_down_the_page)


def _down_the_page(talk: Talk) -> tuple[int, bool, int, int]:
    place = talk.place
    return place.block or 1_000_000, place.how == REMOVED, place.start, talk.number


def opened(view: View, talk: Talk) -> Talk:
    """A thread with its comments."""
    comments = tuple(view.find(Comment, {"thread": talk.thread.id}, order="at"))
    return talk._replace(comments=comments, said=len(comments))


def counted(view: View, talk: Talk) -> Talk:
    """A thread with how many comments are in it, also where that was not kept when it was made."""
    return talk if talk.said else talk._replace(said=view.count(Comment, {"thread": talk.thread.id}, order="at"))


def _suggestion(subject: Subject, place: Place) -> str:
    if not place.suggested_block:
        return ""
    block = _block(subject, subject.number, place.suggested_page, place.suggested_block)
    return block.text[place.suggested_start : place.suggested_end or None].strip()


def talk(workspace: Workspace, actor: Actor, thread_id: str) -> tuple[Subject, Talk]:
    """One thread as it is seated in the text it is about, and that text. Raises NotFound."""
    view = workspace.region(actor.region).view()
    thread = get(workspace, actor, thread_id, view)
    subject = subjects.find(workspace, actor, thread.subject, view)
    return subject, seated(workspace, actor, subject, view, thread)


def seated(workspace: Workspace, actor: Actor, subject: Subject, view: View, thread: Thread) -> Talk:
    """One thread as it is seated in its text, with its comments. Asks for no other."""
    place = placing.places(workspace, actor, subject, [thread])[thread.id]
    number = thread.serial or _position(view, subject, thread)
    return opened(view, Talk(thread, (), number, place, thread.comments, _suggestion(subject, place)))


def _position(view: View, subject: Subject, thread: Thread) -> int:
    """The number of a thread that was made before they were numbered."""
    ids = [other.id for other in threads_about(view, subject)]
    return ids.index(thread.id) + 1


def _same_text(thread: Thread) -> dict[str, str | int | bool | None]:
    return {"about": thread.about} if thread.about else {"document": thread.document}


def pages(workspace: Workspace, actor: Actor, document: Document) -> list[tuple[int, int]]:
    """The pages of a file that have open threads, and how many each."""
    access.require(actor, Action.READ_DOCUMENT, document)
    threads = [t for t in _threads(workspace.region(actor.region).view(), document.id) if t.resolved is None]
    places = placing.places(workspace, actor, subjects.of_document(workspace, actor, document), threads)
    return sorted(Counter(places[thread.id].page for thread in threads).items())


def counts(workspace: Workspace, actor: Actor) -> dict[str, int]:
    """How many comments each municipality's people have opened threads with, by its number."""
    view = workspace.region(actor.region).view()
    return {
        municipality.id: view.count(Thread, {"municipality": municipality.id}, order="opened")
        for municipality in regions.municipalities(workspace, actor)
    }


def counts_about(workspace: Workspace, actor: Actor, texts: Iterable[str]) -> dict[str, int]:
    """How many comments there are on each of these texts, named as threads name them («measure:01m8...»).

    Those that were withdrawn are among them. Who may read the texts is asked by the caller.
    """
    view = workspace.region(actor.region).view()
    return {
        about: sum(view.count(Comment, {"thread": thread.id}, order="at") for thread in _threads_of(view, about))
        for about in texts
    }


def counts_on(workspace: Workspace, actor: Actor, document_ids: Iterable[str]) -> dict[str, int]:
    """How many threads there are on each of these documents, by its id. Who may read them is asked by the caller."""
    view = workspace.region(actor.region).view()
    return {id: view.count(Thread, {"document": id}, order="opened") for id in document_ids}


def threads_about(view: View, subject: Subject) -> list[Thread]:
    """All threads about a text and what has become part of it, each text's in the order they were opened."""
    return [thread for name in (subject.about, *subject.also) for thread in _threads_of(view, name)]


def _threads_of(view: View, about: str) -> list[Thread]:
    kind, _colon, id = about.partition(":")
    if kind == "document":
        return _threads(view, id)
    return view.find(Thread, {"about": about}, order="opened")


def _threads(view: View, document_id: str) -> list[Thread]:
    return view.find(Thread, {"document": document_id}, order="opened")


def _block(subject: Subject, number: int, page: int, block: int) -> Block:
    """A paragraph of a version. Raises Invalid when there is none, or that version's text is not kept."""
    if number == subject.number:
        found = next((each for each in subject.read(page).blocks if each.number == block), None)
    else:
        text = subject.earlier(number)
        found = text.blocks.get((page, block)) if text is not None else None
    if found is None:
        raise Invalid({"text": _("Avsnittet finnes ikke lenger. Åpne dokumentet på nytt.")})
    return found


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
    return _("Gå til tråd %(number)s, %(count)s kommentarer", number=talk.number, count=talk.said)


# -- For search --


def entries_of(view: View, table: str, record_id: str) -> tuple[list[Entry], list[str]]:
    """What search keeps of comments: (entries, uids that are gone).

    A new thread brings its first comment. A changed document or measure brings all its comments anew, because who may
    find them is who may read it.
    """
    if table in {Thread.table, Comment.table}:
        found = view.get(Comment, f"{record_id}-1" if table == Thread.table else record_id)
        comments = [found] if found is not None else []
    else:
        comments = [
            comment
            for name in subjects.names_in(view, table, record_id)
            for thread in _threads_of(view, name)
            for comment in view.find(Comment, {"thread": thread.id}, order="at")
        ]
    gone = [_uid(comment) for comment in comments if comment.gone]
    here = (comment for comment in comments if not comment.gone)
    return [entry for comment in here if (entry := _entry(view, comment)) is not None], gone


def _uid(comment: Comment) -> str:
    return f"comment:{comment.id}"


def _entry(view: View, comment: Comment) -> Entry | None:
    thread = view.get(Thread, comment.thread)
    told = subjects.brief(view, thread.subject) if thread is not None else None
    if thread is None or told is None:
        return None
    return Entry(
        uid=_uid(comment),
        kind="comment",
        id=thread.id,
        ref=comment.id,
        title=told.title,
        text=markup.render_short(comment.text).text,
        audience=told.audience,
        date=comment.at.date().isoformat(),
        parent=thread.document or told.about,
        page=thread.page,
        section=f"thread-{thread.id}",
    )
