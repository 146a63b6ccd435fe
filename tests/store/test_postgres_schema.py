"""The tables on PostgreSQL: their steps, the wall between regions, and that they can be spread by region."""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from psycopg import errors

from tests.contract.test_store import AT, Note, keep
from workspace.store.port import StoreRefused
from workspace.store.postgres import schema
from workspace.store.postgres.stores import PostgresStores

TABLES = ("store", "document", "indexed", "place", "event", "blob", "lease", "mark", "round_key")
VERSION_1 = Path(__file__).parent / "postgres" / "version-1.sql"


@pytest.fixture
def role(url: str) -> Iterator[str]:
    """A user that is no superuser, and may not pass row-level security by."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} NOSUPERUSER NOBYPASSRLS")
        yield name
        connection.execute(f"DROP OWNED BY {name}")
        connection.execute(f"DROP ROLE {name}")


def as_role(url: str, role: str) -> str:
    """The same database, as another user."""
    return f"{url}{'&' if '?' in url else '?'}options={quote(f'-c role={role}')}"


# -- The wall between regions --


def fill_two_regions(stores: PostgresStores) -> None:
    for slug in ("a", "b"):
        store = stores.create(slug)
        with store.transaction() as tx:
            tx.log("notes.made", tx.put(Note(id="1", text=slug)), at=AT, by="kari")
        keep(store, store.view().get(Note, "1").changed(text=f"{slug}2"))
        store.blobs.put(slug.encode())
        stores.keys.keep(slug, "1", b"secret")
        store.sweep()
    assert stores.lease("index", 60)


def test_an_application_user_who_owns_nothing_does_all_its_work(url: str, role: str) -> None:
    PostgresStores.open(url).close()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(TABLES)} TO {role}")
        connection.execute(f"GRANT SELECT ON migration TO {role}")
    with closing(PostgresStores.open(as_role(url, role))) as stores:
        fill_two_regions(stores)
        assert stores.slugs() == ["a", "b"]
        assert [note.text for note in stores.region("a").view().find(Note, {"kind": "a"}, order="at")] == ["a2"]
        assert [store.problems() for store in (stores.house, stores.region("a"), stores.region("b"))] == [[], [], []]
        assert stores.sweep(seconds=0) > 0


@pytest.mark.parametrize("owner", [False, True])
def test_without_naming_the_region_nothing_is_seen_and_nothing_gets_in(url: str, role: str, owner: bool) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        if owner:  # one user for everything: the wall stands for the owner of the tables too
            connection.execute(f"GRANT CREATE ON SCHEMA public TO {role}")
            stores = PostgresStores.open(as_role(url, role))
        else:
            stores = PostgresStores.open(url)
            connection.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(TABLES)} TO {role}")
        with closing(stores):
            fill_two_regions(stores)
    with psycopg.connect(as_role(url, role), autocommit=True) as connection:
        for table in TABLES:
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
            assert connection.execute(f"DELETE FROM {table}").rowcount == 0
        connection.execute("SELECT set_config('app.region', 'a', false)")
        for table in set(TABLES) - {"lease"}:
            assert connection.execute(f"SELECT DISTINCT region FROM {table}").fetchall() == [("a",)]
            assert connection.execute(f"SELECT 1 FROM {table} WHERE region = 'b'").fetchall() == []
            assert connection.execute(f"UPDATE {table} SET region = 'c' WHERE region = 'b'").rowcount == 0
        for insert in (
            "INSERT INTO store (region) VALUES ('c')",
            "INSERT INTO document (region, tbl, id, born, version, body) VALUES ('b', 'notes', '2', 1, 1, '{}')",
            "INSERT INTO event VALUES ('b', 9, now(), 'x', 'x', 'x', NULL, '', '', '', '')",
            "INSERT INTO blob VALUES ('b', '', '', now())",
            "INSERT INTO lease VALUES ('/house', 'mail', 'me', now(), now())",
        ):
            with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
                connection.execute(insert)
        connection.execute("SELECT set_config('app.region', '/house', false)")
        assert connection.execute("SELECT count(*) FROM store").fetchone() == (3,)  # which regions there are
        assert connection.execute("UPDATE store SET seq = 0 WHERE region <> '/house'").rowcount == 0
        assert connection.execute("SELECT count(*) FROM document WHERE region <> '/house'").fetchone() == (0,)


# -- Steps --


def test_a_user_who_may_not_make_tables_is_told_what_to_do(url: str, role: str) -> None:
    with pytest.raises(StoreRefused, match="as the user who owns them"):
        PostgresStores.open(as_role(url, role))


def test_an_empty_database_is_not_set_up_by_who_only_reads(url: str) -> None:
    with pytest.raises(StoreRefused, match="start the server once"):
        PostgresStores.open(url, readonly=True)


def test_a_database_from_a_later_version_is_refused_unchanged(url: str) -> None:
    PostgresStores.open(url).close()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("INSERT INTO migration VALUES (99, now())")
    for readonly in (False, True):
        with pytest.raises(StoreRefused, match=r"format 99.*upgrade the program"):
            PostgresStores.open(url, readonly=readonly)


def test_a_missing_step_is_taken_once_by_one_of_many(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(PostgresStores.open(url)) as stores:
        keep(stores.create("a"), Note(id="1"))
    step = "ALTER TABLE blob ADD COLUMN seen int; SELECT pg_sleep(0.2)"
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, step))
    opened: list[PostgresStores] = []
    threads = [threading.Thread(target=lambda: opened.append(PostgresStores.open(url))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for stores in opened:
        assert stores.region("a").view().get(Note, "1") is not None
        stores.close()
    assert len(opened) == 3
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT number FROM migration").fetchall() == [
            (n + 1,) for n in range(len(schema.MIGRATIONS))
        ]


def test_a_step_that_fails_leaves_what_was(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    PostgresStores.open(url).close()
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "ALTER TABLE blob ADD COLUMN seen int; SELECT 1 / 0"))
        with pytest.raises(StoreRefused, match="division by zero"):
            PostgresStores.open(url)
    with closing(PostgresStores.open(url)) as stores:
        keep(stores.create("a"), Note(id="1"))


def test_a_database_of_version_1_is_read_by_this_program(url: str) -> None:
    """What stands in the file was written by version 1; it never changes."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(VERSION_1.read_text(encoding="utf-8"))
    with closing(PostgresStores.open(url)) as stores:
        assert stores.slugs() == ["fjord"]
        store = stores.region("fjord")
        view = store.view()
        assert [(note.id, note.text, note.version) for note in view.find(Note, order="at")] == [
            ("2", "Ålesund «x»", 1),
            ("1", "b", 2),
        ]
        assert [note.id for note in view.find(Note, {"tags": "kai"})] == ["1", "2"]
        assert [event.payload for event in view.events()] == [{"by": "kari", "share": 1e22}, None]
        [digest] = store.blobs.digests()
        assert store.blobs.get(digest) == b"hei"
        assert store.problems() == []
        keep(store, view.get(Note, "1").changed(text="c"))


