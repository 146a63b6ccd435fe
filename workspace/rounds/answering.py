"""Answering: for oneself, for one's municipality, or by the facilitator on a municipality's behalf."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from workspace import access
from workspace.access import Action, Actor
from workspace.comments import service as comments
from workspace.errors import Conflict, Forbidden, Invalid, _
from workspace.once import Once, came_of, remember
from workspace.parts import Workspace
from workspace.regions.model import Municipality
from workspace.rounds import sealing
from workspace.rounds.ballot import CHANNELS, LONGEST_SOURCE, ONLY_THEY, Ballot, check_answer, hides_own, is_block
from workspace.rounds.life import meet_deadline
from workspace.rounds.meeting import Guest
from workspace.rounds.model import Round
from workspace.rounds.scale import RESERVATION
from workspace.rounds.sealed import Sealed
from workspace.rounds.service import get, given, last_ballot, voice_of, voices_of
from workspace.store.port import Transaction, View

REWORDED = _("Teksten ble endret mens du svarte, og svaret er ikke lagret. Les hva som er nytt, og svar en gang til.")

CHOOSE = _("Velg hvilken kommune du svarer for.")


class Voter(NamedTuple):
    """For whom an answer is given, as its ballot names it."""

    voter: str  # "municipality:<number>", "voice:<id>", "person:<id>" or "guest:<id>"
    municipality: str
    group: str
    party: str


def answer(
    workspace: Workspace,
    actor: Actor,
    round_id: str,
    measure_id: str,
    value: str,
    reason: str = "",
    voice: str = "",
    *,
    conditional: bool = False,
    joins: bool | None = None,
    channel: str = "web",
    read: int = 0,
    once: Once | None = None,
) -> Ballot | Sealed:
    """Take a standpoint: with a voice of one's own or one's municipality's, else as advice.

    `voice` chooses between several municipalities. `conditional` makes a reservation a «ja, hvis». `read` is the
    version of the text that the voter had before them: an answer to one that counts no more is refused. The same answer
    again changes nothing, and one that comes late for the second time (by `once`) takes no newer one's place. In an
    anonymous round it is sealed. Raises Conflict with the round's state when it takes no answers, Invalid, NotFound,
    Forbidden.
    """
    seen = get(workspace, actor, round_id)
    access.require(actor, Action.ANSWER_ROUND, seen)
    meet_deadline(workspace, actor, seen)
    party, group = comments.spoken_for(workspace, actor)
    with workspace.region(actor.region).transaction() as tx:
        stored = get(workspace, actor, round_id, tx)
        if stored.is_anonymous:
            for_whom = voter(tx, actor, stored, voice, party, group)
            return sealing.take(workspace, tx, actor, stored, measure_id, for_whom.voter, value, reason, once)
        earlier = came_of(tx, actor, once, Ballot)
        if earlier is not None:
            return earlier
        require_read(stored, {measure_id: read})
        for_whom = voter(tx, actor, stored, voice, party, group)
        answer = Answer(value, reason, conditional, joins, channel)
        return _cast(workspace, tx, actor, stored, measure_id, for_whom, answer, once)


def answer_for(
    workspace: Workspace,
    actor: Actor,
    round_id: str,
    measure_id: str,
    municipality: str,
    value: str,
    reason: str,
    channel: str,
    source: str,
    *,
    conditional: bool = False,
    joins: bool | None = None,
    read: int = 0,
    once: Once | None = None,
) -> Ballot:
    """Enter a municipality's standpoint on its behalf, as it came in a meeting, by phone or on paper.

    The municipality sees who entered it and from where, and can correct it by answering itself. A block that it has set
    itself is not replaced; nor any answer of its own while these are hidden. `read` is as in `answer`. Raises
    Conflict, Invalid, NotFound, Forbidden.
    """
    access.require(actor, Action.ANSWER_ON_BEHALF)
    meet_deadline(workspace, actor, get(workspace, actor, round_id))
    with workspace.region(actor.region).transaction() as tx:
        stored = get(workspace, actor, round_id, tx)
        earlier = came_of(tx, actor, once, Ballot)
        if earlier is not None:
            return earlier
        if municipality not in stored.electorate:
            raise Invalid({"voice": _("Velg kommunen som svaret gjelder.")})
        if channel not in CHANNELS or channel in {"web", "file"}:
            raise Invalid({"channel": _("Velg hvordan svaret kom.")})
        if not source.strip() or len(source) > LONGEST_SOURCE:
            raise Invalid({"source": _("Skriv hvem som svarte, og hvor det står, med høyst 300 tegn.")})
        require_read(stored, {measure_id: read})
        for_whom = _municipality(tx, municipality)
        _leave_own(stored, given(tx, stored, for_whom.voter), measure_id)
        answer = Answer(value, reason, conditional, joins, channel, source.strip(), on_behalf=True)
        return _cast(workspace, tx, actor, stored, measure_id, for_whom, answer, once)


def withdraw(
    workspace: Workspace, actor: Actor, round_id: str, measure_id: str, voice: str = "", *, once: Once | None = None
) -> Ballot:
    """Take one's answer back: as if it was not given, though it is kept. Raises Conflict, also where it is sealed,
    Invalid, NotFound."""
    seen = get(workspace, actor, round_id)
    access.require(actor, Action.ANSWER_ROUND, seen)
    meet_deadline(workspace, actor, seen)
    party, group = comments.spoken_for(workspace, actor)
    now = workspace.now()
    with workspace.region(actor.region).transaction() as tx:
        stored = get(workspace, actor, round_id, tx)
        earlier = came_of(tx, actor, once, Ballot)
        if earlier is not None:
            return earlier
        for_whom = voter(tx, actor, stored, voice, party, group)
        if stored.is_anonymous:
            raise Conflict(sealing.SEALED, current=stored)
        last = last_ballot(tx, stored.id, measure_id, for_whom.voter)
        if last is None or last.withdrawn:
            raise Invalid({"value": _("Det er ikke noe svar å trekke.")})
        ballot = keep(workspace, tx, actor, stored, measure_id, for_whom, Answer("", withdrawn=True), 0, "")
        remember(tx, actor, once, ballot, now)
        return ballot


class Answer(NamedTuple):
    """What is answered, and how it came."""

    value: str
    reason: str = ""
    conditional: bool = False
    joins: bool | None = None
    channel: str = "web"
    source: str = ""
    on_behalf: bool = False
    withdrawn: bool = False


def require_read(round_: Round, read: Mapping[str, int]) -> None:
    """Raise Conflict where an answer is to a version of a text (0: not said) that has changed materially since: what
    somebody answered to other words is not an answer to these."""
    for measure, text_version in read.items():
        if text_version and not round_.item(measure).takes(text_version):
            raise Conflict(REWORDED, current=round_)


def _cast(
    workspace: Workspace,
    tx: Transaction,
    actor: Actor,
    stored: Round,
    measure_id: str,
    for_whom: Voter,
    answer: Answer,
    once: Once | None,
) -> Ballot:
    """Keep an answer, unless it is the one that stands."""
    now = workspace.now()
    item = stored.item(measure_id)
    elsewhere = _elsewhere(tx, stored, for_whom.voter, measure_id) if stored.method == "priority" else {}
    value, reason = check_answer(stored, answer.value, answer.reason, elsewhere)
    answer = answer._replace(conditional=answer.conditional and value == RESERVATION)
    last = last_ballot(tx, stored.id, measure_id, for_whom.voter)
    if last is not None and last.text_version == item.text_version and _is_same(last, value, reason, answer, actor):
        stored.take(now)
        remember(tx, actor, once, last, now)
        return last
    ballot = keep(workspace, tx, actor, stored, measure_id, for_whom, answer, value, reason)
    remember(tx, actor, once, ballot, now)
    return ballot


def _is_same(last: Ballot, value: int, reason: str, answer: Answer, actor: Actor) -> bool:
    said = (last.value, last.reason, last.conditional, last.joins, last.channel, last.source, last.withdrawn, last.by)
    return said == (value, reason, answer.conditional, answer.joins, answer.channel, answer.source, False, actor.by)


def keep(
    workspace: Workspace,
    tx: Transaction,
    actor: Actor,
    stored: Round,
    measure_id: str,
    for_whom: Voter,
    answer: Answer,
    value: int,
    reason: str,
) -> Ballot:
    """Put a checked answer as a ballot, with its event. Raises Conflict when the round takes none, Invalid, and
    Forbidden in an anonymous round: no ballot in it names a voice."""
    if stored.is_anonymous:
        raise Forbidden()
    now = workspace.now()
    taken = tx.put(stored.take(now))
    ballot = tx.put(
        Ballot(
            id=workspace.new_id(),
            round=stored.id,
            measure=measure_id,
            text_version=stored.text_version(measure_id),
            sequence=taken.updates,
            voter=for_whom.voter,
            municipality=for_whom.municipality,
            group=for_whom.group,
            value=value,
            reason=reason,
            conditional=answer.conditional,
            joins=answer.joins,
            withdrawn=answer.withdrawn,
            channel=answer.channel,
            source=answer.source,
            on_behalf=answer.on_behalf,
            by=actor.by,
            name=actor.name,
            party=for_whom.party,
            at=now,
            salt=workspace.new_id(),
        )
    )
    tx.log(
        "ballots.cast", ballot, at=now, by=actor.by, round=stored.id, measure=measure_id, voter=for_whom.voter,
        text_version=ballot.text_version, digest=ballot.digest, sequence=ballot.sequence, channel=ballot.channel,
    )  # fmt: skip
    return ballot


def _leave_own(round_: Round, given: Mapping[str, Ballot], measure: str) -> None:
    """Nobody but the voter lifts a block (consensus specification, life of a round): not by an answer on its behalf."""
    if hides_own(round_, given, measure):
        raise Forbidden(ONLY_THEY)
    last = given.get(measure)
    if last is not None and is_block(round_, last) and not last.on_behalf:
        raise Forbidden(
            _("%(party)s har selv satt blokkeringen. Bare de kan løfte den, ved å svare på nytt.", party=last.party)
        )


def _elsewhere(view: View, round_: Round, voter: str, but: str) -> dict[str, int]:
    """What a voter has answered to the round's other measures."""
    return {id: ballot.value for id, ballot in given(view, round_, voter).items() if id != but}


