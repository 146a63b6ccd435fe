"""A question as words to look for in an index, each with other words that would do."""

from __future__ import annotations

from itertools import chain

from workspace.search import analysis, asking, lexicon
from workspace.search.counting import Shelf
from workspace.search.postings import SHORTEST_CLOSE
from workspace.search.scoring import Wanted

_MOST_TERMS = 24  # of a question that are looked up, and
_MOST_HELD = 8_000  # documents that hold them in all
_RARE = 5  # of several words, one in no more documents is looked for in others too; a single one when nothing holds it
_MOST_OTHERS = 8
_MOST_HELD_OTHER = 2_000  # documents; a word in more of them tells too little, and takes long
_CLOSE_WORTH = 0.8
_SYNONYM_WORTH = 0.4

_SYNONYMS = lexicon.others(lexicon.rows(lexicon.SYNONYMS), analysis.stem)


def wanted(shelf: Shelf, question: asking.Question, text_fields: list[str]) -> list[Wanted]:
    """Any of the words asked for, also of those that must be there: the more the better.

    A question in one word that is found gets just that.
    """
    stems = tuple(dict.fromkeys((*chain(*question.required), *question.wanted)))
    enough = 0 if len(stems) == 1 else _RARE
    return [
        Wanted(stem) if held > enough else _wanted(shelf, stem, text_fields)
        for stem, held in _telling(shelf, stems, text_fields)
    ]


def _telling(shelf: Shelf, stems: tuple[str, ...], text_fields: list[str]) -> list[tuple[str, int]]:
    """The words that tell most, the rarest first: so many that the question does not take long, and two at least."""
    telling: list[tuple[str, int]] = []
    all_held = 0
    for held, stem in sorted((_held(shelf, stem, text_fields), stem) for stem in stems):
        if len(telling) >= 2 and (len(telling) >= _MOST_TERMS or all_held > _MOST_HELD):
            break
        telling.append((stem, held))
        all_held += held
    return telling


def _wanted(shelf: Shelf, stem: str, text_fields: list[str]) -> Wanted:
    """A word with others that would do, of those that the texts hold."""
    others = {other: _SYNONYM_WORTH for other in _SYNONYMS.get(stem, ())}
    if (written := asking.transcribed(stem)) != stem:
        others[analysis.stem(written)] = 1.0
    if len(stem) >= SHORTEST_CLOSE and stem.isalpha():
        others = _close(shelf, stem, text_fields) | others
    kept = {other: worth for other, worth in others.items() if 0 < _held(shelf, other, text_fields) <= _MOST_HELD_OTHER}
    return Wanted(stem, tuple(kept.items()))


def _close(shelf: Shelf, stem: str, text_fields: list[str]) -> dict[str, float]:
    """The words of the index written much like this one: another form, a slip, a compound with the same beginning."""
    close: dict[str, float] = {}
    for segment, _offset, part in shelf.leaves:
        for field in text_fields:
            close |= part.postings.close(field, part.words(segment, field), stem)
    nearest = sorted(close.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST_OTHERS]
    return {other: _CLOSE_WORTH * likeness**3 for other, likeness in nearest}


def _held(shelf: Shelf, stem: str, text_fields: list[str]) -> int:
    return sum(
        part.postings.frequency(segment, field, stem)
        for segment, _offset, part in shelf.leaves
        for field in text_fields
    )
