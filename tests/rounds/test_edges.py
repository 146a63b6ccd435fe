"""Edges of the specification: what holds where two of its sentences meet."""

from __future__ import annotations

import pytest

from tests.conftest import AMUND, KARI, MARIT, REGION, Clock
from tests.rounds.region import (
    HAVARD,
    LATER,
    NEW,
    SOLVEIG,
    TEXT,
    answer,
    open_round,
    propose,
    reword,
    settle,
    verdict,
)  # fmt: skip
from workspace.errors import Conflict, Invalid, Message
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.regions.model import Municipality
from workspace.rounds import answering, life, service
from workspace.rounds.sentence import sentence
from workspace.rounds.starting import can_start
from workspace.translation import translated


@pytest.fixture
def region(workspace: Workspace) -> Workspace:
    return settle(workspace)


@pytest.fixture
def measure(region: Workspace) -> Measure:
    return propose(region)


def bokmal(message: Message) -> str:
    return translated("nb", message.text) % message.values if message.values else message.text


def test_what_waits_for_a_blocker_of_an_earlier_text_says_so_and_not_that_too_few_have_answered(
    region: Workspace, measure: Measure
) -> None:
    """Verdict: explained in a sentence. The quorum may be met while somebody's block awaits their word."""
    round_ = open_round(region, measure, quorum="2/3")
    answer(region, SOLVEIG, round_, measure, "1", "For dyrt.")
    reword(region, round_, measure)
    for who in (KARI, HAVARD):
        answer(region, who, round_, measure, "5")
    found = service.standing(region, MARIT, round_.id)
    said = sentence(found.verdicts[measure.id], found.names, bokmal, round_.way)
    assert verdict(region, round_, measure) == "waiting"
    assert said == (
        "Venter på svar: 2 av 3 kommuner har svart, men en blokkering av en tidligere tekst må bekreftes eller løftes. "
        "Solåsen har ikke svart."
    )


def test_consensus_on_a_text_that_was_changed_after_the_close_makes_nothing_agreed(
    region: Workspace, measure: Measure
) -> None:
    """Votes are bound to a wording: nobody has taken a stand on the new one."""
    same = propose(region, title="Felles innkjøp")
    round_ = open_round(region, measure, same)
    for of in (measure, same):
        for who in (KARI, HAVARD, SOLVEIG):
            answer(region, who, round_, of, "5")
    life.close_round(region, MARIT, round_.id, "Alle har svart.")
    seen = measures.get(region, AMUND, measure.id)
    measures.save(region, AMUND, seen.id, seen.version, title=seen.title, text=NEW)
    found = service.standing(region, MARIT, round_.id)
    assert [m.id for m in found.measures if can_start(found.round, m, found.verdicts[m.id])] == [same.id]
    with pytest.raises(Invalid) as refused:
        life.conclude(region, MARIT, round_.id, "Vi er enige.", "", "", (measure.id,))
    assert "er endret etter at runden ble lukket" in str(refused.value.errors["starts"])
    life.conclude(region, MARIT, round_.id, "Vi er enige.", "", "", (same.id,))
    assert measures.get(region, MARIT, measure.id).status == "proposed"
    assert measures.get(region, MARIT, same.id).status == "started"


def test_a_round_that_is_reopened_is_the_one_a_measure_is_answered_in(region: Workspace, measure: Measure) -> None:
    """Two rounds on the same measure: the newest, unless an older one is open again."""
    first = open_round(region, measure)
    with pytest.raises(Exception, match="alt med i en åpen runde"):
        open_round(region, measure)
    life.close_round(region, MARIT, first.id, "Ferdig.")
    second = open_round(region, measure)
    assert service.round_of(region, KARI, measure.id) == second
    life.close_round(region, MARIT, second.id, "Ferdig.")
    found = service.round_of(region, KARI, measure.id)
    assert found is not None and found.id == second.id
    life.reopen(region, MARIT, first.id, LATER, "Vi var ikke ferdige.")
    found = service.round_of(region, KARI, measure.id)
    assert found is not None and found.id == first.id


def test_an_answer_is_taken_back_once(region: Workspace, measure: Measure) -> None:
    round_ = open_round(region, measure)
    answer(region, KARI, round_, measure, "5")
    answering.withdraw(region, KARI, round_.id, measure.id)
    before = service.get(region, KARI, round_.id)
    with pytest.raises(Invalid):
        answering.withdraw(region, KARI, round_.id, measure.id)
    assert service.get(region, KARI, round_.id) == before


def test_at_the_very_deadline_nothing_is_taken_and_the_leader_needs_no_reason(
    region: Workspace, measure: Measure, clock: Clock
) -> None:
    round_ = open_round(region, measure)
    answer(region, KARI, round_, measure, "5")
    clock.moment = LATER
    for act in (
        lambda: answer(region, HAVARD, round_, measure, "1", "Nei."),
        lambda: answering.withdraw(region, KARI, round_.id, measure.id),
        lambda: life.extend(region, MARIT, round_.id, LATER.replace(hour=23), "For sent."),
    ):
        with pytest.raises(Conflict):
            act()
    closed = service.get(region, MARIT, round_.id)
    assert (closed.state, closed.closed_by) == ("closed", "deadline")
    assert measures.get(region, MARIT, measure.id).text == TEXT


def test_a_block_that_is_mediated_stops_after_the_close_too_and_whoever_has_left_still_counts(
    region: Workspace, measure: Measure
) -> None:
    """The electorate is fixed: that a municipality has nobody to answer for it any more changes no numbers."""
    round_ = open_round(region, measure)
    answer(region, SOLVEIG, round_, measure, "1", "For dyrt.")
    with region.region(REGION).transaction() as tx:
        for number in ("9001", "9002", "9003"):
            found = tx.get(Municipality, number)
            assert found is not None
            tx.put(found.changed(voting_member=None, deputies=()))
    counted = service.standing(region, MARIT, round_.id).verdicts[measure.id].tally
    assert (counted.voices, counted.answered, counted.missing) == (3, 1, ("9001", "9002"))
    life.close_round(region, MARIT, round_.id, "Ingen svarer.")
    assert verdict(region, round_, measure) == "blocked"
    life.conclude(region, MARIT, round_.id, "Vi ble ikke enige.")
    assert measures.get(region, MARIT, measure.id).status == "proposed"
