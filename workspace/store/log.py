"""The append-only log of a store: events chained by hash, so that a change afterwards shows."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

from workspace.store.port import Event


class Link(Protocol):
    """What a new event is chained to: the number and hash of the one before."""

    @property
    def seq(self) -> int: ...

    @property
    def hash(self) -> str: ...


def chained(last: Link | None, *, at: datetime, action: str, table: str, record: str, payload: dict[str, Any]) -> Event:
    """The event that follows `last` (None for the first).

    The chain is made over the hash of the salted payload, so that personal data in it can be erased later without
    breaking the chain, and without anybody guessing what it was.
    """
    seq = last.seq + 1 if last else 1
    previous = last.hash if last else ""
    salt = secrets.token_hex(16)
    payload_hash = _payload_hash(salt, payload)
    return Event(
        seq=seq,
        at=at,
        action=action,
        table=table,
        record=record,
        payload=payload,
        salt=salt,
        payload_hash=payload_hash,
        previous=previous,
        hash=_event_hash(seq, at, action, table, record, payload_hash, previous),
    )


def broken_at(events: Iterable[Event]) -> int | None:
    """The seq of the first event that does not fit its chain, or None when all do."""
    previous = ""
    for seq, event in enumerate(events, start=1):
        fits = event.seq == seq and event.previous == previous
        whole = event.payload is None or event.payload_hash == _payload_hash(event.salt, event.payload)
        expected = _event_hash(
            event.seq, event.at, event.action, event.table, event.record, event.payload_hash, event.previous
        )
        if not (fits and whole and event.hash == expected):
            return seq
        previous = event.hash
    return None


def _payload_hash(salt: str, payload: dict[str, Any]) -> str:
    return hashlib.sha256((salt + json.dumps(payload, sort_keys=True)).encode()).hexdigest()


def _event_hash(seq: int, at: datetime, *rest: str) -> str:
    return hashlib.sha256(json.dumps([seq, at.isoformat(), *rest]).encode()).hexdigest()
