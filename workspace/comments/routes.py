"""Addresses of the room comments: reading a document with its threads, and what is said in them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from itertools import groupby
from typing import Any

from flask import Response, current_app, request
from flask.sansio.blueprints import BlueprintSetupState

from workspace import clean, keeping, markup, pieces, web
from workspace.access import Action, can
from workspace.comments import addresses, finding, service, showing, suggesting
from workspace.comments import subject as subjects
from workspace.comments.addresses import Addresses, Links
from workspace.comments.model import Behalf
from workspace.comments.service import Talk
from workspace.comments.showing import Shown, Wanted
from workspace.comments.subject import Subject, text_of
from workspace.documents import names, versions
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.errors import Invalid
from workspace.files import names as file_names
from workspace.files import service as files
from workspace.markup import Block, Span
from workspace.regions import service as regions
from workspace.search import asking

BEHALF = ("party", "speaker", "source")  # fields of a form in which a comment is entered for somebody

blueprint = web.room("comments", __name__)


@blueprint.record_once
def _tell_the_list(state: BlueprintSetupState) -> None:
    """How many threads each document in the list of documents has."""
    state.app.extensions["threads_of"] = lambda ids: service.counts_on(web.workspace(), web.me(), ids)


@blueprint.get("/documents/<id>")
@web.rule(Action.READ_DOCUMENT)
def reading(region: str, id: str) -> Response:
    """A document with the threads beside its text."""
    return show_page(id)


def show_page(id: str, code: int = 200, page: int = 0, **context: Any) -> Response:
    """The page on which a document is read; with a context, as it is when something was refused."""
    parts, me = web.workspace(), web.me()
    view = parts.region(me.region).view()
    document = documents.get(parts, me, id, view)
    page = _page_asked(document, page)
    wanted = asked_for(context.get("replying") or context.get("settling", ""))
    found = showing.on_page(parts, me, subjects.of_document(parts, me, document, view), view, page, wanted)
    asked: Mapping[str, str] = request.args or {}
    words = clean.clean_line(asked.get("q", "")[:200])
    stems = asking.read(words).stems()
    commenting = web.number(asked["comment"]) if asked.get("comment") else 0
    about = (
        _about(document, stems) | {"document": document, "page": page, "words": words} | threads_shown(found, wanted)
    )
    at_block = {block: tuple(talks) for block, talks in groupby(found.talks, key=lambda talk: talk.block)}
    told = about | {
        "subject": subjects.of_document(parts, me, document),
        "links": Links(f"document:{document.id}", page, document.number),
        "here": lambda **query: _address(document, page, query),
        "blocks": text_of(document, page).blocks,
        "marked": lambda block: marked_block(block, at_block.get(block.number, ()), wanted.thread, stems),
        "typed": _untyped(commenting, document.number, asked.get("quote", "")),
        "document_names": names,
        "file_names": file_names,
    }
    name = "leaf" if document.unit else "page"
    if request.method == "GET" and not (context or commenting or asked.get("q")):
        told["kept"] = keeping.part(f"documents/_{name}.html", _made_of(about), **told)
    return web.answer(f"documents/{name}.html", code, **told | {"seen": view.last_event()} | context)


def asked_for(replying: str = "") -> Wanted:
    """What the address asks to see of the threads; `replying` is one that has to be open in any case."""
    asked: Mapping[str, str] = request.args or {}
    return Wanted(
        which=showing.asked(asked.get("threads", "all")),
        thread=replying or asked.get("thread", "")[:40],
        at=web.number(asked["at"]) if asked.get("at") else -1,
        skip=web.number(asked["skip"]) if asked.get("skip") else 0,
        all_open=asked.get("open") == "all",
    )


def threads_shown(found: Shown, wanted: Wanted) -> dict[str, Any]:
    """What templates need of the threads of a page."""
    return {
        "talks": found.talks,
        "more": found.more,
        "counts": found.counts,
        "are_open": found.are_open,
        "shown": wanted.which,
        "asked": wanted.thread,
    }


def _made_of(about: dict[str, Any]) -> Hashable:
    """All that a page depends on for somebody who only reads: what it shows, what is theirs, and what they may do."""
    me, opened = web.me(), [talk for talk in about["talks"] if talk.comments]
    is_own = any(me.person in (comment.by, comment.entered_by) for talk in opened for comment in talk.comments)
    acts = (Action.COMMENT, Action.RESOLVE_THREAD, Action.PLACE_THREAD)
    rights = [tuple(can(me, act, talk.thread) for act in acts) for talk in opened]
    plain = about | {"more": tuple(about["more"].items()), "counts": tuple(about["counts"].items())}
    return me.person if is_own else None, *rights, *plain.values()


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
        "followed": current_app.extensions["is_followed"](f"document:{document.id}"),
        "suggested": suggesting.count(parts, me, document),
        "hearings": tuple(current_app.extensions["open_hearings"](document.id)),
    }


def _untyped(block: int, number: int, quote: str) -> dict[str, Any]:
    """What the form for a new thread holds before anything is written: the paragraph, and which version was read."""
    return {"block": block, "number": number, "quote": quote[:1000], "text": "", "key": ""}


def _address(document: Document, page: int, query: dict[str, Any]) -> str:
    """This page's address with another query; words that were searched for stay."""
    kept = {"page": page or None, "q": request.args.get("q") or None} | query
    return pieces.url_for("comments.reading", region=web.me().region, id=document.id, **kept)


