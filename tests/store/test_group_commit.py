"""Many writers share a frame and a sync; what was decided and did not become durable is nowhere to be seen."""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.contract.test_store import AT, Note
from tests.store.faults import FailingSystem, RecordingSystem
from tests.store.test_power_loss import lost_states
from workspace.errors import Unavailable, Unconfirmed
from workspace.store import commit, journal
from workspace.store.log import broken_at
from workspace.store.system import System
from workspace.store.tinydb import TinyStore


class HeldSystem(System):
    """Syncs, or the making of a new file, wait while they are held."""

    def __init__(self) -> None:
        self.syncs = 0
        self.delay = 0.0
        self.error = 0
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.waiting = threading.Event()
        self.creates = threading.Event()
        self.creates.set()

    def create(self, path: Path) -> int:
        self.creates.wait(10)
        return super().create(path)

    def fdatasync(self, descriptor: int) -> None:
        self.syncs += 1
        self.waiting.set()
        self.goes_on.wait(10)
        time.sleep(self.delay)
        if self.error:
            raise OSError(self.error, "injected")
        super().fdatasync(descriptor)

    def hold(self) -> None:
        self.goes_on.clear()
        self.waiting.clear()


def put(store: TinyStore, id: str) -> None:
    with store.transaction() as tx:
        tx.log("notes.made", tx.put(Note(id=id)), at=AT, by="kari")


def eventually(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.002)


def in_line(store: TinyStore, pool: ThreadPoolExecutor, *ids: str) -> list[Future[None]]:
    """Writes that are decided, and wait for the disk behind one that is held there."""
    made = []
    for id in ids:
        made.append(pool.submit(put, store, id))
        eventually(lambda id=id: id in store._decided.table("notes"))
    return made


@pytest.fixture
def system() -> HeldSystem:
    return HeldSystem()


@pytest.fixture
def store(tmp_path: Path, system: HeldSystem) -> TinyStore:
    return TinyStore(tmp_path / "store", system=system)


def ids(store: TinyStore) -> list[str]:
    return [note.id for note in store.view().find(Note)]


def test_many_writers_share_a_sync(store: TinyStore, system: HeldSystem) -> None:
    system.delay = 0.003
    before = system.syncs
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: put(store, f"{n:03d}"), range(160)))
    assert ids(store) == [f"{n:03d}" for n in range(160)]
    assert system.syncs - before < 80
    assert broken_at(store.view().events()) is None
    store.close()


def test_one_writer_alone_pays_one_sync(store: TinyStore, system: HeldSystem) -> None:
    before = system.syncs
    for n in range(10):
        put(store, str(n))
    assert system.syncs - before == 10
    store.close()


def test_readers_do_not_see_what_is_not_durable_yet(store: TinyStore, system: HeldSystem) -> None:
    system.hold()
    with ThreadPoolExecutor(4) as pool:
        writes = in_line(store, pool, "1", "2")
        assert ids(store) == []
        assert store.view().last_event() == 0
        system.goes_on.set()
        for write in writes:
            write.result()
    assert ids(store) == ["1", "2"]
    store.close()


def test_who_writes_nothing_still_waits_for_what_was_read(store: TinyStore, system: HeldSystem) -> None:
    """«You have answered that already» must not be said of an answer that may yet be lost."""

    def read() -> bool:
        with store.transaction() as tx:
            return tx.get(Note, "1") is not None

    system.hold()
    with ThreadPoolExecutor(4) as pool:
        in_line(store, pool, "1")
        reader = pool.submit(read)
        time.sleep(0.05)
        assert not reader.done()
        system.goes_on.set()
        assert reader.result() is True
    store.close()


def test_after_a_failed_sync_all_in_line_are_refused(store: TinyStore, system: HeldSystem) -> None:
    put(store, "0")
    system.hold()
    with ThreadPoolExecutor(4) as pool:
        writes = in_line(store, pool, "1", "2", "3")
        system.error = errno.EIO
        system.goes_on.set()
        for write in writes:
            with pytest.raises(Unavailable):
                write.result()
    assert ids(store) == ["0"]
    assert not store.writable()
    store.close()


