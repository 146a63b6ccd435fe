"""A hearing as a file for people to read: what was asked, what was answered, and what was made of it.

Made from the records, which hold the truth; nothing is read back from here. Always in bokmål.
"""

from __future__ import annotations

from collections.abc import Mapping

from workspace.hearings.answer import HearingAnswer, Part
from workspace.hearings.model import Hearing
from workspace.transfer.readable import front, when

_OUTCOMES = {
    "taken_in": "Tatt inn", "partly": "Delvis tatt inn", "not_taken_in": "Ikke tatt inn",
    "noted": "Tatt til orientering", "": "Ikke vurdert ennå",
}  # fmt: skip


def hearing(found: Hearing, answers: list[HearingAnswer], municipalities: Mapping[str, str]) -> bytes:
    """A hearing with its answers, as they came."""
    facts = {
        "title": found.title,
        "state": found.state,
        "version": found.number,
        "opened": when(found.opened) if found.opened is not None else "",
        "closes": when(found.closes),
        "asked": list(found.asked),
        "questions": list(found.questions),
        "id": found.id,
    }
    letter = f"{found.letter.strip()}\n" if found.letter else ""
    said = "".join(_answer(answer, municipalities) for answer in answers)
    return (front(facts) + letter + (f"\n## Høringsuttalelser\n{said}" if said else "")).encode("utf-8")


def _answer(answer: HearingAnswer, municipalities: Mapping[str, str]) -> str:
    place = municipalities.get(answer.municipality, "")
    who = ", ".join(part for part in (answer.party, answer.name, answer.role, place) if part) or "Uten navn"
    head = f"\n### {answer.number}. {who}, {when(answer.received)}\n"
    if answer.withdrawn is not None:
        return f"{head}\nTrukket {when(answer.withdrawn)}.\n"
    return head + "".join(_part(part) for part in answer.parts)


def _part(part: Part) -> str:
    about = f"\n**{part.heading}**\n" if part.heading else ""
    text = "\n".join(f"> {line}".rstrip() for line in part.text.splitlines())
    made = [_OUTCOMES.get(part.outcome, part.outcome)]
    made += [f"Vurdering: {part.assessment}"] if part.assessment else []
    made += [f"Begrunnelse: {part.reason}"] if part.reason else []
    made += [f"Endret i versjon {part.led_to}"] if part.led_to else []
    return f"{about}\n{text}\n\n" + "\n".join(f"- {line}" for line in made) + "\n"
