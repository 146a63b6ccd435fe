"""The pages and sheets of files as blocks that comments can be tied to. Their text is plain, so nothing is rendered."""

from __future__ import annotations

import html
import re

from workspace.documents.model import Document, leaf
from workspace.markup import Block, Rendered

_NUMBER = re.compile(r"[-+]?[\d\s.,%]+")


def render(document: Document, number: int) -> Rendered:
    """One page (paragraphs) or sheet (a table) of a document, from 1."""
    return render_leaf(document.text, document.unit, number)


def render_leaf(text: str, unit: str, number: int) -> Rendered:
    """One page or sheet of the text of a file, from 1; nothing for one there is none of."""
    found = leaf(text, number)
    return _table(found) if unit == "sheet" else _paragraphs(found)


def _paragraphs(text: str) -> Rendered:
    found = [paragraph for paragraph in text.split("\n\n") if paragraph.strip()]
    return Rendered(
        tuple(
            Block(number, "paragraph", f"<p>{html.escape(paragraph, quote=False)}</p>", paragraph, 0, f"b-{number}")
            for number, paragraph in enumerate(found, start=1)
        )
    )


def _table(text: str) -> Rendered:
    """Rows as one table. Between the cells stand tabs and line ends, as they do in its text."""
    if not text:
        return Rendered(())
    rows = [line.split("\t") for line in text.split("\n")]
    width = max(len(row) for row in rows)
    rows = [row + [""] * (width - len(row)) for row in rows]
    made = "\n".join(_row(row, "th" if at == 0 and _is_heading(row, rows) else "td") for at, row in enumerate(rows))
    plain = "\n".join("\t".join(row) for row in rows)
    return Rendered((Block(1, "table", f"<table><tbody>{made}</tbody></table>", plain, 0, "b-1"),))


def _row(cells: list[str], tag: str) -> str:
    return "<tr>" + "\t".join(_cell(cell, tag) for cell in cells) + "</tr>"


def _cell(text: str, tag: str) -> str:
    number = ' class="tall"' if _NUMBER.fullmatch(text) else ""
    return f"<{tag}{number}>{html.escape(text, quote=False)}</{tag}>"


def _is_heading(first: list[str], rows: list[list[str]]) -> bool:
    """Whether the first row names the columns: no cell of it is empty or a number, and there are rows below."""
    return len(rows) > 1 and all(cell and not _NUMBER.fullmatch(cell) for cell in first)
