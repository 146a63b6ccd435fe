"""The hearing report: what it holds for whom, by chapter, party and municipality, and as files that are read back."""

from __future__ import annotations

import io
import re

import docx
import openpyxl
import pypdfium2
import pytest
from flask.testing import FlaskClient

from tests.conftest import AMUND, KARI, MARIT, REGION, START
from tests.hearings.conftest import HAV, MAAL, NEW_TEXT, answered, door_of, open_of
from workspace.access import Audience
from workspace.comments import service as comments
from workspace.comments import suggesting
from workspace.comments.model import Comment, Thread
from workspace.comments.suggestion import Suggestion
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.errors import NotFound, Unavailable
from workspace.hearings import answering, assessing, door, life, report, report_pdf, report_sheets, report_word
from workspace.hearings.model import Hearing
from workspace.hearings.paper import Paper, paper
from workspace.hearings.report_routes import filename
from workspace.parts import Workspace

FORMULA = '=HYPERLINK("http://ond.example","trykk")'


def change(workspace: Workspace, of: type, id: str, **fields: object) -> None:
    with workspace.region(REGION).transaction() as tx:
        tx.put(tx.get(of, id).changed(**fields))


@pytest.fixture
def hearing(region: Workspace, plan: Document) -> Hearing:
    """A hearing with something of everything said and settled."""
    made = open_of(region, plan, questions=("Er målene riktige?",), asked=("Havnsund kommune", "NHO"))
    taken = comments.open_thread(region, KARI, plan.id, 4, "Fordel dem", quote="600 nye arbeidsplasser")
    comments.reply(region, AMUND, taken.id, "Det skal vi")
    orphan = comments.open_thread(region, KARI, plan.id, 2, "Om arbeidsmarkedet")
    moderated = comments.open_thread(region, KARI, plan.id, 6, "Stygt")
    change(region, Comment, f"{moderated.id}-1", removed=START, removed_reason="Personangrep", text="")
    first = answered(region, made, {"": "Vi er enige", "q1": FORMULA, HAV: "Mer **fisk**"}, party="Havnsund kommune")
    second = answered(region, made, {MAAL: "Sett et mål"}, name="Anne Berg", party="NHO")
    gone = answered(region, made, {"": "Angrer"}, name="Ola Dunk", party="Ola AS")
    answering.withdraw(region, door_of(region, made), door.code_of(region, gone))
    text = NEW_TEXT.replace("Ni kommuner, ett arbeidsmarked.\n\n", "")
    documents.save(region, AMUND, plan.id, plan.version, text=text)
    change(
        region, Thread, taken.id, resolved=START, outcome="taken_in", reason="Godt poeng", led_to=2, kind="suggestion"
    )
    assert orphan.number == 1
    said = {"assessment": "Ja takk", "reason": "Rimelig"}
    kept = assessing.assess(region, AMUND, first.id, 2, first.version, outcome="not_taken_in", **said)
    assessing.assess(region, AMUND, second.id, 0, second.version, outcome="taken_in", led_to=2, **said)
    assert kept.number == 1
    return made


def made_by(workspace: Workspace, hearing: Hearing, way: str = "chapter", actor=AMUND) -> Paper:
    return paper(report.of_hearing(workspace, actor, hearing.id, way), "nb")


def senders(made: Paper) -> list[tuple[str, list[str]]]:
    return [(section.heading, [item.sender for item in section.items]) for section in made.sections]


def test_by_chapter(region: Workspace, hearing: Hearing) -> None:
    assert senders(made_by(region, hearing)) == [
        ("Hele dokumentet", ["Havnsund kommune", "Ola AS"]),
        ("Spørsmål 1: Er målene riktige?", ["Havnsund kommune"]),
        ("Innledning", ["Havnsund"]),
        ("Mål", ["NHO", "Havnsund"]),
        ("Hav", ["Havnsund kommune"]),
    ]


