"""What somebody wrote in an answer by mail: its text out of the parts and the encodings that mail programs use.

Whatever is in a message, this ends soon, and never raises: what can't be read is left out.
"""

from __future__ import annotations

import codecs
from email.message import Message
from typing import NamedTuple

from workspace.clean import clean_text
from workspace.notices import incoming_html, quoting
from workspace.notices.quoting import Line

LONGEST = 1024 * 1024  # bytes of text that are looked at
_DEEPEST = 20  # parts in each other
_MOST_PARTS = 500
_NOT_FOR_PEOPLE = {
    "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature", "text/calendar",
    "text/x-amp-html", "message/delivery-status", "application/ms-tnef",
}  # fmt: skip


class _Found(NamedTuple):
    """The texts of a message, and the files beside them."""

    texts: list[Message]
    files: list[Message]


def new_text(message: Message) -> str:
    """What was written anew in a message, "" where that is nothing."""
    left, texts = LONGEST, []
    for part in _found(message).texts:
        content = _content(part)[:left]
        left -= len(content)
        texts.append(quoting.own_words(_lines(part, content)))
    return "\n\n".join(text for text in texts if text)


def attachments(message: Message) -> int:
    """How many files came with it: they are not taken."""
    return len(_found(message).files)


def own_words(text: str) -> str:
    """A plain text without what it quotes and without signatures; answers between the lines of a quote are kept."""
    return quoting.own_words([_plain_line(line) for line in text.replace("\r\n", "\n").split("\n")])


def _found(message: Message) -> _Found:
    found = _Found([], [])
    _look(message, found, [0], 0)
    return found


def _parts_of(message: Message) -> list[Message]:
    inside = message.get_payload() if message.is_multipart() else []
    return [part for part in inside if isinstance(part, Message)] if isinstance(inside, list) else []


def _look(part: Message, found: _Found, count: list[int], depth: int) -> None:
    """Sort the parts of a message. `count` is of all parts seen so far."""
    count[0] += 1
    if depth > _DEEPEST or count[0] > _MOST_PARTS:
        return
    kind, children = part.get_content_type(), _parts_of(part)
    if not children or kind == "message/rfc822":
        if kind in {"text/plain", "text/html"} and not _is_attachment(part) and not part.get_filename():
            found.texts.append(part)
        elif kind not in _NOT_FOR_PEOPLE:
            found.files.append(part)
    elif kind == "multipart/alternative":
        _look_at_best(children, found, count, depth)
    elif kind in {"multipart/signed", "multipart/related"}:
        _look(children[0], found, count, depth + 1)
        found.files.extend(other for other in children[1:] if kind == "multipart/related" and _is_attachment(other))
    else:
        for child in children:
            _look(child, found, count, depth + 1)


def _look_at_best(children: list[Message], found: _Found, count: list[int], depth: int) -> None:
    """Of parts that say the same: plain text where it says anything, else what else is text."""
    for child in sorted(children, key=lambda child: child.get_content_type() != "text/plain"):
        tried = _Found([], [])
        _look(child, tried, count, depth + 1)
        if any(_content(part).strip() for part in tried.texts):
            found.texts.extend(tried.texts)
            found.files.extend(tried.files)
            return


def _is_attachment(part: Message) -> bool:
    return part.get_content_disposition() == "attachment"


def _content(part: Message) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        return b""
    return content if isinstance(content, bytes) else b""


def _lines(part: Message, content: bytes) -> list[Line]:
    text = clean_text(_decoded(content, part.get_content_charset("utf-8")))
    if part.get_content_type() == "text/html":
        return incoming_html.lines_of(text)
    if str(part.get_param("format", "")).lower() == "flowed":
        return _unflowed(text, without_spaces=str(part.get_param("delsp", "")).lower() == "yes")
    return [_plain_line(line) for line in text.split("\n")]


def _plain_line(line: str) -> Line:
    return Line(line, quoted=line.startswith((">", " >")))


def _decoded(content: bytes, charset: str) -> str:
    """Text of bytes. What calls itself ISO-8859-1 or ASCII is often windows-1252, which is the same and more."""
    try:
        named = codecs.lookup(charset).name
    except (LookupError, ValueError):
        named = "utf-8"
    for name in {"iso8859-1": ["cp1252"], "ascii": ["utf-8", "cp1252"]}.get(named, [named, "utf-8", "cp1252"]):
        try:
            decoded = content.decode(name)
        except (UnicodeError, LookupError):
            continue
        if not any("\ud800" <= character <= "\udfff" for character in decoded):
            return decoded
    return content.decode("latin-1")


def _unflowed(text: str, without_spaces: bool) -> list[Line]:
    """Lines that were broken to be put together again (RFC 3676)."""
    lines: list[Line] = []
    goes_on: list[str] = []  # the pieces of a line that is not at its end
    depth = 0
    for raw in text.split("\n"):
        bare = raw.lstrip(">")
        deep = len(raw) - len(bare)
        bare = bare.removeprefix(" ")
        if goes_on and (deep != depth or bare == "-- "):
            lines.append(Line("".join(goes_on), depth > 0))
            goes_on = []
        depth = deep
        if bare.endswith(" ") and bare != "-- ":
            goes_on.append(bare[:-1] if without_spaces else bare)
        else:
            lines.append(Line("".join([*goes_on, bare]), depth > 0))
            goes_on = []
    return [*lines, Line("".join(goes_on), depth > 0)] if goes_on else lines
