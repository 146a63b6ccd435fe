"""Files as documents: brought in, known again, replaced, attached, and given back as they came."""

from __future__ import annotations

import io
import threading

import pytest
from PIL import Image

from tests.conftest import AMUND, KARI, REGION
from tests.extraction import nasty
from workspace.access import Audience
from workspace.documents import leaves
from workspace.documents import service as documents
from workspace.documents.language import language_of
from workspace.documents.model import Document
from workspace.errors import Forbidden, NotFound, Unavailable
from workspace.extraction import reading
from workspace.extraction.model import Refused
from workspace.files import service
from workspace.parts import Workspace
from workspace.search import service as search

SHEET = "Kommune;Kai\nHavnsund;210\nKvernvik;85\n".encode("cp1252")


def photo() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = "Kaia i Skarsund"
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_a_pdf_becomes_a_document_of_pages(workspace: Workspace) -> None:
    taken = service.take(workspace, AMUND, "Logistikk 2026.pdf", nasty.pdf(3), kind="analysis")
    document = taken.document
    assert taken.outcome == "imported"
    assert (document.title, document.unit, document.kind) == ("Logistikk 2026", "page", "analysis")
    assert [document.leaf(n) for n in range(5)] == ["", *["Kaia i Skarsund"] * 3, ""]
    assert document.file is not None and (document.file.of, document.file.state) == (3, "read")
    file, content = service.original(workspace, KARI, document.id)
    assert (file.name, content) == ("Logistikk 2026.pdf", nasty.pdf(3))


def test_search_gets_a_page_each(workspace: Workspace) -> None:
    document = service.take(workspace, AMUND, "a.pdf", nasty.pdf(2), kind="analysis").document
    entries, gone = documents.entries_of(workspace.region(REGION).view(), "documents", document.id)
    assert [(entry.uid, entry.page, entry.group) for entry in entries] == [
        (f"document:{document.id}#1", 1, document.id),
        (f"document:{document.id}#2", 2, document.id),
    ]
    assert [entry.parent for entry in entries] == ["", document.id], "only the first is found by the title"
    assert gone == [f"document:{document.id}", f"document:{document.id}#*"]


def test_a_shorter_edition_leaves_no_pages_behind_in_search(workspace: Workspace) -> None:
    def pages() -> list[tuple[str, int]]:
        hits = search.search(workspace, KARI, "skarsund", limit=30).hits
        return sorted((hit.entry.id, hit.entry.page) for hit in hits)

    id = service.take(workspace, AMUND, "a.pdf", nasty.pdf(3)).document.id
    assert pages() == [(id, 1), (id, 2), (id, 3)]
    service.take(workspace, AMUND, "a.pdf", nasty.pdf(2), document=id)
    assert pages() == [(id, 1), (id, 2)]
    service.take(workspace, AMUND, "a.txt", b"Kaia i Skarsund", document=id)
    assert pages() == [(id, 0)]
    service.take(workspace, AMUND, "a.pdf", nasty.pdf(1), document=id)
    assert pages() == [(id, 1)]


def test_a_file_that_can_not_be_read_is_kept_and_found_by_its_title(workspace: Workspace) -> None:
    taken = service.take(workspace, AMUND, "Reguleringskart.pdf", b"%PDF-1.4 skadet")
    assert taken.outcome == "stored"
    [entry], _gone = documents.entries_of(workspace.region(REGION).view(), "documents", taken.document.id)
    assert (entry.title, entry.readable, entry.text) == ("Reguleringskart", False, "")


def test_the_same_bytes_are_known_again(workspace: Workspace) -> None:
    first = service.take(workspace, AMUND, "kai.csv", SHEET)
    again = service.take(workspace, AMUND, "kopi av kai.csv", SHEET)
    assert (again.outcome, again.document.id) == ("known", first.document.id)


