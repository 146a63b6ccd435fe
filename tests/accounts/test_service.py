"""Sessions that end, links that work once, and accounts that close."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from tests.conftest import ADMIN, MARIT, Clock, seed
from workspace.access import operator
from workspace.accounts import links, service
from workspace.accounts.model import Link, LinkRequest, Person, Session
from workspace.errors import Conflict, Forbidden, Invalid, NotFound, TooManyAttempts, Unavailable
from workspace.parts import Workspace

PASSWORD = "hest batteri stift kvern"


@pytest.fixture
def house(workspace: Workspace) -> Workspace:
    seed(workspace)
    return workspace


@pytest.mark.parametrize(
    "typed", ["", "kari", "kari@", "@havnsund.no", "k a@b.no", "a@b", "<kari@b.no>", "a" * 250 + "@b.no"]
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        service.normal_email(typed)


def test_an_address_is_one_however_it_is_written(house: Workspace) -> None:
    made = service.add_person(house, "Åse", "A\u030ase@Example.NO ")
    assert service.add_person(house, "Someone else", "åse@example.no") == made
    assert service.person_by_email(house, " ÅSE@example.no") == made


class TestSessions:
    def test_last_while_they_are_used_but_never_beyond_twelve_hours(self, house: Workspace, clock: Clock) -> None:
        token = service.start_session(house, "kari")
        for _ in range(14):
            clock.forward(minutes=50)
            assert service.signed_in_person(house, token)
        clock.forward(minutes=50)
        assert service.signed_in_person(house, token) is None

    def test_end_when_nobody_is_there_for_an_hour(self, house: Workspace, clock: Clock) -> None:
        token = service.start_session(house, "kari")
        clock.forward(minutes=61)
        assert service.signed_in_person(house, token) is None

    def test_reading_writes_at_most_every_ten_minutes(self, house: Workspace, clock: Clock) -> None:
        token = service.start_session(house, "kari")
        for minutes, version in ((0, 1), (9, 1), (1, 2), (5, 2)):
            clock.forward(minutes=minutes)
            service.signed_in_person(house, token)
            assert house.house.view().get(Session, service.digest(token)).version == version

    def test_a_full_disk_keeps_nobody_from_reading(
        self, house: Workspace, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        token = service.start_session(house, "kari")
        clock.forward(minutes=30)

        @contextmanager
        def full():
            raise Unavailable()
            yield

        monkeypatch.setattr(house.stores.house, "transaction", full)
        assert service.signed_in_person(house, token)

    def test_the_store_holds_nothing_one_can_sign_in_with(self, house: Workspace) -> None:
        token = service.start_session(house, "kari")
        kept = house.house.view().find(Session, {"person": "kari"})
        assert token not in str(kept)
        assert service.signed_in_person(house, kept[0].id) is None

    def test_old_ones_are_swept_and_one_sees_ones_own(self, house: Workspace, clock: Clock) -> None:
        service.start_session(house, "kari")
        clock.forward(hours=2)
        token = service.start_session(house, "kari", device="Firefox, Windows")
        assert [session.id for session in service.sessions_of(house, "kari")] == [service.digest(token)]
        assert house.house.view().count(Session, {"person": "kari"}) == 1

    def test_nobody_ends_the_session_of_another(self, house: Workspace) -> None:
        token = service.start_session(house, "kari")
        service.end_session(house, "rolf", service.digest(token))
        assert service.signed_in_person(house, token)
        service.end_session(house, "kari", service.digest(token))
        assert service.signed_in_person(house, token) is None

    def test_closing_an_account_ends_them_at_once(self, house: Workspace) -> None:
        token = service.start_session(house, "kari")
        link = links.make_link(house, operator(), "sign-in", "kari@example.no")
        with pytest.raises(Forbidden):
            service.disable(house, ADMIN, "kari")
        service.disable(house, operator(), "kari")
        assert service.signed_in_person(house, token) is None
        assert house.house.view().count(Session, {"person": "kari"}) == 0
        with pytest.raises(NotFound):
            links.sign_in_by_link(house, link)


class TestPasswords:
    def test_signing_in(self, house: Workspace) -> None:
        service.choose_password(house, "kari", PASSWORD)
        token = service.sign_in(house, " KARI@example.no", PASSWORD, "10.0.0.1")
        assert service.signed_in_person(house, token)[0].id == "kari"

    def test_unknown_wrong_none_and_closed_get_the_same_answer(self, house: Workspace) -> None:
        for person in ("kari", "rolf"):
            service.choose_password(house, person, PASSWORD)
        service.disable(house, operator(), "rolf")
        answers = set()
        for email, password in (
            ("kari@example.no", "wrong wrong wrong"),
            ("nobody@example.no", PASSWORD),
            ("bjorn@example.no", ""),
            ("rolf@example.no", PASSWORD),
            ("not an address", PASSWORD),
        ):
            with pytest.raises(Invalid) as refused:
                service.sign_in(house, email, password, "10.0.0.1")
            answers.add(str(refused.value))
        assert len(answers) == 1

    def test_brute_force_waits_and_the_owner_comes_in_from_elsewhere(self, house: Workspace) -> None:
        """Torture case 55."""
        service.choose_password(house, "kari", PASSWORD)
        answers = []
        for number in range(1000):
            try:
                service.sign_in(house, "kari@example.no", f"guess number {number}", "10.0.0.66")
            except (Invalid, TooManyAttempts) as refused:
                answers.append(type(refused))
        assert answers == [Invalid] * 5 + [TooManyAttempts] * 995
        assert service.sign_in(house, "kari@example.no", PASSWORD, "10.0.0.1")

    def test_changing_ends_other_sessions_and_asks_for_the_old_one(self, house: Workspace) -> None:
        """Torture case 57."""
        service.choose_password(house, "kari", PASSWORD)
        here, elsewhere = service.start_session(house, "kari"), service.start_session(house, "kari")
        new = "torsk rogn lever kål"
        about = {"address": "10.0.0.1", "token": here}
        with pytest.raises(Invalid) as refused:
            service.change_password(house, "kari", "wrong", new, **about)
        assert set(refused.value.errors) == {"password"}
        service.change_password(house, "kari", PASSWORD, new, **about)
        assert service.signed_in_person(house, here)
        assert service.signed_in_person(house, elsewhere) is None
        with pytest.raises(Invalid):
            service.sign_in(house, "kari@example.no", PASSWORD, "10.0.0.1")

    def test_guessing_the_old_one_in_a_borrowed_session_waits_too(self, house: Workspace) -> None:
        service.choose_password(house, "kari", PASSWORD)
        token = service.start_session(house, "kari")
        refusals = []
        for number in range(7):
            try:
                service.change_password(
                    house, "kari", f"guess {number}", "torsk rogn lever kål", address="10.0.0.1", token=token
                )
            except (Invalid, TooManyAttempts) as refused:
                refusals.append(type(refused))
        assert refusals == [Invalid] * 5 + [TooManyAttempts] * 2


class TestLinks:
    def test_work_once(self, house: Workspace) -> None:
        token = links.make_link(house, MARIT, "sign-in", "kari@example.no")
        session = links.sign_in_by_link(house, token)
        assert service.signed_in_person(house, session)[0].id == "kari"
        with pytest.raises(NotFound):
            links.sign_in_by_link(house, token)

    def test_two_at_once_let_one_in(self, house: Workspace) -> None:
        link = links.link_behind(house, links.make_link(house, MARIT, "sign-in", "kari@example.no"), "sign-in")
        links.use_link(house, link)
        with pytest.raises(Conflict):
            links.use_link(house, link)

    @pytest.mark.parametrize(("purpose", "hours"), [("sign-in", 1), ("invitation", 14 * 24)])
    def test_end_in_time(self, house: Workspace, clock: Clock, purpose: str, hours: int) -> None:
        token = links.make_link(house, MARIT, purpose, "kari@example.no", region="skarfjord")
        clock.forward(hours=hours, seconds=-1)
        assert links.link_behind(house, token, purpose)
        clock.forward(seconds=1)
        with pytest.raises(NotFound):
            links.link_behind(house, token, purpose)

    def test_are_for_their_purpose_only(self, house: Workspace) -> None:
        token = links.make_link(house, MARIT, "invitation", "kari@example.no", region="skarfjord")
        with pytest.raises(NotFound):
            links.sign_in_by_link(house, token)

    def test_a_new_one_ends_the_old_one_and_the_store_holds_neither(self, house: Workspace) -> None:
        old = links.make_link(house, MARIT, "sign-in", "kari@example.no")
        new = links.make_link(house, MARIT, "sign-in", "kari@example.no")
        with pytest.raises(NotFound):
            links.link_behind(house, old, "sign-in")
        assert links.link_behind(house, new, "sign-in").by == "marit"
        kept = str(house.house.view().find(Link)) + str(house.house.view().events())
        assert old not in kept
        assert new not in kept

    def test_asking_does_the_same_for_an_address_nobody_has(self, house: Workspace, clock: Clock) -> None:
        for email in ("kari@example.no", "nobody@example.no"):
            links.ask_for_link(house, email, "10.0.0.1")
            assert links.asked_for_link(house, email)
        kept = house.house.view().find(LinkRequest)
        assert len(kept) == 2
        assert "nobody" not in str(kept)
        links.make_link(house, MARIT, "sign-in", "kari@example.no")
        assert links.asked_for_link(house, "kari@example.no") is None
        clock.forward(days=3)
        links.ask_for_link(house, "rolf@example.no", "10.0.0.1")
        assert [request.asked for request in house.house.view().find(LinkRequest)] == [clock()]

    def test_asking_again_and_again_waits(self, house: Workspace) -> None:
        for _ in range(5):
            links.ask_for_link(house, "kari@example.no", "10.0.0.1")
        with pytest.raises(TooManyAttempts):
            links.ask_for_link(house, "kari@example.no", "10.0.0.1")


def test_a_language_is_one_of_ours(house: Workspace) -> None:
    service.choose_locale(house, "kari", "nn")
    assert house.house.view().get(Person, "kari").locale == "nn"
    with pytest.raises(Invalid):
        service.choose_locale(house, "kari", "xx")
