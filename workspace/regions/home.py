"""What the region's home page shows: what is expected of the one who asks, by when, and how the region stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workspace.access import Actor
from workspace.parts import Workspace
from workspace.regions import service


@dataclass(frozen=True)
class Overview:
    """All the home page needs, already asked for this person."""

    today: datetime
    is_empty: bool = True
    round: Any = None
    waiting: tuple[Any, ...] = ()
    news: tuple[Any, ...] = ()
    deadlines: tuple[Any, ...] = ()
    documents: tuple[Any, ...] = ()
    quick_wins: tuple[Any, ...] = ()
    municipalities: list[Any] = field(default_factory=list)


def overview(workspace: Workspace, actor: Actor) -> Overview:
    """The home page for this person."""
    return Overview(today=workspace.now(), municipalities=list(service.municipalities(workspace, actor)))
