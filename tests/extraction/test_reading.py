"""Files of all kinds: what is read, what is stored unread, what is refused; and nothing harms who opens it."""

from __future__ import annotations

import io
import json
import re
import resource
from pathlib import Path

import pytest
from PIL import Image

from tests.extraction import nasty
from workspace.extraction import kinds, model, plain, reading, sheets
from workspace.extraction.model import Extract, Refused
from workspace.extraction.pdf import paragraphs
from workspace.extraction.web_page import as_markdown

AWKWARD = Path(__file__).parents[2].parent / "shared" / "data" / "import"
with_data = pytest.mark.skipif(not AWKWARD.is_dir(), reason="the shared data is not here")


def outcome(name: str, content: bytes) -> tuple[str, Extract | None]:
    try:
        extract = reading.read(name, content)
    except Refused as refused:
        return refused.reason, None
    return extract.state, extract


@pytest.mark.parametrize("case", nasty.FILES)
def test_what_is_made_to_harm_has_its_answer(case: str) -> None:
    name, make, expected = nasty.FILES[case]
    content = make()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    state, _extract = outcome(name, content)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert state in expected.split("|")
    assert grown < 50 * 1024, "kB by which the peak of this process grew"


def test_a_cell_repeated_to_the_edge_is_cut() -> None:
    _state, extract = outcome("a.ods", nasty.FILES["a cell repeated to the edge"][1]())
    assert extract is not None
    rows = [line for leaf in extract.leaves for line in leaf.text.split("\n")]
    assert len(rows) == model.ROWS_ON_A_PAGE
    assert rows[0].count("x") == model.MOST_COLUMNS


def test_of_many_pages_the_first_are_read() -> None:
    _state, extract = outcome("a.pdf", nasty.pdf(10_000))
    assert extract is not None
    assert (len(extract.leaves), extract.of) == (model.MOST_PAGES, 10_000)
    assert extract.leaves[-1].text == "Kaia i Skarsund"


def test_what_was_read_before_the_process_was_stopped_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PATIENCE", 0.0)
    assert reading.read("a.pdf", nasty.pdf(2)).state == model.LIMITS
    seen: list[tuple[int, int]] = []
    monkeypatch.setattr(reading, "PATIENCE", 90.0)
    assert reading.read("a.pdf", nasty.pdf(3), lambda page, of: seen.append((page, of))).state == "read"
    assert seen == [(1, 3), (2, 3), (3, 3)]
    partly = reading._with_what_was_read(Extract(state="limits"), [model.Leaf("kai")], 9)
    assert (partly.state, partly.of, len(partly.leaves)) == ("partial", 9, 1)


@with_data
@pytest.mark.parametrize(
    "entry", json.loads((AWKWARD / "manifest.json").read_text()) if AWKWARD.is_dir() else [], ids=lambda e: e["file"]
)
def test_awkward_files_are_read_or_say_why(entry: dict[str, object]) -> None:
    name = str(entry["file"])
    state, extract = outcome(name, (AWKWARD / name).read_bytes())
    reference = entry["reference"]
    assert isinstance(reference, dict)
    if name.endswith(".doc"):
        assert state == model.LEGACY
    elif reference["reads"] is False and "BadZipFile" in str(reference.get("error")):
        assert state == (model.ENCRYPTED if "protected" in name else model.DAMAGED)
    elif reference.get("error") == "encrypted":
        assert state == model.ENCRYPTED
    if extract is None or state in model.UNREADABLE:
        return
    text = extract.text + " ".join(leaf.text for leaf in extract.leaves)
    flat = "".join(re.findall(r"\w+", text))
    expected = str(reference.get("text", "")) if name.endswith((".docx", ".pdf", ".odt")) else ""
    for word in re.findall(r"[^\W\d_]{3,}", expected.replace("ﬁ", "fi"))[:-1]:
        assert word in flat


def test_a_docx_keeps_its_shape() -> None:
    body = (
        '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Kaia</w:t></w:r></w:p>'
        "<w:p><w:r><w:t>Stjerne * og # her</w:t></w:r></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>A | B</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>10</w:t></w:r></w:p>"
        "</w:tc></w:tr></w:tbl>"
    )
    styles = (
        '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:style w:type="paragraph" '
        'w:styleId="Heading1"><w:name w:val="heading 1"/></w:style></w:styles>'
    )
    office = "http://schemas.openxmlformats.org"
    relations = (
        f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="r2" Target="styles.xml" '
        f'Type="{office}/officeDocument/2006/relationships/styles"/></Relationships>'
    )
    parts: dict[str, bytes | str] = {"word/styles.xml": styles, "word/_rels/document.xml.rels": relations}
    text = reading.read("a.docx", nasty.docx(body, **parts)).text
    assert text.startswith("# Kaia\n\nStjerne \\* og \\# her\n\n| A")
    assert "A \\| B" in text


