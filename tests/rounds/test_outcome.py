"""What a round comes to: a draft of it, numbers put in anew, what it starts; mandatory before it is concluded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import AMUND, BJORN, KARI, MARIT, REGION, START, Clock, csrf_of
from workspace.access import Actor
from workspace.errors import Conflict, Invalid, Message
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.regions.model import Municipality
from workspace.rounds import answering, life, service
from workspace.rounds.model import Round
from workspace.rounds.outcome import refreshed, suggested
from workspace.translation import translated

As = Callable[[Actor], FlaskClient]
LATER = START + timedelta(days=7)


def bokmal(message: Message) -> str:
    return str(message)


def english(message: Message) -> str:
    text = translated("en", message.text)
    return text % message.values if message.values else text


@pytest.fixture
def found(workspace: Workspace, app: object) -> list[Measure]:
    return [measures.create(workspace, AMUND, title=f"Tiltak {n}", text="Vi bygger.") for n in range(2)]


@pytest.fixture
def round_(workspace: Workspace, found: list[Measure]) -> Round:
    draft = life.create(workspace, MARIT, tuple(m.id for m in found), title="Nytte", closes=LATER)
    return life.open_round(workspace, MARIT, draft.id)


def post(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    return client.post(f"/r/{REGION}{path}", data={"csrf_token": csrf_of(client), **fields})


def status(workspace: Workspace, measure: Measure) -> str:
    return measures.get(workspace, MARIT, measure.id).status


def test_the_suggestion_quotes_reservations_and_blocks_word_for_word(
    workspace: Workspace, round_: Round, found: list[Measure]
) -> None:
    answering.answer(workspace, KARI, round_.id, found[0].id, "2", "Vi må  vite\nhva driften koster.")
    answering.answer(workspace, KARI, round_.id, found[1].id, "5", "Hurra")
    text = suggested(service.standing(workspace, MARIT, round_.id), bokmal)
    assert text.startswith("T-01 Tiltak 0. Ikke konsensus: 0 av 1 kommune")
    assert "- Havnsund: «Vi må vite hva driften koster.»" in text
    assert "T-02 Tiltak 1. Konsensus: 1 av 1 kommune" in text and "Hurra" not in text


def test_the_numbers_are_put_in_anew_and_own_words_stay(
    workspace: Workspace, round_: Round, found: list[Measure]
) -> None:
    """A draft that was written while the round was open has the numbers of its close."""
    answering.answer(workspace, KARI, round_.id, found[0].id, "2", "Hva koster det?")
    early = suggested(service.standing(workspace, MARIT, round_.id), bokmal)
    assert "T-02 Tiltak 1. Venter på svar" in early
    draft = f"Vi møttes i Havnsund.\n\n{early}\n\nVi ses i mars.\n"
    answering.answer(workspace, KARI, round_.id, found[0].id, "4")
    answering.answer(workspace, KARI, round_.id, found[1].id, "1", "Nei.")
    late = service.standing(workspace, MARIT, round_.id)
    assert refreshed(draft, late, bokmal) == f"Vi møttes i Havnsund.\n\n{suggested(late, bokmal)}\n\nVi ses i mars.\n"
    assert "Hva koster det?" not in refreshed(draft, late, bokmal)
    assert refreshed(draft, late, english).startswith("Vi møttes i Havnsund.\n\nT-01 Tiltak 0. Consensus: ")
    own = "T-02 Tiltak 1. Solåsen vil ikke være med.\n\n- Havnsund: «Sitat»\n- En annen sak"
    assert refreshed(own, late, bokmal) == own, "rewritten it is the facilitator's"
    assert refreshed("", late, bokmal) == ""


def test_a_draft_is_kept_while_open_and_seen_by_those_who_lead_only(
    workspace: Workspace, as_person: As, round_: Round, found: list[Measure]
) -> None:
    leader = as_person(MARIT)
    path = f"/rounds/{round_.id}"
    fields = {"outcome": "Kanarifugl så langt.", "review_date": "2027-03-01", "followed_up_by": "Havnsund kommune"}
    assert post(leader, f"{path}/outcome/draft", **fields).status_code == 303
    for value in fields.values():
        assert value in leader.get(f"/r/{REGION}{path}").text
        assert value not in as_person(BJORN).get(f"/r/{REGION}{path}").text
    assert post(as_person(KARI), f"{path}/outcome/draft", **fields).status_code == 403
    life.close_round(workspace, MARIT, round_.id, "Alle har svart.")
    assert "Kanarifugl så langt." in leader.get(f"/r/{REGION}{path}").text


def test_what_was_typed_survives_every_refusal(workspace: Workspace, as_person: As, round_: Round) -> None:
    leader = as_person(MARIT)
    path = f"/rounds/{round_.id}"
    early = post(leader, f"{path}/outcome", outcome="Kanarifugl", followed_up_by="Solåsen")
    assert early.status_code == 409 and "Kanarifugl" in early.text and "Solåsen" in early.text
    for field, value in (("review_date", "2027-02-30"), ("review_date", "snart"), ("followed_up_by", "x" * 201)):
        refused = post(leader, f"{path}/outcome/draft", outcome="Kanarifugl", **{field: value})
        assert refused.status_code == 422 and "Kanarifugl" in refused.text and value in refused.text
    assert service.get(workspace, MARIT, round_.id).outcome == ""


def test_an_outcome_is_mandatory_before_a_round_is_concluded(
    workspace: Workspace, as_person: As, round_: Round
) -> None:
    """consensus.md: a written statement, mandatory before the round is concluded."""
    with pytest.raises(Conflict):
        life.conclude(workspace, MARIT, round_.id, "For tidlig.")
    life.close_round(workspace, MARIT, round_.id, "Alle har svart.")
    for nothing in ("", " \n", "\u3164"):
        with pytest.raises(Invalid):
            life.conclude(workspace, MARIT, round_.id, nothing)
    assert "Skriv oppsummeringen av runde 1" in as_person(MARIT).get(f"/r/{REGION}/").text.replace("\u00a0", " ")
    assert "Skriv oppsummeringen" not in as_person(KARI).get(f"/r/{REGION}/").text
    fields = {"outcome": "Vi er enige.", "review_date": "2027-03-01", "followed_up_by": "Solåsen"}
    assert post(as_person(MARIT), f"/rounds/{round_.id}/outcome", **fields).status_code == 303
    page = as_person(KARI).get(f"/r/{REGION}/rounds/{round_.id}").text
    for said in ("Vi er enige.", "1. mars 2027", "Solåsen"):
        assert said in page
    assert "Skriv oppsummeringen" not in as_person(MARIT).get(f"/r/{REGION}/").text


def test_consensus_makes_a_measure_agreed_and_the_outcome_starts_some(
    workspace: Workspace, as_person: As, round_: Round, found: list[Measure]
) -> None:
    """consensus.md: quick ones may start before the plan is adopted."""
    for measure in found:
        answering.answer(workspace, KARI, round_.id, measure.id, "4")
    life.close_round(workspace, MARIT, round_.id, "Alle har svart.")
    leader = as_person(MARIT)
    assert leader.get(f"/r/{REGION}/rounds/{round_.id}").text.count('name="starts"') == 2
    assert post(leader, f"/rounds/{round_.id}/outcome", outcome="Vi er enige.", starts=found[1].id).status_code == 303
    assert [status(workspace, measure) for measure in found] == ["agreed", "started"]
    assert measures.get(workspace, MARIT, found[1].id).started_before_adoption
    assert not measures.get(workspace, MARIT, found[0].id).started_before_adoption
    actions = [e.payload["after"] for e in workspace.region(REGION).view().events() if "status" in e.action]
    assert actions == ["agreed", "agreed", "started"]


@pytest.mark.parametrize("value", ["1", "2", ""])
def test_what_has_no_consensus_is_neither_agreed_nor_started(
    workspace: Workspace, as_person: As, round_: Round, found: list[Measure], value: str
) -> None:
    if value:
        answering.answer(workspace, KARI, round_.id, found[0].id, value, "Hva koster det?")
    life.close_round(workspace, MARIT, round_.id, "Alle har svart.")
    refused = post(as_person(MARIT), f"/rounds/{round_.id}/outcome", outcome="Kanarifugl", starts=found[0].id)
    assert refused.status_code == 422
    assert "T-01 har ikke konsensus, og kan ikke startes nå." in refused.text and "Kanarifugl" in refused.text
    assert service.get(workspace, MARIT, round_.id).state == "closed"
    life.conclude(workspace, MARIT, round_.id, "Vi er ikke enige.")
    assert status(workspace, found[0]) == "proposed"


def test_a_measure_that_has_come_further_stays_where_it_is(
    workspace: Workspace, round_: Round, found: list[Measure]
) -> None:
    with workspace.region(REGION).transaction() as tx:
        tx.put(tx.get(Measure, found[0].id).changed(status="adopted"))
    for measure in found:
        answering.answer(workspace, KARI, round_.id, measure.id, "4")
    life.close_round(workspace, MARIT, round_.id, "Alle har svart.")
    life.conclude(workspace, MARIT, round_.id, "Vi er enige.", starts=(found[0].id,))
    assert status(workspace, found[0]) == "started"
    assert not measures.get(workspace, MARIT, found[0].id).started_before_adoption


def test_a_block_stops_a_start_also_of_what_was_agreed_before(
    workspace: Workspace, as_person: As, round_: Round, found: list[Measure]
) -> None:
    with workspace.region(REGION).transaction() as tx:
        tx.put(tx.get(Measure, found[0].id).changed(status="agreed"))
    answering.answer(workspace, KARI, round_.id, found[0].id, "1", "Vi kan ikke betale.")
    life.close_round(workspace, MARIT, round_.id, "Alle har svart.")
    assert 'name="starts"' not in as_person(MARIT).get(f"/r/{REGION}/rounds/{round_.id}").text
    with pytest.raises(Invalid):
        life.conclude(workspace, MARIT, round_.id, "Vi starter.", starts=(found[0].id,))
    assert status(workspace, found[0]) == "agreed"


def test_hidden_standpoints_are_not_in_the_suggestion(
    workspace: Workspace, as_person: As, found: list[Measure], clock: Clock
) -> None:
    with workspace.region(REGION).transaction() as tx:
        tx.put(Municipality(id="9002", name="Solåsen"))
    draft = life.create(workspace, MARIT, (found[0].id,), title="Skjult", closes=LATER, visibility="hidden")
    hidden = life.open_round(workspace, MARIT, draft.id)
    answering.answer(workspace, KARI, hidden.id, found[0].id, "2", "Kanarifugl")
    page = as_person(MARIT).get(f"/r/{REGION}/rounds/{hidden.id}").text
    assert "Kanarifugl" not in page and "tok stilling" not in page and 'name="starts"' not in page
    clock.moment = LATER
    life.meet_deadline(workspace, MARIT, hidden)
    assert "Kanarifugl" in as_person(MARIT).get(f"/r/{REGION}/rounds/{hidden.id}").text
