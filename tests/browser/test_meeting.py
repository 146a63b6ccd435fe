"""A meeting as people meet it: from the QR address to an answer on a phone, and a wall that follows."""

from __future__ import annotations

import shutil
import time
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE, Enter, fits, harmless
from tests.browser.test_axe import violations
from tests.running import Running
from workspace.rounds.model import Round
from workspace.store.tinydb import TinyStores

LEADER = "Marit Elvheim-Strand"


@pytest.fixture(scope="module")
def prepared(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo region, in which the open round takes guests."""
    instance = tmp_path_factory.mktemp("meeting") / "instance"
    shutil.copytree(built, instance)
    with closing(TinyStores.open(instance)) as stores, stores.region("skarfjord").transaction() as tx:
        for round_ in tx.find(Round, {"state": "open"}, order="number"):
            tx.put(round_.changed(guests=True))
    return instance


def start(leader: Page, demo: Running) -> tuple[str, str]:
    """Start the meeting (or find it started), cover the result, and answer the round's path and the code."""
    leader.goto(f"{demo.base}/r/skarfjord/rounds/")
    leader.get_by_role("link", name="Nytte og rekkefølge").first.click()
    path = leader.url
    leader.get_by_role("link", name="Møte", exact=True).click()
    if leader.get_by_role("button", name="Start møtet").count():
        leader.get_by_role("button", name="Start møtet").click()
    elif leader.get_by_role("button", name="Skjul resultatet").count():
        leader.get_by_role("button", name="Skjul resultatet").click()
    return path, leader.locator(".kodeord").inner_text()


class Phone:
    """A phone without an account. It counts what is tapped."""

    def __init__(self, browser: Browser, *, script: bool = True) -> None:
        self.context = browser.new_context(
            viewport={"width": 390, "height": 844}, java_script_enabled=script, locale="nb-NO", has_touch=True
        )
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on(
            "console", lambda message: None if harmless(message.text) else self.complaints.append(message.text)
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.taps = 0

    def tap(self, role: str, name: str) -> None:
        """Tap the one thing that is called this."""
        self.page.get_by_role(role, name=name).first.tap()
        self.taps += 1

    def fits(self) -> bool:
        """Whether nothing goes past the side of the screen."""
        return fits(self.page)


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_from_the_qr_address_to_an_answer_in_three_taps(
    enter: Enter, browser: Browser, demo: Running, script: bool
) -> None:
    leader = enter(LEADER)
    _path, code = start(leader.page, demo)
    phone = Phone(browser, script=script)
    began = time.monotonic()
    phone.page.goto(f"{demo.base}/m/{code}")
    if script:
        assert phone.fits()
    phone.tap("button", "Næringsliv")
    expect(phone.page.get_by_role("heading", level=1)).to_be_visible()
    before = phone.page.get_by_role("heading", level=1).inner_text()
    phone.tap("radio", "Kan leve med")
    phone.tap("button", "Lagre og gå videre")
    expect(phone.page.get_by_text("Svaret er lagret.")).to_be_visible()
    print(f"from the address to the answer kept: {time.monotonic() - began:.2f} s")
    assert phone.taps <= 3
    expect(phone.page.get_by_role("heading", level=1)).not_to_have_text(before)
    if script:
        assert phone.fits()
    assert phone.complaints == []
    phone.context.close()


def test_the_wall_shows_the_result_when_the_leader_says_so(enter: Enter, browser: Browser, demo: Running) -> None:
    leader, wall = enter(LEADER), enter("Solveig Brattli")
    path, code = start(leader.page, demo)
    wall.page.goto(f"{path}/wall")
    expect(wall.page.get_by_text("Resultatet vises når prosesslederen sier fra.")).to_be_visible()
    expect(wall.page.get_by_text("Full støtte")).to_have_count(0)
    expect(wall.page.locator(".kodeord")).to_have_text(code)
    leader.page.get_by_role("button", name="Vis resultatet").click()
    began = time.monotonic()
    expect(wall.page.locator(".flis").get_by_text("Full støtte").first).to_be_visible()
    print(f"the wall showed it after {time.monotonic() - began:.2f} s")

    phone = Phone(browser)
    phone.page.goto(f"{demo.base}/m/{code.lower()}")
    phone.tap("button", "Ungdom")
    phone.tap("radio", "Forbehold")
    phone.page.get_by_label("Hva skal til?").fill("Vi trenger buss.")
    phone.tap("button", "Lagre og gå videre")
    expect(wall.page.locator(".storskjerm")).to_contain_text("Ungdom")
    assert "Vi trenger buss." not in wall.page.content() and "Gjest" not in wall.page.content()
    leader.page.get_by_role("button", name="Skjul resultatet").click()
    expect(wall.page.get_by_text("Full støtte")).to_have_count(0)
    assert wall.complaints == leader.complaints == phone.complaints == []
    phone.context.close()


def test_a_wall_that_was_without_network_goes_on_by_itself(enter: Enter, demo: Running) -> None:
    leader, wall = enter(LEADER), enter("Solveig Brattli")
    path, _code = start(leader.page, demo)
    wall.page.goto(f"{path}/wall")
    wall.context.set_offline(True)
    expect(wall.page.get_by_text("Vi fikk ikke svar fra tjeneren.")).to_be_visible()
    leader.page.get_by_role("button", name="Vis resultatet").click()
    wall.context.set_offline(False)
    expect(wall.page.locator(".flis").get_by_text("Full støtte").first).to_be_visible(timeout=3_000)
    expect(wall.page.get_by_text("Vi fikk ikke svar fra tjeneren.")).to_have_count(0)


def test_a_phone_that_loses_the_network_keeps_what_was_chosen(enter: Enter, browser: Browser, demo: Running) -> None:
    leader = enter(LEADER)
    _path, code = start(leader.page, demo)
    phone = Phone(browser)
    phone.page.goto(f"{demo.base}/m/{code}")
    phone.tap("button", "Frivillighet")
    phone.page.get_by_role("radio", name="Forbehold").check()
    phone.page.get_by_label("Hva skal til?").fill("Vi trenger buss.")
    phone.context.set_offline(True)
    phone.tap("button", "Lagre og gå videre")
    expect(phone.page.get_by_text("Vi fikk ikke svar fra tjeneren.")).to_be_visible()
    expect(phone.page.get_by_role("radio", name="Forbehold")).to_be_checked()
    expect(phone.page.get_by_label("Hva skal til?")).to_have_value("Vi trenger buss.")
    phone.context.set_offline(False)
    phone.tap("button", "Lagre og gå videre")
    expect(phone.page.get_by_text("Svaret er lagret.")).to_be_visible()
    phone.context.close()


def test_the_facilitator_s_page_fits_a_phone(enter: Enter, demo: Running) -> None:
    leader = enter(LEADER, 390)
    path, _code = start(leader.page, demo)
    for page in (f"{path}/meeting", f"{path}/wall", f"{path}/wall?overview=1"):
        leader.page.goto(page)
        assert fits(leader.page), page
    leader.page.goto(f"{path}/meeting")
    leader.page.get_by_label("Støtte", exact=True).fill("8")
    leader.page.get_by_label("Kan leve med", exact=True).fill("4")
    leader.page.get_by_label("Hvor ble hendene telt?").fill("Verkstedet")
    leader.page.get_by_role("button", name="Lagre tallene").click()
    expect(leader.page.get_by_text("12 hender")).to_be_visible()
    assert leader.complaints == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_of_a_meeting_has_violations(enter: Enter, demo: Running, width: int, dark: bool) -> None:
    leader = enter(LEADER, width, dark=dark)
    path, code = start(leader.page, demo)
    found = {f"{path}/meeting": violations(leader), f"{path}/wall": []}
    leader.page.goto(f"{path}/wall")
    found["covered"] = violations(leader)
    leader.page.get_by_role("button", name="Vis resultatet").click()
    for page in (f"{path}/wall", f"{path}/wall?overview=1"):
        leader.page.goto(page)
        found[page] = violations(leader)
    leader.context.clear_cookies()
    leader.page.goto(f"{demo.base}/m/{code}")
    found["join"] = violations(leader)
    leader.page.get_by_role("button", name="Næringsliv").click()
    for page in (f"/m/{code}/answer", "/m/", "/m/XXXXXX"):
        leader.page.goto(f"{demo.base}{page}")
        found[page] = violations(leader)
    assert {page: problems for page, problems in found.items() if problems} == {}
    assert leader.complaints == []
