"""From an empty installation to a region with a document, a person and an open round, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PATIENCE, WIDTHS, harmless
from tests.browser.test_axe import violations
from tests.running import Running, command, serving

PASSWORD = "hest batteri stift kvern"
Visit = Callable[..., Page]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Running]:
    """A server on an installation without anything."""
    with serving(tmp_path / "instance") as running:
        yield running


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """A page of a browser of its own. What the console says is looked at in the end."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def begin(width: int = 1280, *, script: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=script, locale="nb-NO"
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if not harmless(said.text) else None)
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        return page

    yield begin
    for context in contexts:
        context.close()
    assert complaints == []


def code_of(running: Running) -> str:
    """The code, as it stands in the terminal."""
    said = (running.instance.parent / "serve.out").read_text()
    return re.search(r"with the code ([0-9A-Z-]{14}) ", said)[1]


def fits(page: Page) -> bool:
    """Whether nothing reaches out of the page at its right."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def make_region(page: Page, running: Running, *, script: bool) -> None:
    """Go all the way, with a wrong step at each."""
    page.goto(running.base)
    expect(page).to_have_url(f"{running.base}/first-run")
    page.get_by_role("textbox", name="Engangskode").fill("feil")
    page.get_by_role("button", name="Gå videre").click()
    expect(page.get_by_role("link", name=re.compile("Koden stemmer ikke"))).to_be_visible()
    page.get_by_role("textbox", name="Engangskode").fill(code_of(running).lower().replace("-", " "))
    page.get_by_role("button", name="Gå videre").click()

    expect(page.get_by_role("heading", name="Region og kommuner")).to_be_visible()
    page.get_by_label("Hva heter regionen?").fill("Ytre Sunnfjordregionen")
    page.get_by_label("Ansvarlig organ").fill("Sunnfjordrådet")
    if script:
        expect(page.get_by_label("Adresse")).to_have_value("ytre-sunnfjord")
    for words, name in (("kinn", "Kinn"), ("4645", "Askvoll"), ("sunnfj", "Sunnfjord")):
        page.get_by_label("Finn kommune").fill(words)
        if not script:
            page.get_by_role("button", name="Finn").click()
            expect(page.get_by_label("Hva heter regionen?")).to_have_value("Ytre Sunnfjordregionen")
        page.get_by_role("checkbox", name=re.compile(f"^{name} ")).check()
    page.get_by_label("Finn kommune").fill("xyz")
    if script:
        expect(page.get_by_text("Ingen andre kommuner passer med «xyz».")).to_be_visible()
    else:
        page.get_by_role("button", name="Finn").click()
    expect(page.get_by_text("3 er valgt.")).to_be_visible()
    page.get_by_role("checkbox", name=re.compile("^Askvoll ")).uncheck()
    assert fits(page)
    page.get_by_role("button", name="Gå videre").click()

    expect(page.get_by_text("med 2 kommuner får adressen")).to_be_visible()
    page.get_by_role("link", name="Tilbake").click()
    expect(page.get_by_label("Ansvarlig organ")).to_have_value("Sunnfjordrådet")
    page.get_by_role("button", name="Gå videre").click()
    page.get_by_label("Hva skal vi kalle deg?").fill("Anne Fauske")
    page.get_by_label("E-post").fill("anne@sunnfjord.example")
    page.get_by_label("Passord").fill("kort")
    page.get_by_role("button", name="Lag regionen").click()
    expect(page.get_by_label("Hva skal vi kalle deg?")).to_have_value("Anne Fauske")
    assert fits(page)
    page.get_by_label("Passord").fill(PASSWORD)
    page.get_by_role("button", name="Lag regionen").click()

    expect(page).to_have_url(f"{running.base}/r/ytre-sunnfjord/")
    expect(page.get_by_role("heading", name="Begynn med å invitere kommunene")).to_be_visible()
    expect(page.get_by_text("1 av 6", exact=True)).to_be_visible()
    assert fits(page)


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_from_an_empty_installation_to_the_empty_region(empty: Running, visit: Visit, width: int, script: bool) -> None:
    page = visit(width, script=script)
    make_region(page, empty, script=script)
    page.get_by_role("button", name="Skjul den nå").click()
    expect(page.get_by_role("heading", name="Velkommen til Ytre Sunnfjordregionen")).to_be_visible()
    page.get_by_role("button", name="Vis «Kom i gang»").click()
    expect(page.get_by_role("link", name="Last opp filer")).to_be_visible()
    answer = page.goto(f"{empty.base}/first-run")
    assert answer.status == 404


def test_and_on_to_a_document_a_person_and_an_open_round(empty: Running, visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "analyse.md").write_text("# Reiselivet i Kinn\n\nKaia tar imot 40 skip i året.\n", encoding="utf-8")
    anne, per = visit(), visit(390)
    make_region(anne, empty, script=True)
    home = f"{empty.base}/r/ytre-sunnfjord/"

    anne.get_by_role("link", name="Inviter", exact=True).click()
    expect(anne.get_by_role("heading", level=1)).to_contain_text("Medlemmer")
    words = (
        "person",
        "invite",
        "ytre-sunnfjord",
        "per@kinn.example",
        "--role",
        "participant",
        "--municipality",
        "4602",
    )
    per.goto(command(empty.instance, *words).stdout.strip())
    per.get_by_label("Hva skal vi kalle deg?").fill("Per Kinn")
    per.get_by_role("button", name="Bli med").click()
    expect(per.get_by_role("heading", name="Dette kan du vente deg")).to_be_visible()
    assert fits(per)

    anne.goto(home)
    expect(anne.get_by_text("1 av 2 kommuner har noen som er med eller invitert")).to_be_visible()
    anne.get_by_role("link", name="Last opp filer").click()
    anne.set_input_files("input[type=file]", tmp_path / "analyse.md")
    anne.get_by_label(re.compile("Filene inneholder ikke")).check()
    anne.get_by_role("button", name="Last opp").click()
    expect(anne.get_by_role("link", name="Åpne")).to_be_visible()

    anne.goto(home)
    anne.get_by_role("link", name="Skriv tiltak").click()
    anne.get_by_label("Tittel").fill("Felles kaiplan")
    for text in anne.locator("textarea[required]").all():
        text.fill("Kommunene lager én plan for kaiene.")
    anne.get_by_role("button", name=re.compile("^(Lagre|Foreslå)")).first.click()
    expect(anne.get_by_role("heading", name="Felles kaiplan")).to_be_visible()

    anne.goto(home)
    anne.get_by_role("link", name="Lag runden").click()
    anne.get_by_label("Navn på runden").fill("Første runde")
    anne.get_by_role("checkbox", name=re.compile("Felles kaiplan")).check()
    anne.get_by_role("button", name="Åpne nå").click()
    expect(anne.get_by_text("Ingen av kommunene har noen som svarer.").first).to_be_visible()
    assert fits(anne)

    anne.goto(home)
    anne.get_by_role("link", name="Velg", exact=True).click()
    anne.get_by_label("Svarer for kommunen").select_option(label="Per Kinn")
    anne.get_by_role("button", name=re.compile("^Lagre for ")).click()
    expect(anne.get_by_text(re.compile("^Lagret for "))).to_be_visible()

    anne.goto(home)
    anne.get_by_role("link", name="Se utkastet").click()
    anne.get_by_role("link", name="Første runde").click()
    anne.get_by_role("button", name="Åpne nå").click()
    expect(anne.get_by_text("Åpen", exact=True).first).to_be_visible()
    anne.goto(home)
    expect(anne.get_by_role("heading", name=re.compile("Runde 1 er åpen"))).to_be_visible()
    expect(anne.get_by_text("4 av 6", exact=True)).to_be_visible()
    per.goto(home)
    expect(per.get_by_role("heading", name=re.compile("Runde 1 er åpen"))).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_neither_the_steps_nor_the_empty_lists_have_violations(empty: Running, visit: Visit, width: int) -> None:
    page = visit(width)
    found: dict[str, list[str]] = {}

    def look(what: str) -> None:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found[f"{what} {scheme}"] = violations(page)
            assert fits(page), what

    page.goto(empty.base)
    look("code")
    page.get_by_role("textbox", name="Engangskode").fill("feil")
    page.get_by_role("button", name="Gå videre").click()
    look("wrong code")
    page.get_by_role("textbox", name="Engangskode").fill(code_of(empty))
    page.get_by_role("button", name="Gå videre").click()
    page.get_by_label("Hva heter regionen?").fill("Vestlandsregionen")
    page.get_by_label("Ansvarlig organ").fill("Rådet")
    page.get_by_label("Finn kommune").fill("vestland")
    page.get_by_role("checkbox", name=re.compile("^Kinn ")).check()
    look("region")
    page.get_by_role("button", name="Gå videre").click()
    look("you")
    page.get_by_label("Hva skal vi kalle deg?").fill("Anne Fauske")
    page.get_by_label("E-post").fill("anne@example.no")
    page.get_by_role("button", name="Lag regionen").click()
    home = page.url
    for path in (
        "", "documents/", "search?q=kai", "measures/", "opportunities/", "rounds/", "rounds/new", "silence",
        "plan-of-work/", "plan-of-work/reports", "hearings/", "hearings/new", "notices/", "notices/outbox",
    ):  # fmt: skip
        page.goto(home + path)
        look(path or "home")
    assert {what: problems for what, problems in found.items() if problems} == {}
