"""What every store does, whichever product keeps it. A new adapter joins by adding one line to ADAPTERS."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from tests import postgres
from tests.contract.memory import MemoryStores
from workspace.errors import Conflict, NotFound
from workspace.record import By, Record
from workspace.store.log import broken_at
from workspace.store.port import Store, Stores
from workspace.store.postgres.stores import PostgresStores
from workspace.store.tinydb import TinyStores


@contextmanager
def on_postgres() -> Iterator[Stores]:
    with postgres.database() as url:
        stores = PostgresStores.open(url)
        yield stores
        stores.close()


ADAPTERS: dict[str, Callable[[Path], AbstractContextManager[Stores]]] = {
    "memory": lambda folder: closing(MemoryStores()),
    "tinydb": lambda folder: closing(TinyStores.open(folder / "instance")),
    "postgres": lambda folder: on_postgres(),
}
AT = datetime(2026, 11, 23, 14, 44, tzinfo=UTC)


class Note(Record, frozen=True, kw_only=True):
    table: ClassVar[str] = "notes"
    indexes: ClassVar[tuple[By, ...]] = (
        By(("kind",), order="at"),
        By(order="at"),
        By(("tags",)),
        By(("kind", "done")),
        By(("kind", "at")),
    )

    text: str = ""
    kind: str = "a"
    done: bool = False
    tags: tuple[str, ...] = ()
    at: datetime | None = None


@pytest.fixture(params=ADAPTERS)
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    with ADAPTERS[request.param](tmp_path) as opened:
        yield opened


@pytest.fixture
def store(stores: Stores) -> Store:
    return stores.create("fjord")


def keep(store: Store, *notes: Note) -> list[Note]:
    with store.transaction() as tx:
        return [tx.put(note) for note in notes]


def test_what_is_put_is_read_back_equal(store: Store) -> None:
    [kept] = keep(store, Note(id="1", text="Ålesund 👨‍👩‍👧 «x»", tags=("næring", "kai"), at=AT))
    assert kept.version == 1
    assert store.view().get(Note, "1") == kept
    assert store.view().get(Note, "2") is None


def test_each_put_counts_the_version(store: Store) -> None:
    [kept] = keep(store, Note(id="1"))
    [kept] = keep(store, kept.changed(text="b"))
    assert (kept.version, store.view().get(Note, "1").text) == (2, "b")


def test_a_stale_put_is_refused_and_shows_what_stands(store: Store) -> None:
    [first] = keep(store, Note(id="1", text="a"))
    [second] = keep(store, first.changed(text="b"))
    with pytest.raises(Conflict) as refused, store.transaction() as tx:
        tx.put(first.changed(text="c"))
    assert refused.value.current == second
    assert store.view().get(Note, "1") == second


def test_a_new_record_does_not_take_an_old_ones_place(store: Store) -> None:
    keep(store, Note(id="1", text="a"))
    with pytest.raises(Conflict), store.transaction() as tx:
        tx.put(Note(id="1", text="b"))


def test_remove_takes_away_and_is_refused_when_stale(store: Store) -> None:
    [first] = keep(store, Note(id="1", kind="a"))
    [second] = keep(store, first.changed(text="b"))
    with pytest.raises(Conflict), store.transaction() as tx:
        tx.remove(first)
    with store.transaction() as tx:
        tx.remove(second)
    assert store.view().get(Note, "1") is None
    assert store.view().count(Note, {"kind": "a"}, order="at") == 0


def test_a_transaction_is_all_or_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction() as tx:
        note = tx.put(Note(id="1"))
        tx.log("notes.made", note, at=AT, by="kari")
        raise ZeroDivisionError
    assert store.view().get(Note, "1") is None
    assert store.view().last_event() == 0


def test_a_transaction_sees_its_own_writes(store: Store) -> None:
    with store.transaction() as tx:
        note = tx.put(Note(id="1", kind="b", at=AT))
        tx.log("notes.made", note, at=AT, by="kari")
        assert tx.get(Note, "1") == note
        assert tx.find(Note, {"kind": "b"}, order="at") == [note]
        assert tx.last_event() == 1
        assert store.view().get(Note, "1") is None


def test_a_view_does_not_change(store: Store) -> None:
    [note] = keep(store, Note(id="1", kind="a"))
    before = store.view()
    assert before.count(Note, {"kind": "a"}, order="at") == 1
    keep(store, note.changed(text="new"), Note(id="2", kind="a"))
    assert before.get(Note, "1") == note
    assert before.count(Note, {"kind": "a"}, order="at") == 1
    assert before.find(Note) == [note]
    assert store.view().count(Note, {"kind": "a"}, order="at") == 2


def test_a_view_taken_before_an_index_was_first_used_is_right_too(store: Store) -> None:
    keep(store, Note(id="1", tags=("x",)))
    early = store.view()
    keep(store, Note(id="2", tags=("x",)))
    assert [note.id for note in store.view().find(Note, {"tags": "x"})] == ["1", "2"]
    assert [note.id for note in early.find(Note, {"tags": "x"})] == ["1"]


def test_find_needs_a_declared_index(store: Store) -> None:
    with pytest.raises(LookupError):
        store.view().find(Note, {"text": "a"})
    with pytest.raises(LookupError):
        store.view().find(Note, {"kind": "a"}, order="text")


def test_find_orders_pages_and_counts(store: Store) -> None:
    notes = [Note(id=f"{n:04d}", kind="ab"[n % 2], at=AT + timedelta(minutes=n * 7 % 100)) for n in range(700)]
    keep(store, *notes)
    expected = sorted((note for note in notes if note.kind == "a"), key=lambda note: (note.at, note.id))
    view = store.view()
    found = [view.find(Note, {"kind": "a"}, order="at", offset=at, limit=100) for at in range(0, 400, 100)]
    assert [note.id for page in found for note in page] == [note.id for note in expected]
    backwards = view.find(Note, {"kind": "a"}, order="at", descending=True, offset=3, limit=5)
    assert [note.id for note in backwards] == [note.id for note in expected[::-1][3:8]]
    assert view.count(Note, {"kind": "a"}, order="at") == 350
    assert view.first(Note, order="at", descending=True).at == max(note.at for note in notes)


def test_times_are_ordered_to_the_microsecond(store: Store) -> None:
    moments = [AT, AT + timedelta(microseconds=5), AT + timedelta(milliseconds=1), AT + timedelta(seconds=1)]
    keep(store, *(Note(id=str(9 - n), at=at) for n, at in enumerate(moments)))
    assert [note.at for note in store.view().find(Note, order="at")] == moments


def test_what_has_no_value_comes_first(store: Store) -> None:
    keep(store, Note(id="1", at=AT), Note(id="2"))
    assert [note.id for note in store.view().find(Note, order="at")] == ["2", "1"]


def test_a_field_of_many_values_is_found_by_each(store: Store) -> None:
    [note, _other] = keep(store, Note(id="1", tags=("kai", "is")), Note(id="2", tags=("kai",)))
    assert [found.id for found in store.view().find(Note, {"tags": "kai"})] == ["1", "2"]
    keep(store, note.changed(tags=("is", "båt")))
    assert [found.id for found in store.view().find(Note, {"tags": "kai"})] == ["2"]
    assert [found.id for found in store.view().find(Note, {"tags": "båt"})] == ["1"]


def test_an_index_on_two_fields(store: Store) -> None:
    keep(store, Note(id="1", kind="a", done=True), Note(id="2", kind="a"), Note(id="3", kind="b", done=True))
    assert [note.id for note in store.view().find(Note, {"done": True, "kind": "a"})] == ["1"]


def test_what_has_no_value_is_found_by_that(store: Store) -> None:
    keep(store, Note(id="1"), Note(id="2", at=AT), Note(id="3", kind="b"))
    assert [note.id for note in store.view().find(Note, {"kind": "a", "at": None})] == ["1"]
    assert store.view().count(Note, {"kind": "a", "at": None}) == 1


def test_the_log_is_in_order_and_chained(store: Store) -> None:
    for n in range(5):
        with store.transaction() as tx:
            note = tx.put(Note(id=str(n)))
            tx.log("notes.made", note, at=AT, by="kari", number=n)
            tx.log("notes.seen", note, at=AT, by="amund")
    events = store.view().events()
    assert [event.seq for event in events] == list(range(1, 11))
    assert broken_at(events) is None
    assert store.view().events(after=8) == events[8:]
    assert store.view().events(after=2, limit=3) == events[2:5]
    assert events[0].payload == {"by": "kari", "number": 0}


@pytest.mark.parametrize("harm", ["edited", "removed", "inserted", "swapped"])
def test_a_log_that_was_tampered_with_shows_where(store: Store, harm: str) -> None:
    with store.transaction() as tx:
        note = tx.put(Note(id="1"))
        for n in range(6):
            tx.log("notes.seen", note, at=AT, by="kari", number=n)
    events = store.view().events()
    if harm == "edited":
        import msgspec

        events[2] = msgspec.structs.replace(events[2], payload={"by": "mallory", "number": 2})
    elif harm == "removed":
        del events[2]
    elif harm == "inserted":
        events.insert(2, events[4])
    else:
        events[2], events[3] = events[3], events[2]
    assert broken_at(events) == 3


def test_a_payload_can_be_erased_without_breaking_the_chain(store: Store) -> None:
    import msgspec

    with store.transaction() as tx:
        note = tx.put(Note(id="1"))
        tx.log("notes.seen", note, at=AT, by="kari")
        tx.log("notes.seen", note, at=AT, by="amund")
    events = store.view().events()
    events[0] = msgspec.structs.replace(events[0], payload=None)
    assert broken_at(events) is None


def test_writers_at_the_same_time_lose_nothing(store: Store) -> None:
    keep(store, Note(id="count", text="0"))

    def count_up() -> None:
        for _ in range(25):
            with store.transaction() as tx:
                note = tx.get(Note, "count")
                tx.put(note.changed(text=str(int(note.text) + 1)))

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.view().get(Note, "count").text == "100"


def test_blobs_are_named_by_their_content(store: Store) -> None:
    digest = store.blobs.put(b"hei")
    assert digest == store.blobs.put(b"hei")
    assert store.blobs.get(digest) == b"hei"
    with pytest.raises(KeyError):
        store.blobs.get("0" * 64)


def test_blobs_that_nothing_names_can_be_found_and_taken_away(store: Store) -> None:
    old, new = store.blobs.put(b"hei"), store.blobs.put(b"hallo")
    assert list(store.blobs.digests()) == sorted([old, new])
    assert list(store.blobs.digests(before=datetime.now(UTC) - timedelta(hours=1))) == []
    assert list(store.blobs.digests(before=datetime.now(UTC) + timedelta(hours=1))) == sorted([old, new])
    store.blobs.remove(old, before=datetime.now(UTC) - timedelta(hours=1))
    assert store.blobs.get(old) == b"hei"
    store.blobs.remove(new, before=datetime.now(UTC) + timedelta(hours=1))
    assert store.blobs.put(b"hallo") == new
    store.blobs.remove(old)
    store.blobs.remove(old)
    assert list(store.blobs.digests()) == [new]
    with pytest.raises(KeyError):
        store.blobs.get(old)


def test_what_is_taken_out_fills_another_store_to_the_same_state(stores: Stores) -> None:
    store, other = stores.create("a"), stores.create("b")
    for n in range(3):
        with store.transaction() as tx:
            note = tx.put(Note(id=str(n), tags=("kai",), kind="ab"[n % 2], at=AT + timedelta(minutes=n)))
            tx.log("notes.made", note, at=AT, by="kari")
    with store.transaction() as tx:
        tx.put(tx.get(Note, "1").changed(text="Å"))
    view = store.view()
    assert view.tables() == ["notes"]
    documents = [(table, document) for table in view.tables() for document in view.documents(table)]
    assert [document["id"] for _table, document in documents] == ["0", "1", "2"]
    other.fill(documents[:2], view.events()[:1])
    other.fill(documents, view.events()[1:])
    assert [dict(one) for one in other.view().documents("notes")] == [dict(one) for _table, one in documents]
    assert other.view().events() == view.events()
    assert other.view().find(Note, {"tags": "kai"}) == view.find(Note, {"tags": "kai"})
    assert other.view().find(Note, order="at") == view.find(Note, order="at")
    assert store.problems() == other.problems() == []
    with pytest.raises(ValueError):
        other.fill([], view.events()[:1])


def test_documents_taken_out_are_those_of_the_view(store: Store) -> None:
    [note] = keep(store, Note(id="1", text="a"))
    before = store.view()
    keep(store, note.changed(text="b"), Note(id="2"))
    assert [document["text"] for document in before.documents("notes")] == ["a"]


def test_a_job_is_held_by_its_process(stores: Stores) -> None:
    assert stores.lease("index", 10)
    assert stores.lease("index", 10)


def test_regions_are_closed_rooms(stores: Stores) -> None:
    first, second = stores.create("a"), stores.create("b")
    keep(first, Note(id="1"))
    assert second.view().get(Note, "1") is None
    assert stores.house.view().get(Note, "1") is None
    assert stores.slugs() == ["a", "b"]
    with pytest.raises(NotFound):
        stores.region("c")
    with pytest.raises(Conflict):
        stores.create("a")
