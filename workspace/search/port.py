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
    parent: str = ""  # the document of a comment, the round of an outcome; what has one is found by its text alone
    municipalities: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    section: str = ""  # where in the thing: a heading's or a block's anchor on its page
    anchors: tuple[tuple[int, str], ...] = ()  # where in the text each block begins, and its anchor; in order


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks, and what they may see: the filter is part of the query, never applied after it."""

    words: str
    audiences: tuple[str, ...]
    kind: str = ""
    source: str = ""
    offset: int = 0
    limit: int = 10
    counts: bool = False  # whether hits are counted by kind and source, for a page that offers to narrow down
    passages: bool = True  # whether each hit comes with its best passage


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One found thing, without its text.

    `passage` is the best piece of the text as (text, is it a match?) pairs, to be escaped by the page; `anchor` is
    where on the thing's page it stands, "" when that is not known.
    """

    entry: Entry
    score: float
    passage: tuple[tuple[str, bool], ...] = ()
    anchor: str = ""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A page of hits, how many there are in all, and how long the query alone took (milliseconds).

    `kinds` and `sources` count what the words find for these audiences, whichever kind and source is chosen.
    """

    hits: tuple[Hit, ...]
    total: int
    ms: float
    behind: bool = False  # the index has not yet seen all of the region's log
    kinds: tuple[tuple[str, int], ...] = ()  # most first
    sources: tuple[tuple[str, int], ...] = ()


class Index(Protocol):
    """The index of one region. Whatever is wrong with its files, it answers: nothing found, and behind."""

    def search(self, query: Query) -> Found:
        """The things that fit best, best first.

        What the audiences may not find has no part in it: not in the hits, their order, the total or the counts.
        """
        ...

    def seen(self) -> int:
        """The seq of the last log event the index holds; -1 when it must be made from nothing."""
        ...

    def update(self, entries: Iterable[Entry], gone: Iterable[str], seen: int, *, since: int | None = None) -> None:
        """Put in or replace entries, drop the uids in `gone`, and remember `seen`: in one commit.

        `since` is what `seen()` said when these were gathered. An index that has been made empty in between takes
        nothing in. Raises OSError when it can't be written now.
        """
        ...

    def clear(self) -> None:
        """Make it empty, as if it had seen nothing."""
        ...


class Indexes(Protocol):
    """The indexes of all regions."""

    readonly: bool  # opened beside the process that keeps them: nothing is written
    followed: bool  # a thread of this process keeps them up to date (`following.IndexFollower`)

    def region(self, slug: str) -> Index:
        """The region's index, made when there is none."""
        ...

    def close(self) -> None:
        """Let go of all files."""
        ...
