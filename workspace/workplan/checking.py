"""What may be kept of the plan of work, and what is said to whoever typed something else. Pure, as the model is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from workspace.clean import is_blank
from workspace.errors import Invalid, Message, _
from workspace.workplan.model import (
    DEEPEST,
    LONGEST_LINE,
    LONGEST_TEXT,
    MOST_HOURS,
    MOST_KRONER,
    MOST_MILESTONES,
    MOST_WEIGHT,
    REPORT_STATES,
    YEARS,
    Budget,
    Capacity,
    Milestone,
    Report,
)


def is_date(text: str) -> bool:
    """Whether this is a day as the store keeps it: 2027-05-01."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def check_milestone(milestone: Milestone, others: Iterable[Milestone]) -> Milestone:
    """The milestone, if it fits among the others of its measure. Raises Invalid."""
    errors: dict[str, Message] = {}
    if is_blank(milestone.title):
        errors["title"] = _("Skriv hva som skal være nådd.")
    elif len(milestone.title) > LONGEST_LINE:
        errors["title"] = _("Teksten er for lang. Grensen er %(limit)s tegn.", limit=LONGEST_LINE)
    for field, value in (("due", milestone.due), ("done", milestone.done)):
        if value and not is_date(value):
            errors[field] = _("Skriv datoen som dag, måned og år.")
    if milestone.percent is not None and not 0 <= milestone.percent <= 100:
        errors["percent"] = _("Skriv et helt tall fra 0 til 100.")
    if not 1 <= milestone.weight <= MOST_WEIGHT:
        errors["weight"] = _("Skriv et helt tall fra 1 til %(most)s.", most=MOST_WEIGHT)
    siblings = {other.number: other for other in others if other.number != milestone.number}
    if len(siblings) >= MOST_MILESTONES:
        errors["title"] = _("Et tiltak kan ha høyst %(most)s milepæler.", most=MOST_MILESTONES)
    errors |= _place_errors(milestone, siblings)
    if errors:
        raise Invalid(errors)
    return milestone.changed(title=milestone.title.strip())


def _place_errors(milestone: Milestone, others: Mapping[int, Milestone]) -> dict[str, Message]:
    """What is wrong with where a milestone hangs, and with saying itself how far it is when others hang under it."""
    errors: dict[str, Message] = {}
    is_parent = any(other.parent == milestone.number for other in others.values())
    if is_parent and (milestone.done or milestone.percent is not None):
        errors["done"] = _("Framdriften følger av milepælene under denne. Kryss av dem.")
    above = others.get(milestone.parent)
    if milestone.parent and above is None:
        errors["parent"] = _("Milepælen den skal være en del av, finnes ikke.")
    elif above is not None and (above.done or above.percent is not None):
        errors["parent"] = _("Milepælen den skal være en del av, er alt krysset av.")
    elif _levels(milestone, others) > DEEPEST:
        errors["parent"] = _("Milepæler kan ligge i høyst %(most)s nivåer.", most=DEEPEST)
    return errors


def _levels(milestone: Milestone, others: Mapping[int, Milestone]) -> int:
    """How many levels of milestones there are through this one. More than DEEPEST also for a circle."""
    everyone = {**others, milestone.number: milestone}
    above, one = 0, milestone
    while one.parent in everyone and above <= DEEPEST:
        above, one = above + 1, everyone[one.parent]
    below, layer = 0, {milestone.number}
    while below <= DEEPEST:
        layer = {other.number for other in everyone.values() if other.parent in layer}
        if not layer:
            break
        below += 1
    return above + 1 + below


def check_budget(budget: Budget, municipalities: Iterable[str]) -> Budget:
    """The budget, with a share for each municipality that something is said of, in order of number. Raises Invalid."""
    known, errors = set(municipalities), _year_error(budget.year)
    amounts = [("need", budget.need, MOST_KRONER), ("need_hours", budget.need_hours, MOST_HOURS)]
    for share in budget.shares:
        if share.municipality not in known:
            errors["municipality"] = _("Kommunen er ikke med i regionen.")
        for name in ("agreed", "spent", "extra"):
            amounts.append((f"{name}-{share.municipality}", getattr(share, name), MOST_KRONER))
            amounts.append((f"{name}_hours-{share.municipality}", getattr(share, f"{name}_hours"), MOST_HOURS))
    errors |= {field: _NO_AMOUNT for field, amount, most in amounts if not 0 <= amount <= most}
    if errors:
        raise Invalid(errors)
    said = sorted((share for share in budget.shares if not share.is_empty), key=lambda share: share.municipality)
    return budget.changed(shares=tuple(said))


def check_capacity(capacity: Capacity, municipalities: Iterable[str]) -> Capacity:
    """The capacity, with those that have said something, in order of number. Raises Invalid."""
    known, errors = set(municipalities), _year_error(capacity.year)
    for one in capacity.stated:
        if one.municipality not in known:
            errors["municipality"] = _("Kommunen er ikke med i regionen.")
        for field, amount, most in (("kroner", one.kroner, MOST_KRONER), ("hours", one.hours, MOST_HOURS)):
            if amount is not None and not 0 <= amount <= most:
                errors[f"{field}-{one.municipality}"] = _NO_AMOUNT
    if errors:
        raise Invalid(errors)
    said = [one for one in capacity.stated if (one.kroner, one.hours) != (None, None)]
    return capacity.changed(stated=tuple(sorted(said, key=lambda one: one.municipality)))


_NO_AMOUNT = _("Skriv et helt tall, uten desimaler.")


def _year_error(year: int) -> dict[str, Message]:
    first, last = YEARS
    if first <= year <= last:
        return {}
    return {"year": _("Skriv et år fra %(first)s til %(last)s.", first=first, last=last)}


def check_report(report: Report) -> Report:
    """A written report, if it says what it must. Raises Invalid."""
    errors: dict[str, Message] = {}
    if is_blank(report.happened):
        errors["happened"] = _("Skriv hva som er gjort, minst én setning.")
    if report.state not in REPORT_STATES:
        errors["state"] = _("Velg hvordan det går.")
    if report.percent is not None and not 0 <= report.percent <= 100:
        errors["percent"] = _("Skriv et helt tall fra 0 til 100.")
    if report.figures and is_blank(report.result):
        errors["result"] = _("Skriv resultatet med ord også, når du viser fram tall.")
    for field in ("happened", "next_step", "result"):
        if len(getattr(report, field)) > LONGEST_TEXT:
            errors[field] = _("Teksten er for lang. Grensen er %(limit)s tegn.", limit=LONGEST_TEXT)
    if errors:
        raise Invalid(errors)
    texts = {field: getattr(report, field).strip() for field in ("happened", "next_step", "result")}
    return report.changed(**texts, tells=not is_blank(report.result))
