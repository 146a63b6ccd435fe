"""Measures in from a spreadsheet: what each row would do, said before anything is done, and then doing it.

A row is found again by its number (T-03) and refused when others have changed the measure since the file was made. What
stands in the file as it was taken out changes nothing, whatever its version is.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from workspace import access, tables
from workspace.access import Action, Actor
from workspace.errors import Invalid, Message, NotFound, _
from workspace.measures import planning
from workspace.measures.planning import Plan, Row
from workspace.measures.sheets import BENEFITS, COSTS, MEASURES
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.record import By, Record
from workspace.store.port import View
from workspace.tables import Line

LARGEST = 8 * 1024 * 1024  # bytes of a file
MOST_ROWS = 20_000  # of all sheets
SHEETS = (MEASURES, BENEFITS, COSTS)


class SheetImport(Record, frozen=True, kw_only=True):
    """A file that somebody has sent, and what came of each row when it was brought in."""

    table: ClassVar[str] = "measure_imports"
    indexes: ClassVar[tuple[By, ...]] = (By(order="at"),)
    blobs: ClassVar[tuple[str, ...]] = ("digest",)

    file: str  # its name
    digest: str
    by: str
    name: str
    at: datetime
    done: datetime | None = None
    rows: tuple[Row, ...] = ()  # once it is done


def read(file: str, content: bytes) -> dict[str, list[Line]]:
    """The sheets of a file that we know, by name. Raises Invalid (field `file`)."""
    name = file.lower()
    if len(content) > LARGEST:
        raise Invalid({"file": _("Filen er for stor. Grensen er 8 MB.")})
    if name.endswith(".csv"):
        found = {MEASURES: tables.read_csv(content)}
    elif name.endswith(".xlsx"):
        found = tables.read_xlsx(content)
    else:
        raise Invalid({"file": _("Velg en fil av typen XLSX eller CSV.")})
    known = {sheet: lines for sheet, lines in found.items() if sheet in SHEETS}
    if not any(known.values()):
        raise Invalid({"file": _("Filen har ingen rader i arkene Tiltak, Nytte og Kostnadsdeling.")})
    for sheet, lines in known.items():
        if lines and "nr" not in lines[0].cells:
            raise Invalid({"file": _("Arket %(sheet)s mangler kolonnen nr.", sheet=sheet)})
    if sum(map(len, known.values())) > MOST_ROWS:
        raise Invalid({"file": _("Filen har mer enn %(most)s rader.", most=MOST_ROWS)})
    return known


def plan(workspace: Workspace, actor: Actor, sheets: dict[str, list[Line]]) -> Plan:
    """What each row would do now. Changes nothing."""
    access.require(actor, Action.WRITE_MEASURE)
    return planning.plan(workspace, actor, workspace.region(actor.region).view(), sheets)


def bring_in(workspace: Workspace, actor: Actor, sheets: dict[str, list[Line]]) -> tuple[Row, ...]:
    """Do what the rows say, all that are not refused in one transaction, and answer what came of each."""
    access.require(actor, Action.WRITE_MEASURE)
    with workspace.region(actor.region).transaction() as tx:
        made = planning.plan(workspace, actor, tx, sheets)
        planning.carry_out(workspace, actor, tx, made)
        return made.rows


# -- In two steps, for people: sent and looked at, then brought in --


def receive(workspace: Workspace, actor: Actor, file: str, content: bytes, *, once: Once | None = None) -> SheetImport:
    """Keep a file that can be read. Raises Invalid, Forbidden."""
    access.require(actor, Action.WRITE_MEASURE)
    read(file, content)
    store = workspace.region(actor.region)
    now = workspace.now()
    digest = store.blobs.put(content)
    with store.transaction() as tx:
        earlier = came_of(tx, actor, once, SheetImport)
        if earlier is not None:
            return earlier
        new = SheetImport(id=workspace.new_id(), file=file, digest=digest, by=actor.by, name=actor.name, at=now)
        kept = tx.put(new)
        tx.log("measure_imports.received", kept, at=now, by=actor.by)
        remember(tx, actor, once, kept, now)
        return kept


def get(workspace: Workspace, actor: Actor, import_id: str, view: View | None = None) -> SheetImport:
    """A file that was sent. Raises NotFound."""
    access.require(actor, Action.WRITE_MEASURE)
    found = (view or workspace.region(actor.region).view()).get(SheetImport, import_id)
    if found is None:
        raise NotFound()
    return found


def rows_of(workspace: Workspace, actor: Actor, sent: SheetImport) -> tuple[Row, ...]:
    """What came of each row of a file, or would come of it now."""
    return sent.rows if sent.done else plan(workspace, actor, _sheets(workspace, actor, sent)).rows


def _sheets(workspace: Workspace, actor: Actor, sent: SheetImport) -> dict[str, list[Line]]:
    return read(sent.file, workspace.region(actor.region).blobs.get(sent.digest))


def confirm(workspace: Workspace, actor: Actor, import_id: str) -> SheetImport:
    """Bring a file in that was looked at. Once: asked again, it answers what came of it. Raises NotFound."""
    sheets = _sheets(workspace, actor, get(workspace, actor, import_id))
    with workspace.region(actor.region).transaction() as tx:
        sent = get(workspace, actor, import_id, tx)
        if sent.done:
            return sent
        made = planning.plan(workspace, actor, tx, sheets)
        planning.carry_out(workspace, actor, tx, made)
        kept = tx.put(sent.changed(done=workspace.now(), rows=made.rows))
        counts = {outcome: made.count(outcome) for outcome in planning.OUTCOMES}
        tx.log("measure_imports.brought_in", kept, at=workspace.now(), by=actor.by, **counts)
        return kept


def reason_of(row: Row) -> Message:
    """Why a row was refused, to be shown in the reader's language."""
    return Message(row.reason, row.values)
