"""What a person typed into the search field, read as plain words.

There is no query language: brackets, stars and colons are not searched for and can't break anything. Two signs mean
something: words in quotation marks stand beside each other, and a word with + before it must be there.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from typing import NamedTuple

from workspace.search import analysis

MOST_CHARACTERS = 2000
MOST_WORDS = 64  # what comes after is passed over, so that no question takes long
LONGEST_ROW = 16  # words in quotation marks
MOST_ROWS = 12

_PIECE = re.compile(r'(\+?)(?:["«“”]([^"«»“”]*)["»“”]|([^\s"«»“”]+))')
_TRANSCRIBED = (("aa", "å"), ("oe", "ø"), ("ae", "æ"))


class Question(NamedTuple):
    """The stems that are looked for: rows of stems that must be there, and stems of which the more the better."""

    required: tuple[tuple[str, ...], ...] = ()
    wanted: tuple[str, ...] = ()

    def stems(self) -> frozenset[str]:
        """Every stem, to mark them in what was found."""
        return frozenset(self.wanted).union(*self.required)


def read(typed: str) -> Question:
    """Read what was typed. The question is empty (false) when only stop words and signs were."""
    typed = unicodedata.normalize("NFC", typed[:MOST_CHARACTERS])
    required: dict[tuple[str, ...], None] = {}
    wanted: dict[str, None] = {}
    left = MOST_WORDS
    for plus, phrase, word in _PIECE.findall(typed):
        found = list(analysis.words(phrase or word))[:left]
        left -= len(found)
        if phrase or plus:
            row = tuple(stem for stem, _ in groupby(part.stem for part in found if not part.joined))[:LONGEST_ROW]
            required.update({row: None} if row else {})
        else:
            wanted.update(dict.fromkeys(part.stem for part in found))
    return Question(tuple(required)[:MOST_ROWS], tuple(wanted))


def transcribed(typed: str) -> str:
    """The same with å, ø and æ for aa, oe and ae, as people write on keyboards that lack the letters."""
    for written, letter in _TRANSCRIBED:
        typed = typed.replace(written, letter).replace(written.title(), letter.upper())
    return typed
