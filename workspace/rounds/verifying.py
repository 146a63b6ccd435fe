"""Counting a round again from the region's log, and comparing with what is kept.

The log is chained by hash and only ever added to. What is kept beside it can be changed by somebody in control of the
server; then it no longer agrees. Whoever made the whole log anew is found by the receipts that voters keep.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from workspace import access
from workspace.access import Action, Actor
from workspace.errors import Message, _
from workspace.kept import Kept
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.rounds import counting, service, trails
from workspace.rounds.ballot import Ballot
from workspace.rounds.conditions import ConditionMet
from workspace.rounds.model import Round
from workspace.rounds.revealed import Revealed
from workspace.rounds.trails import Cast, Closing, Trail, Trails
from workspace.store.port import View

MOST_NAMED = 20  # faults of a kind; the others are counted
FIXED = (
    "method", "counted_by", "quorum", "support", "max_reservations", "blocks_stop", "points", "most_points",
    "visibility",
)  # fmt: skip

_read: Kept[Trails] = Kept(10)


class Verified(NamedTuple):
    """What was found of a round."""

    round: Round
    faults: tuple[Message, ...]
    ballots: int
    closings: int
    events: int  # in the region's log
    hash: str  # of the last of them

    @property
    def agrees(self) -> bool:
        """Whether what is kept is what the log says."""
        return not self.faults


def read_log(workspace: Workspace, region: str | None, view: View) -> Trails:
    """What the log says of the region's rounds. Read once for as long as nothing is added."""
    last = view.events(max(0, view.last_event() - 1), 1)
    made_of = (str(workspace.config.instance), region, last[-1].hash if last else "")
    return _read.get(made_of) or _read.put(made_of, trails.read(view))


def verify(workspace: Workspace, actor: Actor, round_id: str) -> Verified:
    """Count a round again. Raises NotFound."""
    view = workspace.region(actor.region).view()
    return _verified(view, service.get(workspace, actor, round_id, view), trails.read(view))


def verify_quickly(workspace: Workspace, actor: Actor, round_id: str) -> Verified:
    """The same for a page: the log is read again only when something was added to it. Raises NotFound."""
    view = workspace.region(actor.region).view()
    round_ = service.get(workspace, actor, round_id, view)
    return _verified(view, round_, read_log(workspace, actor.region, view))


def verify_all(workspace: Workspace, actor: Actor) -> tuple[list[Verified], list[str]]:
    """Count every round that was opened, and name rounds that the log has and the store has not."""
    access.require(actor, Action.READ_ROUND)
    view = workspace.region(actor.region).view()
    found = trails.read(view)
    rounds = view.find(Round, order="number")
    kept = {round_.id for round_ in rounds}
    gone = [id for id, trail in found.rounds.items() if id not in kept and not trail.discarded]
    return [_verified(view, r, found) for r in rounds if r.state != "draft" or _was_opened(found, r)], gone


def _was_opened(found: Trails, round_: Round) -> bool:
    trail = found.rounds.get(round_.id)
    return trail is not None and trail.opened is not None


def _verified(view: View, round_: Round, found: Trails) -> Verified:
    trail = found.rounds.get(round_.id, Trail())
    ballots = view.find(Ballot, {"round": round_.id}, order="sequence")
    faults: list[Message] = []
    if found.broken_at is not None:
        faults.append(_("Loggen henger ikke sammen fra hendelse %(number)s.", number=found.broken_at))
    if trail.erased:
        faults.append(_("Opplysninger om runden er slettet i loggen, og kan ikke kontrolleres."))
    faults += _opening_faults(view, round_, trail)
    faults += _life_faults(round_, trail)
    faults += _few(list(_ballot_faults(view, ballots, trail)))
    faults += _verdict_faults(view, round_, ballots, trail)
    return Verified(round_, tuple(faults), len(ballots), len(trail.closings), found.events, found.last_hash)


def _opening_faults(view: View, round_: Round, trail: Trail) -> Iterator[Message]:
    """Method, rule, texts and electorate are those that the round was opened with."""
    opened = trail.opened
    if opened is None:
        yield _("Loggen sier ikke at runden er åpnet.")
        return
    for name in FIXED:
        if opened.get(name) != getattr(round_, name):
            yield _("Regelen er ikke den runden ble åpnet med (%(name)s).", name=name)
    if round_.by_person:
        voices = set(counting.voices_of(view, round_))
        if voices != trail.voices or len(voices) != round_.voices:
            yield _("De som har en stemme, er ikke de som står i loggen.")
    elif list(opened.get("electorate", ())) != list(round_.electorate):
        yield _("Kommunene i runden er ikke de den ble åpnet med.")
    if {item.measure: item for item in round_.items} != trail.items:
        yield _("Tiltakene, eller versjonene av tekstene deres, er ikke de som står i loggen.")


