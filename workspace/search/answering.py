"""One question put to an opened index: what fits, in which order, gathered and counted."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec
from whoosh.query import Term
from whoosh.searching import Searcher

from workspace.search import asking, queries, schema, spelling, titles
from workspace.search.counting import Shelf, bits, numbers
from workspace.search.passages import best_passage
from workspace.search.port import Entry, Found, Group, Hit, Query
from workspace.search.scoring import MoreIsBetter, SharedBM25F

SHOWN = 3  # passages of one group
NAMED = 8  # further places of one group
_RANKED = 300  # hits looked at for a page of groups, to begin with
_SAME = 9  # decimals in which equal scores agree: sums of the same numbers in another order differ further out

_entries = msgspec.json.Decoder(Entry)
_bodies = msgspec.json.Decoder(schema.Body)

Ranked = list[tuple[int, float]]  # numbers of documents with their scores, best first


class _Search(NamedTuple):
    """What one question is answered from."""

    asked: Query
    searcher: Any
    shelf: Shelf
    words: Any  # the query; None for everything
    stems: frozenset[str]
    required: int  # the documents with all that must be there


def can_browse(asked: Query) -> bool:
    """Whether everything that passes the filters is asked for."""
    return not asked.words.strip() and (any(asked.filters.values()) or asked.sort == "date")


def answer(reader: Any, shelf: Shelf, asked: Query, question: asking.Question) -> Found:
    """One page of hits or groups.

    What must be there is a filter: Whoosh's own ways to join it with a score lose hits.
    """
    text_fields = [schema.text_field(audience) for audience in asked.audiences]
    searcher = Searcher(reader, weighting=SharedBM25F(text_fields, "audience", asked.audiences))
    stems = question.stems()
    if can_browse(asked):
        words = None
    elif asked.inside:
        wider = spelling.inside(shelf, stems, text_fields)
        words = MoreIsBetter([Term(field, stem) for stem in wider for field in text_fields])
        stems = stems.union(wider)
    else:
        words = queries.wanted(reader, question, text_fields)
    required = -1
    for query in queries.required(question, text_fields):
        required &= shelf.matching(searcher, query)
    search = _Search(asked, searcher, shelf, words, stems, required)
    is_plain = required == -1 and not any(asked.filters.values()) and not asked.without
    if is_plain and words is not None and not (asked.counts or asked.gather or asked.sort):
        return _plain(search)
    fitting = _fitting(search)
    matched = fitting
    for facet, values in asked.filters.items():
        matched &= shelf.holding(facet, values) if values else -1
    found = _groups(search, matched) if asked.gather else _hits(search, matched)
    if not asked.counts:
        return found
    return msgspec.structs.replace(found, facets=shelf.counted(fitting, asked.filters), held=_held(search))


def _plain(search: _Search) -> Found:
    """The best hits alone, the quickest way."""
    asked = search.asked
    ranked, total = _best(search, asked.offset + asked.limit, None)
    return Found(hits=_shown(search, ranked[asked.offset :]), total=total)


def _fitting(search: _Search) -> int:
    """The documents that fit the words, of those that may be found."""
    asked, shelf = search.asked, search.shelf
    if search.required != -1:
        fitting = search.required
    elif search.words is None:
        fitting = _first_of_each(shelf, shelf.living() & shelf.holding("audience", asked.audiences))
    else:
        fitting = shelf.matching(search.searcher, search.words)
    return fitting & ~shelf.holding("things", asked.without) if asked.without else fitting


def _first_of_each(shelf: Shelf, documents: int) -> int:
    """One of each group, the first: who only browses looks for things, not for their pages."""
    first: dict[str, tuple[tuple[str, int, str], int]] = {}
    for number in numbers(documents):
        card = shelf.card(number)
        known = first.get(card.group)
        if known is None or _stable(card) < known[0]:
            first[card.group] = (_stable(card), number)
    return bits((number for _key, number in first.values()), shelf.size)


def _hits(search: _Search, matched: int) -> Found:
    asked = search.asked
    ranked = _in_order(search, matched, asked.offset + asked.limit)
    return Found(hits=_shown(search, ranked[asked.offset : asked.offset + asked.limit]), total=matched.bit_count())


def _in_order(search: _Search, matched: int, limit: int) -> Ranked:
    """At least the first `limit` of the documents: by relevance where there are words and nothing else is asked."""
    if not matched:  # to Whoosh, an empty filter is none
        return []
    if search.words is None or search.asked.sort == "date":
        card = search.shelf.card
        order = sorted(numbers(matched), key=lambda number: _stable(card(number)))
        order.sort(key=lambda number: card(number).date, reverse=True)
        return [(number, 0.0) for number in order]
    ranked = _best(search, limit, set(numbers(matched)))[0]
    if len(ranked) == min(limit, matched.bit_count()):
        return ranked
    scored = {number for number, _score in ranked}  # of a very long question only the words that tell most have a part
    return ranked + [(number, 0.0) for number in numbers(matched) if number not in scored]


def _best(search: _Search, limit: int, among: set[int] | None) -> tuple[Ranked, int]:
    """The documents with the best scores, and how many there are.

    Of equal scores Whoosh takes those that stand first in its files, which may depend on what the person may not read.
    So we take all that are equal, and put them in an order of our own.
    """
    card, most = search.shelf.card, max(1, search.shelf.size)
    reach = min(limit + 5, most)
    while True:
        results = search.searcher.search(search.words, limit=reach, filter=among)
        ranked = [(results.docnum(at), round(results.score(at), _SAME)) for at in range(results.scored_length())]
        if reach == most or len(ranked) < reach or ranked[limit - 1][1] > ranked[-1][1]:
            break
        reach = min(reach * 4, most)
    ranked.sort(key=lambda one: (-one[1], _stable(card(one[0]))))
    return ranked[:limit], len(results)


def _stable(card: schema.Card) -> tuple[str, int, str]:
    return card.group, card.page, card.uid


def titled(reader: Any, shelf: Shelf, asked: Query) -> tuple[Entry, ...]:
    """The documents and measures whose title has what is typed, without their text."""
    own = shelf.living() & shelf.holding("audience", asked.audiences) & ~shelf.holding("things", asked.without)
    found = titles.find(shelf, asked.words, own, asked.limit)
    return tuple(_entries.decode(reader.stored_fields(number)["entry"]) for number in found)


# -- Gathering --


def _groups(search: _Search, matched: int) -> Found:
    """The hits gathered in groups, each at the place of its best hit."""
    asked, card = search.asked, search.shelf.card
    found = numbers(matched)
    all_groups = {card(number).group: card(number).kind for number in found}
    wanted = asked.offset + asked.limit
    limit = max(_RANKED, 3 * wanted)
    while True:
        ranked = _in_order(search, matched, limit)
        order = list(dict.fromkeys(card(number).group for number, _score in ranked))
        if len(order) >= min(wanted, len(all_groups)) or limit >= len(found):
            break
        limit *= 8
    chosen: dict[str, Ranked] = {group: [] for group in order[asked.offset : wanted]}
    for number, score in ranked:
        if (group := card(number).group) in chosen:
            chosen[group].append((number, score))
    scored = {number for members in chosen.values() for number, _score in members}
    for number in found:
        if number not in scored and (group := card(number).group) in chosen:
            chosen[group].append((number, 0.0))
    groups = tuple(_group(search, members) for members in chosen.values())
    kinds = Counter(all_groups.values())
    return Found(groups=groups, total=len(found), groups_total=len(all_groups), gathered=kinds)


def _group(search: _Search, members: Ranked) -> Group:
    """A group's best hits with their passages, and its other places."""
    others = sorted((number for number, _score in members[SHOWN:]), key=lambda n: _stable(search.shelf.card(n)))
    more = tuple(_light(search, number) for number in others[:NAMED])
    return Group(hits=_shown(search, members[:SHOWN]), more=more, left=len(others) - len(more))


