"""One region as a zip that people can read and `workspace import-region` can put back to the same state."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from workspace import __version__
from workspace.accounts.model import Person
from workspace.comments import subject as subjects
from workspace.comments.model import Comment, Thread
from workspace.documents.model import Document, Version
from workspace.extraction import archives
from workspace.extraction.model import Refused
from workspace.files.model import Upload
from workspace.hearings.answer import HearingAnswer
from workspace.hearings.model import Hearing
from workspace.parts import Workspace
from workspace.record import Record
from workspace.regions import service as regions
from workspace.regions.model import Municipality
from workspace.store.port import StoreRefused, View
from workspace.transfer import filing, kinds, readable, readable_hearings, region_file
from workspace.transfer.dumping import Advance, Kept, canonical, nothing, summarize
from workspace.transfer.packing import Packer
from workspace.transfer.region_file import About, Names, Somebody

R = TypeVar("R", bound=Record)


class Taken:
    """A region as it is to be written: one view of its store, and of the house what belongs to it."""

    def __init__(self, workspace: Workspace, slug: str) -> None:
        store = workspace.region(slug)  # before the house: whoever is a member is then known there
        self.view: View = store.view()
        self.contents = Kept(store, without=kinds.NEVER_TAKEN_OUT)
        self.region = regions.region_of(workspace, slug)
        self.house = workspace.house.view()
        self._there: set[str] = set()
        for digest in list(self.contents.digests()):
            try:
                self.contents.blob(digest)
                self._there.add(digest)
            except (KeyError, ValueError):
                self.contents.lose(digest)

    def has(self, digest: str) -> bool:
        """Whether this blob is there, and whole."""
        return digest in self._there


def export(workspace: Workspace, slug: str, path: Path, advance: Advance = nothing) -> About:
    """Write the region to a zip, which is whole or not there; answer what it says about itself.

    Raises NotFound for no such region, StoreRefused when a record or the disk can't be used.
    """
    taken = Taken(workspace, slug)
    summary = summarize(taken.contents)
    about = About(
        format=region_file.FORMAT,
        program=__version__,
        exported=workspace.now(),
        region=taken.region,
        missing=tuple(taken.contents.missing()),
        **summary._asdict(),
    )
    try:
        with filing.refusing(path), filing.whole_file(path) as temporary:
            _write(taken, about, temporary, zipfile.ZIP_DEFLATED, advance)
            if not _would_be_taken(temporary):  # texts that repeat themselves look like a bomb when they are packed
                temporary.unlink()
                _write(taken, about, temporary, zipfile.ZIP_STORED, nothing)
    except msgspec.ValidationError as error:
        raise StoreRefused(
            f"region {slug} holds a record that can't be read ({error}); run `workspace doctor`"
        ) from error
    return about


def _would_be_taken(path: Path) -> bool:
    with zipfile.ZipFile(path) as packed:
        try:
            check_size(packed, path)
        except Refused:
            return False
    return True


def check_size(packed: zipfile.ZipFile, path: Path) -> None:
    """Raise extraction's Refused for a zip that is too large, or made to fool who unpacks it."""
    most, largest = region_file.MOST_ENTRIES, region_file.LARGEST_UNPACKED
    archives.check_entries(packed.infolist(), path.stat().st_size, most=most, largest=largest)


def _write(taken: Taken, about: About, path: Path, compression: int, advance: Advance) -> None:
    with Packer(path, about.exported, compression) as packer:
        day = f"{about.exported:%d.%m.%Y}"
        readme = region_file.README_TEXT.format(name=about.region.name, day=day)
        packer.add(region_file.README, [readme.encode("utf-8")])
        packer.add(region_file.ABOUT, [_pretty(about)])
        packer.add(region_file.PEOPLE, [_pretty(_people(taken))])
        for table in taken.view.tables():
            if table not in kinds.NEVER_TAKEN_OUT:
                packer.add(f"{region_file.RECORDS}{table}.jsonl", _rows(taken.view, table, advance))
        packer.add(region_file.LOG, _events(taken, advance))
        files = _Files(taken)
        _documents(taken, packer, files)
        _comments(taken, packer)
        files.write(packer, advance)


def _pretty(value: Any) -> bytes:
    return msgspec.json.format(canonical(msgspec.to_builtins(value)), indent=1) + b"\n"


def _rows(view: View, table: str, advance: Advance) -> Iterator[bytes]:
    for document in view.documents(table):
        yield canonical(document) + b"\n"
        advance(1)


def _events(taken: Taken, advance: Advance) -> Iterator[bytes]:
    for event in taken.contents.events():
        yield msgspec.json.encode(event, order="sorted") + b"\n"
        advance(1)


# -- People --


