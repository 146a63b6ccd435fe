"""Parts of pages that are kept after they are made, for all who are to see the very same part.

A part is kept by the values it is made of: the records themselves, what the reader may do with them, the language, the
day. Whoever asks for one works those out anew each time, so that a permission is never older than the request. What
differs between two requests all the same, the token of forms and their keys, is put in afterwards.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Hashable, Mapping
from typing import Any

from flask import render_template, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from workspace import access, text, web
from workspace.kept import Kept
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
        made = render_template(template, **_without_forms(context))
        kept = _parts.put(key, _PLACES.split(made), len(made))
    return Markup(_filled(kept))  # noqa: S704  made by a template


def _without_forms(context: Mapping[str, Any]) -> dict[str, Any]:
    """The context with stand-ins for what every form has of its own."""
    return {**context, "csrf_token": lambda: _TOKEN, "new_id": lambda: _KEY}


def _filled(pieces: list[str]) -> str:
    """The pieces with the token of this request, and a key of its own for each form that needs one."""
    if len(pieces) == 1:
        return pieces[0]
    token, new_id = generate_csrf(), web.workspace().new_id
    filled = list(pieces)
    for at in range(1, len(filled), 2):
        filled[at] = token if filled[at] == _TOKEN else new_id()
    return "".join(filled)
