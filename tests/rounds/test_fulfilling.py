"""«Ja, hvis …»: a condition is marked as met, counts as the yes it said, and its voter can always say it is not."""

from __future__ import annotations

import pytest

from tests.conftest import AMUND, BJORN, KARI, MARIT, REGION, ROLF, VERA
from tests.rounds.region import DEPUTY, HAVARD, SOLVEIG, answer, events, open_round, propose, reword, settle
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.rounds import confirming, fulfilling, life, service, told
from workspace.rounds.ballot import Ballot
from workspace.rounds.conditions import ConditionMet
from workspace.rounds.model import Round
from workspace.rounds.verdict import Verdict


@pytest.fixture
def region(workspace: Workspace) -> Workspace:
    return settle(workspace)


@pytest.fixture
def measure(region: Workspace) -> Measure:
    return propose(region)


@pytest.fixture
def round_(region: Workspace, measure: Measure) -> Round:
    made = open_round(region, measure)
    answer(region, HAVARD, made, measure, "4")
    answer(region, SOLVEIG, made, measure, "4")
    return made


@pytest.fixture
def ballot(region: Workspace, measure: Measure, round_: Round) -> Ballot:
    return answer(region, KARI, round_, measure, "2", "At Skarfjord er med.", conditional=True)


def verdict(region: Workspace, round_: Round, measure: Measure) -> Verdict:
    return service.standing(region, MARIT, round_.id).verdicts[measure.id]


def test_a_met_condition_counts_as_the_yes_it_said(
    region: Workspace, measure: Measure, round_: Round, ballot: Ballot
) -> None:
    assert verdict(region, round_, measure).outcome.value == "no_consensus"
    seen = service.get(region, KARI, round_.id).updates
    before = events(region)
    mark = fulfilling.mark_met(region, MARIT, round_.id, ballot.id, "Skarfjord vedtok det 20. november.")
    assert events(region)[len(before) :] == ["conditions_met.marked"]
    assert (mark.note, mark.name, mark.stands) == ("Skarfjord vedtok det 20. november.", "Marit", True)
    assert verdict(region, round_, measure).outcome.value == "consensus"
    assert service.get(region, KARI, round_.id).updates == seen + 1, "the board asks for what is new"
    assert told.about(region, KARI, round_, measure.id).met == mark
    assert told.about(region, DEPUTY, round_, measure.id).met == mark
    assert told.about(region, HAVARD, round_, measure.id).met is None


@pytest.mark.parametrize("who", [KARI, DEPUTY])
def test_the_voter_can_always_say_that_it_is_not(
    region: Workspace, measure: Measure, round_: Round, ballot: Ballot, who: object
) -> None:
    fulfilling.mark_met(region, MARIT, round_.id, ballot.id, "De er med.")
    before = events(region)
    mark = fulfilling.undo(region, who, round_.id, ballot.id, "De har ikke vedtatt det.")
    assert events(region)[len(before) :] == ["conditions_met.undone"]
    assert (mark.stands, mark.denied, mark.undone_note) == (False, True, "De har ikke vedtatt det.")
    assert verdict(region, round_, measure).outcome.value == "no_consensus"
    with pytest.raises(Forbidden):
        fulfilling.mark_met(region, MARIT, round_.id, ballot.id, "Jo, de er med.")
    anew = answer(region, KARI, round_, measure, "2", "At alle er med.", conditional=True)
    assert fulfilling.mark_met(region, MARIT, round_.id, anew.id, "Alle er med.").stands


def test_the_mark_is_taken_away_with_a_trace_and_may_be_set_again(
    region: Workspace, measure: Measure, round_: Round, ballot: Ballot
) -> None:
    fulfilling.mark_met(region, MARIT, round_.id, ballot.id, "De er med.")
    fulfilling.undo(region, MARIT, round_.id, ballot.id, "Feil kommune.")
    kept = region.region(REGION).view().get(ConditionMet, ballot.id)
    assert (kept.note, kept.undone_name, kept.undone_note, kept.denied) == (
        "De er med.",
        "Marit",
        "Feil kommune.",
        False,
    )
    with pytest.raises(Conflict):
        fulfilling.undo(region, MARIT, round_.id, ballot.id)
    assert fulfilling.mark_met(region, MARIT, round_.id, ballot.id, "Nå er de med.").stands


def test_who_may(region: Workspace, measure: Measure, round_: Round, ballot: Ballot) -> None:
    for who in (KARI, HAVARD, BJORN, AMUND, ROLF):
        with pytest.raises(Forbidden):
            fulfilling.mark_met(region, who, round_.id, ballot.id, "De er med.")
    with pytest.raises(NotFound):
        fulfilling.mark_met(region, VERA, round_.id, ballot.id, "De er med.")
    with pytest.raises(Invalid):
        fulfilling.mark_met(region, MARIT, round_.id, ballot.id, " ")
    fulfilling.mark_met(region, MARIT, round_.id, ballot.id, "De er med.")
    for who in (HAVARD, BJORN, AMUND, ROLF):
        with pytest.raises(Forbidden):
            fulfilling.undo(region, who, round_.id, ballot.id)
    assert fulfilling.marks(region, ROLF, round_)[ballot.id].stands


def test_what_has_no_condition_has_none_met(region: Workspace, measure: Measure, round_: Round) -> None:
    plain = answer(region, KARI, round_, measure, "2", "Kostnaden.")
    block = answer(region, SOLVEIG, round_, measure, "1", "Nei.", conditional=True)
    assert not block.conditional, "a block has no condition to be met"
    for ballot in (plain, block):
        with pytest.raises(NotFound):
            fulfilling.mark_met(region, MARIT, round_.id, ballot.id, "Løst.")


def test_only_the_answer_that_stands_while_the_round_is_open(
    region: Workspace, measure: Measure, round_: Round, ballot: Ballot
) -> None:
    fulfilling.mark_met(region, MARIT, round_.id, ballot.id, "De er med.")
    reword(region, round_, measure)
    with pytest.raises(Conflict):
        fulfilling.mark_met(region, MARIT, round_.id, ballot.id, "De er med.")
    kept = confirming.confirm(region, KARI, round_.id, measure.id, 2)
    assert kept.conditional and told.about(region, KARI, round_, measure.id).met is None
    life.close_round(region, MARIT, round_.id, "Nok.")
    with pytest.raises(Conflict):
        fulfilling.mark_met(region, MARIT, round_.id, kept.id, "De er med.")
    with pytest.raises(Conflict):
        fulfilling.undo(region, KARI, round_.id, ballot.id)


def test_a_hidden_round_has_no_marks_before_it_closes(region: Workspace, measure: Measure) -> None:
    round_ = open_round(region, measure, visibility="hidden")
    ballot = answer(region, KARI, round_, measure, "2", "At de er med.", conditional=True)
    with pytest.raises(NotFound):
        fulfilling.mark_met(region, MARIT, round_.id, ballot.id, "De er med.")
