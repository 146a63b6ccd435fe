"""Addresses of what becomes of a thread, and of changing what was said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import Response, redirect

from workspace import web
from workspace.access import Action
from workspace.comments import addresses, life, names, saying, service, writing
from workspace.comments.model import Comment, Thread
from workspace.comments.routes import address_of, blueprint, posted
from workspace.errors import Conflict, Invalid, PreconditionRequired

blueprint.add_app_template_global(saying.shown, "shown_comment")
blueprint.add_app_template_global(names.kinds, "comment_kinds")


# -- Threads --


@blueprint.post("/threads/<id>/resolution")
@web.rule(Action.RESOLVE_THREAD)
def resolve(region: str, id: str) -> Response:
    """Mark a thread as resolved."""
    life.resolve(web.workspace(), web.me(), id, once=web.once())
    return posted(id)


@blueprint.post("/threads/<id>/reopening")
@web.rule(Action.RESOLVE_THREAD)
def reopen(region: str, id: str) -> Response:
    """Open a resolved thread again."""
    life.reopen(web.workspace(), web.me(), id, once=web.once())
    return posted(id)


@blueprint.post("/threads/<id>/answer")
@web.rule(Action.SETTLE_THREAD)
def answer(region: str, id: str) -> Response:
    """Mark a thread as answered."""
    life.answer(web.workspace(), web.me(), id, once=web.once())
    return posted(id)


@blueprint.post("/threads/<id>/settlement")
@web.rule(Action.SETTLE_THREAD)
def settle(region: str, id: str) -> Response:
    """Say that what a thread asks for is taken in, or not and why."""
    typed = web.form("outcome", "reason", "led_to", "key")
    led_to = web.number(typed["led_to"]) if typed["led_to"] else None

    def act() -> object:
        return life.settle(web.workspace(), web.me(), id, typed["outcome"], typed["reason"], led_to, once=web.once())

    return _done(id, act, {"settling": id, "settled": typed})


@blueprint.post("/threads/<id>/kind")
@web.rule(Action.CLASSIFY_THREAD)
def classify(region: str, id: str) -> Response:
    """Say what kind a thread is."""
    typed = web.form("kind", "key")
    return _done(
        id,
        lambda: life.classify(web.workspace(), web.me(), id, typed["kind"], once=web.once()),
        {"settling": id, "settled": typed},
    )


def _done(id: str, act: Callable[[], object], context: dict[str, Any]) -> Response:
    """Do it, and show the thread; with what was typed when it is refused."""
    try:
        act()
    except Invalid as refused:
        subject, talk = service.talk(web.workspace(), web.me(), id)
        context["settle_errors"] = refused.errors
        if web.is_htmx():
            return web.answer("comments/_thread.html", 422, subject=subject, talk=talk, **context)
        return addresses.again(subject.about, 422, talk.place.page, **context)
    return posted(id)


# -- Comments --


@blueprint.get("/comments/<id>")
@web.rule(Action.READ_DOCUMENT)
def one(region: str, id: str) -> Response:
    """A comment as it is: into its place in the thread, else where it is read."""
    comment, _thread = writing.get(web.workspace(), web.me(), id)
    if web.is_htmx():
        return web.answer("comments/_comment.html", comment=comment)
    return cast(Response, redirect(_address(comment), 303))


@blueprint.get("/comments/<id>/edit")
@web.rule(Action.EDIT_COMMENT)
def edit(region: str, id: str) -> Response:
    """The form in which a comment is changed or withdrawn."""
    comment, thread = writing.own(web.workspace(), web.me(), id)
    return _form(comment, thread, {"text": comment.text, "version": comment.version, "key": ""})


@blueprint.post("/comments/<id>/text")
@web.rule(Action.EDIT_COMMENT)
def save(region: str, id: str) -> Response:
    """Change a comment's text. A save that does not say which version it was made from is refused (428)."""
    typed = web.form("text", "version", "key")
    if not typed["version"]:
        raise PreconditionRequired()
    comment, thread = writing.get(web.workspace(), web.me(), id)
    try:
        writing.edit(web.workspace(), web.me(), id, web.number(typed["version"]), typed["text"], once=web.once())
    except Invalid as refused:
        return _form(comment, thread, typed, 422, errors=refused.errors)
    except Conflict as stale:
        current = stale.current
        if current.gone:
            raise
        return _form(current, thread, typed | {"version": current.version}, 409, current=current)
    return posted(thread.id)


def _form(comment: Comment, thread: Thread, typed: dict[str, Any], code: int = 200, **context: Any) -> Response:
    return _about("edit", code, comment=comment, thread=thread, typed=typed, **context)


def _about(name: str, code: int, *, comment: Comment, **context: Any) -> Response:
    """A form about a comment: in its place in the thread, or on a page of its own."""
    response = web.answer(
        f"comments/{'_' if web.is_htmx() else ''}{name}.html",
        code,
        comment=comment,
        address=_address(comment),
        **context,
    )
    if code != 200:  # what answers an act goes where the thread is; this goes where the form is
        response.headers["HX-Retarget"] = f"#comment-{comment.id}"
        response.headers["HX-Reswap"] = "outerHTML"
    return response


def _address(comment: Comment) -> str:
    return address_of(*service.talk(web.workspace(), web.me(), comment.thread))


@blueprint.post("/comments/<id>/withdrawal")
@web.rule(Action.EDIT_COMMENT)
def withdraw(region: str, id: str) -> Response:
    """Take a comment back."""
    comment = writing.withdraw(web.workspace(), web.me(), id, once=web.once())
    return posted(comment.thread)


@blueprint.get("/comments/<id>/texts")
@web.rule(Action.READ_DOCUMENT)
def texts(region: str, id: str) -> Response:
    """What a comment said before it was edited."""
    comment, thread, earlier = writing.earlier_texts(web.workspace(), web.me(), id)
    return web.answer("comments/texts.html", comment=comment, thread=thread, earlier=earlier, address=_address(comment))


@blueprint.get("/comments/<id>/removal")
@web.rule(Action.MODERATE)
def removal(region: str, id: str) -> Response:
    """The form in which a comment is taken away."""
    comment, thread = writing.get(web.workspace(), web.me(), id)
    return _removal(comment, thread, {"reason": "", "key": ""})


@blueprint.post("/comments/<id>/removal")
@web.rule(Action.MODERATE)
def remove(region: str, id: str) -> Response:
    """Take a comment away."""
    typed = web.form("reason", "key")
    comment, thread = writing.get(web.workspace(), web.me(), id)
    try:
        writing.remove(web.workspace(), web.me(), id, typed["reason"], once=web.once())
    except Invalid as refused:
        return _removal(comment, thread, typed, 422, errors=refused.errors)
    return posted(thread.id)


def _removal(comment: Comment, thread: Thread, typed: dict[str, Any], code: int = 200, **context: Any) -> Response:
    return _about("removal", code, comment=comment, thread=thread, typed=typed, **context)


@blueprint.post("/comments/<id>/restoration")
@web.rule(Action.MODERATE)
def restore(region: str, id: str) -> Response:
    """Put a comment that was taken away back."""
    comment = writing.restore(web.workspace(), web.me(), id, once=web.once())
    return posted(comment.thread)