def test_by_party_and_by_municipality(region: Workspace, hearing: Hearing) -> None:
    assert [heading for heading, _rows in senders(made_by(region, hearing, "party"))] == [
        "Havnsund", "Havnsund kommune", "NHO", "Ola AS",
    ]  # fmt: skip
    made = made_by(region, hearing, "municipality")
    assert [(heading, len(rows)) for heading, rows in senders(made)] == [
        ("Havnsund", 5),
        ("Ikke knyttet til en kommune", 2),
    ]
    assert {item.about for item in made.sections[0].items} == {"", "Er målene riktige?", "Innledning", "Mål", "Hav"}


def test_a_comment_has_its_answer_reason_and_the_change_it_led_to(region: Workspace, hearing: Hearing) -> None:
    items = {item.text[0]: item for section in made_by(region, hearing).sections for item in section.items if item.text}
    taken = items["Fordel dem"]
    assert (taken.quote, taken.outcome, taken.reason) == ("600 nye arbeidsplasser", "Tatt inn", "Godt poeng")
    assert taken.assessment == (("Amund", ("Det skal vi",)),) and taken.change == "ja, i versjon 2"
    assert [[tuple(piece) for piece in run] for run in taken.runs] == [
        [
            ("same", "Vi vil ha 600 nye"),
            ("del", "arbeidsplasser"),
            ("ins", "arbeidsplasser, fordelt på alle,"),
            ("same", "innen 2035."),
        ]
    ]
    assert taken.sender_more[-2:] == ("Forslag", "23. november 2026")
    orphan = items["Om arbeidsmarkedet"]
    assert orphan.notes == ("Ordene sto i versjon 1, og er ikke lenger i teksten.",)
    assert (orphan.quote, orphan.outcome, orphan.change) == ("Ni kommuner, ett arbeidsmarked.", "Ikke vurdert ennå", "")
    assert items["Sett et mål"].runs == taken.runs, "the change of its chapter"
    refused = items["Mer fisk"]
    assert (refused.assessment, refused.reason, refused.change) == ((("", ("Ja takk",)),), "Rimelig", "nei")


def test_a_suggested_change_has_the_words_it_wants(region: Workspace, plan: Document) -> None:
    source = suggesting.paragraph(plan, 2)
    assert source is not None
    suggesting.make(region, KARI, plan.id, 2, source.text, "Ni kommuner, én region.", "Fordi det er sant.")
    [item] = [item for section in made_of(region, plan).sections for item in section.items]
    assert item.text == ("Fordi det er sant.", "Foreslår i stedet:", "Ni kommuner, én region.")
    suggesting.take_in(region, AMUND, region.region(REGION).view().first(Suggestion).id)
    [item] = [item for section in made_of(region, plan).sections for item in section.items]
    assert item.state == "taken_in" and any("én region" in piece.text for run in item.runs for piece in run)


def made_of(workspace: Workspace, document: Document) -> Paper:
    return paper(report.of_document(workspace, AMUND, document.id), "nb")


def test_what_was_withdrawn_is_said_and_what_was_removed_is_counted(region: Workspace, hearing: Hearing) -> None:
    made = made_by(region, hearing)
    [gone] = [item for section in made.sections for item in section.items if item.is_withdrawn]
    assert (gone.sender, gone.text, gone.notes) == ("Ola AS", (), ("Høringsuttalelsen er trukket.",))
    assert "Én kommentar er fjernet av prosesslederen, og er ikke med." in made.notes
    everything = str(made)
    for absent in ("Stygt", "Angrer", "Ola Dunk", "anne@"):
        assert absent not in everything
    facts = dict(made.facts)
    assert facts["Sendt til"] == "2 er bedt om å uttale seg, 2 av dem har svart"
    assert facts["Høringsuttalelser"] == "3 mottatt, én trukket"
    assert sorted(facts["Uttalelse fra"].split(", ")) == ["Havnsund kommune", "NHO"]  # they came at the same moment
    assert dict(made.counts) == {"Tatt inn": 2, "Ikke tatt inn": 1, "Ikke vurdert ennå": 3, "Trukket": 1}


