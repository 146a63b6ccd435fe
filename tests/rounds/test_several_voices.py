"""A person who answers for two municipalities: each act is for the one they choose, and every page keeps the choice."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import KARI, MARIT, REGION, csrf_of
from tests.rounds.region import answer, open_round, propose, reword, settle
from workspace.access import Actor
from workspace.errors import Forbidden, Invalid
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.regions.model import Municipality
from workspace.rounds import answering, confirming, mediating, service, spreading, told
from workspace.rounds.model import Round

As = Callable[[Actor], FlaskClient]
FIRST, SECOND = "9001", "9002"  # Havnsund, Skarfjord
BOTH = msgspec.structs.replace(KARI, voices=frozenset({FIRST, SECOND}))


@pytest.fixture
def measure(workspace: Workspace, app: object) -> Measure:
    settle(workspace)
    with workspace.region(REGION).transaction() as tx:
        second = tx.get(Municipality, SECOND)
        assert second is not None
        tx.put(second.changed(deputies=("kari",)))
    return propose(workspace)


@pytest.fixture
def round_(workspace: Workspace, measure: Measure) -> Round:
    return open_round(workspace, measure)


def values(workspace: Workspace, round_: Round, measure: Measure) -> dict[str, int]:
    ballots = service.standing(workspace, MARIT, round_.id).ballots[measure.id]
    return {voice: ballot.value for voice, ballot in ballots.items()}


def page(client: FlaskClient, path: str, code: int = 200) -> str:
    found = client.get(f"/r/{REGION}{path}")
    assert found.status_code == code, found.text[:500]
    return shown(found)


def shown(response: TestResponse) -> str:
    return html.unescape(response.text.replace("\u00a0", " "))


def post(client: FlaskClient, path: str, htmx: bool = False, **fields: Any) -> TestResponse:
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(f"/r/{REGION}{path}", data={"csrf_token": csrf_of(client), **fields}, headers=headers)


def chosen(text: str) -> set[str]:
    """For whom the forms of a page would send."""
    return set(re.findall(r'name="voice" value="(\d*)"', text))


# -- The acts --


def test_each_act_is_for_the_one_chosen_and_none_is_guessed(
    workspace: Workspace, round_: Round, measure: Measure
) -> None:
    acts: list[Callable[[str], object]] = [
        lambda voice: answering.answer(workspace, BOTH, round_.id, measure.id, "1", "Nei.", voice),
        lambda voice: mediating.stand_by(workspace, BOTH, round_.id, measure.id, "", voice),
        lambda voice: confirming.confirm(workspace, BOTH, round_.id, measure.id, 1, voice),
        lambda voice: answering.withdraw(workspace, BOTH, round_.id, measure.id, voice),
    ]
    for act in acts:
        with pytest.raises(Invalid) as asked:
            act("")
        assert asked.value.errors == {"voice": answering.CHOOSE}
        with pytest.raises(Forbidden):
            act("9003")
        act(SECOND)
        assert FIRST not in values(workspace, round_, measure)


def test_points_are_given_for_each_on_its_own(workspace: Workspace, measure: Measure) -> None:
    round_ = open_round(workspace, measure, method="priority", points=5, most_points=4)
    with pytest.raises(Invalid):
        spreading.spread(workspace, BOTH, round_.id, {measure.id: "4"})
    spreading.spread(workspace, BOTH, round_.id, {measure.id: "4"}, SECOND)
    spreading.spread(workspace, BOTH, round_.id, {measure.id: "3"}, FIRST)
    assert values(workspace, round_, measure) == {FIRST: 3, SECOND: 4}


def test_a_measure_is_left_until_both_have_answered(workspace: Workspace, round_: Round, measure: Measure) -> None:
    def left(voice: str = "") -> tuple[str, ...]:
        return service.unanswered(workspace, BOTH, round_, voice)

    assert left() == left(FIRST) == left(SECOND) == (measure.id,)
    answer(workspace, BOTH, round_, measure, "4", voice=FIRST)
    assert left() == left(SECOND) == (measure.id,) and left(FIRST) == ()
    assert service.count_unanswered(workspace, BOTH) == 1
    waiting = service.waiting_for(workspace, BOTH)
    assert waiting is not None and (len(waiting.unanswered), waiting.answered) == (1, 0)
    assert service.voice_for(workspace, BOTH, round_, round_.measures) == SECOND, "who has something left"
    answer(workspace, BOTH, round_, measure, "2", "Om vi får hjelp.", voice=SECOND)
    assert left() == () and service.count_unanswered(workspace, BOTH) == 0
    assert service.voice_for(workspace, BOTH, round_, round_.measures) == FIRST
    assert service.voice_for(workspace, BOTH, round_, round_.measures, "9003") == FIRST, "not theirs"


def test_one_is_told_of_both(workspace: Workspace, round_: Round, measure: Measure) -> None:
    answering.answer_for(workspace, MARIT, round_.id, measure.id, SECOND, "4", "", "meeting", "Møtet, side 2")
    assert [(one.voice, one.entered is not None) for one in told.notices(workspace, BOTH, round_)] == [(SECOND, True)]
    assert told.about(workspace, BOTH, round_, measure.id, SECOND).entered is not None
    assert not told.about(workspace, BOTH, round_, measure.id, FIRST).is_any
    [own] = told.notices(workspace, msgspec.structs.replace(KARI, voices=frozenset({SECOND})), round_)
    assert own.voice == "", "who has one need not choose"


# -- The pages --


def test_who_has_one_municipality_is_not_asked(
    workspace: Workspace, as_person: As, round_: Round, measure: Measure
) -> None:
    client = as_person(KARI)
    assert "Du svarer for flere kommuner" in page(client, f"/measures/{measure.id}")
    with workspace.region(REGION).transaction() as tx:
        second = tx.get(Municipality, SECOND)
        assert second is not None
        tx.put(second.changed(deputies=()))
    assert "Du svarer for flere kommuner" not in page(client, f"/measures/{measure.id}")


@pytest.mark.parametrize("htmx", [False, True])
def test_the_panel_answers_for_the_one_chosen(
    workspace: Workspace, as_person: As, round_: Round, measure: Measure, htmx: bool
) -> None:
    client = as_person(KARI)
    address, answers = f"/measures/{measure.id}", f"/rounds/{round_.id}/measures/{measure.id}/answers"
    first = page(client, address)
    assert chosen(first) == {FIRST} and f"{address}?voice={SECOND}#panel" in first
    second = page(client, f"{address}?voice={SECOND}")
    assert chosen(second) == {SECOND} and "på vegne av Skarfjord kommune" in second
    assert chosen(page(client, f"{address}?voice=9003")) == {FIRST}, "not theirs"

    refused = post(client, answers, htmx, value="1", reason="", voice=SECOND)
    assert refused.status_code == 422 and chosen(refused.text) == {SECOND}
    assert "på vegne av Skarfjord kommune" in shown(refused)
    saved = post(client, answers, htmx, value="4", voice=SECOND)
    after = saved.text if htmx else page(client, saved.location.removeprefix(f"/r/{REGION}"))
    assert chosen(after) == {SECOND} and "Lagret" in after
    assert values(workspace, round_, measure) == {SECOND: 4}
    assert chosen(page(client, address)) == {FIRST}, "who has something left"
    withdrawn = post(client, answers, htmx, withdraw="1", voice=SECOND)
    assert withdrawn.status_code == (200 if htmx else 303) and values(workspace, round_, measure) == {}


def test_a_form_that_says_nobody_is_asked_for_whom(
    workspace: Workspace, as_person: As, round_: Round, measure: Measure
) -> None:
    answers = f"/rounds/{round_.id}/measures/{measure.id}/answers"
    for place in ({}, {"from": "phone"}):
        refused = post(as_person(KARI), answers, value="2", reason="Ikke ennå.", **place)
        assert refused.status_code == 422 and "Velg hvilken kommune du svarer for." in refused.text
        assert "Ikke ennå." in refused.text and chosen(refused.text) == {FIRST}
    assert values(workspace, round_, measure) == {}


def test_the_phone_asks_for_both_before_it_goes_on(workspace: Workspace, as_person: As, measure: Measure) -> None:
    other = propose(workspace, title="Felles innkjøp")
    round_ = open_round(workspace, measure, other)
    client, phone = as_person(KARI), f"/rounds/{round_.id}/answer"
    for of, voice in ((measure, FIRST), (measure, SECOND), (other, FIRST), (other, SECOND)):
        now = page(client, phone)
        assert chosen(now) == {voice} and f"Svar på {of.code}" in now
        answers = f"/rounds/{round_.id}/measures/{of.id}/answers"
        refused = post(client, answers, value="2", voice=voice, **{"from": "phone"})
        assert refused.status_code == 422 and chosen(refused.text) == {voice}
        saved = post(client, answers, value="5", voice=voice, **{"from": "phone"})
        assert saved.status_code == 303
    assert "Du har svart på alt" in page(client, phone)
    assert chosen(page(client, f"{phone}?measure={measure.id}&voice={SECOND}")) == {SECOND}


def test_an_answer_is_kept_for_each_after_the_text_has_changed(
    workspace: Workspace, as_person: As, round_: Round, measure: Measure
) -> None:
    answer(workspace, BOTH, round_, measure, "5", voice=FIRST)
    answer(workspace, BOTH, round_, measure, "3", voice=SECOND)
    reword(workspace, round_, measure)
    client, confirm = as_person(KARI), f"/rounds/{round_.id}/measures/{measure.id}/confirm"
    second = page(client, f"{confirm}?voice={SECOND}")
    assert chosen(second) == {SECOND} and "Behold stemmen min: Kan leve med" in second
    stale = post(client, confirm, text_version=1, voice=SECOND)
    assert stale.status_code == 409 and chosen(stale.text) == {SECOND}
    assert post(client, confirm, text_version=2, voice=SECOND).status_code == 303
    assert values(workspace, round_, measure) == {SECOND: 3}
    first = page(client, confirm)
    assert chosen(first) == {FIRST} and "Behold stemmen min: Full støtte" in first
    assert f"{confirm}?voice={FIRST}" in page(client, "/"), "home leads to the one that waits"


def test_points_on_one_page_are_those_of_the_one_chosen(workspace: Workspace, as_person: As, measure: Measure) -> None:
    round_ = open_round(workspace, measure, method="priority", points=5, most_points=4)
    client, points, name = as_person(KARI), f"/rounds/{round_.id}/points", f"points-{measure.id}"
    assert chosen(page(client, f"{points}?voice={SECOND}")) == {SECOND}
    refused = post(client, points, voice=SECOND, **{name: "9"})
    assert refused.status_code == 422 and chosen(refused.text) == {SECOND}
    saved = post(client, points, voice=SECOND, **{name: "4"})
    after = page(client, saved.location.removeprefix(f"/r/{REGION}"))
    assert chosen(after) == {SECOND} and "Du har ett poeng igjen." in after
    assert chosen(page(client, points)) == {FIRST} and "Du har 5 poeng igjen." in page(client, points)
    assert values(workspace, round_, measure) == {SECOND: 4}


def test_the_mediation_is_that_of_the_one_who_blocks(
    workspace: Workspace, as_person: As, round_: Round, measure: Measure
) -> None:
    answer(workspace, BOTH, round_, measure, "1", "For dyrt.", voice=SECOND)
    client, mediation = as_person(KARI), f"/rounds/{round_.id}/measures/{measure.id}/mediation"
    assert "Skarfjord, hva svarer dere nå?" in page(client, mediation) and chosen(page(client, mediation)) == {SECOND}
    answer(workspace, BOTH, round_, measure, "1", "Og for lite.", voice=FIRST)
    assert chosen(page(client, mediation)) == {FIRST} and chosen(page(client, f"{mediation}?voice={SECOND}")) == {
        SECOND
    }
    stood = post(client, f"{mediation}/stand", remark="Det er vi.", voice=SECOND)
    assert stood.status_code == 303 and stood.location.endswith(f"?voice={SECOND}")
