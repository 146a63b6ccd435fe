"""Filling a store with contents from elsewhere, so that it can be cut off at any moment and taken up again.

Blobs first, then the documents that name them, the log last: whoever follows the log finds what it tells of.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Set
from typing import TypeVar

import msgspec

from workspace.store.port import Event, Store, StoreRefused
from workspace.transfer.dumping import Advance, Contents, Document, Kept, canonical, nothing

T = TypeVar("T")
Key = tuple[str, str]  # table and id

_MOST_AT_ONCE = 500
_LARGEST_AT_ONCE = 4 * 1024 * 1024  # bytes of JSON


def part_already_there(name: str, contents: Contents, store: Store) -> set[Key]:
    """Which documents the store already holds as they are in the contents: none for an empty one.

    A store that was filled half-way, or from an earlier day of the same contents, can be filled on. Raises StoreRefused
    when it holds anything else.
    """
    _refuse_other_log(name, contents, store)
    held = {
        (table, document["id"]): (int(document["version"]), _fingerprint(document))
        for table, document in Kept(store).documents()
    }
    same: set[Key] = set()
    for table, document in contents.documents() if held else ():
        key = (table, str(document["id"]))
        version, fingerprint = held.pop(key, (0, b""))
        if version == document["version"] and fingerprint == _fingerprint(document):
            same.add(key)
        elif version >= document["version"]:
            raise _other(name, f"{table} {key[1]} is another one there")
    for table, id in held:
        raise _other(name, f"{table} {id} is only there")
    return same


def fill(contents: Contents, store: Store, already: Set[Key] = frozenset(), *, advance: Advance = nothing) -> list[str]:
    """Bring everything over that is not there yet, and answer which blobs could not be read."""
    unreadable = _fill_blobs(contents, store, advance)
    documents = _passing_over(contents.documents(), already, advance)
    for chunk in _chunks(documents, lambda pair: len(msgspec.json.encode(pair[1]))):
        _take_in(store, chunk, [])
        advance(len(chunk))
    last = store.view().last_event()
    advance(last)
    for events in _chunks(contents.events(after=last), lambda event: len(msgspec.json.encode(event))):
        _take_in(store, [], events)
        advance(len(events))
    return unreadable


def _take_in(store: Store, documents: list[tuple[str, Document]], events: list[Event]) -> None:
    """One transaction. Raises StoreRefused for what this adapter can't hold, though the one it comes from could."""
    try:
        store.fill(documents, events)
    except ValueError as error:
        raise StoreRefused(f"the target does not take it in: {error}") from error


def _fill_blobs(contents: Contents, store: Store, advance: Advance) -> list[str]:
    unreadable = []
    there = set(store.blobs.digests())
    for digest in contents.digests():
        if digest not in there:
            try:
                store.blobs.put(contents.blob(digest))
            except (KeyError, ValueError):
                unreadable.append(digest)
        advance(1)
    return unreadable


def _passing_over(
    documents: Iterable[tuple[str, Document]], already: Set[Key], advance: Advance
) -> Iterator[tuple[str, Document]]:
    for table, document in documents:
        if (table, document["id"]) in already:
            advance(1)
        else:
            yield table, document


def _chunks(items: Iterable[T], size: Callable[[T], int]) -> Iterator[list[T]]:
    """The items in lists that are neither too long nor, together, too large."""
    chunk: list[T] = []
    weight = 0
    for item in items:
        chunk.append(item)
        weight += size(item)
        if len(chunk) >= _MOST_AT_ONCE or weight >= _LARGEST_AT_ONCE:
            yield chunk
            chunk, weight = [], 0
    if chunk:
        yield chunk


def _refuse_other_log(name: str, contents: Contents, store: Store) -> None:
    """The store's log must be the beginning of the contents' log: the same event with the same hash where it ends."""
    last = store.view().last_event()
    if last == 0:
        return
    [mine] = store.view().events(after=last - 1)
    theirs = next(iter(contents.events(after=last - 1)), None)
    if theirs is None or _hash(theirs) != _hash(mine):
        raise _other(name, f"its log goes another way before event {last}")


def _hash(event: Event) -> tuple[int, str]:
    return event.seq, event.hash


def _fingerprint(document: Document) -> bytes:
    return hashlib.sha256(canonical(document)).digest()


def _other(name: str, what: str) -> StoreRefused:
    return StoreRefused(f"the target holds something else as {name} ({what}); use an empty target")
