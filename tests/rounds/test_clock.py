"""A clock that jumps during an open round: order never comes from it, and a deadline is decided once.

Torture case 70 and test R9 of the store: back an hour, forward 400 days, and the nights when Norway changes its clocks.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from tests.conftest import AMUND, KARI, MARIT, REGION, START, Clock, csrf_of
from workspace.access import Actor, operator
from workspace.errors import Conflict
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.regions.model import Municipality
from workspace.rounds import answering, life, service
from workspace.rounds.ballot import Ballot
from workspace.rounds.draft_form import moment
from workspace.rounds.model import Round
from workspace.store.log import broken_at

pytestmark = pytest.mark.both_stores

As = Callable[[Actor], FlaskClient]
LATER = START + timedelta(days=7)


@pytest.fixture
def measure(workspace: Workspace) -> Measure:
    with workspace.region(REGION).transaction() as tx:
        stored = tx.get(Municipality, "9001")
        if stored is None:
            tx.put(Municipality(id="9001", name="Havnsund", voting_member="kari"))
    return measures.create(workspace, AMUND, title="Felles kjølelager", text="Vi bygger sammen.")


def opened(workspace: Workspace, measure: Measure, closes: datetime = LATER) -> Round:
    made = life.create(workspace, MARIT, (measure.id,), title="Nytte", closes=closes)
    return life.open_round(workspace, MARIT, made.id)


def answer(workspace: Workspace, round_: Round, measure: Measure, value: int) -> Ballot:
    return answering.answer(workspace, KARI, round_.id, measure.id, str(value), "Fordi.")


def counted(workspace: Workspace, round_: Round, measure: Measure) -> int | None:
    ballot = service.standing(workspace, MARIT, round_.id).ballots[measure.id].get("9001")
    return None if ballot is None else ballot.value


def cast(workspace: Workspace, round_: Round) -> list[int]:
    found = workspace.region(REGION).view().find(Ballot, {"round": round_.id}, order="sequence")
    return [ballot.value for ballot in found]


def actions(workspace: Workspace) -> list[str]:
    return [event.action for event in workspace.region(REGION).view().events() if event.table == "rounds"]


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=-400), timedelta(seconds=0), timedelta(hours=1)])
def test_the_last_acknowledged_counts_whatever_the_clock_says(
    workspace: Workspace, measure: Measure, clock: Clock, jump: timedelta
) -> None:
    round_ = opened(workspace, measure)
    answer(workspace, round_, measure, 5)
    clock.moment += jump
    second = answer(workspace, round_, measure, 2)
    assert second.at == START + jump
    assert cast(workspace, round_) == [5, 2]
    assert counted(workspace, round_, measure) == 2
    assert service.own_answer(workspace, KARI, round_, measure.id).id == second.id
    view = workspace.region(REGION).view()
    assert [event.seq for event in view.events()] == list(range(1, view.last_event() + 1))
    assert broken_at(view.events()) is None


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=400)])
def test_a_clock_set_back_reopens_nothing(
    workspace: Workspace, measure: Measure, clock: Clock, back: timedelta
) -> None:
    round_ = opened(workspace, measure)
    answer(workspace, round_, measure, 5)
    clock.moment = LATER
    with pytest.raises(Conflict):
        answer(workspace, round_, measure, 2)
    clock.moment = LATER - back
    with pytest.raises(Conflict) as refused:
        answer(workspace, round_, measure, 2)
    assert "Fristen er ute" in str(refused.value)
    assert cast(workspace, round_) == [5]
    assert service.waiting_for(workspace, KARI) is None
    assert actions(workspace).count("rounds.closed") == 1
    assert service.get(workspace, KARI, round_.id).closed_by == "deadline"
    with pytest.raises(Conflict):
        answer(workspace, round_, measure, 2)


def test_a_deadline_is_decided_also_when_nobody_answers_late(
    workspace: Workspace, measure: Measure, clock: Clock
) -> None:
    """What the job of each minute does; it decides once, and a draft or a closed round has nothing to decide."""
    rounds_ = [opened(workspace, measure)]
    others = [measures.create(workspace, AMUND, title=f"Tiltak {n}", text="Tekst.") for n in range(2)]
    rounds_ += [opened(workspace, others[0], LATER + timedelta(days=1))]
    life.close_round(workspace, MARIT, opened(workspace, others[1]).id, "Alle har svart.")
    life.create(workspace, MARIT, (measure.id,), title="Utkast", closes=LATER)
    assert life.meet_deadlines(workspace, operator(REGION)) == 0
    clock.moment = LATER
    assert life.meet_deadlines(workspace, operator(REGION)) == 1
    assert life.meet_deadlines(workspace, operator(REGION)) == 0
    clock.moment = LATER - timedelta(hours=1)
    with pytest.raises(Conflict):
        answer(workspace, rounds_[0], measure, 2)
    assert answer(workspace, rounds_[1], others[0], 2).value == 2
    expired = service.get(workspace, MARIT, rounds_[0].id)
    assert (expired.expired, expired.state) == (LATER, "closed")
    assert actions(workspace).count("rounds.closed") == 2


def test_a_jump_ahead_loses_nothing_and_a_new_deadline_opens_again(
    workspace: Workspace, measure: Measure, clock: Clock
) -> None:
    round_ = opened(workspace, measure)
    answer(workspace, round_, measure, 4)
    clock.forward(days=400)
    with pytest.raises(Conflict):
        answer(workspace, round_, measure, 2)
    clock.forward(days=-400)
    with pytest.raises(Conflict):
        answer(workspace, round_, measure, 2)
    assert counted(workspace, round_, measure) == 4
    life.reopen(workspace, MARIT, round_.id, LATER + timedelta(minutes=1), "Klokka på tjeneren gikk feil")
    assert answer(workspace, round_, measure, 3).sequence > round_.updates
    clock.moment = LATER + timedelta(minutes=1)
    with pytest.raises(Conflict):
        answer(workspace, round_, measure, 5)
    assert counted(workspace, round_, measure) == 3


@pytest.mark.parametrize("seed", range(6))
def test_any_jumps(workspace: Workspace, measure: Measure, clock: Clock, seed: int) -> None:
    """Whatever the clock does: the last acknowledged counts, and after the first refusal none is taken."""
    chance = random.Random(seed)
    round_ = opened(workspace, measure)
    last: int | None = None
    is_over = False
    for _step in range(60):
        clock.moment = START + timedelta(minutes=chance.choice([-90, -60, 0, 1, 60, 60 * 24 * 6, 60 * 24 * 7 - 1]))
        if chance.random() < 0.04:
            clock.moment = START + timedelta(days=chance.choice([7, 8, 400]))
        value = chance.randint(0, 5)
        try:
            answer(workspace, round_, measure, value)
        except Conflict:
            assert clock.moment >= LATER or is_over
            is_over = True
        else:
            assert not is_over
            last = value
        assert counted(workspace, round_, measure) == last
    found = workspace.region(REGION).view().find(Ballot, {"round": round_.id}, order="sequence")
    sequences = [ballot.sequence for ballot in found]
    assert sequences == sorted(set(sequences))


# -- The nights when Norway changes its clocks --


@pytest.mark.parametrize(
    ("typed", "closes"),
    [
        ("2026-10-24T12:00", "2026-10-24T10:00"),
        ("2026-10-25T01:59", "2026-10-24T23:59"),
        ("2026-10-25T02:30", "2026-10-25T00:30"),  # comes twice: the first time is meant
        ("2026-10-25T03:00", "2026-10-25T02:00"),
        ("2026-10-25T12:00", "2026-10-25T11:00"),
        ("2027-03-27T12:00", "2027-03-27T11:00"),
        ("2027-03-28T01:59", "2027-03-28T00:59"),
        ("2027-03-28T02:30", "2027-03-28T01:30"),  # does not come: half an hour after two, which is half past three
        ("2027-03-28T03:00", "2027-03-28T01:00"),
        ("2027-03-28T12:00", "2027-03-28T10:00"),
    ],
)
def test_a_deadline_is_the_moment_that_norwegian_clocks_show(
    workspace: Workspace, measure: Measure, clock: Clock, typed: str, closes: str
) -> None:
    deadline = moment(typed)
    assert deadline == datetime.fromisoformat(closes).replace(tzinfo=UTC)
    clock.moment = deadline - timedelta(days=2)
    round_ = opened(workspace, measure, deadline)
    for minutes, value in ((-180, 5), (-121, 4), (-61, 3), (-1, 2)):
        clock.moment = deadline + timedelta(minutes=minutes)
        answer(workspace, round_, measure, value)
    assert cast(workspace, round_) == [5, 4, 3, 2]
    assert counted(workspace, round_, measure) == 2
    clock.moment = deadline
    with pytest.raises(Conflict):
        answer(workspace, round_, measure, 1)
    assert counted(workspace, round_, measure) == 2


def test_the_hour_that_comes_twice(workspace: Workspace, measure: Measure, clock: Clock) -> None:
    """Half past two on the wall two times that night, and an answer at each."""
    clock.moment = datetime(2026, 10, 24, 12, tzinfo=UTC)
    round_ = opened(workspace, measure, moment("2026-10-25T03:30"))
    for at, value in ((datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 5), (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), 1)):
        clock.moment = at
        answer(workspace, round_, measure, value)
    assert cast(workspace, round_) == [5, 1]
    assert counted(workspace, round_, measure) == 1
    clock.moment = datetime(2026, 10, 25, 2, 29, tzinfo=UTC)
    answer(workspace, round_, measure, 4)
    clock.moment = datetime(2026, 10, 25, 2, 30, tzinfo=UTC)
    with pytest.raises(Conflict):
        answer(workspace, round_, measure, 3)


@pytest.mark.usefixtures("app")
def test_pages_of_a_round_that_is_over_say_so_though_the_clock_was_set_back(
    workspace: Workspace, measure: Measure, as_person: As, clock: Clock
) -> None:
    round_ = opened(workspace, measure)
    clock.moment = LATER
    client = as_person(KARI)
    fields = {"csrf_token": csrf_of(client), "value": "2", "reason": "Skrevet i siste liten."}
    path = f"/r/{REGION}/rounds/{round_.id}/measures/{measure.id}/answers"
    assert client.post(path, data=fields).status_code == 409
    clock.moment = LATER - timedelta(hours=1)
    client = as_person(KARI)
    again = client.post(path, data=fields | {"csrf_token": csrf_of(client)})
    assert again.status_code == 409
    assert "Skrevet i siste liten." in again.text
    assert "Fristen er ute" in client.get(f"/r/{REGION}/rounds/{round_.id}").text
    page = client.get(f"/r/{REGION}/measures/{measure.id}").text
    assert "Fristen er ute" in page and not re.search(r'name="value"', page)


def test_a_deadline_that_has_passed_is_not_moved(workspace: Workspace, measure: Measure, clock: Clock) -> None:
    """Also before the job of the minute has come: from that moment answers were refused."""
    round_ = opened(workspace, measure)
    clock.forward(days=7, seconds=1)
    with pytest.raises(Conflict):
        life.extend(workspace, MARIT, round_.id, LATER + timedelta(days=2), "Flere vil svare.")
    found = service.get(workspace, MARIT, round_.id)
    assert (found.state, found.closes, found.closed_by) == ("closed", LATER, "deadline")
