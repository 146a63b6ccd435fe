"""Looking at all measures at once: which ones, in which order, who gets what, and what is missing. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from workspace.clean import alphabetical, clean_line
from workspace.measures.model import HORIZONS, INITIATORS, STATUSES, STEPS, Measure
from workspace.regions.model import EXPECTING, Municipality

VIEWS = ("", "effect", "horizon", "quick", "initiator")
REGION = "region"  # as a filter: what gives the region as a whole something
FEWEST = 3  # measures there must be before anybody is said to get little out of them


class Choice(NamedTuple):
    """What is asked for: how to look, filters ("" for all), and the order ("-cost" for the dearest first)."""

    view: str = ""
    status: str = ""
    focus: str = ""
    horizon: str = ""
    initiator: str = ""
    responsible: str = ""
    benefit: str = ""  # REGION, or a municipality's number
    quick: str = ""
    sort: str = "code"

    @property
    def is_filtered(self) -> bool:
        """Whether not all measures are asked for."""
        return any(self[1:-1])


def choice_of(query: Mapping[str, str]) -> Choice:
    """What the query string asks for. What is no choice counts as none."""
    asked = {name: clean_line(query.get(name, "")[:200]) for name in Choice._fields}
    allowed = {"view": VIEWS, "status": STATUSES, "horizon": HORIZONS, "initiator": INITIATORS, "quick": ("1",)}
    asked |= {name: asked[name] if asked[name] in values else "" for name, values in allowed.items()}
    if asked["sort"].removeprefix("-") not in ORDERS:
        asked["sort"] = "code"
    return Choice(**asked)


def chosen(measures: Iterable[Measure], choice: Choice) -> list[Measure]:
    """The measures that are asked for, in the order that is."""
    found = [measure for measure in measures if _fits(measure, choice)]
    key = ORDERS[choice.sort.removeprefix("-")]
    known = [measure for measure in found if key(measure) not in (None, "")]
    known.sort(key=key, reverse=choice.sort.startswith("-"))
    return known + [measure for measure in found if key(measure) in (None, "")]  # what is not known comes last


def _fits(measure: Measure, choice: Choice) -> bool:
    return (
        choice.status in ("", measure.status)
        and choice.focus in ("", measure.focus_area)
        and choice.horizon in ("", measure.horizon)
        and choice.initiator in ("", measure.initiator)
        and choice.responsible in ("", measure.responsible)
        and (not choice.quick or measure.quick_win)
        and (not choice.benefit or gives(measure, choice.benefit))
    )


def gives(measure: Measure, whom: str) -> bool:
    """Whether a municipality (its number), or REGION as a whole, gets something out of a measure."""
    if whom != REGION:
        benefit = measure.benefit_of(whom)
        return benefit.kind in ("direct", "indirect") and benefit.size != "none"
    return measure.regional_size in ("large", "medium", "small") or (
        measure.regional_size == "unknown" and bool(measure.regional_benefit)
    )


def is_assessed(measure: Measure) -> bool:
    """Whether it is said of any municipality what it gets, or that it gets nothing: else who gets what is not known."""
    return any(benefit.kind != "unknown" for benefit in measure.benefits)


def reach(measure: Measure) -> int:
    """How many municipalities get something out of it."""
    return sum(gives(measure, benefit.municipality) for benefit in measure.benefits)


ORDERS: dict[str, Callable[[Measure], Any]] = {
    "code": lambda measure: measure.number,
    "title": lambda measure: alphabetical(measure.title),
    "focus": lambda measure: alphabetical(measure.focus_area),
    "responsible": lambda measure: alphabetical(measure.responsible),
    "cost": lambda measure: measure.cost_amount,
    "start": lambda measure: measure.start,
    "horizon": lambda measure: HORIZONS.index(measure.horizon),
    "status": lambda measure: STATUSES.index(measure.status),
    "reach": reach,
}


# -- Who gets what --


class Gain(NamedTuple):
    """What one municipality gets out of all measures."""

    municipality: Municipality
    total: int  # sizes added up
    medium: int  # how many give it at least medium benefit
    large: int
    unknown: int  # how many nobody has judged
    others: float  # how many give the others at least medium benefit, on average
    gets_little: bool
    consider: tuple[Measure, ...]  # measures that might give it more


def gains(measures: Sequence[Measure], municipalities: Sequence[Municipality]) -> list[Gain]:
    """What each municipality gets.

    It gets little when fewer than half as many measures give it at least medium benefit as the others have on average.
    """
    worths = {m.id: [measure.benefit_of(m.id).worth for measure in measures] for m in municipalities}
    medium = {number: sum(worth >= 2 for worth in found) for number, found in worths.items()}
    others = len(municipalities) - 1
    made = []
    for one in municipalities:
        rest = sum(medium.values()) - medium[one.id]
        little = len(measures) >= FEWEST and 2 * medium[one.id] * others < rest
        made.append(
            Gain(
                one,
                sum(worths[one.id]),
                medium[one.id],
                sum(worth == 3 for worth in worths[one.id]),
                sum(measure.benefit_of(one.id).kind == "unknown" for measure in measures),
                rest / others if others else 0.0,
                little,
                tuple(_worth_a_look(measures, one.id)) if little else (),
            )
        )
    return made


def _worth_a_look(measures: Iterable[Measure], number: str) -> list[Measure]:
    """Measures that give it a little, or that nobody has judged for it."""
    found = [m for m in measures if m.benefit_of(number).worth == 1 or m.benefit_of(number).kind == "unknown"]
    return found[:2]


def counted(measures: Sequence[Measure]) -> list[Measure]:
    """Those of the measures that anybody can get something out of: what is set aside gives nothing."""
    return [measure for measure in measures if measure.status != "set_aside"] or list(measures)


class Served(NamedTuple):
    """What a municipality gets for its residents and its business: the measures for each of EXPECTING."""

    municipality: Municipality
    by: Mapping[str, tuple[Measure, ...]]

    @property
    def missing(self) -> tuple[str, ...]:
        """Those who get nothing, though nobody has said that they expect nothing."""
        return tuple(
            whom for whom, found in self.by.items() if not found and whom not in self.municipality.not_relevant
        )


def served(measures: Iterable[Measure], municipalities: Iterable[Municipality]) -> list[Served]:
    """Each municipality with the measures that give its residents, and its business, something."""
    among = [measure for measure in measures if measure.status != "set_aside"]
    return [
        Served(one, {whom: tuple(m for m in among if _serves(m, one.id, whom)) for whom in EXPECTING})
        for one in municipalities
    ]


def _serves(measure: Measure, number: str, whom: str) -> bool:
    return gives(measure, number) and whom in measure.benefit_of(number).for_whom


# -- By time --


class Lack(NamedTuple):
    """A focus area without measures for the short or the long term (or both)."""

    focus_area: str
    short: bool
    long: bool


def lacks(measures: Iterable[Measure]) -> list[Lack]:
    """The focus areas that lack something for the short or the long term. Measures set aside don't count."""
    horizons: dict[str, set[str]] = {}
    for measure in measures:
        if measure.focus_area and measure.status != "set_aside":
            horizons.setdefault(measure.focus_area, set()).add(measure.horizon)
    return [
        Lack(area, "short" not in found, "long" not in found)
        for area, found in sorted(horizons.items(), key=lambda one: alphabetical(one[0]))
        if not {"short", "long"} <= found
    ]


