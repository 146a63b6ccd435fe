"""Files that a person sent in one go, and what became of each."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import msgspec

from workspace.access import Audience
from workspace.record import By, Record

WAITING, READ, STORED, KNOWN, REFUSED, STOPPED = "waiting", "read", "stored", "known", "refused", "stopped"
MOST_FILES = 50  # in one go
LARGEST_TOGETHER = 100 * 1024 * 1024  # bytes


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One of the files. It ends as read, stored (its text can't be read), known from before, refused or stopped."""

    name: str
    digest: str = ""
    size: int = 0
    state: str = WAITING
    reason: str = ""  # why it is refused or can't be read: a word of extraction/model.py
    document: str = ""  # what it became, or is from before


class Upload(Record, frozen=True, kw_only=True):
    """Files sent in one go, what is said about all of them, and how far we have come."""

    table: ClassVar[str] = "uploads"
    indexes: ClassVar[tuple[By, ...]] = (By(order="at"), By(("open",), order="at"))
    blobs: ClassVar[tuple[str, ...]] = ("items.digest",)

    by: str
    name: str
    at: datetime
    kind: str = "note"
    audience: Audience = Audience.REGION
    municipalities: tuple[str, ...] = ()
    value_chain: str = ""
    tags: tuple[str, ...] = ()
    attached_to: str = ""
    items: tuple[Item, ...] = ()
    open: bool = True  # some are still waiting

    def next(self) -> int:
        """Which item waits first; -1 when none does."""
        return next((at for at, item in enumerate(self.items) if item.state == WAITING), -1)

    def settled(self, at: int, item: Item) -> Upload:
        """The upload with one item as it ended."""
        items = (*self.items[:at], item, *self.items[at + 1 :])
        return self.changed(items=items, open=any(item.state == WAITING for item in items))

    def stopped(self) -> Upload:
        """The upload with nothing left to wait for."""
        items = tuple(
            msgspec.structs.replace(item, state=STOPPED) if item.state == WAITING else item for item in self.items
        )
        return self.changed(items=items, open=False)

    @property
    def finished(self) -> int:
        """How many files have come to an end."""
        return sum(item.state != WAITING for item in self.items)

    def count(self, *states: str) -> int:
        """How many files ended so."""
        return sum(item.state in states for item in self.items)