def test_members_see_no_answer_before_it_is_shown_and_then_the_same(region: Workspace, hearing: Hearing) -> None:
    made = made_by(region, hearing, actor=KARI)
    assert senders(made) == [("Innledning", ["Havnsund"]), ("Mål", ["Havnsund"])]
    assert "Høringsuttalelsene er ikke med. De er ikke vist for medlemmene ennå." in made.notes
    assert "Høringsuttalelser" not in dict(made.facts) and "NHO" not in str(made)
    life.show_answers(region, MARIT, hearing.id, True)
    assert made_by(region, hearing, actor=KARI).sections == made_by(region, hearing).sections


def test_what_is_for_staff_alone_is_in_no_member_s_report(region: Workspace, hearing: Hearing) -> None:
    thread = comments.open_thread(region, AMUND, hearing.document, 1, "Internt notat")
    change(region, Thread, thread.id, audience=Audience.STAFF)
    assert "Internt notat" in str(made_by(region, hearing))
    assert "Internt notat" not in str(made_by(region, hearing, actor=KARI))
    secret = documents.create(region, AMUND, title="Internt", text="x", audience=Audience.STAFF)
    with pytest.raises(NotFound):
        report.of_document(region, KARI, secret.id)


def test_a_document_without_a_hearing_has_its_comments_alone(region: Workspace, hearing: Hearing) -> None:
    made = paper(report.of_document(region, KARI, hearing.document), "nb")
    assert (made.heading, made.title) == ("Sammenstilling av kommentarer", "Planutkast")
    assert senders(made) == [("Innledning", ["Havnsund"]), ("Mål", ["Havnsund"])]


# -- Files --


def test_the_docx_has_headings_tables_with_heads_and_the_changed_words(region: Workspace, hearing: Hearing) -> None:
    made = docx.Document(io.BytesIO(report_word.to_docx(made_by(region, hearing))))
    headings = [p.text for p in made.paragraphs if p.style.name.startswith("Heading")]
    assert headings == [
        "Oppsummert", "Hele dokumentet", "Spørsmål 1: Er målene riktige?", "Innledning", "Mål", "Hav",
    ]  # fmt: skip
    table = made.tables[5]
    assert [cell.text for cell in table.rows[0].cells] == ["Avsender", "Innspill", "Vurdering", "Endring"]
    assert table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")
    last = table.rows[2].cells
    assert last[0].text.split("\n")[0] == "6. Havnsund"
    assert "«600 nye arbeidsplasser»" in last[1].text and "Fordel dem" in last[1].text
    assert "Det skal vi" in last[2].text and "Begrunnelse: Godt poeng" in last[2].text
    runs = [run for paragraph in last[3].paragraphs for run in paragraph.runs]
    assert [run.text for run in runs if run.font.strike] == ["arbeidsplasser"]
    assert [run.text for run in runs if run.font.underline] == ["arbeidsplasser, fordelt på alle,"]
    assert made.core_properties.language == "nb-NO" and "Planutkast".lower() in made.core_properties.title.lower()


def test_the_workbook_has_a_row_each_and_no_formula(region: Workspace, hearing: Hearing) -> None:
    book = openpyxl.load_workbook(io.BytesIO(report_sheets.to_workbook(made_by(region, hearing))))
    rows = list(book["Innspill"].iter_rows(values_only=True))
    assert len(rows) == 1 + 7 and rows[0][:3] == ("Nr.", "Etter kapittel", "Avsender")
    [cell] = [cell for row in book["Innspill"].iter_rows() for cell in row if cell.value == FORMULA]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert "[–arbeidsplasser] [+arbeidsplasser, fordelt på alle,]" in rows[5][12]
    assert ("Tatt inn", 2) in list(book["Om sammenstillingen"].iter_rows(values_only=True))


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    return re.sub(r"\s+", " ", " ".join(pages).replace("\ufffe\r\n", "").replace("\ufffe", ""))


def test_the_pdf_can_be_read_by_everybody(region: Workspace, hearing: Hearing) -> None:
    content = report_pdf.to_pdf(made_by(region, hearing))
    for told in (b"/StructTreeRoot", b"/MarkInfo", b"/Lang", b"pdfuaid"):
        assert told in content
    document = pypdfium2.PdfDocument(content)
    marks = [mark.get_title() for mark in document.get_toc()]
    about = document.get_metadata_dict()
    document.close()
    assert marks[-4:] == ["Spørsmål 1: Er målene riktige?", "Innledning", "Mål", "Hav"]
    assert about["Title"] == "Sammenstilling av innspill med kommentar: Høring: planutkast"
    said = text_of(content)
    for words in ("Sammenstilling av innspill med kommentar", "Side 1 av", "Fordel dem", "Godt poeng", "=HYPERLINK("):
        assert words in said


