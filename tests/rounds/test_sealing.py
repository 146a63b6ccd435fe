"""Rounds without names: what is kept while they are open and after, what is refused, and every crash in between."""

from __future__ import annotations

import base64
import json
import stat
import threading
from collections import Counter
from collections.abc import Callable

import msgspec
import pytest

from tests.conftest import BJORN, KARI, MARIT, REGION, START, Clock, actor
from tests.rounds.sealed import (
    LATER,
    VOTERS,
    answer,
    close,
    form_sent,
    guest,
    kept,
    key_files,
    keys,
    opened,
    people,
    seat,
)
from workspace import jobs
from workspace.access import Actor, Role, operator
from workspace.errors import Conflict, Forbidden, Invalid, Unavailable
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.rounds import answering, life, sealing, service, verifying
from workspace.rounds.ballot import Ballot, Voice
from workspace.rounds.model import Round
from workspace.rounds.revealed import Revealed
from workspace.rounds.sealed import LONGEST_REASON, Sealed, packed, unpacked
from workspace.rounds.verdict import Outcome

pytestmark = pytest.mark.both_stores


@pytest.fixture
def region(workspace: Workspace) -> Workspace:
    people(workspace)
    return workspace


def revealed(region: Workspace, round_: Round, measure: Measure) -> Revealed | None:
    return region.region(REGION).view().get(Revealed, f"{round_.id}:{measure.id}")


def sealed(region: Workspace) -> list[Sealed]:
    return region.region(REGION).view().find(Sealed)


# -- While it is open --


def test_an_answer_is_sealed_and_it_is_known_that_it_was_given(region: Workspace) -> None:
    round_, [measure, other] = opened(region, "Felles kai", "Felles lager")
    answer(region, VOTERS[0], round_, measure, 2, "Kanariord")
    view = region.region(REGION).view()
    assert view.find(Ballot, {"round": round_.id}, order="sequence") == []
    [only] = sealed(region)
    assert only.measure == measure.id and len(base64.b64decode(only.ciphertext)) == 48 + len(packed(5, ""))
    assert service.unanswered(region, VOTERS[0], round_) == (other.id,)
    assert service.has_sealed(region, VOTERS[0], round_, measure.id)
    assert not service.has_sealed(region, VOTERS[1], round_, measure.id)
    assert service.own_answer(region, VOTERS[0], round_, measure.id) is None, "nobody sees it, not even the voter"
    for who in (MARIT, VOTERS[0]):
        standing = service.standing(region, who, round_.id)
        done = {voice: measures for voice, measures in standing.answered.items() if measures}
        assert done == {only.voice: frozenset({measure.id})} and not standing.shown
        assert (standing.ballots, standing.verdicts, standing.revealed) == ({}, {}, {})
    assert b"Kanariord" not in kept(region) and keys(region) not in kept(region)
    assert len(keys(region)) == 32


def test_all_answers_take_the_same_room(region: Workspace) -> None:
    round_, [measure] = opened(region)
    reasons = ("", "Ja.", "å" * LONGEST_REASON, "🧀" * LONGEST_REASON)
    for who, value, reason in zip(VOTERS, (5, 1, 0, 2), reasons, strict=False):
        answer(region, who, round_, measure, value, reason)
        assert unpacked(packed(value, reason)) == (value, reason)
    assert len({len(one.ciphertext) for one in sealed(region)}) == 1
    with pytest.raises(Invalid) as refused:
        answer(region, VOTERS[5], round_, measure, 5, "x" * (LONGEST_REASON + 1))
    assert set(refused.value.errors) == {"reason"}


def test_the_same_answer_sealed_twice_is_another_ciphertext(region: Workspace) -> None:
    round_, [measure] = opened(region)
    for who in VOTERS[:6]:
        answer(region, who, round_, measure, 5)
    assert len({one.ciphertext for one in sealed(region)}) == 6


def test_an_answer_can_not_be_changed_or_taken_back(region: Workspace) -> None:
    round_, [measure] = opened(region)
    answer(region, VOTERS[0], round_, measure, 5, key="k1")
    before = sealed(region)
    with pytest.raises(Conflict, match="forseglet") as refused:
        answer(region, VOTERS[0], round_, measure, 1, key="k2")
    assert refused.value.message == sealing.ANSWERED
    with pytest.raises(Conflict, match="forseglet"):
        answer(region, VOTERS[0], round_, measure, 5)
    with pytest.raises(Conflict, match="forseglet"):
        answering.withdraw(region, VOTERS[0], round_.id, measure.id)
    assert sealed(region) == before
    assert service.get(region, MARIT, round_.id).updates == round_.updates + 1


