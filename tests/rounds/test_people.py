"""Rounds by person, answers on behalf, withdrawn and conditional ones, and texts that change while a round is open."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conftest import ADMIN, AMUND, BJORN, KARI, MARIT, REGION, ROLF, START, Clock, actor, seed
from workspace.access import Actor, Role, operator
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.measures import service as measures
from workspace.measures.model import Measure, MeasureText
from workspace.parts import Workspace
from workspace.regions.model import Membership, Municipality
from workspace.rounds import answering, life, service
from workspace.rounds.ballot import Ballot, Voice
from workspace.rounds.conditions import ConditionMet
from workspace.rounds.meeting import Guest
from workspace.rounds.model import Round
from workspace.rounds.verdict import Outcome

pytestmark = pytest.mark.both_stores
LATER = START + timedelta(days=7)
SKARFJORD = actor("havard", Role.PARTICIPANT, municipality="9002", voices=frozenset({"9002"}))


@pytest.fixture
def region(workspace: Workspace) -> Workspace:
    seed(workspace)
    with workspace.region(REGION).transaction() as tx:
        tx.put(Municipality(id="9002", name="Skarfjord", voting_member="havard"))
    return workspace


@pytest.fixture
def measure(region: Workspace) -> Measure:
    return measures.create(region, AMUND, title="Felles kjølelager", text="Vi bygger sammen.")


def opened(region: Workspace, *measure_ids: str, **fields: object) -> Round:
    made = life.create(region, MARIT, measure_ids, **{"title": "Runde", "closes": LATER, **fields})
    return life.open_round(region, MARIT, made.id)


def answer(
    region: Workspace, who: Actor, round_: Round, measure: Measure, value: str, reason: str = "", **more: object
):
    return answering.answer(region, who, round_.id, measure.id, value, reason, **more)


def verdict(region: Workspace, round_: Round, measure: Measure):
    return service.standing(region, MARIT, round_.id).verdicts[measure.id]


# -- Who has a voice --


def test_each_invited_person_has_one_voice(region: Workspace, measure: Measure) -> None:
    round_ = opened(region, measure.id, counted_by="person")
    voices = service.standing(region, MARIT, round_.id).voices
    assert {voice.person for voice in voices.values()} == {"kari", "bjorn", "amund", "marit", "admin"}  # readers not
    assert round_.voices == 5
    answer(region, KARI, round_, measure, "5")
    answer(region, KARI, round_, measure, "4")
    answer(region, BJORN, round_, measure, "3")
    counted = verdict(region, round_, measure).tally
    assert (counted.voices, counted.answered, counted.supporting) == (5, 2, 2)
    assert service.standing(region, MARIT, round_.id).advice[measure.id] == ()


def test_only_the_groups_that_are_invited(region: Workspace, measure: Measure) -> None:
    round_ = opened(region, measure.id, counted_by="person", invited=("business",))
    [voice] = service.standing(region, MARIT, round_.id).voices.values()
    assert (voice.person, voice.group) == ("bjorn", "business")
    with pytest.raises(Forbidden, match="ikke invitert"):
        answer(region, KARI, round_, measure, "5")
    assert service.unanswered(region, KARI, round_) == ()
    assert service.unanswered(region, BJORN, round_) == (measure.id,)


def test_the_electorate_is_fixed_when_the_round_opens(region: Workspace, measure: Measure) -> None:
    round_ = opened(region, measure.id, counted_by="person")
    with region.region(REGION).transaction() as tx:
        tx.put(Membership(id="ny", name="Ny", email="ny@example.no", role=Role.PARTICIPANT, since=START))
    with pytest.raises(Forbidden):
        answer(region, actor("ny", Role.PARTICIPANT), round_, measure, "5")
    assert verdict(region, round_, measure).tally.voices == 5


def test_a_guest_of_the_meeting_answers_with_its_voice_only(region: Workspace, measure: Measure) -> None:
    round_ = opened(region, measure.id, counted_by="person", guests=True)
    with region.region(REGION).transaction() as tx:
        tx.put(Voice(id="g1", round=round_.id, group="youth", joined=START))
        tx.put(Voice(id="g2", round="another", group="youth", joined=START))
        tx.put(Guest(id="g1", round=round_.id, number=1, joined=START))
        tx.put(Guest(id="g2", round="another", number=1, joined=START))
        tx.put(tx.get(Round, round_.id).join())
    guest = Actor(guest="g1", region=REGION, role=Role.GUEST, round=round_.id)
    assert answer(region, guest, round_, measure, "5").voter == "voice:g1"
    with pytest.raises(Forbidden):
        answer(region, Actor(guest="g2", region=REGION, role=Role.GUEST, round="another"), round_, measure, "5")
    with pytest.raises(Forbidden):
        answer(region, Actor(guest="g2", region=REGION, role=Role.GUEST, round=round_.id), round_, measure, "5")
    assert verdict(region, round_, measure).tally.voices == 6


def test_nobody_invited_is_no_round(region: Workspace, measure: Measure) -> None:
    made = life.create(
        region, MARIT, (measure.id,), title="R", closes=LATER, counted_by="person", invited=("research",)
    )
    with pytest.raises(Invalid, match="Ingen er invitert"):
        life.open_round(region, MARIT, made.id)


@pytest.mark.parametrize("speakers", [1, 12])
def test_a_municipality_weighs_the_same_however_many_people_it_has(
    region: Workspace, measure: Measure, speakers: int
) -> None:
    """Equal partners: 12 votes by 12 people of Havnsund against one of Skarfjord is one against one (R-026)."""
    round_ = opened(region, measure.id)
    for number in range(speakers):
        who = actor(f"p{number}", Role.PARTICIPANT, municipality="9001", voices=frozenset({"9001"}))
        answer(region, who, round_, measure, "5")
    answer(region, SKARFJORD, round_, measure, "2", "Hvem betaler?")
    counted = verdict(region, round_, measure).tally
    assert (counted.voices, counted.answered, counted.supporting) == (2, 2, 1)
    assert verdict(region, round_, measure).outcome is Outcome.NO_CONSENSUS  # one of two is not 75 %


def test_quorum_is_of_organisations_where_the_result_is(region: Workspace, measure: Measure) -> None:
    """A known trap: quorum per head while the result is per organisation, and a quorum that is always true."""
    round_ = opened(region, measure.id, quorum="1")
    for number in range(9):
        answer(region, actor(f"r{number}", Role.PARTICIPANT, group="business"), round_, measure, "5")
    answer(region, KARI, round_, measure, "5")
    found = verdict(region, round_, measure)
    assert found.outcome is Outcome.WAITING
    assert found.tally.missing == ("9002",)


# -- Other methods through the same acts --


def test_points_are_spread_over_the_measures(region: Workspace, measure: Measure) -> None:
    other = measures.create(region, AMUND, title="Felles kai", text="Vi bygger.")
    round_ = opened(region, measure.id, other.id, method="priority", points=5, most_points=4)
    answer(region, KARI, round_, measure, "4")
    with pytest.raises(Invalid, match="1 poeng igjen"):
        answer(region, KARI, round_, other, "2")
    answer(region, KARI, round_, measure, "1")
    answer(region, KARI, round_, other, "4")
    answer(region, SKARFJORD, round_, other, "3")
    verdicts = service.standing(region, ROLF, round_.id).verdicts
    assert [(verdicts[m.id].score.rank, verdicts[m.id].score.points) for m in (measure, other)] == [(2, 1), (1, 7)]


def test_yes_and_no(region: Workspace, measure: Measure) -> None:
    round_ = opened(region, measure.id, method="endorsement")
    answer(region, KARI, round_, measure, "1")
    answer(region, SKARFJORD, round_, measure, "-1", "For dyrt.")
    with pytest.raises(Invalid):
        answer(region, KARI, round_, measure, "5")
    assert verdict(region, round_, measure).outcome is Outcome.NOT_ENDORSED
    assert verdict(region, round_, measure).tally.against == ("9002",)


# -- On behalf, taken back, on a condition --


def test_an_answer_on_behalf_says_from_where_and_can_be_corrected(region: Workspace, measure: Measure) -> None:
    round_ = opened(region, measure.id)
    given = answering.answer_for(
        region, MARIT, round_.id, measure.id, "9002", "2", "Hvem betaler?", "meeting", "Formannskapet 20.11, sak 44/26"
    )
    assert (given.voter, given.on_behalf, given.channel, given.by) == ("municipality:9002", True, "meeting", "marit")
    own = service.own_answer(region, SKARFJORD, round_, measure.id)
    assert own is not None and own.source == "Formannskapet 20.11, sak 44/26"
    answer(region, SKARFJORD, round_, measure, "4")
    corrected = service.own_answer(region, SKARFJORD, round_, measure.id)
    assert (corrected.value, corrected.on_behalf) == (4, False)
    kept = region.region(REGION).view().find(Ballot, {"round": round_.id}, order="sequence")
    assert [ballot.value for ballot in kept] == [2, 4]


@pytest.mark.parametrize(
    ("municipality", "channel", "source", "field"),
    [
        ("9009", "meeting", "Møtet", "voice"),
        ("9002", "web", "Møtet", "channel"),
        ("9002", "", "Møtet", "channel"),
        ("9002", "paper", "  ", "source"),
        ("9002", "paper", "x" * 301, "source"),
    ],
)
def test_an_answer_on_behalf_needs_a_municipality_a_channel_and_a_source(
    region: Workspace, measure: Measure, municipality: str, channel: str, source: str, field: str
) -> None:
    round_ = opened(region, measure.id)
    with pytest.raises(Invalid) as refused:
        answering.answer_for(region, MARIT, round_.id, measure.id, municipality, "4", "", channel, source)
    assert set(refused.value.errors) == {field}


def test_only_those_who_lead_answer_on_behalf(region: Workspace, measure: Measure) -> None:
    round_ = opened(region, measure.id)
    for who in (KARI, BJORN, AMUND, ROLF, SKARFJORD):
        with pytest.raises(Forbidden):
            answering.answer_for(region, who, round_.id, measure.id, "9002", "4", "", "meeting", "Møtet")
    assert answering.answer_for(region, ADMIN, round_.id, measure.id, "9002", "4", "", "meeting", "Møtet").value == 4


def test_an_answer_taken_back_is_kept_but_not_counted(region: Workspace, measure: Measure) -> None:
    round_ = opened(region, measure.id)
    with pytest.raises(Invalid):
        answering.withdraw(region, KARI, round_.id, measure.id)
    answer(region, KARI, round_, measure, "5")
    answering.withdraw(region, KARI, round_.id, measure.id)
    assert verdict(region, round_, measure).tally.missing == ("9001", "9002")
    assert service.own_answer(region, KARI, round_, measure.id) is None
    assert service.unanswered(region, KARI, round_) == (measure.id,)
    answer(region, KARI, round_, measure, "5")
    assert verdict(region, round_, measure).tally.answered == 1
    kept = region.region(REGION).view().find(Ballot, {"round": round_.id}, order="sequence")
    assert [ballot.withdrawn for ballot in kept] == [False, True, False]


def test_a_condition_that_is_met_makes_the_reservation_a_yes(region: Workspace, measure: Measure) -> None:
    round_ = opened(region, measure.id)
    answer(region, SKARFJORD, round_, measure, "5")
    ballot = answer(region, KARI, round_, measure, "2", "Hvis fylket betaler halvparten.", conditional=True)
    assert ballot.conditional
    assert verdict(region, round_, measure).outcome is Outcome.NO_CONSENSUS
    with region.region(REGION).transaction() as tx:
        tx.put(
            ConditionMet(
                id=ballot.id, round=round_.id, measure=measure.id, note="Fylket sa ja.", by="m", name="M", at=START
            )
        )
        stored = tx.get(Round, round_.id)
        tx.put(stored.changed(updates=stored.updates + 1))
    assert verdict(region, round_, measure).outcome is Outcome.CONSENSUS


def test_only_a_reservation_has_a_condition(region: Workspace, measure: Measure) -> None:
    round_ = opened(region, measure.id)
    for value in ("5", "3", "1", "0"):
        assert not answer(region, KARI, round_, measure, value, "Fordi.", conditional=True).conditional


# -- A text that changes --


@pytest.mark.parametrize("editorial", [True, False])
def test_a_material_change_asks_everyone_to_confirm(region: Workspace, measure: Measure, editorial: bool) -> None:
    round_ = opened(region, measure.id)
    answer(region, KARI, round_, measure, "5")
    with region.region(REGION).transaction() as tx:
        stored = tx.get(Round, round_.id)
        tx.put(MeasureText(id=f"{measure.id}:2", measure=measure.id, number=2, title="t", text="Ny", by="m", at=START))
        tx.put(stored.confirm_again(measure.id, 2, editorial=editorial))
    standing = service.standing(region, MARIT, round_.id)
    assert standing.verdicts[measure.id].tally.answered == (1 if editorial else 0)
    assert list(standing.before[measure.id]) == ([] if editorial else ["9001"])
    round_ = standing.round
    assert service.unanswered(region, KARI, round_) == (() if editorial else (measure.id,))
    assert answer(region, KARI, round_, measure, "5").text_version == 2
    standing = service.standing(region, MARIT, round_.id)
    assert (standing.verdicts[measure.id].tally.answered, standing.before[measure.id]) == (1, {})


# -- Drafts and what is set ahead --


def test_a_draft_can_be_changed_and_thrown_away(region: Workspace, measure: Measure) -> None:
    draft = life.create(region, MARIT, (measure.id,), title="Runde", closes=LATER)
    changed = life.change(region, MARIT, draft.id, draft.version, (measure.id,), title="Ny tittel", support="1")
    assert (changed.title, changed.support) == ("Ny tittel", "1")
    with pytest.raises(Conflict) as stale:
        life.change(region, MARIT, draft.id, draft.version, (measure.id,), title="For sent")
    assert stale.value.current == changed
    life.discard(region, MARIT, draft.id)
    with pytest.raises(NotFound):
        service.get(region, MARIT, draft.id)
    round_ = opened(region, measure.id)
    for act in (
        lambda: life.change(region, MARIT, round_.id, round_.version, (measure.id,), title="Nei"),
        lambda: life.discard(region, MARIT, round_.id),
    ):
        with pytest.raises(Conflict):
            act()


def test_a_round_opens_and_closes_at_the_minutes_set_ahead(region: Workspace, measure: Measure, clock: Clock) -> None:
    opens = START + timedelta(days=1)
    draft = life.create(region, MARIT, (measure.id,), title="R", closes=LATER, opens=opens, is_planned=True)
    unplanned = life.create(region, MARIT, (measure.id,), title="U", closes=LATER, opens=opens)
    clock.moment = opens - timedelta(microseconds=1)
    assert life.meet_deadlines(region, operator(REGION)) == 0
    clock.moment = opens
    assert life.meet_deadlines(region, operator(REGION)) == 1
    assert service.get(region, MARIT, draft.id).state == "open"
    assert service.get(region, MARIT, unplanned.id).state == "draft"
    answer(region, KARI, draft, measure, "5")
    clock.moment = LATER
    assert life.meet_deadlines(region, operator(REGION)) == 1
    closed = service.get(region, MARIT, draft.id)
    assert (closed.state, closed.closed_by) == ("closed", "deadline")
    assert not measures.get(region, AMUND, measure.id).frozen_by
    assert life.meet_deadlines(region, operator(REGION)) == 0


def test_a_planned_opening_that_can_not_be_is_told_in_the_log_and_not_tried_again(
    region: Workspace, measure: Measure, clock: Clock
) -> None:
    opens = START + timedelta(days=1)
    planned = life.create(region, MARIT, (measure.id,), title="R", closes=LATER, opens=opens, is_planned=True)
    opened(region, measure.id)  # has the measure now
    clock.moment = opens
    assert life.meet_deadlines(region, operator(REGION)) == 0
    draft = service.get(region, MARIT, planned.id)
    assert (draft.state, draft.is_planned) == ("draft", False)
    [event] = [e for e in region.region(REGION).view().events() if e.action == "rounds.not_opened"]
    assert "alt med i en åpen runde" in event.payload["why"]


# -- Closing and the outcome --


def test_closing_before_the_deadline_needs_a_reason_that_is_logged(
    region: Workspace, measure: Measure, clock: Clock
) -> None:
    round_ = opened(region, measure.id)
    with pytest.raises(Invalid) as refused:
        life.close_round(region, MARIT, round_.id, "  ")
    assert set(refused.value.errors) == {"closing_reason"}
    life.close_round(region, MARIT, round_.id, "Alle har svart.")
    [event] = [e for e in region.region(REGION).view().events() if e.action == "rounds.closed"]
    assert event.payload["reason"] == "Alle har svart."


def test_an_outcome_is_drafted_before_it_is_concluded(region: Workspace, measure: Measure) -> None:
    round_ = opened(region, measure.id)
    for who in (KARI, SKARFJORD):
        answer(region, who, round_, measure, "4")
    life.write_outcome(region, MARIT, round_.id, "Så langt enige.", "2027-02-01", "Kari", (measure.id,))
    life.close_round(region, MARIT, round_.id, "Alle har svart.")
    drafted = service.get(region, MARIT, round_.id)
    assert (drafted.state, drafted.outcome) == ("closed", "Så langt enige.")
    assert service.entries_of(region.region(REGION).view(), "rounds", round_.id)[0] == []
    with pytest.raises(Invalid):
        life.conclude(region, MARIT, round_.id, "Enige.", starts=("another",))
    with pytest.raises(Invalid):
        life.conclude(region, MARIT, round_.id, " ")
    done = life.conclude(region, MARIT, round_.id, "Enige.", "2027-03-01", "Håvard", (measure.id,))
    assert (done.state, done.review_date, done.followed_up_by, done.starts) == (
        "concluded", "2027-03-01", "Håvard", (measure.id,),
    )  # fmt: skip


# -- What may be a draft --


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"method": "majority"}, "method"),
        ({"counted_by": "head"}, "counted_by"),
        ({"visibility": "anonymous"}, "visibility"),  # only a temperature is
        ({"method": "temperature", "counted_by": "person"}, "visibility"),  # and it always is
        ({"method": "temperature", "visibility": "anonymous"}, "counted_by"),
        ({"points": 2_000, "most_points": 4}, "points"),
        ({"most_points": 11}, "most_points"),
        ({"is_planned": True}, "opens"),
        ({"opens": LATER}, "opens"),
        ({"quorum": "4/3"}, "quorum"),
        ({"max_reservations": -1}, "max_reservations"),
    ],
)
def test_what_can_not_be_a_round(region: Workspace, measure: Measure, fields: dict, error: str) -> None:
    with pytest.raises(Invalid) as refused:
        life.create(region, MARIT, (measure.id,), **{"title": "R", "closes": LATER, **fields})
    assert set(refused.value.errors) == {error}
