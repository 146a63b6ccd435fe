"""What is said of each event, on the screen and in mail: a sentence that tells no more than that it happened.

Sentences have a place for what they are about (`%(what)s`), which is a link on the screen and its name in a letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from markupsafe import Markup

from workspace import text, translation
from workspace.comments.model import TAKEN_IN
from workspace.errors import Message, _
from workspace.notices.follows import Followed
from workspace.notices.inbox import News
from workspace.notices.model import ANSWERED, MENTIONED, THEME
from workspace.notices.things import Thing
from workspace.rounds.reminder import CONFIRM, DEADLINE, ON_BEHALF, OUTCOME

Value = str | Message | Callable[[str], str]  # what is put into a sentence; a callable is given the language

ICONS = {
    "threads": "comment", "comments": "comment", "suggestions": "edit", "documents": "document", "measures": "measure",
    "amendments": "edit", "rounds": "round", "reminders": "clock", "status_reports": "tick",
    "hearings": "document", "hearing_answers": "comment",
}  # fmt: skip
_NUMBERS = (
    _("null"), _("ett"), _("to"), _("tre"), _("fire"), _("fem"), _("seks"), _("sju"), _("åtte"), _("ni"), _("ti"),
    _("elleve"), _("tolv"),
)  # fmt: skip
_FIRST = re.compile(r"%\((\w+)\)s")
_OPERATOR = _("Driftsansvarlig")

# What happened, where one sentence does.
_SAID = {
    "threads.opened": _("%(who)s kommenterte %(what)s"),
    "threads.reopened": _("%(who)s åpnet en tråd i %(what)s igjen"),
    "threads.resolved": _("%(who)s markerte en tråd i %(what)s som løst"),
    "comments.edited": _("%(who)s nevnte deg i %(what)s"),
    "comments.removed": _("Kommentaren din i %(what)s er fjernet"),
    "suggestions.made": _("%(who)s foreslo endring i %(what)s"),
    "suggestions.taken_in": _("Forslaget til %(what)s er tatt inn"),
    "suggestions.declined": _("Forslaget til %(what)s er ikke tatt inn"),
    "documents.created": _("%(who)s la inn %(what)s"),
    "documents.changed": _("%(who)s lagret en ny versjon av %(what)s"),
    "measures.proposed": _("%(who)s foreslo tiltaket %(what)s"),
    "measures.changed": _("%(who)s endret teksten i %(what)s"),
    "measures.reworded": _("%(who)s endret teksten i %(what)s"),
    "measures.merged": _("%(what)s er slått sammen med et annet tiltak"),
    "measures.status_changed": _("%(what)s har fått ny status"),
    "measures.responsibility_accepted": _("Ansvaret for %(what)s er bekreftet"),
    "amendments.proposed": _("%(who)s foreslo endring i %(what)s"),
    "amendments.declined": _("Endringsforslaget til %(what)s er ikke tatt inn"),
    "rounds.opened": _("%(what)s er åpnet"),
    "rounds.extended": _("%(what)s har fått ny frist"),
    "rounds.closed": _("%(what)s er lukket"),
    "rounds.reopened": _("%(what)s er åpnet igjen"),
    "rounds.concluded": _("%(what)s er avsluttet. Oppsummeringen er skrevet."),
    "rounds.not_opened": _("%(what)s ble ikke åpnet som planlagt"),
    "hearings.opened": _("%(what)s er sendt på høring"),
    "hearings.extended": _("Høringen av %(what)s har fått ny frist"),
    "hearings.closed": _("Høringen av %(what)s er lukket"),
    "hearing_answers.received": _("Det er kommet svar på høringen av %(what)s"),
    "status_reports.asked": _("%(who)s ber om en statusrapport om %(what)s"),
    "status_reports.written": _("%(who)s skrev en statusrapport om %(what)s"),
}


def sentence(news: News) -> Message:
    """What happened, with places for who did it and what it is about."""
    found = _found(news)
    values = {"who": news.who or _OPERATOR, "what": title(news.thing)} | dict(found.values)
    return Message(found.text, values)


def _found(news: News) -> Message:
    notice = news.notice
    if notice.why == MENTIONED:
        return _("%(who)s nevnte deg i %(what)s")
    if len(news.notices) > 1:
        return _many(news)
    if notice.action == "measures.reworded" and notice.why == ANSWERED:
        return _("Endringsforslaget til %(what)s er tatt inn")
    made = {"comments.posted": _posted, "threads.settled": _settled, "reminders.made": _reminded}
    return made[notice.action](news) if notice.action in made else _SAID[notice.action]


def _many(news: News) -> Message:
    count = _number(len(news.notices))
    if news.notice.action in {"documents.changed", "measures.changed"}:
        return _("%(who)s lagret %(count)s nye versjoner av %(what)s", count=count)
    return _("%(count)s nye kommentarer i %(what)s", count=count)


def _posted(news: News) -> Message:
    thread = news.thing.thread
    if news.notice.why != ANSWERED or thread is None:
        return _("%(who)s kommenterte %(what)s")
    if thread.by == news.notice.person:
        return _("%(who)s svarte på tråden din i %(what)s")
    return _("%(who)s svarte i en av trådene dine i %(what)s")


def _settled(news: News) -> Message:
    outcome = news.thing.thread.outcome if news.thing.thread is not None else ""
    if not outcome:
        return _("%(who)s avgjorde en tråd i %(what)s")
    return (
        _("Innspillet til %(what)s er tatt inn")
        if outcome == TAKEN_IN
        else _("Innspillet til %(what)s er ikke tatt inn")
    )


def _reminded(news: News) -> Message:
    reminder = news.reminder
    match reminder.what if reminder is not None else "":
        case what if what == DEADLINE and reminder is not None and len(reminder.about) > 1:
            return _("Du har %(count)s tiltak igjen i %(what)s", count=_number(len(reminder.about)))
        case what if what == DEADLINE:
            return _("Du har ett tiltak igjen i %(what)s")
        case what if what == ON_BEHALF:
            return _("Et svar er ført for kommunen din i %(what)s")
        case what if what == CONFIRM:
            return _("En tekst i %(what)s er endret. Bekreft eller endre svaret.")
        case what if what == OUTCOME:
            return _("Oppsummeringen av %(what)s mangler")
    return _("Påminning fra %(who)s om %(what)s")


def note(news: News) -> Message | None:
    """What else there is to say, in a sentence of its own; None for nothing."""
    notice, thing = news.notice, news.thing
    match notice.action:
        case "threads.settled" if thing.thread is not None and thing.thread.reason:
            return _("«%(reason)s»", reason=thing.thread.reason)
        case "comments.removed" if thing.comment is not None and thing.comment.removed_reason:
            return _("Begrunnelse: %(reason)s", reason=thing.comment.removed_reason)
        case "reminders.made" if news.reminder is not None and news.reminder.what == ON_BEHALF:
            return _("Stemmer det ikke, kan dere rette det ved å svare selv.")
        case "rounds.opened" | "rounds.extended" | "rounds.reopened" | "reminders.made" if thing.record.state == "open":
            closes = thing.record.closes
            return _(
                "Runden lukkes %(day)s %(clock)s.",
                day=lambda language: text.day(closes, "EEEE d. MMMM", language),
                clock=lambda language: text.clock(closes, language),
            )
    if notice.why == THEME:
        return _("Merket med %(theme)s, som du følger.", theme=thing.theme.partition(":")[2])
    return None


def title(thing: Thing) -> Value:
    """What a thing is called in a sentence: «T-03 Felles kai», «runde 2»."""
    if thing.kind in {"round", "outcome"}:
        return _("runde %(number)s", number=thing.record.number)
    return thing.title


def followed_title(followed: Followed) -> Value:
    """What something followed is called where it stands alone."""
    thing = followed.thing
    if thing is None:
        return _("Verdikjeden %(name)s", name=followed.theme)
    if thing.thread is not None:
        return _("Tråd i %(title)s", title=title(thing))
    if thing.kind == "round":
        return _("Runde %(number)s: %(title)s", number=thing.record.number, title=thing.record.title)
    return title(thing)


def icon(news: News) -> str:
    """The picture beside it."""
    return ICONS[news.notice.action.partition(".")[0]]


def tabs() -> tuple[tuple[str, Message], ...]:
    """The tabs of the inbox, in order."""
    return (("all", _("Alle")), ("unread", _("Ulest")), ("mentioned", _("Du er nevnt")), ("deadlines", _("Frister")))


# -- As text --


def plain(message: Value, language: str) -> str:
    """A sentence as text in a language."""
    if not isinstance(message, Message):
        return _value(message, language)
    said, values = _filled(message, language)
    return said % values


def linked(message: Message, language: str, address: str) -> Markup:
    """A sentence in a language, with what it is about as a link."""
    said, values = _filled(message, language)
    if "what" in values:
        values["what"] = Markup('<a href="{}">{}</a>').format(address, values["what"])
    return Markup(said) % values  # noqa: S704  our own text; what is put in is escaped


def _filled(message: Message, language: str) -> tuple[str, dict[str, str]]:
    """A sentence in a language, and what is put into it; whichever comes first with a capital letter."""
    said = translation.translated(language, message.text)
    values = {name: _value(value, language) for name, value in message.values.items()}
    first = _FIRST.match(said)
    if first is not None:
        values[first[1]] = text.as_sentence(values[first[1]])
    return said, values


def _value(value: Value, language: str) -> str:
    if isinstance(value, Message):
        return translation.said(language, value)
    return value(language) if callable(value) else str(value)


def number(count: int, language: str) -> str:
    """A small number in words, as running text has it; digits above twelve."""
    return _value(_number(count), language)


def _number(count: int) -> Value:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)