def test_headers_and_footers_are_said_once_after_the_text() -> None:
    header = (
        '<w:hdr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        "<w:p><w:r><w:t>Skarfjordrådet, utkast 3</w:t></w:r></w:p><w:p><w:r><w:t>17</w:t></w:r></w:p></w:hdr>"
    )
    parts: dict[str, bytes | str] = {"word/header1.xml": header, "word/header2.xml": header}
    assert reading.read("a.docx", nasty.docx(**parts)).text == "Kaia i Skarsund\n\nSkarfjordrådet, utkast 3"


def test_cells_of_many_rows_keep_the_columns_below_in_place() -> None:
    made = as_markdown("<table><tr><td rowspan=2>a</td><td>b</td></tr><tr><td>c</td></tr></table>")
    assert made.split("\n")[-1].split("|")[1:3] == ["  ", " c "]


def test_links_and_scripts_of_a_web_page() -> None:
    page = '<h1>Kai</h1><script>x()</script><p><a href="javascript:x()">her</a> <a href="https://ssb.no/">SSB</a></p>'
    assert as_markdown(page) == "# Kai\n\nher [SSB](https://ssb.no/)"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Dette er en lang linje som fortsetter på neste\nlinje her.\nNeste avsnitt begynner nå, ja.", 2),
        ("• ett\n• to", 2),
        ("kjøle\ufffelager", 1),
        ("", 0),
    ],
)
def test_lines_of_a_page_become_paragraphs(raw: str, expected: int) -> None:
    found = [paragraph for paragraph in paragraphs(raw).split("\n\n") if paragraph]
    assert len(found) == expected


def test_a_word_parted_at_the_end_of_a_line_is_whole() -> None:
    assert paragraphs("kjøle\ufffelager") == "kjølelager"


def test_text_as_markdown_shows_the_same() -> None:
    assert plain.as_markdown("# a\n1. b\n*c* [d] <e>\n- f") == "\\# a\n1\\. b\n\\*c\\* \\[d\\] \\<e>\n\\- f"


def test_rows_come_in_pieces_with_names() -> None:
    found = sheets.gathered([("Ark", ([str(n)] for n in range(1200))), ("To", [["x", "", ""], [], ["y"]])])
    assert [leaf.label for leaf in found.leaves] == ["Ark, 1–500", "Ark, 501–1000", "Ark, 1001–1200", "To"]
    assert found.leaves[-1].text == "x\ny"


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_is_kept_without_where_it_was_taken(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "Kaia i Skarsund"
    out = io.BytesIO()
    Image.new("RGB", (20, 10), "red").save(out, kind, exif=exif)
    state, extract = outcome(f"a.{kind.lower()}", out.getvalue())
    assert state == model.PICTURE
    assert extract is not None
    assert b"Skarsund" in out.getvalue()
    assert b"Skarsund" not in extract.content
    assert Image.open(io.BytesIO(extract.content)).size == (20, 10)


def test_a_page_of_a_pdf_becomes_a_picture() -> None:
    drawn = Image.open(io.BytesIO(reading.page_picture(nasty.pdf(), 1)))
    assert (drawn.format, drawn.width) == ("WEBP", 1000)
    with pytest.raises(model.Unreadable):
        reading.page_picture(nasty.pdf(), 2)


def test_words_are_marked_on_the_picture_of_a_page() -> None:
    def yellow(words: list[str]) -> int:
        drawn = Image.open(io.BytesIO(reading.page_picture(nasty.pdf(), 1, words))).convert("RGB")
        return sum(count for count, (red, _green, blue) in drawn.getcolors(1 << 24) if red - blue > 60)

    assert yellow([]) == yellow(["Skars", "-x"]) == 0, "only whole words"
    assert yellow(["kaia"]) > 1000
    assert yellow(["Kaia", "Skarsund"]) > yellow(["Kaia"])


def test_text_in_older_encodings() -> None:
    assert reading.read("a.txt", "Kjølelager på kaia".encode("cp1252")).text == "Kjølelager på kaia"
    assert reading.read("a.txt", "Kjølelager".encode("utf-16")).text == "Kjølelager"
    assert reading.read("a.csv", "år;kai\n2026;Sør".encode("cp1252")).leaves[0].text == "år\tkai\n2026\tSør"


def test_a_long_text_is_cut_where_a_paragraph_ends() -> None:
    extract = reading.read("a.txt", b"Et avsnitt om kaia.\n\n" * 60_000)
    assert extract.state == model.PARTIAL
    assert extract.text.endswith("om kaia.")
    assert len(extract.text.encode()) <= model.LONGEST_TEXT


def test_every_kind_has_a_reader_and_a_media_type() -> None:
    from workspace.extraction.worker import READERS

    assert {*READERS, "pdf"} == set(kinds.KINDS) == set(kinds.MEDIA)
