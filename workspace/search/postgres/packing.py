"""What stands in the packed columns of the tables: bytes under a checksum, so that nothing damaged is taken for words.

The documents of a word are three rows of whole numbers, four bytes each: which documents, how often in each, and where.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any, NamedTuple, TypeVar

import google_crc32c
import msgspec

from workspace.search.segments import Held

T = TypeVar("T")
_NUMBER = "I"
_BYTES = 4


class Damaged(Exception):
    """Something of an index is missing, or not what was written."""


def seal(content: bytes, *place: object) -> bytes:
    """The content with its checksum before it, which is made over the place in the tables where it belongs as well."""
    return _checksum(content, place).to_bytes(_BYTES, "little") + content


def unseal(row: bytes, *place: object) -> bytes:
    """The content. Raises Damaged when it is not what was sealed, or not for this place."""
    content = row[_BYTES:]
    if len(row) < _BYTES or _checksum(content, place) != int.from_bytes(row[:_BYTES], "little"):
        raise Damaged("checksum")
    return content


def _checksum(content: bytes, place: tuple[object, ...]) -> int:
    return int(google_crc32c.extend(google_crc32c.value(repr(place).encode()), content))


def pack(value: Any, *place: object) -> bytes:
    """A value as sealed JSON."""
    return seal(msgspec.json.encode(value), *place)


def unpack(row: bytes, kind: type[T], *place: object) -> T:
    """A value that was packed. Raises Damaged."""
    try:
        return msgspec.json.decode(unseal(row, *place), type=kind)
    except msgspec.MsgspecError as error:
        raise Damaged("content") from error


class Postings(NamedTuple):
    """The documents of a segment that hold a word, how often each does, and the places in all of them, in order."""

    documents: array[int]
    counts: array[int]
    positions: array[int]

    @classmethod
    def empty(cls) -> Postings:
        """The documents of a word that was not met yet."""
        return cls(array(_NUMBER), array(_NUMBER), array(_NUMBER))

    def add(self, number: int, positions: Sequence[int]) -> None:
        """Put in one more document; its number is higher than those before."""
        self.documents.append(number)
        self.counts.append(len(positions))
        self.positions.extend(positions)

    def into(self, other: Postings, places: Sequence[int]) -> None:
        """Put these behind those of another segment; `places` are the numbers there, -1 for what is not there."""
        at = 0
        for number, count in zip(self.documents, self.counts, strict=True):
            if (place := places[number]) >= 0:
                other.add(place, self.positions[at : at + count])
            at += count

    def packed(self, *place: object) -> bytes:
        """As they stand in a row."""
        return seal(b"".join(map(_to_bytes, (array(_NUMBER, [len(self.documents)]), *self))), *place)

    @classmethod
    def unpacked(cls, row: bytes, *place: object) -> Postings:
        """From a row. Raises Damaged."""
        numbers = _from_bytes(unseal(row, *place))
        count = numbers[0] if numbers else 0
        found = cls(numbers[1 : count + 1], numbers[count + 1 : 2 * count + 1], numbers[2 * count + 1 :])
        if not count or len(found.counts) != count or sum(found.counts) != len(found.positions):
            raise Damaged("postings")
        return found

    def held(self) -> Held:
        """As the ranking reads them."""
        starts: list[int] = []

        def places(at: int) -> Sequence[int]:
            if not starts:
                starts.extend(accumulate(self.counts, initial=0))
            return self.positions[starts[at] : starts[at + 1]]

        return Held(self.documents, self.counts, places)


def _to_bytes(numbers: array[int]) -> bytes:
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers.tobytes()


def _from_bytes(content: bytes) -> array[int]:
    numbers = array(_NUMBER)
    if len(content) % _BYTES:
        raise Damaged("length")
    numbers.frombytes(content)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def renumbered(numbers: Iterable[int], places: Sequence[int]) -> list[int]:
    """Numbers as they are in another segment, without those that are not there (-1)."""
    return [place for number in numbers if (place := places[number]) >= 0]
