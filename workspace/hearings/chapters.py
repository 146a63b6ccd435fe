"""The chapters of a text: what an answer can be about, and what a report is gathered under."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from workspace.markup import Block

DEEPEST = 3  # the level of a heading that still is a chapter: # and ##, which are 2 and 3 on a page
MOST = 100


class Chapter(NamedTuple):
    """A heading, and what tells it from others of the same words."""

    block: int  # the number of its heading in the text
    level: int
    label: str
    anchor: str


def chapters(blocks: Sequence[Block]) -> list[Chapter]:
    """The chapters of a text in order, on the two highest levels of headings that it has. At most a hundred."""
    headings = [block for block in blocks if block.kind == "heading" and block.text.strip()]
    highest = min((block.level for block in headings), default=2)
    found = [block for block in headings if block.level <= max(DEEPEST, highest + 1)][:MOST]
    doubles = {text for text, count in Counter(_line(block.text) for block in found).items() if count > 1}
    above, made = "", []
    for block in found:
        line = _line(block.text)
        if block.level == highest:
            above = line
        label = f"{above}: {line}" if line in doubles and block.level > highest and above else line
        made.append(Chapter(block.number, block.level - highest, label, block.anchor))
    return made


def chapter_of(found: Sequence[Chapter], block: int) -> Chapter | None:
    """The chapter that a block stands in; None before the first."""
    at = bisect_right([chapter.block for chapter in found], block)
    return found[at - 1] if at else None


def _line(text: str) -> str:
    return " ".join(text.split())
