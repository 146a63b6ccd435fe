"""Text answers in gzip: for those who take it, and never where their size could tell a secret (torture case 67)."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import AMUND, KARI, REGION, csrf_of
from workspace.access import Actor
from workspace.compression import SMALLEST
from workspace.documents.model import Document
from workspace.parts import Workspace

As = Callable[[Actor], FlaskClient]
OWN = {"Sec-Fetch-Site": "same-origin"}
CSS = "/static/vendor/designsystemet-1.22.0.css"


def ask(client: FlaskClient, path: str, accepted: str | None, method: str = "GET", **headers: str) -> TestResponse:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    given |= {} if accepted is None else {"Accept-Encoding": accepted}
    return client.open(path, method=method, headers=given, buffered=True)


def is_packed(answer: TestResponse) -> bool:
    return answer.headers.get("Content-Encoding") == "gzip"


@pytest.mark.parametrize("accepted", ["gzip", "gzip, deflate, br, zstd", "gzip;q=0.5", "*", "br;q=1.0, gzip;q=0.001"])
def test_a_page_is_smaller_for_those_who_take_it(as_person: As, accepted: str) -> None:
    client = as_person(KARI)
    client.get(f"/r/{REGION}/")  # begins the session, whose token stands in the page from then on
    plain = ask(client, f"/r/{REGION}/documents/", None, **OWN)
    packed = ask(client, f"/r/{REGION}/documents/", accepted, **OWN)
    assert is_packed(packed) and not is_packed(plain)
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 2
    assert gzip.decompress(packed.data).decode()[:500] == plain.text[:500]


@pytest.mark.parametrize(
    "accepted", [None, "", "identity", "br", "gzip;q=0", "gzip;q=0.0, *", "*;q=0", "identity, gzip;q=0"]
)
@pytest.mark.parametrize("path", [f"/r/{REGION}/documents/", CSS])
def test_nobody_gets_what_they_do_not_take(as_person: As, accepted: str | None, path: str) -> None:
    answer = ask(as_person(KARI), path, accepted, **OWN)
    assert answer.status_code == 200
    assert not is_packed(answer)
    assert "Accept-Encoding" in answer.vary


@pytest.mark.parametrize("site", ["cross-site", "same-site", None])
def test_a_page_that_another_site_may_have_asked_for_keeps_its_size(as_person: As, site: str | None) -> None:
    """What is typed stands beside the form's token: the size must not tell whether the two are alike (BREACH)."""
    headers = {"Sec-Fetch-Site": site} if site else {}
    client = as_person(KARI)
    csrf_of(client)
    sizes = set()
    for guess in ("a" * 40, "ab" * 20, csrf_of(client)[:40]):
        answer = ask(client, f"/r/{REGION}/search?q={guess}", "gzip", **headers)
        assert answer.status_code == 200 and not is_packed(answer)
        sizes.add(len(answer.data))
    assert len(sizes) <= 2


def test_answers_vary_with_what_they_are_made_from(as_person: As) -> None:
    client = as_person(KARI)
    for path in (f"/r/{REGION}/", f"/r/{REGION}/documents/", "/profile", "/nowhere"):
        for headers in ({}, {"HX-Request": "true"}):
            answer = client.get(path, headers=headers)
            assert {"Accept-Encoding", "HX-Request", "Cookie"} <= {*answer.vary}, (path, headers)
            assert answer.headers["Cache-Control"] == "no-store"
    for headers in ({}, {"HX-Request": "true"}):
        away = client.application.test_client().get(f"/r/{REGION}/", headers=headers)
        assert away.status_code == (401 if headers else 303)
        assert {"HX-Request", "Cookie"} <= {*away.vary}


def test_a_full_page_is_whole_also_when_htmx_asks(as_person: As) -> None:
    client = as_person(KARI)
    for path in (f"/r/{REGION}/", f"/r/{REGION}/documents/", f"/r/{REGION}/measures/", "/profile"):
        page = client.get(path, headers={"HX-Request": "true"})
        assert page.status_code == 200
        assert page.text.lstrip().startswith("<!doctype html>")


def test_files_of_ours_are_packed_once_for_everybody_and_known_again(client: FlaskClient) -> None:
    plain = ask(client, CSS, None)
    packed = ask(client, CSS, "gzip")
    assert is_packed(packed)
    assert len(packed.data) < len(plain.data) / 5
    assert gzip.decompress(packed.data) == plain.data
    etag = packed.headers["ETag"]
    assert etag == f"W/{plain.headers['ETag']}", "the same file in other bytes"
    for known in (etag, plain.headers["ETag"]):
        again = ask(client, CSS, "gzip", If_None_Match=known)
        assert (again.status_code, again.data) == (304, b"")
    part = ask(client, CSS, "gzip", Range="bytes=0-9")
    assert (part.status_code, part.data) == (206, plain.data[:10])


def test_what_is_small_or_packed_already_is_left(client: FlaskClient) -> None:
    for path in ("/static/merke.svg", "/static/vendor/inter-latin.woff2", "/healthz"):
        answer = ask(client, path, "gzip", **OWN)
        assert not is_packed(answer)
        assert len(answer.data) < SMALLEST or path.endswith("woff2")


def test_head_says_what_get_would(as_person: As) -> None:
    client = as_person(KARI)
    for path in ("/profile", CSS):
        head, get = (ask(client, path, "gzip", method, **OWN) for method in ("HEAD", "GET"))
        assert head.data == b""
        assert is_packed(head) and is_packed(get)
        # the token of a page is signed with its second
        assert abs(int(head.headers["Content-Length"]) - int(get.headers["Content-Length"])) < 50


def test_a_file_of_a_user_is_sent_as_it_is(workspace: Workspace, as_person: As) -> None:
    client = as_person(AMUND)
    fields = {
        "csrf_token": csrf_of(client), "kind": "note", "audience": "region", "checked": "1",
        "files": (io.BytesIO(b"<p>Kaia i Skarsund.</p>" * 200), "side.html"),
    }  # fmt: skip
    client.post(f"/r/{REGION}/documents/uploads", data=fields, content_type="multipart/form-data")
    [document] = workspace.region(REGION).view().find(Document)
    file = ask(client, f"/r/{REGION}/documents/{document.id}/file", "gzip", **OWN)
    assert file.status_code == 200 and not is_packed(file)
    assert file.data == b"<p>Kaia i Skarsund.</p>" * 200
