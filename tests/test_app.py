"""How the application is put together for an address on the network."""

from __future__ import annotations

import dataclasses

import pytest
from flask import Flask

from workspace import create_app
from workspace.parts import Workspace


@pytest.fixture
def public(workspace: Workspace) -> Workspace:
    config = dataclasses.replace(workspace.config, base_url="https://rom.example.no", proxies=1)
    return dataclasses.replace(workspace, config=config)


def test_its_own_address_is_trusted_and_no_other(public: Workspace) -> None:
    client = create_app(public).test_client()
    assert client.get("/sign-in", base_url="https://rom.example.no").status_code == 200
    assert client.get("/sign-in", base_url="https://evil.example").status_code == 400


def test_cookies_are_for_https_and_this_host_only(public: Workspace) -> None:
    answer = create_app(public).test_client().get("/sign-in", base_url="https://rom.example.no")
    [cookie] = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-regionrom=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_behind_one_proxy_its_headers_are_believed_once(public: Workspace) -> None:
    app = create_app(public)
    seen: list[str | None] = []

    @app.before_request
    def look() -> None:
        from flask import request

        seen.append(request.remote_addr)

    forwarded = {"X-Forwarded-For": "6.6.6.6, 192.0.2.7"}
    app.test_client().get("/healthz", base_url="https://rom.example.no", headers=forwarded)
    assert seen == ["192.0.2.7"]


def test_without_a_proxy_its_headers_are_not_believed(app: Flask) -> None:
    answer = app.test_client().get("/", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"})
    assert "evil.example" not in answer.headers["Location"]


def test_demo_mode_is_nowhere_by_accident(public: Workspace) -> None:
    assert create_app(public).test_client().get("/step-in", base_url="https://rom.example.no").status_code == 404


def test_health_says_little_and_readiness_says_why_not(workspace: Workspace, app: Flask) -> None:
    client = app.test_client()
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").status_code == 200
    workspace.stores.house._journal.failed = "sync failed"  # type: ignore[attr-defined]
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
