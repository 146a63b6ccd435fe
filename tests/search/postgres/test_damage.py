"""Whatever is wrong with the tables, a search answers: with what is right, or with nothing and that it is behind."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from tests.search.test_index import HARBOUR, STAFF, TOURISM, ask, document, ids
from workspace.search.port import Index, Query
from workspace.search.postgres import PostgresIndexes
from workspace.store.port import StoreRefused

Ask = Callable[..., list[tuple[Any, ...]]]
FLIPPED = "set_byte({0}, length({0}) / 2, get_byte({0}, length({0}) / 2) # 255)"

PACKED = {"index_segment": "deleted", "index_term": "postings", "index_document": "entry"}
COLUMNS = ("cards", "values", "things", "lengths:text_region", "stems:text_region")
DAMAGES = {
    "no head": "DELETE FROM index_head",
    "no segment": "DELETE FROM index_segment",
    "no words": "DELETE FROM index_term",
    "no texts": "DELETE FROM index_document",
    "no columns": "DELETE FROM index_column",
    "all dropped": "DROP TABLE index_head, index_segment, index_column, index_term, index_document",
    "one dropped": "DROP TABLE index_column",
    **{f"no {name}": f"DELETE FROM index_column WHERE name = '{name}'" for name in COLUMNS},
    **{f"{name} flipped": f"UPDATE {name} SET {column} = {FLIPPED.format(column)}" for name, column in PACKED.items()},
    "body flipped": f"UPDATE index_document SET body = {FLIPPED.format('body')}",
    **{
        f"{name} flipped": f"UPDATE index_column SET content = {FLIPPED.format('content')} WHERE name = '{name}'"
        for name in COLUMNS
    },
    "cut short": "UPDATE index_term SET postings = substr(postings, 1, 3)",
    "emptied": "UPDATE index_term SET postings = ''",
    "other words": "UPDATE index_term SET postings = (SELECT postings FROM index_term ORDER BY stem LIMIT 1)",
    "too small": "UPDATE index_segment SET size = 1",
    "too large": "UPDATE index_segment SET size = 10",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
@pytest.mark.parametrize("restart", [False, True], ids=["running", "after a restart"])
def test_a_damaged_index_answers_and_is_made_anew(
    open_index: Callable[..., Index], ask_database: Ask, damage: str, restart: bool
) -> None:
    index = open_index()
    twice = document("twice", "Notat", "Kai og kai, hemmelig hemmelig hemmelig.")
    index.update([HARBOUR, TOURISM, twice], [], 2)
    assert ask(index, "kai kjølelager").total == 2
    ask_database(damage)
    if restart:
        index = open_index()
    asked = Query(words="kai kjølelager", audiences=STAFF, counts=True, without=("tourism",))
    for _ in range(2):
        found = index.search(asked)
        index.spelling(asked)
        index.titles(asked)
        if index.seen() == -1:
            break
        # What this process has read before stays right until another one reads the rows.
        assert found.total == 2 and not restart
    assert found.total in (0, 2)
    if restart:
        assert (found.total, index.seen()) == (0, -1)
    with suppress(OSError):  # a table that is gone is made when it is next asked for
        index.clear()
    index.update([HARBOUR, TOURISM], [], 2)
    assert ids(ask(index, "kai")) == ["harbour"]
    assert ids(ask(open_index(), "kai")) == ["harbour"]


def test_one_who_only_looks_is_told_and_changes_nothing(open_index: Callable[..., Index], ask_database: Ask) -> None:
    index = open_index()
    assert index.problem() == ""
    index.update([HARBOUR, TOURISM], [], 2)
    assert open_index().problem() == ""
    ask_database(DAMAGES["no segment"])
    before = ask_database("SELECT * FROM index_head")
    assert open_index().problem().startswith("damaged")
    assert ask_database("SELECT * FROM index_head") == before


def test_damage_found_while_writing_is_not_carried_on(index: Index, ask_database: Ask) -> None:
    for number in range(7):
        assert index.update([document(f"d{number}", "Kai", "i havna")], [], number)
    ask_database(f"UPDATE index_term SET postings = {FLIPPED.format('postings')}")
    assert not index.update([document("d7", "Kai", "i havna")], [], 7)  # now they are put together
    assert index.seen() == -1
    assert index.update([HARBOUR], [], 7, since=-1)
    assert ids(ask(index, "kai")) == ["harbour"]


def test_a_fault_that_was_mended_meanwhile_does_not_cost_the_index(
    open_index: Callable[..., Index], ask_database: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_index().update([HARBOUR], [], 1)
    ask_database(f"UPDATE index_column SET content = {FLIPPED.format('content')}")
    first, second = open_index(), open_index()
    assert ask(first, "kai").behind and first.seen() == -1
    first.update([HARBOUR], [], 1)
    assert ids(ask(second, "kai")) == ["harbour"]
    assert first.seen() == second.seen() == 1


# -- The database itself --


def test_where_nobody_listens_nothing_is_found_and_it_is_behind(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexes = PostgresIndexes("postgresql://somebody:hemmelig@127.0.0.1:1/nothing", threads=1)
    index = indexes.region("skarfjord")
    began = time.monotonic()
    assert (ask(index, "kai").behind, index.seen(), ask(index, "kai").total) == (True, -1, 0)
    with pytest.raises(OSError, match="can't be written now"):
        index.update([HARBOUR], [], 1)
    with pytest.raises(OSError, match="can't be written now"):
        index.clear()
    assert time.monotonic() - began < 30
    assert "hemmelig" not in caplog.text
    indexes.close()


def test_an_address_that_is_none_is_refused_and_not_repeated() -> None:
    with pytest.raises(StoreRefused) as refused:
        PostgresIndexes("hemmelig og mer")
    assert "hemmelig" not in str(refused.value)


def test_lost_connections_are_made_again(index: Index, ask_database: Ask) -> None:
    index.update([HARBOUR], [], 1)
    for _ in range(3):
        ask_database(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'regionrom' AND datname = current_database()"
        )
        assert ids(ask(index, "kai")) == ["harbour"]
        assert index.seen() == 1
    assert index.update([TOURISM], [], 2, since=1)


def test_a_database_of_which_nothing_may_be_written_is_searched(
    open_index: Callable[..., Index], database_url: str, ask_database: Ask
) -> None:
    open_index().update([HARBOUR], [], 1)
    indexes = PostgresIndexes(database_url + " password='x'", threads=1, readonly=True)
    index = indexes.region("skarfjord")
    assert ids(ask(index, "kai")) == ["harbour"]
    for write in (lambda: index.update([TOURISM], [], 2), index.clear):
        with pytest.raises(OSError, match="read only"):
            write()
    ask_database("DELETE FROM index_head")
    assert (ask(index, "kai").behind, index.seen()) == (True, -1)
    indexes.close()


def test_tables_of_a_newer_program_are_left_alone(open_index: Callable[..., Index], ask_database: Ask) -> None:
    open_index().update([HARBOUR], [], 1)
    ask_database("COMMENT ON TABLE index_head IS '9'")
    older = open_index()
    assert (ask(older, "kai").behind, older.seen()) == (True, -1)
    with pytest.raises(OSError):
        older.update([], [], 1)
    ask_database("COMMENT ON TABLE index_head IS '1'")
    assert ids(ask(open_index(), "kai")) == ["harbour"]


def test_tables_of_an_older_program_are_made_anew(open_index: Callable[..., Index], ask_database: Ask) -> None:
    open_index().update([HARBOUR], [], 1)
    ask_database("COMMENT ON TABLE index_head IS NULL")
    ask_database("ALTER TABLE index_segment DROP COLUMN deleted")
    newer = open_index()
    assert newer.seen() == -1
    newer.update([HARBOUR], [], 1)
    assert ids(ask(newer, "kai")) == ["harbour"]
