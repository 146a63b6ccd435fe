"""A hearing report as a DOCX, with real headings, and table heads that come again on each page."""

from __future__ import annotations

import io
import re

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from workspace.hearings.changes import Run
from workspace.hearings.paper import Item, Paper, Section
from workspace.translation import gettext

MIMETYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LANGUAGES = {"nb": "nb-NO", "nn": "nn-NO", "en": "en-GB"}
WIDTHS = (Cm(4.2), Cm(9.4), Cm(6.6), Cm(5.3))  # of the columns, on A4 laid down
# Characters that XML has no place for; the text of people is kept without most of them already.
_NO_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_GREY = RGBColor(0x55, 0x5F, 0x63)


def to_docx(made: Paper) -> bytes:
    """The report as a file."""
    document = docx.Document()
    _prepare(document, made)
    document.add_paragraph(_text(made.region), style="Subtitle")
    document.add_heading(_text(made.heading), 0)
    document.add_paragraph().add_run(_text(made.title)).bold = True
    _pairs(document, made.facts)
    document.add_heading(gettext("Oppsummert"), 1)
    _pairs(document, tuple((label, str(count)) for label, count in made.counts))
    for note in made.notes:
        document.add_paragraph(_text(note))
    for at, section in enumerate(made.sections):
        _section(document, section, at == 0)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _prepare(document: Document, made: Paper) -> None:
    """Title, author and language; A4 laid down; the number of each page at its foot."""
    about = document.core_properties
    language = LANGUAGES.get(made.language, LANGUAGES["nb"])
    about.title, about.author, about.language = (
        _text(f"{made.heading}: {made.title}")[:255],
        _text(made.region),
        language,
    )
    about.comments = ""
    for found in document.styles.element.iter(qn("w:lang")):
        found.set(qn("w:val"), language)
    document.styles["Normal"].font.size = Pt(10)
    page = document.sections[0]
    page.orientation, page.page_width, page.page_height = WD_ORIENT.LANDSCAPE, Cm(29.7), Cm(21)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2)
    foot = page.footer.paragraphs[0]
    foot.add_run(_text(f"{made.title} – "))
    _page_number(foot)


def _page_number(foot: Paragraph) -> None:
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:instrText" if text else "w:fldChar")
        if text:
            part.text = text
        else:
            part.set(qn("w:fldCharType"), kind)
        foot.add_run()._r.append(part)


def _pairs(document: Document, pairs: tuple[tuple[str, str], ...]) -> None:
    if not pairs:
        return
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    for label, value in pairs:
        cells = table.add_row().cells
        cells[0].paragraphs[0].add_run(_text(label)).bold = True
        cells[1].paragraphs[0].add_run(_text(value))
        cells[0].width, cells[1].width = Cm(6), Cm(19.5)
    document.add_paragraph()


def _section(document: Document, section: Section, is_first: bool) -> None:
    heading = document.add_heading(_text(section.heading), 1)
    heading.paragraph_format.page_break_before = is_first
    table = document.add_table(rows=1, cols=4, style="Table Grid")
    for cell, head in zip(table.rows[0].cells, heads(), strict=True):
        cell.paragraphs[0].add_run(head).bold = True
        _shade(cell)
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(mark)
    for item in section.items:
        _item(list(table.add_row().cells), item)
    for row in table.rows:
        for cell, width in zip(row.cells, WIDTHS, strict=True):
            cell.width = width
    document.add_paragraph()


def heads() -> list[str]:
    """What stands above the columns."""
    return [gettext("Avsender"), gettext("Innspill"), gettext("Vurdering"), gettext("Endring")]


def _shade(cell: _Cell) -> None:
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), "E6EEF0")
    cell._tc.get_or_add_tcPr().append(shade)


def _item(cells: list[_Cell], item: Item) -> None:
    _bold(cells[0], f"{item.number}. {item.sender}")
    for line in item.sender_more:
        _grey(cells[0], line)
    _input(cells[1], item)
    _said(cells[2], item.assessment)
    if item.reason:
        _add(cells[2], gettext("Begrunnelse: %(reason)s", reason=item.reason))
    _bold(cells[3], item.outcome)
    if item.change:
        _add(cells[3], gettext("Endring: %(change)s", change=item.change))
    for run in item.runs:
        _changed(_add(cells[3], ""), run)
    if item.more_runs:
        _grey(cells[3], item.more_runs)


def _input(cell: _Cell, item: Item) -> None:
    if item.about:
        _bold(cell, item.about)
    if item.quote:
        _add(cell, f"«{item.quote}»").runs[0].italic = True
    for line in item.text:
        _add(cell, line)
    _said(cell, item.replies)
    for note in item.notes:
        _grey(cell, note)


def _said(cell: _Cell, all_said: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
    for who, lines in all_said:
        if who:
            _bold(cell, f"{who}:")
        for line in lines:
            _add(cell, line)


def _bold(cell: _Cell, text: str) -> None:
    _add(cell, text).runs[0].bold = True


def _add(cell: _Cell, text: str) -> Paragraph:
    """One more paragraph in a cell, in the empty one that every cell begins with where it still is empty."""
    first = cell.paragraphs[0]
    paragraph: Paragraph = first if len(cell.paragraphs) == 1 and not first.runs else cell.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(3)
    if text:
        paragraph.add_run(_text(text))
    return paragraph


def _grey(cell: _Cell, text: str) -> None:
    run = _add(cell, text).runs[0]
    run.font.color.rgb, run.font.size = _GREY, Pt(9)


def _changed(paragraph: Paragraph, run: Run) -> None:
    for at, piece in enumerate(run):
        if at:
            paragraph.add_run(" ")
        part = paragraph.add_run(_text(piece.text))
        if piece.kind == "del":
            part.font.strike = True
        elif piece.kind == "ins":
            part.font.underline = part.bold = True


def _text(text: str) -> str:
    return _NO_XML.sub("", text)
