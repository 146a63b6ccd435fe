# ruff: noqa: S608 - the pieces below are constants; every value is passed beside its statement
"""All that is said to PostgreSQL about what is kept. Each statement speaks of one region.

Each change of a region has a number. A row says at which it was born and at which it died, so that a moment is no more
than a number: what was born by then and had not died.
"""

from __future__ import annotations

from typing import LiteralString

FOREVER = 2**63 - 1  # `died` of what lives
MANY = 2000  # rows at a time, when everything is gone through

_IT: LiteralString = "region = %(region)s AND tbl = %(table)s"
_THEN: LiteralString = "born <= %(moment)s AND died > %(moment)s"

# -- The state of a region, and its indexes --

STATE: LiteralString = "SELECT seq, last_event, last_hash FROM store WHERE region = %(region)s"
# The weaker lock: writers wait for each other, but a blob, whose foreign key looks at this row, waits for nobody.
LOCKED: LiteralString = """
    SELECT seq, last_event, last_hash, shape FROM store WHERE region = %(region)s FOR NO KEY UPDATE
"""
LOCKED_IF_FREE: LiteralString = f"{LOCKED} SKIP LOCKED"
ADVANCE: LiteralString = """
    UPDATE store SET seq = %(moment)s, last_event = %(event)s, last_hash = %(hash)s, shape = %(shape)s
    WHERE region = %(region)s
"""
INDEXES: LiteralString = """
    SELECT shape, tbl, by FROM store LEFT JOIN indexed USING (region) WHERE region = %(region)s ORDER BY tbl, by
"""
DECLARE: LiteralString = """
    INSERT INTO indexed (region, tbl, by) SELECT %(region)s, %(table)s, name FROM unnest(%(by)s::text[]) AS name
    ON CONFLICT DO NOTHING
"""

# -- Reading at a moment --

GET: LiteralString = f"SELECT body::text FROM document WHERE {_IT} AND id = %(id)s AND {_THEN}"
DOCUMENTS: LiteralString = f"""
    SELECT id, body::text FROM document WHERE {_IT} AND {_THEN} AND id > %(after)s ORDER BY id LIMIT %(limit)s
"""
TABLES: LiteralString = f"SELECT DISTINCT tbl FROM document WHERE region = %(region)s AND {_THEN}"
EVENTS: LiteralString = """
    SELECT seq, at, action, tbl, record, payload::text, salt, payload_hash, previous, hash FROM event
    WHERE region = %(region)s AND seq > %(after)s AND seq <= %(last)s ORDER BY seq LIMIT %(limit)s
"""
_BUCKET: LiteralString = f"FROM place WHERE {_IT} AND by = %(by)s AND key = %(key)s AND {_THEN}"
COUNT: LiteralString = f"SELECT count(*) {_BUCKET}"
# The page of places first, and then its documents one by one: the plan never reads more than the page.
_PAGE: LiteralString = "OFFSET %(offset)s LIMIT %(limit)s"
_DOCUMENT: LiteralString = f"SELECT body FROM document WHERE {_IT} AND id = p.id AND {_THEN} LIMIT 1"
_BY_ID: LiteralString = f"SELECT id {_BUCKET} AND ordering = '' ORDER BY id"
# Nearly always no ordering of a bucket is so long that a rest of it is kept apart. Then a page is read off the index,
# however many are equal; else they are sorted. PostgreSQL works off only the half whose condition holds.
_LONG: LiteralString = f"(SELECT EXISTS (SELECT 1 {_BUCKET} AND rest <> ''))"
_HALF: LiteralString = f"SELECT ordering, rest, id {_BUCKET}"
_UP: LiteralString = "ordering, rest, id"
_DOWN: LiteralString = "ordering DESC, rest DESC, id DESC"
_PLACES_UP: LiteralString = f"""
    (({_HALF} AND NOT {_LONG} ORDER BY ordering, id {_PAGE}) UNION ALL ({_HALF} AND {_LONG} ORDER BY {_UP} {_PAGE}))
"""
_PLACES_DOWN: LiteralString = f"""
    (({_HALF} AND NOT {_LONG} ORDER BY ordering DESC, id DESC {_PAGE})
    UNION ALL ({_HALF} AND {_LONG} ORDER BY {_DOWN} {_PAGE}))
"""
FIND: dict[tuple[bool, bool], LiteralString] = {  # by (in the order of id, descending)
    (True, False): f"SELECT body::text FROM ({_BY_ID} {_PAGE}) p, LATERAL ({_DOCUMENT}) d ORDER BY id",
    (True, True): f"SELECT body::text FROM ({_BY_ID} DESC {_PAGE}) p, LATERAL ({_DOCUMENT}) d ORDER BY id DESC",
    (False, False): f"SELECT body::text FROM {_PLACES_UP} p, LATERAL ({_DOCUMENT}) d ORDER BY {_UP}",
    (False, True): f"SELECT body::text FROM {_PLACES_DOWN} p, LATERAL ({_DOCUMENT}) d ORDER BY {_DOWN}",
}

