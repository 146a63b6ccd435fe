"""The guards of what is hidden and what has no names, taken away one by one (see test_secrecy.py)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import REGION
from tests.rounds import twins as out
from workspace import request_log
from workspace.parts import Workspace
from workspace.regions import home_news
from workspace.rounds import counting, posting, sealing, service
from workspace.rounds.ballot import Ballot
from workspace.rounds.model import Round
from workspace.rounds.sealed import Sealed, unpacked
from workspace.search import following
from workspace.search.port import Entry
from workspace.store.port import View
from workspace.store.postgres.transaction import PostgresTransaction
from workspace.store.tinydb import TinyTransaction

Patch = pytest.MonkeyPatch


def nothing_is_hidden(patch: Patch) -> None:
    patch.setattr(Round, "shows_standpoints", lambda self: True)


def nothing_is_hidden_and_seals_are_open(patch: Patch) -> None:
    """Standpoints are shown, and an anonymous round is counted from what is sealed."""
    nothing_is_hidden(patch)
    nothing_is_sealed(patch)
    counted = counting._without_names

    def counted_from_the_sealed(view: View, round_: Round) -> Any:
        given = [unpacked(out.base64.b64decode(one.ciphertext)) for one in view.find(Sealed, {"round": round_.id})]
        values = {str(at): value for at, (value, _reason) in enumerate(given)}
        judged = round_.way.judge((), dict.fromkeys(round_.measures, values), round_.settings)
        revealed = {
            id: counting.Revealed(
                id=id, round=round_.id, measure=id, answers=len(given), values=tuple(values.values()),
                reasons=tuple(reason for _value, reason in given),
            )
            for id in round_.measures
        }  # fmt: skip
        return counted(view, round_)._replace(verdicts=judged, revealed=revealed)

    patch.setattr(counting, "_without_names", counted_from_the_sealed)


def answers_are_drawn_before_the_close(patch: Patch) -> None:
    """What is revealed is written as each answers."""
    nothing_is_hidden(patch)
    take = sealing.take

    def taken(workspace: Workspace, tx: Any, actor: Any, round_: Round, measure: str, *more: Any) -> Sealed:
        id = f"{round_.id}:{measure}"
        earlier = tx.get(counting.Revealed, id) or counting.Revealed(id=id, round=round_.id, measure=measure, values=())
        values = (*earlier.values, int(more[1]))
        tx.put(earlier.changed(values=values, answers=len(values)))
        return take(workspace, tx, actor, round_, measure, *more)

    patch.setattr(sealing, "take", taken)


def nothing_is_sealed(patch: Patch) -> None:
    patch.setattr(sealing.SealedBox, "encrypt", lambda self, content: content)


def answers_have_their_own_length(patch: Patch) -> None:
    whole = sealing.packed
    patch.setattr(sealing, "packed", lambda value, reason: whole(value, reason).rstrip(b"\0"))


def own_answers_are_anybodys(patch: Patch) -> None:
    patch.setattr(service, "_voter", lambda view, actor, round_, number="": "municipality:9001")


def whoever_asks_is_a_municipality(patch: Patch) -> None:
    patch.setattr(service, "voice_for", lambda workspace, actor, round_, ids, asked="": asked)
    patch.setattr(service, "_voter", lambda view, actor, round_, number="": f"municipality:{number}")


def answers_are_news(patch: Patch) -> None:
    patch.setattr(home_news, "TOLD", home_news.TOLD | {"ballots.cast", "sealed.answered"})
    about = home_news._about

    def told(workspace: Workspace, actor: Any, view: View, event: Any) -> Any:
        if event.action == "ballots.cast":
            return home_news.About("svarte", view.get(Ballot, event.record).reason, "/")
        if event.action == "sealed.answered":
            return home_news.About("svarte", _without_seal(view.get(Sealed, event.record)), "/")
        return about(workspace, actor, view, event)

    nothing_is_sealed(patch)
    patch.setattr(home_news, "_about", told)


def _without_seal(sealed: Sealed | None) -> str:
    return str(unpacked(out.base64.b64decode(sealed.ciphertext))) if sealed is not None else ""


def lists_say_how_it_stands(patch: Patch) -> None:
    """The title of a round says what its newest answer is."""

    def listing(workspace: Workspace, actor: Any) -> list[Round]:
        view = workspace.region(REGION).view()
        ballots = view.find(Ballot, {"round": view.find(Round)[0].id}, order="sequence")
        said = [ballot.reason for ballot in ballots] or [_without_seal(one) for one in view.find(Sealed)]
        return [round_.changed(title=said[0]) for round_ in view.find(Round)]

    nothing_is_sealed(patch)
    patch.setattr(service, "listing", listing)


def letters_tell_answers(patch: Patch) -> None:
    """A letter names an answer where it names the region."""
    about = posting._about

    def telling(workspace: Workspace, actor: Any, view: View, round_: Round, reminder: Any) -> Any:
        ballots = view.find(Ballot, {"round": round_.id}, order="sequence")
        said = [ballot.reason for ballot in ballots] or [_without_seal(one) for one in view.find(Sealed)]
        return about(workspace, actor, view, round_, reminder)._replace(region=said[0])

    nothing_is_sealed(patch)
    patch.setattr(posting, "_about", telling)


def answers_are_found(patch: Patch) -> None:
    def entries_of(view: View, table: str, id: str) -> tuple[list[Entry], list[str]]:
        if table == Ballot.table:
            text = view.get(Ballot, id).reason
        elif table == Sealed.table:
            text = _without_seal(view.get(Sealed, id))
        else:
            return [], []
        return [Entry(uid=f"x:{id}", kind="measure", id=id, ref=id, title="Svar", text=text, audience="region")], []

    nothing_is_sealed(patch)
    patch.setattr(following, "ROOMS", (*following.ROOMS, entries_of))


def values_are_facets(patch: Patch) -> None:
    def entries_of(view: View, table: str, id: str) -> tuple[list[Entry], list[str]]:
        if table == Ballot.table:
            tag = str(view.get(Ballot, id).value)
        elif table == Sealed.table:
            tag = _without_seal(view.get(Sealed, id))[:2]
        else:
            return [], []
        entry = Entry(uid=f"x:{id}", kind="measure", id=id, ref=id, title="S", text="", audience="region", tags=(tag,))
        return [entry], []

    nothing_is_sealed(patch)
    patch.setattr(following, "ROOMS", (*following.ROOMS, entries_of))


def the_log_has_the_answer(patch: Patch) -> None:
    """The event of an answer holds a value that is no hash: for ballots in place of the digest."""
    patch.setattr(Ballot, "digest", property(lambda self: f"{self.value}"))
    given: list[int] = []
    packed = sealing.packed
    patch.setattr(sealing, "packed", lambda value, reason: (given.append(value), packed(value, reason))[1])
    for kind in (TinyTransaction, PostgresTransaction):
        _log_more(patch, kind, given)


def _log_more(patch: Patch, kind: type, given: list[int]) -> None:
    log = kind.log

    def logged(self: Any, action: str, record: Any, **details: Any) -> None:
        if action == "sealed.answered":
            details["value"] = given[-1]
        log(self, action, record, **details)

    patch.setattr(kind, "log", logged)


def requests_are_logged_whole(patch: Patch) -> None:
    patch.setattr(request_log, "_pseudonym", lambda person: str(dict(request_log.request.form).get("value")))


def voters_are_told_their_answer(patch: Patch) -> None:
    """The form after an answer says what it was, as in other rounds."""
    patch.setattr(service, "has_sealed", lambda *_a: False)
    nothing_is_sealed(patch)

    def own(workspace: Workspace, actor: Any, round_: Round, measure_id: str, voice: str = "") -> Any:
        view = workspace.region(REGION).view()
        voice = service.voice_of(view, actor, round_)
        sealed = view.get(Sealed, f"{round_.id}:{measure_id}:{voice.id}") if voice else None
        if sealed is None:
            return None
        value, reason = unpacked(out.base64.b64decode(sealed.ciphertext))
        fields = {"round": round_.id, "measure": measure_id, "text_version": 1, "sequence": 1}
        fields |= {"voter": "", "by": "", "name": ""}
        return Ballot(id="1", value=value, reason=reason, at=workspace.now(), **fields)

    patch.setattr(service, "own_answer", own)


def answers_keep_their_order(patch: Patch) -> None:
    patch.setattr(sealing, "shuffled", lambda answers: answers)


def answers_keep_their_voices(patch: Patch) -> None:
    """Ballots are written at the close beside what is revealed."""
    reveal = sealing.reveal

    def named(workspace: Workspace, region: str, tx: Any, round_: Round) -> Any:
        box = sealing.SealedBox(sealing.PrivateKey(workspace.stores.keys.get(region, round_.id)))
        for sealed in tx.find(Sealed, {"round": round_.id}):
            value, _reason = unpacked(box.decrypt(out.base64.b64decode(sealed.ciphertext)))
            tx.put(counting.ConditionMet(
                id=sealed.id, round=round_.id, measure=sealed.measure, note=str(value), by="", name="",
                at=workspace.now(),
            ))  # fmt: skip
        return reveal(workspace, region, tx, round_)

    patch.setattr(sealing, "reveal", named)
