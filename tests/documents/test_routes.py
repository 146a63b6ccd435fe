"""Documents over HTTP: the list, writing with preview, stale saves, versions, and what goes wrong."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import AMUND, KARI, MARIT, OTHER_REGION, REGION, ROLF, VERA, Clock, csrf_of
from workspace.access import Actor, Audience
from workspace.documents import service
from workspace.documents.model import Document
from workspace.parts import Workspace

As = Callable[[Actor], FlaskClient]
HERE = f"/r/{REGION}/documents/"
WHOLE = {"title": "Planutkast", "text": "Ni kommuner.", "kind": "plan", "language": "nb", "audience": "region"}


@pytest.fixture
def document(workspace: Workspace) -> Document:
    return service.create(workspace, AMUND, title="Planutkast", kind="plan", text="Ni kommuner.")


def post(client: FlaskClient, path: str = "", htmx: bool = False, **fields: object) -> TestResponse:
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(HERE + path, data={"csrf_token": csrf_of(client), **fields}, headers=headers)


def stored(workspace: Workspace) -> list[Document]:
    return workspace.region(REGION).view().find(Document)


def field(page: str, name: str) -> str:
    """What stands in the form's text field of this name."""
    area = re.search(rf'<textarea[^>]* name="{name}".*?>\n(.*?)</textarea>', page, re.DOTALL)
    value = area or re.search(rf'<input[^>]* name="{name}"[^>]* value="([^"]*)"', page)
    return html.unescape(value.group(1))


# -- The list --


def test_an_empty_list_says_what_to_do(as_person: As) -> None:
    assert "Ingen dokumenter ennå" in as_person(KARI).get(HERE).text
    assert "Nytt dokument" not in as_person(KARI).get(HERE).text
    assert "Begynn med det dere har" in as_person(AMUND).get(HERE).text


def test_the_list_is_narrowed_by_its_address(workspace: Workspace, as_person: As, document: Document) -> None:
    service.create(workspace, AMUND, title="Et intervju", kind="interview", text="x", municipalities=("9001",))
    client = as_person(ROLF)
    everything = client.get(HERE).text
    assert "2 dokumenter" in everything and "Havnsund" in everything
    page = client.get(HERE + "?kind=interview&municipality=9001").text
    assert "Ett dokument" in page and ">Et intervju</a>" in page and ">Planutkast</a>" not in page
    assert 'value="interview" checked' in page
    nothing = client.get(HERE + "?kind=plan&municipality=9001").text
    assert "Ingen dokumenter passer" in nothing
    assert "av 2." in nothing and f'href="{HERE}?municipality=9001" aria-label="Fjern filteret Planutkast"' in nothing


@pytest.mark.parametrize(
    "query", ["?page=0", "?page=x", "?page=999999", "?order=text", "?kind=%3Cscript%3E", "?x=1&kind="]
)
def test_any_query_gives_a_list(as_person: As, document: Document, query: str) -> None:
    answer = as_person(KARI).get(HERE + query)
    assert answer.status_code == 200
    assert "<script>" not in answer.text


def test_long_lists_have_pages_that_keep_their_filters(workspace: Workspace, as_person: As, clock: Clock) -> None:
    for n in range(30):
        clock.forward(minutes=1)
        service.create(workspace, AMUND, title=f"Notat {n}", text="x")
    page = as_person(KARI).get(HERE + "?kind=note&order=title").text
    [after] = set(re.findall(r'href="([^"]*page=2[^"]*)"', page))
    assert "kind=note" in after and "order=title" in after
    second = as_person(KARI).get(html.unescape(after)).text
    assert second.count('<th scope="row">') == 5
    assert 'aria-label="Side 2" aria-current="true"' in second and 'aria-hidden="true">Neste' in second


def test_working_material_is_marked_and_not_for_participants(workspace: Workspace, as_person: As) -> None:
    secret = service.create(workspace, AMUND, title="Fortrolig samtale", text="x", audience=Audience.STAFF)
    assert "Bare medarbeidere" in as_person(AMUND).get(HERE).text
    client = as_person(KARI)
    assert "Fortrolig samtale" not in client.get(HERE).text
    nowhere = client.get(HERE + "01arz3ndektsv4rrffq69g5fav/versions")
    for path in ("/versions", "/versions/1"):
        answer = client.get(HERE + secret.id + path)
        assert (answer.status_code, answer.text) == (404, nowhere.text)


# -- Writing --


