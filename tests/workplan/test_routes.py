"""The plan of work over HTTP: pages, plain forms, what is refused and comes back, and the front page at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.conftest import AMUND, KARI, MARIT, REGION, ROLF, Clock, csrf_of
from tests.workplan.conftest import TUVA, Measures, give
from workspace.access import Actor
from workspace.measures import life
from workspace.measures import service as measures
from workspace.measures.model import EXTERNAL
from workspace.parts import Workspace
from workspace.workplan import milestones, money, reporting, service
from workspace.workplan.model import Share, Stated

As = Callable[[Actor], FlaskClient]
ROOM = f"/r/{REGION}/plan-of-work"


def post(client: FlaskClient, path: str, **fields: object):
    return client.post(f"{ROOM}{path}", data={"csrf_token": csrf_of(client), **fields})


def test_the_plan_shows_each_measure_with_words_beside_its_bar(
    workspace: Workspace, as_person: As, plan: Measures
) -> None:
    milestones.add(workspace, AMUND, plan.adopted.id, title="Felles vakt", due="2027-03-01", percent=40)
    page = as_person(ROLF).get(f"{ROOM}/").text
    for text in ("Én dør inn", "Havnsund", "40 % gjennomført", "Felles vakt", "1. mars 2027", "Ikke startet"):
        assert text in page
    assert "Kan settes i gang nå" in page and "Sett i gang" not in page.replace("Kan settes i gang nå", "")
    assert "Båtrute" not in page
    assert f'href="{ROOM}/"' in as_person(ROLF).get(f"/r/{REGION}/measures/").text
    assert f"{ROOM}/{plan.adopted.id}" in as_person(ROLF).get(f"/r/{REGION}/measures/{plan.adopted.id}").text


def test_an_empty_plan_says_what_it_is_for(app: object, as_person: As) -> None:
    page = as_person(MARIT).get(f"{ROOM}/").text
    assert "Ingen tiltak i arbeidsplanen ennå" in page and "Ingen tall ennå." in page


def test_a_shortage_is_told_without_blame_and_municipalities_stand_alphabetically(
    workspace: Workspace, as_person: As, plan: Measures
) -> None:
    shares = (Share(municipality="9004", agreed=99_000, extra=5), Share(municipality="9001", agreed=555_000, spent=7))
    money.save_budget(workspace, AMUND, plan.adopted.id, 2027, 0, need=700_000, need_hours=3, shares=shares)
    money.save_capacity(workspace, AMUND, 2027, 0, (Stated(municipality="9004", kroner=64_000),))
    for address in (f"{ROOM}/", f"{ROOM}/{plan.adopted.id}"):
        page = as_person(ROLF).get(address).text.replace("\xa0", " ")
        assert "64 000. Vi må finne 35 000 sammen." in page
        money_part = page[page.index('id="money"') :]
        assert money_part.index("Bjørkvåg") < money_part.index("Havnsund")
        assert not any(word in page.lower() for word in ("mangler", "skylder", "for lite", "svikter"))
    assert "80 995 gjenstår å finne" in as_person(ROLF).get(f"{ROOM}/").text.replace("\xa0", " ")
    assert "Det er ikke satt av noe til planarbeidet ennå." in as_person(ROLF).get(f"{ROOM}/").text


def test_starting_and_finishing_by_plain_form(workspace: Workspace, as_person: As, plan: Measures) -> None:
    amund = as_person(AMUND)
    answer = post(amund, f"/{plan.agreed.id}/start")
    assert answer.status_code == 303 and answer.location.endswith(f"{ROOM}/{plan.agreed.id}")
    assert "I gang før planvedtak" in amund.get(answer.location).text
    assert post(amund, f"/{plan.agreed.id}/finish").status_code == 303
    assert "Gjennomført" in amund.get(answer.location).text
    refused = post(amund, f"/{plan.proposed.id}/start")
    assert refused.status_code == 422 and "Bare tiltak det er konsensus om" in refused.text


def test_who_is_responsible_is_shown_with_the_reason(workspace: Workspace, as_person: As, plan: Measures) -> None:
    page = as_person(ROLF).get(f"{ROOM}/{plan.adopted.id}").text
    assert "Har førstelinje i dag." in page and "Endre ansvarlig" not in page
    id = service.start(workspace, AMUND, plan.agreed.id).id
    assert "Ingen er valgt ennå." in as_person(AMUND).get(f"{ROOM}/{id}").text
    give(workspace, plan.agreed, EXTERNAL, "Næringshagen")
    assert "Har ikke bekreftet ennå" in as_person(AMUND).get(f"{ROOM}/{id}").text
    life.accept(workspace, AMUND, id, "2026-11-23", "Daglig leder")
    assert "Bekreftet 23. november 2026" in as_person(AMUND).get(f"{ROOM}/{id}").text


def test_milestones_by_plain_form(workspace: Workspace, as_person: As, plan: Measures) -> None:
    id, amund, kari = plan.adopted.id, as_person(AMUND), as_person(KARI)
    refused = post(amund, f"/{id}/milestones", title="", due="2027-03-01", weight="tre")
    assert refused.status_code == 422 and "Skriv et helt tall" in refused.text and 'value="2027-03-01"' in refused.text
    assert post(amund, f"/{id}/milestones", title="Felles vakt", weight="2").status_code == 303
    assert post(amund, f"/{id}/milestones", title="Turnus", parent="1").status_code == 303
    assert post(kari, f"/{id}/milestones/2/progress", percent="40").status_code == 303
    assert "40 % gjennomført" in kari.get(f"{ROOM}/{id}").text
    bad = post(kari, f"/{id}/milestones/2/progress", percent="140")
    assert bad.status_code == 422 and "0 til 100" in bad.text
    assert post(kari, f"/{id}/milestones/2/progress", reached="1").status_code == 303
    assert milestones.get(workspace, ROLF, id, "2").done == "2026-11-23"
    assert "Nådd 23. november 2026" in kari.get(f"{ROOM}/{id}").text
    assert post(as_person(ROLF), f"/{id}/milestones/2/progress", reached="1").status_code == 403
    form = amund.get(f"{ROOM}/{id}/milestones/2").text
    assert 'value="Turnus"' in form and 'name="version" value="3"' in form
    saved = {"title": "Felles turnus", "weight": "1", "parent": "1"}
    assert post(amund, f"/{id}/milestones/2", **saved).status_code == 428
    assert "Teksten er for lang" in post(amund, f"/{id}/milestones/2", **saved | {"title": "x" * 201}, version="3").text
    assert post(amund, f"/{id}/milestones/2", **saved, version="3").status_code == 303
    stale = post(amund, f"/{id}/milestones/2", **saved | {"title": "Min tekst"}, version="3")
    assert stale.status_code == 409 and "Min tekst" in stale.text and "«Felles turnus»" in stale.text
    assert 'name="version" value="4"' in stale.text
    assert "Fjern først milepælene under" in post(amund, f"/{id}/milestones/1/removal").text
    assert post(amund, f"/{id}/milestones/2/removal").status_code == 303


def test_money_by_plain_form(workspace: Workspace, as_person: As, plan: Measures) -> None:
    id, amund = plan.adopted.id, as_person(AMUND)
    assert "Penger og timer i 2026" in amund.get(f"{ROOM}/{id}/money").text
    typed = {"need": "1 800 000", "agreed-9001": "555 000", "spent-9001": "12,5", "agreed_hours-9004": "80"}
    refused = post(amund, f"/{id}/money?year=2027", **typed, version="0")
    assert refused.status_code == 422 and 'value="12,5"' in refused.text and "uten desimaler" in refused.text
    typed["spent-9001"] = ""
    assert post(amund, f"/{id}/money?year=2027", **typed).status_code == 428
    assert post(amund, f"/{id}/money?year=2027", **typed, version="0").status_code == 303
    budget = money.budget_of(workspace, ROLF, id, 2027)
    assert (budget.need, budget.share_of("9001").agreed, budget.share_of("9004").agreed_hours) == (
        1_800_000,
        555_000,
        80,
    )
    stale = post(amund, f"/{id}/money?year=2027", **typed | {"need": "7"}, version="0")
    assert stale.status_code == 409 and 'value="7"' in stale.text and "Lagret: 1800000" in stale.text
    assert post(amund, "/planning/money?year=2027", need="9", version="0").location.endswith("/plan-of-work/#money")
    assert amund.get(f"{ROOM}/{plan.proposed.id}/money").status_code == 404
    assert amund.get(f"{ROOM}/{id}/money?year=3000").status_code == 200


def test_capacity_by_plain_form(workspace: Workspace, as_person: As, plan: Measures) -> None:
    amund = as_person(AMUND)
    assert "Kapasitet i 2027" in amund.get(f"{ROOM}/capacity?year=2027").text
    refused = post(amund, "/capacity?year=2027", **{"kroner-9001": "mye"}, version="0")
    assert refused.status_code == 422 and 'value="mye"' in refused.text
    assert post(amund, "/capacity?year=2027", **{"kroner-9001": "0", "hours-9004": "40"}).status_code == 428
    assert (
        post(amund, "/capacity?year=2027", **{"kroner-9001": "0", "hours-9004": "40"}, version="0").status_code == 303
    )
    stated = money.capacity_of(workspace, ROLF, 2027)
    assert (stated.of("9001").kroner, stated.of("9001").hours, stated.of("9004").hours) == (0, None, 40)
    stale = post(amund, "/capacity?year=2027", **{"kroner-9001": "5"}, version="0")
    assert stale.status_code == 409 and "Lagret: 0" in stale.text


def test_asking_reminding_and_writing(workspace: Workspace, as_person: As, plan: Measures, clock: Clock) -> None:
    id, marit, kari = plan.adopted.id, as_person(MARIT), as_person(KARI)
    assert "Velg minst ett tiltak." in post(marit, "/reports", due="2026-11-27").text
    fields = {"measures": id, "due": "2026-11-27", "question": "Hvor mange har ringt?"}
    assert post(marit, "/reports", **fields).status_code == 303
    page = marit.get(f"{ROOM}/reports").text
    for text in ("Kari &lt;kari@example.no&gt;", "Statusrapport for T-01 Én dør inn", "frist 27. november 2026"):
        assert text in page
    assert f"/plan-of-work/{id}/reports/1" in page and "tuva@example.no" not in page
    assert "kari@example.no" not in kari.get(f"{ROOM}/{id}").text
    assert "en påminning" in marit.get(f"{ROOM}/").text.replace("é", "e")
    assert post(marit, f"/{id}/reports/1/reminders", kind="soon").status_code == 303
    assert "Merk som sendt" not in marit.get(f"{ROOM}/reports").text
    assert post(marit, f"/{id}/reports/1/reminders", kind="twice").status_code == 422
    assert "Hvor mange har ringt?" in kari.get(f"{ROOM}/{id}/reports/1").text
    written = {"happened": "Vakten er i gang.", "state": "on_track", "percent": "40", "next_step": "Evaluere"}
    assert post(kari, f"/{id}/reports/1", **written).status_code == 428
    bad = post(kari, f"/{id}/reports/1", **written | {"state": "", "figures": "mange"}, version="2")
    assert bad.status_code == 422 and "Vakten er i gang." in bad.text and "Velg hvordan det går." in bad.text
    assert post(kari, f"/{id}/reports/1", **written, version="2").status_code == 303
    assert "Eget anslag: 40 % gjort" in as_person(ROLF).get(f"{ROOM}/{id}").text
    stale = post(kari, f"/{id}/reports/1", **written | {"happened": "Min."}, version="2")
    assert stale.status_code == 409 and "Min." in stale.text and "Vakten er i gang." in stale.text
    assert as_person(TUVA).get(f"{ROOM}/{id}/reports/new").status_code == 403


def test_a_result_is_on_the_front_page_the_same_moment(workspace: Workspace, as_person: As, plan: Measures) -> None:
    id = service.start(workspace, AMUND, plan.agreed.id).id
    give(workspace, plan.agreed, "9001", "Havnsund")
    reader, kari = as_person(ROLF), as_person(KARI)
    before = reader.get(f"/r/{REGION}/").text
    assert "Allerede i gang" in before and "Siste resultater" not in before
    written = {"happened": "Dagen er holdt.", "state": "on_track", "result": "Første dag i Bjørkvåg."}
    figures = {"figures": "48 unge, 31 bedrifter, 6 kommuner"}
    assert post(kari, f"/{id}/reports", **written, **figures, version="0").status_code == 303
    page = reader.get(f"/r/{REGION}/").text
    assert "Siste resultater" in page and "Første dag i Bjørkvåg." in page and "Ledet av Havnsund" in page
    for number, what in (("48", "unge"), ("31", "bedrifter"), ("6", "kommuner")):
        assert f'<b class="stor">{number}</b> <span class="liten dempet">{what}</span>' in page
    assert post(kari, f"/{id}/reports/1", **written | {"result": "Første dag i Bjørkvåg, rettet."}, version="1")
    assert "Bjørkvåg, rettet." in reader.get(f"/r/{REGION}/").text
    milestones.add(workspace, AMUND, id, title="Neste", percent=30)
    assert "30 % gjennomført" in reader.get(f"/r/{REGION}/").text
    stored = measures.get(workspace, AMUND, id)
    life.change_status(workspace, AMUND, id, stored.version, "set_aside")
    assert "Allerede i gang" not in reader.get(f"/r/{REGION}/").text


@pytest.mark.parametrize("locale", ["nn", "en"])
def test_every_page_is_there_in_every_language(
    workspace: Workspace, as_person: As, plan: Measures, locale: str
) -> None:
    id = plan.adopted.id
    milestones.add(workspace, AMUND, id, title="Vakt", due="2026-11-01")
    reporting.ask(workspace, MARIT, (id,), "2026-11-27")
    marit = as_person(MARIT)
    workspace.config.__dict__["default_locale"] = locale
    money.save_budget(
        workspace, AMUND, id, 2027, 0, need=9, need_hours=9, shares=(Share(municipality="9001", agreed=5),)
    )
    for path in (
        "/", f"/{id}", f"/{id}/milestones/1", f"/{id}/money?year=2027", "/planning/money", "/capacity", "/reports",
        f"/{id}/reports/new", f"/{id}/reports/1", "/import",
    ):  # fmt: skip
        answer = marit.get(f"{ROOM}{path}")
        assert answer.status_code == 200, path
        assert not any(word in answer.text for word in ("Penger", "Statusrapporter", "Milepæler", "Timer")), path
