"""Addresses for what is looked at of threads one by one: a single thread, more of them, and what is new."""

from __future__ import annotations

import time
from collections.abc import Hashable
from typing import Any, cast

from flask import Response, redirect, request

from workspace import keeping, web
from workspace.access import Action, can
from workspace.comments import names, pacing, service, showing
from workspace.comments import news as all_news
from workspace.comments import subject as subjects
from workspace.comments.addresses import Links
from workspace.comments.lines import line
from workspace.comments.news import News
from workspace.comments.routes import address_of, asked_for, blueprint, marked_block, threads_shown
from workspace.comments.service import Talk
from workspace.comments.subject import Subject
from workspace.documents import service as documents
from workspace.kept import Kept
from workspace.store.port import View

blueprint.add_app_template_global(names.kind, "comment_kind")
blueprint.add_app_template_global(names.state, "thread_state")
blueprint.add_app_template_global(line, "thread_line")

_pace = pacing.Pace()
_seated: Kept[tuple[Talk, ...]] = Kept(20_000)  # threads


@blueprint.get("/threads/<id>")
@web.rule(Action.READ_DOCUMENT)
def thread(region: str, id: str) -> Response:
    """One thread: for htmx opened where its line was, else the page that it stands on, open."""
    subject, talk = service.talk(web.workspace(), web.me(), id)
    if not web.is_htmx():
        return cast(Response, redirect(address_of(subject, talk), 303))
    return web.answer("comments/_thread.html", subject=subject, talk=talk, asked=id, focused=True)


@blueprint.get("/documents/<id>/threads")
@web.rule(Action.READ_DOCUMENT)
def further(region: str, id: str) -> Response:
    """More of the threads at a paragraph, as lines."""
    parts, me = web.workspace(), web.me()
    view, wanted = parts.region(me.region).view(), asked_for()
    document = documents.get(parts, me, id, view)
    page = web.page_number() if document.unit else 0
    subject = subjects.of_document(parts, me, document, view)
    found = showing.on_page(parts, me, subject, view, page, wanted)
    there = tuple(talk for talk in found.talks if talk.block == wanted.at)
    shown = threads_shown(found._replace(talks=there), wanted)
    told: dict[str, Any] = {"subject": subject, "document": document, "page": page, "number": wanted.at}
    return web.answer("comments/_further.html", **told, **shown)


@blueprint.get("/documents/<id>/threads/news")
@web.rule(Action.READ_DOCUMENT)
def news(region: str, id: str) -> Response:
    """What is new in a document's threads after the event `seen`: 204 for nothing, 429 for who asks too often."""
    return news_about(f"document:{id}")


def news_about(about: str) -> Response:
    """The same of any text. Most who ask get the answer that nothing is new, so that is found out first."""
    parts, me = web.workspace(), web.me()
    wait = _pace.wait(me.by, time.monotonic())
    if wait:
        return Response(status=429, headers={"Retry-After": str(wait)})
    view, seen = parts.region(me.region).view(), web.number(request.args.get("seen", ""))
    subject = subjects.find(parts, me, about, view)
    found = all_news.since(parts, me, subject, view, seen) if view.last_event() != seen else None
    if found is None:
        return Response(status=204)
    return web.answer("comments/news.swap.html", **_told(subject, view, found))


def _told(subject: Subject, view: View, found: News) -> dict[str, Any]:
    """What the answer is made of. What is the same for many who ask is kept."""
    me, page = web.me(), web.page_number() if subject.unit else 0
    which = showing.asked(request.args.get("threads", "all"))
    is_known = request.args.get("known") == str(subject.number)  # in another text paragraphs have other numbers
    is_document = subject.kind == "document"  # other pages show all threads, and count none
    here = [talk for talk in found.new if showing.is_chosen(talk.thread, which, me)]
    here = [talk for talk in here if is_known and (not subject.unit or talk.place.page == page)]
    are_open = request.args.get("open") == "1"
    every = _seats(subject, view, page) if found.new or found.moved else ()
    told: dict[str, Any] = {
        "document": subject.thing,
        "page": page,
        "new": tuple(here),
        "touched": found.touched,
        "moved": tuple(sorted(found.moved)),
        "counts": showing.counts(every) if every and is_document else {},
        "shown": which,
        "are_open": are_open,
        "marks": _marks(subject, page, here, every) if are_open else {},
    }
    kept = keeping.part("comments/_news.html", _made_of(told), **told, subject=subject)
    return {"kept": kept, "news": found, "is_newer": not is_known, "links": Links(subject.about, page)}


def _made_of(told: dict[str, Any]) -> Hashable:
    me, talks = web.me(), (*told["new"], *told["touched"])
    is_own = any(me.person in (comment.by, comment.entered_by) for talk in talks for comment in talk.comments)
    rights = [(can(me, Action.COMMENT, talk.thread), can(me, Action.RESOLVE_THREAD, talk.thread)) for talk in talks]
    plain = told | {"counts": tuple(told["counts"].items()), "marks": tuple(told["marks"].items())}
    return me.person if is_own else None, *rights, *plain.values()


def _seats(subject: Subject, view: View, page: int) -> tuple[Talk, ...]:
    """The threads of a page, worked out once after each event for all who ask."""
    made_of = subject.about, page, view.last_event()
    found = _seated.get(made_of)
    if found is None:
        found = tuple(service.seats(web.workspace(), web.me(), subject, view, page))
        _seated.put(made_of, found, 1 + len(found))
    return found


def _marks(subject: Subject, page: int, new: list[Talk], every: tuple[Talk, ...]) -> dict[str, str]:
    """The html of each paragraph that has a new thread, its passages marked, by the id it has on the page."""
    blocks = {talk.block for talk in new if talk.place.end}
    shown = [
        service.counted(web.workspace().region(web.me().region).view(), talk) for talk in every if talk.block in blocks
    ]
    return {
        block.anchor if subject.kind == "document" else f"text-{block.number}": marked_block(block, shown, "")
        for block in subject.read(page).blocks
        if block.number in blocks
    }
