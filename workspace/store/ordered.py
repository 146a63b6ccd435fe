"""A sorted sequence that is never changed: putting something in gives a new sequence that shares most of the old.

It is cut into chunks, so that an insertion copies one chunk and the list of chunks, not all entries.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Any

_CHUNK = 256

Entry = tuple[Any, ...]


class Ordered:
    """Entries in order; each is a tuple, and no two are equal."""

    __slots__ = ("_chunks", "_firsts", "_length")

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        row = sorted(entries)
        self._chunks = tuple(tuple(row[at : at + _CHUNK]) for at in range(0, len(row), _CHUNK))
        self._firsts = tuple(chunk[0] for chunk in self._chunks)
        self._length = len(row)

    @classmethod
    def _of(cls, chunks: tuple[tuple[Entry, ...], ...], length: int) -> Ordered:
        made = cls.__new__(cls)
        made._chunks = chunks
        made._firsts = tuple(chunk[0] for chunk in chunks)
        made._length = length
        return made

    def __len__(self) -> int:
        return self._length

    def inserted(self, entry: Entry) -> Ordered:
        """The sequence with this entry too."""
        if not self._chunks:
            return Ordered._of(((entry,),), 1)
        at = max(bisect_right(self._firsts, entry) - 1, 0)
        chunk = self._chunks[at]
        place = bisect_left(chunk, entry)
        grown = (*chunk[:place], entry, *chunk[place:])
        pieces = (grown,) if len(grown) <= 2 * _CHUNK else (grown[:_CHUNK], grown[_CHUNK:])
        return Ordered._of((*self._chunks[:at], *pieces, *self._chunks[at + 1 :]), self._length + 1)

    def without(self, entry: Entry) -> Ordered:
        """The sequence without this entry, which must be there."""
        at = max(bisect_right(self._firsts, entry) - 1, 0)
        chunk = self._chunks[at]
        place = bisect_left(chunk, entry)
        shrunk = (*chunk[:place], *chunk[place + 1 :])
        pieces = (shrunk,) if shrunk else ()
        return Ordered._of((*self._chunks[:at], *pieces, *self._chunks[at + 1 :]), self._length - 1)

    def page(self, offset: int, limit: int | None, *, descending: bool) -> Iterable[Entry]:
        """Entries from `offset` on, `limit` at most, from the other end when descending."""
        if len(self._chunks) == 1:  # most buckets are small
            row = self._chunks[0][::-1] if descending else self._chunks[0]
            return row[offset : None if limit is None else offset + limit]
        return self._page(offset, limit, descending=descending)

    def _page(self, offset: int, limit: int | None, *, descending: bool) -> Iterator[Entry]:
        left = self._length if limit is None else limit
        chunks = reversed(self._chunks) if descending else self._chunks
        for chunk in chunks:
            if offset >= len(chunk):
                offset -= len(chunk)
                continue
            row = chunk[::-1] if descending else chunk
            for entry in row[offset : offset + left]:
                yield entry
                left -= 1
            if left <= 0:
                return
            offset = 0
