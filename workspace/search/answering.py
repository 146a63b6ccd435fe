"""One question put to an opened index: what fits, in which order, gathered and counted."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from heapq import nlargest
from typing import Any, NamedTuple

import msgspec
from whoosh.searching import Searcher

from workspace.search import asking, queries, schema, spelling, titles
from workspace.search.counting import Shelf, bits, numbers
from workspace.search.passages import best_passage
from workspace.search.port import Entry, Found, Group, Hit, Query
from workspace.search.scoring import Ranking, Wanted

SHOWN = 3  # passages of one group
NAMED = 8  # further places of one group
_INSIDE_WORTH = 0.5  # of a word that holds the one asked for in its midst
_SAME = 9  # decimals in which equal scores agree: sums of the same numbers in another order differ further out

_entries = msgspec.json.Decoder(Entry)
_bodies = msgspec.json.Decoder(schema.Body)

Ranked = list[tuple[int, float]]  # numbers of documents with their scores, best first


class _Search(NamedTuple):
    """What one question is answered from."""

    asked: Query
    reader: Any
    shelf: Shelf
    ranking: Ranking | None  # None for everything
    scores: dict[int, float]  # of all documents that hold any of the words
    stems: frozenset[str]  # to be marked


def can_browse(asked: Query) -> bool:
    """Whether everything that passes the filters is asked for."""
    return not asked.words.strip() and (any(asked.filters.values()) or asked.sort == "date")


def answer(reader: Any, shelf: Shelf, asked: Query, question: asking.Question) -> Found:
    """One page of hits or groups."""
    text_fields = [schema.text_field(audience) for audience in asked.audiences]
    ranking = None
    if not can_browse(asked):
        words = _inside(shelf, question, text_fields) if asked.inside else queries.wanted(shelf, question, text_fields)
        ranking = Ranking(shelf, words, asked.audiences, text_fields)
    stems = question.stems() | (ranking.stems() if ranking else frozenset())
    search = _Search(asked, reader, shelf, ranking, ranking.scores() if ranking else {}, stems)
    required = queries.required(question, text_fields)
    is_narrowed = bool(required or asked.without or any(asked.filters.values()))
    if ranking and not (is_narrowed or asked.counts or asked.gather or asked.sort):
        return _hits(search, search.scores)
    own = shelf.living() & shelf.holding("audience", asked.audiences) & ~shelf.with_words(["things"], asked.without)
    fitting = _fitting(search, own, required)
    matched = fitting
    for facet, values in asked.filters.items():
        matched &= shelf.holding(facet, values) if values else -1
    chosen = {number: search.scores.get(number, 0.0) for number in numbers(matched)}
    found = _groups(search, chosen) if asked.gather else _hits(search, chosen)
    if not asked.counts:
        return found
    return msgspec.structs.replace(found, facets=shelf.counted(fitting, asked.filters), held=_held(shelf, own))


def _inside(shelf: Shelf, question: asking.Question, text_fields: list[str]) -> list[Wanted]:
    """The words asked for, and those that hold them in their midst."""
    return [
        Wanted(stem, tuple((other, _INSIDE_WORTH) for other in spelling.inside(shelf, stem, text_fields)))
        for stem in sorted(question.stems())
    ]


def _fitting(search: _Search, own: int, required: list[Any]) -> int:
    """The documents that fit the words, of those that may be found."""
    if search.ranking is None:
        return _first_of_each(search.shelf, own)
    if not required:
        return own & bits(search.scores, search.shelf.size)
    searcher = Searcher(search.reader)
    for query in required:
        own &= search.shelf.matching(searcher, query)
    return own


def _first_of_each(shelf: Shelf, documents: int) -> int:
    """One of each group, the first: who only browses looks for things, not for their pages."""
    first: dict[str, tuple[tuple[str, int, str], int]] = {}
    cards = shelf.cards()
    for number in numbers(documents):
        card = cards[number]
        known = first.get(card.group)
        if known is None or _stable(card) < known[0]:
            first[card.group] = (_stable(card), number)
    return bits((number for _key, number in first.values()), shelf.size)


def _hits(search: _Search, chosen: dict[int, float]) -> Found:
    asked = search.asked
    ranked = _in_order(search, chosen, asked.offset + asked.limit)
    return Found(hits=_shown(search, ranked[asked.offset : asked.offset + asked.limit]), total=len(chosen))


def _in_order(search: _Search, chosen: dict[int, float], limit: int | None = None) -> Ranked:
    """The documents with their scores, best first or newest first; at least the first `limit` of them.

    Whoosh's numbers may depend on what the person may not read, so documents that are equal stand in an order that
    does not.
    """
    cards = search.shelf.cards()
    if search.ranking is None or search.asked.sort == "date":
        order = sorted(chosen.items(), key=lambda one: _stable(cards[one[0]]))
        return sorted(order, key=lambda one: cards[one[0]].date, reverse=True)
    scores = {number: round(score, _SAME) for number, score in search.ranking.near_first(chosen).items()}
    if limit is not None and limit < len(scores):
        last = nlargest(limit, scores.values())[-1] if limit else 0.0
        scores = {number: score for number, score in scores.items() if score >= last}
    return sorted(scores.items(), key=lambda one: (-one[1], _stable(cards[one[0]])))


def _stable(card: schema.Card) -> tuple[str, int, str]:
    return card.group, card.page, card.uid


def titled(reader: Any, shelf: Shelf, asked: Query) -> tuple[Entry, ...]:
    """The documents and measures whose title has what is typed, without their text."""
    own = shelf.living() & shelf.holding("audience", asked.audiences) & ~shelf.with_words(["things"], asked.without)
    found = titles.find(shelf, asked.words, own, asked.limit)
    return tuple(_entries.decode(reader.stored_fields(number)["entry"]) for number in found)


# -- Gathering --


def _groups(search: _Search, chosen: dict[int, float]) -> Found:
    """The hits gathered in groups, each at the place of its best hit."""
    asked, cards = search.asked, search.shelf.cards()
    groups: dict[str, Ranked] = {}
    kinds = Counter[str]()
    for number, score in _in_order(search, chosen):
        name = cards[number].group
        if name not in groups:
            groups[name] = []
            kinds[cards[number].kind] += 1
        groups[name].append((number, score))
    page = list(groups.values())[asked.offset : asked.offset + asked.limit]
    return Found(
        groups=tuple(_group(search, members) for members in page),
        total=len(chosen),
        groups_total=len(groups),
        gathered=dict(kinds),
    )


def _group(search: _Search, members: Ranked) -> Group:
    """A group's best hits with their passages, and its other places."""
    others = sorted((number for number, _score in members[SHOWN:]), key=lambda n: _stable(search.shelf.cards()[n]))
    more = tuple(_light(search, number) for number in others[:NAMED])
    return Group(hits=_shown(search, members[:SHOWN]), more=more, left=len(others) - len(more))


