"""Documents as records, made once: a document is never changed in place, so its record can be shared by all readers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from workspace.record import Record
from workspace.store.ordered import Entry
from workspace.store.state import Document

R = TypeVar("R", bound=Record)
_Half = dict[str, tuple[Document, Any]]

_MOST = 20_000  # records of a class in each half


class Records:
    """The records made of late, each beside the document it was made of. Needs no lock: each step is one of a dict.

    Those of a class are in two halves. When the newer one is full the older one is dropped, so that what is read stays.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._halves: dict[type[Record], tuple[_Half, _Half]] = {}

    def of(self, document: Document, kind: type[R], id: str) -> R:
        """The document as a record of this class. Raises what msgspec raises for one that is not of its shape."""
        kept = self._newer(kind).get(id)
        if kept is None or kept[0] is not document:
            kept = self._again(document, kind, id)
        return kept[1]  # type: ignore[no-any-return]

    def all(self, rows: Mapping[str, Document], kind: type[R], entries: Iterable[Entry]) -> list[R]:
        """The same for all entries of an index, whose documents are in `rows`."""
        newer = self._newer(kind)
        found: list[R] = []
        for _has_value, _value, id in entries:
            document = rows[id]
            kept = newer.get(id)
            if kept is None or kept[0] is not document:
                kept = self._again(document, kind, id)
            found.append(kept[1])
        return found

    def _newer(self, kind: type[Record]) -> _Half:
        halves = self._halves.get(kind)
        if halves is None:
            halves = self._halves.setdefault(kind, ({}, {}))
        return halves[0]

    def _again(self, document: Document, kind: type[Record], id: str) -> tuple[Document, Any]:
        newer, older = self._halves[kind]
        kept = older.get(id)
        if kept is None or kept[0] is not document:
            kept = (document, msgspec.convert(document, kind))
        if len(newer) >= self._most:
            newer, _older = self._halves[kind] = ({}, newer)
        newer[id] = kept
        return kept
