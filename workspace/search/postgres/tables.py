"""The tables of the index. It is a cache: when their layout changes they are dropped and made anew, not migrated.

`region` is in every key and comes first, and no number is drawn from a sequence, as in the tables of the store.
"""

from __future__ import annotations

from typing import LiteralString

import psycopg
from psycopg import sql

LAYOUT = 1
_LOCK = 0x496E646578  # the advisory lock under which the tables are made

_TABLES: LiteralString = """
CREATE TABLE index_head (
    region   text COLLATE "C" NOT NULL PRIMARY KEY,
    format   text NOT NULL,
    seen     bigint NOT NULL,
    mark     text NOT NULL,
    stamp    bigint NOT NULL,
    segments integer NOT NULL
);

CREATE TABLE index_segment (
    region  text COLLATE "C" NOT NULL,
    segment bigint NOT NULL,
    size    integer NOT NULL,
    deleted bytea NOT NULL,
    PRIMARY KEY (region, segment)
);

CREATE TABLE index_column (
    region  text COLLATE "C" NOT NULL,
    segment bigint NOT NULL,
    name    text COLLATE "C" NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (region, segment, name)
);

CREATE TABLE index_term (
    region   text COLLATE "C" NOT NULL,
    segment  bigint NOT NULL,
    field    text COLLATE "C" NOT NULL,
    stem     text COLLATE "C" NOT NULL,
    postings bytea NOT NULL,
    PRIMARY KEY (region, segment, field, stem)
);

CREATE TABLE index_document (
    region   text COLLATE "C" NOT NULL,
    segment  bigint NOT NULL,
    number   integer NOT NULL,
    uid      text COLLATE "C" NOT NULL,
    pages_of text COLLATE "C",
    entry    bytea NOT NULL,
    body     bytea NOT NULL,
    PRIMARY KEY (region, segment, number)
);
CREATE INDEX index_document_uid ON index_document (region, uid);
CREATE INDEX index_document_pages ON index_document (region, pages_of) WHERE pages_of IS NOT NULL;

ALTER TABLE index_head ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_region ON index_head USING (region = current_setting('app.region', true));
ALTER TABLE index_segment ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_region ON index_segment USING (region = current_setting('app.region', true));
ALTER TABLE index_column ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_region ON index_column USING (region = current_setting('app.region', true));
ALTER TABLE index_term ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_region ON index_term USING (region = current_setting('app.region', true));
ALTER TABLE index_document ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_region ON index_document USING (region = current_setting('app.region', true));
"""

_DROP: LiteralString = (
    "DROP TABLE IF EXISTS index_head, index_segment, index_column, index_term, index_document CASCADE"
)
_WHOLE: LiteralString = """
SELECT coalesce(obj_description(to_regclass('index_head'), 'pg_class'), '0'),
    to_regclass('index_segment') IS NOT NULL AND to_regclass('index_column') IS NOT NULL
    AND to_regclass('index_term') IS NOT NULL AND to_regclass('index_document') IS NOT NULL
"""


class Newer(Exception):
    """The tables were made by a newer program than this one."""


def make(connection: psycopg.Connection) -> None:
    """Make the tables where they are missing or of an older layout, one process at a time. Raises Newer."""
    if _are_there(connection):
        return
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        if not _are_there(connection):
            connection.execute(_DROP)
            connection.execute(_TABLES)
            connection.execute(sql.SQL("COMMENT ON TABLE index_head IS {}").format(sql.Literal(str(LAYOUT))))


def _are_there(connection: psycopg.Connection) -> bool:
    layout, whole = connection.execute(_WHOLE).fetchone() or ("0", False)
    if not str(layout).isdigit() or int(layout) > LAYOUT:
        raise Newer
    return int(layout) == LAYOUT and bool(whole)
