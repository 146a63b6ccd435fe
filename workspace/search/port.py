"""The Index port: all that the rest of the workspace knows of how text is searched.

An index is a cache. It holds nothing that can't be made again from a region's store, and it knows how far in the
region's log it has come.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import msgspec


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that can be found."""

    uid: str  # "<kind>:<id>", unique in the region
    kind: str  # "document", "comment", "measure", "outcome"
    id: str  # the record's id
    ref: str  # what an operator knows it by: the id or path it was imported with, else its id
    title: str
    text: str  # plain text, never HTML
    audience: str  # access.Audience: who may find it
    source: str = ""  # for a document its kind: "interview", "analysis" ...
    language: str = ""
    date: str = ""  # ISO date
    parent: str = ""  # the document of a comment, the round of an outcome
    municipalities: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    section: str = ""  # where in the thing: a heading's or a block's anchor on its page


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks, and what they may see: the filter is part of the query, never applied after it."""

    words: str
    audiences: tuple[str, ...]
    kind: str = ""
    source: str = ""
    offset: int = 0
    limit: int = 10


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One found thing. `passage` is the best piece of its text as (text, is it a match?) pairs, to be escaped by the page."""

    entry: Entry
    score: float
    passage: tuple[tuple[str, bool], ...] = ()


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A page of hits, how many there are in all, and how long the query alone took (milliseconds)."""

    hits: tuple[Hit, ...]
    total: int
    ms: float
    behind: bool = False  # the index has not yet seen all of the region's log


class Index(Protocol):
    """The index of one region."""

    def search(self, query: Query) -> Found:
        """The things that fit best, best first."""
        ...

    def seen(self) -> int:
        """The seq of the last log event the index holds; -1 when it must be made from nothing."""
        ...

    def update(self, entries: Iterable[Entry], gone: Iterable[str], seen: int) -> None:
        """Put in or replace entries, drop the uids in `gone`, and remember `seen`: in one commit."""
        ...

    def clear(self) -> None:
        """Make it empty, as if it had seen nothing."""
        ...


class Indexes(Protocol):
    """The indexes of all regions."""

    def region(self, slug: str) -> Index:
        """The region's index, made when there is none."""
        ...

    def close(self) -> None:
        """Let go of all files."""
        ...
