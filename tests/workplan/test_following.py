"""A measure that becomes part of another takes its milestones, money and reports with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.conftest import AMUND, MARIT, REGION, csrf_of
from tests.workplan.conftest import Measures
from workspace.access import Actor
from workspace.errors import Invalid
from workspace.measures import life, merging
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.workplan import milestones, money, reporting, service
from workspace.workplan.following import follow
from workspace.workplan.model import Budget, Milestone, Report, Share

As = Callable[[Actor], FlaskClient]


@pytest.fixture
def both(workspace: Workspace, plan: Measures) -> tuple[Measure, Measure]:
    """Two measures of the plan, each with a follow-up of its own."""
    one = plan.adopted
    other = life.change_status(workspace, AMUND, plan.agreed.id, plan.agreed.version, "started")
    for measure in (one, other):
        milestones.add(workspace, AMUND, measure.id, title=f"Avtale for {measure.code}")
        milestones.add(workspace, AMUND, measure.id, title=f"Del for {measure.code}", parent=1, percent=50)
        share = Share(municipality="9001", agreed=5, spent_hours=2)
        money.save_budget(workspace, AMUND, measure.id, 2027, 0, need=9, need_hours=1, shares=(share,))
        reporting.write(workspace, AMUND, measure.id, "", 0, happened=f"Gjort i {measure.code}", state="on_track")
    alone = Share(municipality="9004", extra=3)
    money.save_budget(workspace, AMUND, other.id, 2028, 0, need=4, need_hours=0, shares=(alone,))
    return one, other


def fresh(workspace: Workspace, measure: Measure) -> Measure:
    return measures.get(workspace, AMUND, measure.id)


@pytest.mark.both_stores
def test_what_is_followed_up_follows_over_http(
    workspace: Workspace, product: str, as_person: As, both: tuple[Measure, Measure]
) -> None:
    one, other = (fresh(workspace, measure) for measure in both)
    client = as_person(AMUND)
    typed = {"other": other.id, "version": one.version, "other_version": other.version, "title": one.title}
    address = f"/r/{REGION}/measures/{one.id}/merging"
    answer = client.post(address, data={"csrf_token": csrf_of(client), "text": one.text, **typed})
    assert answer.status_code == 303
    found = service.follow_up(workspace, AMUND, one.id)
    assert [
        (node.milestone.title, [child.milestone.title for child in node.children]) for node in found.line.nodes
    ] == [
        ("Avtale for T-01", ["Del for T-01"]),
        ("Avtale for T-02", ["Del for T-02"]),
    ]
    first, second = found.budgets
    assert (first.need, first.need_hours, first.share_of("9001").agreed, first.share_of("9001").spent_hours) == (
        18, 2, 10, 4,
    )  # fmt: skip
    assert (second.year, second.need, second.share_of("9004").extra) == (2028, 4, 3)
    assert [(report.number, report.happened) for report in found.reports] == [(2, "Gjort i T-02"), (1, "Gjort i T-01")]
    view = workspace.region(REGION).view()
    for kind, order in ((Milestone, "number"), (Budget, "year"), (Report, "number")):
        assert view.find(kind, {"measure": other.id}, order=order) == []


def test_what_is_in_the_plan_is_not_put_away_under_what_is_not(workspace: Workspace, plan: Measures) -> None:
    one, other = plan.proposed, plan.adopted
    with pytest.raises(Invalid) as invalid:
        merging.merge(workspace, AMUND, one.id, other.id, (one.version, other.version), "Båtrute", "Tekst")
    assert "T-01 er i arbeidsplanen" in str(invalid.value.errors["other"])
    assert measures.get(workspace, MARIT, other.id).merged_into == ""


def test_too_many_milestones_for_one_measure_are_refused_and_nothing_moves(
    workspace: Workspace, both: tuple[Measure, Measure], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workspace.workplan.following.MOST_MILESTONES", 3)
    one, other = (fresh(workspace, measure) for measure in both)
    versions = (one.version, other.version)
    with pytest.raises(Invalid):
        merging.merge(workspace, AMUND, one.id, other.id, versions, one.title, one.text, follows=[follow])
    assert len(service.follow_up(workspace, AMUND, other.id).line.nodes) == 1
