"""Sending people's notices by mail: the mark first, durably, then the letter, then what came of it.

A crash between any two of these leaves a letter as "sending". It may have gone out, so it is shown to the facilitator
and not sent again by itself.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from workspace import access, mail
from workspace.access import Actor
from workspace.accounts.model import Person
from workspace.mail import Letter, MailUnavailable, Sent, code_of, hashed, is_on
from workspace.notices import digest, inbox
from workspace.notices.delivery import Delivery
from workspace.notices.digest import Due
from workspace.notices.model import DROPPED, REFUSED, SENDING, SENT, WAITING, Notice
from workspace.notices.writing import letter_of
from workspace.parts import Workspace
from workspace.regions import service as regions
from workspace.rounds.posting import A_WHILE, MOST_TRIES
from workspace.store.port import Transaction, View

logger = logging.getLogger(__name__)


class Begun(NamedTuple):
    """A letter that is marked as being sent."""

    id: str  # of its delivery
    letter: Letter


def send(workspace: Workspace, slug: str) -> int:
    """Send a region's letters of notices that are due, and answer how many were taken. A server that is down is tried
    next time; what was not taken, less and less often."""
    if not is_on(workspace.config):
        return 0
    view = workspace.region(slug).view()
    put_off = view.find(Delivery, {"state": WAITING}, order="moved")
    held = {delivery.person for delivery in put_off}
    again = [delivery for delivery in put_off if _is_time(workspace, delivery)]
    people = [person for person in _with_something_due(workspace, view) if person not in held]
    if not (again or people):
        return 0
    until, taken = time.monotonic() + A_WHILE, 0
    try:
        with mail.conversation(workspace.config) as post:
            for delivery in again:
                if time.monotonic() < until:
                    taken += _send(workspace, slug, _begun_again(workspace, slug, delivery.id), post)
            for person in people:
                if time.monotonic() < until:
                    taken += _send(workspace, slug, _begun(workspace, slug, person), post)
    except MailUnavailable as error:
        logger.warning("mail waits: %s", error)
    return taken


def waiting(view: View) -> Mapping[str, list[Notice]]:
    """The notices that wait to be sent, by person, the oldest first."""
    found: dict[str, list[Notice]] = defaultdict(list)
    for notice in view.find(Notice, {"mail": WAITING}, order="seq"):
        found[notice.person].append(notice)
    return found


def _with_something_due(workspace: Workspace, view: View) -> list[str]:
    """Those to whom a letter is due, or whose notices are to be dropped."""
    now, found = workspace.now(), []
    for person, notices in waiting(view).items():
        due = digest.due(view, person, notices, now)
        if due.kind or due.drop:
            found.append(person)
    return found


def _is_time(workspace: Workspace, delivery: Delivery) -> bool:
    return (workspace.now() - delivery.moved).total_seconds() >= 60 * delivery.tried


def _send(workspace: Workspace, slug: str, begun: Begun | None, post: mail.Post) -> bool:
    if begun is None:
        return False
    try:
        came = post(begun.letter)
    except MailUnavailable:
        _ended(workspace, slug, begun.id, Sent.NOT_TAKEN)
        raise
    _ended(workspace, slug, begun.id, came)
    return came is Sent.TAKEN


def _begun(workspace: Workspace, slug: str, person: str) -> Begun | None:
    """Mark what is due to somebody as being sent, durably, and write the letter. None where another process was faster,
    or where there is nothing to tell any more; what is not to be sent is dropped."""
    now = workspace.now()
    with workspace.region(slug).transaction() as tx:
        due = digest.due(tx, person, tx.find(Notice, {"person": person, "mail": WAITING}, order="seq"), now)
        for notice in due.drop:
            tx.put(notice.mailed(DROPPED, now))
        if not due.kind:
            return None
        actor = member(workspace, slug, person)
        news = news_of(tx, actor, due.notices) if actor is not None else ()
        for notice in due.notices:
            tx.put(notice.mailed(SENDING if news else DROPPED, now))
        return _marked(workspace, slug, tx, _made(workspace, slug, person, due), news) if news else None


def _made(workspace: Workspace, slug: str, person: str, due: Due) -> Delivery:
    """The mark of a letter, not kept yet."""
    now = workspace.now()
    threads = {notice.thread for notice in due.notices}
    return Delivery(
        id=due.id, person=person, kind=due.kind, notices=tuple(notice.id for notice in due.notices),
        thread=threads.pop() if len(threads) == 1 else "", state=SENDING, tried=1, made=now, moved=now,
        code=hashed(code_of(workspace.config.secret_key, slug, due.id)),
    )  # fmt: skip


def _begun_again(workspace: Workspace, slug: str, id: str) -> Begun | None:
    """The same for a letter that was not taken. None where it is not waiting any more."""
    now = workspace.now()
    with workspace.region(slug).transaction() as tx:
        stored = tx.get(Delivery, id)
        if stored is None or stored.state != WAITING:
            return None
        notices = [notice for notice in (tx.get(Notice, one) for one in stored.notices) if notice is not None]
        actor = member(workspace, slug, stored.person)
        news = news_of(tx, actor, notices) if actor is not None else ()
        if not news:
            settle(tx, stored, DROPPED, workspace, slug)
            return None
        return _marked(workspace, slug, tx, stored.move(SENDING, now), news)


def _marked(
    workspace: Workspace, slug: str, tx: Transaction, delivery: Delivery, news: tuple[inbox.News, ...]
) -> Begun | None:
    kept = tx.put(delivery)
    tx.log("deliveries.sending", kept, at=kept.moved, by=access.operator(slug).by)
    person = workspace.house.view().get(Person, delivery.person)
    return Begun(kept.id, letter_of(workspace, slug, kept, person, news)) if person is not None else None


def _ended(workspace: Workspace, slug: str, id: str, came: Sent) -> None:
    """Keep what came of a letter. Where nobody knows, the mark stays as it is."""
    if came is Sent.UNKNOWN:
        return
    with workspace.region(slug).transaction() as tx:
        stored = tx.get(Delivery, id)
        if stored is None or stored.state != SENDING:
            return
        to = {Sent.TAKEN: SENT, Sent.REFUSED: REFUSED, Sent.NOT_TAKEN: WAITING}[came]
        settle(tx, stored, REFUSED if to == WAITING and stored.tried >= MOST_TRIES else to, workspace, slug)


def settle(tx: Transaction, delivery: Delivery, to: str, workspace: Workspace, slug: str, by: str = "") -> Delivery:
    """Put a letter in another state, and its notices with it; those that wait for a letter stay in it."""
    now = workspace.now()
    kept = tx.put(delivery.move(to, now, by))
    tx.log(f"deliveries.{to}", kept, at=now, by=by or access.operator(slug).by)
    theirs = SENDING if to == WAITING else to
    for notice in (tx.get(Notice, id) for id in delivery.notices):
        if notice is not None and notice.mail != theirs:
            tx.put(notice.mailed(theirs, now))
    return kept


# -- Reading --


def member(workspace: Workspace, slug: str, id: str) -> Actor | None:
    """A person as a member of the region now; None for somebody who is not, or may not sign in."""
    person = workspace.house.view().get(Person, id)
    if person is None or person.disabled:
        return None
    actor = regions.actor_in(workspace, person, slug)
    return actor if actor.region is not None and not actor.ended else None


def news_of(view: View, actor: Actor, notices: Iterable[Notice]) -> tuple[inbox.News, ...]:
    """What notices have to say to somebody now, those that are alike together; the newest first."""
    newest_first = sorted(notices, key=lambda notice: notice.seq, reverse=True)
    found = (inbox.news_of(view, actor, notice) for notice in newest_first)
    return inbox.together(news for news in found if news is not None)
