"""Help in the product: the guide as pages, its pictures, keys, privacy and accessibility, for everybody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.conftest import KARI, REGION
from workspace import config
from workspace.access import Actor
from workspace.help import guide

PAGES = ["/help/", "/help/keys", "/privacy", "/accessibility", *(f"/help/{name}" for name in guide.PAGES[1:])]


@pytest.mark.parametrize("path", PAGES)
def test_whoever_is_not_signed_in_may_read_it(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1
    assert 'aria-current="page"' in answer.text


def test_a_page_has_its_text_contents_and_pictures(client: FlaskClient) -> None:
    page = client.get("/help/deltaker").text
    assert "<h1" in page and "For deg som deltar" in page
    assert 'href="#h-kommenter"' in page and 'id="h-kommenter"' in page
    assert 'src="/help/bilder/kommenter.webp"' in page and "rett under avsnittet" in page
    assert 'href="svarer-for-kommune"' in page, "a link to another file of the guide leads to its page"
    assert "![" not in page and ".md" not in page


def test_the_foot_of_every_page_leads_there(client: FlaskClient, as_person: Callable[[Actor], FlaskClient]) -> None:
    for page in (client.get("/help/").text, as_person(KARI).get(f"/r/{REGION}/").text):
        for path in ("/help/", "/privacy", "/accessibility"):
            assert f'href="{path}"' in page
        assert 'data-keys="/help/keys"' in page and 'aria-keyshortcuts="?"' in page


@pytest.mark.parametrize("locale", ["nn", "en"])
def test_the_guide_says_its_language_where_the_screen_has_another(client: FlaskClient, locale: str) -> None:
    assert 'lang="nb"' not in client.get("/help/deltaker").text.partition("<body")[2]
    client.set_cookie("locale", locale)
    page = client.get("/help/deltaker").text
    assert f'<html lang="{locale}"' in page
    assert 'class="prosa" lang="nb"' in page
    assert {"nn": "Rettleiaren er skriven på bokmål", "en": "The guide is in Norwegian"}[locale] in page


def test_a_picture_is_kept_by_browsers_and_asked_for_by_its_tag(client: FlaskClient) -> None:
    answer = client.get("/help/bilder/forsiden.webp")
    assert answer.status_code == 200 and answer.mimetype == "image/webp"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert "Set-Cookie" not in answer.headers
    again = client.get("/help/bilder/forsiden.webp", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and again.data == b""


@pytest.mark.parametrize(
    "path",
    [
        "/help/finnesikke", "/help/index", "/help/deltaker.md", "/help/Deltaker", "/help/..", "/help/%2e%2e",
        "/help/../operations", "/help/..%2foperations", "/help/%2e%2e%2foperations.md", "/help/bilder", "/help/bilder/",
        "/help/bilder/finnesikke.webp", "/help/bilder/..%2fdeltaker.md", "/help/bilder/../deltaker.md",
        "/help/bilder/%2e%2e%2f%2e%2e%2foperations.md", "/help/bilder/..", "/help/bilder/forsiden.webp%00",
        "/help/bilder/..%5cdeltaker.md", "/help/bilder/%2fetc%2fpasswd", "/help/deltaker%00", "/help/deltaker%0a",
        "/help/" + "a" * 2_000, "/help/bilder/" + "a" * 2_000 + ".webp",
    ],
)  # fmt: skip
def test_nothing_but_pages_and_pictures_of_the_guide_is_served(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in {400, 404}
    assert "Running Regionrom" not in answer.text and "root:" not in answer.text


def test_a_link_out_of_the_folder_is_no_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, client: FlaskClient
) -> None:
    (tmp_path / "bilder").mkdir()
    (tmp_path / "secret.webp").write_bytes(b"secret")
    monkeypatch.setattr(guide, "folder", lambda: tmp_path)
    assert client.get("/help/bilder/..%2fsecret.webp").status_code == 404
    assert client.get("/help/bilder/secret.webp").status_code == 404


def test_what_is_written_in_the_guide_is_made_safe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, client: FlaskClient
) -> None:
    text = (
        "# Farlig <script>alert(1)</script>\n\n<script>alert(2)</script>\n\n[x](javascript:alert(3))\n\n"
        '![x" onerror="alert(4)](bilder/nei.webp)\n\n![x](bilder/../../a.webp)\n\n![x](https://example.org/a.webp)'
    )
    (tmp_path / "index.md").write_text(text, encoding="utf-8")
    monkeypatch.setattr(guide, "folder", lambda: tmp_path)
    page = client.get("/help/").text
    assert page.count("<script") == 2, "those of the frame"
    assert "<img" not in page.partition("<main")[2] and "javascript:" not in page


def test_an_installation_without_the_guide_says_so_and_has_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, client: FlaskClient
) -> None:
    monkeypatch.setattr(guide, "folder", lambda: tmp_path / "nothing")
    answer = client.get("/help/")
    assert answer.status_code == 200 and "Veilederen er ikke lagt ut her" in answer.text
    assert client.get("/help/deltaker").status_code == 404
    assert client.get("/help/bilder/forsiden.webp").status_code == 404
    for path in ("/help/keys", "/privacy", "/accessibility"):
        assert client.get(path).status_code == 200


def test_a_page_is_read_anew_when_its_file_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "index.md"
    monkeypatch.setattr(guide, "folder", lambda: tmp_path)
    path.write_text("# Først\n", encoding="utf-8")
    assert [page.title for page in guide.contents()] == ["Først"]
    path.write_text("# Siden\n", encoding="utf-8")
    monkeypatch.setattr(guide, "_page", lambda path, changed, made=guide._page: made(path, changed + 1))
    assert [page.title for page in guide.contents()] == ["Siden"]


def test_the_guide_lies_where_the_wheel_puts_it() -> None:
    project = (config.CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
    assert '"docs/veileder" = "workspace/docs/veileder"' in project
    assert guide.folder() == config.CHECKOUT / "docs" / "veileder"


def test_whoever_is_in_a_region_reads_who_is_responsible_there(
    client: FlaskClient, as_person: Callable[[Actor], FlaskClient]
) -> None:
    hers = as_person(KARI).get("/privacy").text
    assert "Skarfjordregionen: Ikke oppgitt" in hers and "Naboregionen" not in hers
    assert "Skarfjordregionen" not in client.get("/privacy").text


def test_privacy_names_every_cookie_there_is(client: FlaskClient) -> None:
    page = client.get("/privacy").text
    for name in (client.application.config["SESSION_COOKIE_NAME"], "locale", "color_scheme"):
        assert f'<th scope="row">{name}</th>' in page


def test_every_key_of_the_script_is_listed(client: FlaskClient) -> None:
    script = (config.CHECKOUT / "static" / "regionrom.js").read_text(encoding="utf-8")
    page = client.get("/help/keys").text
    for key in ("/", "n", "p", "j", "k", "?"):
        assert f'event.key === "{key}"' in script or f'event.key !== "{key}"' in script
        assert f"<kbd>{key}</kbd>" in page
    assert "<kbd>0</kbd>" in page and "<kbd>5</kbd>" in page
