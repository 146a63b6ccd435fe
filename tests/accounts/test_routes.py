"""Signing in and out over HTTP, and what is thrown at it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import KARI, MARIT, REGION, ROLF, Clock, csrf_of, sign_in
from workspace.access import Actor, operator
from workspace.accounts import links, service
from workspace.parts import Workspace
from workspace.regions import service as regions

PASSWORD = "hest batteri stift kvern"
As = Callable[[Actor], FlaskClient]


def _post(client: FlaskClient, address: str, token: str | None = None, **fields: str):
    return client.post(address, data={"csrf_token": token or csrf_of(client), **fields})


def _enter(client: FlaskClient, workspace: Workspace, **more: str):
    service.choose_password(workspace, "kari", PASSWORD)
    return _post(client, "/sign-in", email="kari@example.no", password=PASSWORD, **more)


class TestSigningIn:
    def test_and_out(self, client: FlaskClient, workspace: Workspace) -> None:
        answer = _enter(client, workspace)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/")
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert client.get("/profile").status_code == 200
        out = _post(client, "/sign-out")
        assert out.headers["Clear-Site-Data"] == '"cache", "storage"'
        assert client.get("/profile").headers["Location"] == "/sign-in?next=/profile"

    def test_wrong_keeps_the_address_and_not_the_password(self, client: FlaskClient, workspace: Workspace) -> None:
        answer = _post(client, "/sign-in", email="kari@example.no", password="wrong wrong wrong")
        assert answer.status_code == 422
        assert "E-post og passord passer ikke sammen" in answer.text
        assert 'value="kari@example.no"' in answer.text
        assert "wrong wrong" not in answer.text

    def test_the_sixth_attempt_waits(self, client: FlaskClient, clock: Clock) -> None:
        """Torture case 55, over HTTP."""
        token = csrf_of(client)
        answers = [_post(client, "/sign-in", token, email="kari@example.no", password=f"no {n}") for n in range(6)]
        assert [answer.status_code for answer in answers] == [422] * 5 + [429]
        assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
        clock.forward(seconds=61)
        assert _post(client, "/sign-in", token, email="kari@example.no", password="no").status_code == 422

    @pytest.mark.parametrize(
        "target",
        [
            "//evil.example",
            "/\\evil.example",
            "https:evil.example",
            "%2f%2fevil.example",
            "/%09/evil.example",
            "\t//evil",
            "javascript:alert(1)",
            "/\n/evil",
        ],
    )
    def test_nobody_is_sent_to_another_site(self, client: FlaskClient, workspace: Workspace, target: str) -> None:
        """Torture case 54."""
        assert _enter(client, workspace, next=target).headers["Location"] == "/"

    def test_but_back_to_where_they_were_going(self, client: FlaskClient, workspace: Workspace) -> None:
        assert _enter(client, workspace, next="/r/skarfjord/search?q=a%20b").headers["Location"] == (
            "/r/skarfjord/search?q=a%20b"
        )

    def test_gets_a_new_session_each_time(self, client: FlaskClient, workspace: Workspace) -> None:
        with client.session_transaction() as cookie:
            cookie["_user_id"] = planted = "planted by somebody else"
        _enter(client, workspace)
        with client.session_transaction() as cookie:
            first = cookie["_user_id"]
        assert first != planted
        _enter(client, workspace)
        assert service.signed_in_person(workspace, first) is None

    def test_a_field_sent_twice_is_malformed(self, client: FlaskClient) -> None:
        """Torture case 38."""
        data = {"csrf_token": csrf_of(client), "email": ["kari@example.no", "rolf@example.no"], "password": "x"}
        assert client.post("/sign-in", data=data).status_code == 400

    def test_asking_for_a_link_tells_nothing(self, client: FlaskClient) -> None:
        known, unknown = (
            _post(client, "/sign-in", email=f"{name}@example.no", link="1").text.replace(name, "NAME")
            for name in ("kari", "none")
        )
        masked = [re.sub(r'X-CSRFToken": "[^"]+"', "", text) for text in (known, unknown)]
        assert masked[0] == masked[1]
        assert "Vi har sagt fra" in known


class TestForgery:
    def test_a_token_of_before_signing_out_is_worth_nothing(self, client: FlaskClient, workspace: Workspace) -> None:
        """Torture case 48."""
        _enter(client, workspace)
        old = csrf_of(client)
        _post(client, "/sign-out")
        _enter(client, workspace)
        assert _post(client, "/profile/looks", old, locale="en").status_code == 400

    def test_nor_is_that_of_somebody_else(self, as_person: As, workspace: Workspace) -> None:
        """Torture case 48."""
        assert _post(as_person(KARI), "/profile/looks", csrf_of(as_person(ROLF)), locale="en").status_code == 400
        assert service.person(workspace, "kari").locale == ""

    def test_nor_none_at_all(self, as_person: As) -> None:
        assert as_person(KARI).post("/profile/looks", data={"locale": "en"}).status_code == 400

    def test_a_form_of_another_site_is_refused(self, as_person: As) -> None:
        client = as_person(KARI)
        data = {"csrf_token": csrf_of(client), "locale": "en", "color_scheme": "dark"}
        answer = client.post("/profile/looks", data=data, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 400

    def test_a_token_that_has_expired_keeps_what_was_typed(
        self, app: Flask, as_person: As, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Torture case 49."""
        client = as_person(MARIT)
        old = csrf_of(client)
        monkeypatch.setitem(app.config, "WTF_CSRF_TIME_LIMIT", -1)
        answer = _post(client, f"/r/{REGION}/invitations", old, email="ny@example.no", title="Skrevet før lunsj")
        assert answer.status_code == 400
        assert "Skrevet før lunsj" in answer.text
        fresh = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
        assert fresh, "a new token comes with it"


