"""What may be kept of the plan of work, and when a reminder is due."""

from __future__ import annotations

from datetime import date

import pytest

from tests.conftest import START
from tests.workplan.test_rolling import milestone
from workspace.errors import Invalid
from workspace.workplan.checking import check_budget, check_capacity, check_milestone, check_report
from workspace.workplan.model import Budget, Capacity, Figure, Report, Share, Stated, figures_of, figures_text


def errors(function, *given) -> set[str]:
    with pytest.raises(Invalid) as refused:
        function(*given)
    return set(refused.value.errors)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"title": " "}, "title"), ({"title": "x" * 201}, "title"), ({"due": "2027-02-30"}, "due"),
        ({"done": "i går"}, "done"), ({"percent": 101}, "percent"), ({"percent": -1}, "percent"),
        ({"weight": 0}, "weight"), ({"weight": 1_001}, "weight"), ({"parent": 9}, "parent"), ({"parent": 1}, "parent"),
    ],
)  # fmt: skip
def test_a_milestone_that_can_not_be_kept_names_its_field(fields: dict, error: str) -> None:
    assert error in errors(check_milestone, milestone(1).changed(**fields), [milestone(1)])


def test_milestones_hang_under_each_other_in_no_circle_and_not_too_deep() -> None:
    chain = [milestone(1), milestone(2, 1), milestone(3, 2)]
    assert errors(check_milestone, milestone(4, 3), chain) == {"parent"}
    assert errors(check_milestone, milestone(1, 3), chain) == {"parent"}
    assert check_milestone(milestone(4, 2), chain).parent == 2
    assert errors(check_milestone, milestone(9, 1), [milestone(1, done="2026-11-01")]) == {"parent"}
    assert errors(check_milestone, milestone(1, done="2026-11-01"), chain) == {"done"}
    assert "title" in errors(check_milestone, milestone(300), [milestone(n) for n in range(1, 201)])


def test_amounts_are_whole_and_of_the_regions_municipalities() -> None:
    share = Share(municipality="9002", agreed=1)
    budget = Budget(id="m:2027", measure="m", year=2027, shares=(share, Share(municipality="9001", spent=2)))
    assert [s.municipality for s in check_budget(budget, ["9001", "9002"]).shares] == ["9001", "9002"]
    assert errors(check_budget, budget, ["9001"]) == {"municipality"}
    assert errors(check_budget, budget.changed(year=1999), ["9001", "9002"]) == {"year"}
    negative = budget.changed(shares=(Share(municipality="9001", spent_hours=-1),), need=10**13)
    assert errors(check_budget, negative, ["9001"]) == {"need", "spent_hours-9001"}
    empty = budget.changed(shares=(Share(municipality="9001"),))
    assert check_budget(empty, ["9001"]).shares == ()


def test_saying_none_is_not_saying_nothing() -> None:
    said = (Stated(municipality="9001"), Stated(municipality="9002", kroner=0))
    capacity = Capacity(id="2027", year=2027, stated=said)
    assert check_capacity(capacity, ["9001", "9002"]).stated == (said[1],)
    assert errors(check_capacity, capacity.changed(year=2101), ["9001"]) == {"year", "municipality"}
    assert errors(check_capacity, capacity.changed(stated=(Stated(municipality="9001", hours=-1),)), ["9001"]) == {
        "hours-9001"
    }


REPORT = Report(id="m:report:1", measure="m", number=1, happened="Vi har begynt.", state="on_track", written_at=START)


def test_a_report_says_what_was_done_and_how_it_goes() -> None:
    assert check_report(REPORT).tells is False
    assert check_report(REPORT.changed(result=" 48 fikk jobb. ")).result == "48 fikk jobb."
    assert check_report(REPORT.changed(result="48 fikk jobb.")).tells is True
    assert errors(check_report, REPORT.changed(happened="", state="bra", percent=101)) == {
        "happened", "state", "percent",
    }  # fmt: skip
    assert errors(check_report, REPORT.changed(figures=(Figure(number="48", what="unge"),))) == {"result"}
    assert errors(check_report, REPORT.changed(next_step="x" * 4_001)) == {"next_step"}


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("48 unge, 31 bedrifter, 6 kommuner", [("48", "unge"), ("31", "bedrifter"), ("6", "kommuner")]),
        ("9 av 9 kommuner", [("9 av 9", "kommuner")]),
        ("1,5 mill. kroner; 18 % flere bestillinger", [("1,5 mill.", "kroner"), ("18 %", "flere bestillinger")]),
        ("1 800 000 kroner", [("1 800 000", "kroner")]),
        ("", []),
    ],
)
def test_figures_are_read_from_a_line_and_written_back(line: str, read: list[tuple[str, str]]) -> None:
    found = figures_of(line)
    assert [(figure.number, figure.what) for figure in found] == read
    assert figures_of(figures_text(found)) == found


@pytest.mark.parametrize("line", ["mange unge", "48", "48 unge, mange", "1 a, 2 b, 3 c, 4 d, 5 e"])
def test_what_is_no_figures_is_said(line: str) -> None:
    assert errors(figures_of, line) == {"figures"}


def test_a_reminder_hangs_on_what_was_sent_and_never_on_when() -> None:
    asked = Report(id="m:report:1", measure="m", number=1, due="2026-12-10")
    assert asked.reminder(date(2026, 12, 2)) == ""
    assert asked.reminder(date(2026, 12, 3)) == "soon"
    assert asked.reminder(date(2026, 12, 10)) == "soon"
    assert asked.reminder(date(2026, 12, 11)) == "late"
    assert asked.reminder(date(2028, 1, 1)) == "late", "stays due although nobody was there to send it"
    sent = asked.marked("soon", START, "marit")
    assert sent.reminder(date(2026, 12, 10)) == "" and sent.reminder(date(2026, 12, 11)) == "late"
    assert sent.marked("soon", START, "amund") is sent
    assert sent.marked("late", START, "marit").reminder(date(2028, 1, 1)) == ""
    assert asked.changed(written_at=START).reminder(date(2026, 12, 11)) == ""
    assert errors(asked.marked, "again", START, "marit") == {"kind"}
