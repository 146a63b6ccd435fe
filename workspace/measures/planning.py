"""What the rows of a file would do to the measures, row by row, and doing it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from workspace import access
from workspace.access import Actor
from workspace.errors import Forbidden, Invalid, Message, _
from workspace.measures import service, sheets
from workspace.measures.model import Measure, OwnShare
from workspace.measures.sheets import BENEFITS, COLUMNS, COSTS, MEASURES, Column
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.store.port import Transaction, View
from workspace.tables import Line

CREATED, CHANGED, UNCHANGED, REFUSED = OUTCOMES = ("created", "changed", "unchanged", "refused")
_OWN = ("id", "version", "number", "changed_at", "changed_by", "changed_name")  # what a new one gets when it is kept


class Difference(msgspec.Struct, frozen=True):
    """A column in which a file and a measure differ."""

    column: str
    file: str
    stored: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What came, or would come, of a row."""

    sheet: str
    line: int  # in the file
    code: str = ""
    title: str = ""
    outcome: str = UNCHANGED
    columns: tuple[str, ...] = ()  # that it changes
    reason: str = ""  # why it is refused: the text before translation, with its
    values: dict[str, str | int] = {}
    differences: tuple[Difference, ...] = ()  # both sides, where others have changed it since


class Refused(Exception):
    """A row that can't be taken in."""

    def __init__(self, message: Message, differences: tuple[Difference, ...] = ()) -> None:
        super().__init__(str(message))
        self.message = message
        self.differences = differences


class Plan:
    """What a whole file would do: a report of its rows, and the measures as they would be."""

    def __init__(self, workspace: Workspace, actor: Actor, view: View) -> None:
        self.workspace = workspace
        self.actor = actor
        found = view.find(Measure, order="number")
        visible = [measure for measure in found if access.may_see(actor, measure) and not measure.merged_into]
        self.stored = {measure.code: measure for measure in visible}
        self.wanted = dict(self.stored)  # as the rows read so far would make them
        self.new: dict[str, Measure] = {}  # those without a number, by title in small letters
        self.titles = {measure.title.casefold(): measure.code for measure in visible}
        self.municipalities = {one.id: one.name for one in regions.municipalities(workspace, actor)}
        self.rows: tuple[Row, ...] = ()

    def count(self, outcome: str) -> int:
        """How many rows end so."""
        return sum(row.outcome == outcome for row in self.rows)


def plan(workspace: Workspace, actor: Actor, view: View, found: Mapping[str, list[Line]]) -> Plan:
    """What each row would do, in the order of the sheets: what a row changes stands for the rows after it."""
    made = Plan(workspace, actor, view)
    rows: list[Row] = []
    seen: set[tuple[str, ...]] = set()
    for sheet, read in ((MEASURES, _measure), (BENEFITS, _benefit), (COSTS, _cost)):
        for line in found.get(sheet, ()):
            code = line.cells["nr"].upper()
            row = Row(sheet=sheet, line=line.number, code=code, title=line.cells.get("tiltak", "")[:200])
            try:
                _require_first(seen, sheet, line, code)
                rows.append(read(made, row, line.cells))
            except Refused as refused:
                values = dict(refused.message.values)
                told = {"reason": refused.message.text, "values": values, "differences": refused.differences}
                rows.append(msgspec.structs.replace(row, outcome=REFUSED, **told))
    made.rows = tuple(rows)
    return made


def _require_first(seen: set[tuple[str, ...]], sheet: str, line: Line, code: str) -> None:
    """Two rows about the same thing contradict each other, or are a slip: only the first is taken."""
    key = (sheet, code or line.cells.get("tiltak", "").casefold(), line.cells.get("kommunenr", ""))
    if key in seen:
        raise Refused(_("Raden er der alt, lenger oppe i arket."))
    seen.add(key)


def carry_out(workspace: Workspace, actor: Actor, tx: Transaction, made: Plan) -> None:
    """Keep all that the plan would change, in the transaction in which it was made."""
    for code, new in made.wanted.items():
        service.put_changed(workspace, actor, tx, made.stored[code], new)
    for new in made.new.values():
        fields = {name: getattr(new, name) for name in new.__struct_fields__ if name not in _OWN}
        service.put_new(workspace, actor, tx, fields)


# -- The sheet of measures --


def _measure(made: Plan, row: Row, cells: Mapping[str, str]) -> Row:
    if not row.code:
        return _new(made, row, cells)
    stored = _known(made, row.code)
    if cells.get("status", sheets.STATUS_WORDS[stored.status]).casefold() != sheets.STATUS_WORDS[stored.status]:
        raise Refused(_("Status endres på siden til tiltaket, ikke i filen."))
    held = [column for column in COLUMNS if column.field and column.name in cells]
    own = [column for column in held if not sheets.is_as_it_was(cells[column.name], column.shown(stored))]
    if not own:
        return row
    _require_fresh(stored, cells, {column.name: _cell_of(column, stored) for column in own})
    return _changed(made, row, stored, {column.field: _read(column, cells[column.name]) for column in own}, own)


def _known(made: Plan, code: str) -> Measure:
    stored = made.stored.get(code)
    if stored is None:
        raise Refused(_("Det finnes ikke noe tiltak med nummeret %(code)s.", code=code))
    return stored


def _cell_of(column: Column, measure: Measure) -> str:
    return sheets.as_cell(column.shown(measure))


def _read(column: Column, cell: str) -> Any:
    try:
        return sheets.read_field(column, cell)
    except Invalid as invalid:
        raise Refused(next(iter(invalid.errors.values()))) from invalid


