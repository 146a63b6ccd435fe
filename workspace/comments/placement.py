"""Where the threads of a text stand in one version of it, kept for every version. Where one began never changes."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import msgspec

from workspace.access import Actor
from workspace.record import By, Record

CONFIRMED = "confirmed"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where one thread stands in a version, and how that is known.

    `how` is one of anchoring's KEPT, CHANGED, MOVED and REMOVED, or CONFIRMED: a person has said that it is here.
    Of what is removed, `block` is the heading it is seated under, 0 for none.
    """

    how: str
    page: int = 0
    block: int = 0
    start: int = 0
    end: int = 0
    text: str = ""  # the passage as it is in this version, where its words have changed since it was written
    suggested_page: int = 0
    suggested_block: int = 0  # a passage like the one that is removed; 0 for none
    suggested_start: int = 0
    suggested_end: int = 0
    by: str = ""  # who confirmed it, or said that the suggestion was wrong
    name: str = ""
    at: datetime | None = None

    def signed(self, actor: Actor, at: datetime) -> Place:
        """The place with who said so, and when."""
        return msgspec.structs.replace(self, by=actor.by, name=actor.name, at=at)


class Placements(Record, frozen=True, kw_only=True):
    """Where each thread of a text stands in one version. The id is `<about>:<number>`.

    Only threads that were begun on an earlier version are in it. It is worked out of the versions and could be again,
    but for what people have confirmed.
    """

    table: ClassVar[str] = "placements"
    indexes: ClassVar[tuple[By, ...]] = (By(("about",), order="number"),)

    about: str  # what the text is of: "document:<id>", "measure:<id>" ...
    number: int  # of the version
    places: dict[str, Place] = msgspec.field(default_factory=dict)  # by the thread's id


def placements_id(about: str, number: int) -> str:
    """The id of the placements in one version of a text."""
    return f"{about}:{number}"
