"""A thread as one line in a list: made once for all who see it. A page may have hundreds of them."""

from __future__ import annotations

from flask import render_template, request
from markupsafe import Markup

from workspace.comments.service import Talk
from workspace.kept import Kept
from workspace.translation import language

_MOST = 8_000_000  # characters

_lines: Kept[Markup] = Kept(_MOST)


def line(talk: Talk, region: str) -> Markup:
    """The line that opens a thread. It has no form, and is the same for all who may read the thread."""
    thread = talk.thread
    made_of = (language(), request.root_path, region, thread.id, thread.version, talk.number, talk.said)
    kept = _lines.get(made_of)
    if kept is None:
        kept = Markup(render_template("comments/_line.html", talk=talk, thread=thread, region=region))  # noqa: S704  it escapes
        _lines.put(made_of, kept, len(kept))
    return kept