def by_horizon(measures: Iterable[Measure]) -> list[tuple[str, list[Measure]]]:
    """The measures of each horizon, the nearest first."""
    among = list(measures)
    return [(horizon, [measure for measure in among if measure.horizon == horizon]) for horizon in HORIZONS]


def quick_wins(
    measures: Iterable[Measure], municipalities: Iterable[Municipality]
) -> list[tuple[Municipality, list[Measure]]]:
    """Each municipality with the quick measures that give it something; those with none have an empty list."""
    quick = [measure for measure in measures if measure.quick_win and measure.status != "set_aside"]
    return [(one, [measure for measure in quick if gives(measure, one.id)]) for one in municipalities]


def by_initiator(measures: Sequence[Measure]) -> list[tuple[str, int]]:
    """How many came from whom, the most first; "" for those of whom nobody has said."""
    counts = {value: sum(measure.initiator == value for measure in measures) for value in (*INITIATORS, "")}
    return sorted(((value, count) for value, count in counts.items() if count), key=lambda one: -one[1])


# -- Effort and effect --

WIDTH, HEIGHT, LEFT, BELOW = 720, 440, 40, 36  # of the picture, and what its axes take
_PER_ROW = 3  # codes beside each other in one cell


class Spot(NamedTuple):
    """Where a measure's code stands in the picture."""

    measure: Measure
    x: float
    y: float


def spots(measures: Iterable[Measure]) -> list[Spot]:
    """Where the judged measures stand: effort to the right, effect upwards; those of one cell beside each other."""
    cells: dict[tuple[int, int], list[Measure]] = {}
    for measure in measures:
        if measure.effort in STEPS and measure.effect in STEPS:
            cells.setdefault((measure.effort, measure.effect), []).append(measure)
    wide, high = (WIDTH - LEFT) / len(STEPS), (HEIGHT - BELOW) / len(STEPS)
    found = []
    for (effort, effect), inside in cells.items():
        rows = -(-len(inside) // _PER_ROW)
        for at, measure in enumerate(inside):
            row, column = divmod(at, _PER_ROW)
            in_row = min(_PER_ROW, len(inside) - row * _PER_ROW)
            x = LEFT + (effort - 1) * wide + wide * (column + 1) / (in_row + 1)
            y = (len(STEPS) - effect) * high + high * (row + 1) / (rows + 1)
            found.append(Spot(measure, round(x, 1), round(y, 1)))
    return sorted(found, key=lambda spot: spot.measure.number)


def quadrants(measures: Iterable[Measure]) -> list[tuple[str, list[Measure]]]:
    """The measures by what they ask and give: much for little first. Those nobody has judged come last."""
    found: dict[str, list[Measure]] = {"first": [], "large": [], "small": [], "later": [], "unjudged": []}
    for measure in measures:
        found[_quadrant(measure)].append(measure)
    return list(found.items())


def _quadrant(measure: Measure) -> str:
    if measure.effort not in STEPS or measure.effect not in STEPS:
        return "unjudged"
    if measure.effect > 3:
        return "first" if measure.effort <= 3 else "large"
    return "small" if measure.effort <= 3 else "later"
