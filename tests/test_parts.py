"""Ids: in order of time, and never the same twice."""

from __future__ import annotations

import os

import pytest

from workspace.parts import new_id, random_bytes


def test_ids_are_unique_and_safe_in_addresses() -> None:
    ids = {new_id() for _ in range(10_000)}
    assert len(ids) == 10_000
    assert all(len(id) == 26 and id.isalnum() and id == id.lower() for id in ids)


def test_ids_made_later_come_later(monkeypatch) -> None:
    moments = iter([1_700_000_000_000_000_000, 1_700_000_000_001_000_000, 1_900_000_000_000_000_000])
    monkeypatch.setattr("workspace.parts.time.time_ns", lambda: next(moments))
    made = [new_id() for _ in range(3)]
    assert made == sorted(made)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # of later versions, about threads
def test_random_bytes_are_handed_out_once_and_not_shared_with_a_child() -> None:
    drawn = [random_bytes() for _ in range(5_000)]
    assert len(set(drawn)) == 5_000 and {len(one) for one in drawn} == {10}
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, b"".join(random_bytes() for _ in range(400)))
        os._exit(0)
    os.waitpid(child, 0)
    theirs = os.read(reader, 4_000)
    assert len(theirs) == 4_000
    assert not {theirs[at : at + 10] for at in range(0, 4_000, 10)} & {random_bytes() for _ in range(400)}
    os.close(reader)
    os.close(writer)
