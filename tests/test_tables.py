"""Tables out and in: what goes out comes in again the same, and no text becomes a formula (torture case 21)."""

from __future__ import annotations

import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace import tables
from workspace.errors import Invalid
from workspace.tables import Table

NASTY = ["=cmd|' /C calc'!A0", "+1", "-1+1|cmd", "@SUM(A1)", "\tx", "'=1", "'", 'Ægir; «sitat» "x", y', "linje\nto"]


def test_csv_guards_formulas_and_reads_them_back() -> None:
    content = tables.to_csv(Table("t", ["a", "n"], [[text, -1] for text in NASTY])).decode("utf-8-sig")
    assert "'=cmd|" in content
    assert not any(line.startswith(("=", "+", "@", "-")) for line in content.splitlines())
    lines = tables.read_csv(content.encode())
    assert [line.cells["a"] for line in lines] == [text.strip() for text in NASTY]
    assert {line.cells["n"] for line in lines} == {"-1"}  # a number is a number


def test_xlsx_keeps_formulas_as_text() -> None:
    content = tables.to_xlsx([Table("Ark", ["=a", "n"], [[text, 7] for text in NASTY])])
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert [cell.data_type for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)] == ["s"] * (
        len(NASTY) + 2
    )
    assert sheet["A2"].quotePrefix
    assert sheet["B2"].value == 7
    assert tables.read_xlsx(content)["Ark"][0].cells == {"=a": NASTY[0], "n": "7"}


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))), min_size=1, max_size=4))
def test_any_text_comes_back(cells: list[str]) -> None:
    names = [f"c{n}" for n in range(len(cells))]
    read = tables.read_csv(tables.to_csv(Table("t", ["first", *names], [["x", *cells]])))
    assert list(read[0].cells.values())[1:] == [cell.strip() for cell in cells]


def test_lines_are_numbered_as_in_the_file() -> None:
    assert [line.number for line in tables.read_csv(b"a,b\n1,2\n\n3,4\n")] == [2, 4]


@pytest.mark.parametrize("content", [b"\xff\xfe", b'a;b\n"x'])
def test_a_csv_that_is_none_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        tables.read_csv(content)


def test_an_xlsx_that_is_none_is_refused() -> None:
    with pytest.raises(Invalid):
        tables.read_xlsx(b"not a workbook")