def test_sent_again_it_is_answered_as_before_also_after_the_close(region: Workspace) -> None:
    round_, [measure] = opened(region)
    first = answer(region, VOTERS[0], round_, measure, 5, key="k1")
    assert answer(region, VOTERS[0], round_, measure, 5, key="k1") == first
    with pytest.raises(Conflict, match="forseglet"):
        answer(region, VOTERS[0], round_, measure, 1, key="k1")
    close(region, round_)
    assert answer(region, VOTERS[0], round_, measure, 5, key="k1").id == first.id
    with pytest.raises(Conflict, match="Runden er lukket"):
        answer(region, VOTERS[1], round_, measure, 5, key="k2")
    assert sealed(region) == []


def test_a_receipt_can_not_be_compared_with_each_possible_answer(region: Workspace) -> None:
    """Whoever comes by the key of a form (a page left open, a log of a proxy) and by the files afterwards."""
    round_, [measure] = opened(region)
    answer(region, VOTERS[0], round_, measure, 5, key="k1")
    close(region, round_)
    assert all(form_sent("k1", value).digest.encode() not in kept(region) for value in range(6))
    [receipt] = [r for r in region.region(REGION).view().documents("receipts") if r["kind"] == "sealed"]
    assert len(receipt["digest"]) == 64


def test_only_those_with_a_voice_answer_a_guest_of_the_meeting_too(region: Workspace) -> None:
    round_, [measure] = opened(region, invited=("municipality",), guests=True)
    with pytest.raises(Forbidden):
        answer(region, VOTERS[8], round_, measure, 5)
    with pytest.raises(Forbidden):
        answer(region, guest("nobody", round_), round_, measure, 5)
    with region.region(REGION).transaction() as tx:
        seat(tx, Voice(id="g1", round=round_.id, group="business", joined=START))
        tx.put(service.get(region, MARIT, round_.id, tx).join())
    for _time in range(2):
        answer(region, guest("g1", round_), round_, measure, 4, key="k1")
    assert [one.voice for one in sealed(region)] == ["g1"]


def test_no_ballot_that_names_a_voice_gets_in_by_another_way(region: Workspace) -> None:
    round_, [measure] = opened(region)
    with pytest.raises(Invalid):
        answering.answer_for(region, MARIT, round_.id, measure.id, "9001", "5", "", "paper", "Skjema 7")
    with region.region(REGION).transaction() as tx, pytest.raises(Forbidden):
        for_whom = answering.Voter("voice:x", "", "", "")
        answering.keep(region, tx, MARIT, round_, measure.id, for_whom, answering.Answer("5"), 5, "")


# -- At the close --


def test_at_the_close_the_answers_are_there_without_voice_time_or_order(region: Workspace) -> None:
    round_, [measure] = opened(region)
    given = [5, 4, 3, 2, 1, 0, 5]
    for who, value in zip(VOTERS, given, strict=False):
        answer(region, who, round_, measure, value, f"Grunn {value}")
    ciphertexts = [one.ciphertext for one in sealed(region)]
    secret = keys(region)
    close(region, round_)
    found = revealed(region, round_, measure)
    assert (found.answers, Counter(found.values)) == (7, Counter(given))
    assert Counter(found.reasons) == Counter(f"Grunn {value}" for value in given)
    said = json.dumps(msgspec.to_builtins(found))
    voices = region.region(REGION).view().find(Voice, {"round": round_.id})
    assert not any(voice.id in said for voice in voices) and "2026" not in said
    standing = service.standing(region, MARIT, round_.id)
    verdict = standing.verdicts[measure.id]
    assert (verdict.outcome, verdict.tally.answered, verdict.tally.supporting) == (Outcome.SENSED, 7, 4)
    assert standing.shown and not any(standing.answered.values())
    everything = kept(region)
    assert not any(text.encode() in everything for text in ciphertexts) and secret not in everything
    assert keys(region) == b"" and region.stores.keys.names(REGION) == [] and key_files(region) == []
    assert region.region(REGION).problems() == []


