"""The board: its order, its figures, who is missing, and what it never shows."""

from __future__ import annotations

import re

import pytest

from tests.conftest import BJORN, KARI, MARIT, REGION, ROLF
from tests.rounds.votes import add_voices, cast, make_measures, make_places, open_round
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.rounds import board, life, parties, rewording, service
from workspace.rounds.conditions import ConditionMet
from workspace.rounds.model import Round
from workspace.rounds.rewording import Rewording

HTMX = {"HX-Request": "true"}


@pytest.fixture
def three(workspace: Workspace, app: object) -> list[Measure]:
    make_places(workspace)
    return make_measures(workspace, 3)


@pytest.fixture
def round_(workspace: Workspace, three: list[Measure]) -> Round:
    """One agreed on, one blocked, one that nobody has answered but one."""
    made = open_round(workspace, three)
    cast(workspace, made, three[0], {"9001": 5, "9002": 4, "9003": 3}, {"business": [5, 2], "youth": [3]})
    cast(workspace, made, three[1], {"9001": 1, "9002": 2, "9003": 5}, reason="Vi må vite mer.")
    cast(workspace, made, three[2], {"9001": 4})
    return made


def standing(workspace: Workspace, made: Round) -> service.Standing:
    return service.standing(workspace, MARIT, made.id)


def test_the_board_is_sorted_by_what_was_asked_for(
    workspace: Workspace, round_: Round, three: list[Measure], app: object
) -> None:
    found = standing(workspace, round_)
    one, blocked, waiting = (measure.id for measure in three)
    assert [row.measure.id for row in board.rows(found, "number")] == [one, blocked, waiting]
    assert board.rows(found, "agreement")[0].measure.id == one
    assert [row.measure.id for row in board.rows(found, "outcome")] == [blocked, waiting, one], (
        "what needs an act first"
    )
    assert [row.measure.id for row in board.rows(found, "nonsense")] == [one, blocked, waiting]


def test_the_order_is_in_the_address_and_kept_while_the_board_asks_for_news(as_person, round_: Round) -> None:
    page = as_person(KARI).get(f"/r/{REGION}/rounds/{round_.id}?order=outcome").text
    codes = re.findall(r'<span class="kode">(T-\d+)</span>', page)
    assert codes == ["T-02", "T-03", "T-01"]
    assert f"/rounds/{round_.id}?seen={round_.updates + 10}&amp;order=outcome" in page
    assert 'class="valgt" aria-current="true"' in page


def test_the_figures_at_the_top(app, workspace: Workspace, round_: Round) -> None:
    with app.test_request_context():
        figures = board.figures(standing(workspace, round_))
    assert [(figure.title, figure.number, figure.whole) for figure in figures] == [
        ("Svar fra kommunene", 7, 9), ("Rådgivende svar", 3, None), ("Konsensus så langt", 1, 3),
        ("Åpne forbehold", 1, None),
    ]  # fmt: skip
    assert "fra 3 personer" in figures[1].note and "T-02 er blokkert" in figures[2].note
    assert figures[3].note == "på ett tiltak"


def test_a_met_condition_is_no_open_reservation_and_its_tile_says_so(
    app, as_person, workspace: Workspace, round_: Round, three: list[Measure]
) -> None:
    ballot = standing(workspace, round_).ballots[three[1].id]["9002"]
    with workspace.region(REGION).transaction() as tx:
        tx.put(
            ConditionMet(
                id=ballot.id, round=round_.id, measure=three[1].id, note="Ja", by="m", name="M", at=workspace.now()
            )
        )
        stored = tx.get(Round, round_.id)
        tx.put(stored.changed(updates=stored.updates + 1))
    with app.test_request_context():
        last = board.figures(standing(workspace, round_))[-1]
    assert (last.number, last.note) == (0, "ingen. Ett vilkår er oppfylt")
    page = as_person(KARI).get(f"/r/{REGION}/measures/{three[1].id}").text
    assert "Ja, vilkåret er oppfylt" in page and re.search(r'flis v3">.*?Skarfjord', page)


def test_those_who_lead_see_first_who_has_most_left_and_others_the_alphabet(as_person, round_: Round) -> None:
    for who, first in ((MARIT, ["Bjørkvåg", "Skarfjord"]), (KARI, ["Bjørkvåg", "Skarfjord"])):
        page = as_person(who).get(f"/r/{REGION}/rounds/{round_.id}").text
        assert re.findall(r'<div class="mangler"><b><bdi>(\w+)', page) == first
        assert ("Flest igjen først" in page) is (who is MARIT)
        assert "Har svart på alt: Havnsund" in page


