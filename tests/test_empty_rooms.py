"""Every list of a region in which there is nothing yet says so, and has the one action that mends it, for who may."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.conftest import ADMIN, AMUND, KARI, MARIT, REGION, ROLF
from workspace.access import Actor
from workspace.measures import service as measures
from workspace.parts import Workspace

As = Callable[[Actor], FlaskClient]
HERE = f"/r/{REGION}"

# path -> what is missing, in words; then for each person where the action in the box leads ("" for none)
LISTS = {
    "/documents/": (
        "Ingen dokumenter ennå",
        {MARIT: "/documents/uploads/new", AMUND: "/documents/uploads/new", KARI: "", ROLF: ""},
    ),
    "/search?q=kai": (
        "Det er ingenting å søke i ennå",
        {MARIT: "/documents/uploads/new", AMUND: "/documents/uploads/new", KARI: "", ROLF: ""},
    ),
    "/measures/": (
        "Ingen tiltak ennå",
        {MARIT: "/measures/new", AMUND: "/measures/new", KARI: "/opportunities/new", ROLF: ""},
    ),
    "/opportunities/": (
        "Ingen muligheter ennå",
        {MARIT: "/opportunities/new", AMUND: "/opportunities/new", KARI: "/opportunities/new", ROLF: ""},
    ),
    "/rounds/": ("Ingen runder ennå", {MARIT: "/measures/new", ADMIN: "/measures/new", KARI: "", ROLF: ""}),
    "/hearings/": ("Ingen høringer ennå", {MARIT: "/hearings/new", KARI: "", ROLF: ""}),
    "/hearings/new": ("Ingen dokumenter ennå", {MARIT: "/documents/new?kind=plan"}),
    "/plan-of-work/": (
        "Ingen tiltak i arbeidsplanen ennå",
        {MARIT: "/measures/", KARI: "/measures/", ROLF: "/measures/"},
    ),
}
CASES = [(path, said, who, to) for path, (said, people) in LISTS.items() for who, to in people.items()]


@pytest.mark.parametrize(("path", "said", "who", "to"), CASES, ids=[f"{c[0]} {c[2].person}" for c in CASES])
def test_the_list_says_what_is_missing_and_what_mends_it(
    as_person: As, path: str, said: str, who: Actor, to: str
) -> None:
    page = as_person(who).get(HERE + path).text
    box = page[page.index('class="tomt') :].partition("</main>")[0]
    assert said in box
    assert (f'href="{HERE}{to}"' in box) if to else ("<a " not in box)
    assert "Bruk filter" not in page


def test_a_round_can_be_made_when_there_is_a_measure(workspace: Workspace, as_person: As) -> None:
    measures.create(workspace, AMUND, title="Felles kai", text="Vi bygger.")
    page = as_person(MARIT).get(f"{HERE}/rounds/").text
    box = page[page.index('class="tomt') :]
    assert f'href="{HERE}/rounds/new"' in box


def test_no_page_speaks_of_what_is_not_there(as_person: As) -> None:
    assert "Matrisen under" not in as_person(MARIT).get(f"{HERE}/measures/").text
    assert "0 dokumenter" not in as_person(MARIT).get(f"{HERE}/documents/").text
    reports = as_person(MARIT).get(f"{HERE}/plan-of-work/reports").text
    assert "så det er ingen å spørre" in reports
    assert "Ingen varsler ennå" in as_person(KARI).get(f"{HERE}/notices/").text
