"""A text that changes while people answer, and a block from its beginning to its answer: on screen and on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter, Person, fits
from tests.browser.test_axe import violations
from tests.browser.test_journeys import CASES, new_round

HAVARD, SJUR = "Håvard Leirnes-Vik", "Sjur Vetlemyr"
# Measures that nobody takes for the same: the form for a new one asks when another is alike.
TITLES = {
    "1280-script": ("Landstrøm", "Kompetansesenter"),
    "1280-plain": ("Biogass", "Skiløyper"),
    "390-script": ("Gjestehavn", "Trebygg"),
    "390-plain": ("Fiberkabel", "Bedriftshelse"),
}


def to_measure(person: Person, title: str, measure: str) -> Page:
    """Go to a measure by way of its round."""
    person.open("/rounds/")
    person.page.get_by_role("link", name=title).click()
    person.page.get_by_role("link", name=measure).first.click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text(measure)
    return person.page


def sound(person: Person, width: int, script: bool) -> None:
    """The page that is open does not scroll sideways, and axe finds nothing on it."""
    assert fits(person.page), person.page.url
    assert not script or violations(person) == [], person.page.url


@pytest.mark.parametrize(("width", "script"), CASES)
def test_an_answer_is_kept_after_the_text_has_changed(enter: Enter, width: int, script: bool) -> None:
    kind = f"{width}-{'script' if script else 'plain'}"
    title, measure = f"Bekreft {kind}", TITLES[kind][0]
    leader = enter("Marit Elvheim-Strand", width, script=script)
    new_round(leader, title, measure)
    voter = enter(HAVARD, width, script=script)
    page = to_measure(voter, title, measure)
    page.get_by_role("radio", name="Full støtte").check()
    page.get_by_role("button", name="Lagre svaret").click()
    expect(page.locator("#panel").get_by_text(re.compile("Lagret i dag"))).to_be_visible()

    page = to_measure(leader, title, measure)
    page.get_by_role("link", name="Endre teksten").click()
    expect(page.get_by_text("Ett svar må bekreftes på nytt")).to_be_visible()
    expect(page.get_by_text("Det gjelder Skarfjord.")).to_be_visible()
    page.get_by_label("Tekst", exact=True).fill("Kommunene gjør dette sammen fra våren 2029.")
    page.get_by_role("radio", name=re.compile("Vesentlig")).check()
    page.get_by_label("Hvorfor blir teksten endret?").fill("Anlegget er forsinket.")
    sound(leader, width, script)
    page.get_by_role("button", name="Lagre ny tekst").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("er endret")

    page = to_measure(voter, title, measure)
    page.get_by_role("link", name="Hvorfor, og hvem har bekreftet?").click()
    expect(page.locator("ins").first).to_contain_text("våren 2029.")
    expect(page.locator("del").first).to_contain_text("høsten.")
    expect(page.get_by_text("Anlegget er forsinket.")).to_be_visible()
    sound(voter, width, script)
    page.get_by_role("button", name="Behold stemmen min: Full støtte").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(measure)
    expect(page.locator("#standing").get_by_text("Full støtte").first).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Behold stemmen"))).to_have_count(0)
    to_measure(voter, title, measure)
    sound(voter, width, script)
    assert voter.complaints == leader.complaints == []


@pytest.mark.parametrize(("width", "script"), CASES)
def test_a_block_from_its_beginning_to_its_answer(enter: Enter, width: int, script: bool) -> None:
    kind = f"{width}-{'script' if script else 'plain'}"
    title, measure = f"Mekling {kind}", TITLES[kind][1]
    leader = enter("Marit Elvheim-Strand", width, script=script)
    new_round(leader, title, measure)
    blocker = enter(SJUR, width, script=script)
    page = to_measure(blocker, title, measure)
    page.get_by_role("radio", name="Blokkerer").check()
    page.get_by_label("Hva skal til?").fill("At ungdommen vår kan reise dit.")
    page.get_by_role("button", name="Lagre svaret").click()
    expect(page.get_by_text("Bare dere kan løfte blokkeringen")).to_be_visible()

    page = leader.page
    leader.open("/rounds/")
    page.get_by_role("link", name=title).click()
    expect(page.get_by_text("Venter på svar fra deg")).to_be_visible()
    sound(leader, width, script)
    page.locator("#blocks").get_by_role("link").click()
    page.get_by_label("Svar til den som blokkerer").check()
    page.get_by_label("Tekst", exact=True).fill("Vi spør fylkeskommunen om skoleskyss.")
    page.get_by_role("button", name="Legg til i historien").click()
    expect(page.get_by_text("Prosesslederen svarer")).to_be_visible()
    sound(leader, width, script)

    page = to_measure(blocker, title, measure)
    page.get_by_role("link", name="Foreslå endring").first.click()
    page.get_by_label("Ordene som skal endres").fill("fra høsten.")
    page.get_by_label("Nye ord i stedet").fill("fra høsten, med skoleskyss.")
    page.get_by_role("button", name="Legg fram forslaget").click()
    expect(page.locator("ins").first).to_contain_text("med skoleskyss.")
    sound(blocker, width, script)
    page = to_measure(blocker, title, measure)
    page.locator("#told").get_by_role("link", name="Gå til meklingen").click()
    page.get_by_label("Vil dere si noe til?").fill("Vi tar det opp i formannskapet.")
    page.get_by_role("button", name="Vi står ved blokkeringen").click()
    expect(page.get_by_text("Vi tar det opp i formannskapet.")).to_be_visible()
    sound(blocker, width, script)

    page = to_measure(leader, title, measure)
    page.locator("#amendments").get_by_role("link", name="Endringsforslag 1").click()
    page.get_by_role("radio", name=re.compile("Vesentlig")).check()
    page.get_by_label("Hvorfor tas det inn?").fill("Det svarer på blokkeringen.")
    sound(leader, width, script)
    page.get_by_role("button", name="Ta inn forslaget").click()
    expect(page.get_by_role("heading", name="Tatt inn i versjon 2")).to_be_visible()

    page = to_measure(blocker, title, measure)
    page.get_by_role("radio", name="Kan leve med").check()
    page.get_by_role("button", name="Lagre svaret").click()
    expect(page.locator("#standing").get_by_text("Kan leve med").first).to_be_visible()
    page = to_measure(leader, title, measure)
    story = page.locator("#mediation")
    for words in ("Myrland blokkerer", "Prosesslederen svarer", "Blokkeringen står", "ble tatt inn i versjon 2"):
        expect(story).to_contain_text(words)
    expect(story).to_contain_text("Myrland løftet blokkeringen: Kan leve med")
    sound(leader, width, script)
    page.get_by_role("link", name="Registrer svar for en kommune").click()
    sound(leader, width, script)
    assert blocker.complaints == leader.complaints == []
