"""Rounds over HTTP: answering by plain form and by htmx, what is refused, and what stays hidden on every page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.conftest import AMUND, BJORN, KARI, MARIT, REGION, ROLF, START, VERA, Clock, csrf_of
from workspace.access import Actor
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.regions.model import Municipality
from workspace.rounds import draft_form, life, service
from workspace.rounds.ballot import Ballot
from workspace.rounds.model import Round

As = Callable[[Actor], FlaskClient]
LATER = START + timedelta(days=7)


@pytest.fixture
def measure(workspace: Workspace, app: object) -> Measure:
    return measures.create(workspace, AMUND, title="Felles kjølelager", text="Vi bygger sammen.")


@pytest.fixture
def round_(workspace: Workspace, measure: Measure) -> Round:
    made = life.create(workspace, MARIT, (measure.id,), title="Nytte", closes=LATER)
    return life.open_round(workspace, MARIT, made.id)


def post(client: FlaskClient, path: str, htmx: bool = False, **fields: object):
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(f"/r/{REGION}{path}", data={"csrf_token": csrf_of(client), **fields}, headers=headers)


def answers(round_: Round, measure: Measure) -> str:
    return f"/rounds/{round_.id}/measures/{measure.id}/answers"


def stored(workspace: Workspace, round_: Round) -> list[int]:
    found = workspace.region(REGION).view().find(Ballot, {"round": round_.id}, order="sequence")
    return [ballot.value for ballot in found]


def test_the_menu_counts_what_waits_on_answers_to_posts_too(
    workspace: Workspace, as_person: As, measure: Measure, round_: Round
) -> None:
    client = as_person(KARI)
    count = '<span aria-hidden="true">1</span>'
    assert count in client.get(f"/r/{REGION}/rounds/").text
    refused = post(client, answers(round_, measure), value="1")
    assert refused.status_code == 422 and count in refused.text
    too_large = client.post(f"/r/{REGION}{answers(round_, measure)}", data={"text": "x" * 300_000})
    assert too_large.status_code == 413 and count in too_large.text, "refused before the form was read"
    assert post(client, answers(round_, measure), value="4").status_code == 303
    assert count not in client.get(f"/r/{REGION}/rounds/").text


def test_from_draft_to_outcome_by_plain_forms(workspace: Workspace, as_person: As, measure: Measure) -> None:
    leader = as_person(MARIT)
    fields = draft_form.usual(START) | {
        "title": "Nytte",
        "closes": "2026-11-30T12:00",
        "measures": measure.id,
        "invited": [],
    }
    made = post(leader, "/rounds/", **fields)
    path = made.location.partition(f"/r/{REGION}")[2]
    assert post(leader, f"{path}/opening").status_code == 303
    [round_] = service.listing(workspace, KARI)
    assert round_.closes.isoformat() == "2026-11-30T11:00:00+00:00"
    assert post(as_person(KARI), answers(round_, measure), value="4").status_code == 303
    assert post(leader, f"{path}/closure", closing_reason="Alle har svart.").status_code == 303
    page = leader.get(f"/r/{REGION}{path}").text
    assert "Konsensus: 1 av 1 kommune som tok stilling" in page
    assert post(leader, f"{path}/outcome", outcome=" ").status_code == 422
    assert post(leader, f"{path}/outcome", outcome="Vi er enige.").status_code == 303
    assert "Vi er enige." in as_person(ROLF).get(f"/r/{REGION}{path}").text


def test_a_reservation_without_a_reason_comes_back_as_it_was(as_person: As, round_: Round, measure: Measure) -> None:
    for htmx in (False, True):
        refused = post(as_person(KARI), answers(round_, measure), htmx, value="2", reason=" ")
        assert refused.status_code == 422
        assert "Skriv en kort begrunnelse, minst én setning." in refused.text
        assert re.search(r'value="2"[^>]* checked', refused.text)
        assert ("<html" in refused.text) is not htmx


def test_an_answer_by_htmx_brings_the_panel_and_how_it_stands(as_person: As, round_: Round, measure: Measure) -> None:
    swap = post(as_person(KARI), answers(round_, measure), htmx=True, value="5")
    assert swap.status_code == 200
    for target in ("#standing", "#rule", "#reasons", "#melding"):
        assert f'hx-target="{target}"' in swap.text
    assert "Svaret er lagret." in swap.text


def test_a_double_click_is_one_answer(workspace: Workspace, as_person: As, round_: Round, measure: Measure) -> None:
    client = as_person(KARI)
    assert {post(client, answers(round_, measure), value="5").status_code for _ in range(2)} == {303}
    assert stored(workspace, round_) == [5]


def test_two_tabs_the_last_acknowledged_counts(
    workspace: Workspace, as_person: As, round_: Round, measure: Measure
) -> None:
    first, second = as_person(KARI), as_person(KARI)
    post(first, answers(round_, measure), value="5")
    post(second, answers(round_, measure), value="3")
    assert stored(workspace, round_) == [5, 3]
    for tab in (first, second):
        assert "flis v3" in tab.get(f"/r/{REGION}/measures/{measure.id}").text


def test_late_and_closed_answers_are_told_the_state_and_keep_the_text(
    workspace: Workspace, as_person: As, round_: Round, measure: Measure, clock: Clock
) -> None:
    life.close_round(workspace, MARIT, round_.id, "Alle har svart.")
    for how in ({}, {"from": "phone"}, {"htmx": True}):
        late = post(as_person(KARI), answers(round_, measure), value="2", reason="Vi trenger mer tid.", **how)
        assert late.status_code == 409
        assert "Runden er lukket" in late.text and "Vi trenger mer tid." in late.text
    assert stored(workspace, round_) == []


def test_a_deadline_that_passed_while_the_form_was_open(
    as_person: As, round_: Round, measure: Measure, clock: Clock, workspace: Workspace
) -> None:
    clock.moment = LATER - timedelta(minutes=5)
    client = as_person(KARI)
    token = csrf_of(client)
    clock.moment = LATER
    fields = {"csrf_token": token, "value": "5"}
    assert client.post(f"/r/{REGION}{answers(round_, measure)}", data=fields).status_code == 409
    assert stored(workspace, round_) == []


@pytest.mark.parametrize("value", ["", "6", "x"])
def test_only_the_steps_are_answers(as_person: As, round_: Round, measure: Measure, value: str) -> None:
    assert post(as_person(KARI), answers(round_, measure), value=value).status_code == 422


def test_a_measure_that_is_not_in_the_round_is_refused(workspace: Workspace, as_person: As, round_: Round) -> None:
    other = measures.create(workspace, AMUND, title="Annet", text="Tekst.")
    assert post(as_person(KARI), answers(round_, other), value="5").status_code == 422
    assert stored(workspace, round_) == []


def test_a_forged_voice_or_value_is_refused(
    workspace: Workspace, as_person: As, round_: Round, measure: Measure
) -> None:
    for who in (BJORN, MARIT):
        assert post(as_person(who), answers(round_, measure), value="5", voice="9001").status_code == 403
    client = as_person(KARI)
    doubled = {"csrf_token": csrf_of(client), "value": ["5", "1"]}
    assert client.post(f"/r/{REGION}{answers(round_, measure)}", data=doubled).status_code == 400
    assert stored(workspace, round_) == []


def test_readers_and_strangers(as_person: As, round_: Round, measure: Measure) -> None:
    assert post(as_person(ROLF), answers(round_, measure), value="5").status_code == 403
    assert post(as_person(VERA), answers(round_, measure), value="5").status_code == 404
    for path in ("closure", "extension", "outcome", "reopening", "opening"):
        assert post(as_person(KARI), f"/rounds/{round_.id}/{path}").status_code == 403


def test_a_member_removed_while_the_form_was_open_gets_the_text_back(
    workspace: Workspace, as_person: As, round_: Round, measure: Measure
) -> None:
    from workspace.regions import service as regions

    client = as_person(KARI)
    token = csrf_of(client)
    regions.end_membership(workspace, MARIT, "kari")
    fields = {"csrf_token": token, "value": "2", "reason": "Vi trenger en avklaring av driften etter 2030."}
    answer = client.post(f"/r/{REGION}{answers(round_, measure)}", data=fields)
    assert answer.status_code == 403
    assert fields["reason"] in answer.text
    assert stored(workspace, round_) == []


def test_moves_that_are_none_are_told_the_state(as_person: As, round_: Round) -> None:
    leader = as_person(MARIT)
    assert post(leader, f"/rounds/{round_.id}/opening").status_code == 409
    assert post(leader, f"/rounds/{round_.id}/outcome", outcome="For tidlig.").status_code == 409
    refused = post(leader, f"/rounds/{round_.id}/extension", closes="2026-11-01T12:00", reason="Ferie i uke 48")
    assert refused.status_code == 422
    assert "Ferie i uke 48" in refused.text


def test_asking_what_is_new_costs_next_to_nothing(as_person: As, round_: Round, measure: Measure) -> None:
    client = as_person(KARI)
    page = client.get(f"/r/{REGION}/rounds/{round_.id}").text
    seen = re.search(r"seen=(\d+)", page)[1]
    htmx = {"HX-Request": "true"}
    assert client.get(f"/r/{REGION}/rounds/{round_.id}?seen={seen}", headers=htmx).status_code == 204
    post(client, answers(round_, measure), value="5")
    board = client.get(f"/r/{REGION}/rounds/{round_.id}?seen={seen}", headers=htmx)
    assert board.status_code == 200
    assert re.match(r'\s*<div [^>]*id="board"', board.text)


def test_a_hidden_round_leaks_on_no_page(workspace: Workspace, as_person: As, measure: Measure) -> None:
    made = life.create(workspace, MARIT, (measure.id,), title="Skjult", closes=LATER, visibility="hidden")
    round_ = life.open_round(workspace, MARIT, made.id)
    post(as_person(KARI), answers(round_, measure), value="2", reason="Kanariord tre")
    pages = [
        "/",
        f"/rounds/{round_.id}",
        f"/measures/{measure.id}",
        "/measures/",
        "/rounds/",
        f"/rounds/{round_.id}/answer",
    ]
    for who in (MARIT, AMUND, BJORN):
        client = as_person(who)
        for path in pages:
            page = client.get(f"/r/{REGION}{path}").text
            assert "Kanariord" not in page
            assert "flis v2" not in page and "st--prikk v2" not in page.replace('class="valg v2', "")
    assert "Kanariord tre" in as_person(KARI).get(f"/r/{REGION}/measures/{measure.id}").text
    life.close_round(workspace, MARIT, round_.id, "Alle har svart.")
    assert "Kanariord tre" in as_person(BJORN).get(f"/r/{REGION}/measures/{measure.id}").text


def test_the_home_page_says_what_is_expected(as_person: As, round_: Round, measure: Measure) -> None:
    client = as_person(KARI)
    assert "Du har ett tiltak igjen." in client.get(f"/r/{REGION}/").text
    post(client, answers(round_, measure), value="5")
    home = client.get(f"/r/{REGION}/").text
    assert "Du har svart på alt." in home
    assert "Du svarer på vegne av Havnsund" in home
    assert "Dine svar" not in as_person(ROLF).get(f"/r/{REGION}/").text


def test_who_has_answered_everything_sees_their_answers_and_may_change_them(
    as_person: As, round_: Round, measure: Measure
) -> None:
    client = as_person(KARI)
    board, phone = f"/r/{REGION}/rounds/{round_.id}", f"/r/{REGION}/rounds/{round_.id}/answer"
    assert "Svar på tiltakene" in client.get(board).text
    form = client.get(phone).text
    assert "ett igjen" in form and "Ber noen om innsyn, kan den bli offentlig." in form
    answer = post(client, answers(round_, measure), value="3", **{"from": "phone"})
    done = client.get(answer.location).text
    told = re.search(r'(?s)role="status">(.*?)</p>', done).group(1)
    assert "Svaret er lagret." in told and "T-01" in told and "Kan leve med" in told
    assert f"{phone}?measure={measure.id}" in done
    assert "Se svarene dine" in client.get(board).text and "Svar på tiltakene" not in client.get(board).text
    again = client.get(f"{phone}?measure={measure.id}").text
    assert "alt er besvart" in again and "Kan leve med" in again


def test_ones_own_municipality_is_marked_on_the_board(as_person: As, round_: Round) -> None:
    board = f"/r/{REGION}/rounds/{round_.id}"
    assert "kom egen" in as_person(KARI).get(board).text
    assert "kom egen" not in as_person(BJORN).get(board).text


def test_who_leads_is_told_of_municipalities_that_nobody_answers_for(
    workspace: Workspace, as_person: As, round_: Round
) -> None:
    board = f"/r/{REGION}/rounds/{round_.id}"
    assert "har ingen som svarer" not in as_person(MARIT).get(board).text
    with workspace.region(REGION).transaction() as tx:
        tx.put(tx.get(Municipality, "9001").changed(voting_member=None))
    assert "Havnsund har ingen som svarer." in as_person(MARIT).get(board).text
    assert "har ingen som svarer" not in as_person(KARI).get(board).text


def test_a_long_text_is_folded_on_a_phone(workspace: Workspace, as_person: As) -> None:
    found = measures.create(workspace, AMUND, title="Kai", text="Vi bygger.\n\nDet tar tid.")
    made = life.create(workspace, MARIT, (found.id,), title="Kai", closes=LATER)
    life.open_round(workspace, MARIT, made.id)
    page = as_person(KARI).get(f"/r/{REGION}/rounds/{made.id}/answer").text
    before, _fold, folded = page.partition("Les resten av teksten")
    assert "Vi bygger." in before and "Det tar tid." in folded