def marked_block(block: Block, talks: Sequence[Talk], asked: str, stems: frozenset[str] = frozenset()) -> str:
    """The block's html with the passages of its threads marked and numbered, and the words searched for marked."""
    spans = [
        Span(
            talk.place.start,
            talk.place.end,
            talk.number,
            "p p--lost" if talk.thread.resolved else "p p--aktiv" if talk.thread.id == asked else "p",
            f"thread-{talk.thread.id}",
            web.translate(service.reading_label(talk)),
        )
        for talk in talks
        if talk.block == block.number and talk.fixed and talk.place.end
    ]
    spans += [Span(word.start, word.end, 0, "sokeord", "", "") for word in finding.matches(block.text, stems)]
    return markup.marked(block, spans) if spans else block.html


@blueprint.get("/documents/<id>/threads/new")
@web.rule(Action.COMMENT)
def new(region: str, id: str) -> Response:
    """The form for a new thread, to be put under its paragraph."""
    document = documents.get(web.workspace(), web.me(), id)
    return new_form(f"document:{id}", _page_asked(document, 0))


def new_form(about: str, page: int = 0) -> Response:
    """The form for a new thread about a text, to be put under its paragraph."""
    subject = subjects.find(web.workspace(), web.me(), about)
    block = web.number(request.args.get("block", ""))
    number = web.number(request.args.get("number", "") or str(subject.number))
    typed = _untyped(block, number, request.args.get("quote", ""))
    return web.answer("comments/_new.html", links=Links(subject.about, page), page=page, typed=typed)


@blueprint.post("/documents/<id>/threads")
@web.rule(Action.COMMENT)
def open_thread(region: str, id: str) -> Response:
    """Open a thread on a passage."""
    return open_about(f"document:{id}")


def open_about(about: str) -> Response:
    """Open a thread on a passage of a text, as the form says."""
    typed = web.form("block", "page", "number", "quote", "text", "kind", *BEHALF, "key")
    block, page, number = (web.number(typed[name] or "0") for name in ("block", "page", "number"))
    try:
        thread = service.open_about(
            web.workspace(),
            web.me(),
            about,
            block,
            typed["text"],
            page=page,
            quote=typed["quote"],
            number=number,
            kind=typed["kind"],
            behalf=_behalf(typed),
            once=web.once(),
        )
    except Invalid as refused:
        return _refused(about, page, typed | {"block": block}, refused)
    return _opened(thread.id)


