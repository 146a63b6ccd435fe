"""Addresses of the room comments: reading a document with its threads, and what is said in them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple

from flask import Response, request, url_for

from workspace import clean, keeping, markup, pieces, web
from workspace.access import Action, can
from workspace.comments import finding, service
from workspace.comments.model import Thread
from workspace.comments.service import Talk
from workspace.documents import names, versions
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.errors import Invalid
from workspace.files import names as file_names
from workspace.files import service as files
from workspace.markup import Block, Span
from workspace.regions import service as regions
from workspace.search import asking

blueprint = web.room("comments", __name__)


@blueprint.get("/documents/<id>")
@web.rule(Action.READ_DOCUMENT)
def reading(region: str, id: str) -> Response:
    """A document with the threads beside its text."""
    return _page(id)


def _page(id: str, code: int = 200, page: int = 0, **context: Any) -> Response:
    parts, me = web.workspace(), web.me()
    document = documents.get(parts, me, id)
    page = _page_asked(document, page)
    rendered = service.text_of(document, page)
    talks = service.beside(parts, me, document, rendered, page)
    asked: Mapping[str, str] = request.args or {}
    shown = asked.get("threads", "open")
    words = clean.clean_line(asked.get("q", "")[:200])
    stems = asking.read(words).stems()
    commenting = web.number(asked["comment"]) if asked.get("comment") else 0
    seen = _shown(talks, shown)
    about = _about(document, stems) | {
        "document": document,
        "page": page,
        "talks": seen,
        "counts": Counts(sum(t.thread.resolved is None for t in talks), len(talks)),
        "shown": shown if shown in {"open", "resolved", "none"} else "",
        "words": words,
    }
    told = about | {
        "here": lambda **query: _address(document, page, query),
        "blocks": rendered.blocks,
        "marked": lambda block: _marked(block, seen, stems),
        "typed": {"block": commenting, "quote": asked.get("quote", "")[:1000], "text": "", "key": ""},
        "document_names": names,
        "file_names": file_names,
    }
    name = "leaf" if document.unit else "page"
    if not (context or commenting or asked.get("q")):
        told["kept"] = keeping.part(f"documents/_{name}.html", _made_of(about), **told)
    return web.answer(f"documents/{name}.html", code, **told | context)


class Counts(NamedTuple):
    """How many threads there are."""

    open: int
    all: int


def _made_of(about: dict[str, Any]) -> Hashable:
    """All that a page depends on for somebody who only reads: what it shows, what is theirs, and what they may do."""
    me, talks = web.me(), about["talks"]
    own = me.person if any(comment.by == me.person for talk in talks for comment in talk.comments) else None
    rights = [(can(me, Action.COMMENT, talk.thread), can(me, Action.RESOLVE_THREAD, talk.thread)) for talk in talks]
    return own, *rights, *about.values()


def _page_asked(document: Document, page: int) -> int:
    """Which page of a file is asked for, kept within those there are; 0 where the text is not in pages."""
    if document.file is None or not document.unit:
        return 0
    return max(1, min(page or web.page_number(), document.file.leaves))


def _about(document: Document, stems: frozenset[str]) -> dict[str, Any]:
    """What else a document is shown with: its versions, its attachments, and where in its pages the words stand."""
    parts, me = web.workspace(), web.me()
    return {
        "versions": tuple(documents.versions(parts, me, document)),
        "news": versions.news(parts, me, document),
        "attachments": tuple(files.attachments(parts, me, document)),
        "parent": documents.get(parts, me, document.attached_to) if document.attached_to else None,
        "places": tuple(finding.places(document, stems)) if document.unit and stems else (),
        "talked_about": tuple(service.pages(parts, me, document)) if document.unit else (),
        "municipalities": tuple(regions.municipalities(parts, me)),
    }


def _address(document: Document, page: int, query: dict[str, Any]) -> str:
    """This page's address with another query; words that were searched for stay."""
    kept = {"page": page or None, "q": request.args.get("q") or None} | query
    return pieces.url_for("comments.reading", region=web.me().region, id=document.id, **kept)


def _shown(talks: list[Talk], shown: str) -> tuple[Talk, ...]:
    if shown == "none":
        return ()
    return tuple(talk for talk in talks if shown != "resolved" or talk.thread.resolved is not None)


