"""A comment as its reader sees it, made once for all who are to see the very same.

A page of a thousand threads shows thousands of comments, and the answer to every reply shows its whole thread again.
A comment is kept by all that it is made of. What has a form in it is made each time, since a form has a token and a
key of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask import current_app, request
from markupsafe import Markup, escape

from workspace import markup, text, web
from workspace.access import Action, can
from workspace.comments.model import Comment
from workspace.kept import Kept
from workspace.translation import language

_MOST = 12_000_000  # characters

_TAGS = re.compile(r"(<[^<>]*>)")
_KEPT_AS_IT_IS = {"<code": 1, "</code": -1, "<a": 1, "</a": -1}

_kept: Kept[Markup] = Kept(_MOST)


def shown(comment: Comment) -> Markup:
    """The comment for the one who asks."""
    parts, me = web.workspace(), web.me()
    is_mine = me.person is not None and me.person == comment.by
    edits = not comment.gone and can(me, Action.EDIT_COMMENT, comment)
    moderates = not edits and can(me, Action.MODERATE, comment)
    made_of = (comment, me.region, is_mine, edits, moderates)
    if comment.removed is not None and moderates:
        return _made(*made_of)
    key = (*made_of, language(), request.root_path, text.local(parts.now()).date())
    kept = _kept.get(key)
    if kept is None:
        kept = _made(*made_of)
        _kept.put(key, kept, len(kept) + len(comment.text))
    return kept


def marked(html: str, names: Sequence[str]) -> str:
    """The html of a comment with the names it mentions in bold, outside code and links."""
    if not names:
        return html
    wanted = re.compile("|".join(re.escape(str(escape(name))) for name in names))
    inside = 0
    pieces = _TAGS.split(html)
    for n, piece in enumerate(pieces):
        if n % 2:
            inside += _KEPT_AS_IT_IS.get(piece.split()[0].rstrip(">"), 0)
        elif not inside:
            pieces[n] = wanted.sub(r"<b>\g<0></b>", piece)
    return "".join(pieces)


def _said(comment: Comment) -> Markup:
    html = markup.render_short(comment.text).html
    names = current_app.extensions["mentioned"](comment.text) if "@" in comment.text else ()
    return Markup(marked(html, names))  # noqa: S704  safe html, and names that stand in it


def _made(comment: Comment, region: str | None, is_mine: bool, edits: bool, moderates: bool) -> Markup:
    template = current_app.jinja_env.get_template("comments/_said.html")
    said = _said(comment)
    made = template.render(comment=comment, said=said, region=region, is_mine=is_mine, edits=edits, moderates=moderates)
    return Markup(made)  # noqa: S704  it escapes what it is given
