"""What only the stores on PostgreSQL do: own versions and sweeping, places as text, leases, checks, reading only."""

from __future__ import annotations

import re
import threading
from contextlib import closing
from datetime import timedelta
from typing import Any, ClassVar

import psycopg
import pytest

from tests.contract.test_store import AT, Note, keep
from workspace.errors import Conflict, NotFound, Unavailable
from workspace.record import By, Record
from workspace.store.log import broken_at
from workspace.store.postgres import queries
from workspace.store.postgres.store import PostgresStore
from workspace.store.postgres.stores import PostgresStores


def rows(url: str, sql: str) -> list[Any]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []


# -- Views and versions --


def test_an_index_that_is_new_in_the_program_is_built_from_what_is_kept(stores: PostgresStores, url: str) -> None:
    store = stores.create("fjord")
    [note] = keep(store, Note(id="1", text="b"))
    early = store.view()
    keep(store, note.changed(text="a"), Note(id="2", text="b"))

    class LaterNote(Note, frozen=True, kw_only=True):
        indexes = (*Note.indexes, By(("text",)))

    with closing(PostgresStores.open(url)) as newer:
        assert [found.id for found in newer.region("fjord").view().find(LaterNote, {"text": "b"})] == ["2"]
        keep(store, Note(id="3", text="b"))  # by the older program, which keeps the newer one's index
        assert [found.id for found in newer.region("fjord").view().find(LaterNote, {"text": "b"})] == ["2", "3"]
    assert [found.id for found in early.find(LaterNote, {"text": "b"})] == ["1"]
    assert store.problems() == []


def test_what_is_put_twice_in_a_transaction_leaves_one_version(store: PostgresStore, url: str) -> None:
    with store.transaction() as tx:
        note = tx.put(Note(id="1", kind="a", tags=("x",)))
        note = tx.put(note.changed(kind="b", tags=("y", "z")))
        tx.remove(note)
        note = tx.put(Note(id="1", kind="c"))
    with store.transaction() as tx:
        tx.remove(note)
        note = tx.put(Note(id="1", kind="d"))
        tx.put(note.changed(kind="c"))
    assert [found.version for found in store.view().find(Note, {"kind": "c"}, order="at")] == [2]
    assert rows(url, "SELECT count(*) FROM document") == [(2,)]
    assert store.problems() == []


class Other(Record, frozen=True, kw_only=True):
    table: ClassVar[str] = "others"


def test_a_view_inside_a_transaction_shows_what_was_acknowledged(store: PostgresStore) -> None:
    with store.transaction() as tx:
        tx.put(Note(id="1"))
        assert store.view().find(Other) == []  # an index that can't be built just now
        assert store.view().find(Note) == []
    assert [note.id for note in store.view().find(Note)] == ["1"]


def test_transactions_do_not_nest(store: PostgresStore) -> None:
    with store.transaction(), pytest.raises(RuntimeError), store.transaction():
        pass
    keep(store, Note(id="1"))


def test_a_sweep_takes_what_no_view_of_the_last_minutes_needs(store: PostgresStore, url: str) -> None:
    [note] = keep(store, Note(id="1", text="0", tags=("0",)))
    for number in range(1, 5):
        [note] = keep(store, note.changed(text=str(number), tags=(str(number),)))
    assert store.sweep() == 0  # marks where we are; nothing is ten minutes old
    rows(url, "UPDATE mark SET at = at - interval '11 minutes'")
    fresh = store.view()
    [note] = keep(store, note.changed(text="5", tags=("5",)))
    assert store.sweep() > 0
    assert fresh.get(Note, "1").text == "4"
    assert [found.text for found in fresh.find(Note, {"tags": "4"})] == ["4"]
    assert [found.text for found in store.view().find(Note, {"tags": "5"})] == ["5"]
    assert rows(url, "SELECT count(*) FROM document") == [(2,)]
    assert store.problems() == []
    rows(url, "UPDATE mark SET at = at - interval '11 minutes'")
    assert store.sweep() > 0
    assert rows(url, "SELECT count(*), max(died) FROM document") == [(1, queries.FOREVER)]
    assert store.problems() == []


def test_all_stores_are_swept(stores: PostgresStores) -> None:
    for store in (stores.house, stores.create("a"), stores.create("b")):
        [note] = keep(store, Note(id="1"))
        keep(store, note.changed(text="2"))
    assert stores.sweep(seconds=0) == 3


# -- Order does not come from clocks --


def test_a_clock_that_is_set_back_changes_no_order(store: PostgresStore, url: str) -> None:
    for hours in (0, -1, 9000, -400):
        with store.transaction() as tx:
            note = tx.put(Note(id=f"n{hours}"))
            tx.log("notes.made", note, at=AT + timedelta(hours=hours), by="kari", hours=hours)
    events = store.view().events()
    assert [event.payload["hours"] for event in events] == [0, -1, 9000, -400]
    assert broken_at(events) is None
    store.sweep()
    rows(url, "UPDATE mark SET at = at + interval '1 day'")  # a sweep from before the clock was set back
    [note] = keep(store, Note(id="1"))
    keep(store, note.changed(text="b"))
    assert store.sweep() == 0


def test_a_job_has_one_holder_until_it_is_given_back_or_over(stores: PostgresStores, url: str) -> None:
    other = PostgresStores.open(url)
    assert stores.lease("index", 60)
    assert not other.lease("index", 60)
    assert other.lease("mail", 60)
    assert stores.lease("index", 60)
    rows(url, "UPDATE lease SET taken = taken - interval '2 min', until = until - interval '2 min' WHERE job = 'index'")
    assert other.lease("index", 60)
    assert not stores.lease("index", 60)
    rows(url, "UPDATE lease SET taken = taken + interval '1 day', until = until + interval '1 day' WHERE job = 'mail'")
    assert stores.lease("mail", 60)  # it was taken tomorrow: the clock was set back
    other.close()
    assert stores.lease("index", 60)


