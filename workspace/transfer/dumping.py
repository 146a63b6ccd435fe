"""A store as lines of JSON, the same to the byte for the same content, whichever adapter keeps it.

First the documents, by table and then by id: `{"document":{...},"table":"comments"}`; then the log:
`{"event":{...}}`; last the digests of the blobs that the documents name: `{"blob":"..."}`. Keys are sorted and nothing
stands between them. A number without a fraction is written without one, because a database may keep 1.0 as 1; but the
log is written as it is, since its chain of hashes vouches for each sign of it.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import msgspec

from workspace.store.port import Event, Store
from workspace.transfer import naming

Document = Mapping[str, Any]
Advance = Callable[[float], None]

_EVENTS_AT_ONCE = 1000


class Contents(Protocol):
    """What a store holds at one moment: read from the store itself, or from a backup or an export of it."""

    def documents(self) -> Iterator[tuple[str, Document]]:
        """All documents with their tables, in the order of table and id."""
        ...

    def events(self, after: int = 0) -> Iterator[Event]:
        """The log from after a seq, oldest first."""
        ...

    def digests(self) -> Iterator[str]:
        """The digests of the blobs that the documents name and that are there, sorted."""
        ...

    def blob(self, digest: str) -> bytes:
        """The bytes. Raises KeyError when they are gone, ValueError when they are damaged."""
        ...


class Summary(NamedTuple):
    """How much there is, and the SHA-256 of the dump."""

    documents: int
    events: int
    blobs: int
    sha256: str

    @property
    def total(self) -> int:
        """How many things there are to carry."""
        return self.documents + self.events + self.blobs


class Kept:
    """The contents of a store as they are now, without the tables that are to stay out."""

    def __init__(self, store: Store, without: frozenset[str] = frozenset()) -> None:
        self._view = store.view()
        self._blobs = store.blobs
        self._without = without
        self._lost: set[str] = set()

    def documents(self) -> Iterator[tuple[str, Document]]:
        """All documents with their tables, in the order of table and id."""
        for table in sorted(self._view.tables()):
            if table not in self._without:
                for document in self._view.documents(table):
                    yield table, document

    def events(self, after: int = 0) -> Iterator[Event]:
        """The log from after a seq, oldest first."""
        while events := self._view.events(after=after, limit=_EVENTS_AT_ONCE):
            yield from events
            after = events[-1].seq

    def digests(self) -> Iterator[str]:
        """The digests of the blobs that the documents name and that are there, sorted."""
        mentioned = self.mentioned
        return (digest for digest in self._blobs.digests() if digest in mentioned and digest not in self._lost)

    def blob(self, digest: str) -> bytes:
        """The bytes. Raises KeyError when they are gone, ValueError when they are damaged."""
        return self._blobs.get(digest)

    def lose(self, digest: str) -> None:
        """Count this blob among the missing from now on: it could not be read."""
        self._lost.add(digest)

    def missing(self) -> list[str]:
        """The digests of the blobs that must be there and are not, sorted."""
        return sorted(self.declared - set(self.digests()))

    @property
    def mentioned(self) -> set[str]:
        """Everything in the documents that may be the digest of a blob."""
        return self._named[0]

    @property
    def declared(self) -> set[str]:
        """The digests of the blobs that must be there."""
        return self._named[1]

    @cached_property
    def _named(self) -> tuple[set[str], set[str]]:
        mentioned: set[str] = set()
        declared: set[str] = set()
        for table, document in self.documents():
            mentioned |= naming.mentioned(canonical(document))
            declared |= naming.declared(table, document)
        return mentioned, declared


# -- Lines --


def canonical(value: Any) -> bytes:
    """The one way to write this value as JSON. Raises ValueError for what JSON can't hold (NaN)."""
    return _json(_without_fractions(value))


def document_line(table: str, document: Document) -> bytes:
    """The line of a document."""
    return canonical({"table": table, "document": document}) + b"\n"


def event_line(event: Event) -> bytes:
    """The line of an event."""
    return _json({"event": msgspec.to_builtins(event)}) + b"\n"


def blob_line(digest: str) -> bytes:
    """The line of a blob."""
    return _json({"blob": digest}) + b"\n"


def _json(value: Any) -> bytes:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8")


def _without_fractions(value: Any) -> Any:
    """The value with 1.0 as 1 and 1e22 as the whole number, as PostgreSQL gives it back."""
    if isinstance(value, float) and math.isfinite(value):
        number = Decimal(repr(value))
        return int(number) if number == number.to_integral_value() else value
    if isinstance(value, Mapping):
        return {key: _without_fractions(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_fractions(item) for item in value]
    return value


# -- Taking stock --


def nothing(step: float) -> None:
    """Tell nobody how far the work has come."""


def summarize(contents: Contents, write: Callable[[bytes], object] = len, advance: Advance = nothing) -> Summary:
    """Go through all contents once: count, hash, and hand each line of the dump to `write`."""
    sha256 = hashlib.sha256()

    def take(lines: Iterable[bytes]) -> int:
        count = 0
        for count, line in enumerate(lines, start=1):  # noqa: B007  the last number is how many there were
            sha256.update(line)
            write(line)
            advance(1)
        return count

    return Summary(
        take(document_line(table, document) for table, document in contents.documents()),
        take(map(event_line, contents.events())),
        take(map(blob_line, contents.digests())),
        sha256.hexdigest(),
    )
