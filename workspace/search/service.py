"""What people do with search: ask, and see only what they may read."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from typing import Any

import msgspec

from workspace import access
from workspace.access import Action, Actor
from workspace.comments import service as comments
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.errors import WorkspaceError
from workspace.hearings import service as hearings
from workspace.hearings.answer import HearingAnswer
from workspace.hearings.model import Hearing
from workspace.measures import board as opportunities
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.measures.opportunity import Opportunity
from workspace.parts import Workspace
from workspace.rounds import service as rounds
from workspace.search import asking, following
from workspace.search.advice import Advice, advise
from workspace.search.port import Entry, Found, Query
from workspace.store.port import View

logger = logging.getLogger(__name__)

MOST_PENDING = 2000  # events looked at, that the index has not seen


def search(
    workspace: Workspace,
    actor: Actor,
    words: str,
    *,
    filters: Mapping[str, tuple[str, ...]] | None = None,
    sort: str = "",
    inside: bool = False,
    offset: int = 0,
    limit: int = 10,
    gather: bool = False,
    counts: bool = False,
    passages: bool = True,
) -> Found:
    """What the region holds about these words, best first, of what this actor may read. Raises Forbidden.

    `words` are plain words; "..." are words beside each other, +word must be there. When nothing is found, aa, oe and
    ae are tried as å, ø and æ. `filters`, `sort`, `inside`, `gather` and `counts` are those of a Query.
    `Found.behind` says that newly written text may be missing.
    """
    asked = Query(
        words=words,
        audiences=access.audiences(actor),
        filters=dict(filters or {}),
        sort=sort,
        inside=inside,
        offset=offset,
        limit=limit,
        gather=gather,
        counts=counts,
        passages=passages,
    )
    return _find(workspace, actor, asked)[0]


def search_with_advice(workspace: Workspace, actor: Actor, words: str, **more: Any) -> tuple[Found, Advice]:
    """The same, with what may help one who found little."""
    asked = Query(words=words, audiences=access.audiences(actor), **more)
    found, asked = _find(workspace, actor, asked)
    return found, advise(workspace.indexes.region(actor.region or ""), asked, found.total)


def titles(workspace: Workspace, actor: Actor, typed: str, limit: int = 8) -> tuple[Entry, ...]:
    """The documents and measures whose title has what is typed, best first. Raises Forbidden."""
    access.require(actor, Action.SEARCH)
    asked, _behind = _prepared(workspace, actor, Query(words=typed, audiences=access.audiences(actor), limit=limit))
    view = workspace.region(actor.region).view()
    found = workspace.indexes.region(actor.region or "").titles(asked)
    return tuple(entry for entry in found if actor.operator or _may_read(workspace, actor, view, entry))


def _find(workspace: Workspace, actor: Actor, asked: Query) -> tuple[Found, Query]:
    """What is found, and the question as it was put in the end."""
    access.require(actor, Action.SEARCH)
    index = workspace.indexes.region(actor.region or "")
    asked, behind = _prepared(workspace, actor, asked)
    found = index.search(asked)
    if found.behind and not _catch_up(workspace, actor.region or ""):
        found = index.search(asked)
    if not found.total and asking.transcribed(asked.words) != asked.words:
        transcribed = msgspec.structs.replace(asked, words=asking.transcribed(asked.words))
        other = index.search(transcribed)
        found, asked = (other, transcribed) if other.total else (found, asked)
    return _only_readable(workspace, actor, msgspec.structs.replace(found, behind=behind or found.behind)), asked


def _prepared(workspace: Workspace, actor: Actor, asked: Query) -> tuple[Query, bool]:
    """The question without what was closed to the actor a moment ago, and whether the index is behind."""
    slug = actor.region or ""
    behind = _catch_up(workspace, slug)
    without = _withdrawn(workspace, actor, slug) if behind else ()
    return msgspec.structs.replace(asked, without=without), behind


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


def used_in(workspace: Workspace, actor: Actor, ids: Collection[str]) -> dict[str, list[Measure]]:
    """The measures that build on each of these documents, of those that this actor may see."""
    found: dict[str, list[Measure]] = {}
    for measure in measures.listing(workspace, actor):
        for id in dict.fromkeys(citation.document for citation in measure.citations):
            if id in ids:
                found.setdefault(id, []).append(measure)
    return found


def _withdrawn(workspace: Workspace, actor: Actor, slug: str) -> tuple[str, ...]:
    """The ids of what changed since the index was written and is no longer for this actor.

    Without them, counts and suggestions would tell of a thing for a moment after it was closed to the actor.
    """
    seen = workspace.indexes.region(slug).seen()
    if actor.operator or seen < 0:
        return ()
    view = workspace.region(slug).view()
    events = view.events(after=seen, limit=MOST_PENDING)
    changed = {(event.table, event.record) for event in events if event.table in _CLOSABLE}
    return tuple(sorted(id for table, id in changed if not _shows(_CLOSABLE[table], workspace, actor, id, view)))


# What can be closed to people who could find it before, and how it is read.
_CLOSABLE: dict[str, Callable[[Workspace, Actor, str, View], object]] = {
    Document.table: documents.get,
    Opportunity.table: opportunities.get,
    Hearing.table: hearings.shown,
    HearingAnswer.table: hearings.answer,
}


def _only_readable(workspace: Workspace, actor: Actor, found: Found) -> Found:
    """Without the hits that the store no longer shows this actor.

    The query asks for what the actor may read, but of an index that can be a moment older than the store.
    """
    if actor.operator:
        return found
    view = workspace.region(actor.region).view()
    hits = tuple(hit for hit in found.hits if _may_read(workspace, actor, view, hit.entry))
    groups = tuple(group for group in found.groups if _may_read(workspace, actor, view, group.hits[0].entry))
    lost = [group for group in found.groups if group not in groups]
    return msgspec.structs.replace(
        found,
        hits=hits,
        groups=groups,
        total=found.total - len(found.hits) + len(hits) - sum(group.size() for group in lost),
        groups_total=found.groups_total - len(lost),
    )


def _may_read(workspace: Workspace, actor: Actor, view: View, entry: Entry) -> bool:
    get = _READ.get(entry.kind)
    return get is None or _shows(get, workspace, actor, entry.id, view)


# How what was found is read, by its kind.
_READ: dict[str, Callable[[Workspace, Actor, str, View], object]] = {
    "document": documents.get,
    "comment": comments.get,
    "measure": measures.get,
    "opportunity": opportunities.get,
    "outcome": rounds.get,
    "answer": hearings.answer,
}


def _shows(
    get: Callable[[Workspace, Actor, str, View], object], workspace: Workspace, actor: Actor, id: str, view: View
) -> bool:
    try:
        get(workspace, actor, id, view)
    except WorkspaceError:
        return False
    return True
