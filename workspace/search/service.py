"""What people do with search: ask, and see only what they may read."""

from __future__ import annotations

import logging

import msgspec

from workspace import access
from workspace.access import Action, Actor
from workspace.documents import service as documents
from workspace.errors import WorkspaceError
from workspace.measures import service as measures
from workspace.parts import Workspace
from workspace.rounds import service as rounds
from workspace.search import asking, following
from workspace.search.port import Found, Hit, Query
from workspace.store.port import View

logger = logging.getLogger(__name__)

KINDS = ("document", "comment", "measure", "outcome")


def search(
    workspace: Workspace,
    actor: Actor,
    words: str,
    *,
    kind: str = "",
    source: str = "",
    offset: int = 0,
    limit: int = 10,
    counts: bool = False,
    passages: bool = True,
) -> Found:
    """What the region holds about these words, best first, of what this actor may read. Raises Forbidden.

    `words` are plain words; "..." are words beside each other, +word must be there. When nothing is found, aa, oe and
    ae are tried as å, ø and æ. `Found.behind` says that newly written text may be missing.
    """
    access.require(actor, Action.SEARCH)
    slug = actor.region or ""
    behind = _catch_up(workspace, slug)
    query = Query(
        words=words,
        audiences=access.audiences(actor),
        kind=kind,
        source=source,
        offset=offset,
        limit=limit,
        counts=counts,
        passages=passages,
    )
    index = workspace.indexes.region(slug)
    found = index.search(query)
    if found.behind and not _catch_up(workspace, slug):
        found = index.search(query)
    if not found.total and asking.transcribed(words) != words:
        found = index.search(msgspec.structs.replace(query, words=asking.transcribed(words)))
    return _only_readable(workspace, actor, msgspec.structs.replace(found, behind=behind or found.behind))


def _catch_up(workspace: Workspace, slug: str) -> bool:
    """Bring the index up to date if nobody else does and it can be written; answer whether it is behind after that."""
    try:
        if not following.is_behind(workspace, slug):
            return False
        if workspace.indexes.readonly or workspace.indexes.followed:
            return True
        following.follow(workspace, slug)
        return False
    except WorkspaceError:
        raise
    except Exception as error:
        logger.error("index of %s not brought up to date: %s", slug, type(error).__name__)
        return True


def _only_readable(workspace: Workspace, actor: Actor, found: Found) -> Found:
    """Without the hits that the store no longer shows this actor.

    The query asks for what the actor may read, but of an index that can be a moment older than the store.
    """
    if actor.operator:
        return found
    view = workspace.region(actor.region).view()
    hits = tuple(hit for hit in found.hits if _may_read(workspace, actor, view, hit))
    return msgspec.structs.replace(found, hits=hits, total=found.total - len(found.hits) + len(hits))


def _may_read(workspace: Workspace, actor: Actor, view: View, hit: Hit) -> bool:
    entry = hit.entry
    try:
        match entry.kind:
            case "document":
                documents.get(workspace, actor, entry.id, view)
            case "comment":
                documents.get(workspace, actor, entry.parent, view)
            case "measure":
                measures.get(workspace, actor, entry.id, view)
            case "outcome":
                rounds.get(workspace, actor, entry.id, view)
    except WorkspaceError:
        return False
    return True
