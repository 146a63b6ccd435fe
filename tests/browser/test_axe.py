"""axe-core on every page (see pages.py), light and dark, wide and narrow, in each language: no violations.

`make axe` looks at all of them. The suite looks at each page once, in a way that is drawn, and at some more. The seed
is printed: the date, so that each day draws others. `AXE_SEED=2026-11-23 make test` draws the same again.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
from datetime import UTC, datetime
from itertools import groupby, product
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Page as BrowserPage

from tests.browser import pages, stage
from tests.browser.conftest import Enter, Person, fits
from tests.browser.pages import PAGES
from tests.browser.stage import Stage
from tests.running import Running

AXE = Path(__file__).parent.parent / "fixtures" / "axe-4.14.1.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS, SCHEMES, LANGUAGES = (1280, 390), ("light", "dark"), ("nb", "nn", "en")
# How many pixels of the height are taken by what stays in place while one scrolls.
STAYING = """body => [...body.querySelectorAll("*")]
  .filter(one => ["fixed", "sticky"].includes(getComputedStyle(one).position) && one.checkVisibility())
  .map(one => one.offsetWidth > 200 ? one.offsetHeight : 0).reduce((sum, height) => sum + height, 0)"""
MORE = 60  # looks, beside one at each page
NAMES = {
    pages.PARTICIPANT: stage.VOTER, pages.FACILITATOR: stage.LEADER, pages.ADMINISTRATOR: stage.ADMINISTRATOR
}  # fmt: skip


class Look(NamedTuple):
    """One look at one page."""

    page: pages.Page
    language: str
    width: int
    scheme: str


def looks() -> tuple[list[Look], str]:
    """What is looked at, page by page, and what it was drawn by."""
    every = [Look(*one) for one in product(PAGES, LANGUAGES, WIDTHS, SCHEMES)]
    if os.environ.get("AXE") == "all":
        return every, "all"
    seed = os.environ.get("AXE_SEED") or f"{datetime.now(UTC):%Y-%m-%d}"
    drawn = random.Random(seed)
    each = [drawn.choice(list(group)) for _page, group in groupby(every, key=lambda look: look.page)]
    rest = [look for look in every if look not in each]
    return sorted({*each, *drawn.sample(rest, MORE)}, key=every.index), seed


@pytest.fixture(scope="module")
def instance(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo region in which every page has something to show."""
    made = tmp_path_factory.mktemp("axe") / "instance"
    return Path(shutil.copytree(built, made))


@pytest.fixture(scope="module")
def staged(instance: Path) -> Stage:
    """Where everything is in it."""
    return stage.furnish(instance)


@pytest.fixture(scope="module")
def prepared(instance: Path, staged: Stage) -> Path:
    """The same, furnished."""
    return instance


def violations(person: Person | Visitor | BrowserPage) -> list[str]:
    """What axe finds on the page that is open. Run in the page's own world, past its CSP, as a tester would."""
    page = person if isinstance(person, BrowserPage) else person.page
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    options = json.dumps({"runOnly": {"type": "tag", "values": TAGS}})
    found = session.send(
        "Runtime.evaluate",
        {"expression": f"axe.run(document, {options})", "awaitPromise": True, "returnByValue": True},
    )
    session.detach()
    return [
        f"{violation['id']}: {node['target']} {node['html'][:160]}"
        for violation in found["result"]["value"]["violations"]
        for node in violation["nodes"]
    ]


