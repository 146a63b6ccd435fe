"""The store on PostgreSQL gives the same answers as the embedded one, and keeps what is put to the letter."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.test_store import AT, Note, keep
from workspace.record import By, Record
from workspace.store.log import broken_at
from workspace.store.postgres.store import PostgresStore
from workspace.store.postgres.stores import PostgresStores
from workspace.store.tinydb import TinyStore


class Odd(Record, frozen=True, kw_only=True):
    table: ClassVar[str] = "odds"
    indexes: ClassVar[tuple[By, ...]] = (
        By(("name",), order="number"),
        By(order="number"),
        By(order="name"),
        By(("flag", "marks"), order="at"),
        By(order="at"),
    )

    name: str | None = None
    number: int | float | None = None
    flag: bool | None = None
    marks: tuple[str, ...] = ()
    at: datetime | None = None


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4) | st.sampled_from(
    ["x" * 250, "x" * 251, "x" * 250 + "å", "x" * 300, "å" * 999, "s", "n0"]
)
ODDS = st.builds(
    Odd,
    id=st.sampled_from(["1", "2", "10", "Å", "z", "\U0001f3d4", "\uffee"]),
    name=st.none() | TEXTS,
    number=st.none() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False),
    flag=st.none() | st.booleans(),
    marks=st.lists(TEXTS, max_size=3).map(tuple),
    at=st.none() | st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
)


def apply(store: Any, acts: list[Odd]) -> None:
    """Put each, in two transactions; every third takes away what is there instead."""
    for part in (acts[::2], acts[1::2]):
        with store.transaction() as tx:
            for number, act in enumerate(part):
                stored = tx.get(Odd, act.id)
                if stored and number % 3 == 2:
                    tx.remove(stored)
                else:
                    tx.put(act.changed(version=stored.version if stored else 0))


def answers(view: Any, acts: list[Odd]) -> list[Any]:
    wheres: list[tuple[dict[str, Any] | None, str]] = [(None, order) for order in ("number", "name", "at", "id")]
    wheres += [({"name": act.name}, "number") for act in acts]
    wheres += [({"flag": act.flag, "marks": mark}, "at") for act in acts for mark in act.marks]
    return [
        (
            view.count(Odd, where, order=order),
            view.find(Odd, where, order=order, descending=down, offset=at, limit=most),
        )
        for where, order in wheres
        for down in (False, True)
        for at, most in ((0, None), (1, 2), (0, 0))
    ]


def test_it_answers_as_the_embedded_store_does(url: str, tmp_path: Path) -> None:
    number = iter(range(1000))

    @settings(max_examples=40, deadline=None)
    @given(st.lists(ODDS, max_size=12))
    def compare(acts: list[Odd]) -> None:
        name = f"r{next(number)}"
        # Closed before the next example: Hypothesis wants nobody else to draw lots, and a pool does.
        with closing(PostgresStores.open(url)) as stores, closing(TinyStore(tmp_path / name)) as embedded:
            store = stores.create(name)
            apply(embedded, acts)
            apply(store, acts)
            view, expected = store.view(), embedded.view()
            assert answers(view, acts) == answers(expected, acts)
            assert json.dumps(list(view.documents("odds"))) == json.dumps(list(expected.documents("odds")))
            assert store.problems() == []

    compare()


def test_true_and_one_are_the_same_key(store: PostgresStore) -> None:
    keep(store, Note(id="1", kind="a", done=True))
    assert [note.id for note in store.view().find(Note, {"kind": "a", "done": 1})] == ["1"]


def test_what_is_kept_is_kept_to_the_letter(store: PostgresStore) -> None:
    odd = {"z": 1e23, "a": [1.0, -0.0, 1e-9, 12345678901234567890], "å": "\\u0000 is not NUL", "version": 1}
    store.fill([("notes", {"id": "1", **odd})], [])
    [document] = store.view().documents("notes")
    assert repr(document) == repr({"id": "1", **odd})
    with store.transaction() as tx:
        tx.log("notes.counted", Note(id="1"), at=AT, by="kari", share=1e23, nothing=-0.0)
    assert broken_at(store.view().events()) is None


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "\\\0"])
def test_text_that_can_not_be_kept_harms_only_itself(store: PostgresStore, text: str) -> None:
    with pytest.raises(ValueError), store.transaction() as tx:
        tx.put(Note(id="1", text="before"))
        tx.put(Note(id="2", text=text))
    with store.transaction() as tx:
        with pytest.raises(ValueError):
            tx.put(Note(id="2", text=text))
        with pytest.raises(ValueError):
            tx.log("notes.made", Note(id="2"), at=AT, by=text)
        with pytest.raises(ValueError):
            tx.put(Note(id=text))
        tx.put(Note(id="3", text="after"))
    view = store.view()
    assert view.get(Note, text) is None
    assert view.find(Note, {"kind": text}, order="at") == []
    assert [note.id for note in view.find(Note)] == ["3"]
    assert view.last_event() == 0


def test_a_number_that_is_none_is_not_json(store: PostgresStore) -> None:
    with pytest.raises(ValueError), store.transaction() as tx:
        tx.change("notes", "1", {"id": "1", "number": float("nan")})
