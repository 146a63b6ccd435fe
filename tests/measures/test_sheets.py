"""Measures out to a spreadsheet and in again: nothing changes by itself, and each row says what came of it."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import AMUND, KARI, MARIT, REGION, ROLF
from tests.measures.conftest import PEOPLE, Make, freeze
from workspace import tables
from workspace.access import Actor, Audience
from workspace.clean import clean_line, clean_text, is_blank
from workspace.documents import service as documents
from workspace.errors import Forbidden, Invalid
from workspace.measures import importing, planning, service, sheets
from workspace.measures.model import (
    FOR_WHOM,
    HORIZONS,
    INITIATORS,
    KINDS_OF_BENEFIT,
    SIZES,
    Benefit,
    Citation,
    OwnShare,
)
from workspace.measures.planning import Plan, Row
from workspace.measures.sharing import KEYS
from workspace.parts import Workspace
from workspace.tables import Line, Table

As = Callable[[Actor], FlaskClient]
Sheets = dict[str, list[Line]]
NINE = tuple(PEOPLE)


def xlsx(workspace: Workspace, who: Actor = AMUND) -> Sheets:
    """What comes back of a workbook that went out."""
    return tables.read_xlsx(tables.to_xlsx(sheets.export(workspace, who)))


def row_of(found: Sheets, sheet: str, **cells: str) -> dict[str, str]:
    """The cells of the row that has these, to be changed."""
    return next(line.cells for line in found[sheet] if all(line.cells[name] == cell for name, cell in cells.items()))


def bring_in(workspace: Workspace, found: Sheets, who: Actor = AMUND) -> dict[str, list[Row]]:
    rows = importing.bring_in(workspace, who, found)
    return {outcome: [row for row in rows if row.outcome == outcome] for outcome in planning.OUTCOMES}


def told(row: Row) -> str:
    return str(importing.reason_of(row))


# -- Out and in again --

line_ = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=40).map(clean_line)
note = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=60).map(clean_text)
seen = line_.filter(lambda text: not is_blank(text))
day = st.dates().map(str)


def words(values: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.sampled_from(values)


benefit = st.builds(
    Benefit,
    municipality=st.sampled_from(NINE),
    kind=words(KINDS_OF_BENEFIT),
    size=words(SIZES),
    how=seen,
    source=line_,
    for_whom=st.sets(words(FOR_WHOM)).map(lambda chosen: tuple(who for who in FOR_WHOM if who in chosen)),
)
fields = st.fixed_dictionaries(
    {
        "title": seen, "text": note.filter(lambda text: not is_blank(text)), "focus_area": line_, "goal": line_,
        "initiator": words(("", *INITIATORS)), "regional_benefit": note, "regional_size": words(SIZES),
        "responsible": line_, "owner_reason": note, "partners": line_, "cost": line_,
        "cost_amount": st.none() | st.integers(0, 10**12), "cost_per_year": st.booleans(), "funding": line_,
        "own_hours": st.none() | st.integers(0, 10**6), "share_key": words(("", *KEYS)), "opt_in": st.booleans(),
        "carriers": st.lists(st.sampled_from(NINE), unique=True).map(tuple), "start": st.just(""), "end": day,
        "horizon": words(HORIZONS), "quick_win": st.booleans(), "quick_win_date": st.just("") | day,
        "quick_win_meets": line_, "effort": st.integers(0, 5), "effect": st.integers(0, 5), "indicator": note,
        "remark": note, "benefits": st.lists(benefit, max_size=9, unique_by=lambda one: one.municipality).map(tuple),
        "own_shares": st.lists(
            st.builds(OwnShare, municipality=st.sampled_from(NINE), weight=st.integers(1, 10**9)),
            unique_by=lambda one: one.municipality,
        ).map(tuple),
    }
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields)
def test_what_goes_out_changes_nothing_when_it_comes_in(nine: Workspace, typed: dict) -> None:
    service.create(nine, AMUND, **typed)
    before = nine.region(REGION).view().last_event()
    for found in (xlsx(nine), {"Tiltak": tables.read_csv(tables.to_csv(sheets.export(nine, AMUND)[0]))}):
        rows = importing.bring_in(nine, AMUND, found)
        assert {row.outcome for row in rows} == {"unchanged"}, [row for row in rows if row.outcome != "unchanged"]
    assert nine.region(REGION).view().last_event() == before


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields)
def test_another_region_gets_the_same_measure_from_the_file(nine: Workspace, typed: dict) -> None:
    """A row without its number becomes a measure that has all that the first had."""
    first = service.create(nine, AMUND, **typed)
    found = xlsx(nine)
    code = first.code
    mine = {sheet: [line for line in lines if line.cells["nr"] == code] for sheet, lines in found.items()}
    for lines in mine.values():
        for line in lines:
            line.cells["nr"] = ""
            line.cells["tiltak"] = f"{line.cells['tiltak'][:150]} {code}"  # another title: this one is there already
    outcomes = bring_in(nine, mine)
    assert not outcomes["refused"], outcomes["refused"]
    second = service.listing(nine, AMUND)[-1]
    own = {"id", "version", "number", "title", "changed_at", "changed_by", "changed_name"}
    for name in set(first.__struct_fields__) - own:
        one, other = getattr(first, name), getattr(second, name)
        if isinstance(one, str):
            one, other = one.strip(), other.strip()
        if name == "own_shares":
            one, other = set(one), set(other)
        assert one == other, name


def test_the_sheets_and_their_columns(nine: Workspace, make: Make) -> None:
    make(cost_amount=900, share_key="equal")
    book = openpyxl.load_workbook(io.BytesIO(tables.to_xlsx(sheets.export(nine, ROLF))))
    assert book.sheetnames == ["Tiltak", "Nytte", "Kostnadsdeling"]
    assert [cell.value for cell in book["Tiltak"][2]][:3] == ["T-01", "Felles kjølelager", "Vi bygger sammen."]
    assert book["Nytte"].max_row == book["Kostnadsdeling"].max_row == 10
    assert [book["Kostnadsdeling"].cell(row, 6).value for row in range(2, 11)] == [100] * 9


def test_documents_are_named_to_those_who_may_know_them(nine: Workspace, make: Make) -> None:
    titles = {"Analyse": Audience.REGION, "Internt": Audience.STAFF}
    kept = [documents.create(nine, AMUND, title=title, text="x", audience=who) for title, who in titles.items()]
    made = make(citations=tuple(Citation(document=document.id) for document in kept))
    assert row_of(xlsx(nine, AMUND), "Tiltak")["bygger på"] == "Analyse; Internt"
    found = xlsx(nine, ROLF)
    assert row_of(found, "Tiltak")["bygger på"] == "Analyse"
    assert not bring_in(nine, found)["changed"] and service.get(nine, AMUND, made.id).citations == made.citations


def test_rooms_after_this_one_add_their_sheets(nine: Workspace, as_person: As, app, make: Make) -> None:
    make()
    app.extensions["measure_sheets"] = [lambda parts, who: [Table("Svar", ["nr", "svar"], [["T-01", who.person]])]]
    content = as_person(ROLF).get(f"/r/{REGION}/measures/export.xlsx").data
    assert tables.read_xlsx(content)["Svar"][0].cells == {"nr": "T-01", "svar": "rolf"}
    assert importing.read("a.xlsx", content).keys() == {"Tiltak", "Nytte", "Kostnadsdeling"}  # it is passed over here


def test_no_text_becomes_a_formula(nine: Workspace, as_person: As, make: Make) -> None:
    """Torture case 21, in every export of measures."""
    evil = '=HYPERLINK("http://x")'
    made = make(
        title=evil, text="+1|cmd", goal="@SUM(A1)", cost="-2+3", remark="=1+1",
        benefits=(Benefit(municipality="9001", kind="direct", size="small", how="=cmd|' /C calc'!A0"),),
    )  # fmt: skip
    client = as_person(ROLF)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/r/{REGION}/measures/export.xlsx").data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert sum(cell.value == evil for cell in cells) == 19
    assert not [cell for cell in cells if cell.data_type == "f"]
    lines = client.get(f"/r/{REGION}/measures/export.csv").data.decode("utf-8-sig").splitlines()
    assert not any(cell.lstrip('"').startswith(("=", "+", "@")) for line in lines for cell in line.split(";"))
    assert bring_in(nine, xlsx(nine))["unchanged"] and service.get(nine, ROLF, made.id) == made


def test_a_text_longer_than_a_cell_is_not_cut(nine: Workspace, make: Make) -> None:
    text = "Lang tekst. " * 4_000
    made = make(text=text)
    assert len(text) > sheets.LONGEST_CELL
    found = xlsx(nine)
    row_of(found, "Tiltak")["delmål"] = "D4"
    assert [row.columns for row in bring_in(nine, found)["changed"]] == [("delmål",)]
    assert service.get(nine, AMUND, made.id).text == text


def test_internal_measures_go_out_only_to_those_who_see_them(nine: Workspace, make: Make) -> None:
    make(title="Internt", audience=Audience.STAFF)
    assert xlsx(nine, AMUND)["Tiltak"] and not xlsx(nine, KARI)["Tiltak"]


# -- What a row may do --


def test_rows_change_what_they_say(nine: Workspace, make: Make) -> None:
    made, other = make(), make(title="Kai")
    found = xlsx(nine)
    row = row_of(found, "Tiltak", nr="T-01")
    row |= {
        "kroner": "450 000",
        "horisont": "Lang",
        "raskt tiltak": "JA",
        "fra": "1.3.2027",
        "i gang": "2027-03-01T00:00:00",
    }
    row_of(found, "Nytte", nr="T-01", kommunenr="9008").update(
        {"type": "direkte", "størrelse": "stor", "hvordan": "Lager", "for hvem": "næringsliv, innbyggere"}
    )
    row_of(found, "Kostnadsdeling", nr="T-01", kommunenr="9002")["egen andel"] = "3"
    outcomes = bring_in(nine, found)
    assert [(one.sheet, one.line, one.columns) for one in outcomes["changed"]] == [
        ("Tiltak", 2, ("kroner", "fra", "horisont", "raskt tiltak", "i gang")),
        ("Nytte", 6, ("type", "størrelse", "hvordan", "for hvem")),
        ("Kostnadsdeling", 8, ("egen andel",)),
    ]
    kept = service.get(nine, AMUND, made.id)
    assert (kept.cost_amount, kept.horizon, kept.quick_win, kept.start) == (450_000, "long", True, "2027-03-01")
    assert kept.benefit_of("9008") == Benefit(
        municipality="9008", kind="direct", size="large", how="Lager", for_whom=("residents", "business")
    )
    assert kept.own_shares == (OwnShare(municipality="9002", weight=3),)
    assert kept.version == made.version + 1  # all of a file is one change
    assert service.get(nine, AMUND, other.id) == other


def test_rows_without_a_number_are_new(nine: Workspace, make: Make) -> None:
    make()
    found = {
        "Tiltak": [
            Line(2, {"nr": "", "tiltak": "Kai", "beskrivelse": "Vi bygger kai.", "horisont": "lang", "status": "idé"}),
            Line(3, {"nr": "", "tiltak": "felles kjølelager", "beskrivelse": "Igjen."}),
            Line(4, {"nr": "", "tiltak": "", "beskrivelse": "Uten tittel."}),
            Line(5, {"nr": "", "tiltak": "Skog", "beskrivelse": "Vi planter.", "status": "vedtatt"}),
            Line(6, {"nr": "", "tiltak": "KAI", "beskrivelse": "Igjen."}),
        ],
        "Nytte": [
            Line(2, {"nr": "", "tiltak": "Kai", "kommunenr": "9002", "type": "direkte", "størrelse": "liten"}),
            Line(3, {"nr": "", "tiltak": "Ukjent", "kommunenr": "9002", "type": "direkte"}),
        ],
    }
    outcomes = bring_in(nine, found)
    assert [row.line for row in outcomes["created"]] == [2]
    assert [told(row) for row in outcomes["refused"]] == [
        "Tiltaket finnes fra før som T-01. Skriv nummeret i kolonnen nr.",
        "Skriv en tittel.",
        "Et nytt tiltak er en idé eller foreslått. Resten skjer på siden til tiltaket.",
        "Raden er der alt, lenger oppe i arket.",
        "Raden har ikke nummer, og ikke tittelen til et nytt tiltak i filen.",
    ]
    kai = service.listing(nine, AMUND)[-1]
    assert (kai.code, kai.status, kai.horizon, kai.benefit_of("9002").size) == ("T-02", "idea", "long", "small")
    assert service.texts(nine, AMUND, kai)[0][1][0].text == "Vi bygger kai."


@pytest.mark.parametrize(
    ("sheet", "cells", "reason"),
    [
        ("Tiltak", {"nr": "T-77"}, "Det finnes ikke noe tiltak med nummeret T-77."),
        ("Tiltak", {"horisont": "snart"}, "«snart» kan ikke brukes i kolonnen horisont."),
        ("Tiltak", {"kroner": "mye"}, "«mye» kan ikke brukes i kolonnen kroner."),
        ("Tiltak", {"innsats": "6"}, "«6» kan ikke brukes i kolonnen innsats."),
        ("Tiltak", {"fra": "2027-02-30"}, "Skriv datoen som dag, måned og år."),
        ("Tiltak", {"tiltak": ""}, "Skriv en tittel."),
        ("Tiltak", {"status": "vedtatt"}, "Status endres på siden til tiltaket, ikke i filen."),
        ("Tiltak", {"delmål": "D1", "versjon": ""}, "Kolonnen versjon mangler. Last ned filen på nytt."),
        ("Nytte", {"type": "indirekte"}, "Skriv hvordan nytten kommer, når den er indirekte."),
        ("Nytte", {"kommunenr": "0301"}, "Kommunen 0301 er ikke med i regionen."),
        ("Nytte", {"for hvem": "alle"}, "«alle» kan ikke brukes i kolonnen for hvem."),
        (
            "Kostnadsdeling",
            {"bærer": "nei"},
            "Hvem som bærer tiltaket, endres i arket Tiltak, i kolonnen «bæres av».",
        ),
        ("Kostnadsdeling", {"egen andel": "-1"}, "«-1» kan ikke brukes i kolonnen egen andel."),
    ],
)
def test_a_row_that_is_refused_says_why(
    nine: Workspace, make: Make, sheet: str, cells: dict[str, str], reason: str
) -> None:
    made = make()
    found = xlsx(nine)
    found[sheet][0].cells.update(cells)
    outcomes = bring_in(nine, found)
    assert [(row.sheet, row.line, told(row)) for row in outcomes["refused"]] == [(sheet, 2, reason)]
    assert not outcomes["changed"] and service.get(nine, AMUND, made.id) == made


def test_what_others_changed_since_is_refused_with_both(nine: Workspace, make: Make) -> None:
    one, other = make(), make(title="Kai")
    found = xlsx(nine)
    service.save(nine, MARIT, one.id, one.version, cost="1 mill. kr")
    row_of(found, "Tiltak", nr="T-01")["kostnad"] = "2 mill. kr"
    row_of(found, "Tiltak", nr="T-02")["kostnad"] = "3 mill. kr"
    row_of(found, "Nytte", nr="T-01", kommunenr="9001")["hvordan"] = "Lager"
    outcomes = bring_in(nine, found)
    first, second = outcomes["refused"]
    assert told(first) == "Tiltaket er endret av andre etter at filen ble lastet ned."
    assert first.differences == (planning.Difference("kostnad", "2 mill. kr", "1 mill. kr"),)
    assert (second.sheet, second.line) == ("Nytte", 4)
    assert [row.code for row in outcomes["changed"]] == ["T-02"]  # the others come in
    assert service.get(nine, AMUND, one.id).cost == "1 mill. kr"
    assert service.get(nine, AMUND, other.id).cost == "3 mill. kr"


def test_the_text_of_a_frozen_measure_stays(nine: Workspace, make: Make) -> None:
    frozen = freeze(nine, make())
    found = xlsx(nine)
    row_of(found, "Tiltak")["beskrivelse"] = "En ny tekst."
    [refused] = bring_in(nine, found)["refused"]
    assert told(refused) == "Teksten er frosset mens runden er åpen. Andre felt kan endres."
    found = xlsx(nine)
    row_of(found, "Tiltak")["kostnad"] = "1 kr"
    assert bring_in(nine, found)["changed"]
    assert service.get(nine, AMUND, frozen.id).text == frozen.text


def test_what_may_be_empty_can_be_emptied(nine: Workspace, make: Make) -> None:
    made = make(initiator="business", share_key="equal", regional_size="large")
    found = xlsx(nine)
    row_of(found, "Tiltak").update({"initiativ": "", "fordelingsnøkkel": "", "størrelse for regionen": ""})
    assert bring_in(nine, found)["changed"]
    kept = service.get(nine, AMUND, made.id)
    assert (kept.initiator, kept.share_key, kept.regional_size) == ("", "", "unknown")


def test_looking_changes_nothing(nine: Workspace, make: Make) -> None:
    make()
    found = xlsx(nine)
    row_of(found, "Tiltak")["kostnad"] = "1 kr"
    found["Tiltak"].append(Line(9, {"nr": "", "tiltak": "Ny", "beskrivelse": "Ny."}))
    before = nine.region(REGION).view().last_event()
    looked: Plan = importing.plan(nine, AMUND, found)
    assert (looked.count("changed"), looked.count("created")) == (1, 1)
    assert nine.region(REGION).view().last_event() == before
    assert importing.bring_in(nine, AMUND, found) == looked.rows


def test_only_who_writes_measures_brings_them_in(nine: Workspace, make: Make) -> None:
    make()
    for who in (KARI, ROLF):
        for act in (importing.plan, importing.bring_in):
            with pytest.raises(Forbidden):
                act(nine, who, xlsx(nine, ROLF))
        with pytest.raises(Forbidden):
            importing.receive(nine, who, "a.csv", b"nr;tiltak\n;x\n")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"%PDF"), ("a.xlsx", b"not one"), ("a.csv", b"\xff\xfe\x00"), ("a.csv", b""), ("a.csv", b"nr\n"),
        ("a.csv", b"tiltak\nKai\n"), ("a.csv", b"x" * (importing.LARGEST + 1)),
    ],
)  # fmt: skip
def test_files_that_can_not_be_read(nine: Workspace, name: str, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        importing.receive(nine, AMUND, name, content)
    assert set(refused.value.errors) == {"file"}
    other = tables.to_xlsx([Table("Ark1", ["nr"], [["T-01"]])])
    with pytest.raises(Invalid):
        importing.read("a.xlsx", other)
