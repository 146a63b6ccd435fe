"""What is written in a letter of notices, in its receiver's language: that something has happened, and where.

Never what was said: mail is read on screens that others see, and how the municipalities stand belongs in the room.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from workspace.errors import Message, _
from workspace.mail import shortened
from workspace.notices import names
from workspace.notices.follows import Followed
from workspace.notices.inbox import News
from workspace.notices.model import STRAIGHT_AWAY
from workspace.notices.things import Thing
from workspace.text import as_sentence
from workspace.translation import said, translated

MOST = 20  # lines; of the rest it is said how many there are
LONGEST_LINE = 300  # characters: a title may be long
MARK = _("Skriv svaret over denne linja")
MARKED = "##-"  # before and after the mark, so that it is found again in what is quoted


class About(NamedTuple):
    """What a letter tells of, already looked up."""

    region: str  # its name
    address: str  # of the region: absolute
    news: Sequence[News]  # the lines, the most important first
    more: int  # notices that are on no line because the receiver of the text may not see them
    can_answer: bool  # by mail
    stops: Message | None  # what is stopped by the nearer of the two links, None where they are the same
    stop: str  # its address
    stop_all: str


def subject(about: About, language: str) -> str:
    """The line that a letter is known by in a list."""
    if len(about.news) == 1 and not about.more:
        return _line(about.news[0], language).rstrip(".")
    count = as_sentence(names.number(len(about.news) + about.more, language))
    return _say(_("%(count)s varsler fra Regionrom for %(region)s", count=count, region=about.region), language)


def body(about: About, language: str) -> str:
    """The letter itself."""
    parts = [_say(_("Hei!"), language)]
    if about.can_answer:
        parts.insert(0, f"{MARKED} {_say(MARK, language)} {MARKED}")
    parts += [_item(one, about, language) for one in about.news[:MOST]]
    more = len(about.news[MOST:]) + about.more
    if more:
        parts.append(f"{_more(more, language)}\n{about.address}/notices/")
    if about.can_answer:
        parts.append(
            _say(
                _(
                    "Du kan svare på denne e-posten. Svaret blir en kommentar i tråden, "
                    "og alle som kan lese tråden, ser det."
                ),
                language,
            )
        )
    return "\n\n".join([*parts, _foot(about, language)]) + "\n"


def _more(count: int, language: str) -> str:
    if count == 1:
        return _say(_("Og ett til:"), language)
    return _say(_("Og %(count)s til:", count=names.number(count, language)), language)


def _item(news: News, about: About, language: str) -> str:
    lines = [_line(news, language)]
    when = names.note(news) if news.notice.action.startswith(("rounds.", "reminders.")) else None
    if when is not None:
        lines.append(names.plain(when, language))
    return "\n".join([*lines, f"{about.address}/notices/{news.notice.seq}"])


def _line(news: News, language: str) -> str:
    return shortened(" ".join(names.plain(names.sentence(news), language).split()), LONGEST_LINE)


def _foot(about: About, language: str) -> str:
    """Why one gets this, and how to stop it."""
    lines = [_say(_("Du får dette fordi du er med i Regionrom for %(region)s.", region=about.region), language)]
    if about.stops is not None:
        lines.append(f"{_say(about.stops, language)}: {about.stop}")
    lines.append(f"{_say(_('Slutt å få e-post om varsler'), language)}: {about.stop_all}")
    lines.append(f"{_say(_('Endre hvor ofte du får e-post'), language)}: {about.address}/notices/#mail")
    return "\n".join(lines)


def stops(thing: Thing | None) -> Message:
    """What the nearer link stops: a thing or a thread; None for being named."""
    if thing is None:
        return _("Slutt å få e-post når noen nevner deg")
    return _("Slutt å få varsel om %(title)s", title=names.followed_title(Followed(thing.about, thing)))


def by_weight(news: Sequence[News]) -> list[News]:
    """The lines as a letter has them: what is meant for the receiver before the rest, each the oldest first."""
    return sorted(news, key=lambda one: (one.notice.why not in STRAIGHT_AWAY, one.notice.seq))


def _say(message: Message, language: str) -> str:
    values: dict[str, Any] = {name: _value(value, language) for name, value in message.values.items()}
    text = translated(language, message.text)
    return text % values if values else text


def _value(value: Any, language: str) -> str:
    return said(language, value) if isinstance(value, Message) else names.plain(value, language)
