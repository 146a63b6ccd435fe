"""Which of a person's notices are due as one letter now, and which are not to be sent at all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from workspace.notices import things
from workspace.notices.delivery import Delivery
from workspace.notices.model import (
    ANSWERED,
    AT_ONCE,
    MENTIONED,
    NEVER,
    STRAIGHT_AWAY,
    WEEKLY,
    Follow,
    Notice,
    Preference,
    follow_id,
)  # fmt: skip
from workspace.store.port import View
from workspace.text import OSLO

SEVEN = time(7)  # on Norwegian clocks
STALE = timedelta(days=14)  # what is older when it could be sent is no news


class Due(NamedTuple):
    """A letter that is due, and what is not to be sent; the notices oldest first."""

    kind: str  # AT_ONCE, DAILY, WEEKLY; "" where no letter is due
    id: str
    notices: tuple[Notice, ...]
    drop: tuple[Notice, ...]


def due(view: View, person: str, waiting: Iterable[Notice], now: datetime, *, by_hand: bool = False) -> Due:
    """What of somebody's waiting notices is due now. `by_hand`: all of it, as if a digest were due."""
    says = view.get(Preference, person) or Preference(id=person)
    left, drop = _sorted(view, says, waiting, now)
    if by_hand:
        return Due(AT_ONCE if left else "", "", left, drop)
    if says.often != AT_ONCE:
        begins = slot(says.often, now)
        id = f"{person}:{says.often}:{begins.astimezone(OSLO):%Y-%m-%d}"
        if any(notice.at < begins for notice in left) and view.get(Delivery, id) is None:
            return Due(says.often, id, left, drop)
    at_once = tuple(notice for notice in left if says.often == AT_ONCE or notice.why in STRAIGHT_AWAY)
    if at_once:
        return Due(AT_ONCE, f"{person}:{AT_ONCE}:{at_once[0].seq:012d}", at_once, drop)
    return Due("", "", (), drop)


def slot(often: str, now: datetime) -> datetime:
    """The last seven o'clock that has come, on Norwegian clocks; of a Monday where it is weekly. In UTC."""
    on = now.astimezone(OSLO).date()
    if _at_seven(on) > now:
        on -= timedelta(days=1)
    if often == WEEKLY:
        on -= timedelta(days=on.weekday())
    return _at_seven(on)


def _at_seven(on: date) -> datetime:
    return datetime.combine(on, SEVEN, OSLO).astimezone(UTC)


def _sorted(
    view: View, says: Preference, waiting: Iterable[Notice], now: datetime
) -> tuple[tuple[Notice, ...], tuple[Notice, ...]]:
    """What is to be sent, and what is not: not wanted any more, read in the meantime, or no news."""
    left: list[Notice] = []
    drop: list[Notice] = []
    for notice in sorted(waiting, key=lambda notice: notice.seq):
        is_wanted = says.often != NEVER and notice.why in says.wanted and not _is_refused(view, notice)
        is_news = not notice.is_read and notice.at > now - STALE
        (left if is_wanted and is_news else drop).append(notice)
    return tuple(left), tuple(drop)


def _is_refused(view: View, notice: Notice) -> bool:
    """Whether the person has said no to the thread or the thing since they were told, by the rules they were told by
    (recipients.py): whoever is named hears of it all the same, and an answer in a thread is refused only with it."""
    if notice.why == MENTIONED:
        return False
    names = [f"{things.THREAD}:{notice.thread}"] if notice.thread else []
    if not (notice.thread and notice.why == ANSWERED):
        names.append(things.followed_name(notice.about))
    said = (view.get(Follow, follow_id(notice.person, name)) for name in names)
    return next((not one.on for one in said if one is not None), False)
