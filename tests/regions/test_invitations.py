"""Letting people in, and nobody further in than they were let."""

from __future__ import annotations

import pytest

from tests.conftest import ADMIN, AMUND, KARI, MARIT, OTHER_REGION, REGION, VERA, Clock, seed
from workspace.access import Role, operator
from workspace.accounts import links as account_links
from workspace.accounts import passwords
from workspace.accounts import service as accounts
from workspace.accounts.model import Link, Person
from workspace.errors import Forbidden, Invalid, NotFound
from workspace.parts import Workspace
from workspace.regions import invitations, service
from workspace.regions.model import Membership

PASSWORD = "hest batteri stift kvern"


@pytest.fixture
def room(workspace: Workspace) -> Workspace:
    seed(workspace)
    return workspace


def _member(workspace: Workspace, email: str, region: str = REGION) -> Membership | None:
    person = accounts.person_by_email(workspace, email)
    return workspace.region(region).view().get(Membership, person.id) if person else None


class TestInviting:
    def test_one_who_is_new_becomes_a_member(self, room: Workspace) -> None:
        token = invitations.invite(
            room, MARIT, "Ella@example.no", "participant", group="youth", organisation="Ungdomsrådet", title="Leder"
        )
        invited = invitations.invitation(room, token)
        assert (invited.region.id, invited.invited_by, invited.account) == (REGION, "Marit", "")
        assert invited.municipalities == ("Havnsund",)
        session = invitations.accept(room, token, "Ella", PASSWORD)
        member = _member(room, "ella@example.no")
        assert (member.role, member.group, member.organisation) == (Role.PARTICIPANT, "youth", "Ungdomsrådet")
        assert accounts.signed_in_person(room, session)[0].name == "Ella"
        assert passwords.matches(accounts.person(room, member.id).password, PASSWORD)
        with pytest.raises(NotFound):
            invitations.accept(room, token, "Somebody else")

    @pytest.mark.parametrize(
        ("field", "about"),
        [
            ("email", {"email": "no address"}),
            ("role", {"role": "guest"}),
            ("role", {"role": "owner"}),
            ("municipality", {"municipality": "0301"}),
            ("group", {"group": "friends"}),
            ("group", {"municipality": "9001", "group": "youth"}),
            ("email", {"email": "kari@example.no"}),
            ("role", {"role": "administrator"}),
        ],
    )
    def test_what_does_not_fit_is_said_at_its_field(self, room: Workspace, field: str, about: dict[str, str]) -> None:
        with pytest.raises(Invalid) as refused:
            invitations.invite(room, MARIT, **({"email": "ny@example.no", "role": "participant"} | about))
        assert set(refused.value.errors) == {field}
        assert invitations.waiting(room, MARIT) == []

    @pytest.mark.parametrize("actor", [KARI, AMUND, VERA])
    def test_those_who_do_not_lead_invite_nobody(self, room: Workspace, actor) -> None:
        actor = service.actor_in(room, accounts.person(room, actor.person), REGION)
        with pytest.raises(Forbidden):
            invitations.invite(room, actor, "ny@example.no", "reader")

    def test_a_new_one_replaces_the_old_and_can_be_withdrawn(self, room: Workspace) -> None:
        old = invitations.invite(room, MARIT, "ny@example.no", "reader")
        new = invitations.invite(room, MARIT, "ny@example.no", "participant")
        [waiting] = invitations.waiting(room, MARIT)
        assert waiting.role == "participant"
        with pytest.raises(NotFound):
            invitations.invitation(room, old)
        with pytest.raises(NotFound):
            invitations.withdraw(room, VERA, waiting.id)
        invitations.withdraw(room, MARIT, waiting.id)
        with pytest.raises(NotFound):
            invitations.accept(room, new, "Ny")

    def test_a_bad_password_makes_no_account(self, room: Workspace) -> None:
        token = invitations.invite(room, MARIT, "ny@example.no", "reader")
        for password in ("short", "Skarfjordregionen 2027"):
            with pytest.raises(Invalid):
                invitations.accept(room, token, "Ny", password)
        assert accounts.person_by_email(room, "ny@example.no") is None

    def test_one_needs_a_name(self, room: Workspace) -> None:
        token = invitations.invite(room, MARIT, "ny@example.no", "reader")
        with pytest.raises(Invalid) as refused:
            invitations.accept(room, token, "")
        assert set(refused.value.errors) == {"name"}

    def test_two_weeks_and_no_longer(self, room: Workspace, clock: Clock) -> None:
        token = invitations.invite(room, MARIT, "ny@example.no", "reader")
        clock.forward(days=14)
        with pytest.raises(NotFound):
            invitations.accept(room, token, "Ny")


