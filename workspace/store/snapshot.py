"""A whole state as JSON, piece by piece: making one piece does not hold up the other threads for long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

import msgspec

from workspace.store.journal import FORMAT, encode
from workspace.store.state import State

T = TypeVar("T")
_PIECE = 200  # documents or events


def pieces(state: State) -> Iterator[bytes]:
    """The pieces of `{"fmt": ..., "tables": {name: {id: document}}, "log": [event]}`."""
    yield b'{"fmt":%d,"tables":{' % FORMAT
    for number, (name, rows) in enumerate(state.tables.items()):
        yield b"%s%s:{" % (b"," if number else b"", encode(name))
        yield from _joined(encode(dict(some)) for some in _batched(rows.items()))
        yield b"}"
    yield b'},"log":['
    yield from _joined(
        encode([msgspec.to_builtins(event) for event in some]) for some in _batched(state.log[: state.log_length])
    )
    yield b"]}"


def _joined(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The insides of JSON objects or arrays, as those of one."""
    for number, part in enumerate(parts):
        yield b"," + part[1:-1] if number else part[1:-1]


def _batched(items: Iterable[T]) -> Iterator[list[T]]:
    left = iter(items)
    while some := list(islice(left, _PIECE)):
        yield some
