"""Addresses of the room notices: the inbox, marking as read, how one wants mail, and following things."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from flask import Response, g, redirect, request
from flask.sansio.blueprints import BlueprintSetupState

from workspace import text, web
from workspace.access import Action
from workspace.comments import addresses
from workspace.documents import service as documents
from workspace.errors import Invalid, NotFound
from workspace.notices import follows, inbox, names, preferring
from workspace.notices.circle import Circle
from workspace.notices.follows import Followed
from workspace.notices.inbox import Inbox, News
from workspace.notices.model import OFTEN, Preference
from workspace.notices.things import THEME, Thing
from workspace.pieces import url_for
from workspace.translation import gettext, language

blueprint = web.room("notices", __name__, "/notices")


@blueprint.record_once
def _tell_the_pages(state: BlueprintSetupState) -> None:
    """What the bell shows on every page, and whether somebody follows what a page is about."""
    state.app.extensions["unread"] = lambda: inbox.unread(web.workspace(), web.me())
    state.app.extensions["is_followed"] = is_followed
    state.app.extensions["mentioned"] = mentioned
    state.app.context_processor(lambda: {"is_followed": is_followed})


def is_followed(about: str) -> bool:
    """Whether the one who asks follows this."""
    return follows.is_followed(web.workspace(), web.me(), about)


def mentioned(said: str) -> tuple[str, ...]:
    """The names that a comment mentions, as they are written in it. The members are read once for all of a page."""
    if "circle" not in g:
        g.circle = Circle(web.workspace().region(web.me().region).view())
    return cast(tuple[str, ...], g.circle.mentions(said))


# -- The inbox --


@blueprint.get("/")
@web.rule(Action.READ_REGION)
def page(region: str) -> Response:
    """One's notices, how one wants mail, and what one follows."""
    return _page()


def _page(code: int = 200, **context: Any) -> Response:
    parts, me = web.workspace(), web.me()
    found = inbox.read(parts, me, request.args.get("show", "all"), web.page_number())
    followed = follows.followed(parts, me)
    today = text.local(parts.now()).date()
    return web.answer(
        "notices/page.html",
        code,
        inbox=found,
        days=[(_day(day, today), news) for day, news in inbox.by_day(found.news, today)],
        line=_line,
        lead=_lead(found),
        tabs=[(tab, web.translate(word), found.counts[tab]) for tab, word in names.tabs()],
        address=_address,
        page_address=lambda number: _address(page=number if number > 1 else None),
        newest=parts.region(me.region).view().last_event(),
        saved="kept" in request.args,
        preference=context.pop("preference", None) or preferring.of(parts.region(me.region).view(), me.by),
        followed=[
            (one.about, _followed_address(one), names.plain(names.followed_title(one), language())) for one in followed
        ],
        themes=_themes(followed),
        **context,
    )


def _lead(found: Inbox) -> str:
    """How it stands, in a sentence."""
    unread = found.counts["unread"]
    if not unread:
        return gettext("Du har lest alt.")
    if unread == 1:
        return gettext("Ett er ulest.")
    return gettext("%(count)s er uleste.", count=text.as_sentence(names.number(unread, language())))


def _day(day: date | None, today: date) -> str:
    """What the lines of a day stand under."""
    if day is None:
        return gettext("Tidligere")
    if day == today:
        return gettext("I dag")
    if day == today - timedelta(days=1):
        return gettext("I går")
    return text.as_sentence(text.day(day, "EEEE d. MMMM"))


def _line(news: News) -> dict[str, Any]:
    """A line as it is shown."""
    address = url_for("notices.go", region=web.me().region, seq=news.notice.seq)
    said = names.note(news)
    is_recent = text.local(web.workspace().now()).date() - text.local(news.notice.at).date() < timedelta(days=7)
    return {
        "icon": names.icon(news),
        "sentence": names.linked(names.sentence(news), language(), address),
        "plain": names.plain(names.sentence(news), language()),
        "note": names.plain(said, language()) if said is not None else "",
        "when": text.clock(news.notice.at) if is_recent else text.day(news.notice.at, "d. MMM"),
        "answer": address if news.is_open_thread else "",
        "seqs": [notice.seq for notice in news.notices],
    }


def _address(**query: Any) -> str:
    """This page's address with another query."""
    kept = {"show": request.args.get("show") or None} | query
    return url_for("notices.page", region=web.me().region, **kept)


