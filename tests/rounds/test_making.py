"""Making a round over HTTP: the form and its refusals, what the rule means, the draft, and the opening set ahead."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import AMUND, BJORN, KARI, MARIT, REGION, START, Clock, csrf_of
from workspace import jobs
from workspace.access import Actor
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.regions.model import Municipality
from workspace.rounds import amending, answering, draft_form, drafting, life, mediating, service
from workspace.rounds.model import Round

As = Callable[[Actor], FlaskClient]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def measure(workspace: Workspace, app: object) -> Measure:
    return measures.create(workspace, AMUND, title="Felles kjølelager", text="Vi bygger sammen.")


@pytest.fixture
def leader(as_person: As) -> FlaskClient:
    return as_person(MARIT)


def typed(measure: Measure | None = None, **fields: Any) -> dict[str, Any]:
    """The form filled in; a field that is None is not sent, as for an unchecked box."""
    usual = draft_form.usual(START) | {"title": "Nytte", "closes": "2026-12-07T12:00"}
    usual |= {"measures": [measure.id] if measure else [], "invited": []}
    return {name: value for name, value in (usual | fields).items() if value is not None}


def post(client: FlaskClient, path: str, fields: dict[str, Any], htmx: bool = False) -> TestResponse:
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(f"/r/{REGION}{path}", data={"csrf_token": csrf_of(client), **fields}, headers=headers)


def words(page: TestResponse) -> str:
    """What stands on the page, without its markup."""
    text = unescape(re.sub(r"<[^>]+>", " ", page.text)).replace("\u00a0", " ")
    return re.sub(r"\s+", " ", text).replace(" .", ".").replace(" ,", ",")


def only(workspace: Workspace) -> Round:
    [found] = service.listing(workspace, MARIT)
    return found


def test_every_setting_is_kept_and_comes_back(workspace: Workspace, leader: FlaskClient, measure: Measure) -> None:
    fields = typed(
        measure, purpose="Hva vi begynner med", method="priority", counted_by="person", invited=["business", "youth"],
        guests="1", quorum="1/2", points="12", most_points="5", opens="2026-11-30T08:00", reminds=None,
        visibility="hidden",
    )  # fmt: skip
    assert post(leader, "/rounds/", fields).status_code == 303
    made = only(workspace)
    assert (made.method, made.counted_by, made.invited, made.guests) == (
        "priority",
        "person",
        ("business", "youth"),
        True,
    )
    assert (made.points, made.most_points, made.quorum, made.visibility) == (12, 5, "1/2", "hidden")
    assert (made.reminds, made.is_planned, made.state) == (False, False, "draft")
    assert (
        made.opens.isoformat() == "2026-11-30T07:00:00+00:00" and made.closes.isoformat() == "2026-12-07T11:00:00+00:00"
    )
    assert draft_form.fields_of(draft_form.typed_of(made), START) == draft_form.fields_of(
        draft_form.usual(START) | fields | {"reminds": "", "measures": (), "invited": ("business", "youth")}, START
    )
    page = words(leader.get(f"/r/{REGION}/rounds/{made.id}"))
    for said in ("Prioritering, 12 poeng, høyst 5 på ett tiltak", "Næringsliv", "med møtekode", "Når runden lukkes"):
        assert said in page
    assert "50 % har svart" in page and "30. nov. 2026 kl. 8 til 7. des. 2026 kl. 12" in page


def test_the_steps_can_be_said_in_other_words(workspace: Workspace, as_person: As, measure: Measure) -> None:
    """consensus.md: a meaning and a prompt that the facilitator may reword before opening."""
    reworded = {"meaning-consensus-3": "Vi er med  på det", "prompt-consensus-3": "Hva savner dere?"}
    leader = as_person(MARIT)
    assert post(leader, "/rounds/", typed(measure, **reworded)).status_code == 303
    made = only(workspace)
    assert [(w.value, w.meaning, w.prompt) for w in made.wordings] == [(3, "Vi er med på det", "Hva savner dere?")]
    assert 'value="Hva savner dere?"' in leader.get(f"/r/{REGION}/rounds/{made.id}/edit").text
    life.open_round(workspace, MARIT, made.id)
    for path in (f"/measures/{measure.id}", f"/rounds/{made.id}/answer"):
        page = as_person(KARI).get(f"/r/{REGION}{path}").text
        assert "Vi er med på det" in page and "Ikke vårt førstevalg" not in page
        assert re.search(r'class="til3">Hva savner dere\? ', page), "shown when the step is chosen"
        assert re.search(r'class="til5">Hva kan dere bidra med\? ', page)
    too_long = typed(measure, **{"meaning-consensus-5": "x" * 301})
    refused = post(as_person(MARIT), "/rounds/", too_long)
    assert refused.status_code == 422 and "x" * 301 in refused.text


def test_a_temperature_is_without_names_and_by_person(
    workspace: Workspace, leader: FlaskClient, measure: Measure
) -> None:
    assert post(leader, "/rounds/", typed(measure, method="temperature")).status_code == 303
    made = only(workspace)
    assert (made.visibility, made.counted_by) == ("anonymous", "person")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"purpose": "x" * 2001}, "purpose"),
        ({"method": "loddtrekning"}, "method"),
        ({"counted_by": "dyr"}, "counted_by"),
        ({"visibility": "anonymous"}, "visibility"),
        ({"quorum": "1/0"}, "quorum"),
        ({"support": "mye"}, "support"),
        ({"max_reservations": "-1"}, "max_reservations"),
        ({"closes": ""}, "closes"),
        ({"closes": "i morgen"}, "closes"),
        ({"opens": "snart"}, "opens"),
        ({"opens": "2026-12-08T12:00"}, "opens"),
        ({"points": "ti"}, "points"),
        ({"points": "3", "most_points": "4"}, "most_points"),
        ({"then": "plan", "opens": ""}, "opens"),
    ],
)
def test_what_can_not_be_kept_comes_back_as_it_was_typed(
    workspace: Workspace, leader: FlaskClient, measure: Measure, fields: dict[str, str], field: str
) -> None:
    sent = typed(measure, **{"purpose": "Kanarifugl", "prompt-consensus-5": "Hva med fuglen?"} | fields)
    refused = post(leader, "/rounds/", sent)
    assert refused.status_code == 422
    assert f'href="#{field}"' in refused.text
    assert sent["purpose"] in refused.text and "Hva med fuglen?" in refused.text
    assert re.search(rf'name="measures" value="{measure.id}"[^>]* checked', refused.text)
    assert service.listing(workspace, MARIT) == []


def test_a_form_that_is_sent_twice_makes_one_round(workspace: Workspace, leader: FlaskClient, measure: Measure) -> None:
    fields = typed(measure, key="k" * 26, then="open")
    for _time in range(2):
        assert post(leader, "/rounds/", fields).status_code == 303
    assert only(workspace).state == "open"


# -- What the rule means --


def furnish(workspace: Workspace, names: str) -> None:
    with workspace.region(REGION).transaction() as tx:
        for number, name in enumerate(names.split(), 2):
            tx.put(Municipality(id=f"90{number:02}", name=name, voting_member="kari"))


def test_the_rule_is_explained_with_exact_numbers(workspace: Workspace, leader: FlaskClient, measure: Measure) -> None:
    furnish(workspace, "Breidmark Elvestrand Fjordvika Granmo Skarsund Solåsen Tindlia Ytre")
    fields = typed(measure)
    sketch = words(post(leader, "/rounds/sketch", fields, htmx=True))
    assert "Slik virker regelen med ni kommuner" in sketch
    assert "Det er konsensus om et tiltak når minst 7 av 9 har svart, ingen blokkerer, og minst 75 % av dem" in sketch
    assert "Alle ni svarer, og Ytre avstår. Da må 6 av de 8 andre støtte" in sketch
    assert "Svarer Tindlia Forbehold og resten Støtte, blir det «Konsensus med forbehold»." in sketch
    assert "Ett tiltak er valgt. Omtrent 2 minutter per kommune" in sketch
    stricter = words(post(leader, "/rounds/sketch", fields | {"quorum": "1", "support": "1"}, htmx=True))
    assert "minst 9 av 9" in stricter and "8 av de 8" in stricter and "blir det «Ikke konsensus»" in stricter
    assert service.listing(workspace, MARIT) == [], "nothing is stored"
    post(leader, "/rounds/", fields | {"quorum": "2/3"})
    for path in (f"/rounds/{only(workspace).id}", f"/rounds/{only(workspace).id}/edit"):
        assert "minst 6 av 9" in words(leader.get(f"/r/{REGION}{path}")), "right without a script, after it is saved"


def test_a_half_filled_form_has_a_sketch_all_the_same(leader: FlaskClient) -> None:
    broken = typed(None, method="?", quorum="x", points="", closes="", counted_by="", visibility="?", title="")
    answer = post(leader, "/rounds/sketch", broken | {"measures": ["nothing"]}, htmx=True)
    assert answer.status_code == 200 and "0 tiltak er valgt" in words(answer)


def test_who_lacks_somebody_to_answer_is_said(workspace: Workspace, leader: FlaskClient, measure: Measure) -> None:
    with workspace.region(REGION).transaction() as tx:
        tx.put(Municipality(id="9002", name="Tindlia"))
        tx.put(Municipality(id="9003", name="Solåsen", voting_member="kari", deputies=("dag",)))
    page = words(leader.get(f"/r/{REGION}/rounds/new"))
    assert "Tindlia har ingen som svarer." in page and "Havnsund mangler vara." in page
    assert "Solåsen mangler" not in page


def test_before_opening_one_is_told_of_a_block(workspace: Workspace, leader: FlaskClient, measure: Measure) -> None:
    first = life.create(workspace, MARIT, (measure.id,), title="Runde", closes=START + timedelta(days=3))
    life.open_round(workspace, MARIT, first.id)
    answering.answer(workspace, KARI, first.id, measure.id, "1", "Vi kan ikke betale.")
    life.close_round(workspace, MARIT, first.id, "Alle har svart.")
    page = words(post(leader, "/rounds/sketch", typed(measure), htmx=True))
    assert "To ting før du åpner T-01 ble blokkert i runde 1." in page
    assert "Prosesslederen har ikke svart på blokkeringen av T-01." in page
    mediating.write(workspace, MARIT, first.id, measure.id, "answer", "Vi ser på fordelingen.")
    page = words(post(leader, "/rounds/sketch", typed(measure), htmx=True))
    assert "Én ting før du åpner T-01 ble blokkert i runde 1." in page
    assert "Blokkert" in words(leader.get(f"/r/{REGION}/rounds/new"))
    assert not drafting.prospect(workspace, MARIT, first).obstacles


def test_before_opening_one_is_told_of_open_amendments(
    workspace: Workspace, leader: FlaskClient, measure: Measure
) -> None:
    made = amending.propose(workspace, KARI, measure.id, 1, "En helt annen tekst.")
    assert "Versjon 1, ett åpent endringsforslag" in words(leader.get(f"/r/{REGION}/rounds/new"))
    said = "T-01 har endringsforslag som ikke er avgjort."
    assert said in words(post(leader, "/rounds/sketch", typed(measure), htmx=True))
    amending.decline(workspace, MARIT, made.id, "Ikke nå.")
    assert "Klar, versjon 1" in words(leader.get(f"/r/{REGION}/rounds/new"))
    assert said not in words(post(leader, "/rounds/sketch", typed(measure), htmx=True))


# -- The draft --


def test_a_draft_is_changed_and_a_stale_one_comes_back_with_both(
    workspace: Workspace, leader: FlaskClient, measure: Measure
) -> None:
    post(leader, "/rounds/", typed(measure))
    made = only(workspace)
    path = f"/rounds/{made.id}/draft"
    assert post(leader, path, typed(measure, title="Min", version=made.version)).status_code == 303
    stale = post(
        leader, path, typed(measure, title="Din", purpose="Kanarifugl", method="endorsement", version=made.version)
    )
    assert stale.status_code == 409
    assert "Lagret nå: Min" in stale.text and "Det du skrev: Din" in stale.text and "Kanarifugl" in stale.text
    assert re.findall(r"<dt>Metode</dt><dd>(\w+)", stale.text)[:2] == ["Konsensus", "Tilslutning"]
    version = re.search(r'name="version" value="(\d+)"', stale.text)[1]
    assert post(leader, path, typed(measure, title="Din", version=version)).status_code == 303
    assert only(workspace).title == "Din"


def test_a_draft_is_thrown_away(workspace: Workspace, leader: FlaskClient, measure: Measure) -> None:
    post(leader, "/rounds/", typed(measure))
    assert post(leader, f"/rounds/{only(workspace).id}/discarding", {}).status_code == 303
    assert service.listing(workspace, MARIT) == []
    assert measures.get(workspace, MARIT, measure.id).frozen_by == ""


def test_an_open_round_is_no_draft(workspace: Workspace, leader: FlaskClient, measure: Measure) -> None:
    post(leader, "/rounds/", typed(measure, then="open"))
    made = only(workspace)
    assert made.state == "open"
    assert post(leader, f"/rounds/{made.id}/discarding", {}).status_code == 409
    assert post(leader, f"/rounds/{made.id}/draft", typed(measure, version=made.version)).status_code == 409
    for path in ("edit", "preview"):
        assert leader.get(f"/r/{REGION}/rounds/{made.id}/{path}").status_code == 409


def test_what_can_not_open_says_why_and_stays_a_draft(
    workspace: Workspace, leader: FlaskClient, measure: Measure
) -> None:
    post(leader, "/rounds/", typed(measure, then="open"))
    refused = post(leader, "/rounds/", typed(measure, title="Nummer to", purpose="Kanarifugl", then="open"))
    assert refused.status_code == 422
    assert "T-01 er alt med i en åpen runde." in refused.text and "Kanarifugl" in refused.text
    second = next(r for r in service.listing(workspace, MARIT) if r.title == "Nummer to")
    assert second.state == "draft"
    page = leader.get(f"/r/{REGION}/rounds/{second.id}")
    assert "Runden kan ikke åpnes før det er ordnet." in words(page)
    first = next(r for r in service.listing(workspace, MARIT) if r.state == "open")
    assert f'href="/r/{REGION}/rounds/{first.id}"' in page.text, "where it is mended"
    opening = post(leader, f"/rounds/{second.id}/opening", {})
    assert opening.status_code == 403 and "T-01 er alt med i en åpen runde." in opening.text
    empty = post(leader, "/rounds/", typed(None, title="Uten tiltak", then="open"))
    assert empty.status_code == 422 and "Velg minst ett tiltak." in empty.text


def test_a_preview_shows_the_form_and_stores_nothing(
    workspace: Workspace, leader: FlaskClient, measure: Measure
) -> None:
    before = workspace.region(REGION).view().last_event()
    for method, seen in (("consensus", "Kan leve med"), ("endorsement", "Nei"), ("priority", "Poeng til T-01")):
        page = post(leader, "/rounds/preview", typed(measure, method=method, title=""))
        assert page.status_code == 200 and seen in page.text
        assert 'method="post"' not in page.text.partition("<main")[2]
    assert workspace.region(REGION).view().last_event() == before
    post(leader, "/rounds/", typed(measure))
    assert "Kan leve med" in leader.get(f"/r/{REGION}/rounds/{only(workspace).id}/preview").text


def test_only_those_who_lead_see_any_of_it(workspace: Workspace, as_person: As, measure: Measure) -> None:
    post(as_person(MARIT), "/rounds/", typed(measure))
    made = only(workspace)
    for who in (KARI, AMUND):
        for path in ("new", f"{made.id}/edit", f"{made.id}/preview"):
            assert as_person(who).get(f"/r/{REGION}/rounds/{path}").status_code == 403
        assert as_person(who).get(f"/r/{REGION}/rounds/{made.id}").status_code == 404


# -- Opening and closing set ahead --


def test_a_round_opens_and_closes_to_the_minute(
    workspace: Workspace, leader: FlaskClient, measure: Measure, clock: Clock
) -> None:
    """consensus.md: opening and closing set ahead, to the minute, Europe/Oslo. A trap: a rounded deadline."""
    post(leader, "/rounds/", typed(measure, opens="2026-11-24T08:01", closes="2026-11-25T12:01", then="plan"))
    made = only(workspace)
    assert made.is_planned and "Den åpner av seg selv tirsdag 24. november 2026 kl. 8.01" in words(
        leader.get(f"/r/{REGION}/rounds/{made.id}")
    ).replace("08.01", "8.01")
    for moment, state in (
        (made.opens - timedelta(seconds=1), "draft"),
        (made.opens, "open"),
        (made.closes - timedelta(seconds=1), "open"),
    ):
        clock.moment = moment
        jobs.meet_deadlines(workspace)
        assert only(workspace).state == state
    assert answering.answer(workspace, KARI, made.id, measure.id, "4").at == made.closes - timedelta(seconds=1)
    clock.moment = made.closes
    assert not only(workspace).is_open(clock()), "from the stroke of the minute, and not from its end"
    jobs.meet_deadlines(workspace)
    assert only(workspace).state == "closed"
    assert (made.opens.second, made.closes.second) == (0, 0)


def test_a_planned_round_opens_though_the_job_was_late(
    workspace: Workspace, leader: FlaskClient, measure: Measure, clock: Clock
) -> None:
    post(leader, "/rounds/", typed(measure, opens="2026-11-24T08:00", closes="2026-11-27T12:00", then="plan"))
    clock.moment = START + timedelta(days=2)
    jobs.meet_deadlines(workspace)
    assert only(workspace).opened == clock.moment


def test_an_opening_that_fails_is_told(workspace: Workspace, as_person: As, measure: Measure, clock: Clock) -> None:
    leader = as_person(MARIT)
    post(leader, "/rounds/", typed(measure, title="Den som kom først", then="open"))
    post(leader, "/rounds/", typed(measure, title="Planlagt", opens="2026-11-24T08:00", then="plan"))
    planned = next(r for r in service.listing(workspace, MARIT) if r.title == "Planlagt")
    clock.moment = planned.opens
    for _minute in range(3):
        jobs.meet_deadlines(workspace)
        clock.forward(minutes=1)
    events = [e for e in workspace.region(REGION).view().events() if e.action == "rounds.not_opened"]
    assert [e.payload["why"] for e in events] == ["T-01 er alt med i en åpen runde."], "once"
    leader = as_person(MARIT)
    page = words(leader.get(f"/r/{REGION}/rounds/{planned.id}"))
    assert "Runden ble ikke åpnet" in page and "T-01 er alt med i en åpen runde." in page
    assert "Runde 2 ble ikke åpnet" in words(leader.get(f"/r/{REGION}/"))
    assert "ble ikke åpnet" not in words(as_person(BJORN).get(f"/r/{REGION}/"))
    stored = service.get(workspace, MARIT, planned.id)
    post(leader, f"/rounds/{planned.id}/draft", typed(measure, title="Planlagt", version=stored.version))
    assert "ble ikke åpnet" not in words(leader.get(f"/r/{REGION}/"))


def test_a_round_that_nobody_can_answer_is_asked_about_first(
    workspace: Workspace, leader: FlaskClient, measure: Measure
) -> None:
    with workspace.region(REGION).transaction() as tx:
        tx.put(tx.get(Municipality, "9001").changed(voting_member=None))
    asked = post(leader, "/rounds/", typed(measure, then="open"))
    assert asked.status_code == 422 and only(workspace).state == "draft"
    assert "Ingen av kommunene har noen som svarer." in words(asked) and 'name="led"' in asked.text
    opening = f"/rounds/{only(workspace).id}/opening"
    again = post(leader, opening, {})
    assert again.status_code == 422 and 'name="led"' in again.text and only(workspace).state == "draft"
    assert post(leader, opening, {"led": "1"}).status_code == 303
    assert only(workspace).state == "open"


def test_a_round_of_persons_asks_nothing_of_municipalities(
    workspace: Workspace, leader: FlaskClient, measure: Measure
) -> None:
    with workspace.region(REGION).transaction() as tx:
        tx.put(tx.get(Municipality, "9001").changed(voting_member=None))
    assert post(leader, "/rounds/", typed(measure, counted_by="person", then="open")).status_code == 303
    assert only(workspace).state == "open"
