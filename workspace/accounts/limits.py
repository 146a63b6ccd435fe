"""Limits on attempts: how often something may be tried from somewhere within a span of time (ASVS 6.3.1).

Counted in the house's store, so that all processes that serve an installation count together. Where the store takes no
writes nothing is tried, and the answer is 503: nobody gets in unlimited, nobody is counted as locked out, and signing
in has to write a session anyway.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from datetime import datetime, timedelta
from typing import NamedTuple

from workspace.accounts.model import Attempts
from workspace.errors import TooManyAttempts
from workspace.parts import Workspace
from workspace.store.port import Transaction, View

SWEPT = 20  # old counts removed at each attempt, which adds two at most


class Limit(NamedTuple):
    """So many attempts within so long."""

    most: int
    within: timedelta


ACCOUNT = Limit(5, timedelta(minutes=1))  # for an account from one address: its owner can still come from elsewhere
ADDRESS = Limit(50, timedelta(hours=1))  # from one address, whatever the account
CODES = Limit(60, timedelta(hours=1))  # wrong meeting codes from one address, which a whole hall may share
HEARINGS = Limit(40, timedelta(hours=1))  # answers to hearings from one address, which a whole town hall may share


def count(workspace: Workspace, account: str, address: str) -> None:
    """Count one attempt on an account from an address. Raises TooManyAttempts, with the seconds to wait.

    To be called before the password is looked at, so that many at once can't slip through. Raises Unavailable when the
    store takes no writes. A refused attempt writes nothing.
    """
    _count(workspace, _counted(workspace, account, address))


def count_wrong_code(workspace: Workspace, address: str) -> None:
    """Count a meeting code that was wrong. Raises TooManyAttempts, Unavailable as `count` does."""
    _count(workspace, _codes(workspace, address))


def check_codes(workspace: Workspace, address: str) -> None:
    """Raise TooManyAttempts when too many wrong meeting codes came from an address. Writes nothing."""
    _check(workspace.house.view(), _codes(workspace, address), workspace.now())


def count_hearing_answer(workspace: Workspace, address: str) -> None:
    """Count an answer to a hearing without an account. Raises TooManyAttempts, Unavailable as `count` does."""
    _count(workspace, _hearings(workspace, address))


def check_hearing_answers(workspace: Workspace, address: str) -> None:
    """Raise TooManyAttempts when too many answers to hearings came from an address. Writes nothing."""
    _check(workspace.house.view(), _hearings(workspace, address), workspace.now())


def count_wrong_receipt(workspace: Workspace, address: str) -> None:
    """Count a receipt's code that was wrong. Raises TooManyAttempts, Unavailable as `count` does."""
    _count(workspace, _receipts(workspace, address))


def check_receipts(workspace: Workspace, address: str) -> None:
    """Raise TooManyAttempts when too many wrong codes of receipts came from an address. Writes nothing."""
    _check(workspace.house.view(), _receipts(workspace, address), workspace.now())


def _count(workspace: Workspace, counted: dict[str, Limit]) -> None:
    now = workspace.now()
    _check(workspace.house.view(), counted, now)  # a flood is turned away here, without taking the writers' lock
    with workspace.house.transaction() as tx:
        _check(tx, counted, now)
        for id, limit in counted.items():
            stored = tx.get(Attempts, id)
            made = (*(_recent(stored, limit, now)), now)
            tx.put(Attempts(id=id, version=stored.version if stored else 0, made=made, last=now))
        _sweep(tx, now)


def take_back(workspace: Workspace, account: str, address: str) -> None:
    """Forget the newest attempt: it was no failure. A whole town hall may sign in through one address."""
    with workspace.house.transaction() as tx:
        for id in _counted(workspace, account, address):
            stored = tx.get(Attempts, id)
            if stored is not None and len(stored.made) > 1:
                tx.put(stored.changed(made=stored.made[:-1], last=stored.made[-2]))
            elif stored is not None:
                tx.remove(stored)


def _counted(workspace: Workspace, account: str, address: str) -> dict[str, Limit]:
    """What an attempt counts towards. Keyed with the installation's secret: an address is too short to be hashed
    alone."""

    return {_keyed(workspace, address, account): ACCOUNT, _keyed(workspace, address): ADDRESS}


def _codes(workspace: Workspace, address: str) -> dict[str, Limit]:
    return {_keyed(workspace, address, "", "meeting codes"): CODES}


def _hearings(workspace: Workspace, address: str) -> dict[str, Limit]:
    return {_keyed(workspace, address, "", "hearing answers"): HEARINGS}


def _receipts(workspace: Workspace, address: str) -> dict[str, Limit]:
    return {_keyed(workspace, address, "", "hearing receipts"): CODES}


def _keyed(workspace: Workspace, *parts: str) -> str:
    secret = workspace.config.secret_key.encode()
    return hmac.new(secret, "\0".join(("attempts", *parts)).encode(), hashlib.sha256).hexdigest()


def _check(view: View, counted: dict[str, Limit], now: datetime) -> None:
    for id, limit in counted.items():
        made = _recent(view.get(Attempts, id), limit, now)
        if len(made) >= limit.most:
            wait = min(made[0] + limit.within - now, limit.within)
            raise TooManyAttempts(max(1, math.ceil(wait.total_seconds())))


def _recent(stored: Attempts | None, limit: Limit, now: datetime) -> tuple[datetime, ...]:
    """The attempts that count. After a clock was set back, those that are further ahead than the limit reaches are
    dropped, so that nobody waits longer than anybody would."""
    made = stored.made if stored is not None else ()
    return tuple(at for at in made if abs(now - at) < limit.within)[-limit.most :]


def _sweep(tx: Transaction, now: datetime) -> None:
    for old in tx.find(Attempts, order="last", limit=SWEPT):
        if old.last > now - ADDRESS.within:
            break
        tx.remove(old)
