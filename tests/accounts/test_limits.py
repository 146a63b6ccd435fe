"""Limits on attempts: counted in the store before, taken back after success, forgotten in time."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from tests.conftest import START, Clock
from workspace.accounts import limits, service
from workspace.accounts.model import Attempts, Session
from workspace.errors import TooManyAttempts, Unavailable
from workspace.parts import Workspace


def kept(workspace: Workspace) -> list[Attempts]:
    return workspace.house.view().find(Attempts)


def test_the_sixth_attempt_within_a_minute_waits(workspace: Workspace, clock: Clock) -> None:
    for _ in range(5):
        limits.count(workspace, "kari", "10.0.0.1")
        clock.forward(seconds=1)
    clock.forward(seconds=25)
    with pytest.raises(TooManyAttempts) as refused:
        limits.count(workspace, "kari", "10.0.0.1")
    assert refused.value.retry_after == 30
    limits.count(workspace, "rolf", "10.0.0.1")
    limits.count(workspace, "kari", "10.0.0.2")
    clock.forward(seconds=31)
    limits.count(workspace, "kari", "10.0.0.1")


def test_a_success_is_no_attempt_and_leaves_nothing(workspace: Workspace) -> None:
    for _ in range(60):
        limits.count(workspace, "kari@example.no", "10.0.0.1")
        limits.take_back(workspace, "kari@example.no", "10.0.0.1")
    assert kept(workspace) == []


def test_a_success_takes_back_its_own_attempt_only(workspace: Workspace) -> None:
    for _ in range(5):
        limits.count(workspace, "kari", "10.0.0.1")
    limits.take_back(workspace, "kari", "10.0.0.1")
    limits.count(workspace, "kari", "10.0.0.1")
    with pytest.raises(TooManyAttempts):
        limits.count(workspace, "kari", "10.0.0.1")


def test_fifty_an_hour_from_one_address_whatever_the_account(workspace: Workspace) -> None:
    for number in range(50):
        limits.count(workspace, f"{number}@example.no", "10.0.0.1")
    with pytest.raises(TooManyAttempts) as refused:
        limits.count(workspace, "another@example.no", "10.0.0.1")
    assert refused.value.retry_after == 3600
    limits.count(workspace, "another@example.no", "10.0.0.2")


def test_another_process_counts_on(workspace: Workspace) -> None:
    """What is counted is in the store: a second process with the same store and secret goes on from there."""
    other = Workspace(workspace.config, workspace.stores, workspace.indexes, workspace.now, workspace.new_id)
    for parts in (workspace, other, workspace, other, workspace):
        limits.count(parts, "kari", "10.0.0.1")
    for parts in (workspace, other):
        with pytest.raises(TooManyAttempts):
            limits.count(parts, "kari", "10.0.0.1")


def test_many_at_once_do_not_slip_through(workspace: Workspace) -> None:
    outcomes: list[str] = []

    def attempt() -> None:
        try:
            limits.count(workspace, "kari", "10.0.0.1")
            outcomes.append("tried")
        except TooManyAttempts:
            outcomes.append("refused")

    threads = [threading.Thread(target=attempt) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused"] * 15 + ["tried"] * 5


def test_a_refused_attempt_writes_nothing(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        limits.count(workspace, "kari", "10.0.0.1")
    before = kept(workspace)

    def write() -> None:
        raise AssertionError("a transaction was begun")

    monkeypatch.setattr(type(workspace.house), "transaction", lambda store: write())
    with pytest.raises(TooManyAttempts):
        limits.count(workspace, "kari", "10.0.0.1")
    assert kept(workspace) == before


def test_what_is_old_is_removed(workspace: Workspace, clock: Clock) -> None:
    for number in range(30):
        limits.count(workspace, f"{number}@example.no", f"10.0.0.{number}")
    assert len(kept(workspace)) == 60
    clock.forward(hours=2)
    for _ in range(3):
        limits.count(workspace, "later@example.no", "10.0.1.1")
    assert len(kept(workspace)) == 2


def test_nothing_personal_is_kept(workspace: Workspace) -> None:
    limits.count(workspace, "kari@example.no", "10.0.0.1")
    for attempts in kept(workspace):
        assert set(attempts.__struct_fields__) == {"id", "version", "made", "last"}
        assert len(attempts.id) == 64 and "kari" not in attempts.id and "10.0.0.1" not in attempts.id
    other = Workspace(
        config=type(workspace.config)(instance=workspace.config.instance, secret_key="another secret"),
        stores=workspace.stores,
        indexes=workspace.indexes,
        now=workspace.now,
    )
    ids = {attempts.id for attempts in kept(workspace)}
    limits.count(other, "kari@example.no", "10.0.0.1")
    assert len({attempts.id for attempts in kept(workspace)} - ids) == 2, "not guessed from the address alone"


@pytest.mark.parametrize("hours", [-1, -24, 400 * 24])
def test_a_clock_that_jumps_locks_nobody_out_for_long(workspace: Workspace, clock: Clock, hours: int) -> None:
    for number in range(50):
        limits.count(workspace, f"{number}@example.no", "10.0.0.1")
    clock.moment = START + timedelta(hours=hours)
    limits.count(workspace, "kari@example.no", "10.0.0.1")
    clock.moment = START + timedelta(minutes=-30)
    with pytest.raises(TooManyAttempts) as refused:
        for number in range(51):
            limits.count(workspace, f"{number}@example.no", "10.0.0.1")
    assert refused.value.retry_after <= 3600


def test_where_nothing_can_be_written_nothing_is_tried(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in unlimited nor locked out: 503 while it lasts, and as before afterwards."""
    from tests.conftest import seed

    seed(workspace)
    service.choose_password(workspace, "kari", "torsk rogn lever kål")
    looked_at: list[str] = []
    monkeypatch.setattr("workspace.accounts.passwords.matches", lambda *found: looked_at.append("password") or True)
    with monkeypatch.context() as full:

        def refuse(_store: object) -> None:
            raise Unavailable()

        full.setattr(type(workspace.house), "transaction", refuse)
        for _ in range(20):
            with pytest.raises(Unavailable):
                service.sign_in(workspace, "kari@example.no", "torsk rogn lever kål", "10.0.0.1")
    assert looked_at == []
    assert service.sign_in(workspace, "kari@example.no", "torsk rogn lever kål", "10.0.0.1")
    assert len(workspace.house.view().find(Session)) == 1
