"""A vote that races the close of its round, a thousand times: it is counted or refused, and never half of either."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest

from tests.conftest import AMUND, KARI, MARIT, REGION, START, Clock
from workspace.access import operator
from workspace.errors import Conflict
from workspace.measures import service as measures
from workspace.parts import Workspace
from workspace.regions.model import Municipality
from workspace.rounds import answering, life, service
from workspace.rounds.ballot import Ballot
from workspace.rounds.verdict import Outcome

RUNS = 1_000
LATER = START + timedelta(days=7)


@pytest.mark.parametrize("ended_by", ["facilitator", "deadline"])
def test_counted_or_refused(workspace: Workspace, clock: Clock, ended_by: str) -> None:
    with workspace.region(REGION).transaction() as tx:
        tx.put(Municipality(id="9001", name="Havnsund", voting_member="kari"))
    measure = measures.create(workspace, AMUND, title="Felles kai", text="Vi bygger.")
    outcomes = {"counted": 0, "refused": 0}
    lead = 0.0  # seconds that the vote is ahead of the close; whoever won last is held back a little the next time
    for run in range(RUNS // 2):
        clock.moment = START
        draft = life.create(workspace, MARIT, (measure.id,), title=f"Runde {run}", closes=LATER)
        round_ = life.open_round(workspace, MARIT, draft.id)
        start = threading.Barrier(2)
        answered: list[str] = []

        def vote(
            id: str = round_.id, start: threading.Barrier = start, answered: list[str] = answered, late: float = -lead
        ) -> None:
            start.wait()
            time.sleep(max(0.0, late))
            try:
                answered.append(answering.answer(workspace, KARI, id, measure.id, "5").id)
            except Conflict:
                answered.append("")

        voter = threading.Thread(target=vote)
        voter.start()
        start.wait()
        time.sleep(max(0.0, lead))
        if ended_by == "facilitator":
            life.close_round(workspace, MARIT, round_.id, "Møtet er over.")
        else:
            clock.moment = LATER
            life.meet_deadlines(workspace, operator(REGION))
        voter.join()
        view = workspace.region(REGION).view()
        kept = [ballot.id for ballot in view.find(Ballot, {"round": round_.id}, order="sequence")]
        assert kept == [id for id in answered if id]
        standing = service.standing(workspace, MARIT, round_.id)
        assert standing.round.state == "closed"
        assert standing.verdicts[measure.id].outcome is (Outcome.CONSENSUS if kept else Outcome.WAITING)
        logged = [e for e in view.events() if e.action == "rounds.closed" and e.record == round_.id] if run < 50 else []
        if logged:
            assert logged[0].payload["verdicts"][measure.id] == standing.verdicts[measure.id].outcome
        outcomes["counted" if kept else "refused"] += 1
        lead += -0.0002 if kept else 0.0002
    assert sum(outcomes.values()) == RUNS // 2
    assert all(outcomes.values()), f"the race had one winner only: {outcomes}"
