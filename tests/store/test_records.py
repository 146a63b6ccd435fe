"""Records made of documents: made once, never stale, and not without bound."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import ClassVar

import msgspec
import pytest

from workspace.record import By, Record
from workspace.store import state
from workspace.store.records import Records
from workspace.store.tinydb import TinyStore


class Note(Record, frozen=True, kw_only=True):
    table: ClassVar[str] = "swatches"
    indexes: ClassVar[tuple[By, ...]] = (By(("colour", "size")),)

    colour: str = ""
    size: int = 0


class Label(Record, frozen=True, kw_only=True):
    table: ClassVar[str] = "swatches"

    colour: str = ""
    size: int = 0


def document(id: str, colour: str = "red") -> dict[str, object]:
    return {"id": id, "version": 1, "colour": colour}


def test_a_document_is_made_into_a_record_once() -> None:
    records, one = Records(), document("a")
    assert records.of(one, Note, "a") is records.of(one, Note, "a")


def test_another_document_with_the_same_id_is_another_record() -> None:
    records = Records()
    assert records.of(document("a"), Note, "a").colour == "red"
    assert records.of(document("a", "blue"), Note, "a").colour == "blue"
    assert records.of(document("a"), Note, "a").colour == "red"


def test_a_record_is_of_the_class_that_was_asked_for() -> None:
    records, one = Records(), document("a")
    assert type(records.of(one, Note, "a")) is Note
    assert type(records.of(one, Label, "a")) is Label


def test_what_is_read_stays_and_what_is_not_goes() -> None:
    records = Records(most=10)
    rows = [document(str(number)) for number in range(40)]
    first = records.of(rows[0], Note, "0")
    for number, row in enumerate(rows[1:], start=1):
        assert records.of(rows[0], Note, "0") is first
        records.of(row, Note, str(number))
    assert sum(map(len, records._halves[Note])) <= 20


def test_a_document_of_another_shape_is_refused_each_time() -> None:
    records, one = Records(), {"id": "a", "version": 1, "weight": 3}
    for _time in range(2):
        with pytest.raises(msgspec.ValidationError):
            records.of(one, Note, "a")


def test_views_show_their_own_moment_though_records_are_shared(tmp_path: Path) -> None:
    store = TinyStore(tmp_path)
    with store.transaction() as tx:
        tx.put(Note(id="a", colour="red"))
    before = store.view()
    with store.transaction() as tx:
        kept = tx.put(Note(id="a", version=1, colour="blue"))
        assert tx.get(Note, "a") == kept
    after = store.view()
    for _time in range(2):
        assert [view.get(Note, "a").colour for view in (before, after)] == ["red", "blue"]
        assert [view.find(Note)[0].colour for view in (before, after)] == ["red", "blue"]
    assert after.get(Note, "a") is after.find(Note)[0]
    store.close()


def test_a_transaction_that_is_dropped_leaves_nothing_behind(tmp_path: Path) -> None:
    store = TinyStore(tmp_path)
    with pytest.raises(ZeroDivisionError), store.transaction() as tx:
        tx.put(Note(id="a", colour="red"))
        assert tx.get(Note, "a").colour == "red"
        raise ZeroDivisionError
    assert store.view().get(Note, "a") is None
    store.close()


def test_fields_are_named_in_any_order(tmp_path: Path) -> None:
    store = TinyStore(tmp_path)
    with store.transaction() as tx:
        tx.put(Note(id="a", colour="red", size=2))
    for where in ({"colour": "red", "size": 2}, {"size": 2, "colour": "red"}):
        assert [note.id for note in store.view().find(Note, where)] == ["a"]
    with pytest.raises(LookupError):
        store.view().find(Note, {"size": 2})
    store.close()


def test_an_index_is_made_once_however_many_ask_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = TinyStore(tmp_path)
    with store.transaction() as tx:
        tx.put(Note(id="a", colour="red", size=2))
    made = []
    building = state._built
    monkeypatch.setattr(state, "_built", lambda rows, by: made.append(by) or building(rows, by))
    views, found = [store.view() for _reader in range(8)], []
    readers = [threading.Thread(target=lambda view=view: found.extend(view.find(Note))) for view in views]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert [note.id for note in found] == ["a"] * 8
    assert sorted(made) == sorted(state.declared(Note))
    with store.transaction() as tx:
        tx.put(Note(id="b"))
    assert [len(view.find(Note)) for view in (views[0], store.view())] == [1, 2]
    store.close()


def test_a_view_of_an_older_moment_makes_its_own(tmp_path: Path) -> None:
    store = TinyStore(tmp_path)
    with store.transaction() as tx:
        tx.put(Note(id="a", colour="red"))
    before = store.view()
    with store.transaction() as tx:
        tx.put(Note(id="b", colour="red"))
    assert [note.id for note in store.view().find(Note)] == ["a", "b"]
    assert [note.id for note in before.find(Note)] == ["a"]
    store.close()
