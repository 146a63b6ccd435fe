"""A version's text as passages are looked for in it: its blocks, cut into sentences, and these into words."""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from workspace.markup import Block

_TOKEN = re.compile(r"\w+|[^\w\s]")
_LINE = re.compile(r"\n")
_END = re.compile(r"""[.!?…][»”"')\]]*\s+(?=\W{0,3}(\w))""")
_BLANK_LINES = re.compile(r"\n{3,}")  # between rows, where their number can't be read from the html
_TAG = re.compile(r"<[^>]*>")


class Spot(NamedTuple):
    """A passage of a version: which page (0 where there are none) and block, and from where to where in its text.

    The whole block is start = end = 0.
    """

    page: int
    block: int
    start: int = 0
    end: int = 0


class Word(NamedTuple):
    """A word or a mark, and where it stands."""

    text: str
    page: int
    block: int
    start: int
    end: int


class Sentence(NamedTuple):
    """A sentence, a row of a table or an item of a list: from the first to before the last of all words of the text."""

    first: int
    last: int
    key: str  # its words and marks, one space between them
    kind: str  # of the block it stands in
    home: tuple[int, int]  # that block's page and number

    @property
    def is_heading(self) -> bool:
        """Whether it is a heading."""
        return self.kind == "heading"

    @property
    def is_row(self) -> bool:
        """Whether it stands among others that have a name each: in a table or a list."""
        return self.kind in {"table", "list"}


class Text:
    """A version's text as read: its blocks by page, its words and its sentences."""

    def __init__(self, pages: Sequence[tuple[int, Sequence[Block]]]) -> None:
        self.blocks = {(page, block.number): block for page, blocks in pages for block in blocks}
        self.words: list[Word] = []
        self.sentences: list[Sentence] = []
        self._begins: dict[tuple[int, int], tuple[int, int]] = {}
        for home, block in self.blocks.items():
            begin = len(self.words)
            for start, end in _cut(block):
                self._take(home, block.kind, start, block.text[start:end])
            self._begins[home] = begin, len(self.words)
        self._firsts = [sentence.first for sentence in self.sentences]
        self._stream: tuple[str, list[int], list[int]] | None = None

    def _take(self, home: tuple[int, int], kind: str, start: int, text: str) -> None:
        first = len(self.words)
        self.words += [Word(m[0], *home, start + m.start(), start + m.end()) for m in _TOKEN.finditer(text)]
        if len(self.words) > first:
            key = " ".join([word.text for word in self.words[first:]])
            self.sentences.append(Sentence(first, len(self.words), key, kind, home))

    def sentence_of(self, word: int) -> int:
        """Which sentence a word stands in."""
        return bisect_right(self._firsts, word) - 1

    def words_of(self, spot: Spot) -> range:
        """The words of a passage, those that it cuts through too."""
        first, last = self._begins.get((spot.page, spot.block), (0, 0))
        if not spot.end:
            return range(first, last)
        begin = bisect_right(self.words, spot.start, first, last, key=lambda word: word.end)
        end = bisect_left(self.words, spot.end, first, last, key=lambda word: word.start)
        return range(begin, max(begin, end))

    def spot_of(self, sentence: int) -> Spot:
        """The passage that is a whole sentence."""
        found = self.sentences[sentence]
        return Spot(*found.home, self.words[found.first].start, self.words[found.last - 1].end)

    def text_of(self, spot: Spot) -> str:
        """The words of a passage as they are read."""
        block = self.blocks.get((spot.page, spot.block))
        if block is None:
            return ""
        return block.text[spot.start : spot.end] if spot.end else block.text

    def lower(self, first: int, last: int) -> list[str]:
        """Words without regard to case: one that now begins a sentence is the same word."""
        return [word.text.casefold() for word in self.words[first:last]]

    def runs(self, words: Sequence[str]) -> list[int]:
        """At which words this run of plain words begins, two places at most."""
        stream, starts, numbers = self._streamed()
        wanted = f" {' '.join(words)} "
        found: list[int] = []
        at = stream.find(wanted)
        while at >= 0 and len(found) < 2:
            found.append(numbers[bisect_left(starts, at)])
            at = stream.find(wanted, at + 1)
        return found

    def _streamed(self) -> tuple[str, list[int], list[int]]:
        """All plain words in a row, where in that each begins (the space before it), and which word it is."""
        if self._stream is None:
            plain = [n for n, word in enumerate(self.words) if is_plain(word.text)]
            spelled = [self.words[n].text.casefold() for n in plain]
            starts = list(accumulate((len(word) + 1 for word in spelled), initial=0))
            self._stream = f" {' '.join(spelled)} ", starts, plain
        return self._stream


def is_plain(word: str) -> bool:
    """Whether it is a word and not a mark."""
    return word[0].isalnum() or word[0] == "_"


def flat(text: str) -> str:
    """The words and marks of a text with one space between them: the same for the same words."""
    return " ".join(_TOKEN.findall(text))


# -- Cutting --


def _cut(block: Block) -> list[tuple[int, int]]:
    """From where to where each sentence, item or row of a block goes."""
    if block.kind == "table":
        return _rows(block)
    found: list[tuple[int, int]] = []
    lines = [match.end() for match in _LINE.finditer(block.text)] if block.kind in {"list", "code"} else []
    for start, end in _pieces(lines, 0, len(block.text)):
        ends = [m.end() for m in _END.finditer(block.text, start, end) if m[1].isupper()]
        found += _pieces(ends, start, end)
    return found


def _rows(block: Block) -> list[tuple[int, int]]:
    """The rows of a table, counted in its html: a cell may be empty, so blank lines do not tell where one ends."""
    first, *rows = block.html.split("<tr")
    lengths = [len(html.unescape(_TAG.sub("", piece))) for piece in (first, *(f"<tr{row}" for row in rows))]
    ends = list(accumulate(lengths))
    if ends[-1] != len(block.text):
        ends = [match.end() for match in _BLANK_LINES.finditer(block.text)] + [len(block.text)]
    return _pieces(ends[:-1], 0, len(block.text))


def _pieces(edges: list[int], start: int, end: int) -> list[tuple[int, int]]:
    return [(a, b) for a, b in pairwise([start, *edges, end]) if a < b]
