"""Bringing in files and JSON lines, good and bad."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import REGION
from workspace.access import operator
from workspace.documents.model import Document
from workspace.files import importing
from workspace.files.importing import Item, Report
from workspace.parts import Workspace


def lines(tmp_path: Path, *rows: object) -> list[Item]:
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
    return list(importing.rows_of(path, "note", "nb"))


def bring_in(workspace: Workspace, path: Path) -> list[Report]:
    return list(importing.bring_in(workspace, operator(REGION), path, path.name, "note", None))


def bring_in_lines(workspace: Workspace, tmp_path: Path, *rows: object) -> list[Report]:
    lines(tmp_path, *rows)
    return bring_in(workspace, tmp_path / "rows.jsonl")


def stored(workspace: Workspace) -> list[Document]:
    return workspace.region(REGION).view().find(Document)


# -- Files --


def test_a_folder_gives_its_files_by_path(tmp_path: Path) -> None:
    for name in ("b.md", "a/c.txt", ".hidden/d.md", "a/.e.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [ref for _path, ref in importing.found_in([tmp_path])] == ["a/c.txt", "b.md"]
    assert [ref for _path, ref in importing.found_in([tmp_path / "a" / "c.txt"])] == ["c.txt"]


@pytest.mark.parametrize(
    ("name", "content", "title", "text"),
    [
        ("plan.md", b"# Felles plan\n\nNi kommuner.\n", "Felles plan", "Ni kommuner."),
        ("plan.md", b"# Bare en overskrift\n", "plan", "# Bare en overskrift"),
        ("plan.md", b"Uten overskrift.", "plan", "Uten overskrift."),
        ("notat.txt", "\ufeffBlåbær\r\nog rømme".encode(), "notat", "Blåbær\nog rømme"),
        ("notat.txt", "A\u030alesund".encode(), "notat", "Ålesund"),
        ("notat.txt", "Blåbær".encode("utf-16"), "notat", "Blåbær"),
    ],
)
def test_text_files(tmp_path: Path, workspace: Workspace, name: str, content: bytes, title: str, text: str) -> None:
    (tmp_path / name).write_bytes(content)
    [report] = bring_in(workspace, tmp_path / name)
    [document] = stored(workspace)
    assert (report.outcome, document.title, document.text) == ("imported", title, text)
    assert document.file is not None and document.file.name == name


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("tom.md", b"", "it is empty"),
        ("bilde.txt", b"\x89PNG\r\n\x1a\n\x00\x00", "another type"),
        ("null.txt", b"tekst\x00mer", "not text"),
        ("rart.txt", b"\x81\x8d\x90", "not text"),
        ("film.mp4", b"x", "not taken"),
        ("uten", b"x", "not taken"),
        ("gammel.xls", b"x", "save it as"),
    ],
)
def test_what_is_refused_says_why_and_is_not_kept(
    tmp_path: Path, workspace: Workspace, name: str, content: bytes, why: str
) -> None:
    (tmp_path / name).write_bytes(content)
    [report] = bring_in(workspace, tmp_path / name)
    assert report.line.startswith(f"refused: {name}: ") and why in report.reason
    assert stored(workspace) == []


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [("ark.xlsx", b"PK", "damaged"), ("blank.txt", b" \n\n", "no text"), ("side.pdf", b"%PDF-1.4 ...", "damaged")],
)
def test_a_file_that_can_not_be_read_is_stored_and_says_so(
    tmp_path: Path, workspace: Workspace, name: str, content: bytes, why: str
) -> None:
    (tmp_path / name).write_bytes(content)
    [report] = bring_in(workspace, tmp_path / name)
    assert report.line.startswith(f"stored, text not readable: {name}: ") and why in report.reason
    [document] = stored(workspace)
    assert not document.readable
    assert [again.outcome for again in bring_in(workspace, tmp_path / name)] == ["unchanged"]


def test_a_file_name_that_is_not_text_does_not_stop_the_rest(tmp_path: Path, workspace: Workspace) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "god.md").write_text("Tekst.")
    Path(f"{folder}/\udcff.md").write_text("Tekst.")
    reports: list[Report] = []
    for path, ref in importing.found_in([folder]):
        reports += importing.bring_in(workspace, operator(REGION), path, ref, "note", None)
    assert sorted(report.outcome for report in reports) == ["imported", "refused"]
    assert all(report.line.encode() for report in reports)


# -- JSON lines --


def test_a_line_with_everything(tmp_path: Path, workspace: Workspace) -> None:
    row = {
        "id": "x-1",
        "title": " Lov om\nkarantene ",
        "text": "Endringer.",
        "kind": "analysis",
        "lang": "nn",
        "tags": ["lov", "", "lov", 7],
        "published": "2025-02-07T10:00:00Z",
        "ministry": "KDD",
        "type": "passage",
    }
    bring_in_lines(workspace, tmp_path, row)
    [document] = stored(workspace)
    assert (document.ref, document.title, document.kind) == ("x-1", "Lov om karantene", "analysis")
    assert (document.language, document.tags, document.date) == ("nn", ("lov", "7"), "2025-02-07")


def test_sections_become_one_document_with_headings(tmp_path: Path) -> None:
    sections = [{"heading": "Mål\nog veg", "text": "Ein."}, {"heading": None, "text": "To."}, "tull", {"text": "Tre."}]
    [item] = lines(tmp_path, {"id": "x", "sections": sections})
    assert item.fields["text"] == "## Mål og veg\n\nEin.\n\nTo.\n\nTre."
    assert item.fields["title"] == "Mål og veg"


def test_without_title_and_headings_the_text_gives_the_title(tmp_path: Path) -> None:
    [item] = lines(tmp_path, {"id": "x", "text": "Eg har den gleda å leggja fram saka. " * 9})
    assert item.fields["title"].startswith("Eg har den gleda") and item.fields["title"].endswith("…")
    [item] = lines(tmp_path, {"id": "x", "title": "x" * 500, "text": "Tekst."})
    assert len(item.fields["title"]) == 200


@pytest.mark.parametrize("date", ["2026-02-30", "i fjor", 20260101, None, ["2026-01-01"]])
def test_a_date_that_is_none_is_left_out(tmp_path: Path, workspace: Workspace, date: object) -> None:
    [report] = bring_in_lines(workspace, tmp_path, {"id": "x", "text": "Tekst.", "date": date})
    assert report.outcome == "imported"
    assert stored(workspace)[0].date == ""


def test_lines_of_other_types_are_passed_over(tmp_path: Path) -> None:
    assert lines(tmp_path, {"type": "question", "id": "q", "text": "?"}, "", {"type": ["x"], "id": "y"}) == []


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("{", "not a line of JSON"),
        ("[" * 100_000, "not a line of JSON"),
        ("[1]", "not a JSON object"),
        ({"text": "Tekst."}, "no id"),
        ({"id": 7, "text": "Tekst."}, "not a usable id"),
        ({"id": "a\nb", "text": "Tekst."}, "not a usable id"),
        ({"id": "x" * 1001, "text": "Tekst."}, "not a usable id"),
        ('{"id": "\\ud800", "text": "Tekst."}', "characters"),
        ('{"id": "x", "text": "\\udfff"}', "characters"),
        ('{"id": "x", "text": "Tekst.", "tags": ["\\ud800"]}', "characters"),
        ('{"id": "x", "text": "Tekst.", "n": ' + "9" * 5000 + "}", "not a line of JSON"),
        ({"id": "x"}, "no text"),
        ({"id": "x", "text": "\u200d"}, "no text"),
        ({"id": "x", "text": None, "sections": {"heading": "x"}}, "no text"),
    ],
)
def test_bad_lines_are_refused_and_the_others_brought_in(
    tmp_path: Path, workspace: Workspace, row: object, why: str
) -> None:
    reports = bring_in_lines(workspace, tmp_path, row, {"id": "god", "text": "Tekst."})
    assert [report.outcome for report in reports] == ["refused", "imported"]
    assert why in reports[0].reason and reports[0].line.encode()


def test_again_after_a_stop_nothing_is_doubled(tmp_path: Path, workspace: Workspace) -> None:
    rows = [{"id": f"d-{n}", "text": f"Tekst {n}."} for n in range(20)]
    bring_in_lines(workspace, tmp_path, *rows[:7])
    again = bring_in_lines(workspace, tmp_path, *rows)
    assert [report.outcome for report in again] == ["unchanged"] * 7 + ["imported"] * 13
    assert len(stored(workspace)) == 20


def test_the_shares_of_a_file_make_a_whole(tmp_path: Path, workspace: Workspace) -> None:
    reports = bring_in_lines(workspace, tmp_path, {"id": "a", "text": "Ein."}, "{", {"id": "b", "text": "To."})
    assert sum(report.share for report in reports) == pytest.approx(1)


def test_without_a_language_the_words_tell(tmp_path: Path, workspace: Workspace) -> None:
    (tmp_path / "a.txt").write_text("Eg veit ikkje kva dei vil, men det er ein god tanke frå kommunane.")
    (tmp_path / "b.txt").write_text("Jeg vet ikke hva de vil, men noen av kommunene har det fra før.")
    for name in ("a.txt", "b.txt"):
        bring_in(workspace, tmp_path / name)
    assert {document.title: document.language for document in stored(workspace)} == {"a": "nn", "b": "nb"}
