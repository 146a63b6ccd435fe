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


READS = {
    Action.READ_DOCUMENT, Action.READ_HEARING, Action.READ_MEASURE, Action.READ_OPPORTUNITY, Action.READ_REGION,
    Action.READ_ROUND, Action.SEARCH,
}  # fmt: skip


def test_a_reader_reads_and_no_more() -> None:
    assert {action for action in Action if can(ROLF, action)} == READS


def test_a_participant_comments_and_answers_too() -> None:
    takes_part = {
        Action.ACCEPT_RESPONSIBILITY, Action.AMEND, Action.ANSWER_HEARING, Action.ANSWER_ROUND,
        Action.CLASSIFY_THREAD, Action.COMMENT,
        Action.EDIT_COMMENT, Action.EXPORT_ROUND, Action.JOIN_OPPORTUNITY, Action.PLACE_THREAD, Action.REPORT_WORK,
        Action.RESOLVE_THREAD, Action.WRITE_OPPORTUNITY,
    }  # fmt: skip
    for person in (KARI, BJORN):
        assert {action for action in Action if can(person, action)} == READS | takes_part


def test_only_those_who_lead_the_process_open_close_and_conclude_rounds() -> None:
    for action in (
        Action.WRITE_ROUND, Action.CLOSE_ROUND, Action.CONCLUDE_ROUND, Action.MANAGE_MEMBERS, Action.REWORD,
        Action.MEDIATE, Action.MARK_CONDITION, Action.ANSWER_ON_BEHALF, Action.WRITE_HEARING,
    ):  # fmt: skip
        assert [can(person, action) for person in (KARI, AMUND, MARIT, ADMIN)] == [False, False, True, True]


def test_working_material_does_not_exist_for_participants() -> None:
    assert [may_see(person, WORKING_MATERIAL) for person in (ROLF, KARI, AMUND, MARIT)] == [False, False, True, True]
    assert all(may_see(person, OPEN) for person in (ROLF, KARI, AMUND, MARIT))
    assert not can(KARI, Action.READ_DOCUMENT, WORKING_MATERIAL)


@pytest.mark.parametrize(
    ("chosen", "sees"),
    [({}, [BJORN]), ({"people": ("rolf",)}, [BJORN, ROLF]), ({"municipalities": ("9001",)}, [BJORN, KARI])],
)
def test_a_confidential_thing_exists_for_its_owner_and_the_chosen(chosen: dict, sees: list[Actor]) -> None:
    thing = SimpleNamespace(**{"confidential": True, "by": "bjorn", "people": (), "municipalities": ()} | chosen)
    everybody = [BJORN, KARI, AMUND, MARIT, ADMIN, ROLF, Actor(), Actor(region="skarfjord", role=Role.READER)]
    assert sorted(who.person for who in everybody if may_see(who, thing)) == sorted(who.person for who in sees)
    assert may_see(operator("skarfjord"), thing)
    thing.confidential = False
    assert all(may_see(who, thing) for who in everybody if who.role)


def test_an_external_owner_accepts_and_nobody_else_of_those_who_take_part() -> None:
    measure = SimpleNamespace(audience=Audience.REGION, responsible="NAV Havmark")
    nav = Actor(person="n", region="skarfjord", role=Role.PARTICIPANT, group="state", organisation="nav havmark")
    allowed = [can(who, Action.ACCEPT_RESPONSIBILITY, measure) for who in (nav, AMUND, MARIT, KARI, BJORN, ROLF)]
    assert allowed == [True, True, True, False, False, False]


def test_a_thread_is_resolved_by_the_one_who_opened_it_or_by_staff() -> None:
    thread = SimpleNamespace(audience=Audience.REGION, by=KARI.person)
    assert can(KARI, Action.RESOLVE_THREAD, thread)
    assert can(AMUND, Action.RESOLVE_THREAD, thread)
    assert not can(BJORN, Action.RESOLVE_THREAD, thread)
    kinds = [can(who, Action.CLASSIFY_THREAD, thread) for who in (KARI, AMUND, MARIT, BJORN, ROLF)]
    assert kinds == [True, True, True, False, False]


def test_what_was_said_is_changed_by_who_said_it_or_entered_it_and_by_no_role() -> None:
    theirs = SimpleNamespace(audience=Audience.REGION, by=KARI.person, entered_by="")
    entered = SimpleNamespace(audience=Audience.REGION, by="", entered_by=AMUND.person)
    everybody = (KARI, BJORN, AMUND, MARIT, ADMIN, ROLF, NOBODY)
    assert [who for who in everybody if can(who, Action.EDIT_COMMENT, theirs)] == [KARI]
    assert [who for who in everybody if can(who, Action.EDIT_COMMENT, entered)] == [AMUND]


def test_staff_settle_threads_and_enter_comments_and_those_who_lead_take_them_away() -> None:
    people = (KARI, BJORN, ROLF, AMUND, MARIT, ADMIN)
    for action in (Action.SETTLE_THREAD, Action.ENTER_COMMENT):
        assert [who for who in people if can(who, action, OPEN)] == [AMUND, MARIT, ADMIN]
    assert [who for who in people if can(who, Action.MODERATE, OPEN)] == [MARIT, ADMIN]


def test_a_guest_may_answer_the_round_they_came_to_and_nothing_else() -> None:
    round_, other = SimpleNamespace(id="r1"), SimpleNamespace(id="r2")
    guest = Actor(guest="g1", region="skarfjord", role=Role.GUEST, round="r1")
    assert {action for action in Action if can(guest, action, round_)} == {Action.ANSWER_ROUND, Action.READ_ROUND}
    assert not any(can(guest, action, thing) for action in Action for thing in (other, OPEN, None))
    assert not any(can(Actor(guest="g1", role=Role.GUEST), action, SimpleNamespace(id="")) for action in Action)


def test_require_raises_where_can_says_no() -> None:
    require(KARI, Action.COMMENT)
    with pytest.raises(Forbidden):
        require(ROLF, Action.COMMENT)


def test_no_rule_looks_at_who_a_person_answers_for() -> None:
    """Equal partners: the same role may do the same, whichever municipality it belongs to."""
    small = Actor(person="a", region="skarfjord", role=Role.PARTICIPANT, municipality="9009")
    large = Actor(person="b", region="skarfjord", role=Role.PARTICIPANT, municipality="9001")
    assert all(can(small, action) == can(large, action) for action in Action)
