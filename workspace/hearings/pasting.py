"""An e-mail as it was pasted: who it is from and when it came, read from the lines above its text."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

_HEADS = {
    "fra": "from", "frå": "from", "from": "from", "avsender": "from", "avsendar": "from",
    "sendt": "sent", "sent": "sent", "dato": "sent", "date": "sent",
    "til": "to", "to": "to", "kopi": "to", "cc": "to", "bcc": "to", "svar til": "to", "reply-to": "to",
    "emne": "subject", "subject": "subject", "vedlegg": "to", "attachments": "to",
    "prioritet": "to", "importance": "to", "viktighet": "to",
}  # fmt: skip
_HEAD = re.compile(r"^[*>\s]*([^\W\d_]+(?:[- ][^\W\d_]+)?)\s*:\s*\**\s*(.*)$")
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+\.[^\s@<>,;:\"()\[\]\\]+")
_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_NUMBERS = re.compile(r"\b(\d{1,2})[./](\d{1,2})[./](\d{4}|\d{2})\b")
_WORDS = re.compile(r"\b(\d{1,2})\.?\s+([^\W\d_]+)\.?,?\s+(\d{4})\b")
_ENGLISH = re.compile(r"\b([^\W\d_]+)\s+(\d{1,2}),?\s+(\d{4})\b")
_MONTHS = ("jan", "feb", "mar", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "des")
_OTHERS = {"may": "mai", "oct": "okt", "dec": "des"}


class Pasted(NamedTuple):
    """What could be read of an e-mail; "" for what could not."""

    name: str = ""
    email: str = ""
    sent: str = ""  # the day, as ISO writes it
    text: str = ""


def read(pasted: str) -> Pasted:
    """The sender, the day and the text of a pasted e-mail. Without lines such as «Fra:», all of it is text."""
    lines = pasted.strip().split("\n")
    heads, first = _heads(lines)
    if "from" not in heads:
        return Pasted(text=pasted.strip())
    name, email = _sender(heads["from"])
    return Pasted(name, email, _day(heads.get("sent", "")), "\n".join(lines[first:]).strip())


def _heads(lines: list[str]) -> tuple[dict[str, str], int]:
    """The lines above the text by what they say, and which line the text begins on."""
    heads: dict[str, str] = {}
    for at, line in enumerate(lines):
        match = _HEAD.match(line)
        kind = _HEADS.get(match[1].casefold()) if match else None
        if match and kind:
            heads.setdefault(kind, match[2].strip(" *"))
        elif line.strip() and not (heads and line[:1] in " \t"):  # a head that goes on is indented
            return heads, at
    return heads, len(lines)


def _sender(line: str) -> tuple[str, str]:
    """The name and the address: «Kari Nordmann <kari@sted.no>», «kari@sted.no», «Nordmann, Kari [mailto:...]»."""
    found = _ADDRESS.search(line.replace("mailto:", ""))
    email = found[0] if found else ""
    name = re.sub(r"[<(\[].*$", "", line.replace(email, "") if email else line).strip(" \"'«»,;")
    last, comma, first = name.partition(", ")
    return (f"{first} {last}" if comma and " " not in last else name), email


def _day(line: str) -> str:
    """A day as e-mail programs write it, in ISO; "" where none can be read."""
    try:
        if match := _ISO.search(line):
            return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
        if match := _NUMBERS.search(line):
            year = int(match[3]) + (2000 if len(match[3]) == 2 else 0)
            return date(year, int(match[2]), int(match[1])).isoformat()
        if (match := _WORDS.search(line)) and (month := _month(match[2])):
            return date(int(match[3]), month, int(match[1])).isoformat()
        if (match := _ENGLISH.search(line)) and (month := _month(match[1])):
            return date(int(match[3]), month, int(match[2])).isoformat()
    except ValueError:
        return ""
    return ""


def _month(word: str) -> int:
    start = word.casefold()[:3]
    start = _OTHERS.get(start, start)
    return _MONTHS.index(start) + 1 if start in _MONTHS else 0
