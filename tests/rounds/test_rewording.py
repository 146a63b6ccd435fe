"""A frozen text that changes: editorial or material, and every answer asked for again, or kept with one button."""

from __future__ import annotations

import pytest

from tests.conftest import AMUND, BJORN, KARI, MARIT, REGION, ROLF, VERA, Clock
from tests.rounds.region import (
    DEPUTY,
    HAVARD,
    NEW,
    SOLVEIG,
    TEXT,
    answer,
    events,
    open_round,
    propose,
    reword,
    settle,
    verdict,
)  # fmt: skip
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.once import Once
from workspace.parts import Workspace
from workspace.rounds import answering, confirming, life, rewording, service, told
from workspace.rounds.ballot import Ballot
from workspace.rounds.model import Round
from workspace.rounds.rewording import Rewording


@pytest.fixture
def region(workspace: Workspace) -> Workspace:
    return settle(workspace)


@pytest.fixture
def measure(region: Workspace) -> Measure:
    return propose(region)


@pytest.fixture
def round_(region: Workspace, measure: Measure) -> Round:
    return open_round(region, measure)


def test_an_editorial_change_keeps_the_answers_and_is_logged(
    region: Workspace, measure: Measure, round_: Round
) -> None:
    answer(region, KARI, round_, measure, "5")
    answer(region, HAVARD, round_, measure, "4")
    answer(region, SOLVEIG, round_, measure, "3")
    before = events(region)
    kept = reword(region, round_, measure, "editorial", TEXT.replace("2028", "år 2028"))
    assert kept.text_version == 2
    assert kept.frozen_by == round_.id
    assert verdict(region, round_, measure) == "consensus"
    assert service.unanswered(region, KARI, service.get(region, KARI, round_.id)) == ()
    assert events(region)[len(before) :] == ["measures.reworded"]
    event = region.region(REGION).view().events()[-1]
    assert event.payload is not None
    assert (event.payload["change"], event.payload["reason"]) == ("editorial", "Etter møtet.")


def test_a_material_change_asks_everyone_to_confirm(region: Workspace, measure: Measure, round_: Round) -> None:
    for who, value in ((KARI, "5"), (HAVARD, "4"), (SOLVEIG, "3"), (BJORN, "5")):
        answer(region, who, round_, measure, value)
    assert rewording.effect(region, MARIT, round_.id, measure.id) == (("9001", "9002", "9003"), 1)
    reword(region, round_, measure)
    now = service.get(region, KARI, round_.id)
    found = service.standing(region, KARI, round_.id)
    assert found.ballots[measure.id] == {}
    assert {voice: (b.value, b.text_version) for voice, b in found.before[measure.id].items()} == {
        "9001": (5, 1), "9002": (4, 1), "9003": (3, 1),
    }  # fmt: skip
    assert verdict(region, round_, measure) == "waiting"
    for who in (KARI, DEPUTY, HAVARD, SOLVEIG, BJORN):
        assert service.unanswered(region, who, now) == (measure.id,)
    assert found.answered["9001"] == frozenset()


def test_each_voter_is_shown_what_is_new(region: Workspace, measure: Measure, round_: Round) -> None:
    answer(region, KARI, round_, measure, "4", "Vi er med.")
    reword(region, round_, measure)
    now = service.get(region, KARI, round_.id)
    seen = confirming.changed(region, KARI, now, measures.get(region, KARI, measure.id))
    assert seen.ballot is not None and (seen.ballot.value, seen.ballot.text_version) == (4, 1)
    pieces = [(p.kind, p.text.strip()) for change in seen.changes for p in change.pieces if p.kind != "same"]
    assert any(kind == "del" and "Eierkommunen" in text for kind, text in pieces)
    assert any(kind == "ins" and "2029" in text for kind, text in pieces)
    assert seen.is_material and [text.reason for text, _amendment in seen.steps] == ["Etter møtet."]
    assert told.about(region, KARI, now, measure.id).earlier == seen.ballot
    assert told.about(region, HAVARD, now, measure.id).earlier is None