def test_after_a_full_disk_the_next_go_on_from_what_is_durable(tmp_path: Path) -> None:
    store = TinyStore(tmp_path / "store", system=FailingSystem("write", 3, errno.ENOSPC, short=True))
    put(store, "0")
    with pytest.raises(Unavailable):
        put(store, "1")
    put(store, "2")
    assert ids(store) == ["0", "2"]
    assert [event.record for event in store.view().events()] == ["0", "2"]
    assert broken_at(store.view().events()) is None
    store.close()
    again = TinyStore(tmp_path / "store")
    assert ids(again) == ["0", "2"]
    again.close()


def test_a_transaction_that_saw_what_was_taken_back_is_refused(store: TinyStore, system: HeldSystem) -> None:
    put(store, "0")
    system.hold()
    with ThreadPoolExecutor(4) as pool:
        [first] = in_line(store, pool, "1")
        with pytest.raises(Unavailable), store.transaction() as tx:
            assert tx.get(Note, "1") is not None
            system.error = errno.EIO
            system.goes_on.set()
            with pytest.raises(Unavailable):
                first.result()
            note = tx.put(Note(id="2"))
            tx.log("notes.made", note, at=AT, by="kari")
    assert ids(store) == ["0"]
    store.close()


def test_a_disk_that_does_not_answer_is_not_waited_for_for_ever(
    store: TinyStore, system: HeldSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit, "PATIENCE", 0.1)
    system.hold()
    with ThreadPoolExecutor(4) as pool:
        first, second = in_line(store, pool, "1", "2")
        with pytest.raises(Unconfirmed):
            second.result(5)
        system.goes_on.set()
        first.result()
        put(store, "3")
    assert ids(store) == ["1", "2", "3"]  # it was unknown, and turned out well
    store.close()


def test_a_transaction_inside_another_is_refused(store: TinyStore) -> None:
    with pytest.raises(RuntimeError), store.transaction() as tx:
        tx.put(Note(id="1"))
        put(store, "2")
    assert ids(store) == []
    put(store, "3")
    store.close()


def test_a_class_first_used_while_others_write_is_indexed(store: TinyStore, system: HeldSystem) -> None:
    system.hold()
    with ThreadPoolExecutor(4) as pool:
        writes = in_line(store, pool, "1", "2")
        assert store.view().find(Note, {"kind": "a"}, order="at") == []  # declares its indexes
        system.goes_on.set()
        for write in writes:
            write.result()
    assert [note.id for note in store.view().find(Note, {"kind": "a"}, order="at")] == ["1", "2"]
    assert store.view().count(Note) == 2
    store.close()


def test_nobody_waits_for_a_new_generation(
    tmp_path: Path, store: TinyStore, system: HeldSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "_ROTATE_AT_LEAST", 2000)
    system.creates.clear()
    for n in range(60):
        put(store, f"{n:02d}")  # the generation is due after a few, and is held
    assert len(ids(store)) == 60
    system.creates.set()
    store._journal.settle()
    put(store, "60")
    store.close()
    newest = journal.newest(tmp_path / "store")
    assert newest is not None
    assert int(newest.name[6:16]) > 1
    again = TinyStore(tmp_path / "store")
    assert len(ids(again)) == 61
    assert again.view().last_event() == 61
    again.close()


def test_a_power_cut_amid_many_writers_and_new_generations_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """R4 with four writers, whose frames are shared, and generations written by a thread."""
    monkeypatch.setattr(journal, "_ROTATE_AT_LEAST", 3000)
    recording = RecordingSystem()
    store = TinyStore(tmp_path / "store", system=recording)

    def write(n: int) -> None:
        with store.transaction() as tx:
            tx.put(Note(id=f"{n:02d}", text="x" * 300))
        recording.acknowledged(f"{n:02d}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(60)))
    store.close()
    assert sum(call[0] == "rename" for call in recording.calls) > 2
    monkeypatch.undo()
    bad, states = lost_states(tmp_path, recording.calls, honest=True, writers=4)
    with capsys.disabled():
        print(f"\nR4, four writers: {states} states after a power cut, {bad} lost or refused")
    assert bad == 0
