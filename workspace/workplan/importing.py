"""Bringing the plan of work in from tables, in the form in which it went out. A row is taken whole or refused whole.

What others have changed since the file was made is not overwritten; what stands in the file as it is here changes
nothing, whatever its version is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from workspace import access
from workspace.access import Action, Actor
from workspace.errors import Invalid, Message, WorkspaceError, _
from workspace.measures import service as measures
from workspace.measures.model import IN_PLAN
from workspace.parts import Workspace
from workspace.record import Record
from workspace.regions import service as regions
from workspace.store.port import Transaction
from workspace.tables import Line, read_csv, read_xlsx
from workspace.workplan.cells import Cells
from workspace.workplan.checking import (
    check_budget,
    check_capacity,
    check_milestone,
    check_report,
    is_date,
)
from workspace.workplan.model import (
    DEEPEST,
    PLANNING,
    Budget,
    Capacity,
    Milestone,
    Report,
    Share,
    Stated,
    figures_of,
)
from workspace.workplan.service import milestones_of
from workspace.workplan.sheets import BY_KEY, PLANNING_CODE, SHEETS, STATES, Sheet

_MAY_LACK = {"kommune", "versjon"}  # must be right where they stand; what is there already is changed by version only


class Outcome(NamedTuple):
    """What became of a row: "imported", "unchanged" or "refused", and then why."""

    sheet: str
    line: int
    outcome: str
    reason: Message | None = None


class _Taking(NamedTuple):
    """What rows are taken in with."""

    tx: Transaction
    actor: Actor
    now: datetime
    codes: Mapping[str, str]  # measures of the plan: ids by code
    places: Mapping[str, str]  # municipalities: names by number
    found: dict[str, int]  # versions of records, by id, as they were before the file: a record may have many rows

    def measure(self, cells: Cells, *, planning: bool = False) -> str:
        """The id of the measure that a row is about."""
        code = cells.line("tiltak")
        if planning and code.lower() == PLANNING_CODE:
            return PLANNING
        if code not in self.codes:
            raise Invalid({"tiltak": _("«%(code)s» er ikke et tiltak i arbeidsplanen.", code=code)})
        return self.codes[code]

    def municipality(self, cells: Cells) -> str:
        """The number of the municipality that a row is about."""
        number, name = cells.line("kommunenummer"), cells.line("kommune")
        if number not in self.places:
            raise Invalid({"kommunenummer": _("«%(number)s» er ikke nummeret til en kommune her.", number=number)})
        if name and name != self.places[number]:
            raise Invalid({"kommune": _("%(number)s er %(name)s.", number=number, name=self.places[number])})
        return number

    def keep(
        self, cells: Cells, stored: Record | None, wanted: Record, act: str, *, replaces: bool, stamped: bool = True
    ) -> bool:
        """Keep what a row says, with its line in the log; whether it was anything new.

        Raises Invalid when the row `replaces` something that others have changed since the file was made, or does not
        say which version it is about.
        """
        if wanted == stored:
            return False
        before = self.found.setdefault(wanted.id, stored.version if stored else 0)
        version = cells.line("versjon")
        if before and replaces and not version:
            raise Invalid({"versjon": _("Kolonnen versjon mangler. Last ned filen på nytt.")})
        if before and replaces and version != str(before):
            raise Invalid({"versjon": _("Raden er endret av andre etter at filen ble lastet ned.")})
        stamp = {"changed_at": self.now, "changed_by": self.actor.by, "changed_name": self.actor.name}
        kept = self.tx.put(wanted.changed(**stamp) if stamped else wanted)
        self.tx.log(act, kept, at=self.now, by=self.actor.by, imported=True)
        return True


def read(name: str, content: bytes, key: str) -> dict[str, list[Line]]:
    """The rows of a file by the name of their sheet: of a workbook all, or one by its key, which CSV needs.

    Raises Invalid.
    """
    if name.lower().endswith(".csv"):
        return {BY_KEY[key].name: read_csv(content)}
    found = read_xlsx(content)
    return {sheet: lines for sheet, lines in found.items() if not key or sheet == BY_KEY[key].name}


def bring_in(workspace: Workspace, actor: Actor, sheets: Mapping[str, list[Line]]) -> list[Outcome]:
    """Take in the rows of these sheets (by name), all in one transaction, and say what became of each.

    What is there unchanged is left alone, so that it can be done again. Raises Forbidden.
    """
    access.require(actor, Action.PLAN_WORK)
    codes = {one.code: one.id for one in measures.listing(workspace, actor) if one.status in IN_PLAN}
    places = {one.id: one.name for one in regions.municipalities(workspace, actor)}
    known = {sheet.name for sheet in SHEETS}
    told = [
        Outcome(name, 1, "refused", _("Arket hører ikke til arbeidsplanen.")) for name in sheets if name not in known
    ]
    with workspace.region(actor.region).transaction() as tx:
        taking = _Taking(tx, actor, workspace.now(), codes, places, {})
        for sheet in SHEETS:
            told += _sheet(taking, sheet, sheets.get(sheet.name, []))
    return told


def _sheet(taking: _Taking, sheet: Sheet, lines: list[Line]) -> list[Outcome]:
    missing = [c for c in sheet.columns if lines and c not in lines[0].cells and c not in _MAY_LACK]
    if missing:
        reason = _("Kolonnen «%(name)s» mangler.", name=missing[0])
        return [Outcome(sheet.name, 1, "refused", reason)]
    take, seen = _TAKERS[sheet.key], set()
    told = []
    for line in _parents_first(lines) if sheet.key == "milestones" else lines:
        key = tuple(line.cells.get(name, "") for name in _KEYS[sheet.key])
        twice = key in seen and all(key)
        seen.add(key)
        told.append(_row(taking, sheet, line, take, twice))
    return sorted(told, key=lambda outcome: outcome.line)


def _row(taking: _Taking, sheet: Sheet, line: Line, take: Callable[[_Taking, Cells], bool], twice: bool) -> Outcome:
    if twice:
        return Outcome(sheet.name, line.number, "refused", _("Raden står to ganger i filen."))
    try:
        is_new = take(taking, Cells(line))
    except Invalid as invalid:
        return Outcome(sheet.name, line.number, "refused", next(iter(invalid.errors.values())))
    except WorkspaceError as error:
        return Outcome(sheet.name, line.number, "refused", error.message)
    return Outcome(sheet.name, line.number, "imported" if is_new else "unchanged")


def _parents_first(lines: list[Line]) -> list[Line]:
    """Milestones in an order in which none comes before what it is a part of, as far as there is one."""
    waiting, ordered = lines, []
    for _level in range(DEEPEST):
        to_come = {(line.cells.get("tiltak"), line.cells.get("nummer")) for line in waiting}
        is_ready = [(line.cells.get("tiltak"), line.cells.get("del av")) not in to_come for line in waiting]
        ordered += [line for line, ready in zip(waiting, is_ready, strict=True) if ready]
        waiting = [line for line, ready in zip(waiting, is_ready, strict=True) if not ready]
    return ordered + waiting


# -- One row of each sheet: whether it was anything new --


def _milestone(taking: _Taking, cells: Cells) -> bool:
    measure, number = taking.measure(cells), cells.whole("nummer")
    others = milestones_of(taking.tx, measure)
    if number is None:
        number = others[-1].number + 1 if others else 1
    elif not 1 <= number <= 9_999:
        raise Invalid({"nummer": _("«%(column)s» er ikke et helt tall.", column="nummer")})
    fields = {
        "title": cells.line("milepæl"),
        "parent": cells.whole("del av", 0),
        "due": cells.day("frist"),
        "done": cells.day("nådd"),
        "percent": cells.whole("prosent"),
        "weight": cells.needed("vekt"),
    }
    if cells.whole("nummer") is None and any(_says(one, fields) for one in others):
        return False  # a file that is sent again
    stored = taking.tx.get(Milestone, f"{measure}:{number}")
    made = stored or Milestone(
        id=f"{measure}:{number}", measure=measure, number=number, title="", changed_at=taking.now, changed_by=""
    )
    wanted = check_milestone(made.changed(**fields), others)
    act = "milestones.changed" if stored else "milestones.added"
    return taking.keep(cells, stored, wanted, act, replaces=stored is not None)


def _says(milestone: Milestone, fields: Mapping[str, object]) -> bool:
    return all(getattr(milestone, name) == value for name, value in fields.items())


def _budget(taking: _Taking, cells: Cells) -> Budget:
    measure, year = taking.measure(cells, planning=True), cells.needed("år")
    id = f"{measure}:{year}"
    return taking.tx.get(Budget, id) or Budget(id=id, measure=measure, year=year)


def _need(taking: _Taking, cells: Cells) -> bool:
    stored = _budget(taking, cells)
    wanted = stored.changed(need=cells.whole("kroner", 0), need_hours=cells.whole("timer", 0))
    replaces = bool(stored.need or stored.need_hours)
    wanted = check_budget(wanted, taking.places)
    return taking.keep(cells, stored, wanted, "budgets.kept", replaces=replaces, stamped=False)


def _share(taking: _Taking, cells: Cells) -> bool:
    stored, number = _budget(taking, cells), taking.municipality(cells)
    share = Share(
        municipality=number,
        agreed=cells.whole("avtalt kr", 0) or 0,
        spent=cells.whole("brukt kr", 0) or 0,
        extra=cells.whole("ekstra kr", 0) or 0,
        agreed_hours=cells.whole("avtalt timer", 0) or 0,
        spent_hours=cells.whole("brukt timer", 0) or 0,
        extra_hours=cells.whole("ekstra timer", 0) or 0,
    )
    others = tuple(one for one in stored.shares if one.municipality != number)
    wanted = check_budget(stored.changed(shares=(*others, share)), taking.places)
    replaces = not stored.share_of(number).is_empty
    return taking.keep(cells, stored, wanted, "budgets.kept", replaces=replaces, stamped=False)


def _capacity(taking: _Taking, cells: Cells) -> bool:
    year, number = cells.needed("år"), taking.municipality(cells)
    stored = taking.tx.get(Capacity, str(year)) or Capacity(id=str(year), year=year)
    one = Stated(municipality=number, kroner=cells.whole("kroner"), hours=cells.whole("timer"))
    others = tuple(other for other in stored.stated if other.municipality != number)
    wanted = check_capacity(stored.changed(stated=(*others, one)), taking.places)
    replaces = stored.of(number) != Stated(municipality=number)
    return taking.keep(cells, stored, wanted, "capacities.kept", replaces=replaces, stamped=False)


def _report(taking: _Taking, cells: Cells) -> bool:
    measure, number = taking.measure(cells), cells.needed("nummer")
    id = f"{measure}:report:{number}"
    stored = taking.tx.get(Report, id)
    made = (stored or Report(id=id, measure=measure, number=number)).changed(
        due=cells.day("frist"),
        question=cells.text("spørsmål"),
        asked_name=cells.line("bedt om av"),
        asked_at=cells.moment("bedt om"),
        written_at=cells.moment("levert"),
        name=cells.line("skrevet av"),
        party=cells.line("fra"),
        happened=cells.text("hva er gjort"),
        state=_state(cells.line("hvordan går det")),
        next_step=cells.text("neste steg"),
        percent=cells.whole("prosent"),
        result=cells.text("resultat"),
        figures=figures_of(cells.line("tall")),
    )
    if made == stored:
        return False  # also for those who may not ask
    wanted = check_report(made) if made.is_written else _check_asked(taking, made)
    asker = (stored.asked_by if stored else "") or (taking.actor.by if wanted.asked_at else "")
    writer = (stored.by if stored else "") or (taking.actor.by if wanted.is_written else "")
    act = "written" if wanted.is_written else "asked"
    wanted = wanted.changed(asked_by=asker, by=writer)
    told = f"status_reports.{act}"
    return taking.keep(cells, stored, wanted, told, replaces=stored is not None, stamped=False)


def _check_asked(taking: _Taking, report: Report) -> Report:
    """A report that is asked for and not written: with a date, and nothing in it."""
    access.require(taking.actor, Action.ASK_FOR_REPORT)
    if report.happened or report.state or report.result:
        raise Invalid({"levert": _("Rapporten har tekst, men det står ikke når den ble levert.")})
    if not is_date(report.due) or report.asked_at is None:
        raise Invalid({"frist": _("Skriv fristen, og når det ble bedt om rapporten.")})
    return report


def _state(word: str) -> str:
    values = {text: value for value, text in STATES.items()} | {"": ""}
    if word.lower() not in values:
        raise Invalid({"hvordan går det": _("Skriv «i rute», «trenger hjelp» eller «forsinket».")})
    return values[word.lower()]


_TAKERS: Mapping[str, Callable[[_Taking, Cells], bool]] = {
    "milestones": _milestone,
    "needs": _need,
    "money": _share,
    "capacity": _capacity,
    "reports": _report,
}
_KEYS: Mapping[str, tuple[str, ...]] = {  # what makes a row the same as another
    "milestones": ("tiltak", "nummer"),
    "needs": ("tiltak", "år"),
    "money": ("tiltak", "år", "kommunenummer"),
    "capacity": ("år", "kommunenummer"),
    "reports": ("tiltak", "nummer"),
}
