"""Suggesting other words for a paragraph, and what staff do with it: take it in with one click, or say why not.

Only documents: a measure has amendments, which its round decides on. A suggestion taken in makes a new version, settles
its thread and credits whose it was, in one transaction.
"""

from __future__ import annotations

from typing import NamedTuple

from workspace import access
from workspace.access import Action, Actor
from workspace.comments import service
from workspace.comments.model import NOT_TAKEN_IN, Comment, Thread
from workspace.comments.model import TAKEN_IN as SETTLED_IN
from workspace.comments.subject import text_of
from workspace.comments.suggestion import OPEN, Suggestion, check_words
from workspace.documents import comparing, merging, source_blocks, versions
from workspace.documents import service as documents
from workspace.documents.comparing import Change
from workspace.documents.model import LONGEST_NOTE, Document
from workspace.documents.source_blocks import Source
from workspace.errors import Conflict, Forbidden, Invalid, NotFound, _
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.store.port import Transaction, View
from workspace.translation import gettext

CHANGED = _("Avsnittet er endret siden du begynte. Se på teksten slik den er nå, og foreslå på nytt.")
CLASHES = _("Avsnittet er endret siden forslaget. Skriv teksten slik den skal bli, med begge foran deg.")
STALE = _("Dokumentet er endret av andre mens du skrev. Se over teksten på nytt.")
_TRIES = 3  # of taking one in while others save the same document


class Clash(Conflict):
    """A suggestion that can't be taken in as it is, since its paragraph has changed: a person has to write the text."""


class Waiting(NamedTuple):
    """An open suggestion as staff see it: the paragraph with its differences, and whether one click takes it in."""

    suggestion: Suggestion
    changes: tuple[Change, ...]
    fits: bool


def may_suggest(actor: Actor, document: Document) -> bool:
    """Whether somebody may suggest other words: a text that came in as a file is not written here."""
    return document.file is None and access.can(actor, Action.COMMENT, document)


def suggestible(actor: Actor, document: Document) -> frozenset[int]:
    """The paragraphs for which somebody may suggest other words: those that have a source of their own."""
    if not may_suggest(actor, document):
        return frozenset()
    return source_blocks.numbers(document.text, text_of(document).blocks)


def paragraph(document: Document, block: int) -> Source | None:
    """The source of a paragraph of a document as it stands now; None where it has none of its own."""
    if document.file is not None:
        return None
    return source_blocks.source_of(document.text, text_of(document).blocks, block)


def make(
    workspace: Workspace,
    actor: Actor,
    document_id: str,
    block: int,
    old: str,
    new: str,
    why: str = "",
    *,
    once: Once | None = None,
) -> Thread:
    """Suggest other words for a paragraph: a thread that begins with why. `old` is the source that was shown.

    Raises NotFound, Forbidden, Invalid: also when the paragraph is no longer as it was shown.
    """
    document = documents.get(workspace, actor, document_id)
    if not may_suggest(actor, document):
        raise Forbidden()
    earlier = came_of(workspace.region(actor.region).view(), actor, once, Thread)
    if earlier is not None:
        return earlier
    source = paragraph(document, block)
    if source is None or source.text.split() != old.split():
        raise Invalid({"new": CHANGED})
    words = check_words(source.text, new)
    party, _group = service.spoken_for(workspace, actor)

    def keep(tx: Transaction, thread: Thread) -> None:
        if documents.get(workspace, actor, document.id, tx).number != document.number:
            raise Invalid({"new": CHANGED})
        kept = tx.put(
            Suggestion(
                id=thread.id,
                document=document.id,
                number=document.number,
                old=source.text,
                new=words,
                by=actor.by,
                name=actor.name,
                party=party,
                made=thread.opened,
            )
        )
        tx.log("suggestions.made", kept, at=kept.made, by=actor.by, thread=kept.id, document=kept.document)

    text = why.strip() or gettext("Jeg foreslår en endring.")
    about = f"document:{document.id}"
    return service.open_about(workspace, actor, about, block, text, kind="suggestion", also=keep, once=once)


