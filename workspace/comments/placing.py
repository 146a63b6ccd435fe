"""Placing the threads of a text on each new version of it.

A version's placements follow from the ones before and the difference between the two texts. They are worked out when
they are first needed and kept; whoever asks first waits a moment. Where the store takes no writes they are worked out
again next time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress

from workspace.access import Actor
from workspace.comments.anchoring import CHANGED, KEPT, MOVED, REMOVED, Difference, Found, Spot, Text
from workspace.comments.model import Thread
from workspace.comments.passages import flat
from workspace.comments.placement import Place, Placements, placements_id
from workspace.comments.subject import Subject
from workspace.errors import Conflict, Unavailable
from workspace.parts import Workspace
from workspace.store.port import Transaction, View

LONGEST_TEXT = 2000  # characters of a changed passage that are kept beside its place
_LEAST_BACK = 24  # characters of a paragraph that is known again when it comes back

Made = dict[int, dict[str, Place]]  # by the version's number, and the thread's id


def places(workspace: Workspace, actor: Actor, subject: Subject, threads: Iterable[Thread]) -> dict[str, Place]:
    """Where each of these threads stands in the current version, by its id.

    Those of a text that has become part of this one have no seat in it.
    """
    store = workspace.region(actor.region)
    view = store.view()
    given = list(threads)
    threads = [thread for thread in given if thread.subject == subject.about]
    known = stored_places(view, subject.about, subject.number)
    missing = [thread for thread in threads if thread.number < subject.number and thread.id not in known]
    if missing:
        made = work_out(view, subject, missing)
        with suppress(Unavailable, Conflict), store.transaction() as tx:
            keep(tx, subject.about, made)
        now = stored_places(store.view(), subject.about, subject.number)  # what others have kept meanwhile stands
        known = made.get(subject.number, {}) | dict(now)
    found = {t.id: known[t.id] if t.number < subject.number else first_place(t) for t in threads}
    return {t.id: found.get(t.id) or Place(how=REMOVED) for t in given}


def stored_places(view: View, about: str, number: int) -> Mapping[str, Place]:
    """The places that are kept for a version of a text, by the thread's id."""
    stored = view.get(Placements, placements_id(about, number))
    return stored.places if stored is not None else {}


def keep(tx: Transaction, about: str, made: Made) -> None:
    """Keep the places that were worked out. What is kept already stands, and what a person has confirmed with it."""
    for number, places in made.items():
        id = placements_id(about, number)
        stored = tx.get(Placements, id) or Placements(id=id, about=about, number=number)
        if places.keys() - stored.places.keys():
            tx.put(stored.changed(places=places | stored.places))


def first_place(thread: Thread) -> Place:
    """Where a thread was begun."""
    return Place(how=KEPT, page=thread.page, block=thread.block, start=thread.start, end=thread.end)


def work_out(view: View, subject: Subject, missing: list[Thread]) -> Made:
    """The places of these threads in every version since the one they are known in, by the version's number.

    That is the latest that keeps a place of theirs, or the one they were begun on.
    """
    digests = {number: subject.digest(number) for number in range(1, subject.number + 1)}
    since, now = _last_known(view, subject, missing)
    begun = min(since.values())
    text = subject.earlier(begun)
    made: Made = {}
    for number in range(begun + 1, subject.number + 1):
        now |= {thread.id: first_place(thread) for thread in missing if thread.number == number - 1}
        after = subject.text() if number == subject.number else subject.earlier(number)
        same = _same_before(digests, number)
        then = _of(_stood(view, subject.about, same, made, missing), now) if same else {}
        known = then | _of(stored_places(view, subject.about, number), now)
        left = {id: place for id, place in now.items() if id not in known}
        now = (_next(subject, text, after, left, missing) if left else {}) | known
        made[number] = {id: place for id, place in now.items() if since[id] < number}
        text = after if after is not None else text
    return made


