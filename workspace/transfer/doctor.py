"""The doctor: looks at everything, changes nothing, and says what to do. Works beside a running server."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from workspace.accounts.model import Person
from workspace.parts import Workspace
from workspace.regions.model import Membership, Region
from workspace.store.port import Store, StoreRefused
from workspace.transfer import health, surroundings
from workspace.transfer.findings import Finding, bad, ok, warn

logger = logging.getLogger(__name__)


def examine(workspace: Workspace) -> Iterator[Finding]:
    """Everything there is to say, one thing after the other.

    The regions are looked at before the house, because what is new is written in the house first: what is made while
    we look is then not taken for damage.
    """
    config = workspace.config
    yield from surroundings.settings(config)
    yield surroundings.serving(config)
    yield surroundings.disk(config)
    yield from surroundings.leftovers(config)
    rounds = _Round(workspace)
    for slug in workspace.stores.slugs():
        yield from rounds.region(slug)
    yield from rounds.house()
    yield surroundings.clock(workspace.now(), max(rounds.moments, default=None))


class _Round:
    """One round among the stores, and what must be remembered until the house is seen."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._members: dict[str, list[Membership]] = {}
        self.moments: list[datetime] = []

    def region(self, slug: str) -> Iterator[Finding]:
        """A region's store, members and index."""
        about = f"region {slug}"
        yield from _trying(about, lambda: self._region(about, slug))

    def house(self) -> Iterator[Finding]:
        """The house's store, and whether it and the regions agree."""
        yield from _trying("house", self._house)

    def _region(self, about: str, slug: str) -> Iterator[Finding]:
        index = self._workspace.indexes.region(slug)
        problem = index.problem()
        note = None if problem else index.note()  # before the store is looked at, so that it can't be further than that
        kept = self._workspace.region(slug)
        view = kept.view()
        self._remember(kept)
        yield from health.store(about, kept)
        yield from health.voices(about, view)
        self._members[slug] = view.find(Membership)
        yield health.index(about, slug, problem, note, view)

    def _house(self) -> Iterator[Finding]:
        house = self._workspace.house
        self._remember(house)
        yield from health.store("house", house)
        view = house.view()
        people = {person.id for person in view.find(Person)}
        for slug, members in self._members.items():
            yield from health.strangers(f"region {slug}", members, people)
        yield from self._registered({region.id for region in view.find(Region)})

    def _registered(self, known: set[str]) -> Iterator[Finding]:
        """The house's list of regions and the stores there are: each must have the other."""
        slugs = set(self._workspace.stores.slugs())
        for slug in sorted(known - slugs):
            yield bad(
                f"region {slug}", "the house knows it, and it has no store",
                f"if it was never used: workspace region create {slug} again; else {health.RESTORE}",
            )  # fmt: skip
        for slug in sorted(slugs - known):
            yield warn(
                f"region {slug}", "it has a store, and the house does not know it",
                "run the import or move again that was cut off",
            )  # fmt: skip
        if known == slugs:
            yield ok("house", f"{len(known)} regions, each with its store")

    def _remember(self, kept: Store) -> None:
        moment = health.newest_event(kept.view())
        if moment is not None:
            self.moments.append(moment)


def _trying(about: str, look: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """What is found, and a finding too when looking fails: a doctor that crashes helps nobody."""
    try:
        yield from look()
    except StoreRefused as error:
        yield bad(about, f"can't be opened: {error}", health.RESTORE)
    except Exception as error:
        logger.debug("examining %s failed", about, exc_info=error)
        yield bad(about, f"can't be read ({type(error).__name__}: {error})", health.RESTORE)
