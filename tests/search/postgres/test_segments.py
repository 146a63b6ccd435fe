"""Segments: few of them, put together without what is deleted, and read in few queries."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from tests.search.test_index import HARBOUR, REGION, STAFF, ask, document, ids
from workspace.search.port import Entry, Index, Query
from workspace.search.postgres.packing import Damaged, Postings, pack, seal, unpack, unseal

Ask = Callable[..., list[tuple[Any, ...]]]


def test_small_segments_become_one(index: Index, ask_database: Ask) -> None:
    for number in range(100):
        index.update([document(f"d{number}", "Notat", f"kai nummer{number}")], [], number)
    assert ask_database("SELECT count(*) < 12 FROM index_segment") == [(True,)]
    assert ask(index, "kai").total == 100
    assert ids(ask(index, "nummer0")) == ["d0"] and ids(ask(index, "nummer99")) == ["d99"]
    assert ask_database("SELECT segments FROM index_head") == ask_database("SELECT count(*) FROM index_segment")
    for table in ("index_column", "index_term", "index_document"):
        assert ask_database(f"SELECT 1 FROM {table} WHERE segment NOT IN (SELECT segment FROM index_segment)") == []


def test_nothing_is_left_of_a_text_that_was_taken_out(index: Index, ask_database: Ask) -> None:
    index.update([HARBOUR, document("x", "Notat", "Informanten heter Xylofonsen.")], [], 1)
    index.update([], ["document:x"], 2)
    assert ask_database("SELECT uid FROM index_document") == [("document:harbour",)]
    index.update([], ["document:harbour"], 3)
    assert ask_database("SELECT 1 FROM index_term") == ask_database("SELECT 1 FROM index_column") == []
    assert (index.seen(), ask(index, "kai").total) == (3, 0)


def test_a_segment_of_which_most_is_deleted_is_made_anew(index: Index, ask_database: Ask) -> None:
    index.update([document(f"d{number}", "Notat", f"kai nummer{number}") for number in range(9)], [], 1)
    index.update([], [f"document:d{number}" for number in range(4)], 2)
    assert ask_database("SELECT size FROM index_segment") == [(9,)]
    index.update([], ["document:d4"], 3)
    assert ask_database("SELECT size FROM index_segment") == [(4,)]
    assert ask_database("SELECT 1 FROM index_term WHERE stem = 'nummer3'") == []
    assert set(ids(ask(index, "kai"))) == {"d5", "d6", "d7", "d8"}


@pytest.mark.parametrize("seed", range(3))
def test_however_it_was_put_together_the_answers_are_those_of_one_made_at_once(
    open_index: Callable[..., Index], ask_database: Ask, seed: int
) -> None:
    chance = random.Random(seed)
    words = [f"ord{letter}{other}" for letter in "bdfgk" for other in "aouyø"]
    kept: dict[str, Entry] = {}
    bit_by_bit = open_index("a")
    for batch in range(40):
        new = [
            document(
                f"{chance.randrange(150)}",
                " ".join(chance.choices(words, k=2)),
                " ".join(chance.choices(words, k=30)),
                audience=chance.choice(["region", "region", "staff"]),
                tags=tuple(chance.sample("abc", chance.randrange(3))),
            )
            for _ in range(chance.choice([1, 1, 5, 20]))
        ]
        gone = [f"document:{chance.randrange(150)}"]
        kept = {uid: entry for uid, entry in kept.items() if uid not in gone} | {entry.uid: entry for entry in new}
        bit_by_bit.update(new, gone, batch)
    everything = document("all", "x", "alt", tags=("z",))
    for one in (bit_by_bit, open_index("b")):
        one.update([*kept.values(), everything], [f"document:{number}" for number in range(150)], 99)
    at_once = open_index("b")
    # Every old document was replaced just now, so that none of what is deleted weighs in the scores.
    assert len(ask_database("SELECT 1 FROM index_segment WHERE region = 'a'")) == 1
    for audiences in (REGION, STAFF):
        for _ in range(25):
            typed = " ".join(chance.choices(words, k=3)) + chance.choice(["", f' "{words[0]} {words[5]}"'])
            one, other = (ask(index, typed, audiences, limit=200) for index in (bit_by_bit, at_once))
            assert (one.total, one.facets, one.held) == (other.total, other.facets, other.held)
            assert {hit.entry.id: hit.score for hit in one.hits} == pytest.approx(
                {hit.entry.id: hit.score for hit in other.hits}
            )
            assert {hit.entry.id: hit.passage for hit in one.hits} == {hit.entry.id: hit.passage for hit in other.hits}


# -- Few queries --


def test_a_warm_question_takes_few_statements_however_much_it_shows(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [
        document(f"d{at}", "Plan", f"kai {'og sesong ' * at}", page=page, group=f"d{at}") for at in range(30)
        for page in (1, 2, 3, 4, 5)
    ]  # fmt: skip
    for at, entry in enumerate(pages):
        pages[at] = Entry(**{**{name: getattr(entry, name) for name in entry.__struct_fields__}, "uid": f"u#{at}"})
    for at in range(0, 150, 10):
        index.update(pages[at : at + 10], [], at)
    statements: list[str] = []
    execute = psycopg.Connection.execute

    def count(self: psycopg.Connection, statement: str, *args: Any, **more: Any) -> Any:
        statements.append(statement)
        return execute(self, statement, *args, **more)

    asked = Query(words="kai sesonger skarsund", audiences=REGION, gather=True, counts=True)
    assert len(index.search(asked).groups) == 10
    monkeypatch.setattr(psycopg.Connection, "execute", count)
    assert len(index.search(asked).groups) == 10
    assert len(statements) == 5  # the beginning, the region and the head at once; what is shown, and its other places
    statements.clear()
    index.search(Query(words="kai", audiences=REGION, limit=100))
    assert len(statements) == 4


# -- What is packed --


def test_what_belongs_elsewhere_is_damage() -> None:
    with pytest.raises(Damaged):
        unseal(seal(b"x", 1, "kai"), 1, "havn")


def test_packed_is_unpacked() -> None:
    postings = Postings.empty()
    postings.add(3, [0, 7])
    postings.add(70_000, [9])
    held = Postings.unpacked(postings.packed()).held()
    assert (list(held.documents), list(held.counts)) == ([3, 70_000], [2, 1])
    assert [list(held.places(at)) for at in range(2)] == [[0, 7], [9]]
    assert unpack(pack({"a": [1]}), dict[str, list[int]]) == {"a": [1]}


def test_every_wrong_bit_and_every_cut_is_seen() -> None:
    postings = Postings.empty()
    postings.add(1, [4, 5])
    row = postings.packed()
    for at in range(len(row) * 8):
        wrong = bytearray(row)
        wrong[at // 8] ^= 1 << at % 8
        with pytest.raises(Damaged):
            Postings.unpacked(bytes(wrong))
    for length in range(len(row)):
        with pytest.raises(Damaged):
            Postings.unpacked(row[:length])


@pytest.mark.parametrize("content", [b"", b"123", b"\x01\0\0\0", b"\xff\xff\xff\xff", b"\x01\0\0\0" * 3, b"\0" * 8])
def test_what_was_sealed_but_makes_no_sense_is_damage(content: bytes) -> None:
    with pytest.raises(Damaged):
        Postings.unpacked(seal(content))
    with pytest.raises(Damaged):
        unpack(seal(content), dict[str, int])
    assert unseal(seal(content)) == content
