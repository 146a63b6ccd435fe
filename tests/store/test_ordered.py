"""The sorted sequence behind every index does what a sorted list does, and old ones stay as they were."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from workspace.store.ordered import EMPTY, Branch, Ordered

ENTRIES = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 9)), max_size=400)


@settings(max_examples=60, deadline=None)
@given(start=ENTRIES, changes=ENTRIES, offset=st.integers(0, 450), limit=st.none() | st.integers(0, 60))
def test_it_is_a_sorted_list(start: list, changes: list, offset: int, limit: int | None) -> None:
    model = sorted(set(start))
    ordered = Ordered(set(start))
    before, model_before = ordered, list(model)
    for entry in changes:
        if entry in model:
            model.remove(entry)
            ordered = ordered.without(entry)
        else:
            model = sorted([*model, entry])
            ordered = ordered.inserted(entry)
    end = None if limit is None else offset + limit
    assert len(ordered) == len(model)
    assert list(ordered.page(0, None, descending=False)) == model
    assert list(ordered.page(offset, limit, descending=False)) == model[offset:end]
    assert list(ordered.page(offset, limit, descending=True)) == model[::-1][offset:end]
    assert list(before.page(0, None, descending=False)) == model_before


def test_it_grows_and_shrinks_again() -> None:
    ordered = EMPTY
    for n in range(30_000):
        ordered = ordered.inserted((n * 7919 % 30_000,))
    assert [entry for (entry,) in ordered.page(0, None, descending=False)] == list(range(30_000))
    assert isinstance(ordered._root, Branch)
    assert len(ordered._root.children) <= 96
    for n in range(30_000):
        ordered = ordered.without((n,))
    assert len(ordered) == 0
    assert list(ordered.page(0, None, descending=True)) == []
