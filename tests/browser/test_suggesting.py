"""Suggesting a change at a browser: from a paragraph on a phone to a new version with credit."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter, Person, fits
from tests.browser.test_life import AUTHOR, CASES, STAFF


def to_plan(person: Person) -> None:
    """Open the plan that has threads."""
    person.open("/documents/?kind=plan")
    person.page.locator("main a[href*='/documents/0']").first.click()
    expect(person.page.get_by_role("heading", level=1)).to_contain_text("Felles næringsplan")


@pytest.mark.parametrize(("width", "script"), CASES)
def test_from_a_paragraph_to_a_version_with_credit(enter: Enter, width: int, script: bool) -> None:
    words = f"Setningen fra {width} {script}."
    author, staff = enter(AUTHOR, width, script=script), enter(STAFF, width, script=script)
    to_plan(author)
    author.page.get_by_role("link", name="Foreslå endring avsnitt 5", exact=True).click()
    form = author.page.locator("#new")
    field = form.get_by_label("Slik bør avsnittet være")
    field.fill(f"{field.input_value()} {words}")
    form.get_by_role("button", name="Send endringsforslaget").click()
    expect(author.page.locator("ins", has_text=words).first).to_be_visible()
    assert fits(author.page)

    to_plan(staff)
    staff.page.get_by_role("link", name="Endringsforslag (").click()
    mine = staff.page.locator("section", has=staff.page.locator("ins", has_text=words))
    mine.get_by_role("button", name="Ta inn i teksten").click()
    expect(staff.page.get_by_role("heading", level=1)).to_contain_text("Felles næringsplan")
    expect(staff.page.locator("[data-block]", has_text=words).first).to_be_visible()
    staff.page.get_by_role("link", name="Versjoner (").click()
    expect(staff.page.get_by_text("Tatt inn forslag fra Håvard Leirnes-Vik").first).to_be_visible()
    assert author.complaints == [] and staff.complaints == []
