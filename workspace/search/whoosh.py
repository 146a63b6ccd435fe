"""The Index port on Whoosh: one index a region, in `regions/<slug>/index` of the instance folder.

The text of a thing stands in one field, its title twice before it (a title field of its own would outweigh the text).
Each audience has its own such field, and a query looks only in the fields of those who ask. So whatever a person may
not read has no weight in the scores either: rare words, lengths and counts are those of what they may read.
"""

from __future__ import annotations

import logging
import shutil
import time
import unicodedata
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar

import msgspec
from whoosh import fields, index, query
from whoosh.analysis import Analyzer, Token
from whoosh.filedb.filestore import FileStorage
from whoosh.searching import Searcher

from workspace.access import Audience
from workspace.errors import NotFound
from workspace.search import analysis, asking
from workspace.search.passages import best_passage
from workspace.search.port import Entry, Found, Hit, Query
from workspace.search.scoring import MoreIsBetter, SharedBM25F
from workspace.search.seal import Seal

T = TypeVar("T")
logger = logging.getLogger(__name__)

_FORMAT = f"1 {analysis.fingerprint()} {' '.join(sorted(Audience))}"
_NOTE = "#"  # the uid of the one document that says how far the index has come, and how it was made
_MOST_IDLE = 2
_FULL = {12, 13, 23, 24, 28, 30, 122}  # no memory, access, file handles or space: the files themselves are well


class _Norwegian(Analyzer):  # type: ignore[misc]
    """Our analysis in Whoosh's clothes."""

    def __call__(self, value: str, positions: bool = False, start_pos: int = 0, **_: Any) -> Iterator[Token]:
        token = Token(positions)
        for word in analysis.words(value):
            token.text, token.boost, token.stopped = word.stem, 1.0, False
            if positions:
                token.pos = start_pos + word.position
            yield token


def _text_field(audience: str) -> str:
    return f"text_{audience}"


SCHEMA = fields.Schema(
    uid=fields.ID(unique=True),
    kind=fields.ID,
    source=fields.ID,
    audience=fields.ID,
    entry=fields.STORED,
    **{_text_field(audience): fields.TEXT(analyzer=_Norwegian(), phrase=True) for audience in Audience},
)


