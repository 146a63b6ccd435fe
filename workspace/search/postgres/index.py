"""The Index port on PostgreSQL: an index is unchanging segments, kept as rows of a few tables.

The ranking is our own, the same as beside Whoosh, and reads the documents of each word; PostgreSQL keeps and finds them
by their keys. Each audience has fields of its own, as there. Why it is so: docs/decisions/012-search-on-postgresql.md.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from errno import EAGAIN, EROFS
from threading import RLock
from typing import TypeVar

import msgspec
import psycopg

from workspace.errors import NotFound
from workspace.search import answering, asking, schema, spelling
from workspace.search.counting import Parts, Shelf
from workspace.search.port import Entry, Found, Note, Query, Spelling
from workspace.search.postgres import making, reading, writing
from workspace.search.postgres.database import Database, Head
from workspace.search.postgres.packing import Damaged
from workspace.search.postgres.tables import Newer

T = TypeVar("T")
logger = logging.getLogger(__name__)

_NOTHING = Note(-1)


class PostgresIndex:
    """The index of one region. Many threads and processes may search it; the head's row lets one at a time write."""

    def __init__(self, database: Database, region: str) -> None:
        self._database, self._region = database, region
        self._parts = Parts()
        self._known = reading.NOTHING_KNOWN
        self._is_opened = False  # by this process

    # -- Reading --

    def search(self, asked: Query) -> Found:
        """The things that fit best, best first; nothing, and behind, when the tables are not usable."""
        started = time.perf_counter()
        question = asking.read(asked.words)
        behind = False
        found = Found()
        if (question.required or question.wanted or answering.can_browse(asked)) and asked.audiences:
            answer = self._read(lambda shelf: answering.answer(shelf, asked, question))
            behind = answer is None
            found = answer or found
        return msgspec.structs.replace(found, ms=(time.perf_counter() - started) * 1000, behind=behind)

    def spelling(self, asked: Query, *, rare: bool = True) -> Spelling:
        """What the words of a question may have meant, by the words of what its audiences may find."""
        return self._read(lambda shelf: spelling.spelling(shelf, asked, rare=rare)) or Spelling()

    def titles(self, asked: Query) -> tuple[Entry, ...]:
        """The documents and measures whose title has what is typed, the best `limit` of them."""
        return self._read(lambda shelf: answering.titled(shelf, asked)) or ()

    def note(self) -> Note:
        """How far it has come, and the mark that was kept with that."""
        try:
            self._open()
            head = self._database.head(self._region)
        except psycopg.errors.UndefinedTable:
            return _NOTHING  # opened to read only, and nobody who writes has been here yet
        except (psycopg.Error, Newer) as error:
            _warn(error)
            return _NOTHING
        return Note(head.seen, head.mark) if head and _is_ours(head) else _NOTHING

    def seen(self) -> int:
        """The seq of the last log event the index holds; -1 when it must be made from nothing."""
        return self.note().seen

    def _read(self, act: Callable[[Shelf], T]) -> T | None:
        """Do `act` with the index as it is now. None when it can't be read; one who may write then starts over."""
        head: Head | None = None
        try:
            self._open()
            with self._database.reading(self._region) as (connection, head):
                if head is None:
                    raise Damaged("head")
                if not _is_ours(head):
                    return None  # another version of the program has it
                known = reading.known(connection, self._region, head, self._known)
                self._known = known
                return act(self._parts.of(reading.PostgresSnapshot(connection, self._region, known)))
        except Damaged as damage:
            self._start_over(damage, head)
        except (psycopg.Error, Newer) as error:
            _warn(error)
        except Exception as error:
            logger.error("search failed", exc_info=error)
        return None

    # -- Writing --

    def update(
        self, entries: Iterable[Entry], gone: Iterable[str], seen: int, *, since: int | None = None, mark: str = ""
    ) -> bool:
        """Put in or replace entries, drop the uids in `gone`, and remember `seen` and `mark`: in one transaction.

        False when it is no longer as it was `since`, or was found damaged and is empty now. Raises OSError when it
        can't be written now.
        """
        self._require_writing()
        kept = {entry.uid: schema.kept(entry) for entry in entries}
        new = making.New(list(kept.values()))
        head: Head | None = None
        try:
            self._open()
            with self._database.writing(self._region) as (connection, head, was_there):
                if was_there and not _is_ours(head):
                    raise BlockingIOError(EAGAIN, "another version of this program keeps the search index")
                if not was_there:
                    writing.empty(connection, self._region)
                if since is not None and head.seen != since:
                    return False
                writing.change(connection, self._region, new, {*kept, *gone}, Note(seen, mark))
        except Damaged as damage:
            self._start_over(damage, head)
            return False
        except (psycopg.Error, Newer) as error:
            raise _as_os_error(error) from error
        return True

    def clear(self) -> None:
        """Make it empty, as if it had seen nothing. Raises OSError when it can't be written now."""
        self._require_writing()
        try:
            with self._database.writing(self._region) as (connection, _head, _was_there):
                writing.empty(connection, self._region)
        except (psycopg.Error, Newer) as error:
            raise _as_os_error(error) from error
        self._is_opened = True

    def problem(self) -> str:
        """What is wrong with its head and segments, "" when nothing is. What they hold is checked when it is read."""
        try:
            with self._database.reading(self._region) as (connection, head):
                if head is not None and _is_ours(head):
                    reading.known(connection, self._region, head, reading.NOTHING_KNOWN)
        except psycopg.errors.UndefinedTable:
            return ""  # never made; that is no damage
        except (Damaged, Newer, psycopg.Error) as error:
            return f"{type(error).__name__.lower()}: {error}"
        return ""

    def _require_writing(self) -> None:
        if self._database.readonly:
            raise PermissionError(EROFS, "the search index was opened to be read only")

    def _open(self) -> None:
        """Make the index where there is none, or one that was made in another way. Later such a one is left alone.

        So while two versions of the program run beside each other, the one that was started last has the index, and the
        other does not take it back.
        """
        if self._is_opened or self._database.readonly:
            return
        if not _is_ours(self._database.head(self._region)):
            with self._database.writing(self._region) as (connection, head, was_there):
                if not (was_there and _is_ours(head)):
                    writing.empty(connection, self._region)
        self._is_opened = True

    def _start_over(self, damage: Damaged, found_in: Head | None) -> None:
        """Make a damaged index empty, unless it was changed since."""
        if self._database.readonly:
            return  # one who writes finds out
        logger.warning("search index to be made again: %s", damage)
        try:
            with self._database.writing(self._region) as (connection, head, was_there):
                if not was_there or found_in is None or head.stamp == found_in.stamp:
                    writing.empty(connection, self._region)
        except (psycopg.Error, Newer) as error:  # then the next one to ask tries again
            _warn(error)


class PostgresIndexes:
    """The indexes of all regions in one database."""

    def __init__(self, url: str, *, threads: int = 8, readonly: bool = False) -> None:
        self.readonly = readonly
        self.followed = False
        self._database = Database(url, threads=threads, readonly=readonly)
        self._lock = RLock()
        self._indexes: dict[str, PostgresIndex] = {}

    def region(self, slug: str) -> PostgresIndex:
        """The region's index, made when there is none. Raises NotFound for what can't be a region's name."""
        with self._lock:
            if slug not in self._indexes:
                if not slug or "/" in slug or "\0" in slug or slug.startswith("."):
                    raise NotFound()
                self._indexes[slug] = PostgresIndex(self._database, slug)
            return self._indexes[slug]

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            self._indexes = {}
            self._database.close()


def _is_ours(head: Head | None) -> bool:
    """Whether there is an index that was made as this program makes it."""
    return head is not None and head.format == schema.FORMAT


def _as_os_error(error: Exception) -> OSError:
    return OSError(EAGAIN, f"the search index can't be written now ({type(error).__name__})")


def _warn(error: Exception) -> None:
    logger.warning("search index not at hand: %s: %s", type(error).__name__, str(error).strip().split("\n")[0])
