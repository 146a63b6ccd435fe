"""Which notices are due as one letter: at once, at seven each day or each Monday, or never."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.conftest import REGION, START, Clock
from workspace.mail import code_of, hashed
from workspace.notices import digest
from workspace.notices.delivery import Delivery
from workspace.notices.digest import Due
from workspace.notices.model import (
    ANSWERED,
    AT_ONCE,
    DAILY,
    FOLLOWED,
    MENTIONED,
    NEVER,
    WEEKLY,
    Follow,
    Notice,
    Preference,
)  # fmt: skip
from workspace.parts import Workspace

Given = Callable[..., Due]


def at(iso: str) -> datetime:
    return datetime.fromisoformat(iso)


def notice(seq: int, moment: datetime, why: str = FOLLOWED, **more: object) -> Notice:
    return Notice(
        id=f"{seq:012d}:kari", person="kari", seq=seq, at=moment, action="comments.posted", about="document:d1",
        record="c1", why=why, **{"thread": "t1", **more},
    )  # fmt: skip


@pytest.fixture
def given(workspace: Workspace) -> Given:
    """What is due to Kari of some notices, by what she has said."""

    def given(often: str, now: str, *notices: Notice, **said: object) -> Due:
        with workspace.region(REGION).transaction() as tx:
            stored = tx.get(Preference, "kari") or Preference(id="kari")
            tx.put(stored.changed(often=often, **said))
        return digest.due(workspace.region(REGION).view(), "kari", notices, at(now))

    return given


@pytest.mark.parametrize(
    ("often", "now", "slot"),
    [
        (DAILY, "2026-11-25T05:59:59+00:00", "2026-11-24T06:00:00+00:00"),
        (DAILY, "2026-11-25T06:00:00+00:00", "2026-11-25T06:00:00+00:00"),
        # the night of 28 March 2027 has an hour less: seven is five in UTC from then on
        (DAILY, "2027-03-28T04:59:59+00:00", "2027-03-27T06:00:00+00:00"),
        (DAILY, "2027-03-28T05:00:00+00:00", "2027-03-28T05:00:00+00:00"),
        # and that of 31 October 2027 has an hour more
        (DAILY, "2027-10-31T05:30:00+00:00", "2027-10-30T05:00:00+00:00"),
        (DAILY, "2027-10-31T06:00:00+00:00", "2027-10-31T06:00:00+00:00"),
        (WEEKLY, "2026-11-23T05:59:00+00:00", "2026-11-16T06:00:00+00:00"),
        (WEEKLY, "2026-11-23T06:00:00+00:00", "2026-11-23T06:00:00+00:00"),
        (WEEKLY, "2026-11-29T23:00:00+00:00", "2026-11-23T06:00:00+00:00"),
        (WEEKLY, "2027-03-29T05:00:00+00:00", "2027-03-29T05:00:00+00:00"),
        (WEEKLY, "2027-03-29T04:59:00+00:00", "2027-03-22T06:00:00+00:00"),
        (WEEKLY, "2027-11-01T05:30:00+00:00", "2027-10-25T05:00:00+00:00"),
    ],
)
def test_seven_is_that_of_norwegian_clocks(often: str, now: str, slot: str) -> None:
    assert digest.slot(often, at(now)) == at(slot)
    assert digest.slot(often, at(now)).tzinfo is at(slot).tzinfo, "else two of the same zone are compared by the wall"


def test_once_a_day_what_came_before_seven_goes_at_seven(given: Given) -> None:
    old, new = notice(1, at("2026-11-24T12:00:00+00:00")), notice(2, at("2026-11-25T05:59:00+00:00"))
    assert given(DAILY, "2026-11-25T05:59:30+00:00", new).kind == ""
    due = given(DAILY, "2026-11-25T06:00:00+00:00", new, old)
    assert (due.kind, due.id, due.notices) == (DAILY, "kari:daily:2026-11-25", (old, new))
    late = notice(3, at("2026-11-25T10:00:00+00:00"))
    assert given(DAILY, "2026-11-25T23:00:00+00:00", late).kind == "", "it waits for the next morning"
    assert given(DAILY, "2026-11-26T06:00:00+00:00", late).id == "kari:daily:2026-11-26"


def test_a_morning_has_one_letter_whatever_the_clock_says(given: Given, workspace: Workspace) -> None:
    with workspace.region(REGION).transaction() as tx:
        tx.put(Delivery(id="kari:daily:2026-11-25", person="kari", kind=DAILY, notices=(), made=START, moved=START))
    straggler = notice(2, at("2026-11-25T05:59:59+00:00"))
    assert given(DAILY, "2026-11-25T06:01:00+00:00", straggler).kind == ""
    assert given(DAILY, "2026-11-25T22:59:00+00:00", straggler).kind == ""
    assert given(DAILY, "2026-11-26T06:00:00+00:00", straggler).id == "kari:daily:2026-11-26"


def test_once_a_week_it_is_on_monday(given: Given) -> None:
    one = notice(1, at("2026-11-24T12:00:00+00:00"))
    assert given(WEEKLY, "2026-11-29T12:00:00+00:00", one).kind == ""
    assert given(WEEKLY, "2026-11-30T06:00:00+00:00", one).id == "kari:weekly:2026-11-30"
    assert given(WEEKLY, "2026-12-01T09:00:00+00:00", one).id == "kari:weekly:2026-11-30", "late is better than not"


@pytest.mark.parametrize("often", [AT_ONCE, DAILY, WEEKLY])
@pytest.mark.parametrize("why", [MENTIONED, ANSWERED])
def test_what_is_said_to_one_goes_at_once_however_often_the_rest_does(given: Given, often: str, why: str) -> None:
    said, other = notice(2, START, why), notice(1, START)
    due = given(often, "2026-11-23T14:45:00+00:00", other, said)
    assert due.kind == AT_ONCE
    assert due.notices == ((other, said) if often == AT_ONCE else (said,))
    assert due.id == f"kari:at_once:{due.notices[0].seq:012d}"


def test_what_is_not_wanted_is_dropped(given: Given) -> None:
    said, other = notice(2, START, MENTIONED), notice(1, START)
    assert given(NEVER, "2026-11-23T14:45:00+00:00", other, said).drop == (other, said)
    due = given(AT_ONCE, "2026-11-23T14:45:00+00:00", other, said, wanted=(FOLLOWED,))
    assert (due.notices, due.drop) == ((other,), (said,))


def test_what_was_read_or_is_old_is_no_news(given: Given) -> None:
    now = "2026-11-23T14:45:00+00:00"
    read, old, new = notice(1, START, is_read=True), notice(2, START - timedelta(days=14)), notice(3, START)
    due = given(AT_ONCE, now, read, old, new)
    assert (due.notices, due.drop) == ((new,), (read, old))
    assert given(AT_ONCE, now, read).kind == ""


@pytest.mark.parametrize(
    ("why", "about", "dropped"),
    [
        (FOLLOWED, "thread:t1", True),
        (FOLLOWED, "document:d1", True),
        (FOLLOWED, "document:d2", False),
        (ANSWERED, "thread:t1", True),
        (ANSWERED, "document:d1", False),  # who takes part in a talk hears of it until they say no to that
        (MENTIONED, "thread:t1", False),
    ],
)
def test_who_says_no_meanwhile_gets_nothing_of_it(
    given: Given, workspace: Workspace, why: str, about: str, dropped: bool
) -> None:
    with workspace.region(REGION).transaction() as tx:
        tx.put(Follow(id=f"kari:{about}", person="kari", about=about, on=False, since=START))
    assert bool(given(AT_ONCE, "2026-11-23T14:45:00+00:00", notice(1, START, why)).drop) is dropped


def test_by_hand_all_that_waits_is_due(given: Given, workspace: Workspace, clock: Clock) -> None:
    with workspace.region(REGION).transaction() as tx:
        tx.put(Preference(id="kari", often=WEEKLY))
    one = notice(1, START)
    assert digest.due(workspace.region(REGION).view(), "kari", [one], clock(), by_hand=True).notices == (one,)


def test_a_code_is_made_by_the_secret_and_is_the_same_in_small_letters() -> None:
    code = code_of("hemmelig", REGION, "kari:daily:2026-11-25")
    assert len(code) == 20 and code == code.lower() and code.isalnum() and code.isascii()
    assert code == code_of("hemmelig", REGION, "kari:daily:2026-11-25")
    others = {
        code_of("annen", REGION, "kari:daily:2026-11-25"),
        code_of("hemmelig", "nabo", "kari:daily:2026-11-25"),
        code_of("hemmelig", REGION + "kari", ":daily:2026-11-25"),
    }
    assert len(others | {code}) == 4
    assert hashed(code) != code and len(hashed(code)) == 64
