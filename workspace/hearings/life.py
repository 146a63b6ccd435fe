"""The life of a hearing: made of a version of a document, opened, extended, closed; and what falls due with time."""

from __future__ import annotations

from base64 import b32encode
from datetime import datetime
from typing import Any

from workspace import access
from workspace.access import Action, Actor, Audience
from workspace.documents import service as documents
from workspace.errors import Conflict, Invalid, NotFound, _
from workspace.hearings.model import DRAFT, OPEN, Hearing, check
from workspace.hearings.service import get
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace, random_bytes
from workspace.store.port import Transaction


def create(
    workspace: Workspace, actor: Actor, document_id: str, number: int, *, once: Once | None = None, **fields: Any
) -> Hearing:
    """Make a draft of a hearing on one version of a document. Raises NotFound, Invalid, Forbidden.

    A document that is for staff alone can't be sent out to everybody.
    """
    access.require(actor, Action.WRITE_HEARING)
    with workspace.region(actor.region).transaction() as tx:
        now = workspace.now()
        earlier = came_of(tx, actor, once, Hearing)
        if earlier is not None:
            return earlier
        _check_document(workspace, actor, document_id, number, tx)
        made = Hearing(
            id=workspace.new_id(),
            document=document_id,
            number=number,
            token=_token(),
            created=now,
            created_by=actor.by,
            **fields,
        )
        kept = tx.put(check(made))
        tx.log("hearings.drafted", kept, at=now, by=actor.by, document=document_id)
        remember(tx, actor, once, kept, now)
        return kept


def _token() -> str:
    """What a public link ends with: 80 bits that nobody can guess."""
    return b32encode(random_bytes()).decode().lower()


def _check_document(workspace: Workspace, actor: Actor, document_id: str, number: int, tx: Transaction) -> None:
    document = documents.get(workspace, actor, document_id, tx)
    if not 1 <= number <= document.number:
        raise NotFound()
    if document.audience != Audience.REGION:
        raise Invalid(
            {"document": _("Dokumentet er bare for medarbeidere. Gjør det lesbart for alle før det sendes på høring.")}
        )


def change(
    workspace: Workspace, actor: Actor, hearing_id: str, version: int, *, once: Once | None = None, **fields: Any
) -> Hearing:
    """Change a draft. Raises Conflict when `version` is stale or it has opened, Invalid, NotFound, Forbidden."""
    access.require(actor, Action.WRITE_HEARING)
    with workspace.region(actor.region).transaction() as tx:
        now = workspace.now()
        earlier = came_of(tx, actor, once, Hearing)
        if earlier is not None:
            return earlier
        stored = get(workspace, actor, hearing_id, tx)
        if stored.state != DRAFT:
            raise Conflict(_("Høringen er alt åpnet."), current=stored)
        if stored.version != version:
            raise Conflict(current=stored)
        _check_document(workspace, actor, stored.document, fields.get("number", stored.number), tx)
        kept = tx.put(check(stored.changed(**fields)))
        tx.log("hearings.redrafted", kept, at=now, by=actor.by, document=kept.document)
        remember(tx, actor, once, kept, now)
        return kept


def discard(workspace: Workspace, actor: Actor, hearing_id: str) -> None:
    """Throw a draft away. Raises Conflict for one that has opened, NotFound, Forbidden."""
    access.require(actor, Action.WRITE_HEARING)
    with workspace.region(actor.region).transaction() as tx:
        stored = get(workspace, actor, hearing_id, tx)
        if stored.state != DRAFT:
            raise Conflict(_("Høringen er alt åpnet."), current=stored)
        tx.log("hearings.discarded", stored, at=workspace.now(), by=actor.by, document=stored.document)
        tx.remove(stored)


