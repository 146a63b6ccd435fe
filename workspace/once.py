"""A request that is done once, however often it is sent.

A client that never got its answer sends the same request again with the same key, and is answered with what came of it
the first time. What came of it is kept in a receipt, in the same transaction as the act itself: there is no moment at
which the one is durable and the other is not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import IO, ClassVar, NamedTuple, TypeVar

from workspace.access import Actor
from workspace.errors import Invalid, NotFound, _
from workspace.record import By, Record
from workspace.store.port import Store, Transaction, View

LASTS = timedelta(days=3)
AT_ONCE = 500  # receipts removed in one transaction
USED = _("Skjemaet er alt sendt med et annet innhold. Det er lagret. Send en gang til for å sende dette også.")
_CHUNK = 1024 * 1024

R = TypeVar("R", bound=Record)


class Once(NamedTuple):
    """A request as it is known again: the key its sender gave it, and the digest of what was sent."""

    key: str
    digest: str


class Receipt(Record, frozen=True, kw_only=True):
    """What came of a request. The id is the hash of the person and the key: nobody meets another's key."""

    table: ClassVar[str] = "receipts"
    indexes: ClassVar[tuple[By, ...]] = (By(order="at"),)

    digest: str  # of what was sent, with the key among it: it can't be guessed back to a short answer
    kind: str  # the table of what came of it
    record: str  # its id
    at: datetime


def digest_of(
    key: str, path: str, fields: Iterable[tuple[str, str]], files: Iterable[tuple[str, str, IO[bytes]]] = ()
) -> str:
    """The digest of what was sent to a path: fields in any order, and files (field, name, content) as they came.

    Files are read, and left at their beginning.
    """
    made = hashlib.sha256(json.dumps([key, path, sorted(fields)]).encode())
    for field, name, content in files:
        inside = hashlib.sha256()
        while chunk := content.read(_CHUNK):
            inside.update(chunk)
        content.seek(0)
        made.update(json.dumps([field, name, inside.hexdigest()]).encode())
    return made.hexdigest()


def came_of(view: View, actor: Actor, once: Once | None, kind: type[R]) -> R | None:
    """What came of this request when it was sent before; None when it was not, or has no key.

    To be asked in the transaction of the act, before anything else is. Raises Invalid (field `key`) when the key was
    used for something else, NotFound when what came of it is gone.
    """
    receipt = view.get(Receipt, _receipt_id(actor, once)) if once is not None else None
    if once is None or receipt is None:
        return None
    if (receipt.digest, receipt.kind) != (once.digest, kind.table):
        raise Invalid({"key": USED})
    found = view.get(kind, receipt.record)
    if found is None:
        raise NotFound()
    return found


def was_sent(view: View, actor: Actor, once: Once | None) -> bool:
    """Whether a request with this key was done before, whatever was in it and has become of it since."""
    return once is not None and view.get(Receipt, _receipt_id(actor, once)) is not None


def remember(tx: Transaction, actor: Actor, once: Once | None, record: Record, at: datetime) -> None:
    """Keep what came of this request, in the transaction of the act itself. Does nothing for one without a key."""
    if once is None:
        return
    id = _receipt_id(actor, once)
    earlier = tx.get(Receipt, id)
    version = earlier.version if earlier is not None else 0
    tx.put(Receipt(id=id, version=version, digest=once.digest, kind=record.table, record=record.id, at=at))


def sweep(store: Store, now: datetime) -> int:
    """Remove receipts that nobody will ask for any more, and answer how many. For a job that runs each night."""
    removed = 0
    while _old(store.view(), now):
        with store.transaction() as tx:
            old = _old(tx, now)
            for receipt in old:
                tx.remove(receipt)
        removed += len(old)
    return removed


def _old(view: View, now: datetime) -> list[Receipt]:
    return [receipt for receipt in view.find(Receipt, order="at", limit=AT_ONCE) if receipt.at <= now - LASTS]


def _receipt_id(actor: Actor, once: Once) -> str:
    return hashlib.sha256(f"{actor.by}\0{once.key}".encode()).hexdigest()
