"""Status reports: asking for them, reminding, writing them."""

from __future__ import annotations

from typing import Any, NamedTuple

from workspace import access
from workspace.access import Action, Actor
from workspace.errors import Conflict, Invalid, Message, NotFound, _
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.regions.model import Membership
from workspace.store.port import Transaction, View
from workspace.workplan.checking import check_report, is_date
from workspace.workplan.model import LONGEST_TEXT, Report, figures_of
from workspace.workplan.service import is_assigned, measure_in_plan, today


def get(workspace: Workspace, actor: Actor, measure_id: str, number: str, view: View | None = None) -> Report:
    """One report on a measure in the plan. Raises NotFound."""
    view = view or workspace.region(actor.region).view()
    measure_in_plan(workspace, actor, measure_id, view)
    found = view.get(Report, f"{measure_id}:report:{number}")
    if found is None:
        raise NotFound()
    return found


def next_report(view: View, measure_id: str) -> Report:
    """An empty report with the number that comes next."""
    last = view.first(Report, {"measure": measure_id}, order="number", descending=True)
    number = last.number + 1 if last else 1
    return Report(id=f"{measure_id}:report:{number}", measure=measure_id, number=number)


# -- Asking and reminding --


def ask(
    workspace: Workspace,
    actor: Actor,
    measure_ids: tuple[str, ...],
    due: str,
    question: str = "",
    *,
    once: Once | None = None,
) -> list[Report]:
    """Ask those responsible for these measures for a report by a date. One that waits already is not asked for again.

    Raises Invalid, NotFound, Forbidden.
    """
    access.require(actor, Action.ASK_FOR_REPORT)
    _check_asked(measure_ids, due, question, today(workspace).isoformat())
    with workspace.region(actor.region).transaction() as tx:
        earlier = came_of(tx, actor, once, Report)
        if earlier is not None:
            return [earlier]
        found = [measure_in_plan(workspace, actor, id, tx) for id in dict.fromkeys(measure_ids)]
        asked = [_ask_one(workspace, actor, tx, measure, due, question) for measure in found]
        remember(tx, actor, once, asked[0], workspace.now())
        return asked


def _check_asked(measure_ids: tuple[str, ...], due: str, question: str, on: str) -> None:
    errors: dict[str, Message] = {}
    if not measure_ids:
        errors["measures"] = _("Velg minst ett tiltak.")
    if not is_date(due) or due < on:
        errors["due"] = _("Velg en frist som ikke er passert.")
    if len(question) > LONGEST_TEXT:
        errors["question"] = _("Teksten er for lang. Grensen er %(limit)s tegn.", limit=LONGEST_TEXT)
    if errors:
        raise Invalid(errors)


def _ask_one(workspace: Workspace, actor: Actor, tx: Transaction, measure: Measure, due: str, question: str) -> Report:
    if not is_assigned(measure):
        raise Invalid({"measures": _("%(code)s har ingen ansvarlig ennå. Velg en først.", code=measure.code)})
    for waiting in tx.find(Report, {"measure": measure.id}, order="number"):
        if not waiting.is_written:
            return waiting
    now = workspace.now()
    wanted = next_report(tx, measure.id).changed(
        due=due, question=question.strip(), asked_at=now, asked_by=actor.by, asked_name=actor.name
    )
    kept = tx.put(wanted)
    tx.log("status_reports.asked", kept, at=now, by=actor.by, due=due)
    return kept


class Waiting(NamedTuple):
    """A report that was asked for and is not there, who can write it, and which reminder is due ("": none)."""

    report: Report
    measure: Measure
    people: tuple[Membership, ...]
    kind: str


def waiting(workspace: Workspace, actor: Actor) -> list[Waiting]:
    """All that is asked for and not written, by due date. Raises Forbidden for those who may not ask."""
    access.require(actor, Action.ASK_FOR_REPORT)
    view = workspace.region(actor.region).view()
    seen = {measure.id: measure for measure in measures.listing(workspace, actor)}
    members = regions.members(workspace, actor)
    found = []
    for report in view.find(Report, {"written_at": None}, order="due"):
        if report.measure in seen:
            measure = seen[report.measure]
            people = tuple(member for member in members if _may_write(member, measure))
            found.append(Waiting(report, measure, people, report.reminder(today(workspace))))
    return found


