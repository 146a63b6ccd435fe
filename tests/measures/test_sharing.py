"""Cost shares: the whole to the krone by any key, the example's numbers, and the effect shown before it is kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import AMUND, KARI, MARIT, REGION, ROLF
from tests.measures.conftest import POPULATIONS, Make, post
from workspace.access import Actor
from workspace.errors import Conflict, Forbidden, Invalid
from workspace.measures import amounts, costs, service, sharing
from workspace.measures.model import OwnShare
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.regions.model import Municipality

As = Callable[[Actor], FlaskClient]
NINE = tuple(POPULATIONS)

numbers = st.lists(st.from_regex(r"[0-9]{4}", fullmatch=True), min_size=1, max_size=30, unique=True)


@given(st.data(), st.integers(0, 10**12), st.sampled_from(sharing.KEYS), numbers)
def test_shares_are_always_the_whole(data: st.DataObject, total: int, key: str, among: list[str]) -> None:
    people = {number: data.draw(st.integers(1, 10**6)) for number in among}
    own = {number: data.draw(st.integers(0, 10**9)) for number in among}
    paid = sharing.shares(total, key, among, people, own)
    if key == "own" and not any(own.values()):
        assert paid == {}
        return
    assert sum(paid.values()) == total
    assert set(paid) == set(among) and min(paid.values()) >= 0
    exact = {number: total * part for number, part in sharing.weights(key, among, people, own).items()}
    assert all(abs(paid[number] - exact[number]) < 1 for number in among)
    assert paid == sharing.shares(total, key, list(reversed(among)), people, own)


def test_the_key_of_the_example() -> None:
    """method.md 3.15: 30 % equally and 70 % by population, 1 800 000 in all, in whole thousands."""
    paid = sharing.shares(1_800_000, "combined", NINE, POPULATIONS)
    assert sum(paid.values()) == 1_800_000
    in_thousands = [round(amount / 1000) for amount in paid.values()]
    assert in_thousands == [556, 264, 204, 158, 143, 99, 123, 169, 85]  # the plan has 555, so that its column adds up


def test_what_is_left_goes_to_those_cut_the_most_and_of_equals_to_the_lowest_number() -> None:
    assert sharing.shares(100, "equal", ("3", "1", "2"), {}) == {"1": 34, "2": 33, "3": 33}
    assert sharing.shares(10, "population", ("1", "2"), {"1": 1, "2": 2}) == {"1": 3, "2": 7}
    assert sharing.shares(1, "own", ("1", "2"), {}, {"2": 5}) == {"1": 0, "2": 1}


def test_own_shares_in_kroner_that_add_up_are_those_kroner() -> None:
    own = {"9001": 655_000, "9002": 264_000, "9009": 81_000}
    assert sharing.shares(1_000_000, "own", own, {}, own) == own


def test_nobody_pays_by_people_that_are_not_counted() -> None:
    assert sharing.missing("combined", ("1", "2"), {"1": 5, "2": None}) == ("2",)
    assert sharing.shares(100, "population", ("1", "2"), {"1": 5}) == {}
    assert sharing.missing("equal", ("1",), {}) == ()


def test_only_those_who_carry_it_pay(make: Make) -> None:
    measure = make(cost_amount=900, share_key="equal", opt_in=True, carriers=("9002", "9001", "nowhere"))
    assert measure.carriers == ("9001", "9002")
    assert measure.shares(POPULATIONS) == {"9001": 450, "9002": 450}
    everybody = make(cost_amount=900, share_key="equal", carriers=("9001",))  # not one that some may carry
    assert len(everybody.shares(POPULATIONS)) == 9
    assert make(share_key="equal").shares(POPULATIONS) == {}


def test_the_effect_of_a_key_shows_before_it_is_kept(nine: Workspace, as_person: As, make: Make) -> None:
    measure = make(cost_amount=1_800_000, share_key="equal")
    page = as_person(AMUND).get(f"/r/{REGION}/measures/{measure.id}/sharing?key=combined").text
    assert "200\N{NO-BREAK SPACE}000" in page and "555\N{NO-BREAK SPACE}656" in page
    assert "+355\N{NO-BREAK SPACE}656" in page
    path = f"/measures/{measure.id}/sharing"
    shown = post(as_person(AMUND), path, share_key="own", preview="1", **{"own-9001": "3", "own-9002": "1"})
    assert "1\N{NO-BREAK SPACE}350\N{NO-BREAK SPACE}000" in shown.text
    assert service.get(nine, AMUND, measure.id) == measure  # nothing was kept
    assert post(as_person(AMUND), path, share_key="combined", version=measure.version).status_code == 303
    assert service.get(nine, ROLF, measure.id).share_key == "combined"
    assert post(as_person(AMUND), path, share_key="equal", version=measure.version).status_code == 409
    assert post(as_person(AMUND), path, share_key="equal").status_code == 428
    wrong = post(as_person(AMUND), path, share_key="own", version=measure.version + 1, **{"own-9001": "litt"})
    assert wrong.status_code == 422 and "litt" in wrong.text


def test_a_key_that_lacks_a_population_is_refused(workspace: Workspace, app: object) -> None:
    measure = service.create(workspace, AMUND, title="Kai", text="Vi bygger.", cost_amount=10)
    with pytest.raises(Invalid) as refused:
        costs.choose(workspace, AMUND, measure.id, measure.version, "population", ())
    assert "share_key" in refused.value.errors
    regions.set_populations(workspace, MARIT, {"9001": 14_850})
    kept = costs.choose(workspace, AMUND, measure.id, measure.version, "population", ())
    with pytest.raises(Conflict):
        costs.choose(workspace, AMUND, measure.id, measure.version, "own", (OwnShare(municipality="9001", weight=1),))
    assert kept.shares({"9001": 14_850}) == {"9001": 10}


def test_the_facilitator_says_how_many_live_where(nine: Workspace, as_person: As, make: Make) -> None:
    path = f"/measures/{make().id}/populations"
    typed = {f"population-{number}": str(count) for number, count in POPULATIONS.items()}
    assert post(as_person(MARIT), path, **typed | {"population-9001": "14 900"}).status_code == 303
    assert regions.populations(nine, ROLF)["9001"] == 14_900
    assert post(as_person(MARIT), path, **typed | {"population-9001": ""}).status_code == 303
    assert regions.populations(nine, ROLF)["9001"] is None
    refused = post(as_person(MARIT), path, **typed | {"population-9001": "mange"})
    assert refused.status_code == 422 and 'value="mange"' in refused.text
    with pytest.raises(Invalid):
        regions.set_populations(nine, MARIT, {"9001": 0})
    for who in (AMUND, KARI, ROLF):
        assert post(as_person(who), path, **typed).status_code == 403
        with pytest.raises(Forbidden):
            regions.set_populations(nine, who, {"9001": 1})


def test_populations_that_are_the_same_are_not_written(nine: Workspace) -> None:
    before = nine.region(REGION).view().last_event()
    regions.set_populations(nine, MARIT, dict(POPULATIONS))
    assert nine.region(REGION).view().last_event() == before
    assert nine.region(REGION).view().get(Municipality, "9001").population == 14_850


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", None), ("450 000", 450_000), ("450\u00a0000", 450_000), ("1.800.000", 1_800_000), ("90 000 kr", 90_000),
        ("12,-", 12), ("450 000,00", 450_000), ("0", 0),
    ],
)  # fmt: skip
def test_amounts_as_people_type_them(text: str, number: int | None) -> None:
    assert amounts.parse(text) == number


@pytest.mark.parametrize("text", ["-1", "1,5", "1.8", "en million", "1e6", "=1+1", "٣", "1" * 20])
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError):
        amounts.parse(text)
