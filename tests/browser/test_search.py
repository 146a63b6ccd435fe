"""Searching with the keyboard alone, and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter


@pytest.mark.parametrize("width", [1280, 390])
def test_titles_come_while_one_types_and_lead_there(enter: Enter, width: int) -> None:
    person = enter("Marit Elvheim-Strand", width)
    page = person.page
    page.keyboard.press("/")
    expect(page.locator("#sok")).to_be_focused()
    page.keyboard.type("kjoleLAG", delay=20)
    first = page.locator(".forslag a").first
    expect(first).to_contain_text("Kjølelager")
    expect(page.locator("#melding")).to_contain_text("Bruk pil ned")
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#sok")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.locator(".forslag")).to_have_count(0)
    expect(page.locator("#sok")).to_be_focused()
    page.keyboard.type("e")
    expect(first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Kjølelager")
    assert person.complaints == []


def test_enter_in_the_field_searches(enter: Enter) -> None:
    person = enter("Marit Elvheim-Strand")
    page = person.page
    page.locator("#sok").press_sequentially("kjk", delay=20)
    page.locator("#sok").fill("kjølelager")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=kj*")
    expect(page.locator(".treff").first).to_be_visible()
    assert page.locator("#problem").inner_text() == ""
    assert person.complaints == []


def test_single_keys_go_from_hit_to_hit(enter: Enter) -> None:
    person = enter("Marit Elvheim-Strand")
    page = person.page
    person.open("/search?q=kai")
    hits = page.locator(".treff h2 a")
    page.keyboard.press("j")
    expect(hits.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(hits.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(hits.nth(0)).to_be_focused()
    page.keyboard.press("k")
    expect(hits.nth(0)).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("jk")
    expect(page.locator("#sok")).to_have_value("jk")
    page.keyboard.press("Tab")
    target = hits.nth(0).get_attribute("href") or ""
    hits.nth(0).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{target}")


@pytest.mark.parametrize(("width", "script"), [(1280, True), (1280, False), (390, False)])
def test_narrowing_and_widening(enter: Enter, width: int, script: bool) -> None:
    person = enter("Marit Elvheim-Strand", width, script=script)
    page = person.page
    person.open("/search?q=kjølelager+kai")
    page.get_by_role("checkbox", name="Tiltak").check()
    page.get_by_role("button", name="Bruk filter").click()
    page.wait_for_url("**kind=measure**")
    expect(page.get_by_role("checkbox", name="Tiltak")).to_be_checked()
    page.get_by_label("Sorter").select_option("date")
    page.get_by_role("button", name="Bruk", exact=True).click()
    page.wait_for_url("**sort=date**")
    assert "kind=measure" in page.url
    page.get_by_role("link", name="Fjern filteret Tiltak").click()
    page.wait_for_url(lambda url: "kind" not in url)
    assert "sort=date" in page.url
    assert person.complaints == []
