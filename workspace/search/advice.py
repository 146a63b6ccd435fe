"""What may help one who found little: another spelling, fewer demands, no filters, or words inside others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from workspace.search import asking
from workspace.search.port import Index, Query
from workspace.search.spelling import SHORTEST_INSIDE

FEW = 5  # hits below which more is proposed than another spelling of words that no text has
_DEMANDS = re.compile(r'["«»“”+]+')


class Way(NamedTuple):
    """Another way to ask, and how much it finds."""

    kind: str  # "meant", "freer" (no quotation marks and +), "unfiltered", "inside" (words inside others)
    words: str
    filters: Mapping[str, tuple[str, ...]]
    inside: bool
    hits: int


class Advice(NamedTuple):
    """What may help. Each way was tried, so that none leads to nothing."""

    unknown: tuple[str, ...] = ()  # words that no text has
    ways: tuple[Way, ...] = ()

    def way(self, kind: str) -> Way | None:
        """The way of this kind, if there is one."""
        return next((way for way in self.ways if way.kind == kind), None)


def advise(index: Index, query: Query, total: int) -> Advice:
    """What may help after this query found so many. Only what its audiences may find has a part in it."""
    if not query.words.strip():
        return Advice(ways=() if total else _ways(index, query, total, [("unfiltered", query.words, False)]))
    if total >= FEW and query.inside:
        return Advice()  # they may stand inside others
    spelling = index.spelling(query, rare=total < FEW)
    if spelling.unknown and total:  # they were looked for in other spellings
        return Advice(spelling.unknown, _ways(index, query, 0, [("meant", spelling.meant, query.inside)]))
    if total >= FEW:
        return Advice()
    asked = [("meant", spelling.meant, query.inside)]
    if not total:
        long = any(len(stem) >= SHORTEST_INSIDE for stem in asking.read(query.words).stems())
        freer = " ".join(_DEMANDS.sub(" ", query.words).split())
        freer = freer if freer != query.words else ""
        asked += [("unfiltered", query.words, query.inside), ("freer", freer, query.inside)]
        asked += [("inside", query.words, True)] if long and not query.inside else []
    return Advice(spelling.unknown, _ways(index, query, total, asked))


def _ways(index: Index, query: Query, total: int, asked: list[tuple[str, str, bool]]) -> tuple[Way, ...]:
    """Those that find more, with the filters if they do so, else without them."""
    ways = []
    for kind, words, inside in asked:
        filters = [{}] if kind == "unfiltered" else [query.filters, {}]
        for kept in filters if words else ():
            other = msgspec.structs.replace(query, words=words, inside=inside, filters=kept)
            hits = 0 if other == query else _total(index, other)
            if hits > total:
                ways.append(Way(kind, words, kept, inside, hits))
                break
    return tuple(ways)


def _total(index: Index, query: Query) -> int:
    """How much is found."""
    plain = msgspec.structs.replace(query, gather=False, counts=False, passages=False, offset=0, limit=1)
    return index.search(plain).total
