"""What the ranking, the counting and the spelling read of an index, whatever product keeps it.

An index is made of segments: each holds some documents by numbers of its own (0, 1, 2 ...) and never changes, but for
which of them are deleted. What is read of a segment is therefore kept for as long as it is in use (`counting.Part`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol


class Held(NamedTuple):
    """The documents of a segment that hold a stem, in order, how often, and where in each (by its place in the row)."""

    documents: Sequence[int]
    counts: Sequence[float]
    places: Callable[[int], Sequence[int]]


def _no_places(at: int) -> Sequence[int]:
    raise IndexError(at)


NOWHERE = Held((), (), _no_places)


class Segment(Protocol):
    """One segment, as one reader sees it. Everything but `deleted` is the same for all who read it, at any time."""

    name: str  # of no other segment of this index, ever
    size: int  # how many documents it was made with

    def deleted(self) -> Iterable[int]:
        """The documents that are deleted."""
        ...

    def stems(self, field: str) -> list[str]:
        """All stems in a field of text, in the order of their characters."""
        ...

    def frequency(self, field: str, stem: str) -> int:
        """How many documents hold a stem."""
        ...

    def held(self, field: str, stem: str) -> Held:
        """The documents that hold a stem."""
        ...

    def lengths(self, field: str) -> Sequence[int]:
        """How many words each document has in a field of text."""
        ...

    def total_length(self, field: str) -> int:
        """How many words all of them have."""
        ...

    def values(self, field: str) -> Mapping[str, Iterable[int]]:
        """The documents with each value of a facet, or for each audience ("audience")."""
        ...

    def things(self, id: str) -> Iterable[int]:
        """The documents that are this thing, belong to it or are gathered under it."""
        ...

    def cards(self) -> Sequence[bytes]:
        """The encoded `schema.Card` of each document; b"" for what is no document of ours."""
        ...


class Snapshot(Protocol):
    """An index as it stands at one moment, for one thread."""

    @property
    def segments(self) -> Sequence[Segment]:
        """Its segments: the numbers of a document in the index go through them one after the other."""
        ...

    def held(self, wanted: Sequence[tuple[Segment, str, str]]) -> Iterable[Held]:
        """The documents of a segment that hold a stem of a field, for each of these, all at once."""
        ...

    def stored(self, wanted: Sequence[tuple[Segment, int]], *, texts: bool) -> Iterable[tuple[bytes, bytes]]:
        """The encoded `port.Entry` and `schema.Body` of documents, all at once; without the texts b"" for the body."""
        ...
