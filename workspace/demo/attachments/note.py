"""The note to the steering group as a Word document, from its text among the demo's sources."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import docx
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from workspace.demo.attachments.blocks import Block, read, runs
from workspace.demo.attachments.packing import packed

AT = datetime(2026, 11, 20, 13, 5)  # Office writes it without a zone
TEXT = "attachments/notat-styringsgruppen.md"


def make(sources: Path) -> bytes:
    """The note as a file."""
    source = read(sources / TEXT)
    document = docx.Document()
    _prepare(document, source.fields["title"], source.fields["organisation"])
    document.add_heading(source.fields["title"], 0)
    for block in source.blocks:
        _add(document, block)
    out = io.BytesIO()
    document.save(out)
    return packed(out.getvalue(), AT)


def _prepare(document: Document, title: str, organisation: str) -> None:
    about = document.core_properties
    about.title, about.author, about.last_modified_by = title, organisation, organisation
    about.created, about.modified, about.language, about.comments = AT, AT, "nb-NO", ""
    for found in document.styles.element.iter(qn("w:lang")):
        found.set(qn("w:val"), "nb-NO")
    document.styles["Normal"].font.size = Pt(11)
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.5)
        section.footer.paragraphs[0].text = f"{organisation} – {title}"


def _add(document: Document, block: Block) -> None:
    if block.kind == "heading":
        document.add_heading(block.text, block.level - 1)
    elif block.kind == "table":
        _table(document.add_table(len(block.rows), len(block.rows[0]), "Table Grid"), block)
        document.add_paragraph()
    elif block.kind == "paragraph":
        _write(document.add_paragraph(), block.text)
    else:
        style = "List Bullet" if block.kind == "bullets" else "List Number"
        for (item,) in block.rows:
            _write(document.add_paragraph(style=style), item)


def _table(table: Table, block: Block) -> None:
    """Rows of cells; the first is marked as heads, so that a reader's program repeats and tells them."""
    for at, (made, row) in enumerate(zip(table.rows, block.rows, strict=True)):
        for cell, text in zip(made.cells, row, strict=True):
            _write(cell.paragraphs[0], f"**{text}**" if at == 0 else text)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _write(paragraph: Paragraph, text: str) -> None:
    for piece, is_bold in runs(text):
        paragraph.add_run(piece).bold = is_bold
