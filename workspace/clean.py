"""Text as people type it, and as we keep it."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from workspace.errors import BadRequest, _

_KEPT_CONTROLS = {"\n", "\t"}
_BIDI_CONTROLS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def clean_text(text: str) -> str:
    """Text as we keep it: NFC, line ends as \\n, no control characters. Raises BadRequest for what is not text."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise BadRequest(_("Teksten inneholder tegn som ikke kan lagres."))
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(c for c in text if c in _KEPT_CONTROLS or unicodedata.category(c) != "Cc")


def clean_line(text: str) -> str:
    """A name or title: clean text on one line, without characters that turn the reading direction."""
    return " ".join("".join(c for c in clean_text(text) if c not in _BIDI_CONTROLS).split())


def is_blank(text: str) -> bool:
    """Whether nothing can be seen: only spaces, joiners and fillers (U+3164 and its kind)."""
    return not any(unicodedata.category(c)[0] not in "ZC" and c not in "\u3164\u115f\u1160\uffa0" for c in text)


@lru_cache(maxsize=10_000)
def alphabetical(name: str) -> str:
    """The key that sorts names as Norwegians do: æ, ø, å last, aa as å, other accents as their letter."""
    folded = name.casefold().replace("aa", "å")
    letters = []
    for character in folded:
        if character in "æøå":
            letters.append({"æ": "{", "ø": "|", "å": "}"}[character])
        else:
            letters.append(unicodedata.normalize("NFD", character)[0])
    return "".join(letters)
