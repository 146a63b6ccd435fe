"""What the page of a round says to the one who leads it: whom to remind, and what it came to."""

from __future__ import annotations

from typing import Any

from workspace import access, mail, web
from workspace.regions import service as regions
from workspace.rounds import letters, outcome, posting, reminding
from workspace.rounds.model import Round
from workspace.rounds.reminder import Reminder
from workspace.rounds.service import Standing
from workspace.rounds.starting import can_start
from workspace.translation import language


def about_outcome(found: Standing) -> dict[str, Any]:
    """The text to go on from, who may follow up, and which measures the outcome may start."""
    round_ = found.round
    parts, me = web.workspace(), web.me()
    fresh = outcome.suggested(found, web.translate) if found.shown else ""
    kept = round_.outcome if round_.state == "open" else outcome.refreshed(round_.outcome, found, web.translate)
    names = [municipality.name for municipality in regions.municipalities(parts, me)]
    return {
        "suggestion": kept or fresh,
        "may_follow_up": [*names, *(member.name for member in regions.members(parts, me))],
        "startable": [m for m in found.measures if can_start(round_, m, found.verdicts.get(m.id))],
    }


def about_reminders(round_: Round) -> dict[str, Any]:
    """Whom a reminder would go to, and what became of what was to be told."""
    parts, me = web.workspace(), web.me()
    post = reminding.post(parts, me, round_)
    is_on = mail.is_on(parts.config)
    return {
        "post": post,
        "mail_is_on": is_on,
        "first_words": letters.first_words(round_, language()),
        "to_copy": [] if is_on else _grouped(post.waiting),
        "unsure": _grouped(post.unsure),
        "refused_mail": _grouped(post.refused),
    }


def _grouped(reminders: tuple[Reminder, ...]) -> list[tuple[str, str, list[str], list[str]]]:
    """Letters that say the same, together: subject, text, addresses, ids of reminders."""
    parts = web.workspace()
    actor = access.operator(web.me().region)
    view = parts.region(actor.region).view()
    found: dict[tuple[str, str], tuple[list[str], list[str]]] = {}
    for reminder in reminders:
        letter = posting.letter_to(parts, actor, view, reminder, alike=not mail.is_on(parts.config))
        if letter is not None:
            addresses, ids = found.setdefault((letter.subject, letter.text), ([], []))
            addresses.append(letter.to)
            ids.append(reminder.id)
    return [(subject, text, *lists) for (subject, text), lists in found.items()]
