"""A block and what comes of it: nobody but its voter lifts it, and the whole story can be read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import ADMIN, AMUND, BJORN, KARI, MARIT, ROLF, VERA, Clock
from tests.rounds.region import (
    DEPUTY,
    HAVARD,
    NEW,
    SOLVEIG,
    answer,
    events,
    open_round,
    propose,
    reword,
    settle,
    verdict,
)  # fmt: skip
from workspace import access
from workspace.access import Actor
from workspace.errors import Conflict, Forbidden, Invalid, NotFound, WorkspaceError
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.rounds import (
    amending,
    answering,
    confirming,
    fulfilling,
    life,
    mediating,
    rewording,
    service,
    story,
)  # fmt: skip
from workspace.rounds.model import Round
from workspace.rounds.rewording import Rewording

OPERATOR = access.operator("skarfjord")


@pytest.fixture
def region(workspace: Workspace) -> Workspace:
    return settle(workspace)


@pytest.fixture
def measure(region: Workspace) -> Measure:
    return propose(region)


@pytest.fixture
def round_(region: Workspace, measure: Measure) -> Round:
    made = open_round(region, measure)
    answer(region, KARI, made, measure, "5")
    answer(region, HAVARD, made, measure, "4")
    answer(region, SOLVEIG, made, measure, "1", "Ungdommen vår når ikke fram.")
    return made


def told(region: Workspace, round_: Round, measure: Measure, who: Actor = MARIT) -> story.Story:
    return story.of(region, who, service.standing(region, who, round_.id), measure)


def kinds(region: Workspace, round_: Round, measure: Measure) -> list[str]:
    return [step.kind for step in told(region, round_, measure).steps]


EVERYBODY = (KARI, DEPUTY, HAVARD, BJORN, AMUND, MARIT, ADMIN, ROLF, VERA, OPERATOR)
Way = Callable[[Workspace, Actor, Round, Measure], object]
WAYS: dict[str, Way] = {
    "answer": lambda w, who, r, m: answering.answer(w, who, r.id, m.id, "5"),
    "answer for it": lambda w, who, r, m: answering.answer(w, who, r.id, m.id, "5", voice="9003"),
    "take it back": lambda w, who, r, m: answering.withdraw(w, who, r.id, m.id, "9003"),
    "on its behalf": lambda w, who, r, m: answering.answer_for(w, who, r.id, m.id, "9003", "5", "", "phone", "Ringte."),
    "block on its behalf": lambda w, who, r, m: answering.answer_for(
        w, who, r.id, m.id, "9003", "1", "Mildere.", "phone", "Ringte."
    ),
    "confirm": lambda w, who, r, m: confirming.confirm(w, who, r.id, m.id, 1, "9003"),
    "a condition met": lambda w, who, r, m: fulfilling.mark_met(w, who, r.id, _block(w, r, m), "Løst."),
    "a note": lambda w, who, r, m: mediating.write(w, who, r.id, m.id, "tried", "Vi ringte dem, og de er fornøyde."),
    "stand by it": lambda w, who, r, m: mediating.stand_by(w, who, r.id, m.id, voice="9003"),
    "an editorial change": lambda w, who, r, m: rewording.reword(
        w, who, r.id, m.id, 1, Rewording(m.title, NEW, "editorial", "Skrivefeil.")
    ),
    "a longer deadline": lambda w, who, r, m: life.extend(w, who, r.id, r.closes.replace(year=2027), "Trenger tid."),
}


def _block(workspace: Workspace, round_: Round, measure: Measure) -> str:
    return service.standing(workspace, MARIT, round_.id).ballots[measure.id]["9003"].id


@pytest.mark.parametrize("way", WAYS)
def test_nobody_else_lifts_a_block(region: Workspace, measure: Measure, round_: Round, way: str) -> None:
    before = service.standing(region, MARIT, round_.id).ballots[measure.id]["9003"]
    for who in EVERYBODY:
        try:
            WAYS[way](region, who, round_, measure)
        except WorkspaceError as refused:
            assert refused.status in {403, 404, 409, 422}
        assert verdict(region, round_, measure) == "blocked", f"{who.name} by {way}"
        assert service.standing(region, MARIT, round_.id).ballots[measure.id]["9003"] == before


def test_on_its_behalf_is_refused_in_words(region: Workspace, measure: Measure, round_: Round) -> None:
    with pytest.raises(Forbidden) as refused:
        WAYS["on its behalf"](region, MARIT, round_, measure)
    assert "har selv satt blokkeringen" in str(refused.value)


def test_a_material_change_waits_for_the_blocker(region: Workspace, measure: Measure, round_: Round) -> None:
    """Earlier ballots do not count; but what blocked is nobody else's to lift, so there is no consensus before its
    voice has spoken."""
    reword(region, round_, measure)
    confirming.confirm(region, KARI, round_.id, measure.id, 2)
    confirming.confirm(region, HAVARD, round_.id, measure.id, 2)
    assert verdict(region, round_, measure) == "waiting"
    [block] = told(region, round_, measure).blocks
    assert (block.voice, block.is_earlier) == ("9003", True)
    with pytest.raises(Forbidden):
        answering.answer_for(region, MARIT, round_.id, measure.id, "9003", "5", "", "phone", "Ringte.")
    confirming.confirm(region, SOLVEIG, round_.id, measure.id, 2)
    assert verdict(region, round_, measure) == "blocked"


def test_no_quorum_is_low_enough_to_pass_by_a_blocker(region: Workspace, measure: Measure) -> None:
    round_ = open_round(region, measure, quorum="1/2")
    for who, value, reason in ((KARI, "5", ""), (HAVARD, "4", ""), (SOLVEIG, "1", "Nei.")):
        answer(region, who, round_, measure, value, reason)
    reword(region, round_, measure)
    confirming.confirm(region, KARI, round_.id, measure.id, 2)
    confirming.confirm(region, HAVARD, round_.id, measure.id, 2)
    assert verdict(region, round_, measure) == "waiting"
    answer(region, SOLVEIG, round_, measure, "3")
    assert verdict(region, round_, measure) == "consensus"


@pytest.mark.parametrize("act", ["answer", "withdraw"])
def test_the_one_who_set_it_lifts_it(region: Workspace, measure: Measure, round_: Round, act: str) -> None:
    if act == "answer":
        answer(region, SOLVEIG, round_, measure, "3", "Bussen kommer.")
    else:
        answering.withdraw(region, SOLVEIG, round_.id, measure.id)
    assert verdict(region, round_, measure) == ("consensus" if act == "answer" else "waiting")
    assert kinds(region, round_, measure) == ["block", "lifted"]
    assert told(region, round_, measure).blocks == ()


def test_the_whole_story_in_its_order(region: Workspace, measure: Measure, round_: Round, clock: Clock) -> None:
    assert [block.voice for block in told(region, round_, measure).waiting] == ["9003"]
    clock.forward(minutes=1)
    before = events(region)
    mediating.write(region, MARIT, round_.id, measure.id, "answer", "Takk. Vi spør om skoleskyss.")
    assert events(region)[len(before) :] == ["mediation_notes.written"]
    assert told(region, round_, measure).waiting == ()
    clock.forward(minutes=1)
    mediating.write(region, MARIT, round_.id, measure.id, "tried", "Fylket sa nei.", "Samtale på nett")
    clock.forward(minutes=1)
    amendment = amending.propose(region, KARI, measure.id, 1, NEW)
    clock.forward(minutes=1)
    mediating.stand_by(region, SOLVEIG, round_.id, measure.id, "Vi tar det opp i formannskapet.")
    clock.forward(minutes=1)
    rewording.take_in(
        region, MARIT, amendment.id, 1, Rewording(measure.title, NEW, "material", "Svarer på blokkeringen.")
    )
    clock.forward(minutes=1)
    confirming.confirm(region, SOLVEIG, round_.id, measure.id, 2)
    clock.forward(minutes=1)
    mediating.write(region, MARIT, round_.id, measure.id, "next", "Vi tar det opp der.", "verkstedet 26. november")
    clock.forward(minutes=1)
    answer(region, SOLVEIG, round_, measure, "3")
    assert kinds(region, round_, measure) == [
        "block", "answer", "tried", "proposed", "stands", "taken_in", "again", "next", "lifted",
    ]  # fmt: skip
    assert told(region, round_, measure, ROLF) == told(region, round_, measure), "every member reads the same"


def test_an_amendment_open_before_the_block_is_in_its_story(region: Workspace, measure: Measure, clock: Clock) -> None:
    amendment = amending.propose(region, KARI, measure.id, 1, NEW)
    clock.forward(hours=1)
    round_ = open_round(region, measure)
    answer(region, SOLVEIG, round_, measure, "1", "Nei.")
    clock.forward(hours=1)
    amending.decline(region, MARIT, amendment.id, "Hjelper ikke.")
    assert kinds(region, round_, measure) == ["block", "proposed", "not_taken_in"]


def test_who_writes_in_the_story(region: Workspace, measure: Measure, round_: Round) -> None:
    for who in (KARI, SOLVEIG, BJORN, AMUND, ROLF):
        with pytest.raises(Forbidden):
            mediating.write(region, who, round_.id, measure.id, "answer", "Hei.")
    with pytest.raises(NotFound):
        mediating.write(region, VERA, round_.id, measure.id, "answer", "Hei.")
    for who in (KARI, HAVARD, BJORN, MARIT):
        with pytest.raises(Forbidden):
            mediating.stand_by(region, who, round_.id, measure.id)
    for kind, text, field in (("stands", "Hei.", "kind"), ("answer", " ", "text"), ("x", "Hei.", "kind")):
        with pytest.raises(Invalid) as refused:
            mediating.write(region, MARIT, round_.id, measure.id, kind, text)
        assert field in refused.value.errors


def test_a_block_entered_for_somebody_may_be_corrected_until_they_make_it_their_own(
    region: Workspace, measure: Measure
) -> None:
    round_ = open_round(region, measure)
    answering.answer_for(region, MARIT, round_.id, measure.id, "9003", "1", "Nei.", "phone", "Ordføreren ringte.")
    with pytest.raises(Conflict):
        mediating.stand_by(region, SOLVEIG, round_.id, measure.id)
    answering.answer_for(region, MARIT, round_.id, measure.id, "9003", "2", "Forbehold.", "phone", "Hørte feil.")
    answering.answer_for(region, MARIT, round_.id, measure.id, "9003", "1", "Nei.", "phone", "Ordføreren ringte.")
    confirming.confirm(region, SOLVEIG, round_.id, measure.id, 1)
    with pytest.raises(Forbidden):
        answering.answer_for(region, MARIT, round_.id, measure.id, "9003", "5", "", "phone", "Ringte.")


def test_a_hidden_round_tells_of_no_block_before_it_closes(region: Workspace, measure: Measure) -> None:
    round_ = open_round(region, measure, visibility="hidden")
    answer(region, SOLVEIG, round_, measure, "1", "Nei.")
    for who in (MARIT, KARI, SOLVEIG):
        assert told(region, round_, measure, who) == story.NOTHING
    with pytest.raises(Conflict):
        mediating.write(region, MARIT, round_.id, measure.id, "answer", "Hei.")
    with pytest.raises(Conflict):
        mediating.stand_by(region, SOLVEIG, round_.id, measure.id)
    life.close_round(region, MARIT, round_.id, "Nok.")
    assert kinds(region, round_, measure) == ["block"]
    mediating.write(region, MARIT, round_.id, measure.id, "answer", "Hei.")
    life.conclude(region, MARIT, round_.id, "Ikke enige.")
    with pytest.raises(Conflict):
        mediating.write(region, MARIT, round_.id, measure.id, "answer", "For sent.")


@pytest.mark.parametrize(("method", "value"), [("endorsement", "1"), ("priority", "1")])
def test_a_one_is_no_block_where_nobody_can_block(region: Workspace, measure: Measure, method: str, value: str) -> None:
    round_ = open_round(region, measure, method=method)
    answer(region, SOLVEIG, round_, measure, value)
    assert told(region, round_, measure) == story.NOTHING
    assert answering.answer_for(region, MARIT, round_.id, measure.id, "9003", "0", "", "phone", "Ringte.").value == 0
    with pytest.raises(NotFound):
        mediating.write(region, MARIT, round_.id, measure.id, "answer", "Hei.")


def test_what_it_would_come_to(region: Workspace, measure: Measure, round_: Round) -> None:
    found = service.standing(region, MARIT, round_.id)
    lifted = story.if_lifted(found, told(region, round_, measure), measure.id)
    assert lifted is not None and lifted.outcome.value == "consensus"
    assert (lifted.tally.supporting, lifted.tally.stands) == (3, 3)
    [(which, blocked)] = story.waiting(region, MARIT, found)
    assert which.id == measure.id and [block.voice for block in blocked.blocks] == ["9003"]