def open_hearing(workspace: Workspace, actor: Actor, hearing_id: str, *, once: Once | None = None) -> Hearing:
    """Open a hearing: from now its text can be read, and answered, by whoever has the link.

    Raises Conflict, Invalid, NotFound, Forbidden.
    """
    access.require(actor, Action.WRITE_HEARING)
    with workspace.region(actor.region).transaction() as tx:
        now = workspace.now()
        earlier = came_of(tx, actor, once, Hearing)
        if earlier is not None:
            return earlier
        stored = get(workspace, actor, hearing_id, tx)
        _check_document(workspace, actor, stored.document, stored.number, tx)
        kept = tx.put(stored.open(now))
        tx.log(
            "hearings.opened", kept, at=now, by=actor.by, document=kept.document, number=kept.number,
            closes=kept.closes.isoformat(),
        )  # fmt: skip
        remember(tx, actor, once, kept, now)
        return kept


def extend(
    workspace: Workspace, actor: Actor, hearing_id: str, closes: datetime, reason: str, *, once: Once | None = None
) -> Hearing:
    """Give a hearing a later deadline, with a reason that the log keeps. Raises Conflict, Invalid, NotFound."""
    access.require(actor, Action.WRITE_HEARING)
    with workspace.region(actor.region).transaction() as tx:
        now = workspace.now()
        earlier = came_of(tx, actor, once, Hearing)
        if earlier is not None:
            return earlier
        stored = get(workspace, actor, hearing_id, tx)
        kept = tx.put(stored.extend(closes, reason, now))
        tx.log(
            "hearings.extended", kept, at=now, by=actor.by, document=kept.document, closes=closes.isoformat(),
            reason=reason,
        )  # fmt: skip
        remember(tx, actor, once, kept, now)
        return kept


def close(
    workspace: Workspace, actor: Actor, hearing_id: str, reason: str = "", *, once: Once | None = None
) -> Hearing:
    """Close a hearing before its deadline, with a reason. An answer that races it is kept or refused, never half.

    Raises Conflict, Invalid, NotFound, Forbidden.
    """
    access.require(actor, Action.WRITE_HEARING)
    with workspace.region(actor.region).transaction() as tx:
        now = workspace.now()
        earlier = came_of(tx, actor, once, Hearing)
        if earlier is not None:
            return earlier
        kept = tx.put(get(workspace, actor, hearing_id, tx).close(actor, reason, now))
        tx.log("hearings.closed", kept, at=now, by=actor.by, document=kept.document, reason=reason)
        remember(tx, actor, once, kept, now)
        return kept


def show_answers(
    workspace: Workspace, actor: Actor, hearing_id: str, is_shown: bool, *, once: Once | None = None
) -> Hearing:
    """Show what was answered to all members of the region, or to staff alone. Raises Conflict, NotFound, Forbidden."""
    access.require(actor, Action.WRITE_HEARING)
    with workspace.region(actor.region).transaction() as tx:
        now = workspace.now()
        earlier = came_of(tx, actor, once, Hearing)
        if earlier is not None:
            return earlier
        stored = get(workspace, actor, hearing_id, tx)
        wanted = stored.show(now) if is_shown else stored.hide()
        if wanted == stored:
            return stored
        kept = tx.put(wanted)
        tx.log(f"hearings.{'shown' if is_shown else 'hidden'}", kept, at=now, by=actor.by, document=kept.document)
        remember(tx, actor, once, kept, now)
        return kept


# -- What falls due --


def meet_deadlines(workspace: Workspace, actor: Actor) -> int:
    """Close every open hearing whose deadline has passed, and answer how many. For a job that runs each minute."""
    access.require(actor, Action.WRITE_HEARING)
    found = workspace.region(actor.region).view().find(Hearing, {"state": OPEN}, order="created")
    return sum(meet_deadline(workspace, actor, hearing) for hearing in found)


def meet_deadline(workspace: Workspace, actor: Actor, seen: Hearing) -> bool:
    """Close a hearing, durably and once, if its deadline has passed: a clock set back then opens nothing."""
    now = workspace.now()
    if not seen.is_due(now):
        return False
    with workspace.region(actor.region).transaction() as tx:
        stored = tx.get(Hearing, seen.id)
        if stored is None or not stored.is_due(now):
            return False
        kept = tx.put(stored.expire(now))
        tx.log(
            "hearings.closed", kept, at=now, by=actor.by, document=kept.document, deadline=kept.closes.isoformat()
        )  # fmt: skip
        return True
