"""Spreadsheets: xlsx by way of openpyxl, ods by reading its XML, and csv. Their rows come in pieces of some hundred."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from itertools import chain
from xml.etree.ElementTree import Element

import openpyxl
from defusedxml import ElementTree

from workspace.extraction import margins, model, plain
from workspace.extraction.model import Extract, Leaf

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_MOST_LOOKED_AT = 1_100_000  # rows, empty ones too
Row = list[str]
Sheet = tuple[str, Iterable[Row]]


def read_xlsx(content: bytes) -> Extract:
    """An xlsx: the values of all sheets. A formula is the value it had when the file was saved."""
    warnings.simplefilter("ignore")  # about styles and extensions that don't concern the values
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    return gathered([(sheet.title, _rows_of(sheet)) for sheet in book.worksheets])


def _rows_of(sheet: object) -> Iterator[Row]:
    sheet.reset_dimensions()  # type: ignore[attr-defined]  # a file may claim any size
    for row in sheet.iter_rows(values_only=True):  # type: ignore[attr-defined]
        yield [_shown(value) for value in row[: model.MOST_COLUMNS]]


def _shown(value: object) -> str:
    """A cell as text: dates as ISO 8601, whole numbers without decimals."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.10g}"
    return str(value)


def read_ods(content: bytes) -> Extract:
    """An ods: the values of all sheets as they are shown."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        root = ElementTree.fromstring(archive.read("content.xml"), forbid_dtd=True)
        around = margins.of_opendocument(archive)
    sheets: list[Sheet] = [
        (table.get(f"{_TABLE}name", ""), _rows_shown(table)) for table in root.iter(f"{_TABLE}table")
    ]
    if sheets:  # what stands around the tables on paper comes after the last
        name, rows = sheets[-1]
        sheets[-1] = (name, chain(rows, ([line] for line in around)))
    return gathered(sheets)


def _rows_shown(table: Element) -> Iterator[Row]:
    for row in table.iter(f"{_TABLE}table-row"):
        cells: Row = []
        for cell in row:
            if cell.tag in {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}:
                text = "\n".join("".join(part.itertext()) for part in cell.iter(f"{_TEXT}p"))
                cells += [text] * _times(cell, "number-columns-repeated", model.MOST_COLUMNS - len(cells))
        times = _times(row, "number-rows-repeated", model.ROWS_ON_A_PAGE) if any(cells) else 1
        yield from [cells] * times


def _times(element: Element, name: str, most: int) -> int:
    value = element.get(f"{_TABLE}{name}", "1")
    times = int(value) if value.isascii() and value.isdigit() and len(value) < 9 else 1
    return max(0, min(times, most))


def read_csv(content: bytes) -> Extract:
    """A csv with commas, semicolons or tabs between its values."""
    text = plain.decoded(content)
    csv.field_size_limit(model.LARGEST)
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(text[:20_000], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    rows = csv.reader(io.StringIO(text), dialect)
    return gathered([("", (row[: model.MOST_COLUMNS] for row in rows))])


def gathered(sheets: list[Sheet]) -> Extract:
    """The rows of all sheets in leaves of some hundred rows, up to the most we keep. Empty rows are passed over."""
    leaves: list[Leaf] = []
    left = model.MOST_ROWS
    is_cut = False
    for name, rows in sheets:
        piece: list[str] = []
        first = number = 1
        for number, row in enumerate(rows, start=1):
            line = "\t".join(_cell(cell) for cell in row).rstrip("\t")
            if line:
                piece.append(line)
                left -= 1
            if left < 0 or number > _MOST_LOOKED_AT:
                is_cut = True
                break
            if len(piece) == model.ROWS_ON_A_PAGE:
                leaves.append(_leaf(name, piece, first, number))
                piece, first = [], number + 1
        if piece:
            leaves.append(_leaf(name, piece, first, number))
        if is_cut:
            break
    kept, too_long = _within(leaves)
    state = model.EMPTY if not kept else model.PARTIAL if is_cut or too_long else model.READ
    return Extract(state=state, unit="sheet", leaves=tuple(kept), of=len(kept))


def _cell(text: str) -> str:
    text = " ".join(plain.cleaned(text).split())
    return text if len(text) <= model.LONGEST_CELL else text[: model.LONGEST_CELL - 1] + "…"


def _leaf(name: str, lines: list[str], first: int, last: int) -> Leaf:
    """A piece of a sheet. The rows are named where a sheet has more than one piece."""
    is_whole = first == 1 and len(lines) < model.ROWS_ON_A_PAGE
    label = name if is_whole else f"{name}, {first}–{last}" if name else f"{first}–{last}"
    return Leaf("\n".join(lines), plain.cleaned(label))


def _within(leaves: list[Leaf]) -> tuple[list[Leaf], bool]:
    """As many leaves as there is room for, and whether some were left out."""
    left = model.LONGEST_PAGES
    for number, leaf in enumerate(leaves):
        left -= len(leaf.text.encode())
        if left < 0:
            return leaves[:number], True
    return leaves, False
