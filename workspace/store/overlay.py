"""TinyDB over a store's documents: its own tables and queries, with writes that cost what they change.

TinyDB hands the whole table to whoever changes it. Ours is an overlay: reads fall through to what was acknowledged,
and what was put, edited in place or removed is known afterwards and becomes one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

import msgspec
from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Table

from workspace.store.state import Document

if TYPE_CHECKING:
    from workspace.store.tinydb import TinyStore


class JournaledStorage(Storage):
    """A storage whose content is the store's acknowledged documents. It is written to by transactions only."""

    def __init__(self, store: TinyStore) -> None:
        self.store = store

    def read(self) -> dict[str, dict[str, Any]]:
        """The documents, read only in spite of the type that TinyDB asks for."""
        return self.store.tables  # type: ignore[return-value]

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Refused: TinyDB would write everything anew. JournaledTable writes what changed."""
        raise NotImplementedError("a journaled store is written to through its tables")


class Overlay(MutableMapping[str, Any]):
    """A table as TinyDB edits it: reads fall through, and what was put, edited in place or removed is known after."""

    def __init__(self, base: Mapping[str, Document]) -> None:
        self._base = base
        self._lent: dict[str, dict[str, Any]] = {}
        self._removed: set[str] = set()

    def __getitem__(self, id: str) -> Any:
        if id in self._removed:
            raise KeyError(id)
        if id not in self._lent:
            self._lent[id] = msgspec.json.decode(msgspec.json.encode(self._base[id]))
        return self._lent[id]

    def __setitem__(self, id: str, document: Any) -> None:
        self._removed.discard(id)
        self._lent[id] = dict(document)

    def __delitem__(self, id: str) -> None:
        if id in self._removed or (id not in self._base and id not in self._lent):
            raise KeyError(id)
        self._lent.pop(id, None)
        self._removed.add(id)

    def __iter__(self) -> Iterator[str]:
        yield from (id for id in self._base if id not in self._removed)
        yield from (id for id in list(self._lent) if id not in self._base)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def changes(self) -> Iterator[tuple[str, dict[str, Any] | None]]:
        """What differs from the table: (id, document), None for one that was removed."""
        for id in self._removed:
            if id in self._base:
                yield id, None
        for id, document in self._lent.items():
            if self._base.get(id) != document:
                yield id, document


class InOrder(Mapping[str, Document]):
    """A table's documents in order of id, which is the order in which they were made."""

    def __init__(self, rows: Mapping[str, Document]) -> None:
        self._rows = rows

    def __getitem__(self, id: str) -> Document:
        return self._rows[id]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._rows))

    def __len__(self) -> int:
        return len(self._rows)


class JournaledTable(Table):
    """A TinyDB table with our ids, no cache of queries, and writes that cost what they change."""

    document_id_class = str  # type: ignore[assignment]
    default_query_cache_capacity = 0

    def _get_next_id(self) -> str:
        raise ValueError("give the document an id: Document(fields, doc_id=...)")

    def _read_table(self) -> Any:
        return InOrder((self._storage.read() or {}).get(self.name, {}))

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        storage: Any = self._storage
        with storage.store.transaction() as transaction:
            overlay = Overlay(transaction.state.table(self.name))
            updater(overlay)
            for id, document in overlay.changes():
                if document is not None:
                    document["version"] = document.get("version", 0) + 1
                transaction.change(self.name, id, document)


class JournaledTinyDB(TinyDB):
    """TinyDB with our storage and table."""

    table_class = JournaledTable

    def __init__(self, store: TinyStore) -> None:
        super().__init__(store, storage=JournaledStorage)