def _themes(followed: list[Followed]) -> list[str]:
    """The value chains that can be followed, and are not."""
    known = {one.theme for one in followed}
    chains = documents.listing(web.workspace(), web.me()).counts["value_chain"]
    return sorted(chain for chain in chains if chain and chain not in known)


@blueprint.get("/<seq>")
@web.rule(Action.READ_REGION)
def go(region: str, seq: str) -> Response:
    """Where a notice leads to; that it was opened is kept, as it is of a document that was read."""
    if not (seq.isascii() and seq.isdigit() and len(seq) <= 12):
        raise NotFound()
    news = inbox.opened(web.workspace(), web.me(), int(seq))
    return cast(Response, redirect(address_of(news.thing, news.notice.action, news.notice.record), 303))


def address_of(thing: Thing, action: str = "", record: str = "") -> str:
    """Where a thing is read, at its thread where it is one of them; of an event, where its record is."""
    region, thread = web.me().region, thing.thread
    if thread is not None:
        return url_for("comments.thread", region=region, id=thread.id)
    if action.startswith("hearings."):
        return url_for("hearings.page", region=region, id=record)
    if action.startswith("hearing_answers."):
        return url_for("hearings.answer", region=region, answer=record)
    if action.startswith("status_reports."):
        return url_for("workplan.page", region=region, id=thing.record.id)
    return (
        addresses.reading(thing.about)
        if thing.kind != "round"
        else url_for("rounds.page", region=region, id=thing.record.id)
    )


@blueprint.post("/read")
@web.rule(Action.READ_REGION)
def mark_read(region: str) -> Response:
    """Mark some of one's notices as read."""
    seqs = web.form(many=("notice",))["notice"]
    inbox.mark_read(web.workspace(), web.me(), [web.number(seq) for seq in seqs])
    return _back()


@blueprint.post("/all-read")
@web.rule(Action.READ_REGION)
def mark_all_read(region: str) -> Response:
    """Mark as read all that was there when the page was made."""
    inbox.mark_all_read(web.workspace(), web.me(), web.number(web.form("to")["to"]))
    return _back()


def _back() -> Response:
    return web.done(url_for("notices.page", region=web.me().region, show=request.args.get("show") or None))


@blueprint.post("/preference")
@web.rule(Action.READ_REGION)
def prefer(region: str) -> Response:
    """Keep how often one wants mail, and of what."""
    typed = web.form("often", "key", many=("wanted",))
    try:
        preferring.set_preference(web.workspace(), web.me(), typed["often"], typed["wanted"], once=web.once())
    except Invalid as refused:
        often = typed["often"] if typed["often"] in OFTEN else ""
        said = Preference(id=web.me().by, often=often, wanted=typed["wanted"])
        return _page(422, errors=refused.errors, preference=said)
    return web.done(url_for("notices.page", region=web.me().region, kept=1, _anchor="mail"))


# -- Following --


@blueprint.get("/follow")
@web.rule(Action.READ_REGION)
def following(region: str) -> Response:
    """Whether one follows a thing, and the button to change that."""
    about = request.args.get("about", "")
    followed = is_followed(about)
    if web.is_htmx():
        return web.answer("notices/_follow.html", about=about, followed=followed)
    title, back = _called(about)
    return web.answer("notices/follow.html", about=about, followed=followed, title=title, back=back)


@blueprint.post("/follow")
@web.rule(Action.READ_REGION)
def follow(region: str) -> Response:
    """Follow a thing, or stop."""
    typed = web.form("about", "on", "then", "key")
    about = f"{THEME}:{typed['about']}" if typed["then"] == "theme" else typed["about"]
    kept = follows.set_follow(web.workspace(), web.me(), about, typed["on"] == "1", once=web.once())
    if typed["then"]:
        return web.done(url_for("notices.page", region=web.me().region, _anchor="followed"))
    _title, back = _called(about)
    return web.done(back, "notices/followed.swap.html", about=about, followed=kept.on)


def _called(about: str) -> tuple[str, str]:
    """What is followed, and where it is read."""
    me = web.me()
    thing = follows.require_seen(web.workspace().region(me.region).view(), me, about)
    one = Followed(about, thing)
    return names.plain(names.followed_title(one), language()), _followed_address(one)


def _followed_address(one: Followed) -> str:
    if one.thing is not None:
        return address_of(one.thing)
    return url_for("documents.listing", region=web.me().region, value_chain=one.theme)
