"""Where the source of each block of a rendered text stands in its Markdown, so that one paragraph can be edited alone.

Blocks are found by their letters, in order, and what is found is tried: rendered alone it must give the very block. A
block of which that does not hold has no source of its own, and is edited with the whole text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from workspace import markup
from workspace.documents.blocks import plain, split
from workspace.errors import Invalid
from workspace.markup import Block

_BLANK = re.compile(r"\n(?:[ \t]*\n)+")
_HEADING = re.compile(r"(?m)^ {0,3}#{1,6}[ \t].*$")
_MARK = re.compile(r"(?m)^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+|#{1,6}[ \t]+)?")


class Source(NamedTuple):
    """The source of one block: from where to where in the text, and what it is."""

    start: int
    end: int
    text: str


def source_of(text: str, blocks: Sequence[Block], number: int) -> Source | None:
    """The source of the block with this number, from 1; None where it has none of its own.

    `blocks` is the text as it is rendered.
    """
    if not 1 <= number <= len(blocks):
        return None
    found = _found(text, blocks).get(number)
    return found if found is not None and _gives(found.text, blocks[number - 1]) else None


def numbers(text: str, blocks: Sequence[Block]) -> frozenset[int]:
    """The blocks that may well have a source of their own. Nothing is rendered, so that `source_of` may differ."""
    return frozenset(_found(text, blocks))


def _found(text: str, blocks: Sequence[Block]) -> dict[int, Source]:
    """What has the letters of a block, in order; and what alone stands between two such, where one block does."""
    pieces = _pieces(text)
    standing: dict[str, list[int]] = {}
    for n, piece in enumerate(pieces):
        standing.setdefault(_letters_of(piece.text), []).append(n)
    found: dict[int, Source] = {}
    at = 0
    places: dict[int, tuple[int, int]] = {}
    for block in blocks:
        wanted = _letters(block.text)
        same = standing.get(wanted, []) if wanted else []
        match = same[bisect_left(same, at)] if same and same[-1] >= at else None
        if match is not None:
            found[block.number] = pieces[match]
            places[block.number] = (match, match + 1)
            at = match + 1
    for block in blocks:
        if block.number in found:
            continue
        above = 0 if block.number == 1 else places.get(block.number - 1, (0, -1))[1]
        below = len(pieces) if block.number == len(blocks) else places.get(block.number + 1, (-1, 0))[0]
        if 0 <= above < below:
            start, end = pieces[above].start, pieces[below - 1].end
            found[block.number] = Source(start, end, text[start:end])
    return found


def _pieces(text: str) -> list[Source]:
    """The text between blank lines; a heading is a piece of its own also where no blank line follows it."""
    found: list[Source] = []
    edges = [0, *(edge for match in _BLANK.finditer(text) for edge in match.span()), len(text)]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        cuts = [start, *(e for m in _HEADING.finditer(text, start, end) for e in m.span()), end]
        found += [_trimmed(text, a, b) for a, b in pairwise(cuts) if text[a:b].strip()]
    return found


def _trimmed(text: str, start: int, end: int) -> Source:
    """A piece without the line ends around it; spaces before a line mean something in Markdown, and stay."""
    inside = text[start:end]
    start += len(inside) - len(inside.lstrip("\n"))
    end -= len(inside) - len(inside.rstrip())
    return Source(start, end, text[start:end])


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _letters_of(source: str) -> str:
    """The letters of a piece of source as they are read: without marks, numbers of lists and addresses of links."""
    return _letters(" ".join(plain(word) for word in split(_MARK.sub("", source))))


def _gives(source: str, block: Block) -> bool:
    """Whether this source, alone, is rendered as that block."""
    try:
        made = markup.render(source).blocks
    except Invalid:
        return False
    return len(made) == 1 and (made[0].kind, made[0].text) == (block.kind, block.text)
