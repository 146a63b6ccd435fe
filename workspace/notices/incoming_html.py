"""The lines of a message in HTML, with what its program marks as quoted or as a signature known as that.

It is read once from its beginning to its end, whatever is in it: the library's own parser goes back over a comment that
never ends for each one, and takes minutes of a message that is made for that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from workspace.notices.quoting import Line

_UNSEEN = {"head", "script", "style", "title", "template", "svg", "object", "iframe", "select"}
_EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_ON_ITS_OWN = {
    "address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "fieldset", "figure", "footer", "form",
    "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tr",
    "ul", "body", "html",
}  # fmt: skip
_APART = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "pre", "table"}  # with a blank line around
_QUOTED = {"gmail_attr", "moz-cite-prefix", "yahoo_quoted", "protonmail_quote"}
_SIGNATURES = {
    "gmail_signature", "gmail_signature_prefix", "moz-signature", "signature", "ms-outlook-mobile-signature",
    "protonmail_signature_block",
}  # fmt: skip
_ENDS = {"divrplyfwdmsg", "appendonsend", "olk_src_body_section", "mail-editor-reference-message-container"}
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_DEEPEST = 100  # elements in each other
_WITHOUT_TAGS = {"script", "style", "title"}  # in them a tag is text
_NAME = re.compile(r"/?([a-zA-Z][^\s/>]{0,60})")
_ATTRIBUTE = re.compile(r"""\b(class|id|style|href)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_LONGEST_TAG = 8_000  # characters: what is in a longer one is not looked at


def lines_of(html: str) -> list[Line]:
    """The lines that a reader sees."""
    reader = _Reader()
    for tag, is_end, text in _pieces(html):
        if not tag:
            reader.says(text)
        elif is_end:
            reader.ends(tag)
        else:
            reader.begins(tag, _attributes(text))
    return reader.finished()


class _Piece(NamedTuple):
    """A tag, or text where `tag` is ""."""

    tag: str
    is_end: bool
    text: str  # what is in the tag


def _pieces(html: str) -> Iterator[_Piece]:
    at = 0
    while at < len(html):
        begin = html.find("<", at)
        begin = len(html) if begin < 0 else begin
        if begin > at:
            yield _Piece("", False, unescape(html[at:begin]))
        if html.startswith("<!--", begin):
            at = _past(html, "-->", begin + 4)
            continue
        name = _NAME.match(html, begin + 1)
        if begin < len(html) and name is None and html[begin + 1 : begin + 2] not in {"!", "?", "/"}:
            yield _Piece("", False, "<")
            at = begin + 1
            continue
        at = _past(html, ">", begin)
        if name is not None:
            tag, is_end = name[1].lower(), html[begin + 1] == "/"
            yield _Piece(tag, is_end, html[name.end() : min(at - 1, name.end() + _LONGEST_TAG)])
            if tag in _WITHOUT_TAGS and not is_end:
                end = re.compile(f"</{tag}", re.IGNORECASE).search(html, at)
                at = end.start() if end else len(html)


def _past(html: str, what: str, at: int) -> int:
    found = html.find(what, at)
    return len(html) if found < 0 else found + len(what)


def _attributes(text: str) -> dict[str, str]:
    return {found[1].lower(): unescape(found[2] or found[3] or found[4] or "") for found in _ATTRIBUTE.finditer(text)}


class _Reader:
    """Gathers text in lines. What an element is for is kept on a stack, so that its end is known."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._text = ""
        self._open: list[tuple[str, str]] = []  # the elements we are in, and what each is: "unseen", "quoted" or ""
        self._ended = False
        self._links: list[str] = []
        self._pre = 0

    def begins(self, tag: str, given: dict[str, str]) -> None:
        """An element begins."""
        marks = {mark.lower().removeprefix("x_") for mark in (*given.get("class", "").split(), given.get("id", ""))}
        if tag in _ON_ITS_OWN or tag == "br":
            self._end_line(apart=tag in _APART, blank=tag == "br")
        if marks & _ENDS:
            self._ended = True  # all below is theirs
        if tag in _EMPTY or len(self._open) >= _DEEPEST:
            return
        self._open.append((tag, _what(tag, marks, given.get("style", ""))))
        self._pre += tag == "pre"
        if tag == "li":
            self._text = "- "
        elif tag == "a":
            self._links.append(given.get("href", ""))

    def ends(self, tag: str) -> None:
        """An element ends, and with it those in it that were not ended."""
        if tag not in [name for name, _kind in self._open]:
            return
        if tag == "a" and self._links:
            self._end_link(self._links.pop())
        if tag in _ON_ITS_OWN:
            self._end_line(apart=tag in _APART)
        while self._open:
            name, _kind = self._open.pop()
            self._pre -= name == "pre"
            if name == tag:
                break

    def says(self, data: str) -> None:
        """Text, in which all white space is alike."""
        if self._ended or any(kind == "unseen" for _name, kind in self._open):
            return
        if self._pre:
            *whole, last = data.split("\n")
            for line in whole:
                self._text += line
                self._end_line()
            self._text += last
            return
        words = re.sub(r"[ \t\r\n\f]+", " ", data)
        self._text += words.lstrip(" ") if not self._text or self._text.endswith(" ") else words

    def finished(self) -> list[Line]:
        """All lines."""
        self._end_line()
        return self._lines

    def _end_link(self, address: str) -> None:
        """Say where a link leads, where its words don't."""
        shown = address.removeprefix("https://").removeprefix("http://").rstrip("/")
        if address.startswith(("https://", "http://")) and self._text.strip() and shown not in self._text:
            self.says(f" ({address})")

    def _end_line(self, apart: bool = False, blank: bool = False) -> None:
        """End the line we are in, with a blank one below it where it stands apart; or make one that is blank."""
        quoted = any(kind == "quoted" for _name, kind in self._open)
        text, self._text = self._text if self._text == "-- " else self._text.rstrip(), ""
        if text:
            self._lines.append(Line(text, quoted))
        if (apart or (blank and not text)) and self._lines and self._lines[-1].text:
            self._lines.append(Line("", quoted))


def _what(tag: str, marks: set[str], style: str) -> str:
    if tag in _UNSEEN or marks & _SIGNATURES or _HIDDEN.search(style):
        return "unseen"
    return "quoted" if tag == "blockquote" or marks & _QUOTED else ""