def get(view: View, thread_id: str) -> Suggestion | None:
    """The suggestion of a thread, if it is one; None where it was taken away with its comment by those who lead.

    Whoever asks has been let see the thread.
    """
    first = view.get(Comment, f"{thread_id}-1")
    return view.get(Suggestion, thread_id) if first is not None and first.removed is None else None


def waiting(workspace: Workspace, actor: Actor, document: Document) -> list[Waiting]:
    """The suggestions for a document that nobody has decided on, oldest first."""
    access.require(actor, Action.READ_DOCUMENT, document)
    view = workspace.region(actor.region).view()
    found = view.find(Suggestion, {"document": document.id, "state": OPEN}, order="made")
    return [
        Waiting(one, difference(one), applied(workspace, actor, document, one) is not None)
        for one in found
        if get(view, one.id) is not None
    ]


def count(workspace: Workspace, actor: Actor, document: Document) -> int:
    """How many suggestions for a document nobody has decided on."""
    view = workspace.region(actor.region).view()
    return view.count(Suggestion, {"document": document.id, "state": OPEN}, order="made")


def difference(suggestion: Suggestion) -> tuple[Change, ...]:
    """The paragraph with what is suggested, word by word."""
    return tuple(comparing.compare(suggestion.old, suggestion.new, fold=False))


def applied(workspace: Workspace, actor: Actor, document: Document, suggestion: Suggestion) -> str | None:
    """The current text with what is suggested; None where that would be a guess."""
    if document.text.count(suggestion.old) == 1:
        return _tidy(document.text, suggestion)
    merged = _merged(workspace, actor, document, suggestion)
    return merged.text if merged is not None and not merged.clashes else None


def draft(workspace: Workspace, actor: Actor, document: Document, suggestion: Suggestion) -> str:
    """A text to go on from by hand where it can't be taken in as it is: with both variants where they differ."""
    text = applied(workspace, actor, document, suggestion)
    if text is not None:
        return text
    merged = _merged(workspace, actor, document, suggestion)
    return merged.text if merged is not None else document.text


def _tidy(text: str, suggestion: Suggestion) -> str:
    """The text with the new words; a paragraph that is taken away leaves no hole."""
    at = text.index(suggestion.old)
    before, after = text[:at], text[at + len(suggestion.old) :]
    if suggestion.new:
        return before + suggestion.new + after
    return before.rstrip("\n") + ("\n\n" if before.strip() and after.strip() else "") + after.lstrip("\n")


def _merged(workspace: Workspace, actor: Actor, document: Document, suggestion: Suggestion) -> merging.Merged | None:
    found, base = versions.text_of(workspace, actor, document, suggestion.number)
    if found is None or base.count(suggestion.old) != 1:
        return None
    return merging.merge(base, _tidy(base, suggestion), document.text)


# -- What becomes of it --


def take_in(
    workspace: Workspace,
    actor: Actor,
    thread_id: str,
    text: str | None = None,
    version: int | None = None,
    *,
    once: Once | None = None,
) -> Suggestion:
    """Make a new version with what is suggested, with credit, and settle the thread: one transaction.

    `text` is the whole text as somebody has written it with the suggestion before them, `version` the document's as
    they saw it; without, the paragraph is put in where that is no guess. Raises NotFound, Forbidden, Invalid, Conflict
    when it is decided already or the version is stale; Clash when the paragraph has changed.
    """
    store = workspace.region(actor.region)
    for _attempt in range(_TRIES):
        thread, suggestion, document = _found(workspace, actor, thread_id, store.view())
        access.require(actor, Action.WRITE_DOCUMENT, document)
        earlier = came_of(store.view(), actor, once, Suggestion)
        if earlier is not None:
            return earlier
        suggestion.take_in(actor, workspace.now(), document.number)  # refused before anything is written
        if version is not None and version != document.version:
            raise Clash(STALE, current=document)
        wanted = text if text is not None else applied(workspace, actor, document, suggestion)
        if wanted is None:
            raise Clash(CLASHES, current=document)
        note = credit(suggestion)
        digest = documents.prepare(workspace, actor, document, note, text=wanted)
        with store.transaction() as tx:
            earlier = came_of(tx, actor, once, Suggestion)
            if earlier is not None:
                return earlier
            thread, suggestion, current = _found(workspace, actor, thread_id, tx)
            if current.version == document.version:
                saved = documents.save_in(
                    workspace, actor, tx, document.id, document.version, digest, note, text=wanted
                )
                return _settled(workspace, actor, tx, suggestion, thread, saved.number, "", once)
    raise Conflict(_("Dokumentet endres av andre akkurat nå. Prøv igjen."))


