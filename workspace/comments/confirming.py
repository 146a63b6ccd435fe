"""What people say of where a thread belongs: a suggestion is right or not, or the passage is here.

Only what the difference between two versions tells is known; a likeness is a suggestion, and a person decides. Those
who opened the thread may, and those who prepare the documents.
"""

from __future__ import annotations

from collections.abc import Callable

from workspace import access
from workspace.access import Action, Actor
from workspace.comments import placing
from workspace.comments import service as comments
from workspace.comments import subject as subjects
from workspace.comments.anchoring import REMOVED, Spot, Text
from workspace.comments.model import LONGEST_QUOTE, Thread, passage
from workspace.comments.passages import flat
from workspace.comments.placement import CONFIRMED, Place, Placements, placements_id
from workspace.comments.subject import Subject
from workspace.errors import Conflict, Invalid, _
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace


def confirm(workspace: Workspace, actor: Actor, thread_id: str, number: int, *, once: Once | None = None) -> Thread:
    """Say that a removed passage is where it is suggested to be, in the version that was read.

    Raises NotFound, Forbidden; Conflict when there is a newer version, or no such suggestion any more.
    """
    return _placed(workspace, actor, thread_id, number, "placements.confirmed", _suggested, once)


def decline(workspace: Workspace, actor: Actor, thread_id: str, number: int, *, once: Once | None = None) -> Thread:
    """Say that it is not: nothing is suggested any more. Raises NotFound, Forbidden, Conflict."""
    return _placed(workspace, actor, thread_id, number, "placements.declined", _unsuggested, once)


def tie(
    workspace: Workspace, actor: Actor, thread_id: str, number: int, quote: str, *, once: Once | None = None
) -> Thread:
    """Tie a thread whose passage is removed to words of the text, which must stand there once.

    Raises NotFound, Forbidden, Invalid; Conflict when there is a newer version, or the thread is tied already.
    """

    def here(subject: Subject, thread: Thread, place: Place) -> Place:
        return _at(subject.text(), _found(subject.text(), quote[:LONGEST_QUOTE]), thread)

    return _placed(workspace, actor, thread_id, number, "placements.confirmed", here, once)


def _suggested(subject: Subject, thread: Thread, place: Place) -> Place:
    if not place.suggested_block:
        raise Conflict(_("Forslaget gjelder ikke lenger. Se på tråden på nytt."), current=thread)
    spot = Spot(place.suggested_page, place.suggested_block, place.suggested_start, place.suggested_end)
    return _at(subject.text(), spot, thread)


def _unsuggested(subject: Subject, thread: Thread, place: Place) -> Place:
    return Place(how=REMOVED, page=place.page, block=place.block)


def _at(text: Text, spot: Spot, thread: Thread) -> Place:
    words = text.text_of(spot)
    is_same = flat(words) == flat(thread.quote or thread.block_text)
    return Place(
        how=CONFIRMED,
        page=spot.page,
        block=spot.block,
        start=spot.start,
        end=spot.end,
        text="" if is_same else words[: placing.LONGEST_TEXT],
    )


def _found(text: Text, quote: str) -> Spot:
    """Where words stand in a text. Raises Invalid when they are not there, or more than once."""
    if not quote.strip():
        raise Invalid({"quote": _("Lim inn ordene som kommentaren gjelder.")})
    found: list[Spot] = []
    for (page, number), block in text.blocks.items():
        start = 0
        while start < len(block.text):
            try:
                at, end = passage(block.text[start:], quote)
            except Invalid:
                break
            found.append(Spot(page, number, start + at, start + end))
            start += at + 1
    if not found:
        raise Invalid({"quote": _("Ordene finnes ikke i teksten. Kopier dem derfra.")})
    if len(found) > 1:
        raise Invalid({"quote": _("Ordene står flere steder i teksten. Ta med noen flere.")})
    return found[0]


def _placed(
    workspace: Workspace,
    actor: Actor,
    thread_id: str,
    number: int,
    action: str,
    says: Callable[[Subject, Thread, Place], Place],
    once: Once | None,
) -> Thread:
    thread = comments.get(workspace, actor, thread_id)
    access.require(actor, Action.PLACE_THREAD, thread)
    store = workspace.region(actor.region)
    placing.places(workspace, actor, subjects.find(workspace, actor, thread.subject), [thread])
    with store.transaction() as tx:
        earlier = came_of(tx, actor, once, Thread)
        if earlier is not None:
            return earlier
        subject = subjects.find(workspace, actor, thread.subject, tx)
        id = placements_id(subject.about, subject.number)
        stored = tx.get(Placements, id) or Placements(id=id, about=subject.about, number=subject.number)
        place = stored.places.get(thread.id)
        if subject.number != number or place is None or place.how != REMOVED:
            raise Conflict(_("Teksten eller tråden er endret siden du åpnet siden. Se på den på nytt."), current=thread)
        now = workspace.now()
        said = says(subject, thread, place).signed(actor, now)
        kept = tx.put(stored.changed(places=stored.places | {thread.id: said}))
        tx.log(action, kept, at=now, by=actor.by, thread=thread.id, **comments.named(thread))
        remember(tx, actor, once, thread, now)
        return thread
