"""Reading the zip of a region, after everything in it has been checked."""

from __future__ import annotations

import hashlib
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from workspace.extraction.model import Refused
from workspace.store.log import broken_at
from workspace.store.port import Event, StoreRefused
from workspace.transfer import kinds, region_file
from workspace.transfer.dumping import Advance, Document, nothing, summarize
from workspace.transfer.exporting import check_size
from workspace.transfer.region_file import ABOUT, BLOBS, CHECKSUMS, FILES, LOG, PEOPLE, RECORDS, About, Somebody

T = TypeVar("T")
_SUM = re.compile(r"([0-9a-f]{64})  (.+)")
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, struct.error)
_PIECE = 1 << 20
_LARGEST_FACTS = 256 * 1024 * 1024  # bytes of the checksums, and of the people


class Package:
    """The contents of a region as its zip has them. Opened by `opened`, which has checked all of it."""

    def __init__(self, packed: zipfile.ZipFile, path: Path) -> None:
        self.path = path
        self._zip = packed
        self._names: dict[str, str] = {}  # of blobs, by digest
        self.about: About
        self.people: list[Somebody] = []

    def documents(self) -> Iterator[tuple[str, Document]]:
        """All documents with their tables, in the order of table and id."""
        for name in sorted(self._zip.namelist()):
            if name.startswith(RECORDS):
                for line in self._lines(name):
                    yield name.removeprefix(RECORDS).removesuffix(".jsonl"), line

    def events(self, after: int = 0) -> Iterator[Event]:
        """The log from after a seq, oldest first."""
        for line in self._lines(LOG):
            event = msgspec.convert(line, Event)
            if event.seq > after:
                yield event

    def digests(self) -> Iterator[str]:
        """The digests of the blobs in it, sorted."""
        return iter(sorted(self._names))

    def blob(self, digest: str) -> bytes:
        """The bytes. Raises KeyError when there are none."""
        return self._read(self._names[digest], region_file.LARGEST_BLOB)

    # -- Checking --

    def check(self, advance: Advance = nothing) -> None:
        """Raise StoreRefused, saying what is wrong, unless all is as it was exported."""
        try:
            check_size(self._zip, self.path)
        except Refused as error:
            raise self._wrong("too large, or made to fool who unpacks it") from error
        self._check_sums(advance)
        self.about = self._facts(ABOUT, About)
        if self.about.format > region_file.FORMAT:
            raise self._wrong(f"written by a newer program ({self.about.program}); upgrade this one first")
        self.people = self._facts(PEOPLE, list[Somebody])
        self._check_records()
        self._check_log()
        try:
            found = summarize(self)
        except ValueError as error:
            raise self._wrong("it holds text that is none") from error
        if found != self.about.summary:
            raise self._wrong(f"what it holds is not what {ABOUT} says: something is left out, put in or moved")

    def _check_sums(self, advance: Advance) -> None:
        sums = self._sums()
        entries = {name for name in self._zip.namelist() if not name.endswith("/")} - {CHECKSUMS}
        for name in sorted(sums.keys() - entries):
            raise self._wrong(f"{name} is missing")
        for name in sorted(entries - sums.keys()):
            raise self._wrong(f"{name} is not in {CHECKSUMS}")
        for name, expected in sums.items():
            if self._sha256_of(name) != expected:
                raise self._wrong(f"{name} is not what {CHECKSUMS} says")
            if name.startswith((FILES, BLOBS)):
                self._names.setdefault(expected, name)
            advance(1)

    def _sums(self) -> dict[str, str]:
        if CHECKSUMS not in self._zip.namelist():
            raise self._wrong(f"no export of a region: there is no {CHECKSUMS}")
        sums: dict[str, str] = {}
        for line in self._text(CHECKSUMS).splitlines():
            match = _SUM.fullmatch(line)
            if match is None or match[2] in sums:
                raise self._wrong(f"{CHECKSUMS} can't be read")
            sums[match[2]] = match[1]
        return sums

    def _check_records(self) -> None:
        """Every record is of a kind that a region has, can be read, and stands in order."""
        known = {kind.table: kind for kind in kinds.IN_REGION}
        last = ("", "")
        for table, document in self.documents():
            kind = known.get(table)
            if kind is None:
                raise self._wrong(f"{RECORDS}{table}.jsonl is nothing that a region holds")
            try:
                record = msgspec.convert(document, kind)
            except msgspec.ValidationError as error:
                raise self._wrong(f"{RECORDS}{table}.jsonl has a record that can't be read ({error})") from error
            if (table, record.id) <= last:
                raise self._wrong(f"{RECORDS}{table}.jsonl is not in order at {record.id}")
            last = (table, record.id)

    def _check_log(self) -> None:
        try:
            broken = broken_at(self.events())
        except msgspec.ValidationError as error:
            raise self._wrong(f"{LOG} has a line that can't be read ({error})") from error
        if broken is not None:
            raise self._wrong(f"{LOG}: event {broken} does not fit its chain; it was edited, moved, put in or left out")

    # -- Reading --

    def _facts(self, name: str, kind: type[T]) -> T:
        try:
            return msgspec.json.decode(self._text(name), type=kind)
        except msgspec.DecodeError as error:
            raise self._wrong(f"{name} can't be read ({error})") from error

    def _text(self, name: str) -> str:
        try:
            return self._read(name, _LARGEST_FACTS).decode("utf-8")
        except (KeyError, UnicodeDecodeError) as error:
            raise self._wrong(f"{name} is missing, or is no text") from error

    def _read(self, name: str, most: int) -> bytes:
        with self._reading(name), self._zip.open(name) as stream:
            content = stream.read(most + 1)
        if len(content) > most:
            raise self._wrong(f"{name} is larger than anything we make")
        return content

    def _sha256_of(self, name: str) -> str:
        sha256 = hashlib.sha256()
        with self._reading(name), self._zip.open(name) as stream:
            while piece := stream.read(_PIECE):
                sha256.update(piece)
        return sha256.hexdigest()

    def _lines(self, name: str) -> Iterator[Any]:
        if name not in self._zip.namelist():
            raise self._wrong(f"{name} is missing")
        with self._reading(name), self._zip.open(name) as stream:
            while line := stream.readline(region_file.LONGEST_LINE):
                yield self._json(name, line)

    def _json(self, name: str, line: bytes) -> Any:
        try:
            return json.loads(line, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise self._wrong(f"{name} has a line that is no JSON") from error

    @contextmanager
    def _reading(self, name: str) -> Iterator[None]:
        try:
            yield
        except _DAMAGED as error:
            raise self._wrong(f"{name} is damaged") from error

    def _wrong(self, what: str) -> StoreRefused:
        return StoreRefused(f"{self.path}: {what}")


def _no_number(name: str) -> None:
    """NaN and its kind, which Python takes in and JSON does not have."""
    raise ValueError(name)


@contextmanager
def opened(path: Path, advance: Advance = nothing) -> Iterator[Package]:
    """Open the zip of a region and check all that is in it. Raises StoreRefused, saying what is wrong."""
    try:
        packed = zipfile.ZipFile(path)
    except (*_DAMAGED, ValueError) as error:
        raise StoreRefused(f"{path}: no zip, or a damaged one") from error
    with packed:
        package = Package(packed, path)
        package.check(advance)
        yield package
