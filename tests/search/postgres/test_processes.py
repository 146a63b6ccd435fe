"""Several processes with one index: here each is indexes of its own, as it would have them."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.conftest import AMUND, REGION, Clock, seed
from tests.search.test_index import HARBOUR, TOURISM, ask, document, ids
from workspace.config import Config
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.parts import Workspace, new_id
from workspace.search import following, schema, service
from workspace.search.port import Entry, Index, Indexes, Note
from workspace.search.postgres import PostgresIndexes
from workspace.store.tinydb import TinyStores

Ask = Callable[..., list[tuple[Any, ...]]]


def test_of_two_who_gathered_from_the_same_place_one_is_taken_in(open_index: Callable[..., Index]) -> None:
    first, second = open_index(), open_index()
    assert first.update([HARBOUR], [], 5, since=-1, mark="five")
    assert not second.update([TOURISM], [], 4, since=-1, mark="four")
    assert first.note() == second.note() == Note(5, "five")
    assert ask(second, "reiseliv").total == 0
    assert second.update([TOURISM], [], 6, since=5)
    assert ids(ask(first, "reiseliv")) == ["tourism"]


def test_what_one_writes_the_other_finds_at_once(open_index: Callable[..., Index]) -> None:
    first, second = open_index(), open_index()
    for number in range(20):
        first.update([document("d", "Notat", f"kai nummer{number}")], [], number)
        assert ids(ask(second, f"nummer{number}")) == ["d"]
        assert ask(second, "kai").total == 1
    second.clear()
    assert (ask(first, "kai").total, first.seen()) == (0, -1)


def test_regions_do_not_meet(open_index: Callable[..., Index]) -> None:
    one, other = open_index("a"), open_index("b")
    one.update([HARBOUR], [], 1)
    other.update([TOURISM], ["document:harbour"], 2)
    assert (ids(ask(one, "kai reiseliv")), one.seen()) == (["harbour"], 1)
    assert (ids(ask(other, "kai reiseliv")), other.seen()) == (["tourism"], 2)
    other.clear()
    assert ids(ask(one, "kai")) == ["harbour"]


@pytest.fixture
def ordinary_user(open_index: Callable[..., Index], ask_database: Ask) -> Iterator[str]:
    """A role that owns nothing and has no rights past row-level security; there are two regions, a and b."""
    for name in ("a", "b"):
        open_index(name).update([HARBOUR, TOURISM], [], 1)
    (own,) = ask_database("SELECT current_schema()")[0]
    role = f"{own}_role"
    ask_database(f"CREATE ROLE {role}")
    ask_database(f"GRANT USAGE ON SCHEMA {own} TO {role}")
    ask_database(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {own} TO {role}")
    yield role
    ask_database("RESET ROLE")
    ask_database(f"DROP OWNED BY {role}")
    ask_database(f"DROP ROLE {role}")


def test_an_ordinary_user_sees_one_region_only(ordinary_user: str, ask_database: Ask) -> None:
    ask_database(f"SET ROLE {ordinary_user}")
    for table in ("index_head", "index_segment", "index_column", "index_term", "index_document"):
        ask_database("RESET app.region")
        assert ask_database(f"SELECT region FROM {table}") == []
        ask_database("SELECT set_config('app.region', 'a', false)")
        assert set(ask_database(f"SELECT region FROM {table}")) == {("a",)}
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask_database("INSERT INTO index_head VALUES ('c', '', 0, '', 0, 0)")


def test_an_ordinary_user_is_enough_to_keep_an_index(
    ordinary_user: str, database_url: str, open_index: Callable[..., Index]
) -> None:
    options = f"{conninfo_to_dict(database_url)['options']} -c role={ordinary_user}"
    indexes = PostgresIndexes(make_conninfo(database_url, options=options), threads=1)
    index = indexes.region("a")
    for number in range(10):
        assert index.update([document(f"d{number}", "Kai")], [], number)
    assert (index.seen(), ask(index, "kai").total) == (9, 11)
    index.clear()
    assert (index.seen(), ask(index, "kai").total) == (-1, 0)
    indexes.close()
    assert (open_index("b").seen(), ask(open_index("b"), "kai").total) == (1, 1)


# -- Two versions of the program at once --


def test_the_version_that_was_started_last_has_the_index(
    open_index: Callable[..., Index], monkeypatch: pytest.MonkeyPatch
) -> None:
    older = open_index()
    older.update([HARBOUR], [], 1)
    ours = schema.FORMAT
    monkeypatch.setattr(schema, "FORMAT", "of a newer program")
    newer = open_index()
    assert newer.seen() == -1
    newer.update([HARBOUR, TOURISM], [], 2)
    monkeypatch.setattr(schema, "FORMAT", ours)
    assert (ask(older, "kai").behind, ask(older, "kai").total, older.seen()) == (True, 0, -1)
    with pytest.raises(OSError, match="another version"):
        older.update([HARBOUR], [], 1, since=-1)
    monkeypatch.setattr(schema, "FORMAT", "of a newer program")
    assert (newer.seen(), ask(newer, "kai").total) == (2, 1)


# -- Two who follow the same log --


@pytest.fixture
def processes(tmp_path: Path, clock: Clock, open_indexes: Callable[..., Indexes]) -> Iterator[list[Workspace]]:
    stores = TinyStores.open(tmp_path)
    stores.create(REGION)
    stores.create("nabo")
    first = Workspace(
        config=Config(instance=tmp_path, secret_key="x"), stores=stores, indexes=open_indexes(), now=clock,
        new_id=new_id,
    )  # fmt: skip
    seed(first)
    yield [
        first,
        dataclasses.replace(first, indexes=open_indexes()),
        dataclasses.replace(first, indexes=open_indexes()),
    ]
    stores.close()


class Others:
    """Stands in for the lock that keeps the threads of one process from following at once."""

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def test_many_follow_at_once_and_every_text_is_the_newest(
    processes: list[Workspace], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "_one_at_a_time", Others())
    monkeypatch.setattr(following, "BATCH", 3)
    made = [documents.create(processes[0], AMUND, title=f"Nr {n}", text="Om kaien, utgave0.") for n in range(6)]
    done = threading.Event()
    wrong: list[BaseException] = []

    def follow(one: Workspace) -> None:
        try:
            while not done.is_set():
                following.follow(one, REGION)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=follow, args=(one,)) for one in processes]
    for thread in threads:
        thread.start()
    for edition in range(1, 12):
        for each in made:
            stored = processes[0].region(REGION).view().get(Document, each.id)
            documents.save(processes[0], AMUND, each.id, stored.version, text=f"Om kaien, utgave{edition}.")
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    for one in processes:
        following.follow(one, REGION)
        assert not following.is_behind(one, REGION)
        assert service.search(one, AMUND, "utgave11", limit=50).total == 6
        assert service.search(one, AMUND, "kai", limit=50).total == 6


def test_a_record_is_looked_at_again_when_another_process_took_in_an_older_text(
    processes: list[Workspace], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one began before the last change and took in the batch in the middle."""
    monkeypatch.setattr(following, "BATCH", 1)
    one, other = processes[:2]
    made = documents.create(one, AMUND, title="Havn", text="Om kaien, utgave0.")
    documents.save(one, AMUND, made.id, made.version, text="Om kaien, utgave1.")
    index, earlier = other.indexes.region(REGION), other.region(REGION).view()
    documents.save(one, AMUND, made.id, made.version + 1, text="Om kaien, utgave2.")
    first = made_entries(earlier, made.id)
    update = one.indexes.region(REGION).update
    turns = iter([True, True])

    def between(*args: Any, **more: Any) -> bool:
        taken = update(*args, **more)
        if next(turns, False) and index.seen() == earlier.last_event() - 1:
            index.update(first, [], earlier.last_event(), since=index.seen())
        return taken

    monkeypatch.setattr(one.indexes.region(REGION), "update", between)
    following.follow(one, REGION)
    assert service.search(one, AMUND, "utgave1").total == 0
    assert service.search(one, AMUND, "utgave2").total == 1