def test_the_worklist_puts_the_most_left_first(workspace: Workspace, round_: Round, three: list[Measure]) -> None:
    cast(workspace, round_, three[2], {"9003": 4})
    found, places = standing(workspace, round_), regions.municipalities(workspace, MARIT)
    assert [one.name for one in board.missing(found, places, leads=True)] == ["Skarfjord"]
    assert board.left(found, places) == {"9001": 0, "9002": 1, "9003": 0}
    assert [one.name for one in board.complete(found, places)] == ["Bjørkvåg", "Havnsund"]


def test_a_column_with_more_than_half_left_stands_out_in_words_too(
    as_person, workspace: Workspace, three: list[Measure]
) -> None:
    made = open_round(workspace, three)
    cast(workspace, made, three[0], {"9001": 5})
    page = as_person(KARI).get(f"/r/{REGION}/rounds/{made.id}").text
    assert page.count('class="svak"') == 3
    assert "mer enn halvparten igjen" in page


def test_a_hidden_round_shows_who_has_answered_and_has_one_order(
    as_person, workspace: Workspace, three: list[Measure]
) -> None:
    made = open_round(workspace, three, visibility="hidden")
    cast(workspace, made, three[0], {"9001": 2}, {"business": [1]}, reason="Hemmelig kanarifugl")
    for who in (KARI, MARIT, BJORN, ROLF):
        page = as_person(who).get(f"/r/{REGION}/rounds/{made.id}?order=agreement").text
        assert "Har svart" in page and "kanarifugl" not in page
        assert 'id="order-' not in page, "an order would tell"
        assert not re.search(r"st--prikk v[0-5]", page) and "Åpne forbehold" not in page
        fragment = as_person(who).get(f"/r/{REGION}/rounds/{made.id}?seen=0", headers=HTMX).text
        assert not re.search(r"st--prikk v[0-5]", fragment)


def test_nobody_is_said_to_agree_before_somebody_has_answered(
    as_person, workspace: Workspace, three: list[Measure]
) -> None:
    made = open_round(workspace, three)
    assert [row.agreement for row in board.rows(standing(workspace, made), "agreement")] == [None] * 3
    assert "0,25" not in as_person(KARI).get(f"/r/{REGION}/rounds/{made.id}").text
    cast(workspace, made, three[0], {"9001": 5})
    assert board.rows(standing(workspace, made), "number")[0].agreement is not None


def test_an_answer_to_an_earlier_text_is_told_and_not_counted(
    app, as_person, workspace: Workspace, round_: Round, three: list[Measure]
) -> None:
    new = Rewording(three[0].title, f"{three[0].text} Mer.", "material", "Etter møtet.")
    rewording.reword(workspace, MARIT, round_.id, three[0].id, 1, new)
    row = board.rows(standing(workspace, round_), "number")[0]
    assert row.given == {} and set(row.before.values()) == {1}
    page = as_person(KARI).get(f"/r/{REGION}/rounds/{round_.id}").text
    assert "Gitt til versjon 1" in page and "teller ikke før de er bekreftet" in page
    measure = as_person(KARI).get(f"/r/{REGION}/measures/{three[0].id}").text
    assert "Støtte, til versjon 1" in measure


def test_points_are_numbers_on_the_board_and_sorted_by_rank(
    app, as_person, workspace: Workspace, three: list[Measure]
) -> None:
    made = open_round(workspace, three, method="priority")
    cast(workspace, made, three[0], {"9001": 1})
    cast(workspace, made, three[2], {"9001": 4, "9002": 3})
    found = standing(workspace, made)
    assert board.orders(found) == ("number", "outcome")
    assert board.rows(found, "outcome")[0].measure.id == three[2].id
    assert parties.own(found, three[0].id) == {"9001": 1, "9002": 0}, "who gave points elsewhere gave none here"
    assert found.progress == (2, 3)
    page = as_person(KARI).get(f"/r/{REGION}/rounds/{made.id}").text
    assert '<b class="tall">4</b>' in page and "3 til 4 fra hver" in page and "Nr. 1 av 3" not in page
    with app.test_request_context():
        assert [figure.title for figure in board.figures(found)][-1] == "Poeng gitt"


# -- By person --


@pytest.fixture
def persons(workspace: Workspace, three: list[Measure]) -> Round:
    made = open_round(workspace, three, method="endorsement", counted_by="person", invited=("business",))
    people = {
        "a1": ("9001", "municipality"), "a2": ("9001", "municipality"), "b1": ("9002", "business"),
        "b2": ("", "business"), "c1": ("", "a group of a file"),
    }  # fmt: skip
    add_voices(workspace, made, people)
    cast(workspace, made, three[0], {"a1": 1, "a2": -1, "b1": 1, "b2": 0, "c1": 1})
    return made


