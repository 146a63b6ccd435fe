"""What somebody wrote themselves in an answer by mail, and what their program put in: quotes, headers and signatures.

Only what is known for certain is taken away: a line that a program marks as quoted, a headline above a quote as
programs in bokmål, nynorsk and English write it, and a signature behind its sign. Text below or between quotes stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from workspace.notices import headlines
from workspace.notices.letters import MARKED


class Line(NamedTuple):
    """A line of a message, and whether the program marks it as somebody else's."""

    text: str
    quoted: bool = False


_DIVIDER = re.compile(
    r"-{2,}\s*(?:opprinnelig melding|opphavleg melding|opprinneleg melding|original message|videresendt melding"
    r"|vidaresendt? melding|forwarded message|videresendt e-post|opprinnelig e-post)\s*-{2,}",
    re.IGNORECASE,
)
_FROM = re.compile(r"\*?(?:fra|frå|from)\s*:\*?\s*\S", re.IGNORECASE)
_OTHER_HEADER = re.compile(
    r"\*?(sendt?|sent|dato|date|til|to|kopi|cc|emne|subject|svar til|reply-to)\s*:\*?(?:\s|$)", re.IGNORECASE
)
_RULE = re.compile(r"_{10,}")
_SENT_FROM = re.compile(
    r"(?:(?:sendt?|sende|sent) (?:fra|frå|from|via) (?:(?:min|mi|mitt|my|a|en|ein) )?"
    r"(?:iphone|ipad|ipod|mac|mobil|mobilen|mobile|telefon|telefonen|phone|smarttelefon|smartphone|nettbrett|tablet"
    r"|android|samsung|galaxy|huawei|xperia|pixel|oneplus|nokia|sony|blackberry|windows|outlook|e-post|mail|gmail|yahoo"
    r"|proton)(?:[ \-].{0,60})?"
    r"|(?:få|skaff deg|last ned|hent|get) outlook (?:for|til) .{1,80}"
    r"|(?:hentet|henta|fetched) (?:fra|frå|from) .{0,20}outlook.{0,60})",
    re.IGNORECASE,
)
_HEADER_LINES = 7  # among which the others are, below the first


def own_words(lines: Sequence[Line]) -> str:
    """What the sender has written, without blank lines around it; "" where nothing is."""
    kept: list[str] = []
    part: list[str] = []
    number = 0
    while number < len(lines):
        line = lines[number]
        if line.quoted:
            _end_part(kept, part)
            number += 1
            continue
        if _begins_original(lines, number):
            break
        over = _headline(lines, number)
        if over and _next_is_theirs(lines, number + over):
            _end_part(kept, part)
            number += over
        elif over and _is_certain(lines, number, over):
            break
        else:
            part.append(line.text)
            number += 1
    _end_part(kept, part)
    return "\n\n".join(kept)


def _end_part(kept: list[str], part: list[str]) -> None:
    """Keep the lines up to here, without a signature at their end."""
    sign = next((at for at, line in enumerate(part) if _visible(line, keep_end=True) == "-- "), len(part))
    lines = part[:sign]
    part.clear()
    while lines and (not lines[-1].strip() or _SENT_FROM.fullmatch(_visible(lines[-1]))):
        lines.pop()
    text = "\n".join(lines).strip()
    if text:
        kept.append(text)


def _begins_original(lines: Sequence[Line], number: int) -> bool:
    """Whether all from here on is the message that is answered: our own mark, a divider, or its headers."""
    text = _visible(lines[number].text)
    if text.startswith(MARKED) and text.endswith(MARKED) and len(text) > 2 * len(MARKED):
        return True
    if _DIVIDER.fullmatch(text):
        return True
    if _RULE.fullmatch(text):
        below = _after_blanks(lines, number + 1)
        return below < len(lines) and bool(_FROM.match(_visible(lines[below].text)))
    return _are_headers(lines, number)


def _are_headers(lines: Sequence[Line], number: int) -> bool:
    """Whether the headers of a message stand here, as Outlook writes them: who it is from, and two more."""
    if not _FROM.match(_visible(lines[number].text)):
        return False
    found = set()
    for line in lines[number + 1 : number + 1 + _HEADER_LINES]:
        header = _OTHER_HEADER.match(_visible(line.text))
        if header:
            found.add(header[1].lower())
    return len(found) >= 2


def _headline(lines: Sequence[Line], number: int) -> int:
    """How many lines from here on are the headline of a quote; 0 where none begins here."""
    texts = []
    for line in lines[number : number + headlines.MOST_LINES]:
        if line.quoted:
            break
        texts.append(_visible(line.text))
    return headlines.lines_of(texts)


def _is_certain(lines: Sequence[Line], number: int, over: int) -> bool:
    """Whether what follows a headline without being marked as quoted is theirs all the same."""
    if headlines.is_certain(" ".join(_visible(line.text) for line in lines[number : number + over])):
        return True
    below = _after_blanks(lines, number + over)
    return below < len(lines) and _begins_original(lines, below)


def _next_is_theirs(lines: Sequence[Line], number: int) -> bool:
    below = _after_blanks(lines, number)
    return below < len(lines) and lines[below].quoted


def _after_blanks(lines: Sequence[Line], number: int) -> int:
    while number < len(lines) and not lines[number].text.strip() and not lines[number].quoted:
        number += 1
    return number


def _visible(text: str, keep_end: bool = False) -> str:
    """A line as it is compared: with ordinary spaces only."""
    if text.isascii():
        return text if keep_end else text.strip()
    plain = re.sub(r"[\u00a0\u202f\u2007]", " ", text).replace("\u200b", "").replace("\ufeff", "")
    return plain if keep_end else plain.strip()
