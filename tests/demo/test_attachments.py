"""The files of the demo are real ones, say what the analyses say, and are the same bytes every time."""

from __future__ import annotations

import io
from datetime import datetime
from functools import cache
from pathlib import Path

import docx
import openpyxl
import pypdfium2
import pytest

from workspace.demo.attachments import ATTACHMENTS, Attachment, figures, note, printed_report
from workspace.demo.attachments.blocks import number, plain, read
from workspace.demo.sources import SOURCES


@cache
def made(attachment: Attachment) -> bytes:
    return attachment.make(SOURCES)


def made_by(module: object) -> io.BytesIO:
    [attachment] = [one for one in ATTACHMENTS if one.make.__module__ == module.__name__]  # type: ignore[attr-defined]
    return io.BytesIO(made(attachment))


@pytest.fixture(scope="module")
def pages() -> list[str]:
    document = pypdfium2.PdfDocument(made_by(printed_report))
    return [page.get_textpage().get_text_range().replace("\u00a0", " ") for page in document]


@pytest.mark.parametrize("attachment", ATTACHMENTS, ids=lambda one: one.name)
def test_a_file_is_made_the_same_way_every_time(attachment: Attachment) -> None:
    assert attachment.make(SOURCES) == made(attachment)


@pytest.mark.parametrize("attachment", ATTACHMENTS, ids=lambda one: one.name)
def test_a_file_is_laid_in_the_room_before_the_present_of_the_demo(attachment: Attachment) -> None:
    assert datetime(2026, 3, 1) < datetime.strptime(attachment.at, "%Y-%m-%d %H:%M") < datetime(2026, 11, 23, 15, 40)
    assert (SOURCES / "documents" / f"{attachment.document}.md").exists()


def test_the_report_has_a_cover_contents_chapters_and_figures(pages: list[str]) -> None:
    assert 5 <= len(pages) <= 8
    assert "Skarfjordregionen" in pages[0] and "oppdiktet" in pages[0]
    assert "Innhold" in pages[1]
    text = "\n".join(pages)
    for found in ("Tabell 7", "Figur 1", "Figur 2", "Figur 3", f"Side {len(pages)} av {len(pages)}"):
        assert found in text


def test_the_report_can_be_read_by_a_screen_reader() -> None:
    content = made_by(printed_report).getvalue()
    assert b"/MarkInfo" in content and b"/StructTreeRoot" in content and b"pdfuaid" in content


def test_every_figure_of_the_analysis_is_in_the_report(pages: list[str]) -> None:
    text = " ".join(" ".join(pages).split())
    tables = [block for block in read(SOURCES / "documents" / "analyse-a1.md").blocks if block.kind == "table"]
    assert len(tables) == 7
    for table in tables:
        for row in table.rows[1:]:
            assert " ".join(map(plain, row)) in text


def test_the_report_changes_with_the_analysis(tmp_path: Path) -> None:
    analysis = (SOURCES / "documents" / "analyse-a1.md").read_text(encoding="utf-8")
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "analyse-a1.md").write_text(analysis.replace("5 560", "5 570"), encoding="utf-8")
    document = pypdfium2.PdfDocument(io.BytesIO(printed_report.make(tmp_path)))
    text = "".join(page.get_textpage().get_text_range() for page in document).replace("\u00a0", " ")
    assert "5 570" in text and "5 560" not in text


def test_the_workbook_has_a_sheet_for_each_subject_with_heads() -> None:
    book = openpyxl.load_workbook(made_by(figures))
    assert {"Innhold", "Sysselsatte", "Pendling", "Framskriving", "Undersøkelsen", "Kraft og areal"} <= set(
        book.sheetnames
    )
    assert len(book.sheetnames) == len(figures.SHEETS) + 1
    for sheet in book:
        assert sheet.freeze_panes == "B2"
        assert all(isinstance(cell.value, str) and cell.font.bold for cell in sheet[1])


def test_the_workbook_counts_what_the_analyses_count() -> None:
    book = openpyxl.load_workbook(made_by(figures))
    for one in figures.SHEETS:
        table = read(SOURCES / "documents" / f"{one.document}.md").table(*one.heads)
        rows = list(book[one.name].iter_rows(min_row=2, min_col=2, values_only=True))
        assert len(rows) == len(table.rows) - 1
        for row, source in zip(rows, table.rows[1:], strict=True):
            for cell, text in zip(row, source[1:], strict=True):
                assert cell == (plain(text) or None if number(text) is None else number(text))


def test_numbers_in_the_workbook_are_shown_as_in_the_text() -> None:
    book = openpyxl.load_workbook(made_by(figures))
    last = book["Framskriving"][11]
    assert [cell.value for cell in last] == [None, "Regionen", 37750, 36900, -850, -0.023, None]
    assert [cell.number_format for cell in last[2:6]] == ["#,##0", "#,##0", "+#,##0;−#,##0;0", "+0.0 %;−0.0 %;0"]
    assert book["Sysselsatte"].cell(12, 11).value == 18970
    assert book["Vekst"].cell(7, 2).number_format == "0.0"


def test_the_note_has_headings_and_tables_with_heads() -> None:
    document = docx.Document(made_by(note))
    headings = [one.text for one in document.paragraphs if one.style and str(one.style.name).startswith("Heading")]
    assert headings[1] == "2 Målet om 200 utenfor Havnsund" and len(headings) == 4
    use, costs = document.tables
    assert use.rows[0].cells[0].text == "Planen brukes"
    amounts = [[number(cell.text) for cell in row.cells[1:]] for row in costs.rows[1:]]
    for column in zip(*amounts, strict=True):
        assert sum(filter(None, column[:-1])) == column[-1] == 1_800_000
    assert document.core_properties.modified.year == 2026
    assert document.core_properties.language == "nb-NO"
    assert "w:tblHeader" in use.rows[0]._tr.xml


def test_the_note_tells_what_the_analysis_tells() -> None:
    text = "\n".join(one.text for one in docx.Document(made_by(note)).paragraphs)
    table = read(SOURCES / "documents" / "analyse-a1.md").table("Kommune", "2015")
    changed = {row[0]: int(number(row[3]) or 0) for row in table.rows[1:]}
    for names in (
        ("Skarfjord", "Bjørkvåg", "Kvernvik"),
        ("Tverrdal", "Brattfjell", "Myrland"),
        ("Ytre Eidvær", "Sandværøy"),
    ):
        change = sum(changed[name] for name in names)
        assert f"{', '.join(names[:-1])} og {names[-1]}: {abs(change)} {'flere' if change > 0 else 'færre'}" in text
    assert "170 færre" in text
    assert changed["**Regionen**"] - changed["Havnsund"] == -170
