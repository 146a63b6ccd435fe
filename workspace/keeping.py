"""Parts of pages that are kept after they are made, for all who are to see the very same part.

A part is kept by the values it is made of: the records themselves, what the reader may do with them, the language, the
day. Whoever asks for one works those out anew each time, so that a permission is never older than the request. What
differs between two requests all the same, the token of forms and their keys, is put in afterwards.

Parts are kept as bytes. A stand-in goes into the page around them, and they take its place when the page is bytes too.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Hashable, Iterator
from typing import Any

from flask import Flask, Response, g, render_template, request, session
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from workspace import access, text, web
from workspace.kept import Kept
from workspace.parts import PAIRS
from workspace.translation import language

MOST = 24_000_000  # bytes

# They stand for what is put in afterwards. Nobody can know them, so no text of a person can hold them.
_TOKEN = f"token-{secrets.token_hex(16)}"
_KEY = f"key-{secrets.token_hex(16)}"
_PART = f"part-{secrets.token_hex(16)}-"
_PLACES = re.compile(f"({_TOKEN}|{_KEY})".encode())
_IS_TOKEN = _TOKEN.encode()

_kept: Kept[list[bytes]] = Kept(MOST)
_signed_of_late: Kept[str] = Kept(2_000)


def part(template: str, made_of: Hashable, **context: Any) -> Markup:
    """What stands for a part in a page: a template made with this context, or the one that was made of the very same.

    `made_of` must hold all that the template shows of the context. What the reader may do in general, the region, the
    language, the day and where we are mounted are added here.
    """
    me = web.me()
    today = text.local(web.workspace().now()).date()
    key = (template, language(), request.root_path, me.region, access.rights(me), today, made_of)
    kept = _kept.get(key)
    if kept is None:
        made = _without_forms(template, **context)
        kept = _kept.put(key, _PLACES.split(made), len(made))
    parts = g.setdefault("parts", {})
    stand_in = f"{_PART}{len(parts)}-"
    parts[stand_in.encode()] = kept
    return Markup(stand_in)  # noqa: S704  our own sign


def _without_forms(template: str, **context: Any) -> bytes:
    """The template made with stand-ins for what every form has of its own."""
    g.keeping = True
    try:
        return render_template(template, **context).encode()
    finally:
        g.keeping = False


def token() -> str:
    """The token of a form; what stands for it in a part that will be kept."""
    return _TOKEN if g.get("keeping") else _signed()


def _signed() -> str:
    """The token of this session, signed anew once a minute: it is good for hours."""
    made_of = (session.get("csrf_token"), int(time.time()) // 60)
    kept = _signed_of_late.get(made_of) if made_of[0] else None
    if kept is None:
        kept = str(generate_csrf())  # makes the session's, where it has none
        _signed_of_late.put((session["csrf_token"], made_of[1]), kept)
    return kept


def form_key() -> str:
    """The key of a form; what stands for it in a part that will be kept."""
    return _KEY if g.get("keeping") else web.workspace().new_id()


def _put_in(response: Response) -> Response:
    """Put the parts of a page where they stand, each with the token of this request and keys for its forms."""
    parts = g.pop("parts", None)
    if parts:
        made = response.get_data()
        token, keys = _signed().encode(), _keys()
        for stand_in, pieces in parts.items():
            before, stands, after = made.partition(stand_in)
            if not stands:
                continue  # the page became another: one that says what went wrong
            filled = [before, *pieces, after]
            for at in range(2, len(filled) - 1, 2):
                filled[at] = token if filled[at] == _IS_TOKEN else next(keys)
            made = b"".join(filled)
        response.set_data(made)
    return response


def _keys() -> Iterator[bytes]:
    """Keys for the forms of one page: ids that differ in their last two signs, as it takes time to draw one."""
    while True:
        first = web.workspace().new_id()[:-2]
        yield from ((first + pair).encode() for pair in PAIRS)


def init_app(app: Flask) -> None:
    """Give forms their tokens and keys, and pages their parts. Called once, after all that looks at whole answers."""
    app.jinja_env.globals.update(csrf_token=token, new_id=form_key)
    app.context_processor(lambda: {"csrf_token": token})  # Flask-WTF puts its own there, in every template
    app.after_request(_put_in)
