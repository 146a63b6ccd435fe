"""Ids: in order of time, and never the same twice."""

from __future__ import annotations

from workspace.parts import new_id


def test_ids_are_unique_and_safe_in_addresses() -> None:
    ids = {new_id() for _ in range(10_000)}
    assert len(ids) == 10_000
    assert all(len(id) == 26 and id.isalnum() and id == id.lower() for id in ids)


def test_ids_made_later_come_later(monkeypatch) -> None:
    moments = iter([1_700_000_000_000_000_000, 1_700_000_000_001_000_000, 1_900_000_000_000_000_000])
    monkeypatch.setattr("workspace.parts.time.time_ns", lambda: next(moments))
    made = [new_id() for _ in range(3)]
    assert made == sorted(made)
