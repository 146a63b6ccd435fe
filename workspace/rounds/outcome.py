"""A first text of what a round came to: each verdict in its sentence, and reservations and blocks word for word."""

from __future__ import annotations

import re
from collections.abc import Callable

from workspace.errors import Message
from workspace.rounds.scale import BLOCK, RESERVATION
from workspace.rounds.sentence import LABELS, sentence
from workspace.rounds.service import Standing
from workspace.translation import translated

_QUOTE = re.compile(r"- .+: «.*»")  # a line with somebody's words
_RANK = re.compile(r"\w+\.? \d+ \w+ \d+: ")


def suggested(found: Standing, translate: Callable[[Message], str]) -> str:
    """The text for the facilitator to go on from; "" while standpoints are hidden."""
    return "\n\n".join(_blocks(found, translate).values())


def _blocks(found: Standing, translate: Callable[[Message], str]) -> dict[str, str]:
    """What is said of each measure, by the words its first line begins with."""
    return {
        f"{measure.code} {measure.title}. ": _block(found, measure.id, f"{measure.code} {measure.title}. ", translate)
        for measure in found.measures
        if measure.id in found.verdicts
    }


def _block(found: Standing, id: str, begins: str, translate: Callable[[Message], str]) -> str:
    said = sentence(found.verdicts[id], found.names, translate, found.round.way, found.round.by_person)
    quotes = []
    if found.round.method == "consensus":
        for voice, ballot in sorted(found.ballots.get(id, {}).items(), key=lambda pair: found.names.get(pair[0], "")):
            if ballot.value in {RESERVATION, BLOCK} and ballot.reason:
                reason = " ".join(ballot.reason.split())
                quotes.append(f"- {found.names.get(voice, voice)}: «{reason}»")
    return "\n".join([f"{begins}{said}", *(["", *quotes] if quotes else [])])


def refreshed(draft: str, found: Standing, translate: Callable[[Message], str]) -> str:
    """The facilitator's draft with the numbers as they are now: our own lines are put in anew, all else stays.

    A line is ours while it begins with the measure and an outcome, in any of the languages; the quotes below it go
    with it. Rewritten in other words it is the facilitator's.
    """
    blocks = _blocks(found, translate)
    lines: list[str] = []
    is_ours, blank = False, 0
    for line in draft.split("\n"):
        begins = next((begins for begins in blocks if line.startswith(begins) and _is_verdict(line[len(begins) :])), "")
        if is_ours and not line:
            blank += 1
        elif is_ours and _QUOTE.fullmatch(line):
            blank = 0
        else:
            lines += [""] * blank + (blocks[begins].split("\n") if begins else [line])
            is_ours, blank = bool(begins), 0
    return "\n".join([*lines, *[""] * blank])


def _is_verdict(text: str) -> bool:
    labels = {translated(language, label.text) for label in LABELS.values() for language in ("nb", "nn", "en")}
    return any(text.startswith(f"{label}: ") for label in labels) or _RANK.match(text) is not None
