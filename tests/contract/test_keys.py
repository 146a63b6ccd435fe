"""What keys promise, whichever product keeps them, and that what is forgotten is in no file of a store."""

from __future__ import annotations

import stat
import threading
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests import postgres
from tests.contract.test_store import AT, Note, keep, stores  # noqa: F401  the fixture
from workspace.errors import Unavailable
from workspace.store import log
from workspace.store.port import Stores
from workspace.store.postgres.stores import PostgresStores
from workspace.store.tinydb import TinyStores

SECRET = bytes(range(32))


def test_a_key_is_kept_destroyed_and_released(stores: Stores) -> None:  # noqa: F811
    stores.create("a")
    stores.create("b")
    keys = stores.keys
    assert keys.get("a", "r1") is None and keys.names("a") == []
    keys.keep("a", "r2", SECRET)
    keys.keep("a", "r1", b"x" * 32)
    keys.keep("a", "r1", SECRET)
    assert (keys.get("a", "r1"), keys.names("a")) == (SECRET, ["r1", "r2"])
    assert keys.get("b", "r1") is None and keys.names("b") == [], "each region has its own"
    for _time in range(2):
        keys.destroy("a", "r1")
        assert (keys.get("a", "r1"), keys.names("a")) == (None, ["r1", "r2"]), "remembered until it is released"
    for _time in range(2):
        keys.release("a", "r1")
        assert keys.names("a") == ["r2"]
    keys.destroy("a", "never")
    assert keys.names("a") == ["r2"] and keys.get("a", "r2") == SECRET


def test_keys_are_in_no_store(stores: Stores) -> None:  # noqa: F811
    store = stores.create("a")
    keep(store, Note(id="1"))
    before = store.view().tables(), store.view().last_event()
    stores.keys.keep("a", "r1", SECRET)
    assert (store.view().tables(), store.view().last_event()) == before


def test_a_file_with_a_key_is_its_owners_alone_and_written_over(tmp_path: Path) -> None:
    with closing(TinyStores.open(tmp_path)) as opened:
        opened.keys.keep("a", "r1", SECRET)
        path = tmp_path / "keys" / "a" / "r1"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert [stat.S_IMODE(folder.stat().st_mode) for folder in (path.parent, path.parent.parent)] == [0o700] * 2
        with path.open("rb") as reading:
            opened.keys.destroy("a", "r1")
            assert reading.read() == b"", "the file itself was written over and emptied, not another put in its place"
        for name in ("../a", "", "a/b", "r1.tmp"):
            with pytest.raises(ValueError):
                opened.keys.keep("a", name, SECRET)
    with closing(TinyStores.open(tmp_path, readonly=True)) as reader:
        for act in (reader.keys.destroy, reader.keys.release):
            with pytest.raises(Unavailable):
                act("a", "r1")
        with pytest.raises(Unavailable):
            reader.keys.keep("a", "r1", SECRET)


# -- What is forgotten --


def journals(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("store-*.rj"))


def test_what_is_removed_and_forgotten_is_in_no_journal(tmp_path: Path) -> None:
    with closing(TinyStores.open(tmp_path)) as opened:
        store = opened.create("a")
        [note] = keep(store, Note(id="1", text="Kanariord"))
        keep(store, Note(id="2", text="Blir"))
        with store.transaction() as tx:
            tx.remove(note)
            tx.log("notes.removed", note, at=AT, by="kari")
        assert b"Kanariord" in journals(tmp_path)
        store.forget("notes")
        assert b"Kanariord" not in journals(tmp_path) and b"Blir" in journals(tmp_path)
    with closing(TinyStores.open(tmp_path)) as opened:
        assert [found.text for found in opened.region("a").view().find(Note)] == ["Blir"]
        assert log.broken_at(opened.region("a").view().events()) is None


def test_those_who_write_meanwhile_lose_nothing(tmp_path: Path) -> None:
    with closing(TinyStores.open(tmp_path)) as opened:
        store = opened.create("a")
        stop = threading.Event()
        acknowledged: list[str] = []

        def write(writer: int) -> None:
            number = 0
            while not stop.is_set():
                note = Note(id=f"{writer}-{number}", text="x" * 200)
                with store.transaction() as tx:
                    tx.log("notes.made", tx.put(note), at=AT, by="kari")
                acknowledged.append(note.id)
                number += 1

        threads = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
        for thread in threads:
            thread.start()
        for _time in range(20):
            store.forget("notes")
        stop.set()
        for thread in threads:
            thread.join()
    with closing(TinyStores.open(tmp_path)) as opened:
        view = opened.region("a").view()
        assert {note.id for note in view.find(Note)} == set(acknowledged)
        assert len(view.events()) == len(acknowledged)
        assert log.broken_at(view.events()) is None


@pytest.mark.parametrize("harm", ["disk", "closed"])
def test_what_can_not_be_forgotten_now_says_so_and_can_be_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    with closing(TinyStores.open(tmp_path)) as opened:
        store = opened.create("a")
        keep(store, Note(id="1"))
        if harm == "disk":

            def full(*_arguments: object) -> None:
                raise OSError(28, "No space left on device")

            with monkeypatch.context() as broken:
                broken.setattr(store._journal.system, "create", full)
                with pytest.raises(OSError):
                    store.forget("notes")
            keep(store, Note(id="2"))
            store.forget("notes")
            assert store.view().count(Note) == 2
    if harm == "closed":
        with closing(TinyStores.open(tmp_path, readonly=True)) as reader, pytest.raises(Unavailable):
            reader.region("a").forget("notes")


def test_on_postgresql_the_dead_rows_of_the_table_go_at_once_and_no_others() -> None:
    with postgres.database() as url, closing(PostgresStores.open(url)) as opened:
        store = opened.create("a")
        [note] = keep(store, Note(id="1", text="Kanariord"))
        keep(store, note.changed(text="Nytt"))
        before = store.view()
        store.forget("others")
        assert rows(url, "Kanariord") == 1
        store.forget("notes")
        assert rows(url, "Kanariord") == 0
        assert store.view().get(Note, "1").text == "Nytt" == before.get(Note, "1").text
        assert store.problems() == []


def rows(url: str, text: str) -> int:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT 1 FROM document WHERE body::text LIKE %s", (f"%{text}%",))
        return len(found.fetchall())
