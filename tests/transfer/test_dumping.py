"""The logical dump: the same to the byte for the same content, whoever keeps it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.memory import MemoryStore
from tests.transfer.conftest import DEMO, dump
from workspace.parts import Workspace
from workspace.record import Record
from workspace.transfer import copying, kinds
from workspace.transfer.dumping import Kept, canonical, summarize

AT = datetime(2026, 11, 23, 14, 44, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"a": 1.0}, {"a": 1}),
        ({"a": [1e22, -0.0]}, {"a": [10**22, 0]}),
        ({"a": 1e23}, {"a": 10**23}),  # what a database writes out, and not the nearest binary fraction
        ({"a": 1e-7}, {"a": 0.0000001}),
        ({"a": ("x",)}, {"a": ["x"]}),
    ],
)
def test_one_way_to_write_a_value(one: object, other: object) -> None:
    assert canonical(one) == canonical(other)


def test_what_json_has_not_is_refused() -> None:
    for value in (float("nan"), float("inf"), "\ud800"):
        with pytest.raises(ValueError):
            canonical(value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_written_and_read_it_is_written_the_same(value: object) -> None:
    try:
        line = canonical(value)
    except UnicodeEncodeError:
        return
    assert canonical(json.loads(line)) == line
    assert b"\n" not in line


def test_the_dump_is_the_same_on_another_adapter(full: Workspace) -> None:
    source, other = full.region(DEMO), MemoryStore()
    copying.fill(Kept(source), other)
    assert dump(other) == dump(source)
    assert summarize(Kept(other)) == summarize(Kept(source))


def test_documents_come_first_then_the_log_then_blobs(full: Workspace) -> None:
    lines = [json.loads(line) for line in dump(full.region(DEMO)).splitlines()]
    order = ["document" if "document" in line else "event" if "event" in line else "blob" for line in lines]
    assert order == sorted(order, key=["document", "event", "blob"].index)
    keys = [(line["table"], line["document"]["id"]) for line in lines if "document" in line]
    assert keys == sorted(keys) and len(set(keys)) == len(keys)
    assert [line["event"]["seq"] for line in lines if "event" in line] == list(range(1, order.count("event") + 1))


def test_only_blobs_that_documents_name_are_in_it(full: Workspace) -> None:
    store = full.region(DEMO)
    before = dump(store)
    forgotten = store.blobs.put(b"of an upload that was cut off")
    assert dump(store) == before
    assert forgotten.encode() not in before


def test_every_kind_of_record_is_known(full: Workspace) -> None:
    kept = {kind for kind in Record.__subclasses__() if kind.__module__.startswith("workspace.")}
    assert kept == {*kinds.IN_HOUSE, *kinds.IN_REGION}
    assert set(full.region(DEMO).view().tables()) == {kind.table for kind in kinds.IN_REGION}


def test_classes_declare_all_fields_that_name_blobs(full: Workspace) -> None:
    contents = Kept(full.region(DEMO))
    assert contents.declared == set(full.region(DEMO).blobs.digests())
    assert contents.declared <= contents.mentioned


def test_nothing_in_a_regions_store_tells_its_slug(full: Workspace) -> None:
    documents = [json.loads(line) for line in dump(full.region(DEMO)).splitlines()]
    values = [text for document in documents for text in _texts(document)]
    assert len(values) > 1000
    assert DEMO not in values
    assert not [text for text in values if f"/r/{DEMO}" in text]


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for item in inner for text in _texts(item)]