# -- Writing, one change ahead --

LIVING: LiteralString = f"""
    SELECT id, born, body::text FROM document WHERE {_IT} AND id = ANY(%(ids)s) AND died = {FOREVER}
"""
END: LiteralString = f"""
    UPDATE document SET died = %(moment)s WHERE {_IT} AND id = %(id)s AND born = %(born)s AND died = {FOREVER}
"""
FORGET: LiteralString = f"DELETE FROM document WHERE {_IT} AND id = %(id)s AND born = %(moment)s"
KEEP: LiteralString = """
    INSERT INTO document (region, tbl, id, born, version, body)
    SELECT %(region)s, %(table)s, new.id, %(moment)s, new.version, new.body
    FROM unnest(%(id)s::text[], %(version)s::bigint[], %(body)s::json[]) AS new (id, version, body)
"""
_PLACE: LiteralString = f"{_IT} AND by = %(by)s AND key = %(key)s AND ordering = %(ordering)s AND id = %(id)s"
LEAVE: LiteralString = f"UPDATE place SET died = %(moment)s WHERE {_PLACE} AND died = {FOREVER}"
UNDO_PLACE: LiteralString = f"DELETE FROM place WHERE {_PLACE} AND born = %(moment)s"
ENTER: LiteralString = """
    INSERT INTO place (region, tbl, by, key, ordering, rest, id, born, died)
    SELECT %(region)s, %(table)s, entry.* FROM unnest(
        %(by)s::text[], %(key)s::text[], %(ordering)s::text[], %(rest)s::text[],
        %(id)s::text[], %(born)s::bigint[], %(died)s::bigint[]
    ) AS entry
"""
APPEND: LiteralString = """
    INSERT INTO event (region, seq, at, action, tbl, record, payload, salt, payload_hash, previous, hash) VALUES
    (%(region)s, %(seq)s, %(at)s, %(action)s, %(table)s, %(record)s, %(payload)s, %(salt)s, %(payload_hash)s,
     %(previous)s, %(hash)s)
"""
EMPTY_INDEXES: LiteralString = f"DELETE FROM place WHERE {_IT} AND by = ANY(%(by)s)"
VERSIONS: LiteralString = f"""
    SELECT id, born, died, body::text FROM document
    WHERE {_IT} AND (id, born) > (%(id)s, %(born)s) ORDER BY id, born LIMIT %(limit)s
"""

# -- Checking everything --

ALL_DOCUMENTS: LiteralString = f"""
    SELECT tbl, id, born, version, body::text FROM document
    WHERE region = %(region)s AND {_THEN} AND (tbl, id, born) > (%(tbl)s, %(id)s, %(born)s)
    ORDER BY tbl, id, born LIMIT {MANY}
"""
ALL_PLACES: LiteralString = f"""
    SELECT tbl, by, key, ordering, id, born, rest FROM place
    WHERE region = %(region)s AND {_THEN}
        AND (tbl, by, key, ordering, id, born) > (%(tbl)s, %(by)s, %(key)s, %(ordering)s, %(id)s, %(born)s)
    ORDER BY tbl, by, key, ordering, id, born LIMIT {MANY}
"""

# -- Sweeping --

