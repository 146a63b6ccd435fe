"""Measures as files over HTTP: sent, looked at row by row, and only then brought in."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest
from flask.testing import FlaskClient

from tests.conftest import AMUND, KARI, REGION, csrf_of
from tests.measures.conftest import FIELDS, Make, post
from workspace.access import Actor
from workspace.errors import NotFound
from workspace.measures import importing, service
from workspace.measures.model import Measure
from workspace.parts import Workspace

As = Callable[[Actor], FlaskClient]


def send(client: FlaskClient, content: bytes, name: str = "tiltak.xlsx", **more: str):
    data = {"csrf_token": csrf_of(client), "file": (io.BytesIO(content), name), **more}
    return client.post(f"/r/{REGION}/measures/imports", data=data, content_type="multipart/form-data")


def test_a_file_is_looked_at_before_it_is_brought_in(nine: Workspace, as_person: As, make: Make) -> None:
    made = make()
    client = as_person(AMUND)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/r/{REGION}/measures/export.xlsx").data))
    sheet = book["Tiltak"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, columns["finansiering"], "Fylkeskommunen")
    sheet.cell(3, columns["tiltak"], "Kai")
    sheet.cell(3, columns["beskrivelse"], "Vi bygger.")
    sheet.cell(4, columns["nr"], "T-77")
    out = io.BytesIO()
    book.save(out)
    answers = [send(client, out.getvalue(), key="0123456789abcdefghjkmnpqrs") for _time in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location  # sent twice, kept once
    page = client.get(answers[0].location).text
    for words_ in ("Ingenting er lagret ennå", "finansiering", "Nytt: 1", "Endret: 1", "Ikke tatt inn: 1", "T-77"):
        assert words_ in page, words_
    assert service.get(nine, AMUND, made.id) == made
    path = answers[0].location.removeprefix(f"/r/{REGION}") + "/confirmation"
    for _time in range(2):
        assert post(client, path).status_code == 303
    done = client.get(answers[0].location).text
    assert "Tatt inn i dag" in done and "Nytt: 1" in done and "Endret: 1" in done  # also after it was sent again
    assert "Det finnes ikke noe tiltak med nummeret T-77." in done
    assert service.get(nine, AMUND, made.id).funding == "Fylkeskommunen"
    assert [measure.title for measure in service.listing(nine, AMUND)] == [FIELDS["title"], "Kai"]
    assert as_person(KARI).get(answers[0].location).status_code == 403


def test_what_can_not_be_read_is_told_beside_the_field(nine: Workspace, as_person: As) -> None:
    client = as_person(AMUND)
    refused = send(client, b"%PDF-1.4", "plan.pdf")
    assert refused.status_code == 422 and "Velg en fil av typen XLSX eller CSV." in refused.text
    assert post(client, "/measures/imports").status_code == 422
    size = {"CONTENT_LENGTH": str(importing.LARGEST * 2)}
    sent = {"content_type": "multipart/form-data; boundary=x", "environ_overrides": size}
    large = client.post(f"/r/{REGION}/measures/imports", **sent)
    assert as_person(KARI).post(f"/r/{REGION}/measures/imports", **sent).status_code == 413
    assert large.status_code == 413 and "Grensen er 8 MB" in large.text
    assert send(as_person(KARI), b"nr;tiltak\n;x\n", "a.csv").status_code == 403
    with pytest.raises(NotFound):
        importing.get(nine, AMUND, "nowhere")


def test_csv_comes_in_as_the_main_sheet(nine: Workspace, as_person: As, make: Make) -> None:
    made: Measure = make()
    client = as_person(AMUND)
    text = client.get(f"/r/{REGION}/measures/export.csv").data.decode("utf-8-sig")
    sent = send(client, text.replace("Vi bygger sammen.", "Vi bygger i Myrland.").encode(), "tiltak.csv")
    post(client, sent.location.removeprefix(f"/r/{REGION}") + "/confirmation")
    kept = service.get(nine, AMUND, made.id)
    assert (kept.text, kept.text_version) == ("Vi bygger i Myrland.", 2)
