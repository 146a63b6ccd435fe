"""The demo's sources as blocks: the little of Markdown that they use, for files that are made from them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from workspace.demo.sources import written

Row = tuple[str, ...]
_NUMBER = re.compile(r"([+−]?)(\d[\d ]*)(?:,(\d+))?( %)?(?: \(\d+ %\))?")


class Block(NamedTuple):
    """A heading with its level, a paragraph, a list (`bullets`, `numbers`) of items, or a table, heads first."""

    kind: str
    text: str = ""
    level: int = 0
    rows: tuple[Row, ...] = ()


class Source(NamedTuple):
    """A text of the demo: the fields in front of it, and its blocks."""

    fields: Mapping[str, Any]
    blocks: tuple[Block, ...]

    def table(self, *heads: str) -> Block:
        """The one table whose columns begin so. Raises ValueError when there is not exactly one."""
        [found] = [one for one in self.blocks if one.kind == "table" and one.rows[0][: len(heads)] == heads]
        return found


def read(path: Path) -> Source:
    """A file with TOML between two lines of plus signs, and Markdown after it."""
    about, text = written(path)
    return Source(about, tuple(map(_block, re.split(r"\n{2,}", text.strip()))))


def _block(text: str) -> Block:
    lines = text.splitlines()
    if heading := re.fullmatch(r"(#{2,6}) (.+)", text):
        return Block("heading", heading[2], len(heading[1]))
    if text.startswith("|"):
        rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
        return Block("table", rows=(rows[0], *rows[2:]))
    if text.startswith("- "):
        return Block("bullets", rows=tuple((line.removeprefix("- "),) for line in lines))
    if text.startswith("1. "):
        return Block("numbers", rows=tuple((re.sub(r"^\d+\. ", "", line),) for line in lines))
    return Block("paragraph", " ".join(lines))


def runs(text: str) -> list[tuple[str, bool]]:
    """The pieces of a text, and whether each is bold."""
    return [(piece, at % 2 == 1) for at, piece in enumerate(text.split("**")) if piece]


def plain(text: str) -> str:
    """A text without the marks for bold."""
    return text.replace("**", "")


def number(text: str) -> int | float | None:
    """What a cell counts, a percentage as a part of one; None where it holds words. Of «34 (44 %)» it is the 34."""
    found = _NUMBER.fullmatch(plain(text))
    if not found:
        return None
    sign, whole, decimals, percent = found.groups()
    exact = float(f"{whole.replace(' ', '')}.{decimals or 0}") * (-1 if sign == "−" else 1)
    if percent:
        return round(exact / 100, 6)
    return exact if decimals else int(exact)