def _marked(block: Block, talks: tuple[Talk, ...], stems: frozenset[str]) -> str:
    """The block's html with the passages of its threads marked and numbered, and the words searched for marked."""
    spans = [
        Span(
            talk.thread.start,
            talk.thread.end or len(block.text.rstrip()),
            talk.number,
            "p p--lost" if talk.thread.resolved else "p",
            f"thread-{talk.thread.id}",
            web.translate(service.reading_label(talk)),
        )
        for talk in talks
        if talk.block == block.number and talk.fixed and talk.thread.end
    ]
    spans += [Span(word.start, word.end, 0, "sokeord", "", "") for word in finding.matches(block.text, stems)]
    return markup.marked(block, spans) if spans else block.html


@blueprint.get("/documents/<id>/threads/new")
@web.rule(Action.COMMENT)
def new(region: str, id: str) -> Response:
    """The form for a new thread, to be put under its paragraph."""
    document = documents.get(web.workspace(), web.me(), id)
    block = web.number(request.args.get("block", ""))
    typed = {"block": block, "quote": request.args.get("quote", "")[:1000], "text": "", "key": ""}
    return web.answer("comments/_new.html", document=document, page=_page_asked(document, 0), typed=typed)


@blueprint.post("/documents/<id>/threads")
@web.rule(Action.COMMENT)
def open_thread(region: str, id: str) -> Response:
    """Open a thread on a passage."""
    typed = web.form("block", "page", "quote", "text", "key")
    block, page = web.number(typed["block"]), web.number(typed["page"] or "0")
    try:
        thread = service.open_thread(
            web.workspace(), web.me(), id, block, typed["text"], page=page, quote=typed["quote"], once=web.once()
        )
    except Invalid as refused:
        return _refused(id, page, typed | {"block": block}, refused)
    return _posted(thread.id)


def _refused(id: str, page: int, typed: dict[str, Any], refused: Invalid) -> Response:
    document = documents.get(web.workspace(), web.me(), id)
    if web.is_htmx():
        return web.answer("comments/_new.html", 422, document=document, page=page, typed=typed, errors=refused.errors)
    return _page(id, 422, page, typed=typed, errors=refused.errors)


@blueprint.post("/threads/<id>/comments")
@web.rule(Action.COMMENT)
def reply(region: str, id: str) -> Response:
    """Reply in a thread."""
    typed = web.form("text", "key")
    try:
        service.reply(web.workspace(), web.me(), id, typed["text"], once=web.once())
    except Invalid as refused:
        return _reply_refused(id, typed, refused)
    return _posted(id)


def _reply_refused(id: str, typed: dict[str, Any], refused: Invalid) -> Response:
    document, talk = service.talk(web.workspace(), web.me(), id)
    context: dict[str, Any] = {"replying": id, "replied": typed, "reply_errors": refused.errors}
    if web.is_htmx():
        return web.answer("comments/_thread.html", 422, document=document, talk=talk, **context)
    return _page(document.id, 422, talk.thread.page, **context)


@blueprint.post("/threads/<id>/resolution")
@web.rule(Action.RESOLVE_THREAD)
def resolve(region: str, id: str) -> Response:
    """Mark a thread as resolved."""
    service.resolve(web.workspace(), web.me(), id, once=web.once())
    return _posted(id)


@blueprint.post("/threads/<id>/reopening")
@web.rule(Action.RESOLVE_THREAD)
def reopen(region: str, id: str) -> Response:
    """Open a resolved thread again."""
    service.reopen(web.workspace(), web.me(), id, once=web.once())
    return _posted(id)


def _posted(thread_id: str) -> Response:
    """The answer to every act on a thread: the thread as it is now, or the document at it."""
    document, talk = service.talk(web.workspace(), web.me(), thread_id)
    to = address_of(document, talk.thread)
    return web.done(to, "comments/posted.swap.html", document=document, talk=talk)


def address_of(document: Document, thread: Thread) -> str:
    """Where a thread is read."""
    page = thread.page or None
    return url_for("comments.reading", region=web.me().region, id=document.id, page=page, _anchor=f"thread-{thread.id}")
