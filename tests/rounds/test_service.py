"""Rounds on a real store: who answers for whom, what counts, and what stays hidden."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import msgspec
import pytest

from tests.conftest import AMUND, BJORN, KARI, MARIT, REGION, ROLF, START, VERA, Clock, actor
from workspace.access import Actor, Role
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.regions.model import Municipality
from workspace.rounds import answering, life, service
from workspace.rounds.ballot import Ballot
from workspace.rounds.model import Round
from workspace.rounds.verdict import Outcome

LATER = START + timedelta(days=7)
DEPUTY = actor("dag", Role.PARTICIPANT, municipality="9001", voices=frozenset({"9001"}))
SKARFJORD = actor("havard", Role.PARTICIPANT, municipality="9002", voices=frozenset({"9002"}))


@pytest.fixture
def region(workspace: Workspace) -> Workspace:
    with workspace.region(REGION).transaction() as tx:
        tx.put(Municipality(id="9001", name="Havnsund", voting_member="kari", deputies=("dag",)))
        tx.put(Municipality(id="9002", name="Skarfjord", voting_member="havard"))
    return workspace


@pytest.fixture
def measure(region: Workspace) -> Measure:
    return measures.create(region, AMUND, title="Felles kjølelager", text="Vi bygger sammen.")


def open_round(region: Workspace, measure: Measure, **fields: object) -> Round:
    made = life.create(region, MARIT, (measure.id,), **{"title": "Runde", "closes": LATER, **fields})
    return life.open_round(region, MARIT, made.id)


def answer(region: Workspace, who: Actor, round_: Round, measure: Measure, value: str, reason: str = "") -> Ballot:
    return answering.answer(region, who, round_.id, measure.id, value, reason)


def ballots(region: Workspace, round_: Round) -> list[Ballot]:
    return region.region(REGION).view().find(Ballot, {"round": round_.id}, order="sequence")


def test_what_is_left_is_left_for_the_municipality(region: Workspace, measure: Measure) -> None:
    other = measures.create(region, AMUND, title="Felles kai", text="Vi bygger.")
    made = life.create(region, MARIT, (measure.id, other.id), title="Runde", closes=LATER)
    round_ = life.open_round(region, MARIT, made.id)
    assert service.unanswered(region, KARI, round_) == (measure.id, other.id)
    answer(region, KARI, round_, measure, "4")
    answer(region, BJORN, round_, other, "5")
    assert service.unanswered(region, KARI, round_) == service.unanswered(region, DEPUTY, round_) == (other.id,)
    assert service.unanswered(region, BJORN, round_) == (measure.id,)
    assert service.answered(region, ROLF, round_) == {"9001": frozenset({measure.id}), "9002": frozenset()}


def test_a_draft_is_there_for_those_who_lead_only(region: Workspace, measure: Measure) -> None:
    made = life.create(region, MARIT, (measure.id,), title="Runde", closes=LATER)
    assert service.get(region, MARIT, made.id) == made
    for who in (KARI, AMUND, ROLF):
        with pytest.raises(NotFound):
            service.get(region, who, made.id)
        assert service.listing(region, who) == []
    with pytest.raises(Forbidden):
        life.open_round(region, AMUND, made.id)


def test_opening_freezes_the_text_and_closing_frees_it(region: Workspace, measure: Measure) -> None:
    round_ = open_round(region, measure)
    frozen = measures.get(region, AMUND, measure.id)
    assert frozen.frozen_by == round_.id
    with pytest.raises(Forbidden):
        measures.save(region, AMUND, measure.id, frozen.version, text="Noe annet.")
    assert measures.save(region, AMUND, measure.id, frozen.version, cost="1 mill. kr").cost == "1 mill. kr"
    life.close_round(region, MARIT, round_.id, "Alle har svart.")
    free = measures.get(region, AMUND, measure.id)
    assert measures.save(region, AMUND, measure.id, free.version, text="Noe annet.").text_version == 2


def test_a_measure_is_in_one_open_round_at_a_time(region: Workspace, measure: Measure) -> None:
    open_round(region, measure)
    with pytest.raises(Forbidden):
        open_round(region, measure)


def test_each_municipality_has_one_voice_however_many_speak_for_it(region: Workspace, measure: Measure) -> None:
    round_ = open_round(region, measure)
    answer(region, KARI, round_, measure, "5")
    answer(region, DEPUTY, round_, measure, "3")
    answer(region, BJORN, round_, measure, "1", "Vi er imot.")
    standing = service.standing(region, KARI, round_.id)
    verdict = standing.verdicts[measure.id]
    assert (verdict.tally.voices, verdict.tally.answered, verdict.tally.supporting) == (2, 1, 1)
    assert standing.ballots[measure.id]["9001"].value == 3
    assert [(ballot.by, ballot.counts) for ballot in standing.advice[measure.id]] == [("bjorn", False)]
    assert len(ballots(region, round_)) == 3


def test_nobody_answers_for_another_municipality(region: Workspace, measure: Measure) -> None:
    round_ = open_round(region, measure)
    for who in (KARI, BJORN, MARIT):
        with pytest.raises(Forbidden):
            answering.answer(region, who, round_.id, measure.id, "5", voice="9002")
    with pytest.raises(Forbidden):
        answer(region, ROLF, round_, measure, "5")
    assert ballots(region, round_) == []


def test_the_same_answer_twice_is_one_and_another_is_kept_beside_it(region: Workspace, measure: Measure) -> None:
    round_ = open_round(region, measure)
    first = answer(region, KARI, round_, measure, "2", "Hvem betaler?")
    assert answer(region, KARI, round_, measure, "2", "Hvem betaler?") == first
    answer(region, KARI, round_, measure, "4")
    assert [ballot.value for ballot in ballots(region, round_)] == [2, 4]
    assert service.standing(region, KARI, round_.id).ballots[measure.id]["9001"].value == 4


def test_a_measure_of_another_round_is_refused(region: Workspace, measure: Measure) -> None:
    other = measures.create(region, AMUND, title="Noe annet", text="Tekst.")
    round_ = open_round(region, measure)
    with pytest.raises(Invalid):
        answer(region, KARI, round_, other, "5")


def test_late_and_closed_are_refused_and_store_nothing(region: Workspace, measure: Measure, clock: Clock) -> None:
    round_ = open_round(region, measure)
    clock.moment = LATER
    with pytest.raises(Conflict):
        answer(region, KARI, round_, measure, "5")
    assert ballots(region, round_) == []
    life.reopen(region, MARIT, round_.id, LATER + timedelta(days=1), "Skarfjord hadde ikke svart")
    answer(region, KARI, round_, measure, "5")
    life.close_round(region, MARIT, round_.id, "Alle har svart.")
    with pytest.raises(Conflict) as refused:
        answer(region, SKARFJORD, round_, measure, "5")
    assert refused.value.current.state == "closed"
    with pytest.raises(Conflict):
        answer(region, KARI, round_, measure, "5")
    with pytest.raises(Conflict):
        life.close_round(region, MARIT, round_.id, "Alle har svart.")


def test_a_round_goes_on_after_it_was_reopened_with_a_reason(region: Workspace, measure: Measure) -> None:
    round_ = open_round(region, measure)
    answer(region, KARI, round_, measure, "5")
    life.close_round(region, MARIT, round_.id, "Alle har svart.")
    life.reopen(region, MARIT, round_.id, LATER, "Skarfjord hadde ikke svart")
    answer(region, SKARFJORD, round_, measure, "4")
    life.close_round(region, MARIT, round_.id, "Alle har svart.")
    concluded = life.conclude(region, MARIT, round_.id, "Begge støtter.")
    assert concluded.state == "concluded"
    assert service.standing(region, ROLF, round_.id).verdicts[measure.id].outcome is Outcome.CONSENSUS
    actions = [event.action for event in region.region(REGION).view().events() if event.table == "rounds"]
    assert actions == [f"rounds.{what}" for what in ("drafted", "opened", "closed", "reopened", "closed", "concluded")]


def test_a_text_changed_meanwhile_can_not_be_voted_on_again(region: Workspace, measure: Measure) -> None:
    round_ = open_round(region, measure)
    life.close_round(region, MARIT, round_.id, "Alle har svart.")
    free = measures.get(region, AMUND, measure.id)
    measures.save(region, AMUND, measure.id, free.version, text="Helt annen tekst.")
    with pytest.raises(Forbidden):
        life.reopen(region, MARIT, round_.id, LATER, "Om igjen")
    assert service.get(region, MARIT, round_.id).state == "closed"


def test_a_hidden_round_shows_only_who_has_answered(region: Workspace, measure: Measure) -> None:
    round_ = open_round(region, measure, visibility="hidden")
    answer(region, KARI, round_, measure, "1", "Dette er hemmeligord")
    answer(region, BJORN, round_, measure, "2", "Dette er hemmeligord")
    for who in (KARI, SKARFJORD, MARIT, AMUND):
        standing = service.standing(region, who, round_.id)
        assert (standing.shown, standing.ballots, standing.advice, standing.verdicts) == (False, {}, {}, {})
        assert standing.answered == {"9001": frozenset({measure.id}), "9002": frozenset()}
    assert service.own_answer(region, KARI, round_, measure.id).value == 1
    assert service.own_answer(region, SKARFJORD, round_, measure.id) is None
    log = json.dumps([msgspec.to_builtins(event) for event in region.region(REGION).view().events()])
    assert "hemmeligord" not in log and '"value"' not in log
    life.close_round(region, MARIT, round_.id, "Alle har svart.")
    assert service.standing(region, ROLF, round_.id).verdicts[measure.id].outcome is Outcome.BLOCKED


def test_what_is_left_for_somebody(region: Workspace, measure: Measure) -> None:
    assert service.waiting_for(region, KARI) is None
    round_ = open_round(region, measure)
    assert [left.id for left in service.waiting_for(region, KARI).unanswered] == [measure.id]
    answer(region, DEPUTY, round_, measure, "5")
    assert service.waiting_for(region, KARI).unanswered == ()
    assert [left.id for left in service.waiting_for(region, BJORN).unanswered] == [measure.id]
    assert service.waiting_for(region, ROLF).unanswered == ()


def test_the_outcome_is_searchable_once_it_is_written(region: Workspace, measure: Measure) -> None:
    round_ = open_round(region, measure)
    life.close_round(region, MARIT, round_.id, "Alle har svart.")
    assert service.entries_of(region.region(REGION).view(), "rounds", round_.id)[0] == []
    life.conclude(region, MARIT, round_.id, "Alle støtter kjølelageret.")
    [entry], _gone = service.entries_of(region.region(REGION).view(), "rounds", round_.id)
    assert entry.text == "Alle støtter kjølelageret."


def test_a_vote_that_races_the_close_is_counted_or_refused(region: Workspace, measure: Measure) -> None:
    round_ = open_round(region, measure)
    acknowledged: dict[str, int] = {}
    refused: list[str] = []

    def vote(person: str) -> None:
        who = actor(person, Role.PARTICIPANT, group="business", organisation=person)
        for turn in range(20):
            try:
                acknowledged[person] = answer(region, who, round_, measure, str(3 + turn % 3)).value
            except Conflict:
                refused.append(person)
                return

    threads = [threading.Thread(target=vote, args=(f"p{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    while sum(ballot.round == round_.id for ballot in ballots(region, round_)) < 20:
        pass
    life.close_round(region, MARIT, round_.id, "Alle har svart.")
    at_close = {b.by: b.value for b in service.standing(region, MARIT, round_.id).advice[measure.id]}
    for thread in threads:
        thread.join()
    after = {b.by: b.value for b in service.standing(region, MARIT, round_.id).advice[measure.id]}
    assert at_close == after == acknowledged


def test_rounds_of_another_region_do_not_exist_here(region: Workspace, measure: Measure) -> None:
    round_ = open_round(region, measure)
    with pytest.raises(NotFound):
        service.get(region, VERA, round_.id)
    with pytest.raises(NotFound):
        answering.answer(region, VERA, round_.id, measure.id, "5")
