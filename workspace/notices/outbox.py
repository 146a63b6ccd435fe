"""What of people's notices does not go out by itself: all of it where no mail server is set, and what did not arrive.

For those who lead: they copy a text, send it from their own mail, and say so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from workspace import access
from workspace.access import Action, Actor
from workspace.accounts.model import Person
from workspace.errors import NotFound
from workspace.mail import Letter, code_of, hashed, is_on
from workspace.notices import digest, mailing
from workspace.notices.delivery import BY_HAND, Delivery
from workspace.notices.model import REFUSED, SENDING, SENT, WAITING, Notice
from workspace.notices.writing import letter_of
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.store.port import View

UNSURE_AFTER = timedelta(minutes=10)  # that a letter was handed to the mail server, and no answer came


class Item(NamedTuple):
    """A letter to copy: the id of its delivery, or of the person where there is none yet."""

    id: str
    name: str
    letter: Letter


class Outbox(NamedTuple):
    """What there is to do by hand."""

    mail_is_on: bool
    to_copy: tuple[Item, ...]  # where no mail server is set
    unsure: tuple[Item, ...]  # may have gone out: the server stopped in the middle
    refused: tuple[Item, ...]


def read(workspace: Workspace, actor: Actor) -> Outbox:
    """What there is to do by hand now. Raises Forbidden."""
    access.require(actor, Action.SEND_NOTICES)
    slug = actor.region or ""
    view = workspace.region(slug).view()
    long_ago = workspace.now() - UNSURE_AFTER
    unsure = [one for one in view.find(Delivery, {"state": SENDING}, order="moved") if one.moved <= long_ago]
    refused = view.find(Delivery, {"state": REFUSED}, order="moved")
    return Outbox(
        is_on(workspace.config),
        () if is_on(workspace.config) else tuple(_waiting(workspace, slug, view)),
        tuple(_written(workspace, slug, view, unsure)),
        tuple(_written(workspace, slug, view, refused)),
    )


def _waiting(workspace: Workspace, slug: str, view: View) -> Iterable[Item]:
    for person, notices in mailing.waiting(view).items():
        made = _by_hand(workspace, slug, view, person, notices)
        if made is not None:
            yield from _written(workspace, slug, view, [made], id=person)


def _by_hand(workspace: Workspace, slug: str, view: View, person: str, notices: Iterable[Notice]) -> Delivery | None:
    """The mark of a letter with all that somebody is to be told, not kept yet; None where that is nothing."""
    now = workspace.now()
    due = digest.due(view, person, notices, now, by_hand=True)
    if not due.notices:
        return None
    id = f"{person}:{BY_HAND}:{due.notices[0].seq:012d}"
    return Delivery(
        id=id, person=person, kind=BY_HAND, notices=tuple(notice.id for notice in due.notices), made=now, moved=now,
        code=hashed(code_of(workspace.config.secret_key, slug, id)),
    )  # fmt: skip


def _written(
    workspace: Workspace, slug: str, view: View, deliveries: Iterable[Delivery], id: str = ""
) -> Iterable[Item]:
    """Each letter as it would be now. One that has nothing to tell any more, or nobody to tell, is left out."""
    for delivery in deliveries:
        member = mailing.member(workspace, slug, delivery.person)
        person = workspace.house.view().get(Person, delivery.person)
        notices = [notice for one in delivery.notices if (notice := view.get(Notice, one)) is not None]
        news = mailing.news_of(view, member, notices) if member is not None else ()
        if person is not None and news:
            yield Item(id or delivery.id, person.name, letter_of(workspace, slug, delivery, person, news))


def sent_by_hand(workspace: Workspace, actor: Actor, person: str, *, once: Once | None = None) -> Delivery:
    """Say that somebody was sent what waits for them. Raises Forbidden, NotFound where nothing does."""
    access.require(actor, Action.SEND_NOTICES)
    slug = actor.region or ""
    with workspace.region(slug).transaction() as tx:
        earlier = came_of(tx, actor, once, Delivery)
        if earlier is not None:
            return earlier
        waiting = tx.find(Notice, {"person": person, "mail": WAITING}, order="seq")
        made = _by_hand(workspace, slug, tx, person, waiting)
        if made is None:
            raise NotFound()
        now = workspace.now()
        for notice in waiting:
            if notice.id in made.notices:
                tx.put(notice.mailed(SENDING, now).mailed(SENT, now))
        kept = tx.put(made.move(SENT, now, actor.by))
        tx.log("deliveries.sent", kept, at=now, by=actor.by)
        remember(tx, actor, once, kept, now)
        return kept


def settle(workspace: Workspace, actor: Actor, id: str, to: str, *, once: Once | None = None) -> Delivery:
    """Say of a letter that it is sent, or that it shall be tried again. Raises Forbidden, NotFound, Conflict."""
    access.require(actor, Action.SEND_NOTICES)
    with workspace.region(actor.region).transaction() as tx:
        earlier = came_of(tx, actor, once, Delivery)
        if earlier is not None:
            return earlier
        stored = tx.get(Delivery, id)
        if stored is None:
            raise NotFound()
        kept = mailing.settle(tx, stored, to, workspace, actor.region or "", actor.by)
        remember(tx, actor, once, kept, workspace.now())
        return kept