def _held(search: _Search) -> dict[str, int]:
    """How much there is in all, of what these audiences may find."""
    shelf = search.shelf
    own = shelf.living() & shelf.holding("audience", search.asked.audiences)
    own &= ~shelf.holding("things", search.asked.without)
    cards = [shelf.card(number) for number in numbers(own & shelf.holding("kind", ("document",)))]
    return {
        "documents": len({card.group for card in cards}),
        "files": len({card.group for card in cards if card.page}),
        "pages": sum(1 for card in cards if card.page),
        "measures": (own & shelf.holding("kind", ("measure",))).bit_count(),
    }


# -- Showing --


def _light(search: _Search, number: int) -> Entry:
    return _entries.decode(search.searcher.stored_fields(number)["entry"])


def _shown(search: _Search, ranked: Iterable[tuple[int, float]]) -> tuple[Hit, ...]:
    return tuple(_hit(search, number, score) for number, score in ranked)


def _hit(search: _Search, number: int, score: float) -> Hit:
    stored = search.searcher.stored_fields(number)
    entry = _entries.decode(stored["entry"])
    if not search.asked.passages:
        return Hit(entry=entry, score=score)
    body = _bodies.decode(stored["body"])
    passage = best_passage(body.text, search.stems)
    block = bisect_right(body.anchors, passage.at, key=lambda anchor: anchor[0])
    anchor = body.anchors[block - 1][1] if block else entry.section
    return Hit(entry=entry, score=score, passage=passage.pieces, anchor=anchor)