def _municipality(view: View, number: str) -> Voter:
    """A municipality, whoever answers for it: a deputy may be of another one."""
    found = view.get(Municipality, number)
    return Voter(f"municipality:{number}", number, "", found.name if found is not None else number)


def voter(view: View, actor: Actor, round_: Round, asked: str, party: str, group: str) -> Voter:
    """For whom this person answers. Raises Invalid where they answer for several municipalities and `asked` is none of
    them; Forbidden for a municipality that is not theirs, without a voice in a round by person, and for a guest who was
    taken out of the meeting."""
    guest = view.get(Guest, actor.guest) if actor.guest else None
    if actor.guest and (guest is None or guest.removed is not None):
        raise Forbidden(_("Du er tatt ut av møtet. Svaret ble ikke lagret."))
    if round_.by_person:
        voice = voice_of(view, actor, round_)
        if voice is None:
            raise Forbidden(_("Du er ikke invitert til å svare i denne runden."))
        return Voter(voice.voter, voice.municipality, voice.group, party)
    own = voices_of(actor, round_)
    if asked and asked not in own:
        raise Forbidden(_("Du svarer ikke for denne kommunen."))
    if not asked and len(own) > 1:
        raise Invalid({"voice": CHOOSE})
    number = asked or "".join(own)
    if number:
        return _municipality(view, number)
    return Voter(f"guest:{actor.guest}" if actor.guest else f"person:{actor.by}", "", group, party)
