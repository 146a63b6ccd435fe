"""What a round came to: sentences by outcome, what bridges and divides, two sides, changes, and trust beside it."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.conftest import AMUND, KARI, MARIT, REGION, ROLF, Clock, csrf_of
from tests.rounds.votes import LATER, add_voices, cast, make_measures, make_places, open_round
from workspace.errors import Forbidden, Invalid, NotFound
from workspace.measures.model import Measure
from workspace.once import Once
from workspace.parts import Workspace
from workspace.rounds import earlier, life, parties, pictures, results, service, trusting
from workspace.rounds.figures import Change, Share
from workspace.rounds.model import Round
from workspace.rounds.trust import TrustReading, check_reading, talk_first
from workspace.rounds.verdict import Outcome


@pytest.fixture
def three(workspace: Workspace, app: object) -> list[Measure]:
    make_places(workspace)
    return make_measures(workspace, 3)


def over(workspace: Workspace, three: list[Measure], **fields: object) -> Round:
    """A round that is over: all agree on the first, the businesses do not; the second is blocked; the third divides."""
    made = open_round(workspace, three, **fields)
    cast(workspace, made, three[0], {"9001": 5, "9002": 4, "9003": 3}, {"business": [2, 2, 1, 4], "youth": [3, 3]})
    cast(workspace, made, three[1], {"9001": 1, "9002": 4, "9003": 5}, reason="Vi kan ikke betale for **dette**.")
    cast(workspace, made, three[2], {"9001": 5, "9002": 4, "9003": 3}, {"business": [5, 5]})
    return life.close_round(workspace, MARIT, made.id, "Ferdig")


def came_to(workspace: Workspace, made: Round) -> results.Results:
    return results.of(workspace, KARI, service.standing(workspace, KARI, made.id))


def test_measures_are_told_by_outcome_with_reasons_word_for_word(
    as_person, workspace: Workspace, three: list[Measure]
) -> None:
    made = over(workspace, three)
    found = came_to(workspace, made)
    assert [(outcome, [one.measure.code for one in judged]) for outcome, judged in found.groups] == [
        (Outcome.CONSENSUS, ["T-01", "T-03"]), (Outcome.BLOCKED, ["T-02"]),
    ]  # fmt: skip
    page = as_person(ROLF).get(f"/r/{REGION}/rounds/{made.id}/results").text
    assert "3 av de 3 kommunene som tok stilling" in page
    assert "Vi kan ikke betale for <strong>dette</strong>." in page
    assert "Kommunestyrene avgjør selv" in page
    assert re.search(r'class="st v1">.*?Havnsund<span class="ds-sr-only">: Blokkerer', page), "icon, name and word"


def test_what_bridges_and_divides_has_a_picture_with_its_numbers_in_words(
    as_person, workspace: Workspace, three: list[Measure]
) -> None:
    made = over(workspace, three)
    found = came_to(workspace, made)
    assert [measure.code for measure in found.bridging] == ["T-03"]
    assert [measure.code for measure in found.dividing] == ["T-02", "T-01"]
    assert found.shares[three[0].id][parties.BUSINESS] == Share(1, 4)
    page = as_person(KARI).get(f"/r/{REGION}/rounds/{made.id}/results").text
    assert 'aria-label="Andel som støtter: Kommunene 3 av 3, Næringsliv 1 av 4, Ungdom 2 av 2"' in page
    assert "K Kommunene: 3 av 3" in page and "Av kommunene støtter ikke: Havnsund" in page


def test_municipalities_and_businesses_are_told_apart_where_they_differ(
    as_person, workspace: Workspace, three: list[Measure]
) -> None:
    made = over(workspace, three)
    assert [(measure.code, pair.business) for measure, pair in came_to(workspace, made).pairs] == [
        ("T-01", Share(1, 4))
    ]
    page = as_person(KARI).get(f"/r/{REGION}/rounds/{made.id}/results").text
    assert "En større andel støtter i kommunene (3\u00a0av\u00a03) enn i næringslivet (1\u00a0av\u00a04)." in page
    measure = as_person(KARI).get(f"/r/{REGION}/measures/{three[2].id}").text
    assert "Like stor andel støtter: 3\u00a0av\u00a03 i kommunene og 2\u00a0av\u00a02 i næringslivet." in measure
    assert "Flertallet støtter i alle grupper" in measure


def test_what_has_changed_is_told_by_municipality_and_measure(
    as_person, workspace: Workspace, three: list[Measure]
) -> None:
    first = over(workspace, three)
    second = open_round(workspace, three[:2])
    cast(workspace, second, three[0], {"9001": 5, "9002": 2, "9003": 4})
    cast(workspace, second, three[1], {"9001": 3})
    found = service.standing(workspace, KARI, second.id)
    before = earlier.of(workspace, KARI, found, second.measures)
    assert {one.round.id for one in before.values()} == {first.id}
    moved = earlier.moved(found, three[0].id, before[three[0].id])
    assert {one.voice: one.change for one in moved} == {"9001": Change.SAME, "9002": Change.DOWN, "9003": Change.UP}
    measure = as_person(KARI).get(f"/r/{REGION}/measures/{three[1].id}").text
    assert "Endret siden runde\u00a01" in measure and "Blokkerer → Kan leve med" in measure
    assert "(mer støtte)" in measure and "Støtte → ikke svart</span>" in measure
    life.close_round(workspace, MARIT, second.id, "Ferdig")
    page = as_person(KARI).get(f"/r/{REGION}/rounds/{second.id}/results").text
    assert "Støtte → Forbehold" in page and "Mindre støtte" in page


def test_changes_are_only_told_between_rounds_of_the_same_kind_that_are_over(
    workspace: Workspace, three: list[Measure]
) -> None:
    over(workspace, three)
    other = open_round(workspace, three, method="priority")
    assert earlier.of(workspace, KARI, service.standing(workspace, KARI, other.id), other.measures) == {}
    life.close_round(workspace, MARIT, other.id, "Ferdig")
    hidden = open_round(workspace, three, visibility="hidden")
    cast(workspace, hidden, three[0], {"9001": 1})
    assert earlier.of(workspace, KARI, service.standing(workspace, KARI, hidden.id), hidden.measures) == {}


def test_a_round_that_is_open_has_no_results(as_person, workspace: Workspace, three: list[Measure]) -> None:
    made = open_round(workspace, three, visibility="hidden")
    cast(workspace, made, three[0], {"9001": 1}, reason="kanarifugl")
    answer = as_person(MARIT).get(f"/r/{REGION}/rounds/{made.id}/results")
    assert answer.status_code == 303 and answer.location.endswith(f"/rounds/{made.id}")
    assert service.standing(workspace, KARI, made.id).ballots == {}
    draft = life.create(workspace, MARIT, (three[0].id,), title="Utkast", closes=LATER)
    assert as_person(ROLF).get(f"/r/{REGION}/rounds/{draft.id}/results").status_code == 404


def test_results_by_person_name_no_group_of_the_municipalities_twice(
    as_person, workspace: Workspace, three: list[Measure]
) -> None:
    made = open_round(workspace, three, counted_by="person", invited=("business",), quorum="0")
    add_voices(workspace, made, {"a": ("9001", "municipality"), "b": ("9002", "municipality"), "c": ("", "business")})
    cast(workspace, made, three[0], {"a": 5, "b": 4, "c": 1}, reason="For dyrt.")
    life.close_round(workspace, MARIT, made.id, "Ferdig")
    page = as_person(ROLF).get(f"/r/{REGION}/rounds/{made.id}/results").text
    assert 'aria-label="Andel som støtter: Kommunene 2 av 2, Næringsliv 0 av 1"' in page
    assert "For dyrt." in page and "<bdi>Næringsliv</bdi>" in page


def test_points_come_in_their_order(as_person, workspace: Workspace, three: list[Measure]) -> None:
    made = open_round(workspace, three, method="priority")
    cast(workspace, made, three[1], {"9001": 4, "9002": 4, "9003": 1})
    cast(workspace, made, three[0], {"9001": 1})
    life.close_round(workspace, MARIT, made.id, "Ferdig")
    [(outcome, judged)] = came_to(workspace, made).groups
    assert outcome is Outcome.RANKED and [one.measure.code for one in judged] == ["T-02", "T-01", "T-03"]
    page = as_person(KARI).get(f"/r/{REGION}/rounds/{made.id}/results").text
    assert "1 til 4 fra hver" in page and "Samler mest" not in page


def test_a_small_group_is_placed_beside_a_large_one_without_covering_it() -> None:
    strip = pictures.strip([("Kommunene", "K", Share(9, 9)), ("Ungdom", "U", Share(1, 1)), ("Ingen", "I", Share(0, 0))])
    assert [dot.name for dot in strip.dots] == ["Kommunene", "Ungdom"], "who took no stand has no place"
    first, second = strip.dots
    assert first.x == second.x == 96.0 and abs(first.y - second.y) >= pictures.DOT
    assert pictures.letters(["Kommunene", "Kvernvik", "Kvernes", "Æ", "K"]) == ["K", "Kv", "Ke", "Æ", "K2"]


# -- Trust --


def reading(day: str, average: float, answers: int = 40) -> TrustReading:
    return TrustReading(id=day, average=average, answers=answers, by="x", at=LATER)


@pytest.mark.parametrize(
    ("averages", "blocked", "divided", "expected"),
    [
        ([3.6, 3.4], ["T-02"], [], (False, True)),  # falling, blocked
        ([2.9], [], ["T-01"], (True, False)),  # low, divided
        ([2.8, 2.9], ["T-02"], [], (True, False)),  # low, and rising
        ([3.4, 3.6], ["T-02"], [], None),  # well and rising
        ([3.6, 3.6], ["T-02"], [], None),
        ([3.6, 2.1], [], [], None),  # nothing to talk about
        ([], ["T-02"], [], None),
    ],
)
def test_talk_first_where_trust_is_low_or_falls_and_a_measure_is_blocked_or_divides(
    averages: list[float], blocked: list[str], divided: list[str], expected: tuple[bool, bool] | None
) -> None:
    hint = talk_first([reading(f"2026-0{n}-01", value) for n, value in enumerate(averages, 1)], blocked, divided)
    assert (None if hint is None else (hint.is_low, hint.is_falling)) == expected


@pytest.mark.parametrize(
    ("day", "average", "answers", "wrong"),
    [
        ("2026-09-15", "3,6", "75", set()),
        ("2026-09-15", "5", "5", set()),
        ("2026-09-15", "3,6", "4", {"answers"}),
        ("2026-09-15", "5,1", "75", {"average"}),
        ("2026-09-15", "0.9", "75", {"average"}),
        ("2026-09-15", "nan", "x", {"average", "answers"}),
        ("2026-11-24", "3", "75", {"day"}),
        ("i går", "", "-5", {"day", "average", "answers"}),
    ],
)
def test_a_figure_of_trust_is_from_one_to_five_by_five_or_more(
    day: str, average: str, answers: str, wrong: set[str]
) -> None:
    if not wrong:
        assert check_reading(day, average, answers, date(2026, 11, 23))[1] == float(average.replace(",", "."))
        return
    with pytest.raises(Invalid) as refused:
        check_reading(day, average, answers, date(2026, 11, 23))
    assert set(refused.value.errors) == wrong


@pytest.mark.both_stores
def test_figures_of_trust_are_entered_once_replaced_and_withdrawn(workspace: Workspace, clock: Clock) -> None:
    once = Once("k" * 20, "f" * 64)
    for _ in range(2):
        trusting.enter(workspace, MARIT, "2026-09-15", "3,6", "75", once=once)
    trusting.enter(workspace, MARIT, "2026-06-10", "3,4", "70")
    trusting.enter(workspace, MARIT, "2026-09-15", "3,2", "76")
    assert [(one.day, one.average) for one in trusting.readings(workspace, ROLF)] == [
        ("2026-06-10", 3.4), ("2026-09-15", 3.2),
    ]  # fmt: skip
    trusting.withdraw(workspace, MARIT, "2026-06-10")
    assert [one.day for one in trusting.readings(workspace, ROLF)] == ["2026-09-15"]
    with pytest.raises(NotFound):
        trusting.withdraw(workspace, MARIT, "2026-06-10")
    for who in (KARI, AMUND, ROLF):
        with pytest.raises(Forbidden):
            trusting.enter(workspace, who, "2026-09-15", "1", "75")
    with workspace.region(REGION).transaction() as tx:
        tx.put(reading("2026-10-01", 1.0, answers=4))
    assert [one.day for one in trusting.readings(workspace, ROLF)] == ["2026-09-15"], "few answers are never shown"


def test_the_hint_is_given_with_why_and_names_no_municipality(
    as_person, workspace: Workspace, three: list[Measure]
) -> None:
    made = over(workspace, three)
    page = as_person(KARI).get(f"/r/{REGION}/rounds/{made.id}/results").text
    assert "Ta en drøfting" not in page
    trusting.enter(workspace, MARIT, "2026-06-10", "3,4", "70")
    trusting.enter(workspace, MARIT, "2026-09-15", "2,8", "70")
    for path in ("/results", ""):
        page = as_person(MARIT).get(f"/r/{REGION}/rounds/{made.id}{path}").text
        hint = page.partition("Ta en drøfting før neste runde")[2].partition("</div>")[0]
        assert "Tilliten er lav og faller." in hint and "T-02 er blokkert." in hint
        assert "T-01 deler gruppene" in hint and "Havnsund" not in hint
    open_round(workspace, three)
    assert came_to(workspace, made).hint is None, "the next round is there already"


def test_trust_stands_beside_the_share_of_measures_with_consensus(
    as_person, workspace: Workspace, three: list[Measure]
) -> None:
    made = over(workspace, three)
    client = as_person(MARIT)
    address = f"/r/{REGION}/rounds/{made.id}"
    form = {"csrf_token": csrf_of(client), "day": "2026-09-15", "average": "3,6"}
    refused = client.post(f"{address}/trust", data={**form, "answers": "4"})
    assert refused.status_code == 422 and 'value="3,6"' in refused.text and "færre enn 5 svar" in refused.text
    assert client.post(f"{address}/trust", data={**form, "answers": "75"}).status_code == 303
    page = client.get(f"{address}/results").text
    assert 'aria-label="Tillit: sep. 2026 3,6"' in page
    assert 'aria-label="Tiltak med konsensus: runde 1 2 av 3"' in page
    reader = as_person(ROLF)
    assert "Legg inn tall for tillit" not in reader.get(f"{address}/results").text
    refused = reader.post(f"{address}/trust", data={"csrf_token": csrf_of(reader), **form, "answers": "75"})
    assert refused.status_code in {400, 403}
    gone = client.post(f"{address}/trust/2026-09-15/withdrawal", data={"csrf_token": csrf_of(client)})
    assert gone.status_code == 303 and "sep. 2026 3,6" not in client.get(f"{address}/results").text


def test_what_can_no_longer_change_is_said_where_it_stands(
    as_person, workspace: Workspace, three: list[Measure]
) -> None:
    made = open_round(workspace, three, support="1")
    cast(workspace, made, three[0], {"9001": 2, "9002": 5}, reason="Nei.")
    page = as_person(KARI).get(f"/r/{REGION}/measures/{three[0].id}").text
    standing = page.partition('id="standing"')[2].partition("</section>")[0]
    assert "Konsensus kan ikke lenger oppnås." in standing
