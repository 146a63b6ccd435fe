"""The appendix of figures as a workbook: the tables of the analyses, one on each sheet, as numbers."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import openpyxl
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from workspace.demo.attachments.blocks import Block, number, plain, read
from workspace.demo.attachments.packing import packed

AT = datetime(2026, 6, 18, 15, 20)  # Office writes it without a zone
TITLE = "Tallvedlegg til kunnskapsgrunnlaget"
DEEP, SOFT = "0B3C4A", "E6EEF0"


class Sheet(NamedTuple):
    """A sheet: what it is called, the document and the first heads of the table it shows, and what the figures are."""

    name: str
    document: str
    heads: tuple[str, ...]
    about: str


SHEETS = (
    Sheet(
        "Sysselsatte", "analyse-a1", ("Næring", "Havnsund"), "Sysselsatte etter arbeidssted, næring og kommune, 2025"
    ),
    Sheet("Endring i sysselsatte", "analyse-a1", ("Kommune", "2015"), "Sysselsatte per kommune, 2015 og 2025"),
    Sheet("Verdiskaping", "analyse-a1", ("Næring", "Verdiskaping, mrd. kr"), "Privat sektor, 2024"),
    Sheet("Vekst", "analyse-a1", ("År", "Skarfjordregionen"), "Verdiskaping i faste priser, 2015 = 100"),
    Sheet("Pendling", "analyse-a2", ("Fra / til",), "Pendlere mellom kommunene, 2025: rader er bosted"),
    Sheet("Pendling inn og ut", "analyse-a2", ("Kommune", "Sysselsatte i kommunen"), "Pendlere per kommune, 2025"),
    Sheet("Framskriving", "analyse-a3", ("Nr.", "Kommune"), "Innbyggere 2026 og 2040, hovedalternativet"),
    Sheet("Alder per kommune", "analyse-a3", ("Kommune", "20–66 år, 2026"), "Yrkesaktive og eldre, 2026 og 2040"),
    Sheet("Undersøkelsen", "analyse-a4", ("Hindring", "Antall"), "Hindringer, flere svar mulig, 212 bedrifter"),
    Sheet("Svar per verdikjede", "analyse-a4", ("Verdikjede", "Svar"), "Antall bedrifter som nevner hindringen"),
    Sheet("Svar per størrelse", "analyse-a4", ("Ansatte", "Svar"), "Antall bedrifter som nevner hindringen"),
    Sheet(
        "Synet på samarbeidet", "analyse-a4", ("Svar", "Næringsliv (n=212)"), "«Kommunene samarbeider godt om næring»"
    ),
    Sheet("Kraft og areal", "analyse-a5", ("Kommune", "Regulert, ledig areal, dekar"), "Per 1. juni 2026"),
)


def make(sources: Path) -> bytes:
    """The workbook as a file, from the demo's documents."""
    documents = {one.document: read(sources / "documents" / f"{one.document}.md") for one in SHEETS}
    book = openpyxl.Workbook()
    book.properties.title, book.properties.creator = TITLE, "Kystnor analyse"
    book.properties.created = AT
    contents = book.active
    contents.title = "Innhold"
    rows = [("Ark", "Hva tallene viser", "Kilde")]
    for one in SHEETS:
        source = documents[one.document]
        rows.append((one.name, one.about, f"{one.document[-2:].upper()} {source.fields['title']}"))
        _fill(book.create_sheet(one.name), source.table(*one.heads))
    _fill(contents, Block("table", rows=tuple(rows)))
    out = io.BytesIO()
    book.save(out)
    return packed(out.getvalue(), AT)


def _fill(sheet: openpyxl.worksheet.worksheet.Worksheet, table: Block) -> None:
    """Write a table with its heads in the first row. A column is of numbers when one of its cells is."""
    sheet.freeze_panes = "B2"
    columns = list(zip(*table.rows, strict=True))
    counts = [any(number(cell) is not None for cell in column[1:]) for column in columns]
    for line, row in enumerate(table.rows, 1):
        for at, text in enumerate(row, 1):
            found = number(text) if line > 1 and counts[at - 1] and at > 1 else None
            cell = sheet.cell(line, at, plain(text) if found is None else found)
            cell.alignment = Alignment(horizontal="right" if counts[at - 1] and at > 1 else "left", wrap_text=line == 1)
            if found is not None:
                cell.number_format = _format(text)
            if line == 1:
                cell.font, cell.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor=DEEP)
            elif any(other.startswith("**") for other in row):
                cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor=SOFT)
                cell.border = Border(top=Side(style="thin", color=DEEP))
    for at, column in enumerate(columns, 1):
        longest = max(len(plain(text)) for text in column[1:])
        sheet.column_dimensions[get_column_letter(at)].width = max(longest + 3, 13)


def _format(text: str) -> str:
    """How a number is shown, as it stands in the text: with its sign, its decimals and its percent."""
    shown = "0.0" if "," in text else "#,##0"
    if text.strip("*").endswith(" %"):
        shown = "0.0 %" if "," in text else "0 %"
    return f"+{shown};−{shown};0" if plain(text).startswith(("+", "−")) else shown
