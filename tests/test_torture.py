"""Malformed and oversized requests at the application's door (torture list 1, 5, 38 to 41, 72)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.conftest import AMUND, KARI, REGION, csrf_of
from workspace.access import Actor
from workspace.documents import service as documents
from workspace.parts import Workspace

As = Callable[[Actor], FlaskClient]


@pytest.fixture
def path(workspace: Workspace, app: object) -> str:
    document = documents.create(workspace, AMUND, title="Notat", text="Et avsnitt.")
    return f"/r/{REGION}/documents/{document.id}/threads"


def last_event(workspace: Workspace) -> int:
    return workspace.region(REGION).view().last_event()


def test_a_body_of_five_megabytes_is_refused_before_it_is_read(as_person: As, path: str) -> None:
    client = as_person(KARI)
    answer = client.post(path, data={"csrf_token": csrf_of(client), "text": "x" * 5_000_000})
    assert answer.status_code == 413


def test_sixty_thousand_fields_are_refused(as_person: As, path: str) -> None:
    client = as_person(KARI)
    body = "&".join(f"f{n}=1" for n in range(60_000))
    assert client.post(path, data=body, content_type="application/x-www-form-urlencoded").status_code in {400, 413}


def test_a_thousand_parts_are_refused(as_person: As, path: str) -> None:
    client = as_person(KARI)
    data = {f"f{n}": "1" for n in range(1_001)} | {"csrf_token": csrf_of(client)}
    assert client.post(path, data=data, content_type="multipart/form-data").status_code == 413


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("[" * 100_000, "application/json"),
        ('{"text": NaN}', "application/json"),
        ('{"text": ' + "9" * 5_000 + "}", "application/json"),
        ('{"text": "\\ud800"}', "application/json"),
        ("x", "text/plain"),
        ("x", "multipart/form-data"),
        ("--a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b--\r\n--a--", "multipart/form-data; boundary=a"),
    ],
)
def test_only_forms_are_taken(workspace: Workspace, as_person: As, path: str, body: str, kind: str) -> None:
    before = last_event(workspace)
    answer = as_person(KARI).post(path, data=body, content_type=kind)
    assert answer.status_code in {400, 415}
    assert last_event(workspace) == before


@pytest.mark.parametrize("raw", [b"%ED%A0%80", b"%ff%fe", b"%c0%ae"])
def test_text_that_is_not_utf8_is_no_fault(workspace: Workspace, as_person: As, path: str, raw: bytes) -> None:
    client = as_person(KARI)
    body = b"csrf_token=" + csrf_of(client).encode() + b"&block=1&text=" + raw
    answer = client.post(path, data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in {303, 400, 422}


def test_a_doubled_field_is_refused(as_person: As, path: str) -> None:
    client = as_person(KARI)
    assert client.post(path, data={"csrf_token": csrf_of(client), "block": "1", "text": ["a", "b"]}).status_code == 400


def test_fields_nobody_asked_for_have_no_effect(workspace: Workspace, as_person: As, path: str) -> None:
    client = as_person(KARI)
    extra = {"role": "administrator", "region_id": "nabo", "by": "marit", "audience": "staff", "id": "x"}
    answer = client.post(path, data={"csrf_token": csrf_of(client), "block": "1", "text": "Hei", **extra})
    assert answer.status_code == 303
    from workspace.comments.model import Thread

    [thread] = workspace.region(REGION).view().find(Thread)
    assert (thread.by, thread.audience) == ("kari", "region")
    assert workspace.region("nabo").view().find(Thread) == []


def test_a_form_from_another_site_is_refused(workspace: Workspace, as_person: As, path: str) -> None:
    client = as_person(KARI)
    data = {"csrf_token": csrf_of(client), "block": "1", "text": "Hei"}
    for site in ("cross-site", "same-site"):
        assert client.post(path, data=data, headers={"Sec-Fetch-Site": site}).status_code == 400


def test_a_token_that_expired_gives_the_text_back_with_a_fresh_one(as_person: As, path: str) -> None:
    client = as_person(KARI)
    typed = "En lang tanke som ikke skal gå tapt, skrevet før lunsj."
    answer = client.post(path, data={"csrf_token": "old", "block": "1", "text": typed})
    assert answer.status_code == 400
    assert typed in answer.text and "Send på nytt" in answer.text


def test_an_unforeseen_fault_tells_nothing_but_an_id(app, as_person: As, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise RuntimeError("secret detail")

    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr("workspace.documents.service.listing", fail)
    answer = as_person(KARI).get(f"/r/{REGION}/documents/")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert answer.headers["X-Request-Id"] in answer.text
