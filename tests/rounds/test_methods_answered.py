"""Answering in every method, on the measure's page and on a phone, by plain forms and by htmx; and taking it back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import AMUND, BJORN, KARI, MARIT, REGION, START, Clock, csrf_of
from workspace.access import Actor
from workspace.errors import Conflict, Forbidden, Invalid
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.once import Once
from workspace.parts import Workspace
from workspace.rounds import answering, life, service, spreading
from workspace.rounds.ballot import Ballot
from workspace.rounds.model import Round

As = Callable[[Actor], FlaskClient]
LATER = START + timedelta(days=7)


@pytest.fixture
def found(workspace: Workspace, app: object) -> list[Measure]:
    return [measures.create(workspace, AMUND, title=f"Tiltak {n}", text="Vi bygger.") for n in range(3)]


def opened(workspace: Workspace, found: list[Measure], **fields: object) -> Round:
    ids = tuple(measure.id for measure in found)
    draft = life.create(workspace, MARIT, ids, **{"title": "Nytte", "closes": LATER, **fields})
    return life.open_round(workspace, MARIT, draft.id)


def post(client: FlaskClient, path: str, htmx: bool = False, **fields: Any) -> TestResponse:
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(f"/r/{REGION}{path}", data={"csrf_token": csrf_of(client), **fields}, headers=headers)


def answers(round_: Round, measure: Measure) -> str:
    return f"/rounds/{round_.id}/measures/{measure.id}/answers"


def stored(workspace: Workspace, round_: Round) -> list[tuple[str, int]]:
    ballots = workspace.region(REGION).view().find(Ballot, {"round": round_.id}, order="sequence")
    return [(ballot.measure, ballot.value) for ballot in ballots]


# -- Endorsement --


@pytest.mark.parametrize("htmx", [False, True])
def test_a_yes_a_no_and_an_abstention(workspace: Workspace, as_person: As, found: list[Measure], htmx: bool) -> None:
    round_ = opened(workspace, found[:1], method="endorsement")
    client = as_person(KARI)
    page = client.get(f"/r/{REGION}/measures/{found[0].id}").text
    assert re.findall(r'name="value" value="(-?\d)" data-key="(\d)"', page) == [("1", "1"), ("-1", "2"), ("0", "0")]
    assert "Full støtte" not in page.partition('id="panel"')[2].partition("</form>")[0]
    for value, word in (("1", "Ja"), ("-1", "Nei"), ("0", "Avstår")):
        answer = post(client, answers(round_, found[0]), htmx, value=value)
        assert answer.status_code == (200 if htmx else 303)
        shown = answer.text if htmx else client.get(f"/r/{REGION}/measures/{found[0].id}").text
        assert re.search(rf"Lagret [^<]*<span class=\"st v\d\">.*?{word}</span>", shown.replace("\n", ""))
    assert [value for _id, value in stored(workspace, round_)] == [1, -1, 0]
    assert post(client, answers(round_, found[0]), htmx, value="4", reason="Hm").status_code == 422


# -- Points --


def test_points_step_by_step_without_a_script(workspace: Workspace, as_person: As, found: list[Measure]) -> None:
    round_ = opened(workspace, found, method="priority")
    client = as_person(KARI)
    path = answers(round_, found[0])
    value = "0"
    for step, wanted in (("1", "1"), ("1", "2"), ("-1", "1"), ("-1", "0"), ("-1", "0")):
        page = post(client, path, value=value, step=step, reason="Fordi det haster")
        assert page.status_code == 200 and "Fordi det haster" in page.text
        value = re.search(r'id="value" name="value"[^>]* value="(\d)"', page.text)[1]
        assert value == wanted
    assert stored(workspace, round_) == [], "nothing is stored before it is sent"
    assert 'value="4"' in post(client, path, True, value="4", step="1").text, "no more than may be given"
    assert post(client, path, value="4", reason="Fordi det haster").status_code == 303
    page = client.get(f"/r/{REGION}/measures/{found[1].id}").text
    assert "Du har 6 poeng igjen" in page and "høyst 4 til ett tiltak" in page
    refused = post(client, path, value="5")
    assert refused.status_code == 422 and "Høyst 4 poeng på ett tiltak." in refused.text
    phone = post(client, path, value="2", step="1", **{"from": "phone"})
    assert 'class="mobil' in phone.text and re.search(r'id="value"[^>]* value="3"', phone.text)


def points(found: list[Measure], *given: object) -> dict[str, str]:
    return {f"points-{measure.id}": str(value) for measure, value in zip(found, given, strict=False)}


@pytest.mark.parametrize(
    ("method", "told", "untold"),
    [
        (
            "consensus",
            ("Når er det konsensus?", "støtter eller kan leve med", "Ingen blokkerer."),
            ("sier ja", "poeng å"),
        ),
        ("endorsement", ("Når er det tilslutning?", "sier ja"), ("kan leve med tiltaket", "blokkerer", "Forbehold")),
        (
            "priority",
            ("Når gjelder rekkefølgen?", "10 poeng å fordele"),
            ("kan leve med tiltaket", "blokkerer", "sier ja"),
        ),
    ],
)
def test_the_rule_beside_a_measure_is_that_of_the_method(
    workspace: Workspace,
    as_person: As,
    found: list[Measure],
    method: str,
    told: tuple[str, ...],
    untold: tuple[str, ...],
) -> None:
    opened(workspace, found, method=method)
    page = as_person(KARI).get(f"/r/{REGION}/measures/{found[0].id}").text
    rule = re.search(r'<section class="[^"]*" id="rule".*?</section>', page, re.S)[0].split('class="regel__utfall"')[0]
    assert "av kommunene har svart" in rule
    assert [words for words in told if words not in rule] == []
    assert [words for words in untold if words in rule] == []


def test_all_points_are_given_on_one_page(workspace: Workspace, as_person: As, found: list[Measure]) -> None:
    round_ = opened(workspace, found, method="priority")
    client = as_person(KARI)
    path = f"/rounds/{round_.id}/points"
    assert "Du har 10 poeng igjen." in client.get(f"/r/{REGION}{path}").text
    assert post(client, path, **points(found, 4, 4, "")).status_code == 303
    assert sorted(value for _id, value in stored(workspace, round_)) == [0, 4, 4]
    assert "Du har 2 poeng igjen." in client.get(f"/r/{REGION}{path}").text
    assert service.unanswered(workspace, KARI, round_) == ()
    post(client, path, **points(found, 4, 3, 3))
    assert stored(workspace, round_)[3:] == [(found[1].id, 3), (found[2].id, 3)], "what is the same is not given anew"
    standing = service.standing(workspace, KARI, round_.id)
    assert [standing.verdicts[measure.id].score.points for measure in found] == [4, 3, 3]


def test_points_are_all_or_nothing_with_what_is_wrong_by_each(
    workspace: Workspace, as_person: As, found: list[Measure]
) -> None:
    round_ = opened(workspace, found, method="priority")
    client = as_person(KARI)
    path = f"/rounds/{round_.id}/points"
    for given, said in (
        ((5, 1, "-1"), ["Høyst 4 poeng på ett tiltak.", "Skriv antall poeng som et helt tall, 0 for ingen."]),
        ((4, 4, 3), ["Du har fordelt 11 poeng. Du har 10.", "Du har fordelt ett poeng for mye."]),
        ((4, "mange", 1), ["Skriv antall poeng som et helt tall, 0 for ingen."]),
    ):
        refused = post(client, path, **points(found, *given))
        assert refused.status_code == 422
        for text in said:
            assert text in refused.text
        assert [v for v in re.findall(r'name="points-\w+"[^>]* value="([^"]*)"', refused.text)] == [
            str(g) for g in given
        ]
    assert stored(workspace, round_) == []
    stepped = post(client, path, step=f"{found[1].id}:1", **points(found, 1, 1, 1))
    assert re.findall(r'name="points-\w+"[^>]* value="(\d)"', stepped.text) == ["1", "2", "1"]
    assert "Du har 6 poeng igjen." in stepped.text and stored(workspace, round_) == []


def test_measures_left_out_keep_their_points_and_count(workspace: Workspace, found: list[Measure], app: object) -> None:
    round_ = opened(workspace, found, method="priority")
    spreading.spread(workspace, KARI, round_.id, {found[0].id: "4", found[1].id: "4"})
    with pytest.raises(Invalid, match="12 poeng"):
        spreading.spread(workspace, KARI, round_.id, {found[2].id: "4"})
    spreading.spread(workspace, KARI, round_.id, {found[1].id: "2", found[2].id: "4"})
    assert stored(workspace, round_)[2:] == [(found[1].id, 2), (found[2].id, 4)]


def test_points_sent_twice_are_given_once(
    workspace: Workspace, found: list[Measure], clock: Clock, app: object
) -> None:
    round_ = opened(workspace, found, method="priority")
    once = Once("k" * 26, "d" * 64)
    for _time in range(2):
        spreading.spread(workspace, KARI, round_.id, {found[0].id: "4"}, once=once)
    spreading.spread(workspace, KARI, round_.id, {found[0].id: "1"})
    spreading.spread(workspace, KARI, round_.id, {found[0].id: "4"}, once=once)  # comes late for the second time
    assert stored(workspace, round_) == [(found[0].id, 4), (found[0].id, 1)]
    clock.moment = LATER
    with pytest.raises(Conflict):
        spreading.spread(workspace, KARI, round_.id, {found[0].id: "2"})
    assert len(stored(workspace, round_)) == 2


def test_points_are_for_rounds_of_points(workspace: Workspace, as_person: As, found: list[Measure]) -> None:
    round_ = opened(workspace, found)
    assert as_person(KARI).get(f"/r/{REGION}/rounds/{round_.id}/points").status_code == 404
    with pytest.raises(Invalid):
        spreading.spread(workspace, KARI, round_.id, {found[0].id: "2"})
    other = [measures.create(workspace, AMUND, title="Kai", text="Vi bygger.")]
    by_person = opened(workspace, other, method="priority", counted_by="person", invited=("business",))
    assert as_person(KARI).get(f"/r/{REGION}/rounds/{by_person.id}/points").status_code == 403
    with pytest.raises(Forbidden):
        spreading.spread(workspace, KARI, by_person.id, {other[0].id: "2"})


# -- By person --


def test_who_has_no_voice_is_told_so_kindly(workspace: Workspace, as_person: As, found: list[Measure]) -> None:
    round_ = opened(workspace, found[:1], counted_by="person", invited=("business",))
    for path in (f"/measures/{found[0].id}", f"/rounds/{round_.id}/answer?measure={found[0].id}"):
        page = as_person(KARI).get(f"/r/{REGION}{path}").text
        assert "du er ikke blant dem" in page and 'name="value"' not in page
        page = as_person(BJORN).get(f"/r/{REGION}{path}").text
        assert "Du svarer for deg selv" in page and 'name="value"' in page
    assert post(as_person(KARI), answers(round_, found[0]), value="5").status_code == 403


@pytest.mark.parametrize("counted_by", ["municipality", "person"])
def test_what_is_missing_is_never_below_zero(
    workspace: Workspace, as_person: As, found: list[Measure], counted_by: str
) -> None:
    """A trap of other platforms: more answers than were expected."""
    round_ = opened(workspace, found[:1], counted_by=counted_by)
    for who in (KARI, BJORN, AMUND, MARIT):
        answering.answer(workspace, who, round_.id, found[0].id, "4")
        page = as_person(MARIT).get(f"/r/{REGION}/rounds/{round_.id}").text
        left = int(re.search(r">(-?\d+) gjenstår<", page)[1])
        standing = service.standing(workspace, MARIT, round_.id)
        assert left == len(standing.electorate) - len(standing.ballots[found[0].id]) >= 0
        assert len(standing.verdicts[found[0].id].tally.missing) == left


def test_an_answer_without_a_name_can_not_be_changed(workspace: Workspace, as_person: As, found: list[Measure]) -> None:
    opened(workspace, found[:1], method="temperature", counted_by="person", visibility="anonymous")
    page = as_person(KARI).get(f"/r/{REGION}/measures/{found[0].id}").text
    panel = page.partition('id="panel"')[2].partition("</form>")[0]
    assert "Svaret kan ikke endres eller trekkes etterpå. Ikke skriv navn i begrunnelsen." in panel
    assert "Svaret lagres uten navn, tidspunkt og kobling til brukeren din" in panel
    assert "Trekk svaret" not in panel and "Du kan endre" not in panel


# -- Taking it back --


@pytest.mark.parametrize("way", ["page", "htmx", "phone"])
def test_an_answer_is_taken_back(workspace: Workspace, as_person: As, found: list[Measure], way: str) -> None:
    round_ = opened(workspace, found[:1])
    client = as_person(KARI)
    fields = {"from": "phone"} if way == "phone" else {}
    assert post(client, answers(round_, found[0]), withdraw="1", **fields).status_code == 422
    post(client, answers(round_, found[0]), value="4")
    address = f"/r/{REGION}/measures/{found[0].id}"
    if way == "phone":
        address = f"/r/{REGION}/rounds/{round_.id}/answer?measure={found[0].id}"
    assert "Trekk svaret" in client.get(address).text
    taken = post(client, answers(round_, found[0]), way == "htmx", withdraw="1", value="4", **fields)
    assert taken.status_code == (200 if way == "htmx" else 303)
    if way == "htmx":
        assert "Svaret er trukket." in taken.text and "Trekk svaret" not in taken.text
    assert service.own_answer(workspace, KARI, round_, found[0].id) is None
    assert service.unanswered(workspace, KARI, round_) == (found[0].id,)
    assert "Trekk svaret" not in client.get(address).text
    assert len(stored(workspace, round_)) == 2, "both acts are kept"


def test_the_reason_asked_for_is_that_of_the_step(workspace: Workspace, as_person: As, found: list[Measure]) -> None:
    """Shown by CSS when the step is chosen; without it, there is one label for all."""
    opened(workspace, found[:1])
    page = as_person(KARI).get(f"/r/{REGION}/measures/{found[0].id}").text
    prompts = dict(re.findall(r'class="til(-?\d)">([^<]+?) <', page))
    assert prompts == {
        "5": "Hva kan dere bidra med?", "4": "Hvorfor?", "3": "Hva ville gjort det bedre?", "2": "Hva skal til?",
        "1": "Hva skal til?", "0": "Hvorfor?",
    }  # fmt: skip
    assert 'class="til-alle">Begrunnelse<' in page