def decline(workspace: Workspace, actor: Actor, thread_id: str, reason: str, *, once: Once | None = None) -> Suggestion:
    """Say that a suggestion is not taken in, and why. Raises NotFound, Forbidden, Invalid, Conflict."""
    with workspace.region(actor.region).transaction() as tx:
        thread, suggestion, document = _found(workspace, actor, thread_id, tx)
        access.require(actor, Action.WRITE_DOCUMENT, document)
        earlier = came_of(tx, actor, once, Suggestion)
        if earlier is not None:
            return earlier
        return _settled(workspace, actor, tx, suggestion, thread, 0, reason, once)


def withdraw(workspace: Workspace, actor: Actor, thread_id: str, *, once: Once | None = None) -> Suggestion:
    """Take one's own suggestion back: its words are gone, the thread stays. Raises NotFound, Forbidden, Conflict."""
    now = workspace.now()
    with workspace.region(actor.region).transaction() as tx:
        thread, suggestion, _document = _found(workspace, actor, thread_id, tx)
        access.require(actor, Action.COMMENT, thread)
        if actor.by != suggestion.by:
            raise Forbidden()
        earlier = came_of(tx, actor, once, Suggestion)
        if earlier is not None:
            return earlier
        kept = tx.put(suggestion.withdraw(actor, now))
        settled = tx.put(thread.resolve(actor, now) if thread.resolved is None else thread)
        if thread.resolved is None:
            tx.log("threads.resolved", settled, at=now, by=actor.by, **service.named(settled))
        tx.log("suggestions.withdrawn", kept, at=now, by=actor.by, thread=kept.id, document=kept.document)
        remember(tx, actor, once, kept, now)
        return kept


def credit(suggestion: Suggestion) -> str:
    """What the new version says of whose words it has."""
    who = f"{suggestion.name}, {suggestion.party}" if suggestion.party else suggestion.name
    return gettext("Tatt inn forslag fra %(who)s", who=who)[:LONGEST_NOTE]


def _found(workspace: Workspace, actor: Actor, thread_id: str, view: View) -> tuple[Thread, Suggestion, Document]:
    thread = service.get(workspace, actor, thread_id, view)
    suggestion = view.get(Suggestion, thread_id)
    if suggestion is None:
        raise NotFound()
    return thread, suggestion, documents.get(workspace, actor, suggestion.document, view)


def _settled(
    workspace: Workspace,
    actor: Actor,
    tx: Transaction,
    suggestion: Suggestion,
    thread: Thread,
    led_to: int,
    reason: str,
    once: Once | None,
) -> Suggestion:
    """Keep what was decided, of the suggestion and of its thread."""
    now = workspace.now()
    kept = tx.put(suggestion.take_in(actor, now, led_to) if led_to else suggestion.decline(actor, now, reason))
    outcome = SETTLED_IN if led_to else NOT_TAKEN_IN
    settled = tx.put(thread if thread.outcome else thread.settle(actor, now, outcome, reason, led_to))
    if not thread.outcome:
        tx.log("threads.settled", settled, at=now, by=actor.by, outcome=outcome, **service.named(settled))
    tx.log(f"suggestions.{kept.state}", kept, at=now, by=actor.by, thread=kept.id, document=kept.document)
    remember(tx, actor, once, kept, now)
    return kept