def _life_faults(round_: Round, trail: Trail) -> Iterator[Message]:
    """State, deadline and outcome are those of the last event that set them."""
    if round_.state != trail.state:
        yield _("Tilstanden til runden er ikke den som står i loggen.")
    if trail.closes and round_.closes.isoformat() != trail.closes:
        yield _("Fristen er ikke den som står i loggen.")
    if round_.state == "concluded":
        said: dict[str, Any] = trail.concluded or {}
        kept = {
            "outcome": round_.outcome,
            "review_date": round_.review_date,
            "followed_up_by": round_.followed_up_by,
            "starts": list(round_.starts),
        }
        if {name: said.get(name) for name in kept} != kept:
            yield _("Oppsummeringen er ikke den som står i loggen.")


def _ballot_faults(view: View, ballots: list[Ballot], trail: Trail) -> Iterator[Message]:
    """Every answer has its event, and every event its answer, as it was given and in its order."""
    kept = {ballot.id: ballot for ballot in ballots}
    last = 0
    for cast in trail.casts:
        ballot = kept.pop(cast.ballot, None)
        sequence = int(cast.details.get("sequence", 0))
        if ballot is None:
            yield _("Svaret i hendelse %(number)s er borte.", number=cast.seq)
        elif not _fits(ballot, cast):
            yield _("Svaret %(id)s er ikke det som ble gitt (hendelse %(number)s).", id=ballot.id, number=cast.seq)
        if sequence <= last:
            yield _("Svarene i hendelse %(number)s og før har ikke hver sin plass i rekken.", number=cast.seq)
        if not cast.in_time:
            yield _("Svaret i hendelse %(number)s kom da runden ikke var åpen.", number=cast.seq)
        last = max(last, sequence)
    for id in kept:
        yield _("Svaret %(id)s står ikke i loggen.", id=id)


def _fits(ballot: Ballot, cast: Cast) -> bool:
    said = cast.details
    kept = {
        "measure": ballot.measure, "voter": ballot.voter, "text_version": ballot.text_version, "digest": ballot.digest,
        "sequence": ballot.sequence, "channel": ballot.channel, "by": ballot.by,
    }  # fmt: skip
    return {name: said.get(name) for name in kept} == kept and ballot.at == cast.at and _is_of(ballot)


def _is_of(ballot: Ballot) -> bool:
    """Whether a municipality's answer says that it is its own."""
    return not ballot.voter.startswith("municipality:") or ballot.municipality == ballot.voice


def _few(faults: list[Message]) -> list[Message]:
    left = len(faults) - MOST_NAMED
    more = [_("… og %(count)s feil til av samme slag.", count=left)] if left > 0 else []
    return faults[:MOST_NAMED] + more


def _verdict_faults(view: View, round_: Round, ballots: list[Ballot], trail: Trail) -> Iterator[Message]:
    """The verdicts that were written down when the round closed are those of the answers there were."""
    marks = view.find(ConditionMet, {"round": round_.id})
    if {mark.id for mark in marks if mark.stands} != trail.met:
        yield _("Vilkårene som er merket som oppfylt, er ikke de som står i loggen.")
    if round_.is_anonymous:  # its answers are kept without what ties them to anybody, the log included
        yield from _shown_faults(view, round_, trail)
        return
    order = {cast.ballot: at for at, cast in enumerate(trail.casts)}
    placed = sorted(((order[b.id], b) for b in ballots if b.id in order), key=lambda pair: pair[0])
    for closing in trail.closings:
        as_it_was = round_.changed(items=closing.items)
        electorate = sorted(closing.voices) if round_.by_person else list((trail.opened or {}).get("electorate", ()))
        there = [ballot for at, ballot in placed if at < closing.casts]
        again = counting.recounted(as_it_was, electorate, there, closing.met)
        yield from _differences(view, closing, {id: verdict.outcome.value for id, verdict in again.items()})


def _shown_faults(view: View, round_: Round, trail: Trail) -> Iterator[Message]:
    """What is shown of an anonymous round is what was written when it closed."""
    shown = {one.measure: one.digest for one in view.find(Revealed, {"round": round_.id})}
    for closing in trail.closings:
        for id in closing.revealed.keys() | shown.keys():
            if closing.revealed.get(id) != shown.get(id):
                yield _("Svarene som vises for %(code)s, er andre enn da runden ble lukket.", code=_code(view, id))


def _code(view: View, measure_id: str) -> str:
    measure = view.get(Measure, measure_id)
    return measure.code if measure is not None else measure_id


def _differences(view: View, closing: Closing, again: dict[str, str]) -> Iterator[Message]:
    for id in closing.verdicts.keys() | again.keys():
        if closing.verdicts.get(id) != again.get(id):
            yield _(
                "Utfallet for %(code)s da runden ble lukket (hendelse %(number)s), er et annet enn opptellingen gir.",
                code=_code(view, id),
                number=closing.seq,
            )
