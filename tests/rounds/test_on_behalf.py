"""Entered by the facilitator for a municipality, told to it, and corrected by it; with torture cases 45 and 47."""

from __future__ import annotations

import pytest

from tests.conftest import ADMIN, AMUND, BJORN, KARI, MARIT, REGION, ROLF, VERA, actor
from tests.rounds.region import DEPUTY, HAVARD, LATER, answer, events, open_round, propose, settle
from workspace.access import Role
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.parts import Workspace
from workspace.rounds import answering, confirming, importing, life, service, told
from workspace.rounds.ballot import Ballot

METHODS = [("consensus", "4", "2"), ("endorsement", "1", "-1"), ("priority", "3", "1")]


@pytest.fixture
def region(workspace: Workspace) -> Workspace:
    return settle(workspace)


def test_the_municipality_is_told_and_can_correct_it(region: Workspace) -> None:
    measure = propose(region)
    round_ = open_round(region, measure)
    before = events(region)
    answering.answer_for(region, MARIT, round_.id, measure.id, "9001", "4", "", "meeting", "Protokollen side 2.")
    assert events(region)[len(before) :] == ["ballots.cast"]
    for who in (KARI, DEPUTY):
        entered = told.about(region, who, round_, measure.id).entered
        assert (entered.channel, entered.source, entered.name, entered.value) == (
            "meeting", "Protokollen side 2.", "Marit", 4,
        )  # fmt: skip
        assert [notice.entered for notice in told.notices(region, who, round_)] == [entered]
    for who in (HAVARD, BJORN, MARIT):
        assert not told.about(region, who, round_, measure.id).is_any
        assert told.notices(region, who, round_) == ()
    answer(region, KARI, round_, measure, "3")
    assert not told.about(region, KARI, round_, measure.id).is_any
    own = service.standing(region, KARI, round_.id).ballots[measure.id]["9001"]
    assert (own.value, own.on_behalf, own.channel) == (3, False, "web")


@pytest.mark.parametrize("visibility", ["named", "hidden"])
def test_only_those_who_lead_enter_answers(region: Workspace, visibility: str) -> None:
    measure = propose(region)
    round_ = open_round(region, measure, visibility=visibility)
    for who in (KARI, BJORN, AMUND, ROLF):
        with pytest.raises(Forbidden):
            answering.answer_for(region, who, round_.id, measure.id, "9001", "4", "", "meeting", "Møtet.")
    with pytest.raises(NotFound):
        answering.answer_for(region, VERA, round_.id, measure.id, "9001", "4", "", "meeting", "Møtet.")
    assert answering.answer_for(region, ADMIN, round_.id, measure.id, "9001", "4", "", "paper", "Brevet.").on_behalf


# -- Torture case 45: an answer to what is not in the round --


@pytest.mark.parametrize(("method", "value", "_other"), METHODS)
@pytest.mark.parametrize("counted_by", ["municipality", "person"])
def test_an_answer_to_a_measure_of_another_round_is_refused(
    workspace: Workspace, app: object, method: str, value: str, _other: str, counted_by: str
) -> None:
    region = settle(workspace)
    mine, other, dropped = propose(region), propose(region, title="Annet"), propose(region, title="Tatt ut")
    open_round(region, other, method=method, counted_by=counted_by)
    draft = life.create(
        region, MARIT, (mine.id, dropped.id), title="R", closes=LATER, method=method, counted_by=counted_by
    )
    draft = life.change(region, MARIT, draft.id, draft.version, (mine.id,))
    round_ = life.open_round(region, MARIT, draft.id)
    before = events(region)
    for foreign in (other.id, dropped.id, "finnes-ikke", round_.id):
        with pytest.raises(Invalid) as refused:
            answering.answer(region, KARI, round_.id, foreign, value)
        assert list(refused.value.errors) == ["measure"]
        with pytest.raises(Invalid):
            answering.withdraw(region, KARI, round_.id, foreign)
        with pytest.raises(Invalid):
            confirming.confirm(region, KARI, round_.id, foreign, 1)
        if counted_by == "municipality":
            with pytest.raises(Invalid):
                answering.answer_for(region, MARIT, round_.id, foreign, "9001", value, "", "phone", "Ringte.")
    assert events(region) == before


