"""Putting a backup back. Every file is checked before anything is touched."""

from __future__ import annotations

import gzip
import json
import re
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from workspace.store.log import broken_at
from workspace.store.port import Event, StoreRefused, Stores
from workspace.transfer import backing_up, filing, kinds
from workspace.transfer.backing_up import MANIFEST, Held, Manifest
from workspace.transfer.carrying import Part, forget_first_run
from workspace.transfer.dumping import Advance, Document, nothing, summarize

_FILE = re.compile(r"house\.jsonl\.gz|regions/[a-z0-9][a-z0-9-]{0,62}\.jsonl\.gz|blobs/([0-9a-f]{2})/\1[0-9a-f]{62}")


class InBackup:
    """The contents of a store as a backup has them, without the tables that are to stay out."""

    def __init__(self, folder: Path, held: Held, without: frozenset[str] = frozenset()) -> None:
        self._folder = folder
        self._held = held
        self._without = without

    def documents(self) -> Iterator[tuple[str, Document]]:
        """All documents with their tables, in the order of table and id."""
        for line in self._lines("document"):
            if line["table"] not in self._without:
                yield line["table"], line["document"]

    def events(self, after: int = 0) -> Iterator[Event]:
        """The log from after a seq, oldest first."""
        for line in self._lines("event"):
            event = msgspec.convert(line["event"], Event)
            if event.seq > after:
                yield event

    def digests(self) -> Iterator[str]:
        """The digests of the blobs that the backup has for this store, sorted."""
        return (line["blob"] for line in self._lines("blob"))

    def blob(self, digest: str) -> bytes:
        """The bytes. Raises KeyError when there are none."""
        try:
            return (self._folder / "blobs" / digest[:2] / digest).read_bytes()
        except FileNotFoundError as error:
            raise KeyError(digest) from error

    def _lines(self, kind: str) -> Iterator[dict[str, Any]]:
        start = b'{"%s":' % kind.encode()
        with gzip.open(self._folder / self._held.file) as file:
            for line in file:
                if line.startswith(start):
                    yield json.loads(line)


def find(folder: Path) -> Path:
    """The backup that is meant: the folder itself, or the newest one in it. Raises StoreRefused for none."""
    with filing.refusing(folder):
        if (folder / MANIFEST).is_file():
            return folder
        found = backing_up.backups_in(folder)
    if not found:
        raise StoreRefused(f"{folder}: there is no whole backup in it")
    return found[-1]


def size_of(folder: Path) -> int:
    """The bytes of all files in a backup."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def check(folder: Path, advance: Advance = nothing) -> Manifest:
    """Read all of a backup and answer its manifest. Raises StoreRefused when anything is not as it was written."""
    manifest = _manifest(folder)
    for name, file in sorted(manifest.files.items()):
        path = folder / name
        with filing.refusing(path):
            state = path.lstat()
            whole = stat.S_ISREG(state.st_mode) and state.st_size == file.size
            if not whole or filing.sha256_of(path) != file.sha256:
                raise StoreRefused(f"{path} is not as it was written; use another backup")
        advance(file.size)
    for held in (*manifest.regions.values(), manifest.house):
        _check_store(folder, held)
    return manifest


def _manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    with filing.refusing(path):
        content = path.read_bytes()
    try:
        found = json.loads(content)
        if found["format"] > backing_up.FORMAT:
            raise StoreRefused(f"{path}: written by a newer program ({found.get('program')}); upgrade this one first")
        manifest = msgspec.convert(found, Manifest)
    except (ValueError, KeyError, TypeError) as error:
        raise StoreRefused(f"{path} can't be read; use another backup") from error
    named = {held.file for held in (manifest.house, *manifest.regions.values())}
    if manifest.sha256 != manifest.seal() or not named <= set(manifest.files):
        raise StoreRefused(f"{path} is not as it was written; use another backup")
    if not all(_FILE.fullmatch(name) for name in manifest.files):
        raise StoreRefused(f"{path} names files that are no part of a backup")
    return manifest


def _check_store(folder: Path, held: Held) -> None:
    """The lines are those that were counted, the log is whole, and every blob they name is in the backup."""
    contents = InBackup(folder, held)
    path = folder / held.file
    try:
        if summarize(contents) != held.summary:
            raise StoreRefused(f"{path} does not hold what the backup says; use another backup")
        absent = [digest for digest in contents.digests() if not (folder / "blobs" / digest[:2] / digest).is_file()]
    except (ValueError, KeyError, TypeError, EOFError, zlib.error, OSError) as error:
        raise StoreRefused(f"{path} can't be read; use another backup") from error
    if absent:
        raise StoreRefused(f"{path} names the blob {absent[0]}, which the backup has not; use another backup")


def broken_logs(folder: Path, manifest: Manifest) -> list[str]:
    """What is wrong with the logs in a backup: they were so when it was made. They are put back as they are."""
    found = []
    for held in (*manifest.regions.values(), manifest.house):
        broken = broken_at(InBackup(folder, held).events())
        if broken:
            found.append(f"{held.file}: event {broken} of the log does not fit its chain")
    return found


def parts(folder: Path, manifest: Manifest, *, with_sessions: bool = False) -> list[Part]:
    """What is to be put back, the house last: without sessions and one-time links, unless they are asked for."""
    without = frozenset() if with_sessions else kinds.SIGNED_IN
    found = []
    for slug, held in sorted(manifest.regions.items()):
        found.append(Part(slug, InBackup(folder, held), held.summary))
    house = InBackup(folder, manifest.house, without)
    found.append(Part(None, house, summarize(house)))
    return found


def require_empty(target: Stores) -> None:
    """Raise StoreRefused when an installation holds anything but the code of its first run, which goes."""
    forget_first_run(target)
    view = target.house.view()
    if target.slugs() or view.tables() or view.last_event():
        raise StoreRefused("there is data here already; restore into an empty installation, or say --replace")
