"""Who has something left in a round, and who is told of what happens in it: people, not addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from workspace import access
from workspace.access import Action, Actor
from workspace.regions.model import Membership, Municipality
from workspace.rounds import counting
from workspace.rounds.ballot import Voice
from workspace.rounds.drafting import may_answer
from workspace.rounds.model import Round
from workspace.store.port import View


class Recipient(NamedTuple):
    """Somebody who answers in a round: for which municipalities (none in a round by person), and what is left."""

    person: str
    municipalities: tuple[str, ...]  # names
    left: tuple[str, ...]  # ids of measures


def people_of(view: View, voice: str) -> tuple[str, ...]:
    """Who answers for a municipality: the voting member, then the deputies, those who are members still."""
    municipality = view.get(Municipality, voice)
    if municipality is None:
        return ()
    people = (municipality.voting_member, *municipality.deputies)
    found = (view.get(Membership, id) for id in dict.fromkeys(people) if id)
    return tuple(member.id for member in found if member is not None and may_answer(member))


def with_something_left(view: View, round_: Round) -> list[Recipient]:
    """Those whose answer is waited for, each with what is left. Nothing here tells what anybody has answered."""
    if round_.state != "open":
        return []
    count = counting.of(view, round_)
    left = {
        voice: tuple(
            id for id in round_.measures if not counting.is_answered(round_, count.answered.get(voice, ()), id)
        )
        for voice in counting.electorate_of(round_, count.voices)
    }
    return _by_person(view, left, count.voices) if round_.by_person else _by_municipality(view, left)


def _by_person(view: View, left: Mapping[str, tuple[str, ...]], voices: Mapping[str, Voice]) -> list[Recipient]:
    found = []
    for id, ids in left.items():
        member = view.get(Membership, voices[id].person) if ids and voices[id].person else None
        if member is not None and may_answer(member):
            found.append(Recipient(member.id, (), ids))
    return found


def _by_municipality(view: View, left: Mapping[str, tuple[str, ...]]) -> list[Recipient]:
    found: dict[str, Recipient] = {}
    for number, ids in left.items():
        municipality = view.get(Municipality, number)
        for person in people_of(view, number) if ids and municipality is not None else ():
            known = found.get(person, Recipient(person, (), ()))
            name = municipality.name if municipality is not None else number
            found[person] = Recipient(person, (*known.municipalities, name), tuple(dict.fromkeys((*known.left, *ids))))
    return list(found.values())


def leaders(view: View, round_: Round) -> tuple[str, ...]:
    """Who is told that a round's outcome is missing: the one who made it, or all who lead when that one is gone."""
    members = [member for member in view.find(Membership, order="name") if member.ended is None]
    leading = [m.id for m in members if access.can(Actor(person=m.id, role=m.role), Action.CONCLUDE_ROUND)]
    return (round_.created_by,) if round_.created_by in leading else tuple(leading)
