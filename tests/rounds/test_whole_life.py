"""One round through everything that may rightly happen to it: counted again from the log, it agrees all the way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conftest import BJORN, KARI, MARIT, REGION
from tests.rounds.region import HAVARD, LATER, NEW, SOLVEIG, TEXT, answer, open_round, propose, reword, settle, verdict
from workspace.access import Actor
from workspace.parts import Workspace
from workspace.rounds import (
    amending,
    answering,
    confirming,
    fulfilling,
    importing,
    life,
    meeting_guests,
    meeting_leading,
    receipts,
    rewording,
    service,
    verifying,
)  # fmt: skip
from workspace.rounds.model import Round
from workspace.rounds.rewording import Rewording

pytestmark = pytest.mark.both_stores


def agrees(workspace: Workspace, round_: Round) -> None:
    found = verifying.verify(workspace, MARIT, round_.id)
    assert [str(fault) for fault in found.faults] == []
    view = workspace.region(REGION).view()
    for who in (KARI, HAVARD):
        made = receipts.receipt(workspace, who, round_.id)
        assert made.answers == () or not receipts.check(view, round_, receipts.read(receipts.to_text(made)))


def guest_of(workspace: Workspace, round_: Round) -> Actor:
    code = service.get(workspace, MARIT, round_.id).code
    place = meeting_guests.places(workspace, meeting_guests.door(workspace, code))[-1].value
    made = meeting_guests.join(workspace, code, place)
    found = meeting_guests.guest_actor(workspace, REGION, round_.id, made.id)
    assert found is not None
    return found


@pytest.mark.parametrize("counted_by", ["municipality", "person"])
def test_a_whole_life_agrees_with_the_log(workspace: Workspace, app: object, counted_by: str) -> None:
    settle(workspace)
    measure = propose(workspace)
    by_person = counted_by == "person"
    round_ = open_round(workspace, measure, counted_by=counted_by, guests=True)
    agrees(workspace, round_)

    # answers, on behalf, from a file, and a guest who is taken out again
    own = answer(workspace, KARI, round_, measure, "2", "At alle betaler likt.", conditional=True)
    advice = BJORN if by_person else None
    if advice is not None:
        answer(workspace, advice, round_, measure, "4")
        file = "measure,voice,value\nT-01,Papir 1,4\nT-01,Papir 2,3\n"
    else:
        source = ("meeting", "Protokollen.")
        answering.answer_for(workspace, MARIT, round_.id, measure.id, "9002", "1", "Nei.", *source)
        answering.answer_for(workspace, MARIT, round_.id, measure.id, "9002", "4", "", *source)
        file = "measure,voice,value\nT-01,9003,4\n"
    importing.take_in(
        workspace, MARIT, round_.id, importing.read(file.encode(), "x.csv"), "x.csv", new_voices=by_person
    )
    meeting_leading.start(workspace, MARIT, round_.id)
    stays, leaves = guest_of(workspace, round_), guest_of(workspace, round_)
    for guest in (stays, leaves):
        answering.answer(workspace, guest, round_.id, measure.id, "3", channel="meeting")
    meeting_leading.remove_guest(workspace, MARIT, round_.id, leaves.guest, "Var med to ganger.")
    agrees(workspace, round_)

    # a condition met and undone, an amendment taken in as material, confirmed, an editorial change
    fulfilling.mark_met(workspace, MARIT, round_.id, own.id, "Likt, i versjon 2.")
    amendment = amending.propose(workspace, KARI, measure.id, 1, NEW, reason="Likt.")
    new = Rewording(measure.title, NEW, "material", "Fra Havnsund.")
    rewording.take_in(workspace, MARIT, amendment.id, 1, new)
    assert verdict(workspace, round_, measure) == "waiting"
    agrees(workspace, round_)
    again = confirming.confirm(workspace, KARI, round_.id, measure.id, 2)
    if not by_person:
        confirming.confirm(workspace, HAVARD, round_.id, measure.id, 2)
        answer(workspace, SOLVEIG, round_, measure, "5")
    reword(workspace, round_, measure, "editorial", NEW.replace("2029", "år 2029"))
    fulfilling.mark_met(workspace, MARIT, round_.id, again.id, "Det står der nå.")
    fulfilling.undo(workspace, KARI, round_.id, again.id, "Ikke helt.")
    life.extend(workspace, MARIT, round_.id, LATER + timedelta(days=1), "Flere vil svare.")
    life.close_round(workspace, MARIT, round_.id, "Alle har svart.")
    agrees(workspace, round_)

    # open again, an answer taken back and another, closed by hand and concluded
    life.reopen(workspace, MARIT, round_.id, LATER + timedelta(days=2), "Havnsund vil endre.")
    answering.withdraw(workspace, KARI, round_.id, measure.id)
    answer(workspace, KARI, round_, measure, "4")
    meeting_leading.remove_guest(workspace, MARIT, round_.id, stays.guest, "Er medlem nå.")
    reword(workspace, round_, measure, "material", TEXT)
    answer(workspace, KARI, round_, measure, "5")
    life.close_round(workspace, MARIT, round_.id, "Nå har alle svart.")
    agrees(workspace, round_)
    life.conclude(workspace, MARIT, round_.id, "Vi venter.", "2027-06-01", "Havnsund")
    agrees(workspace, round_)
    found, gone = verifying.verify_all(workspace, MARIT)
    assert [one.closings for one in found] == [2] and gone == []
