"""What may help one who found little: another spelling, fewer demands, no filters, or words inside others."""

from __future__ import annotations

import re

import msgspec

from workspace.search import asking
from workspace.search.port import Index, Query
from workspace.search.spelling import SHORTEST_INSIDE

FEW = 5  # hits below which other spellings are proposed
_DEMANDS = re.compile(r'["«»“”+]+')


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """Ways to find more. Each was tried, so that none leads to nothing."""

    unknown: tuple[str, ...] = ()  # words that no text has
    meant: str = ""  # the question in another spelling that finds more
    freer: str = ""  # the question without quotation marks and +
    unfiltered: int = 0  # how many hits there are without the filters
    inside: int = 0  # how many hits there are when words may stand inside others


def advise(index: Index, query: Query, total: int) -> Advice:
    """What may help after this query found so many. Only what its audiences may find has a part in it."""
    if total >= FEW or not query.words.strip():
        unfiltered = _total(index, query, filters={}) if not total and any(query.filters.values()) else 0
        return Advice(unfiltered=unfiltered)
    spelling = index.spelling(query)
    meant = spelling.meant if spelling.meant and _total(index, query, words=spelling.meant) > total else ""
    if total:
        return Advice(unknown=spelling.unknown, meant=meant)
    freer = " ".join(_DEMANDS.sub(" ", query.words).split())
    long = any(len(stem) >= SHORTEST_INSIDE for stem in asking.read(query.words).stems())
    return Advice(
        unknown=spelling.unknown,
        meant=meant,
        freer=freer if freer != query.words and _total(index, query, words=freer) else "",
        unfiltered=_total(index, query, filters={}) if any(query.filters.values()) else 0,
        inside=_total(index, query, inside=True) if long and not query.inside else 0,
    )


def _total(index: Index, query: Query, **changes: object) -> int:
    """How many things are found when the query is changed so; of what is browsed or gathered, the groups."""
    changed = msgspec.structs.replace(query, gather=False, counts=False, passages=False, offset=0, limit=1, **changes)
    return index.search(changed).total
