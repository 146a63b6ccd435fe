"""Another address to sign in with: confirmed by a link that goes to it, and kept everywhere at once."""

from __future__ import annotations

import email
from collections.abc import Iterator
from dataclasses import replace
from email.policy import default

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from tests.conftest import KARI, MARIT, OTHER_REGION, REGION, Clock, csrf_of, seed, sign_in
from tests.mail_server import MailServer
from workspace import cli, create_app
from workspace.access import Actor, Role, operator
from workspace.accounts import links as account_links
from workspace.accounts import service as accounts
from workspace.errors import Conflict, NotFound
from workspace.parts import Workspace
from workspace.regions import own, service
from workspace.regions.model import Membership
from workspace.terminal import close

NEW = "kari.nes@example.no"


@pytest.fixture
def post() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def room(workspace: Workspace, post: MailServer) -> Workspace:
    seed(workspace)
    return replace(workspace, config=replace(workspace.config, smtp_url=post.url))


def _browser(room: Workspace, actor: Actor) -> FlaskClient:
    return sign_in(create_app(room).test_client(), actor)


def _ask(client: FlaskClient, address: str = NEW, **more: str):
    return client.post("/profile/email", data={"csrf_token": csrf_of(client), "email": address, **more})


def _text(content: bytes) -> str:
    return email.message_from_bytes(content, policy=default).get_content()


def test_from_the_form_to_every_region(room: Workspace, post: MailServer) -> None:
    service.add_member(room, operator(OTHER_REGION), accounts.person(room, "kari"), Role.READER)
    client = _browser(room, KARI)
    assert NEW in _ask(client).text
    assert accounts.person(room, "kari").email == "kari@example.no", "not before the link is opened"
    [letter] = post.letters
    assert letter.to == [NEW]
    path = "/email/" + _text(letter.content).partition("/email/")[2].split()[0]
    assert NEW in client.get(path).text
    assert client.post(path, data={"csrf_token": csrf_of(client)}).status_code == 303
    for slug in (REGION, OTHER_REGION):
        assert room.region(slug).view().get(Membership, "kari").email == NEW
    assert accounts.person_by_email(room, NEW).id == "kari"
    assert accounts.person_by_email(room, "kari@example.no") is None
    assert post.letters[-1].to == ["kari@example.no"] and "er endret" in _text(post.letters[-1].content)
    assert client.get(path).status_code == 404


def test_an_address_of_somebody_else_gets_no_link_and_the_same_answer(room: Workspace, post: MailServer) -> None:
    client = _browser(room, KARI)
    answer = _ask(client, "marit@example.no")
    assert "Vi har sendt en lenke til marit@example.no" in answer.text and post.letters == []


def test_whoever_has_a_password_says_it(room: Workspace, post: MailServer) -> None:
    accounts.choose_password(room, "kari", "hest batteri stift kvern")
    client = _browser(room, KARI)
    assert _ask(client).status_code == 422
    assert _ask(client, email_password="feil").status_code == 422
    assert post.letters == []
    assert _ask(client, email_password="hest batteri stift kvern").status_code == 200
    assert [_ask(client).status_code for _ in range(3)][-1] == 429, "not too often"


def test_what_is_no_new_address(room: Workspace) -> None:
    client = _browser(room, KARI)
    for wrong in ("kari@", "KARI@example.no", ""):
        assert _ask(client, wrong).status_code == 422


def test_a_link_has_an_end_and_one_use(room: Workspace, clock: Clock) -> None:
    made = account_links.make_email_link(room, KARI, NEW, "", "10.0.0.1")
    clock.forward(minutes=61)
    with pytest.raises(NotFound):
        own.use_email_link(room, made.token)
    made = account_links.make_email_link(room, KARI, NEW, "", "10.0.0.1")
    accounts.add_person(room, "Noen", NEW)  # somebody else was first
    with pytest.raises(Conflict):
        own.use_email_link(room, made.token)
    assert accounts.person(room, "kari").email == "kari@example.no"


def test_links_to_sign_in_with_the_old_address_end(room: Workspace) -> None:
    token = account_links.make_link(room, operator(), "sign-in", "kari@example.no")
    own.change_email(room, operator(), "kari", NEW)
    with pytest.raises(NotFound):
        account_links.sign_in_by_link(room, token)
    for purpose in ("sign-in", "invitation"):
        made = account_links.make_email_link(room, MARIT, "ny@example.no", "", "10.0.0.1")
        with pytest.raises(NotFound):
            account_links.link_behind(room, made.token, purpose)


def test_a_mail_server_that_is_down_is_told_of(room: Workspace) -> None:
    down = replace(room, config=replace(room.config, smtp_url="smtp://127.0.0.1:1"))
    assert _ask(_browser(down, KARI)).status_code == 409


def test_where_mail_is_not_set_whom_to_ask(workspace: Workspace) -> None:
    seed(workspace)
    client = _browser(workspace, KARI)
    assert "be den som driver Regionrom" in client.get("/profile").text
    assert _ask(client).status_code == 404


def test_the_operator_changes_it(workspace: Workspace) -> None:
    seed(workspace)
    instance = workspace.config.instance
    close(workspace)
    cli.load_commands()
    words = ["--instance", str(instance), "person", "email", "kari@example.no", NEW]
    done = CliRunner().invoke(cli.workspace, words)
    assert done.exit_code == 0 and NEW in done.output