class TestAnAccountThatIsThere:
    """A facilitator who invites somebody from another region and uses the link must not get in as them."""

    def test_is_not_opened_by_an_invitation(self, room: Workspace) -> None:
        token = invitations.invite(room, MARIT, "vera@example.no", "reader")
        assert invitations.invitation(room, token).account == "vera"
        for me in (None, "marit"):
            with pytest.raises(Forbidden):
                invitations.accept(room, token, "Vera", PASSWORD, me=me)
        assert _member(room, "vera@example.no") is None
        assert accounts.person(room, "vera").password == ""

    def test_accepts_when_signed_in(self, room: Workspace) -> None:
        token = invitations.invite(room, MARIT, "vera@example.no", "reader")
        assert invitations.accept(room, token, "", me="vera") is None
        assert _member(room, "vera@example.no").role == Role.READER
        assert _member(room, "vera@example.no", OTHER_REGION).role == Role.FACILITATOR

    def test_gets_no_sign_in_link_from_one_region_when_it_is_in_two(self, room: Workspace) -> None:
        token = invitations.invite(room, MARIT, "vera@example.no", "reader")
        invitations.accept(room, token, "", me="vera")
        with pytest.raises(Invalid):
            invitations.sign_in_link_for(room, MARIT, "vera")
        assert invitations.sign_in_link_for(room, operator(REGION), "vera")

    def test_of_an_administrator_gets_none_from_a_facilitator(self, room: Workspace) -> None:
        with pytest.raises(Invalid):
            invitations.sign_in_link_for(room, MARIT, "admin")
        assert invitations.sign_in_link_for(room, ADMIN, "marit")

    def test_of_the_operator_gets_none(self, room: Workspace) -> None:
        with room.house.transaction() as tx:
            tx.put(tx.get(Person, "kari").changed(operator=True))
        with pytest.raises(Invalid):
            invitations.sign_in_link_for(room, ADMIN, "kari")

    def test_of_one_who_has_left_gets_none(self, room: Workspace) -> None:
        service.end_membership(room, MARIT, "kari")
        with pytest.raises(NotFound):
            invitations.sign_in_link_for(room, MARIT, "kari")

    def test_a_link_is_made_for_those_who_asked_and_told_in_the_log(self, room: Workspace) -> None:
        account_links.ask_for_link(room, "kari@example.no", "10.0.0.1")
        assert [member.id for member in invitations.asking(room, MARIT)] == ["kari"]
        token = invitations.sign_in_link_for(room, MARIT, "kari")
        assert invitations.asking(room, MARIT) == []
        assert account_links.sign_in_by_link(room, token)
        event = room.region(REGION).view().events()[-1]
        assert (event.action, event.record, event.payload["by"]) == ("memberships.link_made", "kari", "marit")


WHERE = {"join": invitations, "use_link": account_links, "start_session": accounts}


@pytest.mark.parametrize("cut", WHERE)
def test_an_acceptance_that_was_cut_off_can_be_repeated(
    room: Workspace, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    token = invitations.invite(room, MARIT, "ny@example.no", "participant", municipality="9001")

    def power_loss(*_: object, **__: object) -> None:
        raise OSError("power loss")

    with monkeypatch.context() as patch:
        patch.setattr(WHERE[cut], cut, power_loss)
        with pytest.raises(OSError, match="power loss"):
            invitations.accept(room, token, "Ny", PASSWORD)
    made = accounts.person_by_email(room, "ny@example.no")
    if cut == "start_session":  # all was done but the answer; the way in is the password or a new link
        assert _member(room, "ny@example.no").role == Role.PARTICIPANT
        with pytest.raises(NotFound):
            invitations.accept(room, token, "Ny", PASSWORD)
        return
    assert invitations.invitation(room, token).account == "", "the account this very invitation made"
    session = invitations.accept(room, token, "Ny", PASSWORD)
    assert accounts.signed_in_person(room, session)[0].id == made.id
    assert _member(room, "ny@example.no").municipality == "9001"
    assert room.house.view().count(Link, {"email": "ny@example.no"}) == 1
    joined = [event for event in room.region(REGION).view().events() if event.action == "memberships.joined"]
    assert len(joined) == 1
