"""By the keyboard alone: the menu, a comment and an answer; the focus goes down the page and is seen."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter

# What has the focus: what it is called, where it stands, and whether one sees that it has it.
FOCUSED = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
  return {
    said: (one.getAttribute("aria-label") || one.labels?.[0]?.innerText || one.innerText || one.name || "").trim(),
    tag: one.tagName.toLowerCase(), top: box.top + scrollY, shown: box.width > 0 && box.height > 0,
    seen: style.outlineStyle !== "none" || style.boxShadow !== "none",
  };
}"""
MENU = ["Hjem", "Dokumenter", "Tiltak", "Runder"]


def tab(page: Page) -> dict[str, Any]:
    """Go on with the Tab key; what has the focus then, which must be seen to have it."""
    page.keyboard.press("Tab")
    one: dict[str, Any] = page.evaluate(FOCUSED)
    assert one["shown"] and one["seen"], one
    return one


def tab_to(page: Page, said: str, most: int = 120) -> dict[str, Any]:
    """Go on until what has the focus is called this."""
    for _time in range(most):
        one = tab(page)
        if one["said"].startswith(said):
            return one
    raise AssertionError(said)


def test_the_menu_comes_in_its_order(enter: Enter) -> None:
    page = enter("Anniken Skogfjær").page
    order = [tab(page)["said"] for _time in range(12)]
    assert order[0] == "Hopp til innholdet"
    places = [next(n for n, said in enumerate(order) if said.startswith(entry)) for entry in MENU]
    assert places == sorted(places)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_comment_is_written_from_the_keyboard(enter: Enter) -> None:
    person = enter("Jon Arve Myrhaugen")
    page = person.page
    person.open("/documents/?kind=plan")
    page.get_by_role("rowheader").get_by_role("link").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/documents/0*")
    link = tab_to(page, "Kommenter")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Hva vil du si?")).to_be_focused()
    page.keyboard.type("Skrevet uten mus.")
    form = [tab(page) for _time in range(2)]
    assert [one["top"] for one in form] == sorted(one["top"] for one in form) and form[0]["top"] > link["top"]
    tab_to(page, "Legg inn kommentaren", 6)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Skrevet uten mus.").first).to_be_visible()
    assert page.evaluate("document.activeElement !== document.body"), "the focus goes on from where one was"
    assert person.complaints == []


def test_an_answer_is_given_from_the_keyboard(enter: Enter) -> None:
    person = enter("Pernille Sundvoll")
    page = person.page
    person.open("/rounds/")
    page.locator("main .rundeliste a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/rounds/0*")
    page.locator("main th a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/measures/0*")
    for _time in range(150):
        if tab(page)["tag"] == "input" and page.evaluate("document.activeElement.type") == "radio":
            break
    page.keyboard.press("4")
    expect(page.get_by_role("radio", name="Støtte", exact=False).nth(1)).to_be_checked()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Kan leve med")).to_be_checked()
    tab_to(page, "Lagre svaret", 5)
    page.keyboard.press("Enter")
    expect(page.locator("#panel").get_by_text("Lagret i dag").first).to_be_visible()
    assert person.complaints == []
