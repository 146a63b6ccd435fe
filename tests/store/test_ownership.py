"""One process owns an instance; others may read beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tinydb import Query, where
from tinydb.table import Document

from tests.contract.test_store import Note
from workspace.errors import Unavailable
from workspace.store.port import StoreRefused
from workspace.store.tinydb import TinyStores


def test_a_second_owner_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    stores = TinyStores.open(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    with pytest.raises(StoreRefused, match=r"in use by process \d+"):
        TinyStores.open(tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    stores.close()
    TinyStores.open(tmp_path).close()


def test_reading_beside_the_owner_changes_nothing_and_writes_nothing(tmp_path: Path) -> None:
    stores = TinyStores.open(tmp_path)
    store = stores.create("fjord")
    with store.transaction() as tx:
        tx.put(Note(id="1"))
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    reader = TinyStores.open(tmp_path, readonly=True)
    assert reader.region("fjord").view().get(Note, "1") is not None
    with pytest.raises(Unavailable), reader.region("fjord").transaction():
        pass
    assert not reader.writable()
    reader.close()
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    stores.close()


@pytest.mark.parametrize("slug", ["../x", "", ".", "A", "a/b", "a" * 64, "-a", "å"])
def test_a_slug_is_never_a_path(tmp_path: Path, slug: str) -> None:
    stores = TinyStores.open(tmp_path)
    with pytest.raises(ValueError, match="slug"):
        stores.create(slug)
    stores.close()


def test_tinydbs_own_queries_work_on_a_regions_store(tmp_path: Path) -> None:
    stores = TinyStores.open(tmp_path)
    store = stores.create("fjord")
    with store.transaction() as tx:
        for n in range(5):
            tx.put(Note(id=str(n), kind="ab"[n % 2], text=f"text {n}"))
    notes = store.tinydb.table("notes")
    assert len(notes) == 5
    assert [note["id"] for note in notes.search(where("kind") == "b")] == ["1", "3"]
    assert notes.get(doc_id="4")["text"] == "text 4"
    assert notes.count(Query().text.matches("text [01]")) == 2
    stores.close()


def test_writes_through_tinydb_are_durable_transactions(tmp_path: Path) -> None:
    stores = TinyStores.open(tmp_path)
    store = stores.create("fjord")
    notes = store.tinydb.table("notes")
    notes.insert(Document({"id": "1", "text": "a", "kind": "a"}, doc_id="1"))
    notes.update({"text": "b"}, where("id") == "1")
    notes.insert(Document({"id": "2", "text": "x", "kind": "a"}, doc_id="2"))
    notes.remove(doc_ids=["2"])
    assert [(note.id, note.text, note.version) for note in store.view().find(Note, {"kind": "a"}, order="at")] == [
        ("1", "b", 2)
    ]
    stores.close()
    again = TinyStores.open(tmp_path)
    assert again.region("fjord").view().get(Note, "1").text == "b"
    again.close()


def test_what_tinydb_hands_out_can_not_change_the_store(tmp_path: Path) -> None:
    stores = TinyStores.open(tmp_path)
    store = stores.create("fjord")
    with store.transaction() as tx:
        tx.put(Note(id="1", text="a"))
    store.tinydb.table("notes").get(doc_id="1")["text"] = "changed"
    assert store.view().get(Note, "1").text == "a"
    stores.close()


def test_blobs_that_were_damaged_are_not_handed_out(tmp_path: Path) -> None:
    stores = TinyStores.open(tmp_path)
    digest = stores.house.blobs.put(b"hei")
    path = tmp_path / "house" / "blobs" / digest[:2] / digest
    path.chmod(0o600)
    path.write_bytes(b"hallo")
    with pytest.raises(ValueError, match="damaged"):
        stores.house.blobs.get(digest)
    with pytest.raises(KeyError):
        stores.house.blobs.get("../../LOCK")
    stores.close()
