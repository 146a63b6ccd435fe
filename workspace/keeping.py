"""Parts of pages that are kept after they are made, for all who are to see the very same part.

A part is kept by the values it is made of: the records themselves, what the reader may do with them, the language, the
day. Whoever asks for one works those out anew each time, so that a permission is never older than the request. What
differs between two requests all the same, the token of forms and their keys, is put in afterwards.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import NamedTuple

from flask import render_template, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from workspace import text, web
from workspace.translation import language

MOST = 24_000_000  # characters

# They stand for what is put in afterwards. Nobody can know them, so no text of a person can hold them.
_TOKEN = f"token-{secrets.token_hex(16)}"
_KEY = f"key-{secrets.token_hex(16)}"


class _Part(NamedTuple):
    pieces: list[str]  # between them go the keys of forms
    size: int


class Kept:
    """Parts by what they are made of. The ones that nobody has asked for in the longest time go first."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._size = 0
        self._parts: OrderedDict[Hashable, _Part] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, made_of: Hashable) -> _Part | None:
        """The part that is made of this, or None."""
        with self._lock:
            part = self._parts.get(made_of)
            if part is not None:
                self._parts.move_to_end(made_of)
            return part

    def put(self, made_of: Hashable, part: _Part) -> None:
        """Keep a part, and let go of others where there is no room for it."""
        with self._lock:
            old = self._parts.pop(made_of, None)
            self._parts[made_of] = part
            self._size += part.size - (old.size if old else 0)
            while self._size > self._most:
                self._size -= self._parts.popitem(last=False)[1].size


_kept = Kept()


def part(template: str, made_of: Hashable, context: Callable[[], dict[str, object]]) -> Markup:
    """A template made with what `context` gives, or the one that was made of the very same.

    `made_of` must hold all that the template shows and asks; language, region, day and where we are mounted are added.
    """
    today = text.local(web.workspace().now()).date()
    key = (template, language(), request.root_path, web.me().region, today, made_of)
    found = _kept.get(key)
    if found is None:
        made = render_template(template, **context() | {"csrf_token": lambda: _TOKEN, "new_id": lambda: _KEY})
        found = _Part(made.split(_KEY), len(made))
        _kept.put(key, found)
    return Markup(_filled(found))  # noqa: S704  made by a template


def _filled(part: _Part) -> str:
    """The part with the token of this request, and with a key of its own for each form."""
    made = part.pieces[0]
    if len(part.pieces) > 1:
        new_id = web.workspace().new_id
        woven = [made]
        for piece in part.pieces[1:]:
            woven += (new_id(), piece)
        made = "".join(woven)
    return made.replace(_TOKEN, generate_csrf()) if _TOKEN in made else made
