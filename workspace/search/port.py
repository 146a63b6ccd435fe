"""The Index port: all that the rest of the workspace knows of how text is searched.

An index is a cache. It holds nothing that can't be made again from a region's store, and it knows how far in the
region's log it has come.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

import msgspec


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that can be found."""

    uid: str  # "<kind>:<id>", unique in the region
    kind: str  # "document", "comment", "measure", "opportunity", "outcome"
    id: str  # the record's id
    ref: str  # what an operator knows it by: the id or path it was imported with, else its id
    title: str
    text: str  # plain text, never HTML
    audience: str  # access.Audience: who may find it
    source: str = ""  # for a document its kind: "interview", "analysis" ...
    language: str = ""
    date: str = ""  # ISO date
    arrived: bool = False  # whether that is the day it came in, for want of a date of its own
    parent: str = ""  # the document of a comment, or "measure:<id>", "outcome:<id>"; what has one is found by its text
    municipalities: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    section: str = ""  # where in the thing: a heading's or a block's anchor on its page
    anchors: tuple[tuple[int, str], ...] = ()  # where in the text each block begins, and its anchor; in order
    page: int = 0  # 1 and up for a page or sheet of a file that has them
    label: str = ""  # a sheet's name
    file: str = ""  # the type of the file: "pdf", "docx" ...; "" for what was written here
    readable: bool = True  # whether the text of the file could be read
    value_chain: str = ""
    group: str = ""  # what hits are gathered under, such as the document of a page; "" for the id


FACETS = ("kind", "source", "municipality", "value_chain", "tag", "year", "language", "unreadable")


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks, and what they may see: the filter is part of the query, never applied after it.

    Without words it is everything that passes the filters, newest first, provided that there is a filter or that it is
    sorted by date.
    """

    words: str
    audiences: tuple[str, ...]
    filters: dict[str, tuple[str, ...]] = {}  # facet -> values: any of a facet's values, and all of the facets
    sort: str = ""  # "" is by relevance, "date" newest first
    inside: bool = False  # whether the words may stand inside others
    without: tuple[str, ...] = ()  # ids of things, or of their parents, that take no part
    offset: int = 0
    limit: int = 10
    gather: bool = False  # whether hits are gathered in groups; offset and limit then count groups
    counts: bool = False  # whether hits are counted by facet, for a page that offers to narrow down
    passages: bool = True  # whether each hit comes with its best passage


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One found thing, without its text.

    `passage` is the best piece of the text as (text, is it a match?) pairs, to be escaped by the page; `anchor` is
    where on the thing's page it stands, "" when that is not known.
    """

    entry: Entry
    score: float = 0.0
    passage: tuple[tuple[str, bool], ...] = ()
    anchor: str = ""


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Hits in one thing, such as the pages of a document: the best few, and where else the words stand."""

    hits: tuple[Hit, ...]
    more: tuple[Entry, ...] = ()  # the next places, in the order of the document, without their text
    left: int = 0  # how many further places there are

    def size(self) -> int:
        """How many hits it has."""
        return len(self.hits) + len(self.more) + self.left


class Spelling(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be said of how a question is spelled."""

    unknown: tuple[str, ...] = ()  # the words that are in no text, as typed
    meant: str = ""  # the question with words that are; "" where there are no better ones


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A page of hits, how many there are in all, and how long the query alone took (milliseconds).

    Each facet is counted with the filters of the other facets, so that one sees what a further choice would bring.
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    groups: tuple[Group, ...] = ()
    groups_total: int = 0  # of all hits, and
    gathered: dict[str, int] = {}  # how many of each kind
    ms: float = 0.0
    behind: bool = False  # the index has not yet seen all of the region's log
    facets: dict[str, tuple[tuple[str, int], ...]] = {}  # values with how many hits have them, most first
    held: dict[str, int] = {}  # what there is for these audiences in all: documents, files, pages, measures


class Note(NamedTuple):
    """How far in a log an index has come, and what was kept to know that log by."""

    seen: int  # the seq of the last event it holds; -1 when it must be made from nothing
    mark: str = ""  # "" for nothing


class Index(Protocol):
    """The index of one region. Whatever is wrong with its files, it answers: nothing found, and behind."""

    def search(self, query: Query) -> Found:
        """The things that fit best, best first.

        What the audiences may not find has no part in it: not in the hits, their order, the total or the counts.
        """
        ...

    def spelling(self, query: Query, *, rare: bool = True) -> Spelling:
        """What the words of a question may have meant, by the words of what its audiences may find.

        With `rare`, words that hardly any text has are questioned as well as those that none has.
        """
        ...

    def titles(self, query: Query) -> tuple[Entry, ...]:
        """The documents and measures whose title has what is typed, the best `limit` of them."""
        ...

    def note(self) -> Note:
        """How far it has come, and the mark that was kept with that."""
        ...

    def seen(self) -> int:
        """The seq of the last log event the index holds; -1 when it must be made from nothing."""
        ...

    def update(
        self, entries: Iterable[Entry], gone: Iterable[str], seen: int, *, since: int | None = None, mark: str = ""
    ) -> bool:
        """Put in or replace entries, drop the uids in `gone`, and remember `seen` and `mark`: in one commit.

        A uid in `gone` that ends in "#*" stands for all that begin with what is before the star: a file's pages.
        `since` is what `seen()` said when these were gathered. When it has been made empty in between, or another
        process has brought it further, nothing is taken in and the answer is False: what it holds is then not known to
        the one who gathered. Raises OSError when it can't be written now.
        """
        ...

    def clear(self) -> None:
        """Make it empty, as if it had seen nothing."""
        ...

    def problem(self) -> str:
        """What is seen to be wrong with what it keeps, "" when nothing is. Changes nothing."""
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
