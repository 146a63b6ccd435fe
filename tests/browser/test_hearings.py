"""A hearing in the browser: a stranger answers on a phone without any script; staff paste, assess and print."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from tests.browser.conftest import Enter, Person, fits
from tests.browser.test_axe import violations
from tests.running import Running


def sent_out(enter: Enter, title: str) -> tuple[Person, str]:
    """A hearing on the plan draft, opened by the facilitator; and its public link."""
    leader = enter("Marit Elvheim-Strand", script=False)
    page = leader.page
    leader.open("/documents/?kind=plan")
    page.get_by_role("rowheader").get_by_role("link").first.click()
    page.get_by_role("link", name="Send på høring").click()
    page.get_by_label("Navn på høringen").fill(title)
    page.get_by_label("Høringsfrist").fill("2099-03-05T23:59")
    page.get_by_label("Spørsmål").fill("Er målene riktige for kommunen din?")
    page.get_by_role("button", name="Lagre utkast").click()
    page.get_by_role("button", name="Åpne høringen").click()
    return leader, page.get_by_label("Lenke til høringen").input_value()


def test_a_stranger_answers_on_a_phone_and_withdraws(browser: Browser, enter: Enter, demo: Running) -> None:
    _leader, link = sent_out(enter, "Høring på telefon")
    context = browser.new_context(viewport={"width": 390, "height": 800}, java_script_enabled=False, locale="nb-NO")
    page = context.new_page()
    page.goto(link)
    expect(page.get_by_role("heading", name="Høring på telefon")).to_be_visible()
    page.get_by_role("link", name="Svar på høringen").click()
    page.get_by_label("Hva mener du om høringsutkastet?").fill("Planen er god, men for lang.")
    page.get_by_label("Er målene riktige for kommunen din?").fill("Nesten")
    page.get_by_text("Skriv til hvert kapittel").click()
    page.get_by_label("7 Visjon og mål").fill("Sett et mål for klima.")
    page.get_by_role("button", name="Send svaret").click()  # without a name: the text is still there
    page.get_by_label("Navnet ditt").fill("Anne Berg")
    page.get_by_role("button", name="Send svaret").click()
    expect(page.get_by_role("heading", name="Takk for svaret")).to_be_visible()
    expect(page.get_by_text("Sett et mål for klima.")).to_be_visible()
    code = page.locator(".kodeord").inner_text()
    page.goto(link)
    page.get_by_label("Koden fra kvitteringen").fill(code.upper())
    page.get_by_role("button", name="Finn svaret mitt").click()
    page.get_by_role("link", name="Endre svaret").click()
    page.get_by_label("Hva mener du om høringsutkastet?").fill("Planen er god.")
    page.get_by_role("button", name="Lagre svaret").click()
    expect(page.get_by_text("Planen er god.")).to_be_visible()
    page.get_by_text("Trekk svaret", exact=True).click()
    page.get_by_role("button", name="Ja, trekk svaret").click()
    expect(page.get_by_role("heading", name="Svaret er trukket")).to_be_visible()
    assert "Planen er god" not in page.content()
    context.close()


def test_staff_paste_assess_and_gather(enter: Enter) -> None:
    _leader, _link = sent_out(enter, "Høring med e-post")
    staff = enter("Ingvill Tindeskar", script=False)
    page = staff.page
    staff.open("/hearings/")
    page.get_by_role("link", name="Høring med e-post").click()
    page.get_by_role("link", name="Før inn høringsuttalelser").click()
    mail = "Fra: Per Aas <per@nho.example>\nSendt: 20. november 2026 10:00\n\nFordel arbeidsplassene."
    page.get_by_label("Teksten").fill(mail)
    page.get_by_role("button", name="Les avsender og dato av teksten").click()
    expect(page.get_by_label("Navn", exact=False).first).to_have_value("Per Aas")
    page.get_by_label("På vegne av").fill("NHO")
    page.get_by_role("button", name="Lagre, og før inn neste").click()
    expect(page.get_by_text("Høringsuttalelse 1 er lagret.")).to_be_visible()
    page.get_by_role("link", name="Ferdig").click()
    page.get_by_role("link", name="NHO", exact=True).click()
    page.get_by_label("Vurdering").fill("Det skal vi gjøre.")
    page.get_by_label("Hva er gjort?").select_option("Tatt inn")
    page.get_by_role("button", name="Lagre vurderingen").click()
    page.get_by_role("link", name="Høring med e-post").click()
    page.get_by_role("link", name="Sammenstilling").click()
    expect(page.get_by_text("Det skal vi gjøre.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    assert download.value.suggested_filename == "sammenstilling-horing-med-e-post.pdf"
    assert staff.complaints == []


def test_no_page_of_a_hearing_has_violations_or_is_too_wide(enter: Enter) -> None:
    leader, link = sent_out(enter, "Høring for alle")
    hearing = re.search(r"/hearings/\w{26}", leader.page.url)[0]
    found: dict[str, object] = {}
    for width in (1280, 390):
        person = enter("Marit Elvheim-Strand", width)
        for path in ("/hearings/", hearing, f"{hearing}/answers/new", f"{hearing}/own", f"{hearing}/report", link):
            person.page.goto(path if path.startswith("http") else f"{person.base}/r/skarfjord{path}")
            found[f"{path} {width}"] = violations(person)
            assert fits(person.page), path
        assert person.complaints == []
    assert {path: problems for path, problems in found.items() if problems} == {}