def _behalf(typed: dict[str, Any]) -> Behalf | None:
    """Whose comment it is, where anything is said of that."""
    said = Behalf(typed["party"], typed["speaker"], typed["source"])
    return said if any(said) else None


def _refused(about: str, page: int, typed: dict[str, Any], refused: Invalid) -> Response:
    if web.is_htmx():
        links = Links(about, page)
        return web.answer("comments/_new.html", 422, links=links, page=page, typed=typed, errors=refused.errors)
    return addresses.again(about, 422, page, typed=typed, errors=refused.errors)


@blueprint.post("/threads/<id>/comments")
@web.rule(Action.COMMENT)
def reply(region: str, id: str) -> Response:
    """Reply in a thread."""
    typed = web.form("text", "reopen", *BEHALF, "key")
    try:
        service.reply(
            web.workspace(),
            web.me(),
            id,
            typed["text"],
            behalf=_behalf(typed),
            reopen=bool(typed["reopen"]),
            once=web.once(),
        )
    except Invalid as refused:
        return _reply_refused(id, typed, refused)
    return posted(id)


def _reply_refused(id: str, typed: dict[str, Any], refused: Invalid) -> Response:
    subject, talk = service.talk(web.workspace(), web.me(), id)
    context: dict[str, Any] = {"replying": id, "replied": typed, "reply_errors": refused.errors}
    if web.is_htmx():
        return web.answer("comments/_thread.html", 422, subject=subject, talk=talk, asked=id, **context)
    return addresses.again(subject.about, 422, talk.place.page, **context)


def posted(thread_id: str) -> Response:
    """The answer to every act on a thread: the thread as it is now, or the text at it."""
    subject, talk = service.talk(web.workspace(), web.me(), thread_id)
    to = address_of(subject, talk)
    return web.done(to, "comments/posted.swap.html", subject=subject, talk=talk, asked=thread_id)


def _opened(thread_id: str) -> Response:
    """The answer to a new thread: it is put at its paragraph, and its passage is marked."""
    subject, talk = service.talk(web.workspace(), web.me(), thread_id)
    to = address_of(subject, talk)
    passage = _passage(subject, talk) if web.is_htmx() and talk.place.end else ""
    return web.done(to, "comments/opened.swap.html", subject=subject, talk=talk, asked=thread_id, passage=passage)


def _passage(subject: Subject, talk: Talk) -> str:
    """The html of the paragraph that a thread stands at, with its passage and those of the others there marked."""
    parts, page = web.workspace(), talk.place.page
    others = service.seats(parts, web.me(), subject, parts.region(web.me().region).view(), page)
    here = [block for block in subject.read(page).blocks if block.number == talk.block]
    return "".join(marked_block(block, others, talk.thread.id) for block in here)


def address_of(subject: Subject, talk: Talk) -> str:
    """Where a thread is read: open, on the page where it stands."""
    return addresses.reading(subject.about, talk.place.page, talk.thread.id)


# -- On the pages of other rooms --


def woven(subject: Subject, block: int = 0, quote: str = "") -> dict[str, Any]:
    """What the page of a text of another room shows it with: its threads, and the form for a new one.

    `block` is the paragraph whose form is open, 0 for none.
    """
    asked, parts = request.args.get("thread", ""), web.workspace()
    seen = parts.region(web.me().region).view().last_event()  # before the threads: what comes between is asked for anew
    talks = tuple(service.about(parts, web.me(), subject))
    return {
        "subject": subject,
        "links": Links(subject.about, number=subject.number),
        "talks": talks,
        "more": {},
        "asked": asked,
        "seen": seen,
        "marked": lambda block: marked_block(block, talks, asked),
        "commenting": _untyped(block, subject.number, quote),
    }


addresses.register(
    "document", Addresses("comments.reading", "comments.new", "comments.open_thread", "comments.news", show_page)
)
