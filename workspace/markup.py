"""Markdown to safe HTML, in blocks that comments can be tied to.

Rendering happens in a worker process with a limit on its CPU time (rendering.py); what it can't do in time is shown as
plain text. The outcome is kept in memory.
"""

from __future__ import annotations

import atexit
import contextlib
import html
import json
import re
import select
import subprocess
import sys
import threading
from collections.abc import Sequence
from html.parser import HTMLParser
from itertools import accumulate, pairwise
from pathlib import Path
from typing import NamedTuple

import msgspec

from workspace.errors import Invalid, _
from workspace.kept import Kept

LONGEST_DOCUMENT = 1024 * 1024  # bytes
LONGEST_SHORT = 64 * 1024  # bytes
_KEPT = 8_000_000  # characters of texts whose outcome is kept
_BESIDE = 500  # characters that each counts for besides
_PATIENCE = 6.0  # seconds on the wall, in case the worker does not even use its CPU


class Block(msgspec.Struct, frozen=True):
    """One paragraph, heading, list, table ... of a rendered text."""

    number: int  # 1, 2, 3 ... in the text
    kind: str  # "heading", "paragraph", "list", "quote", "table", "code", "line"
    html: str  # safe
    text: str  # what a browser gives as the textContent of `html`
    level: int  # of a heading: 2 to 6; else 0
    anchor: str  # the id of the block on its page


class Rendered(msgspec.Struct, frozen=True):
    """A rendered text. `plain` says that it could not be rendered and is shown as it was written."""

    blocks: tuple[Block, ...]
    plain: bool = False

    @property
    def html(self) -> str:
        """All blocks in a row."""
        return "\n".join(block.html for block in self.blocks)

    @property
    def text(self) -> str:
        """The plain text, for search."""
        return "\n".join(block.text for block in self.blocks)

    @property
    def anchors(self) -> tuple[tuple[int, str], ...]:
        """Where in `text` each block begins, and the id of the block on its page."""
        starts = accumulate((len(block.text) + 1 for block in self.blocks), initial=0)
        return tuple((start, block.anchor) for start, block in zip(starts, self.blocks, strict=False))


class Span(NamedTuple):
    """A passage to mark in a block: from `start` to `end` in its text."""

    start: int
    end: int
    number: int  # of the thread, shown and linked at its end; 0 for a word somebody searched for
    css_class: str
    target: str  # the id of the thread on the page
    label: str  # what the link is called for those who can't see it


def render(source: str) -> Rendered:
    """Render a document. Raises Invalid when it is longer than 1 MiB."""
    if _is_longer(source, LONGEST_DOCUMENT):
        raise Invalid({"text": _("Teksten er for lang. Grensen er 1 MB.")})
    return _kept(source, short=False)


def render_short(source: str) -> Rendered:
    """Render a comment or a reason: paragraphs, lists, emphasis and links only. Raises Invalid over 64 KiB."""
    if _is_longer(source, LONGEST_SHORT):
        raise Invalid({"text": _("Teksten er for lang.")})
    return _kept(source, short=True)


# -- Kept by the text --

_rendered: Kept[Rendered] = Kept(_KEPT)


def _kept(source: str, *, short: bool) -> Rendered:
    kept = _rendered.get((short, source))
    if kept is None:
        blocks = _plain_words(source) if short else None
        blocks = blocks or _worker.render(source, short=short)
        kept = _as_plain_text(source) if blocks is None else Rendered(blocks)
        _rendered.put((short, source), kept, len(source) + _BESIDE)
    return kept


def _plain_words(source: str) -> tuple[Block, ...] | None:
    """A comment of words and common marks alone, as the worker makes it; None for what may mean anything in Markdown.

    Most comments are like this, and whoever posts one waits for it.
    """
    if len(source) > _SHORT_ENOUGH or not all(map(_WORDS.fullmatch, paragraphs := source.split("\n\n"))):
        return None
    return tuple(
        Block(number, "paragraph", f"<p>{text}</p>", text, 0, f"b-{number}")
        for number, text in enumerate(paragraphs, start=1)
    )