class Visitor:
    """A browser in which somebody looks at pages in one language after the other."""

    def __init__(self, browser: Browser, demo: Running, staged: Stage, who: str) -> None:
        self.base, self.who = demo.base, who
        self.complaints: list[str] = []
        self.context: BrowserContext = browser.new_context(locale="nb-NO")
        if who in NAMES:
            person = Person(self.context, demo, NAMES[who])
            self.page, self.complaints = person.page, person.complaints
        else:
            self.page = self.context.new_page()
        if who == pages.GUEST:
            self.page.goto(f"{self.base}/m/{staged.places['code']}")
            self.page.get_by_role("button", name="Næringsliv").click()

    def speak(self, language: str) -> None:
        """Choose the language of the screens, as people do."""
        if self.who in NAMES:
            self.page.goto(f"{self.base}/profile")
            choice = self.page.locator("[name=locale]")
            if choice.first.evaluate("field => field.matches('select')"):
                choice.select_option(language)
            else:
                self.page.locator(f"[name=locale][value={language}]").check()
            choice.first.evaluate("field => field.form.requestSubmit()")
            self.page.wait_for_url("**saved=looks**")
        else:
            self.context.add_cookies([{"name": "locale", "value": language, "url": self.base}])

    def wrong(self, look: Look) -> list[str]:
        """What is wrong with the page that is open, in this width and scheme."""
        self.page.set_viewport_size({"width": look.width, "height": 900})
        self.page.emulate_media(color_scheme=look.scheme)
        found = violations(self)
        spoken = self.page.locator("html").get_attribute("lang")
        return [
            *found,
            *([] if fits(self.page) else ["it scrolls sideways"]),
            *([] if spoken == look.language else [f"it says that it is in {spoken}"]),
        ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_has_violations(
    browser: Browser, demo: Running, staged: Stage, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen, seed = looks()
    mine = [look for look in chosen if look.language == language]
    found: dict[str, list[str]] = {}
    visitors: dict[str, Visitor] = {}
    for page, same in groupby(mine, key=lambda look: look.page):
        if page.who not in visitors:
            visitors[page.who] = Visitor(browser, demo, staged, page.who)
            visitors[page.who].speak(language)
        visitor = visitors[page.who]
        visitor.page.goto(demo.base + page.path(staged))
        for look in same:
            problems = visitor.wrong(look)
            if problems:
                found[f"{page.who} {page.path(staged)} {look.width} {look.scheme}"] = problems
    with capsys.disabled():
        print(f"\naxe: {len(mine)} looks in {language} at {len({look.page for look in mine})} pages ({seed})")
    complaints = [said for visitor in visitors.values() for said in visitor.complaints]
    for visitor in visitors.values():
        visitor.speak(LANGUAGES[0])  # as the tests after this one expect
        visitor.context.close()
    assert not found, "\n".join(f"{where}: {problem}" for where, problems in found.items() for problem in problems)
    assert complaints == []


def test_every_page_is_whole_at_400_per_cent(browser: Browser, demo: Running, staged: Stage) -> None:
    """A window of 1280 x 1024 at 400 per cent is one of 320 x 256: no scrolling sideways, and nothing that stays in
    place may take the room that there is to read in."""
    found: dict[str, str] = {}
    visitors: dict[str, Visitor] = {}
    for page in PAGES:
        if page.who not in visitors:
            visitors[page.who] = Visitor(browser, demo, staged, page.who)
            visitors[page.who].page.set_viewport_size({"width": 320, "height": 256})
        at = visitors[page.who].page
        at.goto(demo.base + page.path(staged))
        if not fits(at):
            found[f"{page.who} {page.path(staged)}"] = "it scrolls sideways"
        elif at.locator("body").evaluate(STAYING) > 64:
            found[f"{page.who} {page.path(staged)}"] = "too much stays in place"
    for visitor in visitors.values():
        visitor.context.close()
    assert found == {}


def test_a_refused_form_has_no_violations(enter: Enter) -> None:
    person = enter("Oddgeir Kvernmo")
    person.open("/documents/new")
    person.page.eval_on_selector("#document-form", "form => { form.noValidate = true }")
    person.page.get_by_role("button", name="Lagre dokumentet").click()
    person.page.wait_for_selector(".ds-error-summary")
    assert violations(person) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_making_a_round_and_giving_points_have_no_violations(enter: Enter, width: int) -> None:
    leader = enter("Marit Elvheim-Strand", width)
    page = leader.page
    leader.open("/measures/new")
    title = {1280: "Felles kran på kaia", 390: "Kurs i eksportpapirer"}[width]  # unlike, so that none is asked about
    page.get_by_label("Tittel", exact=True).fill(title)
    page.get_by_label("Tekst", exact=True).fill("Kommunene gjør dette sammen fra høsten.")
    page.get_by_role("button", name="Lagre tiltaket").click()
    leader.open("/rounds/new")
    page.get_by_label("Navn på runden").fill(f"Poeng {width}")
    page.get_by_label(title).check()
    page.get_by_text("Tilpass ordene til hvert valg").click()
    page.locator("#meaning-consensus-5").fill("Vi bidrar gjerne")  # so that they are open when the page is made
    page.get_by_role("button", name="Lagre utkast").click()
    page.wait_for_url(re.compile(r"/rounds/\w{26}$"))
    draft = page.url.partition("/r/skarfjord")[2]
    found = {}
    for path in (draft, f"{draft}/edit", f"{draft}/preview"):
        leader.open(path)
        found[path] = violations(leader)
    for method in ("Tilslutning", "Temperatur", "Prioritering"):
        leader.open(f"{draft}/edit")
        page.get_by_role("radio", name=method).check()
        page.get_by_role("button", name="Lagre utkast").click()
        page.wait_for_url(re.compile(r"/rounds/\w{26}$"))
        leader.open(f"{draft}/edit")
        found[method] = violations(leader)
    leader.open(draft)
    page.get_by_role("button", name="Åpne nå").click()
    participant = enter("Håvard Leirnes-Vik", width)
    for path in (f"{draft}/points", f"{draft}/answer"):
        participant.open(path)
        found[path] = violations(participant)
    leader.open(draft)
    page.get_by_role("button", name="Send påminning").click()
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    found["reminded"] = violations(leader)
    assert {path: problems for path, problems in found.items() if problems} == {}
    assert fits(page)
