"""The worker that turns Markdown into safe HTML. Run as a process of its own, with a limit on its CPU time.

It speaks lines of JSON: a request is {"source", "short"}, an answer the list of blocks. It imports nothing of ours, so
that it starts quickly. The only import of markdown and nh3 (markup.py is its only caller).
"""

from __future__ import annotations

import html
import json
import re
import resource
import sys
import unicodedata
from html.parser import HTMLParser
from typing import Any

import markdown
import nh3

SECONDS_EACH = 2

TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
SHORT_TAGS = {"a", "blockquote", "br", "code", "em", "li", "ol", "p", "pre", "strong", "ul"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
KINDS = {
    "p": "paragraph", "ul": "list", "ol": "list", "blockquote": "quote", "table": "table", "pre": "code", "hr": "line",
}  # fmt: skip

# One block of the source is taken as plain text when it is made to burn time (measured: Python-Markdown is
# quadratic in brackets, and recurses with depth).
MOST_BRACKETS = 500
MOST_ANGLES = 2_000
DEEPEST_INDENT = 40
DEEPEST_QUOTE = 20
WIDEST_TABLE = 200
MOST_EMPHASIS = 3_000
MOST_HEADINGS = 300
_STAND_IN = "plainblock9c1f{}e7"  # stands for a block of plain text while the rest is rendered


def is_costly(block: str) -> bool:
    """Whether rendering this block of source could take too long or too deep."""
    if block.count("[") > MOST_BRACKETS or block.count("<") > MOST_ANGLES or block.count("*") > MOST_EMPHASIS:
        return True
    if len(re.findall(r"(?m)^(#|=+$|-+$)", block)) > MOST_HEADINGS:
        return True
    for line in block.split("\n"):
        indent = len(line) - len(line.lstrip(" \t"))
        quotes = len(re.match(r"[\s>]*", line)[0].replace(" ", ""))  # type: ignore[index]
        if indent > DEEPEST_INDENT or quotes > DEEPEST_QUOTE or line.count("|") > WIDEST_TABLE:
            return True
    return False


def _engine(*, short: bool) -> markdown.Markdown:
    engine = markdown.Markdown(extensions=["sane_lists"] if short else ["tables", "sane_lists"])
    engine.preprocessors.deregister("html_block")  # raw HTML is text
    for pattern in ("html", "image_link", "image_reference", "short_image_ref"):
        engine.inlinePatterns.deregister(pattern)
    return engine


def render(source: str, *, short: bool) -> list[dict[str, Any]]:
    """The blocks of a text: kind, safe html, the exact text of it, level and anchor of a heading."""
    plain: dict[str, str] = {}
    pieces = []
    for number, block in enumerate(re.split(r"\n[ \t]*\n", source.replace("\x02", "").replace("\x03", ""))):
        if is_costly(block):
            token = _STAND_IN.format(number)
            plain[token] = block
            pieces.append(token)
        else:
            pieces.append(block)
    made = _engine(short=short).convert("\n\n".join(pieces))
    made = re.sub(r"<th( [^<>]*)?></th>", r"<td\1></td>", made)  # an empty corner heads no column
    if not short:
        made = _levelled(made)
    safe = nh3.clean(
        made,
        tags=SHORT_TAGS if short else TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener nofollow",
        clean_content_tags=set(),
    )
    for token, block in plain.items():
        safe = safe.replace(f"<p>{token}</p>", f"<pre>{html.escape(block, quote=False)}</pre>")
    cutter = Cutter()
    cutter.feed(safe)
    return cutter.finished()


def _levelled(made: str) -> str:
    """The headings moved to begin at h2, under the title of the page, and never to skip a level on the way down."""
    shift = 2 - min((int(level) for level in re.findall(r"<h([1-6])>", made)), default=2)
    level = 1

    def moved(tag: re.Match[str]) -> str:
        nonlocal level
        if not tag[1]:
            level = min(int(tag[2]) + shift, level + 1, 6)
        return f"<{tag[1]}h{level}>"

    return re.sub(r"<(/?)h([1-6])>", moved, made)


class Cutter(HTMLParser):
    """Cuts clean HTML into its outermost elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[dict[str, Any]] = []
        self._depth = 0
        self._start: tuple[int, int] = (0, 0)
        self._tag = ""
        self._text: list[str] = []
        self._source = ""
        self._offsets: list[int] = []
        self._anchors: dict[str, int] = {}

    def feed(self, data: str) -> None:
        """Take the whole HTML at once."""
        self._source = data
        self._offsets = [0]
        for line in data.split("\n"):
            self._offsets.append(self._offsets[-1] + len(line) + 1)
        super().feed(data)
        self.close()

    def _at(self) -> int:
        line, column = self.getpos()
        return self._offsets[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        if tag in {"br", "hr"}:
            if self._depth == 0:
                self._add(tag, f"<{tag}>", "")
            return
        if self._depth == 0:
            self._start, self._tag, self._text = (self._at(), 0), tag, []
        self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        if tag in {"br", "hr"} or self._depth == 0:
            return
        self._depth -= 1
        if self._depth == 0:
            end = self._source.index(">", self._at()) + 1
            self._add(self._tag, self._source[self._start[0] : end], "".join(self._text))

    def handle_data(self, data: str) -> None:
        """Text, within an element or outside any."""
        if self._depth:
            self._text.append(data)
        elif data.strip():
            self._add("p", f"<p>{html.escape(data.strip(), quote=False)}</p>", data.strip())

    def _add(self, tag: str, made: str, text: str) -> None:
        number = len(self.blocks) + 1
        level = int(tag[1]) if re.fullmatch(r"h[2-6]", tag) else 0
        kind = "heading" if level else KINDS.get(tag, "paragraph")
        anchor = self._anchor(text) if level else f"b-{number}"
        self.blocks.append(
            {"number": number, "kind": kind, "html": made, "text": text, "level": level, "anchor": anchor}
        )

    def _anchor(self, text: str) -> str:
        folded = text.casefold().replace("æ", "ae").replace("ø", "o").replace("å", "a")
        plain = unicodedata.normalize("NFD", folded).encode("ascii", "ignore").decode()
        base = "h-" + (re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "overskrift")
        self._anchors[base] = self._anchors.get(base, 0) + 1
        return base if self._anchors[base] == 1 else f"{base}-{self._anchors[base]}"

    def finished(self) -> list[dict[str, Any]]:
        """The blocks, in order."""
        return self.blocks


def main() -> None:
    """Answer requests until there are no more. Each may use two seconds of CPU; the one that needs more ends us."""
    for line in sys.stdin:
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime) + SECONDS_EACH + 1
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
        request = json.loads(line)
        try:
            answer: list[dict[str, Any]] | None = render(request["source"], short=request["short"])
        except (RecursionError, MemoryError, ValueError):
            answer = None
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