def test_persons_are_grouped_by_municipality_or_group_and_never_named(
    as_person, workspace: Workspace, persons: Round, three: list[Measure]
) -> None:
    found = standing(workspace, persons)
    groups = {name: sorted(values) for name, values in parties.voting(found, three[0].id).items() if values}
    assert groups == {"9001": [-1, 1], "group:business": [0, 1], "group:a group of a file": [1]}
    assert parties.by_municipality(found, three[0].id) == {"9001": [1, -1], "9002": [1]}
    assert sorted(parties.by_organisation(found, three[0].id)) == [
        "group:a group of a file",
        "group:business",
        "together",
    ]
    page = as_person(KARI).get(f"/r/{REGION}/rounds/{persons.id}").text
    assert 'aria-label="3 ja, 1 nei, 1 avstår"' in page and "a group of a file" in page
    assert "Etter kommune og gruppe" in page


def test_who_has_not_answered_is_named_for_those_who_lead_and_counted_for_others(as_person, persons: Round) -> None:
    address = f"/r/{REGION}/rounds/{persons.id}"
    assert "Navn b2" in as_person(MARIT).get(address).text
    for path in ("", "?seen=0"):
        for who in (KARI, ROLF):
            page = as_person(who).get(address + path, headers=HTMX if path else {}).text
            assert "Navn b2" not in page and "Hvor mange som har svart på alt" in page


def test_the_verdict_counts_the_persons_who_have_not_answered(
    as_person, workspace: Workspace, persons: Round, three: list[Measure]
) -> None:
    page = as_person(ROLF).get(f"/r/{REGION}/measures/{three[1].id}").text
    assert "Navn" not in page and re.search(r"[56] har ikke svart\.", page)


# -- News --


def test_nothing_new_is_answered_without_counting(
    as_person, workspace: Workspace, round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workspace.rounds import counting

    client = as_person(KARI)
    page = client.get(f"/r/{REGION}/rounds/{round_.id}").text
    seen = re.search(r"seen=(\d+)", page)[1]
    monkeypatch.setattr(counting, "of", lambda *_: pytest.fail("counted"))
    for path in (f"?seen={seen}", f"/complete?seen={seen}&known="):
        answer = client.get(f"/r/{REGION}/rounds/{round_.id}{path}", headers=HTMX)
        assert (answer.status_code, answer.data) == (204, b"")


def test_only_a_municipality_that_has_become_complete_is_announced(
    as_person, workspace: Workspace, round_: Round, three: list[Measure]
) -> None:
    client = as_person(ROLF)
    page = client.get(f"/r/{REGION}/rounds/{round_.id}").text
    asks = re.search(r'id="complete" hx-get="([^"]+)" hx-trigger="every 30s"', page)[1].replace("&amp;", "&")
    assert "known=9001" in asks
    cast(workspace, round_, three[0], {"9002": 3})
    news = client.get(asks, headers=HTMX).text
    assert "#melding" not in news, "an answer is no news, and nobody new is complete"
    cast(workspace, round_, three[2], {"9002": 3})
    news = client.get(asks, headers=HTMX).text
    assert "Skarfjord har svart på alle tiltak." in news and "Havnsund" not in news
    again = re.search(r'hx-get="([^"]+)"', news)[1].replace("&amp;", "&")
    assert client.get(again, headers=HTMX).status_code == 204


def test_news_brings_who_is_missing_too(as_person, workspace: Workspace, round_: Round, three: list[Measure]) -> None:
    news = as_person(KARI).get(f"/r/{REGION}/rounds/{round_.id}?seen=1", headers=HTMX).text
    assert 'hx-target="#missing"' in news and 'id="missing"' in news


def test_the_listing_tells_outcomes_and_the_deadline(as_person, workspace: Workspace, round_: Round) -> None:
    page = as_person(KARI).get(f"/r/{REGION}/rounds/").text
    for text in (
        "Åpne runder",
        "7 dager igjen",
        '<b class="tall">1</b> blokkert',
        "foreløpig",
        "7\u00a0av\u00a09 svar",
    ):
        assert text in page
    life.close_round(workspace, MARIT, round_.id, "Ferdig")
    page = as_person(KARI).get(f"/r/{REGION}/rounds/").text
    assert "Venter på oppsummering" in page and f"/rounds/{round_.id}/results" in page


def test_the_listing_of_hidden_rounds_tells_no_outcome(as_person, workspace: Workspace, three: list[Measure]) -> None:
    made = open_round(workspace, three, visibility="hidden")
    cast(workspace, made, three[0], {"9001": 1, "9002": 1, "9003": 1})
    page = as_person(MARIT).get(f"/r/{REGION}/rounds/").text
    assert "Skjult til runden lukkes" in page and "lokkert" not in page and "foreløpig" not in page


def test_no_rounds_yet_says_what_to_do(as_person, workspace: Workspace) -> None:
    assert "En runde trenger minst ett tiltak" in as_person(MARIT).get(f"/r/{REGION}/rounds/").text
    assert "Når prosesslederen åpner en runde" in as_person(ROLF).get(f"/r/{REGION}/rounds/").text
