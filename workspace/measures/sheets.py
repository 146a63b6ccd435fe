"""The measures as tables, to work on in a spreadsheet and bring back in: columns, their words, and how they are read.

The words of the file are bokmål whatever the reader's language is, so that a file can be read by all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from workspace import clean
from workspace.access import Actor
from workspace.documents import service as documents
from workspace.errors import Invalid, _
from workspace.measures import amounts, service
from workspace.measures.model import FOR_WHOM, HORIZONS, KINDS_OF_BENEFIT, SIZES, STATUSES, STEPS, Benefit, Measure
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.regions.model import Municipality
from workspace.tables import Cell, Table

MEASURES, BENEFITS, COSTS = "Tiltak", "Nytte", "Kostnadsdeling"
LONGEST_CELL = 32_767  # a spreadsheet holds no more in one cell
_NORWEGIAN_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")

YES_NO = {"1": "ja", "": "nei"}
KINDS = dict(zip(KINDS_OF_BENEFIT, ("direkte", "indirekte", "ingen", "ukjent"), strict=True))
SIZE_WORDS = dict(zip(SIZES, ("stor", "middels", "liten", "ingen", "ukjent"), strict=True))
HORIZON_WORDS = dict(zip(HORIZONS, ("kort", "mellomlang", "lang"), strict=True))
STATUS_WORDS = dict(
    zip(
        STATUSES,
        ("idé", "foreslått", "enighet", "vedtatt", "i gang", "gjennomført", "lagt til side"),
        strict=True,
    )
)
WHOM_WORDS = dict(zip(FOR_WHOM, ("innbyggere", "næringsliv", "kommunen selv"), strict=True))
INITIATOR_WORDS = {
    "": "", "municipality": "kommunene", "business": "næringsliv", "youth": "ungdom", "county": "fylkeskommune",
    "research": "fou og skole", "voluntary": "frivillighet", "state": "staten", "other": "andre",
}  # fmt: skip
KEY_WORDS = {
    "": "", "equal": "likt", "population": "folketall", "combined": "30/70 likt og folketall", "own": "egne andeler",
}  # fmt: skip


class Column(NamedTuple):
    """A column of the main sheet: what it shows of a measure, and how its cell becomes a field, where it does."""

    name: str
    shown: Callable[[Measure], Cell]
    field: str = ""
    read: Callable[[str], Any] = str


def as_cell(shown: Cell) -> str:
    """What stands in a cell when it is read back."""
    return "" if shown is None else str(shown).strip()


def is_as_it_was(cell: str, shown: Cell) -> bool:
    """Whether nobody has touched a cell; a long text comes back from a spreadsheet as far as one cell holds."""
    return cell == as_cell(shown) or (isinstance(shown, str) and cell == shown[:LONGEST_CELL].strip())


def _word(words: Mapping[str, str], blank: str = "") -> Callable[[str], str]:
    """Reads one of some words, or the value it stands for; an empty cell as `blank`."""

    def read(cell: str) -> str:
        wanted = cell.casefold() or blank
        for value, word in words.items():
            if wanted in (word.casefold(), value.casefold()):
                return value
        raise ValueError(cell)

    return read


def _yes(cell: str) -> bool:
    return bool(_word({"1": "ja", "": "nei", "0": "0"})(cell or "nei").strip("0"))


def _date(cell: str) -> str:
    """A day: 2027-03-01, as spreadsheets give it, or 1.3.2027."""
    found = _NORWEGIAN_DATE.fullmatch(cell)
    return f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}" if found else cell.removesuffix("T00:00:00")


def _step(cell: str) -> int:
    if cell not in ("", *map(str, STEPS)):
        raise ValueError(cell)
    return int(cell or 0)


def _numbers(cell: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\d+", cell))


def _text(name: str, field: str, read: Callable[[str], Any] = clean.clean_line) -> Column:
    return Column(name, lambda measure: getattr(measure, field), field, read)


def _choice(name: str, field: str, words: Mapping[str, str]) -> Column:
    blank = "" if "" in words else "unknown"
    return Column(name, lambda measure: words[getattr(measure, field)], field, _word(words, blank))


def _flag(name: str, field: str) -> Column:
    return Column(name, lambda measure: "ja" if getattr(measure, field) else "nei", field, _yes)


def _judged(name: str, field: str) -> Column:
    return Column(name, lambda measure: getattr(measure, field) or None, field, _step)


COLUMNS: tuple[Column, ...] = (
    Column("nr", lambda measure: measure.code),
    _text("tiltak", "title"),
    _text("beskrivelse", "text", clean.clean_text),
    _text("satsingsområde", "focus_area"),
    _text("delmål", "goal"),
    _choice("initiativ", "initiator", INITIATOR_WORDS),
    _text("nytte for regionen", "regional_benefit", clean.clean_text),
    _choice("størrelse for regionen", "regional_size", SIZE_WORDS),
    _text("ansvarlig", "responsible"),
    _text("hvorfor ansvarlig", "owner_reason", clean.clean_text),
    _text("samarbeidspartnere", "partners"),
    _text("kostnad", "cost"),
    _text("kroner", "cost_amount", amounts.parse),
    _flag("per år", "cost_per_year"),
    _text("finansiering", "funding"),
    _text("timer", "own_hours", amounts.parse),
    _choice("fordelingsnøkkel", "share_key", KEY_WORDS),
    _flag("noen kan bære det", "opt_in"),
    Column("bæres av", lambda measure: ", ".join(measure.carriers), "carriers", _numbers),
    _text("fra", "start", _date),
    _text("til", "end", _date),
    _choice("horisont", "horizon", HORIZON_WORDS),
    _flag("raskt tiltak", "quick_win"),
    _text("i gang", "quick_win_date", _date),
    _text("innfrir", "quick_win_meets"),
    _judged("innsats", "effort"),
    _judged("effekt", "effect"),
    _text("indikator", "indicator", clean.clean_text),
    Column("status", lambda measure: STATUS_WORDS[measure.status]),
    _text("merknad", "remark", clean.clean_text),
    Column("versjon", lambda measure: measure.version),
)
BUILT_ON = "bygger på"  # the last one, which is only read by people
BENEFIT_COLUMNS = (
    "nr", "tiltak", "kommunenr", "kommune", "type", "størrelse", "hvordan", "kilde", "for hvem", "versjon",
)  # fmt: skip
COST_COLUMNS = ("nr", "tiltak", "kommunenr", "kommune", "bærer", "andel i kroner", "egen andel", "versjon")


def read_field(column: Column, cell: str) -> Any:
    """What a cell says. Raises Invalid naming the column."""
    try:
        return column.read(cell)
    except ValueError as error:
        raise Invalid({column.name: _("«%(word)s» kan ikke brukes i kolonnen %(column)s.", word=cell[:80],
                                      column=column.name)}) from error  # fmt: skip


# -- Benefit and cost, a row for each municipality --


def benefit_cells(benefit: Benefit) -> dict[str, str]:
    """The cells of a benefit that can be changed in the file."""
    return {
        "type": KINDS[benefit.kind],
        "størrelse": SIZE_WORDS[benefit.size],
        "hvordan": benefit.how,
        "kilde": benefit.source,
        "for hvem": ", ".join(WHOM_WORDS[who] for who in benefit.for_whom),
    }


def _whom(cell: str) -> tuple[str, ...]:
    read = _word(WHOM_WORDS)
    found = {read(word.strip()) for word in cell.split(",") if word.strip()}
    return tuple(who for who in FOR_WHOM if who in found)


# column -> the benefit's field, and how it is read
BENEFIT_FIELDS: dict[str, Column] = {
    "type": Column("type", lambda measure: None, "kind", _word(KINDS, "unknown")),
    "størrelse": Column("størrelse", lambda measure: None, "size", _word(SIZE_WORDS, "unknown")),
    "hvordan": Column("hvordan", lambda measure: None, "how", clean.clean_line),
    "kilde": Column("kilde", lambda measure: None, "source", clean.clean_line),
    "for hvem": Column("for hvem", lambda measure: None, "for_whom", _whom),
}
OWN_SHARE = Column("egen andel", lambda measure: None, "own_shares", lambda cell: amounts.parse(cell) or 0)


def own_share_of(measure: Measure, number: str) -> int | None:
    """The share of its own that a municipality has, None without one."""
    return next((share.weight for share in measure.own_shares if share.municipality == number), None)


# -- Out --


def tables_of(
    measures: Iterable[Measure], municipalities: Iterable[Municipality], titles: Mapping[str, str]
) -> list[Table]:
    """The three sheets. `titles` are those of the documents that may be named, by id."""
    found, among = list(measures), list(municipalities)
    populations = {one.id: one.population for one in among}
    benefits: list[list[Cell]] = []
    costs: list[list[Cell]] = []
    for measure in found:
        shares, carriers = measure.shares(populations), measure.carried_by(populations)
        for one in among:
            head: list[Cell] = [measure.code, measure.title, one.id, one.name]
            benefits.append([*head, *benefit_cells(measure.benefit_of(one.id)).values(), measure.version])
            carries = "ja" if one.id in carriers else "nei"
            costs.append([*head, carries, shares.get(one.id), own_share_of(measure, one.id), measure.version])
    rows = [[*(column.shown(measure) for column in COLUMNS), _built_on(measure, titles)] for measure in found]
    return [
        Table(MEASURES, [*(column.name for column in COLUMNS), BUILT_ON], rows),
        Table(BENEFITS, BENEFIT_COLUMNS, benefits),
        Table(COSTS, COST_COLUMNS, costs),
    ]


def _built_on(measure: Measure, titles: Mapping[str, str]) -> str:
    """The documents it builds on, for those who read the file; they are chosen on the measure's page."""
    named = dict.fromkeys(titles[one.document] for one in measure.citations if one.document in titles)
    return "; ".join(named)


# Rooms that have sheets of their own for the file, such as the answers in rounds, hand in a function of this shape:
# under `app.extensions["measure_sheets"]` (a list) on the web, and in `commands.more_sheets`. They read for this actor,
# and answer what may be shown now.
MoreSheets = Callable[[Workspace, Actor], Iterable[Table]]


def export(workspace: Workspace, actor: Actor, more: Iterable[Table] = ()) -> list[Table]:
    """All measures that this actor may read as sheets, and `more` sheets of other rooms after them."""
    titles = dict(documents.titles(workspace, actor))
    found = tables_of(service.listing(workspace, actor), regions.municipalities(workspace, actor), titles)
    return [*found, *more]
