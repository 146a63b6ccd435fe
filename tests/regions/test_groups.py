"""Working groups: made and changed by those who lead, seen by all of the region."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.conftest import AMUND, KARI, MARIT, OTHER_REGION, REGION, ROLF, VERA, csrf_of, seed
from workspace.access import Actor
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.once import Once
from workspace.parts import Workspace
from workspace.regions import groups, service
from workspace.regions.model import LONGEST_MANDATE, LONGEST_NAME, LONGEST_RHYTHM, WorkingGroup

As = Callable[[Actor], FlaskClient]


@pytest.fixture
def room(workspace: Workspace) -> Workspace:
    seed(workspace)
    return workspace


def _made(room: Workspace, **about: object) -> WorkingGroup:
    given = {"name": "Havn", "kind": "work", "mandate": "Kaia.", "leader": "kari", "members": ("kari", "bjorn")}
    return groups.make(room, MARIT, **(given | about))


class TestService:
    def test_all_of_the_region_see_who_is_in_it(self, room: Workspace) -> None:
        group = _made(room, rhythm="Annenhver tirsdag")
        shown = groups.read(room, ROLF, group.id)
        assert ([m.name for m in shown.members], shown.leader.name) == (["Kari", "Bjorn"], "Kari")
        assert [one.group.id for one in groups.all_groups(room, KARI)] == [group.id]
        [event] = [e for e in room.region(REGION).view().events() if e.table == "working_groups"]
        assert (event.action, event.payload["by"]) == ("working_groups.made", "marit")

    def test_whoever_has_left_is_not_shown(self, room: Workspace) -> None:
        group = _made(room)
        service.end_membership(room, MARIT, "kari")
        shown = groups.read(room, ROLF, group.id)
        assert ([m.id for m in shown.members], shown.leader) == (["bjorn"], None)
        kept = groups.change(room, MARIT, group.id, group.version, name="Havn", kind="work", members=("kari", "bjorn"))
        assert kept.members == ("kari", "bjorn"), "a form that was open meanwhile is no fault"

    @pytest.mark.parametrize(
        ("field", "about"),
        [
            ("name", {"name": ""}),
            ("name", {"name": "x" * (LONGEST_NAME + 1)}),
            ("kind", {"kind": "friends"}),
            ("mandate", {"mandate": "x" * (LONGEST_MANDATE + 1)}),
            ("rhythm", {"rhythm": "x" * (LONGEST_RHYTHM + 1)}),
            ("members", {"members": ("vera",)}),
            ("leader", {"leader": "rolf"}),
        ],
    )
    def test_what_does_not_fit_is_said_at_its_field(
        self, room: Workspace, field: str, about: dict[str, object]
    ) -> None:
        with pytest.raises(Invalid) as refused:
            _made(room, **about)
        assert set(refused.value.errors) == {field}
        assert groups.all_groups(room, MARIT) == []

    @pytest.mark.parametrize("actor", [KARI, AMUND, ROLF, VERA])
    def test_only_those_who_lead_make_and_change_them(self, room: Workspace, actor: Actor) -> None:
        group = _made(room)
        actor = (
            Actor(person=actor.person, region=REGION, role=actor.role) if actor is not VERA else Actor(person="vera")
        )
        for act in (
            lambda: groups.make(room, actor, name="Ny"),
            lambda: groups.change(room, actor, group.id, 1, name="Ny", kind="work"),
            lambda: groups.end(room, actor, group.id),
        ):
            with pytest.raises(Forbidden):
                act()

    def test_not_in_another_region(self, room: Workspace) -> None:
        group = _made(room)
        with pytest.raises(NotFound):
            groups.read(room, VERA, group.id)
        assert VERA.region == OTHER_REGION

    def test_nothing_that_others_did_is_overwritten(self, room: Workspace) -> None:
        group = _made(room)
        groups.change(room, MARIT, group.id, group.version, name="Havn og kai", kind="work", members=("bjorn",))
        with pytest.raises(Conflict) as stale:
            groups.change(room, MARIT, group.id, group.version, name="Havn", kind="project")
        assert stale.value.current.name == "Havn og kai"

    def test_one_that_has_ended_stays_as_it_was(self, room: Workspace) -> None:
        group = _made(room)
        ended = groups.end(room, MARIT, group.id)
        assert groups.end(room, MARIT, group.id) == ended
        assert groups.all_groups(room, MARIT) == []
        assert groups.read(room, KARI, group.id).group.ended is not None
        with pytest.raises(Conflict):
            groups.change(room, MARIT, group.id, ended.version, name="Havn", kind="work")

    def test_sent_twice_is_one_group(self, room: Workspace) -> None:
        once = Once("k" * 26, "d" * 64)
        assert _made(room, once=once) == _made(room, once=once)
        assert len(groups.all_groups(room, MARIT)) == 1


class TestPages:
    def _post(self, client: FlaskClient, path: str, **fields: object):
        return client.post(f"/r/{REGION}/groups/{path}", data={"csrf_token": csrf_of(client), **fields})

    def test_made_changed_and_ended(self, as_person: As, workspace: Workspace) -> None:
        lead = as_person(MARIT)
        assert "Ingen grupper ennå" in lead.get(f"/r/{REGION}/groups/").text
        refused = self._post(lead, "", name="", kind="work", mandate="Skrevet med omhu", members=["kari"])
        assert refused.status_code == 422 and "Skrevet med omhu" in refused.text
        made = self._post(lead, "", name="Havn og kai", kind="steering", mandate="Kaia først.", leader="kari")
        assert made.status_code == 303
        page = as_person(ROLF).get(made.location).text
        for words in ("Havn og kai", "Styringsgruppe", "Kaia først.", "Kari", "Havnsund"):
            assert words in page
        assert "Rediger" not in page
        assert "Havn og kai" in as_person(ROLF).get(f"/r/{REGION}/groups/").text
        id = made.location.rpartition("/")[2]
        assert self._post(lead, id, name="Ny", kind="work").status_code == 428
        saved = self._post(lead, id, name="Havn", kind="work", version="1", members=["bjorn"])
        assert saved.status_code == 303
        stale = self._post(lead, id, name="Kaien", kind="work", version="1", mandate="Min tekst")
        assert stale.status_code == 409
        assert "Gruppen er endret av andre" in stale.text and "Min tekst" in stale.text and 'value="2"' in stale.text
        assert self._post(lead, f"{id}/end").status_code == 303
        assert "Avsluttet" in lead.get(made.location).text
        assert self._post(lead, id, name="Havn", kind="work", version="3").status_code == 409

    def test_everybody_finds_them_in_the_menu(self, as_person: As) -> None:
        assert f'href="/r/{REGION}/groups/"' in as_person(ROLF).get(f"/r/{REGION}/").text
        assert f'href="/r/{REGION}/groups/"' in as_person(MARIT).get(f"/r/{REGION}/members").text
