"""Inviting several at once: looked over first, sent once, and nobody let further in than one may let them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.conftest import ADMIN, KARI, MARIT, OTHER_REGION, REGION, Clock, seed
from tests.mail_server import MailServer
from workspace.access import Role, operator
from workspace.accounts import links as account_links
from workspace.accounts.model import Link
from workspace.errors import Forbidden, Invalid, NotFound
from workspace.once import Once
from workspace.parts import Workspace
from workspace.regions import invitations, inviting, service
from workspace.regions.inviting import Verdict

LIST = "Ella Berg <ella@example.no>\nkari@example.no\nny@example.no\nElla@example.no\nkari.nordmann@\nvera@example.no"
ONCE = Once("k" * 26, "d" * 64)


@pytest.fixture
def room(workspace: Workspace) -> Workspace:
    seed(workspace)
    return workspace


@pytest.fixture
def post() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


def _with_mail(room: Workspace, post: MailServer) -> Workspace:
    return replace(room, config=replace(room.config, smtp_url=post.url))


def _text(content: bytes) -> str:
    import email
    from email.policy import default

    return email.message_from_bytes(content, policy=default).get_content()


class TestLookingOver:
    def test_each_line_gets_its_verdict_and_nothing_is_written(self, room: Workspace) -> None:
        invitations.invite(room, MARIT, "ny@example.no", "reader")
        before = room.house.view().last_event()
        rows = inviting.look_over(room, MARIT, LIST, "participant", municipality="9001")
        assert [(row.line, row.verdict) for row in rows] == [
            (1, Verdict.READY), (2, Verdict.MEMBER), (3, Verdict.INVITED), (4, Verdict.REPEATED), (5, Verdict.WRONG),
            (6, Verdict.READY),
        ]  # fmt: skip
        assert (rows[0].name, rows[3].first) == ("Ella Berg", 1)
        assert room.house.view().last_event() == before

    def test_an_account_elsewhere_is_not_told_of(self, room: Workspace) -> None:
        known, unknown = inviting.look_over(room, MARIT, "vera@example.no\nnobody@example.no", "reader")
        assert known[4:] == unknown[4:]

    @pytest.mark.parametrize(
        ("field", "about"),
        [
            ("addresses", {"addresses": " \n;"}),
            ("addresses", {"addresses": "\n".join(f"p{n}@example.no" for n in range(inviting.MOST + 1))}),
            ("role", {"role": "owner"}),
            ("role", {"role": "administrator"}),
            ("municipality", {"municipality": "0301"}),
            ("municipality", {"municipality": "0301", "group": "youth"}),
            ("group", {"group": "friends"}),
            ("greeting", {"greeting": "x" * (inviting.LONGEST_GREETING + 1)}),
        ],
    )
    def test_what_is_wrong_with_all_of_it(self, room: Workspace, field: str, about: dict[str, str]) -> None:
        given = {"addresses": "ny@example.no", "role": "reader"} | about
        for act in (inviting.look_over, inviting.invite_all):
            with pytest.raises(Invalid) as refused:
                act(room, MARIT, **given)
            assert set(refused.value.errors) == {field}
        assert invitations.waiting(room, MARIT) == []

    def test_only_those_who_lead(self, room: Workspace) -> None:
        for act in (inviting.look_over, inviting.invite_all):
            with pytest.raises(Forbidden):
                act(room, KARI, "ny@example.no", "reader")
        with pytest.raises(Forbidden):
            inviting.send_all_again(room, KARI)


class TestInviting:
    def test_those_who_can_be_are_invited_in_one_act(self, room: Workspace) -> None:
        invitations.invite(room, MARIT, "ny@example.no", "reader")
        made = inviting.invite_all(room, MARIT, LIST, "participant", municipality="9001", greeting="Velkommen!")
        assert [(one.link.email, one.mailed) for one in made] == [
            ("ella@example.no", False),
            ("vera@example.no", False),
        ]
        token = made[0].address.rpartition("/")[2]
        link = invitations.invitation(room, token).link
        assert (link.name, link.greeting, link.municipality, link.home) == ("Ella Berg", "Velkommen!", "9001", "")
        invitations.accept(room, token, "Ella Berg")
        assert [m.name for m in service.members(room, MARIT) if m.municipality == "9001"] == ["Ella Berg", "Kari"]

    def test_whoever_is_of_a_group_comes_from_the_municipality_and_has_no_voice_there(self, room: Workspace) -> None:
        [made] = inviting.invite_all(room, MARIT, "ella@example.no", "participant", municipality="9001", group="youth")
        invitations.accept(room, made.address.rpartition("/")[2], "Ella")
        ella = next(m for m in service.members(room, MARIT) if m.name == "Ella")
        assert (ella.municipality, ella.group, ella.home) == (None, "youth", "9001")
        with pytest.raises(Invalid):
            service.assign_voice(room, MARIT, "9001", ella.id)

    def test_sent_twice_is_done_once(self, room: Workspace) -> None:
        first = inviting.invite_all(room, MARIT, LIST, "reader", once=ONCE)
        again = inviting.invite_all(room, MARIT, LIST, "reader", once=ONCE)
        assert [one.link.email for one in first] == [one.link.email for one in again]
        assert len(invitations.waiting(room, MARIT)) == len(first) == 3
        for old, new in zip(first, again, strict=True):
            with pytest.raises(NotFound):
                invitations.invitation(room, old.address.rpartition("/")[2])
            invitations.invitation(room, new.address.rpartition("/")[2])
        with pytest.raises(Invalid):
            inviting.invite_all(room, MARIT, LIST, "staff", once=Once(ONCE.key, "e" * 64))

    def test_a_late_retry_leaves_what_was_used_or_taken_back(self, room: Workspace) -> None:
        first = inviting.invite_all(room, MARIT, LIST, "reader", once=ONCE)
        invitations.accept(room, first[0].address.rpartition("/")[2], "Ella")
        invitations.withdraw(room, MARIT, first[1].link.id)
        again = inviting.invite_all(room, MARIT, LIST, "reader", once=ONCE)
        assert [one.link.email for one in again] == ["vera@example.no"]

    def test_an_invitation_that_is_too_old_is_no_hindrance(self, room: Workspace, clock: Clock) -> None:
        inviting.invite_all(room, MARIT, "ny@example.no", "reader")
        assert inviting.invite_all(room, MARIT, "ny@example.no", "reader") == []
        clock.forward(days=15)
        assert len(inviting.invite_all(room, MARIT, "ny@example.no", "reader")) == 1
        assert len(invitations.waiting(room, MARIT)) == 1


class TestLetters:
    def test_the_link_goes_by_mail_once(self, room: Workspace, post: MailServer) -> None:
        sends = _with_mail(room, post)
        post.refuses["vera@example.no"] = "550 No such mailbox"
        made = inviting.invite_all(sends, MARIT, LIST, "reader", greeting="Velkommen til oss!", once=ONCE)
        assert {one.link.email: one.mailed for one in made} == {
            "ella@example.no": True, "ny@example.no": True, "vera@example.no": False,
        }  # fmt: skip
        first = next(letter for letter in post.letters if letter.to == ["ella@example.no"])
        said = _text(first.content)
        for words in (
            "Hei, Ella Berg!",
            "Marit inviterer deg til Skarfjordregionen",
            "Velkommen til oss!",
            "7. desember",
        ):
            assert words in said
        token = said.partition("/invitation/")[2].split()[0]
        again = inviting.invite_all(sends, MARIT, LIST, "reader", greeting="Velkommen til oss!", once=ONCE)
        assert [letter.to[0] for letter in post.letters] == ["ella@example.no", "ny@example.no"]
        assert [one.link.email for one in again if not one.mailed] == ["vera@example.no"]
        assert invitations.invitation(sends, token).link.email == "ella@example.no", (
            "the link that was sent still works"
        )

    def test_a_server_that_is_down_leaves_links_to_copy(self, room: Workspace) -> None:
        sends = replace(room, config=replace(room.config, smtp_url="smtp://127.0.0.1:1"))
        made = inviting.invite_all(sends, MARIT, "ny@example.no", "reader")
        assert [one.mailed for one in made] == [False]
        assert invitations.invitation(room, made[0].address.rpartition("/")[2])

    def test_in_the_language_of_the_municipality(self, room: Workspace, post: MailServer) -> None:
        from workspace.regions.model import Municipality

        with room.region(REGION).transaction() as tx:
            tx.put(tx.get(Municipality, "9001").changed(language="nn"))
        inviting.invite_all(_with_mail(room, post), MARIT, "ny@example.no", "reader", municipality="9001")
        assert "kan brukast éin gong" in _text(post.letters[0].content)

    def test_a_name_makes_no_header(self, room: Workspace, post: MailServer) -> None:
        inviting.invite_all(
            _with_mail(room, post), MARIT, "Bcc: all <ny@example.no>", "reader", greeting="\nSubject: Noe\n\n.\nRCPT"
        )
        [letter] = post.letters
        assert letter.to == ["ny@example.no"] and b"\r\nBcc:" not in letter.content.partition(b"\r\n\r\n")[0]


class TestSendingAgain:
    def test_a_new_link_ends_the_old(self, room: Workspace, clock: Clock) -> None:
        [made] = inviting.invite_all(room, MARIT, "Ella <ella@example.no>", "reader", greeting="Hei!", group="youth")
        clock.forward(days=20)
        [new] = inviting.send_again(room, MARIT, made.link.id)
        [link] = invitations.waiting(room, MARIT)
        assert (link.name, link.greeting, link.group, link.id) == ("Ella", "Hei!", "youth", new.link.id)
        assert link.expires > clock()
        with pytest.raises(NotFound):
            inviting.send_again(room, MARIT, made.link.id)

    def test_all_at_once_and_once(self, room: Workspace, post: MailServer) -> None:
        inviting.invite_all(room, MARIT, LIST, "reader")
        sends = _with_mail(room, post)
        for _time in range(2):
            assert all(one.mailed for one in inviting.send_all_again(sends, MARIT, once=ONCE))
        assert len(post.letters) == len(invitations.waiting(room, MARIT)) == 3

    def test_not_to_more_than_one_may_give(self, room: Workspace) -> None:
        [made] = inviting.invite_all(room, ADMIN, "sjef@example.no", "administrator")
        for act in (
            lambda: inviting.send_again(room, MARIT, made.link.id),
            lambda: inviting.send_all_again(room, MARIT),
        ):
            with pytest.raises(Invalid):
                act()
        assert len(inviting.send_again(room, ADMIN, made.link.id)) == 1

    def test_not_of_another_region(self, room: Workspace) -> None:
        invitations.invite(room, operator(OTHER_REGION), "ny@example.no", "reader")
        [theirs] = invitations.waiting(room, operator(OTHER_REGION))
        with pytest.raises(NotFound):
            inviting.send_again(room, MARIT, theirs.id)
        assert inviting.send_all_again(room, MARIT) == []

    def test_a_link_that_made_an_account_opens_it_for_nobody_else(self, room: Workspace) -> None:
        [made] = inviting.invite_all(room, MARIT, "ella@example.no", "reader")
        link = room.house.view().get(Link, made.link.id)
        account_links.add_invited(room, link, "Ella")  # and there it was cut off
        [new] = inviting.send_again(room, MARIT, made.link.id)
        with pytest.raises(Forbidden):
            invitations.accept(room, new.address.rpartition("/")[2], "Marit")


def test_roles_are_what_the_link_says(room: Workspace) -> None:
    [made] = inviting.invite_all(room, MARIT, "ny@example.no", "facilitator")
    invitations.accept(room, made.address.rpartition("/")[2], "Ny")
    assert next(m for m in service.members(room, MARIT) if m.name == "Ny").role == Role.FACILITATOR
