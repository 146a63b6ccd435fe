"""Threads in a real browser: what somebody says is seen by others, and nobody loses what they are typing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter, Person, fits
from tests.browser.test_axe import violations
from workspace.comments.showing import OPEN_AT_ONCE

SOON = 30_000  # ms until what one says is seen by another: 10 seconds at most when nothing else goes on
QUIET = "Intervju I06: fisker og båteier i Ytre Eidvær"  # nobody has commented on it, so every thread is open
LEADER, PARTICIPANT = "Marit Elvheim-Strand", "Håvard Leirnes-Vik"


def open_text(person: Person) -> str:
    """Read a text of many paragraphs; its address."""
    person.open("/documents/?kind=interview")
    person.page.get_by_role("link", name=QUIET).first.click()
    expect(person.page.get_by_role("heading", level=1)).to_contain_text(QUIET)
    return person.page.url.removeprefix(f"{person.base}/r/skarfjord")


def comment(page: Page, paragraph: int, text: str) -> str:
    """Open a thread on a paragraph; its address on the page (#thread-...)."""
    page.get_by_role("link", name=f"Kommenter avsnitt {paragraph}", exact=True).click()
    page.get_by_label("Hva vil du si?").fill(text)
    page.get_by_role("button", name="Legg inn kommentaren").click()
    thread = page.locator(".inntrad", has_text=text)
    expect(thread).to_be_visible()
    return f"#{thread.get_attribute('id')}"


def reply(page: Page, thread: str, text: str) -> None:
    page.locator(f"{thread} textarea[name=text]").first.fill(text)
    page.locator(thread).get_by_role("button", name="Svar", exact=True).click()
    expect(page.locator(thread).get_by_text(text)).to_be_visible()


def test_what_one_says_is_seen_by_the_other_who_goes_on_typing(enter: Enter) -> None:
    one, other = enter(LEADER), enter(PARTICIPANT)
    path = open_text(one)
    thread = comment(one.page, 4, "Begynner vi her?")
    other.open(path)
    field = other.page.locator(f"{thread} textarea[name=text]").first
    field.press_sequentially("Jeg holder på å skri")
    other.page.evaluate("document.activeElement.setSelectionRange(4, 9)")
    other.page.locator(f"{thread} details.trad").first.evaluate("thread => thread.dataset.same = 'yes'")

    reply(one.page, thread, "Her er et svar som kommer imens.")
    expect(other.page.locator(thread).get_by_text("Her er et svar som kommer imens.")).to_be_visible(timeout=SOON)
    expect(field).to_have_value("Jeg holder på å skri")
    expect(field).to_be_focused()
    assert other.page.evaluate("[document.activeElement.selectionStart, document.activeElement.selectionEnd]") == [4, 9]
    assert other.page.locator(f"{thread} [data-same=yes]").count() == 1
    expect(other.page.locator("#melding")).to_contain_text("Én ny kommentar i tråd")

    new = comment(one.page, 6, "Og en helt ny tråd.")
    expect(other.page.locator(new).get_by_text("Og en helt ny tråd.")).to_be_visible(timeout=SOON)
    one.page.locator(thread).get_by_role("button", name="Løst").click()
    expect(other.page.locator(f"{thread} [data-state=resolved]")).to_be_visible(timeout=SOON)
    expect(field).to_have_value("Jeg holder på å skri")
    expect(field).to_be_focused()
    assert one.page.locator(new).count() == other.page.locator(new).count() == 1
    assert one.complaints == other.complaints == []


def test_what_is_said_of_a_measure_is_seen_by_the_other(enter: Enter) -> None:
    one, other = enter(LEADER), enter(PARTICIPANT)
    for person in (one, other):
        person.open("/measures/")
        person.page.locator("main a[href*='/measures/0']").first.click()
        expect(person.page.locator("#text")).to_be_visible()
    other.page.get_by_role("link", name="Kommenter avsnitt 1", exact=True).click()
    other.page.get_by_label("Hva vil du si?").press_sequentially("Jeg skri")
    comment(one.page, 1, "Sagt om tiltaket imens.")
    expect(other.page.get_by_text("Sagt om tiltaket imens.")).to_be_visible(timeout=SOON)
    expect(other.page.get_by_label("Hva vil du si?")).to_have_value("Jeg skri")
    expect(other.page.get_by_label("Hva vil du si?")).to_be_focused()
    assert one.complaints == [] and other.complaints == []


def test_ones_own_comment_stands_once_and_its_box_is_empty(enter: Enter) -> None:
    person = enter(PARTICIPANT)
    open_text(person)
    thread = comment(person.page, 8, "Bare en gang.")
    reply(person.page, thread, "Dette også.")
    expect(person.page.locator(f"{thread} textarea[name=text]").first).to_have_value("")
    with person.page.expect_response(re.compile("/threads/news")) as news:
        pass
    assert news.value.status == 200
    person.page.wait_for_timeout(200)
    assert person.page.get_by_text("Bare en gang.").count() == person.page.get_by_text("Dette også.").count() == 1
    expect(person.page.locator("#melding")).not_to_contain_text("Én ny kommentar")
    assert person.complaints == []


def test_a_new_version_is_told_of_and_the_text_is_left_alone(enter: Enter) -> None:
    one, other = enter(LEADER), enter(PARTICIPANT)
    one.open("/documents/new")
    one.page.get_by_label("Tittel", exact=True).fill("Notat om kaien")
    one.page.locator("textarea[name=text]").fill("Vi bygger kaien i år.")
    one.page.get_by_role("button", name="Lagre dokumentet").click()
    one.page.wait_for_url(re.compile(r"/documents/[0-9a-z]{26}"))
    path = one.page.url.partition("/r/skarfjord")[2].partition("?")[0]
    other.open(path)
    one.open(f"{path}/edit")
    one.page.locator("textarea[name=text]").fill("Vi bygger kaien neste år.")
    one.page.get_by_role("button", name="Lagre versjon 2").click()
    expect(other.page.locator("#newer")).to_contain_text("Det er kommet en ny versjon", timeout=SOON)
    expect(other.page.get_by_text("Vi bygger kaien i år.")).to_be_visible()
    other.page.locator("#newer").get_by_role("link").click()
    expect(other.page.get_by_text("Vi bygger kaien neste år.")).to_be_visible()


def test_a_draft_is_there_after_a_reload_and_gone_when_it_is_sent(enter: Enter) -> None:
    person = enter(PARTICIPANT)
    open_text(person)
    thread = comment(person.page, 11, "Her kommer et utkast.")
    field = person.page.locator(f"{thread} textarea[name=text]").first
    field.press_sequentially("Et halvt svar")
    person.page.reload()
    expect(field).to_have_value("Et halvt svar")
    person.page.locator(thread).get_by_role("button", name="Svar", exact=True).click()
    expect(person.page.locator(thread).get_by_text("Et halvt svar")).to_be_visible()
    person.page.reload()
    expect(field).to_have_value("")


@pytest.mark.parametrize("script", [True, False])
def test_a_link_opens_a_thread_in_any_state(enter: Enter, script: bool) -> None:
    person = enter(LEADER, script=script)
    path = open_text(person)
    thread = comment(person.page, 13, f"En tråd som blir løst {script}.")
    person.page.locator(thread).get_by_role("button", name="Løst").click()
    expect(person.page.locator(f"{thread} [data-state=resolved]")).to_be_visible()
    id = thread.removeprefix("#thread-")
    person.open(f"/threads/{id}")
    assert person.page.url.endswith(f"{path.partition('?')[0]}?thread={id}{thread}")
    expect(person.page.locator(thread).get_by_text(f"En tråd som blir løst {script}.")).to_be_visible()
    if script:
        person.open(f"{path.partition('?')[0]}{thread}")
        expect(person.page.locator(thread).get_by_text(f"En tråd som blir løst {script}.")).to_be_visible()


@pytest.mark.parametrize(("width", "script"), [(1280, True), (390, True), (390, False)])
def test_many_threads_are_lines_that_open(enter: Enter, width: int, script: bool) -> None:
    person = enter(PARTICIPANT, width, script=script)
    person.open("/documents/?kind=analysis")
    person.page.get_by_role("link", name="Framskriving og alderssammensetning").first.click()
    page, path = person.page, person.page.url.partition("/r/skarfjord")[2]
    said = f"Innspill {width} {script}"
    while page.locator("a.trad").count() == 0:  # until there are too many for all to be open
        assert page.locator(".ytring").count() <= OPEN_AT_ONCE
        page.get_by_role("link", name=re.compile(r"^Kommenter avsnitt \d+$")).first.click()
        page.get_by_label("Hva vil du si?").fill(said)
        page.get_by_role("button", name="Legg inn kommentaren").click()
        expect(page.get_by_text(said).last).to_be_visible()
        person.open(path)
    assert page.locator("textarea").count() == 0
    page.locator("a.trad").first.click()
    expect(page.locator("details.trad[open] .ytring").first).to_be_visible()
    assert page.locator("details.trad").count() == 1
    if script:
        expect(page.locator("details.trad > summary")).to_be_focused()
    assert fits(page)
    page.get_by_role("link", name="Vis flere tråder").click()
    expect(page.locator("a.trad").nth(6)).to_be_visible()
    assert person.complaints == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_of_a_document_with_threads_has_no_violations(enter: Enter, width: int) -> None:
    person = enter(LEADER, width)
    path = open_text(person).partition("?")[0]
    thread = comment(person.page, 6, f"Ser alle dette? {width}")
    for address in (
        path,
        f"{path}?thread={thread.removeprefix('#thread-')}",
        f"{path}?threads=mine",
        f"{path}?open=all",
    ):
        person.open(address)
        assert violations(person) == []


def test_threads_by_the_keyboard_alone(enter: Enter) -> None:
    person = enter(PARTICIPANT)
    open_text(person)
    page = person.page
    page.locator("body").press("n")
    first = page.evaluate("document.activeElement.closest('.inntrad').id")
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.closest('.inntrad').id") != first
    page.keyboard.press("p")
    assert page.evaluate("document.activeElement.closest('.inntrad').id") == first
    was_open = page.locator(f"#{first} details").get_attribute("open")
    page.keyboard.press("Enter")
    assert page.locator(f"#{first} details").get_attribute("open") != was_open


def test_the_focus_is_where_one_would_go_on_and_nothing_folds_out_by_itself(enter: Enter) -> None:
    person = enter(LEADER)
    open_text(person)
    page = person.page
    page.get_by_role("link", name="Kommenter avsnitt 19", exact=True).press("Enter")
    expect(page.get_by_label("Hva vil du si?")).to_be_focused()
    thread = page.locator(comment(page, 19, "Fokus etter hver handling."))
    expect(thread.locator("summary").first).to_be_focused()
    thread.locator("textarea[name=text]").first.fill("Et svar.")
    thread.get_by_role("button", name="Svar", exact=True).press("Enter")
    expect(thread.get_by_text("Et svar.")).to_be_visible()
    expect(thread.get_by_role("button", name="Svar", exact=True)).to_be_focused()
    thread.get_by_text("Tatt inn eller ikke?").first.click()
    thread.get_by_label("Tatt inn", exact=True).check()
    thread.get_by_role("button", name="Lagre utfallet").press("Enter")
    expect(thread.locator("[data-state=taken_in]")).to_be_visible()
    expect(thread.locator("summary").first).to_be_focused()
    assert thread.locator("details details[open]").count() == 0
    page.locator(".folg button").first.press("Enter")
    expect(page.locator("#melding")).to_contain_text("følger")
    expect(page.locator(".folg button").first).to_be_focused()


MARK = """() => {
  const words = document.createTreeWalker(document.querySelector("[data-block='17']"), NodeFilter.SHOW_TEXT).nextNode();
  getSelection().setBaseAndExtent(words, 0, words, 15);
}"""


def test_the_button_stands_at_the_marked_words_and_the_form_opens_once(enter: Enter) -> None:
    person = enter(PARTICIPANT)
    open_text(person)
    page = person.page
    page.locator("[data-block='17']").scroll_into_view_if_needed()
    page.evaluate(MARK)
    button = page.get_by_role("link", name="Kommenter det markerte")
    words, place = page.locator("[data-block='17']").bounding_box(), button.bounding_box()
    assert words and place and 0 <= place["y"] - words["y"] < 80 and abs(place["x"] - words["x"]) < 20
    button.click()
    expect(page.get_by_label("Hva vil du si?")).to_be_focused()
    assert page.locator("#new-quote").input_value()
    page.get_by_label("Hva vil du si?").fill("Om de markerte ordene.")
    page.get_by_role("button", name="Legg inn kommentaren").click()
    expect(page.get_by_text("Om de markerte ordene.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Om de markerte ordene.")).to_be_visible()
    expect(page.locator("#new")).to_have_count(0)
