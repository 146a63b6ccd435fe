"""Files and long texts by the SHA-256 of their bytes, as rows."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from workspace.store.postgres import queries

if TYPE_CHECKING:
    from workspace.store.postgres.database import Database

_DIGEST = re.compile(r"[0-9a-f]{64}")


class PostgresBlobs:
    """Content-addressed bytes of one region. Committed before any record names them."""

    def __init__(self, database: Database, region: str) -> None:
        self._database = database
        self._region = region

    def put(self, content: bytes) -> str:
        """Keep the bytes durably and answer their SHA-256. Raises Unavailable when they can't be kept."""
        digest = hashlib.sha256(content).hexdigest()
        # Bytes that are there are not sent again, but are new to a sweep that runs now.
        if not self._database.write(self._region, queries.TOUCH_BLOB, digest=digest):
            self._database.write(self._region, queries.PUT_BLOB, digest=digest, content=content)
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes. Raises KeyError when there are none, ValueError when they no longer match their digest."""
        if not _DIGEST.fullmatch(digest):
            raise KeyError(digest)
        rows = self._database.read(self._region, queries.GET_BLOB, digest=digest)
        if not rows:
            raise KeyError(digest)
        content = bytes(rows[0][0])
        if hashlib.sha256(content).hexdigest() != digest:
            raise ValueError(f"blob {digest} is damaged")
        return content

    def digests(self, before: datetime | None = None) -> Iterator[str]:
        """The digests of all that is kept, sorted; only what was last put before a moment where one is given."""
        after = ""
        while rows := self._database.read(self._region, queries.DIGESTS, before=before, after=after):
            yield from (digest for (digest,) in rows)
            after = rows[-1][0]

    def remove(self, digest: str) -> None:
        """Take the bytes away, if they are there."""
        if _DIGEST.fullmatch(digest):
            self._database.write(self._region, queries.REMOVE_BLOB, digest=digest)
