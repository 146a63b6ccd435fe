"""Documents as records, made once: a document is never changed in place, so its record can be shared by all readers."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from workspace.record import Record
from workspace.store.state import Document

R = TypeVar("R", bound=Record)
_Half = dict[tuple[type[Record], str], tuple[Document, Any]]

_MOST = 50_000  # records in each half


class Records:
    """The records made of late, each beside the document it was made of. Needs no lock: each step is one of a dict.

    They are in two halves. When the newer one is full the older one is dropped, so that what is read stays.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._newer: _Half = {}
        self._older: _Half = {}

    def of(self, document: Document, kind: type[R], id: str) -> R:
        """The document as a record of this class. Raises what msgspec raises for one that is not of its shape."""
        kept = self._newer.get((kind, id))
        if kept is None or kept[0] is not document:
            kept = self._again(document, kind, id)
        return kept[1]  # type: ignore[no-any-return]

    def _again(self, document: Document, kind: type[Record], id: str) -> tuple[Document, Any]:
        kept = self._older.get((kind, id))
        if kept is None or kept[0] is not document:
            kept = (document, msgspec.convert(document, kind))
        if len(self._newer) >= self._most:
            self._older, self._newer = self._newer, {}
        self._newer[kind, id] = kept
        return kept
