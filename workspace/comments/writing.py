"""Changing what was said: editing one's own comment, withdrawing it, and taking one away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from workspace import access
from workspace.access import Action, Actor
from workspace.comments import service
from workspace.comments.model import Comment, CommentText, Thread, check_text
from workspace.comments.suggestion import OPEN, Suggestion
from workspace.errors import Conflict, NotFound
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.store.port import Transaction, View

Change = Callable[[Transaction, Comment, Thread, datetime], Comment]


def get(workspace: Workspace, actor: Actor, comment_id: str, view: View | None = None) -> tuple[Comment, Thread]:
    """A comment and its thread. Raises NotFound for none, and for one on a document that is not for this actor."""
    view = view or workspace.region(actor.region).view()
    comment = view.get(Comment, comment_id)
    if comment is None:
        raise NotFound()
    return comment, service.get(workspace, actor, comment.thread, view)


def own(workspace: Workspace, actor: Actor, comment_id: str) -> tuple[Comment, Thread]:
    """A comment that this person may change. Raises NotFound, Forbidden, and Conflict when it is gone."""
    comment, thread = get(workspace, actor, comment_id)
    access.require(actor, Action.EDIT_COMMENT, comment)
    comment.check_here()
    return comment, thread


def earlier_texts(workspace: Workspace, actor: Actor, comment_id: str) -> tuple[Comment, Thread, list[CommentText]]:
    """What a comment said before, newest first. Raises NotFound, also when it is gone and its texts with it."""
    view = workspace.region(actor.region).view()
    comment, thread = get(workspace, actor, comment_id, view)
    if comment.gone:
        raise NotFound()
    return comment, thread, view.find(CommentText, {"comment": comment.id}, order="number", descending=True)


def edit(
    workspace: Workspace, actor: Actor, comment_id: str, version: int, text: str, *, once: Once | None = None
) -> Comment:
    """Change the text of one's own comment. What it said before is kept beside it.

    `version` is the comment's version that the writer saw. Raises NotFound, Forbidden, Invalid, and Conflict with the
    comment as it stands now when it is stale or gone. Saving what is saved already changes nothing.
    """
    text = check_text(text)

    def change(tx: Transaction, stored: Comment, _thread: Thread, now: datetime) -> Comment:
        wanted = stored.edit(text, now)
        if wanted.text == stored.text:
            return stored
        if stored.version != version:
            raise Conflict(current=stored)
        number, at = tx.count(CommentText, {"comment": stored.id}, order="number") + 1, stored.edited or stored.at
        earlier = CommentText(id=f"{stored.id}:{number}", comment=stored.id, number=number, text=stored.text, at=at)
        tx.put(earlier)
        return wanted

    return _change(workspace, actor, comment_id, Action.EDIT_COMMENT, "comments.edited", change, once)


def withdraw(workspace: Workspace, actor: Actor, comment_id: str, *, once: Once | None = None) -> Comment:
    """Take one's own comment back: its text and its earlier texts are erased, its place and its replies stay.

    A thread in which nothing else was said is resolved with that. Raises NotFound, Forbidden, Conflict.
    """

    def change(tx: Transaction, stored: Comment, thread: Thread, now: datetime) -> Comment:
        wanted = stored.withdraw(now)
        for text in tx.find(CommentText, {"comment": stored.id}, order="number"):
            tx.remove(text)
        suggestion = tx.get(Suggestion, thread.id) if stored.id == f"{thread.id}-1" else None
        if suggestion is not None and suggestion.state == OPEN:
            gone = tx.put(suggestion.withdraw(actor, now))
            tx.log("suggestions.withdrawn", gone, at=now, by=actor.by, thread=gone.id, document=gone.document)
        if thread.resolved is None and tx.count(Comment, {"thread": thread.id}, order="at") == 1:
            resolved = tx.put(thread.resolve(actor, now))
            tx.log("threads.resolved", resolved, at=now, by=actor.by, **service.named(resolved))
        return wanted

    return _change(workspace, actor, comment_id, Action.EDIT_COMMENT, "comments.withdrawn", change, once)


def remove(workspace: Workspace, actor: Actor, comment_id: str, reason: str, *, once: Once | None = None) -> Comment:
    """Take a comment away, with a reason that all can see. Raises NotFound, Forbidden, Invalid, Conflict."""

    def change(_tx: Transaction, stored: Comment, _thread: Thread, now: datetime) -> Comment:
        return stored.remove(actor, now, reason)

    return _change(workspace, actor, comment_id, Action.MODERATE, "comments.removed", change, once)


def restore(workspace: Workspace, actor: Actor, comment_id: str, *, once: Once | None = None) -> Comment:
    """Put a comment that was taken away back. Raises NotFound, Forbidden, Conflict."""

    def change(_tx: Transaction, stored: Comment, _thread: Thread, _now: datetime) -> Comment:
        return stored.restore()

    return _change(workspace, actor, comment_id, Action.MODERATE, "comments.restored", change, once)


def _change(
    workspace: Workspace, actor: Actor, comment_id: str, may: Action, what: str, change: Change, once: Once | None
) -> Comment:
    """One act on a comment. The log says what happened and where, never the text, since that can be withdrawn."""
    now = workspace.now()
    with workspace.region(actor.region).transaction() as tx:
        stored, thread = get(workspace, actor, comment_id, tx)
        access.require(actor, may, stored)
        earlier = came_of(tx, actor, once, Comment)
        if earlier is not None:
            return earlier
        wanted = change(tx, stored, thread, now)
        if wanted == stored:
            return stored
        kept = tx.put(wanted)
        tx.log(what, kept, at=now, by=actor.by, thread=thread.id, **service.named(thread))
        remember(tx, actor, once, kept, now)
        return kept
