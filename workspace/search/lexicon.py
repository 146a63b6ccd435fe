"""What bokmål and nynorsk write differently, so that a question in one finds texts in the other.

Stems are kept in one form, in texts as in questions. Regular differences are rules (mulig/mogleg, åpning/opning), the
others stand in the list `nynorsk.txt`, and a part of a compound is treated as the word it is (skulebygg/skolebygg).
Words of the trade that mean the same (reiseliv/turisme) stand in `synonyms.txt`: those stay apart in the index, and a
question asks for them too, for less.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

_FOLDER = Path(__file__).parent
_SHORTEST_PART = 4  # letters of a word that is looked for inside compounds, and
_SHORTEST_REST = 3  # of what is left of the compound

# In the order in which they are applied, to stems.
RULES = (
    (re.compile(r"^hv"), "kv"),
    (re.compile(r"^frem(?=.{3})"), "fram"),
    (re.compile(r"(?<=.{2})leg(?=$|t$|heit|het|gj)"), "lig"),
    (re.compile(r"(?<=.{2})heit"), "het"),
    (re.compile(r"^før(?=e[^aeiouyæøå])(?=.{6})"), "for"),  # førebygg, føremål
    (re.compile(r"^fråv"), "frav"),
    (re.compile(r"^sjølv(?=.{3})"), "selv"),
    (re.compile(r"(?<=[gkv])j(?=ing$|$)"), ""),  # byggj, søkj, krevj
    (re.compile(r"(?<=[^\W_])tj(?=ing$|$)"), "tt"),  # setj, tilsetjing
    (re.compile(r"(?<=.{2}[^aeiouyæøåni])ning(?=$|s)"), "ing"),  # opplysning, opplysing
    (re.compile(r"(?<=.{4})ing$"), ""),  # utviding, utvidelse
    (re.compile(r"(?<=.{3}(?:som|sam|bar))t$"), ""),  # lønnsomt, holdbart
    (re.compile(r"(?<=.{3}(?:al|iv|ær))t$"), ""),  # kommunalt, aktivt, populært
    (re.compile(r"(?<=.{3})elt$"), "ell"),  # formelt, formell
)


def regular(stem: str) -> str:
    """A stem with what is regular put in one form."""
    for pattern, written in RULES:
        stem = pattern.sub(written, stem)
    return stem


class Lexicon:
    """The stems that are kept as others, and the parts of compounds that are."""

    def __init__(self, rows: Iterable[tuple[str, ...]], stem: Callable[[str], str]) -> None:
        """Take in rows of words that are kept as the first of their row; "-word" and "word-" are parts alone."""
        self._same: dict[str, str] = {}
        self._first: dict[str, str] = {}
        self._last: dict[str, str] = {}
        for row in rows:
            self._take(row, stem)
        self._same = {key: _followed(self._same, key) for key in self._same}
        parts = {key: kept for key, kept in self._same.items() if key != kept and len(key) >= _SHORTEST_PART}
        self._first = parts | self._first
        self._last = parts | self._last

    def kept_as(self, stem: str) -> str:
        """The one form of a stem."""
        stem = regular(stem)
        if stem in self._same:
            return self._same[stem]
        if len(stem) < _SHORTEST_PART + _SHORTEST_REST:
            return stem
        return self._with_last(self._with_first(stem))

    def _with_first(self, stem: str) -> str:
        for end in range(len(stem) - _SHORTEST_REST, _SHORTEST_REST - 1, -1):
            if kept := self._first.get(stem[:end]):
                return stem if stem.startswith(kept) else kept + stem[end:]
        return stem

    def _with_last(self, stem: str) -> str:
        for start in range(_SHORTEST_REST, len(stem) - _SHORTEST_REST + 1):
            if kept := self._last.get(stem[start:]):
                return stem if stem.endswith(kept) else stem[:start] + kept
        return stem

    def _take(self, row: tuple[str, ...], stem: Callable[[str], str]) -> None:
        first = row[0]
        if first.endswith("-"):
            self._first |= {word.rstrip("-"): first.rstrip("-") for word in row[1:]}
        elif first.startswith("-"):
            kept = regular(stem(first.lstrip("-")))
            self._last |= {regular(stem(word.lstrip("-"))): kept for word in row[1:]}
        else:
            kept = regular(stem(first))
            for word in row[1:]:
                if (key := regular(stem(word))) and kept and key != kept:
                    self._same.setdefault(key, kept)


def _followed(same: Mapping[str, str], key: str) -> str:
    """The end of a chain: what a stem is kept as may itself be kept as another."""
    seen = {key}
    while (kept := same.get(key, key)) not in seen:
        seen.add(kept)
        key = kept
    return key


def rows(name: str) -> list[tuple[str, ...]]:
    """The rows of a list beside this file: words with "=" or spaces between, "#" before a remark."""
    lines = (_FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [tuple(line.replace("=", " ").split()) for line in lines if line.strip() and not line.startswith("#")]


def others(rows: Iterable[tuple[str, ...]], stem: Callable[[str], str]) -> dict[str, tuple[str, ...]]:
    """For each stem the other stems of the rows it stands in."""
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        stems = [one for one in map(stem, row) if one]
        for one in stems:
            found.setdefault(one, {}).update({other: None for other in stems if other != one})
    return {one: tuple(stems) for one, stems in found.items() if stems}


NYNORSK, SYNONYMS = "nynorsk.txt", "synonyms.txt"


def fingerprint() -> str:
    """Changes when stems are kept in another form than before."""
    return " ".join(f"{pattern.pattern} {written}" for pattern, written in RULES) + repr(rows(NYNORSK))
