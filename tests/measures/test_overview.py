"""All measures at once: filters and order in the address, who gets little, what is missing, and the picture."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import AMUND, MARIT, REGION, ROLF, START
from tests.measures.conftest import PEOPLE, Make, post
from workspace.access import Actor
from workspace.measures import overview, service
from workspace.measures.model import STEPS, Benefit, Measure
from workspace.measures.overview import Choice
from workspace.parts import Workspace
from workspace.regions.model import Municipality

As = Callable[[Actor], FlaskClient]
NINE = [Municipality(id=number, name=name) for number, (name, _count) in sorted(PEOPLE.items())]


def measure(number: int = 1, **fields: object) -> Measure:
    usual = {"title": f"Tiltak {number}", "text": "Tekst.", "changed_at": START, "changed_by": "amund"}
    return Measure(id=f"m{number}", number=number, **usual | fields)


def giving(number: int, **sizes: str) -> Measure:
    """A measure that gives municipalities a direct benefit: giving(1, m9001="large")."""
    benefits = [Benefit(municipality=key[1:], kind="direct", size=size) for key, size in sizes.items()]
    return measure(number, benefits=tuple(benefits))


# -- Which, and in which order --


@pytest.mark.parametrize(
    ("narrowing", "numbers"),
    [
        ({}, [1, 2, 3]), ({"status": "idea"}, [2]), ({"focus": "Kai"}, [1, 3]), ({"horizon": "short"}, [1]),
        ({"initiator": "business"}, [3]), ({"responsible": "Havnsund"}, [1]), ({"quick": "1"}, [2]),
        ({"benefit": "9001"}, [2]), ({"benefit": "region"}, [1, 3]), ({"focus": "Kai", "horizon": "long"}, []),
        ({"sort": "-code"}, [3, 2, 1]), ({"sort": "cost"}, [3, 1, 2]), ({"sort": "-cost"}, [1, 3, 2]),
        ({"sort": "horizon"}, [1, 2, 3]), ({"sort": "status"}, [2, 1, 3]), ({"sort": "-reach"}, [2, 1, 3]),
        ({"sort": "title"}, [2, 3, 1]),
    ],
)  # fmt: skip
def test_filters_and_order(narrowing: dict[str, str], numbers: list[int]) -> None:
    three = [
        measure(1, title="Åpen kai", focus_area="Kai", horizon="short", responsible="Havnsund", cost_amount=20,
                regional_size="large"),
        measure(2, title="Arena", status="idea", quick_win=True,
                benefits=(Benefit(municipality="9001", kind="indirect", size="unknown", how="Slik"),)),
        measure(3, title="Øyhopp", focus_area="Kai", initiator="business", cost_amount=10, regional_benefit="Mer."),
    ]  # fmt: skip
    choice = overview.choice_of(narrowing)
    assert [found.number for found in overview.chosen(three, choice)] == numbers


def test_what_is_no_choice_counts_as_none() -> None:
    asked = {"view": "x", "status": "x", "horizon": "x", "sort": "--code", "quick": "ja", "initiator": "x"}
    assert overview.choice_of(asked) == Choice()
    assert overview.choice_of({"focus": "x" * 500}).focus == "x" * 200


def test_the_state_is_in_the_address(nine: Workspace, as_person: As, make: Make) -> None:
    make(title="Dyr", cost_amount=2_000_000, focus_area="Kai", quick_win=True)
    make(title="Billig", cost_amount=1, focus_area="Kai", quick_win=True)
    make(title="Annet", focus_area="Skog")
    page = as_person(ROLF).get(f"/r/{REGION}/measures/?focus=Kai&sort=-cost&quick=1").text
    assert re.findall(r"T-0\d</span> (\w+)", page.partition("matrix-heading")[0]) == ["Dyr", "Billig"]
    assert "2 tiltak av 3" in page.replace("\N{NO-BREAK SPACE}", " ")
    heading = re.search(r'<th[^>]*aria-sort="descending"><a href="([^"]+)">Kostnad', page)
    assert heading and heading[1].replace("&amp;", "&").endswith("?focus=Kai&quick=1&sort=cost")
    assert page.count('aria-sort="none"') == 6
    empty = as_person(ROLF).get(f"/r/{REGION}/measures/?focus=Kai&status=done").text
    assert "Ingen tiltak passer" in empty


# -- Who gets little --


def test_who_gets_little_out_of_the_plan() -> None:
    all_but_one = {f"m{one.id}": "large" for one in NINE if one.id != "9009"}
    measures = [giving(n, **all_but_one) for n in range(1, 6)] + [giving(6, m9009="small"), giving(7, m9009="medium")]
    gains = {gain.municipality.id: gain for gain in overview.gains(measures, NINE)}
    assert [number for number, gain in gains.items() if gain.gets_little] == ["9009"]
    poor = gains["9009"]
    assert (poor.total, poor.medium, poor.large, poor.unknown, poor.others) == (3, 1, 0, 5, 5.0)
    assert [found.number for found in poor.consider] == [1, 2]


def test_nobody_is_said_to_get_little_of_a_few_or_where_there_is_nobody_else() -> None:
    two = [giving(n, m9001="large") for n in (1, 2)]
    assert not any(gain.gets_little for gain in overview.gains(two, NINE))
    three = [giving(n) for n in (1, 2, 3)]
    assert not any(gain.gets_little for gain in overview.gains(three, NINE[:1]))
    assert not any(gain.gets_little for gain in overview.gains([], NINE))


@given(st.lists(st.tuples(st.sampled_from([one.id for one in NINE]), st.sampled_from(["large", "medium", "small"]))))
def test_half_of_what_the_others_get_is_not_little(given_: list[tuple[str, str]]) -> None:
    measures = [giving(n, **{f"m{number}": size}) for n, (number, size) in enumerate(given_)]
    gains = overview.gains(measures, NINE)
    for gain in gains:
        rest = [other.medium for other in gains if other is not gain]
        little = len(measures) >= overview.FEWEST and gain.medium < (sum(rest) / len(rest)) / 2
        assert gain.gets_little is little


def test_the_page_says_it_in_these_words(nine: Workspace, as_person: As, make: Make) -> None:
    for number in range(4):
        others = (Benefit(municipality=one.id, kind="direct", size="large") for one in NINE if one.id != "9009")
        make(title=f"Tiltak {'abcd'[number] * 9}", benefits=tuple(others))
    page = as_person(ROLF).get(f"/r/{REGION}/measures/").text
    assert "Sandværøy får lite ut av planen slik den er nå" in page
    assert page.count("slik den er nå") == 1 and page.count('class="svak"') == 1


# -- By time, quick, by initiator --


def test_a_focus_area_that_lacks_something_is_named() -> None:
    measures = [
        measure(1, focus_area="Kai", horizon="short"), measure(2, focus_area="Kai", horizon="long"),
        measure(3, focus_area="Skog", horizon="short"), measure(4, focus_area="Arena", horizon="medium"),
        measure(5, focus_area="Skog", horizon="long", status="set_aside"), measure(6),
    ]  # fmt: skip
    assert overview.lacks(measures) == [("Arena", True, True), ("Skog", False, True)]
    assert [len(found) for _horizon, found in overview.by_horizon(measures)] == [2, 2, 2]


def test_every_municipality_has_a_quick_measure_or_is_listed(nine: Workspace, as_person: As, make: Make) -> None:
    make(quick_win=True, benefits=(Benefit(municipality="9001", kind="direct", size="small"),))
    page = as_person(ROLF).get(f"/r/{REGION}/measures/?view=quick").text
    assert "8 kommuner mangler et raskt tiltak" in page and "Bjørkvåg, Brattfjell, Kvernvik" in page
    everybody = tuple(Benefit(municipality=one.id, kind="direct", size="small") for one in NINE)
    make(title="Leverandørdag", quick_win=True, benefits=everybody)
    assert "Alle kommunene får minst ett raskt tiltak." in as_person(ROLF).get(f"/r/{REGION}/measures/?view=quick").text
    set_aside = measure(1, quick_win=True, benefits=everybody, status="set_aside")
    assert all(not found for _one, found in overview.quick_wins([set_aside], NINE))


def test_by_initiator() -> None:
    measures = [measure(n, initiator=who) for n, who in enumerate(["business", "", "business", "youth"])]
    assert overview.by_initiator(measures) == [("business", 2), ("youth", 1), ("", 1)]


def test_horizons_and_initiators_on_the_page(nine: Workspace, as_person: As, make: Make) -> None:
    make(focus_area="Skog", horizon="short", initiator="business")
    page = as_person(ROLF).get(f"/r/{REGION}/measures/?view=horizon").text
    assert "Satsingsområdet Skog mangler tiltak på lang sikt." in page
    page = as_person(ROLF).get(f"/r/{REGION}/measures/?view=initiator").text
    assert "Næringsliv" in page and "1 av 1 tiltak" in page


# -- Effort and effect --


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=60))
def test_no_two_codes_stand_on_each_other(judged: list[tuple[int, int]]) -> None:
    measures = [measure(n, effort=effort, effect=effect) for n, (effort, effect) in enumerate(judged)]
    spots = overview.spots(measures)
    assert len(spots) == sum(effort in STEPS and effect in STEPS for effort, effect in judged)
    assert len({(spot.x, spot.y) for spot in spots}) == len(spots)
    for spot in spots:
        assert overview.LEFT < spot.x < overview.WIDTH and 0 < spot.y < overview.HEIGHT - overview.BELOW
    listed = [found for _key, inside in overview.quadrants(measures) for found in inside]
    assert sorted(found.number for found in listed) == sorted(found.number for found in measures)


def test_the_picture_has_a_list_beside_it(nine: Workspace, as_person: As, make: Make) -> None:
    make(effort=1, effect=5)
    make(title="Kai", effort=5, effect=1)
    make(title="Ukjent")
    page = as_person(ROLF).get(f"/r/{REGION}/measures/?view=effect").text
    picture = page[page.index('<svg class="graf"') :].partition("</svg>")[0]
    assert 'role="img"' in picture and "T-01" in picture and "T-02" in picture and "T-03" not in picture
    for words in ("Mye igjen for lite: begynn her", "Mye arbeid for lite: vent", "Ikke vurdert ennå"):
        assert words in page


def test_old_parts_are_not_shown_for_what_is_new(nine: Workspace, as_person: As, make: Make) -> None:
    made = make()
    client = as_person(AMUND)
    assert "Foreslått" in client.get(f"/r/{REGION}/measures/").text
    service.save(nine, AMUND, made.id, made.version, title="Et nytt navn")
    assert "Et nytt navn" in client.get(f"/r/{REGION}/measures/").text
    assert "Ingen tiltak har fått vurdert" in client.get(f"/r/{REGION}/measures/?view=effect").text


def test_what_is_set_aside_gives_nobody_anything() -> None:
    aside = measure(1, status="set_aside", benefits=(Benefit(municipality="9001", kind="direct", size="large"),))
    assert overview.counted([aside, measure(2)]) == [measure(2)]
    assert overview.counted([aside]) == [aside]  # somebody looks at just those


def test_residents_and_business_of_every_municipality_get_something_or_are_said_to_lack_it() -> None:
    both = Benefit(municipality="9001", kind="direct", size="small", for_whom=("residents", "business"))
    none = Benefit(municipality="9002", kind="none", for_whom=("residents",))
    found = overview.served([measure(1, benefits=(both, none))], NINE[:2])
    assert [one.missing for one in found] == [(), ("residents", "business")]
    assert [m.id for m in found[0].by["business"]] == ["m1"]
    said = NINE[1].changed(not_relevant=("business",))
    assert overview.served([measure(1, benefits=(none,))], [said])[0].missing == ("residents",)
    aside = measure(1, benefits=(both,), status="set_aside")
    assert overview.served([aside], NINE[:1])[0].missing == ("residents", "business")


def test_that_something_is_not_relevant_is_said_and_taken_back(nine: Workspace, as_person: As, make: Make) -> None:
    make()
    page = as_person(MARIT).get(f"/r/{REGION}/measures/").text
    assert "Noe til innbyggere og næringsliv i hver kommune" in page and "Mangler" in page
    assert "/measures/expectations/" not in as_person(AMUND).get(f"/r/{REGION}/measures/").text
    for number in PEOPLE:
        for whom in ("residents", "business"):
            typed = {"whom": whom, "not_relevant": "1"}
            assert post(as_person(MARIT), f"/measures/expectations/{number}", **typed).status_code == 303
    page = as_person(ROLF).get(f"/r/{REGION}/measures/").text
    assert "Ikke aktuelt" in page and "Alle kommunene får noe både til innbyggere og næringsliv" in page
    assert post(as_person(MARIT), "/measures/expectations/9001", whom="business").status_code == 303
    assert nine.region(REGION).view().get(Municipality, "9001").not_relevant == ("residents",)
    assert post(as_person(MARIT), "/measures/expectations/9001", whom="everybody").status_code == 404
    assert post(as_person(AMUND), "/measures/expectations/9001", whom="business").status_code == 403


@pytest.mark.parametrize(("kind", "is_assessed"), [("unknown", False), ("none", True), ("direct", True)])
def test_what_is_not_known_is_not_told_as_nothing(kind: str, is_assessed: bool) -> None:
    one = measure(benefits=(Benefit(municipality="9001", kind=kind), Benefit(municipality="9002")))
    assert overview.is_assessed(one) is is_assessed


def test_the_table_says_where_no_benefit_is_assessed(make: Make, as_person: As) -> None:
    make(title="Ny ferge")
    row = re.search(r"<tr><th scope=\"row\">.*?</tr>", as_person(ROLF).get(f"/r/{REGION}/measures/").text, re.S)[0]
    assert "Ny ferge" in row and "Ikke vurdert ennå" in row and "0 kommuner" not in row
