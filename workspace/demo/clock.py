"""The demo's clock: it is always the afternoon of 23 November 2026 there, so that «7 dager igjen» stays true.

The time does go by, for what people do must have an order, and "for to minutter siden" is to be right. It begins at
15.44, or at the newest thing that has happened in a demo region, and never comes past the day's last second.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from workspace.regions.model import Region
from workspace.store.port import Store, Stores
from workspace.text import OSLO

MOMENT = datetime(2026, 11, 23, 15, 44, tzinfo=OSLO).astimezone(UTC)
LAST = datetime(2026, 11, 23, 23, 59, 59, tzinfo=OSLO).astimezone(UTC)


class HistoryClock:
    """A clock that is set by what is told: the demo's history is made with it, one act after the other."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def set(self, moment: datetime) -> None:
        """Move on to this moment; never backwards."""
        self.moment = max(self.moment, moment)


def running(stores: Stores, elapsed: Callable[[], float] = time.monotonic) -> Callable[[], datetime]:
    """The clock of a server in demo mode. `elapsed` counts seconds from any moment."""
    regions = [stores.region(region.id) for region in stores.house.view().find(Region) if region.demo]
    begins = max([MOMENT, *(_newest(region) for region in regions)])
    started = elapsed()
    return lambda: min(begins + timedelta(seconds=elapsed() - started), LAST)


def _newest(store: Store) -> datetime:
    """When the newest thing in a region happened."""
    view = store.view()
    events = view.events(after=view.last_event() - 1)
    return events[-1].at if events else MOMENT
