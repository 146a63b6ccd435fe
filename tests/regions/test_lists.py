"""Looking a member up among many: by words, and a page at a time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.conftest import KARI, MARIT, REGION, START
from workspace.access import Actor, Role
from workspace.parts import Workspace
from workspace.regions import lists
from workspace.regions.model import Membership

As = Callable[[Actor], FlaskClient]
PLACES = {"9001": "Havnsund", "9002": "Ytre Eidvær"}


def member(name: str, **more: str) -> Membership:
    return Membership(
        id=name.casefold(), name=name, email=f"{name.casefold()}@example.no", role=Role.PARTICIPANT, since=START, **more
    )


KARI_NES = member("Kari Nes", municipality="9001", title="Næringssjef")
ODDVAR = member("Oddvar", municipality="9002")
BJORN = member("Bjørn", organisation="Skarfjord næringsforening")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("", [KARI_NES, ODDVAR, BJORN]),
        ("kari", [KARI_NES]),
        ("NÆRING", [KARI_NES, BJORN]),
        ("næring havn", [KARI_NES]),
        ("eidvær", [ODDVAR]),
        ("bjørn@example", [BJORN]),
        ("kari eidvær", []),
    ],
)
def test_every_word_must_be_said_of_a_member(wanted: str, found: list[Membership]) -> None:
    page = lists.page_of([KARI_NES, ODDVAR, BJORN], PLACES, wanted, 1)
    assert (list(page.members), page.total, page.pages) == (found, len(found), 1)


def test_a_page_at_a_time_and_none_is_past_the_last() -> None:
    many = [member(f"Nr{number:03}") for number in range(120)]
    seen = [lists.page_of(many, PLACES, "", page) for page in (1, 2, 3, 9)]
    assert [len(page.members) for page in seen] == [50, 50, 20, 20]
    assert [page.page for page in seen] == [1, 2, 3, 3]
    assert [one for page in seen[:3] for one in page.members] == many


def test_who_leads_finds_a_member_and_is_told_when_there_is_none(workspace: Workspace, as_person: As) -> None:
    with workspace.region(REGION).transaction() as tx:
        for number in range(60):
            tx.put(member(f"Nr{number:03}"))
    lead, address = as_person(MARIT), f"/r/{REGION}/members"
    first, second = lead.get(address).text, lead.get(f"{address}?page=2").text
    assert 'rel="next"' in first and ("Nr059" in first, "Nr059" in second) == (False, True)
    found = lead.get(f"{address}?find=nr04").text
    assert "10 medlemmer passer." in found and "Nr041" in found and 'rel="next"' not in found
    nobody = lead.get(f"{address}?find=%3Cb%3Eingen").text
    assert "Ingen medlemmer passer." in nobody and "&lt;b&gt;ingen" in nobody
    assert as_person(KARI).get(f"{address}?find=nr").status_code == 403
