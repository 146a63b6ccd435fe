"""Taking versions back, what is new since one last read, comparing over HTTP, and choosing after a stale save."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec
import pytest
from flask import Flask, g, render_template
from flask.testing import FlaskClient

from tests.conftest import AMUND, KARI, MARIT, OTHER_REGION, REGION, ROLF, VERA
from tests.documents.test_routes import HERE, WHOLE, field, post
from workspace.access import Actor, Audience, operator
from workspace.documents import comparing, service, versions
from workspace.documents.model import Document, File
from workspace.documents.versions import News, ReadMark
from workspace.errors import Conflict, Forbidden, NotFound
from workspace.parts import Workspace

As = Callable[[Actor], FlaskClient]
FIRST = "Innledning.\n\nDet tar 35 minutter for bedrifter i Havnøy.\n\nAvslutning."


@pytest.fixture
def document(workspace: Workspace) -> Document:
    """A document with three versions, by Amund, Marit and Amund."""
    made = service.create(workspace, AMUND, title="Planutkast", kind="plan", text=FIRST)
    made = service.save(workspace, MARIT, made.id, 1, "Nytt tall", text=FIRST.replace("35", "40"), title="Plan")
    return service.save(workspace, AMUND, made.id, 2, text=FIRST.replace("35", "45") + "\n\nNoe nytt.", title="Plan")


def stored(workspace: Workspace) -> Document:
    [document] = workspace.region(REGION).view().find(Document)
    return document


def state(workspace: Workspace) -> tuple[object, ...]:
    """All that others could see of the region, and what the index follows."""
    view = workspace.region(REGION).view()
    return view.find(Document), view.events(), workspace.indexes.region(REGION).seen()


# -- Taking a version back --


def test_an_old_version_comes_back_as_a_new_one(workspace: Workspace, document: Document) -> None:
    kept = versions.restore(workspace, MARIT, document.id, 1, document.version, "Hentet tilbake versjon 1")
    assert (kept.number, kept.title, kept.text, kept.changed_by) == (4, "Planutkast", FIRST, "marit")
    found = service.versions(workspace, ROLF, kept)
    assert [(v.number, v.title, v.note) for v in found] == [
        (4, "Planutkast", "Hentet tilbake versjon 1"), (3, "Plan", ""), (2, "Plan", "Nytt tall"), (1, "Planutkast", ""),
    ]  # fmt: skip
    assert service.version_text(workspace, ROLF, kept, 3)[1] == document.text


def test_taking_back_what_stands_already_changes_nothing(workspace: Workspace, document: Document) -> None:
    before = state(workspace)
    assert versions.restore(workspace, MARIT, document.id, 3, 1) == document
    versions.restore(workspace, MARIT, document.id, 1, document.version)
    again = versions.restore(workspace, MARIT, document.id, 1, document.version)  # a double click
    assert again.number == 4
    assert before != state(workspace)


def test_a_version_is_not_taken_back_over_what_was_not_seen(workspace: Workspace, document: Document) -> None:
    before = state(workspace)
    with pytest.raises(Conflict) as stale:
        versions.restore(workspace, MARIT, document.id, 1, document.version - 1)
    assert stale.value.current == document
    with pytest.raises(NotFound):
        versions.restore(workspace, MARIT, document.id, 9, document.version)
    for who in (KARI, ROLF):
        with pytest.raises(Forbidden):
            versions.restore(workspace, who, document.id, 1, document.version)
    assert state(workspace) == before


PDF = File(name="Plan.pdf", digest="0" * 64, size=9, kind="pdf", state="read", unit="page", leaves=2, of=2)


@pytest.fixture
def file(workspace: Workspace) -> Document:
    """A document of a file, in its second edition."""
    first = service.create(workspace, AMUND, title="Plan", text="Side en.\fSide to.", file=PDF, digest="a")
    return service.save(workspace, AMUND, first.id, 1, text="Side en.\fSide 2.", file=PDF, digest="b")


def test_an_older_edition_of_a_file_is_taken_back_with_its_file(workspace: Workspace, file: Document) -> None:
    other = msgspec.structs.replace(PDF, name="Plan 3.pdf", digest="1" * 64)
    third = service.save(workspace, AMUND, file.id, file.version, text="Side tre.", file=other, digest="c")
    back = versions.restore(workspace, MARIT, file.id, 1, third.version)
    assert (back.number, back.text, back.file) == (4, "Side en.\fSide to.", PDF)


def test_a_text_from_a_file_that_flows_is_edited_like_any_other(workspace: Workspace, as_person: As) -> None:
    flowing = msgspec.structs.replace(PDF, name="Plan.docx", kind="docx", unit="", leaves=0, of=0)
    document = service.create(workspace, AMUND, title="Plan", text="En.", file=flowing, digest="a")
    client = as_person(AMUND)
    assert 'name="text"' in client.get(f"{HERE}{document.id}/edit").text
    assert post(client, f"{document.id}/versions", **WHOLE | {"text": "To."}, version=1).status_code == 303
    assert (stored(workspace).text, stored(workspace).file) == ("To.", flowing)
    assert versions.restore(workspace, MARIT, document.id, 1, 2).text == "En."


def test_an_old_edition_of_a_file_is_read_page_by_page(as_person: As, file: Document) -> None:
    client = as_person(ROLF)
    first, second = (client.get(f"{HERE}{file.id}/versions/1?page={n}").text for n in (1, 9))
    assert "<p>Side en.</p>" in first and "Side to." not in first and "page=2" in first
    assert "<p>Side to.</p>" in second


def test_what_is_said_about_a_file_is_changed_and_its_text_is_not(
    workspace: Workspace, as_person: As, file: Document
) -> None:
    client = as_person(AMUND)
    page = client.get(f"{HERE}{file.id}/edit").text
    assert 'name="text"' not in page and "lest fra filen Plan.pdf" in page
    fields = {name: value for name, value in WHOLE.items() if name != "text"} | {"title": "Ny tittel", "number": 2}
    assert post(client, f"{file.id}/versions", **fields, version=2).status_code == 303
    assert (stored(workspace).title, stored(workspace).text) == ("Ny tittel", "Side en.\fSide 2.")
    late = post(client, f"{file.id}/versions", **fields | {"title": "For sent", "text": "Kapret."}, version=2)
    assert late.status_code == 409 and "Tittel: «Ny tittel»" in late.text and 'value="merged"' not in late.text
    assert post(client, f"{file.id}/versions", **fields, version=3, choice="theirs").status_code == 400
    assert post(client, f"{file.id}/versions", **fields, version=3, choice="mine").status_code == 200
    assert stored(workspace).text == "Side en.\fSide 2."


def test_a_version_is_taken_back_by_plain_form(workspace: Workspace, as_person: As, document: Document) -> None:
    client = as_person(AMUND)
    page = client.get(f"{HERE}{document.id}/versions?from=1&to=3").text
    assert "Å hente tilbake lager versjon 4. Ingen versjoner slettes." in page
    [action] = re.findall(r'action="([^"]*restoration)"', page)
    assert action.endswith(f"{document.id}/versions/1/restoration")
    answer = post(client, action.removeprefix(HERE), version=field(page, "version") or document.version)
    assert (answer.status_code, answer.location) == (303, HERE + document.id)
    assert (stored(workspace).number, stored(workspace).text) == (4, FIRST)
    assert "Hentet tilbake versjon 1" in client.get(f"{HERE}{document.id}/versions").text


def test_a_stale_restoration_shows_what_is_new(workspace: Workspace, as_person: As, document: Document) -> None:
    client = as_person(AMUND)
    answer = post(client, f"{document.id}/versions/1/restoration", version=document.version - 1)
    assert answer.status_code == 409
    assert "Ingenting er hentet tilbake" in answer.text and "<ins>45</ins>" in answer.text
    assert post(client, f"{document.id}/versions/1/restoration").status_code == 428
    assert post(client, f"{document.id}/versions/9/restoration", version=3).status_code == 404
    assert post(client, f"{document.id}/versions/x/restoration", version=3).status_code == 404
    assert stored(workspace) == document


def test_only_those_who_write_are_offered_it(workspace: Workspace, as_person: As, document: Document) -> None:
    for path in ("versions?from=1&to=3", "versions/1"):
        assert "/restoration" not in as_person(ROLF).get(f"{HERE}{document.id}/{path}").text
        assert "/versions/1/restoration" in as_person(MARIT).get(f"{HERE}{document.id}/{path}").text
    assert "/restoration" not in as_person(MARIT).get(f"{HERE}{document.id}/versions/3").text
    assert post(as_person(ROLF), f"{document.id}/versions/1/restoration", version=3).status_code == 403


# -- What is new --


def test_what_is_new_is_told_against_what_one_read_last(workspace: Workspace, document: Document) -> None:
    assert versions.news(workspace, KARI, document) == News(0, 3)
    versions.mark_read(workspace, KARI, document.id, 1)
    assert versions.news(workspace, KARI, document) == News(1, 3, paragraphs=2, added=3, gone=1, titled=True)
    versions.mark_read(workspace, KARI, document.id, 3)
    assert versions.news(workspace, KARI, document) == News(3, 3)
    assert versions.news(workspace, ROLF, document) == News(0, 3)  # another reader's own matter


def test_marking_changes_nothing_that_others_see(workspace: Workspace, document: Document) -> None:
    before = state(workspace)
    versions.mark_read(workspace, KARI, document.id, 2)
    [mark] = workspace.region(REGION).view().find(ReadMark)
    assert (mark.id, mark.number, mark.version) == (f"kari:{document.id}", 2, 1)
    for number in (2, 1):  # again, and from an older page
        versions.mark_read(workspace, KARI, document.id, number)
    assert workspace.region(REGION).view().find(ReadMark) == [mark]
    assert state(workspace) == before


def test_only_what_is_there_for_one_can_be_read(workspace: Workspace, document: Document) -> None:
    secret = service.create(workspace, AMUND, title="Intervju", text="Fortrolig.", audience=Audience.STAFF)
    for who, id, number in (
        (KARI, secret.id, 1),
        (KARI, document.id, 4),
        (KARI, document.id, 0),
        (KARI, "finnes-ikke", 1),
        (VERA, document.id, 1),
    ):
        with pytest.raises(NotFound):
            versions.mark_read(workspace, who, id, number)
    versions.mark_read(workspace, operator(REGION), document.id, 1)
    assert versions.news(workspace, operator(REGION), document) is None
    assert workspace.region(REGION).view().count(ReadMark) == 0


def test_the_page_marks_the_version_it_shows(workspace: Workspace, as_person: As, document: Document) -> None:
    client = as_person(ROLF)
    client.get(f"{HERE}{document.id}/versions")
    assert workspace.region(REGION).view().count(ReadMark) == 0  # looking writes nothing
    answer = post(client, f"{document.id}/reading", htmx=True, number=2)
    assert (answer.status_code, answer.data, "HX-Redirect" in answer.headers) == (204, b"", False)
    answer = post(client, f"{document.id}/reading", number=3)
    assert (answer.status_code, answer.location) == (303, HERE + document.id)
    assert versions.news(workspace, ROLF, document) == News(3, 3)
    assert post(client, f"{document.id}/reading").status_code == 400
    assert post(client, f"{document.id}/reading", number=9).status_code == 404


def test_who_saves_has_read_it(workspace: Workspace, as_person: As, document: Document) -> None:
    client = as_person(AMUND)
    post(client, f"{document.id}/versions", **WHOLE, version=3, number=3)
    assert versions.news(workspace, AMUND, stored(workspace)) == News(4, 4)
    post(client, f"{document.id}/versions/1/restoration", version=4)
    assert versions.news(workspace, AMUND, stored(workspace)) == News(5, 5)


@pytest.mark.parametrize(
    ("read", "said", "asks"),
    [
        (News(0, 3), "", True),
        (News(1, 3, paragraphs=2), "2 avsnitt er endret.", True),
        (News(1, 3, titled=True), "tittelen er endret.", True),
        (News(1, 3), "teksten er den samme.", True),
        (News(3, 3), "", False),
        (None, "", False),
    ],
)
def test_the_reading_page_says_what_is_new_and_asks_to_be_marked(
    app: Flask, document: Document, read: News | None, said: str, asks: bool
) -> None:
    with app.test_request_context():
        g.actor = ROLF
        shown = render_template("documents/_news.html", news=read, document=document)
    assert said in shown and ("Ny versjon siden du sist leste" in shown) == bool(said)
    assert (f"{document.id}/versions?from=1&amp;to=3" in shown) == bool(said)
    assert ('hx-trigger="load delay:4s"' in shown and "Merk som lest" in shown) == asks


# -- Comparing --


def test_two_versions_are_compared_word_by_word_and_side_by_side(as_person: As, document: Document) -> None:
    client = as_person(ROLF)
    page = client.get(f"{HERE}{document.id}/versions?from=1&to=3").text
    assert "<del>35</del> <ins>45</ins> minutter" in page and "2 avsnitt er endret" in page
    assert "<del>Planutkast</del> <ins>Plan</ins>" in page
    assert "Endring 2 av 2." in page and 'id="change-2"' in page
    assert "gjelder nå" in page
    beside = client.get(f"{HERE}{document.id}/versions?from=1&to=3&view=beside").text
    assert "Det tar <del>35</del> minutter" in beside and "Det tar <ins>45</ins> minutter" in beside
    assert 'name="view" value="beside"' in beside
    assert client.get(f"{HERE}{document.id}/versions?view=%3Cscript%3E").status_code == 200


def test_a_comparison_is_downloaded_as_text(workspace: Workspace, as_person: As, document: Document) -> None:
    service.save(workspace, AMUND, document.id, 3, title="Blåbær/2026: «nå»", text="## Mål\n\n- en")
    answer = as_person(ROLF).get(f"{HERE}{document.id}/versions/comparison?from=1&to=4")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert (
        "Bl%C3%A5b%C3%A6r%202026%20%C2%ABn%C3%A5%C2%BB%2C%20versjon%201%20til%204.txt"
        in answer.headers["Content-Disposition"]
    )
    text = answer.text
    assert text.startswith("Blåbær/2026: «nå», versjon 1 til 4\n\n")
    assert "[tatt bort: Innledning.]" in text and "## [lagt til: Mål]" in text and "- [lagt til: en]" in text
    unchanged = as_person(ROLF).get(f"{HERE}{document.id}/versions/comparison?from=1&to=2").text
    assert "Det tar [tatt bort: 35] [lagt til: 40] minutter" in unchanged and "Innledning." in unchanged
    for query in ("from=9", "to=9"):
        assert as_person(ROLF).get(f"{HERE}{document.id}/versions/comparison?{query}").status_code == 404


def test_a_rewritten_book_is_cut_on_the_page_and_whole_in_the_file(workspace: Workspace, as_person: As) -> None:
    old, new = ("\n\n".join(f"{word}{n}" for n in range(2000)) for word in "ab")
    document = service.create(workspace, AMUND, title="Bok", text=old)
    service.save(workspace, AMUND, document.id, 1, text=new)
    page = as_person(ROLF).get(f"{HERE}{document.id}/versions").text
    assert "resten ikke vises" in page and page.count("data-change") == 1500
    assert as_person(ROLF).get(f"{HERE}{document.id}/versions/comparison").text.count("[lagt til:") == 2000


def test_working_material_is_compared_by_nobody_else(workspace: Workspace, as_person: As) -> None:
    secret = service.create(workspace, AMUND, title="Samtale", text="x", audience=Audience.STAFF)
    client = as_person(KARI)
    nowhere = "01arz3ndektsv4rrffq69g5fav"
    missing = client.get(f"{HERE}{nowhere}/versions/comparison")
    answer = client.get(f"{HERE}{secret.id}/versions/comparison")
    assert (answer.status_code, answer.text) == (404, missing.text)
    said = [post(client, f"{id}/reading", number=1) for id in (secret.id, nowhere)]
    assert [(one.status_code, one.text) for one in said] == [(404, said[1].text)] * 2
    theirs = as_person(VERA).get(f"/r/{OTHER_REGION}/documents/{secret.id}/versions/comparison")
    assert theirs.status_code == 404


def test_the_end_of_a_very_long_file_is_not_compared_and_that_is_said(
    workspace: Workspace, as_person: As, monkeypatch: pytest.MonkeyPatch, document: Document
) -> None:
    monkeypatch.setattr(comparing, "LONGEST", 20)
    page = as_person(ROLF).get(f"{HERE}{document.id}/versions").text
    assert "bare begynnelsen er sammenlignet" in page and "Noe nytt." not in page
    assert "bare begynnelsen" in as_person(ROLF).get(f"{HERE}{document.id}/versions/comparison").text


# -- Choosing after a stale save --

MINE = {"text": FIRST.replace("Havnøy.", "Havnøy og Ytre Nes.") + "\n\nMitt.", "title": "Planutkast", "tags": "kai"}


def stale(client: FlaskClient, document: Document, **more: object):
    """A save that was made from the first version."""
    return post(client, f"{document.id}/versions", **WHOLE | MINE | {"version": 1, "number": 1, "note": "Mitt"} | more)


def test_a_stale_save_shows_both_changes_against_what_they_began_from(
    workspace: Workspace, as_person: As, document: Document
) -> None:
    page = stale(as_person(AMUND), document)
    assert page.status_code == 409
    assert "<del>35</del> <ins>45</ins> minutter" in page.text and "<ins>Havnøy og Ytre Nes.</ins>" in page.text
    assert "Marit" in page.text and "2 avsnitt er endret i den lagrede teksten" in page.text
    assert (field(page.text, "version"), field(page.text, "number")) == ("3", "1")
    assert "Tittel: «Plan»" in page.text and "Emneord: ingen" in page.text
    assert stored(workspace) == document


def test_both_are_merged_into_the_form_and_nothing_is_saved(
    workspace: Workspace, as_person: As, document: Document
) -> None:
    client = as_person(AMUND)
    page = stale(client, document, choice="merged")
    assert page.status_code == 200
    assert "Det tar 45 minutter for bedrifter i Havnøy og Ytre Nes.\n" in field(page.text, "text")
    assert {"Mitt.", "Noe nytt."} <= set(field(page.text, "text").split("\n"))
    assert (field(page.text, "version"), field(page.text, "number")) == ("3", "3")
    assert (field(page.text, "tags"), field(page.text, "note")) == ("kai", "Mitt")
    assert field(page.text, "title") == "Plan"  # changed by the other, and not by this writer
    assert field(page.text, "q") == "", "the search field of the frame has nothing of this page in it"
    assert stored(workspace) == document
    saved = post(client, f"{document.id}/versions", **WHOLE, version=3, number=3)
    assert (saved.status_code, stored(workspace).number) == (303, 4)


def test_a_newer_version_of_ones_own_is_not_called_that_of_others(as_person: As, document: Document) -> None:
    assert document.changed_by == AMUND.by
    page = stale(as_person(AMUND), document)
    assert page.status_code == 409
    assert "Du har selv lagret en nyere versjon i en annen fane" in page.text and "Lagret av deg" in page.text
    assert "av andre" not in page.text and "har dere" not in page.text and "Lagret av Amund" not in page.text
    other = stale(as_person(MARIT), document).text
    assert "Dokumentet er endret av andre mens du skrev" in other and "Lagret av Amund" in other


def test_what_can_not_be_merged_is_told(workspace: Workspace, as_person: As, document: Document) -> None:
    mine = FIRST.replace("35", "50")
    for choice in ("", "merged"):
        page = stale(as_person(AMUND), document, text=mine, choice=choice)
        assert "Ett sted er endret på ulik måte i de to" in page.text
    assert '<mark class="p">50</mark>' in page.text and '<mark class="p">45</mark>' in page.text
    text = field(page.text, "text")
    assert "50 minutter" in text and "45 minutter" in text and text.count("Innledning.") == 1


def test_one_of_the_texts_is_chosen(workspace: Workspace, as_person: As, document: Document) -> None:
    client = as_person(AMUND)
    mine = stale(client, document, choice="mine", title="Min tittel")
    assert (field(mine.text, "text"), field(mine.text, "title")) == (MINE["text"], "Min tittel")
    theirs = stale(client, document, choice="theirs", title="Min tittel")
    assert (field(theirs.text, "text"), field(theirs.text, "title")) == (document.text, "Min tittel")
    assert "Havnøy og Ytre Nes." in theirs.text  # put aside, not lost
    for page in (mine, theirs):
        assert (field(page.text, "version"), field(page.text, "number")) == ("3", "3")
    assert stale(client, document, choice="?").status_code == 400
    assert stale(client, document, choice="merged", version="").status_code == 428
    assert stored(workspace) == document


@pytest.mark.parametrize("number", ["", "x", "99", "-1", "1" * 30])
def test_without_knowing_what_it_was_made_from_all_is_kept(
    workspace: Workspace, as_person: As, document: Document, number: str
) -> None:
    assert stale(as_person(AMUND), document, number=number).status_code == 409
    text = field(stale(as_person(AMUND), document, number=number, choice="merged").text, "text")
    assert all(part in text for part in ("Ytre Nes.", "45 minutter", "Mitt.", "Noe nytt."))
    assert text.count("Innledning.") == 1


def test_when_only_what_is_said_about_it_has_changed_the_text_is_not_in_question(
    workspace: Workspace, as_person: As, document: Document
) -> None:
    service.save(workspace, MARIT, document.id, 3, tags=("fisk",), date="2026-11-20")
    page = post(
        as_person(AMUND), f"{document.id}/versions", **WHOLE | {"text": document.text + " Mer."}, version=3, number=3
    )
    assert page.status_code == 409
    assert "Teksten er ikke endret" in page.text and "Emneord: fisk" in page.text and "20. november" in page.text
    assert 'value="merged"' not in page.text


def test_a_text_that_is_too_long_is_told_when_chosen(as_person: As, document: Document) -> None:
    page = stale(as_person(AMUND), document, text="x" * (1024 * 1024 + 1), choice="merged")
    assert page.status_code == 422
    assert "Grensen er 1 MB" in page.text
