"""Who is missing, as far as the records tell; and the lists that can be taken out."""

from __future__ import annotations

import pytest

from tests.conftest import KARI, MARIT, seed
from workspace import tables
from workspace.access import Role
from workspace.accounts import service as accounts
from workspace.errors import Forbidden
from workspace.parts import Workspace
from workspace.regions import gaps, invitations, lists, service


@pytest.fixture
def room(workspace: Workspace) -> Workspace:
    seed(workspace)
    return workspace


def _add(room: Workspace, name: str, **about: str) -> str:
    person = accounts.add_person(room, name, f"{name.lower()}@example.no")
    service.add_member(room, MARIT, person, Role.PARTICIPANT, **about)
    return person.id


def _missing(room: Workspace) -> tuple[str, ...]:
    [row] = gaps.overview(room, MARIT)
    return row.missing


def test_what_no_record_shows_is_missing_and_what_cannot_be_known_is_not(room: Workspace) -> None:
    assert _missing(room) == ("deputy",), "no title and no home is written: nobody can say"
    adviser = _add(room, "Ola", municipality="9001", title="Næringssjef")
    assert _missing(room) == ("deputy", "politics")
    service.assign_voice(room, MARIT, "9001", None, (adviser,))
    assert _missing(room) == ("voting_member", "politics")
    _add(room, "Gro", municipality="9001", title="Varaordfører")
    assert _missing(room) == ("voting_member",)


def test_groups_are_missed_where_others_have_them(room: Workspace) -> None:
    with room.region("skarfjord").transaction() as tx:
        from workspace.regions.model import Municipality

        tx.put(Municipality(id="9002", name="Tindlia"))
    _add(room, "Ella", group="youth", home="9002")
    here, there = gaps.overview(room, MARIT)
    assert (here.municipality.name, "youth" in here.missing, "youth" in there.missing) == ("Havnsund", True, False)
    assert "business" not in here.missing, "nobody has said where any of business come from"
    assert (here.members, there.members) == (1, 1)


def test_invitations_that_wait_are_counted(room: Workspace) -> None:
    invitations.invite(room, MARIT, "ny@example.no", "reader", municipality="9001")
    [row] = gaps.overview(room, MARIT)
    assert row.waiting == 1


def test_lists_are_taken_out_without_formulas_and_by_those_who_lead(room: Workspace) -> None:
    _add(room, "=1+1", municipality="9001", title="@SUM(A1)")
    invitations.invite(room, MARIT, "ny@example.no", "reader", municipality="9001")
    sheets = tables.read_xlsx(tables.to_xlsx(lists.sheets(room, MARIT)))
    assert list(sheets) == ["Medlemmer", "Kommuner", "Venter på svar"]
    kari = next(line.cells for line in sheets["Medlemmer"] if line.cells["navn"] == "Kari")
    assert (kari["svarer for"], kari["kommune"], kari["rolle"]) == ("Havnsund", "Havnsund", "Deltaker")
    assert sheets["Kommuner"][0].cells["mangler kontakt"].startswith("Vara")
    assert sheets["Venter på svar"][0].cells["e-post"] == "ny@example.no"
    assert b"'=1+1" in tables.to_csv(lists.sheets(room, MARIT)[0])
    with pytest.raises(Forbidden):
        lists.sheets(room, KARI)
