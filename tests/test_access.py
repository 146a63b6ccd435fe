"""Who may do what: the table of rules, and what it means for people."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.conftest import ADMIN, AMUND, BJORN, KARI, MARIT, ROLF
from workspace import access
from workspace.access import NOBODY, Action, Actor, Audience, Role, can, may_see, operator, require
from workspace.errors import Forbidden

OPEN = SimpleNamespace(audience=Audience.REGION)
WORKING_MATERIAL = SimpleNamespace(audience=Audience.STAFF)


def test_every_action_has_a_rule() -> None:
    assert set(access.RULES) == set(Action)


@pytest.mark.parametrize("action", list(Action))
def test_nobody_and_guests_may_do_nothing_in_a_region(action: Action) -> None:
    assert not can(NOBODY, action)
    assert not can(Actor(person="guest", region="skarfjord", role=Role.GUEST), action)


@pytest.mark.parametrize("action", list(Action))
def test_a_membership_that_has_ended_allows_nothing(action: Action) -> None:
    assert not can(Actor(person="kari", region="skarfjord", role=Role.ADMINISTRATOR, ended=True), action)


@pytest.mark.parametrize("action", list(Action))
def test_the_operator_may_do_everything(action: Action) -> None:
    assert can(operator("skarfjord"), action, WORKING_MATERIAL)


READS = {Action.READ_DOCUMENT, Action.READ_MEASURE, Action.READ_REGION, Action.READ_ROUND, Action.SEARCH}


def test_a_reader_reads_and_no_more() -> None:
    assert {action for action in Action if can(ROLF, action)} == READS


def test_a_participant_comments_and_answers_too() -> None:
    takes_part = {Action.COMMENT, Action.ANSWER_ROUND, Action.RESOLVE_THREAD}
    for person in (KARI, BJORN):
        assert {action for action in Action if can(person, action)} == READS | takes_part


def test_only_those_who_lead_the_process_open_close_and_conclude_rounds() -> None:
    for action in (Action.WRITE_ROUND, Action.CLOSE_ROUND, Action.CONCLUDE_ROUND, Action.MANAGE_MEMBERS):
        assert [can(person, action) for person in (KARI, AMUND, MARIT, ADMIN)] == [False, False, True, True]


def test_working_material_does_not_exist_for_participants() -> None:
    assert [may_see(person, WORKING_MATERIAL) for person in (ROLF, KARI, AMUND, MARIT)] == [False, False, True, True]
    assert all(may_see(person, OPEN) for person in (ROLF, KARI, AMUND, MARIT))
    assert not can(KARI, Action.READ_DOCUMENT, WORKING_MATERIAL)


def test_a_thread_is_resolved_by_the_one_who_opened_it_or_by_staff() -> None:
    thread = SimpleNamespace(audience=Audience.REGION, by=KARI.person)
    assert can(KARI, Action.RESOLVE_THREAD, thread)
    assert can(AMUND, Action.RESOLVE_THREAD, thread)
    assert not can(BJORN, Action.RESOLVE_THREAD, thread)


def test_require_raises_where_can_says_no() -> None:
    require(KARI, Action.COMMENT)
    with pytest.raises(Forbidden):
        require(ROLF, Action.COMMENT)


def test_no_rule_looks_at_who_a_person_answers_for() -> None:
    """Equal partners: the same role may do the same, whichever municipality it belongs to."""
    small = Actor(person="a", region="skarfjord", role=Role.PARTICIPANT, municipality="9009")
    large = Actor(person="b", region="skarfjord", role=Role.PARTICIPANT, municipality="9001")
    assert all(can(small, action) == can(large, action) for action in Action)