def test_the_same_bytes_on_two_documents_are_one_blob_and_two_attachments(workspace: Workspace) -> None:
    plans = [documents.create(workspace, AMUND, title=title, text="x", kind="plan") for title in ("A", "B")]
    made = [service.take(workspace, AMUND, "kai.csv", SHEET, attached_to=plan.id).document for plan in plans]
    assert made[0].id != made[1].id
    assert made[0].file.digest == made[1].file.digest
    assert [row.id for row in service.attachments(workspace, KARI, plans[0])] == [made[0].id]


def test_an_attachment_is_closed_and_opened_with_its_document(workspace: Workspace) -> None:
    plan = documents.create(workspace, AMUND, title="Plan", text="x", kind="plan")
    attached = service.take(workspace, AMUND, "kai.csv", SHEET, attached_to=plan.id).document
    closed = documents.save(workspace, AMUND, plan.id, plan.version, audience=Audience.STAFF)
    with pytest.raises(NotFound):
        service.original(workspace, KARI, attached.id)
    documents.save(workspace, AMUND, plan.id, closed.version, audience=Audience.REGION)
    assert service.original(workspace, KARI, attached.id)[1] == SHEET


def test_a_new_edition_is_a_new_version_and_the_old_file_stays(workspace: Workspace) -> None:
    first = service.take(workspace, AMUND, "kai.csv", SHEET).document
    taken = service.take(workspace, AMUND, "kai 2.csv", SHEET + b"Sund;4\n", document=first.id)
    assert (taken.outcome, taken.document.id, taken.document.number) == ("changed", first.id, 2)
    assert service.original(workspace, KARI, first.id)[0].name == "kai 2.csv"
    assert service.original(workspace, KARI, first.id, 1)[1] == SHEET
    with pytest.raises(NotFound):
        service.original(workspace, KARI, first.id, 9)


def test_a_title_that_a_person_wrote_stays_with_the_next_editions(workspace: Workspace) -> None:
    first = service.take(workspace, AMUND, "rapport.md", b"# Havn\n\nKaia.").document
    named = service.take(workspace, AMUND, "rapport 2.md", b"# Havn og kai\n\nKaia.", document=first.id).document
    assert (first.title, named.title) == ("Havn", "Havn og kai"), "what the file says, as long as nobody says more"
    documents.save(workspace, AMUND, first.id, named.version, title="Havnerapporten")
    for number in (3, 4):
        content = f"# Utgave {number}\n\nKaia.".encode()
        kept = service.take(workspace, AMUND, f"{number}.md", content, document=first.id).document
        assert kept.title == "Havnerapporten"
    assert kept.file.title == "Utgave 4"


def test_a_new_edition_that_does_not_tell_its_language_keeps_that_of_the_old(workspace: Workspace) -> None:
    first = service.take(workspace, AMUND, "a.txt", b"The plan is for the region and not for one of us.").document
    assert service.take(workspace, AMUND, "a.txt", b"Ice.", document=first.id).document.language == "en"


def test_imported_again_by_ref_it_is_unchanged_or_changed(workspace: Workspace) -> None:
    def outcome(content: bytes) -> str:
        return service.take(workspace, AMUND, "kai.csv", content, ref="mappe/kai.csv").outcome

    assert [outcome(SHEET), outcome(SHEET), outcome(SHEET + b"x;1\n")] == ["imported", "unchanged", "changed"]


def test_a_text_edited_here_is_not_undone_by_importing_the_same_file_again(workspace: Workspace) -> None:
    document = service.take(workspace, AMUND, "a.md", b"# Plan\n\nEn.", ref="a.md").document
    documents.save(workspace, AMUND, document.id, document.version, text="To.")
    again = service.take(workspace, AMUND, "a.md", b"# Plan\n\nEn.", ref="a.md")
    assert (again.outcome, again.document.text) == ("unchanged", "To.")


