"""Regions, who is who in them, and who answers for a municipality."""

from __future__ import annotations

import pytest

from tests.conftest import ADMIN, AMUND, BJORN, KARI, MARIT, REGION, ROLF, Clock, seed
from workspace.access import Action, Actor, Role, can, operator
from workspace.accounts import service as accounts
from workspace.accounts.model import Person, Session
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.parts import Workspace
from workspace.regions import service
from workspace.regions.model import Membership, Municipality, Region


@pytest.fixture
def room(workspace: Workspace) -> Workspace:
    seed(workspace)
    return workspace


def _person(workspace: Workspace, person: str) -> Person:
    return accounts.person(workspace, person)


class TestMaking:
    def test_a_region_has_its_municipalities_by_number(self, workspace: Workspace) -> None:
        made = service.create_region(
            workspace, operator(), "helgeland", "Helgeland", {"1818": "", "1815": "", "1811": ""}
        )
        found = service.municipalities(workspace, operator("helgeland"))
        assert [(m.id, m.name) for m in found] == [("1811", "Bindal"), ("1818", "Herøy"), ("1815", "Vega")]
        assert service.region_of(workspace, "helgeland") == made
        assert [event.action for event in workspace.region("helgeland").view().events()] == [
            "municipalities.joined"
        ] * 3

    @pytest.mark.parametrize("number", ["9001", "0000", "301", "", "18 15"])
    def test_a_number_outside_the_list_is_refused(self, workspace: Workspace, number: str) -> None:
        with pytest.raises(Invalid) as refused:
            service.create_region(workspace, operator(), "ny", "Ny", {number: "Havnsund"})
        assert set(refused.value.errors) == {"municipality"}
        assert service.all_regions(workspace) == []

    def test_but_the_demo_may_invent_some(self, workspace: Workspace) -> None:
        service.create_region(workspace, operator(), "demo", "Demo", {"9001": "Havnsund"}, demo=True)
        assert service.municipalities(workspace, operator("demo"))[0].name == "Havnsund"

    @pytest.mark.parametrize("slug", ["", "Ny", "ny region", "../ny", "-ny", "ny/", "æ", "x" * 64])
    def test_a_slug_is_plain(self, workspace: Workspace, slug: str) -> None:
        with pytest.raises(Invalid):
            service.create_region(workspace, operator(), slug, "Ny", {"1815": ""})

    def test_there_is_one_of_each(self, room: Workspace) -> None:
        with pytest.raises(Conflict):
            service.create_region(room, operator(), REGION, "Igjen", {"1815": ""})

    def test_what_was_cut_off_is_finished_the_second_time(
        self, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def power_loss(slug: str) -> None:
            raise OSError("power loss")

        with monkeypatch.context() as patch:
            patch.setattr(workspace.stores, "create", power_loss)
            with pytest.raises(OSError, match="power loss"):
                service.create_region(workspace, operator(), "ny", "Ny", {"1815": ""})
        service.create_region(workspace, operator(), "ny", "Ny", {"1815": ""})
        assert len(service.municipalities(workspace, operator("ny"))) == 1

    def test_only_the_operator(self, room: Workspace) -> None:
        with pytest.raises(Forbidden):
            service.create_region(room, ADMIN, "ny", "Ny", {"1815": ""})


class TestWhoSomebodyIs:
    def test_a_member_is_who_the_membership_says(self, room: Workspace) -> None:
        kari = service.actor_in(room, _person(room, "kari"), REGION)
        assert (kari.role, kari.municipality, kari.voices) == (Role.PARTICIPANT, "9001", frozenset({"9001"}))
        bjorn = service.actor_in(room, _person(room, "bjorn"), REGION)
        assert (bjorn.group, bjorn.organisation, bjorn.voices) == ("business", BJORN.organisation, frozenset())

    def test_a_stranger_and_a_region_that_is_not_are_the_same(self, room: Workspace) -> None:
        vera = _person(room, "vera")
        assert service.actor_in(room, vera, REGION) == service.actor_in(room, vera, "nowhere")
        assert service.actor_in(room, vera, REGION).region is None
        for hostile in ("..", "../house", "", "SKARFJORD", "skarfjord\x00", "a/b"):
            assert service.actor_in(room, vera, hostile).region is None

    def test_the_list_of_regions_is_ones_own(self, room: Workspace) -> None:
        assert [region.id for region in service.regions_of(room, "kari")] == [REGION]
        service.end_membership(room, MARIT, "kari")
        assert service.regions_of(room, "kari") == []

    def test_strangers_get_no_list(self, room: Workspace) -> None:
        stranger = service.actor_in(room, _person(room, "vera"), REGION)
        for ask in (service.members, service.municipalities):
            with pytest.raises((Forbidden, NotFound)):
                ask(room, stranger)


class TestMembers:
    def test_who_has_left_may_nothing_from_the_next_request(self, room: Workspace, clock: Clock) -> None:
        service.end_membership(room, MARIT, "kari")
        kari = service.actor_in(room, _person(room, "kari"), REGION)
        assert kari.ended
        assert kari.voices == frozenset()
        assert not any(can(kari, action) for action in Action)
        assert room.region(REGION).view().get(Municipality, "9001").voting_member is None
        assert "kari" not in [member.id for member in service.members(room, MARIT)]

    def test_another_role_ends_the_sessions_and_holds_at_once(self, room: Workspace) -> None:
        token = accounts.start_session(room, "kari")
        service.change_role(room, MARIT, "kari", "reader")
        assert accounts.signed_in_person(room, token) is None
        kari = service.actor_in(room, _person(room, "kari"), REGION)
        assert (kari.role, kari.voices) == (Role.READER, frozenset())
        assert room.region(REGION).view().get(Municipality, "9001").voting_member is None

    def test_the_same_role_changes_nothing(self, room: Workspace) -> None:
        accounts.start_session(room, "kari")
        before = room.region(REGION).view().last_event()
        service.change_role(room, MARIT, "kari", "participant")
        assert room.region(REGION).view().last_event() == before

    def test_nobody_changes_their_own(self, room: Workspace) -> None:
        with pytest.raises(Invalid):
            service.change_role(room, MARIT, "marit", "administrator")
        with pytest.raises(Invalid):
            service.end_membership(room, MARIT, "marit")

    def test_only_an_administrator_touches_administrators(self, room: Workspace) -> None:
        for forbidden in (
            lambda: service.change_role(room, MARIT, "kari", "administrator"),
            lambda: service.change_role(room, MARIT, "admin", "reader"),
            lambda: service.end_membership(room, MARIT, "admin"),
        ):
            with pytest.raises(Forbidden):
                forbidden()
        assert service.change_role(room, ADMIN, "marit", "administrator").role == Role.ADMINISTRATOR
        assert Role.ADMINISTRATOR not in service.roles_given_by(MARIT)
        assert Role.ADMINISTRATOR in service.roles_given_by(ADMIN)

    @pytest.mark.parametrize("role", ["guest", "operator", "", "Reader"])
    def test_a_role_is_one_of_those_on_the_list(self, room: Workspace, role: str) -> None:
        with pytest.raises(Invalid):
            service.change_role(room, ADMIN, "kari", role)

    @pytest.mark.parametrize("actor", [KARI, BJORN, AMUND, ROLF])
    def test_those_who_do_not_lead_manage_nobody(self, room: Workspace, actor: Actor) -> None:
        before = room.region(REGION).view().last_event()
        for forbidden in (
            lambda: service.change_role(room, actor, "rolf", "staff"),
            lambda: service.end_membership(room, actor, "marit"),
            lambda: service.assign_voice(room, actor, "9001", None),
            lambda: service.add_member(room, actor, _person(room, "vera"), Role.READER),
        ):
            with pytest.raises(Forbidden):
                forbidden()
        assert room.region(REGION).view().last_event() == before

    def test_one_who_comes_back_is_a_member_again(self, room: Workspace) -> None:
        service.end_membership(room, MARIT, "kari")
        service.add_member(room, MARIT, _person(room, "kari"), Role.PARTICIPANT, municipality="9001")
        kari = service.actor_in(room, _person(room, "kari"), REGION)
        assert not kari.ended
        assert kari.voices == frozenset(), "the assignment does not come back by itself"

    def test_ending_twice_is_not_found(self, room: Workspace) -> None:
        service.end_membership(room, MARIT, "kari")
        with pytest.raises(NotFound):
            service.end_membership(room, MARIT, "kari")


class TestVoices:
    @pytest.fixture
    def two_more(self, room: Workspace) -> Workspace:
        for name, role in (("Ola", Role.STAFF), ("Per", Role.READER)):
            person = accounts.add_person(room, name, f"{name.lower()}@example.no")
            service.add_member(room, MARIT, person, role, municipality="9001")
        return room

    def _id(self, workspace: Workspace, name: str) -> str:
        return accounts.person_by_email(workspace, f"{name}@example.no").id

    def test_a_municipality_has_one_voice_and_deputies(self, two_more: Workspace) -> None:
        ola = self._id(two_more, "ola")
        kept = service.assign_voice(two_more, MARIT, "9001", ola, ("kari", ola, "kari"))
        assert (kept.voting_member, kept.deputies) == (ola, ("kari",))
        for person in (ola, "kari"):
            assert service.actor_in(two_more, _person(two_more, person), REGION).voices == {"9001"}

    def test_the_one_who_answers_belongs_to_the_municipality_and_may_answer(self, two_more: Workspace) -> None:
        for wrong in ("bjorn", "vera", "nobody", self._id(two_more, "per")):
            for voting, deputies in ((wrong, ()), ("kari", (wrong,))):
                with pytest.raises(Invalid):
                    service.assign_voice(two_more, MARIT, "9001", voting, deputies)
        assert two_more.region(REGION).view().get(Municipality, "9001").voting_member == "kari"

    def test_the_log_tells_who_assigned_whom(self, two_more: Workspace) -> None:
        service.assign_voice(two_more, MARIT, "9001", None)
        event = two_more.region(REGION).view().events()[-1]
        assert (event.action, event.record, event.payload["by"]) == ("municipalities.voice_assigned", "9001", "marit")

    def test_a_municipality_that_is_not_there(self, room: Workspace) -> None:
        with pytest.raises(NotFound):
            service.assign_voice(room, MARIT, "9002", None)


def test_words_of_the_place_are_those_of_ones_own_regions(room: Workspace) -> None:
    words = service.place_words(room, "kari")
    assert {"Skarfjordregionen", "skarfjord", "Havnsund"} <= set(words)
    assert "Nabones" not in words


def test_the_people_of_invented_regions_only(room: Workspace) -> None:
    assert service.demo_people(room) == []
    with room.house.transaction() as tx:
        tx.put(tx.get(Region, REGION).changed(demo=True))
    [(region, people)] = service.demo_people(room)
    assert region.id == REGION
    assert ("kari", "Havnsund") in [(member.id, place) for member, place in people]
    assert room.house.view().count(Session, {"person": "kari"}) == 0
    assert isinstance(people[0][0], Membership)


def test_members_of_a_municipality_are_counted_while_they_are_members(room: Workspace) -> None:
    assert service.members_of(room, ROLF, "9001") == 1
    service.end_membership(room, MARIT, "kari")
    assert (service.members_of(room, ROLF, "9001"), service.members_of(room, ROLF, "9002")) == (0, 0)