def _held(shelf: Shelf, own: int) -> dict[str, int]:
    """How much there is in all, of what may be found."""
    known = shelf.cards()
    cards = [known[number] for number in numbers(own & shelf.holding("kind", ("document",)))]
    return {
        "documents": len({card.group for card in cards}),
        "files": len({card.group for card in cards if card.is_file}),
        "pages": sum(1 for card in cards if card.page),
        "measures": (own & shelf.holding("kind", ("measure",))).bit_count(),
    }


# -- Showing --


def _light(search: _Search, number: int) -> Entry:
    return _entries.decode(search.reader.stored_fields(number)["entry"])


def _shown(search: _Search, ranked: Iterable[tuple[int, float]]) -> tuple[Hit, ...]:
    return tuple(_hit(search, number, score) for number, score in ranked)


def _hit(search: _Search, number: int, score: float) -> Hit:
    stored = search.reader.stored_fields(number)
    entry = _entries.decode(stored["entry"])
    if not search.asked.passages:
        return Hit(entry=entry, score=score)
    body = _bodies.decode(stored["body"])
    passage = best_passage(body.text, search.stems)
    block = bisect_right(body.anchors, passage.at, key=lambda anchor: anchor[0])
    anchor = body.anchors[block - 1][1] if block else entry.section
    return Hit(entry=entry, score=score, passage=passage.pieces, anchor=anchor)
