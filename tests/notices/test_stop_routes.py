"""Stopping mail by the link in a letter, and what those who lead do by hand."""

from __future__ import annotations

import dataclasses
import email
import re
from collections.abc import Iterator
from email.policy import default

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import ADMIN, AMUND, KARI, MARIT, REGION, Clock, csrf_of, sign_in
from tests.mail_server import MailServer
from workspace import create_app, jobs
from workspace.comments import service as comments
from workspace.comments.model import Thread
from workspace.documents.model import Document
from workspace.errors import Forbidden, NotFound
from workspace.notices import outbox, preferring, telling, unsubscribing
from workspace.notices.delivery import BY_HAND, Delivery
from workspace.notices.model import NEVER, REFUSED, SENDING, SENT, Follow, Notice, follow_id
from workspace.parts import Workspace


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


@pytest.fixture
def mailing_region(parts: Workspace, server: MailServer) -> Workspace:
    config = dataclasses.replace(parts.config, smtp_url=server.url, base_url="http://localhost", reply_address="s@x.no")
    return dataclasses.replace(parts, config=config)


@pytest.fixture
def thread(parts: Workspace, document: Document) -> Thread:
    return comments.open_thread(parts, KARI, document.id, 1, "Hva mener @Amund?")


def stranger(workspace: Workspace) -> FlaskClient:
    app: Flask = create_app(workspace)
    app.config["TESTING"] = True
    return app.test_client()


def test_the_link_of_a_letter_that_came_stops_the_thread_without_signing_in(
    mailing_region: Workspace, server: MailServer, thread: Thread
) -> None:
    comments.reply(mailing_region, AMUND, thread.id, "Jeg mener ja.")
    telling.follow(mailing_region, REGION)
    jobs.send_notices(mailing_region)
    got = [letter for letter in server.letters if letter.to == ["kari@example.no"]]
    message = email.message_from_bytes(got[0].content, policy=default)
    [path] = re.findall(r"<http://localhost(/u/[^>]+)>", message["List-Unsubscribe"])
    client = stranger(mailing_region)

    page = client.get(path)
    assert page.status_code == 200 and "Vil du slutte å få varsler om" in page.text
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    view = mailing_region.region(REGION).view
    assert view().get(Follow, follow_id("kari", f"thread:{thread.id}")) is None, "reading it stops nothing"

    for _time in range(2):  # a mail program sends it without a session, and may send it twice
        assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 303
    stopped = view().get(Follow, follow_id("kari", f"thread:{thread.id}"))
    assert stopped is not None and not stopped.on
    assert "Du får ikke lenger varsler om" in client.get(path).text
    assert client.post(f"{path}/undoing", data={"csrf_token": csrf_of(client)}).status_code == 303
    again = view().get(Follow, follow_id("kari", f"thread:{thread.id}"))
    assert again is not None and again.on

    server.letters.clear()
    client.post(path)
    comments.reply(mailing_region, AMUND, thread.id, "Og mer.")
    telling.follow(mailing_region, REGION)
    jobs.send_notices(mailing_region)
    assert [letter for letter in server.letters if letter.to == ["kari@example.no"]] == []


def test_all_mail_is_stopped_and_taken_back(mailing_region: Workspace) -> None:
    path = f"/u/{unsubscribing.token(mailing_region.config, REGION, 'kari', unsubscribing.ALL)}"
    client = stranger(mailing_region)
    client.post(path)
    assert preferring.of(mailing_region.region(REGION).view(), "kari").often == NEVER
    assert "Du får ikke lenger e-post om varsler" in client.get(path).text


@pytest.mark.parametrize("token", ["x", "WyJhIl0.abc", "a" * 500])
def test_what_is_no_token_of_ours_is_not_found(mailing_region: Workspace, token: str) -> None:
    client = stranger(mailing_region)
    assert client.get(f"/u/{token}").status_code == 404
    assert client.post(f"/u/{token}").status_code == 404


def test_a_token_names_somebody_of_the_region(mailing_region: Workspace) -> None:
    for region, person, what in ((REGION, "nobody", "all"), ("elsewhere", "kari", "all"), (REGION, "kari", "why:x")):
        token = unsubscribing.token(mailing_region.config, region, person, what)
        with pytest.raises(NotFound):
            unsubscribing.read(mailing_region, token)


# -- By hand --


def test_without_a_mail_server_the_texts_are_copied_and_marked(parts: Workspace, thread: Thread) -> None:
    telling.follow(parts, REGION)
    client = sign_in(stranger(parts), MARIT)
    page = client.get(f"/r/{REGION}/notices/outbox").text
    assert "Kari nevnte deg i Kai og kraft" in page and "amund@example.no" in page
    assert "Hva mener" not in page, "a letter says that it happened, not what was said"
    fields = {"id": "amund", "what": "person", "csrf_token": csrf_of(client)}
    assert client.post(f"/r/{REGION}/notices/outbox", data=fields).status_code == 303
    view = parts.region(REGION).view()
    assert [n.mail for n in view.find(Notice, {"person": "amund"}, order="seq")] == [SENT]
    [made] = view.find(Delivery)
    assert (made.kind, made.state, made.by) == (BY_HAND, SENT, "marit")
    assert "amund@example.no" not in client.get(f"/r/{REGION}/notices/outbox").text
    with pytest.raises(NotFound):
        outbox.sent_by_hand(parts, MARIT, "amund")


@pytest.mark.both_stores
def test_what_did_not_arrive_is_shown_and_sent_again(
    mailing_region: Workspace, server: MailServer, thread: Thread, clock: Clock
) -> None:
    server.refuses["amund@example.no"] = "550 No such user"
    telling.follow(mailing_region, REGION)
    jobs.send_notices(mailing_region)
    [item] = outbox.read(mailing_region, MARIT).refused
    assert item.name == "Amund"
    server.refuses.clear()
    outbox.settle(mailing_region, MARIT, item.id, "waiting")
    clock.forward(hours=1)
    jobs.send_notices(mailing_region)
    assert [letter.to for letter in server.letters] == [["amund@example.no"]]
    assert outbox.read(mailing_region, MARIT) == outbox.Outbox(True, (), (), ())


def test_what_may_have_gone_out_is_shown_after_a_while(
    mailing_region: Workspace, server: MailServer, thread: Thread, clock: Clock
) -> None:
    server.says_of_text = None  # it takes the letter, and is gone before it says so
    telling.follow(mailing_region, REGION)
    jobs.send_notices(mailing_region)
    assert outbox.read(mailing_region, ADMIN).unsure == ()
    clock.forward(minutes=11)
    [item] = outbox.read(mailing_region, ADMIN).unsure
    assert outbox.settle(mailing_region, ADMIN, item.id, SENT).state == SENT
    states = {delivery.state for delivery in mailing_region.region(REGION).view().find(Delivery)}
    assert states & {SENDING, REFUSED} == set()


def test_only_those_who_lead(parts: Workspace) -> None:
    for act in (lambda: outbox.read(parts, KARI), lambda: outbox.sent_by_hand(parts, AMUND, "kari")):
        with pytest.raises(Forbidden):
            act()