class WhooshIndex:
    """The index of one region. Many threads may search it; one at a time writes."""

    def __init__(self, folder: Path, *, readonly: bool = False) -> None:
        self._folder = folder
        self._readonly = readonly
        self._lock = RLock()
        self._index: Any = None
        self._seal = Seal(folder)
        self._seen: int | None = None  # None: look in the files
        self._masks: tuple[int, dict[tuple[str, str], int]] = (-1, {})
        self._idle: deque[tuple[int, Any]] = deque(maxlen=_MOST_IDLE)  # opened readers with their generation

    # -- Reading --

    def search(self, asked: Query) -> Found:
        """The things that fit best, best first; nothing, and behind, when the files are not usable."""
        started = time.perf_counter()
        question = asking.read(asked.words)
        behind = False
        found = Found(hits=(), total=0, ms=0.0)
        if (question.required or question.wanted) and asked.audiences:
            answer = self._read(lambda reader: self._answer(reader, asked, question))
            behind = answer is None
            found = answer or found
        return msgspec.structs.replace(found, ms=(time.perf_counter() - started) * 1000, behind=behind)

    def seen(self) -> int:
        """The seq of the last log event the index holds; -1 when it must be made from nothing."""
        if self._seen is not None and not self._readonly:
            return self._seen
        seen = self._read(self._noted)
        self._seen = -1 if seen is None else seen
        return self._seen

    def _read(self, act: Callable[[Any], T]) -> T | None:
        """Do `act` with a reader of the index. None when the files can't be read; the one who writes then starts over.

        A commit takes old files away, which looks like damage to one who reads just then. So what fails is tried
        again with no commit going on.
        """
        for lock in (nullcontext(), self._lock):
            with lock:
                try:
                    if not self._opened():
                        return None
                    with self._reader() as reader:
                        return act(reader)
                except Exception as error:
                    wrong = error
                if lock is self._lock and not self._readonly:
                    self._start_over(wrong)
        return None

    def _opened(self) -> bool:
        """Whether there is an index; opened, and checked against its seal. The one who writes makes it when missing."""
        if self._index is None:
            with self._lock:
                self._open()
        elif not self._readonly:
            self._seal.check()
        return self._index is not None

    @contextmanager
    def _reader(self) -> Iterator[Any]:
        """A reader of the newest commit. Opening one copies the files to memory, so the last few are used again.

        A reader is for one thread at a time.
        """
        newest = self._index.latest_generation()
        reader = None
        while reader is None and self._idle:
            with suppress(IndexError):
                generation, idle = self._idle.pop()
                reader = idle if generation == newest else idle.close()
        reader = reader or self._index.reader()
        yield reader
        self._idle.append((reader.generation(), reader))

    def _answer(self, reader: Any, asked: Query, question: asking.Question) -> Found:
        text_fields = [_text_field(audience) for audience in asked.audiences]
        words = _query(question, text_fields)
        narrowed = query.Require(words, _narrowing(asked)) if asked.kind or asked.source else words
        searcher = Searcher(reader, weighting=SharedBM25F(text_fields, "audience", asked.audiences))
        results = searcher.search(narrowed, limit=min(asked.offset + asked.limit, max(1, searcher.doc_count_all())))
        places = range(asked.offset, results.scored_length())
        stems = question.stems()
        hits = tuple(_hit(results.score(at), results.fields(at)["entry"], asked, stems) for at in places)
        if not asked.counts:
            return Found(hits=hits, total=len(results), ms=0.0)
        matched = _mask(searcher.docs_for_query(words))
        total = (matched & self._chosen(searcher, asked)).bit_count()
        kinds = self._counts(searcher, "kind", matched)
        return Found(hits=hits, total=total, ms=0.0, kinds=kinds, sources=self._counts(searcher, "source", matched))

    # -- Counting: sets of documents as the bits of one number --

    def _counts(self, searcher: Any, field: str, matched: int) -> tuple[tuple[str, int], ...]:
        values = [value.decode() for value in searcher.reader().lexicon(field)]
        counts = [(value, (matched & self._holding(searcher, field, value)).bit_count()) for value in values if value]
        return tuple(sorted((pair for pair in counts if pair[1]), key=lambda pair: (-pair[1], pair[0])))

    def _chosen(self, searcher: Any, asked: Query) -> int:
        chosen = -1
        for field, value in (("kind", asked.kind), ("source", asked.source)):
            if value:
                chosen &= self._holding(searcher, field, value)
        return chosen

    def _holding(self, searcher: Any, field: str, value: str) -> int:
        """The documents with this value. Kept until the next commit."""
        generation = searcher.reader().generation()
        if self._masks[0] != generation:
            self._masks = (generation, {})
        masks = self._masks[1]
        if (field, value) not in masks:
            masks[field, value] = _mask(searcher.docs_for_query(query.Term(field, value)))
        return masks[field, value]

    # -- Writing --

    def update(self, entries: Iterable[Entry], gone: Iterable[str], seen: int) -> None:
        """Put in or replace entries, drop the uids in `gone`, and remember `seen`: in one commit.

        Raises OSError when the files can't be written now. Files found damaged are put aside: `seen()` is then -1.
        """
        new = {entry.uid: _document(entry) for entry in entries}
        with self._lock:
            empty = self.seen() < 0
            try:
                self._opened()
                self._commit(new, set() if empty else {*new, *gone}, seen)
            except Exception as error:
                if getattr(error, "errno", None) not in _FULL:
                    self._start_over(error)
                raise

    def clear(self) -> None:
        """Make it empty, as if it had seen nothing."""
        with self._lock:
            self._start_over(None)

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            self._index = None
            self._idle.clear()

    def _commit(self, new: dict[str, dict[str, Any]], old: set[str], seen: int) -> None:
        writer = self._index.writer(timeout=20, limitmb=64)
        try:
            writer.delete_by_query(query.Or([query.Term("uid", uid) for uid in sorted({*old, _NOTE})]))
            for document in new.values():
                writer.add_document(**document)
            writer.add_document(uid=_NOTE, entry={"format": _FORMAT, "seen": seen})
        except BaseException:
            writer.cancel()
            raise
        writer.commit()
        self._seal.renew()
        self._seen = seen

    def _open(self) -> None:
        """Open the files, or make new ones where they are missing, damaged or made in another way."""
        if self._index is not None:
            return
        if self._readonly:
            self._index = index.FileIndex(FileStorage(self._folder), schema=SCHEMA) if self._folder.is_dir() else None
            return
        try:
            self._seal.check(thorough=True)
            self._index = index.FileIndex(FileStorage(self._folder), schema=SCHEMA)
            with self._reader() as reader:
                self._seen = self._noted(reader)
        except Exception as error:
            self._start_over(error)

    def _noted(self, reader: Any) -> int:
        """How far the index has come. Raises ValueError when it was made in another way than now."""
        note = Searcher(reader).document(uid=_NOTE)
        if note is None:
            return -1
        if note["entry"]["format"] != _FORMAT:
            raise ValueError("made with another analysis or schema")
        return int(note["entry"]["seen"])

    def _start_over(self, why: Exception | None) -> None:
        """Put the files aside (the last ones only) and begin with an empty index."""
        if why is not None and self._folder.exists() and any(self._folder.iterdir()):
            logger.warning("search index put aside, to be made again: %s", type(why).__name__)
        self._index, self._seen, self._masks = None, -1, (-1, {})
        self._idle.clear()
        if self._folder.exists():
            aside = self._folder.with_name(f"{self._folder.name}.aside")
            shutil.rmtree(aside, ignore_errors=True)
            self._folder.rename(aside)
        self._folder.mkdir(mode=0o700, parents=True)
        self._index = FileStorage(self._folder).create_index(SCHEMA)
        self._seal = Seal(self._folder)
        self._seal.renew()


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


