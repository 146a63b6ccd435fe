"""What a search can be narrowed by, in words: the check boxes beside the hits, and the chips of what is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from werkzeug.datastructures import MultiDict

from workspace import clean
from workspace.documents import names as document_names
from workspace.documents.model import KINDS as SOURCES
from workspace.documents.model import LANGUAGES, LONGEST_TAG
from workspace.search import names
from workspace.search.port import FACETS
from workspace.text import as_sentence

SHOWN = 8  # choices of a facet that stand open; the others are folded
MOST_SHOWN = 60
MOST_CHOSEN = 30  # values of one facet
KINDS = ("document", "comment", "measure", "opportunity", "outcome")

Filters = Mapping[str, tuple[str, ...]]
_ALLOWED = {"kind": KINDS, "source": SOURCES, "language": LANGUAGES, "unreadable": ("1",)}


class Choice(NamedTuple):
    """A value that hits can be narrowed to."""

    value: str
    text: str
    hits: int
    is_chosen: bool


class Facet(NamedTuple):
    """A row of choices; `folded` are those that are shown on demand."""

    name: str
    legend: str
    choices: Sequence[Choice]
    folded: Sequence[Choice]


def read(query: MultiDict[str, str], municipalities: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The filters of an address. What makes no sense there is passed over."""
    filters = {}
    for facet in FACETS:
        values = dict.fromkeys(clean.clean_line(value[:200]) for value in query.getlist(facet)[:MOST_CHOSEN])
        if kept := tuple(value for value in values if _makes_sense(facet, value, municipalities)):
            filters[facet] = kept
    return filters


def _makes_sense(facet: str, value: str, municipalities: Mapping[str, str]) -> bool:
    if facet in _ALLOWED:
        return value in _ALLOWED[facet]
    if facet == "municipality":
        return value in municipalities
    if facet == "year":
        return len(value) == 4 and value.isascii() and value.isdigit()
    return 0 < len(value) <= LONGEST_TAG


def shown(
    counts: Mapping[str, Sequence[tuple[str, int]]], filters: Filters, municipalities: Mapping[str, str]
) -> list[Facet]:
    """The facets that have something to choose. What is chosen stays, also when nothing is left of it."""
    facets = []
    for name in FACETS:
        chosen = filters.get(name, ())
        counted = dict.fromkeys(chosen, 0) | dict(counts.get(name, ()))
        choices = [
            Choice(value, text(name, value, municipalities), count, value in chosen)
            for value, count in counted.items()
            if name != "municipality" or value in municipalities
        ]
        choices = _in_order(name, choices)[:MOST_SHOWN]
        open_ = [choice for at, choice in enumerate(choices) if at < SHOWN or choice.is_chosen]
        if choices:
            facets.append(Facet(name, names.facet(name), open_, [one for one in choices if one not in open_]))
    return facets


def _in_order(name: str, choices: list[Choice]) -> list[Choice]:
    """Municipalities by the alphabet, for all are equal; years newest first; else what has most hits."""
    if name == "municipality":
        return sorted(choices, key=lambda choice: clean.alphabetical(choice.text))
    if name == "year":
        return sorted(choices, key=lambda choice: choice.value, reverse=True)
    return sorted(choices, key=lambda choice: (-choice.hits, clean.alphabetical(choice.text)))


def text(name: str, value: str, municipalities: Mapping[str, str]) -> str:
    """A value of a facet, in the reader's language."""
    match name:
        case "kind":
            return names.kinds(value)
        case "source":
            return document_names.kind(value)
        case "municipality":
            return municipalities.get(value, value)
        case "language":
            return as_sentence(document_names.language(value))
        case "unreadable":
            return names.unreadable()
    return value
