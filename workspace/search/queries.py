"""A question as a query of Whoosh."""

from __future__ import annotations

from itertools import chain
from typing import Any

from whoosh import query

from workspace.search import asking
from workspace.search.scoring import MoreIsBetter

_MOST_TERMS = 24  # of a question that are looked up, and
_MOST_HELD = 8_000  # documents that hold them in all: about a sixth of a second


def wanted(reader: Any, question: asking.Question, text_fields: list[str]) -> Any:
    """Any of the words asked for, also of those that must be there: the more the better."""
    stems = tuple(dict.fromkeys((*chain(*question.required), *question.wanted)))
    telling = _telling(reader, stems, text_fields)
    return MoreIsBetter([query.Term(field, stem) for stem in telling for field in text_fields])


def required(question: asking.Question, text_fields: list[str]) -> list[Any]:
    """What must be there, each by itself."""
    return [query.Or([_row(field, row) for field in text_fields]) for row in question.required]


def _telling(reader: Any, stems: tuple[str, ...], text_fields: list[str]) -> list[str]:
    """The words that tell most, the rarest first: so many that the question does not take long, and two at least."""
    held = {stem: sum(reader.doc_frequency(field, stem) for field in text_fields) for stem in stems}
    telling: list[str] = []
    for stem in sorted(stems, key=lambda stem: held[stem]):
        if len(telling) >= 2 and (len(telling) >= _MOST_TERMS or sum(held[kept] for kept in telling) > _MOST_HELD):
            break
        telling.append(stem)
    return telling


def _row(field: str, row: tuple[str, ...]) -> Any:
    return query.Term(field, row[0]) if len(row) == 1 else query.Phrase(field, list(row))
