"""A measure's follow-up when the measure becomes part of another: it follows, and nothing of it is lost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from workspace.access import Actor
from workspace.errors import Invalid, _
from workspace.measures.model import Measure
from workspace.store.port import Transaction
from workspace.workplan.model import MOST_MILESTONES, Budget, Report, Share
from workspace.workplan.reporting import next_report
from workspace.workplan.service import milestones_of

_ADDED = ("agreed", "spent", "extra", "agreed_hours", "spent_hours", "extra_hours")


def follow(tx: Transaction, actor: Actor, gone: Measure, kept: Measure, at: datetime) -> None:
    """Move milestones, money and reports to the measure that stays, in the transaction of the merging.

    Milestones and reports get the numbers that come next; money and hours of a year are added up. Raises Invalid.
    """
    counts = {
        "milestones": _milestones(tx, gone.id, kept.id),
        "budgets": _budgets(tx, gone.id, kept.id),
        "reports": _reports(tx, gone.id, kept.id),
    }
    if any(counts.values()):
        tx.log("measures.follow_up_moved", kept, at=at, by=actor.by, of=gone.id, **counts)


def _milestones(tx: Transaction, gone: str, kept: str) -> int:
    found, stay = milestones_of(tx, gone), milestones_of(tx, kept)
    if found and len(found) + len(stay) > MOST_MILESTONES:
        raise Invalid({"other": _("Et tiltak kan ha høyst %(most)s milepæler.", most=MOST_MILESTONES)})
    last = stay[-1].number if stay else 0
    for one in found:
        number, parent = one.number + last, one.parent + last if one.parent else 0
        tx.remove(one)
        tx.put(one.changed(id=f"{kept}:{number}", measure=kept, number=number, parent=parent, version=0))
    return len(found)


def _budgets(tx: Transaction, gone: str, kept: str) -> int:
    found = tx.find(Budget, {"measure": gone}, order="year")
    for one in found:
        id = f"{kept}:{one.year}"
        stay = tx.get(Budget, id) or Budget(id=id, measure=kept, year=one.year)
        tx.remove(one)
        tx.put(
            stay.changed(
                need=stay.need + one.need,
                need_hours=stay.need_hours + one.need_hours,
                shares=_added(stay, one),
            )
        )
    return len(found)


def _added(one: Budget, other: Budget) -> tuple[Share, ...]:
    numbers: Iterable[str] = sorted({share.municipality for share in (*one.shares, *other.shares)})
    return tuple(
        Share(
            municipality=number,
            **{name: getattr(one.share_of(number), name) + getattr(other.share_of(number), name) for name in _ADDED},
        )
        for number in numbers
    )


def _reports(tx: Transaction, gone: str, kept: str) -> int:
    found = tx.find(Report, {"measure": gone}, order="number")
    for one in found:
        following = next_report(tx, kept)
        tx.remove(one)
        tx.put(one.changed(id=following.id, measure=kept, number=following.number, version=0))
    return len(found)