def test_a_new_document_begins_from_a_template(as_person: As) -> None:
    page = as_person(AMUND).get(HERE + "new?kind=interview").text
    assert "Hvem vi snakket med" in field(page, "text")
    assert '<option value="interview" selected>' in page
    assert as_person(AMUND).get(HERE + "new?kind=nothing").status_code == 200


def test_a_document_is_written_by_plain_form(workspace: Workspace, as_person: As) -> None:
    client = as_person(AMUND)
    more = {"municipalities": "9001", "tags": "fisk, kai", "date": "2026-11-20", "value_chain": "Mat fra havet"}
    answer = post(client, **WHOLE, **more)
    [document] = stored(workspace)
    assert (answer.status_code, answer.location) == (303, HERE + document.id)
    assert (document.tags, document.municipalities, document.date) == (("fisk", "kai"), ("9001",), "2026-11-20")
    assert client.get(answer.location).status_code == 200


@pytest.mark.parametrize("title", ["", "  ", "\u200d", "\u3164", "x" * 201])
def test_a_bad_title_is_told_and_the_text_kept(workspace: Workspace, as_person: As, title: str) -> None:
    answer = post(as_person(AMUND), **WHOLE | {"title": title, "text": "Mye <b>arbeid</b> & slikt", "tags": "kai"})
    assert answer.status_code == 422
    assert field(answer.text, "text") == "Mye <b>arbeid</b> & slikt"
    assert field(answer.text, "tags") == "kai"
    assert 'aria-describedby="title-error"' in answer.text and 'href="#title"' in answer.text
    assert stored(workspace) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "x"),
        ("language", "x"),
        ("audience", "everybody"),
        ("date", "2026-02-30"),
        ("municipalities", "0301"),
        ("tags", "x" * 61),
        ("value_chain", "x" * 61),
        ("text", "\u200d"),
    ],
)
def test_every_refused_field_is_told(workspace: Workspace, as_person: As, name: str, value: str) -> None:
    answer = post(as_person(AMUND), **WHOLE | {name: value})
    assert answer.status_code == 422
    assert f'id="{name}-error"' in answer.text
    assert stored(workspace) == []


def test_a_megabyte_of_text_is_taken_and_more_is_given_back(workspace: Workspace, as_person: As) -> None:
    client = as_person(AMUND)
    text = "å" * (512 * 1024) + "."
    assert post(client, **WHOLE | {"text": text[:-1]}).status_code == 303
    assert len(stored(workspace)[0].text) == 512 * 1024
    answer = post(client, **WHOLE | {"text": text})
    assert answer.status_code == 422
    assert field(answer.text, "text") == text
    assert post(client, "preview", text=text).status_code == 422
    assert post(client, **WHOLE | {"text": "x" * (4 * 1024 * 1024)}).status_code == 413


@pytest.mark.parametrize(
    "text",
    ["\x00Tekst", "a" + "\u0301" * 5000, "👩‍👩‍👧‍👦 🐟", "\u202e snudd", "[" * 10_000, "[a](" * 10_000, "![" * 10_000],
    ids=["nul", "marks", "emoji", "direction", "brackets", "links", "images"],
)
def test_strange_texts_are_kept_and_shown(workspace: Workspace, as_person: As, text: str) -> None:
    client = as_person(AMUND)
    answer = post(client, **WHOLE | {"text": text})
    assert answer.status_code == 303
    assert stored(workspace)[0].text == text.replace("\x00", "").replace("a\u0301", "á")
    assert client.get(answer.location).status_code == 200


