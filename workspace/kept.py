"""Things that are kept after they are made, by the values they are made of, as long as there is room for them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Things by what they are made of. The ones that nobody has asked for in the longest time go first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._things: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, made_of: Hashable) -> T | None:
        """The thing that is made of this, or None."""
        with self._lock:
            kept = self._things.get(made_of)
            if kept is None:
                return None
            self._things.move_to_end(made_of)
            return kept[0]

    def put(self, made_of: Hashable, thing: T, size: int = 1) -> T:
        """Keep a thing of some size, and let go of others where there is no room for it. Answers the thing."""
        with self._lock:
            _old, old_size = self._things.pop(made_of, (None, 0))
            self._things[made_of] = (thing, size)
            self._size += size - old_size
            while self._size > self._most:
                self._size -= self._things.popitem(last=False)[1][1]
        return thing
