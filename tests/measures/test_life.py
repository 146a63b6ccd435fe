"""From idea to done: which steps may be taken, what starts before the plan is adopted, and who says yes to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from tests.conftest import AMUND, BJORN, KARI, REGION, ROLF
from tests.measures.conftest import Make, freeze, post
from workspace.access import Actor
from workspace.errors import Conflict, Forbidden, Invalid
from workspace.measures import life, service
from workspace.measures.model import STATUSES, Measure
from workspace.parts import Workspace

As = Callable[[Actor], FlaskClient]
SETTLED = {"responsible": "Havnsund", "owner_reason": "Har fagmiljøet."}


def go(workspace: Workspace, measure: Measure, *statuses: str) -> Measure:
    for status in statuses:
        measure = life.change_status(workspace, AMUND, measure.id, measure.version, status)
    return measure


def test_every_status_has_a_way_on() -> None:
    assert set(life.NEXT) == set(STATUSES)
    assert all(set(after) <= set(STATUSES) - {before} and after for before, after in life.NEXT.items())


def test_what_starts_from_an_agreement_starts_before_the_plan(nine: Workspace, make: Make) -> None:
    early = go(nine, make(), "agreed", "started")
    assert early.started_before_adoption
    assert go(nine, early, "done").started_before_adoption
    late = go(nine, make(title="Kai", **SETTLED), "agreed", "adopted", "started")
    assert not late.started_before_adoption


@pytest.mark.parametrize(("before", "to"), [((), "started"), ((), "done"), (("agreed",), "done"), ((), "adopted")])
def test_steps_that_can_not_be_taken(nine: Workspace, make: Make, before: tuple[str, ...], to: str) -> None:
    measure = go(nine, make(**SETTLED), *before)
    with pytest.raises(Invalid) as refused:
        go(nine, measure, to)
    assert "status" in refused.value.errors
    assert service.get(nine, AMUND, measure.id) == measure


def test_an_adopted_measure_has_one_responsible_and_the_reason(nine: Workspace, make: Make) -> None:
    for lacking in ({}, {"responsible": "Havnsund"}, {"owner_reason": "Fordi."}):
        with pytest.raises(Invalid):
            go(nine, make(**lacking), "agreed", "adopted")
    assert go(nine, make(**SETTLED), "agreed", "adopted").owner == "9001"


def test_what_is_in_the_plan_goes_on_having_one_responsible(nine: Workspace, make: Make) -> None:
    adopted = go(nine, make(**SETTLED), "agreed", "adopted")
    for name in ("responsible", "owner_reason"):
        with pytest.raises(Invalid) as refused:
            service.save(nine, AMUND, adopted.id, adopted.version, **{name: " "})
        assert set(refused.value.errors) == {name}
    assert service.save(nine, AMUND, adopted.id, adopted.version, responsible="Skarfjord").owner == "9002"


def test_an_external_owner_says_yes_first(nine: Workspace, make: Make) -> None:
    measure = go(nine, make(responsible="Skarfjord næringsforening", owner_reason="Kjenner bedriftene."), "agreed")
    assert measure.owner == "external"
    with pytest.raises(Invalid):
        go(nine, measure, "adopted")
    with pytest.raises(Invalid):
        life.accept(nine, AMUND, measure.id, "2026-02-30", "Bjørn")
    with pytest.raises(Invalid):
        life.accept(nine, AMUND, measure.id, "2026-11-23", " ")
    accepted = life.accept(nine, BJORN, measure.id, "2026-11-23", "Bjørn")  # he belongs to that organisation
    assert (accepted.accepted, accepted.accepted_by) == ("2026-11-23", "Bjørn")
    assert go(nine, accepted, "adopted").status == "adopted"


def test_another_owner_has_not_said_yes(nine: Workspace, make: Make) -> None:
    measure = life.accept(nine, AMUND, make(responsible="NAV").id, "2026-11-23", "Ola")
    other = service.save(nine, AMUND, measure.id, measure.version, responsible="Husbanken")
    assert (other.accepted, other.accepted_by) == ("", "")


def test_who_may_confirm(nine: Workspace, make: Make) -> None:
    measure = make(responsible="Husbanken")
    for who in (BJORN, KARI, ROLF):
        with pytest.raises(Forbidden):
            life.accept(nine, who, measure.id, "2026-11-23", "Meg")
    with pytest.raises(Invalid):  # a municipality is there already
        life.accept(nine, AMUND, make(title="Kai", responsible="havnsund").id, "2026-11-23", "Meg")


def test_only_who_writes_measures_changes_status(nine: Workspace, make: Make) -> None:
    measure = make()
    for who in (KARI, BJORN, ROLF):
        with pytest.raises(Forbidden):
            life.change_status(nine, who, measure.id, measure.version, "agreed")
    with pytest.raises(Conflict):
        life.change_status(nine, AMUND, measure.id, measure.version + 1, "agreed")


def test_a_change_of_status_is_in_the_log(nine: Workspace, make: Make) -> None:
    measure = go(nine, make(), "agreed")
    event = nine.region(REGION).view().events()[-1]
    assert (event.action, event.record) == ("measures.status_changed", measure.id)
    assert event.payload == {"by": "amund", "before": "proposed", "after": "agreed"}


def test_status_and_acceptance_by_plain_form(nine: Workspace, as_person: As, make: Make) -> None:
    measure = freeze(nine, make(responsible="Skarfjord næringsforening"))  # the text is frozen, the status is not
    path = f"/measures/{measure.id}"
    page = as_person(AMUND).get(f"/r/{REGION}{path}/status").text
    assert 'value="agreed"' in page and 'value="started"' not in page
    assert post(as_person(AMUND), f"{path}/status", status="agreed", version=measure.version).status_code == 303
    assert post(as_person(AMUND), f"{path}/status", status="adopted", version=measure.version).status_code == 409
    refused = post(as_person(AMUND), f"{path}/status", status="adopted", version=measure.version + 1)
    assert refused.status_code == 422 and "Skriv hvem som har hovedansvaret, og hvorfor" in refused.text
    assert post(as_person(AMUND), f"{path}/status", status="started").status_code == 428
    assert "Har ikke bekreftet ansvaret ennå" in as_person(ROLF).get(f"/r/{REGION}{path}").text
    assert as_person(BJORN).get(f"/r/{REGION}{path}/acceptance").status_code == 200
    answer = post(as_person(BJORN), f"{path}/acceptance", accepted=str(date(2026, 11, 23)), accepted_by="Bjørn")
    assert answer.status_code == 303
    assert "Bekreftet av Bjørn 23. november 2026" in as_person(ROLF).get(f"/r/{REGION}{path}").text
    refused = post(as_person(BJORN), f"{path}/acceptance", accepted="i dag", accepted_by="Bjørn")
    assert refused.status_code == 422 and 'value="i dag"' in refused.text


def test_a_form_sent_twice_is_done_once(nine: Workspace, as_person: As, make: Make) -> None:
    measure = make()
    client = as_person(AMUND)
    fields = {"status": "agreed", "version": measure.version, "key": "0123456789abcdefghjkmnpqrs"}
    for _time in range(2):
        assert post(client, f"/measures/{measure.id}/status", **fields).status_code == 303
    actions = [event.action for event in nine.region(REGION).view().events()]
    assert actions.count("measures.status_changed") == 1
