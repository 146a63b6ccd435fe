"""Norway's municipalities by number (2024 structure). Source: Kartverket, CC BY 4.0; see NOTICE.md.

Names are not unique (two Herøy, two Våler): the number is the key.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple

from workspace.clean import alphabetical


class Known(NamedTuple):
    """One municipality of the list."""

    number: str  # four digits
    name: str
    county: str

    @property
    def is_double(self) -> bool:
        """Whether another municipality has the same name."""
        return sum(one.name == self.name for one in municipalities().values()) > 1


@cache
def municipalities() -> dict[str, Known]:
    """All 357, by number."""
    rows = json.loads(Path(__file__).with_name("norway.json").read_text(encoding="utf-8"))
    return {row["number"]: Known(row["number"], row["name"], row["county"]) for row in rows}


def matching(words: str) -> list[Known]:
    """Those whose name or county has a word that begins so, or whose number does; in the order of the alphabet."""
    wanted = _plain(words)
    if not wanted:
        return []
    found = (one for one in municipalities().values() if _matches(one, wanted))
    return sorted(found, key=lambda one: (alphabetical(one.name), one.number))


def _matches(one: Known, wanted: str) -> bool:
    texts = (_plain(one.name), _plain(one.county))
    return one.number.startswith(wanted) or any(re.search(rf"\b{re.escape(wanted)}", text) for text in texts)


def _plain(text: str) -> str:
    """Without accents and rings: not everybody has the letters of others on their keyboard."""
    letters = text.casefold().translate({ord("ø"): "o", ord("æ"): "ae", ord("đ"): "d"})
    letters = "".join(c for c in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(c))
    return " ".join(letters.split())