def _last_known(view: View, subject: Subject, missing: list[Thread]) -> tuple[dict[str, int], dict[str, Place]]:
    """In which version each thread was last placed, and where all stood in the earliest of those."""
    since = {thread.id: thread.number for thread in missing}
    for number in range(subject.number - 1, min(since.values()), -1):
        known = stored_places(view, subject.about, number)
        since |= {id: number for id in known if since.get(id, number) < number}
    begun = min(since.values())
    return since, dict(_of(stored_places(view, subject.about, begun), since))


def _of(places: Mapping[str, Place], wanted: Iterable[str]) -> dict[str, Place]:
    return {id: places[id] for id in wanted if id in places}


def _next(
    subject: Subject, before: Text | None, after: Text | None, places: dict[str, Place], threads: list[Thread]
) -> dict[str, Place]:
    """The places in the next version."""
    if after is None:  # a version whose text is not kept: nothing is known of it, and it is passed over
        return places
    by_id = {thread.id: thread for thread in threads}
    if before is None:
        return {id: _back(subject, after, by_id[id], None) or Place(how=REMOVED) for id in places}
    difference = Difference(before, after)
    return {id: _moved_on(subject, difference, place, by_id[id]) for id, place in places.items()}


def _moved_on(subject: Subject, difference: Difference, place: Place, thread: Thread) -> Place:
    after = difference.after
    if place.how == REMOVED:
        return _back(subject, after, thread, difference.before) or _still_removed(difference, place)
    found = difference.place(Spot(place.page, place.block, place.start, place.end))
    if found.how == REMOVED:
        return _as_place(found, "")
    text = after.text_of(found.spot)
    if flat(text) != flat(thread.quote or thread.block_text):
        return _as_place(found._replace(how=CHANGED), text[:LONGEST_TEXT])
    how = MOVED if MOVED in (place.how, found.how) else KEPT
    return _as_place(found._replace(how=how), "")


def _as_place(found: Found, text: str) -> Place:
    spot, near = found.spot, found.suggested or Spot(0, 0)
    return Place(
        how=found.how,
        page=spot.page,
        block=spot.block,
        start=spot.start,
        end=spot.end,
        text=text,
        suggested_page=near.page,
        suggested_block=near.block,
        suggested_start=near.start,
        suggested_end=near.end,
    )


def _back(subject: Subject, after: Text, thread: Thread, before: Text | None) -> Place | None:
    """The place of a removed passage whose very paragraph has come back.

    It was not in the version before, and is in this one once; as it was once in the version it was begun on.
    """
    if len(thread.block_text) < _LEAST_BACK or (before is not None and _where(before, thread)):
        return None
    same = _where(after, thread)
    if len(same) != 1:
        return None
    first = subject.earlier(thread.number)
    if first is not None and len(_where(first, thread)) != 1:
        return None
    return Place(how=KEPT, page=same[0][0], block=same[0][1], start=thread.start, end=thread.end)


def _where(text: Text, thread: Thread) -> list[tuple[int, int]]:
    """Where the very paragraph of a thread stands."""
    return [where for where, block in text.blocks.items() if block.text == thread.block_text]


def _still_removed(difference: Difference, place: Place) -> Place:
    """Its seat follows the heading it is under; what was suggested is suggested no more where it can't be found."""
    seat = difference.place(Spot(place.page, place.block)).spot if place.block else difference.page_of(place.page)
    near = Spot(place.suggested_page, place.suggested_block, place.suggested_start, place.suggested_end)
    found = difference.place(near) if near.block else None
    suggested = found.spot if found is not None and found.how != REMOVED else None
    return _as_place(Found(REMOVED, Spot(seat.page, seat.block), suggested), "")


def _same_before(digests: dict[int, str], number: int) -> int:
    """The latest version before this one with the very same text; 0 for none."""
    same = [n for n, digest in digests.items() if n < number and digest and digest == digests[number]]
    return max(same, default=0)


def _stood(view: View, about: str, number: int, made: Made, threads: list[Thread]) -> dict[str, Place]:
    """Where threads stood in an earlier version; those that were gone in it may since have been found by a person."""
    known = {thread.id: first_place(thread) for thread in threads if thread.number == number}
    known |= dict(stored_places(view, about, number)) | made.get(number, {})
    return {id: place for id, place in known.items() if place.how != REMOVED}
