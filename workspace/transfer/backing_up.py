"""A backup: all stores in a folder, each as it was at one moment, while people go on writing.

A backup is whole or it is not there. Its manifest names every file with size and SHA-256, and is sealed by its own.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from workspace import __version__
from workspace.parts import Workspace
from workspace.store.port import Store, StoreRefused
from workspace.transfer import filing, kinds
from workspace.transfer.dumping import Advance, Kept, Summary, canonical, nothing, summarize

FORMAT = 1
MANIFEST = "manifest.json"
_NAME = re.compile(r"\d{4}-\d\d-\d\dT\d{6}\.\d{6}Z")


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A store in a backup: its file, what is in it, and which blobs were missing already when it was made."""

    file: str
    documents: int
    events: int
    blobs: int
    sha256: str  # of the lines, unpacked
    missing: tuple[str, ...] = ()

    @property
    def summary(self) -> Summary:
        """How much there is, and the SHA-256 of the dump."""
        return Summary(self.documents, self.events, self.blobs, self.sha256)


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a backup."""

    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds."""

    format: int
    program: str
    made: datetime
    house: Held
    regions: dict[str, Held]
    files: dict[str, File]
    sha256: str = ""  # of all the above

    def sealed(self) -> Manifest:
        """The manifest with its own hash."""
        return msgspec.structs.replace(self, sha256=self.seal())

    def seal(self) -> str:
        """The hash it should have."""
        return filing.sha256_of_bytes(canonical(msgspec.to_builtins(msgspec.structs.replace(self, sha256=""))))

    @property
    def missing(self) -> list[str]:
        """The digests of all blobs that were missing."""
        return sorted({digest for held in (self.house, *self.regions.values()) for digest in held.missing})

    @property
    def size(self) -> int:
        """The bytes of all its files."""
        return sum(file.size for file in self.files.values())


def back_up(workspace: Workspace, parent: Path, advance: Advance = nothing) -> tuple[Path, Manifest]:
    """Make a backup in a new folder under `parent`, named by the time; answer with it and what it holds.

    Of each store it has all that was acknowledged before it began, and nothing that only half happened. The regions are
    taken first and the house last, because who becomes a member is written in the house first: no membership then names
    a person who is left out. Raises StoreRefused when a store or the disk can't be used.
    """
    with filing.refusing(parent):
        parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with filing.alone_in(parent):
            for leftover in parent.glob(".*.tmp"):
                shutil.rmtree(leftover)
            made = workspace.now().astimezone(UTC)
            folder = parent / made.strftime("%Y-%m-%dT%H%M%S.%fZ")
            if folder.exists():
                raise StoreRefused(f"{folder} is there already")
            temporary = parent / f".{folder.name}.tmp"
            try:
                manifest = _write(workspace, temporary, made, advance)
                filing.sync_tree(temporary)
                os.rename(temporary, folder)
                filing.sync(parent)
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
            return folder, manifest


def backups_in(parent: Path) -> list[Path]:
    """The whole backups in a folder, oldest first."""
    found = (path for path in parent.iterdir() if _NAME.fullmatch(path.name) and (path / MANIFEST).is_file())
    return sorted(found)


def remove_older(parent: Path, keep: int) -> list[str]:
    """Take away all but the newest backups, and answer the names of those that went."""
    with filing.refusing(parent), filing.alone_in(parent):
        old = backups_in(parent)[:-keep]
        for folder in old:
            aside = parent / f".{folder.name}.tmp"
            folder.rename(aside)  # at once, so that no half of it can be taken for a backup
            shutil.rmtree(aside)
        return [folder.name for folder in old]


def _write(workspace: Workspace, folder: Path, made: datetime, advance: Advance) -> Manifest:
    for part in (folder, folder / "regions", folder / "blobs"):
        part.mkdir(mode=0o700)
    regions = {
        slug: _take(workspace.stores.region(slug), folder, f"regions/{slug}.jsonl.gz", advance)
        for slug in workspace.stores.slugs()
    }
    house = _take(workspace.stores.house, folder, "house.jsonl.gz", advance)
    files = {
        path.relative_to(folder).as_posix(): File(size=path.stat().st_size, sha256=filing.sha256_of(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    manifest = Manifest(format=FORMAT, program=__version__, made=made, house=house, regions=regions, files=files)
    filing.write(folder / MANIFEST, msgspec.json.format(canonical(msgspec.to_builtins(manifest.sealed())), indent=1))
    return manifest.sealed()


def _take(store: Store, folder: Path, name: str, advance: Advance) -> Held:
    """Write one store as it is now: its blobs first, so that the dump names those that could be read.

    Large files take a while. So once they are written the store is looked at anew, and what was added meanwhile is
    written too: no adapter has to keep the state of one moment for longer than it takes to read the documents.
    """
    for _look in range(2):
        contents = Kept(store, without=kinds.NEVER_TAKEN_OUT)
        _write_blobs(contents, folder / "blobs")
    descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
        summary = summarize(contents, packed.write, advance)
    return Held(file=name, **summary._asdict(), missing=tuple(contents.missing()))


def _write_blobs(contents: Kept, folder: Path) -> None:
    for digest in list(contents.digests()):
        path = folder / digest[:2] / digest
        if path.exists():
            continue
        try:
            content = contents.blob(digest)
        except (KeyError, ValueError):
            contents.lose(digest)
            continue
        path.parent.mkdir(exist_ok=True, mode=0o700)
        filing.write(path, content)