def test_a_photo_is_kept_without_where_it_was_taken(workspace: Workspace) -> None:
    document = service.take(workspace, AMUND, "befaring.jpg", photo()).document
    file, content = service.picture(workspace, KARI, document.id)
    assert file.state == "picture" and b"Skarsund" not in content
    assert service.take(workspace, AMUND, "samme.jpg", photo()).outcome == "known"
    sheet = service.take(workspace, AMUND, "kai.csv", SHEET).document
    with pytest.raises(NotFound):
        service.picture(workspace, KARI, sheet.id)


def test_files_for_staff_are_not_there_for_others(workspace: Workspace) -> None:
    document = service.take(workspace, AMUND, "a.pdf", nasty.pdf(), audience=Audience.STAFF).document
    for act in (service.original, service.picture):
        with pytest.raises(NotFound):
            act(workspace, KARI, document.id)
    with pytest.raises(NotFound):
        service.page_picture(workspace, KARI, document.id, 1)
    assert service.page_picture(workspace, AMUND, document.id, 1)[:4] == b"RIFF"
    with pytest.raises(Forbidden):
        service.take(workspace, KARI, "b.csv", SHEET)


def test_a_page_is_drawn_once(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    document = service.take(workspace, AMUND, "a.pdf", nasty.pdf()).document
    first = service.page_picture(workspace, KARI, document.id, 1)
    monkeypatch.setattr("workspace.extraction.reading.page_picture", lambda *_: pytest.fail("drawn again"))
    assert service.page_picture(workspace, KARI, document.id, 1) == first
    for number in (0, 2):
        with pytest.raises(NotFound):
            service.page_picture(workspace, KARI, document.id, number)


def test_when_too_many_pages_are_drawn_at_once_one_waits_and_is_told(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = service.take(workspace, AMUND, "a.pdf", nasty.pdf()).document
    monkeypatch.setattr(reading, "DRAWING_PATIENCE", 0.01)
    monkeypatch.setattr(reading, "_drawing", threading.Semaphore(0))
    with pytest.raises(Unavailable):
        service.page_picture(workspace, KARI, document.id, 1)


def test_what_is_refused_leaves_nothing_behind(workspace: Workspace) -> None:
    with pytest.raises(Refused):
        service.take(workspace, AMUND, "a.docx", nasty.pdf())
    assert workspace.region(REGION).view().find(Document) == []
    assert not list((workspace.config.instance / "regions" / REGION).rglob("blobs/*/*"))


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Temp\\møtebok æøå.docx", "møtebok æøå.docx"),
        ("a\0b\r\nc.pdf", "a b c.pdf"),
        ("kai\u202egpj.exe.pdf", "kaigpj.exe.pdf"),
        ('"Kai" \'26.pdf', '"Kai" \'26.pdf'),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("A\u030alesund.pdf", "Ålesund.pdf"),
        ("CON", "CON"),
        ("..", "fil"),
        ("", "fil"),
    ],
)
def test_names_of_files(name: str, clean: str) -> None:
    assert service.clean_name(name) == clean


def test_a_sheet_is_one_table_with_the_text_of_its_cells(workspace: Workspace) -> None:
    document = service.take(workspace, AMUND, "kai.csv", SHEET + b"<b>;2\n").document
    [table] = leaves.render(document, 1).blocks
    assert table.html.startswith("<table><tbody><tr><th>Kommune</th>\t<th>Kai</th></tr>\n<tr><td>Havnsund</td>")
    assert "&lt;b&gt;" in table.html and "<b>" not in table.html
    assert table.text == "Kommune\tKai\nHavnsund\t210\nKvernvik\t85\n<b>\t2"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Jeg vet ikke hva de vil, men noen har det fra før.", "nb"),
        ("Eg veit ikkje kva dei vil, men nokon har det frå før.", "nn"),
        ("The plan is for the region and not for one of us.", "en"),
        ("210 85 kai", ""),
    ],
)
def test_the_language_of_a_text(text: str, language: str) -> None:
    assert language_of(text) == language
