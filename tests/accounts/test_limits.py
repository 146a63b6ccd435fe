"""Limits on attempts: counted before, taken back after success, forgotten in time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conftest import START
from workspace.accounts.limits import Attempts, SignInLimits
from workspace.errors import TooManyAttempts


def test_the_sixth_attempt_within_a_minute_waits() -> None:
    attempts = Attempts(5, timedelta(minutes=1))
    for second in range(5):
        attempts.count("kari", START + timedelta(seconds=second))
    with pytest.raises(TooManyAttempts) as refused:
        attempts.count("kari", START + timedelta(seconds=30))
    assert 0 < refused.value.retry_after <= 31
    attempts.count("rolf", START + timedelta(seconds=30))
    attempts.count("kari", START + timedelta(seconds=61))


def test_a_success_is_no_attempt() -> None:
    limits = SignInLimits()
    for _ in range(200):
        limits.count("kari@example.no", "10.0.0.1", START)
        limits.succeeded("kari@example.no", "10.0.0.1")


def test_fifty_an_hour_from_one_address_whatever_the_account() -> None:
    limits = SignInLimits()
    for number in range(50):
        limits.count(f"{number}@example.no", "10.0.0.1", START)
    with pytest.raises(TooManyAttempts):
        limits.count("another@example.no", "10.0.0.1", START)
    limits.count("another@example.no", "10.0.0.2", START)


def test_what_is_old_is_forgotten() -> None:
    attempts = Attempts(5, timedelta(minutes=1))
    for number in range(10_001):
        attempts.count(str(number), START)
    attempts.count("later", START + timedelta(hours=1))
    assert len(attempts._made) == 1
