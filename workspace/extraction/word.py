"""Text documents: docx by way of mammoth, odt by reading its XML. Both become HTML and then Markdown."""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

import mammoth
from defusedxml import ElementTree

from workspace.extraction import margins, plain, web_page
from workspace.extraction.model import Extract

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_SIGNS = {
    f"{_TEXT}s": " ", f"{_TEXT}tab": " ", f"{_TEXT}line-break": "<br>",
    # a text box comes after the paragraph it is tied to; remarks are left out
    f"{_DRAW}frame": "", f"{_DRAW}text-box": "", f"{_OFFICE}annotation": "", f"{_OFFICE}annotation-end": "",
}  # fmt: skip
_MOST_REPEATED = 100  # of cells and rows that a file says are the same


def read_docx(content: bytes) -> Extract:
    """A docx: headings, lists, tables, footnotes and text boxes. Comments and what was struck out are left out."""
    pictures = 0

    def leave_out(image: Any) -> list[Any]:
        nonlocal pictures
        pictures += 1
        return []

    made = mammoth.convert_to_html(io.BytesIO(content), convert_image=leave_out)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        around = margins.of_docx(archive)
    return _flowing(made.value, around, pictures)


def read_odt(content: bytes) -> Extract:
    """An odt: headings, lists, tables, footnotes and text boxes."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        root = ElementTree.fromstring(archive.read("content.xml"), forbid_dtd=True)
        around = margins.of_opendocument(archive)
    body = root.find(f".//{_OFFICE}body/{_OFFICE}text")
    writer = _Writer()
    made = "".join(writer.blocks(body)) if body is not None else ""
    notes = "".join(f"<li>{note}</li>" for note in writer.notes)
    made += f"<ol>{notes}</ol>" if notes else ""
    return _flowing(made, around, writer.pictures)


def _flowing(made: str, around: list[str], pictures: int) -> Extract:
    """The text, and after it what stands around it on the pages and is not in it already."""
    text = web_page.as_markdown(made)
    around = [line for line in around if line not in text]
    return plain.flowing("\n\n".join([text, *map(plain.as_markdown, around)]), pictures=pictures)


class _Writer:
    """Writes the elements of an OpenDocument text as HTML."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.pictures = 0

    def blocks(self, parent: Element) -> Iterator[str]:
        """What stands below each other: headings, paragraphs, lists, tables."""
        for element in parent:
            name = element.tag
            if name == f"{_TEXT}h":
                level = element.get(f"{_TEXT}outline-level", "1")
                level = level if level in {"1", "2", "3", "4", "5", "6"} else "6"
                yield f"<h{level}>{self.line(element)}</h{level}>" + self.boxes(element)
            elif name == f"{_TEXT}p":
                yield f"<p>{self.line(element)}</p>" + self.boxes(element)
            elif name == f"{_TEXT}list":
                items = "".join(f"<li>{''.join(self.blocks(item))}</li>" for item in element)
                yield f"<ul>{items}</ul>"
            elif name == f"{_TABLE}table":
                yield f"<table>{''.join(self.rows(element))}</table>"
            elif name not in {f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_TEXT}sequence-decls"}:
                yield from self.blocks(element)

    def rows(self, table: Element) -> Iterator[str]:
        """The rows of a table."""
        for row in table.iter(f"{_TABLE}table-row"):
            cells = []
            for cell in row:
                if cell.tag in {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}:
                    repeated = _repeated(cell, "number-columns-repeated")
                    cells.append(f"<td>{''.join(self.blocks(cell))}</td>" * repeated)
            yield f"<tr>{''.join(cells)}</tr>" * _repeated(row, "number-rows-repeated")

    def line(self, element: Element) -> str:
        """What stands on a line: words, links, marks of footnotes."""
        parts = [html.escape(element.text or "")]
        for child in element:
            parts += [self._inline(child), html.escape(child.tail or "")]
        return "".join(parts)

    def _inline(self, element: Element) -> str:
        name = element.tag
        if name in _SIGNS:
            return _SIGNS[name]
        if name == f"{_TEXT}note":
            return self._note(element)
        if name == f"{_TEXT}a":
            return f'<a href="{html.escape(element.get(_LINK, ""))}">{self.line(element)}</a>'
        return self.line(element)

    def _note(self, element: Element) -> str:
        body = element.find(f"{_TEXT}note-body")
        if body is not None:
            self.notes.append("".join(self.blocks(body)))
        return f"<sup>[{len(self.notes)}]</sup>"

    def boxes(self, element: Element) -> str:
        """The text boxes tied to a paragraph, after it."""
        self.pictures += sum(1 for _picture in element.iter(f"{_DRAW}image"))
        return "".join("".join(self.blocks(box)) for box in element.iter(f"{_DRAW}text-box"))


def _repeated(element: Element, name: str) -> int:
    value = element.get(f"{_TABLE}{name}", "1")
    times = int(value) if value.isascii() and value.isdigit() and len(value) < 9 else 1
    # Empty cells and rows are repeated to the edge of the sheet; that says nothing.
    has_text = any((part.text or "").strip() for part in element.iter())
    return max(1, min(times, _MOST_REPEATED)) if has_text else 1
