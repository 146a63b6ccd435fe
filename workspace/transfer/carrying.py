"""Carrying all stores of an installation to another: the regions first, the house last.

No region can be reached before the house knows of it, so one that is half there is never shown. What was carried is
compared at the end, hash by hash.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from workspace.accounts.model import Attempts
from workspace.regions.model import FirstRun
from workspace.store.port import Store, StoreRefused, Stores
from workspace.transfer import copying
from workspace.transfer.dumping import Advance, Contents, Kept, Summary, nothing, summarize


class Part(NamedTuple):
    """One store's contents, and how much that is. The slug is None for the house."""

    slug: str | None
    contents: Contents
    summary: Summary

    @property
    def name(self) -> str:
        """What it is called on screen."""
        return "house" if self.slug is None else f"region {self.slug}"


class Carried(NamedTuple):
    """What was to be carried, what is there now, and which blobs could not be read on the way."""

    name: str
    wanted: Summary
    there: Summary
    unreadable: list[str]

    @property
    def same(self) -> bool:
        """Whether what is there is what was to be carried, to the byte."""
        return self.wanted == self.there


def parts_of(stores: Stores, advance: Advance = nothing) -> Iterator[Part]:
    """All stores as they are now, the regions first, the house last.

    The house is looked at last, because who becomes a member is written there first: no membership then names a person
    who is left behind.
    """
    for slug in stores.slugs():
        yield _part(slug, stores.region(slug), advance)
    yield _part(None, stores.house, advance)


def _part(slug: str | None, store: Store, advance: Advance) -> Part:
    contents = Kept(store)
    return Part(slug, contents, summarize(contents, advance=advance))


def require_no_keys(source: Stores) -> None:
    """Raise StoreRefused when a round without names is open: its key is not moved, and its answers would be lost."""
    for slug in source.slugs():
        if any(source.keys.get(slug, name) for name in source.keys.names(slug)):
            raise StoreRefused(f"a round without names is open in region {slug}; its key does not move: close it first")


def has_changed(part: Part, source: Stores) -> bool:
    """Whether something was logged in the store after the part was looked at. Can only be where many may write."""
    return _store(source, part.slug).view().last_event() != part.summary.events


def forget_first_run(target: Stores) -> None:
    """Take away the code that a server prints where there is no region: a house with that alone is as good as empty."""
    view = target.house.view()
    if target.slugs() or view.last_event() or not set(view.tables()) <= {FirstRun.table, Attempts.table}:
        return
    with target.house.transaction() as tx:
        for kind in (FirstRun, Attempts):
            for record in tx.find(kind):
                tx.remove(record)


def carry(parts: list[Part], target: Stores, advance: Advance = nothing) -> list[Carried]:
    """Bring all parts to the target, and compare. What is there from an earlier try is not brought again.

    Raises StoreRefused, before anything is written, when the target holds something else.
    """
    forget_first_run(target)
    slugs = set(target.slugs())
    for slug in sorted(slugs - {part.slug for part in parts}):
        raise StoreRefused(f"the target holds something else (the region {slug}); use an empty target")
    already = [
        copying.part_already_there(part.name, part.contents, _store(target, part.slug))
        if part.slug is None or part.slug in slugs
        else set()
        for part in parts
    ]
    carried = []
    for part, same in zip(parts, already, strict=True):
        fresh = part.slug is not None and part.slug not in slugs
        store = target.create(part.slug) if fresh and part.slug else _store(target, part.slug)
        unreadable = copying.fill(part.contents, store, same, advance=advance)
        carried.append(Carried(part.name, part.summary, summarize(Kept(store)), unreadable))
    return carried


def _store(stores: Stores, slug: str | None) -> Store:
    return stores.house if slug is None else stores.region(slug)
