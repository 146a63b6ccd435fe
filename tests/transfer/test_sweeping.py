"""Blobs that nothing names go after a day; whatever a document or a version names stays (torture list 36 and 37)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from tests.conftest import AMUND, REGION, Clock, seed
from workspace.documents import service as documents
from workspace.documents.model import Document, Version
from workspace.errors import NotFound
from workspace.files import service as files
from workspace.files import uploading
from workspace.files.uploading import Sent
from workspace.parts import Workspace, now
from workspace.transfer.sweeping import sweep

TABLE = b"bedrift;ansatte\nYsteriet;3\n"


@pytest.fixture
def later(workspace: Workspace, clock: Clock) -> Workspace:
    """The workspace on a clock that is two days ahead of the disk's: all that is put has lain for more than a day."""
    seed(workspace)
    clock.moment = now() + timedelta(days=2)
    return workspace


def forget(workspace: Workspace, document: Document) -> None:
    """Take a document and its versions away, as if there were a room that does."""
    with workspace.region(REGION).transaction() as tx:
        for version in tx.find(Version, {"document": document.id}, order="number"):
            tx.remove(version)
        tx.remove(tx.get(Document, document.id))


def test_what_an_upload_that_was_cut_off_left_goes(later: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    store = later.region(REGION)

    def cut(*arguments: object) -> None:
        raise ConnectionAbortedError

    before = set(store.blobs.digests())
    with monkeypatch.context() as patched, pytest.raises(ConnectionAbortedError):
        patched.setattr(type(store), "transaction", cut)
        uploading.receive(later, AMUND, [Sent("tall.csv", TABLE)], kind="note", checked=True)
    orphans = set(store.blobs.digests()) - before
    assert len(orphans) == 1
    assert sweep(later, REGION) == 1
    assert set(store.blobs.digests()) == before
    assert sweep(later, REGION) == 0


def test_of_two_files_with_the_same_bytes_one_may_go(later: Workspace) -> None:
    store = later.region(REGION)
    one = files.take(later, AMUND, "en.csv", TABLE, ref="en.csv").document
    other = files.take(later, AMUND, "to.csv", TABLE, ref="to.csv").document
    assert one.file.digest == other.file.digest and one.id != other.id
    forget(later, one)
    sweep(later, REGION)
    assert store.blobs.get(other.file.digest) == TABLE
    forget(later, other)
    assert sweep(later, REGION) > 0
    assert list(store.blobs.digests()) == []


def test_older_versions_are_kept(later: Workspace) -> None:
    document = documents.create(later, AMUND, title="Plan", text="Den f\u00f8rste teksten.")
    documents.save(later, AMUND, document.id, document.version, text="Den andre teksten.")
    assert sweep(later, REGION) == 0
    _version, text = documents.version_text(later, AMUND, document, 1)
    assert text == "Den f\u00f8rste teksten."


def test_what_is_younger_than_a_day_is_kept(later: Workspace, clock: Clock) -> None:
    digest = later.region(REGION).blobs.put(b"just now")
    clock.moment = now() + timedelta(hours=23)
    assert sweep(later, REGION) == 0
    clock.moment = now() + timedelta(hours=25)
    assert sweep(later, REGION) == 1
    with pytest.raises(KeyError):
        later.region(REGION).blobs.get(digest)


def test_a_digest_that_is_only_mentioned_keeps_its_blob(later: Workspace) -> None:
    """Better too much than too little: what decides must not rest on a list of fields."""
    digest = later.region(REGION).blobs.put(b"a file of some later room")
    documents.create(later, AMUND, title="Plan", text=f"Se {digest}.")
    assert sweep(later, REGION) == 0


def test_one_that_is_put_again_meanwhile_is_not_taken(later: Workspace, clock: Clock) -> None:
    """It was found among the old ones, somebody puts it anew, and only then it would be its turn."""
    blobs = later.region(REGION).blobs
    clock.moment = now()
    digest = blobs.put(TABLE)
    os.utime(blobs._path(digest), (1, 1))
    real = blobs.digests

    def digests(before: datetime | None = None) -> Iterator[str]:
        found = list(real(before))
        assert found == [digest]
        blobs.put(TABLE)
        return iter(found)

    blobs.digests = digests
    sweep(later, REGION)
    assert blobs.get(digest) == TABLE


def test_of_a_region_that_is_not_there(later: Workspace) -> None:
    with pytest.raises(NotFound):
        sweep(later, "ingensteds")
