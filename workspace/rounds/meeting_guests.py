"""What a guest does: comes in by the meeting's code, sees the round's measures one at a time, and answers them.

A guest is known by the id of their voice, which their phone keeps in its signed cookie. A phone that lost it is a new
guest. A guest may answer this one round, and sees nothing of how it stands (`access.AS_GUEST`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from workspace.access import NOBODY, Actor, Role
from workspace.clean import alphabetical, clean_line
from workspace.errors import Conflict, Invalid, Message, NotFound, _
from workspace.measures.model import Measure
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.regions.model import Municipality
from workspace.rounds import meeting, service
from workspace.rounds.ballot import Ballot, Voice
from workspace.rounds.meeting import Guest, MeetingCode
from workspace.rounds.model import Round
from workspace.rounds.service import get, unanswered


class Door(NamedTuple):
    """Where a code leads."""

    region: str
    round: Round


def door(workspace: Workspace, code: str) -> Door:
    """The round whose meeting has this code. Raises NotFound for a code that no meeting has now."""
    found = workspace.house.view().get(MeetingCode, code)
    round_ = workspace.region(found.region).view().get(Round, found.round) if found is not None else None
    if found is None or round_ is None or round_.code != code:
        raise NotFound(_("Ingen møter har denne koden nå. Se etter på storskjermen."))
    return Door(found.region, round_)


class Place(NamedTuple):
    """What a guest may say they are: a municipality (its number as `municipality`), or a group."""

    group: str
    municipality: str = ""
    name: str = ""  # of the municipality

    @property
    def value(self) -> str:
        """As a form sends it."""
        return f"{self.group}:{self.municipality}"


def places(workspace: Workspace, door_: Door) -> list[Place]:
    """What a guest may choose between: each municipality, then the groups."""
    groups = meeting.choices(door_.round)
    own = municipalities(workspace, door_) if "municipality" in groups else []
    others = [Place(group) for group in groups if group != "municipality"]
    return [Place("municipality", each.id, each.name) for each in own] + others


def municipalities(workspace: Workspace, door_: Door) -> list[Municipality]:
    """The region's municipalities, in the order of the alphabet."""
    found = workspace.region(door_.region).view().find(Municipality)
    return sorted(found, key=lambda municipality: alphabetical(municipality.name))


def join(
    workspace: Workspace, code: str, place: str, municipality: str = "", name: str = "", *, once: Once | None = None
) -> Guest:
    """Take part as a guest: `place` is the value of a Place, `municipality` where one of another group belongs.

    Sent again with the same key, the same guest is answered. Raises NotFound, Conflict when nobody is let in, Invalid.
    """
    found = door(workspace, code)
    now = workspace.now()
    nobody = Actor(region=found.region, role=Role.GUEST)
    with workspace.region(found.region).transaction() as tx:
        earlier = came_of(tx, nobody, once, Guest)
        if earlier is not None:
            return earlier
        round_ = tx.get(Round, found.round.id)
        if round_ is None or round_.code != code:
            raise NotFound()
        refused = meeting.why_not_join(round_, now)
        if refused is not None:
            raise Conflict(refused, current=round_)
        chosen = _checked(workspace, found, place, municipality, name)
        number = tx.count(Guest, {"round": round_.id}, order="number") + 1
        id = workspace.new_id()
        guest = tx.put(Guest(id=id, round=round_.id, number=number, name=clean_line(name), joined=now))
        voice = tx.put(
            Voice(
                id=id, round=round_.id, name=guest.label, municipality=chosen.municipality, group=chosen.group,
                joined=now,
            )
        )  # fmt: skip
        if round_.by_person:
            tx.put(round_.join())
        tx.log(
            "voices.joined", voice, at=now, by=f"guest:{id}", round=round_.id, group=voice.group,
            municipality=voice.municipality, counts=round_.by_person,
        )  # fmt: skip
        remember(tx, nobody, once, guest, now)
        return guest


def _checked(workspace: Workspace, door_: Door, place: str, municipality: str, name: str) -> Place:
    """What a guest says they are. Raises Invalid."""
    errors: dict[str, Message] = {}
    chosen = {each.value: each for each in places(workspace, door_)}.get(place)
    if chosen is None:
        errors["place"] = _("Velg hva du deltar som.")
    if municipality and municipality not in {each.id for each in municipalities(workspace, door_)}:
        errors["municipality"] = _("Velg en kommune i regionen, eller la det stå tomt.")
    if len(name) > meeting.LONGEST_NAME:
        errors["name"] = _("Navnet kan ha høyst %(limit)s tegn.", limit=meeting.LONGEST_NAME)
    if errors or chosen is None:
        raise Invalid(errors)
    return chosen if chosen.municipality else chosen._replace(municipality=municipality)


def guest_actor(workspace: Workspace, region: str, round_id: str, guest_id: str) -> Actor | None:
    """Who a phone acts as; None when it is no guest of this round's meeting, or was taken out of it."""
    try:
        view = workspace.region(region).view()
    except NotFound:
        return None
    guest, voice, round_ = view.get(Guest, guest_id), view.get(Voice, guest_id), view.get(Round, round_id)
    if guest is None or voice is None or round_ is None or guest.round != round_id:
        return None
    if guest.removed is not None or not round_.code:
        return None
    return Actor(
        name=guest.label, region=region, role=Role.GUEST, group=voice.group, guest=guest.id, round=round_id,
        locale=NOBODY.locale,
    )  # fmt: skip


class Turn(NamedTuple):
    """What stands on a guest's phone: the round, and one of its measures with what they answered."""

    round: Round
    measure: Measure | None  # None when all are answered, and none was asked for
    own: Ballot | None
    measures: tuple[Measure, ...]
    unanswered: tuple[str, ...]
    given: Mapping[str, Ballot]  # what they answered, by measure

    @property
    def points_left(self) -> int:
        """How many points are left for this measure and the others, with those it has (method "priority")."""
        return self.round.points - sum(ballot.value for ballot in self.given.values())

    @property
    def at(self) -> int:
        """The measure's place in the round, from 1."""
        return self.round.measures.index(self.measure.id) + 1 if self.measure else 0

    def beside(self, step: int) -> str:
        """The id of the measure so many places further on, "" for none."""
        at = self.at - 1 + step
        return self.round.measures[at] if self.measure and 0 <= at < len(self.round.measures) else ""


def turn(workspace: Workspace, guest: Actor, measure_id: str = "") -> Turn:
    """The measure that is asked for, else the first that waits for this guest's answer. Raises NotFound, Forbidden."""
    view = workspace.region(guest.region).view()
    round_ = get(workspace, guest, guest.round, view)
    left = unanswered(workspace, guest, round_)
    found = {id: view.get(Measure, id) for id in round_.measures}
    measures = tuple(measure for measure in found.values() if measure is not None)
    chosen = found.get(measure_id) or found.get(next(iter(left), ""))
    given = service.given(view, round_, meeting.voter_of(round_, guest.guest))
    return Turn(round_, chosen, given.get(chosen.id) if chosen else None, measures, left, given)