# -- Checks --


TAMPERINGS = {
    "UPDATE event SET action = 'notes.lost' WHERE seq = 2": "fjord: the log's event 2 does not fit its chain",
    'UPDATE event SET payload = \'{"by": "mallory"}\' WHERE seq = 2': "fjord: the log's event 2 does not fit its chain",
    "DELETE FROM event WHERE seq = 2": "fjord: the log's event 2 does not fit its chain",
    "DELETE FROM event WHERE seq = 3": "fjord: the log does not end with event 3 as it should",
    "DELETE FROM place WHERE by = 'tags>id'": "fjord: the index tags>id of notes does not fit its documents",
    "UPDATE place SET ordering = 's2027' WHERE by = '>at' AND id = '2'": (
        "fjord: the index >at of notes does not fit its documents"
    ),
    "UPDATE document SET version = 7 WHERE id = '2'": "fjord: notes 2 does not hold what its row says",
    "DROP INDEX document_living; INSERT INTO document SELECT region, tbl, id, 1, died, version, body FROM document"
    " WHERE id = '2'": "fjord: notes 2 has two living versions",
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_what_was_tampered_with_is_found(store: PostgresStore, url: str, tampering: str) -> None:
    for id in ("1", "2", "3"):
        with store.transaction() as tx:
            tx.log("notes.made", tx.put(Note(id=id, tags=("kai",), at=AT)), at=AT, by="kari")
    assert store.problems() == []
    rows(url, tampering)
    assert TAMPERINGS[tampering] in store.problems()


def test_a_log_whose_payload_was_erased_is_whole(store: PostgresStore, url: str) -> None:
    with store.transaction() as tx:
        tx.log("notes.made", tx.put(Note(id="1")), at=AT, by="kari")
    rows(url, "UPDATE event SET payload = NULL")
    assert store.view().events()[0].payload is None
    assert store.problems() == []


def test_a_fill_that_does_not_follow_changes_nothing(stores: PostgresStores) -> None:
    first, second = stores.create("a"), stores.create("b")
    with first.transaction() as tx:
        for number in range(3):
            tx.log("notes.made", tx.put(Note(id=str(number))), at=AT, by="kari")
    view = first.view()
    documents = [("notes", document) for document in view.documents("notes")]
    with pytest.raises(ValueError):
        second.fill(documents, view.events()[1:])
    with pytest.raises(ValueError):
        second.fill([("notes", {"id": "a\0"})], [])
    assert second.view().tables() == []
    second.fill([(table, {**document, "text": "old"}) for table, document in documents] + documents, view.events())
    assert second.view().find(Note) == view.find(Note)


def test_a_blob_that_was_damaged_is_not_handed_out(store: PostgresStore, url: str) -> None:
    digest = store.blobs.put(b"hei")
    rows(url, "UPDATE blob SET content = 'hallo'")
    with pytest.raises(ValueError, match="damaged"):
        store.blobs.get(digest)
    with pytest.raises(KeyError):
        store.blobs.get("../secret")


# -- Reading only, and names --


def test_reading_only_reads_everything_and_writes_nothing(stores: PostgresStores, url: str) -> None:
    store = stores.create("fjord")
    keep(store, Note(id="1", tags=("kai",)), Note(id="2"))
    rows(url, "DELETE FROM place; DELETE FROM indexed")
    with closing(PostgresStores.open(url, readonly=True)) as reader:
        region = reader.region("fjord")
        assert [note.id for note in region.view().find(Note, {"tags": "kai"})] == ["1"]
        assert region.view().count(Note, order="at") == 2
        with pytest.raises(Unavailable), region.transaction():
            pass
        with pytest.raises(Unavailable):
            region.blobs.put(b"hei")
        with pytest.raises(Unavailable):
            reader.create("b")
        assert not reader.lease("index", 10)
        assert not reader.writable()
        assert reader.slugs() == ["fjord"]
    assert rows(url, "SELECT count(*) FROM indexed") == [(0,)]
    assert stores.writable()


@pytest.mark.parametrize("slug", ["../x", "", ".", "A", "a/b", "a" * 64, "-a", "å", "/house"])
def test_a_region_is_named_by_a_slug_only(stores: PostgresStores, slug: str) -> None:
    with pytest.raises(ValueError):
        stores.create(slug)
    with pytest.raises(NotFound):
        stores.region(slug)


def test_one_of_many_who_make_the_same_region_does(stores: PostgresStores) -> None:
    made: list[object] = []

    def make() -> None:
        try:
            made.append(stores.create("fjord"))
        except Conflict as error:
            made.append(error)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(one).__name__ for one in made) == ["Conflict"] * 3 + ["PostgresStore"]


def test_every_statement_speaks_of_one_region() -> None:
    """So that each can be answered by the one machine that has the region."""
    statements: list[str] = []
    for name, value in vars(queries).items():
        if name.isupper() and not name.startswith("_") and name not in {"FOREVER", "MANY", "WRITABLE"}:
            statements += [value] if isinstance(value, str) else value.values() if isinstance(value, dict) else value
    assert len(statements) > 25
    for statement in statements:
        tables = len(
            re.findall(
                r"\b(?:FROM|INTO|UPDATE|JOIN) (?:store|document|indexed|place|event|blob|lease|mark|round_key)\b",
                statement,
            )
        )
        named = statement.count("region = %(region)s") + statement.count("region <> %(region)s")
        named += statement.count("USING (region)") + len(re.findall(r"(?:VALUES\s+\(|SELECT )%\(region\)s", statement))
        named += statement.count("SELECT region, seq")
        assert tables and named >= tables, statement
