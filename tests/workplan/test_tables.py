"""The plan of work out and in again: the same comes back, each row is told of, and no text becomes a formula."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable

import openpyxl
import pytest
from flask.testing import FlaskClient

from tests.conftest import AMUND, KARI, MARIT, REGION, ROLF, csrf_of
from tests.workplan.conftest import Measures
from workspace.access import Actor, operator
from workspace.errors import Forbidden
from workspace.parts import Workspace
from workspace.tables import Table, read_csv, read_xlsx, to_csv, to_xlsx
from workspace.workplan import importing, milestones, money, reporting, sheets
from workspace.workplan.model import PLANNING, Budget, Capacity, Milestone, Report, Share, Stated
from workspace.workplan.sheets import BY_KEY

As = Callable[[Actor], FlaskClient]
NASTY = "=cmd|' /C calc'!A0"  # torture case 21
PLAIN = 'Linje én;\nlinje «to», "tre"'
KINDS = (Milestone, Budget, Capacity, Report)


@pytest.fixture
def full(workspace: Workspace, plan: Measures) -> Measures:
    """Something of everything in the plan, with texts that a spreadsheet would take for formulas."""
    id = plan.adopted.id
    milestones.add(workspace, AMUND, id, title=NASTY, weight=3)
    milestones.add(workspace, AMUND, id, title="+1", due="2027-03-01", percent=40)
    milestones.add(workspace, AMUND, id, title="'=apostrof", parent=1, done="2026-11-01")
    shares = (Share(municipality="9001", agreed=5, spent=4, extra=3, agreed_hours=2, spent_hours=1, extra_hours=6),)
    money.save_budget(workspace, AMUND, id, 2027, 0, need=9, need_hours=8, shares=shares)
    money.save_budget(workspace, AMUND, PLANNING, 2026, 0, need=7, need_hours=0, shares=())
    stated = (Stated(municipality="9001", kroner=0), Stated(municipality="9004", hours=40))
    money.save_capacity(workspace, AMUND, 2027, 0, stated)
    reporting.ask(workspace, MARIT, (id,), "2026-12-10", f"-{PLAIN}")
    told = {"happened": f"={PLAIN}", "state": "help", "next_step": "@x", "percent": 0, "result": "\uff1dResultat"}
    reporting.write(workspace, AMUND, id, "", 0, figures="48 unge, 1,5 mill. kroner", **told)
    return plan


def kept(workspace: Workspace) -> dict[str, list[object]]:
    """All that the plan holds, without who changed it when and how often."""
    view = workspace.region(REGION).view()
    passing = {"version", "changed_at", "changed_by", "changed_name", "asked_by", "by"}
    return {
        kind.table: [
            {name: getattr(record, name) for name in record.__struct_fields__ if name not in passing}
            for record in view.find(kind)
        ]
        for kind in KINDS
    }


def empty(workspace: Workspace) -> None:
    with workspace.region(REGION).transaction() as tx:
        for kind in KINDS:
            for record in tx.find(kind):
                tx.remove(record)


def bring_in(workspace: Workspace, actor: Actor = MARIT, **tables: list[tuple]) -> list[tuple[int, str, str]]:
    """Bring rows in as a CSV of each sheet would; what became of each."""
    read = {BY_KEY[key].name: read_csv(to_csv(Table(key, BY_KEY[key].columns, rows))) for key, rows in tables.items()}
    told = importing.bring_in(workspace, actor, read)
    return [(one.line, one.outcome, str(one.reason or "")) for one in told]


@pytest.mark.both_stores
def test_a_workbook_that_goes_out_comes_in_the_same(workspace: Workspace, product: str, full: Measures) -> None:
    before = kept(workspace)
    content = to_xlsx(sheets.tables(workspace, ROLF))
    empty(workspace)
    told = importing.bring_in(workspace, MARIT, read_xlsx(content))
    assert {one.outcome for one in told} == {"imported"}, [one for one in told if one.outcome != "imported"]
    assert kept(workspace) == before
    again = importing.bring_in(workspace, MARIT, read_xlsx(content))
    assert {one.outcome for one in again} == {"unchanged"} and len(again) == len(told)
    assert to_xlsx_cells(to_xlsx(sheets.tables(workspace, ROLF))) == to_xlsx_cells(content)


def to_xlsx_cells(content: bytes) -> dict[str, list[list[object]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    rows = {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets}
    return {name: [cells[:-1] for cells in found] for name, found in rows.items()}  # without the versions


def test_each_table_goes_out_as_csv_and_comes_in_the_same(workspace: Workspace, full: Measures) -> None:
    before = kept(workspace)
    contents = {key: to_csv(sheets.tables(workspace, ROLF, (key,))[0]) for key in BY_KEY}
    empty(workspace)
    for key, content in contents.items():
        told = importing.bring_in(workspace, operator(REGION), importing.read("fil.CSV", content, key))
        assert {one.outcome for one in told} == {"imported"}, key
    assert kept(workspace) == before


def test_no_text_becomes_a_formula(workspace: Workspace, full: Measures) -> None:
    """Torture case 21, in every sheet and in both forms."""
    guarded = 0
    for table in sheets.tables(workspace, ROLF):
        for line in read_raw(to_csv(table)):
            assert not any(cell.startswith(("=", "+", "-", "@", "\uff1d")) for cell in line), table.name
            guarded += sum(cell.startswith("'") for cell in line)
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(sheets.tables(workspace, ROLF))))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    risky = [cell for cell in cells if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@"))]
    assert guarded >= 7 and len(risky) >= 5
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in risky)


def read_raw(content: bytes) -> list[list[str]]:
    import csv

    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_a_row_is_told_of_with_its_number_and_a_refused_one_changes_nothing(
    workspace: Workspace, plan: Measures
) -> None:
    rows = [
        ("T-01", None, "Felles vakt", None, "2027-03-01", "", None, 1),
        ("T-02", None, "Ikke i planen", None, "", "", None, 1),
        ("T-01", None, "Uten vekt", None, "", "", None, None),
        ("T-01", None, "Rar frist", None, "før jul", "", None, 1),
        ("T-01", None, "Rar prosent", None, "", "", "40 %", 1),
        ("T-01", None, "Uten forelder", 9, "", "", None, 1),
        ("T-01", None, "", None, "", "", None, 1),
    ]
    told = bring_in(workspace, milestones=rows)
    assert [(line, outcome) for line, outcome, _reason in told] == [(2, "imported")] + [
        (line, "refused") for line in range(3, 9)
    ]
    assert [reason for _line, _outcome, reason in told[1:]] == [
        "«T-02» er ikke et tiltak i arbeidsplanen.", "«vekt» er tom.", "«frist» er ikke en dato.",
        "«prosent» er ikke et helt tall.", "Milepælen den skal være en del av, finnes ikke.",
        "Skriv hva som skal være nådd.",
    ]  # fmt: skip
    assert [one.title for one in workspace.region(REGION).view().find(Milestone)] == ["Felles vakt"]


def test_a_part_may_come_before_what_it_is_a_part_of(workspace: Workspace, plan: Measures) -> None:
    rows = [("T-01", 2, "Turnus", 1, "1.3.2027", "", None, 1), ("T-01", 1, "Vakt", None, "", "", None, 1)]
    assert [outcome for _line, outcome, _reason in bring_in(workspace, milestones=rows)] == ["imported"] * 2
    circle = [("T-01", 3, "A", 4, "", "", None, 1), ("T-01", 4, "B", 3, "", "", None, 1)]
    assert [outcome for _line, outcome, _reason in bring_in(workspace, milestones=circle)] == ["refused"] * 2


def test_a_changed_row_changes_what_is_there_with_one_event(workspace: Workspace, plan: Measures) -> None:
    milestones.add(workspace, AMUND, plan.adopted.id, title="Vakt")
    before = workspace.region(REGION).view().last_event()
    row = ("T-01", 1, "Felles vakt", None, "", "2026-11-20", None, 2, 1)
    assert bring_in(workspace, milestones=[row, row]) == [
        (2, "imported", ""), (3, "refused", "Raden står to ganger i filen."),
    ]  # fmt: skip
    events = workspace.region(REGION).view().events(after=before)
    assert [event.action for event in events] == ["milestones.changed"]
    assert milestones.get(workspace, ROLF, plan.adopted.id, "1").weight == 2


def test_a_municipality_is_known_by_its_number_and_its_name_must_be_right(workspace: Workspace, plan: Measures) -> None:
    def share(number: str, name: str, agreed: object = "1 000", year: int = 2027) -> tuple:
        return ("T-01", year, number, name, agreed, None, None, None, None, None)

    told = bring_in(workspace, money=[
        share("9001", "Havnsund"), share("9004", ""), share("", "Havnsund"), share("9001", "Bjørkvåg", 1, 2028),
        share("9999", ""), share("9001", "", -1, 2029), share("9001", "", "1,5", 2030),
    ])  # fmt: skip
    assert Counter(outcome for _line, outcome, _reason in told) == {"imported": 2, "refused": 5}
    assert told[3][2] == "9001 er Havnsund."
    assert money.budget_of(workspace, ROLF, plan.adopted.id, 2027).share_of("9001").agreed == 1_000


def test_an_empty_cell_of_capacity_says_nothing_and_zero_says_none(workspace: Workspace, plan: Measures) -> None:
    rows = [(2027, "9001", "", None, 0), (2027, "9004", "", None, None), (1999, "9001", "", 1, None)]
    outcomes = [outcome for _line, outcome, _reason in bring_in(workspace, capacity=rows)]
    assert outcomes == ["imported", "unchanged", "refused"]
    assert money.capacity_of(workspace, ROLF, 2027).stated == (Stated(municipality="9001", hours=0),)


REPORT = ("T-01", 1, "2026-12-10", "", "Marit", "2026-11-23T14:44:00+00:00", "", "", "", "", "", "", None, "", "", "")


def report(**cells: object) -> tuple:
    columns = BY_KEY["reports"].columns
    return tuple({**dict(zip(columns, REPORT, strict=True)), **cells}[name] for name in columns)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"hva er gjort": "Alt."}, "Rapporten har tekst, men det står ikke når den ble levert."),
        ({"frist": ""}, "Skriv fristen, og når det ble bedt om rapporten."),
        ({"bedt om": "2026-11-23T14:44"}, "«bedt om» mangler tidssone."),
        ({"levert": "i går"}, "«levert» er ikke et tidspunkt."),
        ({"hvordan går det": "bra"}, "Skriv «i rute», «trenger hjelp» eller «forsinket»."),
        ({"levert": "2026-11-23T14:44:00+00:00"}, "Skriv hva som er gjort, minst én setning."),
        ({"tall": "mange"}, "Skriv et tall og hva det teller, som «48 unge, 31 bedrifter»."),
        ({"nummer": None}, "«nummer» er tom."),
    ],
)
def test_a_report_that_can_not_be_taken_says_why(
    workspace: Workspace, plan: Measures, cells: dict, reason: str
) -> None:
    assert bring_in(workspace, reports=[report(**cells)]) == [(2, "refused", reason)]
    assert bring_in(workspace, reports=[report()]) == [(2, "imported", "")]


def test_who_may_bring_in(workspace: Workspace, plan: Measures) -> None:
    for who in (KARI, ROLF):
        with pytest.raises(Forbidden):
            importing.bring_in(workspace, who, {})
    assert bring_in(workspace, AMUND, reports=[report()])[0][1] == "refused", "asking is for those who lead"


def test_a_sheet_or_column_that_is_not_ours_is_told(workspace: Workspace, plan: Measures) -> None:
    told = importing.bring_in(workspace, MARIT, {
        "Ark1": [], "milepæler": read_csv("tiltak;nummer;milepæl;del av;frist;nådd;prosent\nT-01;;Vakt;;;;\n".encode()),
    })  # fmt: skip
    assert [(one.sheet, one.line, one.outcome, str(one.reason)) for one in told] == [
        ("Ark1", 1, "refused", "Arket hører ikke til arbeidsplanen."),
        ("milepæler", 1, "refused", "Kolonnen «vekt» mangler."),
    ]


def test_what_others_changed_since_is_not_overwritten(workspace: Workspace, full: Measures) -> None:
    def shares(agreed: int, version: object) -> list[tuple]:
        return [("T-01", 2027, "9001", "", agreed, 4, 3, 2, 1, 6, version)]

    before = kept(workspace)
    old = read_xlsx(to_xlsx(sheets.tables(workspace, ROLF)))
    changed = bring_in(
        workspace,
        milestones=[("T-01", 1, "Ny", None, "", "", None, 3, 1)],
        needs=[("T-01", 2027, 90, 8, 1)],
        money=shares(50, 1),  # the budget has both a need and shares: both rows are about the version before the file
        capacity=[(2027, "9001", "", 7, None, 1)],
    )
    assert [outcome for _line, outcome, _reason in changed] == ["imported"] * 4
    after = kept(workspace)
    assert after != before
    told = importing.bring_in(workspace, MARIT, old)
    refused = [(one.sheet, str(one.reason)) for one in told if one.outcome == "refused"]
    stale = "Raden er endret av andre etter at filen ble lastet ned."
    assert refused == [(name, stale) for name in ("milepæler", "behov", "penger", "kapasitet")]
    assert kept(workspace) == after
    without = "Kolonnen versjon mangler. Last ned filen på nytt."
    assert bring_in(workspace, money=shares(60, "")) == [(2, "refused", without)]
    more = [("T-01", 2027, "9004", "", 1, None, None, None, None, None, None)]
    assert bring_in(workspace, money=more) == [(2, "imported", "")], "what was empty needs no version"


def test_a_file_that_is_sent_again_adds_no_milestone_twice(workspace: Workspace, plan: Measures) -> None:
    rows = [
        ("T-01", None, "Felles vakt", None, "1.3.2027", "", None, 1),
        ("T-01", None, "Felles vakt", None, "", "", None, 1),
    ]
    assert [outcome for _line, outcome, _reason in bring_in(workspace, milestones=rows)] == ["imported"] * 2
    assert [outcome for _line, outcome, _reason in bring_in(workspace, milestones=rows)] == ["unchanged"] * 2
    assert len(workspace.region(REGION).view().find(Milestone)) == 2


# -- Over HTTP --

ROOM = f"/r/{REGION}/plan-of-work"


def send(client: FlaskClient, name: str, content: bytes, sheet: str = ""):
    data = {"csrf_token": csrf_of(client), "sheet": sheet, "file": (io.BytesIO(content), name)}
    return client.post(f"{ROOM}/import", data=data)


def test_out_and_in_over_http(workspace: Workspace, as_person: As, full: Measures) -> None:
    book = as_person(ROLF).get(f"{ROOM}/export")
    assert book.mimetype.endswith("spreadsheetml.sheet")
    assert "filename=skarfjord-arbeidsplan.xlsx" in book.headers["Content-Disposition"]
    answer = send(as_person(AMUND), "plan.xlsx", book.data)
    assert answer.status_code == 200 and "Uendret" in answer.text and "Avvist: <b>0</b>" in answer.text
    table = as_person(ROLF).get(f"{ROOM}/export?sheet=milestones")
    assert table.mimetype == "text/csv"
    lines = table.data.replace(b";40;1", b";60;1").replace(b";3;1\r\n", b";x;1\r\n", 1)
    answer = send(as_person(AMUND), "milepæler.csv", lines, "milestones")
    assert "Tatt inn: <b>1</b>" in answer.text and "«vekt» er ikke et helt tall." in answer.text
    assert as_person(ROLF).get(f"{ROOM}/export?sheet=nothing").status_code == 404


def test_a_file_that_can_not_be_read_is_refused_with_why(as_person: As, plan: Measures) -> None:
    amund = as_person(AMUND)
    for name, content, sheet, why in (
        ("plan.xlsx", b"no workbook", "", "kan ikke leses som et regneark"),
        ("plan.csv", b"tiltak", "", "Velg hvilken tabell"),
        ("plan.csv", b"\xff\xfe", "money", "ikke i UTF-8"),
        ("", b"", "", "Velg en fil."),
    ):
        answer = send(amund, name, content, sheet)
        assert answer.status_code == 422 and why in answer.text
