"""Limits on attempts: how often something may be tried from somewhere within a span of time."""

from __future__ import annotations

import math
import threading
from collections import deque
from datetime import datetime, timedelta

from workspace.errors import TooManyAttempts


class Attempts:
    """Counts attempts by key in this process, and refuses those above the limit."""

    def __init__(self, most: int, within: timedelta) -> None:
        self.most = most
        self.within = within
        self._made: dict[str, deque[datetime]] = {}
        self._lock = threading.Lock()

    def count(self, key: str, now: datetime) -> None:
        """Count one attempt. Raises TooManyAttempts, with the seconds to wait, when there were too many."""
        with self._lock:
            made = self._made.setdefault(key, deque())
            while made and made[0] <= now - self.within:
                made.popleft()
            if len(made) >= self.most:
                raise TooManyAttempts(math.ceil((made[0] + self.within - now).total_seconds()))
            made.append(now)
            if len(self._made) > 10_000:
                self._forget_old(now)

    def take_back(self, key: str) -> None:
        """Forget the newest attempt: it was no failure."""
        with self._lock:
            made = self._made.get(key)
            if made:
                made.pop()

    def _forget_old(self, now: datetime) -> None:
        old = [key for key, made in self._made.items() if not made or made[-1] <= now - self.within]
        for key in old:
            del self._made[key]


class SignInLimits:
    """Five failures a minute for an account from one address, fifty an hour from one address (ASVS 6.3.1).

    An attempt is counted before the password is looked at, so that many at once can't slip through, and taken back
    when it succeeds: a whole town hall may sign in through one address.
    An account is not locked for everybody: its owner can still sign in from elsewhere.
    """

    def __init__(self) -> None:
        self._account = Attempts(5, timedelta(minutes=1))
        self._address = Attempts(50, timedelta(hours=1))

    def count(self, email: str, address: str, now: datetime) -> None:
        """Count one attempt to sign in. Raises TooManyAttempts."""
        self._account.count(f"{address} {email}", now)
        self._address.count(address, now)

    def succeeded(self, email: str, address: str) -> None:
        """The attempt counted last was the right person."""
        self._account.take_back(f"{address} {email}")
        self._address.take_back(address)
