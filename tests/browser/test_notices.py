"""From a mention to the bell, the inbox and the thread; following, and mail, with and without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Enter, Person, fits

CASES = [(width, script) for width in (1280, 390) for script in (True, False)]
WRITERS = {1280: "Marit Elvheim-Strand", 390: "Ingvill Tindeskar"}


def told(person: Person, mark: str) -> Locator:
    """The line in the inbox about what has this mark: people are told within a second or two of what happens. Looked
    for by its own words and never counted, for notices of what other tests did come whenever they come."""
    line = person.page.locator(".innboks > li").filter(has_text=mark)
    for _time in range(40):
        person.open("/notices/?show=mentioned")
        if line.count():
            return line
        person.page.wait_for_timeout(250)
    raise AssertionError(person.page.locator("main").inner_text())


@pytest.mark.parametrize(("width", "script"), CASES)
def test_from_a_mention_to_the_thread(enter: Enter, width: int, script: bool) -> None:
    mark = f"{width}-{'script' if script else 'plain'}"
    reader, writer = enter("Torbjørn Neslia", width, script=script), enter(WRITERS[width], width, script=script)
    page = writer.page
    writer.open("/documents/?q=&kind=interview")
    page.get_by_role("link", name="Intervju I08").first.click()
    page.get_by_role("link", name="Kommenter avsnitt 3", exact=True).click()
    page.get_by_label("Hva vil du si?").fill(f"Hva sier @Torbjørn Neslia til dette? {mark}")
    page.get_by_role("button", name="Legg inn kommentaren").click()
    expect(page.get_by_text(f"til dette? {mark}")).to_be_visible()

    line = told(reader, mark)
    expect(line).to_contain_text(f"{WRITERS[width]} nevnte deg i Intervju I08")
    expect(line).to_have_class("ulest")
    page = reader.page
    reader.open("/documents/")
    expect(page.locator(".bjelle")).to_contain_text("ulest")
    page.locator(".bjelle").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Varsler")
    page.get_by_role("link", name="Du er nevnt").click()
    line.get_by_role("link", name="Intervju I08").first.click()
    expect(page.get_by_text(f"til dette? {mark}")).to_be_visible()
    assert "#thread-" in page.url or "/threads/" in page.url
    assert fits(page)
    expect(told(reader, mark)).not_to_have_class("ulest")
    assert reader.complaints == writer.complaints == []


@pytest.mark.parametrize("script", [True, False])
def test_following_and_mail(enter: Enter, script: bool) -> None:
    person = enter("Jon Arve Myrhaugen", 390, script=script)
    page = person.page
    person.open("/measures/")
    page.get_by_role("link", name="T-12").first.click()
    title = page.get_by_role("heading", level=1).inner_text()
    button = page.locator(".folg button")
    expect(button).to_contain_text("Følg")
    button.click()
    expect(button).to_contain_text("Du følger")
    page.locator(".bjelle").click()
    followed = page.locator("#followed")
    expect(followed).to_contain_text(title)
    page.get_by_label("Én gang i uka").check()
    page.get_by_label("Alt annet som skjer i regionen").check()
    page.get_by_role("button", name="Lagre", exact=True).click()
    expect(page.get_by_text("Lagret.")).to_be_visible()
    expect(page.get_by_label("Én gang i uka")).to_be_checked()
    page.get_by_label("Én gang om dagen").check()
    page.get_by_label("Alt annet som skjer i regionen").uncheck()
    page.get_by_role("button", name="Lagre", exact=True).click()
    expect(page.get_by_text("Lagret.")).to_be_visible()
    followed.get_by_role("button", name=re.compile("^Slutt å følge T-12")).click()
    expect(followed).not_to_contain_text(title)
    assert fits(page)
    assert person.complaints == []
