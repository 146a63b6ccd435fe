"""Who is named with an @ in a text: people, municipalities, organisations and groups. Pure.

A name is found as it is written, whatever its case, and the longest that fits is the one that is meant: «@Kari Nes» is
not «@Kari» followed by a word. What stands in code, in a link or in an address of e-mail names nobody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

# What names nobody: code in fences and in ticks, links with their words, bare addresses, e-mail. Nothing here goes back
# over what it has read: a text of 20,000 odd characters takes no longer than another.
_PASSED_OVER = re.compile(
    r"^(?P<fence>```+|~~~+).*?(?:^(?P=fence)|\Z)"
    r"|(?<!`)(?P<ticks>`++).+?(?<!`)(?P=ticks)(?!`)"
    r"|!?\[[^\[\]\n]*+\]\([^()\n]*+\)"
    r"|<[^<>\s]++>"
    r"|(?<![\w+.-])[a-z][a-z0-9+.-]*+://\S++"
    r"|(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)


class Mention(NamedTuple):
    """A name in a text, as `key` has it, and where it stands with its @."""

    name: str
    start: int
    end: int


class Names:
    """Names that can be mentioned, ready to be looked for."""

    def __init__(self, names: Iterable[str]) -> None:
        self._known = frozenset(key(name) for name in names) - {""}
        longest_first = sorted(self._known, key=lambda name: (-len(name), name))
        self._pattern = re.compile(
            rf"(?<![\w@./+\\-])@({'|'.join(_words(name) for name in longest_first)})(?![\w@])(?![-’'.]\w)",
            re.IGNORECASE,
        )

    def found(self, text: str) -> list[Mention]:
        """The names in a text, in the order they stand. Offsets are those of the text in NFC."""
        if "@" not in text or not self._known:
            return []
        seen = _PASSED_OVER.sub(lambda passed: " " * len(passed.group()), unicodedata.normalize("NFC", text))
        return [
            Mention(key(found.group(1)), found.start(), found.end())
            for found in self._pattern.finditer(seen)
            if key(found.group(1)) in self._known
        ]


def key(name: str) -> str:
    """A name as it is compared: in NFC, of any case, with single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).split()).casefold()


def _words(name: str) -> str:
    return r"[^\S\n]++".join(re.escape(word) for word in name.split())
