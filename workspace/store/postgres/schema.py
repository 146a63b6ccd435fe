"""The tables, as numbered steps that only go forward. A step that was released is never changed again.

`region` is in every key and comes first, no key reaches across regions, and no number is drawn from a sequence: so
the tables can be spread over machines by region one day (docs/decisions/011-postgresql-store.md).
"""

from __future__ import annotations

from typing import LiteralString

import psycopg
from psycopg import errors

from workspace.store.port import StoreRefused

HOUSE = "/house"  # the house's own key: no slug has a stroke
LOCK = 0x526567696F6E  # the advisory lock under which the steps are taken

_TABLES: LiteralString = """
CREATE TABLE store (
    region     text COLLATE "C" NOT NULL PRIMARY KEY,
    seq        bigint NOT NULL DEFAULT 0,
    last_event bigint NOT NULL DEFAULT 0,
    last_hash  text NOT NULL DEFAULT '',
    shape      bigint NOT NULL DEFAULT 0,
    created    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE document (
    region  text COLLATE "C" NOT NULL REFERENCES store (region),
    tbl     text COLLATE "C" NOT NULL,
    id      text COLLATE "C" NOT NULL,
    born    bigint NOT NULL,
    died    bigint NOT NULL DEFAULT 9223372036854775807,
    version bigint NOT NULL,
    body    json NOT NULL,
    PRIMARY KEY (region, tbl, id, born)
);
CREATE UNIQUE INDEX document_living ON document (region, tbl, id) WHERE died = 9223372036854775807;
CREATE INDEX document_dead ON document (region, died) WHERE died < 9223372036854775807;

CREATE TABLE indexed (
    region text COLLATE "C" NOT NULL REFERENCES store (region),
    tbl    text COLLATE "C" NOT NULL,
    by     text COLLATE "C" NOT NULL,
    PRIMARY KEY (region, tbl, by)
);

CREATE TABLE place (
    region   text COLLATE "C" NOT NULL REFERENCES store (region),
    tbl      text COLLATE "C" NOT NULL,
    by       text COLLATE "C" NOT NULL,
    key      text COLLATE "C" NOT NULL,
    ordering text COLLATE "C" NOT NULL,
    rest     text COLLATE "C" NOT NULL,
    id       text COLLATE "C" NOT NULL,
    born     bigint NOT NULL,
    died     bigint NOT NULL DEFAULT 9223372036854775807,
    PRIMARY KEY (region, tbl, by, key, ordering, id, born)
);
CREATE INDEX place_dead ON place (region, died) WHERE died < 9223372036854775807;

CREATE TABLE event (
    region       text COLLATE "C" NOT NULL REFERENCES store (region),
    seq          bigint NOT NULL,
    at           timestamptz NOT NULL,
    action       text NOT NULL,
    tbl          text NOT NULL,
    record       text NOT NULL,
    payload      json,
    salt         text NOT NULL,
    payload_hash text NOT NULL,
    previous     text NOT NULL,
    hash         text NOT NULL,
    PRIMARY KEY (region, seq)
);

CREATE TABLE blob (
    region  text COLLATE "C" NOT NULL REFERENCES store (region),
    digest  text COLLATE "C" NOT NULL,
    content bytea NOT NULL,
    put     timestamptz NOT NULL,
    PRIMARY KEY (region, digest)
);

CREATE TABLE lease (
    region text COLLATE "C" NOT NULL REFERENCES store (region),
    job    text COLLATE "C" NOT NULL,
    holder text NOT NULL,
    taken  timestamptz NOT NULL,
    until  timestamptz NOT NULL,
    PRIMARY KEY (region, job)
);

CREATE TABLE mark (
    region text COLLATE "C" NOT NULL REFERENCES store (region),
    seq    bigint NOT NULL,
    at     timestamptz NOT NULL,
    PRIMARY KEY (region, seq)
);
"""

_WALLS: LiteralString = """
INSERT INTO store (region) VALUES ('/house');

ALTER TABLE store ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_region ON store USING (region = current_setting('app.region', true));
CREATE POLICY listed_by_the_house ON store FOR SELECT USING (current_setting('app.region', true) = '/house');
ALTER TABLE document ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_region ON document USING (region = current_setting('app.region', true));
ALTER TABLE indexed ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_region ON indexed USING (region = current_setting('app.region', true));
ALTER TABLE place ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_region ON place USING (region = current_setting('app.region', true));
ALTER TABLE event ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_region ON event USING (region = current_setting('app.region', true));
ALTER TABLE blob ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_region ON blob USING (region = current_setting('app.region', true));
ALTER TABLE lease ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_region ON lease USING (region = current_setting('app.region', true));
ALTER TABLE mark ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_region ON mark USING (region = current_setting('app.region', true));
"""

# Whether a bucket has an ordering so long that a rest of it is kept apart is asked for each page of it.
_LONG_ORDERINGS: LiteralString = """
CREATE INDEX place_long ON place (region, tbl, by) WHERE rest <> '';
"""

# Apart from the stores' tables: nothing that takes a store out knows of it.
_KEYS: LiteralString = """
CREATE TABLE round_key (
    region text COLLATE "C" NOT NULL REFERENCES store (region),
    name   text COLLATE "C" NOT NULL,
    secret bytea,
    PRIMARY KEY (region, name)
);
ALTER TABLE round_key ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_region ON round_key USING (region = current_setting('app.region', true));
"""

MIGRATIONS: tuple[LiteralString, ...] = (_TABLES + _WALLS, _LONG_ORDERINGS, _KEYS)


def migrate(connection: psycopg.Connection, *, readonly: bool) -> None:
    """Bring the tables to what this program knows: all missing steps in one transaction, one process at a time.

    Raises StoreRefused when they are newer than the program, or when steps are missing and may not be taken.
    """
    if _reached(connection) == len(MIGRATIONS):
        return
    if readonly:
        raise StoreRefused("the database has not been set up for this version; start the server once, which does it")
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        reached = _reached(connection)
        try:
            if reached == 0:
                connection.execute("CREATE TABLE migration (number int PRIMARY KEY, at timestamptz NOT NULL)")
            for number, step in enumerate(MIGRATIONS[reached:], start=reached + 1):
                connection.execute(step)
                connection.execute("INSERT INTO migration VALUES (%s, clock_timestamp())", (number,))
        except errors.InsufficientPrivilege as error:
            raise StoreRefused(
                "this database user may not make tables; start once as the user who owns them, then grant access"
            ) from error


def _reached(connection: psycopg.Connection) -> int:
    """The number of the last step that was taken, 0 for an empty database. Raises StoreRefused for a later one."""
    there = connection.execute("SELECT to_regclass('migration') IS NOT NULL").fetchone()
    if there is None or not there[0]:
        return 0
    row = connection.execute("SELECT coalesce(max(number), 0) FROM migration").fetchone()
    reached = int(row[0]) if row else 0
    if reached > len(MIGRATIONS):
        raise StoreRefused(
            f"the database is in format {reached}, this program knows {len(MIGRATIONS)}; upgrade the program first"
        )
    return reached
