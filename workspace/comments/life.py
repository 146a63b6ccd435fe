"""What becomes of a thread: answered, taken in or not, resolved, opened again; and what kind it is.

Each act is one transaction with its log entry; done twice with the same key, it is done once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from workspace import access
from workspace.access import Action, Actor
from workspace.comments import service
from workspace.comments import subject as subjects
from workspace.comments.model import TAKEN_IN, Thread
from workspace.comments.suggestion import OPEN, Suggestion
from workspace.errors import Invalid, _
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace


def answer(workspace: Workspace, actor: Actor, thread_id: str, *, once: Once | None = None) -> Thread:
    """Mark a thread as answered, where the answer was given elsewhere. Raises NotFound, Forbidden, Conflict."""
    return _act(
        workspace, actor, thread_id, Action.SETTLE_THREAD, "threads.answered", lambda t, at: t.answer(actor, at), once
    )


def settle(
    workspace: Workspace,
    actor: Actor,
    thread_id: str,
    outcome: str,
    reason: str = "",
    led_to: int | None = None,
    *,
    once: Once | None = None,
) -> Thread:
    """Say that what a thread asks for is taken in, or not and why.

    `led_to` is the version it came in with: None for the current one, 0 for none. Raises NotFound, Forbidden, Invalid,
    Conflict.
    """
    thread = service.get(workspace, actor, thread_id)
    current = subjects.find(workspace, actor, thread.subject).number
    if led_to is None:
        led_to = current if outcome == TAKEN_IN else 0
    if not 0 <= led_to <= current:
        raise Invalid({"led_to": _("Versjonen finnes ikke. Velg en av versjonene i lista.")})
    version = led_to
    suggestion = workspace.region(actor.region).view().get(Suggestion, thread_id)
    if suggestion is not None and suggestion.state == OPEN:
        raise Invalid({"outcome": _("Ta endringsforslaget inn, eller si hvorfor ikke, der det står.")})
    return _act(
        workspace,
        actor,
        thread_id,
        Action.SETTLE_THREAD,
        "threads.settled",
        lambda t, at: t.settle(actor, at, outcome, reason, version),
        once,
    )


def resolve(workspace: Workspace, actor: Actor, thread_id: str, *, once: Once | None = None) -> Thread:
    """Mark a thread as resolved, with no more said. Raises NotFound, Forbidden, Conflict."""
    return _act(
        workspace, actor, thread_id, Action.RESOLVE_THREAD, "threads.resolved", lambda t, at: t.resolve(actor, at), once
    )


def reopen(workspace: Workspace, actor: Actor, thread_id: str, *, once: Once | None = None) -> Thread:
    """Open a thread again. What it came to stays among its steps. Raises NotFound, Forbidden, Conflict."""
    return _act(
        workspace, actor, thread_id, Action.RESOLVE_THREAD, "threads.reopened", lambda t, at: t.reopen(actor, at), once
    )


def classify(workspace: Workspace, actor: Actor, thread_id: str, kind: str, *, once: Once | None = None) -> Thread:
    """Say what kind a thread is, "" for none. Raises NotFound, Forbidden, Invalid."""
    return _act(
        workspace, actor, thread_id, Action.CLASSIFY_THREAD, "threads.classified", lambda t, _at: t.classify(kind), once
    )


def _act(
    workspace: Workspace,
    actor: Actor,
    thread_id: str,
    may: Action,
    what: str,
    act: Callable[[Thread, datetime], Thread],
    once: Once | None,
) -> Thread:
    now = workspace.now()
    with workspace.region(actor.region).transaction() as tx:
        thread = service.get(workspace, actor, thread_id, tx)
        access.require(actor, may, thread)
        earlier = came_of(tx, actor, once, Thread)
        if earlier is not None:
            return earlier
        wanted = act(thread, now)
        if wanted == thread:
            return thread
        kept = tx.put(wanted)
        more = {"outcome": kept.outcome} if what == "threads.settled" else {}
        tx.log(what, kept, at=now, by=actor.by, **service.named(kept), **more)
        remember(tx, actor, once, kept, now)
        return kept