def _document(entry: Entry) -> dict[str, Any]:
    """What Whoosh keeps of an entry. The text is in composed form, as questions are."""
    title, text = unicodedata.normalize("NFC", entry.title), unicodedata.normalize("NFC", entry.text)
    entry = msgspec.structs.replace(entry, title=title, text=text)
    return {
        "uid": entry.uid,
        "kind": entry.kind,
        "source": entry.source,
        "audience": entry.audience,
        "entry": msgspec.json.encode(entry),
        _text_field(entry.audience): text if entry.parent else f"{title}\n{title}\n{text}",
    }


def _hit(score: float, stored: bytes, asked: Query, stems: frozenset[str]) -> Hit:
    entry = msgspec.json.decode(stored, type=Entry)
    light = msgspec.structs.replace(entry, text="", anchors=())
    if not asked.passages:
        return Hit(entry=light, score=score)
    passage = best_passage(entry.text, stems)
    block = bisect_right(entry.anchors, passage.at, key=lambda anchor: anchor[0])
    anchor = entry.anchors[block - 1][1] if block else entry.section
    return Hit(entry=light, score=score, passage=passage.pieces, anchor=anchor)


def _query(question: asking.Question, text_fields: list[str]) -> Any:
    """What must be there, and beside it the more the better of what is wanted."""
    wanted = [query.Term(field, stem) for stem in question.wanted for field in text_fields]
    hoped = MoreIsBetter(wanted) if wanted else query.NullQuery
    required = [query.Or([_row(field, row) for field in text_fields]) for row in question.required]
    if not required:
        return hoped
    return query.AndMaybe(query.And(required), hoped) if wanted else query.And(required)


def _row(field: str, row: tuple[str, ...]) -> Any:
    return query.Term(field, row[0]) if len(row) == 1 else query.Phrase(field, list(row))


def _narrowing(asked: Query) -> Any:
    chosen = (("kind", asked.kind), ("source", asked.source))
    return query.And([query.Term(field, value) for field, value in chosen if value])


def _mask(documents: Iterable[int]) -> int:
    bits = bytearray()
    for document in documents:
        place = document >> 3
        if place >= len(bits):
            bits.extend(bytes(place + 1 - len(bits)))
        bits[place] |= 1 << (document & 7)
    return int.from_bytes(bits, "little")