def test_a_record_is_looked_at_again_when_another_process_was_faster_with_an_older_text(
    processes: list[Workspace], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "BATCH", 1)
    one, other = processes[:2]
    made = documents.create(one, AMUND, title="Havn", text="Om kaien, utgave0.")
    earlier = other.region(REGION).view()
    documents.save(one, AMUND, made.id, made.version, text="Om kaien, utgave1.")
    index, first = other.indexes.region(REGION), made_entries(earlier, made.id)
    update = one.indexes.region(REGION).update

    def just_before(*args: Any, **more: Any) -> bool:
        if max(more["since"], 0) == earlier.last_event() - 1:
            index.update(first, [], earlier.last_event(), since=more["since"])
        return update(*args, **more)

    monkeypatch.setattr(one.indexes.region(REGION), "update", just_before)
    following.follow(one, REGION)
    assert service.search(one, AMUND, "utgave0").total == 0
    assert service.search(one, AMUND, "utgave1").total == 1


def made_entries(view: Any, id: str) -> list[Entry]:
    return documents.entries_of(view, Document.table, id)[0]


def test_one_that_is_further_than_an_older_view_is_not_taken_for_one_of_another_log(
    processes: list[Workspace], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one looks, another process takes in what was written just now."""
    one, other = processes[:2]
    documents.create(one, AMUND, title="Havn", text="Om kaien.")
    following.follow(one, REGION)
    region, cleared = one.indexes.region(REGION), []
    note = region.note

    def more_happens() -> Note:
        documents.create(one, AMUND, title="Ny", text="Om kaien.")
        following.follow(other, REGION)
        return note()

    monkeypatch.setattr(region, "note", more_happens)
    monkeypatch.setattr(region, "clear", lambda: cleared.append(1))
    assert not following.is_behind(one, REGION)
    monkeypatch.setattr(region, "seen", lambda: note().seen)
    following.follow(one, REGION)
    assert cleared == []
    assert service.search(other, AMUND, "kai").total == 3
