"""Addresses of files: sending them, their status, and getting them back safely."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import AMUND, KARI, REGION, csrf_of
from tests.extraction import nasty
from workspace.access import Actor, Audience
from workspace.documents import service as documents
from workspace.documents import versions
from workspace.documents.model import Document
from workspace.extraction import model
from workspace.files import service
from workspace.files.model import Upload
from workspace.parts import Workspace
from workspace.store.blobs import FileBlobs

AsPerson = Callable[[Actor], FlaskClient]
ROOM = f"/r/{REGION}/documents"


def send(client: FlaskClient, *files: tuple[str, bytes], **fields: str) -> TestResponse:
    form = {
        "csrf_token": csrf_of(client),
        "kind": "analysis",
        "audience": "region",
        "checked": "1",
        "files": [(io.BytesIO(content), name) for name, content in files],
    }
    return client.post(f"{ROOM}/uploads", data=form | fields, content_type="multipart/form-data")


def test_files_are_sent_read_and_found(as_person: AsPerson, workspace: Workspace) -> None:
    client = as_person(AMUND)
    answer = send(client, ("Kaia.pdf", nasty.pdf(2)), ("film.mp4", b"x"))
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "2 av 2 filer er ferdige" in page
    assert "PDF, 2 sider" in page and "Vi tar ikke imot filer av denne typen" in page
    assert "Kaia" in client.get(f"/r/{REGION}/search?q=skarsund").text


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a.docx", nasty.pdf(), 415),
        ("a.pdf", b"MZ\x90\0\0", 415),
        ("a.svg", b"<svg/>", 415),
        ("a.docm", b"PK", 415),
        ("a.txt", b"", 422),
        ("a.docx", nasty.docx("&x;", '<!DOCTYPE w [<!ENTITY x "y">]>'), 422),
        ("a.png", nasty.huge_picture(), 422),
        ("a.txt", b"x" * 100_001, 413),
    ],
)
def test_what_is_refused_at_first_sight(
    as_person: AsPerson, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, status: int
) -> None:
    monkeypatch.setattr(model, "LARGEST", 100_000)
    answer = send(as_person(AMUND), (name, content))
    assert answer.status_code == status
    assert "Avvist" in answer.text and "Filen er ikke lagret." in answer.text


def test_a_form_that_can_not_be_taken_keeps_what_was_chosen(as_person: AsPerson) -> None:
    client = as_person(AMUND)
    answer = send(client, ("a.txt", b"x"), checked="", value_chain="Mat fra havet", kind="swot")
    assert answer.status_code == 422
    assert 'value="Mat fra havet"' in answer.text and re.search(r'value="swot" selected', answer.text)
    assert "Bekreft at filene" in answer.text
    assert send(client).status_code == 422


def test_more_than_all_together_may_be_is_413(as_person: AsPerson) -> None:
    client = as_person(AMUND)
    form = "multipart/form-data; boundary=x"
    size = {"CONTENT_LENGTH": str(200 * 1024 * 1024)}
    answer = client.post(f"{ROOM}/uploads", content_type=form, environ_overrides=size)
    assert answer.status_code == 413
    assert "Filene er for store til sammen. Send høyst 100 MB om gangen." in answer.text
    assert 'id="files"' in answer.text, "it is told beside the field"
    assert "Hovedmeny" in answer.text and "Runder" in answer.text


def test_a_new_edition_that_is_far_too_large_is_told_on_its_page(as_person: AsPerson, workspace: Workspace) -> None:
    document = service.take(workspace, AMUND, "a.txt", b"Kaia.").document
    sent = {
        "content_type": "multipart/form-data; boundary=x",
        "environ_overrides": {"CONTENT_LENGTH": str(200 * 1024 * 1024)},
    }
    answer = as_person(AMUND).post(f"{ROOM}/{document.id}/file", **sent)
    assert answer.status_code == 413
    assert "Filen er større enn 25 MB" in answer.text and ">Kaia.</p>" in answer.text
    for client, path in ((as_person(KARI), document.id), (as_person(AMUND), "0" * 26)):
        refused = client.post(f"{ROOM}/{path}/file", **sent)
        assert refused.status_code == 413 and "Kaia" not in refused.text


def test_status_is_asked_again_only_when_something_is_new(as_person: AsPerson, workspace: Workspace) -> None:
    client = as_person(AMUND)
    address = send(client, ("a.txt", b"Kaia.")).location
    upload = workspace.region(REGION).view().first(Upload, order="at")
    htmx = {"HX-Request": "true"}
    assert client.get(f"{address}?seen={upload.version}-0", headers=htmx).status_code == 204
    fragment = client.get(f"{address}?seen=0-0", headers=htmx)
    assert fragment.text.lstrip().startswith('<section class="kort stabel" id="received"')
    assert "every 2s" not in fragment.text, "all files have come to an end"
    assert "1 av 1 fil er ferdig" in fragment.text
    beside = fragment.text.partition('<hx-partial hx-target="#recent"')[2]
    assert "Alle lest" in beside and "Leses nå" not in beside, "the newest uploads follow along"


def test_a_file_comes_back_under_its_name_and_is_never_opened_as_a_page(
    as_person: AsPerson, workspace: Workspace
) -> None:
    content = b"<script>alert(1)</script>kai"
    document = service.take(workspace, AMUND, 'møte "1" <b>.html', content).document
    answer = as_person(KARI).get(f"{ROOM}/{document.id}/file")
    assert answer.data == content
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''m%C3%B8te%20%221%22%20%3Cb%3E.html" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-cache" in answer.headers["Cache-Control"]


WHOLE = b"Kaia i Skarsund, femten tegn og litt til"


@pytest.mark.both_stores
@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-0", WHOLE[:1]),
        ("bytes=5-9", WHOLE[5:10]),
        ("bytes=-5", WHOLE[-5:]),
        ("bytes=39-", WHOLE[39:]),
        ("bytes=0-99999999999999999999", WHOLE),
        ("bytes=9-2", None),
        ("bytes=99999999-", None),
        ("bytes=" + ",".join(f"{n}-{n}" for n in range(1000)), None),
        ("bytes=" + ",".join(["0-"] * 1000), None),
        ("bytes=0-0,0-0", None),
        ("bytes=a-b", None),
        ("bytes=", None),
        ("rows=0-0", None),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_part_is_never_more_than_the_whole(
    as_person: AsPerson, workspace: Workspace, asked: str, part: bytes | None, method: str
) -> None:
    """Torture case 66: one range, or a refusal of a few bytes; many ranges never make an answer grow."""
    document = service.take(workspace, AMUND, "a.txt", WHOLE).document
    answer = as_person(KARI).open(f"{ROOM}/{document.id}/file", method=method, headers={"Range": asked}, buffered=True)
    assert len(answer.data) <= len(WHOLE)
    if part is None:
        assert answer.status_code == 416
        assert answer.headers["Content-Range"] == f"bytes */{len(WHOLE)}"
        assert answer.data == b""
    else:
        assert answer.status_code == 206
        assert int(answer.headers["Content-Length"]) == len(part)
        assert answer.data == (part if method == "GET" else b"")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.both_stores
def test_a_part_of_an_older_edition_is_not_mixed_with_the_newer(as_person: AsPerson, workspace: Workspace) -> None:
    document = service.take(workspace, AMUND, "a.txt", WHOLE).document
    client = as_person(KARI)
    address = f"{ROOM}/{document.id}/file"
    etag = client.get(address, buffered=True).headers["ETag"]
    same = client.get(address, headers={"Range": "bytes=0-3", "If-Range": etag}, buffered=True)
    assert (same.status_code, same.data) == (206, WHOLE[:4])
    other = client.get(address, headers={"Range": "bytes=0-3", "If-Range": '"another"'}, buffered=True)
    assert (other.status_code, other.data) == (200, WHOLE)


def test_files_of_staff_and_of_nobody_are_the_same_404(as_person: AsPerson, workspace: Workspace) -> None:
    document = service.take(workspace, AMUND, "a.pdf", nasty.pdf(), audience=Audience.STAFF).document
    client = as_person(KARI)
    for rest in ("", "/file", "/picture", "/pages/1/picture"):
        secret, none = (client.get(f"{ROOM}/{id}{rest}") for id in (document.id, "0" * 26))
        assert secret.status_code == none.status_code == 404
        assert secret.data == none.data


def test_a_page_is_read_beside_its_picture(as_person: AsPerson, workspace: Workspace) -> None:
    document = service.take(workspace, AMUND, "Kapasitet.pdf", nasty.pdf(3), kind="analysis").document
    client = as_person(KARI)
    page = client.get(f"{ROOM}/{document.id}?page=2&q=kai").text
    assert "PDF, 3 sider" in page and 'value="2"' in page
    assert '<mark class="sokeord">Kaia</mark>' in page
    assert "3 treff" in page and "på 3 sider" in page
    assert f"{ROOM}/{document.id}/pages/2/picture" in page
    picture = client.get(f"{ROOM}/{document.id}/pages/2/picture")
    assert (picture.status_code, picture.mimetype) == (200, "image/webp")
    for beyond in ("9", "x", "-1"):
        assert client.get(f"{ROOM}/{document.id}?page={beyond}").status_code == 200
        assert client.get(f"{ROOM}/{document.id}/pages/{beyond}/picture").status_code == 404


def test_a_comment_on_a_page_stays_on_it(as_person: AsPerson, workspace: Workspace) -> None:
    document = service.take(workspace, AMUND, "Kapasitet.pdf", nasty.pdf(3), kind="analysis").document
    client = as_person(KARI)
    form = {"csrf_token": csrf_of(client), "block": "1", "page": "2", "quote": "Skarsund", "text": "Hvor er det?"}
    answer = client.post(f"{ROOM}/{document.id}/threads", data=form)
    assert answer.status_code == 303 and "page=2&thread=" in answer.location
    assert "Hvor er det?" in client.get(f"{ROOM}/{document.id}?page=2").text
    other = client.get(f"{ROOM}/{document.id}?page=1").text
    assert "Hvor er det?" not in other and "page=2" in other, "the first page says where there is talk"
    refused = client.post(f"{ROOM}/{document.id}/threads", data=form | {"text": " "})
    assert refused.status_code == 422 and "/pages/2/picture" in refused.text


def test_a_new_edition(as_person: AsPerson, workspace: Workspace) -> None:
    document = service.take(workspace, AMUND, "kart.pdf", b"%PDF-1.4 skadet").document
    client = as_person(AMUND)
    page = client.get(f"{ROOM}/{document.id}").text
    assert "Tekst kan ikke leses" in page and "Filen er skadet" in page

    def replace(name: str, content: bytes, version: int) -> TestResponse:
        form = {"csrf_token": csrf_of(client), "version": str(version), "files": (io.BytesIO(content), name)}
        return client.post(f"{ROOM}/{document.id}/file", data=form, content_type="multipart/form-data")

    refused = replace("film.mp4", b"x", document.version)
    assert refused.status_code == 415
    told = re.search(r'id="edition-error"[^>]*>([^<]*)<', refused.text)[1]
    assert "Vi tar ikke imot filer av denne typen" in told and "Filen er ikke lagret." in told
    assert "<h1" in refused.text and ">kart</h1>" in refused.text, "on the document's own page"
    assert re.search(r'<details open id="new-edition">', refused.text)
    versions.mark_read(workspace, AMUND, document.id, 1)
    assert replace("kart.pdf", nasty.pdf(), document.version).status_code == 303
    page = client.get(f"{ROOM}/{document.id}").text
    assert "Kaia i Skarsund" in page
    assert "Ny versjon siden du sist leste" not in page, "who sent it has seen it"
    stale = replace("kart.pdf", nasty.pdf(2), document.version)
    assert stale.status_code == 409, "made from an older version"
    assert "Dokumentet er endret siden du åpnet siden" in stale.text
    assert f'name="version" value="{documents.get(workspace, AMUND, document.id).version}"' in stale.text
    form = {"csrf_token": csrf_of(client), "files": (io.BytesIO(b"x"), "a.txt")}
    assert client.post(f"{ROOM}/{document.id}/file", data=form).status_code == 428


def test_a_page_of_a_file_without_text_begins_with_what_to_do(as_person: AsPerson, workspace: Workspace) -> None:
    document = service.take(workspace, AMUND, "kart.pdf", b"%PDF-1.4 skadet").document
    page = as_person(AMUND).get(f"{ROOM}/{document.id}").text
    assert re.search(r'<article class="ark"[^>]*>\s*<section class="skille">\s*<details open', page)


def test_a_table_is_framed_alone(as_person: AsPerson, workspace: Workspace) -> None:
    document = service.take(workspace, AMUND, "kai.csv", b"Kommune;Kai\nSund;2\n").document
    page = as_person(KARI).get(f"{ROOM}/{document.id}").text
    framed = re.search(r'<div class="avsnitt ramme" tabindex="0" role="region" [^>]*>(.*?)</div>', page, re.DOTALL)[1]
    assert "<table" in framed and "Kommenter" not in framed


def test_the_language_is_told_in_words_and_left_out_when_it_is_not_known(
    as_person: AsPerson, workspace: Workspace
) -> None:
    client = as_person(AMUND)
    english = b"The plan is for the region and not for one of us."
    page = client.get(send(client, ("a.txt", english), ("b.txt", b"Fish and ice.")).location).text
    assert page.count("Språk: engelsk.") == page.count("Språk:") == 1
    listing = client.get(f"{ROOM}/").text
    assert "<span>Engelsk</span><span>1</span>" in listing and "Bokmål" not in listing
    assert "<span>Engelsk</span>" in client.get(f"/r/{REGION}/search?q=fish+plan").text
    unknown = workspace.region(REGION).view().first(Document, {}, order="title", descending=True)
    form = client.get(f"{ROOM}/{unknown.id}/edit").text
    assert '<option value="" selected>Ikke valgt</option>' in form


def test_files_that_can_not_be_read_are_not_all_called_scanned(as_person: AsPerson, workspace: Workspace) -> None:
    service.take(workspace, AMUND, "kart.pdf", b"%PDF-1.4 skadet")
    page = as_person(AMUND).get(f"{ROOM}/").text
    assert "Åpne den for å se hvorfor" in page and "skannet" not in page


def test_attachments_are_listed_on_their_document(as_person: AsPerson, workspace: Workspace) -> None:
    plan = documents.create(workspace, AMUND, title="Felles plan", text="Tekst.", kind="plan")
    client = as_person(AMUND)
    assert "Vedlegg til «Felles plan»" in client.get(f"{ROOM}/uploads/new?attached_to={plan.id}").text
    assert send(client, ("kai.csv", b"Kommune;Kai\nSund;2\n"), attached_to=plan.id).status_code == 303
    page = client.get(f"{ROOM}/{plan.id}").text
    assert "Vedlegg" in page and ">kai</a>" in page
    [attached] = service.attachments(workspace, AMUND, plan)
    assert ">Felles plan</a>" in client.get(f"{ROOM}/{attached.id}").text


def test_a_full_disk_is_said_and_nothing_is_half_kept(
    as_person: AsPerson, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = as_person(AMUND)
    blobs = type(workspace.region(REGION).blobs)
    if blobs is not FileBlobs:
        pytest.skip("this is about the files of the embedded store")

    def full(self: object, path: object, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(blobs, "_write", full)
        answer = send(client, ("a.txt", b"Kaia."))
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert workspace.region(REGION).view().find(Upload, order="at") == []
    assert send(client, ("a.txt", b"Kaia.")).status_code == 303
