"""Opt-in: who carries a measure, and how these share its cost by its key, to the last krone."""

from __future__ import annotations

import pytest

from tests.conftest import KARI, MARIT
from tests.rounds.region import HAVARD, PEOPLE, SOLVEIG, answer, open_round, propose, settle
from workspace.measures.model import Measure, OwnShare
from workspace.parts import Workspace
from workspace.rounds import carrying, service
from workspace.rounds.model import Round


def carried(workspace: Workspace, round_: Round, measure: Measure) -> carrying.Carried:
    return carrying.of(service.standing(workspace, MARIT, round_.id), measure, PEOPLE)


def test_those_who_join_carry_it_and_share_its_cost(workspace: Workspace) -> None:
    region = settle(workspace)
    measure = propose(region, opt_in=True, cost_amount=450_001, share_key="equal")
    round_ = open_round(region, measure)
    assert carried(region, round_, measure) == ((), (), ("9001", "9002", "9003"), {})
    answer(region, KARI, round_, measure, "4", joins=True)
    answer(region, HAVARD, round_, measure, "3", joins=False)
    answer(region, SOLVEIG, round_, measure, "5", joins=True)
    assert carried(region, round_, measure) == (
        ("9001", "9003"), ("9002",), (), {"9001": 225_001, "9003": 225_000},
    )  # fmt: skip
    answer(region, SOLVEIG, round_, measure, "5", joins=False)
    assert carried(region, round_, measure).shares == {"9001": 450_001}


@pytest.mark.parametrize(
    ("key", "shares"),
    [
        ("equal", {"9001": 50_000, "9003": 50_000}),
        ("population", {"9001": 75_000, "9003": 25_000}),
        ("combined", {"9001": 67_500, "9003": 32_500}),
        ("own", {"9001": 80_000, "9003": 20_000}),
        ("", {}),
    ],
)
def test_the_stated_key_is_applied_among_the_carriers(workspace: Workspace, key: str, shares: dict[str, int]) -> None:
    region = settle(workspace)
    own = (OwnShare(municipality="9001", weight=4), OwnShare(municipality="9003", weight=1))
    measure = propose(region, opt_in=True, cost_amount=100_000, share_key=key, own_shares=own)
    round_ = open_round(region, measure)
    answer(region, KARI, round_, measure, "4", joins=True)
    answer(region, SOLVEIG, round_, measure, "4", joins=True)
    assert carried(region, round_, measure).shares == shares


def test_a_hidden_round_tells_of_nobody(workspace: Workspace) -> None:
    region = settle(workspace)
    measure = propose(region, opt_in=True, cost_amount=100_000, share_key="equal")
    round_ = open_round(region, measure, visibility="hidden")
    answer(region, KARI, round_, measure, "4", joins=True)
    found = carried(region, round_, measure)
    assert (found.carriers, found.others, found.shares) == ((), (), {})
