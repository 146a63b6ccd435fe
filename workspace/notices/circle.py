"""Everybody who may be told of anything in a region, as they stand at one moment."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cached_property

from workspace.access import RULES, Action, Actor, Role, can
from workspace.notices.mentions import Names, key
from workspace.notices.model import REST, Preference
from workspace.regions.model import Membership, Municipality
from workspace.store.port import View

# What a group can be called after an @.
CALLED = {
    "business": ("næringsliv", "næringslivet", "business"),
    "youth": ("ungdom", "ungdommen", "ungdomsrådet", "youth"),
    "county": ("fylkeskommune", "fylkeskommunen", "fylkeskommuna", "county"),
    "research": ("fou", "research"),
    "voluntary": ("frivillighet", "frivilligheten", "frivilligheita", "voluntary"),
    "state": ("staten", "state"),
}
LEADERS_CALLED = ("prosessleder", "prosesslederen", "prosesslederne", "prosessleiar", "prosessleiaren", "facilitator")


class Circle:
    """The members of a region who have not left it, what they may do, and what they have said of notices.

    Read when it is asked for, and once for many events.
    """

    def __init__(self, view: View) -> None:
        self._view = view

    @cached_property
    def members(self) -> Mapping[str, Membership]:
        """Those who are members now, by id."""
        return {member.id: member for member in self._view.find(Membership, order="name") if member.ended is None}

    @cached_property
    def municipalities(self) -> Mapping[str, Municipality]:
        """The municipalities, by number."""
        return {one.id: one for one in self._view.find(Municipality)}

    @cached_property
    def actors(self) -> Mapping[str, Actor]:
        """The members as those who act, by id."""
        return {member.id: _actor(member, self.municipalities.values()) for member in self.members.values()}

    @cached_property
    def preferences(self) -> Mapping[str, Preference]:
        """What they have said of mail, by id."""
        return {one.id: one for one in self._view.find(Preference)}

    @cached_property
    def leaders(self) -> frozenset[str]:
        """Who leads: facilitators and administrators."""
        return frozenset(id for id, actor in self.actors.items() if can(actor, Action.WRITE_ROUND))

    @cached_property
    def want_all(self) -> frozenset[str]:
        """Who has asked to hear of all that happens."""
        return frozenset(id for id, said in self.preferences.items() if REST in said.wanted)

    def answering_for(self, number: str) -> tuple[str, ...]:
        """Who answers for a municipality: the voting member and the deputies that are members still."""
        municipality = self.municipalities.get(number)
        if municipality is None:
            return ()
        people = (municipality.voting_member, *municipality.deputies)
        return tuple(id for id in dict.fromkeys(people) if id and number in self.voices_of(id))

    def voices_of(self, person: str) -> frozenset[str]:
        """The municipalities that somebody answers for."""
        actor = self.actors.get(person)
        return actor.voices if actor is not None else frozenset()

    @cached_property
    def called(self) -> dict[str, frozenset[str]]:
        """Whom each name means, by `mentions.key`: a person by the whole name, or by the first where only one has it; a
        municipality's who answer for it, else its members; an organisation's members; a group's."""
        found: dict[str, set[str]] = {}
        for word, people in self._all_called():
            found.setdefault(key(word), set()).update(people)
        return {word: frozenset(people) for word, people in found.items() if people}

    @cached_property
    def _names(self) -> Names:
        return Names(self.called)

    def mentions(self, text: str) -> tuple[str, ...]:
        """The names with their @ that a text mentions, as they are written in it."""
        written = unicodedata.normalize("NFC", text)
        return tuple(dict.fromkeys(written[found.start : found.end] for found in self._names.found(text)))

    def named_in(self, text: str) -> frozenset[str]:
        """The people that a text mentions."""
        return frozenset(person for mention in self._names.found(text) for person in self.called[mention.name])

    def _all_called(self) -> Iterable[tuple[str, Iterable[str]]]:
        firsts: dict[str, list[str]] = {}
        for member in self.members.values():
            yield member.name, (member.id,)
            if len(member.name.split()) > 1:
                firsts.setdefault(member.name.split()[0], []).append(member.id)
            if member.organisation:
                yield member.organisation, (member.id,)
            for word in CALLED.get(member.group or "", ()):
                yield word, (member.id,)
            if member.role == Role.FACILITATOR:
                yield from ((word, (member.id,)) for word in LEADERS_CALLED)
        yield from ((word, people) for word, people in firsts.items() if len(people) == 1)
        for number, municipality in self.municipalities.items():
            members = [member.id for member in self.members.values() if member.municipality == number]
            yield municipality.name, self.answering_for(number) or members


def _actor(member: Membership, municipalities: Iterable[Municipality]) -> Actor:
    """The member as one who acts. Who may not answer in rounds answers for no municipality."""
    voices = frozenset(one.id for one in municipalities if member.id in (one.voting_member, *one.deputies))
    return Actor(
        person=member.id,
        name=member.name,
        role=member.role,
        municipality=member.municipality,
        group=member.group,
        organisation=member.organisation,
        voices=voices if member.role in RULES[Action.ANSWER_ROUND] else frozenset(),
    )
