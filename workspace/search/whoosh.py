"""The Index port on Whoosh: one index a region, in `regions/<slug>/index` of the instance folder.

The text of a thing stands in one field, its title twice before it (a title field of its own would outweigh the text).
Each audience has its own such field, and a query looks only in the fields of those who ask. So whatever a person may
not read has no weight in the scores either: rare words, lengths and counts are those of what they may read.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from errno import EACCES, EDQUOT, EMFILE, ENFILE, ENOMEM, ENOSPC, EROFS
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar

import msgspec
from whoosh import index, query
from whoosh.filedb.filestore import FileStorage
from whoosh.searching import Searcher

from workspace.errors import NotFound
from workspace.search import answering, asking, schema, spelling
from workspace.search.counting import Parts, Shelf
from workspace.search.port import Entry, Found, Note, Query, Spelling
from workspace.search.seal import Damaged, Seal
from workspace.search.whoosh_schema import SCHEMA, WhooshSnapshot, document

T = TypeVar("T")
logger = logging.getLogger(__name__)

_NOTE = "#"  # the uid of the one document that says how far the index has come, and how it was made
_MOST_IDLE = 2
# No memory, access, file handles or space: the files themselves are well.
_MACHINE = {ENOMEM, EACCES, ENFILE, EMFILE, ENOSPC, EROFS, EDQUOT}


_NOTHING = Note(-1)


class _Opened:
    """The opened files of an index, until they are put aside."""

    def __init__(self, files: Any) -> None:
        self.files = files
        self._parts = Parts()
        self._idle: deque[tuple[Any, Any]] = deque(maxlen=_MOST_IDLE)  # readers with the commit they read

    @contextmanager
    def reader(self) -> Iterator[Any]:
        """A reader of the newest commit, for one thread at a time.

        Opening one copies the files to memory, so the last few are used again.
        """
        newest = (self.files.latest_generation(), self.files.last_modified())  # numbers begin anew with the files
        reader = None
        while reader is None and self._idle:
            with suppress(IndexError):  # another thread took the last one
                commit, idle = self._idle.pop()
                reader = idle if commit == newest else None
        reader = reader or self.files.reader()
        yield reader
        if reader.generation() == newest[0]:
            self._idle.append((newest, reader))

    def shelf(self, reader: Any) -> Shelf:
        """What is known of the documents this reader reads."""
        return self._parts.of(WhooshSnapshot(reader))


class WhooshIndex:
    """The index of one region. Many threads may search it; one at a time writes."""

    def __init__(self, folder: Path, *, readonly: bool = False) -> None:
        self._folder = folder
        self._readonly = readonly
        self._lock = RLock()
        self._opened: _Opened | None = None
        self._seal = Seal(folder)
        self._noted: Note | None = None  # None: look in the files

    # -- Reading --

    def search(self, asked: Query) -> Found:
        """The things that fit best, best first; nothing, and behind, when the files are not usable."""
        started = time.perf_counter()
        question = asking.read(asked.words)
        behind = False
        found = Found()
        if (question.required or question.wanted or answering.can_browse(asked)) and asked.audiences:
            answer = self._read(lambda opened, reader: answering.answer(opened.shelf(reader), asked, question))
            behind = answer is None
            found = answer or found
        return msgspec.structs.replace(found, ms=(time.perf_counter() - started) * 1000, behind=behind)

    def spelling(self, asked: Query, *, rare: bool = True) -> Spelling:
        """What the words of a question may have meant, by the words of what its audiences may find."""
        found = self._read(lambda opened, reader: spelling.spelling(opened.shelf(reader), asked, rare=rare))
        return found or Spelling()

    def titles(self, asked: Query) -> tuple[Entry, ...]:
        """The documents and measures whose title has what is typed, the best `limit` of them."""
        return self._read(lambda opened, reader: answering.titled(opened.shelf(reader), asked)) or ()

    def note(self) -> Note:
        """How far it has come, and the mark that was kept with that.

        The files are looked at each time, so that who follows the log notices when they are gone.
        """
        known = None if self._readonly else self._noted
        found = self._read(lambda _opened, reader: known or _noted(reader))
        self._noted = found or _NOTHING
        return self._noted

    def seen(self) -> int:
        """The seq of the last log event the index holds; -1 when it must be made from nothing."""
        return self.note().seen

    def _read(self, act: Callable[[_Opened, Any], T]) -> T | None:
        """Do `act` with a reader of the index. None when the files can't be read; the one who writes then starts over.

        A commit takes old files away, which looks like damage to one who reads just then. So what fails is tried
        again with no commit going on.
        """
        for lock in (nullcontext(), self._lock):
            with lock:
                try:
                    opened = self._checked()
                    if opened is None:
                        return None
                    with opened.reader() as reader:
                        return act(opened, reader)
                except Exception as error:
                    if lock is self._lock:
                        self._judge(error)
        return None

    def _judge(self, error: Exception) -> None:
        """Start over if the files are damaged; where they are as they were written, the fault is ours."""
        if self._readonly:
            return  # the one who writes finds out
        try:
            if self._opened is not None:
                self._seal.check(thorough=True)
        except Damaged as damage:
            with suppress(OSError):  # then the next one to ask tries again
                self._start_over(damage)
                return
        except OSError as machine:
            error = machine
        logger.error("search failed", exc_info=error)

    def _checked(self) -> _Opened | None:
        """The files, checked against their seal. The one who writes makes them when missing; else None."""
        if self._opened is None:
            with self._lock:
                self._open()
        elif not self._readonly:
            self._seal.check()
        return self._opened

    # -- Writing --

    def update(
        self, entries: Iterable[Entry], gone: Iterable[str], seen: int, *, since: int | None = None, mark: str = ""
    ) -> bool:
        """Put in or replace entries, drop the uids in `gone`, and remember `seen` and `mark`: in one commit.

        Raises OSError when the files can't be written now. Files found damaged are put aside: `seen()` is then -1.
        """
        new = {entry.uid: document(entry) for entry in entries}
        with self._lock:
            if since is not None and self.seen() != since:
                return False
            empty = self.seen() < 0
            try:
                opened = self._checked()
                if opened is not None:
                    self._commit(opened.files, new, set() if empty else {*new, *gone}, Note(seen, mark))
            except Exception as error:
                if _is_damage(error):
                    self._start_over(error)
                raise
            return True

    def clear(self) -> None:
        """Make it empty, as if it had seen nothing."""
        with self._lock:
            self._start_over(None)

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            self._opened = None

    def _commit(self, files: Any, new: dict[str, dict[str, Any]], old: set[str], note: Note) -> None:
        writer = files.writer(timeout=20, limitmb=64)
        try:
            writer.delete_by_query(query.Or([_naming(uid) for uid in sorted({*old, _NOTE})]))
            for fields in new.values():
                writer.add_document(**fields)
            writer.add_document(uid=_NOTE, entry={"format": schema.FORMAT, **note._asdict()})
        except BaseException:
            writer.cancel()
            raise
        writer.commit()
        self._seal.renew()
        self._noted = note

    def _open(self) -> None:
        """Open the files, or make new ones where they are missing, damaged or made in another way."""
        if self._opened is not None or (self._readonly and not self._folder.is_dir()):
            return
        if self._readonly:
            self._opened = _Opened(index.FileIndex(FileStorage(self._folder), schema=SCHEMA))
            return
        try:
            self._seal.check(thorough=True)
            opened = _Opened(index.FileIndex(FileStorage(self._folder), schema=SCHEMA))
            with opened.reader() as reader:
                self._noted = _noted(reader)
            self._seal.renew()
            self._opened = opened
        except Exception as error:
            if not _is_damage(error):
                raise
            self._start_over(error)

    def _start_over(self, why: Exception | None) -> None:
        """Put the files away and begin with an empty index."""
        if why is not None and self._folder.exists() and any(self._folder.iterdir()):
            logger.warning("search index put aside, to be made again: %s", type(why).__name__)
        self._opened, self._noted = None, _NOTHING
        if self._folder.exists():
            aside = self._folder.with_name(f"{self._folder.name}.aside")
            shutil.rmtree(aside, ignore_errors=True)
            self._folder.rename(aside)  # at once, and whatever can't be deleted is not in the way
            shutil.rmtree(aside, ignore_errors=True)
        self._folder.mkdir(mode=0o700, parents=True)
        files = FileStorage(self._folder).create_index(SCHEMA)
        self._seal = Seal(self._folder)
        self._seal.renew()
        self._opened = _Opened(files)


class WhooshIndexes:
    """The indexes of all regions of an instance folder."""

    def __init__(self, instance: Path, *, readonly: bool = False) -> None:
        self.readonly = readonly
        self.followed = False
        self._instance = instance
        self._lock = RLock()
        self._indexes: dict[str, WhooshIndex] = {}

    def region(self, slug: str) -> WhooshIndex:
        """The region's index, made when there is none. Raises NotFound for what can't be a region's name."""
        with self._lock:
            if slug not in self._indexes:
                if not slug or Path(slug).name != slug or slug.startswith("."):
                    raise NotFound()
                folder = self._instance / "regions" / slug / "index"
                self._indexes[slug] = WhooshIndex(folder, readonly=self.readonly)
            return self._indexes[slug]

    def close(self) -> None:
        """Let go of all files."""
        with self._lock:
            for opened in self._indexes.values():
                opened.close()
            self._indexes = {}


def _naming(uid: str) -> query.Term:
    """What finds the document with this uid, or all the pages it stands for."""
    return query.Term("pages_of", uid[:-2]) if uid.endswith("#*") else query.Term("uid", uid)


def _noted(reader: Any) -> Note:
    """How far the index has come. Raises ValueError when it was made in another way than now."""
    note = Searcher(reader).document(uid=_NOTE)
    if note is None:
        return _NOTHING
    if note["entry"]["format"] != schema.FORMAT:
        raise ValueError("made with another analysis or schema")
    return Note(int(note["entry"]["seen"]), str(note["entry"]["mark"]))


def _is_damage(error: Exception) -> bool:
    """Whether the files are at fault, and not the machine they are on."""
    return getattr(error, "errno", None) not in _MACHINE
