"""The line that mail programs write above what is quoted: «Den 3. nov. 2026 kl. 12.00 skrev Kari <kari@...>:».

In bokmål, nynorsk and English, and as long as it fits no line, broken over several. It is read word by word, so that
no message can make it slow.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST_LINES = 4  # that a program may break one over
_LONGEST = 300  # characters
_MOST_NAME = 14  # words
_VERBS = {"skrev", "skreiv", "wrote"}
_OPENERS = {"on", "den", "på"}
_FOLLOWING = {"følgende", "følgjande"}
_WEEKDAYS = {
    "mandag", "måndag", "monday", "tirsdag", "tysdag", "tuesday", "onsdag", "wednesday", "torsdag", "thursday",
    "fredag", "friday", "lørdag", "laurdag", "saturday", "søndag", "sundag", "sunday",
}  # fmt: skip
_MONTHS = {
    "januar", "january", "februar", "february", "mars", "march", "april", "mai", "may", "juni", "june", "juli", "july",
    "august", "september", "oktober", "october", "november", "desember", "december",
}  # fmt: skip
_WEEKDAYS |= {day[:length] for day in _WEEKDAYS for length in (3, 4)}
_MONTHS |= {month[:length] for month in _MONTHS for length in (3, 4)}
_OTHER_DATE_WORDS = {"kl", "klokka", "klokken", "at", "am", "pm", "cet", "cest", "utc", "gmt", "den", "på", "on"}
_DATE_WORDS = _WEEKDAYS | _MONTHS | _OTHER_DATE_WORDS
_NUMBER = re.compile(r"[+-]?\d[\d.:/-]*(?:st|nd|rd|th)?")
_WHOLE_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\D?|\d{4}-\d{2}-\d{2}\D?")
_ADDRESS = re.compile(r"[<(\[]?[^\s<>()\[\]@]+@[^\s<>()\[\]@]+")
_TIME = re.compile(r"(?<![\d.:/-])\d{1,2}[:.]\d{2}(?::\d{2})?(?![\d.:/-]*\d)")


def lines_of(lines: Sequence[str]) -> int:
    """How many of these lines, from the first, are the headline of a quote; 0 where it is none."""
    if not any(verb in line.lower() for line in lines[:MOST_LINES] for verb in _VERBS):
        return 0
    for over in range(1, min(MOST_LINES, len(lines)) + 1):
        if not lines[over - 1].strip():
            return 0
        if _is_headline(lines[:over]):
            return 0 if any(_begins_later(lines[:over], at) for at in range(1, over)) else over
    return 0


def is_certain(headline: str) -> bool:
    """Whether only a program writes this: with a time of day, or an address."""
    return bool(_TIME.search(headline) or _ADDRESS.search(headline))


def _begins_later(lines: Sequence[str], at: int) -> bool:
    """Whether a headline begins only at a line further down: somebody's own last line may stand right above one."""
    if lines[at].lstrip().startswith("<") or not _is_headline(lines[at:]):
        return False  # an address goes with the name before it
    return _begins_date(lines[at].split()) or not _begins_date(lines[0].split())


def _is_headline(lines: Sequence[str]) -> bool:
    joined = " ".join(lines)
    if len(joined) > _LONGEST or not joined.rstrip().endswith(":"):
        return False
    words = joined.rstrip().removesuffix(":").split()
    verbs = [at for at, word in enumerate(words) if word.lower() in _VERBS]
    return any(_is_around(words, at, lines) for at in verbs)


def _is_around(words: list[str], at: int, lines: Sequence[str]) -> bool:
    """Whether the words on both sides of the verb are a date and a name: date-verb-name, date-name-verb,
    name-verb-date or name-verb."""
    before, after = words[:at], [word for word in words[at + 1 :] if word.lower() not in _FOLLOWING]
    dated = _date_words(before)
    if _begins_date(before) and dated:
        name = before[dated:]
        if name and len(lines) > 1 and words[at].lower() != "wrote":
            return False  # in Norwegian the verb comes before the name there: the first line is somebody's own
        return _is_name(after) and not name if after else _is_name(name)
    if len(lines) > 1 and not _ADDRESS.search(lines[0]):
        return False  # the first line could be somebody's own
    return _is_name(before) and (not after or _date_words(after) == len(after))


def _begins_date(words: Sequence[str]) -> bool:
    first, second = (_plain(word) for word in [*words, "", ""][:2])
    if first in _OPENERS | _WEEKDAYS or (words and _WHOLE_DATE.fullmatch(words[0])):
        return True
    return (first.isdecimal() and second in _MONTHS) or (first in _MONTHS and second.isdecimal())


def _date_words(words: Sequence[str]) -> int:
    """How many words at the beginning are of a date; 0 where nothing in them says which."""
    count = 0
    for word in words:
        plain = _plain(word)
        if plain and plain not in _DATE_WORDS and not _NUMBER.fullmatch(plain):
            break
        count += 1
    dated = any(_plain(word) in _WEEKDAYS or word[:1].isdigit() for word in words[:count])
    return count if dated else 0


def _is_name(words: Sequence[str]) -> bool:
    """Whether it can be a person's name, with or without an address: no end of a sentence is in it."""
    if not 1 <= len(words) <= _MOST_NAME:
        return False
    return all(_ADDRESS.match(word) or not _ends_sentence(word) for word in words)


def _ends_sentence(word: str) -> bool:
    return word[-1] in "!?;:" or (word[-1] == "." and len(word) > 3)


def _plain(word: str) -> str:
    return word.lower().strip(".,()")