class TestSessions:
    def test_a_cookie_of_before_signing_out_is_dead(self, as_person: As, app: Flask) -> None:
        """Torture case 57."""
        client = as_person(KARI)
        stolen = client.get_cookie("regionrom").value
        token = csrf_of(client)
        stolen = client.get_cookie("regionrom").value
        _post(client, "/sign-out", token)
        thief = app.test_client()
        thief.set_cookie("regionrom", stolen)
        assert thief.get("/profile").status_code == 303
        assert _post(thief, "/profile/looks", token, locale="en").status_code == 401
        assert thief.get("/profile", headers={"HX-Request": "true"}).status_code == 401

    def test_so_is_one_of_before_the_password_changed(self, as_person: As, workspace: Workspace) -> None:
        """Torture case 57."""
        here, elsewhere = as_person(KARI), as_person(KARI)
        answer = _post(here, "/profile/password", new_password="torsk rogn lever kål")
        assert answer.headers["Location"] == "/profile?saved=password"
        assert here.get("/profile").status_code == 200
        assert elsewhere.get("/profile").status_code == 303

    def test_signing_out_everywhere(self, as_person: As) -> None:
        here, elsewhere = as_person(KARI), as_person(KARI)
        _post(here, "/sign-out-everywhere")
        assert here.get("/profile").status_code == elsewhere.get("/profile").status_code == 303

    def test_ending_one_from_the_list(self, as_person: As, workspace: Workspace) -> None:
        here, elsewhere = as_person(KARI), as_person(KARI)
        address = re.search(r"/profile/sessions/\w+/end", here.get("/profile").text).group(0)
        _post(here, address)
        assert here.get("/profile").status_code == 200
        assert elsewhere.get("/profile").status_code == 303

    def test_an_account_that_is_closed_is_out_at_once(self, as_person: As, workspace: Workspace) -> None:
        client = as_person(KARI)
        service.disable(workspace, operator(), "kari")
        assert client.get(f"/r/{REGION}/").status_code == 303

    def test_one_who_was_removed_while_writing_gets_the_text_back(self, as_person: As, workspace: Workspace) -> None:
        """Torture case 46."""
        client = as_person(KARI)
        token = csrf_of(client)
        regions.end_membership(workspace, MARIT, "kari")
        answer = _post(client, f"/r/{REGION}/documents/x/threads", token, text="Det jeg rakk å skrive")
        assert answer.status_code == 403
        assert "Det jeg rakk å skrive" in answer.text


class TestOnesOwnPage:
    def test_a_weak_password_is_refused_with_the_names_of_the_place(self, as_person: As) -> None:
        for weak in ("for-kort-7", "Havnsund kommune 2027", "passord123456789"):
            answer = _post(as_person(KARI), "/profile/password", new_password=weak)
            assert answer.status_code == 422
            assert weak not in answer.text

    def test_looks_and_language(self, as_person: As) -> None:
        client = as_person(KARI)
        answer = _post(client, "/profile/looks", locale="nn", color_scheme="dark")
        assert answer.status_code == 303
        page = client.get("/profile").text
        assert '<html lang="nn" data-color-scheme="dark">' in page
        assert _post(client, "/profile/looks", locale="xx", color_scheme="dark").status_code == 422


class TestLinks:
    def test_opening_does_not_use_them_up(self, client: FlaskClient, workspace: Workspace) -> None:
        address = "/sign-in/" + links.make_link(workspace, MARIT, "sign-in", "kari@example.no")
        for _ in range(2):
            assert client.get(address).status_code == 200
        assert _post(client, address).status_code == 303
        assert "Kari" in client.get("/profile").text
        spent = client.get(address)
        assert spent.status_code == 404
        assert "Lenken virker ikke lenger" in spent.text

    def test_one_that_never_was(self, client: FlaskClient) -> None:
        assert client.get("/sign-in/none").status_code == 404
        assert _post(client, "/sign-in/none").status_code == 404


def test_the_host_must_be_ours(client: FlaskClient) -> None:
    """Torture case 58."""
    assert client.get("/sign-in", headers={"Host": "evil.example"}).status_code == 400


def test_a_session_of_the_tests_is_a_real_one(app: Flask, workspace: Workspace) -> None:
    client = sign_in(app.test_client(), KARI)
    [session] = service.sessions_of(workspace, "kari")
    service.end_session(workspace, "kari", session.id)
    assert client.get("/profile").status_code == 303
