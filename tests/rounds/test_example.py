"""The eighteen measures and answers of the worked example, brought in by CSV: their verdicts wherever shown."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import docx
import openpyxl
import pytest
from flask.testing import FlaskClient

from tests.conftest import MARIT, REGION, ROLF, csrf_of
from tests.rounds import papers
from tests.rounds.papers import FIXTURE
from workspace.access import Actor
from workspace.parts import Workspace
from workspace.rounds import service
from workspace.rounds.model import Round

As = Callable[[Actor], FlaskClient]
RESERVED = {
    8: ("Havnsund",),
    12: ("Brattfjell", "Myrland", "Tverrdal"),
    14: ("Sandværøy",),
    16: ("Bjørkvåg", "Myrland"),
    17: ("Brattfjell", "Myrland", "Tverrdal"),
}
OUTCOMES = {5: "Venter på svar", 12: "Ikke konsensus", 17: "Blokkert"} | dict.fromkeys(
    (8, 14, 16), "Konsensus med forbehold"
)


def stated(number: int) -> tuple[str, tuple[str, ...]]:
    """The outcome that the example states for a measure, and the names its sentence must have."""
    missing = ("Ytre Eidvær", "Myrland", "Sandværøy") if number == 5 else ()
    blocks = ("Bjørkvåg",) if number == 17 else ()
    return OUTCOMES.get(number, "Konsensus"), (*RESERVED.get(number, ()), *missing, *blocks)


@pytest.fixture
def round_(workspace: Workspace, app: object) -> Round:
    papers.municipalities(workspace)
    return papers.opened(workspace, papers.propose(workspace, 18))


def send(client: FlaskClient, round_: Round, content: bytes, **fields: str):
    """Look at a file first."""
    data = {"csrf_token": csrf_of(client), "file": (io.BytesIO(content), "skarfjord.csv"), **fields}
    return client.post(f"/r/{REGION}/rounds/{round_.id}/import", data=data)


def confirm(client: FlaskClient, page: str):
    """Send the form that the page of a looked-at file has."""
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.split("confirmation", 1)[1]))
    path = re.search(r'action="([^"]*/import/confirmation)"', page).group(1)
    return client.post(path, data=fields)


@pytest.fixture
def taken(workspace: Workspace, as_person: As, round_: Round) -> Round:
    client = as_person(MARIT)
    looked = send(client, round_, FIXTURE.read_bytes())
    assert looked.status_code == 200 and "159 svar blir tatt inn." in looked.text
    assert papers.ballots(workspace, round_) == [], "nothing is kept by looking"
    done = confirm(client, looked.text)
    assert "159 svar er tatt inn." in done.text
    return service.get(workspace, MARIT, round_.id)


def test_on_screen(workspace: Workspace, as_person: As, taken: Round) -> None:
    client = as_person(ROLF)
    board = client.get(f"/r/{REGION}/rounds/{taken.id}").text
    rows = re.findall(r'<tr id="row-\w+"><th scope="row"><a .*?</tr>', board, re.DOTALL)
    assert len(rows) == 18
    for number, (row, measure) in enumerate(zip(rows, taken.measures, strict=True), start=1):
        outcome, names = stated(number)
        assert f'sterk">{outcome}<' in row
        sentence = re.search(r'regel__utfall">.*?</div>', client.get(f"/r/{REGION}/measures/{measure}").text, re.DOTALL)
        assert all(name in sentence.group().replace("\u00a0", " ") for name in (f"{outcome}:", *names))


def test_in_the_protocol(as_person: As, taken: Round) -> None:
    client = as_person(ROLF)
    page = client.get(f"/r/{REGION}/rounds/{taken.id}/protocol").text
    file = docx.Document(io.BytesIO(client.get(f"/r/{REGION}/rounds/{taken.id}/protocol.docx").data))
    said = [paragraph.text for paragraph in file.paragraphs if paragraph.text.startswith("Foreløpig utfall: ")]
    assert len(said) == 18
    for number, sentence in enumerate(said, start=1):
        outcome, names = stated(number)
        assert sentence.startswith(f"Foreløpig utfall: {outcome}: ")
        assert all(name in sentence for name in names)
        assert sentence.removeprefix("Foreløpig utfall: ") in page


def test_in_the_export(as_person: As, taken: Round) -> None:
    client = as_person(MARIT)
    rows = papers.rows_of(client.get(f"/r/{REGION}/rounds/{taken.number}/results.csv").data)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/r/{REGION}/rounds/{taken.id}/export.xlsx").data))
    assert book.sheetnames == ["Svar", "Resultat", "Hvem svarer"]
    sheet = [[cell.value for cell in row] for row in book["Resultat"].iter_rows(min_row=2)]
    for number, (row, cells) in enumerate(zip(rows, sheet, strict=True), start=1):
        outcome, names = stated(number)
        assert row["outcome"] == cells[2] == outcome
        assert row["sentence"] == cells[3] and all(name in row["sentence"] for name in names)
    support = [row for row in rows if row["supporting"] == row["voices"] == "9"]
    assert len(support) == 12
    for row in support:
        assert float(row["group_informed"]) == pytest.approx(0.5625)
        assert float(row["plain_product"]) == pytest.approx((2 / 3) ** 9, abs=1e-12)
