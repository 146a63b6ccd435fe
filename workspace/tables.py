"""Tables out and in again: CSV and XLSX, in one form, for every room that exports.

A cell of text never becomes a formula in a spreadsheet (CWE-1236): in CSV it gets an apostrophe in front, which reading
takes off again; in XLSX it is marked as text. Numbers are numbers.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils.exceptions import InvalidFileException

from workspace.errors import Invalid, _

Cell = str | int | float | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # also in full width
MOST_ROWS = 100_000
LARGEST = 20 * 1024 * 1024  # bytes, of an XLSX unpacked: what comes from outside may be a bomb
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # no file of Office may have them


class Table(NamedTuple):
    """A sheet: its name, the names of its columns, and rows of cells in that order."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Cell]]


class Line(NamedTuple):
    """A row that was read: its number in the file (the columns' names are in line 1) and its cells by column."""

    number: int
    cells: dict[str, str]


def to_csv(table: Table) -> bytes:
    """A table as CSV: UTF-8 with a mark that spreadsheets know it by, semicolons, as Norwegian spreadsheets read it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(map(_guarded, table.columns))
    writer.writerows([_guarded(cell) for cell in row] for row in table.rows)
    return out.getvalue().encode("utf-8-sig")


def _guarded(cell: Cell) -> Cell:
    """A text that a spreadsheet would take for a formula, or that has our apostrophe already, with one in front."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith((*_FORMULA, "'")) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*_FORMULA, "'")) else cell


def to_xlsx(tables: Iterable[Table]) -> bytes:
    """Tables as the sheets of a workbook."""
    book = openpyxl.Workbook(write_only=True)
    for table in tables:
        sheet = book.create_sheet(table.name[:31])
        sheet.freeze_panes = "A2"
        heads = [_text_cell(sheet, name) for name in table.columns]
        for head in heads:
            head.font = Font(bold=True)
        sheet.append(heads)
        for row in table.rows:
            sheet.append([_text_cell(sheet, cell) if isinstance(cell, str) else cell for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _text_cell(sheet: object, text: str) -> WriteOnlyCell:
    """A cell that is text whatever it begins with, and stays so when it is edited (quote prefix)."""
    cell = WriteOnlyCell(sheet, value="")
    cell.value = _NOT_IN_XML.sub("", text)[:32_767]
    cell.data_type = "s"
    if text.startswith(_FORMULA):
        cell.quotePrefix = True
    return cell


def read_csv(content: bytes) -> list[Line]:
    """The rows of a CSV file (comma, semicolon or tab; UTF-8). Column names in lower case. Raises Invalid."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid({"file": _("Filen er ikke i UTF-8. Lagre den som «CSV UTF-8» og prøv igjen.")}) from error
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return _lines((rows.line_num, [_unguarded(cell) for cell in row]) for row in rows)
    except csv.Error as error:
        raise Invalid({"file": _("Linje %(number)s i filen kan ikke leses.", number=rows.line_num)}) from error


def read_xlsx(content: bytes) -> dict[str, list[Line]]:
    """The rows of every sheet of a workbook, by the sheet's name. Raises Invalid."""
    unreadable = Invalid({"file": _("Filen kan ikke leses som et regneark (XLSX).")})
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
                raise Invalid({"file": _("Regnearket er for stort.")})
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        return {sheet.title: _lines(enumerate(_cells(sheet), 1)) for sheet in book.worksheets}
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise unreadable from error


def _cells(sheet: object) -> Iterator[list[str]]:
    sheet.reset_dimensions()  # type: ignore[attr-defined]  # a file may claim any size
    for row in sheet.iter_rows(values_only=True, max_col=200):  # type: ignore[attr-defined]
        yield [_shown(value) for value in row]


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _lines(rows: Iterable[tuple[int, Sequence[str]]]) -> list[Line]:
    columns: list[str] = []
    found: list[Line] = []
    for number, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if not columns:
            columns = [cell.strip().lower() for cell in row]
            continue
        if len(found) >= MOST_ROWS:
            raise Invalid({"file": _("Filen har mer enn %(most)s rader.", most=MOST_ROWS)})
        found.append(Line(number, {name: cell.strip() for name, cell in zip(columns, row, strict=False) if name}))
    return found
