"""A sorted sequence that is never changed: putting something in gives a new sequence that shares most of the old.

It is a tree of tuples, at most some 100 wide (a B+ tree, copied along one path): so a change costs the same few
microseconds among a thousand entries and among a million.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

_WIDE = 48  # entries of a leaf, and children of a branch, when they are made; they part at twice that

Entry = tuple[Any, ...]
Leaf = tuple[Entry, ...]


class Branch:
    """Leaves or branches in order, with the first entry of each, and how many entries there are below."""

    __slots__ = ("children", "firsts", "length")

    def __init__(self, children: tuple[Tree, ...], firsts: tuple[Entry, ...], length: int) -> None:
        self.children = children
        self.firsts = firsts
        self.length = length


Tree = Leaf | Branch


class Ordered:
    """Entries in order; each is a tuple, and no two are equal."""

    __slots__ = ("_root",)

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        row = sorted(entries)
        level: list[Tree] = [tuple(row[at : at + _WIDE]) for at in range(0, len(row), _WIDE)] or [()]
        while len(level) > 1:
            level = [_branch(level[at : at + _WIDE]) for at in range(0, len(level), _WIDE)]
        self._root = level[0]

    @classmethod
    def _of(cls, root: Tree) -> Ordered:
        made = cls.__new__(cls)
        made._root = root
        return made

    def __len__(self) -> int:
        return _size(self._root)

    def inserted(self, entry: Entry) -> Ordered:
        """The sequence with this entry too."""
        grown = _inserted(self._root, entry)
        return Ordered._of(grown[0] if len(grown) == 1 else _branch(grown))

    def without(self, entry: Entry) -> Ordered:
        """The sequence without this entry, which must be there."""
        root = _without(self._root, entry)
        while isinstance(root, Branch) and len(root.children) == 1:
            root = root.children[0]
        return Ordered._of(root if root is not None else ())

    def page(self, offset: int, limit: int | None, *, descending: bool) -> Iterable[Entry]:
        """Entries from `offset` on, `limit` at most, from the other end when descending."""
        root = self._root
        if not isinstance(root, Branch):  # most buckets are small
            row = root[::-1] if descending else root
            return row[offset : None if limit is None else offset + limit]
        return islice(chain.from_iterable(_rows(root, offset, descending)), limit)


EMPTY = Ordered()


def _size(tree: Tree) -> int:
    return tree.length if isinstance(tree, Branch) else len(tree)


def _first(tree: Tree) -> Entry:
    return tree.firsts[0] if isinstance(tree, Branch) else tree[0]


def _branch(children: Iterable[Tree]) -> Branch:
    children = tuple(children)
    return Branch(children, tuple(map(_first, children)), sum(map(_size, children)))


def _inserted(tree: Tree, entry: Entry) -> tuple[Tree, ...]:
    """The tree with this entry, in two when it would be too wide."""
    if not isinstance(tree, Branch):
        place = bisect_left(tree, entry)
        grown = (*tree[:place], entry, *tree[place:])
        return (grown,) if len(grown) <= 2 * _WIDE else (grown[:_WIDE], grown[_WIDE:])
    at = max(bisect_right(tree.firsts, entry) - 1, 0)
    made = _with(tree, at, _inserted(tree.children[at], entry), tree.length + 1)
    if len(made.children) <= 2 * _WIDE:
        return (made,)
    return _branch(made.children[:_WIDE]), _branch(made.children[_WIDE:])


def _without(tree: Tree, entry: Entry) -> Tree | None:
    """The tree without this entry, None when nothing is left of it."""
    if not isinstance(tree, Branch):
        place = bisect_left(tree, entry)
        return (*tree[:place], *tree[place + 1 :]) or None
    at = max(bisect_right(tree.firsts, entry) - 1, 0)
    left = _without(tree.children[at], entry)
    made = _with(tree, at, () if left is None else (left,), tree.length - 1)
    return made if made.children else None


def _with(tree: Branch, at: int, pieces: tuple[Tree, ...], length: int) -> Branch:
    """The branch with these in place of one of its children. The others are shared, and not looked at."""
    return Branch(
        (*tree.children[:at], *pieces, *tree.children[at + 1 :]),
        (*tree.firsts[:at], *map(_first, pieces), *tree.firsts[at + 1 :]),
        length,
    )


def _rows(tree: Tree, skip: int, descending: bool) -> Iterator[Leaf]:
    """The leaves in order, without the first `skip` entries."""
    if not isinstance(tree, Branch):
        yield tree[::-1][skip:] if descending else tree[skip:]
        return
    for child in reversed(tree.children) if descending else tree.children:
        size = _size(child)
        if skip < size:
            yield from _rows(child, skip, descending)
        skip = max(skip - size, 0)
