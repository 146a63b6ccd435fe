"""Receipts: what somebody answered in a round, with what is needed to find it again in the region's log.

Whoever keeps one can have it checked later: that the answer is there, unchanged, and that the log has not been made
anew. As text for people, and as JSON; both are read again.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from workspace import access, text
from workspace.access import Action, Actor
from workspace.errors import Invalid, Message, _
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.rounds import names, service, verifying
from workspace.rounds.ballot import Ballot
from workspace.rounds.model import Round
from workspace.store.port import View
from workspace.translation import gettext

_PROOF = re.compile(r"ballot=(\S+) digest=([0-9a-f]{64}) event=(\d+) hash=([0-9a-f]{64})")
NOT_READ = _("Filen er ikke en kvittering fra en runde.")


class Proof(NamedTuple):
    """What an answer is known by: its id and digest, and the number and hash of its event in the log."""

    ballot: str
    digest: str
    event: int
    hash: str
    said: dict[str, Any] | None = None  # the answer itself, where the receipt has it in full


class Answered(NamedTuple):
    """One of somebody's answers, with the measure it is about and its place in the log."""

    ballot: Ballot
    measure: Measure
    event: int
    hash: str


class Receipt(NamedTuple):
    """All that somebody answered in a round, replaced answers too, oldest first."""

    region: str
    round: Round
    answers: tuple[Answered, ...]
    made: datetime


def receipt(workspace: Workspace, actor: Actor, round_id: str) -> Receipt:
    """The receipt of this person, and of the municipality they answer for. Raises NotFound, Forbidden."""
    access.require(actor, Action.ANSWER_ROUND)
    view = workspace.region(actor.region).view()
    round_ = service.get(workspace, actor, round_id, view)
    found = [
        ballot
        for voter in service.voters_of(view, actor, round_)
        for ballot in view.find(Ballot, {"round": round_id, "voter": voter}, order="sequence")
    ]
    trail = verifying.read_log(workspace, actor.region, view).rounds.get(round_id)
    cast = {one.ballot: one for one in trail.casts} if trail is not None else {}
    answers = []
    for ballot in sorted(found, key=lambda ballot: ballot.sequence):
        measure = view.get(Measure, ballot.measure)
        if measure is not None and ballot.id in cast:
            answers.append(Answered(ballot, measure, cast[ballot.id].seq, cast[ballot.id].hash))
    return Receipt(actor.region or "", round_, tuple(answers), workspace.now())


# -- What it looks like --


def to_json(made: Receipt) -> bytes:
    """The receipt for programs: each answer in full."""
    document = {
        "receipt": 1,
        "region": made.region,
        "round": {"id": made.round.id, "number": made.round.number, "title": made.round.title},
        "made": made.made.isoformat(),
        "answers": [_answer(made.round, one) for one in made.answers],
        "how_to_check": how_to_check(made),
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _answer(round_: Round, one: Answered) -> dict[str, Any]:
    ballot = one.ballot
    return {
        "measure": one.measure.code,
        "title": one.measure.title,
        "answer": _said(round_, ballot),
        "entered_by": ballot.name,
        "ballot": msgspec.to_builtins(ballot),
        "digest": ballot.digest,
        "event": one.event,
        "hash": one.hash,
    }


def to_text(made: Receipt) -> bytes:
    """The receipt for people, in their language."""
    lines = [
        gettext("Kvittering for runde %(number)s: %(title)s", number=made.round.number, title=made.round.title),
        gettext("Laget %(moment)s", moment=_moment(made.made)),
        "",
    ]
    if not made.answers:
        lines += [gettext("Du har ikke svart i runden."), ""]
    for one in made.answers:
        lines += [*_lines(made.round, one), ""]
    return ("\n".join([*lines, how_to_check(made)]) + "\n").encode()


def _lines(round_: Round, one: Answered) -> list[str]:
    ballot = one.ballot
    lines = [
        f"{one.measure.code} {one.measure.title}",
        gettext("  Svar: %(answer)s", answer=_said(round_, ballot)),
        gettext("  Gitt til versjon %(number)s av teksten", number=ballot.text_version),
        gettext("  Tatt imot %(moment)s", moment=_moment(ballot.at)),
        gettext("  Kom inn: %(channel)s", channel=names.channel(ballot.channel)),
        gettext("  Ført inn av: %(name)s", name=ballot.name),
    ]
    if ballot.reason:
        lines.insert(2, gettext("  Begrunnelse: %(reason)s", reason=" ".join(ballot.reason.split())))
    if ballot.source:
        lines.append(gettext("  Kilde: %(source)s", source=ballot.source))
    return [*lines, f"  ballot={ballot.id} digest={ballot.digest} event={one.event} hash={one.hash}"]


def _said(round_: Round, ballot: Ballot) -> str:
    return gettext("Trukket tilbake") if ballot.withdrawn else names.answer(round_, ballot.value)


def _moment(moment: datetime) -> str:
    return f"{text.day(moment)} {text.clock(moment)}"


def how_to_check(made: Receipt) -> str:
    """How the receipt is used, in plain words."""
    return gettext(
        "Slik kontrollerer du kvitteringen: Ta vare på filen. Den som drifter tjenesten, kan når som helst kjøre "
        "«workspace rounds verify %(region)s %(number)s --receipt FIL». Da letes hvert svar fram i loggen til "
        "regionen, og det kontrolleres at svaret er det samme som du ga, og at loggen ikke er skrevet om. Alle som "
        "kan se runden, kan også åpne «Kontroller» på siden til runden.",
        region=made.region,
        number=made.round.number,
    )


# -- Checking one --


def read(content: bytes) -> list[Proof]:
    """What a receipt says, from its text or its JSON. Raises Invalid."""
    said = content.decode("utf-8-sig", errors="replace")
    if not said.lstrip().startswith("{"):
        found = [Proof(id, digest, int(event), hash) for id, digest, event, hash in _PROOF.findall(said)]
    else:
        try:
            found = [
                Proof(one["ballot"]["id"], one["digest"], int(one["event"]), one["hash"], one["ballot"])
                for one in json.loads(said)["answers"]
            ]
        except (KeyError, TypeError, ValueError) as error:
            raise Invalid({"file": NOT_READ}) from error
    if not found:
        raise Invalid({"file": NOT_READ})
    return found


def check(view: View, round_: Round, proofs: list[Proof]) -> list[Message]:
    """What does not agree between a receipt and the region's log; [] when all does."""
    return [fault for proof in proofs for fault in [_fault(view, round_, proof)] if fault is not None]


def _fault(view: View, round_: Round, proof: Proof) -> Message | None:
    ballot = view.get(Ballot, proof.ballot)
    if ballot is None or ballot.round != round_.id:
        return _("Svaret %(id)s finnes ikke i runden.", id=proof.ballot)
    if ballot.digest != proof.digest:
        return _("Svaret %(id)s er et annet enn det i kvitteringen.", id=proof.ballot)
    if proof.said is not None and not _is_whole(proof):
        return _("Kvitteringen er endret etter at den ble laget (svaret %(id)s).", id=proof.ballot)
    events = view.events(max(0, proof.event - 1), 1)
    if not events or (events[0].record, events[0].hash) != (proof.ballot, proof.hash):
        return _("Hendelse %(number)s i loggen er en annen enn i kvitteringen.", number=proof.event)
    return None


def _is_whole(proof: Proof) -> bool:
    """Whether the answer that a receipt shows is the one its digest was made of."""
    try:
        return msgspec.convert(proof.said, Ballot, strict=False).digest == proof.digest
    except msgspec.ValidationError:
        return False
