"""What proxies say of where a request comes from: believed of as many as are set, no others (torture case 59)."""

from __future__ import annotations

import dataclasses

import pytest
from flask.testing import FlaskClient

from tests.conftest import csrf_of, seed
from workspace import create_app
from workspace.parts import Workspace

LIMIT = 5  # attempts of an account from one address


@pytest.fixture
def behind(workspace: Workspace, monkeypatch: pytest.MonkeyPatch):
    """A browser at an application behind so many proxies."""
    seed(workspace)
    monkeypatch.setattr("workspace.accounts.passwords.matches", lambda kept, password: False)

    def made(proxies: int) -> FlaskClient:
        config = dataclasses.replace(workspace.config, proxies=proxies)
        return create_app(dataclasses.replace(workspace, config=config)).test_client()

    return made


def attempt(client: FlaskClient, token: str, **headers: str) -> int:
    """Try to sign in; 422 for a wrong password, 429 when this address has tried too often."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    fields = {"csrf_token": token, "email": "kari@example.no", "password": "a guess"}
    return client.post("/sign-in", data=fields, headers=given).status_code


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-Ip", "Client-Ip", "X-Client-Ip"])
def test_without_a_proxy_nobody_says_where_they_come_from(behind, name: str) -> None:
    client = behind(0)
    token = csrf_of(client)
    values = [f"for=10.0.0.{n}" if name == "Forwarded" else f"10.0.0.{n}" for n in range(LIMIT + 1)]
    answers = [attempt(client, token, **{name.replace("-", "_"): value}) for value in values]
    assert answers == [422] * LIMIT + [429]


@pytest.mark.parametrize("hops", [1, 2])
def test_behind_proxies_exactly_so_many_are_believed(behind, hops: int) -> None:
    client = behind(hops)
    token = csrf_of(client)
    between = [f"192.0.2.{n}" for n in range(1, hops)]  # proxies after the first

    def through(sender: str, invented: str = "") -> str:
        return ", ".join([*([invented] if invented else []), sender, *between])

    for number in range(LIMIT + 2):
        assert attempt(client, token, X_Forwarded_For=through(f"10.0.0.{number}")) == 422, "each from elsewhere"
    answers = [
        attempt(client, token, X_Forwarded_For=through("10.0.0.99", invented=f"10.0.1.{number}"))
        for number in range(LIMIT + 1)
    ]
    assert answers == [422] * LIMIT + [429], "what stands before the proxies' own word is the sender's invention"


def test_fewer_hops_than_are_set_are_not_a_proxys(behind) -> None:
    """Who comes past the proxies, straight to us, gives one hop where two are set: it counts for nothing."""
    client = behind(2)
    token = csrf_of(client)
    answers = [attempt(client, token, X_Forwarded_For=f"10.0.0.{number}") for number in range(LIMIT + 1)]
    assert answers == [422] * LIMIT + [429]


def test_the_host_and_scheme_too(behind) -> None:
    evil = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    straight = behind(0).get("/sign-in", headers=evil)
    assert straight.status_code == 200
    assert "evil.example" not in straight.text and "evil.example" not in str(straight.headers)
    assert behind(1).get("/sign-in", headers=evil).status_code == 400, "the proxy's word for the host is checked too"
    assert behind(1).get("/sign-in", headers={"X-Forwarded-Host": "evil.example, localhost"}).status_code == 200
    assert behind(2).get("/sign-in", headers={"X-Forwarded-Host": "evil.example, localhost"}).status_code == 400


@pytest.mark.parametrize(("proxies", "status"), [(0, 422), (1, 400)])
def test_https_is_the_proxys_word(behind, proxies: int, status: int) -> None:
    """Over https a form must say which page it stood on; nobody switches that on or off from outside."""
    client = behind(proxies)
    token = csrf_of(client)
    assert attempt(client, token, X_Forwarded_For="10.0.0.1", X_Forwarded_Proto="https") == status
    assert attempt(client, token, X_Forwarded_For="10.0.0.1", X_Forwarded_Proto="http") == 422
