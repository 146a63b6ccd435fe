"""One question put to an opened index: what fits, in which order, gathered and counted."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from heapq import nlargest
from itertools import chain
from typing import NamedTuple

import msgspec

from workspace.search import asking, queries, schema, spelling, titles
from workspace.search.counting import Shelf, Stored, bits, numbers
from workspace.search.passages import best_passage
from workspace.search.port import Entry, Found, Group, Hit, Query
from workspace.search.scoring import Ranking, Wanted

SHOWN = 3  # passages of one group
NAMED = 8  # further places of one group
_INSIDE_WORTH = 0.5  # of a word that holds the one asked for in its midst
_SAME = 9  # decimals in which equal scores agree: sums of the same numbers in another order differ further out

Ranked = list[tuple[int, float]]  # numbers of documents with their scores, best first


class _Search(NamedTuple):
    """What one question is answered from."""

    asked: Query
    question: asking.Question
    shelf: Shelf
    ranking: Ranking | None  # None for everything
    scores: dict[int, float]  # of all documents that hold any of the words
    stems: frozenset[str]  # to be marked
    fields: list[str]  # of those who ask


def can_browse(asked: Query) -> bool:
    """Whether everything that passes the filters is asked for."""
    return not asked.words.strip() and (any(asked.filters.values()) or asked.sort == "date")


def answer(shelf: Shelf, asked: Query, question: asking.Question) -> Found:
    """One page of hits or groups."""
    search = _begin(shelf, asked, question)
    is_narrowed = bool(question.required or asked.without or any(asked.filters.values()))
    if search.ranking and not (is_narrowed or asked.counts or asked.gather or asked.sort):
        return _hits(search, search.scores)
    own = shelf.living() & shelf.holding("audience", asked.audiences) & ~shelf.of_things(asked.without)
    fitting = _fitting(search, own)
    matched = fitting
    for facet, values in asked.filters.items():
        matched &= shelf.holding(facet, values) if values else -1
    chosen = {number: search.scores.get(number, 0.0) for number in numbers(matched)}
    found = _groups(search, chosen) if asked.gather else _hits(search, chosen)
    if not asked.counts:
        return found
    return msgspec.structs.replace(found, facets=shelf.counted(fitting, asked.filters), held=_held(shelf, own))


def _begin(shelf: Shelf, asked: Query, question: asking.Question) -> _Search:
    """Which words are looked for, and what every document with any of them scores."""
    fields = [schema.text_field(audience) for audience in asked.audiences]
    if can_browse(asked):
        return _Search(asked, question, shelf, None, {}, question.stems(), fields)
    words = _inside(shelf, question, fields) if asked.inside else queries.wanted(shelf, question, fields)
    ranking = Ranking(shelf, words, asked.audiences, fields)
    stems = question.stems() | ranking.stems()
    shelf.fetch(fields, ranking.stems().union(*question.required))
    return _Search(asked, question, shelf, ranking, ranking.scores(), stems, fields)


def _inside(shelf: Shelf, question: asking.Question, text_fields: list[str]) -> list[Wanted]:
    """The words asked for, and those that hold them in their midst."""
    return [
        Wanted(stem, tuple((other, _INSIDE_WORTH) for other in spelling.inside(shelf, stem, text_fields)))
        for stem in sorted(question.stems())
    ]


def _fitting(search: _Search, own: int) -> int:
    """The documents that fit the words, of those that may be found."""
    if search.ranking is None:
        return _first_of_each(search.shelf, own)
    if not search.question.required:
        return own & bits(search.scores, search.shelf.size)
    for row in search.question.required:
        own &= search.shelf.with_row(search.fields, row)
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
    ranked = _in_order(search, chosen, asked.offset + asked.limit)[asked.offset : asked.offset + asked.limit]
    shown = _shown(search, ranked)
    return Found(hits=tuple(shown[number] for number, _score in ranked), total=len(chosen))


def _in_order(search: _Search, chosen: dict[int, float], limit: int | None = None) -> Ranked:
    """The documents with their scores, best first or newest first; at least the first `limit` of them.

    Their numbers may depend on what the person may not read, so documents that are equal stand in an order that
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


def titled(shelf: Shelf, asked: Query) -> tuple[Entry, ...]:
    """The documents and measures whose title has what is typed, without their text."""
    own = shelf.living() & shelf.holding("audience", asked.audiences) & ~shelf.of_things(asked.without)
    found = titles.find(shelf, asked.words, own, asked.limit)
    return tuple(stored.entry for stored in shelf.stored(found, texts=False).values())


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
    page = [_members(search, members) for members in list(groups.values())[asked.offset : asked.offset + asked.limit]]
    shown = _shown(search, chain.from_iterable(best for best, _others in page))
    named = search.shelf.stored(chain.from_iterable(others[:NAMED] for _best, others in page), texts=False)
    return Found(
        groups=tuple(
            Group(
                hits=tuple(shown[number] for number, _score in best),
                more=tuple(named[number].entry for number in others[:NAMED]),
                left=len(others[NAMED:]),
            )
            for best, others in page
        ),
        total=len(chosen),
        groups_total=len(groups),
        gathered=dict(kinds),
    )


def _members(search: _Search, members: Ranked) -> tuple[Ranked, list[int]]:
    """A group's best hits, and its other places in the order of the document."""
    others = sorted((number for number, _score in members[SHOWN:]), key=lambda n: _stable(search.shelf.cards()[n]))
    return members[:SHOWN], others


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


def _shown(search: _Search, ranked: Iterable[tuple[int, float]]) -> dict[int, Hit]:
    """These documents as hits, by their numbers."""
    scores = dict(ranked)
    stored = search.shelf.stored(scores, texts=search.asked.passages)
    return {number: _hit(search, stored[number], score) for number, score in scores.items()}


def _hit(search: _Search, stored: Stored, score: float) -> Hit:
    if not search.asked.passages:
        return Hit(entry=stored.entry, score=score)
    body = stored.body
    passage = best_passage(body.text, search.stems)
    block = bisect_right(body.anchors, passage.at, key=lambda anchor: anchor[0])
    anchor = body.anchors[block - 1][1] if block else stored.entry.section
    return Hit(entry=stored.entry, score=score, passage=passage.pieces, anchor=anchor)
