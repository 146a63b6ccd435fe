"""How Norwegian text becomes the words that are searched for: the same for what is kept and for what is asked.

A word is a run of letters and digits. A word with hyphens counts in its parts and as one ("CO2-fangst": co2, fangst,
co2fangst). Words of the stop list are left out, and the rest is cut to its stem, so that bokmål and nynorsk forms of
one word meet: kommuner, kommunar and kommunene are all `kommun`. The letters æ, ø and å are letters of their own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import version
from threading import Lock
from typing import NamedTuple

import snowballstemmer

from workspace.search import lexicon

LONGEST_WORD = 64  # characters; what is longer is no word anybody searches for, and is cut

# Bokmål and nynorsk words too common to tell texts apart, with the question words. Words that turn the meaning stay
# searchable: ikke, ikkje, mot, uten, utan, ingen, aldri, alle.
_COMMON = """
    og i på som er det den de en et ei til av for å at med har hadde ha fra frå om var vart vært være vere vera
    ble blei blir bli blitt vert verte vorte skal skulle kan kunne kunna vil ville må måtte bør burde
    jeg eg meg du deg han ham hun ho hennes henne hans seg sin si sitt sine vi me oss vår vårt våre dere dykk dykkar
    deres deira dei dem min mitt mine mi din ditt dine di man ein eit eitt
    dette denne disse desse slik slike sånn der her da då nå no når så også òg eller men enn dersom hvis viss
    fordi siden sidan etter ved hos under over mellom inn ut opp ned bare berre jo nok vel
    hva kva hvem kven hvilken hvilket hvilke hvor kor hvordan korleis hvorfor kvifor kvar hver hvert kvart
    ifra idet mens medan samt både blant annet anna andre noe noko noen nokon nokre mange mer meir mest
    får fikk fekk gjør gjer gjøre gjere gjort gikk går gå kom kommer kjem
"""
STOP = frozenset(_COMMON.split())

_HYPHENS = "-\u2010\u2011"
_SOFT_HYPHEN = "\u00ad"
_LETTER = rf"(?:[^\W_]|{_SOFT_HYPHEN})"
_WORD = re.compile(rf"{_LETTER}+(?:[{_HYPHENS}]{_LETTER}+)*")
_PART = re.compile(rf"{_LETTER}+")

# What the Norwegian stemmer leaves apart. It wants a consonant before an ending (kaien, byen, øyene), cuts one ending
# of two (lager, lageret), has no rule for -erne, and keeps the r that lager, senter and register lose their e before.
_PLURAL_OF_AGENTS = re.compile(r"(?<=[^\W_]{2}er)nes?$")
_OPEN_SYLLABLE = re.compile(r"([^aeiouyæøå]+[aeiouyæøå]{1,2}|[aeiouyæøå]{2})(?:ene|en|et|er|ane|an|ar|a)")
_LONE_R = re.compile(r"(?<=[^\W_][^\W_aeiouyæøå])r$")

_stemmer = snowballstemmer.stemmer("norwegian")
_stemmer_lock = Lock()  # it keeps the word it works on in itself


class Word(NamedTuple):
    """A searchable word: its stem, where it stands in the text (characters), and which in the row of words it is."""

    stem: str
    start: int
    end: int
    position: int
    joined: bool = False  # made of the parts of a hyphenated word, which also stand for themselves


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The stem of one word, "" for a word of the stop list."""
    word = word.replace(_SOFT_HYPHEN, "").lower()[:LONGEST_WORD]
    return "" if word in STOP else _NYNORSK.kept_as(_cut(word))


def _cut(word: str) -> str:
    """A word without its endings."""
    with _stemmer_lock:
        cut = str(_stemmer.stemWord(_stemmer.stemWord(_PLURAL_OF_AGENTS.sub("", word))))
    open_syllable = _OPEN_SYLLABLE.fullmatch(cut)
    return open_syllable[1] if open_syllable else _LONE_R.sub("", cut)


_NYNORSK = lexicon.Lexicon(lexicon.rows(lexicon.NYNORSK), _cut)


def words(text: str) -> Iterator[Word]:
    """The searchable words of a text in composed form (NFC), in their order."""
    position = 0
    for match in _WORD.finditer(text):
        found, start, end = match[0], match.start(), match.end()
        if found.isalnum():
            if stemmed := stem(found):
                yield Word(stemmed, start, end, position)
                position += 1
            continue
        parts = _PART.findall(found)
        if len(parts) > 1 and not found.replace("-", "").isdigit() and (stemmed := stem("".join(parts))):
            yield Word(stemmed, start, end, position, joined=True)
        for part in _PART.finditer(text, start, end):
            if stemmed := stem(part[0]):
                yield Word(stemmed, part.start(), part.end(), position)
                position += 1


def fingerprint() -> str:
    """Changes when the analysis does: an index made with another one has to be made again."""
    patterns = (_WORD, _PLURAL_OF_AGENTS, _OPEN_SYLLABLE, _LONE_R)
    made_of = ["3", version("snowballstemmer"), str(LONGEST_WORD), *(p.pattern for p in patterns), *sorted(STOP)]
    made_of.append(lexicon.fingerprint())
    return hashlib.sha256(" ".join(made_of).encode()).hexdigest()[:16]