def test_signs_that_the_fonts_lack_and_words_that_look_like_code_stop_no_pdf(region: Workspace, plan: Document) -> None:
    hearing = open_of(region, plan, title='Høring #panic("a") $x$ \\ *')
    answered(region, hearing, {"": 'Fint 😀 漢字 #read("/etc/passwd") `x` <a> @b Áŋŧ'}, name="#eval(1)")
    content = report_pdf.to_pdf(made_by(region, hearing))
    assert b"/StructTreeRoot" in content and b"pdfuaid" not in content
    said = text_of(content)
    assert '#read("/etc/passwd")' in said and "#eval(1)" in said and 'Høring #panic("a")' in said and "Áŋŧ" in said


def test_a_pdf_that_takes_too_long_is_refused_and_the_next_is_made(
    region: Workspace, plan: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = paper(report.of_document(region, KARI, plan.id), "nb")
    with monkeypatch.context() as patch, pytest.raises(Unavailable):
        patch.setattr(report_pdf, "PATIENCE", 0.001)
        report_pdf.to_pdf(made)
    assert report_pdf.to_pdf(made).startswith(b"%PDF")


def test_a_report_of_nothing_is_a_report(region: Workspace, plan: Document) -> None:
    made = paper(report.of_document(region, KARI, plan.id), "nb")
    assert made.sections == () and text_of(report_pdf.to_pdf(made)).startswith("Skarfjordregionen")
    assert report_word.to_docx(made) and report_sheets.to_workbook(made)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Høring: Næringsplan for Ålesund", "sammenstilling-horing-naeringsplan-for-alesund.pdf"),
        ('a"\r\nSet-Cookie: x=1', "sammenstilling-a-set-cookie-x-1.pdf"),
        ("../../etc/passwd", "sammenstilling-etc-passwd.pdf"),
        ("漢字", "sammenstilling-dokument.pdf"),
        ("x" * 200, f"sammenstilling-{'x' * 60}.pdf"),
    ],
)
def test_what_a_file_is_called_is_safe_whatever_the_title(
    region: Workspace, plan: Document, title: str, expected: str
) -> None:
    made = report.of_document(region, KARI, plan.id)
    assert filename(made._replace(title=title), "pdf") == expected


# -- On screen --


def test_the_page_and_its_files(region: Workspace, hearing: Hearing, as_staff: FlaskClient) -> None:
    address = f"/r/{REGION}/hearings/{hearing.id}/report"
    page = as_staff.get(f"{address}?by=party").text
    assert "<del>arbeidsplasser</del>" in page and "<ins>arbeidsplasser, fordelt på alle,</ins>" in page
    assert f"{address}.pdf?by=party" in page and "Stygt" not in page
    for form, starts in (("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK")):
        answer = as_staff.get(f"{address}.{form}?by=municipality")
        assert answer.data.startswith(starts) and answer.headers["Cache-Control"] == "no-store"
        assert f"sammenstilling-horing-planutkast.{form}" in answer.headers["Content-Disposition"]
    assert as_staff.get(f"{address}.exe").status_code == 404
    assert as_staff.get(f"/r/{REGION}/documents/{hearing.document}/report.pdf").data.startswith(b"%PDF")
    assert as_staff.get(f"/r/{REGION}/documents/{hearing.document}/report?by=tull").status_code == 200


@pytest.fixture
def as_staff(region: Workspace) -> FlaskClient:
    from tests.conftest import sign_in
    from workspace import create_app
    from workspace.accounts.model import Person

    with region.house.transaction() as tx:
        tx.put(Person(id=AMUND.person, name=AMUND.name, email="amund@example.no", created=START))
    app = create_app(region)
    app.testing = True
    return sign_in(app.test_client(), AMUND)