def _may_write(member: Membership, measure: Measure) -> bool:
    """Whether a reminder goes to this member: to who answers for the measure, not to staff, who may write for all."""
    who = Actor(person=member.id, role=member.role, municipality=member.municipality, organisation=member.organisation)
    is_staff = access.can(who, Action.PLAN_WORK)
    return access.can(who, Action.REPORT_WORK, measure) and (not is_staff or member.municipality == measure.owner)


def reminders_due(workspace: Workspace, actor: Actor) -> list[Waiting]:
    """The reminders to send now. One is due until it is marked as sent, whenever that is. Raises Forbidden."""
    return [one for one in waiting(workspace, actor) if one.kind]


def mark_sent(
    workspace: Workspace, actor: Actor, measure_id: str, number: str, kind: str, *, once: Once | None = None
) -> Report:
    """Keep that a reminder was sent. Said a second time it changes nothing. Raises Invalid, NotFound, Forbidden."""
    access.require(actor, Action.ASK_FOR_REPORT)
    now = workspace.now()
    with workspace.region(actor.region).transaction() as tx:
        stored = get(workspace, actor, measure_id, number, tx)
        earlier = came_of(tx, actor, once, Report)
        if earlier is not None:
            return earlier
        wanted, kept = stored.marked(kind, now, actor.by), stored
        if wanted != stored:
            kept = tx.put(wanted)
            tx.log("status_reports.reminded", kept, at=now, by=actor.by, kind=kind)
        remember(tx, actor, once, kept, now)
        return kept


# -- Writing --


def write(
    workspace: Workspace,
    actor: Actor,
    measure_id: str,
    number: str,
    version: int,
    *,
    figures: str = "",
    once: Once | None = None,
    **fields: Any,
) -> Report:
    """Write a report that was asked for, or ("" for a number) one unasked; or correct one that is written.

    Fields: happened, state, next_step, percent, result; figures as a line. The first writer stays the one it is from.
    Raises Conflict with the report as it stands when `version` is stale, Invalid, NotFound, Forbidden.
    """
    party = _party(workspace, actor)
    now = workspace.now()
    with workspace.region(actor.region).transaction() as tx:
        access.require(actor, Action.REPORT_WORK, measure_in_plan(workspace, actor, measure_id, tx))
        earlier = came_of(tx, actor, once, Report)
        if earlier is not None:
            return earlier
        stored = get(workspace, actor, measure_id, number, tx) if number else next_report(tx, measure_id)
        if stored.version != version:
            raise Conflict(current=stored)
        wanted = _written(stored, figures, fields)
        if wanted == stored:
            return stored
        if not stored.is_written:
            wanted = wanted.changed(written_at=now, by=actor.by, name=actor.name, party=party)
        kept = tx.put(wanted)
        told = "corrected" if stored.is_written else "written"
        tx.log(f"status_reports.{told}", kept, at=now, by=actor.by, state=kept.state)
        remember(tx, actor, once, kept, now)
        return kept


def _written(stored: Report, figures: str, fields: dict[str, Any]) -> Report:
    """The report with what was written. Raises Invalid naming all that is wrong at once."""
    errors: dict[str, Message] = {}
    read = stored.figures
    try:
        read = figures_of(figures)
    except Invalid as invalid:
        errors |= invalid.errors
    try:
        wanted = check_report(stored.changed(**fields, figures=read))
    except Invalid as invalid:
        errors |= invalid.errors
    if errors:
        raise Invalid(errors)
    return wanted


def _party(workspace: Workspace, actor: Actor) -> str:
    """Whom the writer is with: a municipality's name, or an organisation's."""
    if actor.municipality:
        return regions.municipality_name(workspace, actor, actor.municipality)
    return actor.organisation