def _require_fresh(stored: Measure, cells: Mapping[str, str], theirs: Mapping[str, str]) -> None:
    """What others have changed since the file was made is not overwritten: both are shown."""
    version = cells.get("versjon", "")
    if not version:
        raise Refused(_("Kolonnen versjon mangler. Last ned filen på nytt."))
    if version != str(stored.version):
        both = tuple(Difference(name, cells[name][:500], cell[:500]) for name, cell in theirs.items())
        raise Refused(_("Tiltaket er endret av andre etter at filen ble lastet ned."), both)


def _changed(made: Plan, row: Row, stored: Measure, fields: dict[str, Any], columns: list[Column]) -> Row:
    before = made.wanted[stored.code]
    try:
        new = service.wanted(made.workspace, made.actor, before, fields)
    except (Invalid, Forbidden) as refused:
        raise Refused(_message_of(refused)) from refused
    if new == before:
        return row
    made.wanted[stored.code] = new
    return msgspec.structs.replace(row, outcome=CHANGED, columns=tuple(column.name for column in columns))


def _message_of(refused: Invalid | Forbidden) -> Message:
    return next(iter(refused.errors.values())) if isinstance(refused, Invalid) else refused.message


def _new(made: Plan, row: Row, cells: Mapping[str, str]) -> Row:
    title = cells.get("tiltak", "").casefold()
    if title in made.titles:
        raise Refused(_("Tiltaket finnes fra før som %(code)s. Skriv nummeret i kolonnen nr.", code=made.titles[title]))
    fields = {
        column.field: _read(column, cells[column.name])
        for column in COLUMNS
        if column.field and cells.get(column.name, "")
    }
    if cells.get("status", "") and cells["status"].casefold() not in ("idé", "foreslått"):
        raise Refused(_("Et nytt tiltak er en idé eller foreslått. Resten skjer på siden til tiltaket."))
    status = "idea" if cells.get("status", "").casefold() == "idé" else "proposed"
    at, actor = made.workspace.now(), made.actor
    blank: dict[str, Any] = {"id": "", "number": 0, "title": "", "text": "", "status": status, "changed_at": at}
    try:
        new = service.ready(made.workspace, actor, Measure(**blank | fields, changed_by=actor.by))
    except Invalid as refused:
        raise Refused(_message_of(refused)) from refused
    made.new[title] = new
    made.titles[title] = "–"
    return msgspec.structs.replace(row, outcome=CREATED)


# -- The sheets with a row for each municipality --


def _benefit(made: Plan, row: Row, cells: Mapping[str, str]) -> Row:
    number = _municipality(made, cells)
    wanted = _wanted(made, row)
    columns = sheets.BENEFIT_FIELDS
    stored = made.stored.get(row.code, wanted)
    as_stored = {name: cell.strip() for name, cell in sheets.benefit_cells(stored.benefit_of(number)).items()}
    touched = [name for name in columns if name in cells and cells[name] != as_stored[name]]
    if not touched:
        return row
    if row.code:
        _require_fresh(stored, cells, {name: as_stored[name] for name in touched})
    said = {columns[name].field: _read(columns[name], cells[name]) for name in touched}
    benefits = tuple(
        msgspec.structs.replace(benefit, **said) if benefit.municipality == number else benefit
        for benefit in wanted.benefits
    )
    return _with(made, row, wanted, {"benefits": benefits}, [columns[name] for name in touched])


def _cost(made: Plan, row: Row, cells: Mapping[str, str]) -> Row:
    number = _municipality(made, cells)
    wanted, column = _wanted(made, row), sheets.OWN_SHARE
    stored = made.stored.get(row.code, wanted)
    carries = "ja" if number in stored.carried_by(made.municipalities) else "nei"
    if row.code and cells.get("bærer", carries).casefold() != carries:
        raise Refused(_("Hvem som bærer tiltaket, endres i arket Tiltak, i kolonnen «bæres av»."))
    as_stored = sheets.as_cell(sheets.own_share_of(stored, number))
    if column.name not in cells or cells[column.name] == as_stored:
        return row
    if row.code:
        _require_fresh(stored, cells, {column.name: as_stored})
    weight = _read(column, cells[column.name])
    others = [share for share in wanted.own_shares if share.municipality != number]
    own = [*others, OwnShare(municipality=number, weight=weight)] if weight else others
    shares = tuple(sorted(own, key=lambda share: share.municipality))
    return _with(made, row, wanted, {"own_shares": shares}, [column])


def _municipality(made: Plan, cells: Mapping[str, str]) -> str:
    number = cells.get("kommunenr", "")
    if number not in made.municipalities:
        raise Refused(_("Kommunen %(number)s er ikke med i regionen.", number=number))
    return number


def _wanted(made: Plan, row: Row) -> Measure:
    """The measure that a row is about: by its number, or by the title of one that is new in the same file."""
    if row.code:
        _known(made, row.code)
        return made.wanted[row.code]
    if row.title.casefold() not in made.new:
        raise Refused(_("Raden har ikke nummer, og ikke tittelen til et nytt tiltak i filen."))
    return made.new[row.title.casefold()]


def _with(made: Plan, row: Row, wanted: Measure, fields: dict[str, Any], columns: list[Column]) -> Row:
    if row.code:
        return _changed(made, row, made.stored[row.code], fields, columns)
    try:
        made.new[row.title.casefold()] = service.ready(made.workspace, made.actor, wanted.changed(**fields))
    except Invalid as refused:
        raise Refused(_message_of(refused)) from refused
    return msgspec.structs.replace(row, outcome=CHANGED, columns=tuple(column.name for column in columns))