# -- Torture case 47: two tabs --


@pytest.mark.parametrize(("method", "value", "other"), METHODS)
@pytest.mark.parametrize("counted_by", ["municipality", "person"])
def test_in_two_tabs_the_last_acknowledged_wins_and_both_see_it(
    workspace: Workspace, app: object, method: str, value: str, other: str, counted_by: str
) -> None:
    region = settle(workspace)
    measure = propose(region)
    round_ = open_round(region, measure, method=method, counted_by=counted_by)
    answer(region, KARI, round_, measure, value, "Først.")
    answer(region, KARI, round_, measure, other, "Så.")
    last = answer(region, KARI, round_, measure, value, "Sist.")
    for _tab in range(2):
        assert service.own_answer(region, KARI, round_, measure.id) == last
        [shown] = service.standing(region, KARI, round_.id).ballots[measure.id].values()
        assert shown == last
    kept = region.region(REGION).view().find(Ballot, {"round": round_.id}, order="sequence")
    assert [ballot.reason for ballot in kept] == ["Først.", "Så.", "Sist."]


def test_a_second_answer_to_an_anonymous_round_is_refused(workspace: Workspace, app: object) -> None:
    region = settle(workspace)
    measure = propose(region)
    round_ = open_round(region, measure, method="temperature", visibility="anonymous", counted_by="person")
    answering.answer(region, KARI, round_.id, measure.id, "4")
    with pytest.raises(Conflict):
        answering.answer(region, KARI, round_.id, measure.id, "2", "Ombestemte meg.")
    with pytest.raises((Forbidden, Invalid)):
        answering.answer_for(region, MARIT, round_.id, measure.id, "9001", "4", "", "phone", "Ringte.")
    assert region.region(REGION).view().find(Ballot, {"round": round_.id}, order="sequence") == []
    assert not told.about(region, KARI, round_, measure.id).is_any


# -- Hidden until close, from the facilitator too --


@pytest.mark.parametrize("own", ["1", "4"])
def test_entering_for_somebody_tells_nothing_of_what_they_answered_themselves(region: Workspace, own: str) -> None:
    """A block that may not be replaced would be told by the refusal: while hidden, no answer of one's own may be."""
    measure = propose(region)
    round_ = open_round(region, measure, visibility="hidden")
    answer(region, KARI, round_, measure, own, "Fordi.")
    for value in ("1", "4", "5"):
        with pytest.raises(Forbidden) as refused:
            answering.answer_for(region, MARIT, round_.id, measure.id, "9001", value, "Fordi.", "meeting", "Møtet.")
        assert "De har svart selv" in str(refused.value)
        lines = importing.read(f"measure,voice,value,reason\n{measure.code},9001,{value},Fordi.\n".encode(), "x.csv")
        report = importing.take_in(region, MARIT, round_.id, lines, "x.csv", dry=True)
        assert [fate.fate for fate in report.fates] == ["refused"]
    answering.withdraw(region, KARI, round_.id, measure.id)
    answering.answer_for(region, MARIT, round_.id, measure.id, "9001", "5", "", "phone", "Ringte.")
    answering.answer_for(region, MARIT, round_.id, measure.id, "9001", "4", "", "phone", "Ringte igjen.")


def test_points_left_tell_nothing_of_what_somebody_gave_elsewhere(region: Workspace) -> None:
    first, second = propose(region), propose(region, title="Felles brøyting")
    round_ = open_round(region, first, second, visibility="hidden", method="priority", points=5)
    answer(region, KARI, round_, first, "4")
    for points in ("1", "4"):
        with pytest.raises(Forbidden):
            answering.answer_for(region, MARIT, round_.id, second.id, "9001", points, "", "meeting", "Møtet.")


def test_a_deputy_from_elsewhere_answers_in_the_municipalitys_name(region: Workspace) -> None:
    measure = propose(region)
    round_ = open_round(region, measure)
    guest_deputy = actor("dag", Role.PARTICIPANT, municipality="9002", voices=frozenset({"9001"}))
    assert answer(region, guest_deputy, round_, measure, "4").party == "Havnsund"
