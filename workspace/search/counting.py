"""Which documents of an index hold which kind and source: to narrow a search, and to count what was found."""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import Any

from whoosh.query import Term

Chosen = Iterable[tuple[str, str]]  # fields with the value chosen, "" for any


class Sets:
    """Sets of documents by their numbers in the index. Kept until the next commit."""

    def __init__(self) -> None:
        self._kept: tuple[int, dict[tuple[str, str], set[int]]] = (-1, {})

    def fitting(self, searcher: Any, required: Iterable[Any]) -> set[int] | None:
        """The documents that fit all of these queries; None when there are none. A set: Whoosh takes no other."""
        sets = [set(searcher.docs_for_query(query)) for query in required]
        return set.intersection(*sets) if sets else None

    def chosen(self, searcher: Any, chosen: Chosen, among: set[int] | None) -> set[int] | None:
        """The documents with all of these values, among some; None when any will do."""
        sets = [self._holding(searcher, field, value) for field, value in chosen if value]
        sets += [] if among is None else [among]
        return set.intersection(*sets) if sets else None

    def by_value(self, searcher: Any, documents: Set[int], field: str) -> tuple[tuple[str, int], ...]:
        """How many of these documents have each value of a field, most first."""
        values = [value.decode() for value in searcher.reader().lexicon(field)]
        counts = [(value, len(documents & self._holding(searcher, field, value))) for value in values if value]
        return tuple(sorted((pair for pair in counts if pair[1]), key=lambda pair: (-pair[1], pair[0])))

    def _holding(self, searcher: Any, field: str, value: str) -> set[int]:
        generation, kept = self._kept
        if generation != searcher.reader().generation():
            kept = {}
            self._kept = (searcher.reader().generation(), kept)
        if (field, value) not in kept:
            kept[field, value] = set(searcher.docs_for_query(Term(field, value)))
        return kept[field, value]