_SHORT_ENOUGH = 2_000  # characters
_WORDS = re.compile(r"[^\W\d_](?:[^\W_]|[ ,.;:?!%()/«»–-])*(?<! )")  # begins with a letter, ends with no space


def _is_longer(source: str, most: int) -> bool:
    """Whether a text has more bytes than that."""
    return len(source) * 4 > most and len(source.encode()) > most


def _as_plain_text(source: str) -> Rendered:
    paragraphs = [paragraph for paragraph in source.split("\n\n") if paragraph.strip()]
    blocks = [
        Block(number, "code", f"<pre>{html.escape(text, quote=False)}</pre>", text, 0, f"b-{number}")
        for number, text in enumerate(paragraphs, start=1)
    ]
    return Rendered(tuple(blocks), plain=True)


# -- The worker --


class Worker:
    """One rendering process, started when first needed and again after it died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def render(self, source: str, *, short: bool) -> tuple[Block, ...] | None:
        """The blocks, or None when the worker could not make them within its limits."""
        request = json.dumps({"source": source, "short": short}).encode() + b"\n"
        with self._lock:
            process = self._running()
            try:
                line = _ask(process, request)
            except (BrokenPipeError, TimeoutError):
                line = b""
            if not line:
                self._end()
                return None
        answer = json.loads(line)
        return None if answer is None else msgspec.convert(answer, tuple[Block, ...])

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            command = [sys.executable, "-I", str(Path(__file__).with_name("rendering.py"))]
            self._process = subprocess.Popen(  # noqa: S603  our own file, no input in the command
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()

    def stop(self) -> None:
        """End the process, if there is one."""
        with self._lock:
            self._end()


def _ask(process: subprocess.Popen[bytes], request: bytes) -> bytes:
    """Send a request and wait for the line that answers it. Raises TimeoutError, BrokenPipeError."""
    if process.stdin is None or process.stdout is None:
        raise BrokenPipeError
    process.stdin.write(request)
    process.stdin.flush()
    ready, _writable, _failed = select.select([process.stdout], [], [], _PATIENCE)
    if not ready:
        raise TimeoutError
    return process.stdout.readline()


_worker = Worker()
atexit.register(_worker.stop)


# -- Marks --


def marked(block: Block, spans: Sequence[Span]) -> str:
    """The block's html with a <mark> around each span, split where elements begin and end.

    Spans that overlap are nested in the order they begin; the number stands at the end of each.
    """
    marker = _Marker(spans)
    marker.feed(block.html)
    marker.close()
    return "".join(marker.out)


class _Marker(HTMLParser):
    def __init__(self, spans: Sequence[Span]) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self._spans = sorted((span for span in spans if span.end > span.start), key=lambda s: (s.start, -s.end))
        self._offset = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.out.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._text(list(data))

    def handle_entityref(self, name: str) -> None:
        self._text([f"&{name};"])

    def handle_charref(self, name: str) -> None:
        self._text([f"&#{name};"])

    def _text(self, characters: list[str]) -> None:
        """Put out a run of text, cut where spans begin and end. White space between list items is never marked."""
        if not "".join(characters).strip() and "\n" in characters:
            self._offset += len(characters)
            self.out.extend(characters)
            return
        start, end = self._offset, self._offset + len(characters)
        cuts = {start, end}
        for span in self._spans:
            cuts |= {cut for cut in (span.start, span.end) if start < cut < end}
        edges = sorted(cuts)
        for a, b in pairwise(edges):
            self._piece("".join(characters[a - start : b - start]), a, b)
        self._offset = end

    def _piece(self, text: str, start: int, end: int) -> None:
        covering = [span for span in self._spans if span.start <= start and span.end >= end]
        for span in covering:
            first = f' id="p-{span.number}"' if span.number and span.start == start else ""
            self.out.append(f'<mark class="{html.escape(span.css_class)}"{first}>')
        self.out.append(text)
        for span in reversed(covering):
            if span.number and span.end == end:
                label = html.escape(span.label)
                self.out.append(f'<sup><a href="#{span.target}" aria-label="{label}">{span.number}</a></sup>')
            self.out.append("</mark>")