MARK: LiteralString = """
    INSERT INTO mark (region, seq, at) SELECT region, seq, clock_timestamp() FROM store WHERE region = %(region)s
    ON CONFLICT DO NOTHING
"""
HORIZON: LiteralString = """
    SELECT max(seq) FROM mark
    WHERE region = %(region)s AND at <= clock_timestamp() - make_interval(secs => %(seconds)s)
"""
_DEAD: LiteralString = f"region = %(region)s AND died <= %(horizon)s AND died < {FOREVER} LIMIT {MANY}"
SWEEPS: tuple[LiteralString, ...] = (
    f"""
    DELETE FROM document WHERE region = %(region)s AND (tbl, id, born) IN
        (SELECT tbl, id, born FROM document WHERE {_DEAD}) RETURNING 1
    """,
    f"""
    DELETE FROM place WHERE region = %(region)s AND (tbl, by, key, ordering, id, born) IN
        (SELECT tbl, by, key, ordering, id, born FROM place WHERE {_DEAD}) RETURNING 1
    """,
)
SWEEP_MARKS: LiteralString = "DELETE FROM mark WHERE region = %(region)s AND seq < %(horizon)s"

_DEAD_OF: LiteralString = f"{_IT} AND died < {FOREVER} LIMIT {MANY}"
FORGETS: tuple[LiteralString, ...] = (
    f"""
    DELETE FROM document WHERE region = %(region)s AND (tbl, id, born) IN
        (SELECT tbl, id, born FROM document WHERE {_DEAD_OF}) RETURNING 1
    """,
    f"""
    DELETE FROM place WHERE region = %(region)s AND (tbl, by, key, ordering, id, born) IN
        (SELECT tbl, by, key, ordering, id, born FROM place WHERE {_DEAD_OF}) RETURNING 1
    """,
)

# -- Keys: one that was destroyed has no secret, and is still named --

KEEP_KEY: LiteralString = """
    INSERT INTO round_key (region, name, secret) VALUES (%(region)s, %(name)s, %(secret)b)
    ON CONFLICT (region, name) DO UPDATE SET secret = excluded.secret
"""
GET_KEY: LiteralString = "SELECT secret FROM round_key WHERE region = %(region)s AND name = %(name)s"
DESTROY_KEY: LiteralString = "UPDATE round_key SET secret = NULL WHERE region = %(region)s AND name = %(name)s"
RELEASE_KEY: LiteralString = "DELETE FROM round_key WHERE region = %(region)s AND name = %(name)s"
KEYS: LiteralString = "SELECT name FROM round_key WHERE region = %(region)s ORDER BY name"

# -- Blobs --

_BLOB: LiteralString = "region = %(region)s AND digest = %(digest)s"
TOUCH_BLOB: LiteralString = f"UPDATE blob SET put = clock_timestamp() WHERE {_BLOB} RETURNING 1"
PUT_BLOB: LiteralString = """
    INSERT INTO blob (region, digest, content, put) VALUES (%(region)s, %(digest)s, %(content)b, clock_timestamp())
    ON CONFLICT (region, digest) DO UPDATE SET put = excluded.put
"""
GET_BLOB: LiteralString = f"SELECT content FROM blob WHERE {_BLOB}"
REMOVE_BLOB: LiteralString = f"DELETE FROM blob WHERE {_BLOB} AND put < coalesce(%(before)s::timestamptz, 'infinity')"
DIGESTS: LiteralString = f"""
    SELECT digest FROM blob
    WHERE region = %(region)s AND digest > %(after)s AND put < coalesce(%(before)s::timestamptz, 'infinity')
    ORDER BY digest LIMIT {MANY}
"""

# -- The house: which regions there are, and who does which job --

IS_THERE: LiteralString = "SELECT 1 FROM store WHERE region = %(region)s"
CREATE: LiteralString = "INSERT INTO store (region) VALUES (%(region)s) ON CONFLICT DO NOTHING RETURNING 1"
OTHERS: LiteralString = "SELECT region FROM store WHERE region <> %(region)s ORDER BY region"
WRITABLE: LiteralString = "SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off'"
# A lease that was taken in the future is from before the clock was set back: it is over.
LEASE: LiteralString = """
    INSERT INTO lease (region, job, holder, taken, until)
    VALUES (%(region)s, %(job)s, %(holder)s, clock_timestamp(),
            clock_timestamp() + make_interval(secs => %(seconds)s))
    ON CONFLICT (region, job) DO UPDATE
    SET holder = excluded.holder, taken = excluded.taken, until = excluded.until
    WHERE lease.holder = excluded.holder OR clock_timestamp() NOT BETWEEN lease.taken AND lease.until
    RETURNING 1
"""
GIVE_BACK: LiteralString = "DELETE FROM lease WHERE region = %(region)s AND holder = %(holder)s"
