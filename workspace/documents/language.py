"""Which written language a text is in, by the small words that only one of them has."""

from __future__ import annotations

import re
from collections import Counter

_WORD = re.compile(r"[^\W\d_]+")
_MARKS = {
    "nb": "ikke jeg hun noen noe hva hvor hvordan fra mye hvis være ble kun dette disse hvilke enn de til",
    "nn": "ikkje eg ho nokon noko kva kor korleis frå mykje viss vere vart berre dette desse kva dei ein eit til",
    "en": "the and of is that with are this which not have from will it as on was their has been",
}
_BY_WORD: dict[str, list[str]] = {}
for _language, _words in _MARKS.items():
    for _word in set(_words.split()):
        _BY_WORD.setdefault(_word, []).append(_language)
_MOST_CHARACTERS = 40_000
_FEWEST = 3  # marks, before we say anything


def language_of(text: str, otherwise: str = "") -> str:
    """The language of a text: "nb", "nn" or "en"; `otherwise` when it has too few words to tell."""
    counts: Counter[str] = Counter()
    for match in _WORD.finditer(text[:_MOST_CHARACTERS]):
        languages = _BY_WORD.get(match[0].lower(), [])
        if len(languages) == 1:
            counts[languages[0]] += 1
    [(best, most)] = counts.most_common(1) or [(otherwise, 0)]
    return best if most >= _FEWEST else otherwise
