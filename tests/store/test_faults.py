"""R3: one failing call anywhere. What was acknowledged is there after a restart, and readers are served meanwhile."""

from __future__ import annotations

import contextlib
import errno
from pathlib import Path

import pytest

from tests.contract.test_store import Note
from tests.store.faults import FailingSystem
from workspace.errors import Unavailable
from workspace.store import journal
from workspace.store.tinydb import TinyStore


def work(folder: Path, system: FailingSystem) -> list[str]:
    """Write twelve notes with a rotation amid them; answer those that were acknowledged."""
    acknowledged: list[str] = []
    store = TinyStore(folder, system=system)
    for n in range(12):
        with contextlib.suppress(Unavailable):
            with store.transaction() as tx:
                tx.put(Note(id=f"{n:02d}", text="x" * 50))
            acknowledged.append(f"{n:02d}")
        assert [note.id for note in store.view().find(Note)] == acknowledged
        if n == 6 and not store._journal.failed:
            with contextlib.suppress(OSError):
                store._journal.rotate()
    store.close()
    return acknowledged


CASES = [
    (call, error, short)
    for call in ("create", "write", "fdatasync", "rename", "sync_folder")
    for error in (errno.EIO, errno.ENOSPC)
    for short in ((False, True) if call == "write" else (False,))
]


@pytest.mark.parametrize("generations", ["asked for", "when due"])
@pytest.mark.parametrize(("call", "error", "short"), CASES)
def test_a_call_that_fails_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, error: int, short: bool, generations: str
) -> None:
    """New generations are written at a moment we choose, or by their own thread amid the writes."""
    if generations == "when due":
        monkeypatch.setattr(journal, "_ROTATE_AT_LEAST", 300)
    for at in range(1, 60):
        folder = tmp_path / f"{at}"
        TinyStore(folder).close()
        system = FailingSystem(call, at, error, short=short)
        acknowledged: list[str] = []
        with contextlib.suppress(OSError):  # at start, a failing disk is an error of the start
            acknowledged = work(folder, system)
        healthy = TinyStore(folder)
        found = [note.id for note in healthy.view().find(Note)]
        healthy.close()
        assert set(acknowledged) <= set(found), f"{call} {at}: lost {set(acknowledged) - set(found)}"
        assert len(set(found) - set(acknowledged)) <= 1
        if not system.reached:
            break
    else:
        pytest.fail("the calls never came to an end")
    assert at > 1


def test_after_a_failed_sync_nothing_is_acknowledged_again(tmp_path: Path) -> None:
    store = TinyStore(tmp_path, system=FailingSystem("fdatasync", 3, errno.EIO))
    with store.transaction() as tx:
        tx.put(Note(id="1"))
    for _ in range(3):
        with pytest.raises(Unavailable), store.transaction() as tx:
            tx.put(Note(id="2"))
    assert not store.writable()
    assert [note.id for note in store.view().find(Note)] == ["1"]
    store.close()


def test_a_full_disk_refuses_one_write_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    store = TinyStore(tmp_path, system=FailingSystem("write", 2, errno.ENOSPC, short=True))
    with pytest.raises(Unavailable), store.transaction() as tx:
        tx.put(Note(id="1"))
    with store.transaction() as tx:
        tx.put(Note(id="2"))
    store.close()
    again = TinyStore(tmp_path)
    assert [note.id for note in again.view().find(Note)] == ["2"]
    again.close()


def test_with_a_disk_full_at_start_the_store_is_for_reading(tmp_path: Path) -> None:
    store = TinyStore(tmp_path)
    with store.transaction() as tx:
        tx.put(Note(id="1"))
    store.close()
    before = {path.name for path in tmp_path.glob("store-*.rj")}
    full = TinyStore(tmp_path, system=FailingSystem("write", 1, errno.ENOSPC))
    assert not full.writable()
    assert full.view().get(Note, "1") is not None
    with pytest.raises(Unavailable), full.transaction() as tx:
        tx.put(Note(id="2"))
    full.close()
    assert {path.name for path in tmp_path.glob("store-*.rj")} == before


def test_what_is_not_json_harms_only_itself(tmp_path: Path) -> None:
    store = TinyStore(tmp_path)
    with pytest.raises(ValueError, match="JSON"), store.transaction() as tx:
        tx.change("notes", "1", {"id": "1", "number": float("nan")})
    with store.transaction() as tx:
        tx.put(Note(id="2"))
    assert [note.id for note in store.view().find(Note)] == ["2"]
    store.close()


def test_a_growing_journal_is_rotated_and_one_old_generation_is_kept(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(journal, "_ROTATE_AT_LEAST", 2000)
    store = TinyStore(tmp_path)
    for n in range(200):
        with store.transaction() as tx:
            note = tx.get(Note, "1")
            tx.put((note or Note(id="1")).changed(text=str(n)))
    generations = sorted(path.name for path in tmp_path.glob("store-*.rj"))
    assert len(generations) == 2
    assert int(generations[-1][6:16]) > 20
    store.close()
    again = TinyStore(tmp_path)
    assert again.view().get(Note, "1").text == "199"
    again.close()
