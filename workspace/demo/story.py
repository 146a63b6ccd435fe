"""What the acts of the demo's history share: who is who, and what has been made so far, by the keys of the sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from workspace.access import Actor
from workspace.parts import Workspace


class Act(NamedTuple):
    """Something that somebody did in the demo region at a moment."""

    at: datetime
    do: Callable[[], object]


@dataclass
class Story:
    """The region while its history is told."""

    workspace: Workspace
    slug: str
    people: Mapping[str, Actor]
    documents: dict[str, str] = field(default_factory=dict)  # ids by key, as all below
    measures: dict[str, str] = field(default_factory=dict)
    rounds: dict[int, str] = field(default_factory=dict)  # by number

    def voting(self, municipality: str) -> Actor:
        """Who answers for a municipality: the one of its people who is named first."""
        return next(actor for actor in self.people.values() if municipality in actor.voices)
