"""What a region's documents can be filtered by, gone through once after each change, for all who may see the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from workspace.documents.model import Document
from workspace.kept import Kept
from workspace.store.port import View

FACETS = ("unreadable", "kind", "municipality", "value_chain", "language")


class Tally(NamedTuple):
    """The ids of documents: in each order, and by facet and value."""

    orders: Mapping[str, tuple[str, ...]]
    having: Mapping[str, Mapping[str, frozenset[str]]]

    def fitting(self, order: str, wanted: Mapping[str, Collection[str]]) -> tuple[str, ...]:
        """The ids of those that have one of the values wanted of each facet, in this order."""
        ids = self.orders[order]
        for facet, values in wanted.items():
            fit = frozenset[str]().union(*(self.having[facet].get(value, ()) for value in values))
            ids = tuple(id for id in ids if id in fit)
        return ids


_tallies: Kept[Tally] = Kept(16)


def of(view: View, region: str | None, audiences: tuple[str, ...]) -> Tally:
    """The documents for these audiences. What is in the log tells which there are: every change of one is."""
    last = view.last_event()
    if not last:
        return _made(view, audiences)
    [newest] = view.events(after=last - 1, limit=1)
    made_of = (region, newest.seq, newest.hash, audiences)
    return _tallies.get(made_of) or _tallies.put(made_of, _made(view, audiences))


def _made(view: View, audiences: tuple[str, ...]) -> Tally:
    by_title = [document for document in view.find(Document, order="title") if document.audience in audiences]
    rows = view.find(Document, order="changed_at", descending=True)
    by_change = [document.id for document in rows if document.audience in audiences]
    having: dict[str, dict[str, set[str]]] = {facet: {} for facet in FACETS}
    for document in by_title:
        for facet, known in having.items():
            for value in _values(document, facet):
                known.setdefault(value, set()).add(document.id)
    return Tally(
        {"title": tuple(document.id for document in by_title), "changed_at": tuple(by_change)},
        {facet: {value: frozenset(ids) for value, ids in known.items()} for facet, known in having.items()},
    )


def _values(document: Document, facet: str) -> Iterable[str]:
    if facet == "municipality":
        return document.municipalities
    if facet == "unreadable":
        return () if document.readable else ("1",)
    value = str(getattr(document, facet))
    return (value,) if value else ()
