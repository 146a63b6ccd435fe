"""The plan of work: who may do what, what is kept and told, and that an act is one event, once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import AMUND, BJORN, KARI, MARIT, REGION, ROLF, Clock
from tests.workplan.conftest import TUVA, Measures, give
from workspace.access import Actor
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.measures import life
from workspace.measures.model import EXTERNAL
from workspace.once import Once
from workspace.parts import Workspace
from workspace.workplan import milestones, money, reporting, service, telling
from workspace.workplan.model import PLANNING, Share, Stated

FIELDS = {"happened": "Tre rådgivere deler vakten.", "state": "on_track"}
AGAIN = Once("0123456789abcdef0123", "digest")


def events(workspace: Workspace, act: Callable[[], object]) -> list[str]:
    """What the log says that an act did."""
    before = workspace.region(REGION).view().last_event()
    act()
    return [event.action for event in workspace.region(REGION).view().events(after=before)]


def refused(act: Callable[[], object]) -> set[str]:
    with pytest.raises(Invalid) as invalid:
        act()
    return set(invalid.value.errors)


# -- What is in the plan --


def test_the_plan_holds_what_is_decided_and_offers_what_there_is_consensus_on(
    workspace: Workspace, plan: Measures
) -> None:
    found = service.plan(workspace, ROLF)
    assert [line.measure.id for line in found.lines] == [plan.adopted.id]
    assert [measure.id for measure in found.ready] == [plan.agreed.id]
    assert [one.name for one in found.municipalities] == ["Bjørkvåg", "Havnsund"]
    with pytest.raises(NotFound):
        service.follow_up(workspace, ROLF, plan.agreed.id)


def test_who_carries_what_is_told_of_all_alphabetically(workspace: Workspace, plan: Measures) -> None:
    give(workspace, service.start(workspace, AMUND, plan.agreed.id), EXTERNAL, "Akvafondet")
    carried = service.plan(workspace, ROLF).carried
    assert [(name, [measure.code for measure in found]) for name, found in carried] == [
        ("Bjørkvåg", []), ("Havnsund", ["T-01"]), ("Akvafondet", ["T-02"]),
    ]  # fmt: skip


def test_a_measure_with_consensus_starts_before_the_plan_is_adopted(workspace: Workspace, plan: Measures) -> None:
    started = service.start(workspace, AMUND, plan.agreed.id)
    assert (started.status, started.started_before_adoption) == ("started", True)
    assert not service.start(workspace, AMUND, plan.adopted.id).started_before_adoption
    assert refused(lambda: service.start(workspace, AMUND, plan.proposed.id)) == {"status"}
    assert refused(lambda: service.start(workspace, AMUND, plan.adopted.id)) == {"status"}, "is under way"
    assert service.finish(workspace, AMUND, plan.agreed.id).started_before_adoption
    assert [line.state for line in service.plan(workspace, ROLF).lines] == ["on_track", "done"]


def test_how_it_goes_follows_from_dates_and_the_newest_report(
    workspace: Workspace, plan: Measures, clock: Clock
) -> None:
    def state() -> str:
        return service.plan(workspace, ROLF).lines[0].state

    assert state() == "not_started"
    service.start(workspace, AMUND, plan.adopted.id)
    milestones.add(workspace, AMUND, plan.adopted.id, title="Vakt", due="2026-11-23")
    assert state() == "on_track", "due today is not late"
    reporting.write(workspace, KARI, plan.adopted.id, "", 0, **FIELDS | {"state": "help"})
    assert state() == "help"
    clock.forward(days=1)
    assert state() == "late"
    milestones.tick(workspace, KARI, plan.adopted.id, "1", "2026-11-24")
    assert state() == "help"
    reporting.write(workspace, KARI, plan.adopted.id, "", 0, **FIELDS)
    assert state() == "on_track"


# -- Who may do what --


@pytest.mark.parametrize("who", [KARI, TUVA, BJORN, ROLF])
def test_planning_is_for_staff(workspace: Workspace, plan: Measures, who: Actor) -> None:
    id = plan.adopted.id
    acts: list[Callable[[], object]] = [
        lambda: service.start(workspace, who, id),
        lambda: service.finish(workspace, who, id),
        lambda: milestones.add(workspace, who, id, title="Vakt"),
        lambda: milestones.save(workspace, who, id, "1", 1, title="Vakt"),
        lambda: milestones.remove(workspace, who, id, "1"),
        lambda: money.save_budget(workspace, who, id, 2027, 0, need=1, need_hours=0, shares=()),
        lambda: money.save_capacity(workspace, who, 2027, 0, ()),
        lambda: reporting.ask(workspace, who, (id,), "2026-12-10"),
        lambda: reporting.waiting(workspace, who),
        lambda: reporting.mark_sent(workspace, who, id, "1", "soon"),
    ]
    for act in acts:
        with pytest.raises(Forbidden):
            act()


def test_the_responsible_municipality_ticks_and_reports_and_no_other(workspace: Workspace, plan: Measures) -> None:
    id = plan.adopted.id
    milestones.add(workspace, AMUND, id, title="Vakt")
    for who in (TUVA, BJORN, ROLF):
        with pytest.raises(Forbidden):
            milestones.tick(workspace, who, id, "1", "2026-11-23")
        with pytest.raises(Forbidden):
            reporting.write(workspace, who, id, "", 0, **FIELDS)
    assert milestones.tick(workspace, KARI, id, "1", "2026-11-23").done == "2026-11-23"
    written = reporting.write(workspace, KARI, id, "", 0, **FIELDS)
    assert (written.name, written.party) == ("Kari", "Havnsund")
    assert reporting.write(workspace, AMUND, id, "", 0, **FIELDS).party == ""


def test_an_organisation_that_answers_for_a_measure_reports_on_it(workspace: Workspace, plan: Measures) -> None:
    give(workspace, plan.adopted, EXTERNAL, "Skarfjord næringsforening")
    assert reporting.write(workspace, BJORN, plan.adopted.id, "", 0, **FIELDS).party == "Skarfjord næringsforening"
    with pytest.raises(Forbidden):
        reporting.write(workspace, KARI, plan.adopted.id, "", 0, **FIELDS)


def test_only_those_who_lead_ask_for_reports(workspace: Workspace, plan: Measures) -> None:
    with pytest.raises(Forbidden):
        reporting.ask(workspace, AMUND, (plan.adopted.id,), "2026-12-10")
    assert reporting.ask(workspace, MARIT, (plan.adopted.id,), "2026-12-10")[0].asked_name == "Marit"


def test_nothing_of_a_measure_outside_the_plan_can_be_followed_up(workspace: Workspace, plan: Measures) -> None:
    for id in (plan.proposed.id, "nowhere", PLANNING):
        with pytest.raises(NotFound):
            milestones.add(workspace, AMUND, id, title="Vakt")
        with pytest.raises(NotFound):
            reporting.write(workspace, AMUND, id, "", 0, **FIELDS)
    with pytest.raises(NotFound):
        money.budget_of(workspace, AMUND, plan.proposed.id, 2027)


# -- Acts --


def test_every_act_is_one_event_and_done_once(workspace: Workspace, plan: Measures) -> None:
    id, shares = plan.adopted.id, (Share(municipality="9001", agreed=5),)
    acts: list[tuple[str, Callable[[Once], object]]] = [
        ("milestones.added", lambda once: milestones.add(workspace, AMUND, id, title="Vakt", once=once)),
        ("milestones.changed", lambda once: milestones.save(workspace, AMUND, id, "1", 1, title="Felles", once=once)),
        ("milestones.ticked", lambda once: milestones.tick(workspace, KARI, id, "1", "", 40, once=once)),
        ("budgets.kept", lambda once: money.save_budget(
            workspace, AMUND, id, 2027, 0, need=9, need_hours=0, shares=shares, once=once)),
        ("capacities.kept", lambda once: money.save_capacity(
            workspace, AMUND, 2027, 0, (Stated(municipality="9001", kroner=3),), once=once)),
        ("status_reports.asked", lambda once: reporting.ask(workspace, MARIT, (id,), "2026-11-27", once=once)),
        ("status_reports.reminded", lambda once: reporting.mark_sent(workspace, MARIT, id, "1", "soon", once=once)),
        ("status_reports.written", lambda once: reporting.write(workspace, KARI, id, "1", 2, once=once, **FIELDS)),
        ("milestones.removed", lambda once: milestones.remove(workspace, AMUND, id, "1", once=once)),
    ]  # fmt: skip
    for number, (action, act) in enumerate(acts):
        once = Once(f"{AGAIN.key}{number}", AGAIN.digest)
        assert events(workspace, lambda act=act, once=once: act(once)) == [action]
        assert events(workspace, lambda act=act, once=once: act(once)) == [], f"{action} sent again"


def test_saying_the_same_again_changes_nothing(workspace: Workspace, plan: Measures) -> None:
    id = plan.adopted.id
    milestones.add(workspace, AMUND, id, title="Vakt")
    money.save_capacity(workspace, AMUND, 2027, 0, (Stated(municipality="9001", kroner=3),))
    for act in (
        lambda: milestones.save(workspace, AMUND, id, "1", 1, title="Vakt"),
        lambda: milestones.tick(workspace, KARI, id, "1", ""),
        lambda: money.save_capacity(workspace, AMUND, 2027, 1, (Stated(municipality="9001", kroner=3),)),
        lambda: money.save_budget(workspace, AMUND, id, 2027, 0, need=0, need_hours=0, shares=()),
    ):
        assert events(workspace, act) == []


def test_a_stale_save_is_refused_with_what_stands(workspace: Workspace, plan: Measures) -> None:
    id = plan.adopted.id
    milestones.add(workspace, AMUND, id, title="Vakt")
    milestones.save(workspace, MARIT, id, "1", 1, title="Felles vakt")
    money.save_budget(workspace, MARIT, id, 2027, 0, need=7, need_hours=0, shares=())
    money.save_capacity(workspace, MARIT, 2027, 0, (Stated(municipality="9001", kroner=3),))
    reporting.write(workspace, KARI, id, "", 0, **FIELDS)
    acts: list[tuple[Callable[[], object], str, object]] = [
        (lambda: milestones.save(workspace, AMUND, id, "1", 1, title="Min"), "title", "Felles vakt"),
        (lambda: money.save_budget(workspace, AMUND, id, 2027, 0, need=8, need_hours=0, shares=()), "need", 7),
        (lambda: money.save_capacity(workspace, AMUND, 2027, 0, ()), "year", 2027),
        (lambda: reporting.write(workspace, AMUND, id, "1", 0, **FIELDS), "name", "Kari"),
    ]
    for act, field, value in acts:
        with pytest.raises(Conflict) as stale:
            act()
        assert getattr(stale.value.current, field) == value


def test_a_milestone_with_others_under_it_is_neither_ticked_nor_removed(workspace: Workspace, plan: Measures) -> None:
    id = plan.adopted.id
    milestones.add(workspace, AMUND, id, title="Vakt")
    milestones.add(workspace, AMUND, id, title="Turnus", parent=1)
    assert refused(lambda: milestones.tick(workspace, KARI, id, "1", "2026-11-23")) == {"done"}
    assert refused(lambda: milestones.remove(workspace, AMUND, id, "1")) == {"remove"}
    milestones.tick(workspace, KARI, id, "2", "2026-11-23")
    assert service.plan(workspace, ROLF).lines[0].percent == 100
    milestones.remove(workspace, AMUND, id, "2")
    milestones.remove(workspace, AMUND, id, "1")
    assert service.plan(workspace, ROLF).lines[0].percent == 0


# -- Money --


def test_money_is_summed_over_measures_and_the_planning(workspace: Workspace, plan: Measures) -> None:
    second = service.start(workspace, AMUND, plan.agreed.id)
    for id, agreed in ((plan.adopted.id, 60), (second.id, 40), (PLANNING, 5)):
        share = Share(municipality="9001", agreed=agreed, spent=1, agreed_hours=2)
        money.save_budget(workspace, AMUND, id, 2027, 0, need=100, need_hours=10, shares=(share,))
    money.save_capacity(workspace, AMUND, 2027, 0, (Stated(municipality="9001", kroner=80),))
    found = service.plan(workspace, ROLF)
    cell = found.kroner.rows["9001"][2027]
    assert (cell.agreed, cell.spent, cell.capacity, cell.short) == (105, 3, 80, 25)
    assert (found.kroner.total.need, found.kroner.total.missing) == (300, 220)
    assert found.hours.rows["9001"][2027].agreed == 6
    assert [phase.agreed for phase in found.phases] == [5, 100]
    own = service.follow_up(workspace, ROLF, plan.adopted.id)
    assert own.kroner.rows["9001"][2027].agreed == 60
    assert own.over.rows["9001"][2027].short == 25, "the shortage is that of the municipality, over all measures"


def test_a_measure_taken_out_of_the_plan_counts_no_more(workspace: Workspace, plan: Measures) -> None:
    money.save_budget(workspace, AMUND, plan.adopted.id, 2027, 0, need=100, need_hours=0, shares=())
    assert service.plan(workspace, ROLF).kroner.total.need == 100
    life.change_status(workspace, AMUND, plan.adopted.id, plan.adopted.version, "set_aside")
    assert service.plan(workspace, ROLF).kroner.total.need == 0


# -- Reports --


@pytest.mark.both_stores
def test_what_is_asked_for_waits_until_it_is_written(
    workspace: Workspace, product: str, plan: Measures, clock: Clock
) -> None:
    id = plan.adopted.id
    [asked] = reporting.ask(workspace, MARIT, (id,), "2026-12-10", "Hvor mange har ringt?")
    [waiting] = reporting.waiting(workspace, MARIT)
    assert [member.id for member in waiting.people] == ["kari"], "not staff, and nobody of another municipality"
    assert reporting.reminders_due(workspace, MARIT) == []
    clock.forward(days=12)
    assert [one.kind for one in reporting.reminders_due(workspace, MARIT)] == ["soon"]
    reporting.mark_sent(workspace, MARIT, id, "1", "soon")
    assert reporting.reminders_due(workspace, MARIT) == []
    assert events(workspace, lambda: reporting.mark_sent(workspace, MARIT, id, "1", "soon")) == []
    clock.forward(days=300)
    assert [one.kind for one in reporting.reminders_due(workspace, MARIT)] == ["late"]
    written = reporting.write(workspace, KARI, id, "1", 2, **FIELDS)
    assert (written.id, written.question) == (asked.id, "Hvor mange har ringt?")
    assert reporting.waiting(workspace, MARIT) == []


def test_asking_again_while_one_waits_asks_for_no_second(workspace: Workspace, plan: Measures) -> None:
    [first] = reporting.ask(workspace, MARIT, (plan.adopted.id,), "2026-12-10")
    assert reporting.ask(workspace, MARIT, (plan.adopted.id,), "2026-12-20") == [first]


def test_what_can_not_be_asked(workspace: Workspace, plan: Measures) -> None:
    assert refused(lambda: reporting.ask(workspace, MARIT, (), "2026-11-22", "x" * 4_001)) == {
        "measures", "due", "question",
    }  # fmt: skip
    started = service.start(workspace, AMUND, plan.agreed.id)
    assert refused(lambda: reporting.ask(workspace, MARIT, (started.id,), "2026-12-10")) == {"measures"}


def test_all_that_is_wrong_with_a_report_is_said_at_once(workspace: Workspace, plan: Measures) -> None:
    act = lambda: reporting.write(workspace, KARI, plan.adopted.id, "", 0, figures="mange")  # noqa: E731
    assert refused(act) == {"figures", "happened", "state"}


def test_a_report_is_corrected_and_stays_its_writers(workspace: Workspace, plan: Measures, clock: Clock) -> None:
    first = reporting.write(workspace, KARI, plan.adopted.id, "", 0, **FIELDS, result="84 unge.")
    clock.forward(days=1)
    act = lambda: reporting.write(workspace, AMUND, plan.adopted.id, "1", 1, **FIELDS, result="48 unge.")  # noqa: E731
    assert events(workspace, act) == ["status_reports.corrected"]
    [result] = telling.told(workspace, ROLF).results
    assert (result.report.result, result.report.name, result.report.written_at) == (
        "48 unge.", "Kari", first.written_at,
    )  # fmt: skip


# -- What the front page tells --


@pytest.mark.both_stores
def test_what_is_under_way_and_what_came_of_it_is_told(
    workspace: Workspace, product: str, plan: Measures, clock: Clock
) -> None:
    assert telling.told(workspace, ROLF) == telling.Told((), ())
    id = service.start(workspace, AMUND, plan.agreed.id).id
    give(workspace, plan.agreed, "9004", "Bjørkvåg")
    for number in range(4):
        clock.forward(hours=1)
        reporting.write(workspace, TUVA, id, "", 0, **FIELDS, result=f"Resultat {number}", figures="31 bedrifter")
    reporting.write(workspace, TUVA, id, "", 0, **FIELDS)
    told = telling.told(workspace, ROLF)
    [under_way] = told.under_way
    assert (under_way.measure.id, under_way.responsible, under_way.percent) == (id, "Bjørkvåg", 0)
    assert under_way.result is not None and under_way.result.result == "Resultat 3"
    assert [one.report.result for one in told.results] == ["Resultat 3", "Resultat 2", "Resultat 1"]
    assert hash(told) == hash(telling.told(workspace, ROLF)), "the front page is kept by what it tells"
