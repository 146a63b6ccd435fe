"""Making a letter of notices: looking up what letters.py puts into words, and what mail programs are told."""

from __future__ import annotations

from collections.abc import Sequence

from workspace.accounts.model import Person
from workspace.errors import Message
from workspace.mail import Letter, code_of, reply_address
from workspace.notices import letters, unsubscribing
from workspace.notices.delivery import Delivery
from workspace.notices.inbox import News
from workspace.notices.letters import About
from workspace.notices.model import MENTIONED
from workspace.notices.things import THREAD
from workspace.parts import Workspace
from workspace.regions.model import Region
from workspace.text import LOCALES


def letter_of(
    workspace: Workspace, slug: str, delivery: Delivery, person: Person, news: Sequence[News], more: int = 0
) -> Letter:
    """The letter of a delivery as it is now."""
    config, language = workspace.config, language_of(workspace, person)
    code = code_of(config.secret_key, slug, delivery.id)
    answers = reply_address(config, code)
    can_answer = bool(answers and delivery.thread) and any(one.is_open_thread for one in news)
    what, stops = _stopped(news)
    region = workspace.house.view().get(Region, slug)
    address = unsubscribing.address(config, slug, person.id, what)
    about = About(
        region=region.name if region is not None else slug,
        address=f"{config.base_url.rstrip('/')}/r/{slug}",
        news=letters.by_weight(news),
        more=more,
        can_answer=can_answer,
        stops=stops,
        stop=address,
        stop_all=unsubscribing.address(config, slug, person.id, unsubscribing.ALL),
    )
    return Letter(
        id=code,
        to=person.email,
        subject=letters.subject(about, language),
        text=letters.body(about, language),
        belongs_to=code_of(config.secret_key, slug, THREAD, delivery.thread) if delivery.thread else "",
        reply_to=answers if can_answer else "",
        returns_to=answers,
        headers=(
            ("Content-Language", language),
            ("List-Unsubscribe", f"<{address}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ),
    )


def language_of(workspace: Workspace, person: Person) -> str:
    """The language that somebody is written to in."""
    return person.locale if person.locale in LOCALES else workspace.config.default_locale


def _stopped(news: Sequence[News]) -> tuple[str, Message | None]:
    """What the nearer of the two ways to stop is for: the thread or the thing that a letter is about alone, or being
    named; of several things, all mail."""
    if all(one.notice.why == MENTIONED for one in news):
        return f"why:{MENTIONED}", letters.stops(None)
    threads = {one.notice.thread for one in news}
    if len(threads) == 1 and "" not in threads:
        return f"{THREAD}:{threads.pop()}", letters.stops(news[0].thing)
    followed = {one.thing.followed for one in news}
    if len(followed) == 1:
        return followed.pop(), letters.stops(news[0].thing._replace(thread=None, comment=None))
    return unsubscribing.ALL, None
