"""A forgotten way in: the link comes by mail where that is set, and nobody is told who is known."""

from __future__ import annotations

import email
from collections.abc import Iterator
from dataclasses import replace
from email.policy import default

import pytest

from tests.conftest import MARIT, REGION, Clock, csrf_of, seed
from tests.mail_server import MailServer
from workspace import create_app, jobs
from workspace.access import operator
from workspace.accounts import links, sending, service
from workspace.parts import Workspace
from workspace.regions import invitations


@pytest.fixture
def post() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def room(workspace: Workspace, post: MailServer) -> Workspace:
    seed(workspace)
    return replace(workspace, config=replace(workspace.config, smtp_url=post.url))


def _text(post: MailServer) -> str:
    return email.message_from_bytes(post.letters[-1].content, policy=default).get_content()


def test_from_the_sign_in_page_to_the_inside(room: Workspace, post: MailServer) -> None:
    browser = create_app(room).test_client()
    assert "Send meg en lenke i stedet" in browser.get("/sign-in").text
    fields = {"csrf_token": csrf_of(browser), "link": "1"}
    known = browser.post("/sign-in", data=fields | {"email": "Kari@example.no"}).text
    unknown = browser.post("/sign-in", data=fields | {"email": "nobody@example.no"}).text
    assert "Se i innboksen din" in known
    assert known.replace("Kari@", "nobody@") == unknown
    assert sending.send_links(room) == 1
    [letter] = post.letters
    assert letter.to == ["kari@example.no"]
    address = _text(post).partition("/sign-in/")[2].split()[0]
    assert browser.post(f"/sign-in/{address}", data={"csrf_token": csrf_of(browser)}).status_code == 303
    assert browser.get(f"/r/{REGION}/").status_code == 200
    assert sending.send_links(room) == 0 and len(post.letters) == 1, "once each"


def test_in_the_reader_s_language(room: Workspace, post: MailServer) -> None:
    service.choose_locale(room, "kari", "nn")
    links.ask_for_link(room, "kari@example.no", "10.0.0.1")
    sending.send_links(room)
    assert "kan brukast éin gong" in _text(post)


def test_a_server_that_is_down_is_tried_again(room: Workspace, post: MailServer) -> None:
    links.ask_for_link(room, "kari@example.no", "10.0.0.1")
    down = replace(room, config=replace(room.config, smtp_url="smtp://127.0.0.1:1"))
    assert sending.send_links(down) == 0
    assert [member.id for member in invitations.asking(room, MARIT)] == ["kari"]
    post.refuses_sender = True
    assert sending.send_links(room) == 0
    post.refuses_sender = False
    assert sending.send_links(room) == 1
    assert invitations.asking(room, MARIT) == []


def test_whom_mail_does_not_reach_those_who_lead_see(room: Workspace, post: MailServer) -> None:
    post.refuses["kari@example.no"] = "550 No such mailbox"
    links.ask_for_link(room, "kari@example.no", "10.0.0.1")
    assert [sending.send_links(room) for _ in range(2)] == [0, 0]
    assert [member.id for member in invitations.asking(room, MARIT)] == ["kari"]


def test_a_closed_account_gets_none(room: Workspace, post: MailServer) -> None:
    service.disable(room, operator(), "kari")
    links.ask_for_link(room, "kari@example.no", "10.0.0.1")
    assert sending.send_links(room) == 0 and post.letters == []


def test_asked_for_anew_it_is_sent_anew(room: Workspace, post: MailServer, clock: Clock) -> None:
    for _time in range(2):
        links.ask_for_link(room, "kari@example.no", "10.0.0.1")
        assert sending.send_links(room) == 1
        clock.forward(hours=2)
    links.ask_for_link(room, "nobody@example.no", "10.0.0.1")
    sending.send_links(room)
    assert len(post.letters) == 2


def test_it_is_a_chore_and_waits_where_mail_is_not_set(workspace: Workspace) -> None:
    seed(workspace)
    links.ask_for_link(workspace, "kari@example.no", "10.0.0.1")
    jobs.send_sign_in_links(workspace)
    assert [member.id for member in invitations.asking(workspace, MARIT)] == ["kari"]
    assert jobs.send_sign_in_links in [chore for _every, chore in jobs.CHORES]
