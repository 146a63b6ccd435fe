"""Parts of pages that are kept after they are made, for all who are to see the very same part.

A part is kept by the values it is made of: the records themselves, what the reader may do with them, the language, the
day. Whoever asks for one works those out anew each time, so that a permission is never older than the request. What
differs between two requests all the same, the token of forms and their keys, is put in afterwards.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Hashable, Iterator
from typing import Any

from flask import Flask, g, render_template, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from workspace import access, text, web
from workspace.kept import Kept
from workspace.parts import PAIRS
from workspace.translation import language

MOST = 24_000_000  # characters

# They stand for what is put in afterwards. Nobody can know them, so no text of a person can hold them.
_TOKEN = f"token-{secrets.token_hex(16)}"
_KEY = f"key-{secrets.token_hex(16)}"
_PLACES = re.compile(f"({_TOKEN}|{_KEY})")

_parts: Kept[list[str]] = Kept(MOST)


def part(template: str, made_of: Hashable, **context: Any) -> Markup:
    """A template made with this context, or the one that was made of the very same.

    `made_of` must hold all that the template shows of the context. What the reader may do in general, the region, the
    language, the day and where we are mounted are added here.
    """
    me = web.me()
    today = text.local(web.workspace().now()).date()
    key = (template, language(), request.root_path, me.region, access.rights(me), today, made_of)
    kept = _parts.get(key)
    if kept is None:
        g.keeping = True
        try:
            made = render_template(template, **context)
        finally:
            g.keeping = False
        kept = _parts.put(key, _PLACES.split(made), len(made))
    return Markup(_filled(kept))  # noqa: S704  made by a template


def token() -> str:
    """The token of a form; what stands for it in a part that will be kept."""
    return _TOKEN if g.get("keeping") else str(generate_csrf())


def form_key() -> str:
    """The key of a form; what stands for it in a part that will be kept."""
    return _KEY if g.get("keeping") else web.workspace().new_id()


def _filled(pieces: list[str]) -> str:
    """The pieces with the token of this request, and a key of its own for each form that needs one."""
    if len(pieces) == 1:
        return pieces[0]
    token, keys = str(generate_csrf()), _keys()
    filled = list(pieces)
    for at in range(1, len(filled), 2):
        filled[at] = token if filled[at] == _TOKEN else next(keys)
    return "".join(filled)


def _keys() -> Iterator[str]:
    """Keys for the forms of one page: ids that differ in their last two signs, as it takes time to draw one."""
    while True:
        yield from map(web.workspace().new_id()[:-2].__add__, PAIRS)


def init_app(app: Flask) -> None:
    """Give forms their tokens and keys. Called once, after CSRF protection."""
    app.jinja_env.globals.update(csrf_token=token, new_id=form_key)