def test_the_order_is_drawn_anew_for_values_and_for_reasons(region: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    round_, [measure] = opened(region)
    for at, who in enumerate(VOTERS[:6]):
        answer(region, who, round_, measure, at, f"{at}")
    drawn: list[list[object]] = []
    monkeypatch.setattr(sealing._random, "shuffle", lambda items: (drawn.append(list(items)), items.reverse()))
    close(region, round_)
    assert [sorted(map(str, items)) for items in drawn] == [list("012345")] * 2
    found = revealed(region, round_, measure)
    assert (list(found.values), list(found.reasons)) == (drawn[0][::-1], drawn[1][::-1])


def test_the_deadline_closes_as_the_facilitator_does(region: Workspace, clock: Clock) -> None:
    round_, [measure] = opened(region)
    for who in VOTERS[:5]:
        answer(region, who, round_, measure, 4)
    clock.moment = LATER
    with pytest.raises(Conflict, match="Fristen er ute"):
        answer(region, VOTERS[6], round_, measure, 1)
    assert revealed(region, round_, measure).values == (4,) * 5 and sealed(region) == []
    assert region.stores.keys.names(REGION) == []


def test_a_round_without_names_is_never_opened_again_or_confirmed_anew(region: Workspace) -> None:
    round_, [measure] = opened(region)
    with pytest.raises(Conflict, match="forseglet"):
        round_.confirm_again(measure.id, 2, editorial=False)
    assert round_.confirm_again(measure.id, 2, editorial=True).text_version(measure.id) == 2
    close(region, round_)
    with pytest.raises(Conflict, match="kan ikke åpnes igjen"):
        life.reopen(region, MARIT, round_.id, LATER, "Om igjen")


@pytest.mark.parametrize("fields", [{"visibility": "named"}, {"method": "consensus"}, {"counted_by": "municipality"}])
def test_whether_names_are_kept_is_chosen_before_the_opening_and_never_switched(
    region: Workspace, fields: dict[str, str]
) -> None:
    round_, [measure] = opened(region)
    with pytest.raises(Conflict):
        life.change(region, MARIT, round_.id, round_.version, (measure.id,), **fields)
    close(region, round_)
    with pytest.raises(Conflict):
        life.change(region, MARIT, round_.id, 3, (measure.id,), **fields)


def test_what_the_log_says_ties_no_voter_to_an_answer(region: Workspace) -> None:
    round_, [measure] = opened(region)
    for at, who in enumerate(VOTERS[:6]):
        answer(region, who, round_, measure, at, "Kanariord")
    close(region, round_)
    events = [msgspec.to_builtins(event) for event in region.region(REGION).view().events()]
    given = [event for event in events if event["action"] == "sealed.answered"]
    assert [set(event["payload"]) for event in given] == [{"by", "round", "measure", "voter"}] * 6
    [closed] = [event for event in events if event["action"] == "rounds.closed"]
    assert closed["payload"]["verdicts"] == {measure.id: "sensed"}
    assert closed["payload"]["revealed"] == {measure.id: revealed(region, round_, measure).digest}
    assert "Kanariord" not in json.dumps(events)


def test_an_answer_that_races_the_close_is_among_the_revealed_or_refused(region: Workspace) -> None:
    for _time in range(5):
        round_, found = opened(region, *(f"T{number}" for number in range(4)))
        acknowledged: list[str] = []
        started = threading.Barrier(5)

        def give(who: Actor, round_: Round, found: list[Measure], started: threading.Barrier, done: list[str]) -> None:
            started.wait()
            for measure in found:
                try:
                    answer(region, who, round_, measure, 4)
                    done.append(measure.id)
                except Conflict:
                    return

        threads = [
            threading.Thread(target=give, args=(who, round_, found, started, acknowledged)) for who in VOTERS[:4]
        ]
        for thread in threads:
            thread.start()
        started.wait()
        while len(acknowledged) < 4:
            pass
        close(region, round_)
        for thread in threads:
            thread.join()
        given = {measure.id: revealed(region, round_, measure).answers for measure in found}
        assert given == {measure.id: acknowledged.count(measure.id) for measure in found}
        assert sealed(region) == [] and region.stores.keys.names(REGION) == []


def test_what_is_shown_afterwards_is_checked_against_the_log(region: Workspace) -> None:
    round_, [measure, other] = opened(region, "Felles kai", "Felles lager")
    for at, who in enumerate(VOTERS[:6]):
        answer(region, who, round_, measure, at)
    close(region, round_)
    assert verifying.verify(region, MARIT, round_.id).agrees
    with region.region(REGION).transaction() as tx:
        found = tx.get(Revealed, f"{round_.id}:{measure.id}")
        tx.put(found.changed(values=(5,) * 6))
    [fault] = verifying.verify(region, MARIT, round_.id).faults
    assert measure.code in str(fault) and other.code not in str(fault)


# -- Small numbers --


@pytest.mark.parametrize(("answers", "is_shown"), [(4, False), (5, True)])
def test_of_fewer_than_five_nothing_is_kept(region: Workspace, answers: int, is_shown: bool) -> None:
    round_, [measure] = opened(region)
    for who in VOTERS[:answers]:
        answer(region, who, round_, measure, 2, "Kanariord")
    close(region, round_)
    found = revealed(region, round_, measure)
    assert found.answers == answers and (len(found.values), len(found.reasons)) == (answers * is_shown,) * 2
    assert (b"Kanariord" in kept(region)) is is_shown
    verdict = service.standing(region, MARIT, round_.id).verdicts[measure.id]
    assert verdict.tally.answered == answers
    told = round_.way.because(verdict, {}, True, str)
    assert ("færre enn fem svar" in told) is not is_shown


def test_a_breakdown_is_kept_only_of_groups_that_may_be_shown(region: Workspace) -> None:
    round_, [all_in, few] = opened(region, "Alle svarer", "Få svarer")
    for at, who in enumerate(VOTERS):
        answer(region, who, round_, all_in, (5, 3)[at % 2])
    for who in VOTERS[:9]:  # six of the municipality, three of businesses
        answer(region, who, round_, few, 4)
    close(region, round_)
    found = revealed(region, round_, all_in)
    assert (found.by, found.hidden) == ("group", ())
    assert found.parts == {"business": (5, 5, 5, 3, 3, 3), "municipality": (5, 5, 5, 3, 3, 3)}
    assert (revealed(region, round_, few).by, revealed(region, round_, few).parts) == ("", {})


def test_where_groups_are_too_few_it_is_by_municipality_and_never_by_both(region: Workspace) -> None:
    round_, [measure] = opened(region, guests=True)
    with region.region(REGION).transaction() as tx:
        for number, size in (("9001", 7), ("9002", 2), ("9003", 5), ("9004", 5)):
            for at in range(size):
                seat(tx, Voice(id=f"{number}{at}", round=round_.id, group="youth", municipality=number, joined=START))
    for voice in region.region(REGION).view().find(Voice, {"round": round_.id}):
        if voice.group == "youth":
            answer(region, guest(voice.id, round_), round_, measure, 5 if voice.id.endswith(("0", "2")) else 3)
    close(region, round_)
    found = revealed(region, round_, measure)
    assert (found.by, found.hidden, set(found.parts)) == ("municipality", ("9002", "9003"), {"9001", "9004"})


# -- When the key is gone, and when something fails on the way --


def test_without_its_key_a_round_says_so_and_closes_without_a_result(region: Workspace, clock: Clock) -> None:
    round_, [measure] = opened(region)
    for who in VOTERS[:6]:
        answer(region, who, round_, measure, 5)
    assert not sealing.is_lost(region, REGION, round_)
    region.stores.keys.release(REGION, round_.id)
    assert sealing.is_lost(region, REGION, round_)
    with pytest.raises(Conflict) as refused:
        answer(region, VOTERS[7], round_, measure, 5)
    assert refused.value.message == sealing.LOST
    clock.moment = LATER
    assert life.meet_deadlines(region, operator(REGION)) == 1
    closed = service.get(region, MARIT, round_.id)
    assert (closed.state, closed.unopened) == ("closed", 6)
    assert revealed(region, round_, measure) is None and sealed(region) == []
    verdict = service.standing(region, MARIT, round_.id).verdicts[measure.id]
    assert "kan åpnes" in round_.way.because(verdict, {}, True, str)
    assert life.conclude(region, MARIT, round_.id, "Vi tar den på nytt.").state == "concluded"


def test_an_answer_that_was_damaged_is_counted_as_such_and_the_others_are_there(region: Workspace) -> None:
    round_, [measure] = opened(region)
    for who in VOTERS[:6]:
        answer(region, who, round_, measure, 5)
    with region.region(REGION).transaction() as tx:
        tx.put(sealed(region)[0].changed(ciphertext=base64.b64encode(bytes(2051)).decode()))
    assert close(region, round_).unopened == 1
    assert revealed(region, round_, measure).values == (5,) * 5


Harm = Callable[..., None]
STEPS = ("destroy", "forget", "release")  # what is done after the close is durable, in this order


@pytest.mark.parametrize("step", STEPS)
def test_a_crash_between_the_steps_loses_nothing_and_leaves_nothing(
    region: Workspace, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    round_, [measure] = opened(region)
    for who in VOTERS[:6]:
        answer(region, who, round_, measure, 5)
    ciphertext = sealed(region)[0].ciphertext.encode()
    store, secrets = region.region(REGION), region.stores.keys
    harmed = store if step == "forget" else secrets
    with monkeypatch.context() as crash:
        crash.setattr(harmed, step, _crash)
        with pytest.raises(KeyboardInterrupt):
            close(region, round_)
        assert service.get(region, MARIT, round_.id).state == "closed"
        assert revealed(region, round_, measure).values == (5,) * 6
        assert secrets.names(REGION) == [round_.id], "it is known that something is left to do"
        assert (secrets.get(REGION, round_.id) is None) is (step != "destroy")
        if step != "release":
            assert ciphertext in kept(region)
    jobs.finish_sealed(region)
    assert secrets.names(REGION) == [] and keys(region) == b"" and ciphertext not in kept(region)
    assert sealing.finish(region, REGION), "and once more does nothing"
    assert revealed(region, round_, measure).values == (5,) * 6


def _crash(*_arguments: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), Unavailable()])
def test_a_full_disk_after_the_close_is_no_failure_of_the_close(
    region: Workspace, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    round_, [measure] = opened(region)
    answer(region, VOTERS[0], round_, measure, 5)

    def fail(*_arguments: object) -> None:
        raise failure

    with monkeypatch.context() as full:
        full.setattr(region.region(REGION), "forget", fail)
        assert close(region, round_).state == "closed"
        assert not sealing.finish(region, REGION)
    assert keys(region) == b"" and region.stores.keys.names(REGION) == [round_.id]
    assert sealing.finish(region, REGION) and region.stores.keys.names(REGION) == []


def test_a_close_that_did_not_become_durable_destroys_no_key(
    region: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_, [measure] = opened(region)
    for who in VOTERS[:5]:
        answer(region, who, round_, measure, 5)
    with monkeypatch.context() as broken:
        broken.setattr(life.measures, "thaw", _crash)
        with pytest.raises(KeyboardInterrupt):
            close(region, round_)
    assert sealing.finish(region, REGION)
    assert len(keys(region)) == 32 and len(sealed(region)) == 5
    assert close(region, round_).unopened == 0
    assert revealed(region, round_, measure).values == (5,) * 5


def test_the_key_of_a_round_that_did_not_open_is_taken_away(region: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    round_, [measure] = opened(region)
    made = life.create(
        region, MARIT, (measure.id,), title="Til", closes=LATER, method="temperature", visibility="anonymous",
        counted_by="person",
    )  # fmt: skip
    with pytest.raises(Forbidden):  # the measure is in an open round
        life.open_round(region, MARIT, made.id)
    assert region.stores.keys.names(REGION) == sorted([round_.id, made.id])
    assert sealing.finish(region, REGION)
    assert region.stores.keys.names(REGION) == [round_.id]
    life.discard(region, MARIT, made.id)
    region.stores.keys.keep(REGION, made.id, b"x")
    assert sealing.finish(region, REGION) and region.stores.keys.names(REGION) == [round_.id]


def test_no_key_is_made_where_names_are_kept(region: Workspace) -> None:
    round_, _measures = opened(region, method="consensus", visibility="hidden")
    assert region.stores.keys.names(REGION) == []
    close(region, round_)


def test_a_key_is_for_its_owner_alone(region: Workspace) -> None:
    opened(region)
    for path in key_files(region):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_advisory_actor_has_no_part(region: Workspace) -> None:
    round_, [measure] = opened(region)
    for who in (KARI, BJORN, actor("guest", Role.READER)):
        with pytest.raises(Forbidden):
            answer(region, who, round_, measure, 5)
