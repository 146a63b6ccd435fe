"""The life of a comment at a browser: asked, answered, settled, opened again, edited, withdrawn and taken away."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Enter, Person, fits

CASES = [(1280, True), (390, True), (1280, False), (390, False)]
SETTLED = ".trad:has([data-state=resolved], [data-state=taken_in], [data-state=not_taken_in])"
AUTHOR, STAFF = "Håvard Leirnes-Vik", "Marit Elvheim-Strand"


def to_text(person: Person) -> None:
    """Open a text of many paragraphs."""
    person.open("/documents/?kind=interview")
    person.page.get_by_role("link", name="Intervju I06").first.click()
    expect(person.page.get_by_role("heading", level=1)).to_contain_text("Intervju I06")


def thread(person: Person, words: str) -> Locator:
    """The thread with these words in it, unfolded."""
    found = person.page.locator(".trad", has=person.page.get_by_text(words, exact=True)).first
    if found.evaluate("node => node.tagName === 'DETAILS' && !node.open"):
        found.locator("summary").first.click()
    return found


def ask(person: Person, text: str, paragraph: int, *, kind: str = "") -> None:
    """Post a new comment on a paragraph."""
    to_text(person)
    person.page.get_by_role("link", name=f"Kommenter avsnitt {paragraph}", exact=True).click()
    form = person.page.locator("#new")
    form.get_by_label("Hva vil du si?").fill(text)
    if kind:
        form.get_by_label(kind).check()
    form.get_by_role("button", name="Legg inn kommentaren").click()
    expect(person.page.get_by_text(text, exact=True)).to_be_visible()


@pytest.mark.parametrize(("width", "script"), CASES)
def test_from_a_question_to_an_outcome_and_back(enter: Enter, width: int, script: bool) -> None:
    text = f"Hvem betaler for kaien? {width} {script}"
    author, staff = enter(AUTHOR, width, script=script), enter(STAFF, width, script=script)
    ask(author, text, 5, kind="Spørsmål")
    expect(thread(author, text)).to_contain_text("Spørsmål")

    to_text(staff)
    reply = f"Det står i budsjettet. {width} {script}"
    thread(staff, text).get_by_placeholder("Svar …").fill(reply)
    thread(staff, text).get_by_role("button", name="Svar", exact=True).click()
    expect(staff.page.get_by_text(reply, exact=True).first).to_be_visible()
    expect(thread(staff, text)).to_contain_text("Besvart")
    expect(thread(staff, text).get_by_placeholder("Svar …")).to_have_value("")

    thread(staff, text).get_by_text("Tatt inn eller ikke?").first.click()
    thread(staff, text).get_by_label("Ikke tatt inn").check()
    thread(staff, text).get_by_role("button", name="Lagre utfallet").click()
    expect(thread(staff, text)).to_contain_text("Skriv hvorfor innspillet ikke er tatt inn.")
    thread(staff, text).get_by_label("Begrunnelse").fill("Det hører til budsjettet.")
    thread(staff, text).get_by_role("button", name="Lagre utfallet").click()
    expect(staff.page.locator(SETTLED, has_text=text)).to_have_count(1)

    to_text(author)
    expect(thread(author, text)).to_contain_text("Det hører til budsjettet.")
    again = f"Budsjettet sier ikke det. {width} {script}"
    thread(author, text).get_by_placeholder("Svar …").fill(again)
    thread(author, text).get_by_role("button", name="Svar og åpne igjen").click()
    expect(author.page.locator(SETTLED, has_text=text)).to_have_count(0)
    expect(thread(author, text)).to_contain_text(again)
    thread(author, text).get_by_text("Hva som er gjort").click()
    expect(thread(author, text).get_by_text(re.compile("Satt til ikke tatt inn av Marit"))).to_be_visible()
    for person in (author, staff):
        assert person.complaints == []
        assert fits(person.page)


@pytest.mark.parametrize(("width", "script"), CASES)
def test_edited_withdrawn_and_taken_away(enter: Enter, width: int, script: bool) -> None:
    mark = f"{width} {script}"
    author, staff = enter(AUTHOR, width, script=script), enter(STAFF, width, script=script)
    ask(author, f"Forste tekst {mark}", 6)
    thread(author, f"Forste tekst {mark}").get_by_role("link", name=re.compile("^Rediger")).click()
    author.page.get_by_label("Endre kommentaren").fill(f"Andre tekst {mark}")
    author.page.get_by_role("button", name="Lagre endringen").click()
    expect(thread(author, f"Andre tekst {mark}")).to_contain_text("Redigert i dag")
    thread(author, f"Andre tekst {mark}").get_by_role("link", name="Se tidligere tekst").click()
    expect(author.page.get_by_text(f"Forste tekst {mark}")).to_be_visible()
    author.page.get_by_role("link", name="Tilbake til kommentaren").click()

    to_text(staff)
    thread(staff, f"Andre tekst {mark}").get_by_role("link", name=re.compile("^Fjern")).click()
    staff.page.get_by_label("Hvorfor fjernes den?").fill(f"Hører ikke hjemme her. {mark}")
    staff.page.get_by_role("button", name="Fjern kommentaren").click()
    taken = staff.page.locator(".trad", has_text=f"Fjernet av prosesslederen: Hører ikke hjemme her. {mark}")
    expect(taken).to_have_count(1)
    to_text(author)
    page = author.page
    expect(page.get_by_text(f"Fjernet av prosesslederen: Hører ikke hjemme her. {mark}")).to_be_visible()
    expect(page.get_by_text(f"Andre tekst {mark}")).to_have_count(0)
    taken.get_by_text("Se teksten som er fjernet").click()
    taken.get_by_role("button", name="Legg tilbake").click()
    expect(thread(staff, f"Andre tekst {mark}")).to_be_visible()

    to_text(author)
    before = author.page.get_by_text("Kommentaren er trukket.").count()
    thread(author, f"Andre tekst {mark}").get_by_role("link", name=re.compile("^Rediger")).click()
    author.page.locator("summary", has_text="Trekk kommentaren").click()
    author.page.get_by_role("button", name="Trekk kommentaren").click()
    expect(author.page.get_by_text("Kommentaren er trukket.")).to_have_count(before + 1)
    expect(author.page.get_by_text(f"Andre tekst {mark}")).to_have_count(0)
    for person in (author, staff):
        assert person.complaints == []
        assert fits(person.page)


def test_by_keyboard_alone(enter: Enter) -> None:
    staff = enter(STAFF)
    ask(staff, "Skal dette inn?", 8)
    page, found = staff.page, thread(staff, "Skal dette inn?")
    page.locator("body").evaluate("() => document.activeElement?.blur()")
    found.get_by_placeholder("Svar …").focus()
    page.keyboard.type("Ja.")
    for _time in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").startswith("Tatt inn eller ikke?"):
            break
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(found.get_by_label("Tatt inn", exact=True)).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("Rettet.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(SETTLED, has_text="Skal dette inn?")).to_have_count(1)
    expect(thread(staff, "Skal dette inn?")).to_contain_text("Rettet.")
    assert staff.complaints == []


def test_five_thousand_marks_stay_in_their_box(enter: Enter) -> None:
    person = enter(AUTHOR, 390)
    to_text(person)
    person.page.get_by_role("link", name="Kommenter avsnitt 10", exact=True).click()
    person.page.locator("#new").get_by_label("Hva vil du si?").fill("Tårn " + "Z" + "\u0301" * 5_000)
    person.page.get_by_role("button", name="Legg inn kommentaren").click()
    said = person.page.locator(".kommentar", has_text="Tårn")
    expect(said).to_be_visible()
    assert said.evaluate("node => getComputedStyle(node).overflowY") == "clip"
    box = said.bounding_box()
    assert box is not None and box["height"] < 200
    assert fits(person.page)
    assert person.complaints == []
