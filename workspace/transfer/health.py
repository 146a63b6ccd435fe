"""What the doctor looks at in one store: its log, its records and its blobs, and a region's members and index."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from workspace.regions.model import Membership, Municipality
from workspace.search import following
from workspace.search.port import Note
from workspace.store.port import Store, View
from workspace.transfer import kinds
from workspace.transfer.dumping import Kept
from workspace.transfer.findings import Finding, bad, ok, warn

RESTORE = "restore a backup: workspace restore FOLDER --replace"


def store(about: str, kept: Store) -> Iterator[Finding]:
    """A store by itself: what the adapter and the chain of its log say, its records, its blobs."""
    found = [bad(about, problem, RESTORE) for problem in kept.problems()]
    view = kept.view()
    found += records(about, view)
    found += blobs(about, kept)
    if not any(finding.level != "OK" for finding in found):
        count = sum(1 for table in view.tables() for _document in view.documents(table))
        yield ok(about, f"{count} records and {view.last_event()} events, all readable and whole")
    yield from found


def records(about: str, view: View) -> Iterator[Finding]:
    """Records that are of no known kind, or can't be read as their kind any more."""
    for table in view.tables():
        kind = kinds.OF_TABLE.get(table)
        if kind is None:
            yield warn(about, f"the table {table} is of no kind that this program knows", "use the newest version")
            continue
        unreadable, why = [], ""
        for document in view.documents(table):
            try:
                msgspec.convert(document, kind)
            except msgspec.ValidationError as error:
                unreadable.append(str(document.get("id")))
                why = why or str(error)
        if unreadable:
            text = f"{len(unreadable)} of {table} can't be read, the first is {unreadable[0]} ({why})"
            yield bad(about, text, f"use the version that wrote it, or {RESTORE}")


def blobs(about: str, kept: Store) -> Iterator[Finding]:
    """Blobs that must be there and are not, or are not what they were; and those that nothing names."""
    contents = Kept(kept)
    for digest in sorted(contents.declared):
        try:
            kept.blobs.get(digest)
        except KeyError:
            yield bad(about, f"the blob {digest} is gone, and a record names it", RESTORE)
        except (ValueError, OSError) as error:
            yield bad(about, f"the blob {digest} is damaged ({type(error).__name__})", RESTORE)
    forgotten = [digest for digest in kept.blobs.digests() if digest not in contents.mentioned]
    if forgotten:
        size = sum(_size(kept, digest) for digest in forgotten)
        yield ok(about, f"{len(forgotten)} blobs ({size} bytes) that nothing names; they are swept away after a day")


def _size(kept: Store, digest: str) -> int:
    try:
        return len(kept.blobs.get(digest))
    except (KeyError, ValueError, OSError):
        return 0


def newest_event(view: View) -> datetime | None:
    """When the newest event of a store happened."""
    last = view.last_event()
    events = view.events(after=last - 1, limit=1) if last else []
    return events[0].at if events else None


def voices(about: str, view: View) -> Iterator[Finding]:
    """Those who answer for a municipality must be members."""
    standing = {one.id for one in view.find(Membership) if one.ended is None}
    for municipality in view.find(Municipality):
        named = [*([municipality.voting_member] if municipality.voting_member else []), *municipality.deputies]
        for person in named:
            if person not in standing:
                yield bad(
                    about, f"{person}, who answers for {municipality.name}, is no member",
                    "choose who answers on the region's page of members",
                )  # fmt: skip


def strangers(about: str, members: list[Membership], people: set[str]) -> Iterator[Finding]:
    """Memberships of people that the house does not know."""
    for member in members:
        if member.id not in people:
            yield bad(
                about, f"the membership of {member.name} <{member.email}> names nobody with an account",
                "end the membership, and invite the person anew",
            )  # fmt: skip


def index(about: str, slug: str, problem: str, note: Note | None, view: View) -> Finding:
    """The search index: a cache, so nothing about it is worse than a warning. The note is older than the view."""
    anew = f"the server makes it anew by itself, and so does: workspace reindex {slug}"
    if note is None:
        return warn(about, f"the search index is damaged ({problem})", anew)
    last = view.last_event()
    if note.seen < 0:
        return warn(about, "there is no search index yet", anew) if last else ok(about, "nothing to search in yet")
    if note.seen > last or not following.is_of(note, view):
        return warn(about, "the search index was made from another log", anew)
    if note.seen < last:
        return warn(about, f"the search index is {last - note.seen} events behind", "a server brings it up to date")
    return ok(about, "the search index is up to date")