def test_one_act_keeps_the_answer_with_its_reason_and_condition(
    region: Workspace, measure: Measure, round_: Round
) -> None:
    answer(region, KARI, round_, measure, "2", "At kostnaden deles.", conditional=True, joins=True)
    reword(region, round_, measure)
    before = events(region)
    kept = confirming.confirm(region, DEPUTY, round_.id, measure.id, 2)
    assert (kept.value, kept.reason, kept.conditional, kept.joins) == (2, "At kostnaden deles.", True, True)
    assert (kept.text_version, kept.voter, kept.by) == (2, "municipality:9001", "dag")
    assert events(region)[len(before) :] == ["ballots.cast"]
    assert service.standing(region, KARI, round_.id).ballots[measure.id]["9001"] == kept
    assert service.unanswered(region, KARI, service.get(region, KARI, round_.id)) == ()
    assert confirming.confirm(region, KARI, round_.id, measure.id, 2) == kept, "confirmed already"
    given = region.region(REGION).view().find(Ballot, {"round": round_.id}, order="sequence")
    assert [ballot.text_version for ballot in given] == [1, 2]


def test_a_confirmation_sent_again_is_one(region: Workspace, measure: Measure, round_: Round) -> None:
    answer(region, KARI, round_, measure, "4")
    reword(region, round_, measure)
    once = Once("k" * 26, "d" * 64)
    first = confirming.confirm(region, KARI, round_.id, measure.id, 2, once=once)
    answer(region, KARI, round_, measure, "3")
    assert confirming.confirm(region, KARI, round_.id, measure.id, 2, once=once) == first
    assert service.standing(region, KARI, round_.id).ballots[measure.id]["9001"].value == 3


def test_nobody_confirms_a_text_they_have_not_seen(region: Workspace, measure: Measure, round_: Round) -> None:
    answer(region, KARI, round_, measure, "4")
    reword(region, round_, measure)
    reword(region, round_, measure, text=NEW + " Drift fra 2030.")
    with pytest.raises(Conflict):
        confirming.confirm(region, KARI, round_.id, measure.id, 2)
    assert confirming.confirm(region, KARI, round_.id, measure.id, 3).text_version == 3
    with pytest.raises(Invalid):
        confirming.confirm(region, HAVARD, round_.id, measure.id, 3)
    with pytest.raises(Forbidden):
        confirming.confirm(region, ROLF, round_.id, measure.id, 3)


def test_an_editorial_change_after_a_material_one_asks_nobody_twice(
    region: Workspace, measure: Measure, round_: Round
) -> None:
    answer(region, KARI, round_, measure, "4")
    answer(region, HAVARD, round_, measure, "4")
    reword(region, round_, measure)
    confirming.confirm(region, KARI, round_.id, measure.id, 2)
    reword(region, round_, measure, "editorial", NEW.replace("likt", "helt likt"))
    now = service.get(region, KARI, round_.id)
    assert service.unanswered(region, KARI, now) == ()
    assert service.unanswered(region, HAVARD, now) == (measure.id,)
    seen = confirming.changed(region, HAVARD, now, measures.get(region, HAVARD, measure.id))
    assert [text.change for text, _amendment in seen.steps] == ["material", "editorial"]
    rows = confirming.confirmations(region, KARI, service.standing(region, KARI, round_.id), measure.id)
    assert [(row.voice, row.now is not None) for row in rows] == [("9001", True), ("9002", False)]


