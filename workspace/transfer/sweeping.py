"""Taking away the blobs that no document of a store names: what an upload that was cut off left, for one."""

from __future__ import annotations

from datetime import timedelta

from workspace.parts import Workspace
from workspace.transfer.dumping import Kept

REST = timedelta(days=1)  # a blob is written before the record that names it; it must not go in between


def sweep(workspace: Workspace, slug: str) -> int:
    """Take away the region's blobs that have lain for a day and that no document or version names; answer how many.

    For a nightly job. Safe beside everything else: one that is put again while we look is new, and then not taken
    away. Raises NotFound for no such region.
    """
    store = workspace.region(slug)
    before = workspace.now() - REST
    old = list(store.blobs.digests(before=before))
    mentioned = Kept(store).mentioned if old else set()  # looked at after the list, so that no newer name is missed
    forgotten = [digest for digest in old if digest not in mentioned]
    for digest in forgotten:
        store.blobs.remove(digest, before=before)
    return len(forgotten)