# -- Spread by region --


def spread(step: str) -> str:
    """The same tables, each cut in four by the region's hash; nothing else is changed."""
    return re.sub(r"CREATE TABLE (\w+) \(.*?\n\);", _cut, step, flags=re.S)


def _cut(made: re.Match[str]) -> str:
    parts = (
        f"CREATE TABLE {made[1]}_{n} PARTITION OF {made[1]} FOR VALUES WITH (MODULUS 4, REMAINDER {n});"
        for n in range(4)
    )
    return "\n".join((f"{made[0].removesuffix(';')} PARTITION BY HASH (region);", *parts))


def test_the_tables_can_be_spread_by_region(url: str, role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every key, foreign key and policy holds on tables that are cut by region, and all work is done on them."""
    monkeypatch.setattr(schema, "MIGRATIONS", tuple(map(spread, schema.MIGRATIONS)))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"GRANT CREATE ON SCHEMA public TO {role}")
    with closing(PostgresStores.open(as_role(url, role))) as stores:
        fill_two_regions(stores)
        keep(stores.region("a"), *(Note(id=f"n{n}", tags=("kai",)) for n in range(20)))
        assert stores.region("a").view().count(Note, {"tags": "kai"}) == 20
        assert stores.region("a").problems() == stores.region("b").problems() == []
        assert stores.sweep(seconds=0) > 0
        assert stores.slugs() == ["a", "b"]
    with psycopg.connect(url) as connection:
        cut = connection.execute("SELECT count(*) FROM pg_class WHERE relkind = 'p'").fetchone()
        assert cut == (len(TABLES),)


def test_region_comes_first_in_every_key(url: str) -> None:
    PostgresStores.open(url).close()
    with psycopg.connect(url) as connection:
        keys = connection.execute("""
            SELECT conrelid::regclass::text, contype, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f')
        """).fetchall()
        indexes = connection.execute(
            "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'"
        ).fetchall()
        loose = connection.execute("""
            SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
            AND NOT (relrowsecurity AND relforcerowsecurity)
        """).fetchall()
        sequences = connection.execute("SELECT count(*) FROM pg_class WHERE relkind = 'S'").fetchone()
    assert {table for table, _kind, _text in keys} == {*TABLES, "migration"}
    for table, kind, text in keys:
        assert table == "migration" or re.match(r"(PRIMARY KEY|UNIQUE|FOREIGN KEY) \(region[,)]", text), (
            table,
            kind,
            text,
        )
    for table, text in indexes:
        assert table == "migration" or re.search(r"\(region[,)]", text), text
    assert loose == [("migration",)]
    assert sequences == (0,)
