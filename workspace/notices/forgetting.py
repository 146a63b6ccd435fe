"""Taking away the oldest notices, so that an inbox is no archive: the log is."""

from __future__ import annotations

from workspace.notices.model import Notice
from workspace.parts import Workspace
from workspace.regions.model import Membership
from workspace.store.port import View

MOST = 2_000  # notices kept for a person
AT_ONCE = 200  # removed in one transaction


def sweep(workspace: Workspace, slug: str) -> int:
    """Remove what each person has more notices than are kept, the oldest first, and answer how many that was."""
    store, removed = workspace.region(slug), 0
    for member in store.view().find(Membership, order="name"):
        while _too_many(store.view(), member.id):
            with store.transaction() as tx:
                found = _too_many(tx, member.id)
                for notice in found:
                    tx.remove(notice)
            removed += len(found)
    return removed


def _too_many(view: View, person: str) -> list[Notice]:
    over = view.count(Notice, {"person": person}, order="seq") - MOST
    return view.find(Notice, {"person": person}, order="seq", limit=min(over, AT_ONCE)) if over > 0 else []