def test_only_those_who_lead_change_a_frozen_text_and_say_why(
    region: Workspace, measure: Measure, round_: Round, clock: Clock
) -> None:
    for who in (KARI, BJORN, AMUND, ROLF, VERA):
        with pytest.raises((Forbidden, NotFound)):
            reword(region, round_, measure, who=who) if who is not VERA else rewording.reword(
                region, VERA, round_.id, measure.id, 1, Rewording("T", NEW, "material", "x")
            )
    for new, field in (
        (Rewording("Tittel", NEW, "", "Hvorfor."), "change"),
        (Rewording("Tittel", NEW, "material", " "), "reason"),
        (Rewording("Tittel", " ", "material", "Hvorfor."), "text"),
        (Rewording(measure.title, TEXT, "material", "Hvorfor."), "text"),
    ):
        with pytest.raises(Invalid) as refused:
            rewording.reword(region, MARIT, round_.id, measure.id, 1, new)
        assert field in refused.value.errors
    reword(region, round_, measure)
    with pytest.raises(Conflict) as stale:
        rewording.reword(region, MARIT, round_.id, measure.id, 1, Rewording("Tittel", "Noe.", "material", "Hvorfor."))
    assert stale.value.current.text_version == 2
    clock.forward(days=8)
    with pytest.raises(Conflict):
        reword(region, round_, measure, text="Etter fristen.")
    assert measures.get(region, MARIT, measure.id).text == NEW
    assert life.meet_deadlines(region, MARIT) == 0, "closed in the same breath"


def test_a_change_races_nothing_it_is_one_transaction(region: Workspace, measure: Measure, round_: Round) -> None:
    reword(region, round_, measure)
    kept, now = measures.get(region, MARIT, measure.id), service.get(region, MARIT, round_.id)
    assert (kept.text_version, now.text_version(measure.id), now.item(measure.id).counts_from) == (2, 2, 2)
    texts = measures.texts_of(region.region(REGION).view(), kept)
    assert [(text.number, text.change, text.round) for text in texts] == [(1, "", ""), (2, "material", round_.id)]


def test_answers_without_a_name_can_not_be_confirmed(region: Workspace, measure: Measure) -> None:
    round_ = open_round(region, measure, method="temperature", visibility="anonymous", counted_by="person", guests=True)
    with pytest.raises(Invalid) as refused:
        reword(region, round_, measure)
    assert "change" in refused.value.errors
    reword(region, round_, measure, "editorial")


@pytest.mark.parametrize(("method", "value"), [("consensus", "4"), ("endorsement", "-1"), ("priority", "3")])
@pytest.mark.parametrize("counted_by", ["municipality", "person"])
def test_every_method_keeps_answers_alike(
    workspace: Workspace, app: object, method: str, value: str, counted_by: str
) -> None:
    region = settle(workspace)
    measure = propose(region)
    round_ = open_round(region, measure, method=method, counted_by=counted_by)
    answer(region, KARI, round_, measure, value)
    reword(region, round_, measure)
    kept = confirming.confirm(region, KARI, round_.id, measure.id, 2)
    assert (str(kept.value), kept.text_version, kept.counts) == (value, 2, True)
    [given] = service.standing(region, KARI, round_.id).ballots[measure.id].values()
    assert given == kept


def test_a_new_answer_does_what_a_confirmation_does(region: Workspace, measure: Measure, round_: Round) -> None:
    answer(region, KARI, round_, measure, "4")
    reword(region, round_, measure)
    answer(region, KARI, round_, measure, "2", "Hva koster det?")
    found = service.standing(region, KARI, round_.id)
    assert (found.ballots[measure.id]["9001"].value, found.before[measure.id]) == (2, {})


def test_a_confirmed_entry_is_the_municipalitys_own(region: Workspace, measure: Measure, round_: Round) -> None:
    answering.answer_for(region, MARIT, round_.id, measure.id, "9001", "4", "", "meeting", "Ordføreren.")
    assert told.about(region, KARI, round_, measure.id).entered is not None
    kept = confirming.confirm(region, KARI, round_.id, measure.id, 1)
    assert (kept.value, kept.on_behalf, kept.by) == (4, False, "kari")
    assert told.about(region, KARI, round_, measure.id).entered is None
