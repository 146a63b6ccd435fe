"""The plan of work as tables: the form in which it goes out, and in which it comes in again.

Columns are in Norwegian whatever the reader's language, so that a file that went out is a file that comes in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from workspace.access import Actor
from workspace.measures import service as measures
from workspace.measures.model import IN_PLAN, Measure
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.store.port import View
from workspace.tables import Cell, Table
from workspace.workplan import rolling
from workspace.workplan.model import PLANNING, Budget, Capacity, Report, figures_text
from workspace.workplan.service import milestones_of

STATES = {"on_track": "i rute", "help": "trenger hjelp", "late": "forsinket"}
PLANNING_CODE = "planarbeidet"  # stands where a measure's code does, for the work on the plan itself


class Sheet(NamedTuple):
    """One of the tables: its key in addresses and on the command line, its name, and its columns."""

    key: str
    name: str
    columns: tuple[str, ...]


SHEETS = (
    Sheet("milestones", "milepæler",
          ("tiltak", "nummer", "milepæl", "del av", "frist", "nådd", "prosent", "vekt", "versjon")),
    Sheet("needs", "behov", ("tiltak", "år", "kroner", "timer", "versjon")),
    Sheet("money", "penger",
          ("tiltak", "år", "kommunenummer", "kommune", "avtalt kr", "brukt kr", "ekstra kr", "avtalt timer",
           "brukt timer", "ekstra timer", "versjon")),
    Sheet("capacity", "kapasitet", ("år", "kommunenummer", "kommune", "kroner", "timer", "versjon")),
    Sheet("reports", "rapporter",
          ("tiltak", "nummer", "frist", "spørsmål", "bedt om av", "bedt om", "levert", "skrevet av", "fra",
           "hva er gjort", "hvordan går det", "neste steg", "prosent", "resultat", "tall", "versjon")),
)  # fmt: skip
BY_KEY: Mapping[str, Sheet] = {sheet.key: sheet for sheet in SHEETS}

Rows = Iterator[tuple[Cell, ...]]


class _Sources(NamedTuple):
    """What the rows are made of."""

    view: View
    measures: list[Measure]
    places: dict[str, str]  # municipalities' names by number, in the order of the alphabet


def tables(workspace: Workspace, actor: Actor, keys: tuple[str, ...] = tuple(BY_KEY)) -> list[Table]:
    """The plan of work as tables, all or those with these keys, as far as this actor may see its measures."""
    found = [measure for measure in measures.listing(workspace, actor) if measure.status in IN_PLAN]
    places = {one.id: one.name for one in regions.municipalities(workspace, actor)}
    sources = _Sources(workspace.region(actor.region).view(), found, places)
    return [Table(BY_KEY[key].name, BY_KEY[key].columns, list(_ROWS[key](sources))) for key in keys]


def _milestones(of: _Sources) -> Rows:
    for measure in of.measures:
        yield from _under(measure.code, rolling.tree(milestones_of(of.view, measure.id)))


def _under(code: str, nodes: tuple[rolling.Node, ...]) -> Rows:
    """Milestones with those under them, so that one never comes before what it is a part of."""
    for node in nodes:
        one = node.milestone
        yield (
            code, one.number, one.title, one.parent or None, one.due, one.done, one.percent, one.weight, one.version,
        )  # fmt: skip
        yield from _under(code, node.children)


def _budgets(of: _Sources) -> Iterator[tuple[str, Budget]]:
    named = [*((measure.code, measure.id) for measure in of.measures), (PLANNING_CODE, PLANNING)]
    for code, id in named:
        for budget in of.view.find(Budget, {"measure": id}, order="year"):
            yield code, budget


def _needs(of: _Sources) -> Rows:
    for code, budget in _budgets(of):
        if budget.need or budget.need_hours:
            yield code, budget.year, budget.need, budget.need_hours, budget.version


def _money(of: _Sources) -> Rows:
    for code, budget in _budgets(of):
        for number, name in of.places.items():
            one = budget.share_of(number)
            if not one.is_empty:
                yield (
                    code, budget.year, number, name, one.agreed, one.spent, one.extra, one.agreed_hours,
                    one.spent_hours, one.extra_hours, budget.version,
                )  # fmt: skip


def _capacity(of: _Sources) -> Rows:
    for capacity in of.view.find(Capacity, order="year"):
        for number, name in of.places.items():
            one = capacity.of(number)
            if (one.kroner, one.hours) != (None, None):
                yield capacity.year, number, name, one.kroner, one.hours, capacity.version


def _reports(of: _Sources) -> Rows:
    for measure in of.measures:
        for one in of.view.find(Report, {"measure": measure.id}, order="number"):
            asked = one.asked_at.isoformat() if one.asked_at else ""
            written = one.written_at.isoformat() if one.written_at else ""
            yield (
                measure.code, one.number, one.due, one.question, one.asked_name, asked, written, one.name, one.party,
                one.happened, STATES.get(one.state, ""), one.next_step, one.percent, one.result,
                figures_text(one.figures), one.version,
            )  # fmt: skip


_ROWS: Mapping[str, Callable[[_Sources], Rows]] = {
    "milestones": _milestones,
    "needs": _needs,
    "money": _money,
    "capacity": _capacity,
    "reports": _reports,
}