def _people(taken: Taken) -> list[Somebody]:
    """Whoever the records and the log name by id, of those that the house knows."""
    known = {person.id: person for person in _all(taken.house, Person)}
    named: set[str] = set()
    for _table, document in taken.contents.documents():
        named |= _ids_in(document) & known.keys()
    for event in taken.contents.events():
        named |= _ids_in(event.payload) & known.keys()
    people = [known[id] for id in sorted(named)]
    return [Somebody(id=one.id, name=one.name, email=one.email, locale=one.locale) for one in people]


def _ids_in(value: Any) -> set[str]:
    """All short texts in a record that may be an id, and the parts of those that are joined: "person:<id>"."""
    if isinstance(value, str):
        return {value, *value.split(":")} if len(value) < 100 else set()
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list | tuple):
        return set()
    return {id for item in value for id in _ids_in(item)}


# -- Documents and files --


class _Files:
    """The blobs of the region by the names people know them by. Each is in the zip once."""

    def __init__(self, taken: Taken) -> None:
        self._taken = taken
        self._names: dict[str, str] = {}
        self._unique = Names()

    def name(self, digest: str, name: str) -> str:
        """Where a file is in the zip: under this name, or the one first asked for. "" for one that is gone."""
        if digest not in self._names and self._taken.has(digest):
            self._names[digest] = region_file.FILES + self._unique.unique(name)
        return self._names.get(digest, "")

    def write(self, packer: Packer, advance: Advance) -> None:
        """Write those with a name, and then those without."""
        named = sorted((name, digest) for digest, name in self._names.items())
        nameless = [
            (region_file.BLOBS + digest, digest)
            for digest in self._taken.contents.digests()
            if digest not in self._names
        ]
        for name, digest in (*named, *nameless):
            packer.add(name, [self._taken.contents.blob(digest)])
            advance(1)


def _documents(taken: Taken, packer: Packer, files: _Files) -> None:
    """Every document with its older versions. Their numbers are the order in which they came, and stay the same."""
    municipalities = {one.id: one.name for one in _all(taken.view, Municipality)}
    versions = _grouped(taken.view, Version, "document", "number")
    threads = _grouped(taken.view, Thread, "document", "opened")
    comments = _grouped(taken.view, Comment, "thread", "at")
    hearings = _grouped(taken.view, Hearing, "document", "created")
    answers = _grouped(taken.view, HearingAnswer, "hearing", "received")
    for count, found in enumerate(_all(taken.view, Document), start=1):
        name = f"{region_file.DOCUMENTS}{count:04d}-{region_file.slug_of(found.title)}"
        file = files.name(found.file.digest, found.file.name) if found.file is not None else ""
        talks = [(thread, comments.get(thread.id, [])) for thread in threads.get(found.id, [])]
        packer.add(f"{name}.md", [readable.document(found, talks, municipalities, file)])
        for version in versions.get(found.id, []):
            older = files.name(version.file.digest, version.file.name) if version.file is not None else ""
            if version.number != found.number and taken.has(version.digest):
                text = taken.contents.blob(version.digest).decode("utf-8")
                packer.add(f"{name}/{version.number:03d}.md", [readable.version(version, text, older)])
        for number, hearing in enumerate(hearings.get(found.id, []), start=1):
            told = readable_hearings.hearing(hearing, answers.get(hearing.id, []), municipalities)
            packer.add(f"{name}/horing-{number}.md", [told])
    for upload in _all(taken.view, Upload):
        for item in upload.items:
            files.name(item.digest, item.name)


def _comments(taken: Taken, packer: Packer) -> None:
    """What was said of texts that are no documents, if anything was."""
    threads = _grouped(taken.view, Thread, "about", "opened")
    comments = _grouped(taken.view, Comment, "thread", "at")
    talks = []
    for about in sorted(about for about in threads if about):
        told = subjects.brief(taken.view, about)
        said = [(thread, comments.get(thread.id, [])) for thread in threads[about]]
        talks.append((told.title if told is not None else about, said))
    if talks:
        packer.add(region_file.COMMENTS, [readable.comments(talks)])


def _all(view: View, kind: type[R]) -> Iterator[R]:
    """All records of a class in the order of id, not all at once."""
    return (msgspec.convert(document, kind) for document in view.documents(kind.table))


def _grouped(view: View, kind: type[R], field: str, order: str) -> dict[str, list[R]]:
    """All records of a class by the thing they belong to, in order. One reading, where a look-up for each is many."""
    groups: dict[str, list[R]] = {}
    for record in _all(view, kind):
        groups.setdefault(getattr(record, field), []).append(record)
    for group in groups.values():
        group.sort(key=lambda record: (getattr(record, order), record.id))
    return groups
