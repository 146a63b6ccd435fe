"""Text files: what encoding they are in, RTF, and text as Markdown that says the same."""

from __future__ import annotations

import re
import unicodedata

from striprtf.striprtf import rtf_to_text

from workspace.extraction import model
from workspace.extraction.model import Extract, Refused

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_WORD = re.compile(r"[^\W_]")
_SIGNS = re.compile(r"([\\`*_\[\]<])")
_LINE_STARTS = re.compile(r"(?m)^(\s*)(#{1,6}|[-+>]|=+$|-+$)")
_NUMBERED = re.compile(r"(?m)^(\s*\d+)([.)])(?=\s)")


def decoded(content: bytes) -> str:
    """The text of a file. Older Norwegian files are in Windows-1252, which takes nearly any bytes.

    Raises Refused for what is not text.
    """
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            raise Refused(model.NOT_TEXT) from None
    if _CONTROLS.search(text):
        raise Refused(model.NOT_TEXT)
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def cleaned(text: str) -> str:
    """Text out of a file of another kind, without the control characters that such files leave in it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00ad", "").replace("\u2028", "\n")
    text = _CONTROLS.sub("", text.replace("\x0b", "\n")).replace("\x0c", "\n").replace("\x1b", "").replace("\ufffe", "")
    return unicodedata.normalize("NFC", "".join(letter for letter in text if not 0xD800 <= ord(letter) <= 0xDFFF))


def as_markdown(text: str) -> str:
    """Plain text as Markdown that shows just that: signs that would mean something are escaped."""
    text = _SIGNS.sub(r"\\\1", text)
    text = _LINE_STARTS.sub(lambda match: match[1] + "\\" + match[2], text)
    return _NUMBERED.sub(r"\1\\\2", text)


def read_text(content: bytes) -> Extract:
    """A Markdown or text file, as it was written."""
    return flowing(decoded(content))


def read_rtf(content: bytes) -> Extract:
    """An RTF file: its paragraphs. What stands in cells is parted by |."""
    text = rtf_to_text(content.decode("cp1252", "replace"), encoding="cp1252", errors="replace")  # type: ignore[no-untyped-call]
    paragraphs = [line.strip() for line in cleaned(text).split("\n")]
    return flowing("\n\n".join(as_markdown(paragraph) for paragraph in paragraphs if paragraph))


def flowing(text: str, *, title: str = "", pictures: int = 0) -> Extract:
    """A text that flows, cut at the longest we keep."""
    text = text.strip() if _WORD.search(text) else ""
    state = model.READ if text else model.EMPTY
    if len(text.encode()) > model.LONGEST_TEXT:
        cut = text.encode()[: model.LONGEST_TEXT].decode("utf-8", "ignore")
        text, state = cut[: max(cut.rfind("\n\n"), len(cut) // 2)], model.PARTIAL
    return Extract(state=state, text=text, title=title, pictures=pictures)
