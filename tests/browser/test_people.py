"""People as those who lead, and they themselves, see to them: a list is invited, a group made, keys turned off."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter, fits
from tests.browser.test_axe import violations

CASES = [(width, script) for width in (1280, 390) for script in (True, False)]
MARIT = "Marit Elvheim-Strand"


@pytest.mark.parametrize(("width", "script"), CASES)
def test_a_list_is_looked_over_sent_and_accepted(enter: Enter, width: int, script: bool) -> None:
    kind = f"{width}{script}".lower()
    leader = enter(MARIT, width, script=script)
    page = leader.page
    leader.open("/members")
    assert fits(page)
    page.get_by_label("Lim inn adresser, én per linje").fill(
        f"Ella Vik <ella{kind}@ny.example>; ola{kind}@ny.example\nmarit@skarfjord.example\nkari.nordmann@"
    )
    page.get_by_label("Kommune", exact=True).select_option("Havnsund")
    page.get_by_label("Gruppe", exact=True).select_option("Ungdom")
    page.get_by_label("Hilsen (kan stå tomt)").fill("Velkommen til oss!")
    page.get_by_role("button", name="Se over").click()
    over = page.locator("#look-over")
    expect(over).to_contain_text("2 nye blir invitert")
    expect(over).to_contain_text("Med fra før")
    expect(over).to_contain_text("Rett linje 3")
    expect(over).to_contain_text("Adressen mangler det som står etter @.")
    assert fits(page)
    assert not script or violations(page) == []
    over.get_by_role("button", name="Inviter 2").click()
    made = page.locator("#made")
    expect(made).to_contain_text("2 invitasjoner er klare.")
    address = made.get_by_label("Ella Vik").input_value()
    expect(made.locator("[data-copy]").first).to_be_visible(visible=script)  # shown by the script, a moment later
    expect(page.get_by_text(f"ola{kind}@ny.example").last).to_be_visible()
    assert fits(page) and leader.complaints == []
    page.keyboard.press("Control+Home")  # else what stays in place lies over the links above
    expect(page.get_by_role("link", name="Arbeidsgrupper")).to_be_in_viewport(ratio=1)
    assert not script or violations(page) == []

    page.goto(leader.base + "/profile")
    page.get_by_role("button", name="Logg ut", exact=True).click()
    page.goto(address)
    expect(page.get_by_text("Velkommen til oss!")).to_be_visible()
    expect(page.get_by_label("Hva skal vi kalle deg?")).to_have_value("Ella Vik")
    page.get_by_role("button", name="Bli med").click()
    page.wait_for_url("**/r/skarfjord/")


@pytest.mark.parametrize(("width", "script"), CASES)
def test_a_group_is_made_and_seen_by_all(enter: Enter, width: int, script: bool) -> None:
    name = f"Havnegruppa {width} {script}"
    leader = enter(MARIT, width, script=script)
    page = leader.page
    leader.open("/members")
    page.get_by_role("link", name="Arbeidsgrupper").click()
    page.get_by_role("link", name="Ny gruppe").click()
    page.get_by_label("Navn", exact=True).fill(name)
    page.get_by_label("Mandat").fill("Foreslår hvor kaiene skal ligge.")
    page.get_by_label("Anniken Skogfjær").check()
    page.get_by_label("Hvem leder gruppen?").select_option("Ragnhild Fonnås")
    page.get_by_role("button", name="Lagre gruppen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    assert fits(page)

    member = enter("Ragnhild Fonnås", width, script=script)
    member.page.get_by_role("navigation", name="Hovedmeny").get_by_role("link", name="Arbeidsgrupper").click()
    member.page.get_by_role("link", name=name).click()
    expect(member.page.get_by_text("Anniken Skogfjær")).to_be_visible()
    expect(member.page.get_by_text("Foreslår hvor kaiene skal ligge.")).to_be_visible()
    expect(member.page.get_by_role("link", name="Rediger")).to_have_count(0)
    assert fits(member.page) and member.complaints == [] == leader.complaints


@pytest.mark.parametrize(("width", "script"), CASES)
def test_one_s_own_page(enter: Enter, width: int, script: bool) -> None:
    person = enter("Sjur Vetlemyr", width, script=script)
    page = person.page
    page.goto(person.base + "/profile")
    assert fits(page)
    page.get_by_label("Tittel").fill("Næringsrådgiver")
    page.get_by_role("button", name="Lagre navn og tittel").click()
    expect(page.get_by_text("Lagret.")).to_be_visible()
    expect(page.get_by_label("Tittel")).to_have_value("Næringsrådgiver")
    page.get_by_role("radio", name="Nynorsk").check()
    page.get_by_role("button", name="Bruk språket").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mi side")
    page.get_by_role("radio", name="Bokmål").check()
    page.get_by_role("button", name="Bruk språket").click()
    page.get_by_role("button", name="Be om å slutte").click()
    page.get_by_role("button", name="Jeg vil fortsette likevel").click()
    expect(page.get_by_role("button", name="Be om å slutte")).to_be_visible()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Last ned dine data").click()
    assert downloading.value.suggested_filename.endswith(".json")
    assert person.complaints == []


def test_keys_of_one_letter_are_turned_off(enter: Enter) -> None:
    person = enter("Pernille Sundvoll")
    page = person.page
    page.keyboard.press("/")
    expect(page.locator("#sok")).to_be_focused()
    page.goto(person.base + "/profile")
    page.get_by_label("Bruk hurtigtaster med én tast").uncheck()
    page.get_by_role("button", name="Lagre valget av hurtigtaster").click()
    expect(page.get_by_text("Lagret.")).to_be_visible()
    person.open("/")
    page.keyboard.press("/")
    page.keyboard.press("?")
    expect(page.locator("#sok")).not_to_be_focused()
    assert page.url.endswith("/r/skarfjord/")
    page.goto(person.base + "/profile")
    page.get_by_label("Bruk hurtigtaster med én tast").check()
    page.get_by_role("button", name="Lagre valget av hurtigtaster").click()
    person.open("/")
    page.keyboard.press("/")
    expect(page.locator("#sok")).to_be_focused()
