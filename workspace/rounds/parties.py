"""How the answers of a round fall into groups: the municipalities, and the groups of those who answer as persons.

A group is named by the number of its municipality, or by "group:" and its name, as members' organisations and
imported files have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workspace.rounds import counting, figures
from workspace.rounds.ballot import Ballot, Voice
from workspace.rounds.figures import Groups, Pair
from workspace.rounds.service import Standing
from workspace.rounds.suppression import LEAST

TOGETHER = "together"  # the municipalities, or all who answer as persons of one
STAFF = "group:municipality"  # others in the municipalities, who answer as persons
BUSINESS = "group:business"

Values = Mapping[str, list[int]]


def own(found: Standing, measure: str) -> dict[str, int]:
    """What each voice's answer counts as. Where points are given, one that gave points elsewhere gave none here."""
    given = {voice: counting.value_of(ballot, found.met) for voice, ballot in found.ballots.get(measure, {}).items()}
    if found.round.method != "priority" or not found.shown:
        return given
    return {voice: given.get(voice, 0) for voice in found.electorate if found.answered.get(voice)}


def group_of(voice: Voice) -> str:
    """The fixed group of a person's voice: their municipality, where they are of one, else the group; "" for none."""
    if voice.municipality and voice.group in {"", "municipality"}:
        return voice.municipality
    return f"group:{voice.group}" if voice.group else ""


def voting(found: Standing, measure: str) -> dict[str, list[int]]:
    """The answers that count by their fixed groups; a municipality with one voice is a group of one. Who belongs to no
    group is left out."""
    given = own(found, measure)
    if not found.round.by_person:
        return {number: [given[number]] if number in given else [] for number in found.round.electorate}
    of = {id: group_of(voice) for id, voice in found.voices.items()}
    return _grouped({id: name for id, name in of.items() if name}, given)


def advising(found: Standing, measure: str) -> dict[str, list[int]]:
    """The advisory answers by group."""
    return by_group(found.advice.get(measure, ()))


def by_group(ballots: Iterable[Ballot]) -> dict[str, list[int]]:
    """Advisory answers by group, in the order they came."""
    groups: dict[str, list[int]] = {}
    for ballot in ballots:
        groups.setdefault(f"group:{ballot.group or 'other'}", []).append(ballot.value)
    return groups


def pooled(found: Standing, measure: str) -> dict[str, list[int]]:
    """Whom a picture shows: the municipalities together, and each other group."""
    if found.round.by_person:
        return by_organisation(found, measure)
    return {TOGETHER: list(own(found, measure).values()), **advising(found, measure)}


def by_municipality(found: Standing, measure: str) -> dict[str, list[int]]:
    """In a round by person: the answers by municipality, of those who are of one."""
    of = {id: voice.municipality for id, voice in found.voices.items() if voice.municipality}
    return _grouped(of, own(found, measure))


def by_organisation(found: Standing, measure: str) -> dict[str, list[int]]:
    """In a round by person: the answers by group, all who are of a municipality together."""
    return _grouped({id: _organisation(voice) for id, voice in found.voices.items()}, own(found, measure))


def _organisation(voice: Voice) -> str:
    group = group_of(voice) or "group:other"
    return group if group.startswith("group:") and group != STAFF else TOGETHER


def _grouped(names: Mapping[str, str], given: Mapping[str, int]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {name: [] for name in names.values()}
    for voice, name in names.items():
        if voice in given:
            groups[name].append(given[voice])
    return groups


def shares(found: Standing, values: Values) -> dict[str, figures.Share]:
    """The share of support in each group."""
    return {name: figures.share(found.round.method, given) for name, given in values.items()}


def everybody(found: Standing, measure: str) -> Groups:
    """The shares of all fixed groups, advisory ones too: what bridging and dividing is seen by."""
    return shares(found, {**advising(found, measure), **voting(found, measure)})


def agreement(found: Standing, measure: str) -> float | None:
    """Group-informed consensus with the fixed groups; None where there are none, where nobody has answered, or where
    points are given."""
    groups = voting(found, measure)
    if not any(groups.values()) or found.round.method == "priority" or found.round.is_anonymous or not found.shown:
        return None
    return figures.agreement(shares(found, groups))


def pair(found: Standing, measure: str) -> Pair | None:
    """The municipalities and the businesses beside each other, where both took a stand; not where points are given."""
    if found.round.method == "priority":
        return None
    if found.round.by_person:
        groups = by_organisation(found, measure)
        sides = groups.get(TOGETHER, []), groups.get(BUSINESS, [])
    else:
        sides = list(own(found, measure).values()), advising(found, measure).get(BUSINESS, [])
    municipality, business = (figures.share(found.round.method, side) for side in sides)
    return figures.pair(municipality, business, LEAST if found.round.is_anonymous else 1)


def all_values(found: Standing, measure: str) -> list[int]:
    """Every answer that counts, without whose it is."""
    return list(own(found, measure).values())
