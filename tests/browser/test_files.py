"""Staff bring files in, find words from inside each, and open a hit in a PDF at its page."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Enter, Person, fits
from tests.browser.test_axe import violations
from tests.extraction import nasty
from tests.running import Running

CASES = [(width, script) for width in (1280, 390) for script in (True, False)]


def files(browser: Browser, folder: Path, mark: str) -> list[Path]:
    """Four kinds of files with words of their own, one that is a picture, and one that is refused."""
    page = browser.new_page()
    text = ["Innledning", f"Ledig areal ved kaien: terminal{mark}", "Vedlegg"]
    page.set_content("".join(f"<h1>{line}</h1><div style='break-after: page'></div>" for line in text))
    made = {
        f"Logistikk {mark}.pdf": page.pdf(format="A4"),
        f"Fokusgruppe {mark}.docx": nasty.docx(f"<w:p><w:r><w:t>Døgnåpen fryseport{mark}</w:t></w:r></w:p>"),
        f"Sysselsetting {mark}.csv": f"Kommune;Ansatte\nSund;1200\nBrygge{mark};840\n".encode(),
        f"Intervju {mark}.md": f"# Intervju {mark}\n\nVi mangler lasteramper{mark}.".encode(),
        f"Kart {mark}.pdf": b"%PDF-1.4 skadet " + mark.encode(),
        f"Opptak {mark}.mp4": b"x",
    }
    page.close()
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in made]


def search(person: Person, words: str) -> None:
    person.page.get_by_label("Søk i regionens dokumenter og tiltak").fill(words)
    person.page.keyboard.press("Enter")
    person.page.wait_for_url("**/search?**")


def found_in_time(person: Person, words: str, title: str) -> None:
    """Search until the index has what was just read; it says so itself while it has not."""
    for _attempt in range(20):
        search(person, words)
        if person.page.get_by_role("link", name=title).count():
            return
        person.page.wait_for_timeout(250)
    raise AssertionError(f"{title} is not found by {words}: {person.page.inner_text('main')[:300]}")


@pytest.mark.parametrize(("width", "script"), CASES)
def test_from_files_to_a_page_of_a_pdf(
    enter: Enter, browser: Browser, tmp_path: Path, width: int, script: bool
) -> None:
    mark = f"{'abcd'[CASES.index((width, script))]}kaia"
    staff = enter("Marit Elvheim-Strand", width, script=script)
    page = staff.page
    staff.open("/documents/")
    page.get_by_role("link", name="Last opp filer").click()
    page.get_by_label("Velg én eller flere filer").set_input_files(files(browser, tmp_path, mark))
    page.get_by_label("Filene inneholder ikke opplysninger").check()
    page.get_by_role("button", name="Last opp").click()
    page.wait_for_url("**/uploads/*")
    if script:
        expect(page.get_by_text("6 av 6 filer er ferdige")).to_be_visible(timeout=30_000)
        expect(page.locator("#recent")).to_contain_text("4 lest, 1 kan ikke leses, 1 avvist")
        expect(page.locator("#recent")).not_to_contain_text("Leses nå")
    else:
        for _attempt in range(60):
            page.wait_for_timeout(500)
            again = page.get_by_role("link", name="Vis på nytt")
            if not again.count():
                break
            again.click()
        expect(page.get_by_text("6 av 6 filer er ferdige")).to_be_visible()
    assert [page.get_by_text(word, exact=True).count() for word in ("Lest", "Tekst kan ikke leses", "Avvist")] == [
        4,
        1,
        1,
    ]
    assert not script or violations(staff) == []

    for words, title in (
        (f"fryseport{mark}", f"Fokusgruppe {mark}"),
        (f"brygge{mark}", f"Sysselsetting {mark}"),
        (f"lasteramper{mark}", f"Intervju {mark}"),
        (f"terminal{mark}", f"Logistikk {mark}"),
    ):
        found_in_time(staff, words, title)
    page.get_by_role("link", name=f"Logistikk {mark}").first.click()
    page.wait_for_url("**page=2**")
    expect(page.locator("mark.sokeord")).to_have_text(f"terminal{mark}")
    expect(page.get_by_role("img", name="Bilde av side 2")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
    if script:
        page.wait_for_function("document.querySelector('img.pdfside').naturalWidth >= 1000")
    assert fits(page)
    page.evaluate("scrollTo(0, 0)")  # what the menu covers just now is no target
    assert not script or violations(staff) == []

    page.get_by_role("link", name="Kommenter avsnitt 1", exact=True).click()
    page.get_by_label("Hva vil du si?").fill("Gjelder det hele året?")
    page.get_by_role("button", name="Legg inn kommentaren").click()
    expect(page.get_by_text("Gjelder det hele året?")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Gjelder det hele året?")).to_be_visible()
    assert fits(page), "the thread stays on the page"
    page.get_by_role("link", name="Neste", exact=True).click()
    expect(page.get_by_text("Vedlegg", exact=True).first).to_be_visible()
    assert staff.complaints == []


def test_files_that_are_too_large_together_are_told_before_they_are_sent(enter: Enter, tmp_path: Path) -> None:
    large = [tmp_path / f"{number}.pdf" for number in range(5)]
    for path in large:
        with path.open("wb") as file:
            file.truncate(24 * 1024 * 1024)
    staff = enter("Marit Elvheim-Strand", 390)
    page = staff.page
    staff.open("/documents/uploads/new")
    field = page.get_by_label("Velg én eller flere filer")
    field.set_input_files(large)
    expect(page.locator("#files-error")).to_have_text("Filene er for store til sammen. Send høyst 100 MB om gangen.")
    page.get_by_label("Filene inneholder ikke opplysninger").check()
    page.get_by_role("button", name="Last opp").click()
    page.wait_for_timeout(300)
    assert page.url.endswith("/uploads/new"), "the form is not sent"
    assert violations(staff) == []
    field.set_input_files(large[:1])
    expect(page.locator("#files-error")).to_be_hidden()
    assert field.evaluate("field => field.checkValidity()")
    assert staff.complaints == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_pages_about_files_have_no_violations(
    enter: Enter, demo: Running, browser: Browser, tmp_path: Path, dark: bool
) -> None:
    staff = enter("Marit Elvheim-Strand", 390 if dark else 1280, dark=dark)
    page = staff.page
    staff.open("/documents/uploads/new")
    assert violations(staff) == []
    page.get_by_label("Velg én eller flere filer").set_input_files(files(browser, tmp_path, "mork" if dark else "lys"))
    page.get_by_label("Filene inneholder ikke opplysninger").check()
    page.get_by_role("button", name="Last opp").click()
    expect(page.get_by_text("6 av 6 filer er ferdige")).to_be_visible(timeout=30_000)
    opened = [link.get_attribute("href") for link in page.locator("#received a").all()]
    for address in (*opened, "/r/skarfjord/documents/?unreadable=1", "/r/skarfjord/search?unreadable=1&sort=date"):
        page.goto(demo.base + str(address))
        assert violations(staff) == [], address
        assert fits(page), address
    staff.open("/documents/uploads/new")
    page.get_by_label("Velg én eller flere filer").set_input_files(tmp_path / f"Opptak {'mork' if dark else 'lys'}.mp4")
    page.get_by_label("Filene inneholder ikke opplysninger").check()
    page.get_by_role("button", name="Last opp").click()
    expect(page.get_by_role("heading", name="Filen er avvist")).to_be_focused()
    assert violations(staff) == []
    assert staff.complaints == []