def test_a_lone_surrogate_is_no_text(workspace: Workspace, as_person: As) -> None:
    client = as_person(AMUND)
    body = f"csrf_token={csrf_of(client)}&title=%ED%A0%80&text=x&kind=plan"
    answer = client.post(HERE, data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code < 500
    assert all("\ud800" not in document.title for document in stored(workspace))


def test_reading_direction_can_not_be_turned_in_a_title(workspace: Workspace, as_person: As) -> None:
    post(as_person(AMUND), **WHOLE | {"title": "plan\u202egpj.exe", "tags": "A\u030alesund, \u00c5lesund"})
    assert stored(workspace)[0].title == "plangpj.exe"
    assert stored(workspace)[0].tags == ("Ålesund",)


def test_a_doubled_field_is_refused_and_unknown_ones_have_no_effect(workspace: Workspace, as_person: As) -> None:
    client = as_person(AMUND)
    assert post(client, **WHOLE | {"title": ["a", "b"]}).status_code == 400
    assert stored(workspace) == []
    post(client, **WHOLE, region=OTHER_REGION, created_by="kari", ref="x", number="9")
    [document] = stored(workspace)
    assert (document.created_by, document.ref, document.number) == ("amund", "", 1)
    assert workspace.region(OTHER_REGION).view().count(Document) == 0


# -- Preview --


def test_the_preview_is_a_fragment_of_safe_html(as_person: As) -> None:
    text = (
        "**Viktig** <script>alert(1)</script> <a href='javascript:alert(1)' hx-get='/x' id='csrf_token'>x</a> {{7*7}}"
    )
    answer = post(as_person(AMUND), "preview", htmx=True, text=text)
    assert answer.status_code == 200
    assert answer.text.startswith('<div class="prosa" id="preview">') and "<strong>Viktig</strong>" in answer.text
    assert "{{7*7}}" in answer.text
    assert not re.search(r"<script|<[^>]* (href=.javascript|hx-get|id=.csrf)", answer.text)


def test_without_script_the_whole_form_comes_back_with_its_preview(workspace: Workspace, as_person: As) -> None:
    page = post(as_person(AMUND), **WHOLE | {"text": "**Viktig**", "title": ""}, preview="1")
    assert page.status_code == 200
    assert field(page.text, "text") == "**Viktig**"
    assert "<strong>Viktig</strong>" in page.text
    assert stored(workspace) == []


def test_previewing_a_change_keeps_the_version_it_was_made_from(as_person: As, document: Document) -> None:
    page = post(as_person(AMUND), f"{document.id}/versions", **WHOLE | {"text": "Nytt"}, version=7, preview="1").text
    assert field(page, "version") == "7"
    assert "<p>Nytt</p>" in page


# -- Saving --


def test_a_change_becomes_a_new_version(workspace: Workspace, as_person: As, document: Document) -> None:
    client = as_person(AMUND)
    page = client.get(f"{HERE}{document.id}/edit").text
    assert (field(page, "text"), field(page, "version")) == ("Ni kommuner.", "1")
    answer = post(client, f"{document.id}/versions", **WHOLE | {"text": "Åtte."}, version=1, note="Vardnes gikk ut")
    assert (answer.status_code, answer.location) == (303, HERE + document.id)
    assert stored(workspace)[0].number == 2
    assert "Vardnes gikk ut" in client.get(f"{HERE}{document.id}/versions").text


def test_a_stale_save_shows_both_texts_and_overwrites_nothing(
    workspace: Workspace, as_person: As, document: Document
) -> None:
    service.save(workspace, MARIT, document.id, 1, text="Ni kommuner <i>i lag</i>.")
    client = as_person(AMUND)
    mine = {"text": "Ni kommuner, ett marked.", "title": "Mitt navn", "tags": "marked"}
    answer = post(client, f"{document.id}/versions", **WHOLE | mine, version=1, number=1, note="Mitt")
    assert answer.status_code == 409
    for name, value in mine.items():
        assert field(answer.text, name) == value
    assert field(answer.text, "note") == "Mitt"
    assert "Lagret av Marit" in answer.text
    assert "Ni kommuner &lt;i&gt;i lag&lt;/i&gt;." in answer.text
    assert "<ins>" in answer.text and "<del>" in answer.text
    assert stored(workspace)[0].text == "Ni kommuner <i>i lag</i>."
    # Having seen both, the writer may save; the other text stays among the versions.
    version = field(answer.text, "version")
    assert post(client, f"{document.id}/versions", **WHOLE | mine, version=version).status_code == 303
    assert stored(workspace)[0].number == 3
    assert "i lag" in client.get(f"{HERE}{document.id}/versions/2").text


def test_a_second_conflict_is_met_like_the_first(workspace: Workspace, as_person: As, document: Document) -> None:
    service.save(workspace, MARIT, document.id, 1, text="To.")
    client = as_person(AMUND)
    page = post(client, f"{document.id}/versions", **WHOLE | {"text": "Mitt."}, version=1).text
    service.save(workspace, MARIT, document.id, 2, text="Tre.")
    again = post(client, f"{document.id}/versions", **WHOLE | {"text": "Mitt."}, version=field(page, "version"))
    assert again.status_code == 409
    assert stored(workspace)[0].text == "Tre."


def test_a_double_click_saves_once(workspace: Workspace, as_person: As, document: Document) -> None:
    client = as_person(AMUND)
    for _ in range(2):
        assert post(client, f"{document.id}/versions", **WHOLE | {"text": "Nytt."}, version=1).status_code == 303
    assert stored(workspace)[0].number == 2


def test_a_save_must_say_what_it_was_made_from(workspace: Workspace, as_person: As, document: Document) -> None:
    client = as_person(AMUND)
    assert post(client, f"{document.id}/versions", **WHOLE).status_code == 428
    for version in ("x", "-1", "1" * 20):
        assert post(client, f"{document.id}/versions", **WHOLE, version=version).status_code == 400
    assert stored(workspace) == [document]


def test_a_refused_change_keeps_what_was_typed(workspace: Workspace, as_person: As, document: Document) -> None:
    fields = WHOLE | {"title": "", "text": "Mitt."}
    answer = post(as_person(AMUND), f"{document.id}/versions", **fields, version=1, note="n" * 301)
    assert answer.status_code == 422
    assert field(answer.text, "text") == "Mitt."
    assert stored(workspace) == [document]


# -- Who may --


@pytest.mark.parametrize("who", [KARI, ROLF])
def test_only_those_who_prepare_may_write(workspace: Workspace, as_person: As, document: Document, who: Actor) -> None:
    client = as_person(who)
    assert client.get(HERE + "new").status_code == 403
    assert client.get(f"{HERE}{document.id}/edit").status_code == 403
    for path in ("", "preview", f"{document.id}/versions"):
        answer = post(client, path, **WHOLE | {"text": "Det jeg skrev"}, version=1)
        assert answer.status_code == 403
        assert "Det jeg skrev" in answer.text
    assert stored(workspace) == [document]


def test_another_region_is_no_place(workspace: Workspace, as_person: As, document: Document) -> None:
    client = as_person(VERA)
    nowhere = client.get("/r/no-such-region/documents/").text
    for path in ("", "new", f"{document.id}/edit", f"{document.id}/versions", f"{document.id}/versions/1"):
        answer = client.get(HERE + path)
        assert (answer.status_code, answer.text) == (404, nowhere)
    theirs = f"/r/{OTHER_REGION}/documents/"
    missing = client.get(theirs + "01arz3ndektsv4rrffq69g5fav/versions")
    swapped = client.get(f"{theirs}{document.id}/versions")
    assert (swapped.status_code, swapped.text) == (404, missing.text)
    data = {"csrf_token": csrf_of(client), **WHOLE, "version": 1, "text": "Kapret"}
    assert client.post(f"{theirs}{document.id}/versions", data=data).status_code == 404
    assert stored(workspace) == [document]


# -- Versions --


def test_versions_are_listed_read_and_compared(workspace: Workspace, as_person: As, document: Document) -> None:
    service.save(workspace, MARIT, document.id, 1, "Flere", text="Elleve kommuner.\n\nNytt <b>avsnitt</b>.")
    client = as_person(ROLF)
    page = client.get(f"{HERE}{document.id}/versions").text
    assert "fra versjon\u00a01 til 2" in page or "fra versjon 1 til 2" in page
    assert "<del>Ni</del> <ins>Elleve</ins> kommuner." in page
    assert "&lt;b&gt;avsnitt" in page and "3 ord lagt til" in page
    assert "den første versjonen" in client.get(f"{HERE}{document.id}/versions?from=1&to=1").text
    assert "<ins>Ni</ins> " in client.get(f"{HERE}{document.id}/versions?from=2&to=1").text
    old = client.get(f"{HERE}{document.id}/versions/1").text
    assert "Ni kommuner." in old and "eldre versjon" in old


@pytest.mark.parametrize(
    "path", ["versions/0", "versions/3", "versions/x", "versions/-1", "versions?to=9", "versions?from=9"]
)
def test_versions_that_never_were(as_person: As, document: Document, path: str) -> None:
    assert as_person(ROLF).get(f"{HERE}{document.id}/{path}").status_code == 404


def test_headings_begin_below_the_title_of_the_page_and_skip_no_level(as_person: As) -> None:
    for text, levels in (
        ("# A\n\n## B", [2, 3]),
        ("## A\n\n#### B\n\n## C", [2, 3, 2]),
        ("### A\n\n# B", [2, 2]),
        ("x\n\n###### A", [2]),
    ):
        shown = post(as_person(AMUND), "preview", htmx=True, text=text).text
        assert [int(level) for level in re.findall(r"<h([1-6])>", shown)] == levels
        assert re.findall(r"<h([1-6])>", shown) == re.findall(r"</h([1-6])>", shown)
