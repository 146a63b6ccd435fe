"""Two people from start to end: one searches, reads, comments and answers; the other closes and writes the outcome."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter, Person, fits
from tests.running import Running

PATHS = (
    "/", "/documents/", "/measures/", "/rounds/", "/rounds/new", "/measures/new", "/documents/new", "/search?q=kai",
    "/members", "/notices/",
)  # fmt: skip
CASES = [(width, script) for width in (1280, 390) for script in (True, False)]


# Unlike each other, so that the form does not ask whether the measure is there already.
MEASURES = {
    "1280-script": "Ladestasjoner for ferjer",
    "1280-plain": "Verksted for båtmotorer",
    "390-script": "Kurs i eksportpapirer",
    "390-plain": "Nettbutikk for håndverk",
}


def new_round(leader: Person, title: str, measure: str) -> None:
    """Propose a measure and open a round on it."""
    page = leader.page
    leader.open("/measures/new")
    page.get_by_label("Tittel", exact=True).fill(measure)
    page.get_by_label("Tekst", exact=True).fill(f"{measure}, i gang fra høsten.")
    page.get_by_role("button", name="Lagre tiltaket").click()
    leader.open("/rounds/new")
    page.get_by_label("Navn på runden").fill(title)
    page.get_by_label(measure).check()
    page.get_by_label("Så mange må ha svart").select_option("1/2")
    page.get_by_label("Lukkes", exact=True).fill("2099-01-25T12:00")
    page.get_by_role("button", name="Lagre utkast").click()
    page.get_by_role("button", name="Åpne nå").click()
    expect(page.get_by_text("Åpen", exact=True).first).to_be_visible()


@pytest.mark.parametrize(("width", "script"), CASES)
def test_from_search_to_outcome(enter: Enter, width: int, script: bool) -> None:
    kind = f"{width}-{'script' if script else 'plain'}"
    leader = enter("Marit Elvheim-Strand", width, script=script)
    new_round(leader, f"Prøve {kind}", MEASURES[kind])

    participant = enter("Håvard Leirnes-Vik", width, script=script)
    page = participant.page
    page.get_by_label("Søk i regionens dokumenter og tiltak").fill("kjølelager")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Intervju I08").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Intervju I08")

    page.get_by_role("link", name="Kommenter avsnitt 3", exact=True).click()
    page.get_by_label("Hva vil du si?").fill(f"Gjelder dette også Skarfjord? {kind}")
    page.get_by_role("button", name="Legg inn kommentaren").click()
    expect(page.get_by_text(f"Gjelder dette også Skarfjord? {kind}")).to_be_visible()

    participant.open("/rounds/")
    page.get_by_role("link", name=f"Prøve {kind}").click()
    page.get_by_role("link", name=MEASURES[kind]).click()
    page.get_by_role("radio", name="Forbehold").check()
    page.get_by_role("button", name="Lagre svaret").click()
    if script:
        expect(page.get_by_text("Skriv en kort begrunnelse").first).to_be_visible()
        expect(page.get_by_role("radio", name="Forbehold")).to_be_checked()
    condition = page.get_by_role("checkbox", name="Ja, hvis dette blir oppfylt")
    condition.check()
    expect(page.locator("label[for=reason]")).to_have_text("Hva skal til? (må fylles ut)", use_inner_text=True)
    condition.uncheck()
    page.get_by_label("Hva skal til?").fill("Vi trenger en avklaring av kostnaden.")
    page.get_by_role("button", name="Lagre svaret").click()
    expect(page.locator("#standing").get_by_text("Forbehold").first).to_be_visible()
    expect(page.locator("#reasons")).to_contain_text("avklaring av kostnaden")

    page = leader.page
    leader.open("/rounds/")
    page.get_by_role("link", name=f"Prøve {kind}").click()
    page.get_by_label("Hvorfor lukkes den før fristen?").fill("Møtet er over.")
    page.get_by_role("button", name="Lukk runden").click()
    expect(page.get_by_label("Oppsummering av runden")).to_have_value(re.compile("Venter på svar"))
    page.get_by_label("Oppsummering av runden").fill(f"Vi tar det opp igjen i januar. {kind}")
    page.get_by_role("button", name="Avslutt runden").click()
    expect(page.get_by_text(f"Vi tar det opp igjen i januar. {kind}")).to_be_visible()
    expect(page.get_by_text("Avsluttet").first).to_be_visible()
    assert participant.complaints == []
    assert leader.complaints == []


def test_by_keyboard_alone(enter: Enter) -> None:
    person = enter("Pernille Sundvoll")
    page = person.page
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Hopp til innholdet")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("/")
    expect(page.get_by_label("Søk i regionens dokumenter og tiltak")).to_be_focused()
    page.keyboard.type("båtrute")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    expect(page.get_by_role("main")).to_contain_text("båtrute")


def test_on_a_phone_one_measure_at_a_time(enter: Enter) -> None:
    person = enter("Sjur Vetlemyr", 390)
    page = person.page
    page.get_by_role("link", name=re.compile("Fortsett med|Begynn med")).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    before = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("radio", name="Kan leve med").check()
    page.get_by_role("button", name="Lagre og gå videre").click()
    expect(page.get_by_text("Svaret er lagret.").first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).not_to_have_text(before)
    assert person.complaints == []


def test_a_text_selected_becomes_the_quote(enter: Enter) -> None:
    person = enter("Solveig Brattli")
    page = person.page
    person.open("/documents/?kind=analysis")
    page.get_by_role("link", name="Verdiskaping og næringsstruktur").click()
    page.wait_for_selector("[data-block='3'] p")
    page.evaluate(
        """() => {
          const node = document.querySelector("[data-block='3'] p").firstChild;
          const range = document.createRange();
          range.setStart(node, 0); range.setEnd(node, 20);
          getSelection().removeAllRanges(); getSelection().addRange(range);
          document.dispatchEvent(new Event("selectionchange"));
        }"""
    )
    page.get_by_role("link", name="Kommenter det markerte").click()
    expect(page.get_by_label("Gjelder det bare noen ord?")).not_to_have_value("")
    page.get_by_label("Hva vil du si?").fill("Fra hvilket år er tallet?")
    page.get_by_role("button", name="Legg inn kommentaren").click()
    expect(page.locator("[data-block='3'] mark.p--aktiv")).to_be_visible()
    assert person.complaints == []


def test_pages_do_not_scroll_sideways(enter: Enter, demo: Running) -> None:
    for width in (1280, 390, 320):
        person = enter("Marit Elvheim-Strand", width)
        for path in PATHS:
            person.open(path)
            assert fits(person.page), (path, width)
