"""Help as somebody meets it: from the foot of a page, by the key, and from a form, with and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter


@pytest.mark.parametrize("width", [1280, 390])
def test_help_is_found_from_the_foot_of_a_page_and_fits_the_screen(enter: Enter, width: int) -> None:
    person = enter("Ragnhild Fonnås", width, script=False)
    person.page.get_by_role("link", name="Hjelp og hurtigtaster").click()
    person.page.get_by_role("link", name="For deg som deltar").first.click()
    person.page.get_by_role("heading", name="For deg som deltar", level=1).wait_for()
    pictures = person.page.locator("article img")
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
        shown = picture.evaluate(
            "async image => { await image.decode(); return [image.naturalWidth, image.clientWidth] }"
        )
        assert 0 < shown[1] <= min(shown[0], width), "as large as it is, or as there is room for"
    assert pictures.count() >= 5
    for path in ("/help/prosessleder", "/help/keys", "/privacy", "/accessibility"):
        person.page.goto(person.base + path)
        assert person.page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_the_key_opens_the_list_of_keys_unless_one_is_writing(enter: Enter) -> None:
    person = enter("Ragnhild Fonnås")
    person.page.locator("#sok").press("?")
    assert person.page.url.endswith("/r/skarfjord/"), "what is typed in a field is text"
    person.page.locator("#innhold").focus()
    person.page.keyboard.press("?")
    person.page.wait_for_url("**/help/keys")
    expect(person.page.get_by_role("heading", name="Hurtigtaster")).to_be_visible()
    assert person.complaints == []


def test_a_form_leads_to_its_place_in_the_guide(enter: Enter) -> None:
    person = enter("Marit Elvheim-Strand")
    person.open("/rounds/new")
    person.page.get_by_role("link", name="Hjelp til runder").click()
    person.page.wait_for_url("**/help/prosessleder#h-lag-en-runde")
    expect(person.page.get_by_role("heading", name="Lag en runde")).to_be_visible()
